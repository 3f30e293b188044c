// Fixed point of the rasteriser. In: pixel coordinates times 256 as f32. Out: the same as i32 ("24.8", one unit is 1/256 px).
// Also the vector constants that the inner loops load from memory (an engine builds a 16-byte literal from two 64-bit moves each time).

/** Units in a pixel, and in a strip of four rows. */
export const UNITS_PER_PIXEL: i32 = 256;
export const UNITS_PER_STRIP: i32 = 1024;
export const STRIP_SHIFT: i32 = 10;
export const PIXEL_SHIFT: i32 = 8;

/**
 * 1.5 × 2^23. Added to a float of |v| ≤ 2^22 it leaves the integer nearest to v (ties to even) in the low bits of the mantissa: a rounding without the
 * range check of wasm's trunc. Bits of any float outside of that, of infinities and of NaN differ from MAGIC_BITS by 2^22 or more, so a range check of the
 * integers finds them all.
 */
export const MAGIC: f32 = 12582912.0;
export const MAGIC_BITS: i32 = 0x4b400000;

/** Snapped coordinates in [-2^22, 2^22) units (±16,384 px) take the fast path; everything else goes through far.ts. */
export const NEAR_LIMIT: i32 = 1 << 22;
/** A line wider than this (8,192 px) is cut: below, x + slope × height in f32 is off by less than half a unit at its end, so no column is ever missed. */
export const WIDEST_LINE: i32 = 1 << 21;

/** What one full row of a column adds to the accumulator: 255 × 256, so that (sum + 128) >> 8 is the rounded ink byte. */
export const FULL_ROW: i32 = 65280;

/** Marks the end of a contour in a list of points, in place of y. No real line is as tall as one that ends here. */
export const BREAK: i32 = -0x40000000;
/** A canvas has at most 32,768 rows: 2^23 units. A taller "line" joins two contours and is none. */
export const TALLEST_LINE: u32 = 1 << 24;

const INTS: usize = memory.data<i32>(
  [
    0, 256, 512, 768, //
    256, 256, 256, 256, //
    0x4b400000, 0x4b400000, 0x4b400000, 0x4b400000, //
    1024, 1024, 1024, 1024, //
    1023, 1023, 1023, 1023, //
    255, 255, 255, 255, //
    1, 1, 1, 1, //
    0x00400000, 0x00400000, 0x00400000, 0x00400000, //
    0xff800000, 0xff800000, 0xff800000, 0xff800000, //
    0, 0, 0, 0, //
  ],
  16,
);
const FLOATS: usize = memory.data<f32>(
  [
    1, 1, 1, 1, //
    0.5, 0.5, 0.5, 0.5, //
    255, 255, 255, 255, //
    128, 128, 128, 128, //
    0.00390625, 0.00390625, 0.00390625, 0.00390625, //
    12582912.0, 12582912.0, 12582912.0, 12582912.0, //
    1, 1, 2, 2, //
  ],
  16,
);

/** Zero in a register: an engine makes a literal anew at each use. */
// @ts-ignore: decorator
@inline export function zeros(): v128 { return v128.load(INTS, 144); }
/** Tops of the four rows of a strip: 0, 256, 512, 768. */
// @ts-ignore: decorator
@inline export function rowTops(): v128 { return v128.load(INTS); }
// @ts-ignore: decorator
@inline export function int256(): v128 { return v128.load(INTS, 16); }
// @ts-ignore: decorator
@inline export function magicBits(): v128 { return v128.load(INTS, 32); }
// @ts-ignore: decorator
@inline export function int1024(): v128 { return v128.load(INTS, 48); }
// @ts-ignore: decorator
@inline export function int1023(): v128 { return v128.load(INTS, 64); }
// @ts-ignore: decorator
@inline export function int255(): v128 { return v128.load(INTS, 80); }
// @ts-ignore: decorator
@inline export function int1(): v128 { return v128.load(INTS, 96); }
// @ts-ignore: decorator
@inline export function float1(): v128 { return v128.load(FLOATS); }
// @ts-ignore: decorator
@inline export function floatHalf(): v128 { return v128.load(FLOATS, 16); }
// @ts-ignore: decorator
@inline export function float255(): v128 { return v128.load(FLOATS, 32); }
// @ts-ignore: decorator
@inline export function float128(): v128 { return v128.load(FLOATS, 48); }
/** 1/256: units to pixels. */
// @ts-ignore: decorator
@inline export function floatUnit(): v128 { return v128.load(FLOATS, 64); }
// @ts-ignore: decorator
@inline export function magic(): v128 { return v128.load(FLOATS, 80); }
/** [1, 1, 2, 2]: the first two steps along a curve. */
// @ts-ignore: decorator
@inline export function firstSteps(): v128 { return v128.load(FLOATS, 96); }

/** Rounds to the nearest integer, |v| ≤ 2^22. */
// @ts-ignore: decorator
@inline export function round(v: f32): i32 { return reinterpret<i32>(v + MAGIC) - MAGIC_BITS; }
/** Rounds four floats to the nearest integers, |v| ≤ 2^22. */
// @ts-ignore: decorator
@inline export function round4(v: v128): v128 { return i32x4.sub(f32x4.add(v, magic()), magicBits()); }
/** Non-zero bits where a snapped coordinate is outside [-2^22, 2^22). */
// @ts-ignore: decorator
@inline export function outOfRange(snapped: v128): v128 {
  return v128.and(i32x4.add(snapped, v128.load(INTS, 112)), v128.load(INTS, 128));
}
