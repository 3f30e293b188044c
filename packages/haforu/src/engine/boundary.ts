// The one file that touches the engine's memory.
export interface EngineConfig {
  /** Bytes of font data kept; least recently used goes first. */
  readonly fontCacheBytes?: number;
  /** Instances (a font at one set of coordinates) kept. */
  readonly maxInstances?: number;
  /** Warnings become errors. */
  readonly strict?: boolean;
  /** Result lines carry `timing`. Default true. */
  readonly timing?: boolean;
  /** Images are left out of the line: `image()` gives their bytes, for hosts that write files. */
  readonly outDir?: boolean;
}

/** Counters of one engine since it was made. */
export interface EngineStats {
  readonly linearBytes: number;
  readonly fontBytes: number;
  readonly fonts: number;
  readonly instances: number;
  readonly canvasBytes: number;
  readonly fontHits: number;
  readonly fontMisses: number;
  readonly instanceHits: number;
  readonly instanceMisses: number;
  readonly evictions: number;
  readonly shapeMs: number;
  readonly renderMs: number;
  readonly encodeMs: number;
  readonly jobs: number;
  /** Engines thrown away after a trap. */
  readonly faults: number;
}
