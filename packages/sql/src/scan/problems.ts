// What a scan finds wrong: codes, what each says, and where.
import { Lines } from "./lines.ts";

/** Stable names of what a scan finds wrong; docs/sql.md lists them. */
export type ProblemCode =
  | "unterminated_comment"
  | "unterminated_string"
  | "unterminated_identifier"
  | "unterminated_dollar_quote"
  | "unterminated_copy_data"
  | "unterminated_parenthesis"
  | "unterminated_body"
  | "unterminated_statement"
  | "copy_line_continues"
  | "stray_end_of_data"
  | "nul_byte"
  | "unterminated_condition"
  | "stray_condition"
  | "invalid_condition"
  | "psql_quits"
  | "psql_condition"
  | "psql_includes"
  | "psql_discards"
  | "psql_boundary"
  | "psql_continuation";

const TEXTS: Readonly<Record<ProblemCode, readonly ["error" | "warning", string]>> = {
  unterminated_comment: ["error", "a block comment opens here and does not end: comments nest, so each /* needs its own */"],
  unterminated_string: ["error", "a string begins here and does not end: close it with ' (a quote inside is doubled)"],
  unterminated_identifier: ["error", 'a quoted identifier begins here and does not end: close it with "'],
  unterminated_dollar_quote: ["error", "a dollar-quoted string begins here and does not end: close it with the same tag, in the same case"],
  unterminated_copy_data: ["error", "data of COPY … FROM stdin begin here and do not end: close them with a line that holds \\. alone"],
  unterminated_parenthesis: ["error", "a parenthesis opens here and does not close, so that no semicolon behind it ends the statement"],
  unterminated_body: ["error", "BEGIN ATOMIC opens a body here and its END does not come, so that no semicolon behind it ends the statement"],
  unterminated_statement: ["error", "a statement begins here and the file ends before its semicolon: it would swallow the next file's first statement"],
  copy_line_continues: [
    "error",
    "a statement begins on the line of COPY … FROM stdin and goes on behind that line, where the data lie: begin it behind the data",
  ],
  stray_end_of_data: ["error", "\\. ends data, and none are being read here"],
  nul_byte: ["error", "a NUL byte: PostgreSQL's text holds none"],
  unterminated_condition: ["error", "\\if begins here and its \\endif does not come: where it is false, psql would skip the files behind this one too"],
  stray_condition: ["error", "\\elif, \\else or \\endif without its \\if, or \\elif or \\else behind \\else"],
  invalid_condition: ["error", "psql reads no Boolean here, and takes the condition for false: write true or false (on, off, yes, no, 1, 0), or a variable"],
  psql_quits: [
    "error",
    "psql ends the whole script here: what lies behind, in this file and in all that follow, would never run; take it out, or put it between \\if and \\endif",
  ],
  psql_condition: ["warning", "what stands between \\if and \\endif is read as if all of it ran; psql runs one branch"],
  psql_includes: [
    "warning",
    "the file that psql would read here is not read: it is not part of the script, of the hash or of what is checked; name it as an input",
  ],
  psql_discards: ["warning", "this statement is thrown away by \\r before it ends"],
  psql_continuation: [
    "warning",
    "this E'…' goes on behind a newline with an escaped quote: psql reads the second part as a plain string, and ends it there; make it one part (the server reads it right)",
  ],
  psql_boundary: [
    "warning",
    "psql does not see where this statement ends: it takes a name BEGIN, CASE or END in it for part of a body; quote the name (the server reads it right)",
  ],
};

/** Something wrong with a text, at a place. */
export interface ScanProblem {
  readonly code: ProblemCode;
  /** An error: psql or the server would stop at it; a warning: psql and the server differ, or psql reads more than this text. */
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Byte offset, from 0. */
  readonly offset: number;
  /** From 1; lines end with "\n". */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
}

/** What concerns which statements psql runs, not where they begin and end: these can be relied on all the same. */
const OF_THE_RUN: ReadonlySet<ProblemCode> = new Set(["unterminated_condition", "stray_condition", "invalid_condition", "psql_quits"]);

/** Whether the text's statements cannot be relied on behind such a problem. */
export function breaksText({ code, severity }: Pick<ScanProblem, "code" | "severity">): boolean {
  return severity === "error" && !OF_THE_RUN.has(code);
}

/** A text of NUL bytes would be one problem a byte. */
const MAX_PROBLEMS = 100;

export class Problems {
  readonly #found: { readonly code: ProblemCode; readonly offset: number }[] = [];
  readonly #bytes: Uint8Array;
  /** Whether there is one that {@link breaksText}. */
  broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  add(code: ProblemCode, offset: number): void {
    if (this.#found.length >= MAX_PROBLEMS) return;
    this.#found.push({ code, offset });
    if (breaksText({ code, severity: TEXTS[code][0] })) this.broken = true;
  }

  /** The problems by their places. */
  list(): readonly ScanProblem[] {
    if (this.#found.length === 0) return [];
    const lines = new Lines(this.#bytes);
    return this.#found
      .map(({ code, offset }): ScanProblem => ({ code, severity: TEXTS[code][0], message: TEXTS[code][1], offset, ...lines.at(offset) }))
      .sort((a, b) => a.offset - b.offset);
  }
}
