// Direct painting: accumulator straight to pixels, in one pass, for pictures that nobody counts and that the right border does not cut: no notes, no border checks.
// In: whole strips (four rows on the canvas) of the accumulator. Out: pixels, runs for clear.ts, the ink box; accumulator and map are zero behind it.
import { cellStride, cells, groupBits, groupStride, leftmost, rightmost } from "./accumulator";
import { Canvas, RUN_GAP_GROUPS } from "./canvas";

const NO_RUN: usize = usize.MAX_VALUE;

/** Ink box of the strips painted: empty: left > right. */
export let directLeft: i32 = 0;
export let directTop: i32 = 0;
export let directRight: i32 = 0;
export let directBottom: i32 = 0;
/** Where their runs end. */
export let directRuns: usize = 0;

/** Paints the strips from `strip` to `last` (inclusive), the first of a picture. */
export function paintDirect(strip: i32, last: i32, canvas: Canvas): void {
  const zero = i32x4.splat(0);
  const pitch = <usize>canvas.width;
  const pixels = canvas.pixels;
  const polarity = i8x16.splat(<i8>canvas.blank);
  const firstWord = (<usize>(leftmost >> 16)) << 3;
  const endWord = (<usize>((rightmost + 512) >> 16) + 1) << 3;
  let run = canvas.runs;
  const blank = 0x01010101 * canvas.blank;
  // the outermost groups touched, and the ink of all strips in them: a byte a column
  let leftGroup = usize.MAX_VALUE;
  let leftInk: u32 = 0;
  let rightGroup: usize = 0;
  let rightInk: u32 = 0;
  const firstPainted = strip;
  for (; strip <= last; strip++) {
    const row = cells + cellStride * <usize>strip;
    const bits = groupBits + groupStride * <usize>strip;
    const row0 = pixels + pitch * ((<usize>strip) << 2);
    const row1 = row0 + pitch;
    const row2 = row1 + pitch;
    const row3 = row2 + pitch;
    let cover = i32x4.splat(128); // prefix sum; the half makes the shift below round
    let ink = zero;
    let tail: u32 = 0; // ink of the last column
    let end: usize = 0; // the group behind it
    let runStart = NO_RUN;
    let stripStart: usize = 0;
    for (let at = firstWord; at < endWord; at += 8) {
      let word = load<u64>(bits + at);
      if (word == 0) continue;
      store<u64>(bits + at, 0);
      do {
        const group = (at << 3) + <usize>ctz<u64>(word);
        word &= word - 1;
        const x = group << 2;
        if (group != end) {
          if (tail != 0) {
            const seen = v128.xor(ink, polarity);
            const b0 = v128.shuffle<i8>(seen, seen, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12);
            const b1 = v128.shuffle<i8>(seen, seen, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13);
            const b2 = v128.shuffle<i8>(seen, seen, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14);
            const b3 = v128.shuffle<i8>(seen, seen, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
            let p = row0 + (end << 2);
            let q = p + pitch;
            let r = q + pitch;
            let s = r + pitch;
            let columns = <i32>((group - end) << 2);
            while (columns >= 32) {
              v128.store(p, b0);
              v128.store(p, b0, 16);
              v128.store(q, b1);
              v128.store(q, b1, 16);
              v128.store(r, b2);
              v128.store(r, b2, 16);
              v128.store(s, b3);
              v128.store(s, b3, 16);
              p += 32;
              q += 32;
              r += 32;
              s += 32;
              columns -= 32;
            }
            if (columns & 16) {
              v128.store(p, b0);
              v128.store(q, b1);
              v128.store(r, b2);
              v128.store(s, b3);
              p += 16;
              q += 16;
              r += 16;
              s += 16;
            }
            if (columns & 8) {
              v128.store_lane<u64>(p, b0, 0);
              v128.store_lane<u64>(q, b1, 0);
              v128.store_lane<u64>(r, b2, 0);
              v128.store_lane<u64>(s, b3, 0);
              p += 8;
              q += 8;
              r += 8;
              s += 8;
            }
            if (columns & 4) {
              v128.store_lane<u32>(p, b0, 0);
              v128.store_lane<u32>(q, b1, 0);
              v128.store_lane<u32>(r, b2, 0);
              v128.store_lane<u32>(s, b3, 0);
            }
          } else if (runStart == NO_RUN) {
            runStart = group;
            stripStart = group;
          } else if (group - end > RUN_GAP_GROUPS) {
            store<u32>(run, <u32>(row0 - pixels + (runStart << 2)));
            store<u32>(run, <u32>(row0 - pixels + (end << 2)), 4);
            run += 8;
            runStart = group;
          }
        } else if (runStart == NO_RUN) {
          // the strip begins with group 0
          runStart = 0;
        }
        const cell = row + (group << 6);
        const c0 = i32x4.add(cover, v128.load(cell));
        const c1 = i32x4.add(c0, v128.load(cell, 16));
        const c2 = i32x4.add(c1, v128.load(cell, 32));
        cover = i32x4.add(c2, v128.load(cell, 48));
        v128.store(cell, zero);
        v128.store(cell, zero, 16);
        v128.store(cell, zero, 32);
        v128.store(cell, zero, 48);
        // as in notes.ts
        const s0 = i16x8.narrow_i32x4_s(i32x4.shr_s(c0, 8), i32x4.shr_s(c1, 8));
        const s1 = i16x8.narrow_i32x4_s(i32x4.shr_s(c2, 8), i32x4.shr_s(cover, 8));
        ink = i8x16.narrow_i16x8_u(i16x8.max_s(s0, i16x8.sub_sat_s(zero, s0)), i16x8.max_s(s1, i16x8.sub_sat_s(zero, s1)));
        const seen = v128.xor(ink, polarity);
        const rows = v128.shuffle<i8>(seen, seen, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        v128.store_lane<u32>(row0 + x, rows, 0);
        v128.store_lane<u32>(row1 + x, rows, 1);
        v128.store_lane<u32>(row2 + x, rows, 2);
        v128.store_lane<u32>(row3 + x, rows, 3);
        tail = <u32>i32x4.extract_lane(ink, 3);
        end = group + 1;
      } while (word != 0);
    }
    if (runStart == NO_RUN) continue;
    store<u32>(run, <u32>(row0 - pixels + (runStart << 2)));
    store<u32>(run, <u32>(row0 - pixels + (end << 2)), 4);
    run += 8;
    if (stripStart <= leftGroup) {
      const columns = inkedColumns(row0 + (stripStart << 2), pitch, blank);
      leftInk = stripStart < leftGroup ? columns : leftInk | columns;
      leftGroup = stripStart;
    }
    // an edge at the end of a group touches the next without ink
    const stripEnd = end - <usize>!v128.any_true(ink);
    if (stripEnd >= rightGroup && stripEnd > 0) {
      const columns = inkedColumns(row0 + (stripEnd << 2) - 4, pitch, blank);
      rightInk = stripEnd > rightGroup ? columns : rightInk | columns;
      rightGroup = stripEnd;
    }
  }
  directRuns = run;
  if (rightGroup == 0) {
    directLeft = i32.MAX_VALUE;
    directTop = i32.MAX_VALUE;
    directRight = 0;
    directBottom = 0;
    return;
  }
  directLeft = <i32>(leftGroup << 2) + <i32>(ctz<u32>(leftInk) >> 3);
  directRight = <i32>(rightGroup << 2) - <i32>(clz<u32>(rightInk) >> 3);
  // an outermost group was touched, but by too little for ink: seldom
  if (leftInk == 0 || rightInk == 0) columnsByPixels(canvas, firstPainted << 2, (last + 1) << 2, <i32>(leftGroup << 2), <i32>(rightGroup << 2));
  rowsByPixels(canvas, firstPainted << 2, (last + 1) << 2);
}

/** The columns of a group with ink in any of the four rows, as bytes that are not 0. */
function inkedColumns(p: usize, pitch: usize, blank: u32): u32 {
  return (load<u32>(p) ^ blank) | (load<u32>(p + pitch) ^ blank) | (load<u32>(p + 2 * pitch) ^ blank) | (load<u32>(p + 3 * pitch) ^ blank);
}

/** Left and right of the ink box, which lies in rows from..to and between two columns: up to the first pixel with ink, and from the last. */
function columnsByPixels(canvas: Canvas, from: i32, to: i32, start: i32, end: i32): void {
  const blank = <u8>canvas.blank;
  let left = end;
  let right = start;
  for (let y = from; y < to; y++) {
    const row = canvas.pixels + <usize>canvas.width * <usize>y;
    let x = start;
    while (x < left && load<u8>(row + x) == blank) x++;
    left = x;
    x = end;
    while (x > right && load<u8>(row + x - 1) == blank) x--;
    right = x;
  }
  directLeft = left < right ? left : i32.MAX_VALUE;
  directRight = left < right ? right : 0;
}

/** Top and bottom of the ink box, which lies in rows from..to: the first row and the last with ink between left and right. */
function rowsByPixels(canvas: Canvas, from: i32, to: i32): void {
  while (from < to && !rowHasInk(canvas, from)) from++;
  while (to > from && !rowHasInk(canvas, to - 1)) to--;
  directTop = from < to ? from : i32.MAX_VALUE;
  directBottom = from < to ? to : 0;
}

function rowHasInk(canvas: Canvas, y: i32): bool {
  const row = canvas.pixels + <usize>canvas.width * <usize>y;
  const blank = i8x16.splat(<i8>canvas.blank);
  let x = directLeft;
  for (; x + 16 <= directRight; x += 16) if (v128.any_true(v128.xor(v128.load(row + x), blank))) return true;
  for (; x < directRight; x++) if (load<u8>(row + x) != <u8>canvas.blank) return true;
  return false;
}
