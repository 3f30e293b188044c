// What this package throws: one class, a stable code, and where in which file. It knows nothing of commands and exit codes.

/** Every code of an error of the input or the call; docs/sql.md says what each means and what to do. */
export type SqlErrorCode =
  | "sql_config_invalid"
  | "sql_option_invalid"
  | "sql_no_files"
  | "sql_path_invalid"
  | "sql_path_duplicate"
  | "sql_file_unreadable"
  | "sql_file_changed"
  | "sql_file_too_large"
  | "sql_encoding_invalid"
  | "sql_directive_invalid"
  | "sql_depends_unknown"
  | "sql_depends_cycle"
  | "sql_syntax"
  | "sql_parser_missing"
  | "sql_manifest_invalid"
  | "sql_output_failed";

/** Where an error lies. Lines and columns count from 1, columns in code points; `byte` counts from 0. */
export interface SqlPlace {
  /** Path as the script shows it: relative to the root, with "/". */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
}

/** An error of the input, the options or the output. A cancelled call throws its AbortSignal's reason instead. */
export class SqlError extends Error {
  readonly code: SqlErrorCode;
  readonly place: SqlPlace;

  constructor(code: SqlErrorCode, message: string, place: SqlPlace = {}, options?: ErrorOptions) {
    super(`${shown(place)}${message}`, options);
    this.name = "SqlError";
    this.code = code;
    this.place = place;
  }
}

/** "file:line:column: " as compilers write it, as far as it is known. */
function shown({ file, line, column }: SqlPlace): string {
  if (file === undefined) return "";
  return `${[file, line, column].filter((part) => part !== undefined).join(":")}: `;
}
