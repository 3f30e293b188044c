// The call that checks a schema: its files, read and put in order as for a build, taken as one script. What is wrong with them is in the findings, not thrown.
import { type CheckResult, checkFiles } from "../check/check.ts";
import { loadParser } from "../check/parser.ts";
import { SqlError } from "../errors.ts";
import type { SqlWarning } from "../warnings.ts";
import { passed } from "./build.ts";
import { resolveOptions, type SchemaOptions } from "./options.ts";
import { readSchema } from "./read-schema.ts";
import { wholeContents } from "./whole.ts";

export interface CheckSchemaOptions extends SchemaOptions {
  /** Who reads the statements: "haforu", which needs nothing, or PostgreSQL 15's own parser, from the package libpg-query. Default "haforu". */
  readonly parser?: "haforu" | "libpg-query";
  /** The script will run in one transaction (psql -1): what cannot is an error then, not a warning. Default false. */
  readonly singleTransaction?: boolean;
}

export interface SchemaCheck extends CheckResult {
  readonly files: number;
  /** Of reading the files and putting them in order. */
  readonly warnings: readonly SqlWarning[];
}

/**
 * Reads the files and says what psql would stop at, without a server: docs/sql.md has the list.
 * @throws SqlError for the options, for files that cannot be read or ordered, and sql_parser_missing.
 */
export async function checkSchema(options: CheckSchemaOptions): Promise<SchemaCheck> {
  const { parser: asked = "haforu", singleTransaction = false } = options;
  if (asked !== "haforu" && asked !== "libpg-query")
    throw new SqlError("sql_option_invalid", `parser: takes "haforu" or "libpg-query", got ${JSON.stringify(asked)}`);
  const parser = asked === "libpg-query" ? await loadParser() : undefined;
  // The check scans for itself, and lists what it finds in place of the first.
  const resolved = { ...(await resolveOptions(options)), scan: false };
  const { files, warnings } = await passed(await readSchema(resolved, true), resolved);
  const contents = files.map((file) => ({ path: file.path, contents: wholeContents(file, resolved) }));
  return { ...checkFiles(contents, { singleTransaction, ...(parser === undefined ? {} : { parser }) }), files: files.length, warnings };
}
