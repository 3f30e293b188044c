// Numbers as decimal text: f64 with at most 6 decimals, integers, and fixed-point values. Writes into the output buffer.
// Rounding is exact: the double's exact value goes to the nearest multiple of 10^-6, a tie away from zero (as ECMA-262's toFixed(6) does).
// No trailing zeros, no exponent, no "-0". NaN and infinities are not JSON: they become null and are counted.
import { outAdvanceTo, outCursor, outReserve } from "./out";

/** 2^1024 has 309 digits; a sign, a point and 6 decimals never come with that many. */
const NUMBER_MAX_BYTES: usize = 320;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u32 = 0x30;

const MICRO: u64 = 1000000;
const TWO_53: f64 = 9007199254740992;
const TWO_64: f64 = 18446744073709551616.0;
const TWO_75: f64 = 37778931862957161709568.0;
const TWO_MINUS_11: f64 = 0.00048828125;
const TWO_MINUS_22: f64 = 2.384185791015625e-7;

/** Base 10^9 limbs of the largest double: 309 digits / 9. */
const LIMBS: i32 = 35;
const limbs: usize = memory.data(144, 8);

/** "00" "01" … "99" */
const PAIRS: usize = memory.data<u8>([
  48,48,48,49,48,50,48,51,48,52,48,53,48,54,48,55,48,56,48,57,49,48,49,49,49,50,49,51,49,52,49,53,49,54,49,55,49,56,49,57,
  50,48,50,49,50,50,50,51,50,52,50,53,50,54,50,55,50,56,50,57,51,48,51,49,51,50,51,51,51,52,51,53,51,54,51,55,51,56,51,57,
  52,48,52,49,52,50,52,51,52,52,52,53,52,54,52,55,52,56,52,57,53,48,53,49,53,50,53,51,53,52,53,53,53,54,53,55,53,56,53,57,
  54,48,54,49,54,50,54,51,54,52,54,53,54,54,54,55,54,56,54,57,55,48,55,49,55,50,55,51,55,52,55,53,55,54,55,55,55,56,55,57,
  56,48,56,49,56,50,56,51,56,52,56,53,56,54,56,55,56,56,56,57,57,48,57,49,57,50,57,51,57,52,57,53,57,54,57,55,57,56,57,57]);

let nonFinite: u32 = 0;

/** How many NaNs and infinities were written as null since the last call; the count starts again at 0. */
export function takeNonFinite(): u32 {
  const count = nonFinite;
  nonFinite = 0;
  return count;
}

/** Appends a double with at most 6 decimals. */
export function putNumber(value: f64): void {
  if (!outReserve(NUMBER_MAX_BYTES)) return;
  outAdvanceTo(writeNumber(outCursor(), value));
}

/** Appends an integer. */
export function putInteger(value: i64): void {
  if (!outReserve(NUMBER_MAX_BYTES)) return;
  outAdvanceTo(writeInteger(outCursor(), value));
}

/** Writes a double at `at` (room for 320 bytes); the byte behind it. */
export function writeNumber(at: usize, value: f64): usize {
  const magnitude = abs(value);
  if (magnitude < TWO_53) {
    let whole = <u64>magnitude;
    const fraction = magnitude - <f64>whole; // exact: both are multiples of the same unit
    let micros: u32 = fraction == 0 ? 0 : microsOf(fraction);
    if (micros == <u32>MICRO) {
      micros = 0;
      whole += 1;
    }
    if (value < 0 && (whole | <u64>micros) != 0) {
      store<u8>(at, MINUS);
      at += 1;
    }
    at = writeUnsigned(at, whole);
    return micros == 0 ? at : writeFraction(at, micros, 6);
  }
  if (magnitude == Infinity || value != value) {
    nonFinite += 1;
    store<u32>(at, 0x6c6c756e); // "null"
    return at + 4;
  }
  if (value < 0) {
    store<u8>(at, MINUS);
    at += 1;
  }
  return magnitude < TWO_64 ? writeUnsigned(at, <u64>magnitude) : writeHuge(at, magnitude);
}

/**
 * A fraction 0 < f < 1 in millionths, rounded half up; up to 1,000,000 itself. Exact: f is taken as an integer of 2^-64 (or 2^-75 where
 * f < 2^-11, so that no bit of a double is lost; below 2^-22 the answer is 0), multiplied in 128 bits, and the bit behind the point rounds.
 */
// @ts-ignore: decorator
@inline
function microsOf(fraction: f64): u32 {
  if (fraction >= TWO_MINUS_11) {
    const high = highProduct(<u64>(fraction * TWO_64));
    return <u32>(high >> 32) + (<u32>(high >> 31) & 1);
  }
  if (fraction < TWO_MINUS_22) return 0;
  const high = highProduct(<u64>(fraction * TWO_75)) >> 32;
  return <u32>(high >> 11) + (<u32>(high >> 10) & 1);
}

/** (fixed · 10^6) >> 32: below 2^52 + 2^20, so 64 bits hold it. */
// @ts-ignore: decorator
@inline
function highProduct(fixed: u64): u64 {
  return (fixed >> 32) * MICRO + (((fixed & 0xffffffff) * MICRO) >> 32);
}

/** Writes ".ddd" of `value` / 10^digits, 0 < value < 10^digits, without trailing zeros. */
function writeFraction(at: usize, value: u32, digits: u32): usize {
  store<u8>(at, POINT);
  at += 1;
  while (value % 100 == 0) {
    value /= 100;
    digits -= 2;
  }
  if (value % 10 == 0) {
    value /= 10;
    digits -= 1;
  }
  let end = at + digits;
  const after = end;
  while (end - at >= 2) {
    end -= 2;
    store<u16>(end, load<u16>(PAIRS + ((value % 100) << 1)));
    value /= 100;
  }
  if (end > at) store<u8>(at, <u8>(ZERO + value));
  return after;
}

/** Writes a signed integer at `at` (room for 20 bytes); the byte behind it. */
export function writeInteger(at: usize, value: i64): usize {
  if (value >= 0) return writeUnsigned(at, <u64>value);
  store<u8>(at, MINUS);
  return writeUnsigned(at + 1, 0 - <u64>value);
}

/** Writes an unsigned integer at `at` (room for 20 bytes); the byte behind it. */
export function writeUnsigned(at: usize, value: u64): usize {
  if (value >> 32 != 0) {
    const above = value / 1000000000;
    at = writeUnsigned(at, above);
    return writeNine(at, <u32>(value - above * 1000000000));
  }
  let rest = <u32>value;
  if (rest < 10) {
    store<u8>(at, <u8>(ZERO + rest));
    return at + 1;
  }
  const digits: u32 = rest < 10000
    ? rest < 100 ? 2 : rest < 1000 ? 3 : 4
    : rest < 1000000 ? (rest < 100000 ? 5 : 6) : rest < 100000000 ? (rest < 10000000 ? 7 : 8) : rest < 1000000000 ? 9 : 10;
  const after = at + digits;
  let end = after;
  while (rest >= 100) {
    end -= 2;
    store<u16>(end, load<u16>(PAIRS + ((rest % 100) << 1)));
    rest /= 100;
  }
  if (rest >= 10) store<u16>(at, load<u16>(PAIRS + (rest << 1)));
  else store<u8>(at, <u8>(ZERO + rest));
  return after;
}

function writeNine(at: usize, value: u32): usize {
  for (let end = at + 9; end > at + 1; value /= 100) {
    end -= 2;
    store<u16>(end, load<u16>(PAIRS + ((value % 100) << 1)));
  }
  store<u8>(at, <u8>(ZERO + value));
  return at + 9;
}

/** 2^64 ≤ value < 2^1024, an integer: its exact digits by long arithmetic. No measure is this large; a wrong digit would still be wrong. */
function writeHuge(at: usize, value: f64): usize {
  const bits = reinterpret<u64>(value);
  let exponent = <i32>(bits >> 52) - 1075; // value = mantissa · 2^exponent
  let mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
  let count = 0;
  for (; mantissa != 0; mantissa /= 1000000000) store<u32>(limbs + (count++ << 2), <u32>(mantissa % 1000000000));
  while (exponent > 0) {
    const step = min(exponent, 32);
    let carry: u64 = 0;
    for (let i = 0; i < count; i++) {
      const sum = (<u64>load<u32>(limbs + (i << 2)) << step) + carry;
      carry = sum / 1000000000;
      store<u32>(limbs + (i << 2), <u32>(sum - carry * 1000000000));
    }
    for (; carry != 0 && count < LIMBS; carry /= 1000000000) store<u32>(limbs + (count++ << 2), <u32>(carry % 1000000000));
    exponent -= step;
  }
  at = writeUnsigned(at, load<u32>(limbs + (--count << 2)));
  while (count > 0) at = writeNine(at, load<u32>(limbs + (--count << 2)));
  return at;
}

/** Writes `thousandths` / 1000 at `at` (room for 24 bytes), without trailing zeros; the byte behind it. */
export function writeThousandths(at: usize, thousandths: i64): usize {
  let magnitude = <u64>thousandths;
  if (thousandths < 0) {
    magnitude = 0 - magnitude;
    store<u8>(at, MINUS);
    at += 1;
  }
  const whole = magnitude / 1000;
  const rest = <u32>(magnitude - whole * 1000);
  at = writeUnsigned(at, whole);
  return rest == 0 ? at : writeFraction(at, rest, 3);
}
