// The scan that programs call: a string or bytes in, statements with their lines, columns and first words out. statements.ts does the work.
import { BEGINS, CONTINUES, WORD } from "./classes.ts";
import { endOfBlank } from "./lexemes.ts";
import { Lines, type Place } from "./lines.ts";
import type { ScanProblem } from "./problems.ts";
import type { PsqlCommand } from "./psql.ts";
import { type ScanOptions, type Statement, scanBytes } from "./statements.ts";

/** A statement with its place and its beginning. */
export interface ScannedStatement extends Statement, Place {
  /** Its first words, at most four, in lower case: "create or replace function"; up to the first token that is none. */
  readonly words: string;
}

export interface ScanResult {
  readonly statements: readonly ScannedStatement[];
  readonly commands: readonly (PsqlCommand & Place)[];
  readonly problems: readonly ScanProblem[];
  /** Whether a backslash is an ordinary byte in '…' behind the last statement. */
  readonly standardConformingStrings: boolean;
}

const MAX_WORDS = 4;

/** Finds the statements of a text (UTF-8, or a string, whose offsets then are those of its UTF-8 bytes). Never throws for what the text holds. */
export function scan(sql: Uint8Array | string, options: ScanOptions = {}): ScanResult {
  const bytes = typeof sql === "string" ? Buffer.from(sql) : Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength);
  const { statements, commands, problems, standardConformingStrings } = scanBytes(bytes, options);
  const lines = new Lines(bytes);
  return {
    statements: statements.map((statement) => ({ ...statement, ...lines.at(statement.start), words: firstWords(bytes, statement) })),
    commands: commands.map((command) => ({ ...command, ...lines.at(command.start) })),
    problems,
    standardConformingStrings,
  };
}

/** A statement's first words, at most four, in lower case and with single spaces. */
export function firstWords(bytes: Buffer, { start, textEnd }: Pick<Statement, "start" | "textEnd">): string {
  const words: string[] = [];
  let at = start;
  while (at < textEnd && words.length < MAX_WORDS && BEGINS[bytes[at] as number] === WORD) {
    let end = at + 1;
    while (end < textEnd && CONTINUES[bytes[end] as number] === 1) end++;
    words.push(bytes.toString("utf8", at, end).toLowerCase());
    at = endOfBlank(bytes, end);
  }
  return words.join(" ");
}
