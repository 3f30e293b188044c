// Clipping to the canvas, in f64 and exact to the grid. In: any lines. Out: lines inside the canvas, in a list of pieces of their own.
// Above and below: dropped. Left: moved to the border, where it keeps the winding of everything right of it. Right: dropped, as nothing of the canvas lies behind it.
import { canvasHeight, canvasWidth, touch, touchRight } from "./accumulator";
import { addLines } from "./cells";
import { BREAK, PIXEL_SHIFT, WIDEST_LINE } from "./fixed";

/** Pieces (three points each) that wait for the accumulator. Large enough to fill its blocks of four, small enough to stay in the cache. */
const PIECE_CAPACITY: usize = 256;
const PIECE_BYTES: usize = 24;
const pieces: usize = memory.data(24 * 256 + 64, 16);
let piecesEnd: usize = 0;
let boxLeft: i32 = i32.MAX_VALUE;
let boxTop: i32 = i32.MAX_VALUE;
let boxRight: i32 = i32.MIN_VALUE;
let boxBottom: i32 = i32.MIN_VALUE;

/** Clips the lines of a list of points whose box is given. */
export function clipPoints(from: usize, to: usize, x0: i32, y0: i32, x1: i32, y1: i32): void {
  if (y1 <= 0 || y0 >= canvasHeight << PIXEL_SHIFT || x0 >= canvasWidth << PIXEL_SHIFT) return;
  for (let p = from + 8; p < to; p += 8) {
    const ay = load<i32>(p - 4);
    const by = load<i32>(p, 4);
    if (ay == BREAK || by == BREAK) continue;
    clipLine(<f64>load<i32>(p - 8), <f64>ay, <f64>load<i32>(p), <f64>by);
  }
}

/** Clips one line between grid points (finite, |coordinate| ≤ 2^40 units). */
export function clipLine(x0: f64, y0: f64, x1: f64, y1: f64): void {
  const width = <f64>(canvasWidth << PIXEL_SHIFT);
  const height = <f64>(canvasHeight << PIXEL_SHIFT);
  if (y0 == y1 || (y0 <= 0 && y1 <= 0) || (y0 >= height && y1 >= height)) return;
  if (x0 >= width || x1 >= width) {
    touchRight();
    if (x0 >= width && x1 >= width) return;
  }
  if (x0 <= 0 && x1 <= 0) {
    piece(0, between(y0, height), 0, between(y1, height));
    return;
  }
  const slope = (x1 - x0) / (y1 - y0);
  // rows outside
  const startY = between(y0, height);
  const endY = between(y1, height);
  const startX = startY == y0 ? x0 : x0 + slope * (startY - y0);
  const endX = endY == y1 ? x1 : x0 + slope * (endY - y0);
  // columns outside: cut where the line crosses the left and the right border, in the order it meets them
  const firstBorder = startX < endX ? 0 : width;
  const secondBorder = width - firstBorder;
  let x = startX;
  let y = startY;
  if (crosses(startX, endX, firstBorder)) {
    const cutY = crossing(startX, startY, slope, firstBorder, startY, endY);
    part(x, y, firstBorder, cutY, width);
    x = firstBorder;
    y = cutY;
  }
  if (crosses(startX, endX, secondBorder)) {
    const cutY = crossing(startX, startY, slope, secondBorder, y, endY);
    part(x, y, secondBorder, cutY, width);
    x = secondBorder;
    y = cutY;
  }
  part(x, y, endX, endY, width);
}

// @ts-ignore: decorator
@inline function between(v: f64, top: f64): f64 { return v < 0 ? 0 : v > top ? top : v; }
// @ts-ignore: decorator
@inline function crosses(from: f64, to: f64, border: f64): bool { return (from < border && to > border) || (from > border && to < border); }

/** The row, on the grid, where a line meets a border; between `from` and `to` in whatever order, so that cuts never run backwards. */
function crossing(x0: f64, y0: f64, slope: f64, border: f64, from: f64, to: f64): f64 {
  const y = nearest<f64>(y0 + (border - x0) / slope);
  return min(max(y, min(from, to)), max(from, to));
}

/** A part that lies wholly inside, left or right. */
function part(x0: f64, y0: f64, x1: f64, y1: f64, width: f64): void {
  if (y0 == y1) return;
  if (x0 >= width && x1 >= width) return;
  if (x0 <= 0 && x1 <= 0) {
    piece(0, y0, 0, y1);
    return;
  }
  const fromX = between(nearest<f64>(x0), width);
  const toX = between(nearest<f64>(x1), width);
  // too wide for the accumulator's f32: equal parts
  let cuts = 1;
  while (abs(toX - fromX) > <f64>(WIDEST_LINE * cuts)) cuts++;
  let px = fromX;
  let py = y0;
  for (let i = 1; i < cuts; i++) {
    const qx = nearest<f64>(fromX + ((toX - fromX) * <f64>i) / <f64>cuts);
    const qy = nearest<f64>(y0 + ((y1 - y0) * <f64>i) / <f64>cuts);
    piece(px, py, qx, qy);
    px = qx;
    py = qy;
  }
  piece(px, py, toX, y1);
}

/** Adds a line inside the canvas to the list. */
function piece(x0: f64, y0: f64, x1: f64, y1: f64): void {
  const ay = <i32>y0;
  const by = <i32>y1;
  if (ay == by) return;
  if (piecesEnd == 0) piecesEnd = pieces;
  if (piecesEnd >= pieces + PIECE_CAPACITY * PIECE_BYTES) drainPieces();
  const ax = <i32>x0;
  const bx = <i32>x1;
  const p = piecesEnd;
  store<i32>(p, 0);
  store<i32>(p, BREAK, 4);
  store<i32>(p, ax, 8);
  store<i32>(p, ay, 12);
  store<i32>(p, bx, 16);
  store<i32>(p, by, 20);
  piecesEnd = p + PIECE_BYTES;
  boxLeft = min(boxLeft, min(ax, bx));
  boxRight = max(boxRight, max(ax, bx));
  boxTop = min(boxTop, min(ay, by));
  boxBottom = max(boxBottom, max(ay, by));
}

/** Rasterises the waiting pieces. */
export function drainPieces(): void {
  if (piecesEnd <= pieces) return;
  touch(boxLeft, boxTop, boxRight, boxBottom);
  addLines(pieces, piecesEnd);
  piecesForget();
}

/** Drops the waiting pieces. */
export function piecesForget(): void {
  piecesEnd = pieces;
  boxLeft = i32.MAX_VALUE;
  boxTop = i32.MAX_VALUE;
  boxRight = i32.MIN_VALUE;
  boxBottom = i32.MIN_VALUE;
}
