// The job calls: a line of JSON in, a result line out, and what the host answers to the module's requests.

import { outLength, outPtr } from "../encode/out";
import { fontKeep, fontProvide, fontRefuse } from "../font/store";
import { pictureProvide, pictureRefuse } from "../job/pictures";
import {
  answerJob,
  CHECK_FONT,
  failJob,
  finishJob,
  imageBytes,
  imagePtr,
  NEED_FONT,
  NEED_IMAGE,
  NEED_OUTPUT,
  neededBytes,
  neededPtr,
  OP_LINE,
  runJob,
  validateJob,
} from "../job/run";
import { failWith, setResult } from "./last-error";

// {u32 pointer, u32 bytes}
const needSpan = memory.data(8, 4);
const imageSpan = memory.data(8, 4);

function leave(status: i32): i32 {
  if (status == NEED_FONT || status == CHECK_FONT || status == OP_LINE || status == NEED_OUTPUT || status == NEED_IMAGE) {
    store<u32>(needSpan, <u32>neededPtr());
    store<u32>(needSpan, neededBytes(), 4);
    if (status == NEED_OUTPUT) {
      store<u32>(imageSpan, <u32>imagePtr);
      store<u32>(imageSpan, <u32>imageBytes, 4);
    }
    setResult(0, 0);
    return status;
  }
  setResult(outPtr(), <u32>outLength());
  return status;
}

/**
 * Runs the job of one line (without its newline), which stays readable and unchanged until the final status. lineNumber counts from 1; flags 1: the line is one of JSON Lines; 2: long runs of one letter may be left out (hf_result).
 * 0: a success line is at hf_result; negative: an error line is there; 1 bring the font at hf_need, 2 look whether it changed, 3 the line is an op (its name at hf_need), 4 write the picture, 5 bring the picture file at hf_need.
 */
export function hf_job(line: usize, bytes: u32, lineNumber: f64, flags: u32): i32 {
  return leave(runJob(line, bytes, lineNumber, flags));
}

/** Checks a line's job without its font: 0, 3 (an op) or a negative code with an error line at hf_result. */
export function hf_validate(line: usize, bytes: u32, lineNumber: f64, flags: u32): i32 {
  return leave(validateJob(line, bytes, lineNumber, flags));
}

/** Makes the error line for a job that the host gave up (timeout, engine_fault, out_of_memory, cancelled, output_failed …). */
export function hf_answer(line: usize, bytes: u32, lineNumber: f64, flags: u32, errorCode: i32, detail: usize, detailBytes: u32): i32 {
  return leave(answerJob(line, bytes, lineNumber, flags, errorCode, detail, detailBytes));
}

/** {u32 pointer, u32 bytes} of what the last status asks for: a font's path, an op's name, the id of the job whose picture is to be written. */
export function hf_need(): usize {
  return needSpan;
}

/** {u32 pointer, u32 bytes} of the picture file after status 4. */
export function hf_image(): usize {
  return imageSpan;
}

/** After status 4: the picture was written to `path`. Finishes the line, or asks for the next picture of a sweep with status 4 again. */
export function hf_output_done(path: usize, pathBytes: u32): i32 {
  return leave(finishJob(path, pathBytes));
}

/** After status 4: the picture could not be written. Makes the error line. */
export function hf_output_failed(errorCode: i32, detail: usize, detailBytes: u32): i32 {
  return leave(failJob(errorCode, detail, detailBytes));
}

/** The bytes of the font at `path` (taken over; from hf_alloc). Then the job is called again. 0 or out_of_memory. */
export function hf_font_provide(path: usize, pathBytes: u32, data: usize, bytes: u32): i32 {
  const status = fontProvide(path, pathBytes, data, bytes);
  return status == 0 ? 0 : failWith(-status);
}

/** The font at `path` is still what was loaded. */
export function hf_font_keep(path: usize, pathBytes: u32): i32 {
  fontKeep(path, pathBytes);
  return 0;
}

/** The font that was asked for cannot be had: an error code of the contract and the host's words. Jobs that name it get that error until the next epoch. */
export function hf_font_refuse(errorCode: i32, detail: usize, detailBytes: u32): i32 {
  const status = fontRefuse(<usize>load<u32>(needSpan), load<u32>(needSpan, 4), errorCode, detail, detailBytes);
  return status == 0 ? 0 : failWith(-status);
}

/** The bytes of the picture file at `path`, PNG or PGM (taken over; from hf_alloc). Then the job is called again. 0 or out_of_memory. */
export function hf_picture_provide(path: usize, pathBytes: u32, data: usize, bytes: u32): i32 {
  const status = pictureProvide(path, pathBytes, data, bytes);
  return status == 0 ? 0 : failWith(-status);
}

/** The picture file that was asked for cannot be had: an error code of the contract and the host's words. Jobs that name it get that error until the next epoch. */
export function hf_picture_refuse(errorCode: i32, detail: usize, detailBytes: u32): i32 {
  const status = pictureRefuse(<usize>load<u32>(needSpan), load<u32>(needSpan, 4), errorCode, detail, detailBytes);
  return status == 0 ? 0 : failWith(-status);
}
