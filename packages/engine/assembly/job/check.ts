// The line of a job (or of an op) in, a checked record out; or every problem of the line at once. Reads the JSON once, as it goes along the emitted tables.
import {
  DEFAULT_ENCODINGS,
  DEFAULT_REACH,
  E_OUT_OF_MEMORY,
  E_UNSUPPORTED,
  ENCODING_JSON,
  F_COMPARE_HEIGHT,
  F_COMPARE_IMAGE,
  F_COMPARE_IMAGE_INVERT,
  F_COMPARE_MEASURES,
  F_COMPARE_MODE,
  F_COMPARE_REACH,
  F_COMPARE_WIDTH,
  F_COMPARE_WITH,
  F_COMPARE_WITH_TEXT,
  F_DOCUMENT_CONFIG,
  F_DOCUMENT_VERSION,
  F_FONT_FACE_INDEX,
  F_FONT_FEATURES,
  F_FONT_INSTANCE,
  F_FONT_PATH,
  F_FONT_SIZE,
  F_JOB_COMPARE,
  F_JOB_ID,
  F_JOB_RENDERING,
  F_JOB_SWEEP,
  F_JOB_VERSION,
  F_OP_ID,
  F_OP_OP,
  F_RENDERING_ENCODING,
  F_RENDERING_FORMAT,
  F_RENDERING_HEIGHT,
  F_RENDERING_INVERT,
  F_RENDERING_WIDTH,
  F_SAMPLE_COUNT,
  F_SAMPLE_SEED,
  F_SWEEP_COUNT,
  F_SWEEP_ENCODING,
  F_SWEEP_FIRST,
  F_SWEEP_FORMAT,
  F_SWEEP_INCLUDE,
  F_SWEEP_INSTANCES,
  F_SWEEP_SAMPLE,
  F_SWEEP_TEXTS,
  F_TEXT_CONTENT,
  F_TEXT_DIRECTION,
  F_TEXT_LANGUAGE,
  F_TEXT_SCRIPT,
  F_WITH_FONT_FEATURES,
  F_WITH_FONT_PATH,
  F_WITH_TEXT_CONTENT,
  F_WITH_TEXT_FEATURES,
  FAULT_ENCODING,
  FAULT_NO_POINTS,
  FAULT_NOT_OBJECT,
  FAULT_ONE_OF,
  FAULT_OP_AND_JOB,
  FAULT_UNKNOWN,
  FAULT_VERSION,
  FORMAT_METRICS,
  FORMAT_SVG,
  INCLUDE_EXTENDED,
  INCLUDE_METRICS,
  JOB_COMPARE,
  JOB_RENDERING,
  JOB_SWEEP,
  KIND_BOOLEAN,
  KIND_ENUM,
  KIND_FEATURES,
  KIND_GRID,
  KIND_INTEGER,
  KIND_JOBS,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_ORIGIN,
  KIND_POINTS,
  KIND_STRING,
  KIND_TEXTS,
  KIND_VARIATIONS,
  L_COMPARE_KINDS,
  L_INCLUDE_VALUE,
  L_JOB_KINDS,
  L_MEASURE_VALUE,
  L_VERSION,
  LIMIT_CANVAS_AREA_PX,
  LIMIT_SWEEP_RENDERS,
  LIMIT_TEXT_CODE_POINTS,
  MEASURE_IOU,
  OBJECT_COMPARE,
  OBJECT_COMPARE_WITH,
  OBJECT_JOB,
  OBJECT_OP,
  SYNTAX_DUPLICATE,
  T_COMPARE_KINDS,
  T_INCLUDE_VALUE,
  T_JOB_KINDS,
  T_MEASURE_VALUE,
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
import {
  checkFeatures,
  checkNames,
  checkOrigin,
  checkVariations,
  featuresJoin,
  featuresJoinWith,
  featuresOfJob,
  featuresOfWith,
  featuresReset,
  namedBits,
} from "./check-lists";
import { argCame, canvasTooLarge, missingField, syntaxProblem, textTooLong, tooLong, unknownField, wrongField } from "./check-report";
import { checkGrid, checkPoints, checkTexts } from "./check-sweep";
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
import { argsClear, argText } from "./message";
import { fits } from "./patterns";
import { jobProblem, problem, problemStatus, problemsReset, problemWorded } from "./problems";
import { JOB_REPLACED, Job } from "./record";
import { SweepSpec, sweepForget, sweepRenders, sweepSpec, sweepTooLarge } from "./sweep-spec";

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
let kindsGiven: u32 = 0; // bits JOB_…: which of the fields that say what is made
let withGiven = false;
let withTextGiven = false;
let imageGiven = false;

/** The second picture of a compare job, as a job of its own. */
const withRecord = memory.data(512, 16);
export function withJob(): Job {
  return changetype<Job>(withRecord);
}
let sourceGiven = false; // of a sweep's points

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
  if (into.kind == JOB_COMPARE && into.imageLen == 0 && !completeWith(into)) return problem(E_OUT_OF_MEMORY);
  return 0;
}

/** What the second picture has from the job: its canvas, and its text where it has none. False: memory ran out. */
function completeWith(j: Job): bool {
  const other = withJob();
  other.width = j.width;
  other.height = j.height;
  if (!withTextGiven) {
    other.text = j.text;
    other.textLen = j.textLen;
    other.textCodePoints = j.textCodePoints;
    other.script = j.script;
    other.direction = j.direction;
    other.language = j.language;
    other.languageLen = j.languageLen;
  }
  return featuresJoinWith(other, withTextGiven);
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
  kindsGiven = 0;
  withGiven = false;
  withTextGiven = false;
  imageGiven = false;
  memory.fill(withRecord, 0, offsetof<Job>());
  j.reach = <u32>DEFAULT_REACH;
  sourceGiven = false;
  sweepForget();
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
  if (kindsGiven == 0) missingField(F_JOB_RENDERING);
  else if (popcnt<u32>(kindsGiven) > 1) oneOf(F_JOB_RENDERING, T_JOB_KINDS, L_JOB_KINDS);
  else j.kind = ctz<u32>(kindsGiven);
  if ((kindsGiven & (1 << JOB_COMPARE)) != 0) {
    if (j.measures == 0) j.measures = ((<u32>MEASURE_IOU) << 1) - 1;
  }
  const sweep = sweepSpec();
  if (sweep.given != 0) finishSweep(j, sweep);
  if (formatGiven) {
    if (!encodingGiven) j.encoding = <u32>load<u8>(DEFAULT_ENCODINGS + <usize>j.format);
    else if (j.encoding == ENCODING_JSON && j.format != FORMAT_SVG && j.format != FORMAT_METRICS) {
      const path = fieldPath(sweep.given != 0 ? F_SWEEP_ENCODING : F_RENDERING_ENCODING);
      argsClear();
      argText(1, pairPtr(path), pairLen(path));
      const pair = enumPair(F_RENDERING_FORMAT, j.format);
      argText(2, pairPtr(pair), pairLen(pair));
      jobProblem(FAULT_ENCODING, pairPtr(path), pairLen(path));
    }
    if (j.format == FORMAT_METRICS) j.include |= INCLUDE_METRICS;
  }
  if ((j.include & INCLUDE_EXTENDED) != 0) j.include |= INCLUDE_METRICS;
  if (widthGiven && heightGiven && <u64>j.width * <u64>j.height > <u64>LIMIT_CANVAS_AREA_PX) {
    canvasTooLarge(j.kind == <u32>JOB_SWEEP ? F_JOB_SWEEP : j.kind == <u32>JOB_COMPARE ? F_JOB_COMPARE : F_JOB_RENDERING, <f64>j.width, <f64>j.height);
  }
}

/** Several fields stand there of which exactly one may, or none. */
function oneOf(id: i32, names: i32, namesLen: i32): void {
  argsClear();
  argText(1, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
  argText(2, TEXTS + <usize>names, <usize>namesLen);
  jobProblem(FAULT_ONE_OF, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** A sweep's defaults, and its size as far as it is known without the font. */
function finishSweep(j: Job, sweep: SweepSpec): void {
  if (!formatGiven) {
    j.format = FORMAT_METRICS;
    formatGiven = true;
  }
  j.include |= INCLUDE_METRICS;
  if (!sourceGiven) {
    argsClear();
    jobProblem(FAULT_NO_POINTS, pairPtr(fieldPath(F_JOB_SWEEP)), pairLen(fieldPath(F_JOB_SWEEP)));
  }
  const renders = sweepRenders(sweep, 0);
  if (renders > <f64>LIMIT_SWEEP_RENDERS) sweepTooLarge(renders);
  // one text that is too long by itself was told where it stands
  if (sweep.textCodePoints > 0 && j.textCodePoints + sweep.textCodePoints > <u32>LIMIT_TEXT_CODE_POINTS) {
    textTooLong(F_SWEEP_TEXTS, <usize>(j.textCodePoints + sweep.textCodePoints));
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
    noteGiven(id);
    if (!checkField(id, depth + 1)) return false;
  }
  keysClose(firstKey);
  for (let i = 0; i < objectFields(object); i++) if ((seen & (1 << i)) == 0 && fieldRequired(first + i)) missingField(first + i);
  if (object == OBJECT_COMPARE && withGiven == imageGiven) oneOf(F_COMPARE_WITH, T_COMPARE_KINDS, L_COMPARE_KINDS);
  return true;
}

/** Fields that count by being there, whatever their value. */
function noteGiven(id: i32): void {
  if (id == F_JOB_RENDERING) kindsGiven |= 1 << JOB_RENDERING;
  else if (id == F_JOB_COMPARE) kindsGiven |= 1 << JOB_COMPARE;
  else if (id == F_JOB_SWEEP) {
    kindsGiven |= 1 << JOB_SWEEP;
    sweepSpec().given = 1;
    if (peek() != 0x7b) sourceGiven = true; // of another type: nothing more is to be said of it
  } else if (id == F_COMPARE_WITH) withGiven = true;
  else if (id == F_COMPARE_WITH_TEXT) withTextGiven = true;
  else if (id == F_COMPARE_IMAGE) imageGiven = true;
}

/** The field of a job's font or text that a field of `compare.with` is like: their values go into records of one form. */
function likeField(id: i32): i32 {
  if (id >= F_SWEEP_FORMAT && id <= F_SWEEP_INCLUDE) return id - F_SWEEP_FORMAT + F_RENDERING_FORMAT;
  if (id >= F_WITH_FONT_PATH && id <= F_WITH_FONT_FEATURES) return id - F_WITH_FONT_PATH + F_FONT_PATH;
  if (id >= F_WITH_TEXT_CONTENT && id <= F_WITH_TEXT_FEATURES) return id - F_WITH_TEXT_CONTENT + F_TEXT_CONTENT;
  return id;
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
    if (likeField(id) == F_RENDERING_INVERT) record().invert = <u32>value;
    else if (id == F_SWEEP_INSTANCES) {
      sweepSpec().instances = <u32>value;
      if (value != 0) sourceGiven = true;
    } else if (id == F_COMPARE_IMAGE_INVERT) record().imageInvert = <u32>value;
    return true;
  }
  if (kind == KIND_OBJECT) {
    if (id == F_SWEEP_SAMPLE) sourceGiven = true;
    if (byte != 0x7b) return otherType(id, depth);
    if (id == F_COMPARE_WITH) return checkWith(depth);
    if (!checkObject(fieldObject(id), depth)) return false;
    if (id == F_DOCUMENT_CONFIG) configRead(from, cursor);
    return true;
  }
  if (kind == KIND_VARIATIONS) return byte == 0x7b ? checkVariations(id, depth, record()) : otherType(id, depth);
  if (kind == KIND_GRID) {
    sourceGiven = true;
    return byte == 0x7b ? checkGrid(id, depth) : otherType(id, depth);
  }
  if (kind == KIND_POINTS) sourceGiven = true;
  if (kind == KIND_FEATURES) return checkFeatures(id, depth, record(), likeField(id) == F_FONT_FEATURES);
  if (byte != 0x5b) return otherType(id, depth);
  if (kind == KIND_JOBS) return readJobs(id, depth);
  if (kind == KIND_TEXTS) return checkTexts(id, depth);
  if (kind == KIND_POINTS) return checkPoints(id, depth);
  if (kind == KIND_ORIGIN) return checkOrigin(id, depth, record());
  if (id == F_COMPARE_MEASURES) {
    if (!checkNames(id, depth, T_MEASURE_VALUE, L_MEASURE_VALUE)) return false;
    record().measures = namedBits;
    return true;
  }
  if (!checkNames(id, depth, T_INCLUDE_VALUE, L_INCLUDE_VALUE)) return false;
  record().include |= namedBits;
  return true;
}

/** `compare.with`: its values go into a record of their own. */
function checkWith(depth: i32): bool {
  const outer = job;
  job = withRecord;
  featuresOfWith();
  const good = checkObject(OBJECT_COMPARE_WITH, depth);
  featuresOfJob();
  job = outer;
  return good;
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
  switch (likeField(id)) {
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
    case F_COMPARE_IMAGE: {
      j.image = stringPtr;
      j.imageLen = <u32>stringLen;
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
  switch (likeField(id)) {
    case F_COMPARE_REACH: {
      j.reach = <u32>value;
      break;
    }
    case F_SWEEP_FIRST: {
      sweepSpec().first = <u32>value;
      break;
    }
    case F_SWEEP_COUNT: {
      sweepSpec().count = <u32>value;
      break;
    }
    case F_SAMPLE_COUNT: {
      sweepSpec().sampleCount = <u32>value;
      break;
    }
    case F_SAMPLE_SEED: {
      sweepSpec().sampleSeed = <u32>value;
      break;
    }
    case F_FONT_SIZE: {
      j.sizePx = value;
      break;
    }
    case F_FONT_FACE_INDEX: {
      j.faceIndex = <u32>value;
      break;
    }
    case F_COMPARE_WIDTH:
    case F_RENDERING_WIDTH: {
      j.width = <u32>value;
      widthGiven = true;
      break;
    }
    case F_COMPARE_HEIGHT:
    case F_RENDERING_HEIGHT: {
      j.height = <u32>value;
      heightGiven = true;
      break;
    }
  }
}

function storeValue(id: i32, value: u32): void {
  const j = record();
  switch (likeField(id)) {
    case F_COMPARE_MODE: {
      j.mode = value;
      break;
    }
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
