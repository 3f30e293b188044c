// Seeking the least value of a function over the unit cube by its values alone: a Halton sample (Halton 1960) to see all of the cube, then the simplex method of Nelder and Mead
// (The Computer Journal 7, 1965) from its best points, held to the cube. In: a function, how often it may be called. Out: the best point. The same calls give the same points
// in every run. Knows nothing of what the function is; a value that is not a number ends everything.

/** Dimensions at most: Halton points of higher bases are too regular to be a sample. */
export const DIMENSIONS_MAX: u32 = 16; // LIMIT_MATCH_AXES of the contract
const POINT_BYTES: usize = 128; // f64 × DIMENSIONS_MAX
const PRIMES = memory.data<u8>([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]);

// Nelder and Mead's coefficients
const REFLECT: f64 = 1;
const EXPAND: f64 = 2;
const CONTRACT: f64 = 0.5;
const SHRINK: f64 = 0.5;

/** A value that ended the search was not a number. */
export let broken = false;
/** Calls of the function so far, and how many there may be. */
export let calls: u32 = 0;
let callsMax: u32 = 0;
let dimensions: u32 = 0;
let f: (at: usize) => f64 = nothing;

// the simplex: DIMENSIONS_MAX + 1 points and their values; two points to try
const simplex = memory.data(2176, 16);
const values = memory.data(136, 16);
const centre = memory.data(128, 16);
const trial = memory.data(128, 16);
const second = memory.data(128, 16);

function nothing(at: usize): f64 {
  return NaN;
}

/** A new search over `count` dimensions with at most `most` calls of `score`. */
export function searchOpen(count: u32, most: u32, score: (at: usize) => f64): void {
  dimensions = count;
  callsMax = most;
  calls = 0;
  broken = false;
  f = score;
}

/** Puts Halton point `index` (from 1) at `out`. */
export function haltonPoint(index: u32, count: u32, out: usize): void {
  for (let d: u32 = 0; d < count; d++) {
    const base = <u32>load<u8>(PRIMES + <usize>d);
    let part: f64 = 1;
    let value: f64 = 0;
    for (let i = index; i > 0; i /= base) {
      part /= <f64>base;
      value += part * <f64>(i % base);
    }
    store<f64>(out + ((<usize>d) << 3), value);
  }
}

/** Whether the function may be called again. */
export function searchGoesOn(): bool {
  return !broken && calls < callsMax;
}

/** The function's value; Infinity when it may not be called any more. */
export function searchCall(at: usize): f64 {
  if (!searchGoesOn()) return Infinity;
  calls++;
  const value = f(at);
  if (isNaN<f64>(value)) {
    broken = true;
    return Infinity;
  }
  return value;
}

function point(i: u32): usize {
  return simplex + <usize>i * POINT_BYTES;
}
function value(i: u32): f64 {
  return load<f64>(values + ((<usize>i) << 3));
}
function setValue(i: u32, v: f64): void {
  store<f64>(values + ((<usize>i) << 3), v);
}
function coordinate(at: usize, d: u32): f64 {
  return load<f64>(at + ((<usize>d) << 3));
}
function setCoordinate(at: usize, d: u32, v: f64): void {
  store<f64>(at + ((<usize>d) << 3), min(max(v, 0), 1));
}

/**
 * Goes down from `start` (whose value is `startValue`) with a first simplex that reaches `radius` from it, until all its points lie within `tolerance` of the best, the value is 0, or
 * `most` further calls are made. `start` becomes the best point; returns its value.
 */
export function descend(start: usize, startValue: f64, radius: f64, tolerance: f64, most: u32): f64 {
  const n = dimensions;
  const bytes = (<usize>n) << 3;
  const limit = calls + min(most, callsMax - calls);
  memory.copy(point(0), start, bytes);
  setValue(0, startValue);
  for (let i: u32 = 0; i < n; i++) {
    memory.copy(point(i + 1), start, bytes);
    const x = coordinate(start, i);
    setCoordinate(point(i + 1), i, x > 0.5 ? x - radius : x + radius);
    setValue(i + 1, calls < limit ? searchCall(point(i + 1)) : Infinity);
  }
  while (calls < limit && !broken) {
    sort();
    if (value(0) == 0 || spread() <= tolerance) break;
    for (let d: u32 = 0; d < n; d++) {
      let sum: f64 = 0;
      for (let i: u32 = 0; i < n; i++) sum += coordinate(point(i), d);
      store<f64>(centre + ((<usize>d) << 3), sum / <f64>n);
    }
    away(trial, REFLECT);
    const reflected = searchCall(trial);
    if (reflected < value(0)) {
      away(second, EXPAND);
      const expanded = calls < limit ? searchCall(second) : Infinity;
      if (expanded < reflected) replace(second, expanded);
      else replace(trial, reflected);
    } else if (reflected < value(n - 1)) replace(trial, reflected);
    else {
      const outside = reflected < value(n);
      away(second, outside ? CONTRACT : -CONTRACT);
      const contracted = calls < limit ? searchCall(second) : Infinity;
      if (contracted < min(reflected, value(n))) replace(second, contracted);
      else {
        for (let i: u32 = 1; i <= n; i++) {
          if (calls >= limit) break;
          for (let d: u32 = 0; d < n; d++) {
            const best = coordinate(point(0), d);
            setCoordinate(point(i), d, best + SHRINK * (coordinate(point(i), d) - best));
          }
          setValue(i, searchCall(point(i)));
        }
      }
    }
  }
  sort();
  memory.copy(start, point(0), bytes);
  return value(0);
}

/** Puts the point that lies `by` times as far beyond the centre as the worst one before it. */
function away(out: usize, by: f64): void {
  for (let d: u32 = 0; d < dimensions; d++) {
    const c = coordinate(centre, d);
    setCoordinate(out, d, c + by * (c - coordinate(point(dimensions), d)));
  }
}

/** A point in place of the worst. */
function replace(by: usize, v: f64): void {
  memory.copy(point(dimensions), by, (<usize>dimensions) << 3);
  setValue(dimensions, v);
}

/** The farthest that a point lies from the best in one dimension. */
function spread(): f64 {
  let far: f64 = 0;
  for (let i: u32 = 1; i <= dimensions; i++) for (let d: u32 = 0; d < dimensions; d++) far = max(far, abs(coordinate(point(i), d) - coordinate(point(0), d)));
  return far;
}

/** Best first; equal ones keep their order. */
function sort(): void {
  for (let i: u32 = 1; i <= dimensions; i++) {
    const v = value(i);
    memory.copy(trial, point(i), POINT_BYTES);
    let j = i;
    for (; j > 0 && value(j - 1) > v; j--) {
      memory.copy(point(j), point(j - 1), POINT_BYTES);
      setValue(j, value(j - 1));
    }
    memory.copy(point(j), trial, POINT_BYTES);
    setValue(j, v);
  }
}
