// The engine in the caller's thread: reads, processes and hashes one file after the other. Gives what every engine gives; it is the slow, obvious one that the
// others are held against, and the fast one for few or small files.
import type { Worker } from "node:worker_threads";
import type { FoundFile } from "../input/find.ts";
import { type Control, Turns } from "./control.ts";
import { Budget, KEPT_BYTES, Slabs } from "./memory.ts";
import type { ContentSettings, Processed } from "./process.ts";
import type { WorkerOrder } from "./protocol.ts";
import { readAndProcess } from "./read.ts";

export interface EngineWork {
  /** In natural order. */
  readonly files: readonly FoundFile[];
  readonly settings: ContentSettings;
  /** Whether contents are wanted afterwards; a hash alone needs none. */
  readonly keep: boolean;
  readonly control: Control;
  readonly keptBytes?: number;
  /** Starts a thread of the workers engine; a test gives one that does not come up. */
  readonly startWorker?: (order: WorkerOrder) => Worker;
}

/** Asked now and then: whether another engine shall do the rest. */
export type HandOver = (files: number, bytes: number) => boolean;

/** Files between two questions of {@link HandOver}. */
const ASK_EVERY = 64;
/** Files between two looks at the clock: more than a slice of time only where each of them is large. */
const DUE_EVERY = 8;

/**
 * @returns what became of each file, in the order of `files`; of the first ones only when `handOver` said so.
 * @throws the error of the first file, in this order, that has one.
 */
export async function runSync({ files, settings, keep, control, keptBytes = KEPT_BYTES }: EngineWork, handOver?: HandOver): Promise<Processed[]> {
  const slabs = new Slabs(new Budget(new Int32Array(1), keptBytes), false);
  const turns = new Turns(control);
  const results: Processed[] = [];
  let bytes = 0;
  for (const file of files) {
    const processed = readAndProcess(file, settings, slabs, keep);
    results.push(processed);
    bytes += processed.bytes;
    if (results.length % DUE_EVERY === 0 && turns.due()) await turns.take({ stage: "read", done: results.length, total: files.length, bytes });
    if (handOver !== undefined && results.length % ASK_EVERY === 0 && handOver(results.length, bytes)) break;
  }
  return results;
}
