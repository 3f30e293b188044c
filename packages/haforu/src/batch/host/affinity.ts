// Which worker a line would like: jobs of one font go to one worker, so that a font is loaded once; a font with more
// jobs than one worker can do is shared, by its instances. What a line names is found by looking for bytes, not by
// reading JSON: a wrong guess costs a font load, never a wrong result.

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSING_BRACE = 125;
/** Fonts share buckets; enough of them that moving one moves few fonts. A power of two. */
const BUCKETS = 1024;
/** Bytes of a value that are looked at; folders of fonts differ late, so the whole of a usual path. */
const VALUE_BYTES_MAX = 512;
/** Between a key and its string: a colon and white space. */
const GAP_MAX = 16;
/** A font that left its worker this often, because another was idle, is one that needs several. More moves would only
 * load more instances twice before the sharing begins. */
const MOVES_BEFORE_SHARING = 1;

/** A key that a line has not is looked for again after so many lines: most lines are alike, and searching one to its end takes longer than all else that is done with it here. */
const LINES_WITHOUT = 15;

const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** The values of a key in one line after another: looked for first where the last line had it. */
class KeyValues {
  readonly #key: Buffer;
  /** What a value ends with, where no backslash is before: QUOTE of a string, CLOSING_BRACE of an object. */
  readonly #last: number;
  /** From the line's start to the key, in the last line that had it. */
  #offset = 0;
  /** Lines that are taken to have none. */
  #without = 0;

  constructor(name: string, last: number) {
    this.#key = Buffer.from(`"${name}"`);
    this.#last = last;
  }

  /** FNV-1a of the key's value in the line [start, end); HASH_START where there is none. */
  hash(bytes: Buffer, start: number, end: number): number {
    let hash = HASH_START;
    if (!this.#find(bytes, start, end)) return hash;
    const last = this.#last;
    let at = start + this.#offset + this.#key.length;
    if (last === QUOTE) {
      for (const gapEnd = Math.min(end, at + GAP_MAX); at < gapEnd && bytes[at] !== QUOTE; ) at += 1;
      at += 1;
    }
    for (const valueEnd = Math.min(end, at + VALUE_BYTES_MAX); at < valueEnd; at += 1) {
      const byte = bytes[at] as number;
      if (byte === last && bytes[at - 1] !== BACKSLASH) break;
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
    }
    return hash;
  }

  /** Whether the line has the key, then at #offset. */
  #find(bytes: Buffer, start: number, end: number): boolean {
    if (this.#isAt(bytes, start + this.#offset, end)) return true;
    if (this.#without > 0) {
      this.#without -= 1;
      return false;
    }
    const found = bytes.subarray(start, end).indexOf(this.#key);
    if (found < 0) this.#without = LINES_WITHOUT;
    else this.#offset = found;
    return found >= 0;
  }

  #isAt(bytes: Buffer, at: number, end: number): boolean {
    const key = this.#key;
    if (at + key.length > end) return false;
    for (let index = 0; index < key.length; index += 1) if (bytes[at + index] !== key[index]) return false;
    return true;
  }
}

export class Affinity {
  readonly #slots: number;
  readonly #slotOf: Uint16Array = new Uint16Array(BUCKETS);
  readonly #moves: Uint8Array = new Uint8Array(BUCKETS);
  /** What names a font, and what names its instance. */
  readonly #keys: readonly KeyValues[] = [new KeyValues("path", QUOTE), new KeyValues("variations", CLOSING_BRACE), new KeyValues("instance", QUOTE)];
  #bucket = 0;
  /** Whether several workers have the font of the job asked for last. */
  shared = false;

  constructor(slots: number) {
    this.#slots = slots;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.#slotOf[bucket] = bucket % slots;
  }

  /** The worker for the job in [start, end) of `bytes`. */
  slot(bytes: Buffer, start: number, end: number): number {
    let mixed = 0;
    for (let index = 0; index < this.#keys.length; index += 1) {
      const hash = (this.#keys[index] as KeyValues).hash(bytes, start, end);
      if (index === 0) {
        this.#bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1);
        this.shared = (this.#moves[this.#bucket] as number) >= MOVES_BEFORE_SHARING;
        if (!this.shared) return this.#slotOf[this.#bucket] as number;
      }
      mixed = Math.imul(mixed ^ hash, 0x9e3779b1);
    }
    return (mixed >>> 16) % this.#slots;
  }

  /** The font of the job asked for last goes to `slot` instead, because its worker is busy and that one idle. */
  move(slot: number): void {
    if (this.shared) return;
    this.#moves[this.#bucket] = (this.#moves[this.#bucket] as number) + 1;
    this.#slotOf[this.#bucket] = slot;
  }
}
