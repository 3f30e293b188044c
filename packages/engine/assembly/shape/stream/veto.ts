// Boundaries that a cut may not use whatever the font says, by the text alone: nothing may be open at them that characters to come could still go on with.
// What holds in every script is asked first; a script's own hook may then veto the boundary or approve it. Data: Unicode's, text/generated.
import { isDecimalDigit, isMark, isVirama } from "../../text/classes";
import {
  breakOf,
  conjunctOf,
  GCB_EXTEND,
  GCB_L,
  GCB_LVT,
  GCB_OTHER,
  GCB_PREPEND,
  GCB_REGIONAL_INDICATOR,
  GCB_SPACING_MARK,
  GCB_ZWJ,
  HST_NOT_APPLICABLE,
  hangulOf,
  INCB_NONE,
  INSC_CONSONANT,
  INSC_CONSONANT_PRECEDING_REPHA,
  INSC_CONSONANT_PREFIXED,
  INSC_CONSONANT_WITH_STACKER,
  INSC_OTHER,
  INSC_VOWEL_INDEPENDENT,
  isDefaultIgnorable,
  isPictographic,
  JT_LEFT_JOINING,
  JT_RIGHT_JOINING,
  JT_TRANSPARENT,
  joiningOf,
  properties,
  syllabicOf,
} from "../../text/generated/properties";
import { GRAPHEME_BOUNDARY, GRAPHEME_START, graphemeStep } from "../../text/grapheme";
import { tagOf } from "./script";

/** What is said of a boundary. */
export const VETO: u32 = 0;
/** Nothing against it: the font's flags decide. */
export const PASS: u32 = 1;
/** Nothing is ever matched across such a boundary: a little text behind it is enough. */
export const APPROVE: u32 = 2;

/** U+2044: digits on both sides of it become a fraction (hb-ot-shape.cc, setup_masks_fraction). */
const FRACTION_SLASH: u32 = 0x2044;
/** How far back a grapheme cluster or a run of transparent characters is followed; one that is longer is left whole. */
const LOOK_BACK: u32 = 256;

function codePoint(text: usize, i: u32): u32 {
  return load<u32>(text + ((<usize>i) << 2));
}

/** The verdict on the boundary in front of code point `at` of `count` (0 < at < count) at `text`, which begins at a boundary; `reversed`: HarfBuzz turns the text round. */
export function verdict(text: usize, count: u32, at: u32, reversed: bool): u32 {
  const before = codePoint(text, at - 1);
  const behind = codePoint(text, at);
  // letters and spaces of most scripts: a lookup each and no more
  const left = properties(before);
  const right = properties(behind);
  if (isMark(right) || isDefaultIgnorable(right) || isDefaultIgnorable(left) || isVirama(left)) return VETO;
  if (isDecimalDigit(left) && isDecimalDigit(right)) return VETO;
  if (before == FRACTION_SLASH || behind == FRACTION_SLASH) return VETO;
  if (joined(text, at, left, right, reversed)) return VETO;
  if (insideGrapheme(text, at, left, right)) return VETO;
  return hook(tagOf(before), before, behind, left, right);
}

// whether the letter in front of the boundary, behind marks, joins the one that follows
function joined(text: usize, at: u32, left: u32, right: u32, reversed: bool): bool {
  const type = joiningOf(right);
  if (type == JT_TRANSPARENT) return true;
  if (type < JT_RIGHT_JOINING) return false;
  let i = at - 1;
  let record = left;
  while (joiningOf(record) == JT_TRANSPARENT) {
    if (i == 0 || at - i > LOOK_BACK) return true;
    record = properties(codePoint(text, --i));
  }
  const last = joiningOf(record);
  if (last < JT_RIGHT_JOINING) return false;
  // set against its direction, a text joins the other way round
  if (reversed) return last != JT_LEFT_JOINING && type != JT_RIGHT_JOINING;
  return last != JT_RIGHT_JOINING && type != JT_LEFT_JOINING;
}

// whether what stands here can have nothing to do with its neighbours in UAX #29
function plain(record: u32): bool {
  return breakOf(record) == GCB_OTHER && conjunctOf(record) == INCB_NONE && !isPictographic(record);
}

function insideGrapheme(text: usize, at: u32, left: u32, right: u32): bool {
  const gcb = breakOf(right);
  if (gcb == GCB_EXTEND || gcb == GCB_ZWJ || gcb == GCB_SPACING_MARK || breakOf(left) == GCB_PREPEND) return true;
  if (plain(left) || plain(right)) return false;
  // back to a character that starts a cluster for certain, or to the text's beginning, and from there by the rules
  let i = at - 1;
  while (i > 0 && !plain(properties(codePoint(text, i)))) {
    if (at - i > LOOK_BACK && gcb != GCB_REGIONAL_INDICATOR) return true;
    i--;
  }
  let state = GRAPHEME_START;
  for (; i < at; i++) state = graphemeStep(state, properties(codePoint(text, i)));
  return (graphemeStep(state, right) & GRAPHEME_BOUNDARY) == 0;
}

/** "Hani", "Hira", "Kana", "Hang", "Tibt", "Khmr", "Mymr". */
const HAN: u32 = 0x48616e69;
const HANGUL: u32 = 0x48616e67;

// the script's own say; `script`: an ISO 15924 tag, 0 for a character without one
function hook(script: u32, before: u32, behind: u32, left: u32, right: u32): u32 {
  if (script == HAN) return ideograph(behind);
  if (script == HANGUL) return hangul(left, right);
  if (syllabicOf(left) != INSC_OTHER && syllabicOf(right) != INSC_OTHER) return syllable(left, right);
  return PASS;
}

// Han: between two ideographs (HarfBuzz shapes them one by one; fonts match marks and variation selectors, which were asked for above)
function ideograph(behind: u32): u32 {
  return tagOf(behind) == HAN ? APPROVE : PASS;
}

// Hangul: jamo compose within a syllable (hb-ot-shaper-hangul.cc); rules GB6 to GB8 have seen to modern and old ones. Between a jamo and anything Hangul nothing is cut.
function hangul(left: u32, right: u32): u32 {
  const l = breakOf(left);
  const r = breakOf(right);
  const jamoLeft = l >= GCB_L && l < GCB_LVT && hangulOf(left) != HST_NOT_APPLICABLE;
  const jamoRight = r >= GCB_L && r <= GCB_LVT && hangulOf(right) != HST_NOT_APPLICABLE;
  return jamoLeft && jamoRight && l != r ? VETO : PASS;
}

// Indic scripts and those of the Universal Shaping Engine, Khmer, Myanmar and Tibetan among them: a syllable begins with a consonant, an independent vowel or a number; anything else goes on with the one before.
function syllable(left: u32, right: u32): u32 {
  const category = syllabicOf(right);
  const begins = (category >= INSC_CONSONANT && category <= INSC_CONSONANT_WITH_STACKER) || category == INSC_VOWEL_INDEPENDENT;
  const reaches = syllabicOf(left);
  if (reaches == INSC_CONSONANT_PREFIXED || reaches == INSC_CONSONANT_PRECEDING_REPHA || reaches == INSC_CONSONANT_WITH_STACKER) return VETO;
  return begins ? PASS : VETO;
}
