// Opens what a batch reads: a file or standard input, JSON Lines or a JobSpec document, told apart by the engine from
// the first bytes. A document is read whole; lines are read as they are needed.

import { closeSync, open, read, statSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { engineModule } from "../../engine/load.ts";
import { JobRunner } from "../../session/job-loop.ts";
import { DOCUMENT_BYTES_MAX } from "../limits.ts";
import { type JobSource, LineSource, SpanSource } from "./source.ts";

const readBytes: (file: number, into: Buffer, offset: number, length: number, position: null) => Promise<{ bytesRead: number }> = promisify(read);
const openFile: (path: string, flags: string) => Promise<number> = promisify(open);
const READ_BYTES = 256 * 1024;
/** When so much white space or so long a key comes first, it is no document. */
const LOOK_BYTES_MAX = 1024 * 1024;
const LOOKS_DOCUMENT = 1;
const LOOKS_UNSURE = 2;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A document's `config`, in the document's own names. */
export interface DocumentConfig {
  readonly jobs?: number;
  readonly order?: "input" | "completion";
  readonly timeout_ms?: number;
  readonly strict?: boolean;
  readonly timing?: boolean;
  readonly base_dir?: string;
  readonly font_cache?: number;
  readonly max_fonts?: number;
}

export interface BatchInput {
  readonly source: JobSource;
  readonly config: DocumentConfig;
  /** Bytes of the whole input where that is known: of a file. */
  readonly totalBytes: number | undefined;
}

/** The input as a whole cannot be used; the message is for the user. */
export class InputError extends Error {
  /** The engine's error line for a broken document: JSON, without a newline. */
  readonly errorLine: string | undefined;

  constructor(message: string, errorLine?: string) {
    super(message);
    this.errorLine = errorLine;
  }
}

/** A byte stream that lets go of its file or pipe at once, even while a read is under way. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  close(): void;
}

/** `path`: a file or fifo, or "-" for standard input. */
async function openBytes(path: string): Promise<{ stream: ByteStream; totalBytes: number | undefined }> {
  if (path === "-") return { stream: closable(process.stdin), totalBytes: undefined };
  if (path === "") throw new InputError("expected a file of jobs, or - for standard input, got an empty name");
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new InputError(`there is no file ${path}`);
  if (stats.isDirectory()) throw new InputError(`${path} is a folder; expected a file of jobs`);
  const file = await openFile(path, "r");
  if (stats.isFIFO() || stats.isSocket()) {
    // Polled, not read by a thread: a thread that waits in a read keeps the program from ending.
    return { stream: closable(new Socket({ fd: file, readable: true, writable: false })), totalBytes: undefined };
  }
  return { stream: reading(file), totalBytes: stats.isFile() ? stats.size : undefined };
}

/** Standard input as JSON Lines, whatever they look like. */
export function openStandardLines(): JobSource {
  return new LineSource(withoutMark(closable(process.stdin)));
}

/** JSON Lines or a JobSpec document. */
export async function openInput(path: string): Promise<BatchInput> {
  const { stream, totalBytes } = await openBytes(path);
  const bytes = withoutMark(stream);
  const chunks = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  const runner = new JobRunner({ module: engineModule(), fonts: NO_FONTS });
  let looks = LOOKS_UNSURE;
  while (looks === LOOKS_UNSURE && headBytes < LOOK_BYTES_MAX) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(Buffer.from(next.value));
    headBytes += next.value.length;
    runner.load(Buffer.concat(head));
    looks = runner.looks(0, headBytes);
  }
  if (looks !== LOOKS_DOCUMENT) {
    return { source: new LineSource(resumed(head, chunks, bytes)), config: {}, totalBytes };
  }
  const whole = await readWhole(head, chunks, path);
  runner.load(whole);
  const document = runner.document(0, whole.length);
  if (document === undefined) {
    const line = Buffer.from(runner.result()).toString();
    throw new InputError(`${path}: ${messageOf(line)}`, line);
  }
  const config = document.config === "" ? {} : (JSON.parse(document.config) as DocumentConfig);
  return { source: new SpanSource(whole, document.spans), config, totalBytes };
}

const NO_FONTS = {
  read: (): { code: "font_unreadable"; detail: string } => ({ code: "font_unreadable", detail: "no job is run here" }),
  unchanged: (): boolean => true,
};

async function readWhole(head: Uint8Array[], rest: AsyncIterator<Uint8Array>, path: string): Promise<Buffer> {
  const parts = [...head];
  let bytes = head.reduce((sum, part) => sum + part.length, 0);
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return Buffer.concat(parts);
    parts.push(Buffer.from(next.value));
    bytes += next.value.length;
    if (bytes > DOCUMENT_BYTES_MAX) {
      throw new InputError(`${path} is a document of over ${DOCUMENT_BYTES_MAX} bytes; write one job a line (JSON Lines) for input of any length`);
    }
  }
}

function messageOf(errorLine: string): string {
  const line = JSON.parse(errorLine) as { error?: { message?: string; line?: number } };
  const at = line.error?.line === undefined ? "" : `line ${line.error.line}: `;
  return `${at}${line.error?.message ?? "not a JobSpec document"}`;
}

function resumed(head: Uint8Array[], rest: AsyncIterator<Uint8Array>, whole: ByteStream): ByteStream {
  let given = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: (): Promise<IteratorResult<Uint8Array>> => {
        const value = head[given];
        if (value === undefined) return rest.next();
        head[given] = new Uint8Array(0);
        given += 1;
        return Promise.resolve({ done: false, value });
      },
      return: (): Promise<IteratorResult<Uint8Array>> => {
        whole.close();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
    close: () => whole.close(),
  };
}

/**
 * Reads a file into one buffer, over and over: a piece is valid until the next is asked for. (A stream would make a new
 * buffer each time, and the collector would have to find them.)
 */
function reading(file: number): ByteStream {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  let underWay = false;
  let closed = false;
  const close = (): void => {
    // Closing under a read that is under way would let it read from whatever gets the number next.
    if (!closed && !underWay) closeSync(file);
    closed = true;
  };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    underWay = true;
    try {
      const { bytesRead } = await readBytes(file, buffer, 0, READ_BYTES, null);
      return bytesRead === 0 || closed ? { done: true, value: undefined } : { done: false, value: buffer.subarray(0, bytesRead) };
    } finally {
      underWay = false;
      if (closed) closeSync(file);
    }
  };
  const end = (): Promise<IteratorResult<Uint8Array>> => {
    close();
    return Promise.resolve({ done: true, value: undefined });
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }), close };
}

function closable(stream: Readable): ByteStream {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  // The iterator's own return() waits for a read that may never end; destroying the stream does not.
  const close = (): void => void stream.destroy();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => chunks.next(),
      return: () => {
        close();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
    close,
  };
}

/** Drops a UTF-8 byte order mark, which some editors write and JSON does not have. It may come in parts. */
export function withoutMark(stream: ByteStream): ByteStream {
  const chunks = stream[Symbol.asyncIterator]();
  let first = true;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async (): Promise<IteratorResult<Uint8Array>> => {
        if (!first) return chunks.next();
        first = false;
        let head: Uint8Array = new Uint8Array(0);
        for (;;) {
          const next = await chunks.next();
          if (next.done === true) return head.length === 0 ? next : { done: false, value: head };
          // A piece is valid until the next is asked for; most often the first is enough, and is given on as it is.
          head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
          const begun = BYTE_ORDER_MARK.every((byte, index) => index >= head.length || head[index] === byte);
          if (begun && head.length < BYTE_ORDER_MARK.length) head = new Uint8Array(head);
          else return { done: false, value: begun ? head.subarray(BYTE_ORDER_MARK.length) : head };
        }
      },
      return: () => {
        stream.close();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
    close: () => stream.close(),
  };
}
