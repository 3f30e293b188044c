// A batch: one source of jobs, workers, and results in blocks. Two loops that know each other only by signals: one
// reads jobs while there is room, the other hands out results; so input is read no faster than results leave.

import type { EngineStats } from "../../engine/settings.ts";
import { type PieceMessage, ROW_DROPPED, ROW_STRIDE, type WorkerSetup } from "../messages.ts";
import type { ResolvedBatchOptions } from "../options.ts";
import type { Chunk } from "./chunk.ts";
import { Deadline } from "./deadline.ts";
import { Dispatcher } from "./dispatch.ts";
import { type Block, Order } from "./order.ts";
import { Piece } from "./piece.ts";
import { Signal } from "./signal.ts";
import { type SlotEvents, WorkerSlot } from "./slot.ts";
import type { JobSource } from "./source.ts";
import { type BatchStats, Tally } from "./tally.ts";

const NO_BYTES = new Uint8Array(0);

export interface BatchEnvironment {
  readonly workerUrl: URL;
  readonly setup: Omit<WorkerSetup, "control">;
  /** Flags of every line for the engine: JOB_LINE_FLAG_*. */
  readonly flags: number;
}

export class Batch implements SlotEvents {
  readonly #source: JobSource;
  readonly #options: ResolvedBatchOptions;
  readonly #slots: readonly WorkerSlot[];
  readonly #dispatcher: Dispatcher;
  readonly #order: Order;
  readonly #tally: Tally;
  readonly #room: Signal = new Signal();
  readonly #progress: Signal = new Signal();
  #admitted = 0;
  #sourceEnded = false;
  #stopped = false;
  #stopFilling: (() => void) | undefined;
  #failure: { error: unknown } | undefined;

  constructor(source: JobSource, options: ResolvedBatchOptions, environment: BatchEnvironment) {
    this.#source = source;
    this.#options = options;
    const slotOptions = { ...environment, resourceLimits: options.resourceLimits };
    this.#slots = Array.from({ length: options.workers }, (_, index) => new WorkerSlot(index, slotOptions, this));
    this.#dispatcher = new Dispatcher(this.#slots);
    this.#tally = new Tally(() => ({
      engines: this.#slots.map((slot) => slot.stats).filter((stats): stats is EngineStats => stats !== undefined),
      reorderPeak: this.#order.peak,
      workers: this.#slots.length,
    }));
    this.#order = new Order(options.order === "input", options.windowLines, this.#tally);
  }

  get stats(): BatchStats {
    return this.#tally.stats();
  }

  /** Bytes of the jobs read so far, their line ends included. */
  get bytesDone(): number {
    return this.#tally.bytesIn;
  }

  /** Starts all workers now: for callers who wait for the first answer. Without it they start with their first job. */
  warmUp(): void {
    for (const slot of this.#slots) slot.warmUp();
  }

  /** Reads no more jobs and begins none: the running ones end, and their results are still handed out. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const slot of this.#slots) slot.stop();
    const nothing = (seq: number): void => {
      this.#order.put(seq, new Piece(NO_BYTES, 1, () => undefined), 0, 0, ROW_DROPPED);
    };
    this.#dispatcher.dropOpen(nothing);
    this.#stopFilling?.();
    this.#room.raise();
    this.#progress.raise();
  }

  /**
   * Result lines in order. The next block may be asked for before the last is `written`, so that it is made ready in the
   * meantime; what is never written keeps workers waiting. Ends the workers when it ends, whichever way. To be called once.
   */
  async *blocks(): AsyncGenerator<Block, void, undefined> {
    const { signal, timeoutMs } = this.#options;
    const abort = (): void => this.fail(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const deadline = timeoutMs > 0 ? new Deadline(this.#slots, timeoutMs) : undefined;
    const stopReporting = this.#reportProgress();
    const feeding = this.#feed().catch((error: unknown) => this.fail(error));
    try {
      for (;;) {
        this.#throwFailure();
        const block = this.#order.take();
        if (block !== undefined) {
          this.#room.raise();
          if (block.lines > 0) yield block;
          else block.written();
        } else if (this.#sourceEnded && this.#order.handedOut === this.#admitted) {
          break;
        } else {
          await this.#progress.wait();
        }
      }
      await Promise.all(this.#slots.map((slot) => slot.finish()));
      this.#throwFailure();
    } finally {
      this.stop();
      deadline?.close();
      signal?.removeEventListener("abort", abort);
      await Promise.all(this.#slots.map((slot) => slot.close()));
      // A source that waits for input cannot be waited for.
      void this.#source.close().catch(() => undefined);
      await feeding;
      const before = this.#failure;
      stopReporting();
      // Its last call failed: nobody else would throw that.
      if (this.#failure !== before) this.#throwFailure();
    }
  }

  result(seq: number, piece: Piece, start: number, end: number, status: number): void {
    this.#order.put(seq, piece, start, end, status);
  }

  chunkDone(slot: WorkerSlot, chunk: Chunk): void {
    this.#dispatcher.done(slot, chunk);
    this.#room.raise();
  }

  piece(message: PieceMessage, lines: number): void {
    this.#dispatcher.learn(message.busyMs, message.rows.at(-ROW_STRIDE) ?? 0, lines);
    this.#progress.raise();
  }

  replaced(): void {
    this.#tally.replaced += 1;
  }

  failed(error: Error): void {
    this.fail(error);
  }

  async #feed(): Promise<void> {
    const source = this.#source;
    do {
      while (!this.#stopped && source.advance()) {
        while (!this.#stopped && !(this.#order.admits(this.#admitted) && this.#dispatcher.place(source, this.#admitted))) {
          this.#dispatcher.flush();
          await this.#room.wait();
        }
        if (this.#stopped) break;
        this.#tally.bytesIn += source.end - source.start + 1;
        this.#admitted += 1;
      }
      this.#dispatcher.flush();
    } while (!this.#stopped && (await this.#fillUnlessStopped()));
    this.#sourceEnded = true;
    this.#progress.raise();
  }

  /** A stop must not wait for input that may never come. */
  #fillUnlessStopped(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#stopFilling = (): void => resolve(false);
      this.#source.fill().then(resolve, reject);
    });
  }

  /** Ends the batch: the iteration throws `error`, unless it has another to throw. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#progress.raise();
    this.#room.raise();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** @returns what ends the reports, with a last one. A report that throws fails the batch, and is asked for no more. */
  #reportProgress(): () => void {
    const report = this.#options.onProgress;
    if (report === undefined) return () => undefined;
    let broken = false;
    const tell = (): void => {
      const { succeeded, failed, elapsedMs } = this.#tally;
      try {
        if (!broken) report({ done: succeeded + failed, failed, elapsedMs });
      } catch (error) {
        broken = true;
        this.fail(error);
      }
    };
    const timer = setInterval(tell, this.#options.progressMs);
    return () => {
      clearInterval(timer);
      tell();
    };
  }
}
