// Where file contents lie between reading and writing: slabs that many files share, so that a small file costs no allocation, within a budget.
// Shared slabs are seen by all threads without a copy.

/** The first slab's size; each one is twice the one before, up to the last's. A large buffer for a small schema costs more in garbage collection than all reading. */
const FIRST_SLAB_BYTES: number = 256 * 1024;
/** A larger file gets a slab of its own. */
const LAST_SLAB_BYTES: number = 8 * 1024 * 1024;
/** What a build keeps of contents between reading and writing, over all threads. What is beyond is read twice. */
export const KEPT_BYTES: number = 512 * 1024 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Counts kept bytes over all threads: one 32-bit word in units of KiB. */
export class Budget {
  readonly #kib: Int32Array;
  readonly #limitKib: number;

  /** `kib` is one shared word. */
  constructor(kib: Int32Array, limitBytes: number) {
    this.#kib = kib;
    this.#limitKib = Math.floor(limitBytes / 1024);
  }

  /** Whether so much more may be kept; then it is counted. */
  take(bytes: number): boolean {
    const kib = Math.ceil(bytes / 1024);
    if (Atomics.add(this.#kib, 0, kib) + kib <= this.#limitKib) return true;
    Atomics.sub(this.#kib, 0, kib);
    return false;
  }
}

/** Hands out room at the end of a slab: `bytes` from `offset` on. Not thread-safe: each thread has its own. */
export class Slabs {
  readonly #shared: boolean;
  readonly #budget: Budget;
  #slabBytes: number;
  #slab: Buffer = NOTHING;
  #used = 0;
  #scratch: Buffer = NOTHING;
  /** Where the room lies that {@link room} gave last: fields and not a record, which would be one more object for every small file. */
  bytes: Buffer = NOTHING;
  offset = 0;
  /** Whether this room stays until the end of the build. */
  kept = false;

  /** `slabBytes` 0: each file gets memory of its own, which goes when the file's contents are no longer held. */
  constructor(budget: Budget, shared: boolean, slabBytes: number = FIRST_SLAB_BYTES) {
    this.#budget = budget;
    this.#shared = shared;
    this.#slabBytes = slabBytes;
  }

  /**
   * Finds room for `length` bytes. `wanted`: it shall stay, as far as the budget allows; call {@link keep} with what was used. Otherwise it is the scratch that the next call reuses.
   * @throws RangeError when the memory is not to be had.
   */
  room(length: number, wanted: boolean): void {
    const size = Math.max(this.#slabBytes, length);
    if (wanted && length > this.#slab.length - this.#used && this.#budget.take(size)) {
      this.#slab = this.#shared ? Buffer.from(new SharedArrayBuffer(size)) : Buffer.allocUnsafeSlow(size);
      this.#used = 0;
      this.#slabBytes = Math.min(this.#slabBytes * 2, LAST_SLAB_BYTES);
    }
    this.kept = wanted && length <= this.#slab.length - this.#used;
    if (!this.kept && this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(Math.max(length, FIRST_SLAB_BYTES));
    this.bytes = this.kept ? this.#slab : this.#scratch;
    this.offset = this.kept ? this.#used : 0;
  }

  keep(length: number): void {
    this.#used += length;
  }
}
