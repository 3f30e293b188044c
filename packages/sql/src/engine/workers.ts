// The engine over worker threads: shares files by size, collects what became of each. Same results and same errors as the engine in line; what is not the input's
// fault (a thread that does not start, memory that is not to be had) ends in an EngineFailure, on which the caller falls back.
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { SqlError } from "../errors.ts";
import type { FoundFile } from "../input/find.ts";
import { type Control, type Progress, SHARE_SLICE_MS, Turns } from "./control.ts";
import { KEPT_BYTES, Slabs } from "./memory.ts";
import type { Processed } from "./process.ts";
import { FIRST_ERROR, STOP, WORDS, type WorkerError, type WorkerMessage, type WorkerOrder } from "./protocol.ts";
import { Queue } from "./queue.ts";
import type { EngineWork } from "./sync.ts";

/** Beyond so many threads the disk and the writing decide; each costs a heap of its own. */
export const WORKERS_LIMIT = 8;
const NO_ERROR = 0x7fffffff;
/** A file of more than this part of all bytes is begun before the small ones. */
const LARGE_SHARE = 1 / 32;

/** Why the engine could not do its work, none of it the input's fault. */
export class EngineFailure extends Error {}

export function defaultWorkers(): number {
  return Math.max(2, Math.min(availableParallelism(), WORKERS_LIMIT));
}

/** Told of files as they are done, in no order, in the caller's thread. */
export type OnProcessed = (index: number, processed: Processed) => void;

/**
 * `threads` with the caller's, which takes its share: the others need 40 ms to start. It gives the event loop a turn as the engine in line does.
 * @throws SqlError as the engine in line does; EngineFailure; the signal's reason.
 */
export async function runWorkers(work: EngineWork, threads: number, onProcessed?: OnProcessed): Promise<Processed[]> {
  const run = new Run(work, onProcessed);
  try {
    run.start(threads - 1);
    await run.share();
    await run.others();
    return run.results();
  } finally {
    run.end();
  }
}

class Run {
  readonly #order: WorkerOrder;
  readonly #control: Control;
  readonly #startWorker: (order: WorkerOrder) => Worker;
  readonly #onProcessed: OnProcessed | undefined;
  readonly #results: Processed[];
  readonly #errors = new Map<number, WorkerError>();
  readonly #workers = new Set<Worker>();
  #done = 0;
  #bytes = 0;
  #failure: unknown;
  /** Looks whether it is over. */
  #look: () => void = () => {};

  constructor({ files, settings, keep, control, keptBytes = KEPT_BYTES, startWorker = startThread }: EngineWork, onProcessed: OnProcessed | undefined) {
    control.signal?.throwIfAborted();
    const words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
    words[FIRST_ERROR] = NO_ERROR;
    this.#order = { files, queue: queueOf(files), settings, keep, keptBytes, words };
    this.#control = control;
    this.#startWorker = startWorker;
    this.#onProcessed = onProcessed;
    this.#results = new Array(files.length);
  }

  start(count: number): void {
    for (let i = 0; i < count; i++) {
      const worker = this.#startWorker(this.#order);
      this.#workers.add(worker);
      worker.on("message", (message: WorkerMessage) => this.#take(worker, message));
      worker.on("error", (error) => this.#fail(new EngineFailure(`a worker thread failed: ${error instanceof Error ? error.message : error}`)));
      worker.on("exit", (code) => {
        if (this.#workers.has(worker)) this.#fail(new EngineFailure(`a worker thread ended early (exit code ${code})`));
      });
    }
  }

  #take(worker: Worker, message: WorkerMessage): void {
    if (message.kind === "processed") {
      for (const [i, index] of message.indices.entries()) this.#add(index, message.results[i] as Processed);
      this.#control.onProgress?.(this.#progress());
    } else if (message.kind === "refused") this.#errors.set(message.index, message.error);
    else if (message.kind === "failed") this.#fail(new EngineFailure(message.reason));
    else this.#workers.delete(worker);
    this.#look();
  }

  #add(index: number, processed: Processed): void {
    this.#results[index] = processed;
    this.#done++;
    this.#bytes += processed.bytes;
    try {
      this.#onProcessed?.(index, processed);
    } catch (error) {
      this.#fail(error);
    }
  }

  #progress(): Progress {
    return { stage: "read", done: this.#done, total: this.#results.length, bytes: this.#bytes };
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    Atomics.store(this.#order.words, STOP, 1);
    this.#look();
  }

  /** This thread's share. */
  async share(): Promise<void> {
    const queue = new Queue(this.#order, new Slabs(Queue.budget(this.#order), false));
    const turns = new Turns(this.#control, SHARE_SLICE_MS);
    for (let taken = queue.take(); taken !== undefined; taken = queue.take()) {
      if ("error" in taken) this.#errors.set(taken.index, taken.error);
      else this.#add(taken.index, taken.processed);
      if (turns.due()) await turns.take(this.#progress());
    }
  }

  /** What the others have taken. Those that have not begun by now find nothing, and are not waited for unless there is an error: an earlier one may come. */
  async others(): Promise<void> {
    const { signal } = this.#control;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#look = () => {
        if (this.#failure !== undefined) reject(this.#failure);
        else if (this.#done === this.#results.length || this.#workers.size === 0) resolve();
        else return;
        signal?.removeEventListener("abort", abort);
      };
      this.#look();
    });
  }

  results(): Processed[] {
    const first = [...this.#errors.keys()].sort((a, b) => a - b)[0];
    if (first !== undefined) throw asError(this.#errors.get(first) as WorkerError);
    return this.#results;
  }

  /** Not waited for: a thread that still reads a file ends after it. */
  end(): void {
    Atomics.store(this.#order.words, STOP, 1);
    for (const worker of this.#workers) {
      worker.removeAllListeners().on("error", () => {});
      void worker.terminate();
    }
  }
}

function startThread(order: WorkerOrder): Worker {
  try {
    // Loaded only where threads are started, which is for much work alone.
    const threads = process.getBuiltinModule("node:worker_threads");
    // Tests run this file from its source; a thread needs the built one, since the oldest Node that is supported runs no TypeScript.
    const here = import.meta.url;
    return new threads.Worker(new URL(here.endsWith(".ts") ? "../../dist/engine/worker.js" : "./worker.js", here), {
      workerData: order,
      stdout: false,
      stderr: false,
    });
  } catch (error) {
    throw new EngineFailure(`a worker thread did not start: ${(error as Error).message}`);
  }
}

/** Indices in natural order, as they are written, but large files first, the largest ahead: so no thread begins one when the others have ended. */
function queueOf(files: readonly FoundFile[]): Uint32Array {
  const sizes = Float64Array.from(files, ({ absolute }) => {
    try {
      // A file that cannot be looked at is read as any other, and refused there.
      return statSync(absolute, { throwIfNoEntry: false })?.size ?? 0;
    } catch {
      return 0;
    }
  });
  const share = sizes.reduce((sum, size) => sum + size, 0) * LARGE_SHARE;
  const weight = sizes.map((size) => (size > share ? size : 0));
  return Uint32Array.from(files.keys()).sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
}

function asError({ code, message, place }: WorkerError): SqlError {
  const error = new SqlError(code, message);
  Object.defineProperty(error, "place", { value: place, enumerable: true });
  return error;
}
