// The struct calls about what a face is made of: its tables, the glyphs of code points, and single glyphs by id: names, metrics, outlines, pictures.
// For hosts that inspect or compare fonts. Numbers are font units, y up, at the coordinates of the instance.

import { outReset, putByte, putBytes } from "../encode/out";
import { Face } from "../font/face";
import { Instance } from "../font/instance";
import * as code from "../generated/contract";
import { drawGlyph, drawGlyphSvg, drawSvg, missingCount, missingReset, penHome, place } from "../job/place";
import {
  hb_blob_destroy,
  hb_blob_get_data,
  hb_blob_get_length,
  hb_face_get_table_tags,
  hb_face_reference_table,
  hb_font_get_glyph_extents,
  hb_font_get_glyph_h_advance,
  hb_font_get_nominal_glyph,
  hb_font_glyph_to_string,
  hb_unicode_funcs_get_default,
  hb_unicode_script,
  malloc,
} from "../native";
import { Canvas, canvasUse, rasterBegin, rasterClear, rasterReset, sweepImageBox } from "../raster/raster";
import { LTR, usedScript } from "../shape/shape";
import { handleGet, KIND_CANVAS, KIND_FONT, KIND_INSTANCE } from "./handles";
import { failWith, finishOutput } from "./last-error";
import { OpenFont, OpenInstance } from "./open-fonts";
import { shapeSpec } from "./text-spec";

/** More tables than any real font has: what a directory may make us list. */
const TABLES_MAX: u32 = 1024;
/** {u32 tag, u32 data, u32 bytes} */
const TABLE_BYTES: usize = 12;
/** {i32 advance, i32 xMin, i32 yMin, i32 xMax, i32 yMax, u32 hasBounds} */
const METRICS_BYTES: usize = 24;
/** Bytes of a glyph's name that are told, NUL included: OpenType allows 63 characters, Type 1 127. */
const NAME_BYTES: u32 = 256;
const LAST_CODE_POINT: u32 = 0x10ffff;

const tableSpan = memory.data(8, 4);
const tagCount = memory.data(4, 4);
const tagPage = memory.data(256, 4);
const extents = memory.data(16, 4);
const nominal = memory.data(4, 4);
const nameAt = memory.data(256, 4);
let tableRecords: usize = 0;

const box = memory.data(96, 16);

function faceOf(open: OpenInstance): Face {
  return changetype<Face>(changetype<OpenFont>(open.font).face);
}

function instanceFont(open: OpenInstance): usize {
  return changetype<Instance>(open.instance).hb;
}

/** Lists the tables of a font's face, in the order of its directory; they are then at hf_tables_at. Their bytes are the font's: valid until it is released. */
export function hf_tables(handle: u32): i32 {
  store<u32>(tableSpan, 0, 4);
  const font = changetype<OpenFont>(handleGet(KIND_FONT, handle));
  if (changetype<usize>(font) == 0) return failWith(code.E_INVALID_HANDLE);
  if (tableRecords == 0) tableRecords = malloc(<usize>TABLES_MAX * TABLE_BYTES);
  if (tableRecords == 0) return failWith(code.E_OUT_OF_MEMORY);
  const face = changetype<Face>(font.face).hb;
  let total: u32 = 0;
  for (let start: u32 = 0; total < TABLES_MAX; ) {
    store<u32>(tagCount, 64);
    hb_face_get_table_tags(face, start, tagCount, tagPage);
    const got = load<u32>(tagCount);
    for (let i: u32 = 0; i < got && total < TABLES_MAX; i++) {
      const tag = load<u32>(tagPage + ((<usize>i) << 2));
      const blob = hb_face_reference_table(face, tag);
      const at = tableRecords + <usize>total * TABLE_BYTES;
      store<u32>(at, tag);
      store<u32>(at, <u32>hb_blob_get_data(blob, 0), 4);
      store<u32>(at, hb_blob_get_length(blob), 8);
      hb_blob_destroy(blob);
      total++;
    }
    start += got;
    if (got < 64) break;
  }
  store<u32>(tableSpan, <u32>tableRecords);
  store<u32>(tableSpan, total, 4);
  return 0;
}

/** {u32 records, u32 count} of the last hf_tables, a record being {u32 tag, u32 data, u32 bytes}; valid until the next one. */
export function hf_tables_at(): usize {
  return tableSpan;
}

/** The names of all glyphs, by id, in hf_result: for each a byte with its length (at most 255) and its bytes. A glyph without a name is "gid" and its id. */
export function hf_glyph_names(handle: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  const count = faceOf(open).glyphCount;
  outReset();
  for (let id: u32 = 0; id < count; id++) {
    hb_font_glyph_to_string(instanceFont(open), id, nameAt, NAME_BYTES);
    let bytes: u32 = 0;
    while (bytes < NAME_BYTES - 1 && load<u8>(nameAt + bytes) != 0) bytes++;
    putByte(bytes);
    putBytes(nameAt, bytes);
  }
  return finishOutput();
}

/** Writes the glyph ids (u32) of `count` code points from `first` on to `out`; 0: the font does not cover it. */
export function hf_nominal_glyphs(handle: u32, first: u32, count: u32, out: usize): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  if (out == 0 || first > LAST_CODE_POINT || count > LAST_CODE_POINT + 1 - first) return failWith(code.E_INVALID_ARGUMENT);
  const font = instanceFont(open);
  for (let i: u32 = 0; i < count; i++) {
    const found = hb_font_get_nominal_glyph(font, first + i, nominal) != 0;
    store<u32>(out + ((<usize>i) << 2), found ? load<u32>(nominal) : 0);
  }
  return 0;
}

/** Writes {i32 advance, i32 xMin, i32 yMin, i32 xMax, i32 yMax, u32 hasBounds} of `count` glyphs from `first` on to `out`. A glyph without ink has bounds of 0. */
export function hf_glyph_metrics(handle: u32, first: u32, count: u32, out: usize): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  const glyphs = faceOf(open).glyphCount;
  if (out == 0 || first > glyphs || count > glyphs - first) return failWith(code.E_INVALID_ARGUMENT);
  const font = instanceFont(open);
  for (let i: u32 = 0; i < count; i++) {
    const at = out + <usize>i * METRICS_BYTES;
    memory.fill(extents, 0, 16);
    const has = hb_font_get_glyph_extents(font, first + i, extents) != 0;
    const left = load<i32>(extents);
    const top = load<i32>(extents, 4);
    store<i32>(at, hb_font_get_glyph_h_advance(font, first + i));
    store<i32>(at, left, 4);
    store<i32>(at, top + load<i32>(extents, 12), 8);
    store<i32>(at, left + load<i32>(extents, 8), 12);
    store<i32>(at, top, 16);
    store<u32>(at, has ? 1 : 0, 20);
  }
  return 0;
}

/** The outline of a glyph as SVG path data in hf_result: font units, y up, to the nearest thousandth. Empty: it has none. */
export function hf_glyph_outline(handle: u32, glyph: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  if (glyph >= faceOf(open).glyphCount) return failWith(code.E_INVALID_ARGUMENT);
  outReset();
  drawGlyphSvg(instanceFont(open), glyph);
  return finishOutput();
}

/** Draws one glyph on a canvas, its origin at (x, y) in pixels, y down; what the canvas held is taken off first. The pixels are at hf_canvas_pixels. */
export function hf_glyph_render(handle: u32, glyph: u32, sizePx: f32, x: f32, y: f32, canvasHandle: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, canvasHandle));
  if (changetype<usize>(open) == 0 || changetype<usize>(canvas) == 0) return failWith(code.E_INVALID_HANDLE);
  const face = faceOf(open);
  if (!(sizePx > 0 && <f64>sizePx <= code.LIMIT_SIZE_PX) || !isFinite(x) || !isFinite(y) || glyph >= face.glyphCount) return failWith(code.E_INVALID_ARGUMENT);
  if (canvasUse(canvas) != 0) return failWith(code.E_OUT_OF_MEMORY);
  rasterClear();
  if (rasterBegin() != 0) return failWith(code.E_OUT_OF_MEMORY);
  place(<f64>sizePx, face.upem, <u32>canvas.width, <u32>canvas.height, LTR, true, <f64>x, <f64>y);
  missingReset();
  penHome();
  const status = drawGlyph(instanceFont(open), glyph);
  if (status != 0 || (missingCount != 0 && face.outlines != 0)) {
    rasterReset();
    if (status == 0) return failWith(code.E_FONT_INVALID); // an outline that the face has cannot be drawn: it is damaged
    return failWith(status == -code.E_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
  }
  sweepImageBox(box);
  return 0;
}

/** The outlines of a shaped text as SVG path data in hf_result: font units, y down, the pen starting at (0, 0). */
export function hf_text_outline(handle: u32, spec: usize): i32 {
  const status = shapeSpec(handle, spec, 0);
  if (status != 0) return status;
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  const upem = faceOf(open).upem;
  outReset();
  place(<f64>upem, upem, 1, 1, LTR, true, 0, 0);
  drawSvg(instanceFont(open));
  return finishOutput();
}

/** The ISO 15924 tag that the last shaping used: "Zyyy" where no character of the text belongs to a script. */
export function hf_used_script(): u32 {
  return usedScript;
}

/** The ISO 15924 tag of a code point's script, as the module's Unicode data has it. */
export function hf_script_of(codePoint: u32): u32 {
  return hb_unicode_script(hb_unicode_funcs_get_default(), codePoint);
}
