// Streams by handle: text of any length in, glyphs out as soon as they are final. The loop, for any host:
//
//   stream = hf_stream_open(instance, options)
//   for each piece of text: while it is not used up: taken = hf_stream_push(…); do hf_stream_pull until it says NEED_INPUT
//   hf_stream_end(stream); hf_stream_pull until it says ENDED; hf_stream_close(stream)
//
// A change (hf_stream_push_font and its kin, hf_stream_pop) counts from the end of the text pushed so far and ends the run at hand. All fields are little-endian, pointers 32 bits.
import { putGlyphLine } from "../encode/glyph-line";
import { outReset } from "../encode/out";
import * as code from "../generated/contract";
import { addTemplate, argNumber, argsClear, argText, messageBegin, messageLen, messagePtr } from "../job/message";
import { arenaReset, free, hb_language_to_string, malloc } from "../native";
import { FEATURE_BYTES, featureParse } from "../shape/features";
import { languageOf } from "../shape/shape";
import { take, takeEnd } from "../shape/stream/decode";
import { GLYPH_BYTES, partBits, partCount, partEnd, partFirst, partStart } from "../shape/stream/flush";
import { brokenInvariant, FLUSH, flushRun, streamPull } from "../shape/stream/loop";
import {
  featureTotal,
  KIND_DIRECTION,
  KIND_FEATURES,
  KIND_FONT,
  KIND_LANGUAGE,
  KIND_SCRIPT,
  runBegin,
  runFits,
  settingPop,
  settingPush,
  settingsBegin,
  settingsFree,
  settingTotal,
} from "../shape/stream/settings";
import { carryRoom, Stream, streamFree, streamNew } from "../shape/stream/state";
import { WARNING_BYTES, WARNINGS_MAX } from "../shape/stream/warn";
import { handleClose, handleGet, handleOpen, KIND_STREAM } from "./handles";
import { failWith, failWithText, finishOutput } from "./last-error";
import { instanceOwner, ownerFont, sweepReleased } from "./open-fonts";

/** Watermarks that are not given. */
const DEFAULT: u32 = 0xffffffff;
const HIGH: u32 = 256;
const LOW: u32 = 128;
const MAX: u32 = 4096;
/** 2⁵³: cluster ids stay exact in a f64. */
const CLUSTERS: f64 = 9007199254740992;
/** Status of a change: nothing was done, the host pulls first. */
const PULL_FIRST: i32 = 1;
const OPTION_BITS: u32 = 7;

function fault(errorCode: i32, which: i32): i32 {
  messageBegin();
  addTemplate(code.STREAM_MESSAGES + ((<usize>which) << 3));
  return failWithText(errorCode, messagePtr, messageLen);
}
function word(which: i32): void {
  const pair = code.STREAM_WORDS + ((<usize>which) << 3);
  argText(1, code.TEXTS + <usize>load<u32>(pair), <usize>load<u32>(pair, 4));
}
// sets up a message; its text lies in the arena until the next call that uses that
function say(): void {
  arenaReset();
  argsClear();
}

/**
 * Opens a stream over an instance, which lives on for it when its handle is released. `options`, 56 bytes:
 * {u32 high_watermark, u32 low_watermark, u32 max_buffer (code points; 2³² − 1: 256, 128, 4096), u32 script tag | 0 (guessed), u32 direction (hb_direction_t) | 0 (guessed), u32 language, u32 languageBytes
 * (BCP 47; 0 bytes: undetermined), u32 features, u32 featureBytes (comma-separated, HarfBuzz's syntax without ranges), u32 bits (1 itemise by script, 2 a flush for each cluster, 4 logical order),
 * f64 first_cluster (cluster id of the first code point, an integer from 0 to 2⁵³ − 1; for tests of long streams), 8 bytes 0}.
 * Returns a handle or a negative code: invalid_handle, invalid_argument (hf_last_error names the values), out_of_memory.
 */
export function hf_stream_open(instance: u32, options: usize): i32 {
  const owner = instanceOwner(instance);
  if (owner == 0) return failWith(code.E_INVALID_HANDLE);
  const high = given(load<u32>(options), HIGH);
  const low = given(load<u32>(options, 4), LOW);
  const most = given(load<u32>(options, 8), MAX);
  say();
  if (high == 0 || low > high || most < high || most > <u32>code.LIMIT_STREAM_BUFFER) {
    argNumber(1, <f64>high);
    argNumber(2, <f64>low);
    argNumber(3, <f64>most);
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_WATERMARKS);
  }
  const direction = load<u32>(options, 16);
  if (!directionFits(direction)) return code.E_INVALID_ARGUMENT * -1;
  const first = load<f64>(options, 40);
  if (!(first >= 0 && first < CLUSTERS && floor(first) == first)) {
    argNumber(1, first);
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_FIRST_CLUSTER);
  }
  const bits = load<u32>(options, 36);
  if (bits > OPTION_BITS) return failWith(code.E_INVALID_ARGUMENT);
  const s = streamNew(high, low, most, bits);
  if (changetype<usize>(s) == 0) return failWith(code.E_OUT_OF_MEMORY);
  s.base = first;
  const language = languageOf(<usize>load<u32>(options, 20), load<u32>(options, 24));
  let status = settingsBegin(s, ownerFont(owner), owner, instance, load<u32>(options, 12), direction, language) ? 0 : failWith(code.E_OUT_OF_MEMORY);
  if (status == 0) status = features(s, <usize>load<u32>(options, 28), load<u32>(options, 32));
  if (status == 0 && !runBegin(s)) status = failWith(code.E_OUT_OF_MEMORY);
  let handle: u32 = 0;
  if (status == 0) {
    handle = handleOpen(KIND_STREAM, changetype<usize>(s));
    if (handle == 0) status = failWith(code.E_OUT_OF_MEMORY);
  }
  if (status == 0) return <i32>handle;
  settingsFree(s);
  streamFree(s);
  return status;
}

function given(value: u32, fallback: u32): u32 {
  return value == DEFAULT ? fallback : value;
}

function directionFits(direction: u32): bool {
  if (direction == 0 || (direction >= 4 && direction <= 7)) return true;
  argNumber(1, <f64>direction);
  fault(code.E_INVALID_ARGUMENT, code.STREAM_DIRECTION);
  return false;
}

// parses a list of features and puts it on the stack of settings
function features(s: Stream, text: usize, bytes: u32): i32 {
  let count: u32 = bytes > 0 ? 1 : 0;
  for (let i: u32 = 0; i < bytes; i++) if (load<u8>(text + i) == 0x2c) count++;
  if (count + featureTotal(s) > <u32>code.LIMIT_FEATURES) {
    argNumber(1, <f64>(count + featureTotal(s)));
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_FEATURE_COUNT);
  }
  const block = malloc(max<usize>(<usize>count * FEATURE_BYTES, 1));
  if (block == 0) return failWith(code.E_OUT_OF_MEMORY);
  let at = text;
  const end = text + bytes;
  for (let i: u32 = 0; i < count; i++) {
    let stop = at;
    while (stop < end && load<u8>(stop) != 0x2c) stop++;
    const feature = block + <usize>i * FEATURE_BYTES;
    const parsed = featureParse(at, <u32>(stop - at), feature);
    if (!parsed || load<u32>(feature, 8) != 0 || load<u32>(feature, 12) != 0xffffffff) {
      free(block);
      argText(1, at, stop - at);
      return fault(code.E_INVALID_ARGUMENT, parsed ? code.STREAM_FEATURE_RANGE : code.STREAM_FEATURES);
    }
    at = stop + 1;
  }
  if (settingPush(s, KIND_FEATURES, count, block, 0)) return 0;
  free(block);
  return failWith(code.E_OUT_OF_MEMORY);
}

/** The stream of a handle that takes text and changes; 0: it does not, and the status is in `refused`. */
let refused: i32 = 0;
function openStream(handle: u32): Stream {
  const s = changetype<Stream>(handleGet(KIND_STREAM, handle));
  refused = 0;
  if (changetype<usize>(s) == 0) refused = failWith(code.E_INVALID_HANDLE);
  else if (s.failed != 0) refused = died();
  else if (s.ended != 0) {
    say();
    refused = fault(code.E_INVALID_ARGUMENT, code.STREAM_ENDED);
  }
  return refused == 0 ? s : changetype<Stream>(0);
}

function died(): i32 {
  say();
  word(brokenInvariant);
  return fault(code.E_INTERNAL, code.STREAM_INVARIANT);
}

/**
 * Gives UTF-8. Returns how many of `bytes` were taken: fewer than offered means that the stream holds as much as it wants to; pull until NEED_INPUT, then offer the rest. The bytes may end anywhere,
 * inside of a character too. Negative: invalid_handle, invalid_argument (the stream has ended), out_of_memory, internal.
 */
export function hf_stream_push(handle: u32, utf8: usize, bytes: u32): i32 {
  const s = openStream(handle);
  if (changetype<usize>(s) == 0) return refused;
  const offered = min<u32>(bytes, 0x7fffffff); // what a status can say
  if (s.held >= s.target) return 0;
  if (s.base + <f64>s.target >= CLUSTERS) {
    say();
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_LONG);
  }
  if (!carryRoom(s, s.target + 1)) return failWith(code.E_OUT_OF_MEMORY);
  const before = s.held;
  const taken = take(s, utf8, offered, s.target);
  s.read += <f64>(s.held - before);
  s.peak = max<f64>(s.peak, <f64>s.held);
  return <i32>taken;
}

// a character that a change or the end cuts off is ill-formed
function finishCharacter(s: Stream): bool {
  if (!carryRoom(s, s.held + 1)) return false;
  const before = s.held;
  takeEnd(s);
  s.read += <f64>(s.held - before);
  s.peak = max<f64>(s.peak, <f64>s.held);
  return true;
}

/** Says that no text follows: what is held will be flushed. Returns 0 or a negative code. */
export function hf_stream_end(handle: u32): i32 {
  const s = openStream(handle);
  if (changetype<usize>(s) == 0) return refused;
  if (!finishCharacter(s)) return failWith(code.E_OUT_OF_MEMORY);
  s.ended = 1;
  return 0;
}

// the stream a change goes to; changetype<Stream>(0): `refused` is the answer, PULL_FIRST among them
function changing(handle: u32, pushes: bool): Stream {
  const s = openStream(handle);
  if (changetype<usize>(s) == 0) return s;
  say();
  if (pushes && settingTotal(s) >= <u32>code.LIMIT_STREAM_DEPTH) {
    argNumber(1, <f64>(settingTotal(s) + 1));
    refused = fault(code.E_INVALID_ARGUMENT, code.STREAM_DEPTH);
  } else if (!finishCharacter(s)) refused = failWith(code.E_OUT_OF_MEMORY);
  else if (!runFits(s)) refused = PULL_FIRST;
  return refused == 0 ? s : changetype<Stream>(0);
}

function changed(s: Stream): i32 {
  return runBegin(s) ? 0 : failWith(code.E_OUT_OF_MEMORY);
}

/** From here on these features too (comma-separated, HarfBuzz's syntax without ranges), behind those in force. Returns 0, 1: pull first, or a negative code. */
export function hf_stream_push_features(handle: u32, text: usize, bytes: u32): i32 {
  const s = changing(handle, true);
  if (changetype<usize>(s) == 0) return refused;
  const status = features(s, text, bytes);
  return status != 0 ? status : changed(s);
}

/** From here on this language (BCP 47; no bytes: undetermined). Returns as hf_stream_push_features. */
export function hf_stream_push_language(handle: u32, text: usize, bytes: u32): i32 {
  const s = changing(handle, true);
  if (changetype<usize>(s) == 0) return refused;
  return settingPush(s, KIND_LANGUAGE, 0, languageOf(text, bytes), 0) ? changed(s) : failWith(code.E_OUT_OF_MEMORY);
}

/** From here on this script (an ISO 15924 tag; 0: guessed, or itemised). Returns as hf_stream_push_features. */
export function hf_stream_push_script(handle: u32, tag: u32): i32 {
  const s = changing(handle, true);
  if (changetype<usize>(s) == 0) return refused;
  return settingPush(s, KIND_SCRIPT, tag, 0, 0) ? changed(s) : failWith(code.E_OUT_OF_MEMORY);
}

/** From here on this direction (hb_direction_t; 0: guessed). Returns as hf_stream_push_features. */
export function hf_stream_push_direction(handle: u32, direction: u32): i32 {
  const s = changing(handle, true);
  if (changetype<usize>(s) == 0) return refused;
  if (!directionFits(direction)) return -code.E_INVALID_ARGUMENT;
  return settingPush(s, KIND_DIRECTION, direction, 0, 0) ? changed(s) : failWith(code.E_OUT_OF_MEMORY);
}

/** From here on this instance, which lives on for the stream when its handle is released. Returns as hf_stream_push_features. */
export function hf_stream_push_font(handle: u32, instance: u32): i32 {
  const s = changing(handle, true);
  if (changetype<usize>(s) == 0) return refused;
  const owner = instanceOwner(instance);
  if (owner == 0) return failWith(code.E_INVALID_HANDLE);
  return settingPush(s, KIND_FONT, instance, ownerFont(owner), owner) ? changed(s) : failWith(code.E_OUT_OF_MEMORY);
}

/** Takes back the last push of a kind: 1 features, 2 language, 3 script, 4 direction, 5 font. A pop without its push is an invalid_argument. Returns as hf_stream_push_features. */
export function hf_stream_pop(handle: u32, kind: u32): i32 {
  const s = changing(handle, false);
  if (changetype<usize>(s) == 0) return refused;
  if (kind < KIND_FEATURES || kind > KIND_FONT) {
    argNumber(1, <f64>kind);
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_KIND);
  }
  if (!settingPop(s, kind)) {
    word(<i32>kind - 1 + code.STREAM_WORD_FEATURES);
    return fault(code.E_INVALID_ARGUMENT, code.STREAM_POP);
  }
  return changed(s);
}

// see hf_stream_flush
const flush = memory.data(88, 8);
// {u32 code, u32 message, u32 messageBytes, 4 free bytes, f64 details[2]}
const warningList = memory.data(256, 8);
const WARNING_STRUCT_BYTES: usize = 32;

/**
 * Makes the next flush. Returns 1 FLUSH: it is at hf_stream_flush; 0 NEED_INPUT: push more, or end; 2 ENDED: all was flushed. Negative: invalid_handle, out_of_memory, or internal: an invariant of the
 * stream does not hold (hf_last_error names it); it can then only be closed.
 */
export function hf_stream_pull(handle: u32): i32 {
  const s = changetype<Stream>(handleGet(KIND_STREAM, handle));
  if (changetype<usize>(s) == 0) return failWith(code.E_INVALID_HANDLE);
  const status = streamPull(s);
  sweepReleased();
  if (status == FLUSH) put(s);
  if (status == -code.E_INTERNAL) return died();
  return status < 0 ? failWith(-status) : status;
}

/**
 * The flush of the last hf_stream_pull that said FLUSH, 84 bytes; it and its arrays are valid until the next call:
 * {f64 start, f64 end: the code points [start, end) it is of; f64 run: how many runs came before; u32 glyphs; then pointers to arrays with one entry a glyph: f64 clusters, u32 ids, i32 x advances,
 * i32 y advances, i32 x offsets, i32 y offsets (font units), u32 flags (hb_glyph_flags_t); u32 script tag, u32 direction, u32 language, u32 languageBytes, u32 instance: those of the run; u32 bits: 1 forced: it touches a forced
 * cut, or its run's script was undecided, 2 first of its run, 4 last of its run, 8 the arrays lie one behind the other (in the order above, from `clusters` on); u32 warningCount: at hf_stream_warnings}.
 */
export function hf_stream_flush(): usize {
  return flush;
}

const BITS_CONTIGUOUS: u32 = 8;

function put(s: Stream): void {
  const n = <usize>s.outCount;
  const ids = s.out + (n << 3) + ((<usize>partFirst) << 2);
  store<f64>(flush, partStart);
  store<f64>(flush, partEnd, 8);
  store<f64>(flush, flushRun.serial, 16);
  store<u32>(flush, partCount, 24);
  store<u32>(flush, <u32>(s.out + ((<usize>partFirst) << 3)), 28);
  for (let i: usize = 0; i < (GLYPH_BYTES - 8) >> 2; i++) store<u32>(flush + 32 + (i << 2), <u32>(ids + i * (n << 2)));
  store<u32>(flush, flushRun.usedScript, 56);
  store<u32>(flush, flushRun.usedDirection, 60);
  const language = hb_language_to_string(flushRun.language);
  let bytes: u32 = 0;
  while (language != 0 && load<u8>(language + bytes) != 0) bytes++;
  store<u32>(flush, <u32>language, 64);
  store<u32>(flush, bytes, 68);
  store<u32>(flush, flushRun.instance, 72);
  store<u32>(flush, partBits | (partCount == s.outCount ? BITS_CONTIGUOUS : 0), 76);
  store<u32>(flush, warningCount(s), 80);
}

const columns = memory.data(36, 4);

/** The last flush's glyphs as hb-shape prints them, in hf_result; `options`: LINE_… of encode/glyph-line.ts. Call it before the next pull. */
export function hf_stream_line(options: u32): i32 {
  outReset();
  store<u32>(columns, load<u32>(flush, 32));
  store<u32>(columns, load<u32>(flush, 28), 4);
  memory.copy(columns + 8, flush + 36, 20);
  store<u32>(columns, 4, 28);
  store<u32>(columns, 1, 32);
  putGlyphLine(flushRun.font, columns, load<u32>(flush, 24), options);
  return finishOutput();
}

// words the warnings of the flush
function warningCount(s: Stream): u32 {
  const count = min(s.warningCount, WARNINGS_MAX);
  s.warningCount = 0;
  if (count == 0) return 0;
  say();
  for (let i: u32 = 0; i < count; i++) {
    const from = s.warnings + <usize>i * WARNING_BYTES;
    const to = warningList + <usize>i * WARNING_STRUCT_BYTES;
    const which = load<i32>(from, 16);
    argNumber(1, load<f64>(from));
    argNumber(2, load<f64>(from, 8));
    messageBegin();
    addTemplate(code.WARNING_MESSAGES + ((<usize>which) << 3));
    store<i32>(to, which);
    store<u32>(to, <u32>messagePtr, 4);
    store<u32>(to, <u32>messageLen, 8);
    store<u32>(to, 0, 12);
    memory.copy(to + 16, from, 16);
  }
  return count;
}

/** The warnings of the last flush: {u32 code of the contract, u32 message, u32 messageBytes, u32 0, f64 first detail, f64 second detail} each; valid until the next call. */
export function hf_stream_warnings(): usize {
  return warningList;
}

/**
 * Writes 13 × f64 to `out`: cycles, cuts, held_back (code points shaped behind a cut and shaped again), forced, shaped and read (code points), peak_carry (code points held at once), defects (cuts that a later
 * shaping proved wrong), retries (cycles shaped again with a longer overlap), flushes, glyphs, runs, malformed (ill-formed parts of UTF-8).
 */
export function hf_stream_stats(handle: u32, out: usize): i32 {
  const s = changetype<Stream>(handleGet(KIND_STREAM, handle));
  if (changetype<usize>(s) == 0) return failWith(code.E_INVALID_HANDLE);
  store<f64>(out, s.cycles);
  store<f64>(out, s.cuts, 8);
  store<f64>(out, s.heldBack, 16);
  store<f64>(out, s.forced, 24);
  store<f64>(out, s.shaped, 32);
  store<f64>(out, s.read, 40);
  store<f64>(out, s.peak, 48);
  store<f64>(out, s.defects, 56);
  store<f64>(out, s.retries, 64);
  store<f64>(out, s.flushes, 72);
  store<f64>(out, s.glyphs, 80);
  store<f64>(out, s.runsDone, 88);
  store<f64>(out, s.invalid, 96);
  return 0;
}

/** For tests alone: rules that known shapers follow and that are wrong. 1: any cluster boundary is safe, 2: the end of the buffer is safe, 4: no left context, 8: the flag UNSAFE_TO_BREAK in place of UNSAFE_TO_CONCAT. And faults that break what must hold:
 * 16 the carry, 32 the order of clusters, 64 the cut, 128 progress. */
export function hf_stream_naive_rules(handle: u32, rules: u32): i32 {
  const s = changetype<Stream>(handleGet(KIND_STREAM, handle));
  if (changetype<usize>(s) == 0) return failWith(code.E_INVALID_HANDLE);
  s.naive = rules;
  return 0;
}

/** Gives everything back; the handle is stale. What was flushed and not pulled is lost. */
export function hf_stream_close(handle: u32): i32 {
  const s = changetype<Stream>(handleGet(KIND_STREAM, handle));
  if (changetype<usize>(s) == 0) return failWith(code.E_INVALID_HANDLE);
  handleClose(handle);
  settingsFree(s);
  streamFree(s);
  sweepReleased();
  return 0;
}
