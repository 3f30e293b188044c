// A sweep: one or many texts at many points of the design space. In: a checked job whose font is here. Out: the `sweep` of its line, a render at a time, each as a job of its
// own would have it. Stops where the host has to write a picture, and goes on after it.

import { outLength, outRewind } from "../encode/out";
import { putWarnings } from "../encode/result";
import { beginSweep, beginSweepItem, beginSweepResults, endSweep, endSweepItem, putSweepText } from "../encode/sweep";
import { coordsOf, Instance, instanceClose, instanceNew, NAME_BYTES, namedInstanceName } from "../font/instance";
import * as code from "../generated/contract";
import { arenaAlloc, arenaMark, arenaRewind, cancelAsked, hb_font_set_var_coords_design, hostNow } from "../native";
import { keepRun, Run, reuseRun, shapingVaries } from "../shape/reuse";
import { hasPicture, makeImage, putIncluded, putPoint, putRendering } from "./content";
import { designPoint, designPoints, designSpaceOpen } from "./design-space";
import { hostProblem, outOfMemory, strictProblem, sweepEmptyProblem, sweepPixelsProblem } from "./report";
import {
  draw,
  findCoordinates,
  job,
  jobCoordinates,
  readFeatures,
  readText,
  shape,
  textPointCount,
  textPoints,
  usedFace,
  useInstance,
  useText,
  warnOfMissingGlyphs,
} from "./stages";
import { sweepSpec, sweepTooLarge } from "./sweep-spec";
import { warningCount, warningsLength, warningsPtr, warningsReset } from "./warnings";

/** The picture of the render at hand is to go to the host: it is at imagePtr, its name at pictureName. */
export const PICTURE_READY: i32 = 1;

/** A text of the sweep. */
@unmanaged
class SweepText {
  points: usize;
  count: u32;
  run: usize; // Run: what shaping gave at the first point
}

let instance: usize = 0; // the one instance, moved from point to point
let coordinates: usize = 0;
let texts: usize = 0; // SweepText each
let textCount: u32 = 0;
let varies = false;
let at: u32 = 0; // the render at hand
let end: u32 = 0;
let pointAt: u32 = 0xffffffff; // the point the instance stands at
let named: i32 = -1;
let shaped: u32 = 0;
let toFiles = false;
let strict = false;
let timing = false;
let lineBefore: usize = 0; // the line before the picture that went to the host
const name = memory.data(256, 16);
let nameBytes: u32 = 0;

/** Warnings of the sweep as a whole. */
let ownWarnings: usize = 0;
let ownWarningBytes: usize = 0;

/** Time spent shaping, and drawing and measuring, in ms. */
export let sweepShapedMs: f64 = 0;
export let sweepDrawnMs: f64 = 0;

/** The name of the picture at PICTURE_READY: the job's id, a dash and the render's number from 0. */
export let pictureName: usize = 0;
export let pictureNameBytes: u32 = 0;

/** Gives the instance back; needed when the job ends early, too. */
export function sweepClose(): void {
  if (instance != 0) instanceClose(changetype<Instance>(instance));
  instance = 0;
}

/** Makes everything ready and puts the head of `sweep`; the caller has begun the line. 0 or a negative status. */
export function sweepBegin(files: bool, strictly: bool, timed: bool): i32 {
  const j = job();
  const spec = sweepSpec();
  toFiles = files && hasPicture();
  strict = strictly;
  timing = timed;
  shaped = 0;
  sweepShapedMs = 0;
  sweepDrawnMs = 0;
  pointAt = 0xffffffff;
  nameBytes = 0;
  let status = findCoordinates();
  if (status == 0) status = designSpaceOpen(usedFace(), spec, j, jobCoordinates());
  if (status == 0) status = readFeatures();
  if (status == 0) status = readTexts();
  if (status != 0) return status;
  const points = designPoints();
  if (points == 0) return sweepEmptyProblem("the font has no named instances");
  const renders = <f64>points * <f64>textCount;
  if (renders > <f64>code.LIMIT_SWEEP_RENDERS) return sweepTooLarge(renders);
  if (spec.first >= <u32>renders) return sweepEmptyProblem("the sweep has no more renders than `first` leaves out");
  at = spec.first;
  end = spec.count == 0 ? <u32>renders : min(<u32>renders, at + spec.count);
  const pixels = <f64>(end - at) * <f64>j.width * <f64>j.height;
  if (hasPicture() && !toFiles && j.format != code.FORMAT_SVG && pixels > <f64>code.LIMIT_CANVAS_AREA_PX) return sweepPixelsProblem(pixels);
  coordinates = arenaAlloc(max<usize>((<usize>usedFace().axisCount) << 2, 4));
  if (coordinates == 0) return outOfMemory();
  sweepClose();
  if (instanceNew(usedFace(), jobCoordinates(), found) != 0) return outOfMemory();
  instance = <usize>load<u32>(found);
  useInstance(changetype<Instance>(instance));
  varies = shapingVaries(usedFace().hb);
  ownWarnings = warningsPtr();
  ownWarningBytes = warningsLength();
  if (strict && warningCount() > 0) return strictProblem();
  beginSweep(<u32>renders, at);
  putSweepText(j.text, j.textLen);
  for (let i: u32 = 0; i < spec.textCount; i++) {
    const entry = spec.texts + <usize>i * 12;
    putSweepText(<usize>load<u32>(entry), <usize>load<u32>(entry, 4));
  }
  beginSweepResults();
  arenaMark();
  return 0;
}
const found = memory.data(4, 4);

function readTexts(): i32 {
  const j = job();
  const spec = sweepSpec();
  textCount = 1 + spec.textCount;
  texts = arenaAlloc(<usize>textCount * offsetof<SweepText>());
  const runs = arenaAlloc(<usize>textCount * offsetof<Run>());
  if (texts == 0 || runs == 0) return outOfMemory();
  memory.fill(runs, 0, <usize>textCount * offsetof<Run>());
  for (let i: u32 = 0; i < textCount; i++) {
    const entry = spec.texts + <usize>(i - 1) * 12;
    const status = i == 0 ? readText(j.text, j.textLen) : readText(<usize>load<u32>(entry), <usize>load<u32>(entry, 4));
    if (status != 0) return status;
    const text = textOf(i);
    text.points = textPoints();
    text.count = textPointCount();
    text.run = runs + <usize>i * offsetof<Run>();
  }
  return 0;
}

function textOf(i: u32): SweepText {
  return changetype<SweepText>(texts + <usize>i * offsetof<SweepText>());
}

/** Renders from where the sweep stands. 0: all is put; PICTURE_READY: then sweepPicture goes on; or a negative status. */
export function sweepOn(): i32 {
  while (at < end) {
    const status = render();
    if (status != 0) return status;
    if (toFiles) {
      lineBefore = outLength();
      if (!makeImage()) return outOfMemory();
      return namePicture() ? PICTURE_READY : outOfMemory();
    }
    const put = putItem(0, 0);
    if (put != 0) return put;
  }
  endSweep(shaped);
  return 0;
}

/** The picture lies at `path` now; goes on as sweepOn. */
export function sweepPicture(path: usize, pathBytes: u32): i32 {
  outRewind(lineBefore);
  const status = putItem(path, pathBytes);
  return status != 0 ? status : sweepOn();
}

/** The warnings of the sweep as a whole, for the end of the line. */
export function putSweepWarnings(): void {
  putWarnings(ownWarnings, ownWarningBytes);
}

/** Moves to the point, shapes, draws. */
function render(): i32 {
  if (cancelAsked()) return hostProblem(job(), code.E_CANCELLED, 0, 0);
  arenaRewind();
  warningsReset();
  const point = at / textCount;
  const text = textOf(at % textCount);
  const own = changetype<Instance>(instance);
  if (point != pointAt) {
    named = designPoint(point, coordinates);
    memory.copy(coordsOf(own), coordinates, (<usize>usedFace().axisCount) << 2);
    if (usedFace().axisCount > 0) hb_font_set_var_coords_design(own.hb, coordinates, usedFace().axisCount);
    nameBytes = named >= 0 ? min<u32>(namedInstanceName(usedFace(), <u32>named, name), NAME_BYTES) : 0;
    pointAt = point;
  }
  useText(text.points, text.count);
  const before = timing ? hostNow() : 0;
  const run = changetype<Run>(text.run);
  if (varies || !reuseRun(run, own.hb)) {
    const status = shape();
    if (status != 0) return status;
    shaped++;
    if (!varies && run.kept == 0) {
      // what is kept stays for all points to come
      if (!keepRun(run, own.hb, text.points, text.count)) return outOfMemory();
      arenaMark();
    }
  }
  const between = timing ? hostNow() : 0;
  warnOfMissingGlyphs();
  const status = draw();
  if (timing) {
    sweepShapedMs += between - before;
    sweepDrawnMs += hostNow() - between;
  }
  if (status != 0) return status;
  return strict && warningCount() > 0 ? strictProblem() : 0;
}

function putItem(path: usize, pathBytes: u32): i32 {
  beginSweepItem(at % textCount, name, nameBytes);
  putPoint(coordinates);
  if (job().format != code.FORMAT_METRICS && !putRendering(path, pathBytes)) return outOfMemory();
  putIncluded();
  putWarnings(warningsPtr(), warningsLength());
  endSweepItem();
  at++;
  return 0;
}

/** Writes id-N into the arena. */
function namePicture(): bool {
  const j = job();
  pictureName = arenaAlloc(<usize>j.idLen + 16);
  if (pictureName == 0) return false;
  memory.copy(pictureName, j.id, j.idLen);
  let end = pictureName + <usize>j.idLen;
  store<u8>(end++, 0x2d);
  let divisor: u32 = 1;
  while (at / divisor >= 10) divisor *= 10;
  for (; divisor > 0; divisor /= 10) store<u8>(end++, <u8>(0x30 + ((at / divisor) % 10)));
  pictureNameBytes = <u32>(end - pictureName);
  return true;
}
