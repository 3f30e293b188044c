// Where HarfBuzz looks at a buffer as a whole: what a window must contain so that it comes out as the whole text does.
// 1. In shapers of syllables (Indic, Universal, Khmer, Myanmar) letters that were decomposed are composed again only where the buffer has a mark (hb-ot-shape-normalize.cc, `all_simple`).
// 2. Digits and regional indicators in a right-to-left script that is set from left to right are turned round only where the buffer has a letter (hb-ot-shape.cc, hb_ensure_native_direction).
// 3. Of two broken syllables one behind the other, the second has no dotted circle where they are a multiple of 15 syllables apart (hb-ot-shaper-syllabic.cc, `last_syllable`).
// 4. Marks in a row are put in canonical order only where there are no more than 32 (hb-ot-shape-normalize.cc, HB_OT_SHAPE_MAX_COMBINING_MARKS): of a row that the text may go on with, nothing is known.

import { hb_font_get_nominal_glyph, hb_unicode_combining_class, hb_unicode_funcs_get_default } from "../../native";
import { isMark } from "../../text/classes";
import { categoryOf, decomposes, GC_OTHER_LETTER, GC_UPPERCASE_LETTER, properties } from "../../text/generated/properties";
import { LTR } from "../shape";
import { MARGIN_CLEAR } from "./cut";
import { recordDistance } from "./overlap";
import { windowCluster, windowGlyphs, windowId } from "./scratch";
import { heldAt, Run, Stream } from "./state";

const DOTTED_CIRCLE: u32 = 0x25cc;

/** Scripts whose shapers leave a letter alone that the font has: most runs, told at once. ISO 15924 tags. */
const LATIN: u32 = 0x4c61746e;
const GREEK: u32 = 0x4772656b;
const CYRILLIC: u32 = 0x4379726c;
const ARABIC: u32 = 0x41726162;
const HEBREW: u32 = 0x48656272;
const THAI: u32 = 0x54686169;
const LAO: u32 = 0x4c616f6f;
const HANGUL: u32 = 0x48616e67;
const HAN: u32 = 0x48616e69;
const HIRAGANA: u32 = 0x48697261;
const KATAKANA: u32 = 0x4b616e61;
const COMMON: u32 = 0x5a797979;

/** Whether the script's shaper knows no syllables. */
export function simple(script: u32): bool {
  return (
    script == LATIN ||
    script == GREEK ||
    script == CYRILLIC ||
    script == ARABIC ||
    script == HEBREW ||
    script == THAI ||
    script == LAO ||
    script == HANGUL ||
    script == HAN ||
    script == HIRAGANA ||
    script == KATAKANA ||
    script == COMMON
  );
}

function markAt(at: usize): bool {
  return isMark(properties(load<u32>(at)));
}

/** How many flushed code points a window with the first `length` held ones must begin with to have a mark, and a letter, as the run has; 0: nothing is asked. */
export function overlapAsked(s: Stream, run: Run, length: u32): u32 {
  return max(letterAsked(s, run, length), markAsked(s, run, length));
}

function isLetter(record: u32): bool {
  const category = categoryOf(record);
  return category >= GC_UPPERCASE_LETTER && category <= GC_OTHER_LETTER;
}

// a run that is set from left to right against its script
function forced(run: Run): bool {
  return run.reversed != 0 && run.usedDirection == LTR;
}

/** Whether one of the first `length` held code points is a letter. */
export function hasLetter(s: Stream, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (isLetter(properties(load<u32>(heldAt(s, i))))) return true;
  return false;
}

function letterAsked(s: Stream, run: Run, length: u32): u32 {
  if (run.letters == 0 || !forced(run) || hasLetter(s, length)) return 0;
  for (let back: u32 = 1; back <= s.kept; back++) if (isLetter(properties(load<u32>(heldAt(s, 0) - ((<usize>back) << 2))))) return back;
  return 0;
}

function markAsked(s: Stream, run: Run, length: u32): u32 {
  if (run.marks == 0 || simple(run.usedScript)) return 0;
  const first = heldAt(s, 0);
  const end = first + ((<usize>length) << 2);
  for (let at = first; at < end; at += 4) if (markAt(at)) return 0;
  for (let back: u32 = 1; back < s.kept; back++) if (markAt(first - ((<usize>back) << 2))) return back + 1;
  return 0;
}

const glyph = memory.data(4, 4);
/** Code points that a window has in front of a circle it begins for. */
const AROUND: u32 = 16;

/**
 * How many flushed code points the window just shaped should have begun with, for its circles to be as in the whole text; 0: it is well. `overlap`: how many it has. A circle is as it should be where the
 * broken syllable before it, with its circle, is in the window too.
 */
export function circleAsked(s: Stream, run: Run, overlap: u32): u32 {
  if (simple(run.usedScript) || run.circles == 0 || run.reversed != 0) return 0;
  if (hb_font_get_nominal_glyph(run.font, DOTTED_CIRCLE, glyph) == 0) return 0;
  const circle = load<u32>(glyph);
  for (let i: u32 = 0; i < windowGlyphs; i++) {
    if (windowId(i) != circle || load<u32>(heldAt(s, 0) - ((<usize>overlap) << 2) + ((<usize>windowCluster(i)) << 2)) == DOTTED_CIRCLE) continue;
    if (windowCluster(i) < overlap) return 0;
    const distance = recordDistance(s, circle, DOTTED_CIRCLE);
    // and a little in front of it, so that the syllables there are told apart as they were
    return distance == 0 ? 0 : distance + AROUND;
  }
  return 0;
}

/**
 * The farthest cut that leaves every dotted circle in front of it as it is. In a run that HarfBuzz turns round, what lies behind in the text comes first, so the last circle of the window, unless it is
 * too near to the end to be sure, must stay behind the cut; without one all circles must. `from`: the first glyph not flushed yet, `start`: its code point.
 */
export function circleLimit(s: Stream, run: Run, from: u32, start: u32): u32 {
  if (run.reversed == 0 || simple(run.usedScript) || hb_font_get_nominal_glyph(run.font, DOTTED_CIRCLE, glyph) == 0) return u32.MAX_VALUE;
  const circle = load<u32>(glyph);
  let limit: u32 = u32.MAX_VALUE;
  for (let i = windowGlyphs; i-- > from; ) {
    if (windowId(i) != circle || load<u32>(heldAt(s, windowCluster(i) - start)) == DOTTED_CIRCLE) continue;
    limit = windowCluster(i);
    if (windowGlyphs - i > MARGIN_CLEAR) return limit;
  }
  return limit;
}

/** Whether window glyphs [from, to) have a dotted circle. */
export function hasCircle(run: Run, from: u32, to: u32): bool {
  if (simple(run.usedScript) || hb_font_get_nominal_glyph(run.font, DOTTED_CIRCLE, glyph) == 0) return false;
  const circle = load<u32>(glyph);
  for (let i = from; i < to; i++) if (windowId(i) == circle) return true;
  return false;
}

/** Whether nothing may be flushed yet because a mark or a letter to come would change it: letters that may be decomposed and no mark so far, or a run against its script's direction and no letter. */
export function undecided(s: Stream, run: Run, length: u32): bool {
  if (run.letters == 0 && forced(run) && !hasLetter(s, length)) return true;
  if (run.marks != 0 || simple(run.usedScript) || hasMark(s, run, length)) return false;
  for (let i: u32 = 0; i < length; i++) if (decomposes(properties(load<u32>(heldAt(s, i))))) return true;
  return false;
}

/** Whether one of the first `length` held code points is a mark, the run's very first aside. */
export function hasMark(s: Stream, run: Run, length: u32): bool {
  for (let i: u32 = s.base == run.start ? 1 : 0; i < length; i++) if (markAt(heldAt(s, i))) return true;
  return false;
}

/** HB_OT_SHAPE_MAX_COMBINING_MARKS. */
const ROW: u32 = 32;

/** Where in `count` code points at `text` a row of marks begins that the text to come may make too long to be put in order; `count`: there is none at its end, or it is too long already. */
export function openRow(text: usize, count: u32): u32 {
  const funcs = hb_unicode_funcs_get_default();
  let at = count;
  while (at > 0 && count - at <= ROW && hb_unicode_combining_class(funcs, load<u32>(text + ((<usize>(at - 1)) << 2))) != 0) at--;
  return count - at <= ROW ? at : count;
}
