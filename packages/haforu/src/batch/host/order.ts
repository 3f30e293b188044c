// Puts results back into the order of their jobs (or leaves them as they come) and hands them on in blocks. Bounded:
// the host admits no more lines than fit in here. Lines are never copied: a block is a list of views of the pieces.

import { BLOCK_BYTES, BLOCK_VIEWS } from "../limits.ts";
import { ROW_DROPPED, ROW_OP_STATS } from "../messages.ts";
import type { Piece } from "./piece.ts";

/** Result lines in order, with their newlines: the views together; each by itself, where no run was left out. Valid until `written`. */
export class Block {
  readonly views: Uint8Array[] = [];
  bytes = 0;
  lines = 0;
  #taken: { readonly piece: Piece; readonly lines: number }[] = [];

  /** So many lines of `piece` are in here, dropped ones included. */
  hold(piece: Piece, lines: number): void {
    this.#taken.push({ piece, lines });
  }

  /** The views are done with: their memory goes back to the workers. Until this is said, they may wait for it. */
  written(): void {
    for (const { piece, lines } of this.#taken) piece.written(lines);
    this.#taken = [];
  }
}

export interface OrderTally {
  /** A result whose line has so many bytes in its piece. */
  count(status: number, lineBytes: number): void;
  /** So many bytes more were put into lines that were counted. */
  countRuns(bytes: number): void;
  /** The line that answers {"op": "stats"}, without a newline; `asked`: its id as JSON, {"id": …} or {}. */
  statsLine(asked: string): string;
}

export class Order {
  readonly #byInput: boolean;
  readonly #capacity: number;
  readonly #pieces: (Piece | undefined)[];
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #statuses: Int32Array;
  readonly #tally: OrderTally;
  /** Next place to hand out, and (order of completion) next place to fill. */
  #next = 0;
  #arrived = 0;
  #ready = 0;
  /** Most results that waited at once. */
  peak = 0;

  constructor(byInput: boolean, capacity: number, tally: OrderTally) {
    this.#byInput = byInput;
    this.#capacity = capacity;
    this.#tally = tally;
    this.#pieces = new Array<Piece | undefined>(capacity).fill(undefined);
    this.#starts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
    this.#statuses = new Int32Array(capacity);
  }

  /** Lines handed out so far, dropped ones included. */
  get handedOut(): number {
    return this.#next;
  }

  /** Whether line number `seq` may be admitted. */
  admits(seq: number): boolean {
    return seq - this.#next < this.#capacity;
  }

  put(seq: number, piece: Piece, start: number, end: number, status: number): void {
    const place = (this.#byInput ? seq : this.#arrived) & (this.#capacity - 1);
    this.#arrived += 1;
    this.#pieces[place] = piece;
    this.#starts[place] = start;
    this.#ends[place] = end;
    this.#statuses[place] = status;
    this.#ready += 1;
    if (this.#ready > this.peak) this.peak = this.#ready;
  }

  /** The next lines in order, or undefined while the next one is missing. */
  take(): Block | undefined {
    let piece = this.#pieces[this.#next & (this.#capacity - 1)];
    if (piece === undefined) return undefined;
    const block = new Block();
    while (piece !== undefined && block.bytes < BLOCK_BYTES && block.views.length < BLOCK_VIEWS) {
      this.#takeRun(piece, block);
      piece = this.#pieces[this.#next & (this.#capacity - 1)];
    }
    return block;
  }

  /** Lines that follow each other in order and in one piece become one view. */
  #takeRun(piece: Piece, block: Block): void {
    let place = this.#next & (this.#capacity - 1);
    const start = this.#starts[place] as number;
    let end = start;
    let lines = 0;
    let answer: Buffer | undefined;
    while (this.#pieces[place] === piece && this.#starts[place] === end && end - start < BLOCK_BYTES) {
      const status = this.#statuses[place] as number;
      const lineEnd = this.#ends[place] as number;
      if (status === ROW_OP_STATS) {
        // What the worker wrote is not handed out: the answer takes its place.
        answer = Buffer.from(`${this.#tally.statsLine(Buffer.from(piece.bytes.subarray(end, lineEnd)).toString())}\n`);
        this.#tally.count(status, answer.length);
        block.lines += 1;
      } else {
        if (status !== ROW_DROPPED) {
          this.#tally.count(status, lineEnd - end);
          block.lines += 1;
        }
        end = lineEnd;
      }
      lines += 1;
      this.#pieces[place] = undefined;
      this.#next += 1;
      place = this.#next & (this.#capacity - 1);
      if (answer !== undefined) break;
    }
    this.#ready -= lines;
    const bytes = piece.addViews(start, end, block.views);
    if (bytes > end - start) this.#tally.countRuns(bytes - (end - start));
    if (answer !== undefined) block.views.push(answer);
    block.bytes += bytes + (answer?.length ?? 0);
    block.hold(piece, lines);
  }
}
