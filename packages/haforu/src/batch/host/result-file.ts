// The file of results: written as FILE.part and renamed when complete, so that FILE is never half a result.

import { existsSync, fstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Lock, LockHeld } from "./lock.ts";
import { type DoneJobs, findResults, keepResults, NoResults } from "./resume.ts";

const STDIN = 0;
const STDOUT = 1;

export interface ResultFileOptions {
  /** Goes on from FILE.part, or reruns the errors of FILE. */
  readonly resume: boolean;
  /** An interrupted run's FILE.part may be lost. */
  readonly overwrite: boolean;
  /** Where the jobs come from ("-": standard input): never written over. */
  readonly input: string;
  /** Is told what the user should know but need not act on. */
  readonly note: (text: string) => void;
}

/** The output cannot be opened; the message is for the user. */
export class OutputError extends Error {}

export class ResultFile {
  /** Where results are written now, for messages; undefined: standard output. */
  readonly writingTo: string | undefined;
  readonly fd: number;
  /** Of the run that is resumed. */
  readonly done: DoneJobs;
  readonly #handle: FileHandle | undefined;
  readonly #renameTo: string | undefined;
  readonly #lock: Lock | undefined;

  private constructor(writingTo: string | undefined, handle: FileHandle | undefined, renameTo: string | undefined, done: DoneJobs, lock?: Lock) {
    this.writingTo = writingTo;
    this.fd = handle?.fd ?? STDOUT;
    this.done = done;
    this.#handle = handle;
    this.#renameTo = renameTo;
    this.#lock = lock;
  }

  /** `named`: a file, or undefined or "-" for standard output. */
  static async open(named: string | undefined, options: ResultFileOptions): Promise<ResultFile> {
    if (named === undefined || named === "-") {
      if (options.resume) throw new OutputError("--resume needs -o FILE: there is nothing to go on from on standard output");
      return new ResultFile(undefined, undefined, undefined, new Map());
    }
    const existing = statSync(named, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new OutputError(`${named} is a folder; -o names the file for the results`);
    if (existing !== undefined && !existing.isFile()) {
      if (options.resume) throw new OutputError(`${named} is no file that --resume could go on from`);
      // A device, fifo or pipe is written to, not replaced; by the name given, as /dev/stdout leads to none in the end.
      return new ResultFile(named, await open(named, "w"), undefined, new Map());
    }
    // Through a link: the file it names is replaced, not the link.
    const path = existing === undefined ? named : realpathSync(named);
    const part = `${path}.part`;
    refuseInput(options.input, path, part);
    const lock = takeLock(path, part, options.note);
    try {
      if (options.resume) {
        const done = await resume(path, part);
        return new ResultFile(part, await open(part, "a"), path, done, lock);
      }
      if (existsSync(part) && !options.overwrite) {
        throw new OutputError(`${part} holds an interrupted run's results: --resume goes on from it, --overwrite drops it`);
      }
      return new ResultFile(part, await open(part, "w"), path, new Map(), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** All results are written: the file gets its name. */
  async complete(): Promise<void> {
    if (this.#handle === undefined) return;
    if (this.#renameTo !== undefined) await this.#handle.sync();
    await this.#handle.close();
    if (this.#renameTo !== undefined && this.writingTo !== undefined) await rename(this.writingTo, this.#renameTo);
    this.#lock?.release();
  }

  /** The run ended early: what is written stays under the name it has. */
  async leave(): Promise<void> {
    await this.#handle?.close();
    this.#lock?.release();
  }
}

/** Two processes that write one file would mix their lines. */
function takeLock(path: string, part: string, note: (text: string) => void): Lock {
  try {
    const lock = Lock.take(`${part}.lock`);
    if (lock.takenFrom !== undefined) note(`process ${lock.takenFrom}, which wrote ${part}, is gone: its lock is taken over`);
    return lock;
  } catch (error) {
    if (error instanceof LockHeld) throw new OutputError(`${part}: ${error.message}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    // The lock is the first thing written there; its name says nothing to the user.
    throw new OutputError(`the results cannot be written to ${path}: ${code === "ENOENT" ? `there is no folder ${dirname(path)}` : message}`);
  }
}

/** Makes `part` hold the successes of an interrupted run, or else those of the complete file at `path`. */
async function resume(path: string, part: string): Promise<DoneJobs> {
  const from = [part, path].find((candidate) => existsSync(candidate));
  if (from === undefined) return new Map();
  // Read to its end before anything is changed: it may be another program's file.
  const found = await findResults(from).catch((error: unknown) => {
    throw error instanceof NoResults ? new OutputError(error.message) : error;
  });
  if (from === path) await rename(path, part);
  await keepResults(part, found);
  return found.done;
}

/** The jobs would be lost before they are read, or in the end. Links and other names of the same file count. */
function refuseInput(input: string, ...outputs: readonly string[]): void {
  const jobs = input === "-" ? fstatSync(STDIN) : statSync(input, { throwIfNoEntry: false });
  for (const path of outputs) {
    const output = statSync(path, { throwIfNoEntry: false });
    if (jobs !== undefined && output !== undefined && isSameFile(jobs, output)) {
      throw new OutputError(`${path} is the file of jobs: results would be written over it; give -o another name`);
    }
  }
}

function isSameFile(one: Stats, other: Stats): boolean {
  return one.isFile() && one.dev === other.dev && one.ino === other.ino;
}
