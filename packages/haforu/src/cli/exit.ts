// Exit codes of every command, the error a command throws to end with one of them, and how anything is said on stderr.

import { writeSync } from "node:fs";

export const EXIT_OK = 0;
/** Some jobs failed; their result lines say why. */
export const EXIT_SOME_FAILED = 1;
/** The call or the input as a whole was wrong: nothing, or not everything, could be tried. */
export const EXIT_CALL_WRONG = 2;
/** 128 + SIGINT: stopped by Ctrl-C; what is written is complete lines. */
export const EXIT_INTERRUPTED = 130;
/** 128 + SIGTERM. */
export const EXIT_TERMINATED = 143;

const STDERR = 2;

/** A line to stderr; one that cannot be taken is lost. Without the stream object, which alone takes a millisecond of a short program's start to make. */
export function note(line: string): void {
  try {
    writeSync(STDERR, line);
  } catch {
    // A full non-blocking pipe (EAGAIN) waits in the stream; a closed one or a full disk is ignored there as here.
    guardStderr();
    process.stderr.write(line);
  }
}

/** For what writes to the stream itself: nobody can be told that stderr fails, and that must not end the command. */
export function guardStderr(): void {
  if (!process.stderr.listeners("error").includes(ignore)) process.stderr.on("error", ignore);
}

function ignore(): void {}

/** Node's own: the last promise is one that nobody can settle any more. */
const EXIT_UNSETTLED = 13;

/** Runs the program and leaves its exit code to the process. A program that ends before its work is done says so: Node would not, and in CommonJS would end with 0. */
export async function runToExit(program: () => Promise<number>): Promise<void> {
  const onUnsettled = (): void => {
    process.exitCode = EXIT_UNSETTLED;
    note("haforu: unexpected failure, please report it: the program ended before its work was done\n");
  };
  process.once("beforeExit", onUnsettled);
  process.exitCode = await program();
  process.off("beforeExit", onUnsettled);
}

/** Ends the program with `exitCode`; `message` (without the program's name; may be empty) goes to stderr. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT_CALL_WRONG, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

/** Tells what a command threw; @returns the exit code to end with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) {
    if (error.message !== "") note(`haforu: ${error.message}\n`);
    return error.exitCode;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  note(`haforu: unexpected failure, please report it: ${shown}\n`);
  return EXIT_CALL_WRONG;
}
