// Comparing and resizing as plain loops over pixels in doubles, straight from the formulas of docs/metrics.md, for tests to hold the kernels of this room against. Slow, obvious, no
// vectors, no shortcuts: every pixel of the frame is looked at, windows see blank beyond it.
import { Picture } from "./plane";

/** Ink of the frame's pixel (x, y), in which the picture's corner lies at (left, top); 0 outside the picture. */
function inkAt(p: Picture, left: i32, top: i32, x: i32, y: i32): f64 {
  const column = x - left;
  const row = y - top;
  if (column < 0 || row < 0 || column >= p.width || row >= p.height) return 0;
  return <f64>(<u32>load<u8>(p.pixels + <usize>row * <usize>p.width + <usize>column) ^ p.blank);
}

/** pixel_delta, pixel_delta_center, rmse, ssim and iou of a with its corner at (ax, ay) and b at (bx, by) in a frame of width × height, as five f64 at `out`. */
export function referenceCompare(a: Picture, ax: i32, ay: i32, b: Picture, bx: i32, by: i32, width: i32, height: i32, out: usize): void {
  let absolute: f64 = 0;
  let squares: f64 = 0;
  let least: f64 = 0;
  let most: f64 = 0;
  let weighted: f64 = 0;
  let weights: f64 = 0;
  let similar: f64 = 0;
  const sigma = <f64>min(width, height) / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = inkAt(a, ax, ay, x, y);
      const v = inkAt(b, bx, by, x, y);
      const dx = <f64>x + 0.5 - <f64>width / 2;
      const dy = <f64>y + 0.5 - <f64>height / 2;
      const w = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      absolute += abs(u - v);
      squares += (u - v) * (u - v);
      least += min(u, v);
      most += max(u, v);
      weighted += w * abs(u - v);
      weights += w;
      similar += similarity(a, ax, ay, b, bx, by, width, height, x, y);
    }
  }
  const area = <f64>width * <f64>height;
  store<f64>(out, absolute / 255 / area);
  store<f64>(out, weighted / (255 * weights), 8);
  store<f64>(out, Math.sqrt(squares / area) / 255, 16);
  store<f64>(out, similar / area, 24);
  store<f64>(out, most > 0 ? least / most : 1, 32);
}

/** The structural similarity of the window around one pixel. Ink beyond the frame is 0. */
function similarity(a: Picture, ax: i32, ay: i32, b: Picture, bx: i32, by: i32, width: i32, height: i32, x: i32, y: i32): f64 {
  let total: f64 = 0;
  let meanA: f64 = 0;
  let meanB: f64 = 0;
  let squareA: f64 = 0;
  let squareB: f64 = 0;
  let product: f64 = 0;
  for (let j = -5; j <= 5; j++) {
    for (let i = -5; i <= 5; i++) {
      const w = Math.exp(-(<f64>(i * i + j * j)) / (2 * 1.5 * 1.5));
      const inside = x + i >= 0 && x + i < width && y + j >= 0 && y + j < height;
      const u = inside ? inkAt(a, ax, ay, x + i, y + j) : 0;
      const v = inside ? inkAt(b, bx, by, x + i, y + j) : 0;
      total += w;
      meanA += w * u;
      meanB += w * v;
      squareA += w * u * u;
      squareB += w * v * v;
      product += w * u * v;
    }
  }
  meanA /= total;
  meanB /= total;
  const varianceA = squareA / total - meanA * meanA;
  const varianceB = squareB / total - meanB * meanB;
  const covariance = product / total - meanA * meanB;
  const c1: f64 = 0.01 * 255 * (0.01 * 255);
  const c2: f64 = 0.03 * 255 * (0.03 * 255);
  return ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
}

/** Σ|a − b| with b's corner at (x, y) of a, over all pixels of both. */
function absoluteAt(a: Picture, b: Picture, x: i32, y: i32): f64 {
  let sum: f64 = 0;
  for (let row = min(0, y); row < max(a.height, b.height + y); row++)
    for (let column = min(0, x); column < max(a.width, b.width + x); column++) sum += abs(inkAt(a, 0, 0, column, row) - inkAt(b, x, y, column, row));
  return sum;
}

/** Where mode ink puts b relative to a: every place within `reach` of (startX, startY), and (0, 0), is tried; two i32 at `out`. */
export function referenceShift(a: Picture, b: Picture, startX: i32, startY: i32, reach: i32, out: usize): void {
  let bestX = 0;
  let bestY = 0;
  let best = absoluteAt(a, b, 0, 0);
  for (let y = startY - reach; y <= startY + reach; y++) {
    for (let x = startX - reach; x <= startX + reach; x++) {
      const sum = absoluteAt(a, b, x, y);
      if (sum > best || (sum == best && !nearer(x, y, bestX, bestY))) continue;
      best = sum;
      bestX = x;
      bestY = y;
    }
  }
  store<i32>(out, bestX);
  store<i32>(out, bestY, 4);
}

/** Whether (x, y) moves less than the other: |x| + |y|, then the smaller y, then the smaller x. */
function nearer(x: i32, y: i32, otherX: i32, otherY: i32): bool {
  const far = abs(x) + abs(y);
  const otherFar = abs(otherX) + abs(otherY);
  if (far != otherFar) return far < otherFar;
  return y != otherY ? y < otherY : x < otherX;
}

/** One pixel of a bilinear resize, before rounding: half-pixel centres, the outermost pixels go on beyond them. */
export function referenceResized(from: usize, width: i32, height: i32, toWidth: i32, toHeight: i32, x: i32, y: i32): f64 {
  const column = min(max(((<f64>x + 0.5) * <f64>width) / <f64>toWidth - 0.5, 0), <f64>(width - 1));
  const row = min(max(((<f64>y + 0.5) * <f64>height) / <f64>toHeight - 0.5, 0), <f64>(height - 1));
  const left = <i32>column;
  const top = <i32>row;
  const right = min(left + 1, width - 1);
  const bottom = min(top + 1, height - 1);
  const s = column - <f64>left;
  const t = row - <f64>top;
  const above = pixel(from, width, left, top) * (1 - s) + pixel(from, width, right, top) * s;
  const below = pixel(from, width, left, bottom) * (1 - s) + pixel(from, width, right, bottom) * s;
  return above * (1 - t) + below * t;
}

function pixel(from: usize, width: i32, x: i32, y: i32): f64 {
  return <f64>load<u8>(from + <usize>y * <usize>width + <usize>x);
}

/** Σ|a − b|, Σ(a − b)² and Σa over `bytes` bytes, as three u64 at `out`. */
export function referenceSums(a: usize, b: usize, bytes: usize, out: usize): void {
  let absolute: u64 = 0;
  let squares: u64 = 0;
  let ink: u64 = 0;
  for (let i: usize = 0; i < bytes; i++) {
    const d = abs(<i32>load<u8>(a + i) - <i32>load<u8>(b + i));
    absolute += <u64>d;
    squares += <u64>(d * d);
    ink += <u64>load<u8>(a + i);
  }
  store<u64>(out, absolute);
  store<u64>(out, squares, 8);
  store<u64>(out, ink, 16);
}
