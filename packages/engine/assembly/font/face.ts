// Font bytes in, checked faces out: container decoding, the consistency check, HarfBuzz's face and its axes.
// A face is opened once for each face_index of a file that is asked for. Knows nothing of paths, caches or jobs.
import * as code from "../generated/contract";
import {
  free,
  hb_blob_create,
  hb_blob_destroy,
  hb_blob_get_length,
  hb_face_count,
  hb_face_create,
  hb_face_destroy,
  hb_face_get_glyph_count,
  hb_face_get_upem,
  hb_face_reference_table,
  hb_ot_var_get_axis_count,
  hb_ot_var_get_axis_infos,
  hfn_container,
  hfn_decode,
  hfn_font_check,
  malloc,
} from "../native";
import { fault } from "./fault";

/** hb_memory_mode_t: HarfBuzz reads our bytes in place and never writes them. */
const MEMORY_READONLY: u32 = 1;
/** sizeof(hb_ot_var_axis_info_t): index, tag, name id, flags, min, default, max, reserved. */
export const AXIS_BYTES: usize = 32;
/** More axes than any real font has; a bound for what a font may make us allocate. */
const AXES_MAX: u32 = 256;

/** Container kinds of hfn_container. */
export const CONTAINER_TRUETYPE: i32 = 1;
export const CONTAINER_CFF: i32 = 2;
export const CONTAINER_COLLECTION: i32 = 3;
export const CONTAINER_WOFF: i32 = 4;
export const CONTAINER_WOFF2: i32 = 5;

/** A loaded font file: its bytes (decoded to sfnt) and the faces opened so far. Lives in malloc'ed memory. */
@unmanaged
export class FontFile {
  chain: usize; // next file of the same hash bucket
  hash: u32;
  path: usize; // owned copy
  pathBytes: u32;
  data: usize; // owned; sfnt
  bytes: u32;
  container: i32; // as it came
  epoch: u32; // the epoch in which the host last vouched for the file
  newer: usize;
  older: usize;
  faces: usize; // first Face
  faceCount: u32;
  // why the file cannot be used (0: it can): kept, so that a bad file is read and checked once in an epoch and not once a job
  faultCode: i32;
  faultTag: u32;
  faultNumber: f64;
  faultDetail: usize; // owned; the host's words
  faultDetailBytes: u32;
  badFace: u32; // index + 1 of the face that the check refused last; 0: none
  badTag: u32;
  badReason: u32;
}

/** One face of a file. Owned by the file. */
@unmanaged
export class Face {
  next: usize;
  file: usize;
  index: u32;
  hb: usize;
  blob: usize;
  upem: u32;
  glyphCount: u32;
  axisCount: u32;
  axes: usize; // AXIS_BYTES each
  outlines: u32; // tag of the table its outlines come from; 0: none (bitmaps alone)
  serial: u32; // never used twice, so that a cache key of a closed face cannot match another
  tagLists: usize; // cached feature tags (shape/features.ts), or 0
  plans: usize; // hashes of the shaping plans that HarfBuzz keeps with the face: PLANS_MAX × 2 u32, or 0
  planCount: u32;
}

/** hfn_font_check found no memory for its work. */
const CHECK_NO_MEMORY: i32 = -3;

const decodedAt = memory.data(4, 4);
const decodedBytes = memory.data(4, 4);
const axisTotal = memory.data(4, 4);
const report = memory.data(8, 4);
let serials: u32 = 0;

/**
 * Takes over `data` (malloc'ed) and makes a file of it; frees it on failure. `out` gets the FontFile.
 * Returns 0 or a negative code: font_unsupported, font_invalid, font_too_large, out_of_memory.
 */
export function fileOpen(data: usize, bytes: u32, out: usize): i32 {
  const container = hfn_container(data, bytes);
  if (container == 0) {
    free(data);
    return bytes < 12 ? fault(code.E_FONT_INVALID, 0, <f64>bytes) : fault(code.E_FONT_UNSUPPORTED);
  }
  if (container == CONTAINER_WOFF || container == CONTAINER_WOFF2) {
    const status = hfn_decode(data, bytes, code.LIMIT_FONT_BYTES, decodedAt, decodedBytes);
    free(data);
    if (status == -2) return fault(code.E_FONT_TOO_LARGE);
    if (status == -3) return fault(code.E_OUT_OF_MEMORY);
    if (status == -4) return fault(code.E_FONT_UNSUPPORTED);
    if (status != 0) return fault(code.E_FONT_INVALID, container == CONTAINER_WOFF ? 0x774f4646 : 0x774f4632);
    data = <usize>load<u32>(decodedAt);
    bytes = load<u32>(decodedBytes);
  }
  const blob = hb_blob_create(data, bytes, MEMORY_READONLY, 0, 0);
  const count = hb_face_count(blob);
  hb_blob_destroy(blob);
  if (count == 0) {
    free(data);
    return fault(code.E_FONT_INVALID);
  }
  const file = changetype<FontFile>(malloc(offsetof<FontFile>()));
  if (changetype<usize>(file) == 0) {
    free(data);
    return fault(code.E_OUT_OF_MEMORY);
  }
  memory.fill(changetype<usize>(file), 0, offsetof<FontFile>());
  file.data = data;
  file.bytes = bytes;
  file.container = container;
  file.faceCount = count;
  store<u32>(out, <u32>changetype<usize>(file));
  return 0;
}

/** Closes every face of a file and frees its memory. No instance of its faces may be alive. */
export function fileClose(file: FontFile): void {
  let face = changetype<Face>(file.faces);
  while (changetype<usize>(face) != 0) {
    const next = changetype<Face>(face.next);
    hb_face_destroy(face.hb);
    hb_blob_destroy(face.blob);
    free(face.axes);
    free(face.tagLists);
    free(face.plans);
    free(changetype<usize>(face));
    face = next;
  }
  free(file.data);
  free(file.path);
  free(file.faultDetail);
  free(changetype<usize>(file));
}

/** The face of a file at `index`; opened and checked on first use. `out` gets the Face. Returns 0, font_invalid, face_index_out_of_range or out_of_memory. */
export function faceOpen(file: FontFile, index: u32, out: usize): i32 {
  for (let at = file.faces; at != 0; at = changetype<Face>(at).next) {
    if (changetype<Face>(at).index == index) {
      store<u32>(out, <u32>at);
      return 0;
    }
  }
  if (index >= file.faceCount) return fault(code.E_FACE_INDEX_OUT_OF_RANGE, 0, <f64>file.faceCount);
  if (file.badFace == index + 1) return fault(code.E_FONT_INVALID, file.badTag, <f64>file.badReason);
  store<u32>(report, 0);
  store<u32>(report, 0, 4);
  const checked = hfn_font_check(file.data, file.bytes, index, report);
  if (checked == CHECK_NO_MEMORY) return fault(code.E_OUT_OF_MEMORY);
  if (checked != 0) {
    file.badFace = index + 1;
    file.badTag = load<u32>(report);
    file.badReason = load<u32>(report, 4);
    return fault(code.E_FONT_INVALID, file.badTag, <f64>file.badReason);
  }
  const face = changetype<Face>(malloc(offsetof<Face>()));
  if (changetype<usize>(face) == 0) return fault(code.E_OUT_OF_MEMORY);
  memory.fill(changetype<usize>(face), 0, offsetof<Face>());
  face.blob = hb_blob_create(file.data, file.bytes, MEMORY_READONLY, 0, 0);
  face.hb = hb_face_create(face.blob, index);
  face.file = changetype<usize>(file);
  face.index = index;
  face.upem = hb_face_get_upem(face.hb);
  face.glyphCount = hb_face_get_glyph_count(face.hb);
  face.axisCount = min(hb_ot_var_get_axis_count(face.hb), AXES_MAX);
  face.serial = ++serials;
  face.outlines = outlineTable(face.hb);
  let status = 0;
  if (face.glyphCount == 0) status = code.E_FONT_INVALID;
  if (face.axisCount > 0) {
    face.axes = malloc(<usize>face.axisCount * AXIS_BYTES);
    if (face.axes == 0) status = code.E_OUT_OF_MEMORY;
    else {
      store<u32>(axisTotal, face.axisCount);
      hb_ot_var_get_axis_infos(face.hb, 0, axisTotal, face.axes);
    }
  }
  if (status != 0) {
    hb_face_destroy(face.hb);
    hb_blob_destroy(face.blob);
    free(face.axes);
    free(changetype<usize>(face));
    return fault(status);
  }
  face.next = file.faces;
  file.faces = changetype<usize>(face);
  store<u32>(out, <u32>changetype<usize>(face));
  return 0;
}

function outlineTable(hb: usize): u32 {
  if (hasTable(hb, 0x56415243)) return 0x56415243; // VARC
  if (hasTable(hb, 0x676c7966)) return 0x676c7966; // glyf
  if (hasTable(hb, 0x43464620)) return 0x43464620; // CFF
  return hasTable(hb, 0x43464632) ? 0x43464632 : 0; // CFF2
}

/** Whether a face has bytes in a table. */
export function hasTable(hb: usize, tag: u32): bool {
  const blob = hb_face_reference_table(hb, tag);
  const bytes = hb_blob_get_length(blob);
  hb_blob_destroy(blob);
  return bytes > 0;
}

/** Fields of axis `i`. */
export function axisTag(face: Face, i: u32): u32 {
  return load<u32>(face.axes + <usize>i * AXIS_BYTES, 4);
}
export function axisNameId(face: Face, i: u32): u32 {
  return load<u32>(face.axes + <usize>i * AXIS_BYTES, 8);
}
export function axisHidden(face: Face, i: u32): bool {
  return (load<u32>(face.axes + <usize>i * AXIS_BYTES, 12) & 1) != 0;
}
export function axisMin(face: Face, i: u32): f32 {
  return load<f32>(face.axes + <usize>i * AXIS_BYTES, 16);
}
export function axisDefault(face: Face, i: u32): f32 {
  return load<f32>(face.axes + <usize>i * AXIS_BYTES, 20);
}
export function axisMax(face: Face, i: u32): f32 {
  return load<f32>(face.axes + <usize>i * AXIS_BYTES, 24);
}

/**
 * HarfBuzz keeps a shaping plan with a face for every script, direction, language and set of features it meets, and never drops one. So many may gather before the face is opened
 * anew: far over what one font needs in one run, and a bound for a stream that makes up languages.
 */
const PLANS_MAX: u32 = 256;
const PLAN_SLOT_MASK: u32 = PLANS_MAX * 2 - 1; // half of the slots stay free, so that a search ends

/** Notes that a plan is about to be used. True: the face holds PLANS_MAX others already and is to be renewed first. */
export function planNote(face: Face, hash: u32): bool {
  if (face.plans == 0) {
    face.plans = malloc((<usize>PLANS_MAX) << 3);
    if (face.plans == 0) return false;
    memory.fill(face.plans, 0, (<usize>PLANS_MAX) << 3);
  }
  const key = hash == 0 ? 1 : hash;
  let at = planSlot(face, key & PLAN_SLOT_MASK);
  for (let slot = key; load<u32>(at) != 0; at = planSlot(face, ++slot & PLAN_SLOT_MASK)) {
    if (load<u32>(at) == key) return false;
  }
  if (face.planCount == PLANS_MAX) return true;
  store<u32>(at, key);
  face.planCount++;
  return false;
}

function planSlot(face: Face, slot: u32): usize {
  return face.plans + ((<usize>slot) << 2);
}

/** Opens HarfBuzz's face anew, without its plans. No instance of the face may be alive. */
export function faceRenew(face: Face): void {
  hb_face_destroy(face.hb);
  face.hb = hb_face_create(face.blob, face.index);
  face.planCount = 0;
  memory.fill(face.plans, 0, (<usize>PLANS_MAX) << 3);
}
