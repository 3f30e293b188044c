// Actions of the packages for speech and SQL as a command runs them: what stops them, and what their errors become.

import { CliError, EXIT_INTERRUPTED, EXIT_TERMINATED } from "./exit.ts";

/** Runs an action: the first Ctrl-C or SIGTERM aborts it in order, the second ends the program. @throws CliError for an `InputError`, the package's own class of what is the input's fault. */
export async function cancellable<T>(
  InputError: new (...words: never[]) => Error & { readonly code: string },
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === "SIGINT" ? EXIT_INTERRUPTED : EXIT_TERMINATED;
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort(new CliError("", code));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await action(controller.signal);
  } catch (error) {
    if (error instanceof InputError) throw new CliError(`${error.message} (${error.code})`, undefined, { cause: error });
    throw error;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
