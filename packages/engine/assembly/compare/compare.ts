// Two pictures in, the measures of their difference out (docs/metrics.md has each formula). Pads both with blank to one frame, puts the second where the mode says, and measures
// the ink of both over the frame. Whatever the polarity, all is of ink.
import { LIMIT_CANVAS_AREA_PX } from "../generated/contract";
import { ALIGN_CANCELLED, ALIGN_OK, bestShift, bestX, bestY } from "./align";
import { sumAbsolute, sumInk, sumSquares, weightedAbsolute } from "./difference";
import { findInk, Picture, Plane, planeCopy, planeOpen, planeShrink } from "./plane";
import { SSIM_REACH, ssimDeficit } from "./ssim";

/** Where the pictures go in the frame: both in the upper left corner; both in the middle (half a pixel up and left where it does not divide); the second where it fits best. */
export const ALIGN_CORNER: u32 = 0;
export const ALIGN_CENTER: u32 = 1;
export const ALIGN_INK: u32 = 2;

/** Bits of what is measured. */
export const MEASURE_PIXEL_DELTA: u32 = 1;
export const MEASURE_PIXEL_DELTA_CENTER: u32 = 2;
export const MEASURE_RMSE: u32 = 4;
export const MEASURE_SSIM: u32 = 8;
export const MEASURE_IOU: u32 = 16;
export const MEASURE_ALL: u32 = 31;

export const COMPARE_OK: i32 = 0;
export const COMPARE_NO_MEMORY: i32 = 1;
export const COMPARE_TOO_LARGE: i32 = 2;
export const COMPARE_CANCELLED: i32 = 3;

/** Ink of a fully covered pixel. */
const FULL_INK: f64 = 255;

/** The measures of one comparison; what was not asked for is 0. */
@unmanaged
export class Comparison {
  pixelDelta: f64;
  pixelDeltaCenter: f64;
  rmse: f64;
  ssim: f64;
  iou: f64;
  /** How far the second picture stands right of and below the first, in pixels. */
  shiftX: f64;
  shiftY: f64;
  /** The frame's size in pixels. */
  width: f64;
  height: f64;
}

const planeA = changetype<Plane>(memory.data(32, 16));
const planeB = changetype<Plane>(memory.data(32, 16));

// the frame: where the first picture's corner lies in it, and the second's
let frameWidth = 0;
let frameHeight = 0;
let firstX = 0;
let firstY = 0;
let secondX = 0;
let secondY = 0;

/** Compares; `reach` is how far ALIGN_INK looks around the place where the middles of the ink boxes meet. Both ink boxes are known (findInk). */
export function compare(a: Picture, b: Picture, mode: u32, reach: i32, wanted: u32, out: Comparison): i32 {
  memory.fill(changetype<usize>(out), 0, offsetof<Comparison>());
  frameWidth = max(a.width, b.width);
  frameHeight = max(a.height, b.height);
  firstX = 0;
  firstY = 0;
  secondX = 0;
  secondY = 0;
  if (mode == ALIGN_CENTER) {
    firstX = (frameWidth - a.width) >> 1;
    firstY = (frameHeight - a.height) >> 1;
    secondX = (frameWidth - b.width) >> 1;
    secondY = (frameHeight - b.height) >> 1;
  } else if (mode == ALIGN_INK && a.bottom > a.top && b.bottom > b.top) {
    const status = alignInk(a, b, reach);
    if (status != COMPARE_OK) return status;
  }
  if (<u64>frameWidth * <u64>frameHeight > <u64>LIMIT_CANVAS_AREA_PX) return COMPARE_TOO_LARGE;
  out.shiftX = <f64>(secondX - firstX);
  out.shiftY = <f64>(secondY - firstY);
  out.width = <f64>frameWidth;
  out.height = <f64>frameHeight;
  const status = measure(a, b, wanted, out);
  planeShrink(planeA);
  planeShrink(planeB);
  return status;
}

/** Moves the second picture over the first; the frame grows where its ink would leave it. */
function alignInk(a: Picture, b: Picture, reach: i32): i32 {
  if (!planeOpen(planeA, a.right - a.left, a.bottom - a.top) || !planeOpen(planeB, b.right - b.left, b.bottom - b.top)) return COMPARE_NO_MEMORY;
  planeCopy(planeA, a, 0, 0);
  planeCopy(planeB, b, 0, 0);
  // places are of the second ink box's corner relative to the first's
  const homeX = b.left - a.left;
  const homeY = b.top - a.top;
  const status = bestShift(planeA, planeB, (planeA.width - planeB.width) >> 1, (planeA.height - planeB.height) >> 1, reach, homeX, homeY);
  if (status != ALIGN_OK) return status == ALIGN_CANCELLED ? COMPARE_CANCELLED : COMPARE_NO_MEMORY;
  secondX = bestX - homeX;
  secondY = bestY - homeY;
  const left = min(0, b.left + secondX);
  const top = min(0, b.top + secondY);
  frameWidth = max(frameWidth, b.right + secondX) - left;
  frameHeight = max(frameHeight, b.bottom + secondY) - top;
  firstX -= left;
  firstY -= top;
  secondX -= left;
  secondY -= top;
  return COMPARE_OK;
}

function measure(a: Picture, b: Picture, wanted: u32, out: Comparison): i32 {
  // the joint ink box in the frame: outside both are blank
  const someA = a.bottom > a.top;
  const someB = b.bottom > b.top;
  out.ssim = (wanted & MEASURE_SSIM) != 0 ? 1 : 0;
  out.iou = (wanted & MEASURE_IOU) != 0 ? 1 : 0;
  if (!someA && !someB) return COMPARE_OK;
  const left = min(someA ? firstX + a.left : i32.MAX_VALUE, someB ? secondX + b.left : i32.MAX_VALUE);
  const top = min(someA ? firstY + a.top : i32.MAX_VALUE, someB ? secondY + b.top : i32.MAX_VALUE);
  const right = max(someA ? firstX + a.right : 0, someB ? secondX + b.right : 0);
  const bottom = max(someA ? firstY + a.bottom : 0, someB ? secondY + b.bottom : 0);
  if (!planeOpen(planeA, right - left, bottom - top) || !planeOpen(planeB, right - left, bottom - top)) return COMPARE_NO_MEMORY;
  if (someA) planeCopy(planeA, a, firstX + a.left - left, firstY + a.top - top);
  if (someB) planeCopy(planeB, b, secondX + b.left - left, secondY + b.top - top);
  const area = <f64>frameWidth * <f64>frameHeight;
  const bytes = planeA.stride * <usize>planeA.height;
  const total = sumAbsolute(planeA.ink, planeB.ink, bytes);
  if ((wanted & MEASURE_PIXEL_DELTA) != 0) out.pixelDelta = <f64>total / FULL_INK / area;
  if ((wanted & MEASURE_RMSE) != 0) out.rmse = Math.sqrt(<f64>sumSquares(planeA.ink, planeB.ink, bytes) / area) / FULL_INK;
  if ((wanted & MEASURE_IOU) != 0) {
    // Σ min = (Σa + Σb − Σ|a − b|) / 2 and Σ max = (Σa + Σb + Σ|a − b|) / 2
    const both = sumInk(planeA.ink, bytes) + sumInk(planeB.ink, bytes);
    out.iou = <f64>(both - total) / <f64>(both + total);
  }
  if (total == 0) return COMPARE_OK;
  if ((wanted & MEASURE_PIXEL_DELTA_CENTER) != 0) {
    const weighted = weightedAbsolute(planeA, planeB, left, top, frameWidth, frameHeight);
    if (weighted < 0) return COMPARE_NO_MEMORY;
    out.pixelDeltaCenter = weighted / FULL_INK;
  }
  if ((wanted & MEASURE_SSIM) != 0) {
    const deficit = ssimDeficit(
      planeA,
      planeB,
      max(-SSIM_REACH, -left),
      max(-SSIM_REACH, -top),
      min(planeA.width + SSIM_REACH, frameWidth - left),
      min(planeA.height + SSIM_REACH, frameHeight - top),
    );
    if (deficit < 0) return COMPARE_NO_MEMORY;
    out.ssim = 1 - deficit / area;
  }
  return COMPARE_OK;
}

/** Whether plainDelta gives what compare would: pixel_delta alone, of pictures of one size and polarity that stay where they are. */
export function isPlain(a: Picture, b: Picture, mode: u32, wanted: u32): bool {
  return wanted == MEASURE_PIXEL_DELTA && mode != ALIGN_INK && a.width == b.width && a.height == b.height && a.blank == b.blank;
}

/** pixel_delta of such pictures: one pass over rows [top, bottom) of both, outside which both are blank, without looking for their ink. */
export function plainDelta(a: Picture, b: Picture, top: i32, bottom: i32, out: Comparison): void {
  memory.fill(changetype<usize>(out), 0, offsetof<Comparison>());
  const from = <usize>top * <usize>a.width;
  const bytes = <usize>(bottom - top) * <usize>a.width;
  out.pixelDelta = <f64>sumAbsolute(a.pixels + from, b.pixels + from, bytes) / FULL_INK / (<f64>a.width * <f64>a.height);
  out.width = <f64>a.width;
  out.height = <f64>a.height;
}

/** Compares two pictures whose ink boxes are not known. */
export function comparePictures(a: Picture, b: Picture, mode: u32, reach: i32, wanted: u32, out: Comparison): i32 {
  if (isPlain(a, b, mode, wanted)) {
    plainDelta(a, b, 0, a.height, out);
    return COMPARE_OK;
  }
  findInk(a, 0, a.height);
  findInk(b, 0, b.height);
  return compare(a, b, mode, reach, wanted, out);
}
