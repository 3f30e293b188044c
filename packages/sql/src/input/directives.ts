// What a file says of its own place: `-- depends: other.sql` and `-- order: N` in the comment lines at its beginning. Takes the file's contents, gives the
// directives with their lines. It does not know which other files there are.
import { indexOfByte } from "../bytes.ts";
import { SqlError } from "../errors.ts";

/** Directives stand in the file's first comment lines, within so many bytes: a file is not searched to its end for them. */
export const DIRECTIVES_WITHIN_BYTES: number = 64 * 1024;

/** Bounds of `-- order:`; both are exact in a double, and in every language. */
const ORDER_LIMIT = 1_000_000_000;

export interface Dependency {
  /** As written: relative to the file's own folder, or else to the root. */
  readonly target: string;
  /** From 1. */
  readonly line: number;
}

export interface Directives {
  readonly depends: readonly Dependency[];
  /** 0 where the file says nothing. */
  readonly order: number;
}

export const NO_DIRECTIVES: Directives = { depends: [], order: 0 };

const DIRECTIVE = /^--[ \t]*(depends|order)[ \t]*:[ \t]*(.*?)[ \t]*$/s;
const DASH = 0x2d;
const LOWER_D = 0x64;
const LOWER_O = 0x6f;
const decoder = new TextDecoder();

/**
 * Reads lines from the start while they are blank or begin with `--`. Keywords are lower case, so that prose ("-- Order: …") is left alone; `depends` takes
 * one or more paths with commas between them and may stand several times.
 * @throws SqlError sql_directive_invalid with file and line.
 */
export function readDirectives(contents: Uint8Array, file: string): Directives {
  // Nearly every file: no comment at its beginning, nothing to decode.
  if (contents[0] !== DASH && (contents[0] ?? DASH) > 0x20) return NO_DIRECTIVES;
  const end = Math.min(contents.length, DIRECTIVES_WITHIN_BYTES);
  const depends: Dependency[] = [];
  let order: number | undefined;
  let line = 0;
  for (let start = 0; start < end; ) {
    line++;
    let stop = indexOfByte(contents, 0x0a, start);
    if (stop < 0 || stop > end) stop = end;
    const text = commentLine(contents, start, stop);
    start = stop + 1;
    if (text === undefined) break;
    const found = DIRECTIVE.exec(text);
    if (found === null) continue;
    const [, keyword, value = ""] = found;
    if (keyword === "depends") {
      for (const target of value.split(",").map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""))) {
        if (target === "") throw new SqlError("sql_directive_invalid", `"-- depends:" takes paths with commas between them, got "${value}"`, { file, line });
        depends.push({ target, line });
      }
      continue;
    }
    if (order !== undefined) throw new SqlError("sql_directive_invalid", 'a second "-- order:"; a file has one', { file, line });
    order = /^[+-]?[0-9]{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (!(Math.abs(order) <= ORDER_LIMIT))
      throw new SqlError("sql_directive_invalid", `"-- order:" takes a whole number from -${ORDER_LIMIT} to ${ORDER_LIMIT}, got "${value}"`, { file, line });
  }
  return depends.length === 0 && order === undefined ? NO_DIRECTIVES : { depends, order: order ?? 0 };
}

/** A comment line that may hold a directive as text, another comment and a blank line as ""; undefined for any other. */
function commentLine(contents: Uint8Array, start: number, stop: number): string | undefined {
  let from = start;
  let to = stop;
  while (to > from && isSpace(contents[to - 1])) to--;
  while (from < to && isSpace(contents[from])) from++;
  if (from === to) return "";
  if (contents[from] !== DASH || contents[from + 1] !== DASH) return undefined;
  let word = from + 2;
  while (word < to && isSpace(contents[word])) word++;
  // Prose, as most comments are: nothing to decode.
  if (contents[word] !== LOWER_D && contents[word] !== LOWER_O) return "";
  return decoder.decode(contents.slice(from, to));
}

/** Blank, tab, carriage return. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
