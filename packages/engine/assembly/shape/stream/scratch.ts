// The scratch buffer: code points of one run in, HarfBuzz's glyphs out, read in logical order. Built anew in each cycle, one for all streams.
// Knows nothing of carries and cuts.
import {
  hb_buffer_add_codepoints,
  hb_buffer_allocation_successful,
  hb_buffer_clear_contents,
  hb_buffer_create,
  hb_buffer_get_glyph_infos,
  hb_buffer_get_glyph_positions,
  hb_buffer_get_length,
  hb_buffer_set_direction,
  hb_buffer_set_flags,
  hb_buffer_set_language,
  hb_buffer_set_script,
  hb_script_from_iso15924_tag,
  hb_shape,
} from "../../native";
import { INFO_BYTES, LTR, POSITION_BYTES, PRODUCE_UNSAFE_TO_CONCAT, TTB } from "../shape";

/** hb_glyph_flags_t. */
export const UNSAFE_TO_BREAK: u32 = 1;
export const UNSAFE_TO_CONCAT: u32 = 2;
export const FLAGS: u32 = 7;

let buffer: usize = 0;
let infos: usize = 0;
let positions: usize = 0;
let backward: bool = false;
/** Glyphs of the last shapeWindow. */
export let windowGlyphs: u32 = 0;

/**
 * Shapes `count` code points at `text` with the `pre` code points in front of them as context only. `script` 0: none, `direction`: a hb_direction_t. False: no memory.
 */
export function shapeWindow(
  text: usize,
  count: u32,
  pre: u32,
  font: usize,
  script: u32,
  direction: u32,
  language: usize,
  features: usize,
  featureCount: u32,
): bool {
  if (buffer == 0) buffer = hb_buffer_create();
  hb_buffer_clear_contents(buffer);
  hb_buffer_set_flags(buffer, PRODUCE_UNSAFE_TO_CONCAT);
  hb_buffer_add_codepoints(buffer, text - ((<usize>pre) << 2), <i32>(pre + count), pre, <i32>count);
  if (script != 0) hb_buffer_set_script(buffer, hb_script_from_iso15924_tag(script));
  hb_buffer_set_direction(buffer, direction);
  hb_buffer_set_language(buffer, language);
  hb_shape(font, buffer, features, featureCount);
  if (hb_buffer_allocation_successful(buffer) == 0) return false;
  windowGlyphs = hb_buffer_get_length(buffer);
  infos = hb_buffer_get_glyph_infos(buffer, 0);
  positions = hb_buffer_get_glyph_positions(buffer, 0);
  backward = direction != LTR && direction != TTB;
  windowContext = pre;
  windowStep = backward ? 0 - INFO_BYTES : INFO_BYTES;
  return true;
}

// HarfBuzz turns a backward buffer round at its end; in logical order glyph i lies where it was before that turn
function at(i: u32): usize {
  return <usize>(backward ? windowGlyphs - 1 - i : i);
}
/** Address of glyph i's hb_glyph_info_t in logical order; the next one's lies windowStep bytes on, and so do positions. */
export function windowInfo(i: u32): usize {
  return infos + at(i) * INFO_BYTES;
}
/** Address of glyph i's {i32 xAdvance, i32 yAdvance, i32 xOffset, i32 yOffset}. */
export function windowPosition(i: u32): usize {
  return positions + at(i) * POSITION_BYTES;
}
/** Bytes from one glyph to the next in logical order, in infos and positions alike; added with wrap-around. */
export let windowStep: usize = 0;
/** Code points of context in front of the window: clusters in the infos count from its beginning. */
export let windowContext: u32 = 0;

/** Glyph `i` in logical order: clusters rise, and count from the window's first code point. */
export function windowId(i: u32): u32 {
  return load<u32>(windowInfo(i));
}
export function windowFlags(i: u32): u32 {
  return load<u32>(windowInfo(i), 4) & FLAGS;
}
export function windowCluster(i: u32): u32 {
  return load<u32>(windowInfo(i), 8) - windowContext;
}
/** Whether each cluster is inside the window and none is less than the one before. */
export function windowRises(count: u32): bool {
  let last = windowContext;
  let info = windowInfo(0);
  for (let i: u32 = 0; i < windowGlyphs; i++, info += windowStep) {
    const cluster = load<u32>(info, 8);
    if (cluster < last) return false;
    last = cluster;
  }
  return last < windowContext + count;
}
