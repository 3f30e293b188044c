// Result lines as a worker sent them: bytes in a slab, and the runs of one letter that were left out of them. Gives views that
// together are the whole lines; the runs' views are all of one small block, which stays in the processor's cache where a
// blank canvas written out would not.

import { RUN_STRIDE } from "../messages.ts";

/** A longer run is several views of this block. */
const BLANK_BYTES = 64 * 1024;
/** What the engine encodes blank canvas in: runs are multiples of this, so that few different views are needed. */
const BLANK_STEP = 64;

interface Blank {
  readonly block: Uint8Array;
  /** Views of its first bytes, by their number of steps: made when first needed. */
  readonly views: (Uint8Array | undefined)[];
}

const blanks: Map<number, Blank> = new Map();

export class Piece {
  readonly bytes: Uint8Array;
  #waiting: number;
  readonly #release: () => void;
  readonly #runs: Uint32Array | undefined;
  /** The first run that no view was made of: lines of a piece are taken in order. */
  #run = 0;

  /** `runs`: RUN_STRIDE numbers each (offset in `bytes`, letter, count), in order. Released when `lines` lines are written. */
  constructor(bytes: Uint8Array, lines: number, release: () => void, runs?: Uint32Array) {
    this.bytes = bytes;
    this.#waiting = lines;
    this.#release = release;
    this.#runs = runs;
  }

  written(lines: number): void {
    this.#waiting -= lines;
    if (this.#waiting === 0) this.#release();
  }

  /** Adds views of the lines [start, end), which follow the ones asked for before; their bytes. */
  addViews(start: number, end: number, views: Uint8Array[]): number {
    const runs = this.#runs;
    let from = start;
    let bytes = end - start;
    while (runs !== undefined && this.#run < runs.length && (runs[this.#run] as number) < end) {
      const offset = runs[this.#run] as number;
      const count = runs[this.#run + 2] as number;
      if (offset > from) views.push(this.bytes.subarray(from, offset));
      addBlank(runs[this.#run + 1] as number, count, views);
      from = offset;
      bytes += count;
      this.#run += RUN_STRIDE;
    }
    if (end > from) views.push(this.bytes.subarray(from, end));
    return bytes;
  }
}

function addBlank(letter: number, count: number, views: Uint8Array[]): void {
  let blank = blanks.get(letter);
  if (blank === undefined) {
    blank = { block: new Uint8Array(BLANK_BYTES).fill(letter), views: [] };
    blanks.set(letter, blank);
  }
  let left = count;
  for (; left >= BLANK_BYTES; left -= BLANK_BYTES) views.push(blank.block);
  const steps = left / BLANK_STEP;
  if (left === 0) return;
  if (!Number.isInteger(steps)) {
    views.push(blank.block.subarray(0, left));
    return;
  }
  let view = blank.views[steps];
  if (view === undefined) {
    view = blank.block.subarray(0, left);
    blank.views[steps] = view;
  }
  views.push(view);
}
