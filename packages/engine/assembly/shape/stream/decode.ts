// UTF-8 bytes into a stream's carry, with sequences that are split between pushes joined. Ill-formed parts become U+FFFD as in text/utf8.ts
// (one for each maximal part: Unicode 15, section 3.9, table 3-7) and are counted for a warning.
import { heldAt, Stream } from "./state";

const REPLACEMENT: u32 = 0xfffd;

/** Takes bytes until they are used up or the carry holds `limit` code points (there is room for them). Returns the bytes taken. */
export function take(s: Stream, p: usize, bytes: u32, limit: u32): u32 {
  const end = p + bytes;
  let at = p;
  while (at < end && s.held < limit) {
    if (s.partialMore == 0) {
      // a stretch of ASCII
      let out = heldAt(s, s.held);
      const stop = min(end, at + <usize>(limit - s.held));
      const first = at;
      while (at < stop) {
        const byte = <u32>load<u8>(at);
        if (byte >= 0x80) break;
        store<u32>(out, byte);
        out += 4;
        at++;
      }
      s.held += <u32>(at - first);
      if (at == stop) continue;
      lead(s, <u32>load<u8>(at++));
      continue;
    }
    const byte = <u32>load<u8>(at);
    if (byte < s.partialLow || byte > s.partialHigh) {
      // the part ends before this byte, which begins anew
      s.partialMore = 0;
      replace(s);
      continue;
    }
    at++;
    s.partial = (s.partial << 6) | (byte & 0x3f);
    s.partialLow = 0x80;
    s.partialHigh = 0xbf;
    if (--s.partialMore == 0) put(s, s.partial);
  }
  return <u32>(at - p);
}

/** At the end of the text: a sequence that did not come to its end. There is room for one code point. */
export function takeEnd(s: Stream): void {
  if (s.partialMore == 0) return;
  s.partialMore = 0;
  replace(s);
}

// the range of the second byte depends on the first: no overlong forms, no surrogates, nothing over U+10FFFF
function lead(s: Stream, byte: u32): void {
  s.partialLow = 0x80;
  s.partialHigh = 0xbf;
  if (byte >= 0xc2 && byte <= 0xdf) {
    s.partial = byte & 0x1f;
    s.partialMore = 1;
  } else if (byte >= 0xe0 && byte <= 0xef) {
    s.partial = byte & 0x0f;
    s.partialMore = 2;
    if (byte == 0xe0) s.partialLow = 0xa0;
    if (byte == 0xed) s.partialHigh = 0x9f;
  } else if (byte >= 0xf0 && byte <= 0xf4) {
    s.partial = byte & 0x07;
    s.partialMore = 3;
    if (byte == 0xf0) s.partialLow = 0x90;
    if (byte == 0xf4) s.partialHigh = 0x8f;
  } else replace(s);
}

function replace(s: Stream): void {
  if (s.malformed == 0) s.malformedAt = s.base + <f64>s.held;
  s.malformed++;
  s.invalid++;
  put(s, REPLACEMENT);
}

function put(s: Stream, codePoint: u32): void {
  store<u32>(heldAt(s, s.held), codePoint);
  s.held++;
}
