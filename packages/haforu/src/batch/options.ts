// What a caller can say about a batch, and the resolved record that the machinery works with.

import { availableParallelism } from "node:os";
import { DEFAULTS, LIMITS } from "@haforu/engine";
import { HaforuError } from "../engine/errors.ts";
import { invalid, isRecord, unknownName } from "../session/check-request.ts";
import { folderProblem } from "../session/folder.ts";
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
/** More is no progress; and timers hold 24.8 days at most. */
const PROGRESS_MS_MAX = 3_600_000;
const DELAY_MS_MAX = 60_000;
const ORDERS: readonly unknown[] = ["input", "completion"] satisfies ResultOrder[];

/** Every option there is: one that is left out here does not compile. */
const KNOWN: Readonly<Record<keyof BatchOptions, true>> = {
  workers: true,
  order: true,
  timeoutMs: true,
  strict: true,
  timing: true,
  baseDir: true,
  fontCacheBytes: true,
  maxInstances: true,
  imageDir: true,
  overwrite: true,
  signal: true,
  onProgress: true,
  progressMs: true,
  delayMs: true,
  runnerUrl: true,
  resourceLimits: true,
};

/** `own`: names that the caller has besides. @throws HaforuError invalid_argument that names the option, in its field too. */
export function resolveBatchOptions(options: BatchOptions, own: readonly string[] = []): ResolvedBatchOptions {
  if (!isRecord(options)) throw invalid("options", "an object", options);
  const names = [...Object.keys(KNOWN), ...own];
  for (const name of Object.keys(options)) if (!names.includes(name)) throw unknownName(name, names);
  return {
    workers: whole("workers", options.workers ?? Math.min(availableParallelism(), LIMITS.workers), 1, LIMITS.workers),
    order: oneOf("order", options.order ?? DEFAULTS.order, ORDERS),
    timeoutMs: inRange("timeoutMs", options.timeoutMs ?? DEFAULTS.timeoutMs, 0, LIMITS.timeoutMs),
    strict: oneOf("strict", options.strict ?? DEFAULTS.strict, [true, false]),
    timing: oneOf("timing", options.timing ?? DEFAULTS.timing, [true, false]),
    baseDir: folder("baseDir", options.baseDir),
    fontCacheBytes: whole("fontCacheBytes", options.fontCacheBytes ?? DEFAULTS.fontCache, LIMITS.fontCacheBytesMin, LIMITS.fontCacheBytes),
    maxInstances: whole("maxInstances", options.maxInstances ?? DEFAULTS.maxFonts, 1, LIMITS.maxFonts),
    imageDir: folder("imageDir", options.imageDir),
    overwrite: oneOf("overwrite", options.overwrite ?? false, [true, false]),
    signal: options.signal,
    onProgress: options.onProgress,
    progressMs: inRange("progressMs", options.progressMs ?? DEFAULT_PROGRESS_MS, 1, PROGRESS_MS_MAX),
    delayMs: inRange("delayMs", options.delayMs ?? PIECE_DELAY_MS, 0, DELAY_MS_MAX),
    runnerUrl: options.runnerUrl,
    resourceLimits: options.resourceLimits,
    creditBytes: CREDIT_BYTES,
    pieceBytes: PIECE_BYTES,
    windowLines: WINDOW_LINES,
  };
}

function folder(name: string, path: string | undefined): string | undefined {
  const problem = path === undefined ? undefined : folderProblem(path);
  if (problem !== undefined) throw wrong(name, problem);
  return path;
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw wrong(name, `expected a number from ${least} to ${most}, got ${shown(value)}`);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrong(name, `expected a whole number from ${least} to ${most}, got ${shown(value)}`);
}

function oneOf<Value>(name: string, value: Value, values: readonly unknown[]): Value {
  if (values.includes(value)) return value;
  throw wrong(name, `expected ${values.map(shown).join(" or ")}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value === "object" && value !== null ? "an object" : String(value);
}

function wrong(name: string, problem: string): HaforuError {
  return new HaforuError("invalid_argument", `${name}: ${problem}`, { field: name });
}
