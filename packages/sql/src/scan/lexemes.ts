// Where a quoted thing or a comment ends: each function gets the offset behind what opened it and gives the offset behind its end, or -1 when the bytes end
// inside it. Rules and state names are those of PostgreSQL 15's src/backend/parser/scan.l.
import { BEGINS, BYTE, CONTINUES_TAG, DIGIT, SPACE } from "./classes.ts";

/** A loop over a few bytes is cheaper than a call; a long literal is left to Buffer's search. */
const NEAR = 64;

/** '…' without backslash escapes (states xq with standard_conforming_strings, xus): a doubled quote is one quote. */
export function endOfString(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = endOfBits(bytes, at);
    if (at < 0 || bytes[at] !== BYTE.quote) return at;
    at++;
  }
}

/** B'…' and X'…' (states xb, xh): the first quote ends it. */
export function endOfBits(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR, bytes.length);
  for (let at = from; at < near; at++) if (bytes[at] === BYTE.quote) return at + 1;
  const found = bytes.indexOf(BYTE.quote, near);
  return found < 0 ? -1 : found + 1;
}

/**
 * E'…' (state xe), or '…' with standard_conforming_strings off: a backslash takes the next byte with it, a doubled quote is one quote, and the literal goes on
 * behind white space with a newline (state xqs) when a quote follows; `continued` is told behind which quote.
 */
export function endOfEscapeString(bytes: Buffer, from: number, continued?: { at: number }): number {
  const length = bytes.length;
  let at = from;
  while (at < length) {
    const code = bytes[at];
    if (code === BYTE.backslash) at += 2;
    else if (code !== BYTE.quote) at++;
    else if (bytes[at + 1] === BYTE.quote) at += 2;
    else {
      const next = continuation(bytes, at + 1);
      if (next < 0) return at + 1;
      if (continued !== undefined) continued.at = next;
      at = next;
    }
  }
  return -1;
}

/** True when a backslash escapes a quote in [from, to). */
export function holdsEscapedQuote(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== BYTE.backslash) continue;
    at++;
    if (bytes[at] === BYTE.quote) return true;
  }
  return false;
}

/** Offset behind the quote that continues a literal which was closed before `from`, or -1: quotecontinue = white space with a newline, "--" comments, a quote. */
export function continuation(bytes: Buffer, from: number): number {
  let newline = false;
  let at = from;
  while (at < bytes.length) {
    const code = bytes[at] as number;
    if (BEGINS[code] === SPACE) {
      if (code === BYTE.newline || code === BYTE.carriageReturn) newline = true;
      at++;
    } else if (code === BYTE.minus && bytes[at + 1] === BYTE.minus) {
      at = endOfLineComment(bytes, at + 2);
    } else {
      return newline && code === BYTE.quote ? at + 1 : -1;
    }
  }
  return -1;
}

/** Behind the exponent of a number whose "e" is at `from`; `from` itself when no digits follow, so that it is a word. */
export function endOfExponent(bytes: Buffer, from: number): number {
  let at = from + 1;
  if (bytes[at] === BYTE.plus || bytes[at] === BYTE.minus) at++;
  if (BEGINS[bytes[at] as number] !== DIGIT) return from;
  while (at < bytes.length && BEGINS[bytes[at] as number] === DIGIT) at++;
  return at;
}

/** "…" (states xd, xui): a doubled quote is one quote. */
export function endOfIdentifier(bytes: Buffer, from: number): number {
  const length = bytes.length;
  for (let at = from; at < length; at++) {
    if (bytes[at] !== BYTE.doubleQuote) continue;
    if (bytes[at + 1] !== BYTE.doubleQuote) return at + 1;
    at++;
  }
  return -1;
}

/** Offset of the newline that ends a "--" comment, or the end of the bytes: a carriage return ends one too. */
export function endOfLineComment(bytes: Buffer, from: number): number {
  const length = bytes.length;
  let at = from;
  while (at < length && bytes[at] !== BYTE.newline && bytes[at] !== BYTE.carriageReturn) at++;
  return at;
}

/** Block comments nest (state xc). */
export function endOfBlockComment(bytes: Buffer, from: number): number {
  const length = bytes.length;
  let depth = 1;
  for (let at = from; at < length; at++) {
    const code = bytes[at];
    if (code === BYTE.star && bytes[at + 1] === BYTE.slash) {
      at++;
      if (--depth === 0) return at + 1;
    } else if (code === BYTE.slash && bytes[at + 1] === BYTE.star) {
      at++;
      depth++;
    }
  }
  return -1;
}

/** Offset behind the opening delimiter "$tag$" whose first "$" is at `from`, or -1 when there is none (dolqdelim). A tag does not begin with a digit. */
export function endOfDollarTag(bytes: Buffer, from: number): number {
  let at = from + 1;
  const first = bytes[at];
  if (first !== undefined && first >= 48 && first <= 57) return -1;
  while (at < bytes.length && CONTINUES_TAG[bytes[at] as number] === 1) at++;
  return bytes[at] === BYTE.dollar ? at + 1 : -1;
}

/** $tag$…$tag$ (state xdolq); the opening delimiter is [open, from). Nothing inside is special but the same delimiter. */
export function endOfDollarQuote(bytes: Buffer, open: number, from: number): number {
  const found = bytes.indexOf(bytes.subarray(open, from), from);
  return found < 0 ? -1 : found + (from - open);
}

/** Offset of the first byte from `from` on that is neither white space nor in a comment; the end of the bytes when a comment does not end. */
export function endOfBlank(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const code = bytes[at] as number;
    if (BEGINS[code] === SPACE) at++;
    else if (code === BYTE.minus && bytes[at + 1] === BYTE.minus) at = endOfLineComment(bytes, at + 2);
    else if (code === BYTE.slash && bytes[at + 1] === BYTE.star) {
      at = endOfBlockComment(bytes, at + 2);
      if (at < 0) return bytes.length;
    } else return at;
  }
  return bytes.length;
}
