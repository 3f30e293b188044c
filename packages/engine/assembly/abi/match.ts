// The matching call: a variable font's instance, texts with target pictures, and a budget of renders in; the best coordinates as JSON out.
// Layouts are written at each struct; all fields are little-endian, pointers 32 bits.

import { ALIGN_INK, MEASURE_ALL } from "../compare/compare";
import { takeNonFinite } from "../encode/number";
import { axisMax, axisMin, Face } from "../font/face";
import { axisIndex, coordsOf, Instance } from "../font/instance";
import * as code from "../generated/contract";
import { MatchSpec, MatchText, matchRun, putMatch } from "../job/match";
import { DIMENSIONS_MAX } from "../match/search";
import { arenaAlloc, arenaReset } from "../native";
import { FEATURE_BYTES, featureParse } from "../shape/features";
import { decodeUtf8, replacedParts } from "../text/utf8";
import { handleGet, KIND_INSTANCE } from "./handles";
import { failWith, finishOutput } from "./last-error";
import { OpenFont, OpenInstance } from "./open-fonts";

const matchSpec = changetype<MatchSpec>(memory.data(64, 8));

/** Bytes of an item: textSpec (32), then the rest. */
const ITEM_BYTES: usize = 60;

/**
 * Seeks the coordinates at which the texts of `items` in `instance`'s font come closest to their targets. `options`: {u32 objective (one bit: 0 pixel_delta, 1 pixel_delta_center, 2 rmse, 3 ssim, 4 iou), u32 mode
 * (0 corner, 1 center, 2 ink), u32 reach in px (mode ink), u32 budget in renders, f32 sizePx, u32 flags (bit 0: no coarse stage)}. `axes`: axisCount × {u32 tag, f32 min, f32 max}, the axes to be
 * moved; none: all, over their whole ranges. Other axes stay where the instance stands. `items`: itemCount × {textSpec (see text-spec.ts), u32 flags (bit 0: origin given, bit 1: the target
 * is inverted, bit 2: the host has put U+FFFD for what is no Unicode text), f32 originX, f32 originY, u32 pixels, u32 width, u32 height, u32 0}; a canvas has its target's size. 0: JSON is at hf_result; else a negative code.
 */
export function hf_match(instance: u32, options: usize, axes: usize, axisCount: u32, items: usize, itemCount: u32): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, instance));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  if (options == 0 || items == 0 || itemCount == 0 || (axes == 0 && axisCount > 0)) return failWith(code.E_INVALID_ARGUMENT);
  const m = matchSpec;
  memory.fill(changetype<usize>(m), 0, offsetof<MatchSpec>());
  m.face = changetype<OpenFont>(open.font).face;
  m.objective = load<u32>(options);
  m.mode = load<u32>(options, 4);
  m.reach = load<u32>(options, 8);
  const budget = load<u32>(options, 12);
  m.sizePx = <f64>load<f32>(options, 16);
  m.coarse = (load<u32>(options, 20) & 1) == 0 ? 1 : 0;
  if (m.objective == 0 || (m.objective & ~MEASURE_ALL) != 0 || popcnt<u32>(m.objective) != 1) return failWith(code.E_INVALID_ARGUMENT);
  if (m.mode > ALIGN_INK || m.reach > <u32>code.LIMIT_ALIGN_REACH_PX) return failWith(code.E_INVALID_ARGUMENT);
  if (!(m.sizePx > 0 && m.sizePx <= code.LIMIT_SIZE_PX)) return failWith(code.E_INVALID_ARGUMENT);
  if (itemCount > <u32>code.LIMIT_MATCH_TEXTS || budget < itemCount || budget > <u32>code.LIMIT_MATCH_RENDERS) return failWith(code.E_INVALID_ARGUMENT);
  m.evaluations = budget / itemCount;
  arenaReset();
  let status = readAxes(m, axes, axisCount);
  if (status == 0) status = copyCoordinates(m, changetype<Instance>(open.instance));
  if (status == 0) status = readItems(m, items, itemCount);
  if (status == 0) status = matchRun(m);
  if (status != 0) return failWith(status);
  takeNonFinite();
  putMatch();
  return takeNonFinite() == 0 ? finishOutput() : failWith(code.E_INTERNAL);
}

function readAxes(m: MatchSpec, axes: usize, count: u32): i32 {
  const f = changetype<Face>(m.face);
  if (f.axisCount == 0) return code.E_INVALID_ARGUMENT;
  const most = count == 0 ? f.axisCount : count;
  m.axes = arenaAlloc(<usize>most * 12);
  if (m.axes == 0) return code.E_OUT_OF_MEMORY;
  for (let i: u32 = 0; i < most; i++) {
    const axis = count == 0 ? <i32>i : axisIndex(f, load<u32>(axes + <usize>i * 12));
    if (axis < 0) return code.E_INVALID_ARGUMENT;
    let least = axisMin(f, <u32>axis);
    let greatest = axisMax(f, <u32>axis);
    if (count > 0) {
      const from = load<f32>(axes + <usize>i * 12, 4);
      const to = load<f32>(axes + <usize>i * 12, 8);
      if (!(from <= to) || !isFinite<f32>(from) || !isFinite<f32>(to)) return code.E_INVALID_ARGUMENT;
      // held to what the axis has
      least = min(max(from, least), greatest);
      greatest = max(min(to, greatest), least);
    }
    // an axis that cannot move, or is there twice, is no dimension
    if (least == greatest || knows(m, <u32>axis)) continue;
    const at = m.axes + <usize>m.axisCount * 12;
    store<u32>(at, <u32>axis);
    store<f32>(at, least, 4);
    store<f32>(at, greatest, 8);
    m.axisCount++;
  }
  return m.axisCount == 0 || m.axisCount > DIMENSIONS_MAX ? code.E_INVALID_ARGUMENT : 0;
}

function knows(m: MatchSpec, axis: u32): bool {
  for (let i: u32 = 0; i < m.axisCount; i++) if (load<u32>(m.axes + <usize>i * 12) == axis) return true;
  return false;
}

function copyCoordinates(m: MatchSpec, instance: Instance): i32 {
  const bytes = (<usize>changetype<Face>(m.face).axisCount) << 2;
  m.coordinates = arenaAlloc(bytes);
  if (m.coordinates == 0) return code.E_OUT_OF_MEMORY;
  memory.copy(m.coordinates, coordsOf(instance), bytes);
  return 0;
}

function readItems(m: MatchSpec, items: usize, count: u32): i32 {
  const bytes = <usize>count * offsetof<MatchText>();
  m.texts = arenaAlloc(bytes);
  if (m.texts == 0) return code.E_OUT_OF_MEMORY;
  memory.fill(m.texts, 0, bytes);
  m.textCount = count;
  for (let i: u32 = 0; i < count; i++) {
    const status = readItem(items + <usize>i * ITEM_BYTES, changetype<MatchText>(m.texts + <usize>i * offsetof<MatchText>()));
    if (status != 0) return status;
  }
  return 0;
}

function readItem(item: usize, t: MatchText): i32 {
  const bytes = load<u32>(item, 4);
  t.script = load<u32>(item, 8);
  t.direction = load<u32>(item, 12);
  t.language = <usize>load<u32>(item, 16);
  t.languageBytes = load<u32>(item, 20);
  const flags = load<u32>(item, 32);
  t.hasOrigin = flags & 1;
  t.blank = (flags & 2) != 0 ? 0 : 255;
  t.originX = <f64>load<f32>(item, 36);
  t.originY = <f64>load<f32>(item, 40);
  t.pixels = <usize>load<u32>(item, 44);
  const width = load<u32>(item, 48);
  const height = load<u32>(item, 52);
  if (t.direction != 0 && (t.direction < 4 || t.direction > 7)) return code.E_INVALID_ARGUMENT;
  if (t.hasOrigin != 0 && !(isFinite<f64>(t.originX) && isFinite<f64>(t.originY))) return code.E_INVALID_ARGUMENT;
  if (t.pixels == 0 || width == 0 || height == 0) return code.E_INVALID_ARGUMENT;
  if (width > <u32>code.LIMIT_CANVAS_SIDE_PX || height > <u32>code.LIMIT_CANVAS_SIDE_PX || <u64>width * <u64>height > <u64>code.LIMIT_CANVAS_AREA_PX)
    return code.E_CANVAS_TOO_LARGE;
  t.width = <i32>width;
  t.height = <i32>height;
  if (bytes > <u32>code.LIMIT_TEXT_CODE_POINTS * 4) return code.E_TEXT_TOO_LONG;
  t.points = arenaAlloc(((<usize>bytes) << 2) + 16);
  if (t.points == 0) return code.E_OUT_OF_MEMORY;
  t.pointCount = decodeUtf8(<usize>load<u32>(item), bytes, t.points);
  t.replaced = (flags & 4) != 0 || replacedParts > 0 ? 1 : 0;
  if (t.pointCount > <u32>code.LIMIT_TEXT_CODE_POINTS) return code.E_TEXT_TOO_LONG;
  const featureBytes = load<u32>(item, 28);
  if (featureBytes == 0) return 0;
  t.features = arenaAlloc(<usize>code.LIMIT_FEATURES * FEATURE_BYTES);
  if (t.features == 0) return code.E_OUT_OF_MEMORY;
  let at = <usize>load<u32>(item, 24);
  const end = at + featureBytes;
  while (at < end) {
    let stop = at;
    while (stop < end && load<u8>(stop) != 0x2c) stop++;
    if (t.featureCount == <u32>code.LIMIT_FEATURES || !featureParse(at, <u32>(stop - at), t.features + <usize>t.featureCount * FEATURE_BYTES))
      return code.E_INVALID_ARGUMENT;
    t.featureCount++;
    at = stop + 1;
  }
  return 0;
}
