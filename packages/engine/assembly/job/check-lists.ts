// The fields of a job that hold several values: variations, features, origin, include. Each reads its value and notes every problem in it.
import {
  FAULT_DUPLICATE_ITEM,
  FAULT_TOO_MANY,
  L_AXIS_TAG,
  L_AXIS_VALUE,
  L_FEATURE,
  L_FEATURE_LIST,
  L_ORIGIN_VALUE,
  LIMIT_AXIS_VALUE,
  LIMIT_FEATURES,
  LIMIT_ORIGIN_PX,
  LIMIT_VARIATIONS,
  PATTERN_AXIS_TAG,
  PATTERN_FEATURE,
  T_AXIS_TAG,
  T_AXIS_VALUE,
  T_FEATURE,
  T_FEATURE_LIST,
  T_ORIGIN_VALUE,
} from "../generated/contract";
import { keysClose, keysOpen } from "../json/keys";
import { numberValue } from "../json/number";
import {
  cursor,
  FAULT_NO_MEMORY,
  fail,
  keyAt,
  keyBytes,
  noteKey,
  peek,
  readElement,
  readKey,
  readNumber,
  readOpen,
  readString,
  skipValue,
} from "../json/reader";
import { stringLen, stringPtr } from "../json/string";
import { arenaAlloc } from "../native";
import { argCame, argPair, elementPath, memberPath, wrongField, wrongPart } from "./check-report";
import { fieldExpected, fieldPath, findValue, pairLen, pairPtr } from "./check-table";
import { argNumber, argsClear, argText, messageLen, messagePtr } from "./message";
import { featureEnd, featureListCount, fits } from "./patterns";
import { jobProblem } from "./problems";
import { Job } from "./record";

/** Reads a number in [-limit, limit] at the cursor into numberValue. 1: it is one; 0: another value, read past; −1: a fault. */
function limitedNumber(limit: f64, depth: i32): i32 {
  const byte = peek();
  if (byte != 0x2d && byte - 0x30 >= 10) return skipValue(depth) ? 0 : -1;
  if (!readNumber()) return -1;
  return abs(numberValue) <= limit ? 1 : 0;
}

function tooMany(id: i32, count: u32): void {
  argsClear();
  argPair(1, fieldPath(id));
  argNumber(2, <f64>count);
  argPair(3, fieldExpected(id));
  jobProblem(FAULT_TOO_MANY, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

export function checkVariations(id: i32, depth: i32, j: Job): bool {
  if (!readOpen(depth)) return false;
  const firstKey = keysOpen();
  const list = arenaAlloc((<usize>LIMIT_VARIATIONS) << 4);
  if (list == 0) return fail(FAULT_NO_MEMORY, cursor, 0);
  let count: u32 = 0;
  for (let first = true; ; first = false) {
    const more = readKey(first);
    if (more < 0) return false;
    if (more == 0) break;
    if (!noteKey(firstKey)) return false;
    count++;
    const key = stringPtr;
    const keyLen = stringLen;
    const isTag = fits(PATTERN_AXIS_TAG, key, keyLen);
    if (!isTag) {
      const at = keyAt;
      const bytes = keyBytes;
      memberPath(fieldPath(id), key, keyLen);
      wrongPart(messagePtr, messageLen, at, at + bytes, T_AXIS_TAG, L_AXIS_TAG);
    }
    const from = cursor;
    const number = limitedNumber(<f64>LIMIT_AXIS_VALUE, depth + 1);
    if (number < 0) return false;
    if (number == 0) {
      memberPath(fieldPath(id), key, keyLen);
      wrongPart(messagePtr, messageLen, from, cursor, T_AXIS_VALUE, L_AXIS_VALUE);
    } else if (isTag && count <= <u32>LIMIT_VARIATIONS) {
      const at = list + ((<usize>(count - 1)) << 4);
      store<u32>(at, bswap<u32>(load<u32>(key)));
      store<f64>(at, numberValue, 8);
    }
  }
  keysClose(firstKey);
  if (count > <u32>LIMIT_VARIATIONS) tooMany(id, count);
  j.variations = list;
  j.variationCount = count;
  return true;
}

// ---- features: the font's and the text's are kept apart until both are read, whichever comes first in the line ----
let fontList: usize = 0;
let fontCount: u32 = 0;
let textList: usize = 0;
let textCount: u32 = 0;
// the same of the job itself while those of its `compare.with` are read, and of `compare.with` after it
let jobLists: usize = memory.data(16, 8);
let withLists: usize = memory.data(16, 8);

function keepLists(at: usize): void {
  store<u32>(at, <u32>fontList);
  store<u32>(at, fontCount, 4);
  store<u32>(at, <u32>textList, 8);
  store<u32>(at, textCount, 12);
}
function takeLists(at: usize): void {
  fontList = <usize>load<u32>(at);
  fontCount = load<u32>(at, 4);
  textList = <usize>load<u32>(at, 8);
  textCount = load<u32>(at, 12);
}

/** What is read from here on belongs to `compare.with`. */
export function featuresOfWith(): void {
  keepLists(jobLists);
  featuresReset();
}
/** And from here on to the job again. */
export function featuresOfJob(): void {
  keepLists(withLists);
  takeLists(jobLists);
}
/** The features of `compare.with`, as featuresJoin; `ownText` false: its text is the job's. `into` gets pointer and count. False: memory ran out. */
export function featuresJoinWith(into: Job, ownText: bool): bool {
  keepLists(jobLists);
  takeLists(withLists);
  if (!ownText) {
    textList = <usize>load<u32>(jobLists, 8);
    textCount = load<u32>(jobLists, 12);
  }
  into.featureCount = fontCount + textCount;
  into.features = featuresJoin();
  takeLists(jobLists);
  return into.featureCount == 0 || into.features != 0;
}

export function featuresReset(): void {
  fontList = 0;
  fontCount = 0;
  textList = 0;
  textCount = 0;
}

/** The font's features and behind them the text's, {u32 ptr, u32 length} each; 0: none, or memory ran out. */
export function featuresJoin(): usize {
  if (textCount == 0) return fontList;
  if (fontCount == 0) return textList;
  const list = arenaAlloc((<usize>(fontCount + textCount)) << 3);
  if (list == 0) return 0;
  memory.copy(list, fontList, (<usize>fontCount) << 3);
  memory.copy(list + ((<usize>fontCount) << 3), textList, (<usize>textCount) << 3);
  return list;
}

export function checkFeatures(id: i32, depth: i32, j: Job, ofFont: bool): bool {
  const byte = peek();
  const from = cursor;
  if (byte != 0x22 && byte != 0x5b) {
    if (!skipValue(depth)) return false;
    wrongField(id, from, cursor);
    return true;
  }
  const list = arenaAlloc((<usize>LIMIT_FEATURES) << 3);
  if (list == 0) return fail(FAULT_NO_MEMORY, cursor, 0);
  let count: u32 = 0;
  if (byte == 0x22) {
    if (!readString(true)) return false;
    if (featureListCount(stringPtr, stringLen) < 0) {
      wrongPart(pairPtr(fieldPath(id)), pairLen(fieldPath(id)), from, cursor, T_FEATURE_LIST, L_FEATURE_LIST);
      return true;
    }
    count = splitList(stringPtr, stringLen, list);
  } else {
    if (!readOpen(depth)) return false;
    for (let first = true; ; first = false) {
      const more = readElement(first);
      if (more < 0) return false;
      if (more == 0) break;
      count++;
      const at = cursor;
      let good = false;
      if (peek() == 0x22) {
        if (!readString(true)) return false;
        good = fits(PATTERN_FEATURE, stringPtr, stringLen);
      } else if (!skipValue(depth + 1)) return false;
      if (!good) {
        elementPath(fieldPath(id), count - 1);
        wrongPart(messagePtr, messageLen, at, cursor, T_FEATURE, L_FEATURE);
      } else if (count <= <u32>LIMIT_FEATURES) {
        store<u32>(list + ((<usize>(count - 1)) << 3), <u32>stringPtr);
        store<u32>(list + ((<usize>(count - 1)) << 3), <u32>stringLen, 4);
      }
    }
    if (count > <u32>LIMIT_FEATURES) tooMany(id, count);
  }
  if (ofFont) {
    fontList = list;
    fontCount = count;
  } else {
    textList = list;
    textCount = count;
  }
  j.featureCount = fontCount + textCount;
  return true;
}

/** Writes the features of a checked list; how many they are. */
function splitList(text: usize, length: usize, list: usize): u32 {
  const end = text + length;
  let at = text;
  let count: u32 = 0;
  while (at < end) {
    const to = featureEnd(at, end);
    store<u32>(list + ((<usize>count) << 3), <u32>at);
    store<u32>(list + ((<usize>count) << 3), <u32>(to - at), 4);
    count++;
    at = to + 1;
    if (at < end && load<u8>(at) == 0x20) at++;
  }
  return count;
}

export function checkOrigin(id: i32, depth: i32, j: Job): bool {
  const from = cursor;
  if (!readOpen(depth)) return false;
  let count: u32 = 0;
  for (let first = true; ; first = false) {
    const more = readElement(first);
    if (more < 0) return false;
    if (more == 0) break;
    const at = cursor;
    const number = limitedNumber(<f64>LIMIT_ORIGIN_PX, depth + 1);
    if (number < 0) return false;
    if (number == 0 && count < 2) {
      elementPath(fieldPath(id), count);
      wrongPart(messagePtr, messageLen, at, cursor, T_ORIGIN_VALUE, L_ORIGIN_VALUE);
    }
    if (count == 0) j.originX = numberValue;
    else if (count == 1) j.originY = numberValue;
    count++;
  }
  j.hasOrigin = 1;
  if (count != 2) wrongField(id, from, cursor);
  return true;
}

/** Reads an array of names: their bits are then in `namedBits`. `expected`: what an element must be, a text of the contract. */
export let namedBits: u32 = 0;
export function checkNames(id: i32, depth: i32, expected: i32, expectedLen: i32): bool {
  if (!readOpen(depth)) return false;
  let bits: u32 = 0;
  let index: u32 = 0;
  for (let first = true; ; first = false, index++) {
    const more = readElement(first);
    if (more < 0) return false;
    if (more == 0) break;
    const at = cursor;
    let value = -1;
    if (peek() == 0x22) {
      if (!readString(true)) return false;
      value = findValue(id, stringPtr, stringLen);
    } else if (!skipValue(depth + 1)) return false;
    if (value < 0) {
      elementPath(fieldPath(id), index);
      const path = messagePtr;
      const pathLen = messageLen;
      wrongPart(path, pathLen, at, cursor, expected, expectedLen);
    } else if ((bits & (1 << value)) != 0) {
      elementPath(fieldPath(id), index);
      const path = messagePtr;
      const pathLen = messageLen;
      argsClear();
      argText(1, path, pathLen);
      argCame(2, at, cursor);
      jobProblem(FAULT_DUPLICATE_ITEM, path, pathLen);
    } else bits |= 1 << value;
  }
  namedBits = bits;
  return true;
}
