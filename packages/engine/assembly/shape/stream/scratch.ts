// The scratch buffer: code points of one run in, HarfBuzz's glyphs out, read in logical order. Built anew in each cycle, one for all streams.
// Knows nothing of carries and cuts.
import { hb_buffer_create, hfn_shape } from "../../native";
import { INFO_BYTES, LTR, POSITION_BYTES, PRODUCE_UNSAFE_TO_CONCAT, RUN_BYTES, TTB } from "../shape";

/** hb_glyph_flags_t. */
export const UNSAFE_TO_BREAK: u32 = 1;
export const UNSAFE_TO_CONCAT: u32 = 2;
export const FLAGS: u32 = 7;

/** Of hfn_shape: nothing is guessed. */
const AS_IT_IS: u32 = 2;
const run = memory.data(RUN_BYTES, 4);
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
  hfn_shape(
    font,
    buffer,
    text - ((<usize>pre) << 2),
    pre + count,
    pre,
    count,
    script,
    direction,
    language,
    features,
    featureCount,
    PRODUCE_UNSAFE_TO_CONCAT,
    0,
    AS_IT_IS,
    run,
  );
  if (load<u32>(run, 24) == 0) return false;
  windowGlyphs = load<u32>(run);
  infos = <usize>load<u32>(run, 4);
  positions = <usize>load<u32>(run, 8);
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
/**
 * Whether in clusters [from, to) of the last shapeWindow HarfBuzz decided by the number of a ligature what the text of the whole buffer tells, and a window may tell otherwise (native/shim/ligature_ids.hh).
 */
export function windowDoubts(from: u32, to: u32): bool {
  let span = <usize>load<u32>(run, 32);
  for (let i = load<u32>(run, 28); i > 0; i--, span += 8) if (load<u32>(span) - windowContext < to && load<u32>(span, 4) - windowContext >= from) return true;
  return false;
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
