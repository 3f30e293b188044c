// The last error of a struct call, and the ends of calls that leave a result in the output.

import { OUT_NO_MEMORY, OUT_OK, outLength, outPtr, outRunCount, outRuns, outStatus } from "../encode/out";
import { E_OUT_OF_MEMORY, E_OUTPUT_FAILED } from "../generated/contract";
import { errorName, errorNameLen } from "../job/problems";

// {i32 code, u32 message, u32 messageBytes, u32 field, u32 fieldBytes}
const lastError = memory.data(20, 4);
// {u32 pointer, u32 bytes, u32 runs, u32 runCount}
const resultSpan = memory.data(16, 4);

/** Records an error of the contract (positive number) for hf_last_error and returns its status. */
export function failWith(errorCode: i32): i32 {
  store<i32>(lastError, errorCode);
  store<u32>(lastError, <u32>errorName(errorCode), 4);
  store<u32>(lastError, <u32>errorNameLen(errorCode), 8);
  store<u32>(lastError, 0, 12);
  store<u32>(lastError, 0, 16);
  return -errorCode;
}

/** As failWith, with a message of its own, which must stay readable until the next call. */
export function failWithText(errorCode: i32, message: usize, messageBytes: usize): i32 {
  failWith(errorCode);
  store<u32>(lastError, <u32>message, 4);
  store<u32>(lastError, <u32>messageBytes, 8);
  return -errorCode;
}

/** {i32 code, u32 message, u32 messageBytes, u32 field, u32 fieldBytes} of the last struct call that failed. */
export function hf_last_error(): usize {
  return lastError;
}

/**
 * {u32 pointer, u32 bytes, u32 runs, u32 runCount} of the last line or JSON text; valid until the next call. runCount is 0 but for a job with flag 2: then the line is whole when at
 * each run {u32 offset in these bytes, u32 letter, u32 count}, in order, the letter is put in that often.
 */
export function hf_result(): usize {
  return resultSpan;
}

/** Makes the output the result; 0, or out_of_memory when it is incomplete. */
export function finishOutput(): i32 {
  const status = outStatus();
  if (status != OUT_OK) {
    setResult(0, 0);
    return failWith(status == OUT_NO_MEMORY ? E_OUT_OF_MEMORY : E_OUTPUT_FAILED);
  }
  setResult(outPtr(), <u32>outLength());
  return 0;
}

/** The result lies elsewhere now. */
export function moveResult(pointer: usize): void {
  store<u32>(resultSpan, <u32>pointer);
}

export function setResult(pointer: usize, bytes: u32): void {
  store<u32>(resultSpan, <u32>pointer);
  store<u32>(resultSpan, bytes, 4);
  store<u32>(resultSpan, <u32>outRuns(), 8);
  store<u32>(resultSpan, pointer == 0 ? 0 : outRunCount(), 12);
}
