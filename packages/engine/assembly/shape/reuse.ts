// Shaping again only where variations can change it. In: a face's tables, a shaped run, another instance of the face. Out: the run as it was, where shaping the same text
// at that instance would give the same glyphs at the same places; otherwise false, and the text is to be shaped.
//
// A run keeps when all of these hold:
// - the face cannot choose or move glyphs by coordinates: GSUB and GPOS have no FeatureVariations, GDEF has no item variation store (which alone lets anchors and
//   adjustments vary), and the face has no AAT layout (kerx and trak may vary);
// - the text is horizontal (vertical origins vary with glyph heights), each cluster is one glyph (fallback placement of marks reads the extents of glyphs, stretched
//   glyphs the widths around them), and it has no figure or punctuation space (their fallbacks take the width of another glyph);
// - no glyph of the run has another advance at the other instance.

import {
  arenaAlloc,
  hb_aat_layout_has_positioning,
  hb_aat_layout_has_substitution,
  hb_blob_destroy,
  hb_blob_get_data,
  hb_blob_get_length,
  hb_face_reference_table,
  hb_font_get_glyph_h_advance,
} from "../native";
import {
  BTT,
  glyphCluster,
  glyphId,
  glyphTotal,
  INFO_BYTES,
  infos,
  POSITION_BYTES,
  positions,
  TTB,
  usedDirection,
  usedLanguage,
  usedScript,
  useRun,
} from "./shape";

const GSUB: u32 = 0x47535542;
const GPOS: u32 = 0x47504f53;
const GDEF: u32 = 0x47444546;

/** A run, copied out of HarfBuzz's buffer. */
@unmanaged
export class Run {
  /** 0: nothing is kept. */
  kept: u32;
  total: u32;
  infos: usize;
  positions: usize;
  /** The font's advance of each glyph, i32 in font units, before any adjustment. */
  advances: usize;
  script: u32;
  direction: u32;
  language: usize;
}

/** Whether coordinates can change what shaping makes of a face, but by the advances of glyphs. */
export function shapingVaries(hbFace: usize): bool {
  return (
    hb_aat_layout_has_substitution(hbFace) != 0 ||
    hb_aat_layout_has_positioning(hbFace) != 0 ||
    hasOffset(hbFace, GSUB, 1, 10) ||
    hasOffset(hbFace, GPOS, 1, 10) ||
    hasOffset(hbFace, GDEF, 3, 14)
  );
}

/** Whether a layout table has another major version than 1, or from version 1.`minor` on an offset other than 0 at byte `at` (OpenType: FeatureVariations of GSUB and GPOS, itemVarStore of GDEF). */
function hasOffset(hbFace: usize, tag: u32, minor: u32, at: u32): bool {
  const blob = hb_face_reference_table(hbFace, tag);
  const data = hb_blob_get_data(blob, 0);
  const bytes = hb_blob_get_length(blob);
  let some = false;
  if (bytes >= 4) {
    const version = bswap<u32>(load<u32>(data));
    // another major version is laid out otherwise: what it can do is not looked at
    if (version >> 16 != 1) some = true;
    else some = bytes >= at + 4 && (version & 0xffff) >= minor && load<u32>(data + <usize>at) != 0;
  }
  hb_blob_destroy(blob);
  return some;
}

/** Whether a text may keep its run at all: see above. `count` code points, u32 each; the run is the one that was just shaped. */
function mayKeep(points: usize, count: u32): bool {
  if (usedDirection == TTB || usedDirection == BTT) return false;
  for (let i: u32 = 0; i < count; i++) {
    const point = load<u32>(points + ((<usize>i) << 2));
    if (point == 0x2007 || point == 0x2008) return false;
  }
  for (let i: u32 = 1; i < glyphTotal; i++) if (glyphCluster(i) == glyphCluster(i - 1)) return false;
  return true;
}

/** Keeps the run that was just shaped in `font`. False: there is no memory. What may not be kept is left alone. */
export function keepRun(run: Run, font: usize, points: usize, count: u32): bool {
  run.kept = 0;
  if (!mayKeep(points, count)) return true;
  const total = glyphTotal;
  run.infos = arenaAlloc(max<usize>(<usize>total * INFO_BYTES, 16));
  run.positions = arenaAlloc(max<usize>(<usize>total * POSITION_BYTES, 16));
  run.advances = arenaAlloc(max<usize>((<usize>total) << 2, 16));
  if (run.infos == 0 || run.positions == 0 || run.advances == 0) return false;
  memory.copy(run.infos, infos, <usize>total * INFO_BYTES);
  memory.copy(run.positions, positions, <usize>total * POSITION_BYTES);
  for (let i: u32 = 0; i < total; i++) store<i32>(run.advances + ((<usize>i) << 2), hb_font_get_glyph_h_advance(font, glyphId(i)));
  run.total = total;
  run.script = usedScript;
  run.direction = usedDirection;
  run.language = usedLanguage;
  run.kept = 1;
  return true;
}

/** Puts a kept run in place of shaping in `font`, another instance of its face; false: it has to be shaped. */
export function reuseRun(run: Run, font: usize): bool {
  if (run.kept == 0) return false;
  for (let i: u32 = 0; i < run.total; i++) {
    const id = load<u32>(run.infos + <usize>i * INFO_BYTES);
    if (hb_font_get_glyph_h_advance(font, id) != load<i32>(run.advances + ((<usize>i) << 2))) return false;
  }
  useRun(run.infos, run.positions, run.total, run.script, run.direction, run.language);
  return true;
}
