// Worker threads and the jobs that wait for one. A job goes to a thread that has nothing to do, the oldest first; any number of jobs may be open, as many threads
// work as the pool has.

import { Worker } from "node:worker_threads";
import { SpeechError } from "../errors.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./messages.ts";
import { SampleSlot } from "./sample-slot.ts";

/** A thread's audio lies in the engine's memory; what it makes in JavaScript is small and soon dead. Without a limit V8 gives the room for new objects up to 48 MB a thread. */
const YOUNG_MB = 2;

/** What a job's owner hears; after a chunk with a `result`, or an error, nothing more. */
export type Heard =
  | { readonly kind: "chunk"; readonly message: ChunkMessage; readonly samples: Float32Array }
  | { readonly kind: "need" }
  | { readonly kind: "failed"; readonly error: Error };
export type ChunkMessage = Extract<FromWorker, { kind: "chunk" }>;
export interface JobListener {
  hear(heard: Heard): void;
}

interface Thread {
  readonly worker: Worker;
  readonly slot: SampleSlot;
  /** Few; in a Map or Set that entries come into and leave all the time, each table V8 makes keeps the next one, and with it what has long ended. */
  readonly jobs: PoolJob[];
  idle: boolean;
}

/** What `start` gives, for the other calls. */
export interface PoolJob {
  readonly listener: JobListener;
  readonly open: Extract<ToWorker, { kind: "open" }>;
  /** From when it leaves those that wait until it ends. */
  thread: Thread | undefined;
}

export class SpeechPool {
  readonly #most: number;
  readonly #module: () => WebAssembly.Module;
  readonly #threads = new Set<Thread>();
  readonly #waiting: PoolJob[] = [];
  #next = 1;
  #disposed = false;

  /** @param most threads; they are started when they are needed. */
  constructor(most: number, module: () => WebAssembly.Module) {
    this.#most = most;
    this.#module = module;
  }

  start(request: string, voice: string, folders: readonly string[], credit: number, listener: JobListener): PoolJob {
    if (this.#disposed) throw new SpeechError("speech_disposed", "the pipeline is disposed");
    const job: PoolJob = { listener, open: { kind: "open", job: this.#next++, request, voice, folders, credit }, thread: undefined };
    this.#waiting.push(job);
    this.#dispatch();
    return job;
  }

  feed(job: PoolJob, text: Uint8Array, final: boolean): void {
    tell(job, { kind: "feed", job: job.open.job, text, final });
  }

  credit(job: PoolJob, chunks: number): void {
    tell(job, { kind: "credit", job: job.open.job, chunks });
  }

  /** Nothing more is heard of it. */
  cancel(job: PoolJob): void {
    const { thread } = job;
    if (!this.#end(job)) return;
    thread?.worker.postMessage({ kind: "cancel", job: job.open.job } satisfies ToWorker);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const error = new SpeechError("speech_disposed", "the pipeline was disposed while this text was being spoken");
    for (const jobs of [...[...this.#threads].map(({ jobs }) => jobs), this.#waiting]) fail(jobs, error);
    this.#hold();
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
    this.#threads.clear();
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idleThread() ?? this.#moreThread();
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || job === undefined) break;
      job.thread = thread;
      thread.jobs.push(job);
      thread.idle = false;
      thread.worker.postMessage(job.open);
    }
    this.#hold();
  }

  #idleThread(): Thread | undefined {
    for (const thread of this.#threads) if (thread.idle) return thread;
    return undefined;
  }

  /**
   * The process stays alive while a job is open, not for threads alone. All threads count: a job that waits has none yet, and what frees one for it is the
   * message of a thread that has no job. A thread that is being ended counts too, or its last message would let the process go before `dispose` is settled.
   */
  #hold(): void {
    let needed = this.#disposed || this.#waiting.length > 0;
    for (const { jobs } of this.#threads) needed ||= jobs.length > 0;
    for (const { worker } of this.#threads) {
      if (needed) worker.ref();
      else worker.unref();
    }
  }

  /** One more where the pool may have it and the system gives it. Without any thread nobody would take what waits: each such job hears why. */
  #moreThread(): Thread | undefined {
    if (this.#threads.size >= this.#most) return undefined;
    try {
      return this.#startThread();
    } catch (cause) {
      if (this.#threads.size > 0) return undefined;
      fail(this.#waiting, new SpeechError("engine_fault", `no speech thread could be started: ${(cause as Error).message}`, {}, { cause }));
      return undefined;
    }
  }

  #startThread(): Thread {
    const slot = new SampleSlot();
    const setup: WorkerSetup = { module: this.#module(), slot: slot.memory };
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const thread: Thread = { worker, slot, jobs: [], idle: true };
    this.#threads.add(thread);
    worker.on("message", (message: FromWorker) => this.#heard(thread, message));
    worker.on("error", (error: Error) => this.#lost(thread, error));
    worker.on("exit", () => this.#lost(thread, new Error("the thread ended")));
    return thread;
  }

  #heard(thread: Thread, message: FromWorker): void {
    if (this.#disposed) return;
    if (message.kind === "idle") thread.idle = true;
    else {
      const job = thread.jobs.find(({ open }) => open.job === message.job);
      if (message.kind === "chunk") this.#chunk(thread, job, message);
      else if (message.kind === "need") job?.listener.hear(message);
      else if (job !== undefined) this.#failed(job, message);
    }
    if (thread.idle) this.#dispatch();
  }

  /** @param job undefined where it is left: its samples are taken all the same, or the slot would stay full. */
  #chunk(thread: Thread, job: PoolJob | undefined, message: ChunkMessage): void {
    const samples = typeof message.samples === "number" ? thread.slot.take(message.samples) : message.samples;
    if (message.idle === true) thread.idle = true;
    if (job === undefined) return;
    if (message.result !== undefined) this.#end(job);
    job.listener.hear({ kind: "chunk", message, samples });
  }

  #failed(job: PoolJob, { code, message, field, line, column }: Extract<FromWorker, { kind: "error" }>): void {
    this.#end(job);
    // The message has its place already.
    const error = new SpeechError(code, message, field === undefined ? {} : { field });
    job.listener.hear({ kind: "failed", error: line === undefined ? error : Object.assign(error, { line, column }) });
  }

  /** @returns whether it was there. */
  #end(job: PoolJob): boolean {
    const among = job.thread?.jobs ?? this.#waiting;
    const at = among.indexOf(job);
    if (at < 0) return false;
    among.splice(at, 1);
    job.thread = undefined;
    this.#hold();
    return true;
  }

  /** A thread that died takes its jobs with it; the others and those that wait go on. */
  #lost(thread: Thread, cause: Error): void {
    if (!this.#threads.delete(thread)) return;
    fail(thread.jobs, new SpeechError("engine_fault", `a speech thread died: ${cause.message}`, {}, { cause }));
    if (!this.#disposed) this.#dispatch();
  }
}

function tell({ thread }: PoolJob, message: ToWorker): void {
  if (thread === undefined) return;
  thread.idle = false;
  thread.worker.postMessage(message);
}

/** Ends them all. */
function fail(jobs: PoolJob[], error: Error): void {
  for (const job of jobs.splice(0)) {
    job.thread = undefined;
    job.listener.hear({ kind: "failed", error });
  }
}
