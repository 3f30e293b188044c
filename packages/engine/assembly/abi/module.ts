// The module itself: version, memory for the host, settings, statistics.

import { outCapacity } from "../encode/out";
import {
  evictions,
  fontBytes,
  fontCount,
  fontHits,
  fontMisses,
  instanceCount,
  instanceHits,
  instanceMisses,
  nextEpoch,
  setFontBudget,
  setInstanceBudget,
} from "../font/store";
import * as code from "../generated/contract";
import { encodeMs, jobsDone, renderMs, setOutDir, setStrict, setTiming, shapeMs } from "../job/run";
import { arenaBytes, cancelWord, free, hb_version_string, malloc } from "../native";
import { canvasBytes } from "../raster/raster";
import { openHandles } from "./handles";
import { failWith } from "./last-error";

/** hf_configure's keys. */
const FONT_CACHE_BYTES: u32 = 1;
const MAX_INSTANCES: u32 = 2;
const STRICT: u32 = 3;
const TIMING: u32 = 4;
const EPOCH: u32 = 5;
const OUT_DIR: u32 = 6;

export function hf_abi_version(): u32 {
  return 1;
}

/** Address of an i32: while it is not 0, running and new calls that draw end with `cancelled`. Hosts that share the memory with another thread set it from there. */
export function hf_cancel_word(): usize {
  return cancelWord;
}

/** HarfBuzz's version, a NUL-terminated string. */
export function hf_harfbuzz_version(): usize {
  return hb_version_string();
}

/** `bytes` of the module's memory for the host to write to; 0: there is none. */
export function hf_alloc(bytes: u32): usize {
  return malloc(max<usize>(bytes, 1));
}

export function hf_free(pointer: usize): void {
  free(pointer);
}

/** Sets one of: 1 font cache in bytes, 2 instances kept, 3 strict (0, 1), 4 timing (0, 1), 5 a new epoch (any value), 6 images go to the host (0, 1). */
export function hf_configure(key: u32, value: f64): i32 {
  if (!(value >= 0)) return failWith(code.E_INVALID_ARGUMENT);
  if (key == FONT_CACHE_BYTES) setFontBudget(value);
  else if (key == MAX_INSTANCES) setInstanceBudget(<u32>min<f64>(value, 4294967295));
  else if (key == STRICT) setStrict(value != 0);
  else if (key == TIMING) setTiming(value != 0);
  else if (key == EPOCH) nextEpoch();
  else if (key == OUT_DIR) setOutDir(value != 0);
  else return failWith(code.E_INVALID_ARGUMENT);
  return 0;
}

/** Writes 16 × f64 to `out`: linear_bytes, font_bytes, fonts, instances, canvas_bytes, font_hits, font_misses, instance_hits, instance_misses, evictions, shape_ms, render_ms, encode_ms, jobs, buffer_bytes, handles. */
export function hf_memory(out: usize): void {
  store<f64>(out, <f64>memory.size() * 65536);
  store<f64>(out, fontBytes, 8);
  store<f64>(out, <f64>fontCount, 16);
  store<f64>(out, <f64>instanceCount, 24);
  store<f64>(out, <f64>canvasBytes(), 32);
  store<f64>(out, fontHits, 40);
  store<f64>(out, fontMisses, 48);
  store<f64>(out, instanceHits, 56);
  store<f64>(out, instanceMisses, 64);
  store<f64>(out, evictions, 72);
  store<f64>(out, shapeMs, 80);
  store<f64>(out, renderMs, 88);
  store<f64>(out, encodeMs, 96);
  store<f64>(out, <f64>jobsDone, 104);
  store<f64>(out, <f64>(arenaBytes() + outCapacity()), 112);
  store<f64>(out, <f64>openHandles, 120);
}
