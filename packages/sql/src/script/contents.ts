// One file's bytes as they go into the script: BOM removed, valid UTF-8 without NUL, line ends as asked, exactly one line feed at the end.
// Works on bytes in memory; stream.ts does the same for files that do not fit. It does not know the file's place in the script.
import { isUtf8 } from "node:buffer";
import { indexOfByte } from "../bytes.ts";
import { SqlError } from "../errors.ts";

export type Eol = "keep" | "lf";

const LF = 0x0a;
const CR = 0x0d;

/** Whether the bytes begin with U+FEFF in UTF-8. */
export function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/**
 * Contents of a file of which `bytes` holds all. With `owned` the buffer is the caller's to change and has one byte of room behind `bytes`: the contents are then
 * a view of it. Without, `bytes` is left as it is, and the contents are a view of it or a copy.
 * @throws SqlError sql_encoding_invalid with the byte (counted in the file, from 0) and the line.
 */
export function contentsOf(bytes: Uint8Array, file: string, eol: Eol, owned: boolean): Uint8Array {
  checkText(bytes, file);
  const text = hasBom(bytes) ? bytes.subarray(3) : bytes;
  return eol === "lf" && indexOfByte(text, CR) >= 0 ? ended(withoutCarriageReturns(text), true) : ended(text, owned);
}

/** @throws SqlError sql_encoding_invalid unless the bytes are UTF-8 without NUL (which PostgreSQL takes in no text, and psql skips). */
export function checkText(bytes: Uint8Array, file: string): void {
  if (isUtf8(bytes) && indexOfByte(bytes, 0) < 0) return;
  const valid = validPrefix(bytes);
  const nul = indexOfByte(bytes.subarray(0, valid), 0);
  throw badByte(bytes, nul < 0 ? valid : nul, file, { byte: 0, line: 1 });
}

/** The error for a byte at `index` of `bytes`, which begin at `base` in the file. */
export function badByte(bytes: Uint8Array, index: number, file: string, base: { readonly byte: number; readonly line: number }): SqlError {
  let line = base.line;
  for (let at = indexOfByte(bytes, LF); at >= 0 && at < index; at = indexOfByte(bytes, LF, at + 1)) line++;
  const byte = base.byte + index;
  const value = `0x${(bytes[index] ?? 0).toString(16).padStart(2, "0")}`;
  const wide = byte <= 1 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes[index] === 0);
  const cure = wide ? "the file looks like UTF-16; save it as UTF-8" : "save the file as UTF-8";
  return new SqlError("sql_encoding_invalid", bytes[index] === 0 ? `a NUL at byte ${byte}; ${cure}` : `invalid UTF-8 at byte ${byte} (${value}); ${cure}`, {
    file,
    line,
    byte,
  });
}

/** Length of the longest prefix that is whole, valid UTF-8: where the first ill-formed sequence begins. Slow, for errors alone. */
export function validPrefix(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const next = at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
    if (lead >= 0x80 && (next > bytes.length || !isUtf8(bytes.subarray(at, next)))) return at;
    at = next;
  }
  return at;
}

/** CR LF as LF; a CR alone stays. */
export function withoutCarriageReturns(text: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(text.length + 1);
  let length = 0;
  let start = 0;
  for (let at = indexOfByte(text, CR); at >= 0; at = indexOfByte(text, CR, at + 1)) {
    if (text[at + 1] !== LF) continue;
    out.set(text.subarray(start, at), length);
    length += at - start;
    start = at + 1;
  }
  out.set(text.subarray(start), length);
  return out.subarray(0, length + text.length - start);
}

/** Where the line ends at the end begin: all CR and LF there go, one LF takes their place. */
export function endOf(text: Uint8Array): number {
  let end = text.length;
  while (end > 0 && (text[end - 1] === LF || text[end - 1] === CR)) end--;
  return end;
}

/** With exactly one line feed at the end: in place where the bytes have it, or are `owned` with a byte of room behind them. */
export function ended(text: Uint8Array, owned: boolean): Uint8Array {
  const end = endOf(text);
  if (text[end] === LF) return end + 1 === text.length ? text : text.subarray(0, end + 1);
  const whole = owned ? new Uint8Array(text.buffer, text.byteOffset, end + 1) : Buffer.allocUnsafe(end + 1);
  if (!owned) whole.set(text.subarray(0, end));
  whole[end] = LF;
  return whole;
}
