// A comparison's worker thread: slices of pairs in, their records out. Its engine is its own.
import { parentPort, workerData } from "node:worker_threads";
import { FontFiles } from "../fonts/files.ts";
import type { ResolvedOptions } from "./options.ts";
import { type FilePair, PairComparer, type Slice, type SliceResult } from "./pair.ts";

/** What a worker starts with. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly options: ResolvedOptions;
}

export interface ToWorker {
  readonly task: number;
  readonly pair: FilePair;
  readonly slice: Slice;
}

export interface FromWorker {
  readonly task: number;
  readonly result: SliceResult;
}

if (parentPort !== null) {
  const port = parentPort;
  const { module, options } = workerData as WorkerSetup;
  const comparer = new PairComparer(module, new FontFiles(), options);
  port.on("message", ({ task, pair, slice }: ToWorker) => {
    port.postMessage({ task, result: comparer.compare(pair, slice) } satisfies FromWorker);
  });
}
