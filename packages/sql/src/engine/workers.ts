// The engine over worker threads: shares files by size, collects what became of each. Same results and same errors as the engine in line; what is not the input's
// fault (a thread that does not start, memory that is not to be had) ends in an EngineFailure, on which the caller falls back.
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { SqlError } from "../errors.ts";
import type { FoundFile } from "../input/find.ts";
import { KEPT_BYTES } from "./memory.ts";
import type { Processed } from "./process.ts";
import { FIRST_ERROR, STOP, WORDS, type WorkerError, type WorkerMessage, type WorkerOrder } from "./protocol.ts";
import type { EngineWork } from "./sync.ts";

/** Beyond so many threads the disk and the writing decide; each costs a heap of its own. */
export const WORKERS_LIMIT = 8;
const NO_ERROR = 0x7fffffff;

/** Tests run this file from its source; a thread needs the built one, since the oldest Node that is supported runs no TypeScript. */
const WORKER: string = import.meta.url.endsWith(".ts") ? "../../dist/engine/worker.js" : "./worker.js";

/** Why the engine could not do its work, none of it the input's fault. */
export class EngineFailure extends Error {}

export function defaultWorkers(): number {
  return Math.min(availableParallelism(), WORKERS_LIMIT);
}

/** Told of files as they are done, in no order. */
export type OnProcessed = (index: number, processed: Processed) => void;

/** @throws SqlError as the engine in line does; EngineFailure; the signal's reason. */
export async function runWorkers(work: EngineWork, count: number, onProcessed?: OnProcessed): Promise<Processed[]> {
  const { files, settings, keep, control, keptBytes = KEPT_BYTES } = work;
  control.signal?.throwIfAborted();
  const words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  words[FIRST_ERROR] = NO_ERROR;
  const order: WorkerOrder = { files, queue: bySize(files), settings, keep, keptBytes, words };
  const results: Processed[] = new Array(files.length);
  const errors = new Map<number, WorkerError>();
  const workers: Worker[] = [];
  let done = 0;
  let bytes = 0;
  let abort = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      let running = count;
      abort = () => reject(control.signal?.reason);
      control.signal?.addEventListener("abort", abort, { once: true });
      const take = (worker: Worker, message: WorkerMessage): void => {
        if (message.kind === "processed") {
          for (const [i, index] of message.indices.entries()) {
            const processed = message.results[i] as Processed;
            results[index] = processed;
            bytes += processed.bytes;
            onProcessed?.(index, processed);
          }
          done += message.indices.length;
          control.onProgress?.({ stage: "read", done, total: files.length, bytes });
        } else if (message.kind === "refused") errors.set(message.index, message.error);
        else if (message.kind === "failed") reject(new EngineFailure(message.reason));
        else if (message.kind === "end") {
          worker.removeAllListeners("exit");
          if (--running === 0) resolve();
        }
      };
      for (let i = 0; i < count; i++) {
        const worker = startWorker(order);
        workers.push(worker);
        worker.on("message", (message: WorkerMessage) => {
          try {
            take(worker, message);
          } catch (error) {
            reject(error);
          }
        });
        worker.on("error", (error) => reject(new EngineFailure(`a worker thread failed: ${error instanceof Error ? error.message : error}`)));
        worker.on("exit", (code) => reject(new EngineFailure(`a worker thread ended early (exit code ${code})`)));
      }
    });
  } finally {
    control.signal?.removeEventListener("abort", abort);
    // Not waited for: a thread that still reads a file ends after it.
    Atomics.store(words, STOP, 1);
    for (const worker of workers) {
      worker.removeAllListeners().on("error", () => {});
      void worker.terminate();
    }
  }
  const first = [...errors.keys()].sort((a, b) => a - b)[0];
  if (first !== undefined) throw asError(errors.get(first) as WorkerError);
  return results;
}

function startWorker(order: WorkerOrder): Worker {
  try {
    return new Worker(new URL(WORKER, import.meta.url), { workerData: order, stdout: false, stderr: false });
  } catch (error) {
    throw new EngineFailure(`a worker thread did not start: ${(error as Error).message}`);
  }
}

/** Indices, the largest file first. A file that cannot be looked at is read as any other, and refused there. */
function bySize(files: readonly FoundFile[]): Uint32Array {
  const sizes = Float64Array.from(files, ({ absolute }) => {
    try {
      return statSync(absolute, { throwIfNoEntry: false })?.size ?? 0;
    } catch {
      return 0;
    }
  });
  return Uint32Array.from(files.keys()).sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
}

function asError({ code, message, place }: WorkerError): SqlError {
  const error = new SqlError(code, message);
  Object.defineProperty(error, "place", { value: place, enumerable: true });
  return error;
}
