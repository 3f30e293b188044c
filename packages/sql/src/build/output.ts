// Writes a script to a file: aside and renamed, so that the old one is whole until the new one is; not at all where it would be the same bytes. Takes pieces,
// knows nothing of what stands in them.
import { chmodSync, closeSync, openSync, readSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SqlError } from "../errors.ts";
import type { Piece } from "./script.ts";

/** Small pieces are gathered to this size: a system call a separator would take longer than all the copying. */
const GATHER_BYTES: number = 256 * 1024;
/** What of an output is compared before the rest: as much as one read gives at once. */
const FIRST_BYTES = 4096;

export type Pieces = () => Iterable<Piece>;

/** A regular file there is compared before anything is written; a link is followed; a device or pipe is written to as it is. */
export class Output {
  readonly #path: string;
  readonly #before: Stats | undefined;
  readonly #onWritten: (bytes: number) => Promise<void>;

  /** @throws SqlError sql_output_failed for a folder. */
  constructor(path: string, onWritten: (bytes: number) => Promise<void>) {
    this.#before = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
    if (this.#before?.isDirectory() === true) throw new SqlError("sql_output_failed", `the output "${path}" is a folder; name a file in it`);
    // Of a device or pipe the name counts: /dev/stdout leads to a pipe that has none.
    this.#path = this.#before?.isFile() === true ? realpathSync(path) : path;
    this.#onWritten = onWritten;
  }

  /** @returns what was done. @throws SqlError sql_output_failed; what the pieces throw. The old file is as it was then, and nothing is left beside it. */
  async write(pieces: Pieces, bytes: number, early?: string): Promise<"written" | "unchanged"> {
    if (this.#before !== undefined && !this.#before.isFile()) {
      await this.#writeTo(this.#path, "w", pieces);
      return "written";
    }
    if (this.#before !== undefined && this.#before.size === bytes && isSame(this.#path, pieces)) {
      if (early !== undefined) rmSync(early, { force: true });
      return "unchanged";
    }
    const aside = early ?? asidePath(this.#path);
    try {
      if (early === undefined) await this.#writeTo(aside, "wx", pieces);
      attempt(this.#path, () => {
        if (this.#before !== undefined) chmodSync(aside, this.#before.mode & 0o7777);
        renameSync(aside, this.#path);
      });
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
    return "written";
  }

  async #writeTo(path: string, flags: "w" | "wx", pieces: Pieces): Promise<void> {
    const fd = attempt(this.#path, () => openSync(path, flags));
    try {
      for (const part of gathered(pieces())) {
        attempt(this.#path, () => {
          for (let done = 0; done < part.length; ) done += writeSync(fd, part, done);
        });
        await this.#onWritten(part.length);
      }
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * Where a script is written before it takes the output's place: in the same folder, or it could not be renamed. It is opened only where there is none of that
 * name, so that no good randomness is needed, which takes as long as reading ten files.
 */
export function asidePath(path: string): string {
  const random = Math.floor(Math.random() * 2 ** 32).toString(16);
  return join(dirname(path), `.${basename(path)}.${process.pid}-${random}.tmp`);
}

/** The regular file that an output is or will be, links followed; undefined for what is written to as it is. */
export function realOutput(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return path;
    return stats.isFile() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Small pieces as larger ones. A part is valid until the next one is asked for. */
export function* gathered(pieces: Iterable<Piece>): Generator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafe(GATHER_BYTES);
  let length = 0;
  for (const piece of pieces) {
    const text = typeof piece === "string";
    // Three bytes are the most that one UTF-16 unit can take.
    const most = text ? piece.length * 3 : piece.length;
    if (length > 0 && length + most > buffer.length) {
      yield buffer.subarray(0, length);
      length = 0;
    }
    if (text && most <= buffer.length) length += buffer.write(piece, length, "utf8");
    else if (text) yield Buffer.from(piece, "utf8");
    else if (length === 0 && piece.length >= buffer.length / 4) yield piece;
    else {
      buffer.set(piece, length);
      length += piece.length;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}

function isSame(path: string, pieces: Pieces): boolean {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    // It cannot be read; whether it can be replaced, the writing will tell.
    return false;
  }
  try {
    let there = Buffer.alloc(0);
    let position = 0;
    for (const part of gathered(pieces())) {
      // The header tells a hash: mostly the first bytes differ, and no more need be read.
      if (position === 0 && !begins(fd, part.subarray(0, FIRST_BYTES))) return false;
      if (there.length < part.length) there = Buffer.allocUnsafe(Math.max(part.length, GATHER_BYTES));
      let done = 0;
      while (done < part.length) {
        const count = readSync(fd, there, done, part.length - done, position + done);
        if (count === 0) return false;
        done += count;
      }
      if (Buffer.compare(there.subarray(0, part.length), part) !== 0) return false;
      position += part.length;
    }
    return true;
  } finally {
    closeSync(fd);
  }
}

function begins(fd: number, expected: Uint8Array): boolean {
  const there = Buffer.alloc(expected.length);
  return readSync(fd, there, 0, there.length, 0) === there.length && there.equals(expected);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new SqlError("sql_output_failed", `the output "${path}" could not be written: ${(error as Error).message}`, {}, { cause: error });
  }
}
