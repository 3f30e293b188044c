// Base64 (RFC 4648, section 4, with padding) and lower-case hexadecimal, from memory into the output buffer.
// 12 bytes become 16 letters in one v128: a byte shuffle, shifts and a multiplication, and the letter by range (Muła and Lemire, "Faster
// Base64 Encoding and Decoding using AVX2 Instructions", 2018). A table of 4,096 letter pairs took three times as long in the same run.
import { outAdvanceTo, outCursor, outReserve, outRun, RUN_MIN_BYTES } from "./out";

/**
 * The vectors of the loop, loaded once a call: V8 builds a v128.const anew at each use, which made the loop half as fast.
 * Masks and factors for four 6-bit values of a lane; what moves a 6-bit value's range to an index; what to add by that index
 * (0: a–z, 1–10: digits, 11: +, 12: /, 13: A–Z).
 */
const VECTORS: usize = memory.data<u32>([
  0x0000003f, 0x0000003f, 0x0000003f, 0x0000003f,
  0x003f0000, 0x003f0000, 0x003f0000, 0x003f0000,
  0x003f03f0, 0x003f03f0, 0x003f03f0, 0x003f03f0,
  0x01000010, 0x01000010, 0x01000010, 0x01000010,
  0x33333333, 0x33333333, 0x33333333, 0x33333333,
  0x1a1a1a1a, 0x1a1a1a1a, 0x1a1a1a1a, 0x1a1a1a1a,
  0x0d0d0d0d, 0x0d0d0d0d, 0x0d0d0d0d, 0x0d0d0d0d,
  0xfcfcfc47, 0xfcfcfcfc, 0xedfcfcfc, 0x000041f0], 16);

/** The sixteen 6-bit values of the first 12 bytes of `block`. */
// @ts-ignore: decorator
@inline
function sixBits(block: v128, first: v128, third: v128, rest: v128, factors: v128): v128 {
  // each lane, from its low byte: b1 b0 b2 b1; the first and third value are shifted into place, the second and fourth multiplied there
  const lanes = v128.shuffle<i8>(block, block, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  const shifted = v128.or(v128.and(i32x4.shr_u(lanes, 10), first), v128.and(i32x4.shr_u(lanes, 6), third));
  return v128.or(shifted, i16x8.mul(v128.and(lanes, rest), factors));
}

/** The letters of sixteen 6-bit values. */
// @ts-ignore: decorator
@inline
function letters(values: v128, fiftyOne: v128, twentySix: v128, thirteen: v128, offsets: v128): v128 {
  const range = v128.or(i8x16.sub_sat_u(values, fiftyOne), v128.and(i8x16.lt_s(values, twentySix), thirteen));
  return i8x16.add(values, i8x16.swizzle(offsets, range));
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

/** Writes the letters of `blocks` times 24 bytes; reads 4 bytes more than that. */
function writeBlocks(at: usize, bytes: usize, blocks: usize): usize {
  const first = v128.load(VECTORS), third = v128.load(VECTORS, 16), rest = v128.load(VECTORS, 32), factors = v128.load(VECTORS, 48);
  const fiftyOne = v128.load(VECTORS, 64), twentySix = v128.load(VECTORS, 80), thirteen = v128.load(VECTORS, 96), offsets = v128.load(VECTORS, 112);
  for (const end = at + (blocks << 5); at < end; at += 32) {
    v128.store(at, letters(sixBits(v128.load(bytes), first, third, rest, factors), fiftyOne, twentySix, thirteen, offsets));
    v128.store(at, letters(sixBits(v128.load(bytes, 12), first, third, rest, factors), fiftyOne, twentySix, thirteen, offsets), 16);
    bytes += 24;
  }
  return at;
}

/** Writes base64 at `at` (room for base64Length(length)); the byte behind it. Padding only where `length` is no multiple of 3. */
export function writeBase64(at: usize, bytes: usize, length: usize): usize {
  const end = bytes + length;
  if (length >= 28) {
    const blocks = (length - 4) / 24;
    at = writeBlocks(at, bytes, blocks);
    bytes += blocks * 24;
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
function writeThree(at: usize, group: u32): usize {
  store<u8>(at, letter(group >> 18));
  store<u8>(at, letter((group >> 12) & 63), 1);
  store<u8>(at, letter((group >> 6) & 63), 2);
  store<u8>(at, letter(group & 63), 3);
  return at + 4;
}

// @ts-ignore: decorator
@inline
function letter(value: u32): u8 {
  return <u8>(value < 26 ? value + 65 : value < 52 ? value + 71 : value < 62 ? value - 4 : value == 62 ? 43 : 47);
}

/** Bytes looked at together for being blank: 64 letters. */
export const SPARSE_BYTES: usize = 48;

/**
 * As writeBase64, for bytes of which most are `blank` (0 or 255): stretches of them are recognised and their letters, 'A' or '/', stored or left out (outRun).
 * Bytes up to `readable` may be read; with four behind `length`, a multiple of SPARSE_BYTES takes vectors alone.
 */
export function writeBase64Sparse(at: usize, bytes: usize, length: usize, readable: usize, blank: u8): usize {
  const end = bytes + length;
  const blanks = i8x16.splat(<i8>blank);
  const blankLetter: u8 = blank == 0 ? 0x41 : 0x2f;
  const blankLetters = i8x16.splat(<i8>blankLetter);
  while (end - bytes >= SPARSE_BYTES) {
    let from = bytes;
    while (end - bytes >= SPARSE_BYTES && allEqual(bytes, blanks)) bytes += SPARSE_BYTES;
    const blankCount = (bytes - from) / SPARSE_BYTES << 6;
    if (blankCount >= RUN_MIN_BYTES) at = outRun(at, blankLetter, blankCount);
    else {
      for (const blanksEnd = at + blankCount; at < blanksEnd; at += 64) {
        v128.store(at, blankLetters);
        v128.store(at, blankLetters, 16);
        v128.store(at, blankLetters, 32);
        v128.store(at, blankLetters, 48);
      }
    }
    from = bytes;
    while (end - bytes >= SPARSE_BYTES && !allEqual(bytes, blanks)) bytes += SPARSE_BYTES;
    // writeBlocks reads 4 bytes further: only where they are part of the input
    at = readable - bytes >= 4 ? writeBlocks(at, from, (bytes - from) / 24) : writeBase64(at, from, bytes - from);
  }
  return writeBase64(at, bytes, end - bytes);
}

// @ts-ignore: decorator
@inline
function allEqual(bytes: usize, value: v128): bool {
  const differ = v128.or(v128.or(v128.xor(v128.load(bytes), value), v128.xor(v128.load(bytes, 16), value)), v128.xor(v128.load(bytes, 32), value));
  return !v128.any_true(differ);
}

/** Appends base64 of `length` bytes of a canvas whose blank bytes are `blank` (0 or 255). The same letters as putBase64's, sooner. */
export function putCanvasBase64(bytes: usize, length: usize, blank: u32): void {
  if (!outReserve(base64Length(length))) return;
  outAdvanceTo(writeBase64Sparse(outCursor(), bytes, length, bytes + length, <u8>blank));
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
