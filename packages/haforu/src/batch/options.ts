// What a caller can say about a batch, and the resolved record that the machinery works with.

import { availableParallelism } from "node:os";
import { DEFAULTS, LIMITS } from "@haforu/engine";
import { CREDIT_BYTES, PIECE_BYTES, PIECE_DELAY_MS, WINDOW_LINES } from "./limits.ts";

/** How results are ordered: as their jobs came, or as they are done. */
export type ResultOrder = "input" | "completion";

/** Told now and then how far a batch is. */
export interface BatchProgress {
  /** Results handed out. */
  readonly done: number;
  readonly failed: number;
  readonly elapsedMs: number;
}

export interface BatchOptions {
  /** Worker threads. Default: what the machine has cores for. */
  readonly workers?: number;
  readonly order?: ResultOrder;
  /** Time limit of one job in ms, 0 for none. Default 0. */
  readonly timeoutMs?: number;
  /** Warnings become errors. Default false. */
  readonly strict?: boolean;
  /** Result lines carry `timing`. Default true. */
  readonly timing?: boolean;
  /** Fonts must lie under this folder, links resolved. Default: anywhere. */
  readonly baseDir?: string;
  /** Bytes of font data kept, all workers together. Default 512 MiB. */
  readonly fontCacheBytes?: number;
  /** Instances (a font at one set of coordinates) kept, all workers together. Default 512. */
  readonly maxInstances?: number;
  /** Images become files in this folder, and result lines carry `path` in place of `data`. Must exist. */
  readonly imageDir?: string;
  /** Image files may replace others. Default false. */
  readonly overwrite?: boolean;
  /** Ends the batch: the iteration throws the signal's reason, and the workers are gone. */
  readonly signal?: AbortSignal;
  /** Called about every `progressMs`. */
  readonly onProgress?: (progress: BatchProgress) => void;
  /** Default 100 ms. */
  readonly progressMs?: number;
  /** A finished result waits for others at most this long (ms) before it is sent; 0: never. Default 20. */
  readonly delayMs?: number;
  /** An ES module (URL) with `createRunner(setup)` to run jobs in place of the engine: for tests of the machinery. */
  readonly runnerUrl?: string;
  /** V8 limits of each worker. */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number };
}

export interface ResolvedBatchOptions {
  readonly workers: number;
  readonly order: ResultOrder;
  readonly timeoutMs: number;
  readonly strict: boolean;
  readonly timing: boolean;
  readonly baseDir: string | undefined;
  readonly fontCacheBytes: number;
  readonly maxInstances: number;
  readonly imageDir: string | undefined;
  readonly overwrite: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: BatchProgress) => void) | undefined;
  readonly progressMs: number;
  readonly delayMs: number;
  readonly runnerUrl: string | undefined;
  readonly resourceLimits: { readonly maxOldGenerationSizeMb?: number } | undefined;
  readonly creditBytes: number;
  readonly pieceBytes: number;
  readonly windowLines: number;
}

const DEFAULT_PROGRESS_MS = 100;

export function resolveBatchOptions(options: BatchOptions): ResolvedBatchOptions {
  return {
    workers: inRange("workers", options.workers ?? Math.min(availableParallelism(), LIMITS.workers), 1, LIMITS.workers),
    order: options.order ?? DEFAULTS.order,
    timeoutMs: inRange("timeoutMs", options.timeoutMs ?? DEFAULTS.timeoutMs, 0, LIMITS.timeoutMs),
    strict: options.strict ?? DEFAULTS.strict,
    timing: options.timing ?? DEFAULTS.timing,
    baseDir: options.baseDir,
    fontCacheBytes: inRange("fontCacheBytes", options.fontCacheBytes ?? DEFAULTS.fontCache, LIMITS.fontCacheBytesMin, LIMITS.fontCacheBytes),
    maxInstances: inRange("maxInstances", options.maxInstances ?? DEFAULTS.maxFonts, 1, LIMITS.maxFonts),
    imageDir: options.imageDir,
    overwrite: options.overwrite ?? false,
    signal: options.signal,
    onProgress: options.onProgress,
    progressMs: options.progressMs ?? DEFAULT_PROGRESS_MS,
    delayMs: inRange("delayMs", options.delayMs ?? PIECE_DELAY_MS, 0, 60_000),
    runnerUrl: options.runnerUrl,
    resourceLimits: options.resourceLimits,
    creditBytes: CREDIT_BYTES,
    pieceBytes: PIECE_BYTES,
    windowLines: WINDOW_LINES,
  };
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${name}: expected a number from ${least} to ${most}, got ${value}`);
  }
  return value;
}
