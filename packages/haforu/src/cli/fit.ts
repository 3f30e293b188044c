// Where a text's ink and advances lie, to the canvas that holds them all with a margin around.

import type { Box } from "@haforu/engine";

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

/**
 * @param boxes of the text rendered with the pen at (0, 0).
 * The pen is moved by whole pixels only, so that the picture is the same at every margin.
 */
export function fitted(boxes: readonly Box[], margins: Margins): Fit {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  let first = true;
  for (const box of boxes) {
    for (const [x, y, width, height] of [box.ink, box.advance]) {
      if (width === 0 && height === 0) continue;
      left = first ? x : Math.min(left, x);
      top = first ? y : Math.min(top, y);
      right = first ? x + width : Math.max(right, x + width);
      bottom = first ? y + height : Math.max(bottom, y + height);
      first = false;
    }
  }
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return {
    width: Math.max(1, Math.ceil(right) - x + margins.left + margins.right),
    height: Math.max(1, Math.ceil(bottom) - y + margins.top + margins.bottom),
    origin: [margins.left - x, margins.top - y],
  };
}
