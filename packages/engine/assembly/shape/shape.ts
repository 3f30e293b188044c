// Code points in, positioned glyphs out: one call of HarfBuzz over the whole text. Cluster ids are code point indices.
// The glyphs lie in HarfBuzz's buffer and are valid until the next call.
import * as code from "../generated/contract";
import { hb_buffer_create, hb_language_from_string, hfn_shape } from "../native";

/** sizeof(hb_glyph_info_t): glyph id at 0, mask (glyph flags in its low bits) at 4, cluster at 8. */
export const INFO_BYTES: usize = 20;
/** sizeof(hb_glyph_position_t): x advance, y advance, x offset, y offset. */
export const POSITION_BYTES: usize = 20;
/** Of a mask, hb_glyph_flags_t: bit 0 unsafe to break before this cluster, bit 1 unsafe to concatenate, bit 2 safe to insert tatweel. */
export const GLYPH_FLAGS: u32 = 7;

/** hb_direction_t. */
export const LTR: u32 = 4;
export const RTL: u32 = 5;
export const TTB: u32 = 6;
export const BTT: u32 = 7;
/** "Zyyy": what is reported where no character of the text belongs to a script. */
const COMMON: u32 = 0x5a797979;
const und = memory.data<u8>([117, 110, 100, 0]);

/** HB_BUFFER_FLAG_PRODUCE_UNSAFE_TO_CONCAT. */
export const PRODUCE_UNSAFE_TO_CONCAT: u32 = 0x40;

/** sizeof(hfn_run) of native/shim/harfbuzz.cc: length, infos, positions, script, direction, language, complete, doubts, spans (u32 each). */
export const RUN_BYTES: i32 = 36;
const run = memory.data(RUN_BYTES, 4);

let buffer: usize = 0;
let undetermined: usize = 0;
/** The hb_language_t of a BCP 47 tag; no bytes: undetermined. */
export function languageOf(language: usize, bytes: u32): usize {
  if (undetermined == 0) undetermined = hb_language_from_string(und, 3);
  return bytes != 0 ? hb_language_from_string(language, <i32>bytes) : undetermined;
}

export let glyphTotal: u32 = 0;
export let infos: usize = 0;
export let positions: usize = 0;
/** What was used: an ISO 15924 tag, a hb_direction_t, a NUL-terminated BCP 47 tag. */
export let usedScript: u32 = 0;
export let usedDirection: u32 = 0;
export let usedLanguage: usize = 0;

/**
 * Shapes `count` code points with a HarfBuzz font. `script`: an ISO 15924 tag or 0, `direction`: hb_direction_t or 0 (both guessed where 0), `language`: BCP 47, languageBytes 0: undetermined ("und",
 * never the machine's locale: the same job gives the same bytes everywhere). Returns 0 or out_of_memory.
 */
export function shapeText(
  font: usize,
  codePoints: usize,
  count: u32,
  script: u32,
  direction: u32,
  language: usize,
  languageBytes: u32,
  features: usize,
  featureCount: u32,
): i32 {
  return shapeItem(font, codePoints, count, 0, count, script, direction, language, languageBytes, features, featureCount, 0, 0, false);
}

/**
 * As shapeText, with what a program may ask of a buffer besides: the item is [offset, offset + count) of `total` code points, the rest is context on both sides (HarfBuzz looks at five);
 * `flags`: hb_buffer_flags_t, `level`: hb_buffer_cluster_level_t. Clusters count from the array's start. `logical`: the glyphs in the order they had before HarfBuzz turned a
 * right-to-left or bottom-to-top buffer round, its last step.
 */
export function shapeItem(
  font: usize,
  codePoints: usize,
  total: u32,
  offset: u32,
  count: u32,
  script: u32,
  direction: u32,
  language: usize,
  languageBytes: u32,
  features: usize,
  featureCount: u32,
  flags: u32,
  level: u32,
  logical: bool,
): i32 {
  if (buffer == 0) buffer = hb_buffer_create();
  hfn_shape(
    font,
    buffer,
    codePoints,
    total,
    offset,
    count,
    script,
    direction,
    languageOf(language, languageBytes),
    features,
    featureCount,
    flags,
    level,
    <u32>logical,
    run,
  );
  if (load<u32>(run, 24) == 0) return -code.E_OUT_OF_MEMORY;
  glyphTotal = load<u32>(run);
  infos = <usize>load<u32>(run, 4);
  positions = <usize>load<u32>(run, 8);
  usedScript = load<u32>(run, 12);
  if (usedScript == 0) usedScript = COMMON;
  usedDirection = load<u32>(run, 16);
  usedLanguage = <usize>load<u32>(run, 20);
  return 0;
}

/** Makes glyphs that lie elsewhere (laid out as HarfBuzz's) the run at hand, with what was used to shape them. They stay the caller's. */
export function useRun(glyphInfos: usize, glyphPositions: usize, total: u32, script: u32, direction: u32, language: usize): void {
  infos = glyphInfos;
  positions = glyphPositions;
  glyphTotal = total;
  usedScript = script;
  usedDirection = direction;
  usedLanguage = language;
}

export function glyphId(i: u32): u32 {
  return load<u32>(infos + <usize>i * INFO_BYTES);
}
export function glyphCluster(i: u32): u32 {
  return load<u32>(infos + <usize>i * INFO_BYTES, 8);
}
export function xAdvance(i: u32): i32 {
  return load<i32>(positions + <usize>i * POSITION_BYTES);
}
export function yAdvance(i: u32): i32 {
  return load<i32>(positions + <usize>i * POSITION_BYTES, 4);
}
export function xOffset(i: u32): i32 {
  return load<i32>(positions + <usize>i * POSITION_BYTES, 8);
}
export function yOffset(i: u32): i32 {
  return load<i32>(positions + <usize>i * POSITION_BYTES, 12);
}
