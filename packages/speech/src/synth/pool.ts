// Worker threads and the jobs that wait for one. A job goes to a thread that has nothing to do, the oldest first; any number of jobs may be open, as many threads
// work as the pool has.

import { Worker } from "node:worker_threads";
import { SpeechError } from "../errors.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./messages.ts";

/** What a job's owner hears; after `end` or `error` nothing more. */
export interface JobListener {
  chunk(message: Extract<FromWorker, { kind: "chunk" }>): void;
  need(): void;
  end(result: string): void;
  error(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Set<number>;
  idle: boolean;
}

interface PoolJob {
  readonly listener: JobListener;
  readonly open: Extract<ToWorker, { kind: "open" }>;
  thread: Thread | undefined;
}

export class SpeechPool {
  readonly #most: number;
  readonly #module: () => WebAssembly.Module;
  readonly #threads = new Set<Thread>();
  readonly #jobs = new Map<number, PoolJob>();
  readonly #waiting: number[] = [];
  #next = 1;
  #disposed = false;

  /** @param most threads; they are started when they are needed. */
  constructor(most: number, module: () => WebAssembly.Module) {
    this.#most = most;
    this.#module = module;
  }

  get open(): number {
    return this.#jobs.size;
  }

  /** @returns the job's number. */
  start(request: string, voice: string, folders: readonly string[], credit: number, listener: JobListener): number {
    if (this.#disposed) throw new SpeechError("speech_disposed", "the pipeline is disposed");
    const job = this.#next++;
    this.#jobs.set(job, { listener, open: { kind: "open", job, request, voice, folders, credit }, thread: undefined });
    this.#waiting.push(job);
    this.#dispatch();
    return job;
  }

  feed(job: number, text: Uint8Array, final: boolean): void {
    this.#tell(job, { kind: "feed", job, text, final });
  }

  credit(job: number, chunks: number): void {
    this.#tell(job, { kind: "credit", job, chunks });
  }

  /** Nothing more is heard of it. */
  cancel(job: number): void {
    const found = this.#jobs.get(job);
    if (found === undefined) return;
    this.#jobs.delete(job);
    const waiting = this.#waiting.indexOf(job);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    found.thread?.jobs.delete(job);
    found.thread?.worker.postMessage({ kind: "cancel", job } satisfies ToWorker);
    this.#hold();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const error = new SpeechError("speech_disposed", "the pipeline was disposed while this text was being spoken");
    for (const { listener } of this.#jobs.values()) listener.error(error);
    this.#jobs.clear();
    this.#waiting.length = 0;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
    this.#threads.clear();
  }

  #tell(job: number, message: ToWorker): void {
    const thread = this.#jobs.get(job)?.thread;
    if (thread === undefined) return;
    thread.idle = false;
    thread.worker.postMessage(message);
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      let thread = [...this.#threads].find(({ idle }) => idle);
      if (thread === undefined && this.#threads.size < this.#most) thread = this.#startThread();
      if (thread === undefined) break;
      const number = this.#waiting.shift() as number;
      const job = this.#jobs.get(number);
      if (job === undefined) continue;
      job.thread = thread;
      thread.jobs.add(number);
      thread.idle = false;
      thread.worker.postMessage(job.open);
    }
    this.#hold();
  }

  /** The process stays alive for threads that have jobs, not for others. */
  #hold(): void {
    for (const { worker, jobs } of this.#threads) {
      if (jobs.size > 0) worker.ref();
      else worker.unref();
    }
  }

  #startThread(): Thread {
    const setup: WorkerSetup = { module: this.#module() };
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup });
    const thread: Thread = { worker, jobs: new Set(), idle: true };
    this.#threads.add(thread);
    worker.on("message", (message: FromWorker) => this.#heard(thread, message));
    worker.on("error", (error: Error) => this.#lost(thread, error));
    worker.on("exit", () => this.#lost(thread, new Error("the thread ended")));
    return thread;
  }

  #heard(thread: Thread, message: FromWorker): void {
    if (message.kind === "idle") {
      thread.idle = true;
      this.#dispatch();
      return;
    }
    const job = this.#jobs.get(message.job);
    if (job === undefined) return;
    if (message.kind === "chunk") job.listener.chunk(message);
    else if (message.kind === "need") job.listener.need();
    else {
      this.#jobs.delete(message.job);
      thread.jobs.delete(message.job);
      this.#hold();
      if (message.kind === "end") job.listener.end(message.result);
      else {
        const { code, message: text, field, line, column } = message;
        // The message has its place already.
        const error = new SpeechError(code, text, field === undefined ? {} : { field });
        job.listener.error(line === undefined ? error : Object.assign(error, { line, column }));
      }
    }
  }

  /** A thread that died takes its jobs with it; the others and those that wait go on. */
  #lost(thread: Thread, cause: Error): void {
    if (!this.#threads.delete(thread)) return;
    for (const number of thread.jobs) {
      const job = this.#jobs.get(number);
      this.#jobs.delete(number);
      job?.listener.error(new SpeechError("engine_fault", `a speech thread died: ${cause.message}`, {}, { cause }));
    }
    if (!this.#disposed) this.#dispatch();
  }
}
