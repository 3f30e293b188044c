// The fields of a job's `sweep` that hold several values: texts, points, grid. Each reads its value into the sweep's record and notes every problem in it.
import {
  FAULT_EMPTY_LIST,
  FAULT_TOO_MANY,
  L_AXIS_TAG,
  L_AXIS_VALUE,
  L_GRID_AXIS,
  L_POINT,
  L_SWEEP_TEXT,
  LIMIT_AXIS_VALUE,
  LIMIT_SWEEP_RENDERS,
  LIMIT_SWEEP_TEXTS,
  LIMIT_SWEEP_VALUES,
  LIMIT_TEXT_CODE_POINTS,
  LIMIT_VARIATIONS,
  PATTERN_AXIS_TAG,
  SYNTAX_DUPLICATE,
  T_AXIS_TAG,
  T_AXIS_VALUE,
  T_GRID_AXIS,
  T_POINT,
  T_SWEEP_TEXT,
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
import { stringCodePoints, stringLen, stringPtr } from "../json/string";
import { arenaAlloc } from "../native";
import { argPair, elementPath, memberPath, wrongPart } from "./check-report";
import { fieldExpected, fieldPath, pairLen, pairPtr } from "./check-table";
import { addByte, addBytes, argNumber, argsClear, messageLen, messagePtr } from "./message";
import { fits } from "./patterns";
import { jobProblem } from "./problems";
import { AXIS_BYTES, AXIS_COUNT, AXIS_FIRST, AXIS_LAST, AXIS_LIST, AXIS_TAG, sweepSpec } from "./sweep-spec";

/** How a list in the arena begins; it doubles. */
const FIRST_ENTRIES: u32 = 16;

/** `list` of `used` entries of `bytes` each with room for one more: itself, or a copy of twice the size; 0: no memory. */
function roomFor(list: usize, used: u32, bytes: usize): usize {
  if (used != 0 && (used < FIRST_ENTRIES || (used & (used - 1)) != 0)) return list;
  const block = arenaAlloc(<usize>max(used * 2, FIRST_ENTRIES) * bytes);
  if (block != 0 && used != 0) memory.copy(block, list, <usize>used * bytes);
  return block;
}

function tooMany(id: i32, count: u32): void {
  argsClear();
  argPair(1, fieldPath(id));
  argNumber(2, <f64>count);
  argPair(3, fieldExpected(id));
  jobProblem(FAULT_TOO_MANY, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

function empty(id: i32): void {
  argsClear();
  argPair(1, fieldPath(id));
  argPair(2, fieldExpected(id));
  jobProblem(FAULT_EMPTY_LIST, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** A number within the limit of an axis at the cursor. 1: it is in numberValue; 0: another value, read past; −1: a fault. */
function axisNumber(depth: i32): i32 {
  const byte = peek();
  if (byte != 0x2d && byte - 0x30 >= 10) return skipValue(depth) ? 0 : -1;
  if (!readNumber()) return -1;
  return abs(numberValue) <= <f64>LIMIT_AXIS_VALUE ? 1 : 0;
}

/** `texts`: an array of strings. */
export function checkTexts(id: i32, depth: i32): bool {
  if (!readOpen(depth)) return false;
  const spec = sweepSpec();
  let list: usize = 0;
  let kept: u32 = 0;
  let count: u32 = 0;
  for (let first = true; ; first = false) {
    const more = readElement(first);
    if (more < 0) return false;
    if (more == 0) break;
    const at = cursor;
    let good = false;
    if (peek() == 0x22) {
      if (!readString(true)) return false;
      good = stringCodePoints <= <usize>LIMIT_TEXT_CODE_POINTS;
    } else if (!skipValue(depth + 1)) return false;
    if (!good) {
      elementPath(fieldPath(id), count);
      wrongPart(messagePtr, messageLen, at, cursor, T_SWEEP_TEXT, L_SWEEP_TEXT);
    } else if (count < <u32>LIMIT_SWEEP_TEXTS) {
      list = roomFor(list, kept, 12);
      if (list == 0) return fail(FAULT_NO_MEMORY, cursor, 0);
      const entry = list + <usize>kept * 12;
      store<u32>(entry, <u32>stringPtr);
      store<u32>(entry, <u32>stringLen, 4);
      store<u32>(entry, <u32>stringCodePoints, 8);
      spec.textCodePoints += <u32>stringCodePoints;
      kept++;
    }
    count++;
  }
  if (count == 0) empty(id);
  if (count > <u32>LIMIT_SWEEP_TEXTS) tooMany(id, count);
  spec.texts = list;
  spec.textCount = kept;
  return true;
}

// axes of the point at hand, before they go to the arena at their size
const pointAxes = memory.data(1024, 8);

/** `points`: an array of objects of numbers by axis tag. */
export function checkPoints(id: i32, depth: i32): bool {
  if (!readOpen(depth)) return false;
  const spec = sweepSpec();
  let list: usize = 0;
  let count: u32 = 0;
  for (let first = true; ; first = false) {
    const more = readElement(first);
    if (more < 0) return false;
    if (more == 0) break;
    const at = cursor;
    if (peek() != 0x7b) {
      if (!skipValue(depth + 1)) return false;
      elementPath(fieldPath(id), count);
      wrongPart(messagePtr, messageLen, at, cursor, T_POINT, L_POINT);
      count++;
      continue;
    }
    const axes = readPoint(id, count, depth + 1);
    if (axes < 0) return false;
    if (count < <u32>LIMIT_SWEEP_RENDERS) {
      const copy = arenaAlloc(max<usize>((<usize>axes) << 4, 16));
      list = roomFor(list, count, 8);
      if (copy == 0 || list == 0) return fail(FAULT_NO_MEMORY, cursor, 0);
      memory.copy(copy, pointAxes, (<usize>axes) << 4);
      store<u32>(list + ((<usize>count) << 3), <u32>copy);
      store<u32>(list + ((<usize>count) << 3), <u32>axes, 4);
    }
    count++;
  }
  if (count == 0) empty(id);
  if (count > <u32>LIMIT_SWEEP_RENDERS) tooMany(id, count);
  spec.points = list;
  spec.pointCount = min<u32>(count, <u32>LIMIT_SWEEP_RENDERS);
  return true;
}

/** Makes the path of a point's axis: sweep.points[3].wght. */
function pointPath(id: i32, index: u32, key: usize, keyLen: usize): void {
  elementPath(fieldPath(id), index);
  addByte(0x2e);
  addBytes(key, min<usize>(keyLen, 48));
}

/** One point at the cursor into pointAxes: how many axes, or −1 for a fault. */
function readPoint(id: i32, index: u32, depth: i32): i32 {
  const from = cursor;
  if (!readOpen(depth)) return -1;
  const firstKey = keysOpen();
  let count: u32 = 0;
  for (let first = true; ; first = false) {
    const more = readKey(first);
    if (more < 0) return -1;
    if (more == 0) break;
    if (!noteKey(firstKey)) return -1;
    const key = stringPtr;
    const keyLen = stringLen;
    const isTag = fits(PATTERN_AXIS_TAG, key, keyLen);
    if (!isTag) {
      const at = keyAt;
      const bytes = keyBytes;
      pointPath(id, index, key, keyLen);
      wrongPart(messagePtr, messageLen, at, at + bytes, T_AXIS_TAG, L_AXIS_TAG);
    }
    const at = cursor;
    const number = axisNumber(depth + 1);
    if (number < 0) return -1;
    if (number == 0) {
      pointPath(id, index, key, keyLen);
      wrongPart(messagePtr, messageLen, at, cursor, T_AXIS_VALUE, L_AXIS_VALUE);
    } else if (isTag && count < <u32>LIMIT_VARIATIONS) {
      store<u32>(pointAxes + ((<usize>count) << 4), bswap<u32>(load<u32>(key)));
      store<f64>(pointAxes + ((<usize>count) << 4), numberValue, 8);
    }
    count++;
  }
  keysClose(firstKey);
  if (count > <u32>LIMIT_VARIATIONS) {
    elementPath(fieldPath(id), index);
    wrongPart(messagePtr, messageLen, from, cursor, T_POINT, L_POINT);
    return <i32>LIMIT_VARIATIONS;
  }
  return <i32>count;
}

/** `grid`: by axis tag a range, a list or a value. */
export function checkGrid(id: i32, depth: i32): bool {
  if (!readOpen(depth)) return false;
  const spec = sweepSpec();
  const firstKey = keysOpen();
  const list = arenaAlloc(<usize>LIMIT_VARIATIONS * AXIS_BYTES);
  if (list == 0) return fail(FAULT_NO_MEMORY, cursor, 0);
  memory.fill(list, 0, <usize>LIMIT_VARIATIONS * AXIS_BYTES);
  let count: u32 = 0;
  let kept: u32 = 0;
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
    // past the limit an axis is read into the last one's place, and the job is refused
    const axis = list + <usize>min(kept, <u32>LIMIT_VARIATIONS - 1) * AXIS_BYTES;
    if (isTag) store<u32>(axis, bswap<u32>(load<u32>(key)), AXIS_TAG);
    const good = readAxis(axis, depth + 1);
    if (good < 0) return false;
    if (good == 0) {
      memberPath(fieldPath(id), key, keyLen);
      wrongPart(messagePtr, messageLen, from, cursor, T_GRID_AXIS, L_GRID_AXIS);
    }
    if (isTag && kept < <u32>LIMIT_VARIATIONS) kept++;
  }
  keysClose(firstKey);
  if (count == 0) empty(id);
  if (count > <u32>LIMIT_VARIATIONS) tooMany(id, count);
  spec.grid = list;
  spec.gridAxes = kept;
  return true;
}

/** An axis of a grid at the cursor. 1: it is right; 0: it is not, and read past; −1: a fault. */
function readAxis(axis: usize, depth: i32): i32 {
  const byte = peek();
  store<u32>(axis, 1, AXIS_COUNT);
  store<u32>(axis, 0, AXIS_LIST);
  if (byte == 0x5b) return readList(axis, depth);
  if (byte == 0x7b) return readRange(axis, depth);
  const number = axisNumber(depth);
  if (number == 1) {
    store<f64>(axis, numberValue, AXIS_FIRST);
    store<f64>(axis, numberValue, AXIS_LAST);
  }
  return number;
}

function readList(axis: usize, depth: i32): i32 {
  if (!readOpen(depth)) return -1;
  let list: usize = 0;
  let count: u32 = 0;
  let good = true;
  for (let first = true; ; first = false) {
    const more = readElement(first);
    if (more < 0) return -1;
    if (more == 0) break;
    const number = axisNumber(depth + 1);
    if (number < 0) return -1;
    if (number == 0 || count == <u32>LIMIT_SWEEP_VALUES) good = false;
    if (!good) continue;
    list = roomFor(list, count, 8);
    if (list == 0) {
      fail(FAULT_NO_MEMORY, cursor, 0);
      return -1;
    }
    store<f64>(list + ((<usize>count) << 3), numberValue);
    count++;
  }
  store<u32>(axis, count, AXIS_COUNT);
  store<u32>(axis, <u32>list, AXIS_LIST);
  return good && count > 0 ? 1 : 0;
}

/** "min", "max", "steps" as the bits of what was seen. */
const SEEN_MIN: u32 = 1;
const SEEN_MAX: u32 = 2;
const SEEN_STEPS: u32 = 4;

function nameOf(text: usize, length: usize): u32 {
  if (length == 3 && load<u8>(text) == 0x6d) {
    if (load<u8>(text + 1) == 0x69 && load<u8>(text + 2) == 0x6e) return SEEN_MIN;
    if (load<u8>(text + 1) == 0x61 && load<u8>(text + 2) == 0x78) return SEEN_MAX;
  }
  return length == 5 && load<u32>(text) == 0x70657473 && load<u8>(text + 4) == 0x73 ? SEEN_STEPS : 0;
}

function readRange(axis: usize, depth: i32): i32 {
  if (!readOpen(depth)) return -1;
  const firstKey = keysOpen();
  let seen: u32 = 0;
  let good = true;
  for (let first = true; ; first = false) {
    const more = readKey(first);
    if (more < 0) return -1;
    if (more == 0) break;
    const name = nameOf(stringPtr, stringLen);
    if (name == 0) {
      if (!noteKey(firstKey) || !skipValue(depth + 1)) return -1;
      good = false;
      continue;
    }
    if ((seen & name) != 0) {
      fail(SYNTAX_DUPLICATE, keyAt, keyBytes);
      return -1;
    }
    seen |= name;
    const isDigit = peek() - 0x30 < 10;
    const number = axisNumber(depth + 1);
    if (number < 0) return -1;
    if (name == SEEN_STEPS) {
      // a count may be over what a coordinate may be
      if (isDigit && isSteps()) store<u32>(axis, <u32>numberValue, AXIS_COUNT);
      else good = false;
    } else if (number == 0) good = false;
    else store<f64>(axis + (name == SEEN_MIN ? AXIS_FIRST : AXIS_LAST), numberValue);
  }
  keysClose(firstKey);
  return good && seen == (SEEN_MIN | SEEN_MAX | SEEN_STEPS) ? 1 : 0;
}

function isSteps(): bool {
  return numberValue >= 1 && numberValue <= <f64>LIMIT_SWEEP_VALUES && numberValue == trunc(numberValue);
}
