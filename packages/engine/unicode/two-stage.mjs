// One byte for each code point in, a two-stage table out: blocks of 2^shift code points, equal ones kept once, and the number of each block.
// The block size is the one that takes the least memory. Knows nothing of what the bytes mean.

export const CODE_POINTS = 0x110000;

/** @param {Uint8Array} values one a code point */
export function cheapest(values) {
  let end = CODE_POINTS;
  while (end > 1 && values[end - 2] === values[CODE_POINTS - 1]) end--;
  let best;
  for (let shift = 4; shift <= 8; shift++) {
    const made = stages(values, shift, end);
    if (best === undefined || made.bytes < best.bytes) best = made;
  }
  return best;
}

function stages(values, shift, until) {
  const size = 1 << shift;
  const end = Math.min(CODE_POINTS - 1, (until + size - 1) & ~(size - 1));
  const known = new Map();
  const index = [];
  const blocks = [];
  for (let start = 0; start < end; start += size) {
    const block = values.subarray(start, start + size);
    const key = block.join();
    let number = known.get(key);
    if (number === undefined) {
      number = known.size;
      known.set(key, number);
      blocks.push(...block);
    }
    index.push(number);
  }
  return { shift, index, blocks, end, bytes: index.length * (known.size > 256 ? 2 : 1) + blocks.length };
}
