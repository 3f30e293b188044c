// A comparison's worker thread: tasks from the shared counter in, their results out, until all tasks are claimed. Its engine is its own.
import { parentPort } from "node:worker_threads";
import { FontFiles } from "../fonts/files.ts";
import { Counter } from "./counter.ts";
import type { ResolvedOptions } from "./options.ts";
import { PairComparer, type SliceResult } from "./pair.ts";
import { compareTask, type Tasks } from "./task.ts";

/** The one message that a worker gets. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly options: ResolvedOptions;
  readonly tasks: Tasks;
  readonly counter: SharedArrayBuffer;
}

export interface FromWorker {
  readonly task: number;
  readonly result: SliceResult;
}

parentPort?.once("message", ({ module, options, tasks, counter: memory }: WorkerSetup) => {
  const counter = new Counter(memory);
  const comparer = new PairComparer(module, new FontFiles(), options);
  for (let task = counter.claimOrWait(); task !== undefined; task = counter.claimOrWait()) {
    parentPort?.postMessage({ task, result: compareTask(comparer, tasks, task) } satisfies FromWorker);
  }
});
