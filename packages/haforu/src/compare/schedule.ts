// Who compares what: tasks in, their results in the tasks' order out, however many threads work. Tasks are handed out one after the other, and not far ahead of the results
// that are taken. Knows nothing of fonts.
import { Worker } from "node:worker_threads";
import { engineModule } from "../engine/load.ts";
import { FontFiles } from "../fonts/files.ts";
import type { ResolvedOptions } from "./options.ts";
import { type FilePair, PairComparer, type Slice, type SliceResult } from "./pair.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker.ts";

export interface Task {
  readonly pair: FilePair;
  readonly slice: Slice;
}

/** Tasks a worker has or has done before their results are taken: enough that none waits for the reader, few enough that results stay few. */
const AHEAD_A_WORKER = 4;

/** Results of all tasks, in their order. Ends its workers, also when the reader stops early. */
export async function* runTasks(
  tasks: readonly Task[],
  options: ResolvedOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<SliceResult, void, undefined> {
  signal?.throwIfAborted();
  const workers = Math.min(options.jobs, tasks.length);
  yield* workers > 1 ? inWorkers(tasks, options, workers, signal) : inThisThread(tasks, options, signal);
}

async function* inThisThread(tasks: readonly Task[], options: ResolvedOptions, signal: AbortSignal | undefined): AsyncGenerator<SliceResult, void, undefined> {
  const comparer = new PairComparer(engineModule(), new FontFiles(), options);
  for (const { pair, slice } of tasks) {
    // The event loop turns between tasks: a signal can arrive.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    yield comparer.compare(pair, slice);
  }
}

async function* inWorkers(
  tasks: readonly Task[],
  options: ResolvedOptions,
  count: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SliceResult, void, undefined> {
  const done = new Map<number, SliceResult>();
  let wake: () => void = () => {};
  let failed: Error | undefined;
  let next = 0;
  let taken = 0;
  const idle: Worker[] = [];
  const setup: WorkerSetup = { module: engineModule(), options };
  const fail = (error: Error): void => {
    failed ??= error;
    wake();
  };
  const handOut = (): void => {
    while (idle.length > 0 && next < tasks.length && next < taken + count * AHEAD_A_WORKER) {
      const { pair, slice } = tasks[next] as Task;
      (idle.shift() as Worker).postMessage({ task: next, pair, slice } satisfies ToWorker);
      next += 1;
    }
  };
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup });
    worker.on("message", ({ task, result }: FromWorker) => {
      done.set(task, result);
      idle.push(worker);
      handOut();
      wake();
    });
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`a worker of the comparison ended with code ${code}`)));
    idle.push(worker);
    return worker;
  });
  const abort = (): void => fail(signal?.reason as Error);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    handOut();
    for (; taken < tasks.length; taken++) {
      while (!done.has(taken) && failed === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failed !== undefined) throw failed;
      const result = done.get(taken) as SliceResult;
      done.delete(taken);
      yield result;
      handOut();
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.removeAllListeners("exit");
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
