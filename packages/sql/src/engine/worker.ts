// A thread of the workers engine: takes files from the shared queue until it is empty, and posts what became of them.
import { parentPort, workerData } from "node:worker_threads";
import { Slabs } from "./memory.ts";
import type { Processed } from "./process.ts";
import type { WorkerMessage, WorkerOrder } from "./protocol.ts";
import { Queue } from "./queue.ts";

/** Results are posted in batches: a message a file would cost as much as a small file. */
const BATCH_FILES = 128;
const BATCH_BYTES: number = 4 * 1024 * 1024;

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

function run(order: WorkerOrder): void {
  const queue = new Queue(order, new Slabs(Queue.budget(order), true));
  let indices: number[] = [];
  let results: Processed[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (indices.length > 0) post({ kind: "processed", indices, results });
    [indices, results, bytes] = [[], [], 0];
  };
  for (let taken = queue.take(); taken !== undefined; taken = queue.take()) {
    if ("error" in taken) post({ kind: "refused", index: taken.index, error: taken.error });
    else {
      indices.push(taken.index);
      results.push(taken.processed);
      bytes += taken.processed.bytes;
    }
    if (indices.length === BATCH_FILES || bytes >= BATCH_BYTES) flush();
  }
  flush();
  post({ kind: "end" });
}

try {
  run(workerData as WorkerOrder);
} catch (error) {
  post({ kind: "failed", reason: error instanceof RangeError ? `memory: ${error.message}` : String(error) });
}
