// One JSON string: from behind its opening quote to behind its closing one. A string without escapes or bad bytes is used where it lies;
// another is written into the arena. Bad UTF-8 becomes U+FFFD, one for each maximal ill-formed part; so does half a surrogate pair.
import { SYNTAX_CONTROL, SYNTAX_ESCAPE, SYNTAX_HEX, SYNTAX_STRING_OPEN } from "../generated/contract";
import { arenaAlloc } from "../native";

/** What scanString gives besides SYNTAX_… faults. */
export const STRING_OK: i32 = -1;
export const STRING_NO_MEMORY: i32 = -2;

/** The string: UTF-8, well-formed. */
export let stringPtr: usize = 0;
export let stringLen: usize = 0;
export let stringCodePoints: usize = 0;
/** Behind the closing quote; where a fault is, the fault's place. */
export let stringEnd: usize = 0;
/** Whether something was replaced by U+FFFD. */
export let stringReplaced: bool = false;

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const REPLACEMENT: u32 = 0xfffd;

/** Reads the string whose first byte behind the quote is at `from`. `copy`: an escaped string is written out, otherwise it is only checked. */
export function scanString(from: usize, end: usize, copy: bool): i32 {
  let at = from;
  // the usual string: ASCII, no escape
  while (end - at >= 16) {
    const chunk = v128.load(at);
    const special = i8x16.bitmask(
      v128.or(v128.or(i8x16.lt_s(chunk, i8x16.splat(0x20)), i8x16.eq(chunk, i8x16.splat(0x22))), i8x16.eq(chunk, i8x16.splat(0x5c))),
    );
    if (special != 0) {
      at += <usize>ctz(special);
      if (load<u8>(at) != QUOTE) break;
      stringPtr = from;
      stringLen = at - from;
      stringCodePoints = at - from;
      stringEnd = at + 1;
      stringReplaced = false;
      return STRING_OK;
    }
    at += 16;
  }
  stringReplaced = false;
  let codePoints = at - from;
  let outLength = at - from;
  let same = true; // output is the input's bytes
  while (true) {
    if (at >= end) {
      stringEnd = end;
      return SYNTAX_STRING_OPEN;
    }
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) break;
    codePoints++;
    if (byte < 0x80) {
      if (byte < 0x20) {
        stringEnd = at;
        return SYNTAX_CONTROL;
      }
      if (byte != BACKSLASH) {
        at++;
        outLength++;
        continue;
      }
      const fault = readEscape(at, end);
      if (fault != STRING_OK) return fault;
      same = false;
    } else if (readUtf8(at, end)) {
      same = false;
    }
    outLength += utf8Length(unitValue);
    at = unitEnd;
  }
  stringCodePoints = codePoints;
  stringLen = outLength;
  stringEnd = at + 1;
  stringPtr = from;
  if (same || !copy) return STRING_OK;
  const out = arenaAlloc(outLength + 4);
  if (out == 0) return STRING_NO_MEMORY;
  stringPtr = out;
  writeString(from, at, out);
  return STRING_OK;
}

/** Writes out what scanString has checked. */
function writeString(at: usize, end: usize, out: usize): void {
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (byte < 0x80 && byte != BACKSLASH) {
      store<u8>(out++, <u8>byte);
      at++;
      continue;
    }
    if (byte == BACKSLASH) readEscape(at, end);
    else readUtf8(at, end);
    out = writeUtf8(out, unitValue);
    at = unitEnd;
  }
}

/** What one escape or one UTF-8 sequence stands for, and where it ends. */
let unitValue: u32 = 0;
let unitEnd: usize = 0;

/** An escape at a backslash; `end` bounds the reading. */
function readEscape(at: usize, end: usize): i32 {
  if (at + 1 >= end) {
    stringEnd = end;
    return SYNTAX_STRING_OPEN;
  }
  unitEnd = at + 2;
  switch (load<u8>(at, 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f: {
      unitValue = <u32>load<u8>(at, 1);
      return STRING_OK;
    }
    case 0x62: {
      unitValue = 8;
      return STRING_OK;
    }
    case 0x66: {
      unitValue = 12;
      return STRING_OK;
    }
    case 0x6e: {
      unitValue = 10;
      return STRING_OK;
    }
    case 0x72: {
      unitValue = 13;
      return STRING_OK;
    }
    case 0x74: {
      unitValue = 9;
      return STRING_OK;
    }
    case 0x75:
      break;
    default: {
      stringEnd = at;
      return SYNTAX_ESCAPE;
    }
  }
  const first = readHex(at + 2, end);
  if (first < 0) {
    stringEnd = at;
    return SYNTAX_HEX;
  }
  unitEnd = at + 6;
  unitValue = <u32>first;
  if (first < 0xd800 || first > 0xdfff) return STRING_OK;
  if (first < 0xdc00 && unitEnd + 6 <= end && load<u16>(unitEnd) == 0x755c) {
    const second = readHex(unitEnd + 2, end);
    if (second >= 0xdc00 && second <= 0xdfff) {
      unitValue = 0x10000 + ((<u32>first - 0xd800) << 10) + (<u32>second - 0xdc00);
      unitEnd += 6;
      return STRING_OK;
    }
  }
  unitValue = REPLACEMENT;
  stringReplaced = true;
  return STRING_OK;
}

/** Four hexadecimal digits; −1: they are not. */
function readHex(at: usize, end: usize): i32 {
  if (at > end || end - at < 4) return -1;
  let value = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = <i32>load<u8>(at + i);
    const letter = byte | 0x20;
    let digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      if (letter < 0x61 || letter > 0x66) return -1;
      digit = letter - 0x57;
    }
    value = (value << 4) | digit;
  }
  return value;
}

/** A sequence that begins with a byte over 0x7f (Unicode 15, table 3-7). Returns whether it is ill-formed and stands for U+FFFD. */
function readUtf8(at: usize, end: usize): bool {
  const lead = <u32>load<u8>(at);
  let value: u32 = 0;
  let more = 0;
  let low: u32 = 0x80; // the second byte's range: no overlong forms, no surrogates, nothing over U+10FFFF
  let high: u32 = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    value = lead & 0x1f;
    more = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    value = lead & 0x0f;
    more = 2;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    value = lead & 0x07;
    more = 3;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  }
  let next = at + 1;
  for (let i = more; i > 0; i--) {
    const byte = next < end ? <u32>load<u8>(next) : 0;
    if (byte < low || byte > high) {
      more = 0;
      break;
    }
    value = (value << 6) | (byte & 0x3f);
    low = 0x80;
    high = 0xbf;
    next++;
  }
  unitEnd = next;
  if (more == 0) {
    unitValue = REPLACEMENT;
    stringReplaced = true;
    return true;
  }
  unitValue = value;
  return false;
}

function utf8Length(value: u32): usize {
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

function writeUtf8(out: usize, value: u32): usize {
  if (value < 0x80) {
    store<u8>(out, <u8>value);
    return out + 1;
  }
  if (value < 0x800) {
    store<u8>(out, <u8>(0xc0 | (value >> 6)));
    store<u8>(out, <u8>(0x80 | (value & 0x3f)), 1);
    return out + 2;
  }
  if (value < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (value >> 12)));
    store<u8>(out, <u8>(0x80 | ((value >> 6) & 0x3f)), 1);
    store<u8>(out, <u8>(0x80 | (value & 0x3f)), 2);
    return out + 3;
  }
  store<u8>(out, <u8>(0xf0 | (value >> 18)));
  store<u8>(out, <u8>(0x80 | ((value >> 12) & 0x3f)), 1);
  store<u8>(out, <u8>(0x80 | ((value >> 6) & 0x3f)), 2);
  store<u8>(out, <u8>(0x80 | (value & 0x3f)), 3);
  return out + 4;
}
