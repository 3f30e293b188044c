// Notes: the middle of the sweep. In: accumulator and map of some strips. Out: a list of the touched groups (4 columns × 4 rows) with their ink, a list of the spans of
// constant ink between them, the runs of columns to be cleared later, and the ink box; the accumulator and the map are zero behind it.
// Painting and counting read the two lists, each in a loop of its own, which keeps their values in registers.
import {
  canvasHeight,
  canvasWidth,
  cellStride,
  cells,
  groupBits,
  groupStride,
  lastStrip,
  leftmost,
  NOTE_BYTES,
  NOTES_AIM,
  notes,
  rightmost,
  spans,
} from "./accumulator";
import { beamReset, endColumn, firstColumn, inkedRows, inkMask, lookAtChain } from "./beam";
import { RUN_GAP_GROUPS } from "./canvas";

// A note: ink[16] (byte 4 × column + row), u16 group, u16 strip, u32 offset of its first pixel | AT_BORDER.
export const NOTE_TAIL: usize = 12; // ink of the last column
export const NOTE_PLACE: usize = 16; // the three below as one u64
export const NOTE_GROUP: usize = 16;
export const NOTE_STRIP: usize = 18;
export const NOTE_OFFSET: usize = 20;
// A span: u32 the note before it, whose last column it repeats, u32 columns.
export const SPAN_BYTES: usize = 8;
export const SPAN_COLUMNS: usize = 4;
/** Not all of its four rows and columns are on the canvas: painted pixel by pixel. */
export const AT_BORDER: u32 = 0x80000000;

const NO_RUN: u32 = 0xffffffff;

/** Where the lists written last end. */
export let notesEnd: usize = 0;
export let spansEnd: usize = 0;
/** Where the picture's runs end: {u32 start, u32 end} offsets of the first row of a strip. */
export let runsEnd: usize = 0;

/** Ink box of the picture; empty: left > right, top > bottom. */
export let inkLeft: i32 = i32.MAX_VALUE;
export let inkTop: i32 = i32.MAX_VALUE;
export let inkRight: i32 = 0;
export let inkBottom: i32 = 0;

/** A new picture, whose runs go to `runs`. */
export function notesReset(runs: usize): void {
  notesContinue(runs, i32.MAX_VALUE, i32.MAX_VALUE, 0, 0);
  beamReset();
}

/** Goes on with a picture, whose further runs go to `runs`, and whose ink box so far is given. */
export function notesContinue(runs: usize, left: i32, top: i32, right: i32, bottom: i32): void {
  runsEnd = runs;
  inkLeft = left;
  inkTop = top;
  inkRight = right;
  inkBottom = bottom;
}

/**
 * Writes the notes of `strip` and of as many strips after it as fit; returns the strip after them. `paints` lists runs, `counts` looks for the beam.
 * A prefix sum runs along each row, four rows as four lanes, so that no lane ever needs its neighbour.
 */
export function writeNotes(strip: i32, paints: bool, counts: bool): i32 {
  const zero = i32x4.splat(0);
  const last = lastStrip;
  const width = <u32>canvasWidth;
  const wholeGroups = width >> 2;
  const wholeStrips = canvasHeight >> 2;
  const firstWord = (<usize>(leftmost >> 16)) << 3;
  const endWord = (<usize>((rightmost + 512) >> 16) + 1) << 3;
  const enough = notes + NOTES_AIM * NOTE_BYTES;
  let note = notes;
  let span = spans;
  let run = runsEnd;
  let left = inkLeft;
  let right = inkRight;
  for (; strip <= last && note < enough; strip++) {
    const row = cells + cellStride * <usize>strip;
    const bits = groupBits + groupStride * <usize>strip;
    const rowOffset = (((<u32>strip) << 2) * width) | (strip >= wholeStrips ? AT_BORDER : 0);
    const place = ((<u64>rowOffset) << 32) | ((<u64>strip) << 16); // of a note, without its group
    const stripNote = note;
    let cover = i32x4.splat(128); // prefix sum; the half makes the shift below round
    let tail: u32 = 0; // ink of the last column
    let expected: u32 = 0; // the group behind it
    let chain = note; // the first note behind the last span without ink
    let spanGroups: u32 = 0; // groups of the spans since then
    let runStart: u32 = NO_RUN; // the first note's, as long as there is but one run
    for (let at = firstWord; at < endWord; at += 8) {
      let word = load<u64>(bits + at);
      if (word == 0) continue;
      store<u64>(bits + at, 0);
      do {
        const group = <u32>(at << 3) + <u32>ctz<u64>(word);
        word &= word - 1;
        const cell = row + ((<usize>group) << 6);
        const c0 = i32x4.add(cover, v128.load(cell));
        const c1 = i32x4.add(c0, v128.load(cell, 16));
        const c2 = i32x4.add(c1, v128.load(cell, 32));
        cover = i32x4.add(c2, v128.load(cell, 48));
        v128.store(cell, zero);
        v128.store(cell, zero, 16);
        v128.store(cell, zero, 32);
        v128.store(cell, zero, 48);
        // (sum + 128) >> 8, saturated, without its sign (non-zero winding), saturated to a byte
        const s0 = i16x8.narrow_i32x4_s(i32x4.shr_s(c0, 8), i32x4.shr_s(c1, 8));
        const s1 = i16x8.narrow_i32x4_s(i32x4.shr_s(c2, 8), i32x4.shr_s(cover, 8));
        const ink = i8x16.narrow_i16x8_u(i16x8.max_s(s0, i16x8.sub_sat_s(zero, s0)), i16x8.max_s(s1, i16x8.sub_sat_s(zero, s1)));
        if (group != expected) {
          if (tail != 0) {
            // ink goes on from the last column of the note before
            store<u32>(span, <u32>(note - NOTE_BYTES));
            store<u32>(span, (group - expected) << 2, SPAN_COLUMNS);
            span += SPAN_BYTES;
            spanGroups += group - expected;
          } else {
            if (counts) lookAtChain(chain, note, <i32>((spanGroups << 2) + ((note - chain) >> 3)));
            chain = note;
            spanGroups = 0;
            if (paints && group - expected > RUN_GAP_GROUPS && note != stripNote) {
              store<u32>(run, runStart == NO_RUN ? load<u32>(stripNote, NOTE_OFFSET) & ~AT_BORDER : runStart);
              store<u32>(run, (rowOffset + (expected << 2)) & ~AT_BORDER, 4);
              run += 8;
              runStart = (rowOffset + (group << 2)) & ~AT_BORDER;
            }
          }
        }
        v128.store(note, ink);
        store<u64>(note, place + (<u64>group | ((<u64>group) << 34)), NOTE_PLACE);
        note += NOTE_BYTES;
        tail = <u32>i32x4.extract_lane(ink, 3);
        expected = group + 1;
      } while (word != 0);
    }
    if (note == stripNote) continue;
    if (expected > wholeGroups || tail != 0) {
      spansEnd = span;
      note = cutAtBorder(stripNote, note);
      span = spansEnd;
      if (note == stripNote) continue;
      spanGroups += wholeGroups;
    }
    if (paints) {
      const start = runStart == NO_RUN ? load<u32>(stripNote, NOTE_OFFSET) & ~AT_BORDER : runStart;
      const end = (load<u32>(note - NOTE_BYTES, NOTE_OFFSET) & ~AT_BORDER) + 4;
      // a run of nothing but groups behind the right border is none
      if (end > start) {
        store<u32>(run, start);
        store<u32>(run, end, 4);
        run += 8;
      }
    }
    if (counts) lookAtChain(chain, note, <i32>((spanGroups << 2) + ((note - chain) >> 3)));
    // the ink box without a branch: most strips begin with ink and end with it, or with one group that has none
    let lastNote = note - NOTE_BYTES;
    lastNote = inkMask(lastNote) != 0 ? lastNote : lastNote - NOTE_BYTES;
    const firstMask = inkMask(stripNote);
    const lastMask = inkMask(lastNote);
    if (firstMask == 0 || lastMask == 0 || lastNote < stripNote || load<u32>(lastNote, NOTE_TAIL) != 0) {
      growColumns(stripNote, note);
      continue;
    }
    left = min(left, groupX(stripNote) + firstColumn(firstMask));
    right = max(right, groupX(lastNote) + endColumn(lastMask));
  }
  inkLeft = min(left, inkLeft);
  inkRight = max(right, inkRight);
  notesEnd = note;
  spansEnd = span;
  runsEnd = run;
  if (note != notes) growRows();
  return strip;
}

/**
 * Ends a strip that reaches the right border: drops the groups behind it, cuts the group it goes through, and, where nothing on the canvas ends the ink, notes the last
 * group of the row, so that a span leads there. Returns the new end of the strip's notes.
 */
function cutAtBorder(stripNote: usize, note: usize): usize {
  const width = <u32>canvasWidth;
  const lastVisible = (width - 1) >> 2;
  while (note > stripNote && <u32>load<u16>(note - NOTE_BYTES, NOTE_GROUP) > lastVisible) note -= NOTE_BYTES;
  if (note == stripNote) return note;
  const lastNote = note - NOTE_BYTES;
  const missing = lastVisible - <u32>load<u16>(lastNote, NOTE_GROUP);
  const tail = load<u32>(lastNote, NOTE_TAIL);
  // the span that led to a dropped group
  if (spansEnd > spans && load<u32>(spansEnd - SPAN_BYTES) == <u32>lastNote) spansEnd -= SPAN_BYTES;
  if (missing != 0) {
    if (tail == 0) return note;
    if (missing > 1) {
      store<u32>(spansEnd, <u32>lastNote);
      store<u32>(spansEnd, (missing - 1) << 2, SPAN_COLUMNS);
      spansEnd += SPAN_BYTES;
    }
    v128.store(note, i32x4.splat(tail));
    store<u64>(note, load<u64>(lastNote, NOTE_PLACE) + (<u64>missing | ((<u64>missing) << 34)), NOTE_PLACE);
    note += NOTE_BYTES;
  }
  const columns = width & 3;
  if (columns != 0) {
    const cut = note - NOTE_BYTES;
    v128.store(cut, v128.and(v128.load(cut), i32x4(-1, columns > 1 ? -1 : 0, columns > 2 ? -1 : 0, 0)));
    store<u32>(cut, load<u32>(cut, NOTE_OFFSET) | AT_BORDER, NOTE_OFFSET);
  }
  return note;
}

/** Takes the columns of a strip's notes into the ink box, wherever in them ink begins and ends. */
function growColumns(from: usize, to: usize): void {
  while (from < to && inkMask(from) == 0) from += NOTE_BYTES;
  if (from == to) return;
  inkLeft = min(inkLeft, groupX(from) + firstColumn(inkMask(from)));
  let spanEnd = 0;
  to -= NOTE_BYTES;
  for (; inkMask(to) == 0; to -= NOTE_BYTES) spanEnd = groupX(to);
  // a span between this group and the one behind has its last column's ink
  const endX = groupX(to) + endColumn(inkMask(to));
  inkRight = max(inkRight, load<u32>(to, NOTE_TAIL) != 0 ? max(spanEnd, endX) : endX);
}

/** First column of a note's group. */
function groupX(note: usize): i32 {
  return (<i32>load<u16>(note, NOTE_GROUP)) << 2;
}

/** Takes the rows of the notes written last into the ink box: from the first strip with ink, and from the last. */
function growRows(): void {
  const end = notesEnd;
  if (inkTop == i32.MAX_VALUE) {
    let note = notes;
    while (note < end && !v128.any_true(v128.load(note))) note += NOTE_BYTES;
    if (note == end) return;
    const strip = load<u16>(note, NOTE_STRIP);
    let ink = v128.load(note);
    while ((note += NOTE_BYTES) < end && load<u16>(note, NOTE_STRIP) == strip) ink = v128.or(ink, v128.load(note));
    inkTop = ((<i32>strip) << 2) + <i32>ctz<u32>(inkedRows(ink));
  }
  let note = end - NOTE_BYTES;
  while (note >= notes && !v128.any_true(v128.load(note))) note -= NOTE_BYTES;
  if (note < notes) return;
  const strip = load<u16>(note, NOTE_STRIP);
  let ink = v128.load(note);
  while ((note -= NOTE_BYTES) >= notes && load<u16>(note, NOTE_STRIP) == strip) ink = v128.or(ink, v128.load(note));
  inkBottom = ((<i32>strip) << 2) + 32 - <i32>clz<u32>(inkedRows(ink));
}
