// The extended part of `metrics` in a result line, put behind what putMetrics wrote. Plain numbers come in, NaN for what is null; nothing is kept.
import * as W from "./generated/words";
import { writeInteger, writeNumber, writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outLength, outReserve, outRewind, putByte } from "./out";
import { putWord, writeWord } from "./word";

/** At most 11 numbers of 320 bytes and their names. */
const RECORD_BYTES: usize = 4096;
/** Two integers, brackets and commas. */
const GAP_RECORD_BYTES: usize = 32;
const COMMA: u32 = 0x2c;

function orNull(at: usize, value: f64): usize {
  return isNaN<f64>(value) ? writeWord(at, W.NULL) : writeNumber(at, value);
}

/** Opens `metrics` again and puts the measures of the whole picture: `gaps` lists {i32 start, i32 length}. */
export function putExtendedPicture(
  inkDensity: f64,
  momentXX: f64,
  momentYY: f64,
  momentXY: f64,
  perimeter: f64,
  bearingStart: f64,
  bearingEnd: f64,
  gapCount: u32,
  gaps: usize,
  gapsListed: u32,
): void {
  outRewind(outLength() - 1); // the brace behind `advance`
  if (!outReserve(RECORD_BYTES)) return;
  let at = orNull(writeWord(outCursor(), W.INK_DENSITY), inkDensity);
  if (isNaN<f64>(momentXX)) at = writeWord(at, W.NO_MOMENTS);
  else at = writeWord(three(writeWord(at, W.MOMENTS), momentXX, momentYY, momentXY), W.LIST_END);
  at = writeNumber(writeWord(at, W.PERIMETER), perimeter);
  if (isNaN<f64>(bearingStart)) at = writeWord(at, W.NO_BEARINGS);
  else {
    at = writeNumber(writeWord(at, W.BEARINGS), bearingStart);
    store<u8>(at, COMMA);
    at = writeWord(writeNumber(at + 1, bearingEnd), W.LIST_END);
  }
  at = writeUnsigned(writeWord(at, W.GAP_COUNT), gapCount);
  outAdvanceTo(writeWord(at, W.GAPS));
  for (let i: u32 = 0; i < gapsListed; i++) {
    if (!outReserve(GAP_RECORD_BYTES)) return;
    if (i > 0) putByte(COMMA);
    const gap = gaps + ((<usize>i) << 3);
    at = writeInteger(writeWord(outCursor(), W.LIST_BEGIN), load<i32>(gap));
    store<u8>(at, COMMA);
    outAdvanceTo(writeWord(writeInteger(at + 1, load<i32>(gap, 4)), W.LIST_END));
  }
}

/** Puts the measures over the clusters, and closes `metrics`. */
export function putExtendedSet(gapVariation: f64, advanceVariation: f64, widthRhythm: f64, renderedAspect: f64, consistency: f64): void {
  if (!outReserve(RECORD_BYTES)) return;
  let at = orNull(writeWord(outCursor(), W.GAP_VARIATION), gapVariation);
  at = orNull(writeWord(at, W.ADVANCE_VARIATION), advanceVariation);
  at = orNull(writeWord(at, W.WIDTH_RHYTHM), widthRhythm);
  at = orNull(writeWord(at, W.RENDERED_ASPECT), renderedAspect);
  outAdvanceTo(orNull(writeWord(at, W.CONSISTENCY), consistency));
  putWord(W.OBJECT_END);
}

function three(at: usize, first: f64, second: f64, third: f64): usize {
  at = writeNumber(at, first);
  store<u8>(at, COMMA);
  at = writeNumber(at + 1, second);
  store<u8>(at, COMMA);
  return writeNumber(at + 1, third);
}
