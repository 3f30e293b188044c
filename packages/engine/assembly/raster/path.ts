// The outline on its way: the pen, and the list of points that waits to be rasterised. In: points from flatten.ts, in units of 1/256 px. Out: contours as runs of
// 8-byte points {i32 x, i32 y}, each run ended by a point whose y is BREAK, and the box of all points.
import { malloc } from "../native";
import { BREAK } from "./fixed";

/** Points in the list. A longer outline is rasterised piece by piece. */
const POINT_CAPACITY: usize = 16384;
/** Points one curve may add, at most: see MOST_CURVE_LINES in flatten.ts. */
const POINT_RESERVE: usize = 1024 + 16;

/** State of drawing. One static block, so that every field has a constant address. x and y stand twice in a vector: [x, y, x, y]. */
@unmanaged
export class Path {
  /** Font units to 1/256 px: p = units × scale + shift. */
  scale: v128;
  shift: v128;
  /** The current point in font units, in 1/256 px before and after snapping. */
  units: v128;
  at: v128;
  snapped: v128;
  /** The first point of the contour, likewise. */
  startUnits: v128;
  startAt: v128;
  start: v128;
  /** All bits set while the current point is out of the fast path's range (then farX, farY hold it). */
  farMask: v128;
  /** Box of the points in the list. */
  boxMin: v128;
  boxMax: v128;
  /** Where the next point goes, and the first address at which there is no room for a curve. */
  next: usize;
  limit: usize;
  points: usize;
  startIsFar: u32;
  farX: f64;
  farY: f64;
  startX: f64;
  startY: f64;
}

const PATH: usize = memory.data(256, 16);
// @ts-ignore: decorator
@inline export function thePath(): Path { return changetype<Path>(PATH); }

/** Gets the list's memory once; false when there is none. */
export function pathReady(): bool {
  const path = thePath();
  if (path.points != 0) return true;
  const memory64 = malloc((POINT_CAPACITY << 3) + 64);
  if (memory64 == 0) return false;
  path.points = (memory64 + 15) & ~15;
  // behind the limit: one curve, then the breaks that fill the last block of four
  path.limit = path.points + ((POINT_CAPACITY - POINT_RESERVE - 16) << 3);
  pathReset();
  return true;
}

/** Empties the list. */
// @ts-ignore: decorator
@inline export function pathReset(): void {
  const path = thePath();
  path.next = path.points;
  path.boxMin = i32x4.splat(i32.MAX_VALUE);
  path.boxMax = i32x4.splat(i32.MIN_VALUE);
}

/** Starts a run of points with the first of its first line: [?, BREAK, x, y]. It is in the box: whoever trusts the box may touch it. */
// @ts-ignore: decorator
@inline export function appendStart(path: Path, snapped: v128): void {
  path.boxMin = i32x4.min_s(path.boxMin, snapped);
  path.boxMax = i32x4.max_s(path.boxMax, snapped);
  v128.store(path.next, v128.shuffle<i32>(i32x4.splat(BREAK), snapped, 0, 0, 4, 5));
  path.next += 16;
}

/** Adds the end of a line. */
// @ts-ignore: decorator
@inline export function appendPoint(path: Path, snapped: v128): void {
  path.boxMin = i32x4.min_s(path.boxMin, snapped);
  path.boxMax = i32x4.max_s(path.boxMax, snapped);
  v128.store_lane<u64>(path.next, snapped, 0);
  path.next += 8;
}
