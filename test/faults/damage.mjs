// Damaged fonts, seeded: cut short, bits flipped, words overwritten with values that matter (0, 0xffff, large offsets). Knows nothing of what reads them.

/** A generator of 32-bit numbers, the same for the same seed on every machine (xorshift). */
export function random(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const WORDS = [0x0000, 0x0001, 0x7fff, 0x8000, 0xffff, 0xfffe];

/**
 * A damaged copy of a font and what was done to it.
 * @param {Uint8Array} font
 * @param {number} seed
 */
export function damage(font, seed) {
  const next = random(seed);
  const kind = next(4);
  if (kind === 0) {
    const length = next(font.length);
    // Up to three bytes at a font's end are padding: without them it is still whole.
    return { bytes: font.slice(0, length), what: `cut to ${length} of ${font.length} bytes`, cut: length < font.length - 3 };
  }
  const bytes = font.slice();
  // Most damage in the first kilobyte hits the directory and small tables; the rest is spread over the file.
  const place = () => (next(3) === 0 ? next(Math.min(1024, font.length)) : next(font.length));
  const changes = [];
  const count = 1 + next(kind === 1 ? 1 : 8);
  for (let i = 0; i < count; i++) {
    const at = place();
    if (kind === 3) {
      const value = WORDS[next(WORDS.length)];
      bytes[at] = value >> 8;
      if (at + 1 < bytes.length) bytes[at + 1] = value & 0xff;
      changes.push(`${at}:=${value.toString(16)}`);
    } else {
      const bit = next(8);
      bytes[at] ^= 1 << bit;
      changes.push(`${at}^${1 << bit}`);
    }
  }
  return { bytes, what: changes.join(" "), cut: false };
}
