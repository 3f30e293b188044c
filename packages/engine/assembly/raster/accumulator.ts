// The rasteriser's working memory. In: a canvas size. Out: an accumulator, a map of touched groups and scratch rows large enough for it, or a status.
// Between two pictures the accumulator and the map are zero, so they serve a canvas of any other size as they are. Which strips and columns a picture touched is kept
// here, so that an abandoned one can be taken out.
import { free, malloc } from "../native";
import { PIXEL_SHIFT, STRIP_SHIFT } from "./fixed";

/** Limits of the contract, held here too, so that no caller can make an address overflow. */
const MAX_SIDE: i32 = 32768;
const MAX_AREA: u64 = 1 << 28;
/** An accumulator above this (a 3000 × 1200 canvas takes 14 MiB) is given back after its job, so that one huge picture does not hold it for ever. */
export const KEEP_BYTES: usize = 64 << 20;

/** A note is 32 bytes; a sweep takes as many strips together as give about this many (8 KiB: they stay in the first cache). */
export const NOTE_BYTES: usize = 32;
export const NOTES_AIM: usize = 256;

export const RASTER_OK: i32 = 0;
export const RASTER_OUT_OF_MEMORY: i32 = -1;
export const RASTER_BAD_SIZE: i32 = -2;

/** Accumulator: for each strip of four rows and each column one i32x4, a lane a row. */
export let cells: usize = 0;
export let cellStride: usize = 0;
/** One bit for each group of four columns (64 bytes of the accumulator) of each strip. */
export let groupBits: usize = 0;
export let groupStride: usize = 0;
/** The lists of notes and spans of some strips: see notes.ts. Room for NOTES_AIM notes and one whole strip's. */
export let notes: usize = 0;
export let spans: usize = 0;
export let canvasWidth: i32 = 0;
export let canvasHeight: i32 = 0;

let cellMemory: usize = 0;
let cellCapacity: usize = 0;
let bitMemory: usize = 0;
let bitCapacity: usize = 0;
let rowMemory: usize = 0;
let rowCapacity: usize = 0;

/** Strips and columns (in units) touched by the picture, inclusive; firstStrip > lastStrip when none. */
export let firstStrip: i32 = i32.MAX_VALUE;
export let lastStrip: i32 = i32.MIN_VALUE;
export let leftmost: i32 = i32.MAX_VALUE;
export let rightmost: i32 = 0;

/** Columns of the accumulator: a line at the right border adds to three columns from it. */
// @ts-ignore: decorator
@inline export function columnsFor(width: i32): usize { return (<usize>width + 3 + 3) & ~3; }
// @ts-ignore: decorator
@inline export function stripsFor(height: i32): usize { return (<usize>height + 3) >> 2; }
// @ts-ignore: decorator
@inline export function sizeAllowed(width: i32, height: i32): bool {
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && <u64>width * <u64>height <= MAX_AREA;
}

/** Makes the working memory large enough for a canvas of this size and lays it out for it. The accumulator and the map are zero before and after. */
export function layOut(width: i32, height: i32): i32 {
  if (width == canvasWidth && height == canvasHeight) return RASTER_OK;
  if (!sizeAllowed(width, height)) return RASTER_BAD_SIZE;
  const columns = columnsFor(width);
  const strips = stripsFor(height);
  let stride = (columns << 4) + 64;
  // rows of the accumulator a multiple of 4096 apart would fall into the same few cache sets
  if ((stride & 4095) == 0) stride += 64;
  const bitStride = ((columns >> 2) + 63) >> 6 << 3;
  // a note may have a span before it, and the last of a strip one behind it: two spans of a quarter of its size
  const noteBytes = (NOTES_AIM + (columns >> 2) + 8) * NOTE_BYTES;
  accumulatorReset();
  canvasWidth = 0;
  canvasHeight = 0;
  if (stride * strips > cellCapacity) {
    cellMemory = resized(cellMemory, stride * strips);
    cellCapacity = cellMemory == 0 ? 0 : stride * strips;
  }
  if (bitStride * strips > bitCapacity) {
    bitMemory = resized(bitMemory, bitStride * strips); // and what resized() adds: a mark may read three bytes behind the last
    bitCapacity = bitMemory == 0 ? 0 : bitStride * strips;
  }
  if (noteBytes + (noteBytes >> 1) > rowCapacity) {
    rowMemory = resized(rowMemory, noteBytes + (noteBytes >> 1));
    rowCapacity = rowMemory == 0 ? 0 : noteBytes + (noteBytes >> 1);
  }
  if (cellMemory == 0 || bitMemory == 0 || rowMemory == 0) return RASTER_OUT_OF_MEMORY;
  cells = (cellMemory + 63) & ~63;
  cellStride = stride;
  groupBits = (bitMemory + 63) & ~63;
  groupStride = bitStride;
  // a strip's end may look one note back
  notes = ((rowMemory + 63) & ~63) + 64;
  spans = notes + noteBytes;
  canvasWidth = width;
  canvasHeight = height;
  return RASTER_OK;
}

/** New zeroed memory in place of the old (whose contents are zero as well), with room to align it to 64 bytes; 0 when there is none. */
function resized(old: usize, bytes: usize): usize {
  if (old != 0) free(old);
  const fresh = malloc(bytes + 64);
  if (fresh != 0) memory.fill(fresh, 0, bytes + 64);
  return fresh;
}

/** Gives back an accumulator above KEEP_BYTES. */
export function accumulatorShrink(): void {
  if (cellCapacity <= KEEP_BYTES) return;
  touchedReset();
  free(cellMemory);
  cellMemory = 0;
  cellCapacity = 0;
  canvasWidth = 0;
  canvasHeight = 0;
}

/** Bytes held. */
export function accumulatorBytes(): usize {
  return cellCapacity + bitCapacity + rowCapacity;
}

/** Notes what a box of lines (inside the canvas, in units) will touch. */
export function touch(x0: i32, y0: i32, x1: i32, y1: i32): void {
  firstStrip = min(firstStrip, y0 >> STRIP_SHIFT);
  lastStrip = max(lastStrip, (y1 - 1) >> STRIP_SHIFT);
  leftmost = min(leftmost, x0);
  rightmost = max(rightmost, x1);
}

/** Notes that lines lie right of the canvas: the ink may reach its border, whatever ends it. */
export function touchRight(): void {
  rightmost = canvasWidth << PIXEL_SHIFT;
}

/** Nothing is touched: the sweep has set all of it to zero. */
export function touchedReset(): void {
  firstStrip = i32.MAX_VALUE;
  lastStrip = i32.MIN_VALUE;
  leftmost = i32.MAX_VALUE;
  rightmost = 0;
}

/** Sets what a picture touched to zero, without sweeping it. */
export function accumulatorReset(): void {
  for (let strip = firstStrip; strip <= lastStrip; strip++) {
    memory.fill(cells + cellStride * <usize>strip, 0, cellStride);
    memory.fill(groupBits + groupStride * <usize>strip, 0, groupStride);
  }
  touchedReset();
}

/** For tests: the sum of all bits that are set anywhere in the accumulator and the map. Zero between two pictures. */
export function accumulatorState(): u64 {
  let bits: u64 = 0;
  for (let p: usize = 0; p < cellCapacity; p += 8) bits += popcnt<u64>(load<u64>(cells + p));
  for (let p: usize = 0; p < bitCapacity; p += 8) bits += popcnt<u64>(load<u64>(groupBits + p));
  return bits;
}
