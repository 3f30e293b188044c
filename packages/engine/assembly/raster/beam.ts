// The longest run of pixels with ink in a row. In: chains of notes. Out: the length. A chain is a part of a strip whose spans all have ink; no run in it is longer than its
// groups and spans, less the blank columns at both ends, so a chain is read only when that is more than the best run so far. Few are.
import { NOTE_BYTES } from "./accumulator";

const NOTE_TAIL: usize = 12;
const NOTE_GROUP: usize = 16;

/** Bits of the four rows in i8x16.bitmask of a group (bit 4 × column + row), for each of the four columns. */
const PIXEL_BITS: usize = memory.data<i32>(
  [
    0x1, 0x2, 0x4, 0x8, //
    0x10, 0x20, 0x40, 0x80, //
    0x100, 0x200, 0x400, 0x800, //
    0x1000, 0x2000, 0x4000, 0x8000, //
  ],
  16,
);

/** The longest run of the picture so far, in pixels. */
export let longest: i32 = 0;

export function beamReset(): void {
  longest = 0;
}

/** A bit for each pixel of a group that has ink: bit 4 × column + row. */
// @ts-ignore: decorator
@inline export function inkMaskOf(ink: v128): u32 { return <u32>i8x16.bitmask(i8x16.ne(ink, i32x4.splat(0))); }
/** The same for a note's group. */
// @ts-ignore: decorator
@inline export function inkMask(note: usize): u32 { return inkMaskOf(v128.load(note)); }
/** A bit for each of the four rows that has ink in a group. */
// @ts-ignore: decorator
@inline export function inkedRows(ink: v128): u32 {
  const mask = inkMaskOf(ink);
  return (mask | (mask >> 4) | (mask >> 8) | (mask >> 12)) & 15;
}
/** First inked column of a mask (not 0): 0..3. */
// @ts-ignore: decorator
@inline export function firstColumn(mask: u32): i32 { return <i32>(ctz<u32>(mask) >> 2); }
/** Column behind the last inked one: 1..4. */
// @ts-ignore: decorator
@inline export function endColumn(mask: u32): i32 { return 8 - <i32>(clz<u32>(mask) >> 2); }

/** Reads the chain of notes from..to (to exclusive) if it could hold a longer run; `columns` are those of its groups and of the spans between them. */
// @ts-ignore: decorator
@inline export function lookAtChain(from: usize, to: usize, columns: i32): void {
  if (columns > longest) lookCloser(from, to, columns);
}

/** Leaves out the blank columns at both ends; an edge at the end of a group touches the next without ink. */
function lookCloser(from: usize, to: usize, columns: i32): void {
  let last = inkMask(to - NOTE_BYTES);
  if (last == 0 && to - from > NOTE_BYTES) {
    columns -= 4;
    last = load<u32>(to - 2 * NOTE_BYTES, NOTE_TAIL) != 0 ? 0x8000 : inkMask(to - 2 * NOTE_BYTES) | 1;
  }
  if (columns - firstColumn(inkMask(from) | 0x10000) - 4 + endColumn(last | 1) > longest) readChain(from, to);
}

/** Columns with ink end runs or not: keeps, for each row, the column behind its last blank pixel; a run that ends with column x is x + 1 - that long. */
function readChain(from: usize, to: usize): void {
  const zero = i32x4.splat(0);
  const one = i32x4.splat(1);
  let runStart = zero;
  let best = zero;
  let blank = i32x4.splat(-1);
  for (let note = from; note < to; note += NOTE_BYTES) {
    let x = i32x4.splat(<i32>load<u16>(note, NOTE_GROUP) << 2);
    const mask = i32x4.splat(inkMask(note));
    // a span before this group repeats the last column: rows without ink there start anew, the others go on
    runStart = i32x4.max_s(runStart, v128.and(blank, x));
    best = i32x4.max_s(best, i32x4.sub(x, runStart));
    x = i32x4.add(x, one);
    blank = i32x4.eq(v128.and(mask, v128.load(PIXEL_BITS)), zero);
    runStart = i32x4.max_s(runStart, v128.and(blank, x));
    best = i32x4.max_s(best, i32x4.sub(x, runStart));
    x = i32x4.add(x, one);
    blank = i32x4.eq(v128.and(mask, v128.load(PIXEL_BITS, 16)), zero);
    runStart = i32x4.max_s(runStart, v128.and(blank, x));
    best = i32x4.max_s(best, i32x4.sub(x, runStart));
    x = i32x4.add(x, one);
    blank = i32x4.eq(v128.and(mask, v128.load(PIXEL_BITS, 32)), zero);
    runStart = i32x4.max_s(runStart, v128.and(blank, x));
    best = i32x4.max_s(best, i32x4.sub(x, runStart));
    x = i32x4.add(x, one);
    blank = i32x4.eq(v128.and(mask, v128.load(PIXEL_BITS, 48)), zero);
    runStart = i32x4.max_s(runStart, v128.and(blank, x));
    best = i32x4.max_s(best, i32x4.sub(x, runStart));
  }
  best = i32x4.max_s(best, v128.shuffle<i32>(best, best, 2, 3, 0, 1));
  longest = max(longest, max(i32x4.extract_lane(best, 0), i32x4.extract_lane(best, 1)));
}
