// The version hash of a schema, h1: docs/sql.md defines it, with test vectors. Takes paths and content hashes in build order; it reads no file.
import { createHash } from "node:crypto";

export interface HashedFile {
  /** Canonical. */
  readonly path: string;
  /** SHA-256 of the contents as they stand in the script, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Tells a hash of this definition from any other use of SHA-256 over the same frames. */
const PREFIX = "haforu-sql-h1\n";
const SHA256_BYTES = 32;

/**
 * "h1:" and, in hexadecimal, SHA-256 over the prefix and for each file, in order: length of the path in UTF-8 bytes as 4 bytes, big-endian; the path; the 32 bytes of its content hash.
 */
export function h1(files: readonly HashedFile[]): string {
  const hash = createHash("sha256").update(PREFIX);
  let frames = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  for (const { path, sha256 } of files) {
    // Three bytes are the most that one UTF-16 unit can take.
    const most = 4 + path.length * 3 + SHA256_BYTES;
    if (length + most > frames.length) {
      hash.update(frames.subarray(0, length));
      if (most > frames.length) frames = Buffer.allocUnsafe(most);
      length = 0;
    }
    const bytes = frames.write(path, length + 4, "utf8");
    frames.writeUInt32BE(bytes, length);
    length += 4 + bytes;
    length += frames.write(sha256, length, "hex");
  }
  return `h1:${hash.update(frames.subarray(0, length)).digest("hex")}`;
}
