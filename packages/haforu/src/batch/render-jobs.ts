// The public way to run many jobs in worker threads: an iterable of jobs in, an async iterable of results out.

import type { Result } from "@haforu/engine";
import { invalid } from "../session/check-request.ts";
import { openBatch } from "./host/open.ts";
import { ItemSource, type JobInput } from "./host/source.ts";
import type { BatchStats } from "./host/tally.ts";
import { type BatchOptions, resolveBatchOptions } from "./options.ts";

const NEWLINE = 10;
/** The jobs of a program have no line numbers. */
const NO_FLAGS = 0;

export interface RenderJobsOptions extends BatchOptions {
  /** Called once, when all results are out. */
  readonly onStats?: (stats: BatchStats) => void;
}

/**
 * Runs jobs in worker threads, each with an engine of its own. A job is an object, JSON text or its UTF-8 bytes; it is
 * taken from `jobs` no faster than results are taken from here, and copied. A bad job, also one that cannot be written as
 * JSON (a BigInt, undefined), is a result with status "error", never an exception. Leaving the loop early, or `signal`, ends the workers.
 *
 * @throws HaforuError invalid_argument for a wrong or unknown option, or jobs that cannot be iterated, when the first result is asked for; the reason of `signal`; what `jobs` or `onProgress` throws; an Error when no worker can be kept alive.
 */
export async function* renderJobs<Line = Result>(
  jobs: Iterable<JobInput> | AsyncIterable<JobInput>,
  options: RenderJobsOptions = {},
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  for await (const line of renderLines(jobs, options)) yield JSON.parse(decoder.decode(line)) as Line;
}

/** As renderJobs, but gives each result as the bytes of its JSON line, without a newline; they are the caller's to keep. */
export async function* renderLines(
  jobs: Iterable<JobInput> | AsyncIterable<JobInput>,
  options: RenderJobsOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  checkJobs(jobs);
  const batch = openBatch(new ItemSource(jobs), resolveBatchOptions(options, ["onStats"]), NO_FLAGS);
  for await (const block of batch.blocks()) {
    for (const view of block.views) {
      for (let start = 0; start < view.length; ) {
        const end = view.indexOf(NEWLINE, start);
        // The view is of memory that the worker will use again.
        yield new Uint8Array(view.subarray(start, end));
        start = end + 1;
      }
    }
    block.written();
  }
  options.onStats?.(batch.stats);
}

/** One job's text or bytes can be iterated too, but what that gives are characters and numbers. */
function checkJobs(jobs: unknown): void {
  const iterable = typeof jobs === "object" && jobs !== null && (Symbol.asyncIterator in jobs || Symbol.iterator in jobs);
  if (!iterable || ArrayBuffer.isView(jobs)) throw invalid("jobs", "an iterable or async iterable of jobs, such as an array", jobs);
}
