// The loop: fill → shape → choose a cut → flush the shaped prefix → compact. One call of streamPull makes at most one flush, or says that it needs input.
// Each turn flushes at least one cluster, asks for more text, or ends; what must hold is asserted, and a stream in which it does not is dead.
import {
  E_INTERNAL,
  E_OUT_OF_MEMORY,
  STREAM_WORD_ALIGNED_CARRY,
  STREAM_WORD_CLUSTERS_IN_ORDER,
  STREAM_WORD_PROGRESS,
  STREAM_WORD_VALID_CUT,
} from "../../generated/contract";
import { LTR, TTB } from "../shape";
import { cutChoose, cutForce, cutGlyph, cutProven } from "./cut";
import { FLUSH_FORCED, FLUSH_RUN_BEGINS, FLUSH_RUN_ENDS, flushNone, flushPart, flushTake } from "./flush";
import { giveUp, resolveScript } from "./itemise";
import { circleAsked, circleLimit, hasCircle, hasLetter, hasMark, openRow, overlapAsked, simple, undecided } from "./normalize";
import { overlapAccept, overlapChoose, overlapClear, overlapCompare, overlapEnds, overlapForget, overlapKeep, SAME } from "./overlap";
import { shapeWindow, windowCluster, windowContext, windowDoubts, windowGlyphs, windowInfo, windowRises } from "./scratch";
import { COMMON } from "./script";
import { runDone } from "./settings";
import {
  CONTEXT,
  FAULT_CARRY,
  FAULT_CLUSTERS,
  FAULT_CUT,
  FAULT_PROGRESS,
  heldAt,
  ITEMISE,
  NAIVE_NO_LEFT_CONTEXT,
  OVERLAP_MAX,
  OVERLAP_SYLLABLES,
  RUNS_MAX,
  Run,
  reachOf,
  runAt,
  Stream,
} from "./state";
import { TRIALS, trialBegin, trialCompare, trialEnd, trialLimit } from "./trial";
import { WARN_CUT_DEFECT, WARN_FORCED_CUT, WARN_LIGATURE_UNDECIDED, warn, warnMalformed, warnTakeBack } from "./warn";

/** What streamPull says. */
export const NEED_INPUT: i32 = 0;
export const FLUSH: i32 = 1;
export const ENDED: i32 = 2;

/** Code points of flushed text that are shaped again at the least. */
const OVERLAP_LEAST: u32 = 6;
/** An overlap that was too short becomes longer by this factor. */
const OVERLAP_STEP: u32 = 3;

/** Which invariant failed last: a STREAM_WORD_…, for the message. */
export let brokenInvariant: i32 = 0;
/** The run that the flush at hand is of. */
export let flushRun: Run = changetype<Run>(0);
const flushRunAt = memory.data(offsetof<Run>(), 8);

/** Makes the next flush, or says NEED_INPUT or ENDED. Negative: a code of the contract. */
export function streamPull(s: Stream): i32 {
  if (s.failed != 0) return s.failed;
  flushRun = changetype<Run>(flushRunAt);
  if (s.waiting == 0 && flushPart(s)) return FLUSH;
  let status = (s.naive & FAULT_PROGRESS) != 0 ? AGAIN : turn(s);
  // each turn again has dropped an empty run or raised the target, which end; the bound is there so that a fault is an error and not a hang
  for (let turns: u32 = 0; status == AGAIN; turns++) {
    if (turns > RUNS_MAX + TARGETS) return invariant(s, STREAM_WORD_PROGRESS);
    if ((s.naive & FAULT_PROGRESS) == 0) status = turn(s);
  }
  if (status == FLUSH) flushPart(s);
  return status;
}

/** A turn that made no flush and needs no input. */
const AGAIN: i32 = 3;
/** A target doubles at most this often. */
const TARGETS: u32 = 17;

function turn(s: Stream): i32 {
  if (s.runCount == 0) return invariant(s, STREAM_WORD_ALIGNED_CARRY);
  const run = runAt(s, 0);
  if (s.waiting != 0) return settle(s, run);
  let closed = s.runCount > 1 || s.ended != 0;
  const length: u32 = s.runCount > 1 ? <u32>(runAt(s, 1).start - s.base) : s.held;
  if ((s.naive & FAULT_CARRY) != 0) s.base = run.start - 1;
  if (length > s.held || s.base < run.start) return invariant(s, STREAM_WORD_ALIGNED_CARRY);
  if (length == 0) {
    if (s.runCount == 1) return s.ended != 0 ? ENDED : NEED_INPUT;
    compact(s, 0, true);
    runDone(s);
    return AGAIN;
  }
  let part = length;
  if (run.usedDirection == 0 || (s.options & ITEMISE) != 0) {
    part = resolveScript(s, run, length, closed);
    if (run.open == 0 && part < length) {
      // nothing is left of it: a forced cut took all, before it was known that the run ends there
      if (part == 0) {
        s.runSerial++;
        compact(s, 0, true);
        nextRun(s, run);
        return AGAIN;
      }
      closed = true;
    }
  }
  if (!closed && length < s.target) return NEED_INPUT;
  if (run.usedDirection == 0) {
    grow(s);
    return AGAIN;
  }
  if (part == 0) {
    more(s, run);
    return AGAIN;
  }
  return cycle(s, run, part, closed);
}

/** Asks for more text that tells what run.open leaves open, or goes on without where there is no room. */
function more(s: Stream, run: Run): void {
  if (s.target < s.max) grow(s);
  else giveUp(s, run);
}

function cycle(s: Stream, run: Run, length: u32, closed: bool): i32 {
  if (!reachOf(s, simple(run.usedScript) ? OVERLAP_MAX : OVERLAP_SYLLABLES)) return -E_OUT_OF_MEMORY;
  s.cycles++;
  const naive = s.naive;
  const whole = s.base - run.start <= <f64>s.kept;
  let overlap: u32 = (naive & NAIVE_NO_LEFT_CONTEXT) != 0 ? 0 : min(s.overlap, s.kept);
  const farther: u32 = overlap == 0 ? 0 : overlapAsked(s, run, length);
  if (farther > overlap) overlap = overlapChoose(s, farther, whole);
  let settled = false;
  while (!settled) {
    // in a buffer that is turned round, HarfBuzz would take the context for that of the other end
    const pre: u32 = (naive & NAIVE_NO_LEFT_CONTEXT) != 0 || run.reversed != 0 ? 0 : min(s.kept - overlap, CONTEXT);
    if (!shape(s, run, overlap, length, pre)) return -E_OUT_OF_MEMORY;
    if ((naive & FAULT_CLUSTERS) != 0) store<u32>(windowInfo(windowGlyphs - 1), windowContext + overlap + length, 8);
    if (!windowRises(overlap + length)) return invariant(s, STREAM_WORD_CLUSTERS_IN_ORDER);
    if (overlap == 0) break;
    const asked = circleAsked(s, run, overlap);
    // what hangs on the whole buffer may come out otherwise without a fault of the cut: the flush said so
    const compared = overlapCompare(s, overlap);
    const same = compared == SAME || windowDoubts(0, overlap);
    settled = asked == 0 && same;
    if (!settled) {
      // perhaps the overlap began too late: a longer one
      const longer = overlapChoose(s, asked != 0 ? asked : overlap * OVERLAP_STEP, whole);
      if (longer > overlap) {
        overlap = longer;
        if (!same) s.overlapLeast = overlap;
        s.retries++;
      } else {
        settled = true;
        if (!same) {
          // beside a forced cut that is what was warned of
          if (run.touched == 0) {
            s.defects++;
            warn(s, WARN_CUT_DEFECT, s.base - <f64>overlap, s.base);
          }
          if (overlapEnds(overlap)) overlapAccept(s, overlap);
        }
      }
    }
    if (settled && compared != SAME && !overlapEnds(overlap)) {
      // what lies behind the cut has become part of a cluster in front of it, which is flushed: it is shaped by itself, or it would be lost
      overlapForget(s);
      overlap = 0;
      settled = false;
    }
  }
  let first: u32 = 0;
  while (first < windowGlyphs && windowCluster(first) < overlap) first++;
  // what stands between a forced cut and the next one that is none depends on both sides; a letter to come would have told the script of a whole run
  let bits: u32 = (s.base == run.start ? FLUSH_RUN_BEGINS : 0) | ((run.touched | run.unscripted) != 0 ? FLUSH_FORCED : 0);
  let cut = overlap + length;
  let last = windowGlyphs;
  if (closed) bits |= FLUSH_RUN_ENDS;
  else {
    const text = heldAt(s, 0) - ((<usize>overlap) << 2);
    const limit = circleLimit(s, run, first, overlap);
    const open = openRow(text, overlap + length);
    cut = undecided(s, run, length) ? 0 : cutChoose(text, overlap + length, open, overlap, s.low, limit, run.machine != 0, run.reversed != 0, naive);
    if (cut != 0 && run.reversed != 0 && !cutProven) {
      // see trial.ts; the window is shaped once more at the end, to be as it was
      if (!trialBegin(first, cutGlyph)) return -E_OUT_OF_MEMORY;
      let shaped = true;
      for (let less: u32 = 1; less <= min(TRIALS, length - 1) && shaped; less++) {
        shaped = shape(s, run, overlap, length - less, 0);
        if (shaped) trialCompare();
      }
      const glyph = trialEnd();
      if (!shaped || !shape(s, run, overlap, length, 0)) return -E_OUT_OF_MEMORY;
      cut = cutChoose(text, overlap + length, open, overlap, s.low, min(limit, trialLimit(glyph)), run.machine != 0, true, naive);
    }
    if (cut == 0) {
      if (run.open != 0) {
        more(s, run);
        return AGAIN;
      }
      if (length < s.max) {
        grow(s);
        return AGAIN;
      }
      cut = cutForce(text, overlap + length, overlap, run.reversed != 0);
      s.outTouched = bits & FLUSH_FORCED;
      bits |= FLUSH_FORCED;
      run.touched = 1;
      s.forced++;
      last = cutGlyph;
      if (cut == 0) {
        cut = overlap + length;
        last = windowGlyphs;
        s.waiting = 1;
      }
      warn(s, WARN_FORCED_CUT, s.base + <f64>(cut - overlap), <f64>length);
    } else {
      last = cutGlyph;
      s.target = s.high;
      run.touched = 0;
    }
    s.cuts++;
    s.heldBack += <f64>(overlap + length - cut);
    if ((naive & FAULT_CUT) != 0) cut = overlap;
    if (cut <= overlap || last < first || cut > overlap + length) return invariant(s, STREAM_WORD_VALID_CUT);
  }
  // where the window is not the whole run
  if ((!closed || s.base != run.start) && windowDoubts(overlap, cut)) {
    s.outTouched = FLUSH_FORCED;
    bits |= FLUSH_FORCED;
    s.forced++;
    warn(s, WARN_LIGATURE_UNDECIDED, s.base, s.base + <f64>(cut - overlap));
  }
  const flushed = cut - overlap;
  const end = s.base + <f64>flushed;
  warnMalformed(s, end);
  const backward = run.usedDirection != LTR && run.usedDirection != TTB;
  if (!flushTake(s, first, last, s.base - <f64>overlap, s.base, end, bits, backward)) return -E_OUT_OF_MEMORY;
  memory.copy(flushRunAt, changetype<usize>(run), offsetof<Run>());
  flushRun.serial = s.runSerial;
  s.flushes++;
  s.glyphs += <f64>(last - first);
  if (closed) {
    compact(s, flushed, true);
    s.runSerial++;
    nextRun(s, run);
  } else {
    overlapKeep(s, first, last, cut, flushed);
    if (run.marks == 0 && hasMark(s, run, flushed)) run.marks = 1;
    if (run.letters == 0 && run.reversed != 0 && hasLetter(s, flushed)) run.letters = 1;
    if (run.circles == 0 && hasCircle(run, first, last)) run.circles = 1;
    run.scanned = run.scanned > flushed ? run.scanned - flushed : 0;
    run.open = run.open > flushed ? run.open - flushed : 0;
    compact(s, flushed, false);
    // a need for more is remembered, and forgotten little by little
    s.overlapLeast = max(OVERLAP_LEAST, s.overlapLeast - (s.overlapLeast >> 3));
    s.overlap = overlapChoose(s, s.overlapLeast, s.base - run.start <= <f64>s.kept);
  }
  return s.waiting != 0 ? AGAIN : FLUSH;
}

function shape(s: Stream, run: Run, overlap: u32, length: u32, pre: u32): bool {
  const script: u32 = run.usedScript == COMMON && run.script == 0 ? 0 : run.usedScript;
  const text = heldAt(s, 0) - ((<usize>overlap) << 2);
  s.shaped += <f64>(overlap + length);
  return shapeWindow(text, overlap + length, pre, run.font, script, run.usedDirection, run.language, run.features, run.featureCount);
}

/** A forced flush of all that was held waits until it is known whether its run goes on: FLUSH when it is, else NEED_INPUT. */
function settle(s: Stream, run: Run): i32 {
  let ends = s.runCount > 1 ? runAt(s, 1).start == s.base : s.ended != 0 && s.held == 0;
  if (!ends && s.held == 0) return NEED_INPUT;
  if (!ends && (s.options & ITEMISE) != 0) ends = resolveScript(s, run, 1, false) == 0 && run.open == 0;
  s.waiting = 0;
  if (ends) {
    // nothing followed: what was shaped was the whole rest of the run, and no cut
    s.outBits = (s.outBits & ~FLUSH_FORCED) | s.outTouched | FLUSH_RUN_ENDS;
    s.forced--;
    s.cuts--;
    warnTakeBack(s, WARN_FORCED_CUT);
    s.runSerial++;
    compact(s, 0, true);
    nextRun(s, run);
  }
  return FLUSH;
}

/** The run at the front, or its part in one script, is flushed. */
function nextRun(s: Stream, run: Run): void {
  s.target = s.high;
  if (s.runCount > 1 && runAt(s, 1).start == s.base) {
    runDone(s);
    return;
  }
  // more text of the same settings, in another script
  run.start = s.base;
  run.usedScript = s.nextScript;
  s.nextScript = 0;
  run.usedDirection = 0;
  run.scanned = 0;
  run.open = 0;
  run.marks = 0;
  run.letters = 0;
  run.circles = 0;
  run.unscripted = 0;
  run.touched = 0;
}

/** Drops flushed code points from the carry, but for those that are kept in front of the tail; all of them where the run has ended. */
function compact(s: Stream, flushed: u32, ended: bool): void {
  const from = s.text;
  const total = s.kept + s.held;
  const gone = s.kept + flushed;
  const kept: u32 = ended ? 0 : min(gone, s.reach + CONTEXT);
  memory.copy(from, from + ((<usize>(gone - kept)) << 2), (<usize>(total - gone + kept)) << 2);
  s.kept = kept;
  s.held -= flushed;
  s.base += <f64>flushed;
  if (ended) overlapClear(s);
}

/** Asks for twice the text, up to max_buffer. */
function grow(s: Stream): void {
  if (s.target < s.max) s.target = s.target > s.max / 2 ? s.max : s.target * 2;
}

function invariant(s: Stream, word: i32): i32 {
  brokenInvariant = word;
  s.failed = -E_INTERNAL;
  flushNone(s);
  return s.failed;
}
