// Pictures by address, without JSON: as files (PGM, PNG), as a hash; and the boxes of a shaped text's clusters. For hosts in tight loops.
// Addresses are of memory from hf_alloc or hf_canvas_pixels. Knows nothing of file systems.

import { outReset, putBytes } from "../encode/out";
import { putPgmHeader } from "../encode/pgm";
import { PNG_OK, pngFile, pngFileBytes, pngMake } from "../encode/png";
import { sha256 } from "../encode/sha256";
import * as code from "../generated/contract";
import { clusterBoxes, clusterCount, measureClusters } from "../job/boxes";
import { penHome, penSkip, penX, penY, scale } from "../job/place";
import { arenaAlloc } from "../native";
import { canvasOpen, rasterClear } from "../raster/raster";
import { glyphCluster, glyphId, glyphTotal, xOffset, yOffset } from "../shape/shape";
import { failWith, finishOutput, setResult } from "./last-error";
import { fits } from "./measured";
import { placeSpec, readCount, runFont, shapeSpec } from "./text-spec";

const FILE_PGM: u32 = 0;
const FILE_PNG: u32 = 1;
/** Every row is read: which ones are blank makes no difference to the file. */
const WHITE: u32 = 255;

const boxSpan = memory.data(8, 4);
const placedSpan = memory.data(8, 4);
const PLACED_BYTES: usize = 40;

/** A picture's file, 8-bit grey, 0 black and 255 white as they stand, at hf_result. `format`: 0 binary PGM, 1 PNG. 0, invalid_argument, canvas_too_large or out_of_memory. */
export function hf_picture_file(pixels: usize, width: u32, height: u32, format: u32): i32 {
  if (pixels == 0 || width == 0 || height == 0 || format > FILE_PNG) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  outReset();
  if (format == FILE_PGM) {
    putPgmHeader(width, height);
    putBytes(pixels, <usize>width * <usize>height);
    return finishOutput();
  }
  if (pngMake(pixels, width, height, 0, <i32>height, WHITE) != PNG_OK) return failWith(code.E_OUT_OF_MEMORY);
  setResult(pngFile, <u32>pngFileBytes);
  return 0;
}

/** SHA-256 of `bytes` bytes at `data`: 32 bytes to `out`, most significant first. */
export function hf_sha256(data: usize, bytes: u32, out: usize): i32 {
  if (out == 0 || (data == 0 && bytes > 0)) return failWith(code.E_INVALID_ARGUMENT);
  sha256(data, bytes, out);
  return 0;
}

/** Shapes a text and measures each of its clusters as on a canvas of the placement's width and height; the boxes are then at hf_boxes_at, in visual order. */
export function hf_boxes(instance: u32, spec: usize, placement: usize): i32 {
  store<u32>(boxSpan, 0, 4);
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  if (width == 0 || height == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  let status = shapeSpec(instance, spec, 0);
  if (status == 0) status = placeSpec(placement, width, height);
  if (status != 0) return status;
  rasterClear();
  if (canvasOpen(<i32>width, <i32>height, false, false) != 0) return failWith(code.E_OUT_OF_MEMORY);
  status = measureClusters(runFont, <f64>load<f32>(placement), readCount, code.E_OUT_OF_MEMORY);
  if (status != 0) return failWith(status == -code.E_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
  store<u32>(boxSpan, <u32>clusterBoxes);
  store<u32>(boxSpan, clusterCount, 4);
  return 0;
}

/**
 * {u32 records, u32 count} of the last hf_boxes, valid until the next call. A record, 64 bytes: u32 start, u32 end (code points of the text, half-open), i32 ink x, y, width, height (px; no ink: all 0),
 * f64 ink (255 a full pixel), f64 x, y, width, height of the advance box (px).
 */
export function hf_boxes_at(): usize {
  return boxSpan;
}

/** Shapes a text and places its glyphs as on a canvas of the placement's width and height; they are then at hf_placed_at, in visual order. */
export function hf_place(instance: u32, spec: usize, placement: usize): i32 {
  store<u32>(placedSpan, 0, 4);
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  if (width == 0 || height == 0) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  let status = shapeSpec(instance, spec, 0);
  if (status == 0) status = placeSpec(placement, width, height);
  if (status != 0) return status;
  const records = arenaAlloc(<usize>max<u32>(glyphTotal, 1) * PLACED_BYTES);
  if (records == 0) return failWith(code.E_OUT_OF_MEMORY);
  penHome();
  for (let i: u32 = 0; i < glyphTotal; i++) {
    const at = records + <usize>i * PLACED_BYTES;
    const x = penX;
    const y = penY;
    penSkip(i);
    store<u32>(at, glyphId(i));
    store<u32>(at, glyphCluster(i), 4);
    store<f64>(at, x + <f64>xOffset(i) * scale, 8);
    store<f64>(at, y - <f64>yOffset(i) * scale, 16);
    store<f64>(at, penX - x, 24);
    store<f64>(at, penY - y, 32);
  }
  store<u32>(placedSpan, <u32>records);
  store<u32>(placedSpan, glyphTotal, 4);
  return 0;
}

/**
 * {u32 records, u32 count} of the last hf_place, valid until the next call. A record, 40 bytes: u32 glyph id, u32 cluster (code points of the text), f64 x, y of its origin, f64 x and y advance (px, y down).
 */
export function hf_placed_at(): usize {
  return placedSpan;
}
