// Words: the constant pieces of a line, each a static table of its length (one byte, ≤ 255) and its bytes, made by words.mjs.
// A word is copied 16 bytes at a time: it may read and spoil up to 15 bytes behind its end, which the output buffer's slack and the static memory allow.
import { outAdvanceTo, outCursor, outReserve } from "./out";

/** Appends a word of generated/words.ts. */
export function putWord(word: usize): void {
  if (!outReserve(<usize>load<u8>(word))) return;
  outAdvanceTo(writeWord(outCursor(), word));
}

/** Writes a word at `at` (room for its length and OUT_SLACK_BYTES); the byte behind it. */
export function writeWord(at: usize, word: usize): usize {
  const length = <usize>load<u8>(word);
  word += 1;
  v128.store(at, v128.load(word));
  for (let i: usize = 16; i < length; i += 16) v128.store(at + i, v128.load(word + i));
  return at + length;
}
