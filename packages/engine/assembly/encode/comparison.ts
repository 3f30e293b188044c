// The parts of a result line that compare jobs alone have: `comparison`, and the ends of `with`. In: numbers and texts. Out: bytes behind the line so far.
import { MEASURE_IOU, MEASURE_PIXEL_DELTA, MEASURE_PIXEL_DELTA_CENTER, MEASURE_RMSE, MEASURE_SSIM } from "../generated/contract";
import * as W from "./generated/words";
import { putJsonString } from "./json-string";
import { writeNumber, writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve } from "./out";
import { putWord, writeWord } from "./word";

/** At most nine numbers of 320 bytes and their names. */
const RECORD_MAX_BYTES: usize = 4096;

/** `comparison`: the frame's size and the shift in pixels, and of the measures those whose bits are in `wanted`. */
export function putComparison(
  width: f64,
  height: f64,
  shiftX: f64,
  shiftY: f64,
  wanted: u32,
  pixelDelta: f64,
  pixelDeltaCenter: f64,
  rmse: f64,
  ssim: f64,
  iou: f64,
): void {
  if (!outReserve(RECORD_MAX_BYTES)) return;
  let at = writeNumber(writeWord(outCursor(), W.COMPARISON), width);
  at = writeNumber(writeWord(at, W.HEIGHT), height);
  at = writeNumber(writeWord(at, W.SHIFT), shiftX);
  store<u8>(at, 0x2c);
  at = writeWord(writeNumber(at + 1, shiftY), W.LIST_END);
  if ((wanted & MEASURE_PIXEL_DELTA) != 0) at = writeNumber(writeWord(at, W.PIXEL_DELTA), pixelDelta);
  if ((wanted & MEASURE_PIXEL_DELTA_CENTER) != 0) at = writeNumber(writeWord(at, W.PIXEL_DELTA_CENTER), pixelDeltaCenter);
  if ((wanted & MEASURE_RMSE) != 0) at = writeNumber(writeWord(at, W.RMSE), rmse);
  if ((wanted & MEASURE_SSIM) != 0) at = writeNumber(writeWord(at, W.SSIM), ssim);
  if ((wanted & MEASURE_IOU) != 0) at = writeNumber(writeWord(at, W.IOU), iou);
  outAdvanceTo(writeWord(at, W.OBJECT_END));
}

/** `with` of a picture file: its path (UTF-8, copied) and size in pixels. */
export function putWithImage(path: usize, pathBytes: usize, width: i32, height: i32): void {
  putWord(W.WITH_IMAGE);
  putJsonString(path, pathBytes);
  if (!outReserve(64)) return;
  let at = writeUnsigned(writeWord(outCursor(), W.IMAGE_SIZE), width);
  store<u8>(at, 0x2c);
  at = writeUnsigned(at + 1, height);
  outAdvanceTo(writeWord(at, W.LIST_OBJECT_END));
}

/** Ends the `with` that result.ts's beginWithFont began. */
export function putWithEnd(): void {
  putWord(W.OBJECT_END);
}
