// One job from its line to its result line: check → font → instance → shape → place → draw → measure → encode.
// Stops with a request where the host has to bring a font or to write a picture, and is called again.

import { putBase64, putCanvasBase64 } from "../encode/base64";
import { putExtendedPicture, putExtendedSet } from "../encode/extended";
import { OUT_OK, outLength, outPtr, outReset, outRewind, outStatus, putBytes } from "../encode/out";
import { putPgmBase64, putPgmHeader } from "../encode/pgm";
import { PNG_OK, pngFile, pngFileBytes, pngMake, putPngBase64 } from "../encode/png";
import {
  beginBoxes,
  beginData,
  beginFont,
  beginGlyphs,
  beginRendering,
  beginSuccess,
  endBoxes,
  endData,
  endFont,
  endGlyphs,
  endLine,
  endRendering,
  putBox,
  putCoordinate,
  putGlyph,
  putHash,
  putMetrics,
  putPath,
  putText,
  putTiming,
  putWarnings,
} from "../encode/result";
import { sha256 } from "../encode/sha256";
import { svgBegin, svgEnd } from "../encode/svg";
import { axisMax, axisMin, axisTag, Face, FontFile, faceOpen } from "../font/face";
import { faultCode, faultNumber, faultTag } from "../font/fault";
import { axisIndex, clampToAxis, coordsOf, defaultCoords, findNamedInstance, Instance, namedInstanceCoords } from "../font/instance";
import { ABSENT, fontFind, hashBytes, instanceFind, notePlan, UNCHECKED } from "../font/store";
import * as code from "../generated/contract";
import { beam, centroidX, centroidY, density, inkArea, Measures } from "../measure/measures";
import { arenaAlloc, arenaReset, cancelAsked, hb_font_glyph_to_string, hostNow } from "../native";
import {
  canvasOpen,
  canvasPixels,
  inkBottom,
  inkTop,
  outlineBottom,
  outlineLeft,
  outlineRight,
  outlineTop,
  rasterBegin,
  rasterClear,
  rasterReset,
  sweepImage,
  sweepImageBox,
  sweepMeasure,
} from "../raster/raster";
import { FEATURE_BYTES, featureKnown, featureParse } from "../shape/features";
import { glyphCluster, glyphId, glyphTotal, shapeText, usedDirection, usedLanguage, usedScript, xAdvance, xOffset, yAdvance, yOffset } from "../shape/shape";
import { decodeUtf8 } from "../text/utf8";
import { ClusterBox, clusterBoxes, clusterCount, measureClusters } from "./boxes";
import { checkJob } from "./check";
import { enumPair, pairLen, pairPtr } from "./check-table";
import { advanceVariation, bearingEnd, bearingStart, consistency, extendedPicture, measureRun, renderedAspect, widthRhythm } from "./extended";
import {
  drawGlyphs,
  drawSvg,
  missingCount,
  missingIds,
  missingListed,
  missingReset,
  originX,
  originY,
  penHome,
  penSkip,
  penX,
  penY,
  place,
  scale,
} from "./place";
import { JOB_REPLACED, Job } from "./record";
import {
  beginReport,
  fontProblem,
  hostProblem,
  instanceProblem,
  outOfMemory,
  putErrorLine,
  strictProblem,
  warnAxisClamped,
  warnAxisUnknown,
  warnFeatureUnknown,
  warnInkClipped,
  warnInvalidUtf8,
  warnMissingGlyphs,
  warnOutlineMissing,
  warnStaticFont,
} from "./report";
import { warningCount, warningsLength, warningsPtr, warningsReset } from "./warnings";

/** What runJob asks of the host. */
export const NEED_FONT: i32 = 1;
export const CHECK_FONT: i32 = 2;
export const OP_LINE: i32 = 3;
export const NEED_OUTPUT: i32 = 4;

/** A run whose outlines reach over an edge by less than this (px) is not told as clipped. It is the rasteriser's grid. */
const CLIP_TOLERANCE_PX: f64 = 1.0 / 256;

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

const jobRecord = memory.data(512, 16);
const measuresRecord = memory.data(96, 16);
const found = memory.data(4, 4);

// what the stages leave for the ones after them
let face: usize = 0;
let instance: usize = 0;
let points: usize = 0;
let pointCount: u32 = 0;
let features: usize = 0;
let featureTotal: u32 = 0;
let startedMs: f64 = 0;
let shapedMs: f64 = 0; // time spent shaping
let drawnMs: f64 = 0; // time spent drawing and measuring
let drawnAtMs: f64 = 0; // when that ended
let advanceX: f64 = 0;
let advanceY: f64 = 0;
let waiting = false; // the picture is with the host, the line is still to be written

function job(): Job {
  return changetype<Job>(jobRecord);
}

// --- font and instance ----------------------------------------------------------------------------------------------------

function findFace(): i32 {
  const j = job();
  const state = fontFind(j.path, j.pathLen, found);
  if (state == ABSENT) return NEED_FONT;
  if (state == UNCHECKED) return CHECK_FONT;
  const file = changetype<FontFile>(<usize>load<u32>(found));
  if (file.faultCode != 0) return fontProblem(j, file.faultCode, file.faultTag, file.faultNumber, file.faultDetail, file.faultDetailBytes);
  if (faceOpen(file, j.faceIndex, found) != 0) return fontProblem(j, faultCode, faultTag, faultNumber, 0, 0);
  face = <usize>load<u32>(found);
  return 0;
}

function findInstance(): i32 {
  const j = job();
  const f = changetype<Face>(face);
  const coords = arenaAlloc(max<usize>((<usize>f.axisCount) << 2, 4));
  if (coords == 0) return outOfMemory();
  defaultCoords(f, coords);
  if (j.instanceLen > 0) {
    const index = findNamedInstance(f, j.instance, j.instanceLen);
    if (index < 0) return instanceProblem(j, f);
    namedInstanceCoords(f, <u32>index, coords);
  }
  if (j.variationCount > 0 && f.axisCount == 0) warnStaticFont();
  else {
    for (let i: u32 = 0; i < j.variationCount; i++) {
      const at = j.variations + ((<usize>i) << 4);
      const tag = load<u32>(at);
      const given = load<f64>(at, 8);
      const axis = axisIndex(f, tag);
      if (axis < 0) {
        warnAxisUnknown(f, tag);
        continue;
      }
      const used = clampToAxis(f, <u32>axis, given);
      if (<f64>used < given - CLAMP_SLACK || <f64>used > given + CLAMP_SLACK)
        warnAxisClamped(tag, given, <f64>used, <f64>axisMin(f, <u32>axis), <f64>axisMax(f, <u32>axis));
      store<f32>(coords + ((<usize>axis) << 2), used);
    }
  }
  if (instanceFind(f, coords, found) != 0) return outOfMemory();
  instance = <usize>load<u32>(found);
  return 0;
}
/** Coordinates are single-precision floats: what rounding does to a value is no clamping. */
const CLAMP_SLACK: f64 = 0.001;

// what HarfBuzz's choice of a plan depends on, or may: script, direction, language, features (their values and ranges with them)
function planHash(): u32 {
  const j = job();
  let hash = hashBytes(j.language, j.languageLen, (j.script * 31) ^ j.direction);
  for (let i: u32 = 0; i < j.featureCount; i++) {
    const at = j.features + ((<usize>i) << 3);
    hash = hashBytes(<usize>load<u32>(at), load<u32>(at, 4), hash ^ 0x2c);
  }
  return hash;
}

// --- text and shaping -----------------------------------------------------------------------------------------------------

function shape(): i32 {
  const j = job();
  points = arenaAlloc(((<usize>j.textLen) << 2) + 16);
  if (points == 0) return outOfMemory();
  pointCount = decodeUtf8(j.text, j.textLen, points);
  features = 0;
  featureTotal = 0;
  if (j.featureCount > 0) {
    features = arenaAlloc(<usize>j.featureCount * FEATURE_BYTES);
    if (features == 0) return outOfMemory();
    for (let i: u32 = 0; i < j.featureCount; i++) {
      const at = j.features + ((<usize>i) << 3);
      const out = features + <usize>featureTotal * FEATURE_BYTES;
      if (!featureParse(<usize>load<u32>(at), load<u32>(at, 4), out)) continue; // the check's grammar is a part of HarfBuzz's, so this cannot be
      if (!featureKnown(changetype<Face>(face), load<u32>(out))) warnFeatureUnknown(load<u32>(out));
      featureTotal++;
    }
  }
  const before = timing ? hostNow() : 0;
  const status = shapeText(changetype<Instance>(instance).hb, points, pointCount, j.script, j.direction, j.language, j.languageLen, features, featureTotal);
  if (timing) shapedMs = hostNow() - before;
  if (status != 0) return outOfMemory();
  warnMissingGlyphs(points, pointCount);
  return 0;
}

// --- drawing and measuring ------------------------------------------------------------------------------------------------

/** The font check's reason for a glyph whose data is cut short (native/shim/check.h). */
const GLYPH_DAMAGED: f64 = 8;

// what ends drawing early: a cancelled call, or memory
function drawFault(status: i32): i32 {
  rasterReset();
  return status == -code.E_CANCELLED ? hostProblem(job(), code.E_CANCELLED, 0, 0) : outOfMemory();
}

function needsPixels(): bool {
  const format = job().format;
  return (
    format == code.FORMAT_PGM || format == code.FORMAT_PNG || format == code.FORMAT_RAW || (job().include & (code.INCLUDE_HASH | code.INCLUDE_EXTENDED)) != 0
  );
}

function draw(): i32 {
  const j = job();
  const before = timing ? hostNow() : 0;
  const pixels = needsPixels();
  place(j.sizePx, changetype<Face>(face).upem, j.width, j.height, usedDirection, j.hasOrigin != 0, j.originX, j.originY);
  rasterClear();
  if (canvasOpen(<i32>j.width, <i32>j.height, pixels, j.invert != 0) != 0) return outOfMemory();
  const font = changetype<Instance>(instance).hb;
  if ((j.include & (code.INCLUDE_BOXES | code.INCLUDE_EXTENDED)) != 0) {
    const measured = measureClusters(font, j.sizePx, pointCount, code.E_OUT_OF_MEMORY);
    if (measured != 0) return drawFault(measured);
  }
  if (rasterBegin() != 0) return outOfMemory();
  missingReset();
  penHome();
  const status = drawGlyphs(font, 0, glyphTotal);
  if (status != 0) return drawFault(status);
  if (missingCount > 0 && changetype<Face>(face).outlines != 0) {
    // the face has outlines, so a glyph that cannot be drawn is damaged: no picture without it
    rasterReset();
    return fontProblem(j, code.E_FONT_INVALID, changetype<Face>(face).outlines, GLYPH_DAMAGED, 0, 0);
  }
  advanceX = penX - originX;
  advanceY = penY - originY;
  if (cancelAsked()) return drawFault(-code.E_CANCELLED);
  if (!pixels) sweepMeasure(measuresRecord);
  else if ((j.include & code.INCLUDE_METRICS) != 0) sweepImage(measuresRecord);
  else sweepImageBox(measuresRecord); // actual_bbox is all the line tells
  if ((j.include & code.INCLUDE_EXTENDED) != 0) {
    if (!measureRun(changetype<Measures>(measuresRecord), <i32>j.width, blankByte(), advanceX, advanceY)) return outOfMemory();
  }
  if (missingCount > 0) warnOutlineMissing(missingIds, missingListed, missingCount);
  warnClipped();
  if (timing) {
    drawnAtMs = hostNow();
    drawnMs = drawnAtMs - before;
  }
  return 0;
}

function warnClipped(): void {
  const j = job();
  const left = max(0, -outlineLeft());
  const top = max(0, -outlineTop());
  const right = max(0, outlineRight() - <f64>j.width);
  const bottom = max(0, outlineBottom() - <f64>j.height);
  if (max(max(left, top), max(right, bottom)) > CLIP_TOLERANCE_PX) warnInkClipped(left, top, right, bottom);
}

// --- the result line ------------------------------------------------------------------------------------------------------

const digest = memory.data(32, 16);
const glyphName = memory.data(128, 16);
const GLYPH_NAME_BYTES: u32 = 128;

/** Puts the picture into the line as its encoding has it: base64 of the file or the canvas, or the SVG's text. Returns false where memory ran out. */
function putPicture(): bool {
  const j = job();
  beginData();
  if (j.format == code.FORMAT_PGM) putPgmBase64(canvasPixels(), j.width, j.height, inkTop(), inkBottom(), blankByte());
  else if (j.format == code.FORMAT_RAW) putCanvasBase64(canvasPixels(), <usize>j.width * <usize>j.height, blankByte());
  else if (j.format == code.FORMAT_PNG) {
    if (putPngBase64(canvasPixels(), j.width, j.height, inkTop(), inkBottom(), blankByte()) != PNG_OK) return false;
  } else if (j.encoding == code.ENCODING_JSON) putSvgDocument();
  else {
    // written behind the line so far, then replaced by its own base64
    const before = outLength();
    putSvgDocument();
    const bytes = outLength() - before;
    const copy = arenaAlloc(bytes);
    if (copy == 0) return false;
    memory.copy(copy, outPtr() + before, bytes);
    outRewind(before);
    putBase64(copy, bytes);
  }
  endData();
  return true;
}

function blankByte(): u32 {
  return job().invert != 0 ? 0 : 255;
}

function putSvgDocument(): void {
  const j = job();
  svgBegin(j.width, j.height, j.invert != 0);
  drawSvg(changetype<Instance>(instance).hb);
  svgEnd();
}

export let imagePtr: usize = 0;
export let imageBytes: usize = 0;

/** Makes the picture's file as bytes for the host at imagePtr. Returns false where memory ran out. */
function makeImage(): bool {
  const j = job();
  outReset();
  if (j.format == code.FORMAT_RAW) {
    imagePtr = canvasPixels();
    imageBytes = <usize>j.width * <usize>j.height;
    return true;
  }
  if (j.format == code.FORMAT_PNG) {
    if (pngMake(canvasPixels(), j.width, j.height, inkTop(), inkBottom(), blankByte()) != PNG_OK) return false;
    imagePtr = pngFile;
    imageBytes = pngFileBytes;
    return true;
  }
  if (j.format == code.FORMAT_PGM) {
    putPgmHeader(j.width, j.height);
    putBytes(canvasPixels(), <usize>j.width * <usize>j.height);
  } else putSvgDocument();
  imagePtr = outPtr();
  imageBytes = outLength();
  return outStatus() == OUT_OK;
}

/** Writes the success line. `path`: where the host put the picture, pathBytes 0: it goes into the line. */
function putResult(path: usize, pathBytes: u32): bool {
  const j = job();
  const m = changetype<Measures>(measuresRecord);
  const f = changetype<Face>(face);
  let complete = true;
  beginSuccess(j.id, j.idLen);
  beginRendering(j.format, j.encoding);
  if (pathBytes > 0) putPath(path, pathBytes);
  else if (hasPicture()) complete = putPicture();
  endRendering(j.width, j.height, m.left, m.top, m.right, m.bottom);
  if (j.format == code.FORMAT_METRICS || (j.include & code.INCLUDE_METRICS) != 0) {
    putMetrics(density(m, j.width, j.height), beam(m, j.width), inkArea(m), m.left, m.top, m.right, m.bottom, centroidX(m), centroidY(m), advanceX, advanceY);
    if ((j.include & code.INCLUDE_EXTENDED) != 0) putExtended();
  }
  if ((j.include & code.INCLUDE_BOXES) != 0) {
    beginBoxes();
    for (let i: u32 = 0; i < clusterCount; i++) {
      const box = changetype<ClusterBox>(clusterBoxes + <usize>i * offsetof<ClusterBox>());
      putBox(box.start, box.end, <f64>box.inkX, <f64>box.inkY, <f64>box.inkW, <f64>box.inkH, box.x, box.y, box.w, box.h);
    }
    endBoxes();
  }
  if ((j.include & code.INCLUDE_GLYPHS) != 0) putGlyphs();
  if ((j.include & code.INCLUDE_HASH) != 0) {
    sha256(canvasPixels(), <usize>j.width * <usize>j.height, digest);
    putHash(digest);
  }
  putWarnings(warningsPtr(), warningsLength());
  beginFont(j.path, j.pathLen, j.faceIndex);
  const coords = coordsOf(changetype<Instance>(instance));
  for (let i: u32 = 0; i < f.axisCount; i++)
    if (axisIndex(f, axisTag(f, i)) == <i32>i) putCoordinate(axisTag(f, i), <f64>load<f32>(coords + ((<usize>i) << 2)));
  endFont();
  putText(usedScript, usedDirection, usedLanguage, j.languageLen != 0 ? textLength(usedLanguage) : 0);
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

function putExtended(): void {
  const e = extendedPicture();
  putExtendedPicture(e.inkDensity, e.momentXX, e.momentYY, e.momentXY, e.perimeter, bearingStart, bearingEnd, e.gapCount, e.gaps, e.gapsListed);
  putExtendedSet(e.gapVariation, advanceVariation, widthRhythm, renderedAspect, consistency);
}

function textLength(text: usize): usize {
  let n: usize = 0;
  if (text != 0) while (load<u8>(text + n) != 0) n++;
  return n;
}

function putGlyphs(): void {
  const font = changetype<Instance>(instance).hb;
  beginGlyphs();
  penHome();
  for (let i: u32 = 0; i < glyphTotal; i++) {
    const id = glyphId(i);
    hb_font_glyph_to_string(font, id, glyphName, GLYPH_NAME_BYTES);
    const x = penX;
    const y = penY;
    penSkip(i);
    putGlyph(
      id,
      glyphName,
      textLength(glyphName),
      glyphCluster(i),
      xAdvance(i),
      yAdvance(i),
      xOffset(i),
      yOffset(i),
      penX - x,
      penY - y,
      x + <f64>xOffset(i) * scale,
      y - <f64>yOffset(i) * scale,
    );
  }
  endGlyphs();
}

// --- the job --------------------------------------------------------------------------------------------------------------

/** Whether the job's picture goes anywhere: format metrics and encoding none have none. */
function hasPicture(): bool {
  return job().format != code.FORMAT_METRICS && job().encoding != code.ENCODING_NONE;
}

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

function begin(lineNumber: f64, flags: u32): void {
  waiting = false;
  arenaReset();
  warningsReset();
  beginReport(lineNumber, flags);
}

function askOp(): i32 {
  const pair = enumPair(code.F_OP_OP, job().op - 1);
  return ask(OP_LINE, pairPtr(pair), <u32>pairLen(pair));
}

/**
 * Runs the job of a line. Returns 0 and a success line in the output; a negative code and an error line; or what the host has to do first: NEED_FONT and CHECK_FONT (the path is
 * at neededPtr), OP_LINE (the op's name is there), NEED_OUTPUT (the picture is at imagePtr, the job's id at neededPtr; then finishJob or failJob).
 */
export function runJob(line: usize, bytes: u32, lineNumber: f64, flags: u32): i32 {
  if (timing) startedMs = hostNow();
  begin(lineNumber, flags);
  const j = job();
  let status = checkJob(line, bytes, j);
  if (status > 0) return askOp();
  if (status == 0) {
    if ((j.flags & JOB_REPLACED) != 0) warnInvalidUtf8();
    status = findFace();
    if (status > 0) return ask(status, j.path, j.pathLen);
  }
  if (status == 0 && cancelAsked()) status = hostProblem(j, code.E_CANCELLED, 0, 0);
  if (status == 0) {
    notePlan(changetype<Face>(face), planHash());
    status = findInstance();
  }
  if (status == 0) status = shape();
  if (status == 0) status = draw();
  jobsDone++;
  if (status == 0 && strict && warningCount() > 0) status = strictProblem();
  if (status == 0 && cancelAsked()) status = hostProblem(j, code.E_CANCELLED, 0, 0);
  if (status != 0) return putErrorLine(j, status);
  if (outDir && hasPicture()) {
    if (!makeImage()) return putErrorLine(j, outOfMemory());
    waiting = true;
    return ask(NEED_OUTPUT, j.id, j.idLen);
  }
  return leave(putResult(0, 0));
}

// what was encoded while the host cancelled is dropped: it may be cut short
function leave(complete: bool): i32 {
  if (complete && !cancelAsked()) return 0;
  return putErrorLine(job(), complete ? hostProblem(job(), code.E_CANCELLED, 0, 0) : outOfMemory());
}

/** After NEED_OUTPUT: the picture lies at `path` now. Writes the line. */
export function finishJob(path: usize, pathBytes: u32): i32 {
  if (!waiting) return putErrorLine(job(), hostProblem(job(), code.E_INVALID_ARGUMENT, 0, 0));
  waiting = false;
  return leave(putResult(path, pathBytes));
}

/** After NEED_OUTPUT: the picture could not be written. Writes the error line. */
export function failJob(errorCode: i32, detail: usize, detailBytes: u32): i32 {
  waiting = false;
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
