// What an interrupted run left: reads result lines, keeps the successes, forgets a torn last line and the errors, and
// skips in the input the jobs that are done. Jobs are matched by id; of several with one id, as many as are done.

import { type FileHandle, open, rename } from "node:fs/promises";
import type { ErrorCode } from "@haforu/engine";
import type { JobSource } from "./source.ts";

const READ_BYTES = 1024 * 1024;
/** Enough for an id of 1,024 code points, each escaped, and the status after it. */
const LINE_HEAD_BYTES = 16 * 1024;
const NEWLINE = 10;
/** The start of a line as it is written here: an error may have no id, the answer to an op has its name. */
const WRITTEN_HERE = /^\{(?:"id":("(?:[^"\\]|\\.)*"),)?("op":"[a-z_]*",)?"status":"(\w+)"/;
const OPENING_BRACE = 123;
const WHITE_SPACE = /^\s*$/;

/** Ids of finished jobs and how often each came. Takes about 100 bytes a job. */
export type DoneJobs = Map<string, number>;

/** Bytes of a file, the end excluded. */
interface KeptRange {
  readonly start: number;
  readonly end: number;
}

/** What a file of results holds. */
export interface FoundResults {
  readonly done: DoneJobs;
  /** Where the success lines are. */
  readonly kept: readonly KeptRange[];
}

/** The file holds something else than results. */
export class NoResults extends Error {}

/**
 * Reads the result lines of the file at `path` and changes nothing.
 * @throws NoResults when there is a complete line that is no result, or a cut-off one that cannot be of a result.
 */
export async function findResults(path: string): Promise<FoundResults> {
  const done: DoneJobs = new Map();
  const kept: KeptRange[] = [];
  const file = await open(path, "r");
  try {
    let number = 0;
    for await (const line of linesOf(file)) {
      number += 1;
      const found = line.whole ? await resultOf(line, file) : tornResultOf(line);
      if (found === undefined) {
        throw new NoResults(`${path} does not hold results of a batch (line ${number}): --resume would cut it down; give -o another name`);
      }
      if (found.done === undefined) continue;
      done.set(found.done, (done.get(found.done) ?? 0) + 1);
      const last = kept.at(-1);
      if (last?.end === line.start) kept[kept.length - 1] = { start: last.start, end: line.end };
      else kept.push({ start: line.start, end: line.end });
    }
  } finally {
    await file.close();
  }
  return { done, kept };
}

/** Cuts the file at `path` down to its complete success lines, in their order. */
export async function keepResults(path: string, { kept }: FoundResults): Promise<void> {
  const file = await open(path, "r+");
  try {
    const [first] = kept;
    if (kept.length <= 1 && (first?.start ?? 0) === 0) {
      await file.truncate(first?.end ?? 0);
      return;
    }
    await copyRanges(file, kept, `${path}.kept`);
  } finally {
    await file.close();
  }
  await rename(`${path}.kept`, path);
}

interface FoundLine {
  readonly head: string;
  readonly start: number;
  /** Behind the newline, if the line is whole. */
  readonly end: number;
  readonly whole: boolean;
}

/** `done`: the id, if the job succeeded. Undefined: the line is no result. */
async function resultOf(line: FoundLine, file: FileHandle): Promise<{ readonly done: string | undefined } | undefined> {
  const match = WRITTEN_HERE.exec(line.head);
  if (match !== null) {
    const [, id, op, status] = match;
    return { done: id !== undefined && op === undefined && status === "success" ? wellFormed(JSON.parse(id) as string) : undefined };
  }
  if (WHITE_SPACE.test(line.head)) return { done: undefined };
  // Another program may have written the lines anew, with spaces or in another order.
  const bytes = Buffer.alloc(line.end - line.start);
  await file.read(bytes, 0, bytes.length, line.start);
  const result = objectOf(bytes);
  if (result === undefined || !("status" in result)) return undefined;
  const { id, op } = result as { id?: unknown; op?: unknown };
  return { done: typeof id === "string" && op === undefined && result.status === "success" ? wellFormed(id) : undefined };
}

/** After a crash of the machine the end may also be zeros that were never written over. */
function tornResultOf({ head }: FoundLine): { readonly done: undefined } | undefined {
  const first = head.charCodeAt(0);
  return first === OPENING_BRACE || first === 0 || WHITE_SPACE.test(head) ? { done: undefined } : undefined;
}

/** Half surrogates become U+FFFD, as they do on the way through the engine. */
function wellFormed(id: string): string {
  return Buffer.from(id).toString();
}

function objectOf(json: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(json.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(file: FileHandle): AsyncGenerator<FoundLine> {
  const block = Buffer.alloc(READ_BYTES);
  let head = Buffer.alloc(0);
  let start = 0;
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, READ_BYTES, position);
    if (bytesRead === 0) {
      // What follows the last newline is a line that was cut off.
      if (position > start) yield { head: head.toString(), start, end: position, whole: false };
      return;
    }
    for (let at = 0; at < bytesRead; ) {
      const newline = block.subarray(0, bytesRead).indexOf(NEWLINE, at);
      const end = newline < 0 ? bytesRead : newline;
      const wanted = Math.min(end, at + LINE_HEAD_BYTES - head.length);
      if (wanted > at) head = Buffer.concat([head, block.subarray(at, wanted)]);
      if (newline < 0) break;
      at = newline + 1;
      yield { head: head.toString(), start, end: position + at, whole: true };
      head = Buffer.alloc(0);
      start = position + at;
    }
    position += bytesRead;
  }
}

async function copyRanges(from: FileHandle, ranges: readonly KeptRange[], to: string): Promise<void> {
  const target = await open(to, "w");
  try {
    const block = Buffer.alloc(READ_BYTES);
    for (const { start, end } of ranges) {
      for (let at = start; at < end; ) {
        const { bytesRead } = await from.read(block, 0, Math.min(READ_BYTES, end - at), at);
        if (bytesRead === 0) throw new Error(`${to}: the file became shorter while it was read`);
        await target.write(block, 0, bytesRead);
        at += bytesRead;
      }
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

/** Leaves out the jobs that are done. Reads each line's id, which only a resumed run has to. */
export class RemainingSource implements JobSource {
  readonly #source: JobSource;
  readonly #done: DoneJobs;
  skipped = 0;
  skippedBytes = 0;

  constructor(source: JobSource, done: DoneJobs) {
    this.#source = source;
    this.#done = done;
  }

  get bytes(): Buffer {
    return this.#source.bytes;
  }

  get start(): number {
    return this.#source.start;
  }

  get end(): number {
    return this.#source.end;
  }

  get line(): number {
    return this.#source.line;
  }

  get refusal(): string | undefined {
    return this.#source.refusal;
  }

  get refusalCode(): ErrorCode {
    return this.#source.refusalCode;
  }

  advance(): boolean {
    while (this.#source.advance()) {
      if (!this.#isDone()) return true;
      this.skipped += 1;
      this.skippedBytes += this.end - this.start + 1;
    }
    return false;
  }

  fill(): Promise<boolean> {
    return this.#source.fill();
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #isDone(): boolean {
    const id = idOf(this.bytes.subarray(this.start, this.end));
    const left = id === undefined ? 0 : (this.#done.get(id) ?? 0);
    if (id === undefined || left === 0) return false;
    if (left === 1) this.#done.delete(id);
    else this.#done.set(id, left - 1);
    return true;
  }
}

/**
 * The id of a job. A line that is no JSON object has none (the engine will say what is wrong with it), and an op is
 * answered again.
 */
function idOf(line: Buffer): string | undefined {
  const { id, op } = (objectOf(line) ?? {}) as { id?: unknown; op?: unknown };
  return typeof id === "string" && op === undefined ? wellFormed(id) : undefined;
}
