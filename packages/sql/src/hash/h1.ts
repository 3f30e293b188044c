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
const ASCII = /^[\0-\x7f]*$/;

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
    // All content hashes at once, and frames as one text whose characters are bytes: a call of Buffer's for each file takes longer than the hashing.
    let digits = "";
    for (let index = 0; index < files.length; index++) digits += (files[index] as HashedFile).sha256;
    const contents = Buffer.from(digits, "hex");
    if (contents.length !== files.length * SHA256_BYTES) throw new RangeError("a file's sha256 is not 64 hexadecimal digits");
    const hashes = contents.toString("latin1");
    const starts = new Uint32Array(files.length);
    let text = PREFIX;
    for (let index = 0; index < files.length; index++) {
      const path = asBytes((files[index] as HashedFile).path);
      text += lengthOf(path) + path;
      starts[index] = text.length;
      text += hashes.slice(index * SHA256_BYTES, (index + 1) * SHA256_BYTES);
    }
    return new Frames(Buffer.from(text, "latin1"), starts, files);
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

/** The bytes of its UTF-8 as characters. */
function asBytes(path: string): string {
  return ASCII.test(path) ? path : Buffer.from(path, "utf8").toString("latin1");
}

/** 4 bytes, big-endian. */
function lengthOf({ length }: string): string {
  return String.fromCharCode(length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255);
}
