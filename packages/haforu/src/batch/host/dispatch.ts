// Gives job lines to workers: packs them into chunks, keeps a font with its worker while that leaves no other idle, and
// says when there is room for no more. Within a worker, jobs are always in increasing order of their number.
//
// Why nothing can lock up: the host waits for the result of the oldest job J, which some worker W has. W works in
// increasing order, so every result W has sent belongs to a job before J, and all of those are handed out; once they
// are written W has its whole credit back, so W's result for J can be sent. No other worker is needed for that.

import { CHUNK_LINES_FIRST, CHUNK_LINES_MAX, CHUNK_RESULT_BYTES, CHUNK_TARGET_MS, CHUNKS_POSTED, INPUT_BYTES_MAX } from "../limits.ts";
import { Affinity } from "./affinity.ts";
import { type Chunk, ChunkPool } from "./chunk.ts";
import type { WorkerSlot } from "./slot.ts";
import type { JobSource } from "./source.ts";

export class Dispatcher {
  readonly #slots: readonly WorkerSlot[];
  readonly #affinity: Affinity;
  readonly #pool: ChunkPool = new ChunkPool();
  #heldBytes = 0;
  #lineCap = CHUNK_LINES_FIRST;
  #msPerJob = 0;
  #bytesPerResult = 0;

  constructor(slots: readonly WorkerSlot[]) {
    this.#slots = slots;
    this.#affinity = new Affinity(slots.length);
  }

  /** Takes the source's job as number `seq`; false when no worker that should have it has room. */
  place(source: JobSource, seq: number): boolean {
    const lineBytes = source.end - source.start;
    if (this.#heldBytes > 0 && this.#heldBytes + lineBytes > INPUT_BYTES_MAX) return false;
    let slot = this.#slots[this.#affinity.slot(source.bytes, source.start, source.end)] as WorkerSlot;
    let chunk = this.#openChunk(slot, lineBytes);
    if (chunk === undefined) {
      const hungry = this.#hungriest(this.#affinity.shared ? CHUNKS_POSTED : 1, lineBytes);
      if (hungry === undefined) return false;
      this.#affinity.move(hungry.index);
      slot = hungry;
      chunk = this.#openChunk(slot, lineBytes);
      if (chunk === undefined) return false;
    }
    const usedBefore = chunk.used;
    chunk.add(source.bytes, source.start, source.end, source.line, seq);
    this.#heldBytes += chunk.used - usedBefore;
    if (source.refusal !== undefined) chunk.condemn(chunk.count - 1, source.refusalCode, source.refusal);
    return true;
  }

  /** Sends begun chunks to workers that have room for them: called whenever the input pauses. The source's bytes are needed no longer. */
  flush(): void {
    for (const slot of this.#slots) {
      slot.open?.settle();
      if (slot.posted.length < CHUNKS_POSTED) this.#post(slot);
    }
  }

  /** A chunk has all its results: the worker gets what was packed for it in the meantime. */
  done(slot: WorkerSlot, chunk: Chunk): void {
    this.#heldBytes -= chunk.used;
    this.#pool.give(chunk);
    this.#post(slot);
  }

  /** What a job takes and gives decides how many go into a chunk. */
  learn(busyMs: number, resultBytes: number, jobs: number): void {
    if (jobs === 0) return;
    this.#msPerJob = smoothed(this.#msPerJob, busyMs / jobs);
    this.#bytesPerResult = smoothed(this.#bytesPerResult, resultBytes / jobs);
    const fitting = Math.floor(Math.min(CHUNK_TARGET_MS / Math.max(this.#msPerJob, 1e-3), CHUNK_RESULT_BYTES / Math.max(this.#bytesPerResult, 1)));
    // At most doubled at a time: the first jobs of a font are not like the others.
    this.#lineCap = Math.max(1, Math.min(fitting, this.#lineCap * 2, CHUNK_LINES_MAX));
  }

  /** Throws away what no worker has been given; `dropped` is told each job's number. */
  dropOpen(dropped: (seq: number) => void): void {
    for (const slot of this.#slots) {
      const chunk = slot.open;
      if (chunk === undefined) continue;
      slot.open = undefined;
      for (let index = 0; index < chunk.count; index += 1) dropped(chunk.seq(index));
      this.#heldBytes -= chunk.used;
    }
  }

  /** The chunk of `slot` that the line fits into; a full one is sent if the worker has room. */
  #openChunk(slot: WorkerSlot, lineBytes: number): Chunk | undefined {
    if (slot.open?.fits(lineBytes, this.#lineCap)) return slot.open;
    if (slot.open !== undefined) {
      if (slot.posted.length >= CHUNKS_POSTED) return undefined;
      this.#post(slot);
    }
    slot.open = this.#pool.take(lineBytes);
    return slot.open;
  }

  #post(slot: WorkerSlot): void {
    const chunk = slot.open;
    if (chunk === undefined || chunk.count === 0) return;
    slot.open = undefined;
    chunk.settle();
    slot.post(chunk);
  }

  /**
   * The worker with the fewest chunks, fewer than `below`, and with room for the line in what is packed for it; or undefined. What is packed there already is filled up first,
   * so that a worker that takes another's share gets chunks of the usual size. A font that one worker has goes to an idle worker only; a font that all have, to one that will be
   * idle soon.
   */
  #hungriest(below: number, lineBytes: number): WorkerSlot | undefined {
    let best: WorkerSlot | undefined;
    for (const slot of this.#slots) {
      const hungry = slot.posted.length < below && (slot.open === undefined || slot.open.fits(lineBytes, this.#lineCap));
      if (hungry && (best === undefined || slot.posted.length < best.posted.length)) best = slot;
    }
    return best;
  }
}

/** An average that forgets, from the first value on. */
function smoothed(before: number, value: number): number {
  return before === 0 ? value : before * 0.75 + value * 0.25;
}
