// The clusters of a shaped run, each with its text range, ink box and advance box: for `include: ["boxes"]`.
// A cluster's ink is measured by itself, so that overlapping neighbours do not count; the canvas is not touched.
import { Measures } from "../measure/measures";
import { arenaAlloc, hb_font_get_h_extents } from "../native";
import { rasterBegin, sweepMeasure } from "../raster/raster";
import { BTT, glyphCluster, glyphTotal, TTB, usedDirection } from "../shape/shape";
import { drawGlyphs, penHome, penX, penY, scale } from "./place";

/** One cluster: [start, end) in code points; boxes in pixels: ink as integers (empty: all 0), advance as doubles x, y, w, h. */
@unmanaged
export class ClusterBox {
  start: u32;
  end: u32;
  inkX: i32;
  inkY: i32;
  inkW: i32;
  inkH: i32;
  /** Σ ink, 255 a fully covered pixel. */
  inkSum: f64;
  x: f64;
  y: f64;
  w: f64;
  h: f64;
}

export let clusterBoxes: usize = 0;
export let clusterCount: u32 = 0;

const measures = memory.data(96, 16);
const extents = memory.data(48, 4);

/** Measures every cluster of the run at hand on the canvas at hand, in visual order. `textCount`: code points of the text. Returns 0, out_of_memory, or a code of the rasteriser. */
export function measureClusters(font: usize, sizePx: f64, textCount: u32, outOfMemory: i32): i32 {
  clusterCount = 0;
  clusterBoxes = arenaAlloc(<usize>max<u32>(glyphTotal, 1) * offsetof<ClusterBox>());
  if (clusterBoxes == 0) return -outOfMemory;
  const vertical = usedDirection == TTB || usedDirection == BTT;
  // the height of an advance box is the face's own ascender to descender; a face without them gets its em
  let above = sizePx;
  let below: f64 = 0;
  if (hb_font_get_h_extents(font, extents) != 0) {
    above = <f64>load<i32>(extents) * scale;
    below = -(<f64>load<i32>(extents, 4)) * scale;
  }
  penHome();
  let first: u32 = 0;
  while (first < glyphTotal) {
    const start = glyphCluster(first);
    let next = first + 1;
    while (next < glyphTotal && glyphCluster(next) == start) next++;
    const box = changetype<ClusterBox>(clusterBoxes + <usize>clusterCount * offsetof<ClusterBox>());
    box.start = start;
    const x0 = penX;
    const y0 = penY;
    if (rasterBegin() != 0) return -outOfMemory;
    const status = drawGlyphs(font, first, next);
    if (status != 0) return status;
    sweepMeasure(measures);
    const m = changetype<Measures>(measures);
    box.inkX = m.left;
    box.inkY = m.top;
    box.inkW = m.right - m.left;
    box.inkH = m.bottom - m.top;
    box.inkSum = m.inkSum;
    if (vertical) {
      box.x = x0 - sizePx * 0.5;
      box.y = min(y0, penY);
      box.w = sizePx;
      box.h = abs(penY - y0);
    } else {
      box.x = min(x0, penX);
      box.y = y0 - above;
      box.w = abs(penX - x0);
      box.h = above + below;
    }
    clusterCount++;
    first = next;
  }
  // HarfBuzz's clusters rise or fall along the run: a cluster ends where its neighbour in the text begins
  const count = clusterCount;
  for (let i: u32 = 0; i < count; i++) {
    const box = at(i);
    const before: u32 = i > 0 ? at(i - 1).start : 0xffffffff;
    const after: u32 = i + 1 < count ? at(i + 1).start : 0xffffffff;
    box.end = textCount;
    if (before > box.start && before < box.end) box.end = before;
    if (after > box.start && after < box.end) box.end = after;
  }
  return 0;
}

function at(i: u32): ClusterBox {
  return changetype<ClusterBox>(clusterBoxes + <usize>i * offsetof<ClusterBox>());
}
