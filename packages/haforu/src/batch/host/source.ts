// Where jobs come from: a source walks over job lines that lie in buffers, without copying or reading them.
// The lines of a byte stream here; a document's jobs and a program's jobs have sources of their own beside it.

import type { ErrorCode, Job, SpeechJob } from "@haforu/engine";
import { isThenable, synchronousPromise } from "../../session/check-request.ts";
import { LINE_BYTES_MAX, LINE_HEAD_BYTES } from "../limits.ts";

/**
 * A cursor over jobs: after `advance()` gave true, the job is [start, end) of `bytes`. When it gives false, `fill()`
 * waits for more input and says whether there is any.
 */
export interface JobSource {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
  /** Why the job is not to be run, in words; its result is an error of `refusalCode`. Of a long line only the head is here. */
  readonly refusal: string | undefined;
  readonly refusalCode: ErrorCode;
  advance(): boolean;
  fill(): Promise<boolean>;
  /** Lets the input go; nothing is asked of the source afterwards. */
  close(): Promise<void>;
}

const NEWLINE = 10;
const SPACE = 32;
const EMPTY: Buffer = Buffer.alloc(0);

/** The lines of a byte stream, blank ones left out. Holds one read and the begun line. */
export class LineSource implements JobSource {
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  line = 0;
  refusal: string | undefined;
  readonly refusalCode = "line_too_long";
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #lineBytesMax: number;
  #read: Buffer = EMPTY;
  #at = 0;
  /** Parts of a line whose end has not been read; `#begunBytes` counts what was read, kept or not. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #over = false;
  #ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>, lineBytesMax: number = LINE_BYTES_MAX) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#lineBytesMax = lineBytesMax;
  }

  advance(): boolean {
    for (;;) {
      const newline = this.#at < this.#read.length ? this.#read.indexOf(NEWLINE, this.#at) : -1;
      if (newline < 0) {
        this.#keep(this.#read.subarray(this.#at));
        this.#at = this.#read.length;
        if (!this.#ended || this.#begunBytes === 0) return false;
        this.#takeBegun(EMPTY);
      } else if (this.#begunBytes > 0) {
        this.#takeBegun(this.#read.subarray(this.#at, newline));
        this.#at = newline + 1;
      } else {
        this.bytes = this.#read;
        this.start = this.#at;
        this.end = newline;
        this.refusal = undefined;
        this.#at = newline + 1;
      }
      this.line += 1;
      if (!this.#blank()) return true;
    }
  }

  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#ended = true;
      // A last line without a newline is still a line.
      return this.#begunBytes > 0;
    }
    const { buffer, byteOffset, byteLength } = next.value;
    this.#read = Buffer.from(buffer, byteOffset, byteLength);
    this.#at = 0;
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#begunBytes += part.length;
    if (this.#begunBytes <= this.#lineBytesMax) {
      // A copy: the next read may go to the same memory.
      this.#begun.push(Buffer.from(part));
    } else if (!this.#over) {
      // Over the limit: the head is kept to name the job by, the rest is read past.
      this.#over = true;
      this.#begun = [head([...this.#begun, part])];
    }
  }

  #takeBegun(last: Buffer): void {
    const lineBytes = this.#begunBytes + last.length;
    const over = lineBytes > this.#lineBytesMax;
    this.bytes = over ? head([...this.#begun, last]) : Buffer.concat([...this.#begun, last]);
    this.start = 0;
    this.end = this.bytes.length;
    this.refusal = over ? tooLong(lineBytes) : undefined;
    this.#begun = [];
    this.#begunBytes = 0;
    this.#over = false;
  }

  #blank(): boolean {
    for (let at = this.start; at < this.end; at += 1) {
      const byte = this.bytes[at] as number;
      if (byte > SPACE || (byte !== SPACE && byte !== 9 && byte !== 13)) return false;
    }
    return true;
  }
}

function tooLong(lineBytes: number): string {
  return `it has ${lineBytes} bytes`;
}

/** A copy, so that the long line itself can be freed. */
function head(parts: readonly Buffer[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, Math.min(bytes, LINE_HEAD_BYTES));
}

/** Jobs that lie in one buffer at known places: a JobSpec document's. */
export class SpanSource implements JobSource {
  readonly bytes: Buffer;
  start = 0;
  end = 0;
  line = 0;
  refusal: string | undefined;
  readonly refusalCode = "line_too_long";
  /** Three numbers a job: offset, bytes, line. */
  readonly #spans: Uint32Array;
  readonly #jobBytesMax: number;
  #next = 0;

  constructor(bytes: Buffer, spans: Uint32Array, jobBytesMax: number = LINE_BYTES_MAX) {
    this.bytes = bytes;
    this.#spans = spans;
    this.#jobBytesMax = jobBytesMax;
  }

  advance(): boolean {
    const [offset, bytes, line] = this.#spans.subarray(this.#next, this.#next + 3);
    if (offset === undefined || bytes === undefined || line === undefined) return false;
    this.start = offset;
    const over = bytes > this.#jobBytesMax;
    this.end = offset + (over ? Math.min(bytes, LINE_HEAD_BYTES) : bytes);
    this.refusal = over ? tooLong(bytes) : undefined;
    this.line = line;
    this.#next += 3;
    return true;
  }

  fill(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A job as a program gives it: an object, or JSON text, or its UTF-8 bytes. */
export type JobInput = Job | SpeechJob | string | Uint8Array;

/** Items taken from a synchronous iterable at a time: waiting for each would cost more than the job's other handling. */
const ITEMS_AT_ONCE = 256;

interface Item {
  readonly bytes: Buffer;
  readonly refusal?: string;
  readonly refusalCode?: ErrorCode;
}

/** The jobs of a program's iterable; `line` counts them from 1. */
export class ItemSource implements JobSource {
  bytes: Buffer = EMPTY;
  readonly start = 0;
  end = 0;
  line = 0;
  refusal: string | undefined;
  refusalCode: ErrorCode = "line_too_long";
  readonly #items: Iterator<JobInput> | AsyncIterator<JobInput>;
  readonly #async: boolean;
  readonly #jobBytesMax: number;
  #waiting: Item[] = [];
  #next = 0;

  constructor(items: Iterable<JobInput> | AsyncIterable<JobInput>, jobBytesMax: number = LINE_BYTES_MAX) {
    this.#async = Symbol.asyncIterator in items;
    this.#items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#jobBytesMax = jobBytesMax;
  }

  advance(): boolean {
    const item = this.#waiting[this.#next];
    if (item === undefined) return false;
    this.bytes = item.bytes;
    this.end = item.bytes.length;
    this.refusal = item.refusal;
    this.refusalCode = item.refusalCode ?? "line_too_long";
    this.line += 1;
    this.#next += 1;
    return true;
  }

  async fill(): Promise<boolean> {
    this.#waiting = [];
    this.#next = 0;
    const atOnce = this.#async ? 1 : ITEMS_AT_ONCE;
    while (this.#waiting.length < atOnce) {
      const taken = this.#items.next();
      // An asynchronous iterator may answer with any thenable, as `for await` takes it. One of a synchronous iterator would be read as a result without an end.
      if (!this.#async && isThenable(taken)) throw synchronousPromise("jobs", "jobs");
      const item = this.#async ? await taken : (taken as IteratorResult<JobInput>);
      if (item.done === true) break;
      this.#waiting.push(itemOf(item.value, this.#jobBytesMax));
    }
    return this.#waiting.length > 0;
  }

  async close(): Promise<void> {
    await this.#items.return?.();
  }
}

/** What cannot be written as JSON (undefined, a BigInt, a loop of objects) is a refused job, never an exception. */
function itemOf(item: JobInput, jobBytesMax: number): Item {
  try {
    const bytes = bytesOf(item);
    if (bytes.length <= jobBytesMax) return { bytes };
    return { bytes: head([bytes]), refusal: tooLong(bytes.length) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    return { bytes: idAlone(item), refusal: `the job cannot be written as JSON: ${reason}`, refusalCode: "invalid_job" };
  }
}

function bytesOf(item: JobInput): Buffer {
  if (typeof item === "string") return Buffer.from(item);
  // A copy: the program may fill its array with the next job.
  if (item instanceof Uint8Array) return Buffer.from(item);
  // Its JSON is an empty job.
  if (isThenable(item)) throw new TypeError("expected an object, JSON text or its bytes, got a promise: await it, in an async generator for example");
  const text = JSON.stringify(item) as string | undefined;
  if (text === undefined) throw new TypeError(`expected an object, JSON text or its bytes, got ${typeof item}`);
  return Buffer.from(text);
}

/** So that the result of a refused job can be told from others. */
function idAlone(item: unknown): Buffer {
  try {
    const { id } = item as { id?: unknown };
    return typeof id === "string" ? Buffer.from(JSON.stringify({ id })) : EMPTY;
  } catch {
    return EMPTY;
  }
}
