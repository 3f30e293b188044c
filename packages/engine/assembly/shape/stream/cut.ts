// Where a shaped window may be cut: the last boundary in front of which nothing can change any more, whatever text follows.
// Knows glyphs, flags and vetoes; nothing of carries.
import { UNSAFE_TO_BREAK, UNSAFE_TO_CONCAT, windowCluster, windowFlags, windowGlyphs } from "./scratch";
import { NAIVE, NAIVE_ANY_BOUNDARY, NAIVE_BREAK_FLAG, NAIVE_END_IS_SAFE } from "./state";
import { APPROVE, VETO, verdict } from "./veto";

/** Glyphs behind a cut whose boundary was matched across: more than any lookup in use looks ahead, so that what is in front was seen with all it can see. */
const MARGIN: u32 = 24;
/** Glyphs behind a cut whose boundary nothing was matched across. */
export const MARGIN_CLEAR: u32 = 16;

/** The glyph that a cut found lies in front of, and whether HarfBuzz's flags alone prove it, whatever follows. */
export let cutGlyph: u32 = 0;
export let cutProven: bool = false;

/**
 * The last safe cut: at least `least` code points behind `from` and not behind `most` (all in code points of the window). `text`: the window's code points. Returns the code point of the cut, 0: there is none.
 * `open`: the code point from which nothing counts as text behind a cut, because it hangs on what is still to come; `count`: there is none.
 * `machine`: the font has a state machine, whose state HarfBuzz's break flags do not know in full (a stack of glyphs that is never emptied): then only a boundary that nothing was matched across will do.
 */
export function cutChoose(text: usize, count: u32, open: u32, from: u32, least: u32, most: u32, machine: bool, reversed: bool, naive: u32): u32 {
  let n = windowGlyphs;
  cutProven = (naive & NAIVE) != 0;
  if ((naive & NAIVE_END_IS_SAFE) != 0 && count - from >= least) {
    cutGlyph = n;
    return count;
  }
  if (open < count) {
    while (n > 1 && windowCluster(n - 1) > open) n--;
    const cluster = n == 0 ? 0 : windowCluster(n - 1);
    while (n > 1 && windowCluster(n - 1) == cluster) n--;
  }
  let laterBreak: bool = false;
  let laterConcat: bool = false;
  for (let glyph = n; glyph-- > 1; ) {
    const cluster = windowCluster(glyph);
    if (cluster == windowCluster(glyph - 1)) continue;
    if (cluster < from + max<u32>(least, 1)) return 0;
    const flags = windowFlags(glyph);
    const behind = n - glyph;
    let safe: bool;
    if ((naive & NAIVE_ANY_BOUNDARY) != 0) safe = true;
    else if ((naive & NAIVE_BREAK_FLAG) != 0) safe = (flags & UNSAFE_TO_BREAK) == 0;
    else {
      const clear = (flags & UNSAFE_TO_CONCAT) == 0 && laterConcat;
      safe = (flags & UNSAFE_TO_BREAK) == 0 && laterBreak && behind >= MARGIN_CLEAR && cluster <= most;
      if (safe) {
        const said = verdict(text, count, cluster, reversed);
        safe = said != VETO && (clear || (!machine && (said == APPROVE || behind >= MARGIN)));
        cutProven = clear;
      }
    }
    if (safe) {
      cutGlyph = glyph;
      return cluster;
    }
    if ((flags & UNSAFE_TO_BREAK) == 0) laterBreak = true;
    if ((flags & UNSAFE_TO_CONCAT) == 0) laterConcat = true;
  }
  return 0;
}

/** The best of the bad cuts: in order, one that is safe to break and not vetoed, one that is not vetoed, any cluster boundary, as far back from the end as half the window. 0: the window is one cluster. */
export function cutForce(text: usize, count: u32, from: u32, reversed: bool): u32 {
  const n = windowGlyphs;
  let best: u32 = 0;
  let bestGlyph: u32 = 0;
  let bestRank: u32 = 0;
  for (let glyph = n; glyph-- > 1; ) {
    const cluster = windowCluster(glyph);
    if (cluster <= from) break;
    if (cluster == windowCluster(glyph - 1)) continue;
    const margin = n - glyph >= MARGIN;
    const unbroken = (windowFlags(glyph) & UNSAFE_TO_BREAK) == 0;
    const allowed = verdict(text, count, cluster, reversed) != VETO;
    const rank: u32 = (allowed ? 4 : 1) + (unbroken ? 2 : 0) + (margin ? 1 : 0);
    if (rank > bestRank) {
      bestRank = rank;
      best = cluster;
      bestGlyph = glyph;
      if (rank == 7) break;
    }
  }
  cutGlyph = bestGlyph;
  return best;
}
