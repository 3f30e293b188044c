// Matching as a session gives it: what is asked, checked; brought to the engine as structs; and what comes back.
// The search itself is in the engine (assembly/job/match.ts).
import { type AlignMode, COMPARE_MEASURES, type CompareMeasure, LIMITS, type Warning } from "@haforu/engine";
import { type Engine, packTag } from "../engine/boundary.ts";
import { callError, HaforuError } from "../engine/errors.ts";
import { checkCanvas, checkKeys, invalid, isRecord, isWhole, unknownName } from "./check-request.ts";
import { checkImage, compareWords, type GreyImage, measureBits } from "./compare.ts";
import type { FileInfo } from "./font-info.ts";
import { type RenderRequest, type TextRequest, textSpec } from "./request.ts";

/** A text and what its picture is to be like: a picture, or a render of another font. The canvas has the picture's size. */
export type MatchTarget = Omit<TextRequest, "font" | "variations" | "instance" | "faceIndex"> & {
  /** Where the pen starts, as in a render. Default: (0, 0.75 × height), vertical text (width / 2, 0). */
  readonly origin?: readonly [number, number];
} & ({ readonly image: GreyImage } | { readonly like: RenderRequest });

/** The axes that are moved, with the part of each range that is searched. Default of both ends: the axis' own. */
export type MatchAxes = Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;

export interface MatchRequest extends Pick<TextRequest, "font" | "variations" | "instance" | "faceIndex"> {
  /** Pixels per em. */
  readonly size: number;
  /** At least one; the score is the mean over them. */
  readonly targets: readonly MatchTarget[];
  /** Default: all axes of the font, over their whole ranges. Others stay where `instance` and `variations` put them. */
  readonly axes?: MatchAxes;
  /** What is made as small as it gets; of ssim and iou 1 less it. Default "rmse". */
  readonly objective?: CompareMeasure;
  /** How a render is laid over its target, as in alignAndCompare. Default "corner": as the pens stand. */
  readonly mode?: AlignMode;
  /** Mode "ink": as in alignAndCompare. Default 32. */
  readonly reach?: number;
  /** Renders at most: every evaluation draws each target's text once. Default 600. */
  readonly budget?: number;
  /** false: every evaluation is at full size. Default true: sizes from 200 px per em are first matched smaller. */
  readonly coarse?: boolean;
}

export const DEFAULT_MATCH_OPTIONS = { objective: "rmse", mode: "corner", reach: 32, budget: 600, coarse: true } as const;

/** A step of the way: an evaluation that was better than all before it in its stage. */
export interface MatchStep {
  /** Counted from 1. */
  readonly evaluation: number;
  /** "coarse" scores are the rmse of smaller pictures, not to be compared with "fine" ones. */
  readonly stage: "coarse" | "fine";
  readonly score: number;
  /** Of the axes that are moved. */
  readonly coordinates: Readonly<Record<string, number>>;
}

export interface MatchResult {
  /** The objective at `coordinates`, the mean over the targets; of ssim and iou 1 less it. 0: alike. At most 6 decimals. */
  readonly score: number;
  /** Every axis of the font. */
  readonly coordinates: Readonly<Record<string, number>>;
  readonly evaluations: number;
  readonly renders: number;
  /** Nothing better can be (score 0), nothing better was found near by, or the budget was used up. */
  readonly stopped: "exact" | "converged" | "budget";
  /** Pixels per em of the coarse stage; null: there was none. */
  readonly coarse_px: number | null;
  readonly path: readonly MatchStep[];
  /** What a render of the texts at `coordinates` warns of: characters that the font lacks, ink that is cut off … A match of such pictures says little. */
  readonly warnings: readonly MatchWarning[];
}

/** A warning, and of which target's text, counted from 0. */
export type MatchWarning = Warning & { readonly target: number };

/** A request that was found good. */
export interface CheckedMatch {
  readonly face: TextRequest;
  readonly size: number;
  readonly axes: readonly (readonly [tag: string, min: number, max: number])[];
  readonly targets: readonly MatchTarget[];
  readonly options: readonly [objective: number, mode: number, reach: number, budget: number, coarse: boolean];
}

const KEYS: readonly string[] = ["font", "faceIndex", "instance", "variations", "size", "targets", "axes", "objective", "mode", "reach", "budget", "coarse"];
const TARGET_KEYS: readonly string[] = ["text", "features", "script", "direction", "language", "origin", "image", "like"];
const AXIS_KEYS: readonly string[] = ["min", "max"];
const ITEM_WORDS = 15;
const OPTION_WORDS = 6;
const AXIS_WORDS = 3;
const AXIS_TAG: RegExp = /^[ -~]{4}$/;
/** Half a pair, which UTF-8 cannot hold: the encoder puts U+FFFD. */
const LONE_SURROGATE: RegExp = /\p{Surrogate}/u;
const encoder: TextEncoder = new TextEncoder();

/** @throws HaforuError invalid_argument that names the field. */
export function checkMatch(request: MatchRequest): CheckedMatch {
  if (!isRecord(request)) throw invalid("request", "an object with font, size and targets", request);
  for (const key of Object.keys(request)) if (!KEYS.includes(key)) throw unknownName(key, KEYS);
  const { font, faceIndex, instance, variations, size, targets } = request;
  const { objective, mode, reach, budget, coarse } = { ...DEFAULT_MATCH_OPTIONS, ...withoutUndefined(request) };
  if (!Array.isArray(targets) || targets.length === 0 || targets.length > LIMITS.matchTexts) {
    throw invalid("targets", `an array of 1 to ${LIMITS.matchTexts} texts with their targets`, targets);
  }
  targets.forEach((target, i) => {
    checkTarget(`targets[${i}]`, target, size);
  });
  if (!isWhole(budget, targets.length, LIMITS.matchRenders)) {
    throw invalid("budget", `a whole number of renders from ${targets.length}, the number of targets, to ${LIMITS.matchRenders}`, budget);
  }
  if (typeof coarse !== "boolean") throw invalid("coarse", "true or false", coarse);
  const [modeWord, reachWord] = compareWords({ mode, reach });
  if (!COMPARE_MEASURES.includes(objective)) throw invalid("objective", COMPARE_MEASURES.map((name) => `"${name}"`).join(", "), objective);
  const face = { font, text: "", ...withoutUndefined({ faceIndex, instance, variations }) } as TextRequest;
  return { face, size, axes: axesOf(request.axes), targets, options: [measureBits([objective]), modeWord, reachWord, budget, coarse] };
}

function withoutUndefined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function checkTarget(field: string, target: MatchTarget, size: number): void {
  if (!isRecord(target)) throw invalid(field, "an object with text and image or like", target);
  for (const key of Object.keys(target)) if (!TARGET_KEYS.includes(key)) throw unknownName(key, TARGET_KEYS);
  const { image, like, origin } = target as { readonly image?: GreyImage; readonly like?: RenderRequest; readonly origin?: readonly [number, number] };
  if ((image === undefined) === (like === undefined)) throw invalid(field, "either image or like", image === undefined ? "neither" : "both");
  if (image !== undefined) checkImage(`${field}.image`, image);
  else {
    checkKeys(like as RenderRequest);
    checkCanvas(like as RenderRequest);
  }
  const { width, height } = (image ?? like) as { readonly width: number; readonly height: number };
  checkCanvas({ font: "", text: "", size, width, height, ...(origin === undefined ? {} : { origin }) });
}

function axesOf(axes: MatchAxes | undefined): CheckedMatch["axes"] {
  if (axes === undefined) return [];
  const expected = `an object of 1 to ${LIMITS.matchAxes} axes, such as { wght: { min: 100, max: 900 }, wdth: {} }`;
  if (!isRecord(axes)) throw invalid("axes", expected, axes);
  const entries = Object.entries(axes);
  if (entries.length === 0 || entries.length > LIMITS.matchAxes) throw invalid("axes", `${expected} (there are ${entries.length})`, axes);
  return entries.map(([tag, range]) => {
    if (!AXIS_TAG.test(tag)) throw invalid("axes", "axis tags of 4 printable ASCII characters, such as wght", tag);
    if (!isRecord(range)) throw invalid(`axes.${tag}`, "an object with min and max, or an empty one", range);
    for (const key of Object.keys(range)) if (!AXIS_KEYS.includes(key)) throw unknownName(key, AXIS_KEYS);
    const { min = -LIMITS.axisValue, max = LIMITS.axisValue } = range;
    for (const [name, value] of Object.entries({ min, max })) {
      if (typeof value !== "number" || !(Math.abs(value) <= LIMITS.axisValue)) {
        throw invalid(`axes.${tag}.${name}`, `a number from ${-LIMITS.axisValue} to ${LIMITS.axisValue}`, value);
      }
    }
    if (min > max) throw invalid(`axes.${tag}`, `min at most max (${max})`, min);
    return [tag, min, max] as const;
  });
}

/** Brings a checked request to the engine. */
export function matchPictures(
  engine: Engine,
  instance: number,
  checked: CheckedMatch,
  targets: readonly (MatchTarget & { readonly image: GreyImage })[],
): MatchResult {
  const { size, axes, options } = checked;
  const items = targets.map((target) => {
    const spec = textSpec({ font: "", ...target });
    return { target, spec, strings: [spec.text, spec.language, spec.features].map((text) => encoder.encode(text)) };
  });
  const words = OPTION_WORDS + axes.length * AXIS_WORDS + items.length * ITEM_WORDS;
  const parts = items.flatMap(({ target, strings }) => [...strings, target.image.data]);
  const bytes = words * 4 + parts.reduce((sum, part) => sum + part.length, 0);
  const room = engine.allocateFont(bytes);
  if (room === 0) throw callError("out_of_memory", "targets", `no room for ${bytes} bytes`);
  try {
    const all = engine.view(room, bytes);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    let at = 0;
    const word = (value: number): void => {
      view.setUint32(at, value, true);
      at += 4;
    };
    const float = (value: number): void => {
      view.setFloat32(at, value, true);
      at += 4;
    };
    const [objective, mode, reach, budget, coarse] = options;
    for (const value of [objective, mode, reach, budget]) word(value);
    float(size);
    word(coarse ? 0 : 1);
    const axesAt = room + at;
    for (const [tag, min, max] of axes) {
      word(packTag(tag));
      float(min);
      float(max);
    }
    const itemsAt = room + at;
    let free = words * 4;
    const put = (part: Uint8Array): number => {
      all.set(part, free);
      free += part.length;
      return room + free - part.length;
    };
    for (const { target, spec, strings } of items) {
      const [text, language, features] = strings as [Uint8Array, Uint8Array, Uint8Array];
      const { image, origin } = target;
      for (const value of [put(text), text.length, spec.scriptTag, spec.direction]) word(value);
      for (const value of [put(language), language.length, put(features), features.length]) word(value);
      word((origin === undefined ? 0 : 1) | (image.invert === true ? 2 : 0) | (LONE_SURROGATE.test(target.text) ? 4 : 0));
      float(origin?.[0] ?? 0);
      float(origin?.[1] ?? 0);
      for (const value of [put(image.data), image.width, image.height, 0]) word(value);
    }
    return JSON.parse(engine.match(instance, room, axesAt, axes.length, itemsAt, items.length)) as MatchResult;
  } finally {
    engine.free(room);
  }
}

/** The engine's error told in the request's words: what it can still refuse is the font's axes. */
export function explainMatch(error: unknown, info: FileInfo, checked: CheckedMatch): unknown {
  if (!(error instanceof HaforuError) || error.code !== "invalid_argument" || error.field !== undefined) return error;
  const face = info.faces.find((one) => one.face_index === (checked.face.faceIndex ?? 0));
  const tags = (face?.axes ?? []).map((axis) => axis.tag);
  const because = { cause: error, field: "axes" };
  if (tags.length === 0) return new HaforuError("invalid_argument", `axes: ${checked.face.font} has none: there is nothing to match with`, because);
  const unknown = checked.axes.find(([tag]) => !tags.includes(tag));
  if (unknown !== undefined)
    return new HaforuError("invalid_argument", `axes: ${checked.face.font} has no axis "${unknown[0]}"; its axes are ${tags.join(", ")}`, because);
  if (checked.axes.length === 0) {
    return new HaforuError(
      "invalid_argument",
      `axes: ${checked.face.font} has ${tags.length}: name at most ${LIMITS.matchAxes} of ${tags.join(", ")}`,
      because,
    );
  }
  return new HaforuError("invalid_argument", "axes: none of those that are named can move within the range that is given", because);
}
