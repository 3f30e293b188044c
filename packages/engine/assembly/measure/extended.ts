// The extended measures of a drawn picture (docs/metrics.md): second moments, perimeter, ink gaps. In: the pixels of a canvas and the ink box. Out: a record of numbers.
// One pass over the rows of the box, sixteen columns at a time; reference.ts says the same without vectors. All of ink, whatever the polarity.
import { arenaAlloc } from "../native";

/** NaN stands for a number that a picture without ink does not have. */
@unmanaged
export class Extended {
  /** Σ ink / (255 · width · height of the ink box). */
  inkDensity: f64;
  /** Central second moments in px²: of x, of y, of both. */
  momentXX: f64;
  momentYY: f64;
  momentXY: f64;
  /** Length of the ink's outline in px. */
  perimeter: f64;
  /** Gaps without ink along the line: how many, the first GAPS_MAX as {i32 start, i32 length} in px of the canvas, and their lengths' coefficient of variation. */
  gapCount: u32;
  gapsListed: u32;
  gaps: usize;
  gapVariation: f64;
}

/** Gaps that are listed; more are counted and take part in the variation. The contract's limit ink_gaps. */
export const GAPS_MAX: u32 = 1024;
export const GAP_BYTES: usize = 8;

/** Rows whose ink fits 16-bit sums: 256 × 255 < 2^16. */
const SUM_ROWS: i32 = 256;
/** Blocks of sixteen columns whose moments fit 32-bit sums: a lane grows by at most 4 × 255 × 32767 < 2^25 a block. */
const SUM_BLOCKS: i32 = 32;
/** Blank bytes before and behind a row, so that no block looks whether it is the last. */
const PAD: usize = 32;

const FIRST_COLUMNS: usize = memory.data<i16>([0, 1, 2, 3, 4, 5, 6, 7], 16);

let rowMoment: f64 = 0;
let rowInk: f64 = 0;

/**
 * Measures the canvas at `pixels` (`width` bytes a row) inside its ink box, half-open, in pixels. `blank`: the byte of no ink. `vertical`: gaps lie along y, otherwise along x.
 * Scratch comes from the arena. Returns false where there is no memory.
 */
export function measureExtended(pixels: usize, width: i32, left: i32, top: i32, right: i32, bottom: i32, blank: u32, vertical: bool, out: Extended): bool {
  out.inkDensity = NaN;
  out.momentXX = NaN;
  out.momentYY = NaN;
  out.momentXY = NaN;
  out.perimeter = 0;
  out.gapCount = 0;
  out.gapsListed = 0;
  out.gapVariation = NaN;
  const boxWidth = right - left;
  const boxHeight = bottom - top;
  if (boxWidth <= 0 || boxHeight <= 0) return true;
  const padded = (<usize>boxWidth + 15) & ~15;
  const columns = arenaAlloc(padded << 2);
  const columnParts = arenaAlloc(padded << 1);
  const rows = arenaAlloc((<usize>boxHeight) << 2);
  const lineBytes = PAD + padded + PAD;
  const lines = arenaAlloc(lineBytes << 1);
  out.gaps = arenaAlloc(<usize>GAPS_MAX * GAP_BYTES);
  if (columns == 0 || columnParts == 0 || rows == 0 || lines == 0 || out.gaps == 0) return false;
  memory.fill(columns, 0, padded << 2);
  memory.fill(columnParts, 0, padded << 1);
  memory.fill(lines, 0, lineBytes << 1);
  let before = lines + PAD; // the row above; at first none
  let line = lines + lineBytes + PAD;
  let mixed: f64 = 0; // Σ ink · x · y, x and y from the box's corner to the pixel's corner
  let border: f64 = 0;
  for (let y = 0; y < boxHeight; y++) {
    takeRow(pixels + <usize>(top + y) * <usize>width + <usize>left, boxWidth, blank, line, columnParts);
    store<u32>(rows + ((<usize>y) << 2), <u32>rowInk);
    mixed += rowMoment * <f64>y;
    border += borderOf(before, line, padded);
    const free = before;
    before = line;
    line = free;
    if ((y & (SUM_ROWS - 1)) == SUM_ROWS - 1) addParts(columns, columnParts, padded);
  }
  addParts(columns, columnParts, padded);
  memory.fill(line, 0, padded);
  border += borderOf(before, line, padded);
  out.perimeter = border / 510; // the differences of two pixels each, of 255
  // the column and row sums are exact, so the two passes for mean and variance are
  const ink = total(columns, boxWidth);
  const x = mean(columns, boxWidth, ink);
  const y = mean(rows, boxHeight, ink);
  out.inkDensity = ink / (255 * <f64>boxWidth * <f64>boxHeight);
  out.momentXX = variance(columns, boxWidth, ink, x) + 1.0 / 12;
  out.momentYY = variance(rows, boxHeight, ink, y) + 1.0 / 12;
  out.momentXY = mixed / ink - x * y;
  if (vertical) findGaps(rows, boxHeight, top, out);
  else findGaps(columns, boxWidth, left, out);
  return true;
}

/** Copies a row's ink to `line` (blank behind its end), adds it to the columns' sums, and leaves the row's sum and first moment in rowInk and rowMoment. */
function takeRow(row: usize, count: i32, blank: u32, line: usize, parts: usize): void {
  const polarity = i8x16.splat(<i8>blank);
  const whole = count & ~15;
  for (let x = 0; x < whole; x += 16) v128.store(line + x, v128.xor(v128.load(row + x), polarity));
  for (let x = whole; x < count; x++) store<u8>(line + x, load<u8>(row + x) ^ <u8>blank);
  const padded = (count + 15) & ~15;
  const eight = i16x8.splat(8);
  let sums = i32x4.splat(0);
  let moment: f64 = 0;
  let x = 0;
  let column = v128.load(FIRST_COLUMNS);
  while (x < padded) {
    let moments = i32x4.splat(0);
    const end = min(padded, x + SUM_BLOCKS * 16);
    for (; x < end; x += 16) {
      const ink = v128.load(line + x);
      const low = i16x8.extend_low_i8x16_u(ink);
      const high = i16x8.extend_high_i8x16_u(ink);
      const part = parts + ((<usize>x) << 1);
      v128.store(part, i16x8.add(v128.load(part), low));
      v128.store(part, i16x8.add(v128.load(part, 16), high), 16);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.add(low, high)));
      const next = i16x8.add(column, eight);
      moments = i32x4.add(moments, i32x4.add(i32x4.dot_i16x8_s(low, column), i32x4.dot_i16x8_s(high, next)));
      column = i16x8.add(next, eight);
    }
    moment += sum(moments);
  }
  rowInk = sum(sums);
  rowMoment = moment;
}

/**
 * Σ over the cells between two rows of the length of the gradient, times 510. A cell's corners are the centres of 2 × 2 pixels; the gradient is of the bilinear surface in its
 * middle: half the sum of the differences along either side.
 */
function borderOf(above: usize, below: usize, padded: usize): f64 {
  let sums = f32x4.splat(0);
  // the cell before the first column too; behind the last one there is one more, which may fall into the padding's block
  for (let x: usize = 0; x < padded + 16; x += 16) {
    const a = v128.load(above + x - 1);
    const b = v128.load(above + x);
    const c = v128.load(below + x - 1);
    const d = v128.load(below + x);
    if (!v128.any_true(v128.or(v128.or(v128.xor(a, b), v128.xor(a, c)), v128.xor(a, d)))) continue;
    const aLow = i16x8.extend_low_i8x16_u(a);
    const bLow = i16x8.extend_low_i8x16_u(b);
    const cLow = i16x8.extend_low_i8x16_u(c);
    const dLow = i16x8.extend_low_i8x16_u(d);
    sums = f32x4.add(sums, gradients(i16x8.sub(dLow, aLow), i16x8.sub(bLow, cLow)));
    const aHigh = i16x8.extend_high_i8x16_u(a);
    const bHigh = i16x8.extend_high_i8x16_u(b);
    const cHigh = i16x8.extend_high_i8x16_u(c);
    const dHigh = i16x8.extend_high_i8x16_u(d);
    sums = f32x4.add(sums, gradients(i16x8.sub(dHigh, aHigh), i16x8.sub(bHigh, cHigh)));
  }
  return <f64>f32x4.extract_lane(sums, 0) + <f64>f32x4.extract_lane(sums, 1) + (<f64>f32x4.extract_lane(sums, 2) + <f64>f32x4.extract_lane(sums, 3));
}

/** Lengths of eight gradients, in four sums: along x it is p + q, along y p − q (p, q: differences along the diagonals), and (p + q)² + (p − q)² = 2 (p² + q²). */
function gradients(p: v128, q: v128): v128 {
  const first = v128.shuffle<i16>(p, q, 0, 8, 1, 9, 2, 10, 3, 11);
  const last = v128.shuffle<i16>(p, q, 4, 12, 5, 13, 6, 14, 7, 15);
  const firstSquares = i32x4.shl(i32x4.dot_i16x8_s(first, first), 1);
  const lastSquares = i32x4.shl(i32x4.dot_i16x8_s(last, last), 1);
  return f32x4.add(f32x4.sqrt(f32x4.convert_i32x4_s(firstSquares)), f32x4.sqrt(f32x4.convert_i32x4_s(lastSquares)));
}

/** Adds the 16-bit sums to the 32-bit ones and leaves them at 0. */
function addParts(columns: usize, parts: usize, count: usize): void {
  for (let x: usize = 0; x < count; x += 8) {
    const part = v128.load(parts + (x << 1));
    const at = columns + (x << 2);
    v128.store(at, i32x4.add(v128.load(at), i32x4.extend_low_i16x8_u(part)));
    v128.store(at, i32x4.add(v128.load(at, 16), i32x4.extend_high_i16x8_u(part)), 16);
    v128.store(parts + (x << 1), i32x4.splat(0));
  }
}

function sum(v: v128): f64 {
  return <f64>i32x4.extract_lane(v, 0) + <f64>i32x4.extract_lane(v, 1) + (<f64>i32x4.extract_lane(v, 2) + <f64>i32x4.extract_lane(v, 3));
}

function total(sums: usize, count: i32): f64 {
  let ink: u64 = 0;
  for (let i = 0; i < count; i++) ink += <u64>load<u32>(sums + ((<usize>i) << 2));
  return <f64>ink;
}

/** Σ sum · i / Σ sum. */
function mean(sums: usize, count: i32, ink: f64): f64 {
  let moment: f64 = 0;
  for (let i = 0; i < count; i++) moment += <f64>load<u32>(sums + ((<usize>i) << 2)) * <f64>i;
  return moment / ink;
}

function variance(sums: usize, count: i32, ink: f64, middle: f64): f64 {
  let moment: f64 = 0;
  for (let i = 0; i < count; i++) {
    const d = <f64>i - middle;
    moment += <f64>load<u32>(sums + ((<usize>i) << 2)) * d * d;
  }
  return moment / ink;
}

/** Runs of sums that are 0; the first and the last sum are not. */
function findGaps(sums: usize, count: i32, offset: i32, out: Extended): void {
  let gaps: f64 = 0;
  let lengths: f64 = 0;
  let squares: f64 = 0;
  let i = 0;
  while (i < count) {
    if (load<u32>(sums + ((<usize>i) << 2)) != 0) {
      i++;
      continue;
    }
    const from = i;
    while (load<u32>(sums + ((<usize>i) << 2)) == 0) i++;
    const length = i - from;
    if (out.gapsListed < GAPS_MAX) {
      const at = out.gaps + <usize>out.gapsListed * GAP_BYTES;
      store<i32>(at, offset + from);
      store<i32>(at, length, 4);
      out.gapsListed++;
    }
    out.gapCount++;
    gaps += 1;
    lengths += <f64>length;
    squares += <f64>length * <f64>length;
  }
  // whole numbers below 2^53: the one-pass formula loses nothing
  if (gaps >= 2) out.gapVariation = sqrt(gaps * squares - lengths * lengths) / lengths;
}

/** Coefficient of variation of `count` numbers (f64): standard deviation of the population ÷ mean. NaN under two numbers, or where the mean is not above 0. */
export function variation(values: usize, count: u32): f64 {
  if (count < 2) return NaN;
  const n = <f64>count;
  let middle: f64 = 0;
  for (let i: u32 = 0; i < count; i++) middle += load<f64>(values + ((<usize>i) << 3));
  middle /= n;
  if (!(middle > 0)) return NaN;
  let squares: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const d = load<f64>(values + ((<usize>i) << 3)) - middle;
    squares += d * d;
  }
  return sqrt(squares / n) / middle;
}
