// Outlines with coordinates beyond the fast path's ±16,384 px, infinite ones, or none at all (NaN): the same drawing calls in f64, slow and safe.
// Curves are cut here too, and every line goes straight to the clipper. Points are snapped to the same grid, so that contours stay closed.
import { clipLine } from "./clip";
import { outlineSeen } from "./drain";
import { NEAR_LIMIT } from "./fixed";
import { Path, appendStart } from "./path";

/** Coordinates are held to ±2^40 units (2^32 px): beyond any font, and their products are exact enough in f64. */
const FARTHEST: f64 = 1099511627776.0;
const TOLERANCE: f64 = 9;
const MOST_CURVE_LINES: i32 = 4096;

/** A coordinate on the grid. NaN becomes 0: the same picture on every machine. */
function snap(v: f64): f64 {
  if (!(v >= -FARTHEST)) return v < -FARTHEST ? -FARTHEST : 0;
  return v > FARTHEST ? FARTHEST : nearest<f64>(v);
}
// @ts-ignore: decorator
@inline function toX(path: Path, x: f32): f64 { return snap(<f64>x * <f64>f32x4.extract_lane(path.scale, 0) + <f64>f32x4.extract_lane(path.shift, 0)); }
// @ts-ignore: decorator
@inline function toY(path: Path, y: f32): f64 { return snap(<f64>y * <f64>f32x4.extract_lane(path.scale, 1) + <f64>f32x4.extract_lane(path.shift, 1)); }
// @ts-ignore: decorator
@inline function isNear(x: f64, y: f64): bool { return abs(x) < NEAR_LIMIT && abs(y) < NEAR_LIMIT; }
// @ts-ignore: decorator
@inline function isFar(path: Path): bool { return v128.any_true(path.farMask); }
// @ts-ignore: decorator
@inline function currentX(path: Path): f64 { return isFar(path) ? path.farX : <f64>i32x4.extract_lane(path.snapped, 0); }
// @ts-ignore: decorator
@inline function currentY(path: Path): f64 { return isFar(path) ? path.farY : <f64>i32x4.extract_lane(path.snapped, 1); }

/** The contour starts at a far point. */
export function farMoveTo(path: Path, x: f32, y: f32): void {
  path.startX = toX(path, x);
  path.startY = toY(path, y);
  path.startIsFar = 1;
  path.farX = path.startX;
  path.farY = path.startY;
  path.farMask = i32x4.splat(-1);
}

export function farLineTo(path: Path, x: f32, y: f32): void {
  const endX = toX(path, x);
  const endY = toY(path, y);
  line(currentX(path), currentY(path), endX, endY);
  arrive(path, x, y, endX, endY);
}

export function farQuadTo(path: Path, cx: f32, cy: f32, x: f32, y: f32): void {
  const x0 = currentX(path);
  const y0 = currentY(path);
  const x1 = toX(path, cx);
  const y1 = toY(path, cy);
  const x2 = toX(path, x);
  const y2 = toY(path, y);
  const n = lines(max(abs(x0 - x1 - x1 + x2), abs(y0 - y1 - y1 + y2)) / (4 * TOLERANCE));
  let px = x0;
  let py = y0;
  for (let i = 1; i < n; i++) {
    const t = <f64>i / <f64>n;
    const s = 1 - t;
    const qx = snap(s * s * x0 + 2 * s * t * x1 + t * t * x2);
    const qy = snap(s * s * y0 + 2 * s * t * y1 + t * t * y2);
    line(px, py, qx, qy);
    px = qx;
    py = qy;
  }
  line(px, py, x2, y2);
  arrive(path, x, y, x2, y2);
}

export function farCubicTo(path: Path, cx: f32, cy: f32, ex: f32, ey: f32, x: f32, y: f32): void {
  const x0 = currentX(path);
  const y0 = currentY(path);
  const x1 = toX(path, cx);
  const y1 = toY(path, cy);
  const x2 = toX(path, ex);
  const y2 = toY(path, ey);
  const x3 = toX(path, x);
  const y3 = toY(path, y);
  const bend = max(max(abs(x0 - x1 - x1 + x2), abs(y0 - y1 - y1 + y2)), max(abs(x1 - x2 - x2 + x3), abs(y1 - y2 - y2 + y3)));
  const n = lines((bend * 3) / (4 * TOLERANCE));
  let px = x0;
  let py = y0;
  for (let i = 1; i < n; i++) {
    const t = <f64>i / <f64>n;
    const s = 1 - t;
    const a = s * s * s;
    const b = 3 * s * s * t;
    const c = 3 * s * t * t;
    const d = t * t * t;
    const qx = snap(a * x0 + b * x1 + c * x2 + d * x3);
    const qy = snap(a * y0 + b * y1 + c * y2 + d * y3);
    line(px, py, qx, qy);
    px = qx;
    py = qy;
  }
  line(px, py, x3, y3);
  arrive(path, x, y, x3, y3);
}

/** Closes a contour whose start or end is far. */
export function farClose(path: Path): void {
  const toStartX = path.startIsFar != 0 ? path.startX : <f64>i32x4.extract_lane(path.start, 0);
  const toStartY = path.startIsFar != 0 ? path.startY : <f64>i32x4.extract_lane(path.start, 1);
  line(currentX(path), currentY(path), toStartX, toStartY);
  path.units = path.startUnits;
  path.at = path.startAt;
  path.snapped = path.start;
  path.farX = toStartX;
  path.farY = toStartY;
  path.farMask = i32x4.splat(path.startIsFar != 0 ? -1 : 0);
  if (path.startIsFar == 0) appendStart(path, path.start);
}

/** Makes (x, y) the current point; the list goes on from it when it is near. */
function arrive(path: Path, x: f32, y: f32, endX: f64, endY: f64): void {
  const units = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x), 1, y), 3, y);
  path.units = units;
  path.at = f32x4.add(f32x4.mul(units, path.scale), path.shift);
  path.farX = endX;
  path.farY = endY;
  if (!isNear(endX, endY)) {
    path.farMask = i32x4.splat(-1);
    return;
  }
  path.farMask = i32x4.splat(0);
  const snapped = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(<i32>endX), 1, <i32>endY), 3, <i32>endY);
  path.snapped = snapped;
  appendStart(path, snapped);
}

function line(x0: f64, y0: f64, x1: f64, y1: f64): void {
  outlineSeen(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1));
  clipLine(x0, y0, x1, y1);
}

function lines(squared: f64): i32 {
  if (!(squared > 1)) return 1;
  const n = ceil(sqrt(squared));
  return n < MOST_CURVE_LINES ? <i32>n : MOST_CURVE_LINES;
}
