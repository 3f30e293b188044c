// Worker threads and the jobs that wait for one. A job goes to a thread that has nothing to do, the oldest first; any number of jobs may be open, as many threads
// work as the pool has.

import { Worker } from "node:worker_threads";
import { SpeechError } from "../errors.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./messages.ts";
import { SampleSlot } from "./sample-slot.ts";

/** A thread's audio lies in the engine's memory; what it makes in JavaScript is small and soon dead. Without a limit V8 gives the room for new objects up to 48 MB a thread. */
const YOUNG_MB = 4;

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
    for (const { listener } of this.#jobs.values()) listener.hear({ kind: "failed", error });
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
      const thread = this.#idleThread() ?? this.#moreThread();
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

  #idleThread(): Thread | undefined {
    for (const thread of this.#threads) if (thread.idle) return thread;
    return undefined;
  }

  /**
   * The process stays alive while a job is open, not for threads alone. All threads count: a job that waits has none yet, and what frees one for it is the
   * message of a thread that has no job. A thread that is being ended counts too, or its last message would let the process go before `dispose` is settled.
   */
  #hold(): void {
    const needed = this.#disposed || this.#jobs.size > 0;
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
      const error = new SpeechError("engine_fault", `no speech thread could be started: ${(cause as Error).message}`, {}, { cause });
      for (const number of this.#waiting.splice(0)) {
        const job = this.#jobs.get(number);
        this.#jobs.delete(number);
        job?.listener.hear({ kind: "failed", error });
      }
      return undefined;
    }
  }

  #startThread(): Thread {
    const slot = new SampleSlot();
    const setup: WorkerSetup = { module: this.#module(), slot: slot.memory };
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    const thread: Thread = { worker, slot, jobs: new Set(), idle: true };
    this.#threads.add(thread);
    worker.on("message", (message: FromWorker) => this.#heard(thread, message));
    worker.on("error", (error: Error) => this.#lost(thread, error));
    worker.on("exit", () => this.#lost(thread, new Error("the thread ended")));
    return thread;
  }

  #heard(thread: Thread, message: FromWorker): void {
    if (this.#disposed) return;
    if (message.kind === "idle") thread.idle = true;
    else if (message.kind === "need") this.#jobs.get(message.job)?.listener.hear(message);
    else if (message.kind === "error") this.#failed(thread, message);
    else this.#chunk(thread, message);
    if (thread.idle) this.#dispatch();
  }

  #chunk(thread: Thread, message: ChunkMessage): void {
    // Of a job that is left too, or the slot would stay full.
    const samples = typeof message.samples === "number" ? thread.slot.take(message.samples) : message.samples;
    if (message.idle === true) thread.idle = true;
    const listener = message.result === undefined ? this.#jobs.get(message.job)?.listener : this.#end(thread, message.job);
    listener?.hear({ kind: "chunk", message, samples });
  }

  #failed(thread: Thread, { job, code, message, field, line, column }: Extract<FromWorker, { kind: "error" }>): void {
    // The message has its place already.
    const error = new SpeechError(code, message, field === undefined ? {} : { field });
    this.#end(thread, job)?.hear({ kind: "failed", error: line === undefined ? error : Object.assign(error, { line, column }) });
  }

  /** @returns who is to hear how it ended, unless it was cancelled. */
  #end(thread: Thread, job: number): JobListener | undefined {
    const listener = this.#jobs.get(job)?.listener;
    this.#jobs.delete(job);
    thread.jobs.delete(job);
    this.#hold();
    return listener;
  }

  /** A thread that died takes its jobs with it; the others and those that wait go on. */
  #lost(thread: Thread, cause: Error): void {
    if (!this.#threads.delete(thread)) return;
    for (const number of thread.jobs) {
      const job = this.#jobs.get(number);
      this.#jobs.delete(number);
      job?.listener.hear({ kind: "failed", error: new SpeechError("engine_fault", `a speech thread died: ${cause.message}`, {}, { cause }) });
    }
    if (!this.#disposed) this.#dispatch();
  }
}
