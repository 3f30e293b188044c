// What the struct calls share once a text is shaped: drawing it, and the record of its measures. In: the run and the pen of text-spec.ts. Out: 16 numbers.
import { Face } from "../font/face";
import * as code from "../generated/contract";
import { advanceVariation, bearingEnd, bearingStart, consistency, extendedPicture, measureRun, renderedAspect, widthRhythm } from "../job/extended";
import { drawGlyphs, missingCount, missingReset, originX, originY, penHome, penX, penY } from "../job/place";
import { aspect, beam, centroidX, centroidY, density, inkArea, Measures } from "../measure/measures";
import { outlineBottom, outlineLeft, outlineRight, outlineTop, rasterBegin, rasterReset } from "../raster/raster";
import { glyphTotal } from "../shape/shape";
import { failWith } from "./last-error";
import { runFace, runFont } from "./text-spec";

/** Whether a canvas may have this size. */
export function fits(width: u32, height: u32): bool {
  return width <= <u32>code.LIMIT_CANVAS_SIDE_PX && height <= <u32>code.LIMIT_CANVAS_SIDE_PX && <u64>width * <u64>height <= <u64>code.LIMIT_CANVAS_AREA_PX;
}

/** The byte of no ink on a canvas that is not inverted. */
const BLANK: u32 = 255;

/** What the last sweep of the rasteriser counted. */
export const measures = memory.data(96, 16);

/** Draws the run from where the pen starts. Returns 0 or a negative code. */
export function drawRun(): i32 {
  if (rasterBegin() != 0) return failWith(code.E_OUT_OF_MEMORY);
  missingReset();
  penHome();
  const status = drawGlyphs(runFont, 0, glyphTotal);
  if (status == 0 && (missingCount == 0 || changetype<Face>(runFace).outlines == 0)) return 0;
  rasterReset();
  if (status == 0) return failWith(code.E_FONT_INVALID); // a glyph that the face has an outline for cannot be drawn: it is damaged
  return failWith(status == -code.E_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
}

/**
 * Writes 16 × f64: ink_density, moments xx, yy, xy, perimeter, bearings start, end, gap_count, gap_variation, advance_variation, width_rhythm, rendered_aspect, consistency, 0, 0, 0; NaN
 * where a number does not exist. Of a picture that is as seen on the canvas drawn on, whose clusters were measured before. False: there is no memory.
 */
export function putExtended(at: usize, width: i32): bool {
  if (!measureRun(changetype<Measures>(measures), width, BLANK, penX - originX, penY - originY)) return false;
  const e = extendedPicture();
  store<f64>(at, e.inkDensity);
  store<f64>(at, e.momentXX, 8);
  store<f64>(at, e.momentYY, 16);
  store<f64>(at, e.momentXY, 24);
  store<f64>(at, e.perimeter, 32);
  store<f64>(at, bearingStart, 40);
  store<f64>(at, bearingEnd, 48);
  store<f64>(at, <f64>e.gapCount, 56);
  store<f64>(at, e.gapVariation, 64);
  store<f64>(at, advanceVariation, 72);
  store<f64>(at, widthRhythm, 80);
  store<f64>(at, renderedAspect, 88);
  store<f64>(at, consistency, 96);
  memory.fill(at + 104, 0, 24);
  return true;
}

/** Writes 16 × f64: ink_area, density, beam, aspect, centroid x, y, bbox x, y, w, h, advance x, y, ink outside left, top, right, bottom (px). */
export function putMeasures(at: usize, width: u32, height: u32): void {
  const m = changetype<Measures>(measures);
  const w = <f64>(m.right - m.left);
  const h = <f64>(m.bottom - m.top);
  store<f64>(at, inkArea(m));
  store<f64>(at, density(m, <i32>width, <i32>height), 8);
  store<f64>(at, beam(m, <i32>width), 16);
  store<f64>(at, aspect(m), 24);
  store<f64>(at, centroidX(m), 32);
  store<f64>(at, centroidY(m), 40);
  store<f64>(at, <f64>m.left, 48);
  store<f64>(at, <f64>m.top, 56);
  store<f64>(at, w, 64);
  store<f64>(at, h, 72);
  store<f64>(at, penX - originX, 80);
  store<f64>(at, penY - originY, 88);
  store<f64>(at, max(0, -outlineLeft()), 96);
  store<f64>(at, max(0, -outlineTop()), 104);
  store<f64>(at, max(0, outlineRight() - <f64>width), 112);
  store<f64>(at, max(0, outlineBottom() - <f64>height), 120);
}
