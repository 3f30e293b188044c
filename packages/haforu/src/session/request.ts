// What a session's direct calls take, and what of it the engine reads: requests in, records for the boundary out.
// Strings that were found good are not checked again while they stay the same: a loop pays for comparing them alone.
import { packTag, type TextSpec } from "../engine/boundary.ts";
import { callError, HaforuError } from "../engine/errors.ts";
import { checkFeatures, checkLanguage, checkScript, invalid } from "./check-request.ts";

/** A text in a font. */
export interface TextRequest {
  /** Path of a font file, or the name of a font that was added. */
  readonly font: string;
  readonly text: string;
  /** Design coordinates by axis tag, for example { wght: 600 }. */
  readonly variations?: Readonly<Record<string, number>>;
  /** A named instance of the font; `variations` move on from it. */
  readonly instance?: string;
  /** Which face of a collection. Default 0. */
  readonly faceIndex?: number;
  /** HarfBuzz's syntax, for example ["liga=0", "ss01"] or "liga=0,ss01". */
  readonly features?: string | readonly string[];
  /** ISO 15924, for example "Latn". Guessed from the text where absent. */
  readonly script?: string;
  /** Guessed from the script where absent. */
  readonly direction?: "ltr" | "rtl" | "ttb" | "btt";
  /** BCP 47, for example "en". */
  readonly language?: string;
}

/** A text on a canvas of width × height pixels. */
export interface MetricsRequest extends TextRequest {
  /** Pixels per em. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
  /** Where the pen starts, [x, y] in pixels, y down. Default: (0, 0.75 × height), vertical text (width / 2, 0). */
  readonly origin?: readonly [number, number];
}

/** What is measured of a text. */
export interface MeasureRequest extends MetricsRequest {
  /** As in a job: "extended" adds the extended metrics (docs/metrics.md). "metrics" is always there. */
  readonly include?: readonly ("metrics" | "extended")[];
}

export interface RenderRequest extends MetricsRequest {
  /** false (default): 255 is blank and 0 full ink; true: the other way round. */
  readonly invert?: boolean;
}

const DIRECTIONS: ReadonlyMap<string, number> = new Map([
  ["ltr", 4],
  ["rtl", 5],
  ["ttb", 6],
  ["btt", 7],
]);

// The last that were found good, for all sessions of the thread.
let goodScript = "";
let goodScriptTag = 0;
let goodLanguage = "";
let goodFeatureList = "";
let goodFeatureItems: readonly string[] = [];
let featureList = "";

/** The part of a request that shaping reads. */
export function textSpec(request: TextRequest): TextSpec {
  const { text, direction, features, script, language } = request;
  if (typeof text !== "string") throw invalid("text", "a string", text);
  return {
    text,
    scriptTag: script === undefined ? 0 : tagOf(script),
    direction: direction === undefined ? 0 : directionOf(direction),
    language: language === undefined ? "" : languageOf(language),
    features: features === undefined ? "" : listOf(features),
  };
}

function directionOf(direction: string): number {
  const number = DIRECTIONS.get(direction);
  if (number === undefined) throw invalid("direction", '"ltr", "rtl", "ttb" or "btt"', direction);
  return number;
}

function tagOf(script: string): number {
  if (script === goodScript) return goodScriptTag;
  checkScript(script);
  goodScriptTag = packTag(script);
  goodScript = script;
  return goodScriptTag;
}

function languageOf(language: string): string {
  if (language === goodLanguage && language !== "") return language;
  checkLanguage(language);
  goodLanguage = language;
  return language;
}

/** Features as the engine reads them: one string. */
function listOf(features: string | readonly string[]): string {
  if (typeof features === "string") {
    if (features === goodFeatureList) return features;
    checkFeatures(features);
    goodFeatureList = features;
    return features;
  }
  if (Array.isArray(features) && sameItems(features, goodFeatureItems)) return featureList;
  checkFeatures(features);
  goodFeatureItems = [...features];
  featureList = features.join(",");
  return featureList;
}

function sameItems(items: readonly unknown[], good: readonly string[]): boolean {
  if (items.length !== good.length) return false;
  for (let i = 0; i < good.length; i++) if (items[i] !== good[i]) return false;
  return true;
}

/** The engine's error for a checked request, told in the request's words: the engine knows only numbers of codes. */
export function explain(error: unknown, request: TextRequest & Partial<MetricsRequest>): unknown {
  if (!(error instanceof HaforuError) || error.field !== undefined) return error;
  const info = { cause: error };
  switch (error.code) {
    case "text_too_long":
      return callError("text_too_long", "text", "", { ...info, field: "text" });
    case "canvas_too_large":
      return callError("canvas_too_large", `canvas ${request.width} × ${request.height}`, "", { ...info, field: "width" });
    case "invalid_argument":
      // All arguments were checked before the engine was called: it is not for the caller to guess which is meant.
      return callError("internal", "the engine", "it refused arguments that had been found good", info);
    default:
      return error;
  }
}
