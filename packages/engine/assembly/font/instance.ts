// An instance: a face at fixed coordinates, as HarfBuzz's font in font units. Resolving what a job asks for to coordinates, with what had to be mended.
import * as code from "../generated/contract";
import {
  free,
  hb_font_create,
  hb_font_destroy,
  hb_font_set_var_coords_design,
  hb_language_from_string,
  hb_ot_name_get_utf8,
  hb_ot_var_get_named_instance_count,
  hb_ot_var_named_instance_get_design_coords,
  hb_ot_var_named_instance_get_postscript_name_id,
  hb_ot_var_named_instance_get_subfamily_name_id,
  malloc,
} from "../native";
import { axisDefault, axisMax, axisMin, axisTag, Face } from "./face";
import { fault } from "./fault";

/** Lives in malloc'ed memory; its coordinates (f32 × axisCount, in the axes' order) follow it. */
@unmanaged
export class Instance {
  chain: usize;
  hash: u32;
  face: usize;
  hb: usize;
  newer: usize;
  older: usize;
}

/** Makes an instance of `face` at `coords`. `out` gets it; the caller closes it. Returns 0 or out_of_memory. */
export function instanceNew(face: Face, coords: usize, out: usize): i32 {
  const bytes = (<usize>face.axisCount) << 2;
  const at = malloc(offsetof<Instance>() + bytes);
  if (at == 0) return fault(code.E_OUT_OF_MEMORY);
  const instance = changetype<Instance>(at);
  memory.fill(at, 0, offsetof<Instance>());
  memory.copy(coordsOf(instance), coords, bytes);
  instance.face = changetype<usize>(face);
  instance.hb = hb_font_create(face.hb); // scale = upem: positions come in font units
  if (face.axisCount > 0) hb_font_set_var_coords_design(instance.hb, coordsOf(instance), face.axisCount);
  store<u32>(out, <u32>at);
  return 0;
}

export function instanceClose(instance: Instance): void {
  hb_font_destroy(instance.hb);
  free(changetype<usize>(instance));
}

/** The coordinates of an instance: f32 × axisCount. */
export function coordsOf(instance: Instance): usize {
  return changetype<usize>(instance) + offsetof<Instance>();
}

/** Puts the default coordinates of a face at `out` (f32 × axisCount). */
export function defaultCoords(face: Face, out: usize): void {
  for (let i: u32 = 0; i < face.axisCount; i++) store<f32>(out + ((<usize>i) << 2), axisDefault(face, i));
}

/** The index of an axis by its tag; -1: the face has none of this tag. Where a tag occurs twice, the first counts. */
export function axisIndex(face: Face, tag: u32): i32 {
  for (let i: u32 = 0; i < face.axisCount; i++) if (axisTag(face, i) == tag) return <i32>i;
  return -1;
}

/** `value` held to the range of axis `i`. */
export function clampToAxis(face: Face, i: u32, value: f64): f32 {
  const v = <f32>value;
  return v < axisMin(face, i) ? axisMin(face, i) : v > axisMax(face, i) ? axisMax(face, i) : v;
}

/** Longest name of an instance that is compared or listed, in bytes. */
export const NAME_BYTES: u32 = 256;
const nameLength = memory.data(4, 4);
const coordCount = memory.data(4, 4);
const english = memory.data<u8>([101, 110]); // "en"

/** A name of the face as UTF-8 at `out` (NAME_BYTES bytes); returns its length, cut to NAME_BYTES - 1; 0: no such name. English where there is a choice. */
export function nameOf(face: Face, nameId: u32, out: usize): u32 {
  if (nameId == 0xffff) return 0;
  store<u32>(nameLength, NAME_BYTES);
  hb_ot_name_get_utf8(face.hb, nameId, hb_language_from_string(english, 2), nameLength, out);
  return load<u32>(nameLength);
}

export function namedInstanceCount(face: Face): u32 {
  return hb_ot_var_get_named_instance_count(face.hb);
}
export function namedInstanceName(face: Face, index: u32, out: usize): u32 {
  return nameOf(face, hb_ot_var_named_instance_get_subfamily_name_id(face.hb, index), out);
}
export function namedInstanceCoords(face: Face, index: u32, out: usize): void {
  store<u32>(coordCount, face.axisCount);
  hb_ot_var_named_instance_get_design_coords(face.hb, index, coordCount, out);
}

const candidate = memory.data(256, 16);

/** The index of the named instance whose subfamily or PostScript name is `name` (ASCII letters in either case); -1: there is none. */
export function findNamedInstance(face: Face, name: usize, bytes: u32): i32 {
  const count = namedInstanceCount(face);
  for (let i: u32 = 0; i < count; i++) {
    if (sameName(name, bytes, candidate, namedInstanceName(face, i, candidate))) return <i32>i;
    const id = hb_ot_var_named_instance_get_postscript_name_id(face.hb, i);
    if (id != 0xffff && sameName(name, bytes, candidate, nameOf(face, id, candidate))) return <i32>i;
  }
  return -1;
}

function sameName(a: usize, aBytes: u32, b: usize, bBytes: u32): bool {
  if (aBytes != bBytes || aBytes == 0) return false;
  for (let i: usize = 0; i < <usize>aBytes; i++) {
    let x = <u32>load<u8>(a + i);
    let y = <u32>load<u8>(b + i);
    if (x - 65 < 26) x += 32;
    if (y - 65 < 26) y += 32;
    if (x != y) return false;
  }
  return true;
}
