// What a check finds: codes, and how a finding reads on one line.

/** Stable names of what a check finds besides the scan's problems; docs/sql.md lists them. */
export type FindingCode =
  | "duplicate_object"
  | "replaced_object"
  | "use_before_definition"
  | "undefined_object"
  | "foreign_key_before_table"
  | "not_in_transaction"
  | "label_in_transaction"
  | "syntax_error"
  | "not_parsed";

/** Something that psql would stop at (an error), or that depends on how the script is run (a warning). */
export interface Finding {
  readonly code: FindingCode | (string & {});
  readonly severity: "error" | "warning";
  /** Path as the script shows it. */
  readonly file: string;
  /** From 1; lines end with "\n". */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** "table public.t"; absent where no object is concerned. */
  readonly object?: string;
  readonly message: string;
  /** Where the object is defined, first or later. */
  readonly related?: { readonly file: string; readonly line: number };
}

/** One line for each finding, as compilers write it: file:line:column: severity: message [code]. */
export function findingText({ code, severity, file, line, column, message }: Finding): string {
  return `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;
}
