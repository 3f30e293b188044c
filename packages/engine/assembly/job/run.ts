// One job from its line to its result line: check → stages (font → instance → shape → draw → measure) → content; a sweep goes through the stages many times.
// Stops with a request where the host has to bring a font or to write a picture, and is called again.

import { takeNonFinite } from "../encode/number";
import { OUT_OK, outReset, outStatus, outWantRuns } from "../encode/out";
import { beginSuccess, endLine, putTiming, putWarnings } from "../encode/result";
import { coordsOf } from "../font/instance";
import { notePlan } from "../font/store";
import * as code from "../generated/contract";
import { arenaReset, cancelAsked, hostNow } from "../native";
import { checkJob } from "./check";
import { enumPair, pairLen, pairPtr } from "./check-table";
import { askedBytes, askedPtr, comparedShapeMs, compareRun, putCompared, putComparedFonts } from "./compare";
import { hasPicture, makeImage, putIncluded, putRendering, putUsed } from "./content";
import { JOB_REPLACED } from "./record";
import { beginReport, hostProblem, notFiniteProblem, outOfMemory, putErrorLine, strictProblem, warnInvalidUtf8 } from "./report";
import {
  draw,
  findFace,
  findInstance,
  job,
  jobCoordinates,
  planHash,
  readFeatures,
  readText,
  shape,
  usedFace,
  usedInstance,
  useOwnJob,
  warnOfMissingGlyphs,
} from "./stages";
import {
  PICTURE_READY,
  pictureName,
  pictureNameBytes,
  putSweepWarnings,
  sweepBegin,
  sweepClose,
  sweepDrawnMs,
  sweepOn,
  sweepPicture,
  sweepShapedMs,
} from "./sweep";
import { warningCount, warningsLength, warningsPtr, warningsReset } from "./warnings";

export { NEED_IMAGE } from "./compare";
export { imageBytes, imagePtr } from "./content";
export { CHECK_FONT, NEED_FONT } from "./stages";

/** What runJob asks of the host beside a font. */
export const OP_LINE: i32 = 3;
export const NEED_OUTPUT: i32 = 4;

let strict = false;
let timing = true;
let outDir = false;
export let shapeMs: f64 = 0;
export let renderMs: f64 = 0;
export let encodeMs: f64 = 0;
export let jobsDone: u32 = 0;

export function setStrict(on: bool): void {
  strict = on;
}
export function setTiming(on: bool): void {
  timing = on;
}
/** With this on, pictures go to the host (NEED_OUTPUT) and lines carry their path. */
export function setOutDir(on: bool): void {
  outDir = on;
}

let startedMs: f64 = 0;
let shapedMs: f64 = 0; // time spent shaping
let drawnMs: f64 = 0; // time spent drawing and measuring
let drawnAtMs: f64 = 0; // when that ended
let waiting = false; // the picture is with the host, the line is still to be written

// --- a picture --------------------------------------------------------------------------------------------------------------

/** Shapes and draws the job's text. */
function make(): i32 {
  const j = job();
  let status = readText(j.text, j.textLen);
  if (status == 0) status = readFeatures();
  if (status != 0) return status;
  const before = timing ? hostNow() : 0;
  status = shape();
  const between = timing ? hostNow() : 0;
  shapedMs = between - before;
  if (status != 0) return status;
  warnOfMissingGlyphs();
  status = draw();
  drawnAtMs = timing ? hostNow() : 0;
  drawnMs = drawnAtMs - between;
  return status;
}

/** Writes the success line. `path`: where the host put the picture, pathBytes 0: it goes into the line. */
function putResult(path: usize, pathBytes: u32): bool {
  const j = job();
  beginSuccess(j.id, j.idLen);
  const complete = putRendering(path, pathBytes);
  putIncluded();
  putWarnings(warningsPtr(), warningsLength());
  putUsed(coordsOf(usedInstance()));
  if (timing) {
    const now = hostNow();
    shapeMs += shapedMs;
    renderMs += drawnMs;
    encodeMs += now - drawnAtMs;
    putTiming(shapedMs, drawnMs + now - drawnAtMs, now - startedMs);
  }
  endLine();
  return complete && outStatus() == OUT_OK;
}

// --- the job --------------------------------------------------------------------------------------------------------------

/** What the last request is about: a font's path, an op's name, the id of the job whose picture is to be written. */
let needed: usize = 0;
let neededLength: u32 = 0;
export function neededPtr(): usize {
  return needed;
}
export function neededBytes(): u32 {
  return neededLength;
}

function ask(request: i32, text: usize, bytes: u32): i32 {
  needed = text;
  neededLength = bytes;
  return request;
}

/** A job's flag: the host puts long runs of one letter into the line itself. */
const FLAG_RUNS: u32 = 2;

function begin(lineNumber: f64, flags: u32): void {
  waiting = false;
  takeNonFinite();
  useOwnJob();
  sweepClose(); // of a sweep whose picture never came back
  arenaReset();
  warningsReset();
  beginReport(lineNumber, flags);
  outWantRuns((flags & FLAG_RUNS) != 0);
}

function askOp(): i32 {
  const pair = enumPair(code.F_OP_OP, job().op - 1);
  return ask(OP_LINE, pairPtr(pair), <u32>pairLen(pair));
}

/**
 * Runs the job of a line. Returns 0 and a success line in the output; a negative code and an error line; or what the host has to do first: NEED_FONT and CHECK_FONT (the path is
 * at neededPtr), NEED_IMAGE (a picture file's path is there), OP_LINE (the op's name is there), NEED_OUTPUT (the picture is at imagePtr, the job's id at neededPtr; then finishJob or failJob).
 */
export function runJob(line: usize, bytes: u32, lineNumber: f64, flags: u32): i32 {
  if (timing) startedMs = hostNow();
  begin(lineNumber, flags);
  const j = job();
  const checked = checkJob(line, bytes, j);
  if (checked > 0) return askOp();
  if (checked != 0) {
    jobsDone++;
    return putErrorLine(j, checked);
  }
  if ((j.flags & JOB_REPLACED) != 0) warnInvalidUtf8();
  switch (j.kind) {
    case code.JOB_COMPARE:
      return runCompare();
    case code.JOB_SWEEP:
      return runSweep();
    default:
      return runRender();
  }
}

function runCompare(): i32 {
  const j = job();
  const before = timing ? hostNow() : 0;
  let status = compareRun(timing);
  useOwnJob();
  if (status > 0) return ask(status, askedPtr, askedBytes);
  jobsDone++;
  if (status == 0 && strict && warningCount() > 0) status = strictProblem();
  if (status != 0) return putErrorLine(j, status);
  beginSuccess(j.id, j.idLen);
  putCompared(j);
  putWarnings(warningsPtr(), warningsLength());
  putComparedFonts(j);
  if (timing) {
    const now = hostNow();
    shapeMs += comparedShapeMs;
    renderMs += now - before - comparedShapeMs;
    putTiming(comparedShapeMs, now - before - comparedShapeMs, now - startedMs);
  }
  endLine();
  return leave(outStatus() == OUT_OK);
}

/** The job's face, ready for its plan: 0, a request, or a negative status. */
function openFace(): i32 {
  const j = job();
  let status = findFace();
  if (status > 0) return ask(status, j.path, j.pathLen);
  if (status == 0 && cancelAsked()) status = hostProblem(j, code.E_CANCELLED, 0, 0);
  if (status == 0) notePlan(usedFace(), planHash());
  return status;
}

function runRender(): i32 {
  const j = job();
  let status = openFace();
  if (status > 0) return status;
  if (status == 0) status = findInstance();
  if (status == 0) status = make();
  jobsDone++;
  if (status == 0 && strict && warningCount() > 0) status = strictProblem();
  if (status == 0 && cancelAsked()) status = hostProblem(j, code.E_CANCELLED, 0, 0);
  if (status != 0) return putErrorLine(j, status);
  if (outDir && hasPicture()) {
    outReset();
    if (!makeImage()) return putErrorLine(j, outOfMemory());
    waiting = true;
    return ask(NEED_OUTPUT, j.id, j.idLen);
  }
  return leave(putResult(0, 0));
}

// --- a sweep ----------------------------------------------------------------------------------------------------------------

function runSweep(): i32 {
  let status = openFace();
  if (status > 0) return status;
  jobsDone++;
  beginSuccess(job().id, job().idLen);
  if (status == 0) status = sweepBegin(outDir, strict, timing);
  return endSweepJob(status == 0 ? sweepOn() : status);
}

/** After a call of the sweep: asks the host to write its picture, or ends the line. */
function endSweepJob(status: i32): i32 {
  if (status == PICTURE_READY) {
    waiting = true;
    return ask(NEED_OUTPUT, pictureName, pictureNameBytes);
  }
  sweepClose();
  if (status != 0) return putErrorLine(job(), status);
  putSweepWarnings();
  putUsed(jobCoordinates());
  if (timing) {
    const now = hostNow();
    const rest = now - startedMs - sweepShapedMs;
    shapeMs += sweepShapedMs;
    renderMs += sweepDrawnMs;
    encodeMs += max<f64>(0, rest - sweepDrawnMs);
    putTiming(sweepShapedMs, rest, now - startedMs);
  }
  endLine();
  return leave(outStatus() == OUT_OK);
}

// what was encoded while the host cancelled is dropped: it may be cut short
function leave(complete: bool): i32 {
  const notFinite = complete ? notFiniteProblem() : 0;
  if (notFinite != 0) return putErrorLine(job(), notFinite);
  if (complete && !cancelAsked()) return 0;
  return putErrorLine(job(), complete ? hostProblem(job(), code.E_CANCELLED, 0, 0) : outOfMemory());
}

/** After NEED_OUTPUT: the picture lies at `path` now. Writes the line. */
export function finishJob(path: usize, pathBytes: u32): i32 {
  if (!waiting) return putErrorLine(job(), hostProblem(job(), code.E_INVALID_ARGUMENT, 0, 0));
  waiting = false;
  if (job().kind == code.JOB_SWEEP) return endSweepJob(sweepPicture(path, pathBytes));
  return leave(putResult(path, pathBytes));
}

/** After NEED_OUTPUT: the picture could not be written. Writes the error line. */
export function failJob(errorCode: i32, detail: usize, detailBytes: u32): i32 {
  waiting = false;
  sweepClose();
  return putErrorLine(job(), hostProblem(job(), errorCode, detail, detailBytes));
}

/** Checks a line without its font: 0, OP_LINE, or a negative code and an error line. */
export function validateJob(line: usize, bytes: u32, lineNumber: f64, flags: u32): i32 {
  begin(lineNumber, flags);
  const status = checkJob(line, bytes, job());
  if (status > 0) return askOp();
  return status == 0 ? 0 : putErrorLine(job(), status);
}

/** Writes the error line of a job that the host gave up, with the job's id where the line has one. */
export function answerJob(line: usize, bytes: u32, lineNumber: f64, flags: u32, errorCode: i32, detail: usize, detailBytes: u32): i32 {
  begin(lineNumber, flags);
  checkJob(line, bytes, job());
  beginReport(lineNumber, flags); // whatever else is wrong with it, this is why it ended
  return putErrorLine(job(), hostProblem(job(), errorCode, detail, detailBytes));
}

/** Writes the error line of a document that could not be read; its problems are at hand. */
export function documentErrorLine(status: i32): void {
  job().idLen = 0;
  warningsReset();
  putErrorLine(job(), status);
}
