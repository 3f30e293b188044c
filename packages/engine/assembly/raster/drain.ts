// Empties the path's list of points into the accumulator: straight when its box lies inside the canvas, through the clipper when not.
// Keeps the box of the whole outline, for the report of what was cut off.
import { canvasHeight, canvasWidth, touch } from "./accumulator";
import { addLines } from "./cells";
import { clipPoints } from "./clip";
import { PIXEL_SHIFT, WIDEST_LINE } from "./fixed";
import { appendStart, Path, pathReset } from "./path";

/** Box of the outline in units of 1/256 px, inclusive. */
export let outlineLeftUnits: f64 = Infinity;
export let outlineTopUnits: f64 = Infinity;
export let outlineRightUnits: f64 = -Infinity;
export let outlineBottomUnits: f64 = -Infinity;

/** No outline was seen yet. */
export function outlineForget(): void {
  outlineLeftUnits = Infinity;
  outlineTopUnits = Infinity;
  outlineRightUnits = -Infinity;
  outlineBottomUnits = -Infinity;
}

/** Widens the outline's box. */
export function outlineSeen(x0: f64, y0: f64, x1: f64, y1: f64): void {
  outlineLeftUnits = min(outlineLeftUnits, x0);
  outlineTopUnits = min(outlineTopUnits, y0);
  outlineRightUnits = max(outlineRightUnits, x1);
  outlineBottomUnits = max(outlineBottomUnits, y1);
}

/** Rasterises the points in the list and empties it. */
export function drain(path: Path): void {
  if (path.next == path.points) return;
  const boxMin = path.boxMin;
  const boxMax = path.boxMax;
  const x0 = min(i32x4.extract_lane(boxMin, 0), i32x4.extract_lane(boxMin, 2));
  const y0 = min(i32x4.extract_lane(boxMin, 1), i32x4.extract_lane(boxMin, 3));
  const x1 = max(i32x4.extract_lane(boxMax, 0), i32x4.extract_lane(boxMax, 2));
  const y1 = max(i32x4.extract_lane(boxMax, 1), i32x4.extract_lane(boxMax, 3));
  outlineSeen(x0, y0, x1, y1);
  if (y1 > y0) {
    if (x0 >= 0 && y0 >= 0 && x1 <= canvasWidth << PIXEL_SHIFT && y1 <= canvasHeight << PIXEL_SHIFT && x1 - x0 <= WIDEST_LINE) {
      touch(x0, y0, x1, y1);
      addLines(path.points, path.next);
    } else {
      clipPoints(path.points, path.next, x0, y0, x1, y1);
    }
  }
  pathReset();
}

/** The list is nearly full: rasterises it and goes on from the current point. */
export function spill(path: Path): void {
  drain(path);
  appendStart(path, path.snapped);
}
