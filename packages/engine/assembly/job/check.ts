// The line of a job (or of an op) in, a checked record out; or every problem of the line at once. Reads the JSON once, as it goes along the emitted tables.
import {
  DEFAULT_ENCODINGS,
  E_CANVAS_TOO_LARGE,
  E_OUT_OF_MEMORY,
  E_UNSUPPORTED,
  ENCODING_JSON,
  F_DOCUMENT_CONFIG,
  F_DOCUMENT_VERSION,
  F_FONT_FACE_INDEX,
  F_FONT_FEATURES,
  F_FONT_INSTANCE,
  F_FONT_PATH,
  F_FONT_SIZE,
  F_JOB_ID,
  F_JOB_VERSION,
  F_OP_ID,
  F_OP_OP,
  F_RENDERING_ENCODING,
  F_RENDERING_FORMAT,
  F_RENDERING_HEIGHT,
  F_RENDERING_INVERT,
  F_RENDERING_WIDTH,
  F_TEXT_CONTENT,
  F_TEXT_DIRECTION,
  F_TEXT_LANGUAGE,
  F_TEXT_SCRIPT,
  FAULT_ENCODING,
  FAULT_NOT_OBJECT,
  FAULT_OP_AND_JOB,
  FAULT_UNKNOWN,
  FAULT_VERSION,
  FORMAT_METRICS,
  FORMAT_SVG,
  INCLUDE_EXTENDED,
  INCLUDE_METRICS,
  KIND_BOOLEAN,
  KIND_ENUM,
  KIND_FEATURES,
  KIND_INTEGER,
  KIND_JOBS,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_ORIGIN,
  KIND_STRING,
  KIND_VARIATIONS,
  L_VERSION,
  LIMIT_CANVAS_AREA_PX,
  OBJECT_JOB,
  OBJECT_OP,
  SYNTAX_DUPLICATE,
  T_VERSION,
  TEXTS,
} from "../generated/contract";
import { keysClose, keysOpen } from "../json/keys";
import { numberValue } from "../json/number";
import {
  cursor,
  fail,
  faultKind,
  keyAt,
  keyBytes,
  NO_FAULT,
  noteKey,
  peek,
  readDueKey,
  readEnd,
  readerOpen,
  readKey,
  readNumber,
  readOpen,
  readString,
  readWord,
  replacedAny,
  skipValue,
} from "../json/reader";
import { stringCodePoints, stringLen, stringPtr } from "../json/string";
import { checkFeatures, checkInclude, checkOrigin, checkVariations, featuresJoin, featuresReset } from "./check-lists";
import { argCame, missingField, syntaxProblem, tooLong, unknownField, wrongField } from "./check-report";
import {
  enumPair,
  fieldCode,
  fieldKind,
  fieldMaxLength,
  fieldMinLength,
  fieldName,
  fieldObject,
  fieldPath,
  fieldPattern,
  fieldRequired,
  findField,
  findValue,
  objectExpected,
  objectFields,
  objectFirst,
  pairLen,
  pairPtr,
  rangeMax,
  rangeMin,
} from "./check-table";
import { configRead, readJobs } from "./document-spans";
import { argNumber, argsClear, argText } from "./message";
import { fits } from "./patterns";
import { jobProblem, problem, problemStatus, problemsReset, problemWorded } from "./problems";
import { JOB_REPLACED, Job } from "./record";

/** checkJob found a line for the program itself: Job.op says which. */
export const IS_OP: i32 = 1;

let job: usize = 0;
let versionFrom: usize = 0; // a version other than ours: where it lies
let versionTo: usize = 0;
let opSeen = false;
let encodingGiven = false;
let widthGiven = false;
let heightGiven = false;
let formatGiven = false;

function record(): Job {
  return changetype<Job>(job);
}

/**
 * Checks the line at `line`. 0: `into` holds the job; IS_OP: `into` holds an op; otherwise the status, and problems.ts the problems. `into.id` is set whenever the line
 * has one that can be used. Texts in it point into the line and the arena.
 */
export function checkJob(line: usize, length: usize, into: Job): i32 {
  job = changetype<usize>(into);
  opSeen = false;
  let status = checkLine(line, length, OBJECT_JOB);
  if (opSeen && faultKind == NO_FAULT) status = checkLine(line, length, OBJECT_OP);
  if (status != 0) return status;
  if (into.op != 0) return IS_OP;
  into.features = featuresJoin();
  if (into.featureCount != 0 && into.features == 0) return problem(E_OUT_OF_MEMORY);
  return 0;
}

function checkLine(line: usize, length: usize, object: i32): i32 {
  const j = record();
  memory.fill(job, 0, offsetof<Job>());
  problemsReset();
  featuresReset();
  versionFrom = 0;
  encodingGiven = false;
  widthGiven = false;
  heightGiven = false;
  formatGiven = false;
  readerOpen(line, length);
  if (faultKind != NO_FAULT) return syntaxProblem(false);
  const from = cursor;
  if (peek() != 0x7b) {
    if (!skipValue(0) || !readEnd()) return syntaxProblem(false);
    argsClear();
    argCame(1, from, cursor);
    argText(2, pairPtr(objectExpected(object)), pairLen(objectExpected(object)));
    jobProblem(FAULT_NOT_OBJECT, 0, 0);
    return problemStatus();
  }
  if (!checkObject(object, 0) || !readEnd()) return syntaxProblem(false);
  if (replacedAny) j.flags |= JOB_REPLACED;
  if (object == OBJECT_JOB && versionFrom != 0 && !opSeen) return wrongVersion();
  if (object == OBJECT_JOB) finish();
  return problemStatus();
}

/** A version that is not ours: the rest is written for other rules, so nothing else is said of it. Returns the status. */
export function wrongVersion(): i32 {
  problemsReset();
  argsClear();
  argCame(1, versionFrom, versionTo);
  argText(2, TEXTS + <usize>T_VERSION, <usize>L_VERSION);
  problemWorded(E_UNSUPPORTED, FAULT_VERSION, pairPtr(fieldPath(F_JOB_VERSION)), pairLen(fieldPath(F_JOB_VERSION)));
  return problemStatus();
}
export function versionIsWrong(): bool {
  return versionFrom != 0;
}
export function versionForget(): void {
  versionFrom = 0;
}

/** What needs more than one field: defaults, the canvas' area, encodings that do not go with the format. */
function finish(): void {
  const j = record();
  if (formatGiven) {
    if (!encodingGiven) j.encoding = <u32>load<u8>(DEFAULT_ENCODINGS + <usize>j.format);
    else if (j.encoding == ENCODING_JSON && j.format != FORMAT_SVG && j.format != FORMAT_METRICS) {
      argsClear();
      argText(1, pairPtr(fieldPath(F_RENDERING_ENCODING)), pairLen(fieldPath(F_RENDERING_ENCODING)));
      const pair = enumPair(F_RENDERING_FORMAT, j.format);
      argText(2, pairPtr(pair), pairLen(pair));
      jobProblem(FAULT_ENCODING, pairPtr(fieldPath(F_RENDERING_ENCODING)), pairLen(fieldPath(F_RENDERING_ENCODING)));
    }
    if (j.format == FORMAT_METRICS) j.include |= INCLUDE_METRICS;
  }
  if ((j.include & INCLUDE_EXTENDED) != 0) j.include |= INCLUDE_METRICS;
  if (widthGiven && heightGiven && <u64>j.width * <u64>j.height > <u64>LIMIT_CANVAS_AREA_PX) {
    argsClear();
    argNumber(1, <f64>j.width);
    argNumber(2, <f64>j.height);
    problem(E_CANVAS_TOO_LARGE);
  }
}

/** The object at the cursor against its fields. False: the text is not JSON (the reader holds the fault). */
export function checkObject(object: i32, depth: i32): bool {
  if (!readOpen(depth)) return false;
  const firstKey = keysOpen();
  const first = objectFirst(object);
  const end = first + objectFields(object);
  let seen: u32 = 0;
  let hint = first;
  for (let start = true; ; start = false) {
    // jobs come with their fields in the contract's order, written compactly: the key that is due is compared where it lies
    let id = hint;
    while (id < end && !readDueKey(pairPtr(fieldName(id)), pairLen(fieldName(id)), start)) id++;
    if (id == end) {
      const more = readKey(start);
      if (more < 0) return false;
      if (more == 0) break;
      id = findField(object, stringPtr, stringLen);
    }
    if (id < 0) {
      if (!noteKey(firstKey)) return false;
      if (object == OBJECT_JOB && stringLen == 2 && load<u16>(stringPtr) == 0x706f) opSeen = true;
      unknownField(object, object == OBJECT_OP ? FAULT_OP_AND_JOB : FAULT_UNKNOWN, stringPtr, stringLen);
      if (!skipValue(depth + 1)) return false;
      continue;
    }
    const bit: u32 = 1 << (id - first);
    if ((seen & bit) != 0) return fail(SYNTAX_DUPLICATE, keyAt, keyBytes);
    seen |= bit;
    hint = id + 1;
    if (!checkField(id, depth + 1)) return false;
  }
  keysClose(firstKey);
  for (let i = 0; i < objectFields(object); i++) if ((seen & (1 << i)) == 0 && fieldRequired(first + i)) missingField(first + i);
  return true;
}

function checkField(id: i32, depth: i32): bool {
  const from = cursor;
  const byte = peek();
  const kind = fieldKind(id);
  if (kind == KIND_STRING) {
    if (byte != 0x22) return otherType(id, depth);
    if (!readString(true)) return false;
    checkString(id, from);
    return true;
  }
  if (kind == KIND_NUMBER || kind == KIND_INTEGER) {
    if (byte != 0x2d && byte - 0x30 >= 10) return otherType(id, depth);
    if (!readNumber()) return false;
    const value = numberValue;
    const least = rangeMin(id);
    const fit = value <= rangeMax(id) && (kind == KIND_NUMBER ? value > least : value >= least && value == trunc(value));
    if (fit) storeNumber(id, value);
    else wrongField(id, from, cursor);
    return true;
  }
  if (kind == KIND_ENUM) {
    let value = -1;
    if (byte != 0x22) {
      if (!skipValue(depth)) return false;
    } else {
      if (!readString(true)) return false;
      value = findValue(id, stringPtr, stringLen);
    }
    if (value >= 0) storeValue(id, <u32>value);
    else if (id == F_JOB_VERSION || id == F_DOCUMENT_VERSION) {
      versionFrom = from;
      versionTo = cursor;
      // 'version "2.0"' reads as a name; the message wants the bare number
      if (byte == 0x22) {
        versionFrom++;
        versionTo--;
      }
    } else wrongField(id, from, cursor);
    return true;
  }
  if (kind == KIND_BOOLEAN) {
    if (byte != 0x74 && byte != 0x66) return otherType(id, depth);
    const value = readWord();
    if (value < 0) return false;
    if (id == F_RENDERING_INVERT) record().invert = <u32>value;
    return true;
  }
  if (kind == KIND_OBJECT) {
    if (byte != 0x7b) return otherType(id, depth);
    if (!checkObject(fieldObject(id), depth)) return false;
    if (id == F_DOCUMENT_CONFIG) configRead(from, cursor);
    return true;
  }
  if (kind == KIND_VARIATIONS) return byte == 0x7b ? checkVariations(id, depth, record()) : otherType(id, depth);
  if (kind == KIND_FEATURES) return checkFeatures(id, depth, record(), id == F_FONT_FEATURES);
  if (byte != 0x5b) return otherType(id, depth);
  if (kind == KIND_JOBS) return readJobs(id, depth);
  return kind == KIND_ORIGIN ? checkOrigin(id, depth, record()) : checkInclude(id, depth, record());
}

/** Reads past a value of another type and says so. */
export function otherType(id: i32, depth: i32): bool {
  const from = cursor;
  if (!skipValue(depth)) return false;
  wrongField(id, from, cursor);
  return true;
}

function checkString(id: i32, from: usize): void {
  if (stringCodePoints > <usize>fieldMaxLength(id)) {
    tooLong(id, fieldCode(id), stringCodePoints);
    return;
  }
  if (stringCodePoints < <usize>fieldMinLength(id) || !fits(fieldPattern(id), stringPtr, stringLen)) {
    wrongField(id, from, cursor);
    return;
  }
  const j = record();
  switch (id) {
    case F_JOB_ID:
    case F_OP_ID: {
      j.id = stringPtr;
      j.idLen = <u32>stringLen;
      break;
    }
    case F_FONT_PATH: {
      j.path = stringPtr;
      j.pathLen = <u32>stringLen;
      break;
    }
    case F_FONT_INSTANCE: {
      j.instance = stringPtr;
      j.instanceLen = <u32>stringLen;
      break;
    }
    case F_TEXT_CONTENT: {
      j.text = stringPtr;
      j.textLen = <u32>stringLen;
      j.textCodePoints = <u32>stringCodePoints;
      break;
    }
    case F_TEXT_SCRIPT: {
      j.script = bswap<u32>(load<u32>(stringPtr));
      break;
    }
    case F_TEXT_LANGUAGE: {
      j.language = stringPtr;
      j.languageLen = <u32>stringLen;
      break;
    }
  }
}

function storeNumber(id: i32, value: f64): void {
  const j = record();
  switch (id) {
    case F_FONT_SIZE: {
      j.sizePx = value;
      break;
    }
    case F_FONT_FACE_INDEX: {
      j.faceIndex = <u32>value;
      break;
    }
    case F_RENDERING_WIDTH: {
      j.width = <u32>value;
      widthGiven = true;
      break;
    }
    case F_RENDERING_HEIGHT: {
      j.height = <u32>value;
      heightGiven = true;
      break;
    }
  }
}

function storeValue(id: i32, value: u32): void {
  const j = record();
  switch (id) {
    case F_TEXT_DIRECTION: {
      j.direction = 4 + value; // hb_direction_t
      break;
    }
    case F_RENDERING_FORMAT: {
      j.format = value;
      formatGiven = true;
      break;
    }
    case F_RENDERING_ENCODING: {
      j.encoding = value;
      encodingGiven = true;
      break;
    }
    case F_OP_OP: {
      j.op = 1 + value;
      break;
    }
  }
}
