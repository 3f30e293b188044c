// The problems a check finds, worded: which field, what came (as it lies in the line), what was expected, what to do.
import {
  ADVICE_ELSEWHERE,
  ADVICE_LIST,
  ADVICE_MESSAGES,
  ADVICE_NEAREST,
  ADVICE_SPEECH,
  E_CANVAS_TOO_LARGE,
  E_INVALID_JSON,
  E_OUT_OF_MEMORY,
  E_TEXT_TOO_LONG,
  FAULT_MISSING,
  FAULT_TOO_LONG,
  FAULT_WRONG,
  LIMIT_CAME_BYTES,
  OBJECT_DOCUMENT,
  OBJECT_JOB,
  OBJECT_OP,
  SPOKEN_FIELD,
  SYNTAX_MESSAGES,
  TEXTS,
} from "../generated/contract";
import { columnOf, FAULT_NO_MEMORY, faultAt, faultBytes, faultKind, lineOf } from "../json/reader";
import { fieldCure, fieldExpected, fieldPath, objectNames, objectPath, pairEquals, pairLen, pairPtr } from "./check-table";
import { addByte, addBytes, addTemplate, addText, addUnsigned, argNumber, argsClear, argText, messageBegin, messageLen, messagePtr } from "./message";
import { elsewhere, nearest } from "./nearest";
import { jobProblem, problem, problemsFull, problemsReset, problemWorded } from "./problems";

/** "…" */
const ELLIPSIS = memory.data<u8>([0xe2, 0x80, 0xa6]);
/** "line ", ", column ", "column " */
const LINE_WORD = memory.data<u8>([0x6c, 0x69, 0x6e, 0x65, 0x20]);
const COLUMN_WORD = memory.data<u8>([0x2c, 0x20, 0x63, 0x6f, 0x6c, 0x75, 0x6d, 0x6e, 0x20]);

/** Sets an argument to a value as it lies in the line, cut to LIMIT_CAME_BYTES. */
export function argCame(index: u32, from: usize, to: usize): void {
  if (problemsFull() || to - from <= <usize>LIMIT_CAME_BYTES) {
    argText(index, from, to - from);
    return;
  }
  let cut = from + <usize>LIMIT_CAME_BYTES;
  while (cut > from && (load<u8>(cut) & 0xc0) == 0x80) cut--;
  messageBegin();
  addBytes(from, cut - from);
  addBytes(ELLIPSIS, 3);
  argText(index, messagePtr, messageLen);
}

/** Sets an argument to a text of the contract. */
export function argPair(index: u32, pair: usize): void {
  argText(index, pairPtr(pair), pairLen(pair));
}

/** A field's value is not what the table says. [from, to): what came. */
export function wrongField(id: i32, from: usize, to: usize): void {
  wrong(
    pairPtr(fieldPath(id)),
    pairLen(fieldPath(id)),
    from,
    to,
    pairPtr(fieldExpected(id)),
    pairLen(fieldExpected(id)),
    pairPtr(fieldCure(id)),
    pairLen(fieldCure(id)),
  );
}

/** A part of a field (an element, an axis) is not what is expected there. */
export function wrongPart(pathPtr: usize, pathLen: usize, from: usize, to: usize, expected: i32, expectedLen: i32): void {
  wrong(pathPtr, pathLen, from, to, TEXTS + <usize>expected, <usize>expectedLen, 0, 0);
}

function wrong(path: usize, pathLen: usize, from: usize, to: usize, expected: usize, expectedLen: usize, cure: usize, cureLen: usize): void {
  argsClear();
  argText(1, path, pathLen);
  argCame(2, from, to);
  argText(3, expected, expectedLen);
  argText(4, cure, cureLen);
  jobProblem(FAULT_WRONG, path, pathLen);
}

/** A string has too many code points. `code`: the field's code. */
export function tooLong(id: i32, code: i32, codePoints: usize): void {
  argsClear();
  if (code == E_TEXT_TOO_LONG) {
    textTooLong(id, codePoints);
    return;
  }
  argPair(1, fieldPath(id));
  argNumber(2, <f64>codePoints);
  argPair(3, fieldExpected(id));
  problemWorded(code, FAULT_TOO_LONG, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** The texts of a job have more code points than a job takes; `id`: the field that is too much. */
export function textTooLong(id: i32, codePoints: usize): void {
  argsClear();
  argNumber(1, <f64>codePoints);
  argPair(2, fieldPath(id));
  problem(E_TEXT_TOO_LONG, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** Both sides of a canvas are within their limits, but not its area; `id`: the field that holds width and height. Returns the status. */
export function canvasTooLarge(id: i32, width: f64, height: f64): i32 {
  argsClear();
  argNumber(1, width);
  argNumber(2, height);
  argPair(3, fieldPath(id));
  return problem(E_CANVAS_TOO_LARGE, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** A required field is not there. */
export function missingField(id: i32): void {
  argsClear();
  argPair(1, fieldPath(id));
  argPair(2, fieldExpected(id));
  jobProblem(FAULT_MISSING, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
}

/** A key that the object does not have: with the nearest name, the place where it belongs, or the names there are. */
export function unknownField(object: i32, fault: i32, key: usize, keyLen: usize): void {
  if (problemsFull()) {
    jobProblem(fault, 0, 0);
    return;
  }
  memberPath(objectPath(object), key, keyLen);
  const path = messagePtr;
  const pathLen = messageLen;
  argsClear();
  let advice = ADVICE_NEAREST;
  const near = nearest(object, key, keyLen);
  // hosts that speak take it out of the job before it comes here
  if (object == OBJECT_JOB && pairEquals(SPOKEN_FIELD, key, keyLen)) advice = ADVICE_SPEECH;
  else if (near != 0) argPair(1, near);
  else {
    const other: usize = object >= OBJECT_OP && object < OBJECT_DOCUMENT ? 0 : elsewhere(object, key, keyLen);
    advice = other != 0 ? ADVICE_ELSEWHERE : ADVICE_LIST;
    argPair(1, other != 0 ? other : objectNames(object));
  }
  messageBegin();
  addTemplate(ADVICE_MESSAGES + ((<usize>advice) << 3));
  const advicePtr = messagePtr;
  const adviceLen = messageLen;
  argsClear();
  argText(1, path, pathLen);
  argText(2, advicePtr, adviceLen);
  jobProblem(fault, path, pathLen);
}

/** Makes the path of a member, in messagePtr: "font.variations.wght", or font["odd key"] where the key is no plain name. */
export function memberPath(base: usize, key: usize, keyLen: usize): void {
  messageBegin();
  if (problemsFull()) return;
  addText(base);
  let plain = keyLen > 0 && keyLen <= <usize>LIMIT_CAME_BYTES;
  for (let i: usize = 0; plain && i < keyLen; i++) {
    const byte = <u32>load<u8>(key + i);
    plain = (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x5f || byte == 0x2d;
  }
  if (plain) {
    if (messageLen > 0) addByte(0x2e);
    addBytes(key, keyLen);
    return;
  }
  addByte(0x5b);
  addByte(0x22);
  let cut = min<usize>(keyLen, <usize>LIMIT_CAME_BYTES);
  while (cut > 0 && cut < keyLen && (load<u8>(key + cut) & 0xc0) == 0x80) cut--;
  addBytes(key, cut);
  if (cut < keyLen) addBytes(ELLIPSIS, 3);
  addByte(0x22);
  addByte(0x5d);
}

/** Makes the path of an element, in messagePtr: "rendering.include[1]". */
export function elementPath(base: usize, index: u32): void {
  messageBegin();
  if (problemsFull()) return;
  addText(base);
  addByte(0x5b);
  addUnsigned(index);
  addByte(0x5d);
}

/** The reader's fault becomes the only problem. `lines`: the text is a document, so its place needs a line. Returns the status. */
export function syntaxProblem(lines: bool): i32 {
  problemsReset();
  argsClear();
  if (faultKind == FAULT_NO_MEMORY) return problem(E_OUT_OF_MEMORY);
  argCame(1, faultAt, faultAt + faultBytes);
  messageBegin();
  addTemplate(SYNTAX_MESSAGES + ((<usize>faultKind) << 3));
  const what = messagePtr;
  const whatLen = messageLen;
  messageBegin();
  if (lines) {
    addBytes(LINE_WORD, 5);
    addUnsigned(lineOf(faultAt));
    addBytes(COLUMN_WORD, 9);
  } else addBytes(COLUMN_WORD + 2, 7);
  addUnsigned(columnOf(faultAt));
  argsClear();
  argText(1, what, whatLen);
  argText(2, messagePtr, messageLen);
  return problem(E_INVALID_JSON);
}
