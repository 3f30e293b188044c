// The sweep: accumulator to ink. In: the cells and the map of touched groups. Out: pixels of the canvas and runs for clear.ts, or no pixels; in both cases a tally.
// Per strip of four rows a prefix sum runs along x, four rows as lanes, so that no lane ever needs its neighbour; everything read is set back to zero.
// Between touched groups the coverage is constant: a span.
import { endColumn, firstColumn, longestRun, noteMask } from "./beam";
import {
  canvasHeight, canvasWidth, cellStride, cells, firstStrip, groupBits, groupMasks, groupStride, lastStrip, leftmost, rightmost, spareRow, touchedReset,
} from "./accumulator";
import { RUN_GAP_GROUPS, target } from "./canvas";
import { rasterClear } from "./clear";
import { drainPieces } from "./clip";
import { drain } from "./drain";
import { fillSpan } from "./span";
import { Tally } from "./tally";
import { thePath } from "./path";

/** Groups after which the 16-bit sums of a strip are taken over: 128 × 255 < 2^15. */
const SUM_GROUPS: i32 = 128;

const NO_RUN: usize = usize.MAX_VALUE;

/** Weights of the columns 0, 1 and 2, 3 of a group, 2 × (x + 1/2). */
const WEIGHTS: usize = memory.data<i16>([1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7], 16);

/** Writes the picture and its tally. What the canvas held of the last picture is cleared first. */
export function sweepImage(tally: usize): void {
  rasterClear();
  if (changetype<usize>(target) == 0) {
    sweepMeasure(tally);
    return;
  }
  sweep(true, changetype<Tally>(tally));
}

/** Counts only: no canvas is read or written. */
export function sweepMeasure(tally: usize): void {
  sweep(false, changetype<Tally>(tally));
}

// @ts-ignore: decorator
@inline function rowSums(sums0: v128, sums1: v128): v128 {
  return i32x4.add(
    i32x4.add(i32x4.extend_low_i16x8_u(sums0), i32x4.extend_high_i16x8_u(sums0)),
    i32x4.add(i32x4.extend_low_i16x8_u(sums1), i32x4.extend_high_i16x8_u(sums1)),
  );
}
// @ts-ignore: decorator
@inline function total(v: v128): i64 {
  const half = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return <i64>i32x4.extract_lane(half, 0) + <i64>i32x4.extract_lane(half, 1);
}
/** Byte i of four as four i32 lanes. */
// @ts-ignore: decorator
@inline function spread(bytes: u32): v128 {
  const b = i32x4.splat(bytes);
  return v128.and(v128.shuffle<i8>(b, b, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), i32x4.splat(255));
}

// @ts-ignore: decorator
@inline function sweep(image: bool, tally: Tally): void {
  drain(thePath());
  drainPieces();
  const zero = i32x4.splat(0);
  const rounding = i32x4.splat(128);
  const width = canvasWidth;
  const height = canvasHeight;
  const wholeGroups = <usize>(width >> 2);
  const partColumns = width & 3;
  const firstWord = <usize>(leftmost >> 16) << 3;
  const endWord = (<usize>((rightmost + 512) >> 16) + 1) << 3;
  const stride = cellStride;
  const strideBits = groupStride;
  // canvas
  const canvas = target;
  const pitch = <usize>width;
  let pixels: usize = 0;
  let run: usize = 0;
  let polarity = zero;
  if (image) {
    pixels = canvas.pixels;
    run = canvas.runs;
    polarity = i8x16.splat(<i8>canvas.blank);
  }
  // tally; x and y moments doubled, to stay integers
  let inkSum: i64 = 0;
  let momentX: i64 = 0;
  let momentY: i64 = 0;
  let left: i32 = i32.MAX_VALUE;
  let right: i32 = 0;
  let top: i32 = i32.MAX_VALUE;
  let bottom: i32 = 0;
  let beam: i32 = 0;

  for (let strip = firstStrip; strip <= lastStrip; strip++) {
    const bits = groupBits + strideBits * <usize>strip;
    const row = cells + stride * <usize>strip;
    const y = strip << 2;
    // rows of the last strip below the canvas go to a spare row
    let row0: usize = 0;
    let row1: usize = 0;
    let row2: usize = 0;
    let row3: usize = 0;
    if (image) {
      row0 = pixels + pitch * <usize>y;
      row1 = y + 1 < height ? row0 + pitch : spareRow;
      row2 = y + 2 < height ? row1 + pitch : spareRow;
      row3 = y + 3 < height ? row2 + pitch : spareRow;
    }
    let cover = rounding; // prefix sum, four rows
    let ink = zero; // the group's 16 pixels, column by column
    let tail: u32 = 0; // ink of its last column
    let group: usize = 0; // the group behind it
    let runStart: usize = NO_RUN;
    let sums0 = zero; // ink of columns 0, 1 and 2, 3 of all groups, row by row
    let sums1 = zero;
    let groupMoment = zero; // Σ ink × group
    let untilTaken = SUM_GROUPS;
    let spanSums = zero; // ink of spans, row by row
    let fullColumns: i32 = 0; // columns of spans with full ink in all four rows
    let chain = groupMasks;
    let spanEnd: i32 = 0; // where the last span of the chain ended

    let word: u64 = 0;
    let at = firstWord;
    for (;;) {
      while (word == 0) {
        if (at >= endWord) break;
        word = load<u64>(bits + at);
        if (word != 0) store<u64>(bits + at, 0);
        at += 8;
      }
      if (word == 0) break;
      const g = ((at - 8) << 3) + <usize>ctz<u64>(word);
      word &= word - 1;
      if (g > group) {
        if (tail != 0) {
          const from = <i32>group << 2;
          const to = min(<i32>g << 2, width);
          if (to > from) {
            if (image) fillSpan(row0 + from, row1 + from, row2 + from, row3 + from, v128.xor(ink, polarity), to - from);
            spanEnd = to;
            const columns = to - from;
            if (tail == 0xffffffff) {
              fullColumns += columns;
              momentX += <i64>(1020 * columns) * <i64>(from + to);
            } else {
              const rows = i32x4.mul(spread(tail), i32x4.splat(columns));
              spanSums = i32x4.add(spanSums, rows);
              momentX += total(rows) * <i64>(from + to);
            }
          }
        } else {
          if (chain != groupMasks) {
            const endX = max(spanEnd, (<i32>(load<u32>(chain - 4) >> 16) << 2) + endColumn(load<u32>(chain - 4) & 0xffff));
            const startX = (<i32>(load<u32>(groupMasks) >> 16) << 2) + firstColumn(load<u32>(groupMasks) & 0xffff);
            left = min(left, startX);
            right = max(right, endX);
            if (endX - startX > beam) beam = longestRun(chain, spanEnd, beam);
            chain = groupMasks;
            spanEnd = 0;
          }
          if (image) {
            if (runStart == NO_RUN) runStart = g;
            else if (g - group > RUN_GAP_GROUPS) {
              store<u32>(run, <u32>(row0 - pixels + (runStart << 2)));
              store<u32>(run, <u32>(row0 - pixels + (group << 2)), 4);
              run += 8;
              runStart = g;
            }
          }
        }
      } else if (image) {
        if (runStart == NO_RUN) runStart = g;
      }
      // prefix sum over four columns; the cells are left zero
      const cell = row + (g << 6);
      const c0 = i32x4.add(cover, v128.load(cell));
      const c1 = i32x4.add(c0, v128.load(cell, 16));
      const c2 = i32x4.add(c1, v128.load(cell, 32));
      const c3 = i32x4.add(c2, v128.load(cell, 48));
      v128.store(cell, zero);
      v128.store(cell, zero, 16);
      v128.store(cell, zero, 32);
      v128.store(cell, zero, 48);
      cover = c3;
      // (sum + 128) >> 8, saturated, without its sign (non-zero winding), saturated to a byte
      const s0 = i16x8.narrow_i32x4_s(i32x4.shr_s(c0, 8), i32x4.shr_s(c1, 8));
      const s1 = i16x8.narrow_i32x4_s(i32x4.shr_s(c2, 8), i32x4.shr_s(c3, 8));
      ink = i8x16.narrow_i16x8_u(i16x8.max_s(s0, i16x8.sub_sat_s(zero, s0)), i16x8.max_s(s1, i16x8.sub_sat_s(zero, s1)));
      if (g >= wholeGroups) {
        // right border: a group of 1..3 columns, and cells behind it
        const columns = g == wholeGroups ? partColumns : 0;
        ink = v128.and(ink, columnsMask(columns));
        if (image) {
          const x = g << 2;
          const seen = v128.xor(ink, polarity);
          for (let c = 0; c < columns; c++) {
            const four = c == 0 ? i32x4.extract_lane(seen, 0) : c == 1 ? i32x4.extract_lane(seen, 1) : i32x4.extract_lane(seen, 2);
            store<u8>(row0 + x + c, <u8>four);
            store<u8>(row1 + x + c, <u8>(four >> 8));
            store<u8>(row2 + x + c, <u8>(four >> 16));
            store<u8>(row3 + x + c, <u8>(four >> 24));
          }
        }
      } else if (image) {
        const seen = v128.xor(ink, polarity);
        const rows = v128.shuffle<i8>(seen, seen, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const x = g << 2;
        v128.store_lane<u32>(row0 + x, rows, 0);
        v128.store_lane<u32>(row1 + x, rows, 1);
        v128.store_lane<u32>(row2 + x, rows, 2);
        v128.store_lane<u32>(row3 + x, rows, 3);
      }
      tail = i32x4.extract_lane(ink, 3);
      group = g + 1;
      // tally
      const low = i16x8.extend_low_i8x16_u(ink);
      const high = i16x8.extend_high_i8x16_u(ink);
      sums0 = i16x8.add(sums0, low);
      sums1 = i16x8.add(sums1, high);
      groupMoment = i32x4.add(groupMoment, i32x4.dot_i16x8_s(i16x8.add(low, high), i16x8.splat(<i16>g)));
      const mask = <u32>i8x16.bitmask(i8x16.ne(ink, zero));
      if (mask != 0) {
        chain = noteMask(chain, g, mask);
      } else if (chain != groupMasks) {
        const endX = max(spanEnd, (<i32>(load<u32>(chain - 4) >> 16) << 2) + endColumn(load<u32>(chain - 4) & 0xffff));
        const startX = (<i32>(load<u32>(groupMasks) >> 16) << 2) + firstColumn(load<u32>(groupMasks) & 0xffff);
        left = min(left, startX);
        right = max(right, endX);
        if (endX - startX > beam) beam = longestRun(chain, spanEnd, beam);
        chain = groupMasks;
        spanEnd = 0;
      }
      if (--untilTaken == 0) {
        untilTaken = SUM_GROUPS;
        spanSums = i32x4.add(spanSums, rowSums(sums0, sums1));
        momentX += 8 * total(groupMoment) + total(i32x4.add(i32x4.dot_i16x8_s(sums0, v128.load(WEIGHTS)), i32x4.dot_i16x8_s(sums1, v128.load(WEIGHTS, 16))));
        sums0 = zero;
        sums1 = zero;
        groupMoment = zero;
      }
    }
    // ink that goes on to the right border: what ended it lies outside
    if (tail != 0) {
      const from = <i32>group << 2;
      if (width > from) {
        const columns = width - from;
        if (image) fillSpan(row0 + from, row1 + from, row2 + from, row3 + from, v128.xor(ink, polarity), columns);
        spanEnd = width;
        const rows = i32x4.mul(spread(tail), i32x4.splat(columns));
        spanSums = i32x4.add(spanSums, rows);
        momentX += total(rows) * <i64>(from + width);
        group = (<usize>width + 3) >> 2;
      }
    }
    if (chain != groupMasks) {
      const endX = max(spanEnd, (<i32>(load<u32>(chain - 4) >> 16) << 2) + endColumn(load<u32>(chain - 4) & 0xffff));
      const startX = (<i32>(load<u32>(groupMasks) >> 16) << 2) + firstColumn(load<u32>(groupMasks) & 0xffff);
      left = min(left, startX);
      right = max(right, endX);
      if (endX - startX > beam) beam = longestRun(chain, spanEnd, beam);
    }
    if (image) {
      // a run of nothing but cells behind the right border is none
      if (runStart != NO_RUN && runStart << 2 < pitch) {
        store<u32>(run, <u32>(row0 - pixels + (runStart << 2)));
        store<u32>(run, <u32>(row0 - pixels + min(group << 2, pitch)), 4);
        run += 8;
      }
    }
    // the strip's sums
    const rows = i32x4.add(i32x4.add(rowSums(sums0, sums1), spanSums), i32x4.splat(255 * fullColumns));
    const stripSum = total(rows);
    if (stripSum != 0) {
      momentX += 8 * total(groupMoment) + total(i32x4.add(i32x4.dot_i16x8_s(sums0, v128.load(WEIGHTS)), i32x4.dot_i16x8_s(sums1, v128.load(WEIGHTS, 16))));
      inkSum += stripSum;
      momentY += stripSum * <i64>(2 * y + 1) + 2 * total(i32x4.mul(rows, i32x4(0, 1, 2, 3)));
      const inked = i32x4.bitmask(i32x4.ne(rows, zero));
      if (top == i32.MAX_VALUE) top = y + <i32>ctz<i32>(inked);
      bottom = y + 32 - <i32>clz<i32>(inked);
    }
  }
  touchedReset();
  if (image) {
    canvas.runCount = <u32>((run - canvas.runs) >> 3);
    canvas.inkTop = inkSum != 0 ? top : 0;
    canvas.inkBottom = bottom;
  }
  tally.inkSum = <f64>inkSum;
  tally.sumX = <f64>momentX * 0.5;
  tally.sumY = <f64>momentY * 0.5;
  tally.left = inkSum != 0 ? left : 0;
  tally.top = inkSum != 0 ? top : 0;
  tally.right = right;
  tally.bottom = bottom;
  tally.beam = beam;
}

/** Ones in the first 0..3 columns of a group. */
function columnsMask(columns: i32): v128 {
  return i32x4(columns > 0 ? -1 : 0, columns > 1 ? -1 : 0, columns > 2 ? -1 : 0, 0);
}
