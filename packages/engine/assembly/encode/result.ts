// A result line, field by field in the contract's order: begin…, put… in the order in which they stand here, endLine. Each field is optional but the first.
// Plain numbers and (pointer, length) pairs come in; nothing is kept. A line that did not fit is known from outStatus, asked once after endLine.
import { putHex } from "./base64";
import * as W from "./generated/words";
import { putJsonString } from "./json-string";
import { writeInteger, writeNumber, writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve, outReset, putByte, putBytes } from "./out";
import { putWord, writeWord } from "./word";

/** What one of the calls below with numbers alone may take: at most 14 numbers of 320 bytes and their names. */
const RECORD_MAX_BYTES: usize = 5120;
const COMMA: u32 = 0x2c;
/** hb_direction_t of the contract's first direction. */
const HB_DIRECTION_LTR: u32 = 4;

/** Whether the list being written has an item already. */
let listed = false;

// ---- the line ----

/** Starts the line of a job that succeeded. `id` is UTF-8, copied; idBytes 0: the line carries none. */
export function beginSuccess(id: usize, idBytes: usize): void {
  outReset();
  if (idBytes == 0) {
    putWord(W.STATUS_SUCCESS_FIRST);
    return;
  }
  putWord(W.ID);
  putJsonString(id, idBytes);
  putWord(W.STATUS_SUCCESS);
}

/** Ends a line of either kind; no newline. */
export function endLine(): void {
  putWord(W.OBJECT_END);
}

// ---- rendering ----

/** Starts `rendering`; format and encoding by their numbers in the contract. */
export function beginRendering(format: u32, encoding: u32): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeWord(outCursor(), W.FORMAT);
  at = writeWord(at, W.FORMATS + <usize>min(format, W.FORMATS_COUNT - 1) * W.STRIDE);
  at = writeWord(at, W.ENCODING);
  at = writeWord(at, W.ENCODINGS + <usize>min(encoding, W.ENCODINGS_COUNT - 1) * W.STRIDE);
  outAdvanceTo(writeWord(at, W.QUOTE));
}

/** Opens `data`; what is put until endData must need no escape in a JSON string (base64, the SVG of svg.ts). */
export function beginData(): void {
  putWord(W.DATA);
}

export function endData(): void {
  putWord(W.QUOTE);
}

/** `path` in place of `data`: UTF-8, copied. */
export function putPath(path: usize, pathBytes: usize): void {
  putWord(W.PATH);
  putJsonString(path, pathBytes);
}

/** Ends `rendering`: the canvas' size and the ink's box in pixels, half-open (left, top, right, bottom; empty: all 0). */
export function endRendering(width: u32, height: u32, left: i32, top: i32, right: i32, bottom: i32): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeUnsigned(writeWord(outCursor(), W.WIDTH), width);
  at = writeUnsigned(writeWord(at, W.HEIGHT), height);
  at = box(writeWord(at, W.ACTUAL_BBOX), left, top, right - left, bottom - top);
  outAdvanceTo(writeWord(at, W.LIST_OBJECT_END));
}

// ---- metrics, boxes, glyphs, hash ----

/**
 * `metrics`: density and beam 0..1; inkArea in pixels; the ink's box half-open in pixels (empty: centroid and aspect are null); centroid and advance in
 * pixels, y down.
 */
export function putMetrics(
  density: f64, beam: f64, inkArea: f64, left: i32, top: i32, right: i32, bottom: i32, centroidX: f64, centroidY: f64, advanceX: f64, advanceY: f64,
): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  const inkWidth = right - left;
  const inkHeight = bottom - top;
  let at = writeNumber(writeWord(outCursor(), W.METRICS), density);
  at = writeNumber(writeWord(at, W.BEAM), beam);
  at = box(writeWord(at, W.BBOX), left, top, inkWidth, inkHeight);
  at = writeNumber(writeWord(at, W.INK_AREA), inkArea);
  if (inkWidth <= 0 || inkHeight <= 0) at = writeWord(at, W.NO_CENTROID_ASPECT);
  else {
    at = pair(writeWord(at, W.CENTROID), centroidX, centroidY);
    at = writeNumber(writeWord(at, W.ASPECT), <f64>inkWidth / <f64>inkHeight);
  }
  at = pair(writeWord(at, W.ADVANCE), advanceX, advanceY);
  outAdvanceTo(writeWord(at, W.LIST_OBJECT_END));
}

export function beginBoxes(): void {
  putWord(W.BOXES);
  listed = false;
}

/** One cluster: code points [start, end) of the text; its ink's and its advance's box in pixels, x, y, width, height. */
export function putBox(
  start: u32, end: u32, inkX: f64, inkY: f64, inkWidth: f64, inkHeight: f64, advanceX: f64, advanceY: f64, advanceWidth: f64, advanceHeight: f64,
): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeUnsigned(writeWord(separator(), W.BOX_TEXT), start);
  at = writeUnsigned(comma(at), end);
  at = pair(comma(pair(writeWord(at, W.BOX_INK), inkX, inkY)), inkWidth, inkHeight);
  at = pair(comma(pair(writeWord(at, W.BOX_ADVANCE), advanceX, advanceY)), advanceWidth, advanceHeight);
  outAdvanceTo(writeWord(at, W.LIST_OBJECT_END));
}

export function endBoxes(): void {
  putWord(W.LIST_END);
}

export function beginGlyphs(): void {
  putWord(W.GLYPHS);
  listed = false;
}

/** One glyph: advance and offset in font units, y up; its advance and its origin on the canvas in pixels, y down. `name` is UTF-8, copied. */
export function putGlyph(
  id: u32, name: usize, nameBytes: usize, cluster: u32, advanceX: i32, advanceY: i32, offsetX: i32, offsetY: i32,
  advancePxX: f64, advancePxY: f64, positionPxX: f64, positionPxY: f64,
): void {
  if (!outReserve(64)) return;
  outAdvanceTo(writeWord(writeUnsigned(writeWord(separator(), W.GLYPH_ID), id), W.GLYPH_NAME));
  putJsonString(name, nameBytes);
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeUnsigned(writeWord(outCursor(), W.GLYPH_CLUSTER), cluster);
  at = integers(writeWord(at, W.ADVANCE), advanceX, advanceY);
  at = integers(writeWord(at, W.GLYPH_OFFSET), offsetX, offsetY);
  at = pair(writeWord(at, W.GLYPH_ADVANCE_PX), advancePxX, advancePxY);
  at = pair(writeWord(at, W.GLYPH_POSITION_PX), positionPxX, positionPxY);
  outAdvanceTo(writeWord(at, W.LIST_OBJECT_END));
}

export function endGlyphs(): void {
  putWord(W.LIST_END);
}

/** `hash`: the 32 bytes that sha256 gave. */
export function putHash(digest: usize): void {
  putWord(W.HASH);
  putHex(digest, 32);
  putWord(W.QUOTE);
}

// ---- warnings, font, text, timing ----

/** `warnings`: ready objects, separated by commas, copied; left out where there are none. */
export function putWarnings(objects: usize, bytes: usize): void {
  if (bytes == 0) return;
  putWord(W.WARNINGS);
  putBytes(objects, bytes);
  putWord(W.LIST_END);
}

/** Starts `font`: the path as in the job (UTF-8, copied) and the face. */
export function beginFont(path: usize, pathBytes: usize, faceIndex: u32): void {
  openFont(W.FONT, path, pathBytes, faceIndex);
}

/** As beginFont, of the second picture's font in `with`; behind its text encode/comparison.ts ends it. */
export function beginWithFont(path: usize, pathBytes: usize, faceIndex: u32): void {
  openFont(W.WITH_FONT, path, pathBytes, faceIndex);
}

function openFont(word: usize, path: usize, pathBytes: usize, faceIndex: u32): void {
  putWord(word);
  putJsonString(path, pathBytes);
  if (!outReserve(RECORD_MAX_BYTES)) return;
  outAdvanceTo(writeUnsigned(writeWord(outCursor(), W.FACE_INDEX), faceIndex));
  listed = false;
}

/** One axis: its tag (first letter most significant) and the design coordinate used. The caller leaves a tag out that came before. */
export function putCoordinate(tag: u32, value: f64): void {
  if (listed) putByte(COMMA);
  else putWord(W.COORDINATES);
  listed = true;
  putTag(tag);
  putByte(0x3a); // ":"
  if (!outReserve(RECORD_MAX_BYTES)) return;
  outAdvanceTo(writeNumber(outCursor(), value));
}

/** Starts the coordinates of an object that may have other fields behind them: putCoordinate, then endCoordinates. */
export function beginCoordinates(): void {
  listed = false;
}

/** Ends coordinates; without one put, there are none. */
export function endCoordinates(): void {
  if (listed) putWord(W.OBJECT_END);
}

/** Ends `font`; without a coordinate put, it has none. */
export function endFont(): void {
  putWord(listed ? W.OBJECTS_END : W.OBJECT_END);
}

/** `text`: an ISO 15924 tag, a hb_direction_t (4 ltr … 7 btt), a BCP 47 tag (ASCII, copied; languageBytes 0: null). */
export function putText(script: u32, direction: u32, language: usize, languageBytes: usize): void {
  putWord(W.SCRIPT);
  putTag(script);
  putWord(W.DIRECTION);
  putWord(W.DIRECTIONS + <usize>min(direction - HB_DIRECTION_LTR, W.DIRECTIONS_COUNT - 1) * W.STRIDE);
  putWord(W.LANGUAGE);
  if (languageBytes == 0) putWord(W.NULL);
  else putJsonString(language, languageBytes);
  putWord(W.OBJECT_END);
}

/** `timing`, in ms. */
export function putTiming(shapeMs: f64, renderMs: f64, totalMs: f64): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeNumber(writeWord(outCursor(), W.SHAPE_MS), shapeMs);
  at = writeNumber(writeWord(at, W.RENDER_MS), renderMs);
  at = writeNumber(writeWord(at, W.TOTAL_MS), totalMs);
  outAdvanceTo(writeWord(at, W.OBJECT_END));
}

// ---- errors ----

/**
 * Starts the line of a job that failed; what was written before is dropped. idBytes 0: no id could be read. fieldBytes 0: none. line counts from 1; 0: none.
 * Strings are UTF-8, copied. warnings: as for putWarnings. Then problems, endError, endLine.
 */
export function beginError(
  id: usize, idBytes: usize, code: usize, codeBytes: usize, message: usize, messageBytes: usize, field: usize, fieldBytes: usize, line: f64,
  warnings: usize, warningsBytes: usize,
): void {
  outReset();
  if (idBytes == 0) putWord(W.STATUS_ERROR_FIRST);
  else {
    putWord(W.ID);
    putJsonString(id, idBytes);
    putWord(W.STATUS_ERROR);
  }
  putWarnings(warnings, warningsBytes);
  putWord(W.ERROR);
  putJsonString(code, codeBytes);
  putWord(W.MESSAGE);
  putJsonString(message, messageBytes);
  if (fieldBytes != 0) {
    putWord(W.FIELD);
    putJsonString(field, fieldBytes);
  }
  if (line > 0 && outReserve(RECORD_MAX_BYTES)) outAdvanceTo(writeNumber(writeWord(outCursor(), W.LINE), line));
}

export function beginProblems(): void {
  putWord(W.PROBLEMS);
  listed = false;
}

/** One of several problems; fieldBytes 0: it belongs to no field. */
export function putProblem(code: usize, codeBytes: usize, field: usize, fieldBytes: usize, message: usize, messageBytes: usize): void {
  if (!outReserve(64)) return;
  outAdvanceTo(writeWord(separator(), W.PROBLEM_CODE));
  putJsonString(code, codeBytes);
  if (fieldBytes != 0) {
    putWord(W.FIELD);
    putJsonString(field, fieldBytes);
  }
  putWord(W.MESSAGE);
  putJsonString(message, messageBytes);
  putWord(W.OBJECT_END);
}

/** Ends `problems`; `total` is how many there are, said where more than `shown` (those put). */
export function endProblems(shown: u32, total: u32): void {
  putWord(W.LIST_END);
  if (total > shown && outReserve(RECORD_MAX_BYTES)) outAdvanceTo(writeUnsigned(writeWord(outCursor(), W.PROBLEM_COUNT), total));
}

/** Ends `error`. */
export function endError(): void {
  putWord(W.OBJECT_END);
}

// ---- pieces ----

// @ts-ignore: decorator
@inline
function comma(at: usize): usize {
  store<u8>(at, COMMA);
  return at + 1;
}

/** The cursor, behind a comma where the list has an item already; a byte of room is the caller's. */
function separator(): usize {
  if (listed) return comma(outCursor());
  listed = true;
  return outCursor();
}

function pair(at: usize, first: f64, second: f64): usize {
  return writeNumber(comma(writeNumber(at, first)), second);
}

function integers(at: usize, first: i32, second: i32): usize {
  return writeInteger(comma(writeInteger(at, first)), second);
}

function box(at: usize, x: i32, y: i32, width: i32, height: i32): usize {
  return integers(comma(integers(at, x, y)), width, height);
}

/** A tag's four letters; its text is checked as any string, as a font may hold anything. */
const tagBytes: usize = memory.data(4, 4);
function putTag(tag: u32): void {
  store<u32>(tagBytes, bswap<u32>(tag));
  putJsonString(tagBytes, 4);
}
