// The metrics of a picture, each defined once (docs/metrics.md). In: what the sweep counted. Out: numbers as they stand in a result. All of ink, whatever the polarity.
import { Tally } from "../raster/tally";

export { Tally as Measures } from "../raster/tally";

/** Ink of a fully covered pixel. */
const FULL_INK: f64 = 255;

/** Covered area in pixels. */
export function inkArea(m: Tally): f64 {
  return m.inkSum / FULL_INK;
}

/** Covered part of the canvas, 0..1. */
export function density(m: Tally, width: i32, height: i32): f64 {
  return m.inkSum / (FULL_INK * <f64>width * <f64>height);
}

/** The longest run of pixels with ink in a row, as a part of the canvas's width, 0..1. */
export function beam(m: Tally, width: i32): f64 {
  return <f64>m.beam / <f64>width;
}

/** Width of the ink box by its height; 0 without ink. */
export function aspect(m: Tally): f64 {
  return m.bottom > m.top ? <f64>(m.right - m.left) / <f64>(m.bottom - m.top) : 0;
}

/** Centre of gravity of the ink, in pixels from the canvas's left; 0 without ink. */
export function centroidX(m: Tally): f64 {
  return m.inkSum > 0 ? m.sumX / m.inkSum : 0;
}

/** Centre of gravity of the ink, in pixels from the canvas's top; 0 without ink. */
export function centroidY(m: Tally): f64 {
  return m.inkSum > 0 ? m.sumY / m.inkSum : 0;
}
