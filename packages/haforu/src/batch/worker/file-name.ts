// A job's id as the name of a file: safe on every file system, different for different ids, readable where possible.

import { createHash } from "node:crypto";

/** Most file systems take 255 bytes; room is left for the ending of a file under way. */
const NAME_BYTES_MAX = 200;
const DIGEST_DIGITS = 16;
/** Names that Windows keeps for devices, whatever the ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** Everything but these is written as %XX, byte by byte of UTF-8: different ids are different names. (Where a file system
 * takes upper and lower case for the same, the second such id gets output_exists.) */
const PLAIN = /^[A-Za-z0-9_.+=@-]$/;

/** `extension` without the dot. */
export function fileNameOf(id: string, extension: string): string {
  let name = "";
  for (const byte of Buffer.from(id)) {
    const character = String.fromCharCode(byte);
    const plain = byte < 0x80 && (PLAIN.test(character) || (name !== "" && character === " "));
    name += plain ? character : escaped(byte);
  }
  // A leading dot hides a file, ".." is a folder, and a reserved word is a device.
  if (name.startsWith(".") || name.startsWith("-") || RESERVED.test(name)) {
    name = escaped(name.charCodeAt(0)) + name.slice(1);
  }
  if (name.length > NAME_BYTES_MAX) {
    const digest = createHash("sha256").update(id).digest("hex").slice(0, DIGEST_DIGITS);
    name = `${name.slice(0, NAME_BYTES_MAX - DIGEST_DIGITS - 1)}~${digest}`;
  }
  return `${name}.${extension}`;
}

function escaped(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
