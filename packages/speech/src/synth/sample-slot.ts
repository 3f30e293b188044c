// The memory through which a thread hands a chunk's samples to the host: one chunk at a time, written by the thread, copied by the host.
//
// A buffer that is sent with its message costs more memory than it holds: it comes from the allocator of the thread, is freed whenever the host's garbage is collected,
// and what the allocators of all threads keep for the next ones adds up (measured: 15 MB with two threads that speak single words).

/** Two seconds at 48 kHz in stereo, the most that a thread sends at once of a text that is wanted whole (192,000), and some. Of this only what is used takes memory. */
const SLOT_SAMPLES: number = 2 ** 18;
const HEAD_BYTES = 8;

export class SampleSlot {
  /** To be given to the thread. */
  readonly memory: SharedArrayBuffer;
  /** 1 from the message of the thread until the host has its copy. */
  readonly #full: Int32Array;

  /** @param memory another side's. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(HEAD_BYTES + SLOT_SAMPLES * Float32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#full = new Int32Array(memory, 0, 1);
  }

  /** The thread's: where that many samples may be written before `fill`, or undefined: the host has not taken what is there, or they are too many. */
  room(samples: number): Float32Array | undefined {
    return samples > SLOT_SAMPLES || Atomics.load(this.#full, 0) !== 0 ? undefined : this.#samples(samples);
  }

  /** The thread's, before it says how many there are. */
  fill(): void {
    Atomics.store(this.#full, 0, 1);
  }

  /** The host's: a copy; then the slot is free. */
  take(samples: number): Float32Array {
    const copy = this.#samples(samples).slice();
    Atomics.store(this.#full, 0, 0);
    return copy;
  }

  #samples(count: number): Float32Array {
    return new Float32Array(this.memory, HEAD_BYTES, count);
  }
}
