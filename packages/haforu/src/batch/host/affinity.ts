// Which worker a line would like: jobs of one font go to one worker, so that a font is loaded once. The font's path
// is found by looking for its bytes, not by reading JSON: a wrong guess costs a font load, never a wrong result.

const PATH_KEY: Buffer = Buffer.from('"path"');
const QUOTE = 34;
const BACKSLASH = 92;
/** Fonts share buckets; enough of them that moving one moves few fonts. A power of two. */
const BUCKETS = 1024;
/** Bytes of a path that are looked at; folders of fonts differ late, so the whole of a usual path. */
const PATH_BYTES_MAX = 512;
/** Between the key and the value: a colon and white space. */
const GAP_MAX = 16;

export class Affinity {
  readonly #slotOf: Uint16Array = new Uint16Array(BUCKETS);
  #searched: Buffer | undefined;
  /** The first key at or after the last place looked from: each byte of a buffer is searched once. */
  #keyAt = -1;

  constructor(slots: number) {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.#slotOf[bucket] = bucket % slots;
  }

  /** The bucket of the font named in [start, end) of `bytes`; 0 where none is seen. */
  bucket(bytes: Buffer, start: number, end: number): number {
    if (this.#searched !== bytes || (this.#keyAt >= 0 && this.#keyAt < start)) {
      this.#searched = bytes;
      const found = bytes.indexOf(PATH_KEY, start);
      this.#keyAt = found < 0 ? bytes.length : found;
    }
    if (this.#keyAt >= end) return 0;
    let at = this.#keyAt + PATH_KEY.length;
    const gapEnd = Math.min(end, at + GAP_MAX);
    while (at < gapEnd && bytes[at] !== QUOTE) at += 1;
    const valueEnd = Math.min(end, at + PATH_BYTES_MAX);
    let hash = 0x811c9dc5;
    for (at += 1; at < valueEnd; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE && bytes[at - 1] !== BACKSLASH) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
  }

  slot(bucket: number): number {
    return this.#slotOf[bucket] as number;
  }

  move(bucket: number, slot: number): void {
    this.#slotOf[bucket] = slot;
  }
}
