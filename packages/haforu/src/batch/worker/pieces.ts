// Collects result lines and sends them to the host in pieces, never more than the host has given credit for.

import type { MessagePort } from "node:worker_threads";
import type { EngineStats } from "../../engine/settings.ts";
import { CONTROL_ACKED_KIB, CONTROL_CURRENT, type PieceMessage, pieceKib, ROW_STRIDE, type WorkerSetup } from "../messages.ts";

const NEWLINE = 10;
const ROWS_FIRST = 1024;
/** A buffer for a long line is rounded up to this, so that the next long line fits too. */
const LONG_LINE_STEP = 1024 * 1024;

export class Pieces {
  readonly #port: MessagePort;
  readonly #control: Int32Array;
  readonly #creditKib: number;
  readonly #pieceBytes: number;
  readonly #delayMs: number;
  readonly #spare: ArrayBuffer[] = [];
  #spareBytes = 0;
  #buffer: ArrayBuffer | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #used = 0;
  #rows: Int32Array<ArrayBuffer> = new Int32Array(ROWS_FIRST * ROW_STRIDE);
  #count = 0;
  #sentKib = 0;
  #sentAtMs = 0;
  #busyMs = 0;
  #statsWanted: EngineStats | undefined;

  constructor(port: MessagePort, setup: WorkerSetup) {
    this.#port = port;
    this.#control = new Int32Array(setup.control);
    this.#creditKib = Math.ceil(setup.creditBytes / 1024);
    this.#pieceBytes = setup.pieceBytes;
    this.#delayMs = setup.pieceDelayMs;
  }

  /** Work begins: time until the next piece counts as busy, and the delay runs from here. */
  begin(): void {
    this.#sentAtMs = performance.now();
  }

  /** Adds a line (without newline), copying it. */
  add(line: Uint8Array, status: number): void {
    const needed = line.length + 1;
    if (this.#buffer !== undefined && this.#used + needed > this.#buffer.byteLength) this.flush();
    if (this.#buffer === undefined) this.#open(needed);
    this.#bytes.set(line, this.#used);
    this.#used += needed;
    this.#bytes[this.#used - 1] = NEWLINE;
    this.#row(status);
  }

  /** Adds a result that has no line. */
  addEmpty(status: number): void {
    if (this.#buffer === undefined) this.#open(0);
    this.#row(status);
  }

  /** The next piece also carries these counters. */
  attach(stats: EngineStats): void {
    this.#statsWanted = stats;
  }

  /** Sends what there is if it has waited long enough or is large. */
  flushIfDue(): void {
    if (this.#count > 0 && (this.#used >= this.#pieceBytes || performance.now() - this.#sentAtMs >= this.#delayMs)) {
      this.flush();
    }
  }

  flush(): void {
    const buffer = this.#buffer;
    if (buffer === undefined || this.#count === 0) return;
    const kib = pieceKib(buffer);
    this.#busyMs += performance.now() - this.#sentAtMs;
    this.#awaitCredit(kib);
    this.#sentKib = (this.#sentKib + kib) | 0;
    const rows = this.#rows.slice(0, this.#count * ROW_STRIDE);
    const message: PieceMessage = { kind: "piece", buffer, rows, busyMs: this.#busyMs, stats: this.#statsWanted };
    this.#port.postMessage(message, [buffer, rows.buffer]);
    this.#buffer = undefined;
    this.#used = 0;
    this.#count = 0;
    this.#busyMs = 0;
    this.#statsWanted = undefined;
    this.#sentAtMs = performance.now();
  }

  /** A buffer the host has done with. */
  recycle(buffer: ArrayBuffer): void {
    if (this.#spareBytes + buffer.byteLength > this.#creditKib * 1024) return;
    this.#spare.push(buffer);
    this.#spareBytes += buffer.byteLength;
  }

  #open(needed: number): void {
    const index = this.#spare.findIndex((spare) => spare.byteLength >= needed);
    if (index >= 0) {
      this.#buffer = this.#spare[index] as ArrayBuffer;
      this.#spare.splice(index, 1);
      this.#spareBytes -= this.#buffer.byteLength;
    } else {
      const bytes = needed <= this.#pieceBytes ? this.#pieceBytes : Math.ceil(needed / LONG_LINE_STEP) * LONG_LINE_STEP;
      this.#buffer = new ArrayBuffer(bytes);
    }
    this.#bytes = new Uint8Array(this.#buffer);
  }

  #row(status: number): void {
    if (this.#count * ROW_STRIDE === this.#rows.length) {
      const larger = new Int32Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#count * ROW_STRIDE] = this.#used;
    this.#rows[this.#count * ROW_STRIDE + 1] = status;
    this.#count += 1;
  }

  /** Sleeps while too much is unwritten. With nothing outstanding any piece may go: a line larger than the credit, too. */
  #awaitCredit(kib: number): void {
    for (;;) {
      const acked = Atomics.load(this.#control, CONTROL_ACKED_KIB);
      const outstanding = (this.#sentKib - acked) | 0;
      if (outstanding === 0 || outstanding + kib <= this.#creditKib) return;
      // Waiting is not running: it must not count against the job's time limit.
      const current = Atomics.load(this.#control, CONTROL_CURRENT);
      Atomics.store(this.#control, CONTROL_CURRENT, current & ~1);
      Atomics.wait(this.#control, CONTROL_ACKED_KIB, acked);
      Atomics.store(this.#control, CONTROL_CURRENT, current);
    }
  }
}
