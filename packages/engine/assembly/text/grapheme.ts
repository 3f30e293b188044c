// Extended grapheme clusters (UAX #29, revision 47, section 3.1.1): one state word and the next code point's record in, the next state word out.
// It reads forward only, needs no memory, and starts anywhere that is known to be a boundary. Knows nothing of buffers or fonts.
import {
  breakOf,
  conjunctOf,
  GCB_CONTROL,
  GCB_CR,
  GCB_EXTEND,
  GCB_L,
  GCB_LF,
  GCB_LV,
  GCB_LVT,
  GCB_PREPEND,
  GCB_REGIONAL_INDICATOR,
  GCB_SPACING_MARK,
  GCB_T,
  GCB_V,
  GCB_ZWJ,
  INCB_CONSONANT,
  INCB_LINKER,
  INCB_NONE,
  isPictographic,
  properties,
} from "./generated/properties";

/** The state at the start of a text, or at any boundary where what came before no longer counts. */
export const GRAPHEME_START: u32 = 0;
/** Set in the state that graphemeStep gives where a boundary lies before the code point. */
export const GRAPHEME_BOUNDARY: u32 = 1;

// The state word: boundary (bit 0), started (1), the last code point's break class (2–5), odd run of regional indicators (6),
// what a conjunct has seen (7–8), what an emoji sequence has seen (9–10).
const STARTED: u32 = 2;
const CLASS_SHIFT: u32 = 2;
const ODD_INDICATORS: u32 = 1 << 6;
const CONJUNCT_SHIFT: u32 = 7;
const CONJUNCT_CONSONANT: u32 = 1; // a consonant, then no linker yet
const CONJUNCT_LINKED: u32 = 2; // a consonant and at least one linker
const EMOJI_SHIFT: u32 = 9;
const EMOJI_BASE: u32 = 1; // a pictograph, then extenders
const EMOJI_JOINED: u32 = 2; // … and a ZWJ

/** The state after one more code point, given by its record; GRAPHEME_BOUNDARY is set in it when a cluster begins with that code point. */
export function graphemeStep(state: u32, record: u32): u32 {
  const gcb = breakOf(record);
  const conjunct = conjunctOf(record);
  const pictograph = isPictographic(record);
  const last = (state >> CLASS_SHIFT) & 15;
  const conjunctBefore = (state >> CONJUNCT_SHIFT) & 3;
  const emojiBefore = (state >> EMOJI_SHIFT) & 3;

  let boundary = true; // GB1, GB999
  if ((state & STARTED) == 0) boundary = true;
  else if (last == GCB_CR && gcb == GCB_LF)
    boundary = false; // GB3
  else if (isControl(last) || isControl(gcb))
    boundary = true; // GB4, GB5
  else if (last == GCB_L && (gcb == GCB_L || gcb == GCB_V || gcb == GCB_LV || gcb == GCB_LVT))
    boundary = false; // GB6
  else if ((last == GCB_LV || last == GCB_V) && (gcb == GCB_V || gcb == GCB_T))
    boundary = false; // GB7
  else if ((last == GCB_LVT || last == GCB_T) && gcb == GCB_T)
    boundary = false; // GB8
  else if (gcb == GCB_EXTEND || gcb == GCB_ZWJ || gcb == GCB_SPACING_MARK)
    boundary = false; // GB9, GB9a
  else if (last == GCB_PREPEND)
    boundary = false; // GB9b
  else if (conjunctBefore == CONJUNCT_LINKED && conjunct == INCB_CONSONANT)
    boundary = false; // GB9c
  else if (emojiBefore == EMOJI_JOINED && pictograph)
    boundary = false; // GB11
  else if (gcb == GCB_REGIONAL_INDICATOR && (state & ODD_INDICATORS) != 0) boundary = false; // GB12, GB13

  let next = STARTED | (gcb << CLASS_SHIFT);
  if (boundary) next |= GRAPHEME_BOUNDARY;
  if (gcb == GCB_REGIONAL_INDICATOR && (state & ODD_INDICATORS) == 0) next |= ODD_INDICATORS;
  if (conjunct == INCB_CONSONANT) next |= CONJUNCT_CONSONANT << CONJUNCT_SHIFT;
  else if (conjunct != INCB_NONE && conjunctBefore != 0) next |= (conjunct == INCB_LINKER ? CONJUNCT_LINKED : conjunctBefore) << CONJUNCT_SHIFT;
  if (pictograph) next |= EMOJI_BASE << EMOJI_SHIFT;
  else if (emojiBefore == EMOJI_BASE) {
    if (gcb == GCB_EXTEND) next |= EMOJI_BASE << EMOJI_SHIFT;
    else if (gcb == GCB_ZWJ) next |= EMOJI_JOINED << EMOJI_SHIFT;
  }
  return next;
}

function isControl(gcb: u32): bool {
  return gcb == GCB_CONTROL || gcb == GCB_CR || gcb == GCB_LF;
}

/** Whether a cluster begins with `c` after the text that led to `state`. */
export function graphemeBoundary(state: u32, c: u32): bool {
  return (graphemeStep(state, properties(c)) & GRAPHEME_BOUNDARY) != 0;
}
