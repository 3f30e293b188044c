// The engine's sixteen measures by their names. Definitions: docs/metrics.md.
import type { Metrics } from "@haforu/engine";

/** A job's metrics, not rounded, and what a job tells with the warning ink_clipped. */
export interface MeasuredText extends Metrics {
  /** How far the outlines reach beyond the canvas, in pixels: left, top, right, bottom. */
  readonly clipped: readonly [left: number, top: number, right: number, bottom: number];
}

export function metricsOf(measures: Float64Array): MeasuredText {
  const at = (i: number): number => measures[i] as number;
  const inked = at(0) > 0;
  return {
    density: at(1),
    beam: at(2),
    bbox: [at(6), at(7), at(8), at(9)],
    ink_area: at(0),
    centroid: inked ? [at(4), at(5)] : null,
    aspect: inked ? at(3) : null,
    advance: [at(10), at(11)],
    clipped: [at(12), at(13), at(14), at(15)],
  };
}
