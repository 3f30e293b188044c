// Comparing alone, as a module for its tests: the kernels and the plain loops.
import { bestShift, bestX, bestY } from "../align";
import { Comparison, comparePictures } from "../compare";
import { sumAbsolute, sumInk, sumSquares } from "../difference";
import { Picture, Plane, planeCopy, planeOpen } from "../plane";
import { referenceCompare, referenceResized, referenceShift, referenceSums } from "../reference";
import { resizeBilinear } from "../resize";

export { free, malloc } from "../../native";
export { referenceResized, referenceSums, resizeBilinear, sumAbsolute, sumInk, sumSquares };

const a = changetype<Picture>(memory.data(32, 16));
const b = changetype<Picture>(memory.data(32, 16));
const planeA = changetype<Plane>(memory.data(32, 16));
const planeB = changetype<Plane>(memory.data(32, 16));

function set(picture: Picture, pixels: usize, width: i32, height: i32, blank: u32): void {
  picture.pixels = pixels;
  picture.width = width;
  picture.height = height;
  picture.blank = blank;
}

export function pictures(pixelsA: usize, widthA: i32, heightA: i32, blankA: u32, pixelsB: usize, widthB: i32, heightB: i32, blankB: u32): void {
  set(a, pixelsA, widthA, heightA, blankA);
  set(b, pixelsB, widthB, heightB, blankB);
}

/** The kernels: nine f64. */
export function fast(mode: u32, reach: i32, wanted: u32, out: usize): i32 {
  return comparePictures(a, b, mode, reach, wanted, changetype<Comparison>(out));
}

/** The plain loops in a frame of width × height: five f64. */
export function plain(ax: i32, ay: i32, bx: i32, by: i32, width: i32, height: i32, out: usize): void {
  referenceCompare(a, ax, ay, b, bx, by, width, height, out);
}

/** The best shift of whole pictures, which are then all ink box: two i32 of the kernel, two of the plain loop. */
export function shifts(startX: i32, startY: i32, reach: i32, out: usize): i32 {
  a.left = 0;
  a.top = 0;
  a.right = a.width;
  a.bottom = a.height;
  b.left = 0;
  b.top = 0;
  b.right = b.width;
  b.bottom = b.height;
  if (!planeOpen(planeA, a.width, a.height) || !planeOpen(planeB, b.width, b.height)) return -1;
  planeCopy(planeA, a, 0, 0);
  planeCopy(planeB, b, 0, 0);
  const status = bestShift(planeA, planeB, startX, startY, reach, 0, 0);
  store<i32>(out, bestX);
  store<i32>(out, bestY, 4);
  referenceShift(a, b, startX, startY, reach, out + 8);
  return status;
}
