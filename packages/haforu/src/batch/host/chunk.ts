// A chunk: job lines for one worker, packed into shared memory, with a table of where each lies. The host keeps the
// chunk until every line has its result, so that nothing is lost with a worker.

import type { ErrorCode } from "@haforu/engine";
import { CHUNK_BYTES, CHUNK_LINES_MAX, CHUNKS_POOLED } from "../limits.ts";
import { type ChunkMessage, MEMORY_USED_ONCE, TABLE_STRIDE, type Verdict } from "../messages.ts";

let chunksMade = MEMORY_USED_ONCE;

export class Chunk {
  readonly #id: number;
  readonly #bytes: Buffer;
  readonly #shared: SharedArrayBuffer;
  readonly #sharedTable: SharedArrayBuffer;
  readonly #table: Float64Array;
  readonly #seqs: Float64Array = new Float64Array(CHUNK_LINES_MAX);
  #verdicts: Verdict[] = [];
  /** Lines that follow each other in the source are copied together: [#sourceStart, #sourceEnd) of it, to #sourceAt here. */
  #source: Buffer | undefined;
  #sourceStart = 0;
  #sourceEnd = 0;
  #sourceAt = 0;
  count = 0;
  used = 0;
  /** Lines that have their result. */
  done = 0;

  constructor(capacityBytes: number) {
    if (capacityBytes === CHUNK_BYTES) chunksMade += 1;
    this.#id = capacityBytes === CHUNK_BYTES ? chunksMade : MEMORY_USED_ONCE;
    this.#shared = new SharedArrayBuffer(capacityBytes);
    this.#bytes = Buffer.from(this.#shared);
    this.#sharedTable = new SharedArrayBuffer(CHUNK_LINES_MAX * TABLE_STRIDE * Float64Array.BYTES_PER_ELEMENT);
    this.#table = new Float64Array(this.#sharedTable);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  fits(lineBytes: number, lineCap: number): boolean {
    return this.count < Math.min(lineCap, CHUNK_LINES_MAX) && this.used + Math.min(this.count, 1) + lineBytes <= this.capacity;
  }

  /** Adds a line. `from` must stay as it is until `settle`. */
  add(from: Buffer, start: number, end: number, line: number, seq: number): void {
    if (from === this.#source && start === this.#sourceEnd + 1) {
      // The newline between them comes along.
      this.used += 1;
    } else {
      this.settle();
      this.#source = from;
      this.#sourceStart = start;
      this.#sourceAt = this.used;
    }
    this.#sourceEnd = end;
    const row = this.count * TABLE_STRIDE;
    this.#table[row] = this.used;
    this.used += end - start;
    this.#table[row + 1] = this.used;
    this.#table[row + 2] = line;
    this.#seqs[this.count] = seq;
    this.count += 1;
  }

  /** Copies what was added and is not yet here. */
  settle(): void {
    this.#source?.copy(this.#bytes, this.#sourceAt, this.#sourceStart, this.#sourceEnd);
    this.#source = undefined;
  }

  seq(index: number): number {
    return this.#seqs[index] as number;
  }

  /** The line at `index` is not to be run (again): its result is this error. */
  condemn(index: number, code: ErrorCode, detail: string): void {
    this.#verdicts.push({ index, code, detail });
  }

  /** `known`: ids of the memory that the worker has; this chunk's is added. */
  message(flags: number, known: Set<number>): ChunkMessage {
    const memory = known.has(this.#id) ? undefined : { bytes: this.#shared, table: this.#sharedTable };
    if (this.#id !== MEMORY_USED_ONCE) known.add(this.#id);
    return {
      kind: "chunk",
      memoryId: this.#id,
      memory,
      used: this.used,
      count: this.count,
      from: this.done,
      flags,
      verdicts: this.#verdicts,
    };
  }

  reset(): void {
    this.count = 0;
    this.used = 0;
    this.done = 0;
    this.#verdicts = [];
  }
}

/** Chunks to write lines into; those of the usual size are used again. */
export class ChunkPool {
  readonly #spare: Chunk[] = [];

  take(lineBytes: number): Chunk {
    if (lineBytes > CHUNK_BYTES) return new Chunk(lineBytes);
    return this.#spare.pop() ?? new Chunk(CHUNK_BYTES);
  }

  give(chunk: Chunk): void {
    if (chunk.capacity !== CHUNK_BYTES || this.#spare.length >= CHUNKS_POOLED) return;
    chunk.reset();
    this.#spare.push(chunk);
  }
}
