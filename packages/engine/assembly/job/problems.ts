// What is wrong with the job at hand: each problem with its code, field and message, in the order found; the first LIMIT_PROBLEMS_LISTED are kept, all are counted.
import { E_INVALID_JOB, ERROR_FIELDS, ERROR_MESSAGES, ERROR_NAMES, FAULT_MESSAGES, LIMIT_PROBLEMS_LISTED, TEXTS } from "../generated/contract";
import { addByte, addBytes, addTemplate, messageBegin, messageLen, messagePtr } from "./message";

@unmanaged
class Problem {
  code: i32;
  fieldPtr: u32;
  fieldLen: u32;
  messagePtr: u32;
  messageLen: u32;
}
const listed = memory.data(640, 8);
let total: u32 = 0;

function at(index: u32): Problem {
  return changetype<Problem>(listed + <usize>index * offsetof<Problem>());
}

/** Forgets all problems. */
export function problemsReset(): void {
  total = 0;
}
/** How many problems there are, and how many of them are kept. */
export function problemCount(): u32 {
  return total;
}
export function problemListed(): u32 {
  return min<u32>(total, <u32>LIMIT_PROBLEMS_LISTED);
}
/** Whether further problems are only counted: then nothing needs to be worded. */
export function problemsFull(): bool {
  return total >= <u32>LIMIT_PROBLEMS_LISTED;
}
export function problemCode(index: u32): i32 {
  return at(index).code;
}
export function problemFieldPtr(index: u32): usize {
  return <usize>at(index).fieldPtr;
}
export function problemFieldLen(index: u32): usize {
  return <usize>at(index).fieldLen;
}
export function problemMessagePtr(index: u32): usize {
  return <usize>at(index).messagePtr;
}
export function problemMessageLen(index: u32): usize {
  return <usize>at(index).messageLen;
}
/** "compare.with." goes before the field and message of problems until it is switched off: they are of the second picture's font. */
const PREFIX = memory.data<u8>([0x63, 0x6f, 0x6d, 0x70, 0x61, 0x72, 0x65, 0x2e, 0x77, 0x69, 0x74, 0x68, 0x2e]);
const PREFIX_BYTES: usize = 13;
let prefixed = false;
export function prefixProblems(on: bool): void {
  prefixed = on;
}
/** Begins a message of the second picture: "compare.with." before one that names a field of its font, "compare.with: " before another. */
export function addPrefix(ofField: bool): void {
  if (!prefixed) return;
  addBytes(PREFIX, ofField ? PREFIX_BYTES : PREFIX_BYTES - 1);
  if (ofField) return;
  addByte(0x3a);
  addByte(0x20);
}

/** Adds a problem with the message template of its code; the arguments are set before (argText, argNumber). fieldLen 0: the code's own field. Returns the status, −code. */
export function problem(code: i32, fieldPtr: usize = 0, fieldLen: usize = 0): i32 {
  if (fieldLen == 0) {
    fieldPtr = TEXTS + <usize>load<u32>(ERROR_FIELDS + ((<usize>code) << 3));
    fieldLen = <usize>load<u32>(ERROR_FIELDS + ((<usize>code) << 3), 4);
  }
  if (prefixed && fieldLen != 0) {
    messageBegin();
    addPrefix(true);
    addBytes(fieldPtr, fieldLen);
    fieldPtr = messagePtr;
    fieldLen = messageLen;
  }
  return add(code, fieldPtr, fieldLen, ERROR_MESSAGES + ((<usize>code) << 3));
}

/** Adds an invalid_job worded by FAULT_…; the arguments are set before. */
export function jobProblem(fault: i32, fieldPtr: usize, fieldLen: usize): void {
  add(E_INVALID_JOB, fieldPtr, fieldLen, FAULT_MESSAGES + ((<usize>fault) << 3));
}

/** Adds a problem of any code with one of the FAULT_… wordings. */
export function problemWorded(code: i32, fault: i32, fieldPtr: usize, fieldLen: usize): void {
  add(code, fieldPtr, fieldLen, FAULT_MESSAGES + ((<usize>fault) << 3));
}

function add(code: i32, fieldPtr: usize, fieldLen: usize, template: usize): i32 {
  if (total < <u32>LIMIT_PROBLEMS_LISTED) {
    messageBegin();
    if (fieldLen != 0) addPrefix(true);
    addTemplate(template);
    const p = at(total);
    p.code = code;
    p.fieldPtr = <u32>fieldPtr;
    p.fieldLen = <u32>fieldLen;
    p.messagePtr = <u32>messagePtr;
    p.messageLen = <u32>messageLen;
  }
  total++;
  return -code;
}

/** The status of the problems so far: 0, the one problem's, or invalid_job for several. */
export function problemStatus(): i32 {
  if (total == 0) return 0;
  return total == 1 ? -at(0).code : -E_INVALID_JOB;
}

/** The name of a code: {ptr, length} in static memory. */
export function errorName(code: i32): usize {
  return TEXTS + <usize>load<u32>(ERROR_NAMES + ((<usize>code) << 3));
}
export function errorNameLen(code: i32): usize {
  return <usize>load<u32>(ERROR_NAMES + ((<usize>code) << 3), 4);
}
