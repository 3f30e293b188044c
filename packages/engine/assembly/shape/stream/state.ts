// What one stream is: its settings, its carry, its runs, what it flushed last, its counters. Memory from malloc, freed with the stream.
// Knows nothing of handles or of the order of calls.
import { free, malloc, realloc } from "../../native";

/** Option bits. */
export const ITEMISE: u32 = 1;
export const BY_CLUSTER: u32 = 2;
export const LOGICAL: u32 = 4;

/** Rules that tests switch on to see the parity suite fail; no host has a use for them. */
export const NAIVE_ANY_BOUNDARY: u32 = 1;
export const NAIVE_END_IS_SAFE: u32 = 2;
export const NAIVE_NO_LEFT_CONTEXT: u32 = 4;
export const NAIVE_BREAK_FLAG: u32 = 8;
/** Faults that tests put in, to see that what must hold is looked at: a carry that begins before its run, a cluster beyond the window, a cut in front of what is flushed, turns that do nothing. */
export const FAULT_CARRY: u32 = 16;
export const FAULT_CLUSTERS: u32 = 32;
export const FAULT_CUT: u32 = 64;
export const FAULT_PROGRESS: u32 = 128;
/** The rules among them. */
export const NAIVE: u32 = 15;

/** Code points of pre-context that HarfBuzz looks at (hb_buffer_t::CONTEXT_LENGTH). */
export const CONTEXT: u32 = 5;
/** Flushed code points that are kept to be shaped again at the most: HarfBuzz matches at most 64 glyphs (HB_MAX_CONTEXT_LENGTH) and marks what lies within 255 of each other as dependent. */
export const OVERLAP_MAX: u32 = 512;
/** As OVERLAP_MAX, in scripts of syllables: whether a syllable gets a dotted circle depends on the last broken one (normalize.ts), which may be far back. */
export const OVERLAP_SYLLABLES: u32 = 4096;
/** Room for records, four a code point of the longest overlap; half of it is used (where a text has more, a shorter overlap is kept), so that old ones are seldom moved. */
const RECORDS_A_CODE_POINT: u32 = 4;
/** A record: {u32 id, u32 position, i32 xAdvance, i32 yAdvance, i32 xOffset, i32 yOffset, u32 flags}. */
export const RECORD_BYTES: usize = 28;
/** Runs that may wait in the carry, each with text; a host that pulls until input is needed has one. */
export const RUNS_MAX: u32 = 64;

@unmanaged
export class Stream {
  high: u32;
  low: u32;
  max: u32;
  options: u32;
  naive: u32;
  /** Code points that are to be held before the next cycle: high, or more after a cycle without a cut. */
  target: u32;
  ended: u32;
  failed: i32; // the status of an invariant that did not hold: the stream is dead

  // the carry: `kept` flushed code points of this run, then `held` ones; base is the cluster id of the first held one
  text: usize;
  kept: u32;
  held: u32;
  capacity: u32;
  base: f64;

  // UTF-8 that a push ended inside of: the value so far, bytes to come, range of the next byte
  partial: u32;
  partialMore: u32;
  partialLow: u32;
  partialHigh: u32;
  malformed: u32;
  malformedAt: f64;

  // runs: a ring of Run records
  runs: usize;
  runFirst: u32;
  runCount: u32;
  runSerial: f64; // runs flushed so far, those by script included

  // settings at the end of the pushed text: a stack of Setting records over the base run
  stack: usize;
  depth: u32;

  // records of the kept code points, in logical order
  records: usize;
  recordRoom: u32;
  recordFirst: u32;
  recordCount: u32;
  cutAt: u32; // the last cut's position modulo 2³², from any beginning
  /** The longest overlap that is kept for: OVERLAP_MAX or OVERLAP_SYLLABLES. */
  reach: u32;
  /** The overlap of the next cycle in code points, and the least that this run was found to need. */
  overlap: u32;
  overlapLeast: u32;

  // the flush at hand
  out: usize;
  outCapacity: u32; // glyphs
  outCount: u32;
  outNext: u32; // by cluster: the first glyph not yet given, in logical order
  outStart: f64;
  outEnd: f64;
  outBits: u32;
  outBackward: u32;
  outTouched: u32; // of a forced flush that waits: FLUSH_FORCED where it stays one if its run ends with it
  waiting: u32; // 1: the flush at hand is not given yet, because its run may end with it
  warnings: usize;
  brackets: usize; // open ones of an itemised text, made when the first comes
  bracketCount: u32;
  nextScript: u32; // of the run behind the one at the front, where a bracket tells it; else 0
  warningCount: u32;

  // counters
  cycles: f64;
  cuts: f64;
  heldBack: f64;
  forced: f64;
  shaped: f64;
  read: f64;
  peak: f64;
  defects: f64;
  retries: f64;
  flushes: f64;
  glyphs: f64;
  runsDone: f64;
  invalid: f64;
}

/** A run: text under one set of settings. `start`: the cluster id of its first character. */
@unmanaged
export class Run {
  start: f64;
  font: usize; // hb_font_t
  owner: usize; // what the caller knows the font by
  instance: u32; // its handle
  machine: u32; // 1: the font has a state machine (AAT, or one in kern)
  script: u32; // ISO 15924 tag, or 0: guessed
  direction: u32; // hb_direction_t, or 0: guessed
  language: usize; // hb_language_t
  features: usize; // owned: featureCount × hb_feature_t, or 0
  featureCount: u32;
  usedScript: u32; // what the text was found to be in; 0: not known yet
  usedDirection: u32;
  scanned: u32; // held code points whose script was looked at
  open: u32; // 1 + the first held one that may belong to the next run instead; 0: none
  reversed: u32; // 1: the direction is not the script's own, and HarfBuzz turns the buffer round before it shapes it
  letters: u32; // 1: a letter was flushed (of a reversed run)
  marks: u32; // 1: a mark was flushed behind the run's first character
  circles: u32; // 1: a dotted circle was flushed
  unscripted: u32; // 1: max_buffer was full before a letter told the script
  touched: u32; // 1: the last cut was forced
  serial: f64;
}

/** Room for `count` × `bytes`; 0: none, or too much for the address space. */
function room(count: u32, bytes: usize): usize {
  return malloc(<usize>count * bytes);
}

/** A stream with nothing in it; 0: no memory. Watermarks are checked by the caller. */
export function streamNew(high: u32, low: u32, max: u32, options: u32): Stream {
  const at = malloc(offsetof<Stream>());
  if (at == 0) return changetype<Stream>(0);
  memory.fill(at, 0, offsetof<Stream>());
  const s = changetype<Stream>(at);
  s.high = high;
  s.low = low;
  s.max = max;
  s.options = options;
  s.target = high;
  s.outNext = 0xffffffff; // no flush at hand
  s.reach = OVERLAP_MAX;
  s.recordRoom = OVERLAP_MAX * RECORDS_A_CODE_POINT;
  s.capacity = OVERLAP_MAX + CONTEXT + high;
  s.text = room(s.capacity, 4);
  s.records = room(s.recordRoom, RECORD_BYTES);
  s.runs = room(RUNS_MAX, offsetof<Run>());
  if (s.text == 0 || s.records == 0 || s.runs == 0) {
    streamFree(s);
    return changetype<Stream>(0);
  }
  return s;
}

/** Gives back what streamNew and the calls after it took, but the runs' features. */
export function streamFree(s: Stream): void {
  free(s.text);
  free(s.records);
  free(s.runs);
  free(s.stack);
  free(s.out);
  free(s.warnings);
  free(s.brackets);
  free(changetype<usize>(s));
}

/** Makes room for `held` code points behind the kept ones. False: no memory. */
export function carryRoom(s: Stream, held: u32): bool {
  const wanted = s.reach + CONTEXT + held;
  if (wanted <= s.capacity) return true;
  const grown = realloc(s.text, (<usize>wanted) << 2);
  if (grown == 0) return false;
  s.text = grown;
  s.capacity = wanted;
  return true;
}

/** Makes room for overlaps of up to `reach` code points; what is kept stays. False: no memory. */
export function reachOf(s: Stream, reach: u32): bool {
  if (reach <= s.reach) return true;
  const grown = realloc(s.records, <usize>(reach * RECORDS_A_CODE_POINT) * RECORD_BYTES);
  if (grown == 0) return false;
  s.records = grown;
  s.recordRoom = reach * RECORDS_A_CODE_POINT;
  s.reach = reach;
  return carryRoom(s, s.held);
}

/** The address of held code point `i`. */
export function heldAt(s: Stream, i: u32): usize {
  return s.text + ((<usize>(s.kept + i)) << 2);
}

/** Run `i` of the ring, 0: the one at the front. */
export function runAt(s: Stream, i: u32): Run {
  return changetype<Run>(s.runs + <usize>((s.runFirst + i) % RUNS_MAX) * offsetof<Run>());
}
