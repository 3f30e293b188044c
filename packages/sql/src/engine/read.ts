// Reads one file into room that the engine gives and leads it on to process.ts. Tells a file that changes or vanishes while it is read. Used by every engine.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, readSync, type Stats } from "node:fs";
import { SqlError } from "../errors.ts";
import type { FoundFile } from "../input/find.ts";
import { changed, largeContents, openFile } from "../script/large.ts";
import type { Slabs } from "./memory.ts";
import { type ContentSettings, type Processed, processLarge, processWhole, WHOLE_FILE_BYTES } from "./process.ts";

/** Up to a page is read by the system at once; what is longer may be written to between two pages, so its size and times are compared. */
const AT_ONCE_BYTES = 4096;
const LF = 0x0a;

type Open<T> = { -readonly [Field in keyof T]: T[Field] };

/** `keep`: the contents are wanted later. @throws SqlError sql_file_unreadable, sql_file_changed, and what processing throws. */
export function readAndProcess(file: FoundFile, settings: ContentSettings, slabs: Slabs, keep: boolean): Processed {
  const read = readWhole(file, slabs, keep);
  if (read === undefined) return processLarge(file.absolute, file.path, settings);
  if (slabs.kept) {
    const processed = processRead(read, file, settings);
    slabs.keep((processed.contents?.byteOffset ?? 0) + processed.bytes - read.byteOffset);
    return processed;
  }
  const processed: Open<Processed> = processWhole(read, file.path, settings, true);
  processed.contents = undefined;
  return processed;
}

/** The first half of {@link readAndProcess}, for a file that is read long before it is processed; undefined for one that is not of up to a page, or that cannot be kept. @throws as that. */
export function readAhead({ absolute, path }: FoundFile, slabs: Slabs): Buffer | undefined {
  const fd = openFile(absolute, path);
  try {
    const read = readSmall(fd, path, slabs, true);
    if (read === undefined || !slabs.kept) return undefined;
    slabs.keep(read.length);
    return read;
  } finally {
    closeSync(fd);
  }
}

/** The second half: `read` is the file's bytes, in room that stays. */
export function processRead(read: Buffer, file: FoundFile, settings: ContentSettings): Processed {
  const processed: Open<Processed> = processWhole(read, file.path, settings, true);
  const { contents } = processed;
  if (contents !== undefined && contents.buffer !== read.buffer) {
    // A filter or the removal of carriage returns made them anew: never longer than the file, but for the line feed.
    const room = new Uint8Array(read.buffer, read.byteOffset, contents.length);
    room.set(contents);
    processed.contents = room;
  }
  return processed;
}

/**
 * Contents of a file that were not kept, in pieces of which each is valid until the next one is asked for.
 * @throws SqlError sql_file_changed when they are not those that were hashed: at the end, where the file is a large one.
 */
export function* readAgain(file: FoundFile, settings: ContentSettings, slabs: Slabs, sha256: string): Generator<Uint8Array, void, undefined> {
  const read = readWhole(file, slabs, false);
  if (read !== undefined) {
    const { contents, sha256: now } = processWhole(read, file.path, settings, true);
    if (now !== sha256 || contents === undefined) throw changed(file.path);
    yield contents;
    return;
  }
  const hash = createHash("sha256");
  for (const piece of largeContents(file.absolute, file.path, settings.eol)) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest("hex") !== sha256) throw changed(file.path);
}

/** The file's bytes in the slabs' room, with one byte of room behind them; undefined for one that is too large to be held. */
function readWhole({ absolute, path }: FoundFile, slabs: Slabs, keep: boolean): Buffer | undefined {
  const fd = openFile(absolute, path);
  try {
    return readSmall(fd, path, slabs, keep) ?? readLarger(fd, path, slabs, keep);
  } finally {
    closeSync(fd);
  }
}

/**
 * A file of up to a page: one read and nothing else, since asking for its size takes as long as reading it. What one read gives is the file at one moment.
 * undefined where that is not certain: it is longer or empty, or it ends in the middle of a line, where a file system that gives less than was asked for would
 * cut it. (A pipe that took a file's place has no byte 0 to read from, and fails.)
 */
function readSmall(fd: number, path: string, slabs: Slabs, keep: boolean): Buffer | undefined {
  slabs.room(AT_ONCE_BYTES + 2, keep);
  const { bytes, offset } = slabs;
  const count = readAt(fd, bytes, offset, AT_ONCE_BYTES + 1, 0, path);
  const end = offset + count;
  return count > 0 && count <= AT_ONCE_BYTES && bytes[end - 1] === LF ? bytes.subarray(offset, end) : undefined;
}

function readLarger(fd: number, path: string, slabs: Slabs, keep: boolean): Buffer | undefined {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw new SqlError("sql_file_unreadable", "cannot be read: it is not a regular file", { file: path });
  if (stats.size > WHOLE_FILE_BYTES) return undefined;
  // One byte more than it has: a full read says that it grew. And room for the line feed that it may lack.
  slabs.room(stats.size + 1, keep);
  const { bytes, offset } = slabs;
  let done = 0;
  while (done <= stats.size) {
    const count = readAt(fd, bytes, offset + done, stats.size + 1 - done, done, path);
    done += count;
    // A regular file gives less than asked for only at its end.
    if (count === 0 || done === stats.size) break;
  }
  if (done !== stats.size || (done > AT_ONCE_BYTES && touched(stats, fstatSync(fd)))) throw changed(path);
  return bytes.subarray(offset, offset + done);
}

function readAt(fd: number, bytes: Buffer, offset: number, length: number, position: number, path: string): number {
  try {
    return readSync(fd, bytes, offset, length, position);
  } catch (error) {
    throw new SqlError("sql_file_unreadable", `cannot be read: ${(error as Error).message}`, { file: path }, { cause: error });
  }
}

function touched(before: Stats, after: Stats): boolean {
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs || before.ctimeMs !== after.ctimeMs;
}
