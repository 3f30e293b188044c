// What can be set on a comparison, with the defaults, and the check of what came.
import { callError } from "../engine/errors.ts";
import type { Coordinates } from "./records.ts";

/** What counts as the same. A value at the threshold is within it. */
export interface Thresholds {
  /** Font units of the old font. Advance width of a glyph. */
  readonly advance?: number;
  /** Font units. How far any point of an outline moved; an outline of other segments is always different. */
  readonly outline?: number;
  /** Font units. Kerning and offsets of a glyph in a word; other glyphs are always different. */
  readonly position?: number;
  /** 0..1, mean absolute difference within the joint ink box: at most. */
  readonly pixel_delta?: number;
  /** 0..1, root of the mean squared difference: at most. */
  readonly rmse?: number;
  /** 0..1, common ink ÷ joint ink: at least. */
  readonly iou?: number;
  /** −1..1, structural similarity: at least. */
  readonly ssim?: number;
}

/** What can be measured of pictures beside pixel_delta. */
export type PictureMeasure = "rmse" | "iou" | "ssim";
export const PICTURE_MEASURES: readonly PictureMeasure[] = ["rmse", "iou", "ssim"];

export interface CompareFontsOptions {
  /** Levels switched off. Default: all are on. */
  readonly tables?: boolean;
  readonly glyphs?: boolean;
  readonly shaping?: boolean;
  readonly pixels?: boolean;
  /** Default: every threshold 0, pictures by pixel_delta alone. Where one measure of pictures is given, only those given decide. */
  readonly thresholds?: Thresholds;
  /**
   * What is measured of pictures beside pixel_delta, and told; those with a threshold are measured anyway. Default none: rmse and iou take half as long as drawing, ssim several
   * times as long.
   */
  readonly measures?: readonly PictureMeasure[];
  /** What is not compared: "kind:pattern", see docs/compare.md. Default: nothing but DEFAULT_IGNORES. */
  readonly ignore?: readonly string[];
  /** Whether DEFAULT_IGNORES are ignored. Default true. */
  readonly defaultIgnores?: boolean;
  /** Words to shape, in place of the bundled lists. */
  readonly words?: readonly string[];
  /** Pixels per em of the pictures. Default [100]. */
  readonly sizes?: readonly number[];
  /** Where variable fonts are compared. "all": at the old default and the named instances of both; "default": there alone. Default "all". */
  readonly instances?: "all" | "default";
  /** More coordinates to compare at. */
  readonly at?: readonly Coordinates[];
  /**
   * Threads that compare: this one, and one worker less than that. "auto": the machine's cores from four pairs of fonts on, and of fewer pairs as many as the work pays for, which is
   * one for fonts of 1,000 glyphs at the defaults. Default 1.
   */
  readonly jobs?: number | "auto";
  readonly signal?: AbortSignal;
}

/** Fields that every build changes: when it was made, and the sum over the whole file. */
export const DEFAULT_IGNORES: readonly string[] = ["field:head.modified", "field:head.checkSumAdjustment"];
export const DEFAULT_SIZES: readonly number[] = [100];

/** Larger pictures of a wide glyph would not fit a canvas. */
export const SIZE_MAX_PX = 2000;
/** Sizes, and coordinates, of one comparison: each multiplies its time. */
export const SIZES_MAX = 16;
export const LOCATIONS_MAX = 256;
export const JOBS_MAX = 256;
/** Words of a list, and UTF-16 units of one: far above a word list, and a bound for a wrong file. */
export const WORDS_MAX = 1_000_000;
export const WORD_LENGTH_MAX = 1000;
export const WORDS_FILE_BYTES: number = 64 << 20;
export const IGNORES_MAX = 1000;

/** What travels inside: everything is there, and can be sent to a worker. */
export interface ResolvedOptions {
  readonly tables: boolean;
  readonly glyphs: boolean;
  readonly shaping: boolean;
  readonly pixels: boolean;
  readonly advance: number;
  readonly outline: number;
  readonly position: number;
  /** Limits of pictures; those that do not decide are at their harmless end. */
  readonly pixelDelta: number;
  readonly rmse: number;
  readonly iou: number;
  readonly ssim: number;
  readonly measures: readonly PictureMeasure[];
  readonly ignore: readonly string[];
  readonly words: readonly string[] | undefined;
  readonly sizes: readonly number[];
  readonly allInstances: boolean;
  readonly at: readonly Coordinates[];
  readonly jobs: number | "auto";
}

const THRESHOLDS = ["advance", "outline", "position", "pixel_delta", "rmse", "iou", "ssim"] as const;
const OPTIONS = [
  "tables",
  "glyphs",
  "shaping",
  "pixels",
  "thresholds",
  "measures",
  "ignore",
  "defaultIgnores",
  "words",
  "sizes",
  "instances",
  "at",
  "jobs",
  "signal",
] as const;
export const IGNORE_KINDS = ["table", "field", "name", "axis", "instance", "feature", "script", "glyph", "code_point", "word", "file"] as const;

/** @throws HaforuError invalid_argument that names the option, what came and what was expected. */
export function resolveCompareOptions(options: CompareFontsOptions): ResolvedOptions {
  if (typeof options !== "object" || options === null) throw wrong("options", "an object", options);
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(name)) throw wrong(name, `one of the options ${OPTIONS.join(", ")}`, name);
  }
  // Comparing nothing would find every two fonts the same.
  if ([options.tables, options.glyphs, options.shaping, options.pixels].every((level) => level === false)) {
    throw callError("invalid_argument", "tables, glyphs, shaping, pixels", "all four levels are switched off, expected at least one", { field: "options" });
  }
  const thresholds = options.thresholds ?? {};
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(THRESHOLDS as readonly string[]).includes(name)) throw wrong("thresholds", `of ${THRESHOLDS.join(", ")}`, name);
    const [least, most] = name === "ssim" ? [-1, 1] : name === "advance" || name === "outline" || name === "position" ? [0, 1e6] : [0, 1];
    if (value !== undefined && !inRange(value, least, most)) throw wrong(`thresholds.${name}`, `a number from ${least} to ${most}`, value);
  }
  const { pixel_delta, rmse, iou, ssim } = thresholds;
  const measured = [pixel_delta, rmse, iou, ssim].some((value) => value !== undefined);
  return {
    tables: flag("tables", options.tables),
    glyphs: flag("glyphs", options.glyphs),
    shaping: flag("shaping", options.shaping),
    pixels: flag("pixels", options.pixels),
    advance: thresholds.advance ?? 0,
    outline: thresholds.outline ?? 0,
    position: thresholds.position ?? 0,
    pixelDelta: pixel_delta ?? (measured ? 1 : 0),
    rmse: rmse ?? 1,
    iou: iou ?? 0,
    ssim: ssim ?? -1,
    measures: measuresOf(options.measures ?? [], thresholds),
    ignore: [...(flag("defaultIgnores", options.defaultIgnores) ? DEFAULT_IGNORES : []), ...ignores(options.ignore ?? [])],
    words: options.words === undefined ? undefined : words(options.words),
    sizes: sizes(options.sizes ?? DEFAULT_SIZES),
    allInstances: instances(options.instances ?? "all"),
    at: places(options.at ?? []),
    jobs: options.jobs === "auto" ? "auto" : whole("jobs", options.jobs ?? 1, JOBS_MAX),
  };
}

function flag(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== "boolean") throw wrong(name, "true or false", value);
  return value;
}

function measuresOf(list: readonly PictureMeasure[], thresholds: Thresholds): readonly PictureMeasure[] {
  if (!Array.isArray(list)) throw wrong("measures", `an array of ${PICTURE_MEASURES.join(", ")}`, list);
  for (const name of list) if (!PICTURE_MEASURES.includes(name)) throw wrong("measures", `of ${PICTURE_MEASURES.join(", ")}`, name);
  return PICTURE_MEASURES.filter((name) => list.includes(name) || thresholds[name] !== undefined);
}

function instances(value: unknown): boolean {
  if (value !== "all" && value !== "default") throw wrong("instances", '"all" or "default"', value);
  return value === "all";
}

function ignores(list: readonly string[]): readonly string[] {
  if (!Array.isArray(list) || list.length > IGNORES_MAX) throw wrong("ignore", `an array of at most ${IGNORES_MAX} patterns`, list);
  for (const one of list) {
    const kind = typeof one === "string" ? one.slice(0, Math.max(one.indexOf(":"), 0)) : "";
    if (!(IGNORE_KINDS as readonly string[]).includes(kind)) throw wrong("ignore", `kind:pattern with a kind of ${IGNORE_KINDS.join(", ")}`, one);
  }
  return [...list];
}

function words(list: readonly string[]): readonly string[] {
  if (!Array.isArray(list) || list.length > WORDS_MAX) throw wrong("words", `an array of at most ${WORDS_MAX} words`, list);
  for (const [i, word] of list.entries()) {
    if (typeof word !== "string" || word === "" || word.length > WORD_LENGTH_MAX) {
      throw wrong(`words[${i}]`, `a text of 1 to ${WORD_LENGTH_MAX} UTF-16 units`, typeof word === "string" ? `one of ${word.length}` : word);
    }
  }
  return [...new Set(list)];
}

function sizes(list: readonly number[]): readonly number[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > SIZES_MAX) throw wrong("sizes", `an array of 1 to ${SIZES_MAX} sizes`, list);
  for (const size of list) if (!inRange(size, 1, SIZE_MAX_PX)) throw wrong("sizes", `pixels per em from 1 to ${SIZE_MAX_PX}`, size);
  return [...new Set(list)];
}

function places(list: readonly Coordinates[]): readonly Coordinates[] {
  if (!Array.isArray(list) || list.length > LOCATIONS_MAX) throw wrong("at", `an array of at most ${LOCATIONS_MAX} sets of coordinates`, list);
  for (const [i, one] of list.entries()) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) throw wrong(`at[${i}]`, "coordinates by axis tag, such as { wght: 600 }", one);
    for (const [tag, value] of Object.entries(one)) {
      if (!/^[\x20-\x7e]{1,4}$/.test(tag) || !Number.isFinite(value))
        throw wrong(`at[${i}]`, "coordinates by axis tag, such as { wght: 600 }", `${tag}=${value}`);
    }
  }
  return list.map((one) => ({ ...one }));
}

function whole(name: string, value: unknown, most: number): number {
  if (!Number.isInteger(value) || !inRange(value, 1, most)) throw wrong(name, `a whole number from 1 to ${most}, or "auto"`, value);
  return value as number;
}

function inRange(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function wrong(field: string, expected: string, came: unknown): Error {
  const shown =
    typeof came === "string"
      ? JSON.stringify(came.slice(0, 80))
      : Array.isArray(came)
        ? `an array of ${came.length}`
        : typeof came === "object" && came !== null
          ? "an object"
          : String(came);
  return callError("invalid_argument", field, `got ${shown}, expected ${expected}`, { field });
}
