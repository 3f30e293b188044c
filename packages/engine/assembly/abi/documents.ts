// The document calls: telling a JobSpec document from JSON Lines, and the places of its jobs.
import { outLength, outPtr } from "../encode/out";
import { checkDocument, looks } from "../job/document";
import { documentConfig, documentConfigLength, documentJobCount, documentSpans } from "../job/document-spans";
import { documentErrorLine } from "../job/run";
import { setResult } from "./last-error";

// {u32 spans, u32 count, u32 config, u32 configBytes}
const documentRecord = memory.data(16, 4);

/** What the beginning of an input is: 0 JSON Lines, 1 a JobSpec document, 2 cannot be told yet (more bytes are needed). */
export function hf_looks(pointer: usize, bytes: u32): i32 {
  return looks(pointer, bytes);
}

/** Reads a JobSpec document. 0: its jobs are at hf_document_jobs; negative: an error line is at hf_result. */
export function hf_document(pointer: usize, bytes: u32): i32 {
  const status = checkDocument(pointer, bytes);
  if (status != 0) {
    documentErrorLine(status);
    setResult(outPtr(), <u32>outLength());
  }
  return status;
}

/** {u32 spans, u32 count, u32 config, u32 configBytes} of the last document; a span is {u32 offset, u32 bytes, u32 line}. Valid until the next document. */
export function hf_document_jobs(): usize {
  store<u32>(documentRecord, <u32>documentSpans());
  store<u32>(documentRecord, documentJobCount(), 4);
  store<u32>(documentRecord, <u32>documentConfig(), 8);
  store<u32>(documentRecord, <u32>documentConfigLength(), 12);
  return documentRecord;
}
