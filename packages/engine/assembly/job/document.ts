// JobSpec documents: {version, mode, config, jobs} in, the place of every job out; and telling a document from JSON Lines by looking.
// A job inside is not checked here: it is read as a line of its own, so that a bad one costs no other.
import {
  F_DOCUMENT_CONFIG,
  F_DOCUMENT_JOBS,
  F_DOCUMENT_MODE,
  F_DOCUMENT_VERSION,
  FAULT_NOT_OBJECT,
  OBJECT_DOCUMENT,
  OBJECT_JOB,
  OBJECT_OP,
} from "../generated/contract";
import { cursor, faultAt, faultBytes, faultKind, NO_FAULT, peek, readEnd, readerOpen, readKey, readOpen, skipValue } from "../json/reader";
import { stringLen, stringPtr } from "../json/string";
import { checkObject, versionForget, versionIsWrong, wrongVersion } from "./check";
import { argCame, syntaxProblem } from "./check-report";
import { findField, objectExpected, pairLen, pairPtr } from "./check-table";
import { spansReset } from "./document-spans";
import { argsClear, argText } from "./message";
import { jobProblem, problemStatus, problemsReset } from "./problems";

/** Reads a document of `length` bytes. 0, or the status, with the problems in problems.ts. */
export function checkDocument(text: usize, length: usize): i32 {
  spansReset(text);
  problemsReset();
  readerOpen(text, length);
  if (faultKind != NO_FAULT) return syntaxProblem(true);
  versionForget();
  const from = cursor;
  if (peek() != 0x7b) {
    if (!skipValue(0) || !readEnd()) return syntaxProblem(true);
    argsClear();
    argCame(1, from, cursor);
    argText(2, pairPtr(objectExpected(OBJECT_DOCUMENT)), pairLen(objectExpected(OBJECT_DOCUMENT)));
    jobProblem(FAULT_NOT_OBJECT, 0, 0);
    return problemStatus();
  }
  if (!checkObject(OBJECT_DOCUMENT, 0) || !readEnd()) return syntaxProblem(true);
  return versionIsWrong() ? wrongVersion() : problemStatus();
}

export const LOOKS_LINES: i32 = 0;
export const LOOKS_DOCUMENT: i32 = 1;
export const LOOKS_UNSURE: i32 = 2;

/**
 * Tells by the beginning of an input whether it is JSON Lines or a document. A document's object has a key that no job has (mode, config, jobs), or goes over a line's end
 * before a key that only jobs have. LOOKS_UNSURE: the bytes end before that shows. Text that is not JSON is left to JSON Lines, where it costs one line.
 */
export function looks(text: usize, length: usize): i32 {
  readerOpen(text, length);
  if (faultKind != NO_FAULT) return LOOKS_UNSURE;
  if (peek() != 0x7b) return LOOKS_LINES;
  const from = cursor;
  if (!readOpen(0)) return LOOKS_LINES;
  let first = true;
  while (true) {
    const more = readKey(first);
    first = false;
    if (more == 0) return hasNewline(from, cursor) ? LOOKS_DOCUMENT : LOOKS_LINES;
    if (more < 0) return afterFault(text + length, from);
    const inDocument = findField(OBJECT_DOCUMENT, stringPtr, stringLen);
    if (inDocument == F_DOCUMENT_MODE || inDocument == F_DOCUMENT_CONFIG || inDocument == F_DOCUMENT_JOBS) return LOOKS_DOCUMENT;
    if (inDocument != F_DOCUMENT_VERSION && (findField(OBJECT_JOB, stringPtr, stringLen) >= 0 || findField(OBJECT_OP, stringPtr, stringLen) >= 0)) {
      return hasNewline(from, cursor) ? LOOKS_DOCUMENT : LOOKS_LINES;
    }
    if (!skipValue(1)) return afterFault(text + length, from);
  }
}

/** The object could not be read to an answer: cut off at the end of the bytes, or not JSON. */
function afterFault(end: usize, from: usize): i32 {
  if (hasNewline(from, faultAt)) return LOOKS_DOCUMENT;
  return faultAt + faultBytes >= end ? LOOKS_UNSURE : LOOKS_LINES;
}

function hasNewline(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(at) == 0x0a) return true;
  return false;
}
