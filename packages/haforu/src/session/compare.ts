// Pictures against each other: what a session takes and gives when it resizes and compares, checked, and brought to the
// engine. Formulas: docs/metrics.md. Knows nothing of fonts.
import { ALIGN_MODES, type AlignMode, COMPARE_MEASURES, type CompareMeasure, type Comparison, LIMITS } from "@haforu/engine";
import type { Engine } from "../engine/boundary.ts";
import { callError } from "../engine/errors.ts";
import { invalid, isRecord, isWhole, unknownName } from "./check-request.ts";

/** A grey picture: `height` rows of `width` bytes from the top, without gaps. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** false (default): 255 is blank and 0 full ink; true: the other way round. */
  readonly invert?: boolean;
}

export interface CompareOptions {
  /**
   * Both pictures are padded with blank to one frame, the larger width × the larger height.
   * "corner" (default): both in its upper left corner. "center": both in its middle, half a pixel up and left where it
   * does not divide. "ink": the second where Σ|a − b| is least, by whole pixels; where its ink would leave the frame,
   * the frame grows.
   */
  readonly mode?: AlignMode;
  /**
   * Mode "ink": how many pixels are looked at in each direction around the place where the middles of both ink boxes
   * meet (and the place without a shift besides). Default 32, at most 256.
   */
  readonly reach?: number;
  /** What is measured, at least one. Default: all. */
  readonly measures?: readonly CompareMeasure[];
}

export const DEFAULT_COMPARE_OPTIONS: Required<CompareOptions> = {
  mode: "corner",
  reach: 32,
  measures: COMPARE_MEASURES,
};

const MODES: readonly AlignMode[] = ALIGN_MODES;
const MEASURES: readonly CompareMeasure[] = COMPARE_MEASURES;
const SIDE: string = `a whole number of pixels from 1 to ${LIMITS.canvasSidePx}`;

/** The options as the engine's words: mode, reach, bits of measures. @throws HaforuError invalid_argument. */
export function compareWords(options: CompareOptions): readonly [number, number, number] {
  if (!isRecord(options)) throw invalid("options", "an object", options);
  for (const name of Object.keys(options)) if (!(name in DEFAULT_COMPARE_OPTIONS)) throw unknownName(name, Object.keys(DEFAULT_COMPARE_OPTIONS));
  const { mode = DEFAULT_COMPARE_OPTIONS.mode, reach = DEFAULT_COMPARE_OPTIONS.reach, measures = MEASURES } = options;
  if (!MODES.includes(mode)) throw invalid("mode", '"corner", "center" or "ink"', mode);
  if (!isWhole(reach, 0, LIMITS.alignReachPx)) throw invalid("reach", `a whole number of pixels from 0 to ${LIMITS.alignReachPx}`, reach);
  return [MODES.indexOf(mode), reach, measureBits(measures)];
}

/** The bits of the measures' names. */
export function measureBits(measures: readonly CompareMeasure[]): number {
  const list = MEASURES.map((name) => `"${name}"`).join(", ");
  if (!Array.isArray(measures) || measures.length === 0) throw invalid("measures", `an array with at least one of ${list}`, measures);
  let bits = 0;
  for (const name of measures) {
    if (!MEASURES.includes(name)) throw invalid("measures", `names out of ${list}`, name);
    bits |= 1 << MEASURES.indexOf(name);
  }
  return bits;
}

/** The engine's nine numbers by their names. */
export function comparisonOf(numbers: Float64Array, bits: number): Comparison {
  const at = (i: number): number => numbers[i] as number;
  const measured = MEASURES.flatMap((name, i) => ((bits & (1 << i)) !== 0 ? [[name, at(i)]] : []));
  return { width: at(7), height: at(8), shift: [at(5), at(6)], ...Object.fromEntries(measured) };
}

/** @throws HaforuError invalid_argument for what is no picture. */
export function checkImage(field: string, image: GreyImage): void {
  if (!isRecord(image)) throw invalid(field, "a picture { width, height, data }", image);
  const { width, height, data, invert } = image;
  if (!isWhole(width, 1, LIMITS.canvasSidePx)) throw invalid(`${field}.width`, SIDE, width);
  if (!isWhole(height, 1, LIMITS.canvasSidePx)) throw invalid(`${field}.height`, SIDE, height);
  checkArea(field, width, height);
  if (Object.prototype.toString.call(data) !== "[object Uint8Array]") throw invalid(`${field}.data`, "a Uint8Array", data);
  if (data.length !== width * height) throw invalid(`${field}.data`, `width × height = ${width * height} bytes`, data.length);
  if (invert !== undefined && typeof invert !== "boolean") throw invalid(`${field}.invert`, "true or false", invert);
}

function checkArea(field: string, width: number, height: number): void {
  if (width * height <= LIMITS.canvasAreaPx) return;
  const detail = `width × height is ${width} × ${height}, expected at most ${LIMITS.canvasAreaPx} pixels in all`;
  throw callError("canvas_too_large", field, detail, { field });
}

/** Compares two checked pictures. Those in the engine's memory are read where they lie. */
export function compareImages(engine: Engine, a: GreyImage, b: GreyImage, options: readonly [number, number, number]): Comparison {
  // Addresses first: the memory for one may grow, which detaches views of the other.
  const places = [a, b].map((image) => engine.addressOf(image.data));
  const copies: number[] = [];
  try {
    const words = [a, b].flatMap((image, i) => {
      let at = places[i];
      if (at === undefined) {
        at = engine.allocateFont(image.data.length);
        if (at === 0) throw callError("out_of_memory", i === 0 ? "a" : "b", `no room for ${image.data.length} bytes`);
        copies.push(at);
        engine.view(at, image.data.length).set(image.data);
      }
      return [at, image.width, image.height, image.invert === true ? 1 : 0];
    });
    return comparisonOf(engine.compare(words, options), options[2]);
  } finally {
    for (const at of copies) engine.free(at);
  }
}

/** Resizes a checked picture; the data is a copy. @throws HaforuError invalid_argument, canvas_too_large, out_of_memory. */
export function resizeImage(engine: Engine, image: GreyImage, width: number, height: number): GreyImage {
  if (!isWhole(width, 1, LIMITS.canvasSidePx)) throw invalid("width", SIDE, width);
  if (!isWhole(height, 1, LIMITS.canvasSidePx)) throw invalid("height", SIDE, height);
  checkArea("width", width, height);
  const inside = engine.addressOf(image.data);
  const room = engine.allocateFont(width * height + (inside === undefined ? image.data.length : 0));
  if (room === 0) throw callError("out_of_memory", "image", `no room for ${width} × ${height} pixels`);
  try {
    const from = inside ?? room + width * height;
    if (inside === undefined) engine.view(from, image.data.length).set(image.data);
    engine.resize(from, image.width, image.height, room, width, height);
    const data = engine.view(room, width * height).slice();
    return image.invert === true ? { width, height, data, invert: true } : { width, height, data };
  } finally {
    engine.free(room);
  }
}

/** Decodes a picture file. @throws HaforuError image_invalid, image_too_large, image_unsupported, out_of_memory. */
export function decodeImage(engine: Engine, file: Uint8Array): GreyImage {
  const at = engine.allocateFont(file.length);
  if (at === 0) throw callError("out_of_memory", "file", `no room for ${file.length} bytes`);
  try {
    engine.view(at, file.length).set(file);
    const [pointer, width, height] = engine.decode(at, file.length);
    const data = engine.view(pointer, width * height).slice();
    engine.free(pointer);
    return { width, height, data };
  } finally {
    engine.free(at);
  }
}
