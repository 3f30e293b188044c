// Loads @haforu/sql, a package of its own, or says what to install.

import { CliError } from "./exit.ts";

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
