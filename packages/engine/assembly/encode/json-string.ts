// Bytes to JSON strings, quotes and escapes included, into the output buffer: what JSON.stringify(new TextDecoder().decode(bytes)) would give.
// '"' and '\' are escaped, \b \t \n \f \r by their letters, other bytes under 0x20 as \u00XX; everything else stays as it is, U+2028 and U+2029 too.
// Invalid UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 15, section 3.9, as the WHATWG decoder has it).
import { outAdvanceTo, outCursor, outReserve } from "./out";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
/** Input is taken in slices, so that the worst case (\u00XX, six bytes for one) is reserved for a slice and not for the whole. */
const SLICE_BYTES: usize = 16384;
const WORST_GROWTH: usize = 6;

/** What follows the backslash for the bytes 0x00–0x1f; 'u' stands for \u00XX. */
const ESCAPES: usize = memory.data<u8>([
  117, 117, 117, 117, 117, 117, 117, 117, 98, 116, 110, 117, 102, 114, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117, 117,
]);

/** Appends `length` bytes of UTF-8 as a JSON string. */
export function putJsonString(bytes: usize, length: usize): void {
  if (!outReserve(2)) return;
  store<u8>(outCursor(), QUOTE);
  outAdvanceTo(outCursor() + 1);
  const end = bytes + length;
  let from = bytes;
  while (from < end) {
    const sliceEnd = min(end, from + SLICE_BYTES);
    // a character that begins in the slice may end up to 3 bytes behind it
    if (!outReserve((sliceEnd - from + 4) * WORST_GROWTH + 1)) return;
    from = putSlice(from, sliceEnd, end);
  }
  if (!outReserve(1)) return;
  store<u8>(outCursor(), QUOTE);
  outAdvanceTo(outCursor() + 1);
}

/** Writes the characters that begin before `sliceEnd`; where the next one begins. */
function putSlice(from: usize, sliceEnd: usize, end: usize): usize {
  let at = outCursor();
  while (from < sliceEnd) {
    // 16 plain ASCII bytes at a time; the store may spoil what lies behind the cursor, which is reserved
    while (sliceEnd - from >= 16) {
      const chunk = v128.load(from);
      const special = v128.or(v128.or(i8x16.lt_s(chunk, i8x16.splat(0x20)), i8x16.eq(chunk, i8x16.splat(0x22))), i8x16.eq(chunk, i8x16.splat(0x5c)));
      v128.store(at, chunk);
      if (v128.any_true(special)) {
        const plain = <usize>ctz(i8x16.bitmask(special));
        from += plain;
        at += plain;
        break;
      }
      from += 16;
      at += 16;
    }
    if (from >= sliceEnd) break;
    const byte = <u32>load<u8>(from);
    if (byte >= 0x80) {
      const taken = wellFormed(from, end);
      if (taken > 0) {
        for (let i: usize = 0; i < <usize>taken; i++) store<u8>(at + i, load<u8>(from + i));
        at += <usize>taken;
        from += <usize>taken;
      } else {
        store<u8>(at, 0xef);
        store<u8>(at, 0xbf, 1);
        store<u8>(at, 0xbd, 2);
        at += 3;
        from += <usize>-taken;
      }
    } else if (byte >= 0x20 && byte != QUOTE && byte != BACKSLASH) {
      store<u8>(at, <u8>byte);
      at += 1;
      from += 1;
    } else {
      at = putEscape(at, byte);
      from += 1;
    }
  }
  outAdvanceTo(at);
  return from;
}

function putEscape(at: usize, byte: u32): usize {
  store<u8>(at, BACKSLASH);
  if (byte >= 0x20) {
    store<u8>(at, <u8>byte, 1);
    return at + 2;
  }
  const letter = load<u8>(ESCAPES + byte);
  store<u8>(at, letter, 1);
  if (letter != 0x75) return at + 2;
  const low = byte & 15;
  store<u16>(at, 0x3030, 2); // "00"
  store<u8>(at, <u8>(0x30 + (byte >> 4)), 4);
  store<u8>(at, <u8>(low < 10 ? 0x30 + low : 0x57 + low), 5);
  return at + 6;
}

/**
 * Bytes of the well-formed sequence at `from` (lead byte ≥ 0x80), or minus the length of the maximal ill-formed subpart.
 * The second byte's range by lead byte is table 3-7 of the Unicode Standard.
 */
function wellFormed(from: usize, end: usize): i32 {
  const lead = <u32>load<u8>(from);
  if (lead < 0xc2 || lead > 0xf4) return -1;
  if (end - from < 2) return -1;
  const second = <u32>load<u8>(from, 1);
  const low: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const high: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return -1;
  if (lead < 0xe0) return 2;
  if (end - from < 3 || (load<u8>(from, 2) & 0xc0) != 0x80) return -2;
  if (lead < 0xf0) return 3;
  if (end - from < 4 || (load<u8>(from, 3) & 0xc0) != 0x80) return -3;
  return 4;
}
