// UTF-8 bytes in, code points out. Bad bytes become U+FFFD, one for each maximal ill-formed part (Unicode 15, section 3.9, table 3-7),
// so that the number of code points is the same as in a TextDecoder. Knows nothing of fonts or jobs.

/** How many ill-formed parts the last call of decodeUtf8 replaced. */
export let replacedParts: u32 = 0;

/**
 * Decodes `bytes` bytes at `p` into u32 code points at `out` (room for `bytes` code points: a byte makes at most one).
 * Returns the number of code points.
 */
export function decodeUtf8(p: usize, bytes: usize, out: usize): u32 {
  const end = p + bytes;
  const first = out;
  replacedParts = 0;
  while (p < end) {
    const lead = <u32>load<u8>(p++);
    if (lead < 0x80) {
      store<u32>(out, lead);
      out += 4;
      continue;
    }
    let value: u32 = 0xfffd;
    let more = 0;
    let low: u32 = 0x80; // the range of the second byte depends on the first: no overlong forms, no surrogates, nothing over U+10FFFF
    let high: u32 = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      value = lead & 0x1f;
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      value = lead & 0x0f;
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      value = lead & 0x07;
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else {
      replacedParts++;
    }
    while (more > 0) {
      const byte: u32 = p < end ? <u32>load<u8>(p) : 0;
      if (byte < low || byte > high) {
        value = 0xfffd;
        replacedParts++;
        break;
      }
      value = (value << 6) | (byte & 0x3f);
      low = 0x80;
      high = 0xbf;
      p++;
      more--;
    }
    store<u32>(out, value);
    out += 4;
  }
  return <u32>((out - first) >> 2);
}
