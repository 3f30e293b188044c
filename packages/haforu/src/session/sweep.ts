// Sweeps for programs: a request in, one result a render out, as they are made. A sweep goes to the engine as jobs over a
// window of it each, so that the thread is free in between and no line grows without end. Nothing is computed here.
import type { Box, Format, Glyph, Job, JobSweep, Metrics, Result, ResultRendering, SweepAxis, Warning } from "@haforu/engine";
import { HaforuError, ownCode } from "../engine/errors.ts";
import { invalid, unknownName } from "./check-request.ts";
import type { TextRequest } from "./request.ts";

/** One or many texts of a font at many design coordinates. The points are all of those given: docs/sweep.md. */
export interface SweepRequest extends Omit<TextRequest, "text"> {
  /** The text, or several: each is rendered at every point. */
  readonly text: string | readonly string[];
  /** Pixels per em. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
  /** Where the pen starts, [x, y] in pixels, y down. Default: (0, 0.75 × height), vertical text (width / 2, 0). */
  readonly origin?: readonly [number, number];
  /** Pictures white on black. */
  readonly invert?: boolean;
  /** What picture a result holds, as base64 (SVG: text). Default "metrics": none. */
  readonly format?: Format;
  /** What else a result holds; metrics always. "extended" adds to them. */
  readonly include?: readonly ("metrics" | "boxes" | "glyphs" | "hash" | "extended")[];
  /** Design coordinates; axes that a point does not name stay where variations and instance put them. */
  readonly points?: readonly Readonly<Record<string, number>>[];
  /** true: all named instances of the font. */
  readonly instances?: boolean;
  /** By axis { min, max, steps }, a list of values, or one; all combinations. */
  readonly grid?: Readonly<Record<string, SweepAxis>>;
  /** Points of a Halton sequence over the axes that variations does not name. */
  readonly sample?: { readonly count: number; readonly seed?: number };
}

/** One text at one point of the design space. */
export interface SweepResult {
  /** Number of the render, from 0; `renders` is how many the sweep has. */
  readonly index: number;
  readonly renders: number;
  readonly text: string;
  /** Name of the named instance, of points from `instances`. */
  readonly instance?: string;
  /** Design coordinates used: every axis of the font; empty for a static one. */
  readonly coordinates: Readonly<Record<string, number>>;
  readonly metrics: Metrics;
  readonly rendering?: ResultRendering;
  readonly boxes?: readonly Box[];
  readonly glyphs?: readonly Glyph[];
  readonly hash?: string;
  /** Of this render; the first one has those of the sweep as a whole before its own. */
  readonly warnings?: readonly Warning[];
}

/** Renders of one job: some ten milliseconds of letters at 1000 px. */
const WINDOW_RENDERS = 256;
/** Pixels of the pictures of one job: their base64 takes some 90 MB. */
const WINDOW_PIXELS = 2 ** 26;

const KEYS: ReadonlySet<string> = new Set([
  ...["font", "text", "variations", "instance", "faceIndex", "features", "script", "direction", "language"],
  ...["size", "width", "height", "origin", "invert", "format", "include", "points", "instances", "grid", "sample"],
]);
const NO_COORDINATES: Readonly<Record<string, number>> = {};

/**
 * Runs a request through `render`, a session's, a window at a time.
 * @throws HaforuError what the engine refuses: invalid_job, axis_not_found, sweep_empty, sweep_too_large, font_not_found …
 */
export async function* sweepWith(render: (job: Job) => Result, request: SweepRequest): AsyncGenerator<SweepResult, void, undefined> {
  const job = jobOf(request);
  const { format = "metrics", width, height } = request;
  const inWindow = format === "metrics" ? WINDOW_RENDERS : Math.max(1, Math.min(WINDOW_RENDERS, Math.floor(WINDOW_PIXELS / (width * height)) || 1));
  for (let first = 0; ; first += inWindow) {
    const { error, sweep, warnings } = render({ ...job, sweep: { ...job.sweep, first, count: inWindow } });
    if (error !== undefined) throw new HaforuError(ownCode(error), error.message, { ...(error.field !== undefined && { field: error.field }) });
    if (sweep === undefined) throw new HaforuError("internal", "the engine's result has no sweep");
    for (const [i, item] of sweep.results.entries()) {
      const { text, coordinates = NO_COORDINATES, ...rest } = item;
      const own = first === 0 && i === 0 && warnings !== undefined ? { warnings: [...warnings, ...(rest.warnings ?? [])] } : {};
      yield { index: first + i, renders: sweep.renders, text: sweep.texts[text] ?? "", coordinates, ...rest, ...own };
    }
    if (first + inWindow >= sweep.renders) return;
    await turn();
  }
}

/** Lets the program's other work have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function jobOf(request: SweepRequest): Job & { readonly sweep: JobSweep } {
  if (typeof request !== "object" || request === null) throw invalid("request", "an object with font, text, size, width, height and where to measure", request);
  for (const key in request) if (!KEYS.has(key)) throw unknownName(key, KEYS, undefined);
  const { font: path, text, variations, instance, faceIndex, features, script, direction, language, size, ...sweep } = request;
  const texts = typeof text === "string" ? [text] : text;
  if (!Array.isArray(texts) || texts.length === 0) throw invalid("text", "a string, or an array of at least one", text);
  const [content, ...more] = texts as readonly string[];
  // JSON leaves out what is undefined.
  const job = {
    id: "sweep",
    font: { path, size, variations, instance, face_index: faceIndex },
    text: { content, features, script, direction, language },
    sweep: { ...sweep, texts: more.length === 0 ? undefined : more },
  };
  return job as Job & { readonly sweep: JobSweep };
}
