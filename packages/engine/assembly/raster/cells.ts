// Lines to accumulator cells. In: a list of points inside the canvas. Out: for every strip of four rows and every column a line touches, the change of coverage from the
// column left of it, four rows as four lanes, in integers; and a bit for every group of four columns touched.
//
// For one row a line is worth sign × height × 255 ("whole") in every column right of it, and a part of that in the columns it passes. Each column gets
// round(value) - round(value of the column before), so a row's changes sum up to round(whole) = whole exactly, whatever the rounding of the parts: the prefix sum of a
// closed contour returns to zero, bit by bit.
import { cellStride, cells, groupBits, groupStride } from "./accumulator";
import {
  BREAK, PIXEL_SHIFT, STRIP_SHIFT, TALLEST_LINE, UNITS_PER_STRIP, float1, float128, float255, floatHalf, floatUnit, int1, int1023, int1024, int255, int256, magic,
  magicBits, round, rowTops, zeros,
} from "./fixed";

// Set-up of four lines, one vector a quantity (a line is a lane).
const SETUP: usize = memory.data(208, 64);
const FIRST_STRIP: usize = 0;
const LAST_STRIP: usize = 16;
/** Column of the upper end, and its place in that column in units and in pixels. */
const COLUMN: usize = 32;
const X_UNITS: usize = 48;
const X_PIXELS: usize = 64;
/** Upper end below the top of its strip, and height, in units. */
const TOP: usize = 80;
const HEIGHT: usize = 96;
/** x per y, in units and in pixels per unit. */
const SLOPE: usize = 112;
const SLOPE_PIXELS: usize = 128;
/** ±255: a line that goes down counts positive. */
const WHOLE: usize = 144;
/** ±255 × 128 × height / |width|: coverage per square pixel to the left of a line. */
const RAMP: usize = 160;
/** Set for lines so nearly vertical that one column a strip is exact enough: 8192 × |width| < height. */
const STEEP: usize = 176;
/** Column of the lower end, counted from the upper end's. */
const LEAVE: usize = 192;

/**
 * A strip of fewer columns than this takes areas as differences of squares in f32. With c columns a square is at most (c + 2)² and a ramp at most
 * 255 × 128 × 4 / (c - 1): rounding by 2^-24 is less than one of the 256 parts of an ink step. Wider ones add up too much of it.
 */
const SQUARED_COLUMNS: i32 = 64;

// @ts-ignore: decorator
@inline function add(p: usize, change: v128): void { v128.store(p, i32x4.add(v128.load(p), change)); }

/** Sets the bits of groups first..last (inclusive). */
// @ts-ignore: decorator
@inline function mark(bits: usize, first: i32, last: i32): void {
  if (first >> 6 == last >> 6) {
    const p = bits + (<usize>(first >> 6) << 3);
    store<u64>(p, load<u64>(p) | ((((<u64>2) << (last - first)) - 1) << (first & 63)));
  } else {
    markFar(bits, first, last);
  }
}
/** The same where last is first or the group after it: one access that need not be aligned; a map has some bytes behind it. */
// @ts-ignore: decorator
@inline function markNear(bits: usize, first: i32, second: i32): void {
  const p = bits + <usize>(first >> 3);
  store<u16>(p, load<u16>(p) | ((1 | (second << 1)) << (first & 7)));
}
/** The same for up to 24 groups after the first: enough for SQUARED_COLUMNS. */
// @ts-ignore: decorator
@inline function markSome(bits: usize, first: i32, more: i32): void {
  const p = bits + <usize>(first >> 3);
  store<u32>(p, load<u32>(p) | (((2 << more) - 1) << (first & 7)));
}
function markFar(bits: usize, first: i32, last: i32): void {
  for (let g = first; g <= last; g++) {
    const p = bits + (<usize>(g >> 6) << 3);
    store<u64>(p, load<u64>(p) | ((<u64>1) << (g & 63)));
  }
}

/** Adds all lines of a list of points (8 bytes each, runs ended by BREAK), which lie inside the canvas. 48 bytes behind `end` are overwritten. */
export function addLines(from: usize, end: usize): void {
  const stop = i32x4.splat(BREAK);
  v128.store(end, stop);
  v128.store(end, stop, 16);
  v128.store(end, stop, 32);
  const zero = zeros();
  const allCells = cells;
  const strideCells = cellStride;
  const allBits = groupBits;
  const strideBits = groupStride;
  for (let p = from; p < end; p += 32) {
    // -- set-up: points i, i + 1 → lines, upper end first
    {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 8);
      const d = v128.load(p, 24);
      const x0 = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      const y0 = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      const x1 = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
      const y1 = v128.shuffle<i32>(c, d, 1, 3, 5, 7);
      const up = i32x4.gt_s(y0, y1);
      const top = i32x4.min_s(y0, y1);
      const bottom = i32x4.max_s(y0, y1);
      const swap = v128.and(v128.xor(x0, x1), up);
      const xTop = v128.xor(x0, swap);
      const xBottom = v128.xor(x1, swap);
      const width = i32x4.sub(xBottom, xTop);
      const height = i32x4.sub(bottom, top);
      const wide = i32x4.abs(width);
      const whole = v128.xor(float255(), i32x4.shl(up, 31));
      const fHeight = f32x4.convert_i32x4_s(height);
      const slope = f32x4.div(f32x4.convert_i32x4_s(width), fHeight);
      const ramp = f32x4.mul(f32x4.div(fHeight, f32x4.convert_i32x4_s(i32x4.max_s(wide, int1()))), f32x4.mul(whole, float128()));
      const xUnits = f32x4.convert_i32x4_s(v128.and(xTop, int255()));
      v128.store(SETUP, i32x4.shr_s(top, STRIP_SHIFT), FIRST_STRIP);
      v128.store(SETUP, i32x4.shr_s(i32x4.sub(bottom, int1()), STRIP_SHIFT), LAST_STRIP);
      const column = i32x4.shr_s(xTop, PIXEL_SHIFT);
      v128.store(SETUP, column, COLUMN);
      v128.store(SETUP, i32x4.sub(i32x4.shr_s(xBottom, PIXEL_SHIFT), column), LEAVE);
      v128.store(SETUP, xUnits, X_UNITS);
      v128.store(SETUP, f32x4.mul(xUnits, floatUnit()), X_PIXELS);
      v128.store(SETUP, v128.and(top, int1023()), TOP);
      v128.store(SETUP, height, HEIGHT);
      v128.store(SETUP, slope, SLOPE);
      v128.store(SETUP, f32x4.mul(slope, floatUnit()), SLOPE_PIXELS);
      v128.store(SETUP, whole, WHOLE);
      v128.store(SETUP, ramp, RAMP);
      v128.store(SETUP, i32x4.lt_s(i32x4.shl(wide, 13), height), STEEP);
    }
    // -- one line at a time, strip by strip
    for (let line = SETUP; line < SETUP + 16; line += 4) {
      const height = load<i32>(line, HEIGHT);
      // level lines, and joints between contours
      if (<u32>(height - 1) >= TALLEST_LINE) continue;
      let strip = load<i32>(line, FIRST_STRIP);
      const lastStrip = load<i32>(line, LAST_STRIP);
      const column = load<i32>(line, COLUMN);
      let bits = allBits + strideBits * <usize>strip;
      let row = allCells + strideCells * <usize>strip;
      const top = load<i32>(line, TOP);
      // tops of the four rows, relative to the upper end
      let rows = i32x4.sub(rowTops(), i32x4.splat(top));
      if (load<i32>(line, STEEP) != 0 && strip != lastStrip) {
        addSteep(line, strip, lastStrip, column, bits, row, rows);
        continue;
      }
      const whole = v128.load32_splat(line, WHOLE);
      const heights = i32x4.splat(height);
      const slope = load<f32>(line, SLOPE);
      const xUnits = load<f32>(line, X_UNITS);
      let stripEnd = -top;
      let enter = 0; // column, counted from the upper end's, where the line enters this strip
      for (;;) {
        stripEnd += UNITS_PER_STRIP;
        const leave = strip == lastStrip ? load<i32>(line, LEAVE) : round(xUnits + slope * <f32>stripEnd) >> PIXEL_SHIFT;
        const left = min(enter, leave);
        const crossed = abs(enter - leave);
        enter = leave;
        const first = column + left;
        const rowEnds = i32x4.add(rows, int256());
        // where the line enters and leaves each row, as heights below its upper end: clamp(row top, 0, height), clamp(row bottom, 0, height)
        const from = f32x4.convert_i32x4_s(i32x4.max_s(rows, i32x4.min_s(rowEnds, zero)));
        const to = f32x4.convert_i32x4_s(i32x4.max_s(rows, i32x4.min_s(rowEnds, heights)));
        const x0 = f32x4.sub(v128.load32_splat(line, X_PIXELS), f32x4.splat(<f32>left));
        const slopePixels = v128.load32_splat(line, SLOPE_PIXELS);
        const xFrom = f32x4.add(x0, f32x4.mul(slopePixels, from));
        const xTo = f32x4.add(x0, f32x4.mul(slopePixels, to));
        const worth = f32x4.mul(f32x4.sub(to, from), whole);
        const worthRounded = f32x4.add(worth, magic());
        let cell = row + (<usize>first << 4);
        const xLeft = f32x4.pmin(xFrom, xTo);
        const xRight = f32x4.pmax(xFrom, xTo);
        if (crossed < 2) {
          markNear(bits, first >> 2, ((first & 3) + crossed + 1) >> 2);
          // Two columns at most. What lies right of the first column's right border: (right² - left²) × ramp, both counted from that border.
          const one = float1();
          const beyondLeft = f32x4.pmax(zero, f32x4.sub(xLeft, one));
          const beyondRight = f32x4.pmax(zero, f32x4.sub(xRight, one));
          const beyond = f32x4.mul(f32x4.mul(f32x4.sub(beyondRight, beyondLeft), v128.load32_splat(line, RAMP)), f32x4.add(beyondRight, beyondLeft));
          const second = f32x4.add(f32x4.sub(worth, beyond), magic());
          const inFirst = f32x4.sub(one, f32x4.mul(f32x4.add(xLeft, xRight), floatHalf()));
          const firstColumn = f32x4.add(f32x4.add(f32x4.mul(worth, inFirst), beyond), magic());
          add(cell, i32x4.sub(firstColumn, magicBits()));
          add(cell + 16, i32x4.sub(second, firstColumn));
          add(cell + 32, i32x4.sub(worthRounded, second));
        } else if (crossed < SQUARED_COLUMNS) {
          // With w = distance from an end to a column's right border, max(w, 0)² is twice the area right of that end up to there; the difference of both ends is the
          // line's, and that of two columns is what lies in the second.
          const one = float1();
          markSome(bits, first >> 2, ((first & 3) + crossed + 1) >> 2);
          const m = magic();
          const ramp = v128.load32_splat(line, RAMP);
          let fromLeft = f32x4.sub(one, xLeft);
          let fromRight = f32x4.sub(one, xRight);
          let before = magicBits();
          let areaBefore = zero;
          const lastCell = cell + (<usize>crossed << 4);
          do {
            const w0 = f32x4.pmax(zero, fromLeft);
            const w1 = f32x4.pmax(zero, fromRight);
            const area = f32x4.mul(f32x4.sub(f32x4.mul(w0, w0), f32x4.mul(w1, w1)), ramp);
            const value = f32x4.add(f32x4.sub(area, areaBefore), m);
            add(cell, i32x4.sub(value, before));
            before = value;
            areaBefore = area;
            cell += 16;
            fromLeft = f32x4.add(fromLeft, one);
            fromRight = f32x4.add(fromRight, one);
          } while (cell <= lastCell);
          add(cell, i32x4.sub(worthRounded, before));
        } else {
          // Any number of columns. With w = distance from an end to a column's right border and u = clamp(w, 0, 1), u (2w - u) is twice the area right of
          // that end in the column; the difference of both ends is the line's.
          const one = float1();
          mark(bits, first >> 2, (first + crossed + 1) >> 2);
          const m = magic();
          const ramp = v128.load32_splat(line, RAMP);
          let fromLeft = f32x4.sub(one, xLeft);
          let fromRight = f32x4.sub(one, xRight);
          let before = magicBits();
          const lastCell = cell + (<usize>crossed << 4);
          do {
            const u0 = f32x4.pmin(one, f32x4.pmax(zero, fromLeft));
            const u1 = f32x4.pmin(one, f32x4.pmax(zero, fromRight));
            const area0 = f32x4.mul(u0, f32x4.sub(f32x4.add(fromLeft, fromLeft), u0));
            const area1 = f32x4.mul(u1, f32x4.sub(f32x4.add(fromRight, fromRight), u1));
            const value = f32x4.add(f32x4.mul(f32x4.sub(area0, area1), ramp), m);
            add(cell, i32x4.sub(value, before));
            before = value;
            cell += 16;
            fromLeft = f32x4.add(fromLeft, one);
            fromRight = f32x4.add(fromRight, one);
          } while (cell <= lastCell);
          add(cell, i32x4.sub(worthRounded, before));
        }
        if (strip == lastStrip) break;
        strip++;
        row += strideCells;
        bits += strideBits;
        rows = i32x4.add(rows, int1024());
      }
    }
  }
}

/** A line that is vertical, or nearly, over more than one strip: one column a strip, at the middle of its piece (off by less than 1/16 unit). */
function addSteep(line: usize, strip: i32, lastStrip: i32, column: i32, bits: usize, row: usize, rows: v128): void {
  const zero = zeros();
  const strideCells = cellStride;
  const strideBits = groupStride;
  const height = load<i32>(line, HEIGHT);
  const heights = i32x4.splat(height);
  const whole = v128.load32_splat(line, WHOLE);
  const wholePerUnit: f32 = load<f32>(line, WHOLE) * <f32>(1.0 / 256);
  const slope = load<f32>(line, SLOPE);
  const xUnits = (column << PIXEL_SHIFT) + <i32>load<f32>(line, X_UNITS);
  let stripTop = -load<i32>(line, TOP);
  if (slope == 0) {
    addVertical(line, strip, lastStrip, column, bits, row, rows);
    return;
  }
  for (;;) {
    const rowEnds = i32x4.add(rows, int256());
    const covered = f32x4.convert_i32x4_s(i32x4.sub(i32x4.max_s(rows, i32x4.min_s(rowEnds, heights)), i32x4.max_s(rows, i32x4.min_s(rowEnds, zero))));
    const middle = (max(stripTop, 0) + min(stripTop + UNITS_PER_STRIP, height)) >> 1;
    const x = xUnits + round(slope * <f32>middle);
    // the part of the first column left of the line
    const missing = f32x4.add(f32x4.mul(covered, f32x4.splat(wholePerUnit * <f32>(x & 255))), magic());
    const cell = row + (<usize>(x >> PIXEL_SHIFT) << 4);
    add(cell, i32x4.sub(f32x4.add(f32x4.mul(covered, whole), magic()), missing));
    add(cell + 16, i32x4.sub(missing, magicBits()));
    markNear(bits, x >> (PIXEL_SHIFT + 2), (((x >> PIXEL_SHIFT) & 3) + 1) >> 2);
    if (strip == lastStrip) break;
    strip++;
    row += strideCells;
    bits += strideBits;
    rows = i32x4.add(rows, int1024());
    stripTop += UNITS_PER_STRIP;
  }
}

/** An exactly vertical line over more than one strip: all whole strips between the first and the last get the same two changes. */
function addVertical(line: usize, strip: i32, lastStrip: i32, column: i32, bits: usize, row: usize, rows: v128): void {
  const zero = zeros();
  const strideCells = cellStride;
  const strideBits = groupStride;
  const whole = v128.load32_splat(line, WHOLE);
  const left = f32x4.mul(f32x4.mul(whole, v128.load32_splat(line, X_UNITS)), floatUnit());
  const m = magic();
  const mBits = magicBits();
  const firstGroup = column >> 2;
  const second = ((column & 3) + 1) >> 2;
  row += <usize>column << 4;
  // rows of the first strip from the upper end on
  const rowEnds = i32x4.add(rows, int256());
  let covered = f32x4.convert_i32x4_s(i32x4.sub(rowEnds, i32x4.max_s(rows, i32x4.min_s(rowEnds, zero))));
  let missing = f32x4.add(f32x4.mul(covered, left), m);
  add(row, i32x4.sub(f32x4.add(f32x4.mul(covered, whole), m), missing));
  add(row + 16, i32x4.sub(missing, mBits));
  markNear(bits, firstGroup, second);
  // whole strips
  const full = f32x4.splat(256);
  missing = f32x4.add(f32x4.mul(full, left), m);
  const fullFirst = i32x4.sub(f32x4.add(f32x4.mul(full, whole), m), missing);
  const fullSecond = i32x4.sub(missing, mBits);
  const bottom = load<i32>(line, TOP) + load<i32>(line, HEIGHT) - ((lastStrip - strip) << STRIP_SHIFT);
  for (++strip; strip < lastStrip; ++strip) {
    row += strideCells;
    bits += strideBits;
    add(row, fullFirst);
    add(row + 16, fullSecond);
    markNear(bits, firstGroup, second);
  }
  // rows of the last strip down to the lower end
  row += strideCells;
  bits += strideBits;
  covered = f32x4.convert_i32x4_s(i32x4.min_s(i32x4.max_s(i32x4.sub(i32x4.splat(bottom), rowTops()), zero), int256()));
  missing = f32x4.add(f32x4.mul(covered, left), m);
  add(row, i32x4.sub(f32x4.add(f32x4.mul(covered, whole), m), missing));
  add(row + 16, i32x4.sub(missing, mBits));
  markNear(bits, firstGroup, second);
}
