// Gives up jobs that run too long. Looks at each worker's shared word now and then: a job that was there at one look and
// still is when the limit has passed is stopped with its worker. No clock is shared, and workers do nothing for it.

import { DEADLINE_STEP_MAX_MS, DEADLINE_STEP_MIN_MS, DEADLINE_STEPS } from "../limits.ts";
import type { WorkerSlot } from "./slot.ts";

export class Deadline {
  readonly #timer: NodeJS.Timeout;
  readonly #seen: { word: number | undefined; sinceMs: number }[];

  constructor(slots: readonly WorkerSlot[], timeoutMs: number) {
    const stepMs = Math.min(DEADLINE_STEP_MAX_MS, Math.max(DEADLINE_STEP_MIN_MS, timeoutMs / DEADLINE_STEPS));
    this.#seen = slots.map(() => ({ word: undefined, sinceMs: 0 }));
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      for (const slot of slots) {
        const seen = this.#seen[slot.index] as { word: number | undefined; sinceMs: number };
        const word = slot.current();
        if (word !== seen.word) {
          seen.word = word;
          seen.sinceMs = nowMs;
        } else if (word !== undefined && nowMs - seen.sinceMs >= timeoutMs) {
          slot.giveUp(word, "timeout", String(timeoutMs));
          seen.word = undefined;
        }
      }
    }, stepMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
