// Where glyphs stand: the pen's start, its way along the run, and drawing a part of the run into the rasteriser or an SVG path.
// Pixels, y down; font units become pixels by size / upem; no rounding of positions, no hinting.

import { svgPlace } from "../encode/svg";
import { E_CANCELLED } from "../generated/contract";
import { cancelAsked, hb_font_draw_glyph_or_fail, hfn_draw_funcs } from "../native";
import { rasterFlush, rasterPlace } from "../raster/raster";
import { BTT, glyphId, glyphTotal, TTB, xAdvance, xOffset, yAdvance, yOffset } from "../shape/shape";

/** Fraction of the canvas's height at which the baseline of horizontal text lies, where the job gives no origin. */
const BASELINE: f64 = 0.75;

export let originX: f64 = 0;
export let originY: f64 = 0;
/** Pixels a font unit. */
export let scale: f64 = 1;
/** Where the pen stood after the last walk. */
export let penX: f64 = 0;
export let penY: f64 = 0;

/** Glyphs of the run that have no outline to draw, since missingReset: how many, and the first ids, each once. */
export const MISSING_MAX: u32 = 64;
export const missingIds = memory.data(256, 4);
export let missingListed: u32 = 0;
export let missingCount: u32 = 0;

let rasterFuncs: usize = 0;
let svgFuncs: usize = 0;

/** Sets scale and origin for the run at hand: (0, 0.75 × height), vertical text at (width / 2, 0), or what the job says. */
export function place(sizePx: f64, upem: u32, width: u32, height: u32, direction: u32, hasOrigin: bool, x: f64, y: f64): void {
  scale = sizePx / <f64>upem;
  if (hasOrigin) {
    originX = x;
    originY = y;
  } else if (direction == TTB || direction == BTT) {
    originX = <f64>width * 0.5;
    originY = 0;
  } else {
    originX = 0;
    originY = <f64>height * BASELINE;
  }
}

/** Puts the pen at the start of the run. */
export function penHome(): void {
  penX = originX;
  penY = originY;
}

/** Moves the pen over glyph `i` without drawing. */
export function penSkip(i: u32): void {
  penX += <f64>xAdvance(i) * scale;
  penY -= <f64>yAdvance(i) * scale;
}

export function missingReset(): void {
  missingListed = 0;
  missingCount = 0;
}

function missingAdd(id: u32): void {
  missingCount++;
  for (let i: u32 = 0; i < missingListed; i++) if (load<u32>(missingIds + ((<usize>i) << 2)) == id) return;
  if (missingListed < MISSING_MAX) {
    store<u32>(missingIds + ((<usize>missingListed) << 2), id);
    missingListed++;
  }
}

/** Draws glyphs [first, end) into the rasteriser from where the pen stands. Returns 0, the rasteriser's negative status, or −cancelled. */
export function drawGlyphs(font: usize, first: u32, end: u32): i32 {
  if (rasterFuncs == 0) rasterFuncs = hfn_draw_funcs(0);
  const s = <f32>scale;
  for (let i = first; i < end; i++) {
    if (cancelAsked()) return -E_CANCELLED;
    rasterPlace(s, -s, <f32>(penX + <f64>xOffset(i) * scale), <f32>(penY - <f64>yOffset(i) * scale));
    if (hb_font_draw_glyph_or_fail(font, glyphId(i), rasterFuncs, 0) == 0) missingAdd(glyphId(i));
    const status = rasterFlush();
    if (status != 0) return status;
    penSkip(i);
  }
  return 0;
}

/** Writes the outlines of the whole run as SVG path data into the output; ends early when the call is cancelled. */
export function drawSvg(font: usize): void {
  if (svgFuncs == 0) svgFuncs = hfn_draw_funcs(1);
  const s = <f32>scale;
  penHome();
  for (let i: u32 = 0; i < glyphTotal; i++) {
    if (cancelAsked()) return;
    svgPlace(s, -s, <f32>(penX + <f64>xOffset(i) * scale), <f32>(penY - <f64>yOffset(i) * scale));
    hb_font_draw_glyph_or_fail(font, glyphId(i), svgFuncs, 0);
    penSkip(i);
  }
}

/** Draws one glyph into the rasteriser with its origin where the pen stands. Returns 0, the rasteriser's negative status, or −cancelled. */
export function drawGlyph(font: usize, id: u32): i32 {
  if (rasterFuncs == 0) rasterFuncs = hfn_draw_funcs(0);
  if (cancelAsked()) return -E_CANCELLED;
  const s = <f32>scale;
  rasterPlace(s, -s, <f32>penX, <f32>penY);
  if (hb_font_draw_glyph_or_fail(font, id, rasterFuncs, 0) == 0) missingAdd(id);
  return rasterFlush();
}

/** Writes the outline of one glyph as SVG path data into the output: font units, y up, without a scale or a pen. */
export function drawGlyphSvg(font: usize, id: u32): void {
  if (svgFuncs == 0) svgFuncs = hfn_draw_funcs(1);
  svgPlace(1, 1, 0, 0);
  hb_font_draw_glyph_or_fail(font, id, svgFuncs, 0);
}
