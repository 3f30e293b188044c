// Which task is next, in memory that threads share: claims go up to a number of tasks, and not further beyond the results taken than a bound. Knows nothing of the tasks.

const NEXT = 0;
const TAKEN = 1;
const TOTAL = 2;
const AHEAD = 3;

/** A count of claimed tasks and of results taken, seen by all threads that have its memory. */
export class Counter {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** For `total` tasks, of which at most `ahead` are claimed and not taken at any time. */
  constructor(total: number, ahead: number);
  /** The counter that another thread made. */
  constructor(memory: SharedArrayBuffer);
  constructor(totalOrMemory: number | SharedArrayBuffer, ahead = 0) {
    if (typeof totalOrMemory === "number") {
      this.memory = new SharedArrayBuffer(16);
      this.#words = new Int32Array(this.memory);
      this.#words[TOTAL] = totalOrMemory;
      this.#words[AHEAD] = ahead;
    } else {
      this.memory = totalOrMemory;
      this.#words = new Int32Array(totalOrMemory);
    }
  }

  /** The next task, which is then this thread's; undefined: there is none now. */
  claim(): number | undefined {
    const words = this.#words;
    for (;;) {
      const next = Atomics.load(words, NEXT);
      if (next >= (words[TOTAL] as number) || next >= Atomics.load(words, TAKEN) + (words[AHEAD] as number)) return undefined;
      if (Atomics.compareExchange(words, NEXT, next, next + 1) === next) return next;
    }
  }

  /** As claim, but waits until results were taken; undefined: all tasks are claimed. Not for the main thread. */
  claimOrWait(): number | undefined {
    const words = this.#words;
    for (;;) {
      const taken = Atomics.load(words, TAKEN);
      const task = this.claim();
      if (task !== undefined || Atomics.load(words, NEXT) >= (words[TOTAL] as number)) return task;
      Atomics.wait(words, TAKEN, taken);
    }
  }

  /** One more result was taken: who waited may go on. */
  take(): void {
    Atomics.add(this.#words, TAKEN, 1);
    Atomics.notify(this.#words, TAKEN);
  }
}
