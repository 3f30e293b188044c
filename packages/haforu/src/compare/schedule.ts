// Who compares what: tasks in, their results in the tasks' order out, however many threads work. This thread is one of them; all take the next task from one counter in shared
// memory, so nobody waits to be handed one, and nobody runs far ahead of the results that are taken. Knows nothing of fonts.
import { Worker } from "node:worker_threads";
import { engineModule } from "../engine/load.ts";
import { Counter } from "./counter.ts";
import type { ResolvedOptions } from "./options.ts";
import type { PairComparer, SliceResult } from "./pair.ts";
import { compareTask, type Tasks } from "./task.ts";
import type { FromWorker, WorkerSetup } from "./worker.ts";

/** Tasks a thread has or has done before their results are taken: enough that none waits for the reader, few enough that results stay few. */
const AHEAD_A_THREAD = 16;

/** Who works on tasks. */
export interface Threads {
  /** This thread, and workers. */
  readonly count: number;
  /** This thread's own, made when it is first asked for. */
  readonly comparer: () => PairComparer;
  readonly signal: AbortSignal | undefined;
}

/** Results of all tasks, in their order. Its workers end when there is nothing left to do, or when the reader stops early. */
export async function* runTasks(
  tasks: Tasks,
  options: ResolvedOptions,
  { count, comparer: own, signal }: Threads,
): AsyncGenerator<SliceResult, void, undefined> {
  signal?.throwIfAborted();
  const total = tasks.pairs.length * tasks.slices;
  const threads = Math.min(count, total);
  const done = new Map<number, SliceResult>();
  const counter = new Counter(total, threads * AHEAD_A_THREAD);
  let wake: () => void = () => {};
  let failed: Error | undefined;
  const fail = (error: Error): void => {
    failed ??= error;
    wake();
  };
  let finished = false;
  const workers = Array.from({ length: threads - 1 }, () => {
    const worker = new Worker(new URL("./worker.js", import.meta.url));
    worker.on("message", ({ task, result }: FromWorker) => {
      done.set(task, result);
      wake();
    });
    worker.on("error", fail);
    // One that ends before all is claimed has not ended by itself.
    worker.on("exit", (code) => {
      if (code !== 0) fail(new Error(`a worker of the comparison ended with code ${code}`));
    });
    return worker;
  });
  const abort = (): void => fail(signal?.reason as Error);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    // They start, which takes a core tens of milliseconds, while this thread compiles the engine for all.
    const setup: WorkerSetup = { module: engineModule(), options, tasks, counter: counter.memory };
    for (const worker of workers) worker.postMessage(setup);
    const comparer = own();
    for (let taken = 0; taken < total; taken++) {
      while (!done.has(taken)) {
        // The event loop turns between tasks: results and a signal can arrive.
        await new Promise((resolve) => setImmediate(resolve));
        if (failed !== undefined) throw failed;
        if (done.has(taken)) break;
        const task = counter.claim();
        if (task !== undefined) done.set(task, compareTask(comparer, tasks, task));
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (failed !== undefined) throw failed;
      }
      const result = done.get(taken) as SliceResult;
      done.delete(taken);
      counter.take();
      yield result;
      if (failed !== undefined) throw failed;
    }
    finished = true;
  } finally {
    signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.removeAllListeners("exit");
    // Workers that find nothing left end by themselves, beside what this thread does next.
    if (!finished) await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
