// One engine working through job lines: lines of a chunk in, result lines out. It feeds the fonts that the engine
// asks for, and replaces an engine that trapped or is full. Knows nothing of JSON, of threads, or of where fonts come
// from. Used by a session (one line a chunk) and by a batch worker (many).
import type { ErrorCode } from "@haforu/engine";
import { CHECK_FONT, type DocumentJobs, Engine, errorStatus, NEED_FONT, NEED_IMAGE, NEED_OUTPUT, NO_LINES, type ResultLines } from "../engine/boundary.ts";
import { HaforuError } from "../engine/errors.ts";
import { COUNTERS, type EngineConfig, type EngineStats } from "../engine/settings.ts";
import type { FontIdentity, FontSource } from "../fonts/source.ts";
import { extensionOf, type ImageSink } from "./image-sink.ts";
import { readFont } from "./read-font.ts";

export type { ImageOutcome, ImageSink } from "./image-sink.ts";

/** 0: a success line, 3: an {"op": …} line for the host, negative: an error line, minus the number of its code. */
export type JobStatus = number;

export interface JobRunnerOptions {
  /** The compiled haforu.wasm. */
  readonly module: WebAssembly.Module;
  readonly fonts: FontSource;
  readonly config?: EngineConfig;
  /** Takes the jobs' pictures; result lines then carry its paths. Absent: pictures are in the lines. */
  readonly images?: ImageSink;
  /** A load at least this long (ms) after the last look at fonts has them looked at again. Default 10. */
  readonly fontCheckMs?: number;
}

/** A look at a file takes microseconds: often enough for a person, rare enough for a million jobs. */
const FONT_CHECK_MS = 10;
/** A job needs two files at most, each asked for at most three times (check, need, and again after an eviction): more is a fault. */
const MAX_FONT_REQUESTS = 8;
/** Fonts whose identity is remembered; one that was forgotten is read again, nothing worse. */
const MAX_IDENTITIES = 65_536;
const OUT_OF_MEMORY: JobStatus = errorStatus("out_of_memory");

/** What is wrong with a file, said of a picture. */
const PICTURE_CODES: ReadonlyMap<ErrorCode, ErrorCode> = new Map([
  ["font_not_found", "image_not_found"],
  ["font_unreadable", "image_unreadable"],
  ["font_too_large", "image_too_large"],
]);

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #config: EngineConfig;
  readonly #fontCheckMs: number;
  /** Of the fonts the engine may still hold, by path. */
  readonly #identities: Map<string, FontIdentity> = new Map();
  #engine: Engine;
  /** Whether the engine has done a job: then its memory holds what a fresh one's does not. */
  #used = false;
  #chunk: Uint8Array = new Uint8Array(0);
  #table: Float64Array | undefined;
  #lookedAtMs: number = performance.now();
  #faults = 0;
  /** What the engines before this one counted. */
  #past: Partial<Record<keyof EngineStats, number>> = {};

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#config = { ...options.config, outDir: options.images !== undefined };
    this.#fontCheckMs = options.fontCheckMs ?? FONT_CHECK_MS;
    this.#engine = new Engine(options.module, this.#config);
  }

  /** The engine in use: another object after a fault, with no fonts and no handles of the old one. */
  get engine(): Engine {
    return this.#engine;
  }

  /**
   * Copies a chunk of lines into the engine, and where they lie, TABLE_STRIDE numbers a line, for `runMany`. Both are
   * kept until the next load: a fresh engine is given them again.
   * @throws HaforuError out_of_memory when not even a fresh engine has room for it.
   */
  load(chunk: Uint8Array, table?: Float64Array): void {
    this.#chunk = chunk;
    this.#table = table;
    try {
      const now = performance.now();
      if (now - this.#lookedAtMs >= this.#fontCheckMs) {
        this.#lookedAtMs = now;
        this.#engine.nextEpoch();
      }
      if (this.#engine.input(chunk, table)) return;
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#faults += 1;
    }
    // Fonts and canvases fill the memory; a fresh engine has none.
    this.#renew();
  }

  /**
   * Runs the line [start, end) (bytes of the loaded chunk, without its line end).
   * `lineNumber` counts from 1; `flags` are the engine's LINE_FLAG_….
   * Never throws for a bad line, a bad font or a trap: the result line says what was wrong.
   */
  run(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    const status = this.#attempt(start, end, lineNumber, flags);
    if (status !== OUT_OF_MEMORY) {
      this.#used = true;
      return status;
    }
    if (!this.#used) return status;
    // What earlier jobs left may have been too much for this one.
    this.#renew();
    return this.#attempt(start, end, lineNumber, flags);
  }

  /**
   * Runs lines of the loaded table from `from` on, in one call of the engine, while `goOn` says so of the next: as
   * many as need nothing of the host. The line after the last is for `run`, what ever it ended at.
   */
  runMany(from: number, count: number, flags: number, goOn: (index: number) => boolean): ResultLines {
    // Each picture is written by the host.
    if (this.#options.images !== undefined) return NO_LINES;
    const engine = this.#engine;
    try {
      engine.jobs(from, count, flags, goOn);
      const lines = engine.lines();
      this.#used ||= lines.rows.length > 0;
      return lines;
    } catch (error) {
      if (!isTrap(error)) throw error;
      // `run` finds the trap again and answers it; what was done before lies in the old engine's memory.
      this.#renew();
      return engine.lines();
    }
  }

  /** As run, but only checks the job: the line says every problem. No font is read. */
  validate(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    try {
      return this.#engine.validate(start, end - start, lineNumber, flags);
    } catch (error) {
      return this.#recover(error, start, end, lineNumber, flags);
    }
  }

  /** Writes the error line for a job that the host gave up; `code` is an error code's name ("timeout", …). */
  answer(start: number, end: number, lineNumber: number, flags: number, code: ErrorCode, detail = ""): JobStatus {
    this.#engine.answer(start, end - start, lineNumber, flags, code, detail);
    return errorStatus(code);
  }

  /** Whether the bytes [start, end) begin JSON Lines (0), a JobSpec document (1), or are too few to tell (2). */
  looks(start: number, end: number): number {
    return this.#engine.looks(start, end - start);
  }

  /** The jobs of the JobSpec document [start, end); undefined: `result()` is its error line. */
  document(start: number, end: number): DocumentJobs | undefined {
    return this.#engine.document(start, end - start);
  }

  /** After status 3: the op's name. */
  op(): string {
    return this.#engine.need();
  }

  /** The last line, without a newline: a view of the engine's memory, valid until the next call of this object. */
  result(): Uint8Array {
    return this.#engine.result();
  }

  /** The runs left out of the line that `result()` just gave; of jobs with LINE_FLAG_RUNS alone. A view, as that. */
  runs(): Uint32Array {
    return this.#engine.runs();
  }

  /** From now on a font is looked at again before its next use. */
  nextEpoch(): void {
    this.#engine.nextEpoch();
  }

  /** Counters since this runner was made; sizes are of the engine in use. */
  stats(): EngineStats {
    const stats: Record<string, number> = { ...this.#engine.stats(), faults: this.#faults };
    for (const name of COUNTERS) stats[name] = (stats[name] ?? 0) + (this.#past[name] ?? 0);
    return stats as unknown as EngineStats;
  }

  /**
   * After a call of `engine` threw: a trap replaces the engine and becomes an engine_fault error;
   * any other error comes back as it is.
   */
  fault(error: unknown): unknown {
    if (!isTrap(error)) return error;
    this.#faults += 1;
    this.#replace();
    const message = `the engine failed (${error.message}); it was replaced, and handles of the old one are gone`;
    return new HaforuError("engine_fault", message, { cause: error });
  }

  #attempt(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    try {
      for (let request = 0; request <= MAX_FONT_REQUESTS; request++) {
        const status = this.#engine.job(start, end - start, lineNumber, flags);
        if (status === NEED_FONT || status === CHECK_FONT) {
          if (!this.#feed(status)) return this.answer(start, end, lineNumber, flags, "out_of_memory", "no room for a font");
        } else if (status === NEED_IMAGE) {
          if (!this.#feedPicture()) return this.answer(start, end, lineNumber, flags, "out_of_memory", "no room for a picture");
        } else return this.#writeImages(status);
      }
      throw new WebAssembly.RuntimeError("the engine asks for the same font again and again");
    } catch (error) {
      return this.#recover(error, start, end, lineNumber, flags);
    }
  }

  /** Gives the engine the font it asks for, or the reason why not; false: it cannot even take that. */
  #feed(status: number): boolean {
    const path = this.#engine.need();
    const known = this.#identities.get(path);
    if (status === CHECK_FONT && known !== undefined && this.#options.fonts.unchanged(path, known)) {
      this.#engine.keepFont();
      return true;
    }
    this.#identities.delete(path);
    const font = readFont(this.#engine, this.#options.fonts, path);
    if ("code" in font) return this.#engine.refuseFont(font.code, font.detail);
    if (this.#identities.size >= MAX_IDENTITIES) this.#identities.clear();
    this.#identities.set(path, font.identity);
    return this.#engine.provideFont(font.pointer, font.bytes);
  }

  /** Gives the engine the picture file it asks for, or the reason why not. */
  #feedPicture(): boolean {
    const file = readFont(this.#engine, this.#options.fonts, this.#engine.need());
    if ("code" in file) return this.#engine.refusePicture(PICTURE_CODES.get(file.code) ?? file.code, file.detail);
    return this.#engine.providePicture(file.pointer, file.bytes);
  }

  /** Writes the job's pictures: one, or those of a sweep, until the line is done. */
  #writeImages(first: JobStatus): JobStatus {
    let status = first;
    while (status === NEED_OUTPUT) status = this.#writeImage();
    return status;
  }

  #writeImage(): JobStatus {
    const image = this.#engine.image();
    const outcome = this.#options.images?.write(this.#engine.need(), extensionOf(image), image);
    if (outcome === undefined) return this.#engine.imageFailed("output_failed", "nobody takes pictures here");
    if ("path" in outcome) return this.#engine.imageWritten(outcome.path);
    return this.#engine.imageFailed(outcome.code, outcome.detail);
  }

  #recover(error: unknown, start: number, end: number, lineNumber: number, flags: number): JobStatus {
    if (!isTrap(error)) throw error;
    this.#faults += 1;
    this.#renew();
    return this.answer(start, end, lineNumber, flags, "engine_fault", error.message);
  }

  /** A fresh engine with the chunk in it. */
  #renew(): void {
    this.#replace();
    if (this.#engine.input(this.#chunk, this.#table)) return;
    throw new HaforuError("out_of_memory", `the engine has no room for ${this.#chunk.length} bytes of input`);
  }

  #replace(): void {
    try {
      const stats = this.stats();
      this.#past = Object.fromEntries(COUNTERS.map((name) => [name, stats[name]]));
    } catch (error) {
      // An engine that trapped may trap again when it is asked: then its counts are lost, nothing else.
      if (!isTrap(error)) throw error;
    }
    this.#identities.clear();
    this.#used = false;
    this.#engine = new Engine(this.#options.module, this.#config);
  }
}

/** A trap, or the stack overflow of a call: whatever else the engine's memory holds is no longer to be trusted. */
function isTrap(error: unknown): error is Error {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}
