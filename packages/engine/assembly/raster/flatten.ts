// Flattening: HarfBuzz's drawing calls in font units become lines between points snapped to 1/256 px, appended to the path's list.
// Curves are cut into equal steps of their parameter; inner points lie a little outside the curve, so that the polygon keeps the curve's area.
import { firstSteps, outOfRange, round, round4 } from "./fixed";
import { spill } from "./drain";
import { farClose, farCubicTo, farLineTo, farMoveTo, farQuadTo } from "./far";
import { Path, appendPoint, appendStart, thePath } from "./path";

/** A curve is cut until no line is farther from it than this, in units of 1/256 px. */
const TOLERANCE: f32 = 9;
/** A parabola with second difference D cut into n steps is D / (4 n²) away from its lines. */
const QUAD_FACTOR: f32 = 1 / (4 * TOLERANCE);
/** A cubic: at most 3/4 of its largest second difference / n² (Wang's bound, second derivative ≤ 6 × the difference). */
const CUBIC_FACTOR: f32 = 3 / (4 * TOLERANCE);
/** Lines of one curve, at most. A quadratic in range, whose second difference is at most 4 × 2^22 units, needs sqrt(4 × 2^22 / 36) = 683. */
const MOST_CURVE_LINES: i32 = 1024;

// @ts-ignore: decorator
@inline function pair(x: f32, y: f32): v128 {
  const v = f32x4.replace_lane(f32x4.splat(x), 1, y);
  return v128.shuffle<i64>(v, v, 0, 0);
}
// @ts-ignore: decorator
@inline function pairs(x0: f32, y0: f32, x1: f32, y1: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x0), 1, y0), 2, x1), 3, y1);
}
/** [a, b, a, b] of [a, b, ?, ?]. */
// @ts-ignore: decorator
@inline function firstPair(v: v128): v128 { return v128.shuffle<i64>(v, v, 0, 0); }
// @ts-ignore: decorator
@inline function secondPair(v: v128): v128 { return v128.shuffle<i64>(v, v, 1, 1); }
// @ts-ignore: decorator
@inline function lineCount(squared: f32): i32 {
  // rounding up by adding a half: an exact integer may become one more, which does no harm
  const n = round(<f32>sqrt<f32>(squared) + <f32>0.49999);
  return n > MOST_CURVE_LINES ? MOST_CURVE_LINES : n;
}

/** Starts a contour; one that is open is closed by a line first. */
export function moveTo(funcs: usize, data: usize, state: usize, x: f32, y: f32, user: usize): void {
  const path = thePath();
  if (v128.any_true(v128.or(v128.xor(path.snapped, path.start), path.farMask))) closeContour(path);
  const units = pair(x, y);
  const at = f32x4.add(f32x4.mul(units, path.scale), path.shift);
  const snapped = round4(at);
  path.units = units;
  path.at = at;
  path.snapped = snapped;
  path.startUnits = units;
  path.startAt = at;
  path.start = snapped;
  if (v128.any_true(outOfRange(snapped))) {
    farMoveTo(path, x, y);
    return;
  }
  path.startIsFar = 0;
  path.farMask = i32x4.splat(0);
  if (path.next > path.limit) spill(path);
  appendStart(path, snapped);
}

export function lineTo(funcs: usize, data: usize, state: usize, x: f32, y: f32, user: usize): void {
  const path = thePath();
  const units = pair(x, y);
  const at = f32x4.add(f32x4.mul(units, path.scale), path.shift);
  const snapped = round4(at);
  if (v128.any_true(v128.or(outOfRange(snapped), path.farMask))) {
    farLineTo(path, x, y);
    return;
  }
  if (path.next > path.limit) spill(path);
  path.units = units;
  path.at = at;
  path.snapped = snapped;
  appendPoint(path, snapped);
}

export function quadTo(funcs: usize, data: usize, state: usize, cx: f32, cy: f32, x: f32, y: f32, user: usize): void {
  const path = thePath();
  const units = pairs(cx, cy, x, y);
  const at = f32x4.add(f32x4.mul(units, path.scale), path.shift);
  const snapped = round4(at);
  if (v128.any_true(v128.or(outOfRange(snapped), path.farMask))) {
    farQuadTo(path, cx, cy, x, y);
    return;
  }
  if (path.next > path.limit) spill(path);
  // the second difference is taken in font units: exact, so that moving a glyph does not change its shape
  const ends = secondPair(units);
  const second = f32x4.mul(f32x4.sub(f32x4.sub(path.units, units), f32x4.sub(units, ends)), path.scale);
  const size = f32x4.abs(second);
  const squared = QUAD_FACTOR * <f32>max(f32x4.extract_lane(size, 0), f32x4.extract_lane(size, 1));
  const p0 = path.at;
  const end = secondPair(snapped);
  path.units = ends;
  path.at = secondPair(at);
  path.snapped = end;
  if (!(squared > 1)) {
    appendPoint(path, end);
    return;
  }
  // p(t) = C + B t + A t²
  const n = lineCount(squared);
  const step: f32 = <f32>1 / <f32>n;
  const A = firstPair(second);
  const b = f32x4.sub(at, p0);
  const B = firstPair(f32x4.add(b, b));
  const C = f32x4.sub(p0, f32x4.mul(A, f32x4.splat(bulge(n))));
  let t = f32x4.mul(firstSteps(), f32x4.splat(step));
  const twoSteps = f32x4.splat(step + step);
  let left = n - 1;
  let next = path.next;
  let boxMin = path.boxMin;
  let boxMax = path.boxMax;
  while (left > 1) {
    const v = round4(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(A, t), B), t), C));
    v128.store(next, v);
    boxMin = i32x4.min_s(boxMin, v);
    boxMax = i32x4.max_s(boxMax, v);
    t = f32x4.add(t, twoSteps);
    next += 16;
    left -= 2;
  }
  let last = end;
  if (left != 0) last = v128.shuffle<i64>(round4(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(A, t), B), t), C)), end, 0, 2);
  v128.store(next, last);
  path.boxMin = i32x4.min_s(boxMin, last);
  path.boxMax = i32x4.max_s(boxMax, last);
  path.next = next + 8 + (<usize>left << 3);
}

export function cubicTo(funcs: usize, data: usize, state: usize, cx: f32, cy: f32, ex: f32, ey: f32, x: f32, y: f32, user: usize): void {
  const path = thePath();
  const unitsC = pairs(cx, cy, ex, ey);
  const units = pair(x, y);
  const atC = f32x4.add(f32x4.mul(unitsC, path.scale), path.shift);
  const at = f32x4.add(f32x4.mul(units, path.scale), path.shift);
  const end = round4(at);
  if (v128.any_true(v128.or(v128.or(outOfRange(round4(atC)), outOfRange(end)), path.farMask))) {
    farCubicTo(path, cx, cy, ex, ey, x, y);
    return;
  }
  if (path.next > path.limit) spill(path);
  // both second differences at once, [p0 - 2 p1 + p2, p1 - 2 p2 + p3], in font units
  const first = v128.shuffle<i64>(path.units, unitsC, 0, 2);
  const third = v128.shuffle<i64>(unitsC, units, 1, 2);
  const size = f32x4.abs(f32x4.mul(f32x4.sub(f32x4.sub(first, unitsC), f32x4.sub(unitsC, third)), path.scale));
  const squared =
    CUBIC_FACTOR *
    <f32>max(
      <f32>max(f32x4.extract_lane(size, 0), f32x4.extract_lane(size, 1)),
      <f32>max(f32x4.extract_lane(size, 2), f32x4.extract_lane(size, 3)),
    );
  const p0 = path.at;
  path.units = units;
  path.at = at;
  path.snapped = end;
  if (!(squared > 1)) {
    appendPoint(path, end);
    return;
  }
  // p(t) = p0 + c1 t + c2 t² + c3 t³
  const n = lineCount(squared);
  const step: f32 = <f32>1 / <f32>n;
  const three = f32x4.splat(3);
  const p1 = firstPair(atC);
  const p2 = secondPair(atC);
  const c1 = f32x4.mul(three, f32x4.sub(p1, p0));
  const c2 = f32x4.sub(f32x4.mul(three, f32x4.sub(p2, p1)), c1);
  const c3 = f32x4.sub(f32x4.sub(f32x4.sub(at, p0), c1), c2);
  // the inner points move by half the second derivative, c2 + 3 c3 t, times the bulge
  const out = f32x4.splat(bulge(n));
  const B = f32x4.sub(c1, f32x4.mul(f32x4.mul(c3, three), out));
  const C = f32x4.sub(p0, f32x4.mul(c2, out));
  let t = f32x4.mul(firstSteps(), f32x4.splat(step));
  const twoSteps = f32x4.splat(step + step);
  let left = n - 1;
  let next = path.next;
  let boxMin = path.boxMin;
  let boxMax = path.boxMax;
  while (left > 1) {
    const v = round4(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c3, t), c2), t), B), t), C));
    v128.store(next, v);
    boxMin = i32x4.min_s(boxMin, v);
    boxMax = i32x4.max_s(boxMax, v);
    t = f32x4.add(t, twoSteps);
    next += 16;
    left -= 2;
  }
  let last = end;
  if (left != 0) last = v128.shuffle<i64>(round4(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c3, t), c2), t), B), t), C)), end, 0, 2);
  v128.store(next, last);
  path.boxMin = i32x4.min_s(boxMin, last);
  path.boxMax = i32x4.max_s(boxMax, last);
  path.next = next + 8 + (<usize>left << 3);
}

export function close(funcs: usize, data: usize, state: usize, user: usize): void {
  const path = thePath();
  if (v128.any_true(v128.or(v128.xor(path.snapped, path.start), path.farMask))) closeContour(path);
}

/** Draws the line that is missing to the start of the contour. */
export function closeContour(path: Path): void {
  if (v128.any_true(path.farMask) || path.startIsFar != 0) {
    farClose(path);
    return;
  }
  if (path.next > path.limit) spill(path);
  appendPoint(path, path.start);
  path.units = path.startUnits;
  path.at = path.startAt;
  path.snapped = path.start;
}

/**
 * How far inner points move off the curve, in second differences: 1 / (6 n (n - 1)). A chord of a parabola cut in n leaves out an area of A / (6 n²) a step;
 * n - 1 inner points, each worth one step, give it back.
 */
// @ts-ignore: decorator
@inline function bulge(n: i32): f32 {
  const m: i32 = 6 * n * (n - 1);
  return <f32>1 / <f32>m;
}
