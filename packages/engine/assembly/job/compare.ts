// A compare job between its check and its line: draws the job's picture, and the one of `compare.with` or takes the picture file, and measures how they differ.
// Both fonts are in place before anything is drawn; what the first picture's stages found is kept before the second one's begin.

import { COMPARE_CANCELLED, COMPARE_OK, COMPARE_TOO_LARGE, Comparison, compare } from "../compare/compare";
import { findInk, Picture } from "../compare/plane";
import { putComparison, putWithEnd, putWithImage } from "../encode/comparison";
import { beginFont, beginWithFont, endFont, putCoordinate, putText } from "../encode/result";
import { axisTag, Face } from "../font/face";
import { axisIndex, coordsOf } from "../font/instance";
import { notePlan, pinFont } from "../font/store";
import * as code from "../generated/contract";
import { arenaAlloc, cancelAsked, hostNow } from "../native";
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
} from "../raster/raster";
import { glyphTotal, usedDirection, usedLanguage, usedScript } from "../shape/shape";
import { withJob } from "./check";
import { canvasTooLarge } from "./check-report";
import { pictureFind, pictureProblem, StoredPicture } from "./pictures";
import { drawGlyphs, missingCount, missingIds, missingListed, missingReset, penHome, place } from "./place";
import { prefixProblems } from "./problems";
import { Job } from "./record";
import { fontProblem, hostProblem, outOfMemory, warnClippedBeyond, warnOutlineMissing } from "./report";
import {
  findFace,
  findInstance,
  job,
  planHash,
  readFeatures,
  readText,
  shape,
  usedFace,
  usedInstance,
  useFace,
  useJob,
  useOwnJob,
  warnOfMissingGlyphs,
} from "./stages";

/** What compareRun asks of the host beside fonts: the picture file whose path is at askedPtr. */
export const NEED_IMAGE: i32 = 5;
/** The font check's reason for a glyph whose data is cut short (native/shim/check.h). */
const GLYPH_DAMAGED: f64 = 8;
/** A canvas above this is given back after its job. */
const KEEP_CANVAS_PX: i64 = 1 << 26;

export let askedPtr: usize = 0;
export let askedBytes: u32 = 0;
/** Time spent shaping both texts, in ms. */
export let comparedShapeMs: f64 = 0;
let timed = false;

/** How a picture's font and text were used: what of it goes into the line. */
@unmanaged
class Used {
  face: usize;
  coords: usize;
  script: u32;
  direction: u32;
  language: usize;
}

const firstUsed = changetype<Used>(memory.data(32, 8));
const secondUsed = changetype<Used>(memory.data(32, 8));
const first = changetype<Picture>(memory.data(32, 16));
const second = changetype<Picture>(memory.data(32, 16));
const comparison = changetype<Comparison>(memory.data(96, 16));
let firstCanvas: Canvas = changetype<Canvas>(0);
let stored: usize = 0;

function ask(request: i32, path: usize, bytes: u32): i32 {
  askedPtr = path;
  askedBytes = bytes;
  return request;
}

/** Runs a checked compare job up to its line: 0, a status with its problem, or a request: NEED_FONT, CHECK_FONT or NEED_IMAGE with the path at askedPtr. */
export function compareRun(timing: bool): i32 {
  const status = comparePictures(timing);
  // However it ended: the next job is of neither. Only while a font is asked for must the first one stay.
  prefixProblems(false);
  if (status <= 0) pinFont(0);
  return status;
}

function comparePictures(timing: bool): i32 {
  const j = job();
  const other = withJob();
  timed = timing;
  comparedShapeMs = 0;
  stored = 0;
  pinFont(0);
  prefixProblems(false);
  let status = findFace();
  if (status > 0) return ask(status, j.path, j.pathLen);
  if (status != 0) return status;
  const firstFace = usedFace();
  if (j.imageLen > 0) {
    stored = pictureFind(j.image, j.imageLen);
    if (stored == 0) return ask(NEED_IMAGE, j.image, j.imageLen);
    const picture = changetype<StoredPicture>(stored);
    if (picture.faultCode != 0) return pictureProblem(picture);
    openPicture(second, picture.pixels, picture.width, picture.height, j.imageInvert != 0 ? 0 : 255);
    findInk(second, 0, picture.height);
  } else {
    // the second font must not push the first one out
    pinFont(firstFace.file);
    prefixProblems(true);
    useJob(other);
    status = findFace();
    if (status > 0) return ask(status, other.path, other.pathLen);
    if (status != 0) return status;
  }
  const secondFace = usedFace();
  useOwnJob();
  if (cancelAsked()) return hostProblem(j, code.E_CANCELLED, 0, 0);
  rasterClear(); // of the canvas of the job before
  prefixProblems(false);
  useFace(firstFace);
  status = drawFirst(j);
  if (status == 0 && j.imageLen == 0) {
    prefixProblems(true);
    // the first instance may go when the second is made; the faces stay
    useFace(secondFace);
    useJob(other);
    status = drawSecond(other);
    useOwnJob();
  }
  prefixProblems(false);
  pinFont(0);
  return status != 0 ? status : measure(j);
}

function openPicture(picture: Picture, pixels: usize, width: i32, height: i32, blank: u32): void {
  picture.pixels = pixels;
  picture.width = width;
  picture.height = height;
  picture.blank = blank;
}

function drawFirst(j: Job): i32 {
  const status = prepare(j, firstUsed);
  if (status != 0) return status;
  if (changetype<usize>(firstCanvas) != 0 && (firstCanvas.width != <i32>j.width || firstCanvas.height != <i32>j.height)) closeCanvas();
  if (changetype<usize>(firstCanvas) == 0) firstCanvas = canvasNew(<i32>j.width, <i32>j.height, false);
  if (changetype<usize>(firstCanvas) == 0 || canvasUse(firstCanvas) != 0) return outOfMemory();
  rasterClear();
  return drawOn(j, first);
}

function drawSecond(j: Job): i32 {
  const status = prepare(j, secondUsed);
  if (status != 0) return status;
  if (canvasOpen(<i32>j.width, <i32>j.height, true, false) != 0) return outOfMemory();
  return drawOn(j, second);
}

/** Instance and glyphs of a picture, and what of them the line will tell. */
function prepare(j: Job, used: Used): i32 {
  notePlan(usedFace(), planHash());
  let status = findInstance();
  if (status == 0) status = readText(j.text, j.textLen);
  if (status == 0) status = readFeatures();
  if (status != 0) return status;
  const before = timed ? hostNow() : 0;
  status = shape();
  if (timed) comparedShapeMs += hostNow() - before;
  if (status != 0) return status;
  warnOfMissingGlyphs();
  const bytes = (<usize>usedFace().axisCount) << 2;
  used.face = changetype<usize>(usedFace());
  used.coords = arenaAlloc(max<usize>(bytes, 4));
  if (used.coords == 0) return outOfMemory();
  memory.copy(used.coords, coordsOf(usedInstance()), bytes);
  used.script = usedScript;
  used.direction = usedDirection;
  used.language = j.languageLen != 0 ? usedLanguage : 0;
  return 0;
}

/** Draws the glyphs at hand on the canvas in use; `picture` gets it with its ink box. */
function drawOn(j: Job, picture: Picture): i32 {
  place(j.sizePx, usedFace().upem, j.width, j.height, usedDirection, j.hasOrigin != 0, j.originX, j.originY);
  if (rasterBegin() != 0) return outOfMemory();
  missingReset();
  penHome();
  const status = drawGlyphs(usedInstance().hb, 0, glyphTotal);
  if (status != 0 || cancelAsked()) {
    rasterReset();
    return status == 0 || status == -code.E_CANCELLED ? hostProblem(j, code.E_CANCELLED, 0, 0) : outOfMemory();
  }
  if (missingCount > 0 && usedFace().outlines != 0) {
    rasterReset();
    return fontProblem(j, code.E_FONT_INVALID, usedFace().outlines, GLYPH_DAMAGED, 0, 0);
  }
  sweepImageBox(tally);
  if (missingCount > 0) warnOutlineMissing(missingIds, missingListed, missingCount);
  warnClippedBeyond(-outlineLeft(), -outlineTop(), outlineRight() - <f64>j.width, outlineBottom() - <f64>j.height);
  openPicture(picture, canvasPixels(), <i32>j.width, <i32>j.height, 255);
  findInk(picture, inkTop(), inkBottom());
  return 0;
}
const tally = memory.data(96, 16);

function measure(j: Job): i32 {
  const status = compare(first, second, j.mode, <i32>j.reach, j.measures, comparison);
  if (<i64>j.width * <i64>j.height > KEEP_CANVAS_PX) closeCanvas();
  if (status == COMPARE_OK) return 0;
  if (status == COMPARE_CANCELLED) return hostProblem(j, code.E_CANCELLED, 0, 0);
  if (status != COMPARE_TOO_LARGE) return outOfMemory();
  return canvasTooLarge(code.F_JOB_COMPARE, comparison.width, comparison.height);
}

function closeCanvas(): void {
  canvasFree(firstCanvas);
  firstCanvas = changetype<Canvas>(0);
}

/** Puts `comparison` into the line. */
export function putCompared(j: Job): void {
  const c = comparison;
  putComparison(c.width, c.height, c.shiftX, c.shiftY, j.measures, c.pixelDelta, c.pixelDeltaCenter, c.rmse, c.ssim, c.iou);
}

/** Puts `font`, `text` and `with` into the line. */
export function putComparedFonts(j: Job): void {
  beginFont(j.path, j.pathLen, j.faceIndex);
  putUsed(firstUsed);
  if (j.imageLen > 0) {
    const picture = changetype<StoredPicture>(stored);
    putWithImage(j.image, j.imageLen, picture.width, picture.height);
    return;
  }
  const other = withJob();
  beginWithFont(other.path, other.pathLen, other.faceIndex);
  putUsed(secondUsed);
  putWithEnd();
}

function putUsed(used: Used): void {
  const f = changetype<Face>(used.face);
  for (let i: u32 = 0; i < f.axisCount; i++)
    if (axisIndex(f, axisTag(f, i)) == <i32>i) putCoordinate(axisTag(f, i), <f64>load<f32>(used.coords + ((<usize>i) << 2)));
  endFont();
  let length: usize = 0;
  if (used.language != 0) while (load<u8>(used.language + length) != 0) length++;
  putText(used.script, used.direction, used.language, length);
}
