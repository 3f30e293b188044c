// How far two pictures are apart, pixel by pixel. In: two runs of bytes, or two planes of ink of one layout. Out: Σ|a − b|, Σ(a − b)² and Σ|a − b| under a Gaussian.
// The integer sums are exact; the weighted one is of 32-bit products, summed in 64 bits.
import { free, malloc } from "../native";
import { Plane } from "./plane";

/** Vectors whose differences fit 16-bit sums: 128 × 2 × 255 < 2^16. */
const SUM_VECTORS: usize = 128;
/** Vectors whose squares fit 32-bit sums: 8192 × 4 × 255² < 2^31. */
const SQUARE_VECTORS: usize = 8192;

/** Σ|a − b| over `bytes` bytes. */
export function sumAbsolute(a: usize, b: usize, bytes: usize): u64 {
  let total: u64 = 0;
  const end = a + bytes;
  const vectorsEnd = a + (bytes & ~31);
  while (a < vectorsEnd) {
    const stop = min(vectorsEnd, a + SUM_VECTORS * 16);
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    do {
      const a0 = v128.load(a);
      const b0 = v128.load(b);
      const a1 = v128.load(a, 16);
      const b1 = v128.load(b, 16);
      low = i16x8.add(low, i16x8.extadd_pairwise_i8x16_u(i8x16.sub(i8x16.max_u(a0, b0), i8x16.min_u(a0, b0))));
      high = i16x8.add(high, i16x8.extadd_pairwise_i8x16_u(i8x16.sub(i8x16.max_u(a1, b1), i8x16.min_u(a1, b1))));
      a += 32;
      b += 32;
    } while (a < stop);
    total += sum32(i32x4.add(i32x4.extadd_pairwise_i16x8_u(low), i32x4.extadd_pairwise_i16x8_u(high)));
  }
  for (; a < end; a++, b++) total += <u64>abs(<i32>load<u8>(a) - <i32>load<u8>(b));
  return total;
}

/** Σ(a − b)² over `bytes` bytes, a multiple of 16. */
export function sumSquares(a: usize, b: usize, bytes: usize): u64 {
  let total: u64 = 0;
  const end = a + bytes;
  while (a < end) {
    const stop = min(end, a + SQUARE_VECTORS * 16);
    let sums = i32x4.splat(0);
    do {
      const x = v128.load(a);
      const y = v128.load(b);
      const d = i8x16.sub(i8x16.max_u(x, y), i8x16.min_u(x, y));
      const low = i16x8.extend_low_i8x16_u(d);
      const high = i16x8.extend_high_i8x16_u(d);
      sums = i32x4.add(sums, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
      a += 16;
      b += 16;
    } while (a < stop);
    total += sum32(sums);
  }
  return total;
}

/** Σa over `bytes` bytes, a multiple of 16. */
export function sumInk(a: usize, bytes: usize): u64 {
  let total: u64 = 0;
  const end = a + bytes;
  while (a < end) {
    const stop = min(end, a + SUM_VECTORS * 16);
    let sums = i32x4.splat(0);
    do {
      sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(v128.load(a)));
      a += 16;
    } while (a < stop);
    total += sum32(i32x4.extadd_pairwise_i16x8_u(sums));
  }
  return total;
}

/** The sum of four unsigned lanes. */
export function sum32(v: v128): u64 {
  return (
    <u64>(<u32>i32x4.extract_lane(v, 0)) + <u64>(<u32>i32x4.extract_lane(v, 1)) + <u64>(<u32>i32x4.extract_lane(v, 2)) + <u64>(<u32>i32x4.extract_lane(v, 3))
  );
}

let weights: usize = 0;
let weightCapacity: usize = 0;

/** exp(−(x + 1/2 − centre)² / 2σ²) as f32 for x in [from, from + count) at `weights`; false: there is no memory. */
function gaussian(centre: f64, sigma: f64, from: i32, count: i32): bool {
  const bytes = ((<usize>count + 15) & ~15) << 2;
  if (bytes > weightCapacity) {
    if (weights != 0) free(weights);
    weights = malloc(bytes);
    weightCapacity = weights == 0 ? 0 : bytes;
    if (weights == 0) return false;
  }
  for (let i = 0; i < count; i++) store<f32>(weights + ((<usize>i) << 2), <f32>bell(<f64>(from + i) + 0.5 - centre, sigma));
  for (let i = (<usize>count) << 2; i < bytes; i += 4) store<f32>(weights + i, 0);
  return true;
}

function bell(distance: f64, sigma: f64): f64 {
  return Math.exp((-distance * distance) / (2 * sigma * sigma));
}

/** Σ of the bell over the whole numbers and a half in [0, count). */
function bellSum(count: i32, centre: f64, sigma: f64): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += bell(<f64>i + 0.5 - centre, sigma);
  return sum;
}

/**
 * Σ w |a − b| / Σ w over a frame of frameWidth × frameHeight pixels, in which the planes lie at (x, y); w is a Gaussian about the frame's centre with σ = min(frameWidth, frameHeight) / 4.
 * Negative: there is no memory.
 */
export function weightedAbsolute(a: Plane, b: Plane, x: i32, y: i32, frameWidth: i32, frameHeight: i32): f64 {
  const sigma = <f64>min(frameWidth, frameHeight) / 4;
  const centreX = <f64>frameWidth / 2;
  const centreY = <f64>frameHeight / 2;
  if (!gaussian(centreX, sigma, x, a.width)) return -1;
  let total: f64 = 0;
  for (let row = 0; row < a.height; row++) {
    const p = a.ink + <usize>row * a.stride;
    const q = b.ink + <usize>row * b.stride;
    let sums = f64x2.splat(0);
    for (let i: usize = 0; i < <usize>a.width; i += 16) {
      const u = v128.load(p + i);
      const v = v128.load(q + i);
      const d = i8x16.sub(i8x16.max_u(u, v), i8x16.min_u(u, v));
      if (!v128.any_true(d)) continue;
      const low = i16x8.extend_low_i8x16_u(d);
      const high = i16x8.extend_high_i8x16_u(d);
      const w = weights + (i << 2);
      const s0 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), v128.load(w));
      const s1 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), v128.load(w, 16));
      const s2 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), v128.load(w, 32));
      const s3 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), v128.load(w, 48));
      const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
      sums = f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(s), f64x2.promote_low_f32x4(v128.shuffle<i32>(s, s, 2, 3, 0, 1))));
    }
    total += (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)) * bell(<f64>(y + row) + 0.5 - centreY, sigma);
  }
  return total / (bellSum(frameWidth, centreX, sigma) * bellSum(frameHeight, centreY, sigma));
}
