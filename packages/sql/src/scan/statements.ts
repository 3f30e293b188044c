// The scanner: one pass over a text's bytes, from which come its statements, psql's commands and data, and what does not end. It knows where things end,
// not what they mean; nothing is decoded and no string is made but for psql's commands and errors. scan.l has the rules of the server, psqlscan.l those of psql.
import {
  BACKSLASH,
  BEGINS,
  BYTE,
  CLOSE,
  CONTINUES,
  DIGIT,
  DOLLAR,
  DOT,
  IDENTIFIER_QUOTE,
  MINUS,
  NUL,
  OPEN,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  WORD,
} from "./classes.ts";
import { Collector } from "./collector.ts";
import {
  endOfBits,
  endOfBlockComment,
  endOfDollarQuote,
  endOfDollarTag,
  endOfEscapeString,
  endOfExponent,
  endOfIdentifier,
  endOfLineComment,
  endOfString,
  holdsEscapedQuote,
} from "./lexemes.ts";
import type { ProblemCode } from "./problems.ts";
import type { ByteScan, ScanOptions } from "./statement.ts";

export type { ByteScan, ScanOptions, Statement, Terminator } from "./statement.ts";

const LETTER_B = 98;
const LETTER_E = 101;
const LETTER_X = 120;

/** Scans UTF-8 bytes, which are only read. Never throws: what is wrong is in `problems`. */
export function scanBytes(sql: Uint8Array, options: ScanOptions = {}): ByteScan {
  const bytes = Buffer.isBuffer(sql) ? sql : Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength);
  const length = bytes.length;
  const collector = new Collector(bytes, options.psql ?? true, options.standardConformingStrings ?? true);
  const { head, problems, psql } = collector;
  // What follows is the hot loop's own: no closure sees it, and a table of a module would be loaded anew for each byte.
  const begin = BEGINS;
  const continues = CONTINUES;
  let at = length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let limit = length;
  /** First byte of the statement, -1 between statements. */
  let start = -1;
  let depth = 0;
  let openedAt = 0;
  /** Whether the statement's next words matter. */
  let tracking = false;

  for (;;) {
    if (at >= limit) {
      if (limit === length && collector.resume === length) break;
      if (at > limit || start >= 0) {
        problems.add("copy_line_continues", start >= 0 ? start : limit);
        start = -1;
        depth = 0;
      }
      at = collector.resume;
      limit = collector.limit = collector.resume = length;
      continue;
    }
    const begins = begin[bytes[at] as number] as number;
    if (begins === SPACE) {
      at++;
      while (at < limit && begin[bytes[at] as number] === SPACE) at++;
      continue;
    }
    if (start < 0) {
      // These begin no statement; in one, they are met below.
      if (begins === SEMICOLON) {
        at++;
        if (psql) collector.send(at);
        limit = collector.limit;
        continue;
      }
      const comments = (begins === MINUS && bytes[at + 1] === BYTE.minus) || (begins === SLASH && bytes[at + 1] === BYTE.star);
      if (!comments && !(begins === BACKSLASH && psql)) {
        start = at;
        head.reset();
        tracking = true;
      }
    }
    switch (begins) {
      case WORD: {
        const from = at++;
        while (at < length && continues[bytes[at] as number] === 1) at++;
        if (at - from === 1 && bytes[at] === BYTE.quote) {
          const end = prefixed(collector, from, at);
          // N'…' is a word and a string; so, for where it ends, is U&'…'.
          if (end >= 0) {
            at = end;
            break;
          }
        }
        if (tracking) tracking = head.word(from, at, depth);
        break;
      }
      case QUOTE: {
        const end = collector.standard ? endOfString(bytes, at + 1) : endOfEscapeString(bytes, at + 1);
        if (end < 0) problems.add("unterminated_string", at);
        at = end < 0 ? length : end;
        break;
      }
      case MINUS:
        if (bytes[at + 1] === BYTE.minus) at = endOfLineComment(bytes, at + 2);
        else at++;
        break;
      case SLASH: {
        if (bytes[at + 1] !== BYTE.star) {
          at++;
          break;
        }
        const end = endOfBlockComment(bytes, at + 2);
        if (end < 0) problems.add("unterminated_comment", at);
        at = end < 0 ? length : end;
        break;
      }
      case OPEN:
        if (depth++ === 0) openedAt = at;
        head.open = at++;
        break;
      case CLOSE:
        if (depth > 0) depth--;
        head.close = at++;
        break;
      case SEMICOLON:
        at++;
        if (depth > 0 || head.inBody) {
          head.semicolon = at - 1;
          break;
        }
        if (psql && head.psqlBodyDepth > 0) problems.add("psql_boundary", start);
        collector.finish(start, at - 1, at, "semicolon");
        if (psql) {
          collector.send(at);
          limit = collector.limit;
        }
        start = -1;
        break;
      case DIGIT:
        at++;
        while (at < length && begin[bytes[at] as number] === DIGIT) at++;
        // The dot of "1." is not one before a name; those of "1..2" are not the number's.
        if (bytes[at] === BYTE.dot && bytes[at + 1] !== BYTE.dot) at++;
        // "2e5end" is a number and a word.
        if (((bytes[at] as number) | 32) === LETTER_E) at = endOfExponent(bytes, at);
        break;
      case DOT:
        head.dot = at++;
        break;
      case DOLLAR: {
        const tagEnd = endOfDollarTag(bytes, at);
        if (tagEnd < 0) {
          // A parameter, $1, or a stray dollar: behind either a word or another "$" begins anew.
          at++;
          while (at < length && begin[bytes[at] as number] === DIGIT) at++;
          break;
        }
        const end = endOfDollarQuote(bytes, at, tagEnd);
        if (end < 0) problems.add("unterminated_dollar_quote", at);
        at = end < 0 ? length : end;
        break;
      }
      case IDENTIFIER_QUOTE: {
        const end = endOfIdentifier(bytes, at + 1);
        if (end < 0) problems.add("unterminated_identifier", at);
        at = end < 0 ? length : end;
        break;
      }
      case BACKSLASH:
        if (!psql) {
          at++;
          break;
        }
        at = collector.command(at, start);
        limit = collector.limit;
        if (collector.closed) {
          start = -1;
          depth = 0;
        }
        break;
      case NUL:
        problems.add("nul_byte", at++);
        break;
      default:
        at++;
    }
  }

  if (start >= 0) {
    const code: ProblemCode = depth > 0 ? "unterminated_parenthesis" : head.inBody ? "unterminated_body" : "unterminated_statement";
    // What did not end inside it has been said; the statement could not end either.
    if (!problems.broken) problems.add(code, depth > 0 ? openedAt : head.inBody ? head.bodyStart : start);
    collector.finish(start, length, length, "end");
  }
  collector.end();
  const { statements, commands, changes, standard } = collector;
  return { statements, commands, problems: problems.list(), stringChanges: changes, standardConformingStrings: standard };
}

/** E'…', B'…', X'…', whose quote is at `quote`: the offset behind it, or the end of the bytes when it does not end; -1 for another letter. */
function prefixed({ bytes, problems, psql, standard }: Collector, from: number, quote: number): number {
  const prefix = (bytes[from] as number) | 32;
  if (prefix !== LETTER_E && prefix !== LETTER_B && prefix !== LETTER_X) return -1;
  const continued = { at: -1 };
  const end = prefix === LETTER_E ? endOfEscapeString(bytes, quote + 1, continued) : endOfBits(bytes, quote + 1);
  if (end < 0) problems.add("unterminated_string", from);
  // psql reads line by line and does not look beyond one for the rest of a string.
  else if (psql && standard && continued.at >= 0 && holdsEscapedQuote(bytes, continued.at, end)) problems.add("psql_continuation", from);
  return end < 0 ? bytes.length : end;
}
