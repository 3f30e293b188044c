// The contract's patterns, by hand: each accepts exactly what its regular expression in contract/fields.mjs does (contract/agree.mjs holds the two together).
import {
  LIMIT_FEATURES,
  LIMIT_LANGUAGE_SUBTAGS,
  PATTERN_AXIS_TAG,
  PATTERN_FEATURE,
  PATTERN_FEATURE_LIST,
  PATTERN_LANGUAGE,
  PATTERN_NO_NUL,
  PATTERN_SCRIPT,
} from "../generated/contract";

const LANGUAGE_SUBTAG_BYTES: u32 = 8;
const FEATURE_TAG_BYTES: u32 = 4;
const FEATURE_DIGITS: u32 = 9;

/** Whether a text fits PATTERN_…; 0 is no pattern. */
export function fits(pattern: i32, text: usize, length: usize): bool {
  if (pattern == PATTERN_NO_NUL) return withoutNul(text, length);
  if (pattern == PATTERN_SCRIPT) return isScript(text, length);
  if (pattern == PATTERN_LANGUAGE) return isLanguage(text, length);
  if (pattern == PATTERN_AXIS_TAG) return isAxisTag(text, length);
  if (pattern == PATTERN_FEATURE) return length > 0 && featureEnd(text, text + length) == text + length;
  if (pattern == PATTERN_FEATURE_LIST) return featureListCount(text, length) >= 0;
  return true;
}

function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

function withoutNul(text: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(text + i) == 0) return false;
  return true;
}

function isScript(text: usize, length: usize): bool {
  return length == 4 && isLetter(load<u8>(text)) && isLetter(load<u8>(text, 1)) && isLetter(load<u8>(text, 2)) && isLetter(load<u8>(text, 3));
}

function isLanguage(text: usize, length: usize): bool {
  let subtag: u32 = 0;
  let subtags = 1;
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(text + i);
    if (byte == 0x2d) {
      if (subtag == 0 || ++subtags > LIMIT_LANGUAGE_SUBTAGS) return false;
      subtag = 0;
    } else if (!(isLetter(byte) || isDigit(byte)) || ++subtag > LANGUAGE_SUBTAG_BYTES) return false;
  }
  return subtag != 0;
}

function isAxisTag(text: usize, length: usize): bool {
  if (length != 4) return false;
  for (let i: usize = 0; i < 4; i++) if (<u32>load<u8>(text + i) - 0x20 > 0x5e) return false;
  return true;
}

/** Behind up to nine digits. */
function digitsEnd(at: usize, end: usize): usize {
  let count: u32 = 0;
  while (at < end && count < FEATURE_DIGITS && isDigit(load<u8>(at))) {
    at++;
    count++;
  }
  return at;
}

/** Behind the feature that begins at `at`; 0: there is none. */
export function featureEnd(at: usize, end: usize): usize {
  if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) at++;
  let tag: u32 = 0;
  while (at < end && tag < FEATURE_TAG_BYTES) {
    const byte = <u32>load<u8>(at);
    if (!isLetter(byte) && !isDigit(byte) && byte != 0x5f) break;
    at++;
    tag++;
  }
  if (tag == 0) return 0;
  if (at < end && load<u8>(at) == 0x5b) {
    at = digitsEnd(at + 1, end);
    if (at < end && load<u8>(at) == 0x3a) at = digitsEnd(at + 1, end);
    if (at >= end || load<u8>(at) != 0x5d) return 0;
    at++;
  }
  if (at < end && load<u8>(at) == 0x3d) {
    at++;
    if (end - at >= 2 && load<u16>(at) == 0x6e6f) return at + 2;
    if (end - at >= 3 && load<u16>(at) == 0x666f && load<u8>(at, 2) == 0x66) return at + 3;
    const digits = digitsEnd(at, end);
    return digits == at ? 0 : digits;
  }
  return at;
}

/** How many features a list holds (separated by a comma and perhaps one space); −1: it is none, −2: too many. */
export function featureListCount(text: usize, length: usize): i32 {
  if (length == 0) return 0;
  const end = text + length;
  let at = text;
  let count = 0;
  while (true) {
    at = featureEnd(at, end);
    if (at == 0) return -1;
    if (++count > LIMIT_FEATURES) return -2;
    if (at == end) return count;
    if (load<u8>(at) != 0x2c) return -1;
    at++;
    if (at < end && load<u8>(at) == 0x20) at++;
  }
}
