// Where a text's ink and advances lie, to the canvas that holds them all with a margin around.

import type { Result } from "@haforu/engine";

/** Pixels of blank on each side. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Canvas and pen, in pixels, as a job has them. */
export interface Fit {
  readonly width: number;
  readonly height: number;
  readonly origin: readonly [number, number];
}

/** A canvas for measuring: all ink lies outside it, and the result says how far it reaches on each side. */
export const MEASURING = { format: "metrics", width: 1, height: 1, origin: [0, 0], include: ["boxes"] } as const;

/**
 * @param measured the text's result on the MEASURING canvas, the pen at (0, 0).
 * The pen is moved by whole pixels only, so that the margin does not change how edges fall on pixels.
 */
export function fitted(measured: Result, margins: Margins): Fit {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (const { advance } of measured.boxes ?? []) {
    left = Math.min(left, advance[0]);
    top = Math.min(top, advance[1]);
    right = Math.max(right, advance[0] + advance[2]);
    bottom = Math.max(bottom, advance[1] + advance[3]);
  }
  for (const warning of measured.warnings ?? []) {
    if (warning.code !== "ink_clipped") continue;
    left = Math.min(left, -warning.left);
    top = Math.min(top, -warning.top);
    right = Math.max(right, MEASURING.width + warning.right);
    bottom = Math.max(bottom, MEASURING.height + warning.bottom);
  }
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return {
    width: Math.max(1, Math.ceil(right) - x + margins.left + margins.right),
    height: Math.max(1, Math.ceil(bottom) - y + margins.top + margins.bottom),
    origin: [margins.left - x, margins.top - y],
  };
}
