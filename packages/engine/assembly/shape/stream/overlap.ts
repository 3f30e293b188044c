// The left overlap: flushed text that is kept to be shaped again in front of the tail, and its records, which the new ones are compared with.
// A record knows its cluster by its position in the stream modulo 2³²; its distance from the last cut (1: the last code point flushed) is what counts.

import {
  FLAGS,
  UNSAFE_TO_BREAK,
  UNSAFE_TO_CONCAT,
  windowCluster,
  windowContext,
  windowFlags,
  windowGlyphs,
  windowId,
  windowInfo,
  windowPosition,
  windowStep,
} from "./scratch";
import { heldAt, RECORD_BYTES, Stream } from "./state";

function recordAt(s: Stream, i: u32): usize {
  return s.records + <usize>(s.recordFirst + i) * RECORD_BYTES;
}
// code points from a record's cluster to the last cut; positions wrap at 2³², distances do not
function distance(s: Stream, i: u32): u32 {
  return s.cutAt - load<u32>(recordAt(s, i), 4);
}
function flags(s: Stream, i: u32): u32 {
  return load<u32>(recordAt(s, i), 24);
}
function startsCluster(s: Stream, i: u32): bool {
  return i == 0 || distance(s, i) != distance(s, i - 1);
}

/** How far back the last record of a glyph lies that does not stand for code point `but` itself, in code points; 0: it is not among the kept ones. */
export function recordDistance(s: Stream, glyph: u32, but: u32): u32 {
  for (let i = s.recordCount; i-- > 0; )
    if (load<u32>(recordAt(s, i)) == glyph && load<u32>(heldAt(s, 0) - ((<usize>distance(s, i)) << 2)) != but) return distance(s, i);
  return 0;
}

/** Forgets what was kept: a run has ended. */
export function overlapClear(s: Stream): void {
  s.kept = 0;
  s.recordCount = 0;
  s.recordFirst = 0;
  s.overlap = 0;
  s.overlapLeast = 0;
}

/** Forgets what was flushed of the run, text and records, so that what is held is shaped as a beginning. */
export function overlapForget(s: Stream): void {
  memory.copy(s.text, heldAt(s, 0), (<usize>s.held) << 2);
  overlapClear(s);
}

/** Whether a cluster of the window begins where the overlap ends. */
export function overlapEnds(overlap: u32): bool {
  let glyph: u32 = 0;
  while (glyph < windowGlyphs && windowCluster(glyph) < overlap) glyph++;
  return glyph < windowGlyphs && windowCluster(glyph) == overlap;
}

/** Takes the records as they came out now in place of those flushed, so that one wrong cut is counted once. */
export function overlapAccept(s: Stream, overlap: u32): void {
  let glyphs: u32 = 0;
  while (glyphs < windowGlyphs && windowCluster(glyphs) < overlap) glyphs++;
  s.recordCount = 0;
  s.recordFirst = 0;
  overlapKeep(s, 0, glyphs, overlap, 0);
}

/** Keeps the records of window glyphs [from, to) in logical order, flushed up to code point `cut` of the window; `flushed` code points went. */
export function overlapKeep(s: Stream, from: u32, to: u32, cut: u32, flushed: u32): void {
  s.cutAt += flushed;
  const most = s.recordRoom >> 1;
  // how many of the new ones are near enough, and what of the old ones still is
  const origin = cut + windowContext;
  const room = to - from > most ? to - most : from;
  let first = to;
  let info = windowInfo(to);
  // clusters rise: where the farthest is near enough, all are
  if (from < to && origin - load<u32>(windowInfo(room), 8) <= s.reach) {
    first = room;
    info = windowInfo(first);
  }
  while (first > room && origin - load<u32>(info - windowStep, 8) <= s.reach) {
    info -= windowStep;
    first--;
  }
  const fresh = to - first;
  let old = s.recordCount;
  let skip: u32 = 0;
  let record = recordAt(s, 0);
  for (; skip < old && (s.cutAt - load<u32>(record, 4) > s.reach || old - skip + fresh > most); record += RECORD_BYTES) skip++;
  s.recordFirst += skip;
  old -= skip;
  if (s.recordFirst + old + fresh > s.recordRoom) {
    memory.copy(s.records, recordAt(s, 0), <usize>old * RECORD_BYTES);
    s.recordFirst = 0;
  }
  record = recordAt(s, old);
  let position = windowPosition(first);
  const shift = s.cutAt - origin;
  const step = windowStep;
  for (const end = record + <usize>fresh * RECORD_BYTES; record < end; record += RECORD_BYTES, info += step, position += step) {
    store<u32>(record, load<u32>(info));
    store<u32>(record, shift + load<u32>(info, 8), 4);
    v128.store(record, v128.load(position), 8);
    store<u32>(record, load<u32>(info, 4) & FLAGS, 24);
  }
  s.recordCount = old + fresh;
}

/** Code points more in an overlap whose first boundary was matched across. */
const LEAST_MORE: u32 = 6;

/**
 * The least overlap of at least `least` code points that begins at a cluster whose boundary was safe to break, or else the whole of the run or the longest there is.
 * `whole`: all flushed code points of the run are kept.
 */
export function overlapChoose(s: Stream, least: u32, whole: bool): u32 {
  for (let i = s.recordCount; i-- > 0; ) {
    const d = distance(s, i);
    if (d < least || !startsCluster(s, i)) continue;
    const f = flags(s, i);
    if ((f & UNSAFE_TO_BREAK) != 0) continue;
    // where something was matched across it, a little more is needed to see what
    if ((f & UNSAFE_TO_CONCAT) == 0 || d >= least + LEAST_MORE) return d;
  }
  if (whole && s.kept <= s.reach) return s.kept;
  return s.recordCount == 0 ? 0 : distance(s, 0);
}

/** Equal: the records of the overlap came out as they were flushed. */
export const SAME: u32 = 0;
/** They are those flushed, but for flags. */
const FLAGS_DIFFER: u32 = 1;
const DIFFERENT: u32 = 2;

/**
 * Compares the first glyphs of the window, those of an overlap of `overlap` code points, with what was flushed. Flags are compared in the half that is nearer to the cut: at the overlap's own beginning
 * they say what was not seen to its left.
 */
export function overlapCompare(s: Stream, overlap: u32): u32 {
  // the overlap is short beside what is kept
  let i = s.recordCount;
  while (i > 0 && distance(s, i - 1) <= overlap) i--;
  let result = SAME;
  let glyph: u32 = 0;
  for (; i < s.recordCount; i++, glyph++) {
    if (glyph == windowGlyphs || windowCluster(glyph) + distance(s, i) != overlap) return DIFFERENT;
    const record = recordAt(s, i);
    if (load<u32>(record) != windowId(glyph)) return DIFFERENT;
    const position = windowPosition(glyph);
    if (load<u64>(record, 8) != load<u64>(position) || load<u64>(record, 16) != load<u64>(position, 8)) return DIFFERENT;
    if (distance(s, i) * 2 <= overlap && load<u32>(record, 24) != windowFlags(glyph)) result = FLAGS_DIFFER;
  }
  // a cluster must begin at the cut
  if (glyph < windowGlyphs && windowCluster(glyph) < overlap) return DIFFERENT;
  return result;
}
