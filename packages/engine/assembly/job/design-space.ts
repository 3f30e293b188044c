// The points of a sweep in the design space of a face, by number: points, then named instances, then the grid, then the sample. In: the sweep's record and the
// coordinates of the job's font. Out: design coordinates. Nothing is stored for a point: each is computed when it is due.
import { axisMax, axisMin, Face } from "../font/face";
import { axisIndex, clampToAxis, namedInstanceCoords, namedInstanceCount } from "../font/instance";
import { E_AXIS_NOT_FOUND } from "../generated/contract";
import { arenaAlloc } from "../native";
import { Job } from "./record";
import { axisProblem, outOfMemory, warnSampleOnNoAxis, warnSweepClamped } from "./report";
import { isClamped } from "./stages";
import { AXIS_BYTES, AXIS_COUNT, AXIS_FIRST, AXIS_LAST, AXIS_LIST, AXIS_TAG, SweepSpec } from "./sweep-spec";

/** Coordinates that are computed are rounded to this, the last decimal of a result: what a result line says gives the same instance again. */
const DECIMALS: f64 = 1000000;

let face: usize = 0;
let spec: usize = 0;
let start: usize = 0; // coordinates of the job's font, f32 × axisCount
let instances: u32 = 0;
let gridPoints: u32 = 0;
let axes: usize = 0; // of the grid: the axis' index in the face, u32 each
let sampled: usize = 0; // a byte an axis of the face: not 0 where the sample moves it

function theFace(): Face {
  return changetype<Face>(face);
}
function theSpec(): SweepSpec {
  return changetype<SweepSpec>(spec);
}

/**
 * Makes the design space of a sweep ready: finds every axis, and warns of values out of range. The total of points is known to be within its limit but for the named instances.
 * 0, axis_not_found or out_of_memory.
 */
export function designSpaceOpen(f: Face, s: SweepSpec, job: Job, coords: usize): i32 {
  face = changetype<usize>(f);
  spec = changetype<usize>(s);
  start = coords;
  instances = s.instances != 0 ? namedInstanceCount(f) : 0;
  gridPoints = s.gridAxes > 0 ? 1 : 0;
  axes = arenaAlloc(max<usize>((<usize>s.gridAxes) << 2, 4));
  sampled = arenaAlloc(max<usize>(f.axisCount, 1));
  if (axes == 0 || sampled == 0) return outOfMemory();
  for (let i: u32 = 0; i < s.gridAxes; i++) {
    const axis = s.grid + <usize>i * AXIS_BYTES;
    const tag = load<u32>(axis, AXIS_TAG);
    const index = axisIndex(f, tag);
    if (index < 0) return axisProblem(f, tag, E_AXIS_NOT_FOUND);
    store<u32>(axes + ((<usize>i) << 2), <u32>index);
    const count = load<u32>(axis, AXIS_COUNT);
    gridPoints *= count;
    const list = <usize>load<u32>(axis, AXIS_LIST);
    if (list != 0) for (let k: u32 = 0; k < count; k++) look(<u32>index, tag, load<f64>(list + ((<usize>k) << 3)));
    else {
      look(<u32>index, tag, load<f64>(axis, AXIS_FIRST));
      if (count > 1) look(<u32>index, tag, load<f64>(axis, AXIS_LAST));
    }
  }
  for (let i: u32 = 0; i < s.pointCount; i++) {
    const point = s.points + ((<usize>i) << 3);
    const count = load<u32>(point, 4);
    for (let k: u32 = 0; k < count; k++) {
      const at = <usize>load<u32>(point) + ((<usize>k) << 4);
      const index = axisIndex(f, load<u32>(at));
      if (index < 0) return axisProblem(f, load<u32>(at), E_AXIS_NOT_FOUND);
      look(<u32>index, load<u32>(at), load<f64>(at, 8));
    }
  }
  memory.fill(sampled, 1, f.axisCount);
  for (let i: u32 = 0; i < job.variationCount; i++) {
    const index = axisIndex(f, load<u32>(job.variations + ((<usize>i) << 4)));
    if (index >= 0) store<u8>(sampled + <usize>index, 0);
  }
  if (s.sampleCount > 1 && !someSampled(f.axisCount)) warnSampleOnNoAxis();
  return 0;
}

function someSampled(axisCount: u32): bool {
  for (let i: u32 = 0; i < axisCount; i++) if (load<u8>(sampled + <usize>i) != 0) return true;
  return false;
}

/** Warns of a value outside its axis. */
function look(index: u32, tag: u32, given: f64): void {
  const used = clampToAxis(theFace(), index, given);
  if (isClamped(given, used)) warnSweepClamped(tag, given, <f64>used, <f64>axisMin(theFace(), index), <f64>axisMax(theFace(), index));
}

/** How many points there are. */
export function designPoints(): u32 {
  return theSpec().pointCount + instances + gridPoints + theSpec().sampleCount;
}

/** Puts the coordinates of point `number` at `out` (f32 × axisCount). Returns the index of its named instance, or −1. */
export function designPoint(number: u32, out: usize): i32 {
  const f = theFace();
  const s = theSpec();
  memory.copy(out, start, (<usize>f.axisCount) << 2);
  if (number < s.pointCount) {
    const point = s.points + ((<usize>number) << 3);
    const count = load<u32>(point, 4);
    for (let k: u32 = 0; k < count; k++) {
      const at = <usize>load<u32>(point) + ((<usize>k) << 4);
      set(out, <u32>axisIndex(f, load<u32>(at)), load<f64>(at, 8));
    }
    return -1;
  }
  number -= s.pointCount;
  if (number < instances) {
    namedInstanceCoords(f, number, out);
    return <i32>number;
  }
  number -= instances;
  if (number < gridPoints) {
    for (let i = <i32>s.gridAxes - 1; i >= 0; i--) {
      const axis = s.grid + <usize>i * AXIS_BYTES;
      const count = load<u32>(axis, AXIS_COUNT);
      set(out, load<u32>(axes + ((<usize>i) << 2)), gridValue(axis, count, number % count));
      number /= count;
    }
    return -1;
  }
  number -= gridPoints;
  let base: u32 = 1;
  for (let i: u32 = 0; i < f.axisCount; i++) {
    if (load<u8>(sampled + <usize>i) == 0) continue;
    base = primeAfter(base);
    const least = <f64>axisMin(f, i);
    const greatest = <f64>axisMax(f, i);
    set(out, i, rounded(least + (greatest - least) * sampleAt(number, base, i, s.sampleSeed)));
  }
  return -1;
}

function set(coords: usize, index: u32, value: f64): void {
  store<f32>(coords + ((<usize>index) << 2), clampToAxis(theFace(), index, value));
}

function gridValue(axis: usize, count: u32, step: u32): f64 {
  const list = <usize>load<u32>(axis, AXIS_LIST);
  if (list != 0) return load<f64>(list + ((<usize>step) << 3));
  const first = load<f64>(axis, AXIS_FIRST);
  const last = load<f64>(axis, AXIS_LAST);
  if (step == 0) return first;
  if (step == count - 1) return last;
  return rounded(first + ((last - first) * <f64>step) / <f64>(count - 1));
}

function rounded(value: f64): f64 {
  return Math.floor(value * DECIMALS + 0.5) / DECIMALS;
}

function primeAfter(n: u32): u32 {
  let divisor: u32 = 1;
  while (divisor * divisor <= n) {
    // a divisor was found, or this is the first number: the next one
    n++;
    divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0) divisor++;
  }
  return n;
}

/**
 * Coordinate of point `number` of the Halton sequence in [0, 1): the radical inverse of number + 1 in the axis' prime base (Halton 1960), moved round the circle by an amount of
 * the seed and the axis (Cranley and Patterson 1976); seed 0 moves nothing.
 */
function sampleAt(number: u32, base: u32, axis: u32, seed: u32): f64 {
  let value: f64 = 0;
  let part: f64 = 1;
  for (let n = number + 1; n > 0; n /= base) {
    part /= <f64>base;
    value += part * <f64>(n % base);
  }
  if (seed != 0) value += shiftOf(seed, axis);
  return value - Math.floor(value);
}

/** The axis' number of the stream that SplitMix64 makes of the seed (Steele, Lea and Flood 2014), its upper 53 bits as a fraction. */
function shiftOf(seed: u32, axis: u32): f64 {
  let z: u64 = <u64>seed + (<u64>axis + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return <f64>(z >> 11) * (1.0 / 9007199254740992.0);
}
