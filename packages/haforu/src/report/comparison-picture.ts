// The outlines of a difference as data for the page's script: both paths, how the new one is scaled, and the box to look at. JSON that can stand in a script element.
import type { DifferencePicture } from "../compare/index.ts";

/** Around the outlines: a share of the box's larger side. */
const PADDING = 0.08;
/** The least height shown, in ems: a full stop alone would fill its frame. */
const LEAST_EM = 0.5;

/** [old path or null, new path or null, units of the old em a unit of the new one, x, y, width, height]. */
export function pictureData(picture: DifferencePicture): string | undefined {
  const scale = picture.oldUpem / picture.newUpem;
  const box = grown(joint(boundsOf(picture.old, 1), boundsOf(picture.new, scale)), picture.oldUpem);
  if (box === undefined) return undefined;
  return JSON.stringify([picture.old, picture.new, rounded(scale), ...box.map(rounded)]).replace(/</g, "\\u003c");
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

function boundsOf(path: string | null, scale: number): Bounds | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let isX = true;
  for (const [text] of (path ?? "").matchAll(/-?[\d.]+/g)) {
    const value = Number(text) * scale;
    if (isX) {
      left = Math.min(left, value);
      right = Math.max(right, value);
    } else {
      top = Math.min(top, value);
      bottom = Math.max(bottom, value);
    }
    isX = !isX;
  }
  return left <= right && top <= bottom ? [left, top, right, bottom] : undefined;
}

function joint(a: Bounds | undefined, b: Bounds | undefined): Bounds | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** x, y, width, height with room around. */
function grown(box: Bounds | undefined, upem: number): readonly number[] | undefined {
  if (box === undefined) return undefined;
  const [width, height] = [Math.max(box[2] - box[0], LEAST_EM * upem), Math.max(box[3] - box[1], LEAST_EM * upem)];
  const around = PADDING * Math.max(width, height);
  const [x, y] = [(box[0] + box[2] - width) / 2, (box[1] + box[3] - height) / 2];
  return [x - around, y - around, width + 2 * around, height + 2 * around];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
