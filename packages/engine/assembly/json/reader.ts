// A cursor over JSON text: the caller asks for what it expects next, value by value; no tree is built. A fault is recorded once, with its place.
// Every function that reads returns false after a fault, and nothing may be read then.
import {
  LIMIT_JSON_DEPTH,
  SYNTAX_COLON,
  SYNTAX_COMMA_ARRAY,
  SYNTAX_COMMA_OBJECT,
  SYNTAX_DEPTH,
  SYNTAX_DUPLICATE,
  SYNTAX_EMPTY,
  SYNTAX_END,
  SYNTAX_KEY,
  SYNTAX_KEYS,
  SYNTAX_NUMBER,
  SYNTAX_TRAILING,
  SYNTAX_VALUE,
} from "../generated/contract";
import { KEY_NO_MEMORY, KEY_TOO_MANY, KEY_TWICE, keyAdd, keysClose, keysOpen } from "./keys";
import { numberEnd, scanNumber } from "./number";
import { STRING_NO_MEMORY, STRING_OK, scanString, stringEnd, stringLen, stringPtr, stringReplaced } from "./string";

export const NO_FAULT: i32 = -1;
/** A fault that is not the text's: memory ran out. */
export const FAULT_NO_MEMORY: i32 = -2;

/** Bytes a key of the contract takes at most with comma, quotes and colon (the longest name has 10). */
const DUE_KEY_BYTES: usize = 32;

/** Next byte to read; end of the text. */
export let cursor: usize = 0;
let textStart: usize = 0;
let textEnd: usize = 0;

/** NO_FAULT, SYNTAX_… or FAULT_NO_MEMORY; where; and the bytes of what came there. */
export let faultKind: i32 = NO_FAULT;
export let faultAt: usize = 0;
export let faultBytes: usize = 0;
/** The key readKey read last, as it lies in the text, quotes included. */
export let keyAt: usize = 0;
export let keyBytes: usize = 0;
/** Whether any string read so far held bad UTF-8 or half a surrogate pair. */
export let replacedAny: bool = false;

/** Starts reading a text. A byte order mark in front is passed over. */
export function readerOpen(text: usize, length: usize): void {
  textStart = text;
  textEnd = text + length;
  cursor = text;
  faultKind = NO_FAULT;
  replacedAny = false;
  keysClose(0);
  if (length >= 3 && load<u16>(text) == 0xbbef && load<u8>(text, 2) == 0xbf) cursor += 3;
  skipSpace();
  if (cursor == textEnd) fail(SYNTAX_EMPTY, cursor, 0);
}

/** Records a fault; false, for the caller to return. */
export function fail(kind: i32, at: usize, bytes: usize): bool {
  faultKind = kind;
  faultAt = at;
  faultBytes = bytes;
  return false;
}

/** A fault at the cursor: the text ends there, or something else came. */
function unexpected(kind: i32): bool {
  if (cursor >= textEnd) return fail(SYNTAX_END, textEnd, 0);
  return fail(kind, cursor, wordBytes(cursor));
}

/** Bytes of the word or character at `at`, for a message. */
function wordBytes(at: usize): usize {
  let to = at;
  while (to < textEnd && to - at < 24) {
    const byte = <u32>load<u8>(to);
    const letter = byte | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2e || byte == 0x2d || byte == 0x2b || byte == 0x5f)) break;
    to++;
  }
  if (to > at) return to - at;
  // one character, with its continuation bytes
  to = at + 1;
  while (to < textEnd && (load<u8>(to) & 0xc0) == 0x80) to++;
  return to - at;
}

export function skipSpace(): void {
  // compact JSON has none: one comparison
  if (cursor < textEnd && load<u8>(cursor) <= 0x20) skipSpaces();
}

function skipSpaces(): void {
  let at = cursor;
  const end = textEnd;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) break;
    at++;
  }
  cursor = at;
}

/** The byte of the value or mark at the cursor; 0 at the end. */
export function peek(): u32 {
  return cursor < textEnd ? <u32>load<u8>(cursor) : 0;
}

/** Whether nothing but white space is left. */
export function readEnd(): bool {
  skipSpace();
  return cursor == textEnd ? true : unexpected(SYNTAX_TRAILING);
}

/** Reads the string at the cursor (a quote is there) into stringPtr, stringLen, stringCodePoints of string.ts. */
export function readString(copy: bool): bool {
  const from = cursor;
  const status = scanString(cursor + 1, textEnd, copy);
  if (status != STRING_OK) return stringFault(status, from);
  cursor = stringEnd;
  if (stringReplaced) replacedAny = true;
  return true;
}

function stringFault(status: i32, from: usize): bool {
  if (status == STRING_NO_MEMORY) return fail(FAULT_NO_MEMORY, from, 0);
  // of an escape: the backslash and the whole character behind it
  let to = min(stringEnd + 2, textEnd);
  while (to < textEnd && (load<u8>(to) & 0xc0) == 0x80) to++;
  return fail(status, stringEnd, to - stringEnd);
}

/** Reads the number at the cursor (a minus or a digit is there) into numberValue of number.ts. */
export function readNumber(): bool {
  const from = cursor;
  if (!scanNumber(cursor, textEnd)) return fail(SYNTAX_NUMBER, from, wordBytes(from));
  cursor = numberEnd;
  // "01", "1.e", "0x1": the grammar's number ends, but no value may follow it
  if (cursor < textEnd && wordGoesOn()) return fail(SYNTAX_NUMBER, from, wordBytes(from));
  return true;
}

function wordGoesOn(): bool {
  const byte = <u32>load<u8>(cursor);
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || byte == 0x2e || byte == 0x2b || byte == 0x2d || byte == 0x5f;
}

/** Reads true, false or null at the cursor: 1, 0, 2; −1: a fault. */
export function readWord(): i32 {
  const left = textEnd - cursor;
  let value = -1;
  if (left >= 4 && load<u32>(cursor) == 0x65757274) {
    cursor += 4;
    value = 1;
  } else if (left >= 4 && load<u32>(cursor) == 0x6c6c756e) {
    cursor += 4;
    value = 2;
  } else if (left >= 5 && load<u32>(cursor) == 0x736c6166 && load<u8>(cursor, 4) == 0x65) {
    cursor += 5;
    value = 0;
  }
  if (value < 0 || (cursor < textEnd && wordGoesOn())) {
    unexpected(SYNTAX_VALUE);
    return -1;
  }
  return value;
}

/** Opens the object or array at the cursor. `depth`: how many are open around it. */
export function readOpen(depth: i32): bool {
  if (depth >= LIMIT_JSON_DEPTH) return fail(SYNTAX_DEPTH, cursor, 1);
  cursor++;
  skipSpace();
  return true;
}

/** After readOpen of an object: the next key, into stringPtr and stringLen, with the cursor at its value; 0: the object ended; −1: a fault. `first`: no key was read yet. */
export function readKey(first: bool): i32 {
  skipSpace();
  let byte = peek();
  if (byte == 0x7d) {
    cursor++;
    return 0;
  }
  if (!first) {
    if (byte != 0x2c) {
      unexpected(SYNTAX_COMMA_OBJECT);
      return -1;
    }
    cursor++;
    skipSpace();
    byte = peek();
  }
  if (byte != 0x22) {
    unexpected(SYNTAX_KEY);
    return -1;
  }
  keyAt = cursor;
  if (!readString(true)) return -1;
  keyBytes = cursor - keyAt;
  skipSpace();
  if (peek() != 0x3a) {
    unexpected(SYNTAX_COLON);
    return -1;
  }
  cursor++;
  skipSpace();
  return 1;
}

/**
 * After readOpen of an object: reads the key `name` where it comes next, written with no white space or escape, as readKey would; false: it does not, and nothing was read.
 * A name has 1 to 16 bytes.
 */
export function readDueKey(name: usize, length: usize, first: bool): bool {
  let at = cursor;
  if (textEnd - at < DUE_KEY_BYTES) return false;
  if (!first) {
    if (load<u8>(at) != 0x2c) return false;
    at++;
  }
  if (load<u8>(at) != 0x22) return false;
  const key = at + 1;
  // eight bytes at a time; those behind a short name are shifted out (DUE_KEY_BYTES are there to read, and static data lies behind every name)
  if (length <= 8) {
    if ((load<u64>(key) ^ load<u64>(name)) << ((<u64>(8 - length)) << 3) != 0) return false;
  } else {
    if (load<u64>(key) != load<u64>(name)) return false;
    for (let i: usize = 8; i < length; i++) if (load<u8>(key + i) != load<u8>(name + i)) return false;
  }
  if (load<u16>(key + length) != 0x3a22) return false;
  keyAt = at;
  keyBytes = length + 2;
  cursor = key + length + 2;
  skipSpace();
  return true;
}

/** After readOpen of an array: 1: an element is at the cursor; 0: the array ended; −1: a fault. */
export function readElement(first: bool): i32 {
  skipSpace();
  const byte = peek();
  if (byte == 0x5d) {
    cursor++;
    return 0;
  }
  if (first) return 1;
  if (byte != 0x2c) {
    unexpected(SYNTAX_COMMA_ARRAY);
    return -1;
  }
  cursor++;
  skipSpace();
  if (peek() == 0x5d) {
    unexpected(SYNTAX_VALUE);
    return -1;
  }
  return 1;
}

/** Notes the key just read among those of its object (keysOpen gave `first`); false and a fault where it was there. */
export function noteKey(first: u32): bool {
  const status = keyAdd(first, stringPtr, stringLen);
  if (status == KEY_TWICE) return fail(SYNTAX_DUPLICATE, keyAt, keyBytes);
  if (status == KEY_TOO_MANY) return fail(SYNTAX_KEYS, keyAt, 0);
  if (status == KEY_NO_MEMORY) return fail(FAULT_NO_MEMORY, keyAt, 0);
  return true;
}

/** Reads past any value, checked as strictly as one that is used. `depth`: how many are open around it. */
export function skipValue(depth: i32): bool {
  const byte = peek();
  if (byte == 0x22) return readString(false);
  if (byte == 0x2d || byte - 0x30 < 10) return readNumber();
  if (byte == 0x7b) {
    if (!readOpen(depth)) return false;
    const firstKey = keysOpen();
    for (let first = true; ; first = false) {
      const more = readKey(first);
      if (more < 0) return false;
      if (more == 0) break;
      if (!noteKey(firstKey) || !skipValue(depth + 1)) return false;
    }
    keysClose(firstKey);
    return true;
  }
  if (byte == 0x5b) {
    if (!readOpen(depth)) return false;
    for (let first = true; ; first = false) {
      const more = readElement(first);
      if (more < 0) return false;
      if (more == 0) return true;
      if (!skipValue(depth + 1)) return false;
    }
  }
  return readWord() >= 0;
}

/** The line of a place in the text, from 1, and its column in code points, from 1. */
export function lineOf(at: usize): u32 {
  let line: u32 = 1;
  for (let p = textStart; p < at; p++) if (load<u8>(p) == 0x0a) line++;
  return line;
}
export function columnOf(at: usize): u32 {
  let column: u32 = 1;
  for (let p = textStart; p < at; p++) {
    const byte = load<u8>(p);
    if (byte == 0x0a) column = 1;
    else if ((byte & 0xc0) != 0x80) column++;
  }
  return column;
}
