// Structural similarity (Wang, Bovik, Sheikh, Simoncelli: Image Quality Assessment, IEEE TIP 13(4), 2004). In: two planes of ink. Out: Σ(1 − SSIM) over a part of the plane.
// Window: 11 × 11 Gaussian with σ = 1.5, weights summing to 1, a window a pixel; K1 = 0.01, K2 = 0.03, L = 255; population variances. Beyond the planes all is blank.
// Of the sum s = a + b and the difference d = a − b four means are filtered, not five of a and b: μ and σ follow from them.
import { free, malloc } from "../native";
import { Plane } from "./plane";

/** Pixels that a window reaches to each side of its centre. */
export const SSIM_REACH: i32 = 5;
const TAPS: i32 = 11;
const MAPS: usize = 4;

/** exp(−k² / (2 × 1.5²)) for k = 0 … 5, divided by the sum over −5 … 5. */
const WEIGHT_0: f32 = 0.26601172486179;
const WEIGHT_1: f32 = 0.21300553771125;
const WEIGHT_2: f32 = 0.1093606895097;
const WEIGHT_3: f32 = 0.03600077212843;
const WEIGHT_4: f32 = 0.00759875813524;
const WEIGHT_5: f32 = 0.00102838008448;
const C1: f32 = 6.5025; // (0.01 × 255)²
const C2: f32 = 58.5225; // (0.03 × 255)²

// One row of s, d, s², d² before the filter, and a ring of eleven rows of each behind the horizontal one.
let rows: usize = 0;
let capacity: usize = 0;

/**
 * Σ(1 − SSIM) over the pixels of [left, right) × [top, bottom), in coordinates of the planes' ink; the range may reach SSIM_REACH beyond them on each side. Negative: no memory.
 */
export function ssimDeficit(a: Plane, b: Plane, left: i32, top: i32, right: i32, bottom: i32): f64 {
  // a map's row: column c holds x = left + c; the filter writes whole vectors
  const columns = ((<usize>(right - left) + 7) & ~7) + 16;
  const map = columns << 2;
  const ringRow = map * MAPS;
  const bytes = ringRow * (<usize>TAPS + 1) + 64;
  if (bytes > capacity) {
    if (rows != 0) free(rows);
    rows = malloc(bytes);
    capacity = rows == 0 ? 0 : bytes;
    if (rows == 0) return -1;
  }
  const ring = rows + ringRow;
  let deficit: f64 = 0;
  let next = top - SSIM_REACH;
  for (let y = top; y < bottom; y++) {
    for (; next <= y + SSIM_REACH; next++) filterRow(a, b, left, next, right - left, rows, ring + <usize>((next + 64) % TAPS) * ringRow, map);
    deficit += rowDeficit(ring, ringRow, map, (y - SSIM_REACH + 64) % TAPS, right - left);
  }
  if (capacity > 8 << 20) {
    free(rows);
    rows = 0;
    capacity = 0;
  }
  return deficit;
}

/** Filters row y of s, d, s², d² along x; `out` gets the four maps for x in [left, left + count). */
function filterRow(a: Plane, b: Plane, left: i32, y: i32, count: i32, row: usize, out: usize, map: usize): void {
  if (y < 0 || y >= a.height) {
    memory.fill(out, 0, map * MAPS);
    return;
  }
  // row maps: column c holds x = left − 5 + c
  const first = left - SSIM_REACH;
  const p = a.ink + <usize>y * a.stride;
  const q = b.ink + <usize>y * b.stride;
  const columns = <i32>(map >> 2);
  const width = a.width;
  const zero = f32x4.splat(0);
  for (let c = 0; c < columns; c += 8) {
    const x = first + c;
    const to = row + ((<usize>c) << 2);
    if (x + 8 <= 0 || x >= width) {
      for (let m: usize = 0; m < MAPS; m++) {
        v128.store(to + m * map, zero);
        v128.store(to + m * map, zero, 16);
      }
      continue;
    }
    // before x = 0 lie blank bytes: the row before ends with them
    const u = v128.load8x8_u(p + x);
    const v = v128.load8x8_u(q + x);
    const s = i16x8.add(u, v);
    const d = i16x8.sub(u, v);
    const s0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(s));
    const s1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(s));
    const d0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(d));
    const d1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(d));
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to + map, d0);
    v128.store(to + map, d1, 16);
    v128.store(to + 2 * map, f32x4.mul(s0, s0));
    v128.store(to + 2 * map, f32x4.mul(s1, s1), 16);
    v128.store(to + 3 * map, f32x4.mul(d0, d0));
    v128.store(to + 3 * map, f32x4.mul(d1, d1), 16);
  }
  const w0 = f32x4.splat(WEIGHT_0);
  const w1 = f32x4.splat(WEIGHT_1);
  const w2 = f32x4.splat(WEIGHT_2);
  const w3 = f32x4.splat(WEIGHT_3);
  const w4 = f32x4.splat(WEIGHT_4);
  const w5 = f32x4.splat(WEIGHT_5);
  for (let m: usize = 0; m < MAPS; m++) {
    const from = row + m * map;
    const to = out + m * map;
    for (let c: usize = 0; c < <usize>count; c += 4) {
      const at = from + (c << 2);
      let sum = f32x4.mul(w0, v128.load(at, 20));
      sum = f32x4.add(sum, f32x4.mul(w1, f32x4.add(v128.load(at, 16), v128.load(at, 24))));
      sum = f32x4.add(sum, f32x4.mul(w2, f32x4.add(v128.load(at, 12), v128.load(at, 28))));
      sum = f32x4.add(sum, f32x4.mul(w3, f32x4.add(v128.load(at, 8), v128.load(at, 32))));
      sum = f32x4.add(sum, f32x4.mul(w4, f32x4.add(v128.load(at, 4), v128.load(at, 36))));
      sum = f32x4.add(sum, f32x4.mul(w5, f32x4.add(v128.load(at), v128.load(at, 40))));
      v128.store(to + (c << 2), sum);
    }
  }
}

/** Filters down the columns of one map: r0 … r10 are its eleven rows at this column. */
function down(r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, r5: usize, r6: usize, r7: usize, r8: usize, r9: usize, r10: usize): v128 {
  let sum = f32x4.mul(f32x4.splat(WEIGHT_0), v128.load(r5));
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(WEIGHT_1), f32x4.add(v128.load(r4), v128.load(r6))));
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(WEIGHT_2), f32x4.add(v128.load(r3), v128.load(r7))));
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(WEIGHT_3), f32x4.add(v128.load(r2), v128.load(r8))));
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(WEIGHT_4), f32x4.add(v128.load(r1), v128.load(r9))));
  return f32x4.add(sum, f32x4.mul(f32x4.splat(WEIGHT_5), f32x4.add(v128.load(r0), v128.load(r10))));
}

/** Σ(1 − SSIM) over one row of `count` pixels; the ring's rows begin with slot `first`. */
function rowDeficit(ring: usize, ringRow: usize, map: usize, first: i32, count: i32): f64 {
  let r0 = slot(ring, ringRow, first);
  let r1 = slot(ring, ringRow, first + 1);
  let r2 = slot(ring, ringRow, first + 2);
  let r3 = slot(ring, ringRow, first + 3);
  let r4 = slot(ring, ringRow, first + 4);
  let r5 = slot(ring, ringRow, first + 5);
  let r6 = slot(ring, ringRow, first + 6);
  let r7 = slot(ring, ringRow, first + 7);
  let r8 = slot(ring, ringRow, first + 8);
  let r9 = slot(ring, ringRow, first + 9);
  let r10 = slot(ring, ringRow, first + 10);
  const half = f32x4.splat(0.5);
  const c1 = f32x4.splat(C1);
  const c2 = f32x4.splat(C2);
  const one = f32x4.splat(1);
  const m1 = map;
  const m2 = 2 * map;
  const m3 = 3 * map;
  let total = f64x2.splat(0);
  for (let x = 0; x < count; x += 4) {
    const s = down(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10);
    const d = down(r0 + m1, r1 + m1, r2 + m1, r3 + m1, r4 + m1, r5 + m1, r6 + m1, r7 + m1, r8 + m1, r9 + m1, r10 + m1);
    const ss = down(r0 + m2, r1 + m2, r2 + m2, r3 + m2, r4 + m2, r5 + m2, r6 + m2, r7 + m2, r8 + m2, r9 + m2, r10 + m2);
    const dd = down(r0 + m3, r1 + m3, r2 + m3, r3 + m3, r4 + m3, r5 + m3, r6 + m3, r7 + m3, r8 + m3, r9 + m3, r10 + m3);
    // of μs = μa + μb and μd = μa − μb: 2 μa μb = (μs² − μd²) / 2 and μa² + μb² = (μs² + μd²) / 2; so with the squares
    const s2 = f32x4.mul(s, s);
    const d2 = f32x4.mul(d, d);
    const product = f32x4.mul(half, f32x4.sub(s2, d2));
    const squares = f32x4.mul(half, f32x4.add(s2, d2));
    const covariance = f32x4.sub(f32x4.mul(half, f32x4.sub(ss, dd)), product);
    const variances = f32x4.sub(f32x4.mul(half, f32x4.add(ss, dd)), squares);
    const above = f32x4.mul(f32x4.add(product, c1), f32x4.add(covariance, c2));
    const below = f32x4.mul(f32x4.add(squares, c1), f32x4.add(variances, c2));
    let rest = f32x4.sub(one, f32x4.div(above, below));
    if (x + 4 > count) rest = v128.and(rest, i32x4(-1, x + 1 < count ? -1 : 0, x + 2 < count ? -1 : 0, 0));
    total = f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(rest), f64x2.promote_low_f32x4(v128.shuffle<i32>(rest, rest, 2, 3, 0, 1))));
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    r4 += 16;
    r5 += 16;
    r6 += 16;
    r7 += 16;
    r8 += 16;
    r9 += 16;
    r10 += 16;
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

function slot(ring: usize, ringRow: usize, index: i32): usize {
  return ring + <usize>(index % TAPS) * ringRow;
}
