// SHA-256 (FIPS 180-4) of a stretch of memory. One message at a time; no allocation.
// The names are the standard's: Σ0 Σ1 (sections 4.1.2), σ0 σ1, Ch, Maj, K, W.

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
  0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
  0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
  0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
  0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2]);

/** W + K of one block, the eight words of the state, and room for the last one or two blocks. */
const W: usize = memory.data(256, 16);
const state: usize = memory.data(32, 16);
const tail: usize = memory.data(128, 16);
const BLOCK_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
function bigSigma0(x: u32): u32 { return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22); }
// @ts-ignore: decorator
@inline
function bigSigma1(x: u32): u32 { return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25); }
// @ts-ignore: decorator
@inline
function choose(e: u32, f: u32, g: u32): u32 { return g ^ (e & (f ^ g)); }
// @ts-ignore: decorator
@inline
function majority(a: u32, b: u32, c: u32): u32 { return (a & b) | (c & (a | b)); }
// @ts-ignore: decorator
@inline
function smallSigma0(x: v128): v128 {
  return v128.xor(v128.xor(v128.or(i32x4.shr_u(x, 7), i32x4.shl(x, 25)), v128.or(i32x4.shr_u(x, 18), i32x4.shl(x, 14))), i32x4.shr_u(x, 3));
}
// @ts-ignore: decorator
@inline
function smallSigma1(x: v128): v128 {
  return v128.xor(v128.xor(v128.or(i32x4.shr_u(x, 17), i32x4.shl(x, 15)), v128.or(i32x4.shr_u(x, 19), i32x4.shl(x, 13))), i32x4.shr_u(x, 10));
}
// @ts-ignore: decorator
@inline
function bigEndian(x: v128): v128 {
  return v128.shuffle<i8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** SHA-256 of `length` bytes; 32 bytes go to `out`, most significant first. */
export function sha256(bytes: usize, length: usize, out: usize): void {
  v128.store(state, i32x4(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a));
  v128.store(state, i32x4(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19), 16);
  const whole = length / BLOCK_BYTES;
  compress(bytes, whole);
  // The padding (section 5.1.1): 0x80, zeros, the length in bits as a big-endian u64; one block, or two where 56 bytes or more are left.
  const left = length - whole * BLOCK_BYTES;
  memory.fill(tail, 0, 128);
  memory.copy(tail, bytes + whole * BLOCK_BYTES, left);
  store<u8>(tail + left, 0x80);
  const blocks: usize = left < 56 ? 1 : 2;
  store<u64>(tail + blocks * BLOCK_BYTES - 8, bswap<u64>(<u64>length << 3));
  compress(tail, blocks);
  v128.store(out, bigEndian(v128.load(state)));
  v128.store(out, bigEndian(v128.load(state, 16)), 16);
}

/** The next four words of the schedule from the last sixteen (section 6.2.2, step 1). */
// @ts-ignore: decorator
@inline
function schedule(w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  // W[t-15] and W[t-7] straddle two vectors
  const sum = i32x4.add(i32x4.add(w0, smallSigma0(v128.shuffle<i32>(w0, w1, 1, 2, 3, 4))), v128.shuffle<i32>(w2, w3, 1, 2, 3, 4));
  // W[t-2]: the two upper words depend on the two lower ones
  const zero = i32x4.splat(0);
  const low = i32x4.add(sum, v128.shuffle<i32>(smallSigma1(w3), zero, 2, 3, 4, 5));
  return i32x4.add(low, v128.shuffle<i32>(zero, smallSigma1(low), 0, 1, 4, 5));
}

/** Takes `blocks` blocks of 64 bytes into the state. */
function compress(bytes: usize, blocks: usize): void {
  let h0 = load<u32>(state), h1 = load<u32>(state, 4), h2 = load<u32>(state, 8), h3 = load<u32>(state, 12);
  let h4 = load<u32>(state, 16), h5 = load<u32>(state, 20), h6 = load<u32>(state, 24), h7 = load<u32>(state, 28);
  for (; blocks != 0; blocks--) {
    let w0 = bigEndian(v128.load(bytes));
    let w1 = bigEndian(v128.load(bytes, 16));
    let w2 = bigEndian(v128.load(bytes, 32));
    let w3 = bigEndian(v128.load(bytes, 48));
    let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    for (let t: usize = 0; t < 256; t += 64) {
      v128.store(W, i32x4.add(w0, v128.load(K + t)));
      v128.store(W, i32x4.add(w1, v128.load(K + t, 16)), 16);
      v128.store(W, i32x4.add(w2, v128.load(K + t, 32)), 32);
      v128.store(W, i32x4.add(w3, v128.load(K + t, 48)), 48);
      if (t < 192) {
        w0 = schedule(w0, w1, w2, w3);
        w1 = schedule(w1, w2, w3, w0);
        w2 = schedule(w2, w3, w0, w1);
        w3 = schedule(w3, w0, w1, w2);
      }
      // Two times eight rounds: after eight the eight names stand where they stood, so nothing is moved.
      for (let p = W; p < W + 64; p += 32) {
        h += bigSigma1(e) + choose(e, f, g) + load<u32>(p); d += h; h += bigSigma0(a) + majority(a, b, c);
        g += bigSigma1(d) + choose(d, e, f) + load<u32>(p, 4); c += g; g += bigSigma0(h) + majority(h, a, b);
        f += bigSigma1(c) + choose(c, d, e) + load<u32>(p, 8); b += f; f += bigSigma0(g) + majority(g, h, a);
        e += bigSigma1(b) + choose(b, c, d) + load<u32>(p, 12); a += e; e += bigSigma0(f) + majority(f, g, h);
        d += bigSigma1(a) + choose(a, b, c) + load<u32>(p, 16); h += d; d += bigSigma0(e) + majority(e, f, g);
        c += bigSigma1(h) + choose(h, a, b) + load<u32>(p, 20); g += c; c += bigSigma0(d) + majority(d, e, f);
        b += bigSigma1(g) + choose(g, h, a) + load<u32>(p, 24); f += b; b += bigSigma0(c) + majority(c, d, e);
        a += bigSigma1(f) + choose(f, g, h) + load<u32>(p, 28); e += a; a += bigSigma0(b) + majority(b, c, d);
      }
    }
    h0 += a; h1 += b; h2 += c; h3 += d; h4 += e; h5 += f; h6 += g; h7 += h;
    bytes += BLOCK_BYTES;
  }
  store<u32>(state, h0); store<u32>(state, h1, 4); store<u32>(state, h2, 8); store<u32>(state, h3, 12);
  store<u32>(state, h4, 16); store<u32>(state, h5, 20); store<u32>(state, h6, 24); store<u32>(state, h7, 28);
}
