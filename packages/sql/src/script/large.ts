// A file that is not held in memory: its contents (as contents.ts has them) in pieces, with a bounded buffer, and the certainty that it did not change meanwhile.
import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { indexOfByte } from "../bytes.ts";
import { SqlError } from "../errors.ts";
import { badByte, type Eol, hasBom, validPrefix, withoutCarriageReturns } from "./contents.ts";

/** Room for one read. */
export const PIECE_BYTES: number = 4 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NEWLINE: Uint8Array = Uint8Array.of(LF);

/** Opens a regular file for reading without waiting (a pipe would, for a writer). @throws SqlError sql_file_unreadable. */
export function openFile(absolute: string, file: string): number {
  try {
    return openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const vanished = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (vanished) throw new SqlError("sql_file_changed", "vanished while the script was built; run it again", { file }, { cause: error });
    throw new SqlError("sql_file_unreadable", `cannot be read: ${(error as Error).message}`, { file }, { cause: error });
  }
}

export function changed(file: string): SqlError {
  return new SqlError("sql_file_changed", "changed while it was read; run it again", { file });
}

/**
 * The contents in pieces. A piece is valid until the next one is asked for: they share a buffer.
 * @throws SqlError sql_file_unreadable, sql_file_changed, sql_encoding_invalid.
 */
export function* largeContents(absolute: string, file: string, eol: Eol): Generator<Uint8Array, void, undefined> {
  const fd = openFile(absolute, file);
  try {
    const before = fstatSync(fd, { bigint: true });
    const size = Number(before.size);
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const end = endOfFile(fd, size, buffer, file);
    let line = 1;
    /** Bytes at the buffer's front that were read before: the beginning of a sequence, or a CR whose LF may follow. */
    let kept = 0;
    for (let at = 0; at < end; ) {
      const count = readAt(fd, buffer, kept, Math.min(buffer.length - kept, end - at), at, file);
      const base = at - kept;
      at += count;
      const bytes = buffer.subarray(0, kept + count);
      const last = at === end;
      let usable = last ? bytes.length : wholeSequences(bytes);
      if (!isUtf8(bytes.subarray(0, usable)) || indexOfByte(bytes, 0) >= 0) {
        const valid = validPrefix(bytes.subarray(0, usable));
        const nul = indexOfByte(bytes.subarray(0, valid), 0);
        throw badByte(bytes, nul < 0 ? valid : nul, file, { byte: base, line });
      }
      if (eol === "lf" && !last && usable > 0 && bytes[usable - 1] === CR) usable--;
      const text = bytes.subarray(base === 0 && hasBom(bytes) ? 3 : 0, usable);
      line += lineFeeds(text);
      yield eol === "lf" && indexOfByte(text, CR) >= 0 ? withoutCarriageReturns(text) : text;
      kept = bytes.length - usable;
      buffer.copy(buffer, 0, usable, bytes.length);
    }
    yield NEWLINE;
    const after = fstatSync(fd, { bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) throw changed(file);
  } finally {
    closeSync(fd);
  }
}

/** Where the CR and LF at the file's end begin, found from the end: a run of them may be longer than the buffer. */
function endOfFile(fd: number, size: number, buffer: Buffer, file: string): number {
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - buffer.length);
    const count = readAt(fd, buffer, 0, end - from, from, file);
    for (let at = count; at > 0; at--) if (buffer[at - 1] !== LF && buffer[at - 1] !== CR) return from + at;
    end = from;
  }
  return 0;
}

/** Reads all that was asked for; a file that has become shorter has changed. */
function readAt(fd: number, buffer: Buffer, offset: number, length: number, position: number, file: string): number {
  for (let done = 0; done < length; ) {
    let count: number;
    try {
      count = readSync(fd, buffer, offset + done, length - done, position + done);
    } catch (error) {
      throw new SqlError("sql_file_unreadable", `cannot be read: ${(error as Error).message}`, { file }, { cause: error });
    }
    if (count === 0) throw changed(file);
    done += count;
  }
  return length;
}

/** Length without a sequence that is cut by the end. */
function wholeSequences(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function lineFeeds(text: Uint8Array): number {
  let count = 0;
  for (let at = indexOfByte(text, LF); at >= 0; at = indexOfByte(text, LF, at + 1)) count++;
  return count;
}
