// Messages: the contract's templates filled in with arguments, written into the arena. One message is written at a time; the arguments are set first.

import { writeNumber, writeUnsigned } from "../encode/number";
import { DETAIL_CODE_POINTS, DETAIL_NUMBER, DETAIL_TEXT, TEXTS } from "../generated/contract";
import { arenaAlloc } from "../native";

/** Templates have at most 9 arguments, numbered from 1. */
const ARGUMENTS: u32 = 10;
const OPTIONAL_BEGIN: u32 = 14;
const OPTIONAL_END: u32 = 15;
const NUMBER_ROOM_BYTES: usize = 336;

/** An argument: a text {ptr, length}, a number, or a list of u32 {ptr, count}. */
@unmanaged
class Argument {
  kind: i32;
  ptr: u32;
  length: u32;
  number: f64;
}
const argumentTable = memory.data(240, 8);

function argument(index: u32): Argument {
  return changetype<Argument>(argumentTable + <usize>index * offsetof<Argument>());
}

/** Empties all arguments. */
export function argsClear(): void {
  memory.fill(argumentTable, 0, <usize>ARGUMENTS * offsetof<Argument>());
}
/** Sets an argument to a text; it must stay readable until the message is made. */
export function argText(index: u32, ptr: usize, length: usize): void {
  const a = argument(index);
  a.kind = DETAIL_TEXT;
  a.ptr = <u32>ptr;
  a.length = <u32>length;
}
/** Sets an argument to a number. */
export function argNumber(index: u32, value: f64): void {
  const a = argument(index);
  a.kind = DETAIL_NUMBER;
  a.length = 1;
  a.number = value;
}
/** Sets an argument to a list of u32: DETAIL_CODE_POINTS or DETAIL_GLYPHS. */
export function argList(index: u32, kind: i32, ptr: usize, count: u32): void {
  const a = argument(index);
  a.kind = kind;
  a.ptr = <u32>ptr;
  a.length = count;
}

/** The text made last, or being made. */
export let messagePtr: usize = 0;
export let messageLen: usize = 0;
let room: usize = 0;

/** Starts a text. */
export function messageBegin(): void {
  messagePtr = 0;
  messageLen = 0;
  room = 0;
}

/** Room for `bytes` more; false: memory ran out, the text stays as it is. */
function reserve(bytes: usize): bool {
  if (room - messageLen >= bytes) return true;
  const wanted = max<usize>(256, (messageLen + bytes) * 2);
  const block = arenaAlloc(wanted);
  if (block == 0) return false;
  memory.copy(block, messagePtr, messageLen);
  messagePtr = block;
  room = wanted;
  return true;
}

export function addByte(byte: u32): void {
  if (!reserve(1)) return;
  store<u8>(messagePtr + messageLen, <u8>byte);
  messageLen++;
}
export function addBytes(ptr: usize, length: usize): void {
  if (!reserve(length)) return;
  memory.copy(messagePtr + messageLen, ptr, length);
  messageLen += length;
}
export function addNumber(value: f64): void {
  if (!reserve(NUMBER_ROOM_BYTES)) return;
  const at = messagePtr + messageLen;
  messageLen += writeNumber(at, value) - at;
}
export function addUnsigned(value: u32): void {
  if (!reserve(NUMBER_ROOM_BYTES)) return;
  const at = messagePtr + messageLen;
  messageLen += writeUnsigned(at, <u64>value) - at;
}
/** Adds text {offset, length} at `pair` of a table of the contract. */
export function addText(pair: usize): void {
  addBytes(TEXTS + <usize>load<u32>(pair), <usize>load<u32>(pair, 4));
}

/** Adds the template {offset, length} at `pair` with the arguments in place. */
export function addTemplate(pair: usize): void {
  let at = TEXTS + <usize>load<u32>(pair);
  const end = at + <usize>load<u32>(pair, 4);
  while (at < end) {
    const byte = <u32>load<u8>(at++);
    if (byte == OPTIONAL_BEGIN) {
      const given = argument(<u32>load<u8>(at++)).length != 0;
      if (!given) while (at < end && load<u8>(at) != OPTIONAL_END) at++;
    } else if (byte == OPTIONAL_END) continue;
    else if (byte < ARGUMENTS) addArgument(argument(byte));
    else addByte(byte);
  }
}

function addArgument(a: Argument): void {
  if (a.kind == DETAIL_NUMBER) addNumber(a.number);
  else if (a.kind == DETAIL_TEXT) addBytes(<usize>a.ptr, <usize>a.length);
  else {
    for (let i: u32 = 0; i < a.length; i++) {
      if (i > 0) {
        addByte(0x2c);
        addByte(0x20);
      }
      const value = load<u32>(<usize>a.ptr + ((<usize>i) << 2));
      if (a.kind == DETAIL_CODE_POINTS) addCodePoint(value);
      else addUnsigned(value);
    }
  }
}

/** "U+0041": at least four hexadecimal digits. */
function addCodePoint(value: u32): void {
  addByte(0x55);
  addByte(0x2b);
  let shift = 12;
  while (shift < 28 && value >> (shift + 4) != 0) shift += 4;
  for (; shift >= 0; shift -= 4) {
    const digit = (value >> shift) & 15;
    addByte(digit < 10 ? 0x30 + digit : 0x37 + digit);
  }
}

/** Adds an argument as JSON: a quoted string, a number, an array of integers. */
export function addArgumentJson(index: u32): void {
  const a = argument(index);
  if (a.kind == DETAIL_NUMBER) addNumber(a.number);
  else if (a.kind == DETAIL_TEXT) addJson(<usize>a.ptr, <usize>a.length);
  else {
    addByte(0x5b);
    for (let i: u32 = 0; i < a.length; i++) {
      if (i > 0) addByte(0x2c);
      addUnsigned(load<u32>(<usize>a.ptr + ((<usize>i) << 2)));
    }
    addByte(0x5d);
  }
}

/** Adds UTF-8 as a JSON string with its quotes. */
export function addJson(ptr: usize, length: usize): void {
  addByte(0x22);
  for (let i: usize = 0; i < length; i++) {
    const byte = <u32>load<u8>(ptr + i);
    if (byte == 0x22 || byte == 0x5c) {
      addByte(0x5c);
      addByte(byte);
    } else if (byte < 0x20) {
      addByte(0x5c);
      addByte(0x75);
      addByte(0x30);
      addByte(0x30);
      addByte(0x30 + (byte >> 4));
      addByte((byte & 15) < 10 ? 0x30 + (byte & 15) : 0x57 + (byte & 15));
    } else addByte(byte);
  }
  addByte(0x22);
}
