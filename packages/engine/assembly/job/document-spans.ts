// Where the jobs and the config of a document lie: written while it is checked, read by the host afterwards.
import { FAULT_EMPTY_JOBS } from "../generated/contract";
import { cursor, FAULT_NO_MEMORY, fail, readElement, readOpen, skipValue } from "../json/reader";
import { malloc, realloc } from "../native";
import { fieldPath, pairLen, pairPtr } from "./check-table";
import { argsClear } from "./message";
import { jobProblem } from "./problems";

/** Where one job lies in the document, and the line it begins on, from 1. */
@unmanaged
export class JobSpan {
  offset: u32;
  bytes: u32;
  line: u32;
}

let document: usize = 0;
let spans: usize = 0;
let spanRoom: u32 = 0;
let spanCount: u32 = 0;
let configAt: usize = 0;
let configLength: usize = 0;

/** JobSpan records, in the document's order; valid until the next document. */
export function documentSpans(): usize {
  return spans;
}
export function documentJobCount(): u32 {
  return spanCount;
}
/** The text of `config`, checked; length 0: the document has none. */
export function documentConfig(): usize {
  return configAt;
}
export function documentConfigLength(): usize {
  return configLength;
}

const FIRST_SPANS: u32 = 1024;

/** Starts a document. */
export function spansReset(text: usize): void {
  document = text;
  spanCount = 0;
  configAt = 0;
  configLength = 0;
}

/** `config` was read: [from, to). */
export function configRead(from: usize, to: usize): void {
  configAt = from;
  configLength = to - from;
}

/** Line the last span began on, and where: lines are counted from there on. */
let countedLine: u32 = 1;
let countedAt: usize = 0;

function lineAt(at: usize): u32 {
  while (countedAt < at) {
    if (load<u8>(countedAt) == 0x0a) countedLine++;
    countedAt++;
  }
  return countedLine;
}

/** Reads the array of jobs at the cursor; `id` is their field. */
export function readJobs(id: i32, depth: i32): bool {
  countedLine = 1;
  countedAt = document;
  if (!readOpen(depth)) return false;
  for (let first = true; ; first = false) {
    const more = readElement(first);
    if (more < 0) return false;
    if (more == 0) break;
    const from = cursor;
    if (!skipValue(depth + 1)) return false;
    if (!addSpan(<u32>(from - document), <u32>(cursor - from), lineAt(from))) return fail(FAULT_NO_MEMORY, from, 0);
  }
  if (spanCount == 0) {
    argsClear();
    jobProblem(FAULT_EMPTY_JOBS, pairPtr(fieldPath(id)), pairLen(fieldPath(id)));
  }
  return true;
}

function addSpan(offset: u32, bytes: u32, line: u32): bool {
  if (spanCount == spanRoom) {
    const wanted = spanRoom == 0 ? FIRST_SPANS : spanRoom * 2;
    const size = <usize>wanted * offsetof<JobSpan>();
    const block = spans == 0 ? malloc(size) : realloc(spans, size);
    if (block == 0) return false;
    spans = block;
    spanRoom = wanted;
  }
  const span = changetype<JobSpan>(spans + <usize>spanCount * offsetof<JobSpan>());
  span.offset = offset;
  span.bytes = bytes;
  span.line = line;
  spanCount++;
  return true;
}
