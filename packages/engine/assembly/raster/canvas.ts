// Canvases. In: a size and a polarity. Out: pixels, rows contiguous (pitch == width), all blank, with a list that remembers what a sweep has written; or a status.
import { free, malloc } from "../native";
import {
  accumulatorBytes,
  accumulatorShrink,
  columnsFor,
  KEEP_BYTES,
  layOut,
  RASTER_BAD_SIZE,
  RASTER_OK,
  RASTER_OUT_OF_MEMORY,
  sizeAllowed,
  stripsFor,
} from "./accumulator";

/** A run of written pixels is continued over gaps of up to this many groups of four columns: storing 64 blank pixels costs less than a second run. */
export const RUN_GAP_GROUPS: usize = 16;

/** A picture and what has been written to it. `runs` holds {u32 start, u32 end} offsets into the first row of a strip of four rows. */
@unmanaged
export class Canvas {
  pixels: usize;
  runs: usize;
  runCount: u32;
  width: i32;
  height: i32;
  /** The byte of no ink: 255, or 0 when inverted. */
  blank: u32;
  pixelCapacity: usize;
  runCapacity: usize;
  inkTop: i32;
  inkBottom: i32;
}

/** The canvas drawn on, or 0: measuring only. */
export let target: Canvas = changetype<Canvas>(0);
let jobCanvas: Canvas = changetype<Canvas>(0);

/** A canvas of its own memory, all blank; 0 when there is no memory or the size is out of range. It is freed with `canvasFree`. */
export function canvasNew(width: i32, height: i32, invert: bool): Canvas {
  const none = changetype<Canvas>(0);
  const p = malloc(offsetof<Canvas>());
  if (p == 0) return none;
  memory.fill(p, 0, offsetof<Canvas>());
  const canvas = changetype<Canvas>(p);
  if (canvasShape(canvas, width, height, invert) != RASTER_OK) {
    canvasFree(canvas);
    return none;
  }
  return canvas;
}

/** Frees a canvas of `canvasNew`. */
export function canvasFree(canvas: Canvas): void {
  if (target == canvas) target = changetype<Canvas>(0);
  if (canvas.pixels != 0) free(canvas.pixels);
  if (canvas.runs != 0) free(canvas.runs);
  free(changetype<usize>(canvas));
}

/** Makes a canvas the one drawn on. */
export function canvasUse(canvas: Canvas): i32 {
  const status = layOut(canvas.width, canvas.height);
  target = status == RASTER_OK ? canvas : changetype<Canvas>(0);
  return status;
}

/** Gives a canvas another size or polarity and leaves it blank; its memory only grows. One that was cleared keeps its bytes: they are blank in any size. */
export function canvasShape(canvas: Canvas, width: i32, height: i32, invert: bool): i32 {
  const blank: u32 = invert ? 0 : 255;
  if (canvas.width == width && canvas.height == height && canvas.blank == blank && canvas.pixels != 0 && canvas.runCount == 0) return RASTER_OK;
  if (!sizeAllowed(width, height)) return RASTER_BAD_SIZE;
  const pixelBytes = <usize>width * <usize>height;
  // a strip holds at most one run for each (RUN_GAP_GROUPS + 1) groups, and one more
  const runBytes = (stripsFor(height) * ((columnsFor(width) >> 2) / (RUN_GAP_GROUPS + 1) + 1)) << 3;
  let refill = canvas.blank != blank || canvas.runCount != 0;
  if (pixelBytes > canvas.pixelCapacity) {
    if (canvas.pixels != 0) free(canvas.pixels);
    canvas.pixels = malloc(pixelBytes);
    canvas.pixelCapacity = canvas.pixels == 0 ? 0 : pixelBytes;
    refill = true;
  }
  if (runBytes > canvas.runCapacity) {
    if (canvas.runs != 0) free(canvas.runs);
    canvas.runs = malloc(runBytes);
    canvas.runCapacity = canvas.runs == 0 ? 0 : runBytes;
  }
  canvas.width = 0;
  if (canvas.pixels == 0 || canvas.runs == 0) return RASTER_OUT_OF_MEMORY;
  if (refill) memory.fill(canvas.pixels, <u8>blank, canvas.pixelCapacity);
  canvas.width = width;
  canvas.height = height;
  canvas.blank = blank;
  canvas.runCount = 0;
  canvas.inkTop = 0;
  canvas.inkBottom = 0;
  return RASTER_OK;
}

/**
 * Opens the canvas of a job: `image` false lays out the working memory only, for measuring. The buffers of the last job are reused or grown.
 * Returns 0, RASTER_OUT_OF_MEMORY or RASTER_BAD_SIZE. The pixels are all blank.
 */
export function canvasOpen(width: i32, height: i32, image: bool, invert: bool): i32 {
  const status = layOut(width, height);
  target = changetype<Canvas>(0);
  if (status != RASTER_OK || !image) return status;
  if (changetype<usize>(jobCanvas) == 0) {
    jobCanvas = canvasNew(width, height, invert);
    if (changetype<usize>(jobCanvas) == 0) return RASTER_OUT_OF_MEMORY;
  } else {
    const shaped = canvasShape(jobCanvas, width, height, invert);
    if (shaped != RASTER_OK) return shaped;
  }
  target = jobCanvas;
  return RASTER_OK;
}

/** Ends the use of the canvas that is drawn on (cleared before, see clear.ts), and gives back working memory above KEEP_BYTES. */
export function canvasClose(): void {
  target = changetype<Canvas>(0);
  accumulatorShrink();
  if (changetype<usize>(jobCanvas) != 0 && jobCanvas.pixelCapacity > KEEP_BYTES) {
    const canvas = jobCanvas;
    jobCanvas = changetype<Canvas>(0);
    canvasFree(canvas);
  }
}

/** The first pixel of the canvas drawn on, or 0. */
export function canvasPixels(): usize {
  return changetype<usize>(target) == 0 ? 0 : target.pixels;
}

/** Bytes held: working memory and the job's canvas (canvases of `canvasNew` are their owner's to count). */
export function canvasBytes(): usize {
  let bytes = accumulatorBytes();
  if (changetype<usize>(jobCanvas) != 0) bytes += jobCanvas.pixelCapacity + jobCanvas.runCapacity;
  return bytes;
}

/** Rows written by the last sweep, half-open; 0, 0 when it wrote none. */
export function inkTop(): i32 {
  return changetype<usize>(target) == 0 ? 0 : target.inkTop;
}
export function inkBottom(): i32 {
  return changetype<usize>(target) == 0 ? 0 : target.inkBottom;
}
