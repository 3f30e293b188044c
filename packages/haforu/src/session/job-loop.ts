// One engine working through job lines: lines of a chunk in, result lines out. It feeds the fonts that the engine
// asks for, and replaces an engine that trapped. Knows nothing of JSON, of threads, or of where fonts come from.
// Used by a session (one line a chunk) and by a batch worker (many).
import type { ErrorCode } from "@haforu/engine";
import { CHECK_FONT, type DocumentJobs, Engine, errorStatus, NEED_FONT, NEED_OUTPUT } from "../engine/boundary.ts";
import { HaforuError } from "../engine/errors.ts";
import type { EngineConfig, EngineStats } from "../engine/settings.ts";
import type { FontIdentity, FontRefusal, FontSource } from "../fonts/source.ts";

/** 0: a success line, 3: an {"op": …} line for the host, negative: an error line, minus the number of its code. */
export type JobStatus = number;

export interface JobRunnerOptions {
  /** The compiled haforu.wasm. */
  readonly module: WebAssembly.Module;
  readonly fonts: FontSource;
  readonly config?: EngineConfig;
  /** Takes the jobs' pictures; result lines then carry its paths. Absent: pictures are in the lines. */
  readonly images?: ImageSink;
}

/** Where pictures go that are not to be in result lines. */
export interface ImageSink {
  /** Writes a picture; `image` is a view of the engine's memory, not to be kept. `extension`: "png", "pgm", "svg", "raw". */
  write(id: string, extension: string, image: Uint8Array): ImageOutcome;
}

export type ImageOutcome = { readonly path: string } | { readonly code: "output_exists" | "output_failed"; readonly detail: string };

/** A job needs one font, asked for at most three times (check, need, and again after an eviction): more is a fault. */
const MAX_FONT_REQUESTS = 8;
/** Fonts whose identity is remembered; one that was forgotten is read again, nothing worse. */
const MAX_IDENTITIES = 65_536;

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #config: EngineConfig;
  #engine: Engine;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Of the fonts the engine may still hold, by path. */
  readonly #identities: Map<string, FontIdentity> = new Map();
  #faults = 0;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#config = { ...options.config, outDir: options.images !== undefined };
    this.#engine = new Engine(options.module, this.#config);
  }

  /** The engine in use: another object after a fault, with no fonts and no handles of the old one. */
  get engine(): Engine {
    return this.#engine;
  }

  /**
   * Copies a chunk of lines into the engine. `chunk` is kept until the next load: a fresh engine is given it again.
   * @throws HaforuError out_of_memory when not even a fresh engine has room for it.
   */
  load(chunk: Uint8Array): void {
    this.#chunk = chunk;
    try {
      if (this.#engine.input(chunk)) return;
    } catch (error) {
      if (!isTrap(error)) throw error;
    }
    // Fonts and canvases fill the memory; a fresh engine has none.
    this.#engine = new Engine(this.#options.module, this.#config);
    this.#fill();
  }

  /**
   * Runs the line [start, end) (bytes of the loaded chunk, without its line end).
   * `lineNumber` counts from 1; `flags` are the engine's (bit 0: the line is one of JSON Lines).
   * Never throws for a bad line, a bad font or a trap: the result line says what was wrong.
   */
  run(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    try {
      for (let request = 0; request <= MAX_FONT_REQUESTS; request++) {
        const status = this.#engine.job(start, end - start, lineNumber, flags);
        if (status === NEED_FONT || status === CHECK_FONT) this.#feed(status);
        else return status === NEED_OUTPUT ? this.#writeImage() : status;
      }
      throw new WebAssembly.RuntimeError("the engine asks for the same font again and again");
    } catch (error) {
      return this.#recover(error, start, end, lineNumber, flags);
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

  /** From now on a font's file is looked at again before its next use. */
  nextEpoch(): void {
    this.#engine.nextEpoch();
  }

  /** Counters; those of an engine that was thrown away are gone with it. */
  stats(): EngineStats {
    return { ...this.#engine.stats(), faults: this.#faults };
  }

  /**
   * After a call of `engine` threw: a trap replaces the engine and becomes an engine_fault error;
   * any other error comes back as it is.
   */
  fault(error: unknown): unknown {
    if (!isTrap(error)) return error;
    this.#replace();
    const message = `the engine failed (${error.message}); it was replaced, and handles of the old one are gone`;
    return new HaforuError("engine_fault", message, { cause: error });
  }

  #feed(status: number): void {
    const path = this.#engine.need();
    const known = this.#identities.get(path);
    if (status === CHECK_FONT && known !== undefined && this.#options.fonts.unchanged(path, known)) {
      this.#engine.keepFont();
      return;
    }
    this.#identities.delete(path);
    const font = readFont(this.#engine, this.#options.fonts, path);
    if ("code" in font) {
      this.#engine.refuseFont(font.code, font.detail);
      return;
    }
    if (this.#identities.size >= MAX_IDENTITIES) this.#identities.clear();
    this.#identities.set(path, font.identity);
    this.#engine.provideFont(font.pointer, font.bytes);
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
    this.#replace();
    this.#fill();
    this.#engine.answer(start, end - start, lineNumber, flags, "engine_fault", error.message);
    return errorStatus("engine_fault");
  }

  #replace(): void {
    this.#faults += 1;
    this.#engine = new Engine(this.#options.module, this.#config);
  }

  #fill(): void {
    if (this.#engine.input(this.#chunk)) return;
    throw new HaforuError("out_of_memory", `the engine has no room for ${this.#chunk.length} bytes of input`);
  }
}

/** A font in the engine's memory, not yet taken over by it. */
export interface FontInMemory {
  readonly pointer: number;
  readonly bytes: number;
  readonly identity: FontIdentity;
}

/** Reads a font straight into the engine's memory. */
export function readFont(engine: Engine, fonts: FontSource, path: string): FontInMemory | FontRefusal {
  let pointer = 0;
  let bytes = 0;
  const answer = fonts.read(path, (wanted) => {
    pointer = engine.allocateFont(wanted);
    bytes = wanted;
    return pointer === 0 ? undefined : engine.view(pointer, wanted);
  });
  if (typeof answer === "string") return { pointer, bytes, identity: answer };
  if (pointer !== 0) engine.free(pointer);
  return answer;
}

/** The formats the engine writes, by their first bytes; raw has none. */
const SIGNATURES: readonly [extension: string, start: string][] = [
  ["png", "\x89PNG\r\n\x1a\n"],
  ["pgm", "P5\n"],
  ["svg", "<svg "],
];

function extensionOf(image: Uint8Array): string {
  const begins = (start: string): boolean => [...start].every((letter, i) => image[i] === letter.charCodeAt(0));
  return SIGNATURES.find(([, start]) => begins(start))?.[0] ?? "raw";
}

/** A trap, or the stack overflow of a call: whatever else the engine's memory holds is no longer to be trusted. */
function isTrap(error: unknown): error is Error {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}
