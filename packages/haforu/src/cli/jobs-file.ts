// A file of jobs, opened for walking over: looks at its beginning, then gives the lines of a stream, or the jobs of a
// JobSpec document read whole. Knows nothing of what the jobs are wanted for.

import { createReadStream } from "node:fs";
import { type JobSource, LineSource, SpanSource } from "../batch/host/source.ts";
import { DOCUMENT_BYTES_MAX } from "../batch/limits.ts";
import type { JobRunner } from "../session/job-loop.ts";
import { CliError } from "./exit.ts";

/** The error line is the engine's answer to a document that is broken as a whole. */
export type OpenedJobs = { readonly source: JobSource } | { readonly errorLine: string };

const DOCUMENT = 1;
const CANNOT_TELL = 2;

export async function openJobs(file: string, runner: JobRunner): Promise<OpenedJobs> {
  const chunks: AsyncIterator<Buffer> = reading(file);
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  let looks = CANNOT_TELL;
  // The first value of a document may be spread over any number of lines; memory is bounded as a document's is.
  while (looks === CANNOT_TELL && !ended) {
    const next = await chunks.next();
    if (next.done === true) ended = true;
    else {
      head = Buffer.concat([head, next.value]);
      runner.load(head);
      looks = runner.looks(0, head.length);
      if (head.length > DOCUMENT_BYTES_MAX) break;
    }
  }
  if (looks !== DOCUMENT) return { source: new LineSource(after(head, chunks)) };
  const parts = [head];
  let bytes = head.length;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    parts.push(next.value);
    bytes += next.value.length;
    if (bytes > DOCUMENT_BYTES_MAX) {
      throw new CliError(`${file}: a JobSpec document over ${DOCUMENT_BYTES_MAX} bytes; give its jobs as JSON Lines, one a line`);
    }
  }
  const whole = Buffer.concat(parts);
  runner.load(whole);
  const jobs = runner.document(0, whole.length);
  if (jobs === undefined) return { errorLine: new TextDecoder().decode(runner.result()) };
  return { source: new SpanSource(whole, jobs.spans) };
}

async function* reading(file: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw new CliError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function* after(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
