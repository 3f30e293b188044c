// Loads @haforu/sql, a package of its own, and turns what it throws into what a command throws.

import { CliError, EXIT_INTERRUPTED, EXIT_TERMINATED } from "./exit.ts";

export type Sql = typeof import("@haforu/sql/command");

/** @throws CliError that says what to install. */
export async function loadSql(): Promise<Sql> {
  try {
    return await import("@haforu/sql/command");
  } catch (error) {
    // Another module missing is a broken installation, and its own message says more. In the bundle this is a require(), with a code and a message of its own.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!/^(?:ERR_)?MODULE_NOT_FOUND$/.test(code) || !/'@haforu\/sql(?:\/command)?'/.test(String(error))) throw error;
    throw new CliError("`haforu sql` needs the package @haforu/sql, which is not installed: npm install @haforu/sql", undefined, { cause: error });
  }
}

/** Runs an action that can be cancelled: the first Ctrl-C or SIGTERM aborts it in order, the second ends the program. @throws CliError for what is the input's fault. */
export async function cancellable<T>(sql: Sql, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
    if (error instanceof sql.SqlError) throw new CliError(`${error.message} (${error.code})`, undefined, { cause: error });
    throw error;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
