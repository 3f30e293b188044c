// The rasteriser as the rest of the kernel sees it: canvasOpen, rasterBegin, then for each glyph rasterPlace, its outline through the drawing calls, rasterFlush; then
// sweepImage or sweepMeasure; then rasterClear. All outlines of a picture form one path (non-zero fill).
import { accumulatorReset, RASTER_OK, RASTER_OUT_OF_MEMORY } from "./accumulator";
import { drainPieces, piecesForget } from "./clip";
import { drain, outlineBottomUnits, outlineForget, outlineLeftUnits, outlineRightUnits, outlineTopUnits } from "./drain";
import { closeContour } from "./flatten";
import { pathReady, pathReset, thePath } from "./path";

export { RASTER_BAD_SIZE, RASTER_OK, RASTER_OUT_OF_MEMORY } from "./accumulator";
export { Canvas, canvasBytes, canvasClose, canvasFree, canvasNew, canvasOpen, canvasPixels, canvasShape, canvasUse, inkBottom, inkTop } from "./canvas";
export { clearCanvas, rasterClear } from "./clear";
export { close, cubicTo, lineTo, moveTo, quadTo } from "./flatten";
export { sweepImage, sweepImageBox, sweepMeasure } from "./sweep";
export { Tally } from "./tally";

/** Starts a picture on the canvas that is open. What an abandoned picture left in the accumulator is taken out. */
export function rasterBegin(): i32 {
  if (!pathReady()) return RASTER_OUT_OF_MEMORY;
  accumulatorReset();
  outlineForget();
  const path = thePath();
  pathReset();
  piecesForget();
  path.farMask = i32x4.splat(0);
  path.snapped = i32x4.splat(0);
  path.start = i32x4.splat(0);
  path.startIsFar = 0;
  return RASTER_OK;
}

/** Sets where the next outline goes: pixel = units × (sx, sy) + (tx, ty), y down (sy is negative for font units). */
export function rasterPlace(sx: f32, sy: f32, tx: f32, ty: f32): void {
  const path = thePath();
  const x: f32 = sx * 256;
  const y: f32 = sy * 256;
  path.scale = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x), 1, y), 3, y);
  const dx: f32 = tx * 256;
  const dy: f32 = ty * 256;
  path.shift = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(dx), 1, dy), 3, dy);
}

/** Ends an outline: closes its last contour and brings its lines into the accumulator. */
export function rasterFlush(): i32 {
  const path = thePath();
  if (v128.any_true(v128.or(v128.xor(path.snapped, path.start), path.farMask))) closeContour(path);
  drain(path);
  drainPieces();
  return RASTER_OK;
}

/** Gives up the picture that was begun: the accumulator and the map of groups are zero again. */
export function rasterReset(): void {
  pathReset();
  piecesForget();
  accumulatorReset();
}

/** Box of all outlines since rasterBegin, clipped or not, in pixels of the canvas; left > right when there were none. */
export function outlineLeft(): f64 {
  return outlineLeftUnits / 256;
}
export function outlineTop(): f64 {
  return outlineTopUnits / 256;
}
export function outlineRight(): f64 {
  return outlineRightUnits / 256;
}
export function outlineBottom(): f64 {
  return outlineBottomUnits / 256;
}
