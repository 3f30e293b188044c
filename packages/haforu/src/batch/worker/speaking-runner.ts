// Jobs with `speech` among others: those are spoken by @haforu/speech, a package of its own that is loaded at the first of them, and what else they hold is done by
// the text engine. Lines without the word go through untouched.

import { isUtf8 } from "node:buffer";
import type { ErrorCode } from "@haforu/engine";
import type { JobError, JobOutcome, JobSpeaker } from "@haforu/speech/jobs";
import { errorStatus, LINE_FLAG_NUMBERED, NO_LINES, type ResultLines } from "../../engine/boundary.ts";
import type { EngineStats } from "../../engine/settings.ts";
import type { ImageSink, JobRunner, JobStatus } from "../../session/job-loop.ts";
import type { LineRunner } from "./runner.ts";

const WORD = Buffer.from('"speech"');
const FLAC = Buffer.from('"flac"');
const NO_RUNS = new Uint32Array(0);
const INSTALL = "a job with `speech` needs the package @haforu/speech and a voice, which are not installed: npm install @haforu/speech @haforu/voice-slt";

type Line = Readonly<Record<string, unknown>>;

/** `error` of a line. */
interface EngineError {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly line?: number;
  readonly problems?: readonly EngineError[];
}

const INVALID_JSON: JobStatus = errorStatus("invalid_json");
/** What a job with speech alone has not, so that the engine can check what it has. */
const STAND_IN = { font: { path: "none", size: 1 }, text: { content: "" }, rendering: { format: "metrics", width: 1, height: 1 } };
const MALFORMED = { code: "invalid_utf8", message: "the job holds bytes that are not UTF-8; each was read as U+FFFD" };

export interface SpeakingOptions {
  readonly strict: boolean;
  readonly timing: boolean;
  /** Takes audio files; their paths stand in the lines. */
  readonly files: ImageSink | undefined;
}

export class SpeakingRunner implements LineRunner {
  readonly #inner: JobRunner;
  readonly #options: SpeakingOptions;
  #chunk: Uint8Array = new Uint8Array(0);
  #table: Float64Array | undefined;
  /** The chunk has the word somewhere: its lines have to be looked at one by one. */
  #speaks = false;
  #speaker: JobSpeaker | undefined;
  /** libFLAC is ready. */
  #flac = false;
  /** @haforu/speech is not installed. */
  #missing = false;
  /** The line of a job that was spoken; undefined: the engine has the last line. */
  #line: Uint8Array | undefined;

  constructor(inner: JobRunner, options: SpeakingOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  /** Loads what jobs with speech need where a chunk has some; undefined: there is nothing to wait for. */
  prepare(chunk: Uint8Array): Promise<void> | undefined {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#speaks = bytes.includes(WORD);
    if (this.#missing || !this.#speaks) return undefined;
    const flac = !this.#flac && bytes.includes(FLAC);
    return this.#speaker !== undefined && !flac ? undefined : this.#prepare(flac);
  }

  async #prepare(flac: boolean): Promise<void> {
    try {
      const { JobSpeaker: Speaker, prepareFlac } = await import("@haforu/speech/jobs");
      if (flac) await prepareFlac();
      this.#flac ||= flac;
      this.#speaker ??= new Speaker();
    } catch (error) {
      // Another module missing is a broken installation, and its own message says more.
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND" || !String(error).includes("'@haforu/speech'")) throw error;
      this.#missing = true;
    }
  }

  load(chunk: Uint8Array, table?: Float64Array): void {
    this.#chunk = chunk;
    this.#table = table;
    this.#inner.load(chunk, table);
  }

  /** None of a chunk that has jobs with speech: those are looked for line by line. */
  runMany(from: number, count: number, flags: number, goOn: (index: number) => boolean): ResultLines {
    this.#line = undefined;
    return this.#speaks ? NO_LINES : this.#inner.runMany(from, count, flags, goOn);
  }

  run(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    this.#line = undefined;
    if (!this.#speaks) return this.#inner.run(start, end, lineNumber, flags);
    const bytes = Buffer.from(this.#chunk.buffer, this.#chunk.byteOffset + start, end - start);
    const job = bytes.includes(WORD) ? jobWithSpeech(bytes) : undefined;
    if (job === undefined) return this.#inner.run(start, end, lineNumber, flags);
    const startedMs = performance.now();
    const { speech, ...rest } = job;
    const alone = isAlone(rest);
    if (alone) {
      const problem = this.#checkRest(start, end, rest, lineNumber, flags);
      if (problem !== undefined) return problem;
    } else {
      // The rest as a job of its own: its picture, boxes and warnings, or its error, which is then the job's.
      const status = this.#runRest(rest, lineNumber, flags & LINE_FLAG_NUMBERED);
      if (status < 0) return status;
    }
    const rendered = alone ? undefined : (JSON.parse(Buffer.from(this.#line ?? this.#inner.result()).toString()) as Line);
    const id = rest.id as string;
    return this.#spoken(id, lineNumber, startedMs, rendered, this.#speak(id, speech, contentOf(rest)), isUtf8(bytes));
  }

  /** As run, but nothing is spoken or drawn: the line says every problem. */
  validate(start: number, end: number, lineNumber: number, flags: number): JobStatus {
    this.#line = undefined;
    const bytes = Buffer.from(this.#chunk.buffer, this.#chunk.byteOffset + start, end - start);
    const job = bytes.includes(WORD) ? jobWithSpeech(bytes) : undefined;
    if (job === undefined) return this.#inner.validate(start, end, lineNumber, flags);
    const { speech, ...rest } = job;
    const status = this.#checkRest(start, end, rest, lineNumber, flags);
    const found = status === undefined ? undefined : (JSON.parse(Buffer.from(this.result()).toString()) as { id?: string; error: EngineError }).error;
    // What is no job at all has no fields to look at.
    if (found !== undefined && found.code !== "invalid_job") return status as JobStatus;
    // A text that is wrong has its own problem already.
    const content = contentOf(rest) ?? ("text" in rest ? "" : undefined);
    const spoken: readonly JobError[] =
      this.#speaker === undefined ? [{ code: "unsupported", message: INSTALL, field: "speech" }] : this.#speaker.check(speech, content);
    const { problems: before = found === undefined ? [] : [found], ...first } = found ?? {};
    const problems: readonly EngineError[] = [...before.map(({ line: _, ...problem }) => problem), ...spoken.map(placed)];
    const error = problems[0];
    if (error === undefined) return 0;
    const id = typeof rest.id === "string" && rest.id !== "" ? rest.id : undefined;
    return this.#fail(id, lineNumber, { ...first, ...error }, problems.length > 1 ? problems : undefined);
  }

  answer(start: number, end: number, lineNumber: number, flags: number, code: ErrorCode, detail?: string): JobStatus {
    this.#line = undefined;
    return this.#inner.answer(start, end, lineNumber, flags, code, detail);
  }

  op(): string {
    return this.#inner.op();
  }

  result(): Uint8Array {
    return this.#line ?? this.#inner.result();
  }

  runs(): Uint32Array {
    return this.#line === undefined ? this.#inner.runs() : NO_RUNS;
  }

  stats(): EngineStats {
    return this.#inner.stats();
  }

  /** Runs a job that is not as it stands in the chunk; its line is kept, and the chunk is loaded again. */
  #runRest(rest: Line, lineNumber: number, flags: number): JobStatus {
    const line = Buffer.from(JSON.stringify(rest));
    this.#inner.load(line);
    const status = this.#inner.run(0, line.length, lineNumber, flags);
    this.#line = this.#inner.result().slice();
    this.#inner.load(this.#chunk, this.#table);
    return status;
  }

  /** Checks all but `speech`; undefined: all is well, else the status of the error line. */
  #checkRest(start: number, end: number, rest: Line, lineNumber: number, flags: number): JobStatus | undefined {
    // JSON.parse forgives what the engine does not, such as a key that is there twice.
    const asItStands = this.#inner.validate(start, end, lineNumber, flags);
    if (asItStands === INVALID_JSON) return asItStands;
    const alone = isAlone(rest);
    if (alone && "font" in rest) {
      const id = typeof rest.id === "string" ? rest.id : undefined;
      return this.#fail(id, lineNumber, { code: "invalid_job", message: "font: a font is for rendering, compare or sweep, and there is none", field: "font" });
    }
    const line = Buffer.from(JSON.stringify(alone ? { ...STAND_IN, ...rest } : rest));
    this.#inner.load(line);
    const status = this.#inner.validate(0, line.length, lineNumber, flags & LINE_FLAG_NUMBERED);
    if (status < 0) this.#line = this.#inner.result().slice();
    this.#inner.load(this.#chunk, this.#table);
    return status < 0 ? status : undefined;
  }

  #speak(id: string, speech: unknown, text: string | undefined): JobOutcome {
    if (this.#speaker === undefined) {
      return { error: { code: "unsupported", message: INSTALL, field: "speech" } };
    }
    const { files } = this.#options;
    return this.#speaker.speak(speech, text, files && ((extension, bytes) => files.write(id, extension, bytes)));
  }

  /** The one line of both: the order of the fields is the contract's. */
  #spoken(id: string, lineNumber: number, startedMs: number, rendered: Line | undefined, outcome: JobOutcome, wellFormed: boolean): JobStatus {
    if ("error" in outcome) return this.#fail(id, lineNumber, placed(outcome.error));
    const {
      warnings: before = [],
      font,
      text,
      with: compared,
      timing,
      ...made
    } = (rendered ?? { id, status: "success" }) as Line & { warnings?: readonly unknown[] };
    const added = [...(wellFormed ? [] : [MALFORMED]), ...outcome.warnings];
    const warnings = [...before, ...added];
    const first = added[0];
    if (this.#options.strict && first !== undefined)
      return this.#fail(id, lineNumber, { code: "strict_warning", message: `${first.message} (an error because warnings are errors here)` });
    const totalMs = Number((performance.now() - startedMs).toFixed(3));
    this.#put({
      ...made,
      ...outcome.fields,
      ...(warnings.length > 0 && { warnings }),
      ...(font !== undefined && { font }),
      ...(text !== undefined && { text }),
      ...(compared !== undefined && { with: compared }),
      ...(this.#options.timing && { timing: { ...(timing as object | undefined), total_ms: totalMs } }),
    });
    return 0;
  }

  #fail(id: string | undefined, lineNumber: number, error: EngineError, problems?: readonly EngineError[]): JobStatus {
    const numbered = lineNumber > 0 ? { line: lineNumber } : {};
    this.#put({ ...(id !== undefined && { id }), status: "error", error: { ...error, ...numbered, ...(problems && { problems }) } });
    return errorStatus("invalid_job");
  }

  #put(line: object): void {
    this.#line = Buffer.from(JSON.stringify(line));
  }
}

/** The job of a line that has a field `speech` of its own; undefined for all others, and for what is no JSON: the engine has better words for it. */
function jobWithSpeech(line: Buffer): Line | undefined {
  let job: unknown;
  try {
    // A copy: text is not decoded from shared memory.
    job = JSON.parse(Buffer.from(line).toString("utf8"));
  } catch {
    return undefined;
  }
  return typeof job === "object" && job !== null && !Array.isArray(job) && Object.hasOwn(job, "speech") ? (job as Line) : undefined;
}

/** Speech is all that is asked for. */
function isAlone(rest: Line): boolean {
  return !("rendering" in rest || "compare" in rest || "sweep" in rest);
}

/** `line` of an error is the input's; a place in SSML has names of its own. */
function placed({ line, column, ...rest }: JobError): EngineError {
  return line === undefined ? rest : Object.assign(rest, { ssml_line: line, ssml_column: column });
}

function contentOf({ text }: Line): string | undefined {
  const content = (text as { content?: unknown } | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}
