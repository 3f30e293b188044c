// The struct calls: fonts, instances and canvases by handle, one call a shape, render or measure. For hosts in tight loops, without JSON.
// Layouts are written at each struct; all fields are little-endian, pointers 32 bits.

import { putGlyphLine } from "../encode/glyph-line";
import { outReset } from "../encode/out";
import { Face, FontFile, faceOpen, fileClose, fileOpen } from "../font/face";
import { faultCode, faultNumber, faultTag } from "../font/fault";
import { axisIndex, clampToAxis, defaultCoords, findNamedInstance, Instance, instanceClose, instanceNew, namedInstanceCoords } from "../font/instance";
import * as code from "../generated/contract";
import { measureClusters } from "../job/boxes";
import { extendedPicture } from "../job/extended";
import { putFontInfo } from "../job/font-info";
import { fontReason, fontReasonBytes } from "../job/report";
import { arenaAlloc, arenaReset, cancelAsked, free, malloc } from "../native";
import {
  Canvas,
  canvasFree,
  canvasNew,
  canvasOpen,
  canvasShape,
  canvasUse,
  clearCanvas,
  rasterClear,
  sweepImage,
  sweepImageBox,
  sweepMeasure,
} from "../raster/raster";
import { GLYPH_FLAGS, glyphTotal, INFO_BYTES, infos, POSITION_BYTES, positions } from "../shape/shape";
import { handleClose, handleGet, handleOpen, KIND_CANVAS, KIND_FONT, KIND_INSTANCE } from "./handles";
import { failWith, failWithText, finishOutput } from "./last-error";
import { drawRun, fits, measures, putExtended, putMeasures } from "./measured";
import { closeFont, OpenFont, OpenInstance, releaseInstance } from "./open-fonts";
import { placeSpec, readCount, runFirst, shapeSpec } from "./text-spec";

const out = memory.data(4, 4);
const inkRows = memory.data(8, 4);

/** The last fault of a font; of a damaged one hf_last_error says in words what of it is wrong, as a job's error does. */
function failOfFont(): i32 {
  if (faultCode != code.E_FONT_INVALID) return failWith(faultCode);
  arenaReset();
  const text = fontReason(faultTag, <u32>faultNumber);
  return text == 0 ? failWith(faultCode) : failWithText(faultCode, text, fontReasonBytes);
}

/** Takes over `data` (from hf_alloc). Returns a font handle, or a negative code: then the data is freed. */
export function hf_font_create(data: usize, bytes: u32, faceIndex: u32): i32 {
  if (data == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (fileOpen(data, bytes, out) != 0) return failOfFont();
  const file = changetype<FontFile>(<usize>load<u32>(out));
  if (faceOpen(file, faceIndex, out) != 0) {
    const status = failOfFont();
    fileClose(file);
    return status;
  }
  const font = changetype<OpenFont>(malloc(offsetof<OpenFont>()));
  if (changetype<usize>(font) == 0) {
    fileClose(file);
    return failWith(code.E_OUT_OF_MEMORY);
  }
  font.file = changetype<usize>(file);
  font.face = <usize>load<u32>(out);
  font.instances = 0;
  font.released = 0;
  const handle = handleOpen(KIND_FONT, changetype<usize>(font));
  if (handle == 0) {
    closeFont(font);
    return failWith(code.E_OUT_OF_MEMORY);
  }
  return <i32>handle;
}

/** Makes the handle stale. The memory goes when the last instance of the font is released. */
export function hf_font_release(handle: u32): i32 {
  const font = changetype<OpenFont>(handleGet(KIND_FONT, handle));
  if (changetype<usize>(font) == 0) return failWith(code.E_INVALID_HANDLE);
  handleClose(handle);
  font.released = 1;
  if (font.instances == 0) closeFont(font);
  return 0;
}

/** JSON about the file of a font, in hf_result. */
export function hf_font_info(handle: u32): i32 {
  const font = changetype<OpenFont>(handleGet(KIND_FONT, handle));
  if (changetype<usize>(font) == 0) return failWith(code.E_INVALID_HANDLE);
  outReset();
  putFontInfo(changetype<FontFile>(font.file));
  return finishOutput();
}

/** JSON about a font file, in hf_result. Takes over `data`; nothing stays open. */
export function hf_file_info(data: usize, bytes: u32): i32 {
  if (data == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (fileOpen(data, bytes, out) != 0) return failOfFont();
  const file = changetype<FontFile>(<usize>load<u32>(out));
  outReset();
  putFontInfo(file);
  fileClose(file);
  return finishOutput();
}

/**
 * An instance of a font: `coords` holds `count` × {u32 tag, f32 value}; `name` (UTF-8) a named instance to start from, nameBytes 0: the defaults. Values are clamped to their axis; unknown axes are
 * an invalid_argument here (a job gets a warning). Returns an instance handle or a negative code.
 */
export function hf_instance_create(handle: u32, coords: usize, count: u32, name: usize, nameBytes: u32): i32 {
  const font = changetype<OpenFont>(handleGet(KIND_FONT, handle));
  if (changetype<usize>(font) == 0) return failWith(code.E_INVALID_HANDLE);
  const face = changetype<Face>(font.face);
  arenaReset();
  const values = arenaAlloc(max<usize>((<usize>face.axisCount) << 2, 4));
  if (values == 0) return failWith(code.E_OUT_OF_MEMORY);
  defaultCoords(face, values);
  if (nameBytes > 0) {
    const index = findNamedInstance(face, name, nameBytes);
    if (index < 0) return failWith(code.E_INVALID_ARGUMENT);
    namedInstanceCoords(face, <u32>index, values);
  }
  for (let i: u32 = 0; i < count; i++) {
    const at = coords + ((<usize>i) << 3);
    const axis = axisIndex(face, load<u32>(at));
    const value = load<f32>(at, 4);
    if (axis < 0 || !isFinite<f32>(value)) return failWith(code.E_INVALID_ARGUMENT);
    store<f32>(values + ((<usize>axis) << 2), clampToAxis(face, <u32>axis, <f64>value));
  }
  if (instanceNew(face, values, out) != 0) return failWith(faultCode);
  const made = <usize>load<u32>(out);
  const open = changetype<OpenInstance>(malloc(offsetof<OpenInstance>()));
  if (changetype<usize>(open) == 0) {
    instanceClose(changetype<Instance>(made));
    return failWith(code.E_OUT_OF_MEMORY);
  }
  open.uses = 0;
  open.machine = 0;
  open.font = changetype<usize>(font);
  open.instance = made;
  const opened = handleOpen(KIND_INSTANCE, changetype<usize>(open));
  if (opened == 0) {
    instanceClose(changetype<Instance>(made));
    free(changetype<usize>(open));
    return failWith(code.E_OUT_OF_MEMORY);
  }
  font.instances++;
  return <i32>opened;
}

export function hf_instance_release(handle: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, handle));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  handleClose(handle);
  releaseInstance(open);
  return 0;
}

/** A canvas of width × height pixels; flags bit 0: inverted (0 blank, 255 full ink). Returns a handle, canvas_too_large or out_of_memory. */
export function hf_canvas_create(width: u32, height: u32, flags: u32): i32 {
  if (width == 0 || height == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  const canvas = canvasNew(<i32>width, <i32>height, (flags & 1) != 0);
  if (changetype<usize>(canvas) == 0) return failWith(code.E_OUT_OF_MEMORY);
  const handle = handleOpen(KIND_CANVAS, changetype<usize>(canvas));
  if (handle == 0) {
    canvasFree(canvas);
    return failWith(code.E_OUT_OF_MEMORY);
  }
  return <i32>handle;
}

/** Gives a canvas another size and leaves it blank. Its memory only grows, and is not gone through: for hosts that draw pictures of many sizes one after the other. */
export function hf_canvas_resize(handle: u32, width: u32, height: u32): i32 {
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, handle));
  if (changetype<usize>(canvas) == 0) return failWith(code.E_INVALID_HANDLE);
  if (width == 0 || height == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  clearCanvas(canvas);
  return canvasShape(canvas, <i32>width, <i32>height, canvas.blank == 0) == 0 ? 0 : failWith(code.E_OUT_OF_MEMORY);
}

/** The pixels of a canvas: height rows of width bytes, valid until it is released; 0 for a bad handle. */
export function hf_canvas_pixels(handle: u32): usize {
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, handle));
  return changetype<usize>(canvas) == 0 ? 0 : canvas.pixels;
}

/** Where {u32 top, u32 bottom} are, valid until the next call: the rows [top, bottom) of a canvas that may hold ink. All others are blank. 0 for a bad handle. */
export function hf_canvas_rows(handle: u32): usize {
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, handle));
  if (changetype<usize>(canvas) == 0) return 0;
  store<u32>(inkRows, <u32>canvas.inkTop);
  store<u32>(inkRows, <u32>max(canvas.inkTop, canvas.inkBottom), 4);
  return inkRows;
}

export function hf_canvas_release(handle: u32): i32 {
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, handle));
  if (changetype<usize>(canvas) == 0) return failWith(code.E_INVALID_HANDLE);
  handleClose(handle);
  canvasFree(canvas);
  return 0;
}

// --- one run ------------------------------------------------------------------------------------------------------------

const glyphSpan = memory.data(8, 4);
const glyphColumns = memory.data(36, 4);
let glyphRecords: usize = 0;
let glyphCapacity: u32 = 0;
/** {u32 id, u32 cluster, i32 xAdvance, i32 yAdvance, i32 xOffset, i32 yOffset, u32 flags} */
const GLYPH_BYTES: usize = 28;

/** Shapes a text; the glyphs are then at hf_glyphs. */
export function hf_shape(instance: u32, spec: usize): i32 {
  return hf_shape_item(instance, spec, 0);
}

/** As hf_shape, with context beside the text, buffer flags, cluster level and order (see shapeSpec's item; 0: none). Clusters count from the text's start. */
export function hf_shape_item(instance: u32, spec: usize, item: usize): i32 {
  store<u32>(glyphSpan, 0, 4);
  const status = shapeSpec(instance, spec, item);
  if (status != 0) return status;
  if (glyphTotal > glyphCapacity) {
    free(glyphRecords);
    glyphCapacity = 0;
    glyphRecords = malloc(<usize>glyphTotal * GLYPH_BYTES);
    if (glyphRecords == 0) return failWith(code.E_OUT_OF_MEMORY);
    glyphCapacity = glyphTotal;
  }
  // the four positions lie in a record as in HarfBuzz's
  let at = glyphRecords;
  let info = infos;
  let position = positions;
  for (const end = at + <usize>glyphTotal * GLYPH_BYTES; at < end; at += GLYPH_BYTES, info += INFO_BYTES, position += POSITION_BYTES) {
    store<u32>(at, load<u32>(info));
    store<u32>(at, load<u32>(info, 8) - runFirst, 4);
    v128.store(at, v128.load(position), 8);
    store<u32>(at, load<u32>(info, 4) & GLYPH_FLAGS, 24);
  }
  store<u32>(glyphSpan, <u32>glyphRecords);
  store<u32>(glyphSpan, glyphTotal, 4);
  return 0;
}

/** {u32 records, u32 count} of the last hf_shape; valid until the next one. */
export function hf_glyphs(): usize {
  return glyphSpan;
}

/** The glyphs of the last hf_shape as hb-shape prints them, in hf_result; `options`: LINE_… of encode/glyph-line.ts. */
export function hf_glyph_line(instance: u32, options: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, instance));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  outReset();
  for (let i: usize = 0; i < 7; i++) store<u32>(glyphColumns + (i << 2), <u32>(glyphRecords + (i << 2)));
  store<u32>(glyphColumns, <u32>GLYPH_BYTES, 28);
  store<u32>(glyphColumns, 0, 32);
  putGlyphLine(changetype<Instance>(open.instance).hb, glyphColumns, load<u32>(glyphSpan, 4), options);
  return finishOutput();
}

/** Shapes and draws a text on a canvas; `measuresOut` (16 × f64, see putMeasures) may be 0. The pixels are at hf_canvas_pixels. */
export function hf_render(instance: u32, spec: usize, placement: usize, canvasHandle: u32, measuresOut: usize): i32 {
  const canvas = changetype<Canvas>(handleGet(KIND_CANVAS, canvasHandle));
  if (changetype<usize>(canvas) == 0) return failWith(code.E_INVALID_HANDLE);
  let status = shapeSpec(instance, spec, 0);
  if (status == 0) status = placeSpec(placement, <u32>canvas.width, <u32>canvas.height);
  if (status != 0) return status;
  if (canvasUse(canvas) != 0) return failWith(code.E_OUT_OF_MEMORY);
  rasterClear();
  status = drawRun();
  if (status != 0) return status;
  if (measuresOut == 0) sweepImageBox(measures);
  else {
    sweepImage(measures);
    putMeasures(measuresOut, <u32>canvas.width, <u32>canvas.height);
  }
  return 0;
}

/** Shapes and measures a text as on a canvas of the placement's width and height, without an image. */
export function hf_measure(instance: u32, spec: usize, placement: usize, measuresOut: usize): i32 {
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  if (width == 0 || height == 0 || measuresOut == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  let status = shapeSpec(instance, spec, 0);
  if (status == 0) status = placeSpec(placement, width, height);
  if (status != 0) return status;
  if (canvasOpen(<i32>width, <i32>height, false, false) != 0) return failWith(code.E_OUT_OF_MEMORY);
  status = drawRun();
  if (status != 0) return status;
  sweepMeasure(measures);
  putMeasures(measuresOut, width, height);
  return 0;
}

/** {u32 gaps, u32 listed} of the last hf_measure_extended: {i32 start, i32 length} each, in px of the canvas; valid until the next call that draws. */
const gapSpan = memory.data(8, 4);
export function hf_gaps_at(): usize {
  return gapSpan;
}

/**
 * As hf_measure, with the extended metrics: 32 × f64, those of hf_measure and behind them ink_density, moments xx, yy, xy, perimeter, bearings start, end, gap_count, gap_variation,
 * advance_variation, width_rhythm, rendered_aspect, consistency, 0, 0, 0; NaN where a number does not exist. The gaps are listed at hf_gaps_at.
 */
export function hf_measure_extended(instance: u32, spec: usize, placement: usize, measuresOut: usize): i32 {
  store<u64>(gapSpan, 0);
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  if (width == 0 || height == 0 || measuresOut == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, instance));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  let status = shapeSpec(instance, spec, 0);
  if (status == 0) status = placeSpec(placement, width, height);
  if (status != 0) return status;
  rasterClear();
  if (canvasOpen(<i32>width, <i32>height, true, false) != 0) return failWith(code.E_OUT_OF_MEMORY);
  if (measureClusters(changetype<Instance>(open.instance).hb, <f64>load<f32>(placement), readCount, code.E_OUT_OF_MEMORY) != 0)
    return failWith(cancelAsked() ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
  status = drawRun();
  if (status != 0) return status;
  sweepImage(measures);
  putMeasures(measuresOut, width, height);
  if (!putExtended(measuresOut + 128, <i32>width)) return failWith(code.E_OUT_OF_MEMORY);
  const e = extendedPicture();
  store<u32>(gapSpan, <u32>e.gaps);
  store<u32>(gapSpan, e.gapsListed, 4);
  return 0;
}
