// The job calls: a line of JSON in, a result line out, and what the host answers to the module's requests.

import { OUT_OK, outFirst, outKeep, outKeepNone, outKept, outKeptRuns, outLength, outPtr, outStatus, putByte } from "../encode/out";
import { fontKeep, fontProvide, fontRefuse } from "../font/store";
import { E_OUT_OF_MEMORY } from "../generated/contract";
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
import { hostBegin } from "../native";
import { failWith, moveResult, setResult } from "./last-error";

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

/** Lines that one call of hf_jobs runs at most: their rows have a fixed place. */
const LINES_MAX: u32 = 1024;
/** hf_jobs ends behind the line with which its results are so long: the host takes them away in pieces of about this size. */
const LINES_BYTES: usize = 128 << 10;
const NEWLINE: u32 = 10;
/** f64 start, end (bytes from `lines` on), line number. */
const LINE_STRIDE: usize = 24;
/** u32 end of the result line in the whole (its newline included), i32 status. */
const ROW_STRIDE: usize = 8;

// {u32 rows, u32 0, rows}
const rows = memory.data(8200, 8);

/**
 * Runs the jobs [from, count) of a table, {f64 start, f64 end (without its newline), f64 line number} each, of `lines`, one after the other; flags as for hf_job. Before each the
 * host's `begin` is asked. Ends before a line that the host declines, that asks for something, or that memory ran out at (hf_job runs it, from its beginning), and behind a line
 * with which the results are long or that runs were left out of. Returns where it ended: the index of the first line not run. The result lines, each with a newline, are at hf_result together, what became of
 * them is at hf_rows; both hold after every line, a trap in the next one included.
 */
export function hf_jobs(lines: usize, table: usize, from: u32, count: u32, flags: u32): i32 {
  outKeepNone();
  setResult(0, 0);
  store<u32>(rows, 0);
  const end = min(count, from + LINES_MAX);
  let index = from;
  while (index < end && outKept() < LINES_BYTES && outKeptRuns() == 0 && hostBegin(index) == 0) {
    const line = table + <usize>index * LINE_STRIDE;
    const start = load<f64>(line);
    const status = runJob(lines + <usize>start, <u32>(load<f64>(line, 8) - start), load<f64>(line, 16), flags);
    if (status > 0 || status == -E_OUT_OF_MEMORY) break;
    putByte(NEWLINE);
    if (outStatus() != OUT_OK) break;
    outKeep();
    const row = rows + 8 + <usize>(index - from) * ROW_STRIDE;
    store<u32>(row, <u32>outKept());
    store<i32>(row, status, 4);
    index++;
    store<u32>(rows, index - from);
    setResult(outFirst(), <u32>outKept());
  }
  outKeepNone();
  return index;
}

/** {u32 rows, u32 0, then for each line {u32 end in hf_result's bytes, i32 status}} of the last hf_jobs; to be asked for before hf_result. */
export function hf_rows(): usize {
  // A line that was begun and is not among them, or trapped, may have made the buffer larger and so moved it.
  if (load<u32>(rows) != 0) moveResult(outFirst());
  return rows;
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
