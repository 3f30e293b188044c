// One place for a worker: starts it, gives it chunks, takes its results, and starts another when it ends. The jobs of a
// worker that ended are given again to its replacement, but for the one it was at, which gets the reason as its result.
// Results come in the order of the jobs, so that counting them tells which jobs are done.

import { Worker } from "node:worker_threads";
import type { ErrorCode } from "@haforu/engine";
import type { EngineStats } from "../../engine/settings.ts";
import { START_ATTEMPTS } from "../limits.ts";
import {
  CONTROL_CURRENT,
  CONTROL_RELEASED,
  CONTROL_SLABS,
  CONTROL_STOP,
  CONTROL_WORDS,
  type FromWorker,
  type PieceMessage,
  ROW_STRIDE,
  type ToWorker,
  type WorkerSetup,
} from "../messages.ts";
import type { Chunk } from "./chunk.ts";
import { Piece } from "./piece.ts";

export interface SlotEvents {
  result(seq: number, piece: Piece, start: number, end: number, status: number): void;
  chunkDone(slot: WorkerSlot, chunk: Chunk): void;
  /** After every piece: what there was to hand out may have changed. */
  piece(message: PieceMessage, lines: number): void;
  /** A worker ended that should not have, and another took its place. */
  replaced(code: ErrorCode): void;
  /** No worker can be kept alive in this slot. */
  failed(error: Error): void;
}

export interface SlotOptions {
  readonly workerUrl: URL;
  readonly setup: Omit<WorkerSetup, "control">;
  readonly flags: number;
  readonly resourceLimits: { readonly maxOldGenerationSizeMb?: number } | undefined;
}

export class WorkerSlot {
  readonly index: number;
  /** The chunk being filled. */
  open: Chunk | undefined;
  /** Chunks the worker has, oldest first. */
  readonly posted: Chunk[] = [];
  stats: EngineStats | undefined;
  readonly #options: SlotOptions;
  readonly #events: SlotEvents;
  #worker: Worker | undefined;
  #control: Int32Array = new Int32Array(CONTROL_WORDS);
  /** What this worker has been given and has given: chunks' memory by id, slabs by index. */
  #knownMemory: Set<number> = new Set();
  #slabs: Uint8Array[] = [];
  /** Results from this worker (mod 2³²), in step with its count of jobs begun. */
  #received = 0;
  #fatal: { code: ErrorCode; detail: string; word?: number } | undefined;
  #starts = 0;
  #stopping = false;
  #closed = false;
  #finished: (() => void) | undefined;

  constructor(index: number, options: SlotOptions, events: SlotEvents) {
    this.index = index;
    this.#options = options;
    this.#events = events;
  }

  /** Starts the worker before there is anything for it to do. */
  warmUp(): void {
    if (this.#worker === undefined) this.#start();
  }

  post(chunk: Chunk): void {
    this.posted.push(chunk);
    if (this.#worker === undefined) this.#start();
    else this.#send(chunk.message(this.#options.flags, this.#knownMemory));
  }

  /** The running job's number, or undefined between jobs: changes whenever another one begins. */
  current(): number | undefined {
    const word = Atomics.load(this.#control, CONTROL_CURRENT);
    return (word & 1) === 1 ? word : undefined;
  }

  /** Ends the worker to give up the job that `current()` named `word`; if that job ends just now, nothing is given up. */
  giveUp(word: number, code: ErrorCode, detail: string): void {
    // The worker is on its way out already: each further call would only add a listener that waits for its end.
    if (this.#fatal !== undefined) return;
    this.#fatal = { code, detail, word };
    void this.#worker?.terminate();
  }

  /** Lets the running job end and begins no other. */
  stop(): void {
    this.#stopping = true;
    Atomics.store(this.#control, CONTROL_STOP, 1);
  }

  /** Asks for the last counters and lets the worker end. */
  async finish(): Promise<void> {
    if (this.#worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#finished = resolve;
      this.#send({ kind: "finish" });
    });
    await this.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): void {
    this.#starts += 1;
    this.#received = 0;
    this.#knownMemory = new Set();
    this.#slabs = [];
    this.#fatal = undefined;
    const control = new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT);
    this.#control = new Int32Array(control);
    if (this.#stopping) Atomics.store(this.#control, CONTROL_STOP, 1);
    const limits = this.#options.resourceLimits;
    const worker = new Worker(this.#options.workerUrl, {
      workerData: { ...this.#options.setup, control } satisfies WorkerSetup,
      name: `haforu ${this.index}`,
      // Node's flags of the program (--input-type, --import) are not for this module.
      execArgv: [],
      // Otherwise Node ties the worker's output to process.stdout and process.stderr, and opening those makes a pipe
      // non-blocking: every write of results would then come back after 64 KB with "not now".
      stdout: true,
      stderr: true,
      ...(limits === undefined ? {} : { resourceLimits: limits }),
    });
    this.#worker = worker;
    // Nothing of ours prints in a worker; what Node or an engine of the caller's says there is passed on.
    for (const said of [worker.stdout, worker.stderr]) said.on("data", (text: Buffer) => process.stderr.write(text));
    worker.on("message", (message: FromWorker) => this.#receive(message));
    worker.on("error", (error: NodeJS.ErrnoException) => {
      const full = error.code === "ERR_WORKER_OUT_OF_MEMORY" || error.code === "out_of_memory";
      const code = full ? "out_of_memory" : "engine_fault";
      this.#fatal ??= { code, detail: error.message };
    });
    // Node delivers what the worker had sent before this event, so no result is still under way here.
    worker.on("exit", (exitCode) => this.#ended(exitCode));
    for (const chunk of this.posted) this.#send(chunk.message(this.#options.flags, this.#knownMemory));
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.kind === "finished") {
      this.stats = message.stats;
      this.#finished?.();
      return;
    }
    this.#starts = 0;
    if (message.stats !== undefined) this.stats = message.stats;
    const { slab, slabIndex, rows, runs } = message;
    const lines = rows.length / ROW_STRIDE;
    const control = this.#control;
    if (slab !== undefined) this.#slabs[slabIndex] = new Uint8Array(slab);
    const piece = new Piece(this.#slabs[slabIndex] as Uint8Array, lines, () => this.#release(slabIndex, control), runs);
    let start = 0;
    for (let row = 0; row < rows.length; row += ROW_STRIDE) {
      const end = rows[row] as number;
      const chunk = this.posted[0] as Chunk;
      this.#events.result(chunk.seq(chunk.done), piece, start, end, rows[row + 1] as number);
      start = end;
      chunk.done += 1;
      if (chunk.done === chunk.count) {
        this.posted.shift();
        this.#events.chunkDone(this, chunk);
      }
    }
    this.#received = (this.#received + lines) >>> 0;
    this.#events.piece(message, lines);
  }

  /** The worker that `control` belongs to may fill the slab again (or is gone, and nobody reads this). */
  #release(slabIndex: number, control: Int32Array): void {
    Atomics.store(control, CONTROL_SLABS + slabIndex, 0);
    Atomics.add(control, CONTROL_RELEASED, 1);
    Atomics.notify(control, CONTROL_RELEASED);
  }

  #ended(exitCode: number): void {
    this.#worker = undefined;
    if (this.#closed) return;
    const reason: { code: ErrorCode; detail: string; word?: number } = this.#fatal ?? {
      code: "engine_fault",
      detail: `the worker ended with exit code ${exitCode}`,
    };
    const word = (reason.word ?? Atomics.load(this.#control, CONTROL_CURRENT)) >>> 0;
    if ((word & 1) === 1) {
      // Jobs begun before the last one, whose results had not been sent, are simply run again.
      const unsent = ((word >>> 1) - this.#received) & 0x7fffffff;
      if (unsent > 0 && unsent <= this.#outstanding()) this.#condemn(unsent - 1, reason.code, reason.detail);
      this.#starts = 0;
    } else if (this.#starts >= START_ATTEMPTS) {
      this.#events.failed(new Error(`a worker ended ${this.#starts} times before its first job: ${reason.detail}`));
      return;
    }
    this.#events.replaced(reason.code);
    if (this.#finished !== undefined) this.#finished();
    else if (this.posted.length > 0) this.#start();
  }

  #outstanding(): number {
    return this.posted.reduce((sum, chunk) => sum + chunk.count - chunk.done, 0);
  }

  /** `ahead` counts from the first job without a result. */
  #condemn(ahead: number, code: ErrorCode, detail: string): void {
    let left = ahead;
    for (const chunk of this.posted) {
      const open = chunk.count - chunk.done;
      if (left < open) {
        chunk.condemn(chunk.done + left, code, detail);
        return;
      }
      left -= open;
    }
  }
}
