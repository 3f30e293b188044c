// What can be set on an engine and what it counts, as plain records.

export interface EngineConfig {
  /** Bytes of font data kept; the least recently used font goes first. */
  readonly fontCacheBytes?: number;
  /** Instances (a font at one set of coordinates) kept. */
  readonly maxInstances?: number;
  /** Warnings become errors. Default false. */
  readonly strict?: boolean;
  /** Result lines carry `timing`. Default true. */
  readonly timing?: boolean;
  /** Pictures go to the host (NEED_OUTPUT) and lines carry their paths. Default false. */
  readonly outDir?: boolean;
}

/**
 * Counters of an engine since it was made; bytes, milliseconds and counts by their names. Those of a session are of its
 * jobs and its direct calls together, which keep fonts, instances and canvases of their own; `shapeMs`, `renderMs`,
 * `encodeMs`, `jobs` and `bufferBytes` are of jobs alone.
 */
export interface EngineStats {
  readonly linearBytes: number;
  /** Of the fonts' files; of jobs also what is kept about them. */
  readonly fontBytes: number;
  readonly fonts: number;
  readonly instances: number;
  readonly canvasBytes: number;
  /** A hit was here when it was asked for, a miss had to be made; evictions made room within the budgets. */
  readonly fontHits: number;
  readonly fontMisses: number;
  readonly instanceHits: number;
  readonly instanceMisses: number;
  readonly evictions: number;
  readonly shapeMs: number;
  readonly renderMs: number;
  readonly encodeMs: number;
  readonly jobs: number;
  /** Room for one job and its result line, kept for the next. */
  readonly bufferBytes: number;
  /** Fonts, instances and canvases that direct calls hold. */
  readonly handles: number;
  /** Engines thrown away after a trap. */
  readonly faults: number;
}

/** The fields in the order of the engine's struct. */
export const STATS_FIELDS: readonly (keyof Omit<EngineStats, "faults">)[] = [
  "linearBytes",
  "fontBytes",
  "fonts",
  "instances",
  "canvasBytes",
  "fontHits",
  "fontMisses",
  "instanceHits",
  "instanceMisses",
  "evictions",
  "shapeMs",
  "renderMs",
  "encodeMs",
  "jobs",
  "bufferBytes",
  "handles",
];

/** Those that only grow: they add up over engines, the others are of the moment. */
export const COUNTERS: readonly (keyof EngineStats)[] = [
  "fontHits",
  "fontMisses",
  "instanceHits",
  "instanceMisses",
  "evictions",
  "shapeMs",
  "renderMs",
  "encodeMs",
  "jobs",
];
