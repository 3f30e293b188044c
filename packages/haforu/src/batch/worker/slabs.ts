// The shared memory that a worker's results lie in until the host has written them: slabs that are used again, bounded
// in total. Waits for the host when there is no free one.

import { SLABS_MAX } from "../limits.ts";
import { CONTROL_CURRENT, CONTROL_RELEASED, CONTROL_SLABS } from "../messages.ts";

/** A slab for a long line is rounded up to this, so that the next long line fits too. */
const LONG_SLAB_STEP = 1024 * 1024;

export interface Slab {
  readonly index: number;
  readonly memory: SharedArrayBuffer;
  readonly bytes: Uint8Array;
  /** Whether the host knows that this index has this memory. */
  announced: boolean;
}

export class Slabs {
  readonly #control: Int32Array;
  readonly #totalBytesMax: number;
  readonly #usualBytes: number;
  readonly #slabs: (Slab | undefined)[] = [];

  constructor(control: Int32Array, totalBytesMax: number, usualBytes: number) {
    this.#control = control;
    this.#totalBytesMax = totalBytesMax;
    this.#usualBytes = usualBytes;
  }

  /** A free slab with room for `bytes`; sleeps until there may be one. With none held, a line of any length gets one. */
  take(bytes: number): Slab {
    for (;;) {
      const released = Atomics.load(this.#control, CONTROL_RELEASED);
      const slab = this.#smallestFree(bytes) ?? this.#make(bytes);
      if (slab !== undefined) return slab;
      this.#sleep(released);
    }
  }

  /** The slab goes to the host, which gives it back by its word. */
  hand(slab: Slab): void {
    Atomics.store(this.#control, CONTROL_SLABS + slab.index, 1);
  }

  #isHeld(slab: Slab): boolean {
    return Atomics.load(this.#control, CONTROL_SLABS + slab.index) === 1;
  }

  #smallestFree(bytes: number): Slab | undefined {
    let best: Slab | undefined;
    for (const slab of this.#slabs) {
      if (slab === undefined || slab.bytes.length < bytes || this.#isHeld(slab)) continue;
      if (best === undefined || slab.bytes.length < best.bytes.length) best = slab;
    }
    return best;
  }

  #make(bytes: number): Slab | undefined {
    const size = bytes <= this.#usualBytes ? this.#usualBytes : Math.ceil(bytes / LONG_SLAB_STEP) * LONG_SLAB_STEP;
    if (!this.#hasRoom(size)) {
      // Free slabs that are too small make way.
      for (const slab of this.#slabs) if (slab !== undefined && !this.#isHeld(slab)) this.#slabs[slab.index] = undefined;
      const noneHeld = this.#slabs.every((slab) => slab === undefined);
      if (!noneHeld && !this.#hasRoom(size)) return undefined;
    }
    const hole = this.#slabs.indexOf(undefined);
    const index = hole < 0 ? this.#slabs.length : hole;
    const memory = new SharedArrayBuffer(size);
    const slab: Slab = { index, memory, bytes: new Uint8Array(memory), announced: false };
    this.#slabs[index] = slab;
    return slab;
  }

  #hasRoom(size: number): boolean {
    const made = this.#slabs.filter((slab) => slab !== undefined);
    const total = made.reduce((sum, slab) => sum + slab.bytes.length, 0);
    return made.length < SLABS_MAX && total + size <= this.#totalBytesMax;
  }

  #sleep(released: number): void {
    // Waiting is not running: it must not count against the job's time limit.
    const current = Atomics.load(this.#control, CONTROL_CURRENT);
    Atomics.store(this.#control, CONTROL_CURRENT, current & ~1);
    Atomics.wait(this.#control, CONTROL_RELEASED, released);
    Atomics.store(this.#control, CONTROL_CURRENT, current);
  }
}
