// A thread of the workers engine: takes files from the shared queue until it is empty, processes them as every engine does, posts what became of them.
import { parentPort, workerData } from "node:worker_threads";
import { SqlError } from "../errors.ts";
import { Budget, Slabs } from "./memory.ts";
import type { Processed } from "./process.ts";
import { FIRST_ERROR, KEPT_KIB, NEXT, STOP, type WorkerMessage, type WorkerOrder } from "./protocol.ts";
import { readAndProcess } from "./read.ts";

/** Results are posted in batches: a message a file would cost as much as a small file. */
const BATCH_FILES = 128;
const BATCH_BYTES: number = 8 * 1024 * 1024;

const { files, queue, settings, keep, keptBytes, words } = workerData as WorkerOrder;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

function run(): void {
  const slabs = new Slabs(new Budget(words.subarray(KEPT_KIB, KEPT_KIB + 1), keptBytes), true);
  let indices: number[] = [];
  let results: Processed[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (indices.length > 0) post({ kind: "processed", indices, results });
    [indices, results, bytes] = [[], [], 0];
  };
  while (Atomics.load(words, STOP) === 0) {
    const index = queue[Atomics.add(words, NEXT, 1)];
    if (index === undefined) break;
    // The first error counts, as in every engine: what comes behind one is not needed, what comes before may have another.
    if (index > Atomics.load(words, FIRST_ERROR)) continue;
    try {
      const processed = readAndProcess(files[index] as (typeof files)[number], settings, slabs, keep);
      indices.push(index);
      results.push(processed);
      bytes += processed.bytes;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      lower(index);
      post({ kind: "refused", index, error: { code: error.code, message: error.message, place: error.place } });
    }
    if (indices.length === BATCH_FILES || bytes >= BATCH_BYTES) flush();
  }
  flush();
  post({ kind: "end" });
}

/** FIRST_ERROR = min(FIRST_ERROR, index). */
function lower(index: number): void {
  for (let seen = Atomics.load(words, FIRST_ERROR); index < seen; ) {
    const was = Atomics.compareExchange(words, FIRST_ERROR, seen, index);
    if (was === seen) return;
    seen = was;
  }
}

post({ kind: "ready" });
try {
  run();
} catch (error) {
  post({ kind: "failed", reason: error instanceof RangeError ? `memory: ${error.message}` : String(error) });
}
