// The warnings of the job at hand, as ready JSON objects separated by commas: {"code", "message", and the contract's details in their order}.
// The first warning's message is kept by itself, for --strict.
import { DETAILS, LIMIT_WARNINGS, TEXTS, WARNING_DETAILS, WARNING_MESSAGES, WARNING_NAMES } from "../generated/contract";
import { arenaAlloc } from "../native";
import { addArgumentJson, addByte, addBytes, addJson, addTemplate, addText, argNumber, messageBegin, messageLen, messagePtr } from "./message";
import { addPrefix } from "./problems";

let count: u32 = 0;
let text: usize = 0;
let length: usize = 0;
let room: usize = 0;
let firstPtr: usize = 0;
let firstLen: usize = 0;
/** Of which of several texts the warnings are: their last detail. Negative: there is but one. */
let target: i32 = -1;

/** From here on each warning says that it is of text `index`, counted from 0, as its last detail `target`; negative: none does. */
export function warningsOf(index: i32): void {
  target = index;
}

/** Forgets all warnings. */
export function warningsReset(): void {
  count = 0;
  text = 0;
  length = 0;
  room = 0;
  firstPtr = 0;
  firstLen = 0;
  target = -1;
}
/** How many warnings there are; those past LIMIT_WARNINGS are counted and not written. */
export function warningCount(): u32 {
  return count;
}
/** The objects, separated by commas; the arena's. */
export function warningsPtr(): usize {
  return text;
}
export function warningsLength(): usize {
  return length;
}
/** The first warning's message. */
export function firstWarningPtr(): usize {
  return firstPtr;
}
export function firstWarningLen(): usize {
  return firstLen;
}

/** `,"code":"` and `","message":` */
const CODE_OPEN = memory.data<u8>([0x7b, 0x22, 0x63, 0x6f, 0x64, 0x65, 0x22, 0x3a, 0x22]);
const MESSAGE_OPEN = memory.data<u8>([0x22, 0x2c, 0x22, 0x6d, 0x65, 0x73, 0x73, 0x61, 0x67, 0x65, 0x22, 0x3a]);

/** `,"target":` */
const TARGET = memory.data<u8>([0x2c, 0x22, 0x74, 0x61, 0x72, 0x67, 0x65, 0x74, 0x22, 0x3a]);

/** Adds a warning; its details are the arguments set before (argText, argNumber, argList), in the contract's order, from 1. */
export function warn(code: i32): void {
  count++;
  if (count > <u32>LIMIT_WARNINGS) return;
  messageBegin();
  // "font." at its start: the message names a field
  addPrefix(load<u32>(TEXTS + <usize>load<u32>(WARNING_MESSAGES + ((<usize>code) << 3))) == 0x746e6f66);
  addTemplate(WARNING_MESSAGES + ((<usize>code) << 3));
  const messageAt = messagePtr;
  const messageBytes = messageLen;
  if (count == 1) {
    firstPtr = messageAt;
    firstLen = messageBytes;
  }
  messageBegin();
  if (count > 1) addByte(0x2c);
  addBytes(CODE_OPEN, 9);
  addText(WARNING_NAMES + ((<usize>code) << 3));
  addBytes(MESSAGE_OPEN, 12);
  addJson(messageAt, messageBytes);
  const first = load<u32>(WARNING_DETAILS + ((<usize>code) << 3));
  const details = load<u32>(WARNING_DETAILS + ((<usize>code) << 3), 4);
  for (let i: u32 = 0; i < details; i++) {
    const detail = DETAILS + <usize>(first + i) * 12;
    addByte(0x2c);
    addJson(TEXTS + <usize>load<u32>(detail), <usize>load<u32>(detail, 4));
    addByte(0x3a);
    addArgumentJson(i + 1);
  }
  if (target >= 0) {
    addBytes(TARGET, 10);
    argNumber(1, <f64>target);
    addArgumentJson(1);
  }
  addByte(0x7d);
  append();
}

/** Puts the object just made behind the others. */
function append(): void {
  if (room - length < messageLen) {
    const wanted = (length + messageLen) * 2;
    const block = arenaAlloc(wanted);
    if (block == 0) return;
    memory.copy(block, text, length);
    text = block;
    room = wanted;
  }
  memory.copy(text + length, messagePtr, messageLen);
  length += messageLen;
}
