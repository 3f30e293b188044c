// Base64 (RFC 4648, section 4, with padding) and lower-case hexadecimal, from memory into the output buffer.
// 12 bytes become 16 letters in one v128: a byte shuffle, four shifts, and the letter by range (Muła and Lemire, "Faster Base64 Encoding
// and Decoding using AVX2 Instructions", 2018). A table of 4,096 letter pairs was measured in the same run (bench/encode.mjs) and lost.
import { outAdvanceTo, outCursor, outReserve } from "./out";

/** What to add to a 6-bit value, by the range it is in: a–z, 0–9 (ten times), +, /, A–Z. */
// @ts-ignore: decorator
@inline
function letters(sixBits: v128): v128 {
  const offsets = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
  // 0 for 0..51, 1..12 for 52..63; then 13 for 0..25
  const range = i8x16.sub_sat_u(sixBits, i8x16.splat(51));
  const upper = v128.and(i8x16.lt_u(sixBits, i8x16.splat(26)), i8x16.splat(13));
  return i8x16.add(sixBits, i8x16.swizzle(offsets, v128.or(range, upper)));
}

/** The 16 letters of the first 12 bytes of `block`. */
// @ts-ignore: decorator
@inline
function encode12(block: v128): v128 {
  // each lane: b0 << 16 | b1 << 8 | b2
  const words = v128.shuffle<i8>(block, block, 2, 1, 0, 0, 5, 4, 3, 3, 8, 7, 6, 6, 11, 10, 9, 9);
  const first = v128.and(i32x4.shr_u(words, 18), i32x4.splat(0x3f));
  const second = v128.and(i32x4.shr_u(words, 4), i32x4.splat(0x3f00));
  const third = v128.and(i32x4.shl(words, 10), i32x4.splat(0x3f0000));
  const fourth = v128.and(i32x4.shl(words, 24), i32x4.splat(0x3f000000));
  return letters(v128.or(v128.or(first, second), v128.or(third, fourth)));
}

/** Letters that `length` bytes take, padding included. */
// @ts-ignore: decorator
@inline
export function base64Length(length: usize): usize {
  return ((length + 2) / 3) << 2;
}

/** Appends `length` bytes as base64, without quotes. */
export function putBase64(bytes: usize, length: usize): void {
  if (!outReserve(base64Length(length))) return;
  outAdvanceTo(writeBase64(outCursor(), bytes, length));
}

/** Writes base64 at `at` (room for base64Length(length)); the byte behind it. Padding only where `length` is no multiple of 3. */
export function writeBase64(at: usize, bytes: usize, length: usize): usize {
  const end = bytes + length;
  while (end - bytes >= 28) { // reads 28 bytes, uses 24
    v128.store(at, encode12(v128.load(bytes)));
    v128.store(at, encode12(v128.load(bytes, 12)), 16);
    bytes += 24;
    at += 32;
  }
  while (end - bytes >= 3) {
    at = writeThree(at, <u32>load<u8>(bytes) << 16 | <u32>load<u8>(bytes, 1) << 8 | <u32>load<u8>(bytes, 2));
    bytes += 3;
  }
  if (end == bytes) return at;
  const two = end - bytes == 2;
  writeThree(at, <u32>load<u8>(bytes) << 16 | (two ? <u32>load<u8>(bytes, 1) << 8 : 0));
  store<u8>(at, 0x3d, 3); // "="
  if (!two) store<u8>(at, 0x3d, 2);
  return at + 4;
}

/** Writes the four letters of a 24-bit group. */
// @ts-ignore: decorator
@inline
function writeThree(at: usize, group: u32): usize {
  const sixBits = (group >> 18) | ((group >> 4) & 0x3f00) | ((group << 10) & 0x3f0000) | ((group << 24) & 0x3f000000);
  store<u32>(at, i32x4.extract_lane(letters(i32x4.splat(sixBits)), 0));
  return at + 4;
}

/** Appends `length` bytes as lower-case hexadecimal, two letters a byte. */
export function putHex(bytes: usize, length: usize): void {
  if (!outReserve(length << 1)) return;
  let at = outCursor();
  for (const end = bytes + length; bytes < end; bytes++) {
    const byte = <u32>load<u8>(bytes);
    store<u8>(at, hexLetter(byte >> 4));
    store<u8>(at, hexLetter(byte & 15), 1);
    at += 2;
  }
  outAdvanceTo(at);
}

// @ts-ignore: decorator
@inline
function hexLetter(value: u32): u8 {
  return <u8>(value < 10 ? 0x30 + value : 0x57 + value);
}
