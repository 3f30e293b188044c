// The JSON text of what a match found, piece by piece in this order: its head, its coordinates, its path, its warnings, its end. In: numbers. Out: bytes in the output.
import * as W from "./generated/words";
import { writeNumber, writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve, putByte, putBytes } from "./out";
import { putWord, writeWord } from "./word";

const RECORD_BYTES: usize = 1024;
const COMMA: u32 = 0x2c;
let listed = false;

/** The score at the end; behind it the coordinates. */
export function beginMatch(score: f64): void {
  if (!outReserve(RECORD_BYTES)) return;
  outAdvanceTo(writeNumber(writeWord(outCursor(), W.MATCH_SCORE), score));
}

/** How often was evaluated, how many pictures that made, why it ended (0 exact, 1 converged, 2 budget), the size of the coarse pictures in px per em (0: none). Behind it the path. */
export function putMatchCounts(evaluations: u32, renders: u32, stopped: u32, coarsePx: f64): void {
  if (!outReserve(RECORD_BYTES)) return;
  let at = writeUnsigned(writeWord(outCursor(), W.MATCH_EVALUATIONS), evaluations);
  at = writeUnsigned(writeWord(at, W.MATCH_RENDERS), renders);
  at = writeWord(writeWord(at, W.MATCH_STOPPED), W.STOPS + <usize>min(stopped, W.STOPS_COUNT - 1) * W.STRIDE);
  at = writeWord(at, W.MATCH_COARSE);
  outAdvanceTo(writeWord(coarsePx > 0 ? writeNumber(at, coarsePx) : writeWord(at, W.NULL), W.MATCH_PATH));
  listed = false;
}

/** A step of the path: its evaluation, counted from 1, whether of the coarse stage, its score; behind it its coordinates and endMatchStep. */
export function beginMatchStep(evaluation: u32, coarse: bool, score: f64): void {
  if (listed) putByte(COMMA);
  listed = true;
  if (!outReserve(RECORD_BYTES)) return;
  const at = writeUnsigned(writeWord(outCursor(), W.MATCH_EVALUATION), evaluation);
  outAdvanceTo(writeNumber(writeWord(at, coarse ? W.MATCH_IN_COARSE : W.MATCH_IN_FINE), score));
}
export function endMatchStep(): void {
  putWord(W.OBJECT_END);
}

/** Ends the path; behind it `warnings`: ready objects, separated by commas. */
export function endMatch(warnings: usize, bytes: usize): void {
  putWord(W.LIST_END);
  putWord(W.WARNINGS);
  putBytes(warnings, bytes);
  putWord(W.LIST_END);
  putWord(W.OBJECT_END);
}
