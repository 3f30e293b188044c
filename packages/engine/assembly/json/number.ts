// One JSON number: RFC 8259's grammar, and the double nearest to it. Short ones are exact in two doubles (Clinger's fast path); the rest go to C's strtod.
import { arenaAlloc, strtod } from "../native";

export let numberValue: f64 = 0;
/** Behind the number; where it is malformed, where that shows. */
export let numberEnd: usize = 0;

/** 10^0 … 10^22: the powers of ten that a double holds exactly. */
const POWERS: usize = memory.data<f64>([
  1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0, 10000000.0, 100000000.0, 1000000000.0, 10000000000.0, 100000000000.0, 1000000000000.0,
  10000000000000.0, 100000000000000.0, 1000000000000000.0, 10000000000000000.0, 100000000000000000.0, 1000000000000000000.0, 10000000000000000000.0,
  100000000000000000000.0, 1000000000000000000000.0, 10000000000000000000000.0,
]);
const EXACT_POWER: i32 = 22;
const EXACT_INTEGER: u64 = 9007199254740992; // 2^53
/** Digits a u64 takes without overflow. */
const DIGITS_IN_U64: i32 = 19;
/** Past this an exponent's digits change nothing: the number is 0 or infinite (a line has fewer digits than this to make up for it). */
const EXPONENT_CAP: i32 = 100000000;

function isDigit(at: usize, end: usize): bool {
  return at < end && <u32>load<u8>(at) - 0x30 < 10;
}

/** Reads the number that begins at `from` (a minus or a digit). False: malformed, or out of memory. */
export function scanNumber(from: usize, end: usize): bool {
  let at = from;
  const negative = load<u8>(at) == 0x2d;
  if (negative) at++;
  numberEnd = at;
  if (!isDigit(at, end)) return false;
  let mantissa: u64 = 0;
  let digits = 0; // significant digits in the mantissa
  let scale = 0; // power of ten the mantissa is short of
  let exact = true;
  if (load<u8>(at) == 0x30) at++;
  else {
    while (isDigit(at, end)) {
      if (digits < DIGITS_IN_U64) {
        mantissa = mantissa * 10 + (<u64>load<u8>(at) - 0x30);
        digits++;
      } else exact = false;
      at++;
    }
  }
  numberEnd = at;
  if (at < end && load<u8>(at) == 0x2e) {
    at++;
    numberEnd = at;
    if (!isDigit(at, end)) return false;
    while (isDigit(at, end)) {
      const digit = <u64>load<u8>(at) - 0x30;
      if (digits < DIGITS_IN_U64) {
        mantissa = mantissa * 10 + digit;
        if (mantissa != 0) digits++;
        scale--;
      } else if (digit != 0) exact = false;
      at++;
    }
    numberEnd = at;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    let down = false;
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) {
      down = load<u8>(at) == 0x2d;
      at++;
    }
    numberEnd = at;
    if (!isDigit(at, end)) return false;
    let exponent = 0;
    while (isDigit(at, end)) {
      if (exponent < EXPONENT_CAP) exponent = exponent * 10 + (<i32>load<u8>(at) - 0x30);
      at++;
    }
    numberEnd = at;
    scale += down ? -exponent : exponent;
  }
  if (exact && mantissa <= EXACT_INTEGER && scale >= -EXACT_POWER && scale <= EXACT_POWER) {
    const whole = <f64>mantissa;
    const power = load<f64>(POWERS + ((<usize>abs(scale)) << 3));
    const value = scale < 0 ? whole / power : whole * power;
    numberValue = negative ? -value : value;
    return true;
  }
  // strtod wants its end marked; what follows in the line may be another digit
  const length = numberEnd - from;
  const copy = arenaAlloc(length + 1);
  if (copy == 0) return false;
  memory.copy(copy, from, length);
  store<u8>(copy + length, 0);
  numberValue = strtod(copy, 0);
  return true;
}
