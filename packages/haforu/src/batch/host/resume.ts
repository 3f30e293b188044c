// What an interrupted run left: reads result lines, keeps the successes, forgets a torn last line and the errors, and
// skips in the input the jobs that are done. Jobs are matched by id; of several with one id, as many as are done.

import { type FileHandle, open, rename } from "node:fs/promises";
import type { JobSource } from "./source.ts";

const READ_BYTES = 1024 * 1024;
/** Enough for an id of 1,024 code points, each escaped, and the status after it. */
const LINE_HEAD_BYTES = 16 * 1024;
const NEWLINE = 10;
const SUCCESS = /^\{"id":("(?:[^"\\]|\\.)*"),"status":"success"/;

/** Ids of finished jobs and how often each came. Takes about 100 bytes a job. */
export type DoneJobs = Map<string, number>;

interface KeptRange {
  readonly start: number;
  readonly end: number;
}

/** Cuts the file at `path` down to its complete success lines, in their order, and says which jobs those are. */
export async function keepSuccesses(path: string): Promise<DoneJobs> {
  const done: DoneJobs = new Map();
  const kept: KeptRange[] = [];
  const file = await open(path, "r+");
  try {
    for await (const line of linesOf(file)) {
      const id = SUCCESS.exec(line.head)?.[1];
      if (id === undefined) continue;
      const name = JSON.parse(id) as string;
      done.set(name, (done.get(name) ?? 0) + 1);
      const last = kept.at(-1);
      if (last?.end === line.start) kept[kept.length - 1] = { start: last.start, end: line.end };
      else kept.push({ start: line.start, end: line.end });
    }
    const [first] = kept;
    if (kept.length <= 1 && (first?.start ?? 0) === 0) {
      await file.truncate(first?.end ?? 0);
      return done;
    }
    await copyRanges(file, kept, `${path}.kept`);
  } finally {
    await file.close();
  }
  await rename(`${path}.kept`, path);
  return done;
}

async function* linesOf(file: FileHandle): AsyncGenerator<{ head: string; start: number; end: number }> {
  const block = Buffer.alloc(READ_BYTES);
  let head = Buffer.alloc(0);
  let start = 0;
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, READ_BYTES, position);
    // What follows the last newline is a line that was cut off: not given.
    if (bytesRead === 0) return;
    for (let at = 0; at < bytesRead; ) {
      const newline = block.subarray(0, bytesRead).indexOf(NEWLINE, at);
      const end = newline < 0 ? bytesRead : newline;
      const wanted = Math.min(end, at + LINE_HEAD_BYTES - head.length);
      if (wanted > at) head = Buffer.concat([head, block.subarray(at, wanted)]);
      if (newline < 0) break;
      at = newline + 1;
      yield { head: head.toString(), start, end: position + at };
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

/** A line that is no JSON object has no id; the engine will say what is wrong with it. */
function idOf(line: Buffer): string | undefined {
  try {
    const job: unknown = JSON.parse(line.toString());
    const id = typeof job === "object" && job !== null && "id" in job ? job.id : undefined;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
