// Outlines as an SVG document. HarfBuzz draws through the exported svg… callbacks; each point is placed as the rasteriser places it and appended to the path.
// Only ASCII without '"' and '\' is written (attributes stand in single quotes), so the document is a JSON string's content as it is.
// Coordinates: pixels, y down, the nearest thousandth (ties to even), computed in doubles from the single-precision outline and placement.
import { writeThousandths, writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve } from "./out";
import { putWord } from "./word";
import * as W from "./generated/words";

/** A letter, six numbers of at most 17 bytes, five separators. */
const COMMAND_MAX_BYTES: usize = 128;
/** Coordinates end at ±10^9 px; none of a valid font comes near (32,767 units at 10,000 px per em). */
const COORDINATE_LIMIT: f64 = 1e12;
const SPACE: u8 = 0x20;

let scaleX: f64 = 1;
let scaleY: f64 = 1;
let originX: f64 = 0;
let originY: f64 = 0;
let clamped: u32 = 0;

/** Where the glyphs that follow are drawn: x · sx + tx, y · sy + ty; font units to pixels, sy negative as SVG's y points down. */
export function svgPlace(sx: f32, sy: f32, tx: f32, ty: f32): void {
  scaleX = <f64>sx;
  scaleY = <f64>sy;
  originX = <f64>tx;
  originY = <f64>ty;
}

/** Opens a document of `width` × `height` pixels: background, and the one path that takes every glyph (non-zero fill). */
export function svgBegin(width: u32, height: u32, invert: bool): void {
  clamped = 0;
  putWord(W.SVG_OPEN);
  putSize(width, height);
  putWord(W.SVG_ATTRIBUTE_END);
  putWord(W.SVG_VIEW_BOX);
  putUnsigned(width);
  putWord(W.SVG_SPACE);
  putUnsigned(height);
  putWord(W.SVG_RECT);
  putSize(width, height);
  putWord(invert ? W.SVG_BLACK_WHITE : W.SVG_WHITE_BLACK);
}

/** Closes the path and the document; how many coordinates were no number or beyond ±10^9 px and were moved. */
export function svgEnd(): u32 {
  putWord(W.SVG_CLOSE);
  return clamped;
}

function putSize(width: u32, height: u32): void {
  putWord(W.SVG_WIDTH);
  putUnsigned(width);
  putWord(W.SVG_HEIGHT);
  putUnsigned(height);
}

function putUnsigned(value: u32): void {
  if (outReserve(24)) outAdvanceTo(writeUnsigned(outCursor(), value));
}

/** HarfBuzz's move_to: (funcs, data, state, to_x, to_y, user), font units. */
export function svgMoveTo(funcs: usize, data: usize, state: usize, x: f32, y: f32, user: usize): void {
  if (!outReserve(COMMAND_MAX_BYTES)) return;
  outAdvanceTo(point(command(0x4d), x, y));
}

/** HarfBuzz's line_to. */
export function svgLineTo(funcs: usize, data: usize, state: usize, x: f32, y: f32, user: usize): void {
  if (!outReserve(COMMAND_MAX_BYTES)) return;
  outAdvanceTo(point(command(0x4c), x, y));
}

/** HarfBuzz's quadratic_to: control point, end point. */
export function svgQuadTo(funcs: usize, data: usize, state: usize, controlX: f32, controlY: f32, x: f32, y: f32, user: usize): void {
  if (!outReserve(COMMAND_MAX_BYTES)) return;
  outAdvanceTo(point(space(point(command(0x51), controlX, controlY)), x, y));
}

/** HarfBuzz's cubic_to: two control points, end point. */
export function svgCubicTo(
  funcs: usize, data: usize, state: usize, firstX: f32, firstY: f32, secondX: f32, secondY: f32, x: f32, y: f32, user: usize,
): void {
  if (!outReserve(COMMAND_MAX_BYTES)) return;
  const first = space(point(command(0x43), firstX, firstY));
  outAdvanceTo(point(space(point(first, secondX, secondY)), x, y));
}

/** HarfBuzz's close_path. */
export function svgClose(funcs: usize, data: usize, state: usize, user: usize): void {
  if (!outReserve(COMMAND_MAX_BYTES)) return;
  outAdvanceTo(command(0x5a));
}

// @ts-ignore: decorator
@inline
function command(letter: u8): usize {
  store<u8>(outCursor(), letter);
  return outCursor() + 1;
}

// @ts-ignore: decorator
@inline
function space(at: usize): usize {
  store<u8>(at, SPACE);
  return at + 1;
}

function point(at: usize, x: f32, y: f32): usize {
  at = space(writeThousandths(at, thousandths(<f64>x * scaleX + originX)));
  return writeThousandths(at, thousandths(<f64>y * scaleY + originY));
}

// @ts-ignore: decorator
@inline
function thousandths(px: f64): i64 {
  const value = nearest(px * 1000);
  return abs(value) <= COORDINATE_LIMIT ? <i64>value : clamp(value);
}

function clamp(value: f64): i64 {
  clamped += 1;
  return value > 0 ? <i64>COORDINATE_LIMIT : value < 0 ? -<i64>COORDINATE_LIMIT : 0;
}
