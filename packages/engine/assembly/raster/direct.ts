// Direct painting: accumulator straight to pixels, in one pass, for pictures that nobody counts and that the right border does not cut: no notes, no border checks.
// In: whole strips (four rows on the canvas) of the accumulator. Out: pixels, runs for clear.ts, the ink box; accumulator and map are zero behind it.
import { cellStride, cells, groupBits, groupStride, leftmost, rightmost } from "./accumulator";
import { Canvas, RUN_GAP_GROUPS } from "./canvas";
import { zeros } from "./fixed";

/** Ink box of the strips painted: empty: left > right. */
export let directLeft: i32 = 0;
export let directTop: i32 = 0;
export let directRight: i32 = 0;
export let directBottom: i32 = 0;
/** Where their runs end. */
export let directRuns: usize = 0;

/** Paints the strips from `strip` to `last` (inclusive), the first of a picture. */
export function paintDirect(strip: i32, last: i32, canvas: Canvas): void {
  const zero = zeros();
  const half = i32x4.splat(128); // makes the shift below round
  const pitch = <usize>canvas.width;
  const pixels = canvas.pixels;
  const polarity = i8x16.splat(<i8>canvas.blank);
  const firstWord = (<usize>(leftmost >> 16)) << 3;
  const endWord = (<usize>((rightmost + 512) >> 16) + 1) << 3;
  let run = canvas.runs;
  const blank = 0x01010101 * canvas.blank;
  // the outermost groups touched, as columns, and the ink of all strips in them: a byte a column
  let leftGroup = usize.MAX_VALUE;
  let leftInk: u32 = 0;
  let rightGroup: usize = 0;
  let rightInk: u32 = 0;
  const firstPainted = strip;
  for (; strip <= last; strip++) {
    const bits = groupBits + groupStride * <usize>strip;
    const row0 = pixels + pitch * ((<usize>strip) << 2);
    const stripRun = run;
    let end: usize = 0; // address behind the last group; 0 before the first
    let cover = half; // prefix sum
    let ink = zero;
    // of a word of the map: its address, and those of its first cell and its first pixel
    const wordsEnd = bits + endWord;
    let cells64 = cells + cellStride * <usize>strip + (firstWord << 9);
    let pixels64 = row0 + (firstWord << 5);
    for (let at = bits + firstWord; at < wordsEnd; at += 8) {
      let word = load<u64>(at);
      if (word != 0) {
        store<u64>(at, 0);
        do {
          const bit = <usize>ctz<u64>(word);
          word &= word - 1;
          let p = pixels64 + (bit << 2);
          if (p != end) {
            // a gap, or the strip's first group
            if (i32x4.extract_lane(ink, 3) != 0) {
              const seen = v128.xor(ink, polarity);
              const b0 = v128.shuffle<i8>(seen, seen, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12);
              const b1 = v128.shuffle<i8>(seen, seen, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13);
              const b2 = v128.shuffle<i8>(seen, seen, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14);
              const b3 = v128.shuffle<i8>(seen, seen, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
              let q = end + pitch;
              let r = q + pitch;
              let s = r + pitch;
              const bytes = p - end;
              if (bytes >= 16) {
                // The first and the last vector where the span begins and ends, those between at multiples of 16: a store over the border of a cache line costs two more.
                const last = p - 16;
                v128.store(end, b0);
                v128.store(q, b1);
                v128.store(r, b2);
                v128.store(s, b3);
                const skipped = 16 - (end & 15);
                end += skipped;
                q += skipped;
                r += skipped;
                s += skipped;
                while (end + 16 < last) {
                  v128.store(end, b0);
                  v128.store(end, b0, 16);
                  v128.store(q, b1);
                  v128.store(q, b1, 16);
                  v128.store(r, b2);
                  v128.store(r, b2, 16);
                  v128.store(s, b3);
                  v128.store(s, b3, 16);
                  end += 32;
                  q += 32;
                  r += 32;
                  s += 32;
                }
                if (end < last) {
                  v128.store(end, b0);
                  v128.store(q, b1);
                  v128.store(r, b2);
                  v128.store(s, b3);
                }
                const over = end - last;
                v128.store(last, b0);
                v128.store(q - over, b1);
                v128.store(r - over, b2);
                v128.store(s - over, b3);
              } else {
                // one, two or three groups
                v128.store_lane<u32>(end, b0, 0);
                v128.store_lane<u32>(q, b1, 0);
                v128.store_lane<u32>(r, b2, 0);
                v128.store_lane<u32>(s, b3, 0);
                if (bytes != 4) {
                  const last = bytes - 8;
                  v128.store_lane<u64>(end + last, b0, 0);
                  v128.store_lane<u64>(q + last, b1, 0);
                  v128.store_lane<u64>(r + last, b2, 0);
                  v128.store_lane<u64>(s + last, b3, 0);
                }
              }
            } else if (p - end > RUN_GAP_GROUPS << 2) {
              if (end != 0) {
                store<u32>(run, <u32>(end - pixels), 4);
                run += 8;
              }
              store<u32>(run, <u32>(p - pixels));
            }
          }
          end = p + 4;
          const cell = cells64 + (bit << 6);
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
          v128.store_lane<u32>(p, rows, 0);
          p += pitch;
          v128.store_lane<u32>(p, rows, 1);
          p += pitch;
          v128.store_lane<u32>(p, rows, 2);
          v128.store_lane<u32>(p + pitch, rows, 3);
        } while (word != 0);
      }
      cells64 += 4096;
      pixels64 += 256;
    }
    if (end == 0) continue;
    store<u32>(run, <u32>(end - pixels), 4);
    run += 8;
    const stripStart = pixels + load<u32>(stripRun);
    const startColumn = stripStart - row0;
    if (startColumn <= leftGroup) {
      const columns = inkedColumns(stripStart, pitch, blank);
      leftInk = startColumn < leftGroup ? columns : leftInk | columns;
      leftGroup = startColumn;
    }
    // an edge at the end of a group touches the next without ink
    const stripEnd = end - ((<usize>!v128.any_true(ink)) << 2);
    const endColumn = stripEnd - row0;
    if (endColumn >= rightGroup && stripEnd > row0) {
      const columns = inkedColumns(stripEnd - 4, pitch, blank);
      rightInk = endColumn > rightGroup ? columns : rightInk | columns;
      rightGroup = endColumn;
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
  directLeft = <i32>leftGroup + <i32>(ctz<u32>(leftInk) >> 3);
  directRight = <i32>rightGroup - <i32>(clz<u32>(rightInk) >> 3);
  // an outermost group was touched, but by too little for ink: seldom
  if (leftInk == 0 || rightInk == 0) columnsByPixels(canvas, firstPainted << 2, (last + 1) << 2, <i32>leftGroup, <i32>rightGroup);
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
