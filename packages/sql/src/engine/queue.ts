// The files that threads share: who takes which next, and which of several errors counts. One set of words in shared memory; every thread has its own Queue over it.
import { SqlError } from "../errors.ts";
import { Budget, type Slabs } from "./memory.ts";
import type { Processed } from "./process.ts";
import { FIRST_ERROR, KEPT_KIB, NEXT, STOP, type WorkerError, type WorkerOrder } from "./protocol.ts";
import { readAndProcess } from "./read.ts";

export type Taken = { readonly index: number } & ({ readonly processed: Processed } | { readonly error: WorkerError });

export class Queue {
  readonly #order: WorkerOrder;
  readonly #slabs: Slabs;

  constructor(order: WorkerOrder, slabs: Slabs) {
    this.#order = order;
    this.#slabs = slabs;
  }

  static budget({ words, keptBytes }: WorkerOrder): Budget {
    return new Budget(words.subarray(KEPT_KIB, KEPT_KIB + 1), keptBytes);
  }

  /** Takes the next file and processes it; undefined when there is none left, or nobody wants the results. */
  take(): Taken | undefined {
    const { files, queue, settings, keep, words } = this.#order;
    for (;;) {
      if (Atomics.load(words, STOP) !== 0) return undefined;
      const index = queue[Atomics.add(words, NEXT, 1)];
      if (index === undefined) return undefined;
      // The first error counts, as in the engine in line: what comes behind one is not needed, what comes before may have another.
      if (index > Atomics.load(words, FIRST_ERROR)) continue;
      try {
        return { index, processed: readAndProcess(files[index] as (typeof files)[number], settings, this.#slabs, keep) };
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        this.#lower(index);
        return { index, error: { code: error.code, message: error.message, place: error.place } };
      }
    }
  }

  /** FIRST_ERROR = min(FIRST_ERROR, index). */
  #lower(index: number): void {
    const { words } = this.#order;
    for (let seen = Atomics.load(words, FIRST_ERROR); index < seen; ) {
      const was = Atomics.compareExchange(words, FIRST_ERROR, seen, index);
      if (was === seen) return;
      seen = was;
    }
  }
}
