// The output buffer: one block from malloc that holds the line being written, behind the lines that are kept; it grows by doubling and is reused by the next job.
// A writer reserves what it may need once, then writes without checks; whether everything found room is asked once, at the end (`outStatus`).
// Knows nothing of JSON or images.
import { free, malloc, realloc } from "../native";

/** The longest line: base64 of the largest canvas (2^28 bytes) takes 342 MiB; the rest is for boxes, glyphs and SVG paths. */
export const OUT_MAX_BYTES: usize = 512 << 20;
/** A larger buffer is given back at the next reset, so that one huge line does not hold memory for ever. */
export const OUT_KEEP_BYTES: usize = 32 << 20;
/** The first block: a line without an image fits. */
const OUT_FIRST_BYTES: usize = 64 << 10;
/** Writers may store a whole v128 at the cursor and advance by less; this much behind the limit is theirs to spoil. */
export const OUT_SLACK_BYTES: usize = 64;

export const OUT_OK: i32 = 0;
export const OUT_NO_MEMORY: i32 = 1;
export const OUT_TOO_LONG: i32 = 2;

let base: usize = 0;
let cursor: usize = 0;
let limit: usize = 0; // first byte that may not be reserved; OUT_SLACK_BYTES of the block lie behind it
let capacity: usize = 0;
let status: i32 = OUT_OK;

/** A run of one letter at least this long may be left out of the line: shorter ones cost a host more as a vector of its own than as bytes. */
export const RUN_MIN_BYTES: usize = 1024;
/** Runs that are left out of one line at most; what is beyond stands in the line as bytes. A canvas of 1,200 rows has some 1,200. */
export const RUNS_MAX: u32 = 4096;
/** Offset in the line as it is, the letter, how often: three u32. */
const RUN_BYTES: usize = 12;

let kept: usize = 0; // bytes of the lines before this one that stay: a call that makes one line has none
let keptRuns: u32 = 0;

let runs: usize = 0; // RUNS_MAX records from malloc, made when first wanted and kept
let runCount: u32 = 0;
let runsWanted: bool = false;

/** Starts a new line behind the kept ones; what the line held is gone. */
export function outReset(): void {
  if (kept == 0 && capacity > OUT_KEEP_BYTES) {
    free(base);
    base = 0;
    capacity = 0;
  }
  cursor = base + kept;
  limit = base + capacity;
  status = OUT_OK;
  runCount = keptRuns;
}

/** The line stays when the next one is started. */
export function outKeep(): void {
  kept = cursor - base;
  keptRuns = runCount;
}

/** No line stays when the next one is started; until then they all can be read, from the first (outPtr) on. */
export function outKeepNone(): void {
  kept = 0;
  keptRuns = 0;
}

/** Bytes of the kept lines. */
export function outKept(): usize {
  return kept;
}

/** Runs left out of the kept lines. */
export function outKeptRuns(): u32 {
  return keptRuns;
}

/** Whether long runs of one letter may be left out of the lines from now on, to be put in by the host. Without memory for their table they are not. */
export function outWantRuns(wanted: bool): void {
  if (wanted && runs == 0) runs = malloc(RUNS_MAX * RUN_BYTES);
  runsWanted = wanted && runs != 0;
}

/** The runs left out of the line: outRunCount() records, in order. */
export function outRuns(): usize {
  return runs;
}

export function outRunCount(): u32 {
  return runCount;
}

/** Writes `count` times `letter` at `at`, in room already reserved, or leaves them out; where the next byte goes. */
export function outRun(at: usize, letter: u8, count: usize): usize {
  if (runsWanted && count >= RUN_MIN_BYTES && runCount < RUNS_MAX) {
    const run = runs + runCount * RUN_BYTES;
    store<u32>(run, <u32>(at - base)); // counted from the first kept line, as the host sees them
    store<u32>(run, letter, 4);
    store<u32>(run, <u32>count, 8);
    runCount++;
    return at;
  }
  memory.fill(at, letter, count);
  return at + count;
}

/** First byte of the line; the buffer's, valid until the next put or reset. */
export function outPtr(): usize {
  return base + kept;
}

/** First byte of the first kept line; the buffer's, valid until the next put. */
export function outFirst(): usize {
  return base;
}

/** Bytes of the line so far. */
export function outLength(): usize {
  return cursor - base - kept;
}

/** Bytes the buffer holds from malloc. */
export function outCapacity(): usize {
  return capacity;
}

/** OUT_OK, or why the line is incomplete: OUT_NO_MEMORY, OUT_TOO_LONG. An incomplete line must not leave the module. */
export function outStatus(): i32 {
  return status;
}

/** Takes back everything behind the first `length` bytes (a value of `outLength` from this line). */
export function outRewind(length: usize): void {
  const end = kept + length;
  if (end <= cursor - base) cursor = base + end;
  while (runCount > keptRuns && load<u32>(runs + (runCount - 1) * RUN_BYTES) >= <u32>end) runCount--;
}

/** Makes room for `bytes` more; false (and a status) when there is none: then nothing may be written. */
// @ts-ignore: decorator
@inline
export function outReserve(bytes: usize): bool {
  return limit - cursor >= bytes ? true : grow(bytes);
}

/** Where the next byte goes: valid after a successful `outReserve`, until the next one. */
// @ts-ignore: decorator
@inline
export function outCursor(): usize {
  return cursor;
}

/** Says up to where a writer has written. `at` lies between the cursor and the reserved end. */
// @ts-ignore: decorator
@inline
export function outAdvanceTo(at: usize): void {
  cursor = at;
}

function grow(bytes: usize): bool {
  if (status != OUT_OK) return false;
  const used = cursor - base;
  if (bytes > OUT_MAX_BYTES - used) return fail(OUT_TOO_LONG);
  const need = used + bytes;
  const wanted = min(max(max(capacity << 1, need), OUT_FIRST_BYTES), OUT_MAX_BYTES);
  // An empty line moves nothing: malloc after free instead of realloc's copy.
  if (used == 0 && base != 0) {
    free(base);
    base = 0;
    capacity = 0;
  }
  let granted = wanted;
  let block = used == 0 ? malloc(granted + OUT_SLACK_BYTES) : realloc(base, granted + OUT_SLACK_BYTES);
  if (block == 0 && need < wanted) {
    granted = need;
    block = used == 0 ? malloc(granted + OUT_SLACK_BYTES) : realloc(base, granted + OUT_SLACK_BYTES);
  }
  if (block == 0) return fail(OUT_NO_MEMORY);
  base = block;
  capacity = granted;
  cursor = block + used;
  limit = block + granted;
  return true;
}

function fail(why: i32): bool {
  status = why;
  limit = cursor; // every later reservation fails too: no field may follow a missing one
  return false;
}

/** Appends one byte. */
export function putByte(byte: u32): void {
  if (!outReserve(1)) return;
  store<u8>(cursor, <u8>byte);
  cursor += 1;
}

/** Appends `length` bytes as they are. */
export function putBytes(bytes: usize, length: usize): void {
  if (!outReserve(length)) return;
  memory.copy(cursor, bytes, length);
  cursor += length;
}
