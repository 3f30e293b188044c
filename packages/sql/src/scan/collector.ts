// What a scan gathers as it goes: statements, psql's commands, the data behind COPY … FROM stdin, changes of standard_conforming_strings. It is told where
// things end; the scanner's loop keeps its own counters, so that they stay out of memory.
import { BYTE } from "./classes.ts";
import { Head } from "./heads.ts";
import { Problems } from "./problems.ts";
import {
  type ByteRange,
  copiesFromStdin,
  DISCARDS,
  endOfCommand,
  endOfCopyData,
  endOfLine,
  endOfName,
  INCLUDES,
  isNoBoolean,
  type PsqlCommand,
  QUITS,
  SENDS,
} from "./psql.ts";
import { settingOf } from "./settings.ts";
import type { Statement, Terminator } from "./statement.ts";

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** A SET is looked at this far: names and values are short. */
const SETTING_BYTES = 200;
const COLON = 58;

export class Collector {
  readonly bytes: Buffer;
  readonly psql: boolean;
  readonly head: Head;
  readonly problems: Problems;
  readonly statements: Statement[] = [];
  readonly commands: PsqlCommand[] = [];
  readonly changes: { from: number; standardConformingStrings: boolean }[] = [];
  standard: boolean;
  /** Where this stretch of SQL ends: at the end of the bytes, or at the end of the line behind which COPY's data lie. */
  limit: number;
  /** Behind those data. */
  resume: number;
  /** Whether the last psql command ended or discarded the open statement. */
  closed = false;
  /** Where each open \if stands, and whether its \else has come. */
  readonly #conditions: { readonly at: number; otherwise: boolean }[] = [];
  /** Statements that read data and are not sent yet; more than one only when joined by "\;". */
  #waiting: Open<Statement>[] = [];

  constructor(bytes: Buffer, psql: boolean, standard: boolean) {
    this.bytes = bytes;
    this.psql = psql;
    this.standard = standard;
    this.head = new Head(bytes);
    this.problems = new Problems(bytes);
    this.limit = this.resume = bytes.length;
  }

  /** Ends the statement that begins at `start`; what reads data waits until it is sent. */
  finish(start: number, textEnd: number, end: number, terminator: Terminator): void {
    const { head } = this;
    const statement: Open<Statement> = { start, textEnd, end, terminator, kind: head.kind };
    this.statements.push(statement);
    if (head.isSetting) this.#setting(start, textEnd, end);
    if (this.psql && head.readsData) this.#waiting.push(statement);
  }

  #setting(start: number, textEnd: number, end: number): void {
    const set = settingOf(this.bytes.toString("latin1", start, Math.min(textEnd, start + SETTING_BYTES)));
    if (set === undefined || set === this.standard) return;
    this.changes.push({ from: end, standardConformingStrings: set });
    this.standard = set;
  }

  /** psql sends what it has at `from`: the data of those who read some lie behind that line. */
  send(from: number): void {
    if (this.#waiting.length === 0) return;
    this.#takeData(from, this.#waiting);
    this.#waiting = [];
  }

  /** Behind the last statement: data that are still waited for cannot come, nor can an \endif. */
  end(): void {
    const open = this.#conditions[0];
    if (open !== undefined) this.problems.add("unterminated_condition", open.at);
    for (const statement of this.#waiting) if (!this.problems.broken) this.problems.add("unterminated_copy_data", statement.end);
  }

  /** A backslash outside of quotes; `start` is the open statement's, or -1. Gives the offset behind the command, and sets `closed`. */
  command(at: number, start: number): number {
    const { bytes, problems } = this;
    this.closed = false;
    const next = bytes[at + 1];
    if (next === COLON) return at + 2;
    if (next === BYTE.semicolon) {
      // psql does not look at parentheses here; the server would refuse open ones.
      if (start >= 0) this.finish(start, at, at + 2, "joined");
      this.closed = true;
      return at + 2;
    }
    const nameEnd = endOfName(bytes, at);
    const name = bytes.toString("utf8", at + 1, nameEnd);
    const end = endOfCommand(bytes, name, nameEnd);
    const command: Open<PsqlCommand> = { start: at, end, name };
    this.commands.push(command);
    if (name === ".") problems.add("stray_end_of_data", at);
    const flow = this.#flow(name, at, nameEnd, end);
    // psql throws the rest of the line away behind a command that it refuses.
    if (flow === "refused") return endOfLine(bytes, end);
    if (name === "copy" && copiesFromStdin(bytes.toString("utf8", nameEnd, end))) this.#takeData(end, [command]);
    // psql sends what it has before it ends.
    if (flow === "ended" || SENDS.has(name)) {
      if (start >= 0) this.finish(start, at, end, "psql");
      this.send(end);
      this.closed = true;
    } else if (DISCARDS.has(name)) {
      if (start >= 0) problems.add("psql_discards", start);
      this.#waiting = [];
      this.closed = true;
    }
    return end;
  }

  /** What psql runs of the script at all: nothing behind a command that ends it, one branch of a condition. */
  #flow(name: string, at: number, from: number, to: number): "on" | "refused" | "ended" {
    const { bytes, problems } = this;
    const conditions = this.#conditions;
    const open = conditions.at(-1);
    if (name === "if") {
      if (open === undefined) problems.add(isNoBoolean(bytes.toString("utf8", from, to)) ? "invalid_condition" : "psql_condition", at);
      conditions.push({ at, otherwise: false });
    } else if (name === "elif" || name === "else" || name === "endif") {
      if (open === undefined || (name !== "endif" && open.otherwise)) {
        problems.add("stray_condition", at);
        return "refused";
      }
      if (name === "endif") conditions.pop();
      else open.otherwise = name === "else";
    } else if (INCLUDES.has(name)) problems.add("psql_includes", at);
    // In a branch it is what a condition is for.
    else if (QUITS.has(name) && open === undefined) {
      problems.add("psql_quits", at);
      return "ended";
    }
    return "on";
  }

  /** Finds data behind the line in which `from` lies, or behind data that are already due there. */
  #takeData(from: number, takers: readonly { data?: ByteRange }[]): void {
    const { bytes } = this;
    const { length } = bytes;
    if (this.limit === length) {
      this.limit = endOfLine(bytes, from);
      this.resume = Math.min(this.limit + 1, length);
    }
    for (const taker of takers) {
      const end = endOfCopyData(bytes, this.resume);
      if (end < 0) this.problems.add("unterminated_copy_data", this.resume);
      taker.data = { start: this.resume, end: end < 0 ? length : end };
      this.resume = taker.data.end;
    }
  }
}
