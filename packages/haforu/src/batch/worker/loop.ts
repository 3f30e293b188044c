// Runs the lines of a chunk, in order, and passes on each result. Says in shared memory which job it is at, so that the
// host can tell what a dead or stuck worker was doing.

import { ERRORS } from "@haforu/engine";
import {
  type ChunkMemory,
  type ChunkMessage,
  CONTROL_CURRENT,
  CONTROL_STOP,
  MEMORY_USED_ONCE,
  ROW_DROPPED,
  ROW_OP,
  ROW_OP_STATS,
  TABLE_STRIDE,
  type Verdict,
} from "../messages.ts";
import type { Pieces } from "./pieces.ts";
import type { LineRunner } from "./runner.ts";

export class WorkerLoop {
  readonly #runner: LineRunner;
  readonly #pieces: Pieces;
  readonly #control: Int32Array;
  readonly #known: Map<number, ChunkMemory> = new Map();
  readonly #encoder: TextEncoder = new TextEncoder();
  /** Jobs begun, dropped and condemned ones included: in step with the host's count of results. */
  #begun = 0;

  constructor(runner: LineRunner, pieces: Pieces, control: SharedArrayBuffer) {
    this.#runner = runner;
    this.#pieces = pieces;
    this.#control = new Int32Array(control);
  }

  /** What has to be awaited before `run`; undefined: nothing. */
  prepare(message: ChunkMessage): Promise<void> | undefined {
    return this.#runner.prepare?.(new Uint8Array(this.#memory(message).bytes, 0, message.used));
  }

  run(message: ChunkMessage): void {
    const memory = this.#memory(message);
    const table = new Float64Array(memory.table, 0, message.count * TABLE_STRIDE);
    const bytes = new Uint8Array(memory.bytes, 0, message.used);
    this.#pieces.begin();
    // Loading is on the account of the chunk's first job: a chunk that cannot be loaded must not be tried for ever.
    this.#mark(1);
    this.#runner.load(bytes, table);
    let index = message.from;
    while (index < message.count) {
      // Lines that the host gave up stand among the others of their chunk: all are looked at one by one.
      if (message.verdicts.length === 0) index += this.#many(message, index);
      if (index === message.count) break;
      this.#one(message, bytes, table, index);
      index += 1;
      this.#pieces.flushIfDue();
    }
    this.#pieces.flush();
  }

  /** Runs lines from `from` on while they need nothing but the engine; how many. */
  #many(message: ChunkMessage, from: number): number {
    const begunBefore = this.#begun;
    const lines = this.#runner.runMany?.(from, message.count, message.flags, (index) => {
      const stopped = Atomics.load(this.#control, CONTROL_STOP) !== 0;
      if (stopped || (index > from && this.#pieces.isDue())) return false;
      this.#begun = begunBefore + index - from;
      this.#mark(1);
      return true;
    });
    this.#begun = begunBefore;
    if (lines === undefined || lines.rows.length === 0) return 0;
    // Where memory for the results ends early, the rest of the lines is run again.
    const added = this.#pieces.addLines(lines);
    this.#begun += added;
    this.#mark(0);
    this.#pieces.flushIfDue();
    return added;
  }

  #one(message: ChunkMessage, bytes: Uint8Array, table: Float64Array, index: number): void {
    const row = index * TABLE_STRIDE;
    const start = table[row] as number;
    const end = table[row + 1] as number;
    const line = table[row + 2] as number;
    const verdict = message.verdicts.length === 0 ? undefined : message.verdicts.find((one) => one.index === index);
    this.#mark(1);
    if (verdict !== undefined) this.#answer(verdict, start, end, line, message.flags);
    else if (Atomics.load(this.#control, CONTROL_STOP) !== 0) this.#pieces.addEmpty(ROW_DROPPED);
    else this.#job(bytes, start, end, line, message.flags);
    this.#mark(0);
    this.#begun += 1;
  }

  #memory(message: ChunkMessage): ChunkMemory {
    if (message.memory !== undefined && message.memoryId !== MEMORY_USED_ONCE) {
      this.#known.set(message.memoryId, message.memory);
    }
    const memory = message.memory ?? this.#known.get(message.memoryId);
    if (memory === undefined) throw new Error(`no memory ${message.memoryId} was given`);
    return memory;
  }

  #mark(running: 0 | 1): void {
    Atomics.store(this.#control, CONTROL_CURRENT, ((this.#begun + 1) * 2 + running) | 0);
  }

  #job(chunk: Uint8Array, start: number, end: number, line: number, flags: number): void {
    const status = this.#runner.run(start, end, line, flags);
    if (status === ROW_OP) {
      this.#op(chunk, start, end, line, flags);
      return;
    }
    try {
      this.#pieces.add(this.#runner.result(), status, this.#runner.runs());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const detail = `no memory for a result of ${this.#runner.result().length} bytes`;
      this.#answer({ index: 0, code: "out_of_memory", detail }, start, end, line, flags);
    }
  }

  #answer(verdict: Verdict, start: number, end: number, line: number, flags: number): void {
    this.#runner.answer(start, end, line, flags, verdict.code, verdict.detail);
    this.#pieces.add(this.#runner.result(), -ERRORS[verdict.code].number);
  }

  /** A line that is no job but asks something of the program. `chunk` holds it: the engine names the op, not its id. */
  #op(chunk: Uint8Array, start: number, end: number, line: number, flags: number): void {
    const op = this.#runner.op();
    if (op === "stats") {
      this.#pieces.attach(this.#runner.stats());
      this.#pieces.add(this.#encoder.encode(JSON.stringify(idOf(chunk, start, end))), ROW_OP_STATS);
    } else if (op === "ping" || op === "warm_up") {
      // Being here means that this worker's engine is up.
      this.#pieces.add(this.#encoder.encode(JSON.stringify({ ...idOf(chunk, start, end), op, status: "success" })), ROW_OP);
    } else {
      const detail = `unknown op "${op}": expected ping, warm_up or stats`;
      this.#answer({ index: 0, code: "invalid_job", detail }, start, end, line, flags);
    }
  }
}

/** The id of an op's line, which the engine has found to be right; half surrogates become U+FFFD, as in its own lines. */
function idOf(chunk: Uint8Array, start: number, end: number): { readonly id?: string } {
  // A copy: text is not decoded from shared memory.
  const { id } = JSON.parse(Buffer.from(chunk.subarray(start, end)).toString()) as { id?: unknown };
  return typeof id === "string" ? { id: Buffer.from(id).toString() } : {};
}
