// The engine in the caller's thread: reads, processes and hashes one file after the other. Gives what every engine gives; it is the slow, obvious one that the
// others are held against, and the fast one for few or small files.
import type { Worker } from "node:worker_threads";
import type { FoundFile } from "../input/find.ts";
import { type Control, Turns } from "./control.ts";
import { Budget, KEPT_BYTES, Slabs } from "./memory.ts";
import type { ContentSettings, Processed } from "./process.ts";
import type { WorkerOrder } from "./protocol.ts";
import { processRead, readAhead, readAndProcess } from "./read.ts";

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
/** Small files are read so many at a time, and processed then: between two system calls each would find the processor's caches used for something else. */
const AHEAD_FILES = 64;
/** Files behind a larger one that are not tried. */
const NOT_AHEAD_FILES = 8;

/**
 * @returns what became of each file, in the order of `files`; of the first ones only when `handOver` said so.
 * @throws the error of the first file, in this order, that has one.
 */
export async function runSync({ files, settings, keep, control, keptBytes = KEPT_BYTES }: EngineWork, handOver?: HandOver): Promise<Processed[]> {
  const slabs = new Slabs(new Budget(new Int32Array(1), keptBytes), false);
  const turns = new Turns(control);
  const results: Processed[] = [];
  let bytes = 0;
  const ahead = new Ahead(files, slabs, turns);
  // By index, as all loops over a schema's files: an iterator makes two objects for each of them, and in code that runs once these cost as much as the work.
  for (let index = 0; index < files.length; index++) {
    const file = files[index] as FoundFile;
    const read = keep ? ahead.take(index) : undefined;
    const processed = read === undefined ? readAndProcess(file, settings, slabs, keep) : processRead(read, file, settings);
    results.push(processed);
    bytes += processed.bytes;
    if (results.length % DUE_EVERY === 0 && turns.due()) await turns.take({ stage: "read", done: results.length, total: files.length, bytes });
    if (handOver !== undefined && results.length % ASK_EVERY === 0 && handOver(results.length, bytes)) break;
  }
  return results;
}

/** Small files that are read before it is their turn. What goes wrong waits until it is. */
class Ahead {
  readonly #files: readonly FoundFile[];
  readonly #slabs: Slabs;
  readonly #turns: Turns;
  #read: (Buffer | undefined)[] = [];
  #from = 0;

  constructor(files: readonly FoundFile[], slabs: Slabs, turns: Turns) {
    this.#files = files;
    this.#slabs = slabs;
    this.#turns = turns;
  }

  /** undefined for a file that is to be read when it is its turn. Indices come in their order. */
  take(index: number): Buffer | undefined {
    if (index >= this.#from + this.#read.length) this.#readOn(index);
    return this.#read[index - this.#from];
  }

  #readOn(from: number): void {
    this.#from = from;
    this.#read = [];
    const end = Math.min(from + AHEAD_FILES, this.#files.length);
    for (let index = from; index < end; index++) {
      const read = this.#readOne(this.#files[index] as FoundFile);
      this.#read.push(read);
      // Where one is larger the next ones mostly are, and each would be opened twice.
      if (read === undefined) this.#read.push(...new Array<undefined>(Math.min(NOT_AHEAD_FILES, end - index - 1)));
      // Slow files shall not keep the event loop waiting.
      if (read === undefined || this.#turns.due()) return;
    }
  }

  #readOne(file: FoundFile): Buffer | undefined {
    try {
      return readAhead(file, this.#slabs);
    } catch {
      // Read again when it is its turn, and told then: a file before it may have an error too.
      return undefined;
    }
  }
}
