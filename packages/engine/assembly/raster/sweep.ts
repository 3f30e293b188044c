// The sweep: accumulator to picture and measures. In: what the lines left in the accumulator. Out: pixels of the canvas, or none; and the tally. Strips go through in
// bundles: notes (which zeroes the accumulator), paint, count; or, where nobody counts and no border cuts, straight to pixels.
import { canvasHeight, canvasWidth, firstStrip, lastStrip, rightmost, touchedReset } from "./accumulator";
import { target } from "./canvas";
import { rasterClear } from "./clear";
import { drainPieces } from "./clip";
import { countNotes, countReset, countResult } from "./count";
import { directBottom, directLeft, directRight, directRuns, directTop, paintDirect } from "./direct";
import { drain } from "./drain";
import { PIXEL_SHIFT } from "./fixed";
import { notesContinue, notesReset, runsEnd, writeNotes } from "./notes";
import { paintNotes } from "./paint";
import { thePath } from "./path";
import { Tally } from "./tally";

/** Writes the picture and its tally. What the canvas held of the last picture is cleared first; without a canvas it only counts. */
export function sweepImage(tally: usize): void {
  rasterClear();
  sweep(changetype<usize>(target) != 0, true, changetype<Tally>(tally));
}

/** As sweepImage, but of the tally only the ink box is counted; all else in it is 0. */
export function sweepImageBox(tally: usize): void {
  rasterClear();
  sweep(changetype<usize>(target) != 0, false, changetype<Tally>(tally));
}

/** Counts only: no canvas is read or written. */
export function sweepMeasure(tally: usize): void {
  sweep(false, true, changetype<Tally>(tally));
}

/** Sweeps without pixels and without a tally: `each` is called for every bundle of notes and spans, for who compares the picture with another (compare/against.ts). */
export function sweepNotes(each: () => void): void {
  drain(thePath());
  drainPieces();
  notesReset(0);
  const end = lastStrip;
  let strip = firstStrip;
  while (strip <= end) {
    strip = writeNotes(strip, false, false);
    each();
  }
  touchedReset();
}

function sweep(paints: bool, counts: bool, tally: Tally): void {
  drain(thePath());
  drainPieces();
  countReset();
  const canvas = target;
  notesReset(paints ? canvas.runs : 0);
  const end = lastStrip;
  let strip = firstStrip;
  // columns up to three behind the rightmost point were touched: all of them in whole groups
  if (paints && !counts && (rightmost >> PIXEL_SHIFT) + 3 < (canvasWidth & ~3)) {
    const whole = min(end, (canvasHeight >> 2) - 1);
    paintDirect(strip, whole, canvas);
    notesContinue(directRuns, directLeft, directTop, directRight, directBottom);
    strip = max(strip, whole + 1);
  }
  while (strip <= end) {
    strip = writeNotes(strip, paints, counts);
    if (paints) paintNotes(canvas);
    if (counts) countNotes();
  }
  touchedReset();
  countResult(tally);
  if (paints) {
    canvas.runCount = <u32>((runsEnd - canvas.runs) >> 3);
    canvas.inkTop = tally.top;
    canvas.inkBottom = tally.bottom;
  }
}
