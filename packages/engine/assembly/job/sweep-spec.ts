// What the `sweep` of a checked job says, as it lies in the arena: lists of texts, points and axes. Filled by check-sweep.ts, read by design-space.ts and sweep.ts.
import { E_SWEEP_TOO_LARGE, LIMIT_SWEEP_RENDERS } from "../generated/contract";
import { argNumber, argsClear, argText } from "./message";
import { problem } from "./problems";

/** A range of a grid's axis: count values evenly from first to last; or a list of them. */
export const AXIS_BYTES: usize = 32;
export const AXIS_TAG: usize = 0; // u32, first letter most significant
export const AXIS_COUNT: usize = 4; // u32
export const AXIS_LIST: usize = 8; // u32: f64 × count; 0: a range
export const AXIS_FIRST: usize = 16; // f64
export const AXIS_LAST: usize = 24; // f64

@unmanaged
export class SweepSpec {
  /** Whether the job is a sweep. */
  given: u32;
  /** Further texts: {u32 ptr, u32 bytes, u32 code points} each. */
  texts: usize;
  textCount: u32;
  textCodePoints: u32;
  /** {u32 ptr to axes, u32 axes} each; an axis as in Job.variations. */
  points: usize;
  pointCount: u32;
  instances: u32;
  /** AXIS_BYTES each, in the job's order. */
  grid: usize;
  gridAxes: u32;
  /** 0: no sample. */
  sampleCount: u32;
  sampleSeed: u32;
  first: u32;
  /** 0: all. */
  count: u32;
}
const spec = memory.data(128, 16);

export function sweepSpec(): SweepSpec {
  return changetype<SweepSpec>(spec);
}
export function sweepForget(): void {
  memory.fill(spec, 0, offsetof<SweepSpec>());
}

const RENDERS_WORD = memory.data<u8>([114, 101, 110, 100, 101, 114, 115]); // "renders"

/** More renders than the limit. Returns the status. */
export function sweepTooLarge(renders: f64): i32 {
  argsClear();
  argNumber(1, renders);
  argText(2, RENDERS_WORD, 7);
  argNumber(3, <f64>LIMIT_SWEEP_RENDERS);
  return problem(E_SWEEP_TOO_LARGE);
}

/** Renders of a sweep of a font with so many named instances: points times texts. */
export function sweepRenders(sweep: SweepSpec, instances: u32): f64 {
  let grid: f64 = sweep.gridAxes > 0 ? 1 : 0;
  for (let i: u32 = 0; i < sweep.gridAxes; i++) grid *= <f64>load<u32>(sweep.grid + <usize>i * AXIS_BYTES, AXIS_COUNT);
  const points = <f64>sweep.pointCount + grid + <f64>sweep.sampleCount + (sweep.instances != 0 ? <f64>instances : 0);
  return points * (1 + <f64>sweep.textCount);
}
