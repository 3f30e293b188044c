// Matching: the design coordinates at which a font's pictures of some texts come closest to target pictures. In: prepared texts with their targets, the axes to move along, a
// budget of renders. Out: the best coordinates, and the way there. match/search.ts chooses points of the unit cube; here each becomes coordinates, pictures, a score.
//
// Large pictures are first matched at about COARSE_PX per em, against targets that are reduced to boxes of whole pixels: there a score changes evenly over a longer way, so that
// a search from few points finds the right valley; the rest of the budget goes on from there at full size.

import { absoluteSum, compareAgainst, pictureSum, squaredSum, Target, targetClose, targetOpen } from "../compare/against";
import {
  ALIGN_CORNER,
  COMPARE_CANCELLED,
  COMPARE_OK,
  Comparison,
  compare,
  MEASURE_IOU,
  MEASURE_PIXEL_DELTA,
  MEASURE_PIXEL_DELTA_CENTER,
  MEASURE_RMSE,
  MEASURE_SSIM,
} from "../compare/compare";
import { findInk, Picture } from "../compare/plane";
import { beginMatch, beginMatchStep, endMatch, endMatchStep, putMatchCounts } from "../encode/match";
import { outReset } from "../encode/out";
import { beginCoordinates, endCoordinates, putCoordinate } from "../encode/result";
import { axisTag, Face } from "../font/face";
import { axisIndex } from "../font/instance";
import * as code from "../generated/contract";
import { broken, calls, descend, haltonPoint, searchCall, searchGoesOn, searchOpen } from "../match/search";
import { arenaAlloc, cancelAsked, free, hb_font_create, hb_font_destroy, hb_font_set_var_coords_design, malloc } from "../native";
import {
  Canvas,
  canvasFree,
  canvasNew,
  canvasOpen,
  canvasPixels,
  canvasUse,
  inkBottom,
  inkTop,
  outlineBottom,
  outlineLeft,
  outlineRight,
  outlineTop,
  rasterBegin,
  rasterClear,
  rasterReset,
  sweepImageBox,
  sweepMeasure,
} from "../raster/raster";
import { FEATURE_BYTES, featureKnown } from "../shape/features";
import { BTT, glyphTotal, shapeText, TTB, usedDirection } from "../shape/shape";
import { drawGlyphs, missingCount, missingIds, missingListed, missingReset, penHome, place } from "./place";
import { warnClippedBeyond, warnFeatureUnknown, warnInvalidUtf8, warnMissingGlyphs, warnOutlineMissing } from "./report";
import { warningsLength, warningsOf, warningsPtr, warningsReset } from "./warnings";

/** Pixels per em of the coarse stage, at least: letters keep their shape. Sizes under twice this have none. */
const COARSE_PX: f64 = 100;
/** The coarse stage's part of the budget, and the least budget (evaluations) that is worth one. */
const COARSE_PART: f64 = 0.6;
const COARSE_LEAST: u32 = 12;
/** Steps of the way that are kept. */
const STEPS_MAX: u32 = 4096;
/** First simplex, in parts of an axis' range: from sampled points, and around what the coarse stage found. */
const SAMPLED_RADIUS: f64 = 0.2;
const FINE_RADIUS: f64 = 0.03;
const COARSE_TOLERANCE: f64 = 0.001;
const FINE_TOLERANCE: f64 = 0.0001;
const RESTARTS: u32 = 5;
const STARTS_MAX: u32 = 3;

export const STOPPED_EXACT: u32 = 0;
export const STOPPED_CONVERGED: u32 = 1;
export const STOPPED_BUDGET: u32 = 2;

/** A text and the picture it is to be like. The caller fills the first part; all of it lies in the arena. */
@unmanaged
export class MatchText {
  points: usize;
  pointCount: u32;
  script: u32;
  direction: u32;
  language: usize;
  languageBytes: u32;
  features: usize;
  featureCount: u32;
  hasOrigin: u32;
  originX: f64;
  originY: f64;
  /** The target: pixels that stay where they are, and their byte of no ink. The canvas has its size. */
  pixels: usize;
  width: i32;
  height: i32;
  blank: u32;
  /** Bytes that were no UTF-8 were read as U+FFFD. */
  replaced: u32;
  // ours
  fine: Target;
  coarse: Target;
  coarsePixels: usize;
  coarseWidth: i32;
  coarseHeight: i32;
  canvas: Canvas;
  coarseCanvas: Canvas;
}

/** What is asked. */
@unmanaged
export class MatchSpec {
  face: usize;
  /** f32 × axisCount, where every axis stands that is not moved; those that are begin there. The arena's: overwritten. */
  coordinates: usize;
  /** {u32 index, f32 min, f32 max} each. */
  axes: usize;
  axisCount: u32;
  texts: usize;
  textCount: u32;
  sizePx: f64;
  /** One MEASURE_… bit. */
  objective: u32;
  mode: u32;
  reach: u32;
  /** Evaluations at most: a picture of each text. */
  evaluations: u32;
  coarse: u32;
}

let spec: MatchSpec = changetype<MatchSpec>(0);
let font: usize = 0;
let inCoarse = false;
let factor: i32 = 1;
let failure: i32 = 0; // the contract's code of what ended the search
let steps: usize = 0; // {u32 evaluation, u32 coarse, f64 score, f32 × axes} each
let stepBytes: usize = 0;
let stepCount: u32 = 0;
let bestScore: f64 = 0;
export let stopped: u32 = 0;

const found = memory.data(128, 16); // the best point
const starts = memory.data(384, 16); // STARTS_MAX points
const startScores = memory.data(24, 8);
const sampled = memory.data(128, 16);
const first = changetype<Picture>(memory.data(32, 16));
const second = changetype<Picture>(memory.data(32, 16));
const compared = changetype<Comparison>(memory.data(96, 16));
const tally = memory.data(96, 16);

function textAt(i: u32): MatchText {
  return changetype<MatchText>(spec.texts + <usize>i * offsetof<MatchText>());
}

/** Seeks. 0: putMatch writes what was found; else a positive code of the contract. */
export function matchRun(asked: MatchSpec): i32 {
  spec = asked;
  failure = 0;
  stepCount = 0;
  stepBytes = (16 + ((<usize>spec.axisCount) << 2) + 7) & ~7;
  steps = arenaAlloc(stepBytes * min(spec.evaluations, STEPS_MAX));
  if (steps == 0) return code.E_OUT_OF_MEMORY;
  factor = max(1, <i32>(spec.sizePx / COARSE_PX));
  if (spec.coarse == 0 || spec.evaluations < COARSE_LEAST) factor = 1;
  font = hb_font_create(changetype<Face>(spec.face).hb);
  if (prepare()) seek();
  else failure = code.E_OUT_OF_MEMORY;
  // a score that is no number, and nothing that explains it
  if (failure == 0 && broken) failure = code.E_INTERNAL;
  warningsReset();
  if (failure == 0) warnOfPictures();
  hb_font_destroy(font);
  for (let i: u32 = 0; i < spec.textCount; i++) close(textAt(i));
  return failure;
}

// --- the way through the budget -----------------------------------------------------------------------------------------------

function seek(): void {
  const n = spec.axisCount;
  const most = spec.evaluations;
  const coarse = factor > 1;
  searchOpen(n, most, evaluate);
  inCoarse = coarse;
  bestScore = Infinity;
  // where the axes stand, then a sample of the cube; the best few are kept, best first
  const early: u32 = <u32>(<f64>most * COARSE_PART);
  const samples: u32 = min<u32>(10 * n + 10, max<u32>(most / 3, 1));
  const startCount: u32 = min<u32>(most >= 150 ? STARTS_MAX : most >= 50 ? 2 : 1, samples);
  for (let i: u32 = 0; i < STARTS_MAX; i++) store<f64>(startScores + ((<usize>i) << 3), Infinity);
  for (let i: u32 = 0; i < samples && searchGoesOn(); i++) {
    if (i == 0) home(sampled);
    else haltonPoint(i, n, sampled);
    keepStart(sampled, searchCall(sampled), startCount);
  }
  for (let i: u32 = 0; i < startCount && calls < early && !broken; i++) {
    const at = starts + ((<usize>i) << 7);
    const score = load<f64>(startScores + ((<usize>i) << 3));
    if (score == Infinity) break;
    store<f64>(startScores + ((<usize>i) << 3), descend(at, score, SAMPLED_RADIUS, COARSE_TOLERANCE, (early - calls) / (startCount - i)));
  }
  inCoarse = false;
  if (coarse) bestScore = Infinity;
  let score: f64 = Infinity;
  for (let i: u32 = 0; i < startCount && !broken; i++) {
    const at = starts + ((<usize>i) << 7);
    const coarseScore = load<f64>(startScores + ((<usize>i) << 3));
    if (coarseScore == Infinity) break;
    const fine = coarse ? searchCall(at) : coarseScore;
    if (fine >= score) continue;
    score = fine;
    memory.copy(found, at, 128);
  }
  let radius = FINE_RADIUS;
  let still: u32 = 0; // restarts in a row that found nothing better
  for (let i: u32 = 0; i < RESTARTS && still < 2 && score > 0 && searchGoesOn(); i++) {
    const better = descend(found, score, radius, FINE_TOLERANCE, most - calls);
    still = better < score ? 0 : still + 1;
    score = better;
    radius /= 2;
  }
  bestScore = score;
  stopped = score == 0 ? STOPPED_EXACT : calls < most ? STOPPED_CONVERGED : STOPPED_BUDGET;
}

/** The point where the axes stand. */
function home(out: usize): void {
  for (let i: u32 = 0; i < spec.axisCount; i++) {
    const axis = spec.axes + <usize>i * 12;
    const least = <f64>load<f32>(axis, 4);
    const most = <f64>load<f32>(axis, 8);
    const now = <f64>load<f32>(spec.coordinates + ((<usize>load<u32>(axis)) << 2));
    store<f64>(out + ((<usize>i) << 3), most > least ? min(max((now - least) / (most - least), 0), 1) : 0);
  }
}

function keepStart(at: usize, score: f64, count: u32): void {
  let i = count;
  while (i > 0 && load<f64>(startScores + ((<usize>(i - 1)) << 3)) > score) i--;
  if (i == count) return;
  memory.copy(starts + ((<usize>(i + 1)) << 7), starts + ((<usize>i) << 7), (<usize>(count - 1 - i)) << 7);
  memory.copy(startScores + ((<usize>(i + 1)) << 3), startScores + ((<usize>i) << 3), (<usize>(count - 1 - i)) << 3);
  memory.copy(starts + ((<usize>i) << 7), at, 128);
  store<f64>(startScores + ((<usize>i) << 3), score);
}

// --- one point ----------------------------------------------------------------------------------------------------------------

/** Puts the coordinates of a point of the unit cube in place. */
function move(at: usize): void {
  for (let i: u32 = 0; i < spec.axisCount; i++) {
    const axis = spec.axes + <usize>i * 12;
    const least = <f64>load<f32>(axis, 4);
    const most = <f64>load<f32>(axis, 8);
    store<f32>(spec.coordinates + ((<usize>load<u32>(axis)) << 2), <f32>(least + (most - least) * load<f64>(at + ((<usize>i) << 3))));
  }
}

/** The mean score of the texts at a point; NaN ends the search. */
function evaluate(at: usize): f64 {
  if (cancelAsked()) return fail(code.E_CANCELLED);
  move(at);
  hb_font_set_var_coords_design(font, spec.coordinates, changetype<Face>(spec.face).axisCount);
  let sum: f64 = 0;
  for (let i: u32 = 0; i < spec.textCount; i++) {
    sum += scoreText(textAt(i));
    if (failure != 0) return NaN;
  }
  const score = sum / <f64>spec.textCount;
  if (score < bestScore) {
    bestScore = score;
    noteStep(score);
  }
  return score;
}

function fail(errorCode: i32): f64 {
  failure = errorCode;
  return NaN;
}

function noteStep(score: f64): void {
  if (stepCount == STEPS_MAX) return;
  const at = steps + <usize>stepCount * stepBytes;
  store<u32>(at, calls);
  store<u32>(at, inCoarse ? 1 : 0, 4);
  store<f64>(at, score, 8);
  for (let i: u32 = 0; i < spec.axisCount; i++)
    store<f32>(at + 16 + ((<usize>i) << 2), load<f32>(spec.coordinates + ((<usize>load<u32>(spec.axes + <usize>i * 12)) << 2)));
  stepCount++;
}

/** Coarse pictures are compared by their rmse, whatever is asked for: it is smooth, and cheap in the accumulator. */
function scoreText(t: MatchText): f64 {
  const width = inCoarse ? t.coarseWidth : t.width;
  const height = inCoarse ? t.coarseHeight : t.height;
  if (!shapeAndPlace(t, inCoarse ? <f64>factor : 1, width, height)) return NaN;
  const objective = inCoarse ? MEASURE_RMSE : spec.objective;
  const area = <f64>width * <f64>height;
  if (sparse(objective)) {
    if (canvasOpen(width, height, false, false) != 0) return fail(code.E_OUT_OF_MEMORY);
    if (!draw()) return NaN;
    compareAgainst(inCoarse ? t.coarse : t.fine);
    if (objective == MEASURE_RMSE) return Math.sqrt(max(squaredSum, 0) / area) / 255;
    if (objective == MEASURE_PIXEL_DELTA) return absoluteSum / 255 / area;
    const both = pictureSum + (inCoarse ? t.coarse.inkSum : t.fine.inkSum);
    return both > 0 ? 1 - (both - absoluteSum) / (both + absoluteSum) : 0;
  }
  let canvas = inCoarse ? t.coarseCanvas : t.canvas;
  if (changetype<usize>(canvas) == 0) {
    canvas = canvasNew(width, height, false);
    if (changetype<usize>(canvas) == 0) return fail(code.E_OUT_OF_MEMORY);
    if (inCoarse) t.coarseCanvas = canvas;
    else t.canvas = canvas;
  }
  if (canvasUse(canvas) != 0) return fail(code.E_OUT_OF_MEMORY);
  rasterClear();
  if (!draw()) return NaN;
  sweepImageBox(tally);
  setPicture(first, inCoarse ? t.coarsePixels : t.pixels, width, height, inCoarse ? 0 : t.blank);
  findInk(first, 0, height);
  setPicture(second, canvasPixels(), width, height, 255);
  findInk(second, inkTop(), inkBottom());
  const reach = inCoarse ? (<i32>spec.reach + factor - 1) / factor : <i32>spec.reach;
  const status = compare(first, second, spec.mode, reach, objective, compared);
  if (status != COMPARE_OK) return fail(status == COMPARE_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
  if (objective == MEASURE_RMSE) return compared.rmse;
  if (objective == MEASURE_PIXEL_DELTA) return compared.pixelDelta;
  if (objective == MEASURE_PIXEL_DELTA_CENTER) return compared.pixelDeltaCenter;
  return objective == MEASURE_SSIM ? 1 - compared.ssim : 1 - compared.iou;
}

/** Shapes a text and sets its pen, `by` times smaller than asked. */
function shapeAndPlace(t: MatchText, by: f64, width: i32, height: i32): bool {
  if (shapeText(font, t.points, t.pointCount, t.script, t.direction, t.language, t.languageBytes, t.features, t.featureCount) != 0) {
    failure = code.E_OUT_OF_MEMORY;
    return false;
  }
  const vertical = usedDirection == TTB || usedDirection == BTT;
  const x = t.hasOrigin != 0 ? t.originX : vertical ? <f64>t.width * 0.5 : 0;
  const y = t.hasOrigin != 0 ? t.originY : vertical ? 0 : <f64>t.height * 0.75;
  place(spec.sizePx / by, changetype<Face>(spec.face).upem, width, height, usedDirection, true, x / by, y / by);
  return true;
}

/** Whether a picture need not be painted to be compared. */
function sparse(objective: u32): bool {
  return spec.mode == ALIGN_CORNER && (objective & (MEASURE_PIXEL_DELTA | MEASURE_RMSE | MEASURE_IOU)) != 0;
}

function draw(): bool {
  let status = rasterBegin();
  if (status == 0) {
    missingReset();
    penHome();
    status = drawGlyphs(font, 0, glyphTotal);
  }
  if (status == 0 && (missingCount == 0 || changetype<Face>(spec.face).outlines == 0)) return true;
  rasterReset();
  failure = status == 0 ? code.E_FONT_INVALID : status == -code.E_CANCELLED ? code.E_CANCELLED : code.E_OUT_OF_MEMORY;
  return false;
}

function setPicture(picture: Picture, pixels: usize, width: i32, height: i32, blank: u32): void {
  picture.pixels = pixels;
  picture.width = width;
  picture.height = height;
  picture.blank = blank;
}

// --- what is to be told of the pictures there ---------------------------------------------------------------------------------

/** The warnings that a job has for each text at the place that was found. The budget is not for this: it is one measuring render of each text. */
function warnOfPictures(): void {
  move(found);
  hb_font_set_var_coords_design(font, spec.coordinates, changetype<Face>(spec.face).axisCount);
  for (let i: u32 = 0; i < spec.textCount && failure == 0; i++) {
    const t = textAt(i);
    warningsOf(<i32>i);
    if (t.replaced != 0) warnInvalidUtf8();
    for (let k: u32 = 0; k < t.featureCount; k++) {
      const tag = load<u32>(t.features + <usize>k * FEATURE_BYTES);
      if (!featureKnown(changetype<Face>(spec.face), tag)) warnFeatureUnknown(tag);
    }
    if (!shapeAndPlace(t, 1, t.width, t.height)) return;
    warnMissingGlyphs(t.points, t.pointCount);
    if (canvasOpen(t.width, t.height, false, false) != 0) failure = code.E_OUT_OF_MEMORY;
    else if (draw()) {
      sweepMeasure(tally);
      if (missingCount > 0) warnOutlineMissing(missingIds, missingListed, missingCount);
      warnClippedBeyond(-outlineLeft(), -outlineTop(), outlineRight() - <f64>t.width, outlineBottom() - <f64>t.height);
    }
  }
}

// --- targets ------------------------------------------------------------------------------------------------------------------

/** Makes of each target what the stages read; false: there is no memory. */
function prepare(): bool {
  for (let i: u32 = 0; i < spec.textCount; i++) {
    const t = textAt(i);
    if (sparse(spec.objective) && !makeTarget(t, false)) return false;
    if (factor == 1) continue;
    if (!reduce(t)) return false;
    if (sparse(MEASURE_RMSE) && !makeTarget(t, true)) return false;
  }
  return true;
}

function makeTarget(t: MatchText, coarse: bool): bool {
  const target = changetype<Target>(arenaAlloc(offsetof<Target>()));
  if (changetype<usize>(target) == 0) return false;
  if (coarse) {
    if (!targetOpen(target, t.coarsePixels, t.coarseWidth, t.coarseHeight, 0)) return false;
    t.coarse = target;
    return true;
  }
  if (!targetOpen(target, t.pixels, t.width, t.height, t.blank)) return false;
  t.fine = target;
  return true;
}

/** The target as ink (0 blank), each pixel the mean of factor × factor; what sticks out is blank. */
function reduce(t: MatchText): bool {
  t.coarseWidth = (t.width + factor - 1) / factor;
  t.coarseHeight = (t.height + factor - 1) / factor;
  t.coarsePixels = malloc(<usize>t.coarseWidth * <usize>t.coarseHeight);
  if (t.coarsePixels == 0) return false;
  const all = <u32>(factor * factor);
  memory.fill(t.coarsePixels, 0, <usize>t.coarseWidth * <usize>t.coarseHeight);
  setPicture(first, t.pixels, t.width, t.height, t.blank);
  findInk(first, 0, t.height);
  for (let y = first.top / factor; y < (first.bottom + factor - 1) / factor; y++)
    for (let x = first.left / factor; x < (first.right + factor - 1) / factor; x++) {
      let sum: u32 = 0;
      const bottom = min(t.height, (y + 1) * factor);
      const right = min(t.width, (x + 1) * factor);
      for (let v = y * factor; v < bottom; v++)
        for (let u = x * factor; u < right; u++) sum += <u32>load<u8>(t.pixels + <usize>v * <usize>t.width + <usize>u) ^ t.blank;
      store<u8>(t.coarsePixels + <usize>y * <usize>t.coarseWidth + <usize>x, <u8>((sum + (all >> 1)) / all));
    }
  return true;
}

function close(t: MatchText): void {
  if (changetype<usize>(t.fine) != 0) targetClose(t.fine);
  if (changetype<usize>(t.coarse) != 0) targetClose(t.coarse);
  if (t.coarsePixels != 0) free(t.coarsePixels);
  if (changetype<usize>(t.canvas) != 0) canvasFree(t.canvas);
  if (changetype<usize>(t.coarseCanvas) != 0) canvasFree(t.coarseCanvas);
}

// --- what is told of it -------------------------------------------------------------------------------------------------------

/** Writes what was found as JSON into the output. */
export function putMatch(): void {
  const f = changetype<Face>(spec.face);
  outReset();
  beginMatch(bestScore);
  move(found);
  beginCoordinates();
  for (let i: u32 = 0; i < f.axisCount; i++)
    if (axisIndex(f, axisTag(f, i)) == <i32>i) putCoordinate(axisTag(f, i), <f64>load<f32>(spec.coordinates + ((<usize>i) << 2)));
  endCoordinates();
  putMatchCounts(calls, calls * spec.textCount, stopped, factor > 1 ? spec.sizePx / <f64>factor : 0);
  for (let s: u32 = 0; s < stepCount; s++) {
    const at = steps + <usize>s * stepBytes;
    beginMatchStep(load<u32>(at), load<u32>(at, 4) != 0, load<f64>(at, 8));
    beginCoordinates();
    for (let i: u32 = 0; i < spec.axisCount; i++) putCoordinate(axisTag(f, load<u32>(spec.axes + <usize>i * 12)), <f64>load<f32>(at + 16 + ((<usize>i) << 2)));
    endCoordinates();
    endMatchStep();
  }
  endMatch(warningsPtr(), warningsLength());
}
