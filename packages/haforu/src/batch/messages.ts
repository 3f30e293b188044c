// What the host and its workers say to each other: a tagged union each way, and the layout of the shared control words.
// Lines and results lie in shared memory: the host keeps lines, to give them to another worker; a worker keeps its
// slabs of results and uses them again, so that memory is fixed and nothing is left to a garbage collector.

import type { ErrorCode } from "@haforu/engine";
import type { EngineConfig, EngineStats } from "../engine/settings.ts";
import { SLABS_MAX } from "./limits.ts";

/** Everything a worker needs to start, in its workerData. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module | undefined;
  readonly config: EngineConfig;
  /** Fonts must lie under this folder. */
  readonly baseDir: string | undefined;
  readonly images: ImageFolder | undefined;
  /** CONTROL_WORDS 32-bit words. */
  readonly control: SharedArrayBuffer;
  readonly creditBytes: number;
  readonly pieceBytes: number;
  readonly pieceDelayMs: number;
  /** An ES module with `createRunner(setup)`, in place of the engine. */
  readonly runnerUrl: string | undefined;
}

/** Where image files go. */
export interface ImageFolder {
  readonly dir: string;
  readonly overwrite: boolean;
  /** Files changed at or after this time of the folder's own clock (ns) belong to this run. */
  readonly runStartNs: bigint;
}

/** A job the host gave up: the worker only writes its error line. */
export interface Verdict {
  readonly index: number;
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface ChunkMemory {
  readonly bytes: SharedArrayBuffer;
  /** Three float64 a line: start, end, line number. */
  readonly table: SharedArrayBuffer;
}

/** The memory of a single long line: no message names it again. */
export const MEMORY_USED_ONCE = 0;

export interface ChunkMessage {
  readonly kind: "chunk";
  /** Which memory; it comes with the first message that names it, as passing shared memory on costs more than a line. */
  readonly memoryId: number;
  readonly memory: ChunkMemory | undefined;
  readonly used: number;
  readonly count: number;
  /** The first line that still has no result. */
  readonly from: number;
  readonly flags: number;
  readonly verdicts: readonly Verdict[];
}

export type ToWorker = ChunkMessage | { readonly kind: "recycle"; readonly buffer: ArrayBuffer } | { readonly kind: "finish" };

export interface PieceMessage {
  readonly kind: "piece";
  /** The slab that the lines lie in: the host's until it releases it. */
  readonly slabIndex: number;
  /** Its memory, where this index did not have this memory before. */
  readonly slab: SharedArrayBuffer | undefined;
  /** Two int32 a line: end of the line (its newline included), status. */
  readonly rows: Int32Array;
  /** What was left out of the lines: RUN_STRIDE numbers each (offset in the slab, letter, count), in order. */
  readonly runs: Uint32Array | undefined;
  /** Time at work since the last piece, without waiting. */
  readonly busyMs: number;
  readonly stats: EngineStats | undefined;
}

export type FromWorker = PieceMessage | { readonly kind: "finished"; readonly stats: EngineStats };

/** Twice the number of jobs begun, plus 1 while one runs (mod 2³²): names the job a dead or stuck worker was at. */
export const CONTROL_CURRENT = 0;
/** Counts the slabs the host has released (mod 2³²): what a worker without a free slab waits on. */
export const CONTROL_RELEASED = 1;
/** Not 0: begin no more jobs. */
export const CONTROL_STOP = 2;
/** From here a word for each slab: 1 while the host has it. */
export const CONTROL_SLABS = 3;
export const CONTROL_WORDS: number = CONTROL_SLABS + SLABS_MAX;

export { ROW_STRIDE, RUN_STRIDE, TABLE_STRIDE } from "../engine/boundary.ts";

/** Row statuses beside the runner's own (0 success, negative error code). */
export const ROW_OP = 3;
/** {"op": "stats"}: the host writes the answer, as only it knows all workers; the row's line is {} or has the op's id. */
export const ROW_OP_STATS = 1001;
/** Not begun, because of CONTROL_STOP: no line. */
export const ROW_DROPPED = 1002;
