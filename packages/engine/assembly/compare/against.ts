// A picture that is still in the rasteriser's accumulator against a target, without painting it. In: a target in the form below, a picture drawn up to its sweep.
// Out: Σ|a − b| and Σ(a − b)² over the canvas, exact, and Σa. Reads the same lists of notes and spans that painting reads (raster/notes.ts), so it costs about as much.
//
// Between two notes a row is constant. Of Σ(v − t)² over such a span only Σt is needed: Σt² over all of the canvas is known, and v² columns − 2 v Σt goes to it. The same holds
// for |v − t| where v is 0 or 255; other rows (flat edges of partial coverage) are gone through.
import { free, malloc } from "../native";
import { NOTE_BYTES, notes, spans } from "../raster/accumulator";
import { NOTE_GROUP, NOTE_STRIP, NOTE_TAIL, notesEnd, SPAN_BYTES, SPAN_COLUMNS, spansEnd } from "../raster/notes";
import { sweepNotes } from "../raster/sweep";
import { sum32 } from "./difference";
import { findInk, Picture } from "./plane";

/** Ink of a target, in the order of the rasteriser's notes: for each strip of four rows and each group of four columns 16 bytes (byte 4 × column + row). */
@unmanaged
export class Target {
  groups: usize;
  /** Beside each group: i32x4, for each of its rows Σ of the ink left of it. */
  before: usize;
  /** Groups of a strip, one more than the widest canvas row touches. */
  groupsAcross: usize;
  width: i32;
  height: i32;
  /** Σ of the ink, and of its squares. */
  inkSum: f64;
  squareSum: f64;
}

/** Σ|a − b|, Σ(a − b)² and Σa of the last picture. */
export let absoluteSum: f64 = 0;
export let squaredSum: f64 = 0;
export let pictureSum: f64 = 0;
let target: Target = changetype<Target>(0);
const picture = changetype<Picture>(memory.data(32, 16));

/** Makes a target of `width` × `height` pixels, whose byte of no ink is `blank`; false: there is no memory. targetClose frees it. */
export function targetOpen(out: Target, pixels: usize, width: i32, height: i32, blank: u32): bool {
  const across = ((<usize>width + 3) >> 2) + 2;
  const strips = (<usize>height + 3) >> 2;
  const bytes = (across * strips) << 4;
  memory.fill(changetype<usize>(out), 0, offsetof<Target>());
  out.groups = malloc(2 * bytes);
  if (out.groups == 0) return false;
  memory.fill(out.groups, 0, bytes);
  out.before = out.groups + bytes;
  out.groupsAcross = across;
  out.width = width;
  out.height = height;
  // only rows and columns with ink are gone through
  picture.pixels = pixels;
  picture.width = width;
  picture.height = height;
  picture.blank = blank;
  findInk(picture, 0, height);
  for (let y = picture.top; y < picture.bottom; y++) {
    const row = pixels + <usize>y * <usize>width;
    const to = out.groups + ((<usize>(y >> 2) * across) << 4) + <usize>(y & 3);
    let sum: u32 = 0;
    let squares: u64 = 0;
    for (let x = <usize>picture.left; x < <usize>picture.right; x++) {
      const ink = <u32>load<u8>(row + x) ^ blank;
      store<u8>(to + (x << 2), <u8>ink);
      sum += ink;
      squares += <u64>(ink * ink);
    }
    out.inkSum += <f64>sum;
    out.squareSum += <f64>squares;
  }
  memory.fill(out.before, 0, bytes);
  for (let strip = <usize>(picture.top >> 2); strip < <usize>((picture.bottom + 3) >> 2); strip++) {
    let sums = i32x4.splat(0);
    for (let group: usize = 0; group < across; group++) {
      const at = (strip * across + group) << 4;
      v128.store(out.before + at, sums);
      sums = i32x4.add(sums, rowSums(v128.load(out.groups + at)));
    }
  }
  return true;
}

export function targetClose(out: Target): void {
  if (out.groups != 0) free(out.groups);
  out.groups = 0;
}

/** Sums of a group's four rows, a lane a row. */
function rowSums(group: v128): v128 {
  const pairs = i16x8.add(i16x8.extend_low_i8x16_u(group), i16x8.extend_high_i8x16_u(group)); // columns 0 + 2 and 1 + 3
  return i32x4.add(i32x4.extend_low_i16x8_u(pairs), i32x4.extend_high_i16x8_u(pairs));
}

/** Sweeps the picture at hand and compares it: the sums above hold it. The accumulator is empty behind it; the canvas must have the target's size. */
export function compareAgainst(to: Target): void {
  target = to;
  absoluteSum = to.inkSum;
  squaredSum = to.squareSum;
  pictureSum = 0;
  sweepNotes(addNotes);
}

function addNotes(): void {
  const groups = target.groups;
  const before = target.before;
  const across = target.groupsAcross;
  const zero = i32x4.splat(0);
  // of the notes: |n − t| less t, n² less 2 n t, and n; each note adds under 2^20 to a lane, and a bundle has few hundred notes and one strip's more
  let absolute = zero;
  let squares = zero;
  let ink = zero;
  const end = notesEnd;
  for (let note = notes; note < end; note += NOTE_BYTES) {
    const n = v128.load(note);
    const at = (<usize>load<u16>(note, NOTE_STRIP) * across + <usize>load<u16>(note, NOTE_GROUP)) << 4;
    const t = v128.load(groups + at);
    const n0 = i16x8.extend_low_i8x16_u(n);
    const n1 = i16x8.extend_high_i8x16_u(n);
    const t0 = i16x8.extend_low_i8x16_u(t);
    const t1 = i16x8.extend_high_i8x16_u(t);
    const d = i16x8.extadd_pairwise_i8x16_u(i8x16.sub(i8x16.max_u(n, t), i8x16.min_u(n, t)));
    absolute = i32x4.add(absolute, i32x4.extadd_pairwise_i16x8_s(i16x8.sub(d, i16x8.extadd_pairwise_i8x16_u(t))));
    const both0 = i16x8.sub(n0, i16x8.add(t0, t0));
    const both1 = i16x8.sub(n1, i16x8.add(t1, t1));
    squares = i32x4.add(squares, i32x4.add(i32x4.dot_i16x8_s(n0, both0), i32x4.dot_i16x8_s(n1, both1)));
    ink = i32x4.add(ink, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(n)));
    if ((note & 0x3fff) == 0) {
      absoluteSum += signedSum(absolute);
      squaredSum += signedSum(squares);
      pictureSum += <f64>sum32(ink);
      absolute = zero;
      squares = zero;
      ink = zero;
    }
  }
  absoluteSum += signedSum(absolute);
  squaredSum += signedSum(squares);
  pictureSum += <f64>sum32(ink);
  const lastSpan = spansEnd;
  for (let span = spans; span < lastSpan; span += SPAN_BYTES) {
    const note = <usize>load<u32>(span);
    const tail = load<u32>(note, NOTE_TAIL);
    if (tail == 0) continue;
    const columns = load<i32>(span, SPAN_COLUMNS);
    const at = (<usize>load<u16>(note, NOTE_STRIP) * across + <usize>load<u16>(note, NOTE_GROUP) + 1) << 4;
    const endAt = at + ((<usize>columns >> 2) << 4);
    const sums = i32x4.sub(v128.load(before + endAt), v128.load(before + at)); // Σt of each row
    const values = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(tail)));
    const count = <f64>columns;
    for (let row = 0; row < 4; row++) {
      const value = <f64>((tail >> (row << 3)) & 255);
      pictureSum += value * count;
    }
    squaredSum += rowsSquared(values, sums, count);
    // rows of 0 and 255 by their sums, others pixel by pixel
    if (v128.any_true(v128.and(i8x16.ne(i32x4.splat(tail), zero), i8x16.ne(i32x4.splat(tail), i8x16.splat(-1))))) {
      absoluteSum += spanAbsolute(groups + at, groups + endAt, i32x4.splat(tail));
    } else {
      const full = i32x4.ne(values, zero);
      absoluteSum += count * <f64>popcnt<u32>(i32x4.bitmask(full)) * 255 - 2 * signedSum(v128.and(sums, full));
    }
  }
}

/** Σ over four rows of v² columns − 2 v Σt. */
function rowsSquared(values: v128, sums: v128, count: f64): f64 {
  const v0 = f64x2.convert_low_i32x4_s(values);
  const v1 = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(values, values, 2, 3, 0, 1));
  const s0 = f64x2.convert_low_i32x4_s(sums);
  const s1 = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  const c = f64x2.splat(count);
  const two = f64x2.splat(2);
  const total = f64x2.add(f64x2.mul(v0, f64x2.sub(f64x2.mul(v0, c), f64x2.mul(two, s0))), f64x2.mul(v1, f64x2.sub(f64x2.mul(v1, c), f64x2.mul(two, s1))));
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** Σ(|v − t| − t) over groups, where v repeats in each column. */
function spanAbsolute(at: usize, end: usize, value: v128): f64 {
  let total: f64 = 0;
  while (at < end) {
    const stop = min(end, at + 4096);
    let sums = i32x4.splat(0);
    for (; at < stop; at += 16) {
      const t = v128.load(at);
      const d = i16x8.extadd_pairwise_i8x16_u(i8x16.sub(i8x16.max_u(value, t), i8x16.min_u(value, t)));
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.sub(d, i16x8.extadd_pairwise_i8x16_u(t))));
    }
    total += signedSum(sums);
  }
  return total;
}

/** The sum of four signed lanes. */
function signedSum(v: v128): f64 {
  return <f64>i32x4.extract_lane(v, 0) + <f64>i32x4.extract_lane(v, 1) + <f64>i32x4.extract_lane(v, 2) + <f64>i32x4.extract_lane(v, 3);
}
