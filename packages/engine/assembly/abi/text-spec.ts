// The two structs of the struct calls in: a text to be shaped, and where it goes on a canvas. Out: the shaped text, the pen.
// Layouts are written at each struct; all fields are little-endian, pointers 32 bits.

import { Face } from "../font/face";
import { Instance } from "../font/instance";
import * as code from "../generated/contract";
import { place } from "../job/place";
import { arenaAlloc, arenaReset } from "../native";
import { FEATURE_BYTES, featureParse } from "../shape/features";
import { shapeItem, usedDirection } from "../shape/shape";
import { decodeUtf8 } from "../text/utf8";
import { handleGet, KIND_INSTANCE } from "./handles";
import { failWith } from "./last-error";
import { OpenFont, OpenInstance } from "./open-fonts";

/** The face and the HarfBuzz font of the last text that was shaped, and how many code points of context stood before it. */
export let runFace: usize = 0;
export let runFont: usize = 0;
export let runFirst: u32 = 0;

/**
 * Shapes the text of a textSpec {u32 utf8, u32 bytes, u32 scriptTag|0, u32 direction|0, u32 language, u32 languageBytes, u32 features, u32 featureBytes (comma-separated)}, with
 * item (0: none) {u32 flags (hb_buffer_flags_t), u32 clusterLevel, u32 order (1: logical), u32 before, u32 beforeBytes, u32 after, u32 afterBytes}. Returns 0 or a negative code.
 */
export function shapeSpec(instance: u32, spec: usize, item: usize): i32 {
  const open = changetype<OpenInstance>(handleGet(KIND_INSTANCE, instance));
  if (changetype<usize>(open) == 0) return failWith(code.E_INVALID_HANDLE);
  runFace = changetype<OpenFont>(open.font).face;
  runFont = changetype<Instance>(open.instance).hb;
  const status = readSpec(spec, item);
  return status == 0 ? shapeRead() : status;
}

/** Makes another font of a face the one that is shaped in and drawn from. */
export function useFont(face: usize, font: usize): void {
  runFace = face;
  runFont = font;
}

// what readSpec left for shapeRead: the struct, its item, the code points with their context, the features
let readAt: usize = 0;
let readItem: usize = 0;
let features: usize = 0;
let featureCount: u32 = 0;
/** The text's code points, without its context. */
export let readPoints: usize = 0;
export let readCount: u32 = 0;
let readTotal: u32 = 0;
let allPoints: usize = 0;

/** Reads a textSpec into the arena, which is reset before. Returns 0 or a negative code. */
export function readSpec(spec: usize, item: usize): i32 {
  arenaReset();
  const bytes = load<u32>(spec, 4);
  const direction = load<u32>(spec, 12);
  if (direction != 0 && (direction < 4 || direction > 7)) return failWith(code.E_INVALID_ARGUMENT);
  const beforeBytes = item != 0 ? load<u32>(item, 16) : 0;
  const afterBytes = item != 0 ? load<u32>(item, 24) : 0;
  if (item != 0 && load<u32>(item, 4) > 3) return failWith(code.E_INVALID_ARGUMENT);
  if (max(bytes, max(beforeBytes, afterBytes)) > <u32>code.LIMIT_TEXT_CODE_POINTS * 4) return failWith(code.E_TEXT_TOO_LONG);
  const points = arenaAlloc(((<usize>bytes + beforeBytes + afterBytes) << 2) + 16);
  if (points == 0) return failWith(code.E_OUT_OF_MEMORY);
  runFirst = beforeBytes > 0 ? decodeUtf8(<usize>load<u32>(item, 12), beforeBytes, points) : 0;
  const count = decodeUtf8(<usize>load<u32>(spec), bytes, points + ((<usize>runFirst) << 2));
  if (count > <u32>code.LIMIT_TEXT_CODE_POINTS) return failWith(code.E_TEXT_TOO_LONG);
  let total = runFirst + count;
  if (afterBytes > 0) total += decodeUtf8(<usize>load<u32>(item, 20), afterBytes, points + ((<usize>total) << 2));
  readAt = spec;
  readItem = item;
  allPoints = points;
  readPoints = points + ((<usize>runFirst) << 2);
  readCount = count;
  readTotal = total;
  features = 0;
  featureCount = 0;
  const featureBytes = load<u32>(spec, 28);
  if (featureBytes > 0) {
    features = arenaAlloc(<usize>code.LIMIT_FEATURES * FEATURE_BYTES);
    if (features == 0) return failWith(code.E_OUT_OF_MEMORY);
    let at = <usize>load<u32>(spec, 24);
    const end = at + featureBytes;
    while (at < end) {
      let stop = at;
      while (stop < end && load<u8>(stop) != 0x2c) stop++;
      if (featureCount == <u32>code.LIMIT_FEATURES || !featureParse(at, <u32>(stop - at), features + <usize>featureCount * FEATURE_BYTES))
        return failWith(code.E_INVALID_ARGUMENT);
      featureCount++;
      at = stop + 1;
    }
  }
  return 0;
}

/** Shapes what readSpec has read. Returns 0 or a negative code. */
export function shapeRead(): i32 {
  const spec = readAt;
  const item = readItem;
  const status = shapeItem(
    runFont,
    allPoints,
    readTotal,
    runFirst,
    readCount,
    load<u32>(spec, 8),
    load<u32>(spec, 12),
    <usize>load<u32>(spec, 16),
    load<u32>(spec, 20),
    features,
    featureCount,
    item != 0 ? load<u32>(item) : 0,
    item != 0 ? load<u32>(item, 4) : 0,
    item != 0 && load<u32>(item, 8) == 1,
  );
  return status == 0 ? 0 : failWith(-status);
}

/** Sets the pen for the shaped text from a placement {f32 sizePx, u32 flags (bit 0: origin given), f32 originX, f32 originY, u32 width, u32 height}; the canvas decides the size. Returns 0 or a negative code. */
export function placeSpec(placement: usize, width: u32, height: u32): i32 {
  const size = <f64>load<f32>(placement);
  const x = <f64>load<f32>(placement, 8);
  const y = <f64>load<f32>(placement, 12);
  if (!(size > 0 && size <= code.LIMIT_SIZE_PX)) return failWith(code.E_INVALID_ARGUMENT);
  const given = (load<u32>(placement, 4) & 1) != 0;
  if (given && !(isFinite(x) && isFinite(y))) return failWith(code.E_INVALID_ARGUMENT);
  place(size, changetype<Face>(runFace).upem, width, height, usedDirection, given, x, y);
  return 0;
}
