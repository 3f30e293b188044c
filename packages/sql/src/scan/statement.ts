// A statement, and what a scan of bytes gives: records only.
import type { StatementKind } from "./heads.ts";
import type { ScanProblem } from "./problems.ts";
import type { ByteRange, PsqlCommand } from "./psql.ts";

/** What ends a statement: ";", psql's "\;" (which joins it with the next), a psql command that sends it, or the end of the text, which is an error. */
export type Terminator = "semicolon" | "joined" | "psql" | "end";

/** One statement; offsets are bytes, ranges half-open. */
export interface Statement {
  /** First byte of its first token: comments before it are not part of it. */
  readonly start: number;
  /** Behind its last byte, without what ends it: comments before the terminator are part of it. */
  readonly textEnd: number;
  /** Behind what ends it. */
  readonly end: number;
  readonly terminator: Terminator;
  readonly kind: StatementKind;
  /** The lines that COPY … FROM stdin reads, with the line "\." that ends them. */
  readonly data?: ByteRange;
}

export interface ScanOptions {
  /** Whether psql reads the text: backslash commands, "\;" and the data behind COPY … FROM stdin. Default true. */
  readonly psql?: boolean;
  /** Whether a backslash is an ordinary byte in '…', when the text begins; SET in the text changes it. Default true, as in PostgreSQL. */
  readonly standardConformingStrings?: boolean;
}

export interface ByteScan {
  readonly statements: readonly Statement[];
  /** psql's commands in their order; those that end a statement are part of it. Some may stand inside a statement. */
  readonly commands: readonly PsqlCommand[];
  /** In the order of their places. Any with the severity "error" means that the statements behind it cannot be relied on. */
  readonly problems: readonly ScanProblem[];
  /** Where SET changed it, and to what; mostly empty. */
  readonly stringChanges: readonly { readonly from: number; readonly standardConformingStrings: boolean }[];
  /** As it is behind the last statement: the beginning of a text that follows. */
  readonly standardConformingStrings: boolean;
}
