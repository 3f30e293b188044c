// The stages of a job, one call each: face → instance → features → text → shape → draw → measure. What a stage leaves for the ones after it is exported here.
// run.ts leads a job through them; it and sweep.ts decide what is made of it.

import { axisMax, axisMin, Face, FontFile, faceOpen } from "../font/face";
import { faultCode, faultNumber, faultTag } from "../font/fault";
import { axisIndex, clampToAxis, defaultCoords, findNamedInstance, Instance, namedInstanceCoords } from "../font/instance";
import { ABSENT, fontFind, hashBytes, instanceFind, UNCHECKED } from "../font/store";
import * as code from "../generated/contract";
import { Measures } from "../measure/measures";
import { arenaAlloc, cancelAsked } from "../native";
import {
  canvasClose,
  canvasOpen,
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
import { glyphTotal, shapeText, usedDirection } from "../shape/shape";
import { decodeUtf8 } from "../text/utf8";
import { measureClusters } from "./boxes";
import { measureRun } from "./extended";
import { drawGlyphs, missingCount, missingIds, missingListed, missingReset, originX, originY, penHome, penX, penY, place } from "./place";
import { Job } from "./record";
import {
  fontProblem,
  hostProblem,
  instanceProblem,
  outOfMemory,
  warnAxisClamped,
  warnAxisUnknown,
  warnClippedBeyond,
  warnFeatureUnknown,
  warnMissingGlyphs,
  warnOutlineMissing,
  warnStaticFont,
} from "./report";

/** What findFace asks of the host. */
export const NEED_FONT: i32 = 1;
export const CHECK_FONT: i32 = 2;

const ownRecord = memory.data(512, 16);
let record: usize = ownRecord;
const measuresRecord = memory.data(96, 16);
const found = memory.data(4, 4);

/** The checked job; for a time another record of its form, see useJob. */
export function job(): Job {
  return changetype<Job>(record);
}
/** From here on the stages work for another record, such as the second picture of a comparison; useOwnJob goes back. */
export function useJob(other: Job): void {
  record = changetype<usize>(other);
}
export function useOwnJob(): void {
  record = ownRecord;
}
/** What the last draw counted. */
export function measured(): Measures {
  return changetype<Measures>(measuresRecord);
}

let face: usize = 0;
let instance: usize = 0;
let coordinates: usize = 0;
let points: usize = 0;
let pointCount: u32 = 0;
let features: usize = 0;
let featureTotal: u32 = 0;
/** Where the pen ended less where it began, in pixels, y down. */
export let advanceX: f64 = 0;
export let advanceY: f64 = 0;

export function usedFace(): Face {
  return changetype<Face>(face);
}
export function usedInstance(): Instance {
  return changetype<Instance>(instance);
}
/** Puts another face, which findFace gave before, in place of the one that was found last. */
export function useFace(other: Face): void {
  face = changetype<usize>(other);
}
/** Puts another instance of the face in place of the one that was found. */
export function useInstance(other: Instance): void {
  instance = changetype<usize>(other);
}
/** The coordinates that the job's font says: f32 × axisCount, the arena's. */
export function jobCoordinates(): usize {
  return coordinates;
}

// --- font and instance ----------------------------------------------------------------------------------------------------

/** The face of the job's font: 0, NEED_FONT, CHECK_FONT, or a negative status. */
export function findFace(): i32 {
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

/** The coordinates of the job's named instance and variations, with warnings for what had to be mended. */
export function findCoordinates(): i32 {
  const j = job();
  const f = changetype<Face>(face);
  const coords = arenaAlloc(max<usize>((<usize>f.axisCount) << 2, 4));
  if (coords == 0) return outOfMemory();
  coordinates = coords;
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
      if (isClamped(given, used)) warnAxisClamped(tag, given, <f64>used, <f64>axisMin(f, <u32>axis), <f64>axisMax(f, <u32>axis));
      store<f32>(coords + ((<usize>axis) << 2), used);
    }
  }
  return 0;
}

/** Whether `used` is another value than `given`, and not only its nearest single-precision float. */
export function isClamped(given: f64, used: f32): bool {
  return <f64>used < given - CLAMP_SLACK || <f64>used > given + CLAMP_SLACK;
}
/** Coordinates are single-precision floats: what rounding does to a value is no clamping. */
const CLAMP_SLACK: f64 = 0.001;

/** The instance at the job's coordinates, from the cache or new. */
export function findInstance(): i32 {
  const status = findCoordinates();
  if (status != 0) return status;
  if (instanceFind(changetype<Face>(face), coordinates, found) != 0) return outOfMemory();
  instance = <usize>load<u32>(found);
  return 0;
}

/** What HarfBuzz's choice of a plan depends on, or may: script, direction, language, features (their values and ranges with them). */
export function planHash(): u32 {
  const j = job();
  let hash = hashBytes(j.language, j.languageLen, (j.script * 31) ^ j.direction);
  for (let i: u32 = 0; i < j.featureCount; i++) {
    const at = j.features + ((<usize>i) << 3);
    hash = hashBytes(<usize>load<u32>(at), load<u32>(at, 4), hash ^ 0x2c);
  }
  return hash;
}

// --- text and shaping -----------------------------------------------------------------------------------------------------

/** Decodes a text (UTF-8); it is the one that is shaped next. */
export function readText(text: usize, bytes: usize): i32 {
  points = arenaAlloc((bytes << 2) + 16);
  if (points == 0) return outOfMemory();
  pointCount = decodeUtf8(text, <u32>bytes, points);
  return 0;
}
/** The code points of the text: u32 each, the arena's. */
export function textPoints(): usize {
  return points;
}
export function textPointCount(): u32 {
  return pointCount;
}
/** Makes a text that was read before the one that is shaped next. */
export function useText(at: usize, count: u32): void {
  points = at;
  pointCount = count;
}

/** Reads the job's features, with a warning for each that the font does not have. */
export function readFeatures(): i32 {
  const j = job();
  features = 0;
  featureTotal = 0;
  if (j.featureCount == 0) return 0;
  features = arenaAlloc(<usize>j.featureCount * FEATURE_BYTES);
  if (features == 0) return outOfMemory();
  for (let i: u32 = 0; i < j.featureCount; i++) {
    const at = j.features + ((<usize>i) << 3);
    const out = features + <usize>featureTotal * FEATURE_BYTES;
    if (!featureParse(<usize>load<u32>(at), load<u32>(at, 4), out)) continue; // the check's grammar is a part of HarfBuzz's, so this cannot be
    if (!featureKnown(changetype<Face>(face), load<u32>(out))) warnFeatureUnknown(load<u32>(out));
    featureTotal++;
  }
  return 0;
}

/** Shapes the text in the instance. */
export function shape(): i32 {
  const j = job();
  const status = shapeText(changetype<Instance>(instance).hb, points, pointCount, j.script, j.direction, j.language, j.languageLen, features, featureTotal);
  return status == 0 ? 0 : outOfMemory();
}

export function warnOfMissingGlyphs(): void {
  warnMissingGlyphs(points, pointCount);
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

/** The byte of no ink. */
export function blankByte(): u32 {
  return job().invert != 0 ? 0 : 255;
}

/** Draws the run on the job's canvas, or only counts it, and measures what the job asks for. */
export function draw(): i32 {
  const j = job();
  const pixels = needsPixels();
  place(j.sizePx, changetype<Face>(face).upem, j.width, j.height, usedDirection, j.hasOrigin != 0, j.originX, j.originY);
  rasterClear();
  canvasClose(); // what a huge canvas took is not held for ever
  if (canvasOpen(<i32>j.width, <i32>j.height, pixels, j.invert != 0) != 0) return outOfMemory();
  const font = changetype<Instance>(instance).hb;
  if ((j.include & (code.INCLUDE_BOXES | code.INCLUDE_EXTENDED)) != 0) {
    const clusters = measureClusters(font, j.sizePx, pointCount, code.E_OUT_OF_MEMORY);
    if (clusters != 0) return drawFault(clusters);
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
  if ((j.include & code.INCLUDE_EXTENDED) != 0 && !measureRun(measured(), <i32>j.width, blankByte(), advanceX, advanceY)) return outOfMemory();
  if (missingCount > 0) warnOutlineMissing(missingIds, missingListed, missingCount);
  warnClippedBeyond(-outlineLeft(), -outlineTop(), outlineRight() - <f64>j.width, outlineBottom() - <f64>j.height);
  return 0;
}
