// psql's layer: where a backslash command ends, and where the data behind COPY … FROM stdin end. Rules of PostgreSQL 15's src/bin/psql (psqlscanslash.l, copy.c).
import { BEGINS, BYTE, SPACE } from "./classes.ts";

/** A psql command, "\name arguments"; half-open byte range, without the newline that ends it. */
export interface PsqlCommand {
  readonly start: number;
  readonly end: number;
  /** Name without the backslash, as written: psql's names are case-sensitive. */
  readonly name: string;
  /** Lines of data behind `\copy … from stdin`, with the line "\." that ends them. */
  readonly data?: ByteRange;
}

/** Half-open range of byte offsets. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Commands whose argument is the rest of the line, backslashes and quotes included (OT_WHOLE_LINE). */
const WHOLE_LINE = new Set(["!", "copy", "ef", "ev", "h", "help", "sf", "sf+", "sv", "sv+"]);

/** Commands that send the statement before them, as a semicolon does. */
export const SENDS: ReadonlySet<string> = new Set(["g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"]);

/** Commands that throw the statement before them away. */
export const DISCARDS: ReadonlySet<string> = new Set(["r", "reset"]);

/** Commands that end psql. */
export const QUITS: ReadonlySet<string> = new Set(["q", "quit"]);

/** Commands that read another file as SQL. */
export const INCLUDES: ReadonlySet<string> = new Set(["i", "include", "ir", "include_relative"]);

/** Offset behind the name of the command whose backslash is at `from`: a name ends at white space, a backslash or the end of the line. */
export function endOfName(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== BYTE.backslash && BEGINS[bytes[at] as number] !== SPACE) at++;
  return at;
}

/** Offset behind a command's arguments and, where one ends it, behind its "\\"; another command's backslash ends it too. Quotes hold backslashes. */
export function endOfCommand(bytes: Buffer, name: string, from: number): number {
  const line = endOfLine(bytes, from);
  if (WHOLE_LINE.has(name)) return line;
  let at = from;
  while (at < line) {
    const code = bytes[at] as number;
    if (code === BYTE.backslash) return bytes[at + 1] === BYTE.backslash ? at + 2 : at;
    at = code === BYTE.quote || code === BYTE.doubleQuote || code === 96 ? endOfArgument(bytes, code, at + 1, line) : at + 1;
  }
  return line;
}

/** Behind the quote that closes an argument; a backslash escapes in '…' alone. psql ends an argument that is not closed with its line. */
function endOfArgument(bytes: Buffer, quote: number, from: number, line: number): number {
  for (let at = from; at < line; at++) {
    if (bytes[at] === quote) return at + 1;
    if (quote === BYTE.quote && bytes[at] === BYTE.backslash) at++;
  }
  return line;
}

/** Offset of the newline that ends the line, or of the end of the bytes. psql's lines end with a line feed; a carriage return before it is white space. */
export function endOfLine(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(BYTE.newline, from);
  return found < 0 ? bytes.length : found;
}

/** Offset behind the line "\." that ends data which begin at `from`, newline included, or -1. */
export function endOfCopyData(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; ) {
    const found = bytes.indexOf("\\.", at);
    if (found < 0) return -1;
    at = found + 2;
    if (found !== from && bytes[found - 1] !== BYTE.newline) continue;
    if (at === bytes.length) return at;
    if (bytes[at] === BYTE.newline) return at + 1;
    if (bytes[at] === BYTE.carriageReturn && bytes[at + 1] === BYTE.newline) return at + 2;
  }
  return -1;
}

/** True for the arguments of a `\copy` that reads the lines behind it: "… from stdin" outside of quotes and parentheses (psql's parse_slash_copy). */
export function copiesFromStdin(line: string): boolean {
  const bare = line.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''").replace(/\([^()]*\)/g, " ");
  return /\sfrom\s+stdin(?:\s|$)/i.test(bare);
}

/** True for the arguments of a `\copy` that loads data, from wherever. */
export function copiesIn(line: string): boolean {
  const bare = line.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''").replace(/\([^()]*\)/g, " ");
  return /\sfrom\s/i.test(bare);
}

/** What psql cannot know before it runs: variables, commands in backquotes; and quotes, which it takes off. */
const NOT_PLAIN = /[:`'"]/;
/** psql's Booleans (ParseVariableBool): beginnings of true, false, yes and no, on and off from their second letter, 1 and 0. */
const BOOLEAN = /^(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|y(?:es?)?|no?|on|off?|[01])$/i;

/** True for the arguments of an `\if` that psql refuses, and takes for false, whatever its variables hold. */
export function isNoBoolean(line: string): boolean {
  const text = line.replace(/\\{2}$/, "").trim();
  return !NOT_PLAIN.test(text) && !BOOLEAN.test(text);
}
