// Leaves the statements that change data out of one file's text, and lists what it left out. It knows nothing of the other files but whether backslashes escape.

import type { StatementKind } from "../scan/heads.ts";
import { Lines } from "../scan/lines.ts";
import type { ScanProblem } from "../scan/problems.ts";
import type { ByteRange, PsqlCommand } from "../scan/psql.ts";
import { copiesIn } from "../scan/psql.ts";
import { type Statement, scanBytes } from "../scan/statements.ts";

/** A statement, or a psql command, that was left out. */
export interface Omission {
  /** INSERT, UPDATE, DELETE, MERGE (also behind WITH), `COPY … FROM` and `\copy … from` with their data, queries that call setval(). */
  readonly kind: Exclude<StatementKind, "other">;
  /** Of its first token; from 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** Bytes left out, data included. */
  readonly bytes: number;
}

export interface SchemaOnly {
  /** What remains, in their order: views of the bytes given, or those bytes when nothing was left out. */
  readonly pieces: readonly Uint8Array[];
  readonly omitted: readonly Omission[];
  /** What the scan found wrong. With an error among them nothing was left out, and the text should not be used. */
  readonly problems: readonly ScanProblem[];
  /** For the next file: a SET in this one lasts. */
  readonly standardConformingStrings: boolean;
}

export interface SchemaOnlyOptions {
  /** As the file before left it. Default true. */
  readonly standardConformingStrings?: boolean;
}

const SPACE = 32;
const TAB = 9;
const RETURN = 13;
const NEWLINE = 10;

/**
 * One file's text without its data. A line on which nothing else stands goes with its statement; comments stay. Statements inside of DO blocks and routines are
 * part of the schema and stay, and so does CREATE TABLE … AS.
 */
export function schemaOnly(bytes: Uint8Array, options: SchemaOnlyOptions = {}): SchemaOnly {
  const { statements, commands, problems, standardConformingStrings } = scanBytes(bytes, options);
  if (problems.some(({ severity }) => severity === "error")) return { pieces: [bytes], omitted: [], problems, standardConformingStrings };
  const removed: ByteRange[] = [];
  const omitted: Omission[] = [];
  const lines = new Lines(bytes);
  const leaveOut = (kind: Omission["kind"], range: ByteRange, data: ByteRange | undefined): void => {
    const whole = wholeLines(bytes, range);
    removed.push(whole);
    if (data !== undefined) removed.push(data);
    omitted.push({ kind, ...lines.at(range.start), bytes: whole.end - whole.start + (data === undefined ? 0 : data.end - data.start) });
  };
  for (const [index, statement] of statements.entries()) {
    if (statement.kind !== "other") leaveOut(statement.kind, keptTerminator(statement, statements[index - 1]), statement.data);
  }
  for (const command of commands) if (loads(bytes, command)) leaveOut("copy", command, command.data);
  if (removed.length === 0) return { pieces: [bytes], omitted, problems, standardConformingStrings };
  removed.sort((a, b) => a.start - b.start);
  omitted.sort((a, b) => a.line - b.line || a.column - b.column);
  return { pieces: without(bytes, removed), omitted, problems, standardConformingStrings };
}

/** The range to leave out: a statement that psql's "\;" joined to a remaining one leaves its own terminator to that one. */
function keptTerminator(statement: Statement, before: Statement | undefined): ByteRange {
  const joined = before?.terminator === "joined" && statement.terminator !== "joined";
  return { start: statement.start, end: joined ? statement.textEnd : statement.end };
}

function loads(bytes: Uint8Array, { name, start, end }: PsqlCommand): boolean {
  return name === "copy" && copiesIn(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8"));
}

/** The range, with the white space around it and the newline behind it when nothing else stands on its lines. */
function wholeLines(bytes: Uint8Array, { start, end }: ByteRange): ByteRange {
  let from = start;
  while (from > 0 && (bytes[from - 1] === SPACE || bytes[from - 1] === TAB)) from--;
  let to = end;
  while (bytes[to] === SPACE || bytes[to] === TAB || bytes[to] === RETURN) to++;
  const alone = (from === 0 || bytes[from - 1] === NEWLINE) && (to === bytes.length || bytes[to] === NEWLINE);
  return alone ? { start: from, end: Math.min(to + 1, bytes.length) } : { start, end };
}

/** The bytes between the ranges, which are in order; whole lines of COPY and its data may touch. */
function without(bytes: Uint8Array, ranges: readonly ByteRange[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start > at) pieces.push(bytes.subarray(at, start));
    at = Math.max(at, end);
  }
  if (at < bytes.length) pieces.push(bytes.subarray(at));
  return pieces;
}
