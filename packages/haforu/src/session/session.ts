// One engine in this thread: jobs, pixels, metrics, glyphs, one call at a time. Keeps fonts and canvases between
// calls, looks now and then whether font files changed, and goes on with a fresh engine after a trap.
// Runs in Node and in browsers; where fonts come from is the source's business.
import { type Comparison, type Job, LIMITS, type Result, type ResultError } from "@haforu/engine";
import { type Engine, OP_LINE, type ShapedGlyph } from "../engine/boundary.ts";
import { callError, HaforuError, ownCode } from "../engine/errors.ts";
import type { EngineStats } from "../engine/settings.ts";
import type { NamedFonts } from "../fonts/named.ts";
import { cut, isBytes } from "./came.ts";
import { checkCanvas, checkFace, checkFontName, checkKeys, invalid, wantsExtended } from "./check-request.ts";
import { type CompareOptions, checkImage, compareImages, compareWords, comparisonOf, decodeImage, type GreyImage, resizeImage } from "./compare.ts";
import type { FileInfo } from "./font-info.ts";
import { type HandleCounts, Handles } from "./handles.ts";
import { JobRunner } from "./job-loop.ts";
import { checkMatch, explainMatch, type MatchRequest, type MatchResult, matchPictures } from "./match.ts";
import { extendedMetricsOf, type MeasuredText, metricsOf } from "./metrics.ts";
import type { SessionOptions } from "./options.ts";
import { readFont } from "./read-font.ts";
import { explain, type MeasureRequest, type RenderRequest, type TextRequest, textSpec } from "./request.ts";
import { jobOf, strictError, warningsError } from "./strict.ts";
import { type SweepRequest, type SweepResult, sweepWith } from "./sweep.ts";

const encoder: TextEncoder = new TextEncoder();
const decoder: TextDecoder = new TextDecoder();

/** One engine in this thread. Not to be used after `dispose`; `using` does that by itself. */
export class Session {
  readonly #fonts: NamedFonts;
  readonly #options: Required<SessionOptions>;
  #runner: JobRunner | undefined;
  #handles: Handles | undefined;
  #handlesOf: Engine | undefined;
  readonly #handleCounts: HandleCounts = { fontHits: 0, fontMisses: 0, instanceHits: 0, instanceMisses: 0, evictions: 0 };
  #lookedAtMs = 0;

  /** Used by createSession, which has checked the options; `fonts` may go on to font files. */
  constructor(module: WebAssembly.Module, fonts: NamedFonts, options: Required<SessionOptions>) {
    this.#fonts = fonts;
    this.#options = options;
    const { fontCacheBytes, maxInstances, strict, timing, fontCheckMs } = options;
    const config = { fontCacheBytes, maxInstances, strict, timing };
    this.#runner = new JobRunner({ module, fonts, config, fontCheckMs });
    this.#lookedAtMs = performance.now();
  }

  /**
   * Runs a job, given as an object or as JSON, and parses its result.
   * A job's error is a result with `status` "error", not an exception.
   */
  render(job: Job | string): Result {
    return JSON.parse(this.renderLine(jsonOf(job))) as Result;
  }

  /** Runs a job as it stands, without a JavaScript JSON parser: the result line (no newline), a copy. */
  renderLine(job: string): string;
  renderLine(job: Uint8Array): Uint8Array;
  renderLine(job: string | Uint8Array): string | Uint8Array {
    const runner = this.#open();
    if (typeof job !== "string" && !isBytes(job)) throw invalid("job", "JSON text, as a string or a Uint8Array", job);
    const line = typeof job === "string" ? encoder.encode(job) : job;
    if (loadLine(runner, line) && runner.run(0, line.length, 1, 0) === OP_LINE) {
      runner.answer(0, line.length, 1, 0, "unsupported", "a session takes jobs; ops are for `haforu stream`");
    }
    return typeof job === "string" ? decoder.decode(runner.result()) : runner.result().slice();
  }

  /** Checks a job without reading its font: undefined, or the error with all problems. */
  validate(job: Job | string): ResultError | undefined {
    const runner = this.#open();
    const line = encoder.encode(jsonOf(job));
    if (loadLine(runner, line) && runner.validate(0, line.length, 1, 0) >= 0) return undefined;
    return (JSON.parse(decoder.decode(runner.result())) as Result).error;
  }

  /**
   * Draws a text and gives the pixels without copying them: `width × height` bytes, rows from the top, 255 blank and
   * 0 full ink (`invert`: the other way round).
   * The view is of the engine's memory: valid until the next call of this session. Copy it (`slice()`) to keep it.
   * @throws HaforuError font_not_found, font_invalid, canvas_too_large, text_too_long, invalid_argument, engine_fault …;
   * in a strict session strict_warning for every warning of the request's job.
   */
  renderToBytes(request: RenderRequest): Uint8Array {
    checkKeys(request);
    checkCanvas(request);
    const spec = textSpec(request);
    const runner = this.#open();
    if (this.#options.strict) this.#refuseWarnings(request, true);
    try {
      const handles = this.#handlesFor(runner);
      const instance = handles.instance(request);
      const canvas = handles.canvas(request.width, request.height, request.invert === true);
      runner.engine.place(request.size, request.width, request.height, request.origin);
      runner.engine.render(instance, spec, canvas);
      return runner.engine.pixels(canvas, request.width, request.height);
    } catch (error) {
      throw explain(runner.fault(error), request);
    }
  }

  /** Measures a text as it would be drawn, without a picture; with `include: ["extended"]` the extended metrics too. Throws as renderToBytes. */
  metrics(request: MeasureRequest): MeasuredText {
    checkKeys(request);
    checkCanvas(request);
    const extended = wantsExtended(request.include);
    const spec = textSpec(request);
    const runner = this.#open();
    if (this.#options.strict) this.#refuseWarnings(request, true);
    try {
      const instance = this.#handlesFor(runner).instance(request);
      runner.engine.place(request.size, request.width, request.height, request.origin);
      if (!extended) return metricsOf(runner.engine.measure(instance, spec));
      const { measures, gaps } = runner.engine.measureExtended(instance, spec);
      return extendedMetricsOf(measures, gaps);
    } catch (error) {
      throw explain(runner.fault(error), request);
    }
  }

  /**
   * Measures, and draws where asked, one or many texts at many design coordinates, one result after the other. Other work of
   * the thread has its turn every few hundred renders; leaving the loop ends the sweep.
   * @throws HaforuError in the loop: invalid_job, axis_not_found, sweep_empty, sweep_too_large, font_not_found …
   */
  sweep(request: SweepRequest): AsyncGenerator<SweepResult, void, undefined> {
    this.#open();
    return sweepWith((job) => this.render(job), request);
  }

  /** Shapes a text: glyphs in visual order, advances and offsets in font units, clusters in code points. */
  shape(request: TextRequest): ShapedGlyph[] {
    checkKeys(request);
    const spec = textSpec(request);
    const runner = this.#open();
    if (this.#options.strict) this.#refuseWarnings(request, false);
    try {
      return runner.engine.shape(this.#handlesFor(runner).instance(request), spec);
    } catch (error) {
      throw explain(runner.fault(error), request);
    }
  }

  /**
   * Lays two pictures over each other and measures how their ink differs. Pixels that renderToBytes of this session has
   * just given are read where they lie; those of its call before are no longer there.
   * @throws HaforuError invalid_argument, canvas_too_large (a picture or the frame), out_of_memory.
   */
  alignAndCompare(a: GreyImage, b: GreyImage, options: CompareOptions = {}): Comparison {
    checkImage("a", a);
    checkImage("b", b);
    const words = compareWords(options);
    const runner = this.#open();
    try {
      return compareImages(runner.engine, a, b, words);
    } catch (error) {
      throw runner.fault(error);
    }
  }

  /**
   * Draws two texts and compares the pictures in the engine, without copying one: the way to go over many pairs.
   * Throws as renderToBytes and alignAndCompare.
   */
  compareRenders(a: RenderRequest, b: RenderRequest, options: CompareOptions = {}): Comparison {
    const words = compareWords(options);
    const runner = this.#open();
    const draw = (request: RenderRequest, place: "" | "second", keep: number): number => {
      checkKeys(request);
      checkCanvas(request);
      const spec = textSpec(request);
      if (this.#options.strict) this.#refuseWarnings(request, true);
      try {
        const handles = this.#handlesFor(runner);
        const instance = handles.instance(request);
        const canvas = handles.canvas(request.width, request.height, request.invert === true, place, keep);
        runner.engine.place(request.size, request.width, request.height, request.origin);
        runner.engine.render(instance, spec, canvas);
        return canvas;
      } catch (error) {
        throw explain(runner.fault(error), request);
      }
    };
    const second = draw(b, "second", 0);
    const first = draw(a, "", second);
    try {
      return comparisonOf(runner.engine.compareCanvases(first, second, words), words[2]);
    } catch (error) {
      throw runner.fault(error);
    }
  }

  /**
   * Another size of a picture, bilinear with half-pixel centres: pixel i of n lies at (i + ½) ÷ n. Reducing by more than
   * two skips pixels. The data is a copy. @throws HaforuError invalid_argument, canvas_too_large, out_of_memory.
   */
  resizeBilinear(image: GreyImage, width: number, height: number): GreyImage {
    checkImage("image", image);
    const runner = this.#open();
    try {
      return resizeImage(runner.engine, image, width, height);
    } catch (error) {
      throw runner.fault(error);
    }
  }

  /** A PNG (any kind) or binary PGM file's pixels as 8-bit grey, transparency over white. @throws HaforuError image_invalid, image_too_large, image_unsupported. */
  decodeImage(file: Uint8Array): GreyImage {
    if (!isBytes(file)) throw invalid("file", "a picture file's bytes as a Uint8Array", file);
    const runner = this.#open();
    try {
      return decodeImage(runner.engine, file);
    } catch (error) {
      throw runner.fault(error);
    }
  }

  /**
   * Seeks the design coordinates at which pictures of a variable font come closest to target pictures: a bounded,
   * deterministic search by the pictures' differences alone. Formulas and method: docs/metrics.md.
   * @throws HaforuError as renderToBytes; invalid_argument for a budget under the number of targets, axes that the font
   * does not have, or a font without axes.
   */
  match(request: MatchRequest): MatchResult {
    const checked = checkMatch(request);
    const runner = this.#open();
    const targets = checked.targets.map((target) => ({ ...target, image: "like" in target ? this.#picture(target.like) : target.image }));
    let found: MatchResult;
    try {
      const instance = this.#handlesFor(runner).instance(checked.face);
      found = matchPictures(runner.engine, instance, checked, targets);
    } catch (error) {
      throw explainMatch(runner.fault(error), this.fontInfo(checked.face.font), checked);
    }
    const error = this.#options.strict ? warningsError(found.warnings) : undefined;
    if (error !== undefined) throw error;
    return found;
  }

  /** A request's picture, a copy. */
  #picture(request: RenderRequest): GreyImage {
    const { width, height } = request;
    const data = this.renderToBytes(request).slice();
    return request.invert === true ? { width, height, data, invert: true } : { width, height, data };
  }

  /** What is in a font file: faces, names, axes, named instances, scripts, features. */
  fontInfo(font: string | Uint8Array): FileInfo {
    if (typeof font === "string") checkFontName("font", font);
    else if (!isBytes(font)) throw invalid("font", "a path, the name of an added font, or a font's bytes as a Uint8Array", font);
    const runner = this.#open();
    try {
      const engine = runner.engine;
      const data = typeof font === "string" ? readFont(engine, this.#fonts, font) : copyIn(engine, font);
      if ("code" in data) throw callError(data.code, `font ${typeof font === "string" ? font : "of bytes"}`, data.detail, { field: "font" });
      return JSON.parse(engine.fileInfo(data.pointer, data.bytes)) as FileInfo;
    } catch (error) {
      throw runner.fault(error);
    }
  }

  /** Makes `bytes` (copied) usable as `font.path` of jobs and `font` of requests under `name`. */
  addFont(name: string, bytes: Uint8Array): void {
    checkFontName("name", name);
    if (!isBytes(bytes)) throw invalid("bytes", "a font's bytes as a Uint8Array", bytes);
    this.#fonts.add(name, bytes);
    this.#look(this.#open());
  }

  /** Forgets an added font; false: there was none of that name. */
  removeFont(name: string): boolean {
    checkFontName("name", name);
    const removed = this.#fonts.remove(name);
    this.#look(this.#open());
    return removed;
  }

  /** Loads fonts before jobs need them. @throws HaforuError for the first that cannot be had. */
  warmUp(fonts: readonly string[]): void {
    if (!Array.isArray(fonts)) throw invalid("fonts", "an array of paths and names of added fonts", fonts);
    for (const path of fonts) {
      checkFontName("fonts", path);
      const { error } = this.render({
        id: "warm_up",
        font: { path, size: 16 },
        text: { content: "" },
        rendering: { format: "metrics", encoding: "none", width: 1, height: 1 },
      });
      if (error !== undefined) throw new HaforuError(ownCode(error), error.message, { field: "font" });
    }
  }

  /** Fonts and instances kept, hits, misses and bytes, of jobs and direct calls together; of jobs the time by stage. */
  cacheStats(): EngineStats {
    const runner = this.#open();
    const stats: Record<string, number> = { ...runner.stats() };
    const sizes = this.#handlesOf === runner.engine ? this.#handles?.sizes() : undefined;
    for (const [name, count] of Object.entries({ ...sizes, ...this.#handleCounts })) stats[name] = (stats[name] ?? 0) + count;
    return stats as unknown as EngineStats;
  }

  /** Gives the engine's memory back. Views got from the session keep it alive; drop them too. */
  dispose(): void {
    this.#runner = undefined;
    this.#handles = undefined;
    this.#handlesOf = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): JobRunner {
    const runner = this.#runner;
    if (runner === undefined) throw new HaforuError("invalid_handle", "the session is disposed; create another");
    const now = performance.now();
    if (now - this.#lookedAtMs > this.#options.fontCheckMs) {
      this.#lookedAtMs = now;
      this.#look(runner);
    }
    return runner;
  }

  /** Throws what a strict session has against a request. A job in between would overwrite what a call has made. */
  #refuseWarnings(request: TextRequest, drawn: boolean): void {
    checkFace(request);
    const error = strictError(this.render(jobOf(request)), drawn);
    if (error !== undefined) throw error;
  }

  #look(runner: JobRunner): void {
    runner.nextEpoch();
    this.#handles?.nextEpoch();
  }

  #handlesFor(runner: JobRunner): Handles {
    // After a fault the engine is another one, and handles of the old one mean nothing in it.
    if (this.#handles === undefined || this.#handlesOf !== runner.engine) {
      this.#handles = new Handles(runner.engine, this.#fonts, this.#options, this.#handleCounts);
      this.#handlesOf = runner.engine;
    }
    return this.#handles;
  }
}

/** A job as JSON text. @throws HaforuError for what JSON cannot hold. */
function jsonOf(job: Job | string): string {
  if (typeof job === "string") return job;
  try {
    const json = JSON.stringify(job) as string | undefined;
    if (json !== undefined) return json;
  } catch (error) {
    const why = cut(error instanceof Error ? error.message : String(error));
    throw new HaforuError("invalid_argument", `job: it cannot be written as JSON (${why})`, { field: "job", cause: error });
  }
  throw invalid("job", "an object or JSON text", job);
}

/** Loads a line; false: it is too long, and its error line is the runner's result. */
function loadLine(runner: JobRunner, line: Uint8Array): boolean {
  const fits = line.length <= LIMITS.lineBytes;
  runner.load(fits ? line : new Uint8Array(0));
  if (!fits) runner.answer(0, 0, 1, 0, "line_too_long", `it has ${line.length}`);
  return fits;
}

function copyIn(engine: Engine, bytes: Uint8Array): { readonly pointer: number; readonly bytes: number } {
  const pointer = engine.allocateFont(bytes.length);
  if (pointer === 0) throw callError("out_of_memory", "font", `no room for ${bytes.length} bytes`);
  engine.view(pointer, bytes.length).set(bytes);
  return { pointer, bytes: bytes.length };
}
