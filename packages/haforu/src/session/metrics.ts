// The engine's sixteen measures by their names. Definitions: docs/metrics.md.
import type { Metrics } from "@haforu/engine";

/** A job's metrics, not rounded, and what a job tells with the warning ink_clipped. */
export interface MeasuredText extends Metrics {
  /** How far the outlines reach beyond the canvas, in pixels: left, top, right, bottom. */
  readonly clipped: readonly [left: number, top: number, right: number, bottom: number];
}

/** As metricsOf, of hf_measure_extended's 32 numbers; NaN, which stands for no number, becomes null. */
export function extendedMetricsOf(measures: Float64Array, gaps: Metrics["gaps"]): MeasuredText {
  const at = (i: number): number => measures[16 + i] as number;
  const orNull = (i: number): number | null => (Number.isNaN(at(i)) ? null : at(i));
  const { clipped, ...plain } = metricsOf(measures);
  return {
    ...plain,
    ink_density: orNull(0),
    moments: Number.isNaN(at(1)) ? null : [at(1), at(2), at(3)],
    perimeter: at(4),
    bearings: Number.isNaN(at(5)) ? null : [at(5), at(6)],
    gap_count: at(7),
    gaps,
    gap_variation: orNull(8),
    advance_variation: orNull(9),
    width_rhythm: orNull(10),
    rendered_aspect: orNull(11),
    consistency: orNull(12),
    clipped,
  } as MeasuredText;
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
