// The json room and the checking of jobs and documents alone, as a module for their tests and contract/agree.mjs.

import { putNumber } from "../../encode/number";
import { outReset } from "../../encode/out";
import { numberValue } from "../../json/number";
import { fail, faultKind, NO_FAULT, readEnd, readerOpen, readNumber, readString, skipValue } from "../../json/reader";
import { stringCodePoints, stringLen, stringPtr } from "../../json/string";
import { arenaReset } from "../../native";
import { checkJob } from "../check";
import { problem } from "../problems";
import { Job } from "../record";
import { notFiniteProblem } from "../report";
import { warningsReset } from "../warnings";

export { arenaBytes, arenaReset, free, malloc } from "../../native";
export { checkDocument, looks } from "../document";
export { documentConfig, documentConfigLength, documentJobCount, documentSpans } from "../document-spans";
export { argList, argNumber, argsClear, argText } from "../message";
export { fits } from "../patterns";
export * from "../problems";
export * from "../warnings";
export { fail, numberValue, readNumber, readString, stringCodePoints, stringLen, stringPtr };

const record = memory.data(512, 16);

export function check(line: usize, length: usize): i32 {
  arenaReset();
  warningsReset();
  return checkJob(line, length, changetype<Job>(record));
}

/** The same line checked `rounds` times, for timing. */
export function checkMany(line: usize, length: usize, rounds: u32): i32 {
  let status = 0;
  for (let i: u32 = 0; i < rounds; i++) status |= check(line, length);
  return status;
}

/** Whether a text is JSON: NO_FAULT or the fault. */
export function jsonFault(text: usize, length: usize): i32 {
  arenaReset();
  readerOpen(text, length);
  if (faultKind == NO_FAULT && skipValue(0)) readEnd();
  return faultKind;
}

export function jsonMany(text: usize, length: usize, rounds: u32): i32 {
  let fault = 0;
  for (let i: u32 = 0; i < rounds; i++) fault |= jsonFault(text, length);
  return fault;
}

/** Reads a text that is one string or number; the fault. */
export function scalarFault(text: usize, length: usize): i32 {
  arenaReset();
  readerOpen(text, length);
  if (load<u8>(text) == 0x22) readString(true);
  else readNumber();
  return faultKind;
}

/** An error of a code with its own field. */
export function codeProblem(code: i32): i32 {
  return problem(code);
}

/** What is made of a result in which these two numbers were written: 0, or a problem's status. */
export function finiteStatus(a: f64, b: f64): i32 {
  outReset();
  putNumber(a);
  putNumber(b);
  return notFiniteProblem();
}

/** A field of the record by its place here: the tests read the whole job through it. */
export function field(index: i32): f64 {
  const j = changetype<Job>(record);
  switch (index) {
    case 0:
      return <f64>j.id;
    case 1:
      return <f64>j.idLen;
    case 2:
      return <f64>j.path;
    case 3:
      return <f64>j.pathLen;
    case 4:
      return j.sizePx;
    case 5:
      return <f64>j.faceIndex;
    case 6:
      return <f64>j.instance;
    case 7:
      return <f64>j.instanceLen;
    case 8:
      return <f64>j.variations;
    case 9:
      return <f64>j.variationCount;
    case 10:
      return <f64>j.features;
    case 11:
      return <f64>j.featureCount;
    case 12:
      return <f64>j.text;
    case 13:
      return <f64>j.textLen;
    case 14:
      return <f64>j.textCodePoints;
    case 15:
      return <f64>j.script;
    case 16:
      return <f64>j.direction;
    case 17:
      return <f64>j.language;
    case 18:
      return <f64>j.languageLen;
    case 19:
      return <f64>j.format;
    case 20:
      return <f64>j.encoding;
    case 21:
      return <f64>j.width;
    case 22:
      return <f64>j.height;
    case 23:
      return <f64>j.hasOrigin;
    case 24:
      return j.originX;
    case 25:
      return j.originY;
    case 26:
      return <f64>j.invert;
    case 27:
      return <f64>j.include;
    case 28:
      return <f64>j.flags;
    case 29:
      return <f64>j.op;
    default:
      return NaN;
  }
}
