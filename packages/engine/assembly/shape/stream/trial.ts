// Runs that HarfBuzz turns round before it shapes them (a direction against the script's): its rules then run from the end of the text, which is still to come, towards what is to be flushed.
// Of a chain of matches ("ffff" as two ligatures, or as one f, a ligature and one f) no flag tells how it would begin farther on. So the window is shaped again without its last characters,
// which moves the beginning of every such chain: what comes out otherwise hangs on the text behind, and is not flushed.
import { free, malloc } from "../../native";
import { windowCluster, windowGlyphs, windowInfo, windowPosition, windowStep } from "./scratch";

/** Trials: the window without its last one, two and three code points. A chain of ligatures of up to four letters comes out otherwise in one of them. */
export const TRIALS: u32 = 3;
/** Bytes of a glyph as it was: the first 12 of its info (id, mask, cluster), then its position. */
const GLYPH_BYTES: usize = 28;
/** Of the mask, the flags of the glyph. */
const FLAGS: u32 = 7;

let kept: usize = 0;
let keptGlyphs: u32 = 0;
let from: u32 = 0;

/** Keeps window glyphs [first, last) for trials. False: no memory. */
export function trialBegin(first: u32, last: u32): bool {
  keptGlyphs = last - first;
  from = first;
  kept = malloc(max<usize>(<usize>keptGlyphs * GLYPH_BYTES, 1));
  if (kept == 0) return false;
  let at = kept;
  let info = windowInfo(first);
  let position = windowPosition(first);
  for (let i: u32 = 0; i < keptGlyphs; i++, at += GLYPH_BYTES, info += windowStep, position += windowStep) {
    store<u32>(at, load<u32>(info));
    store<u32>(at, load<u32>(info, 4) & FLAGS, 4);
    store<u32>(at, load<u32>(info, 8), 8);
    memory.copy(at + 12, position, 16);
  }
  return true;
}

/** Holds the window of a trial against what was kept, of which all from the first difference on is given up. */
export function trialCompare(): void {
  let at = kept;
  let info = windowInfo(from);
  let position = windowPosition(from);
  for (let i: u32 = 0; i < keptGlyphs; i++, at += GLYPH_BYTES, info += windowStep, position += windowStep) {
    if (
      from + i < windowGlyphs &&
      load<u32>(at) == load<u32>(info) &&
      load<u32>(at, 4) == (load<u32>(info, 4) & FLAGS) &&
      load<u32>(at, 8) == load<u32>(info, 8) &&
      load<u64>(at, 12) == load<u64>(position) &&
      load<u64>(at, 20) == load<u64>(position, 8)
    )
      continue;
    keptGlyphs = i;
    return;
  }
}

/** The first glyph that is not the same in all trials; the window is again the one that trialBegin saw. */
export function trialEnd(): u32 {
  free(kept);
  return from + keptGlyphs;
}

/** The farthest cut in front of glyph `glyph`, all glyphs before which are the same in all trials. */
export function trialLimit(glyph: u32): u32 {
  return glyph < windowGlyphs ? windowCluster(glyph) : u32.MAX_VALUE;
}
