// The extended measures of the run at hand (docs/metrics.md): of its picture, of its place on the line, and over its clusters as a set of glyphs.
// In: the canvas with the picture, the clusters measured by boxes.ts, the pen's way. Out: one record.
import { Extended, measureExtended, variation } from "../measure/extended";
import { Measures } from "../measure/measures";
import { arenaAlloc } from "../native";
import { canvasPixels } from "../raster/raster";
import { BTT, TTB, usedDirection } from "../shape/shape";
import { ClusterBox, clusterBoxes, clusterCount } from "./boxes";
import { originX, originY } from "./place";

/** What the picture gave; valid until the arena is reset. */
const pictureRecord = memory.data(128, 16);
export function extendedPicture(): Extended {
  return changetype<Extended>(pictureRecord);
}

/** From the pen's start to the ink and from the ink to the pen's end along the line, px; NaN: no ink. */
export let bearingStart: f64 = 0;
export let bearingEnd: f64 = 0;
/** Over the clusters with ink; NaN where there are too few. */
export let advanceVariation: f64 = 0;
export let widthRhythm: f64 = 0;
export let renderedAspect: f64 = 0;
export let consistency: f64 = 0;

/** Measures the picture on the open canvas, whose tally is `m`; the pen ended `advanceX`, `advanceY` from its start. Returns false where there is no memory. */
export function measureRun(m: Measures, width: i32, blank: u32, advanceX: f64, advanceY: f64): bool {
  const vertical = usedDirection == TTB || usedDirection == BTT;
  const picture = extendedPicture();
  if (!measureExtended(canvasPixels(), width, m.left, m.top, m.right, m.bottom, blank, vertical, picture)) return false;
  bearingStart = NaN;
  bearingEnd = NaN;
  if (m.right > m.left) {
    // bottom-to-top text goes up from its origin: the lesser end of its line is where the pen ends
    const origin = vertical ? originY : originX;
    const advance = vertical ? advanceY : advanceX;
    const least = min(origin, origin + advance);
    const greatest = max(origin, origin + advance);
    bearingStart = <f64>(vertical ? m.top : m.left) - least;
    bearingEnd = greatest - <f64>(vertical ? m.bottom : m.right);
  }
  return measureSet(vertical, picture.gapVariation);
}

function measureSet(vertical: bool, gapVariation: f64): bool {
  const advances = arenaAlloc((<usize>max<u32>(clusterCount, 1)) << 3);
  const densities = arenaAlloc((<usize>max<u32>(clusterCount, 1)) << 3);
  if (advances == 0 || densities == 0) return false;
  let inked: u32 = 0;
  let aspects: f64 = 0;
  for (let i: u32 = 0; i < clusterCount; i++) {
    const box = changetype<ClusterBox>(clusterBoxes + <usize>i * offsetof<ClusterBox>());
    if (box.inkW <= 0 || box.inkH <= 0) continue;
    aspects += <f64>box.inkW / <f64>box.inkH;
    store<f64>(advances + ((<usize>inked) << 3), vertical ? box.h : box.w);
    store<f64>(densities + ((<usize>inked) << 3), box.inkSum / (255 * <f64>box.inkW * <f64>box.inkH));
    inked++;
  }
  advanceVariation = variation(advances, inked);
  if (isNaN<f64>(advanceVariation)) widthRhythm = gapVariation;
  else widthRhythm = isNaN<f64>(gapVariation) ? advanceVariation : (advanceVariation + gapVariation) / 2;
  renderedAspect = inked > 0 ? aspects / <f64>inked : NaN;
  const spread = variation(densities, inked);
  consistency = inked == 0 ? NaN : inked == 1 ? 1 : max<f64>(0, 1 - spread);
  return true;
}
