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

/** Finds a key in one line after another; each byte of a buffer is searched once. Most lines are alike: it is looked for where the last one had it first. */
class KeyFinder {
  readonly #key: Buffer;
  #searched: Buffer | undefined;
  /** The first key at or after the last place looked from. */
  #at = -1;
  /** From the line's start to the key, in the last line that had it. */
  #offset = 0;

  constructor(name: string) {
    this.#key = Buffer.from(`"${name}"`);
  }

  /** The place behind the key in [start, end), or -1. */
  after(bytes: Buffer, start: number, end: number): number {
    if (this.#isAt(bytes, start + this.#offset, end)) return start + this.#offset + this.#key.length;
    if (this.#searched !== bytes || this.#at < start) {
      this.#searched = bytes;
      const found = bytes.indexOf(this.#key, start);
      this.#at = found < 0 ? bytes.length : found;
    }
    if (this.#at >= end) return -1;
    this.#offset = this.#at - start;
    return this.#at + this.#key.length;
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
  readonly #path: KeyFinder = new KeyFinder("path");
  readonly #variations: KeyFinder = new KeyFinder("variations");
  readonly #instance: KeyFinder = new KeyFinder("instance");
  #bucket = 0;
  /** Whether several workers have the font of the job asked for last. */
  shared = false;

  constructor(slots: number) {
    this.#slots = slots;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) this.#slotOf[bucket] = bucket % slots;
  }

  /** The worker for the job in [start, end) of `bytes`. */
  slot(bytes: Buffer, start: number, end: number): number {
    const hash = hashString(bytes, this.#path.after(bytes, start, end), end);
    this.#bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1);
    this.shared = (this.#moves[this.#bucket] as number) >= MOVES_BEFORE_SHARING;
    if (!this.shared) return this.#slotOf[this.#bucket] as number;
    const axes = hashTo(bytes, this.#variations.after(bytes, start, end), end, CLOSING_BRACE);
    const name = hashString(bytes, this.#instance.after(bytes, start, end), end);
    const mixed = Math.imul(hash ^ axes ^ Math.imul(name, HASH_FACTOR), 0x9e3779b1) >>> 0;
    return (mixed >>> 16) % this.#slots;
  }

  /** The font of the job asked for last goes to `slot` instead, because its worker is busy and that one idle. */
  move(slot: number): void {
    if (this.shared) return;
    this.#moves[this.#bucket] = (this.#moves[this.#bucket] as number) + 1;
    this.#slotOf[this.#bucket] = slot;
  }
}

const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** FNV-1a of the string that begins soon after `from`. */
function hashString(bytes: Buffer, from: number, end: number): number {
  if (from < 0) return HASH_START;
  let at = from;
  const gapEnd = Math.min(end, from + GAP_MAX);
  while (at < gapEnd && bytes[at] !== QUOTE) at += 1;
  return hashTo(bytes, at + 1, end, QUOTE);
}

/** FNV-1a of what lies between `from` and the next `last` that no backslash is before. */
function hashTo(bytes: Buffer, from: number, end: number, last: number): number {
  if (from < 0) return HASH_START;
  const valueEnd = Math.min(end, from + VALUE_BYTES_MAX);
  let hash = HASH_START;
  for (let at = from; at < valueEnd; at += 1) {
    const byte = bytes[at] as number;
    if (byte === last && bytes[at - 1] !== BACKSLASH) break;
    hash = Math.imul(hash ^ byte, HASH_FACTOR);
  }
  return hash;
}
