// What a session's direct calls take, checked and turned into what the engine reads. The engine checks the rest:
// here is only what would otherwise be lost on the way (a width of 3.5 becoming 3).
import { LIMITS } from "@haforu/engine";
import { packTag, type TextSpec } from "../engine/boundary.ts";
import { callError, HaforuError } from "../engine/errors.ts";

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

export interface RenderRequest extends MetricsRequest {
  /** false (default): 255 is blank and 0 full ink; true: the other way round. */
  readonly invert?: boolean;
}

const DIRECTIONS: Readonly<Record<string, number>> = { ltr: 4, rtl: 5, ttb: 6, btt: 7 };
const MAX_UINT32 = 0xffff_ffff;
const SIDE: string = `a whole number of pixels from 1 to ${LIMITS.canvasSidePx}`;

/** The part of a request that shaping reads. */
export function textSpec(request: TextRequest): TextSpec {
  if (typeof request.text !== "string") throw invalid("text", "a string", request.text);
  const { direction, features, script } = request;
  if (direction !== undefined && DIRECTIONS[direction] === undefined) {
    throw invalid("direction", "ltr, rtl, ttb or btt", direction);
  }
  if (script !== undefined && !/^[A-Za-z]{4}$/.test(script)) throw invalid("script", "four letters", script);
  return {
    text: request.text,
    scriptTag: script === undefined ? 0 : packTag(script),
    direction: direction === undefined ? 0 : (DIRECTIONS[direction] as number),
    language: request.language ?? "",
    features: features === undefined ? "" : typeof features === "string" ? features : features.join(","),
  };
}

/** Refuses a canvas or a size that is not a number the engine could be given. */
export function checkCanvas(request: MetricsRequest): void {
  if (!isSide(request.width)) throw invalid("width", SIDE, request.width);
  if (!isSide(request.height)) throw invalid("height", SIDE, request.height);
  if (!(request.size > 0 && request.size <= LIMITS.sizePx)) {
    throw invalid("size", `pixels per em, over 0 and at most ${LIMITS.sizePx}`, request.size);
  }
  const { origin } = request;
  if (origin !== undefined && !(Number.isFinite(origin[0]) && Number.isFinite(origin[1]))) {
    throw invalid("origin", "[x, y] in pixels", origin);
  }
}

/** The font's path and face of a request. */
export function checkFont(request: TextRequest): void {
  if (typeof request.font !== "string") throw invalid("font", "a path or the name of an added font", request.font);
  const { faceIndex } = request;
  if (faceIndex !== undefined && !isCount(faceIndex)) throw invalid("faceIndex", "a whole number", faceIndex);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_UINT32;
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= LIMITS.canvasSidePx;
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
      // All else was checked before the engine was called.
      return invalid("features", `at most ${LIMITS.features} in HarfBuzz's syntax (kern, -liga, ss01=1)`, request.features);
    default:
      return error;
  }
}

/** The error of an argument: what was expected, for which field, and what came. */
export function invalid(field: string, expected: string, came: unknown): HaforuError {
  const shown = typeof came === "string" ? JSON.stringify(came) : String(came);
  return new HaforuError("invalid_argument", `${field}: expected ${expected}, got ${shown}`, { field });
}
