// Counting: notes and spans to sums. In: the lists of some strips. Out: Σ ink and its first moments, exact. Two loops without branches; no pixel is read.
import { NOTE_BYTES, notes, spans } from "./accumulator";
import { longest } from "./beam";
import {
  NOTE_GROUP, NOTE_STRIP, NOTE_TAIL, SPAN_BYTES, SPAN_COLUMNS, inkBottom, inkLeft, inkRight, inkTop, notesEnd, spansEnd,
} from "./notes";
import { Tally } from "./tally";

/** Notes whose ink fits 16-bit sums, 128 × 255 < 2^15, and whose moments fit 32-bit ones, 128 × 4 × 255 × 8191 < 2^31. */
const SUM_NOTES: usize = 128;

/** Columns of a group times two plus one, and rows times two plus one: weights of ink in the order of a note. */
const COLUMN_WEIGHTS: usize = memory.data<i16>([1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7], 16);
const ROW_WEIGHTS: usize = memory.data<i16>([1, 3, 5, 7, 1, 3, 5, 7], 16);

/** Totals of the picture, the moments doubled: whole numbers up to 255 × 2^28 × 2^16, exact in f64. */
let inkSum: f64 = 0;
let momentX: f64 = 0;
let momentY: f64 = 0;

/** A new picture. */
export function countReset(): void {
  inkSum = 0;
  momentX = 0;
  momentY = 0;
}

/** Hands over what was counted. */
export function countResult(tally: Tally): void {
  const some = inkRight > inkLeft;
  tally.inkSum = inkSum;
  tally.sumX = momentX * 0.5;
  tally.sumY = momentY * 0.5;
  tally.left = some ? inkLeft : 0;
  tally.top = some ? inkTop : 0;
  tally.right = inkRight;
  tally.bottom = inkBottom;
  tally.beam = longest;
}

/** Counts the notes and spans written last. */
export function countNotes(): void {
  const zero = i32x4.splat(0);
  const end = notesEnd;
  let note = notes;
  while (note < end) {
    let sums0 = zero; // ink of columns 0 and 1, four rows each
    let sums1 = zero; // of columns 2 and 3
    let groups = zero; // Σ ink × group
    let strips = zero; // Σ ink × strip
    const part = min(end, note + SUM_NOTES * NOTE_BYTES);
    do {
      const ink = v128.load(note);
      const low = i16x8.extend_low_i8x16_u(ink);
      const high = i16x8.extend_high_i8x16_u(ink);
      const both = i16x8.add(low, high);
      sums0 = i16x8.add(sums0, low);
      sums1 = i16x8.add(sums1, high);
      groups = i32x4.add(groups, i32x4.dot_i16x8_s(both, v128.load16_splat(note, NOTE_GROUP)));
      strips = i32x4.add(strips, i32x4.dot_i16x8_s(both, v128.load16_splat(note, NOTE_STRIP)));
      note += NOTE_BYTES;
    } while (note < part);
    const ones = i16x8.splat(1);
    const rows = v128.load(ROW_WEIGHTS);
    inkSum += sum(i32x4.add(i32x4.dot_i16x8_s(sums0, ones), i32x4.dot_i16x8_s(sums1, ones)));
    momentX += 8 * sum(groups) + sum(i32x4.add(i32x4.dot_i16x8_s(sums0, v128.load(COLUMN_WEIGHTS)), i32x4.dot_i16x8_s(sums1, v128.load(COLUMN_WEIGHTS, 16))));
    momentY += 8 * sum(strips) + sum(i32x4.add(i32x4.dot_i16x8_s(sums0, rows), i32x4.dot_i16x8_s(sums1, rows)));
  }
  let span = spans;
  const lastSpan = spansEnd;
  if (span == lastSpan) return;
  let pairSum = f64x2.splat(0);
  let pairX = f64x2.splat(0);
  let pairY = f64x2.splat(0);
  do {
    const columns = load<i32>(span, SPAN_COLUMNS);
    const before = <usize>load<u32>(span);
    const from = (<i32>load<u16>(before, NOTE_GROUP) + 1) << 2;
    const strip = <i32>load<u16>(before, NOTE_STRIP);
    const ink = i16x8.extend_low_i8x16_u(v128.load32_zero(before, NOTE_TAIL));
    // lanes: rows 0 + 1 and rows 2 + 3, once as they are and once weighted
    const count = f64x2.splat(<f64>columns);
    const plain = f64x2.mul(f64x2.convert_low_i32x4_s(i32x4.dot_i16x8_s(ink, i16x8.splat(1))), count);
    const weighted = f64x2.mul(f64x2.convert_low_i32x4_s(i32x4.dot_i16x8_s(ink, v128.load(ROW_WEIGHTS))), count);
    pairSum = f64x2.add(pairSum, plain);
    // Σ (2 x + 1) over from..to is to² - from²
    pairX = f64x2.add(pairX, f64x2.mul(plain, f64x2.splat(<f64>(from + from + columns))));
    pairY = f64x2.add(pairY, f64x2.add(weighted, f64x2.mul(plain, f64x2.splat(<f64>(strip << 3)))));
    span += SPAN_BYTES;
  } while (span < lastSpan);
  inkSum += f64x2.extract_lane(pairSum, 0) + f64x2.extract_lane(pairSum, 1);
  momentX += f64x2.extract_lane(pairX, 0) + f64x2.extract_lane(pairX, 1);
  momentY += f64x2.extract_lane(pairY, 0) + f64x2.extract_lane(pairY, 1);
}

/** The sum of four lanes, exact. */
// @ts-ignore: decorator
@inline function sum(v: v128): f64 {
  const pairs = f64x2.add(f64x2.convert_low_i32x4_s(v), f64x2.convert_low_i32x4_s(v128.shuffle<i32>(v, v, 2, 3, 0, 1)));
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}
