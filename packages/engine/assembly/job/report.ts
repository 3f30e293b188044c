// What a job's stages have to say: faults of fonts and instances as problems, oddities as warnings, and the error line at the end.

import { takeNonFinite, writeUnsigned } from "../encode/number";
import { outStatus } from "../encode/out";
import { beginError, beginProblems, endError, endLine, endProblems, putProblem } from "../encode/result";
import { axisTag, Face } from "../font/face";
import { NAME_BYTES, namedInstanceCount, namedInstanceName } from "../font/instance";
import * as code from "../generated/contract";
import { arenaAlloc } from "../native";
import { glyphCluster, glyphId, glyphTotal } from "../shape/shape";
import { argList, argNumber, argsClear, argText } from "./message";
import {
  errorName,
  errorNameLen,
  problem,
  problemCode,
  problemCount,
  problemFieldLen,
  problemFieldPtr,
  problemListed,
  problemMessageLen,
  problemMessagePtr,
  problemsReset,
} from "./problems";
import { Job } from "./record";
import { firstWarningLen, firstWarningPtr, warn, warningsLength, warningsPtr } from "./warnings";

/** "font.path" */
const FONT_PATH = memory.data<u8>([0x66, 0x6f, 0x6e, 0x74, 0x2e, 0x70, 0x61, 0x74, 0x68]);
const FONT_PATH_BYTES: usize = 9;
/** Outlines that reach over an edge by less than this (px) are not told as clipped. It is the rasteriser's grid. */
const CLIP_TOLERANCE_PX: f64 = 1.0 / 256;
/** Names of axes or instances listed in one message; the rest is for `haforu fonts`. */
const NAMES_LISTED: u32 = 40;

// --- faults --------------------------------------------------------------------------------------------------------------

export function outOfMemory(): i32 {
  argsClear();
  return problem(code.E_OUT_OF_MEMORY);
}

/**
 * The font of a job cannot be used: the code, and the table, reason or count of fault.ts, or the host's words.
 */
export function fontProblem(job: Job, errorCode: i32, tag: u32, number: f64, detail: usize, detailBytes: u32): i32 {
  argsClear();
  if (errorCode == code.E_FACE_INDEX_OUT_OF_RANGE) {
    argNumber(1, <f64>job.faceIndex);
    argText(2, job.path, job.pathLen);
    argNumber(3, number);
    return problem(errorCode);
  }
  if (errorCode == code.E_OUT_OF_MEMORY) {
    argText(1, detail, detailBytes);
    return problem(errorCode);
  }
  argText(1, job.path, job.pathLen);
  if (detailBytes > 0) argText(2, detail, detailBytes);
  else if (errorCode == code.E_FONT_INVALID) reasonText(2, tag, <u32>number);
  argText(3, FONT_PATH, FONT_PATH_BYTES);
  return problem(errorCode, FONT_PATH, FONT_PATH_BYTES);
}

// the font check's reasons (native/shim/check.h), put behind the table's name
function reasonText(argument: u32, tag: u32, reason: u32): void {
  const text = fontReason(tag, reason);
  if (text != 0) argText(argument, text, fontReasonBytes);
}

/** Bytes of the last fontReason. */
export let fontReasonBytes: usize = 0;

/** What the font check found (fault.ts: the table, and one of the reasons of native/shim/check.h), in words in the arena; 0: no memory. */
export function fontReason(tag: u32, reason: u32): usize {
  fontReasonBytes = 0;
  const text = arenaAlloc(128);
  if (text == 0) return 0;
  let at = text;
  if (tag == 0x774f4646 || tag == 0x774f4632) at = ascii(at, "the file does not unpack");
  else {
    if (tag != 0) {
      at = ascii(at, "table ");
      store<u32>(at, bswap<u32>(tag));
      at = ascii(at + 4, " ");
    }
    if (reason == 1) at = ascii(at, "the table directory is missing or ends beyond the file");
    else if (reason == 2) at = ascii(at, "the collection has no such face");
    else if (reason == 3) at = ascii(at, "ends beyond the file");
    else if (reason == 4) at = ascii(at, "is missing");
    else if (reason == 5) at = ascii(at, "contradicts itself or is cut short");
    else if (reason == 6) at = ascii(at, "has fewer records than another table says");
    else if (reason == 7) at = ascii(at, "has offsets that go backwards or beyond its end");
    else if (reason == 8) at = ascii(at, "has a glyph whose data is cut short");
    else at = ascii(at, "the file is no font");
  }
  fontReasonBytes = at - text;
  return text;
}

/** Writes a literal of ASCII at `at`; returns its end. A string literal is static data (UTF-16, its byte length in front), so that reading it allocates nothing. */
export function ascii(at: usize, text: string): usize {
  const p = changetype<usize>(text);
  const bytes = <usize>load<u32>(p - 4);
  for (let i: usize = 0; i < bytes; i += 2) store<u8>(at++, load<u8>(p + i));
  return at;
}

/** The named instance asked for is not there. */
export function instanceProblem(job: Job, face: Face): i32 {
  argsClear();
  argText(1, job.instance, job.instanceLen);
  const count = min(namedInstanceCount(face), NAMES_LISTED);
  const text = arenaAlloc(<usize>count * (NAME_BYTES + 2) + 16);
  if (text != 0) {
    let at = text;
    for (let i: u32 = 0; i < count; i++) {
      if (i > 0) at = ascii(at, ", ");
      at += namedInstanceName(face, i, at);
    }
    argText(2, text, at - text);
  }
  return problem(code.E_INSTANCE_NOT_FOUND);
}

/** A warning, and warnings are errors. */
export function strictProblem(): i32 {
  argsClear();
  argText(1, firstWarningPtr(), firstWarningLen());
  return problem(code.E_STRICT_WARNING);
}

/** An error that the host reports, with its own words. The codes about fonts name the path too. */
export function hostProblem(job: Job, errorCode: i32, detail: usize, detailBytes: u32): i32 {
  if (errorCode <= 0 || errorCode > code.E_SWEEP_TOO_LARGE) errorCode = code.E_INTERNAL;
  if ((errorCode >= code.E_FONT_NOT_FOUND && errorCode <= code.E_FONT_UNSUPPORTED) || errorCode == code.E_PATH_FORBIDDEN)
    return fontProblem(job, errorCode, 0, 0, detail, detailBytes);
  argsClear();
  argText(1, detail, detailBytes);
  return problem(errorCode);
}

/** Numbers of what was written are no numbers: the problem's status, or 0 where all are. They are there as null; what computed them is at fault. */
export function notFiniteProblem(): i32 {
  const count = takeNonFinite();
  if (count == 0) return 0;
  argsClear();
  const text = arenaAlloc(64);
  if (text != 0) argText(1, text, ascii(writeUnsigned(text, count), " of the result's numbers are not finite") - text);
  return problem(code.E_INTERNAL);
}

// --- warnings ------------------------------------------------------------------------------------------------------------

function tagText(argument: u32, tag: u32): void {
  const text = arenaAlloc(4);
  if (text == 0) return;
  store<u32>(text, bswap<u32>(tag));
  argText(argument, text, 4);
}

export function warnInvalidUtf8(): void {
  argsClear();
  warn(code.W_INVALID_UTF8);
}

export function warnStaticFont(): void {
  argsClear();
  warn(code.W_VARIATIONS_ON_STATIC_FONT);
}

/** An axis that the font does not have, where that is an error of a code with the axis and the font's axes. */
export function axisProblem(face: Face, tag: u32, errorCode: i32): i32 {
  argsClear();
  tagText(1, tag);
  axesText(2, face);
  return problem(errorCode);
}

/** Nothing of a sweep is to be rendered; `text` says why, a literal. */
export function sweepEmptyProblem(text: string): i32 {
  argsClear();
  const bytes = arenaAlloc(128);
  if (bytes != 0) argText(1, bytes, ascii(bytes, text) - bytes);
  return problem(code.E_SWEEP_EMPTY);
}

/** The pictures of a sweep are too many for one line. */
export function sweepPixelsProblem(pixels: f64): i32 {
  argsClear();
  const bytes = arenaAlloc(64);
  argNumber(1, pixels);
  if (bytes != 0) argText(2, bytes, ascii(bytes, "pixels of pictures in one line") - bytes);
  argNumber(3, <f64>code.LIMIT_CANVAS_AREA_PX);
  return problem(code.E_SWEEP_TOO_LARGE);
}

export function warnAxisUnknown(face: Face, tag: u32): void {
  argsClear();
  tagText(1, tag);
  axesText(2, face);
  warn(code.W_AXIS_UNKNOWN);
}

// the tags of a face's axes, listed
function axesText(argument: u32, face: Face): void {
  const count = min(face.axisCount, NAMES_LISTED);
  const text = arenaAlloc(<usize>count * 6 + 16);
  if (text != 0) {
    let at = text;
    for (let i: u32 = 0; i < count; i++) {
      if (i > 0) at = ascii(at, ", ");
      store<u32>(at, bswap<u32>(axisTag(face, i)));
      at += 4;
    }
    argText(argument, text, at - text);
  }
}

export function warnAxisClamped(tag: u32, given: f64, used: f64, least: f64, greatest: f64): void {
  argsClear();
  tagText(1, tag);
  argNumber(2, given);
  argNumber(3, used);
  argNumber(4, least);
  argNumber(5, greatest);
  warn(code.W_AXIS_CLAMPED);
}

/** A value of a sweep lies outside its axis. */
export function warnSweepClamped(tag: u32, given: f64, used: f64, least: f64, greatest: f64): void {
  argsClear();
  tagText(1, tag);
  argNumber(2, given);
  argNumber(3, used);
  argNumber(4, least);
  argNumber(5, greatest);
  warn(code.W_SWEEP_CLAMPED);
}

export function warnSampleOnNoAxis(): void {
  argsClear();
  warn(code.W_SAMPLE_ON_NO_AXIS);
}

export function warnFeatureUnknown(tag: u32): void {
  argsClear();
  tagText(1, tag);
  warn(code.W_FEATURE_UNKNOWN);
}

function warnInkClipped(left: f64, top: f64, right: f64, bottom: f64): void {
  argsClear();
  argNumber(1, left);
  argNumber(2, top);
  argNumber(3, right);
  argNumber(4, bottom);
  warn(code.W_INK_CLIPPED);
}

/** Warns of outlines that reach past the canvas' edges by these many pixels; at or under 0: they do not. */
export function warnClippedBeyond(left: f64, top: f64, right: f64, bottom: f64): void {
  left = max(0, left);
  top = max(0, top);
  right = max(0, right);
  bottom = max(0, bottom);
  if (max(max(left, top), max(right, bottom)) > CLIP_TOLERANCE_PX) warnInkClipped(left, top, right, bottom);
}

export function warnOutlineMissing(ids: usize, listed: u32, count: u32): void {
  argsClear();
  argList(1, code.DETAIL_GLYPHS, ids, listed);
  argNumber(2, <f64>count);
  warn(code.W_OUTLINE_MISSING);
}

/** Looks for .notdef in the shaped run and warns with the code points of its clusters. `points`: the text's code points. */
export function warnMissingGlyphs(points: usize, pointCount: u32): void {
  let i: u32 = 0;
  while (i < glyphTotal && glyphId(i) != 0) i++;
  if (i == glyphTotal) return;
  const limit = <u32>code.LIMIT_WARNING_ITEMS;
  const list = arenaAlloc((<usize>limit) << 2);
  if (list == 0) return;
  let listed: u32 = 0;
  let count: u32 = 0;
  for (; i < glyphTotal; i++) {
    if (glyphId(i) != 0) continue;
    count++;
    const cluster = glyphCluster(i);
    if (cluster >= pointCount) continue;
    const point = load<u32>(points + ((<usize>cluster) << 2));
    let known = listed == limit;
    for (let k: u32 = 0; k < listed && !known; k++) known = load<u32>(list + ((<usize>k) << 2)) == point;
    if (known) continue;
    store<u32>(list + ((<usize>listed) << 2), point);
    listed++;
  }
  argsClear();
  argList(1, code.DETAIL_CODE_POINTS, list, listed);
  argNumber(2, <f64>count);
  warn(code.W_MISSING_GLYPH);
}

// --- the error line ------------------------------------------------------------------------------------------------------

let lineNumber: f64 = 0;

/** Starts a job's report. `line` counts from 1; flags bit 0: error lines carry it. */
export function beginReport(line: f64, flags: u32): void {
  lineNumber = (flags & 1) != 0 ? line : 0;
  problemsReset();
}

/** Writes the error line of the problems at hand and returns `status`. With no memory left even for that, a line of the bare code. */
export function putErrorLine(job: Job, status: i32): i32 {
  const count = problemCount();
  const first = problemCode(0);
  let errorCode = count == 1 ? first : code.E_INVALID_JOB;
  if (count == 0) errorCode = -status;
  const message = count > 0 ? problemMessagePtr(0) : 0;
  beginError(
    job.id,
    job.idLen,
    errorName(errorCode),
    errorNameLen(errorCode),
    message,
    count > 0 ? problemMessageLen(0) : 0,
    count > 0 ? problemFieldPtr(0) : 0,
    count > 0 ? problemFieldLen(0) : 0,
    lineNumber,
    warningsPtr(),
    warningsLength(),
  );
  if (count > 1) {
    beginProblems();
    const listed = problemListed();
    for (let i: u32 = 0; i < listed; i++) {
      const name = problemCode(i);
      putProblem(errorName(name), errorNameLen(name), problemFieldPtr(i), problemFieldLen(i), problemMessagePtr(i), problemMessageLen(i));
    }
    endProblems(listed, count);
  }
  endError();
  endLine();
  return outStatus() == 0 ? status : -code.E_OUT_OF_MEMORY;
}
