// Reads one file into room that the engine gives and leads it on to process.ts. Tells a file that changes or vanishes while it is read. Used by every engine.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, readSync, type Stats } from "node:fs";
import { SqlError } from "../errors.ts";
import type { FoundFile } from "../input/find.ts";
import { changed, largeContents, openFile } from "../script/large.ts";
import type { Slabs } from "./memory.ts";
import { type ContentSettings, type Processed, processLarge, processWhole, WHOLE_FILE_BYTES } from "./process.ts";

/** Up to a page is read by the system at once; what is longer may be written to between two pages, so its times are compared. */
const AT_ONCE_BYTES = 4096;

/** `keep`: the contents are wanted later. @throws SqlError sql_file_unreadable, sql_file_changed, and what processing throws. */
export function readAndProcess(file: FoundFile, settings: ContentSettings, slabs: Slabs, keep: boolean): Processed {
  const read = readWhole(file, slabs, keep);
  if (read === undefined) return processLarge(file.absolute, file.path, settings);
  const { bytes, kept } = read;
  const processed: { -readonly [Field in keyof Processed]: Processed[Field] } = processWhole(bytes, file.path, settings, true);
  if (!kept || processed.contents === undefined) {
    processed.contents = undefined;
    return processed;
  }
  if (processed.contents.buffer !== bytes.buffer) {
    // A filter or the removal of carriage returns made them anew: never longer than the file, but for the line feed.
    const room = new Uint8Array(bytes.buffer, bytes.byteOffset, processed.contents.length);
    room.set(processed.contents);
    processed.contents = room;
  }
  slabs.keep(processed.contents.byteOffset + processed.contents.length - bytes.byteOffset);
  return processed;
}

/**
 * Contents of a file that were not kept, in pieces of which each is valid until the next one is asked for.
 * @throws SqlError sql_file_changed when they are not those that were hashed: at the end, where the file is a large one.
 */
export function* readAgain(file: FoundFile, settings: ContentSettings, slabs: Slabs, sha256: string): Generator<Uint8Array, void, undefined> {
  const read = readWhole(file, slabs, false);
  if (read !== undefined) {
    const { contents, sha256: now } = processWhole(read.bytes, file.path, settings, true);
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

/** The file's bytes, with one byte of room behind them; undefined for one that is too large to be held. */
function readWhole({ absolute, path }: FoundFile, slabs: Slabs, keep: boolean): { bytes: Uint8Array; kept: boolean } | undefined {
  const fd = openFile(absolute, path);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new SqlError("sql_file_unreadable", "cannot be read: it is not a regular file", { file: path });
    if (stats.size > WHOLE_FILE_BYTES) return undefined;
    // One byte more than it has: a full read says that it grew. And room for the line feed that it may lack.
    const { bytes, kept } = slabs.room(stats.size + 1, keep);
    const count = readAll(fd, bytes, stats.size, path);
    if (count !== stats.size || (count > AT_ONCE_BYTES && touched(stats, fstatSync(fd)))) throw changed(path);
    return { bytes: bytes.subarray(0, count), kept };
  } finally {
    closeSync(fd);
  }
}

/** @returns how many bytes there are, at most size + 1. */
function readAll(fd: number, bytes: Uint8Array, size: number, path: string): number {
  let done = 0;
  try {
    while (done <= size) {
      const count = readSync(fd, bytes, done, size + 1 - done, null);
      done += count;
      // A regular file gives less than asked for only at its end.
      if (count === 0 || done === size) break;
    }
  } catch (error) {
    throw new SqlError("sql_file_unreadable", `cannot be read: ${(error as Error).message}`, { file: path }, { cause: error });
  }
  return done;
}

function touched(before: Stats, after: Stats): boolean {
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs || before.ctimeMs !== after.ctimeMs;
}
