// Exit codes of every command, the error a command throws to end with one of them, and what is said of it on stderr.

export const EXIT_OK = 0;
/** Some jobs failed; their result lines say why. */
export const EXIT_SOME_FAILED = 1;
/** The call or the input as a whole was wrong: nothing, or not everything, could be tried. */
export const EXIT_CALL_WRONG = 2;
/** 128 + SIGINT: stopped by Ctrl-C; what is written is complete lines. */
export const EXIT_INTERRUPTED = 130;
/** 128 + SIGTERM. */
export const EXIT_TERMINATED = 143;

/** Node's own: the last promise is one that nobody can settle any more. */
const EXIT_UNSETTLED = 13;

/** Runs the program and leaves its exit code to the process. A program that ends before its work is done says so: Node would not, and in CommonJS would end with 0. */
export async function runToExit(program: () => Promise<number>): Promise<void> {
  const onUnsettled = (): void => {
    process.exitCode = EXIT_UNSETTLED;
    process.stderr.write("haforu: unexpected failure, please report it: the program ended before its work was done\n");
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
    if (error.message !== "") process.stderr.write(`haforu: ${error.message}\n`);
    return error.exitCode;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`haforu: unexpected failure, please report it: ${shown}\n`);
  return EXIT_CALL_WRONG;
}
