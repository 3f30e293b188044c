// One engine working through job lines: lines of a chunk in, result lines out. It feeds the fonts that the engine
// asks for, and replaces an engine that trapped. Knows nothing of JSON, of threads, or of where fonts come from.
// Used by a session (one line a chunk) and by a batch worker (many).
import type { EngineConfig, EngineStats } from "../engine/boundary.ts";
import type { FontSource } from "../fonts/source.ts";

/** What `run` answers: 0 success line, 3 an {"op": …} line for the host, negative: an error line was written. */
export type JobStatus = number;

export interface JobRunnerOptions {
  /** The compiled haforu.wasm. */
  readonly module: WebAssembly.Module;
  readonly fonts: FontSource;
  readonly config?: EngineConfig;
}

export declare class JobRunner {
  constructor(options: JobRunnerOptions);
  /** Copies a chunk of lines into the engine. `chunk` is kept until the next load: a fresh engine is given it again. */
  load(chunk: Uint8Array): void;
  /**
   * Runs the line [start, end) (bytes of the loaded chunk, without its line end).
   * @param lineNumber counted from 1; @param flags JOB_LINE_FLAG_* of @haforu/engine (bit 0: a JSON Lines line).
   * Never throws for a bad line, a bad font or a trap: the result line says what was wrong.
   */
  run(start: number, end: number, lineNumber: number, flags: number): JobStatus;
  /** As run, but only checks the job: the line says every problem. */
  validate(start: number, end: number, lineNumber: number, flags: number): JobStatus;
  /** Writes the error line for a job that the host gave up; `code` is an error code's name ("timeout", …). */
  answer(start: number, end: number, lineNumber: number, flags: number, code: string, detail?: string): void;
  /** After status 3: the op's name. */
  op(): string;
  /** The last line, without a newline: a view of the engine's memory, valid until the next call of this object. */
  result(): Uint8Array;
  /** From now on a font's file is looked at again before its next use. */
  nextEpoch(): void;
  stats(): EngineStats;
}
