// The sweep as a struct call: one text at many points of a font's design space, its measures for each, in one call. For hosts in tight loops, without JSON.
// Layouts are written at the call; all fields are little-endian, pointers 32 bits.
import { Face } from "../font/face";
import { clampToAxis, coordsOf, defaultCoords, Instance, instanceClose, instanceNew } from "../font/instance";
import * as code from "../generated/contract";
import { measureClusters } from "../job/boxes";
import { arenaAlloc, arenaMark, arenaRewind, cancelAsked, hb_font_set_var_coords_design } from "../native";
import { canvasOpen, rasterClear, sweepImage, sweepMeasure } from "../raster/raster";
import { keepRun, Run, reuseRun, shapingVaries } from "../shape/reuse";
import { handleGet, KIND_FONT } from "./handles";
import { failWith } from "./last-error";
import { drawRun, fits, measures, putExtended, putMeasures } from "./measured";
import { OpenFont } from "./open-fonts";
import { placeSpec, readCount, readPoints, readSpec, runFont, shapeRead, useFont } from "./text-spec";

/** Bit of `flags`: 32 numbers a point in place of 16. */
const EXTENDED: u32 = 1;
const BASIC_BYTES: usize = 128;

const made = memory.data(4, 4);
let shaped: u32 = 0;
let done: u32 = 0;

/** Axes of a font handle: how many numbers a point of hf_sweep has, in the order of hf_font_info. Or a negative code. */
export function hf_font_axes(font: u32): i32 {
  const open = changetype<OpenFont>(handleGet(KIND_FONT, font));
  return changetype<usize>(open) == 0 ? failWith(code.E_INVALID_HANDLE) : <i32>changetype<Face>(open.face).axisCount;
}

/**
 * Measures a text (textSpec, placement: text-spec.ts) at `count` points: `points` holds axes × f32 for each, clamped to their axis, NaN the axis' default. `out` gets 16 × f64 a point, as
 * hf_measure; with flags bit 0 another 16 behind them: ink_density, moments xx, yy, xy, perimeter, bearings start, end, gap_count, gap_variation, advance_variation, width_rhythm,
 * rendered_aspect, consistency, 0, 0, 0, NaN where a number does not exist. Returns 0, or a negative code; then hf_sweep_done says how many points are measured.
 */
export function hf_sweep(font: u32, spec: usize, placement: usize, points: usize, count: u32, out: usize, flags: u32): i32 {
  shaped = 0;
  done = 0;
  const open = changetype<OpenFont>(handleGet(KIND_FONT, font));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  if (width == 0 || height == 0 || out == 0 || flags > EXTENDED) return failWith(code.E_INVALID_ARGUMENT);
  if (!fits(width, height)) return failWith(code.E_CANVAS_TOO_LARGE);
  const face = changetype<Face>(open.face);
  const read = readSpec(spec, 0);
  if (read != 0) return read;
  const coords = arenaAlloc(max<usize>((<usize>face.axisCount) << 2, 4));
  const run = changetype<Run>(arenaAlloc(offsetof<Run>()));
  if (coords == 0 || changetype<usize>(run) == 0) return failWith(code.E_OUT_OF_MEMORY);
  run.kept = 0;
  defaultCoords(face, coords);
  if (instanceNew(face, coords, made) != 0) return failWith(code.E_OUT_OF_MEMORY);
  const instance = changetype<Instance>(<usize>load<u32>(made));
  useFont(changetype<usize>(face), instance.hb);
  const status = measureAll(face, instance, run, placement, points, count, out, flags);
  instanceClose(instance);
  useFont(0, 0);
  return status;
}

/** Points that the last hf_sweep has measured. */
export function hf_sweep_done(): u32 {
  return done;
}

/** How many times the last hf_sweep shaped its text. */
export function hf_sweep_shaped(): u32 {
  return shaped;
}

function measureAll(face: Face, instance: Instance, run: Run, placement: usize, points: usize, count: u32, out: usize, flags: u32): i32 {
  const varies = shapingVaries(face.hb);
  const width = load<u32>(placement, 16);
  const height = load<u32>(placement, 20);
  const extended = (flags & EXTENDED) != 0;
  const stride = extended ? BASIC_BYTES * 2 : BASIC_BYTES;
  arenaMark();
  for (; done < count; done++) {
    if (cancelAsked()) return failWith(code.E_CANCELLED);
    arenaRewind();
    moveTo(face, instance, points + ((<usize>done * <usize>face.axisCount) << 2));
    if (varies || !reuseRun(run, runFont)) {
      const status = shapeRead();
      if (status != 0) return status;
      shaped++;
      if (!varies && run.kept == 0) {
        if (!keepRun(run, runFont, readPoints, readCount)) return failWith(code.E_OUT_OF_MEMORY);
        arenaMark();
      }
    }
    let status = placeSpec(placement, width, height);
    if (status != 0) return status;
    rasterClear();
    if (canvasOpen(<i32>width, <i32>height, extended, false) != 0) return failWith(code.E_OUT_OF_MEMORY);
    if (extended && measureClusters(runFont, <f64>load<f32>(placement), readCount, code.E_OUT_OF_MEMORY) != 0)
      return failWith(cancelAsked() ? code.E_CANCELLED : code.E_OUT_OF_MEMORY);
    status = drawRun();
    if (status != 0) return status;
    if (extended) sweepImage(measures);
    else sweepMeasure(measures);
    const at = out + <usize>done * stride;
    putMeasures(at, width, height);
    if (extended && !putExtended(at + BASIC_BYTES, <i32>width)) return failWith(code.E_OUT_OF_MEMORY);
  }
  return 0;
}

function moveTo(face: Face, instance: Instance, point: usize): void {
  if (face.axisCount == 0) return;
  const coords = coordsOf(instance);
  defaultCoords(face, coords);
  for (let i: u32 = 0; i < face.axisCount; i++) {
    const value = load<f32>(point + ((<usize>i) << 2));
    if (!isNaN<f32>(value)) store<f32>(coords + ((<usize>i) << 2), clampToAxis(face, i, <f64>value));
  }
  hb_font_set_var_coords_design(instance.hb, coords, face.axisCount);
}
