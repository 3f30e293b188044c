// Collects result lines in a slab of shared memory and tells the host of them: when the slab is full, when the chunk
// ends, or when the first of them has waited long enough.

import type { MessagePort } from "node:worker_threads";
import type { ResultLines } from "../../engine/boundary.ts";
import type { EngineStats } from "../../engine/settings.ts";
import { type PieceMessage, ROW_STRIDE, RUN_STRIDE, type WorkerSetup } from "../messages.ts";
import { type Slab, Slabs } from "./slabs.ts";

const NEWLINE = 10;
const ROWS_FIRST = 1024;

export class Pieces {
  readonly #port: MessagePort;
  readonly #slabs: Slabs;
  readonly #pieceBytes: number;
  readonly #delayMs: number;
  #slab: Slab | undefined;
  #used = 0;
  #rows: Int32Array = new Int32Array(ROWS_FIRST * ROW_STRIDE);
  #count = 0;
  /** The memory that the last line lay in: one view of it serves all lines. */
  #from: Buffer = Buffer.alloc(0);
  /** Of all lines in the slab: RUN_STRIDE numbers each. */
  #runs: number[] = [];
  #sentAtMs = 0;
  #waitedMs = 0;
  #statsWanted: EngineStats | undefined;

  constructor(port: MessagePort, setup: WorkerSetup) {
    this.#port = port;
    this.#slabs = new Slabs(new Int32Array(setup.control), setup.creditBytes, setup.pieceBytes);
    this.#pieceBytes = setup.pieceBytes;
    this.#delayMs = setup.pieceDelayMs;
  }

  /** Work begins: time until the next piece counts as busy, and the delay runs from here. */
  begin(): void {
    this.#sentAtMs = performance.now();
  }

  /** Adds a line (without newline), copying it. `runs`: what was left out of it, as the engine says it. */
  add(line: Uint8Array, status: number, runs?: Uint32Array): void {
    const slab = this.#room(line.length + 1);
    if (runs !== undefined && runs.length > 0) {
      for (let at = 0; at < runs.length; at += RUN_STRIDE) {
        this.#runs.push(this.#used + (runs[at] as number), runs[at + 1] as number, runs[at + 2] as number);
      }
    }
    if (this.#from.buffer !== line.buffer) this.#from = Buffer.from(line.buffer);
    this.#from.copy(slab.bytes, this.#used, line.byteOffset, line.byteOffset + line.length);
    this.#used += line.length + 1;
    slab.bytes[this.#used - 1] = NEWLINE;
    this.#row(status);
  }

  /** Adds lines that one call of the engine made, copying them; how many, which are fewer where memory for more was not to be had. */
  addLines({ bytes, rows, runs }: ResultLines): number {
    if (this.#from.buffer !== bytes.buffer) this.#from = Buffer.from(bytes.buffer);
    let added = 0;
    let start = 0;
    while (added < rows.length) {
      const slab = this.#roomOrNone((rows[added] as number) - start);
      if (slab === undefined) break;
      // As many as the slab has room for, in one copy.
      const shift = this.#used - start;
      let end = start;
      while (added < rows.length && (rows[added] as number) + shift <= slab.bytes.length) {
        end = rows[added] as number;
        this.#used = end + shift;
        this.#row(rows[added + 1] as number);
        added += ROW_STRIDE;
      }
      this.#from.copy(slab.bytes, start + shift, bytes.byteOffset + start, bytes.byteOffset + end);
      for (let at = 0; at < runs.length; at += RUN_STRIDE) {
        const offset = runs[at] as number;
        if (offset >= start && offset < end) this.#runs.push(shift + offset, runs[at + 1] as number, runs[at + 2] as number);
      }
      start = end;
    }
    return added / ROW_STRIDE;
  }

  /** Adds a result that has no line. */
  addEmpty(status: number): void {
    this.#room(0);
    this.#row(status);
  }

  /** The next piece also carries these counters. */
  attach(stats: EngineStats): void {
    this.#statsWanted = stats;
  }

  /** Sends what there is if it has waited long enough or is large. */
  flushIfDue(): void {
    if (this.#used >= this.#pieceBytes || this.isDue()) this.flush();
  }

  /** Whether the first of the lines has waited long enough. */
  isDue(): boolean {
    return performance.now() - this.#sentAtMs >= this.#delayMs;
  }

  flush(): void {
    const slab = this.#slab;
    if (slab === undefined || this.#count === 0) return;
    const nowMs = performance.now();
    this.#slabs.hand(slab);
    this.#port.postMessage({
      kind: "piece",
      slabIndex: slab.index,
      slab: slab.announced ? undefined : slab.memory,
      rows: this.#rows.slice(0, this.#count * ROW_STRIDE),
      runs: this.#runs.length === 0 ? undefined : Uint32Array.from(this.#runs),
      busyMs: nowMs - this.#sentAtMs - this.#waitedMs,
      stats: this.#statsWanted,
    } satisfies PieceMessage);
    slab.announced = true;
    this.#slab = undefined;
    this.#used = 0;
    this.#count = 0;
    this.#runs = [];
    this.#waitedMs = 0;
    this.#statsWanted = undefined;
    this.#sentAtMs = nowMs;
  }

  /** The slab in use if `bytes` fit, or another. What is finished is sent before there is any waiting. */
  #room(bytes: number): Slab {
    if (this.#slab !== undefined && this.#used + bytes > this.#slab.bytes.length) this.flush();
    if (this.#slab === undefined) {
      const askedMs = performance.now();
      this.#slab = this.#slabs.take(bytes);
      this.#waitedMs += performance.now() - askedMs;
    }
    return this.#slab;
  }

  /** As #room; undefined: there is no memory for it. */
  #roomOrNone(bytes: number): Slab | undefined {
    try {
      return this.#room(bytes);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
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
}
