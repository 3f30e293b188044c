// `sweep` of a result line: its head, then each render as an object that the calls of result.ts fill, then its end. Plain numbers and (pointer, length) pairs come in.
import * as W from "./generated/words";
import { putJsonString } from "./json-string";
import { writeUnsigned } from "./number";
import { outAdvanceTo, outCursor, outReserve, putByte } from "./out";
import { putWord, writeWord } from "./word";

const RECORD_BYTES: usize = 256;
const COMMA: u32 = 0x2c;
let listed = false;

/** Starts `sweep`: renders in all, and the first one of this line. Then putSweepText for each text. */
export function beginSweep(renders: u32, first: u32): void {
  if (!outReserve(RECORD_BYTES)) return;
  const at = writeUnsigned(writeWord(writeUnsigned(writeWord(outCursor(), W.SWEEP), renders), W.SWEEP_FIRST), first);
  outAdvanceTo(writeWord(at, W.SWEEP_TEXTS));
  listed = false;
}

/** One of the texts: UTF-8, copied. */
export function putSweepText(text: usize, bytes: usize): void {
  if (listed) putByte(COMMA);
  listed = true;
  putJsonString(text, bytes);
}

/** Behind the texts: the list of renders. */
export function beginSweepResults(): void {
  putWord(W.SWEEP_RESULTS);
  listed = false;
}

/** Starts a render: the index of its text; nameBytes 0: no named instance. The name is UTF-8, copied. */
export function beginSweepItem(text: u32, name: usize, nameBytes: usize): void {
  if (listed) putByte(COMMA);
  listed = true;
  if (!outReserve(RECORD_BYTES)) return;
  outAdvanceTo(writeUnsigned(writeWord(outCursor(), W.ITEM_TEXT), text));
  if (nameBytes == 0) return;
  putWord(W.ITEM_INSTANCE);
  putJsonString(name, nameBytes);
}

export function endSweepItem(): void {
  putWord(W.OBJECT_END);
}

/** Ends `sweep`: how many times a text was shaped. */
export function endSweep(shaped: u32): void {
  if (!outReserve(RECORD_BYTES)) return;
  outAdvanceTo(writeWord(writeUnsigned(writeWord(outCursor(), W.SWEEP_SHAPED), shaped), W.OBJECT_END));
}
