// The version hash of a schema, h1: docs/sql.md defines it, with test vectors. Takes paths and content hashes in build order; it reads no file.
import { hash } from "node:crypto";

export interface HashedFile {
  /** Canonical. */
  readonly path: string;
  /** SHA-256 of the contents as they stand in the script, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Tells a hash of this definition from any other use of SHA-256 over the same frames. */
const PREFIX = "haforu-sql-h1\n";
const SHA256_BYTES = 32;
const LENGTH_BYTES = 4;

/**
 * "h1:" and, in hexadecimal, SHA-256 over the prefix and for each file, in order: length of the path in UTF-8 bytes as 4 bytes, big-endian; the path; the 32 bytes of its content hash.
 * @throws RangeError for a content hash that is not 64 hexadecimal digits.
 */
export function h1(files: readonly HashedFile[]): string {
  return Frames.of(files).hash();
}

/** What the hash is taken over: kept by who hashes the same paths again and again. */
export class Frames {
  readonly #bytes: Buffer;
  /** Where each file's content hash begins. */
  readonly #starts: Uint32Array;
  #files: readonly HashedFile[];

  private constructor(bytes: Buffer, starts: Uint32Array, files: readonly HashedFile[]) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#files = files;
  }

  /** @throws as h1. */
  static of(files: readonly HashedFile[]): Frames {
    // All content hashes at once, and bytes copied by hand: a call of Buffer's for each file takes longer than the hashing.
    let digits = "";
    let most = PREFIX.length;
    for (const { path, sha256 } of files) {
      digits += sha256;
      // Three bytes are the most that one UTF-16 unit can take.
      most += LENGTH_BYTES + path.length * 3 + SHA256_BYTES;
    }
    const contents = Buffer.from(digits, "hex");
    if (contents.length !== files.length * SHA256_BYTES) throw new RangeError("a file's sha256 is not 64 hexadecimal digits");
    const frames = Buffer.allocUnsafe(most);
    const starts = new Uint32Array(files.length);
    let length = frames.write(PREFIX, "latin1");
    let from = 0;
    for (const [index, { path }] of files.entries()) {
      const bytes = writePath(frames, path, length + LENGTH_BYTES);
      frames.writeUInt32BE(bytes, length);
      length += LENGTH_BYTES + bytes;
      starts[index] = length;
      for (const end = from + SHA256_BYTES; from < end; ) frames[length++] = contents[from++] as number;
    }
    return new Frames(frames.subarray(0, length), starts, files);
  }

  /** These frames with other contents of some files; undefined where the paths are others. What was before is gone. */
  next(files: readonly HashedFile[]): Frames | undefined {
    if (files.length !== this.#files.length) return undefined;
    const changed: number[] = [];
    for (let index = 0; index < files.length; index++) {
      const [now, old] = [files[index] as HashedFile, this.#files[index] as HashedFile];
      if (now === old) continue;
      if (now.path !== old.path) return undefined;
      changed.push(index);
    }
    for (const index of changed) this.#bytes.write((files[index] as HashedFile).sha256, this.#starts[index] as number, "hex");
    this.#files = files;
    return this;
  }

  hash(): string {
    return `h1:${hash("sha256", this.#bytes, "hex")}`;
  }
}

/** @returns how many bytes of UTF-8 it takes. */
function writePath(frames: Buffer, path: string, at: number): number {
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code > 0x7f) return frames.write(path, at, "utf8");
    frames[at + i] = code;
  }
  return path.length;
}
