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
import { Head, type StatementKind } from "./heads.ts";
import {
  endOfBits,
  endOfBlockComment,
  endOfDollarQuote,
  endOfDollarTag,
  endOfEscapeString,
  endOfIdentifier,
  endOfLineComment,
  endOfString,
  holdsEscapedQuote,
} from "./lexemes.ts";
import { type ProblemCode, Problems, type ScanProblem } from "./problems.ts";
import { type ByteRange, copiesFromStdin, DISCARDS, endOfCommand, endOfCopyData, endOfLine, endOfName, type PsqlCommand, SENDS } from "./psql.ts";
import { settingOf } from "./settings.ts";

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

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** Scans UTF-8 bytes, which are only read. Never throws: what is wrong is in `problems`. */
export function scanBytes(sql: Uint8Array, options: ScanOptions = {}): ByteScan {
  const psql = options.psql ?? true;
  let standard = options.standardConformingStrings ?? true;
  const bytes = Buffer.from(sql.buffer, sql.byteOffset, sql.byteLength);
  const length = bytes.length;
  const statements: Statement[] = [];
  const commands: PsqlCommand[] = [];
  const changes: { from: number; standardConformingStrings: boolean }[] = [];
  const problems = new Problems(bytes);
  const head = new Head(bytes);

  let at = length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  /** Where this stretch of SQL ends: at the end of the bytes, or at the end of the line behind which COPY's data lie. */
  let limit = length;
  /** Behind those data. */
  let resume = length;
  /** Statements that read data and are not sent yet; more than one only when joined by "\;". */
  let waiting: Open<Statement>[] = [];
  /** First byte of the statement, -1 between statements. */
  let start = -1;
  let depth = 0;
  let openedAt = 0;
  const continued = { at: -1 };
  /** Whether the statement's next words matter. */
  let tracking = false;

  /** Ends the statement; what reads data waits until it is sent. */
  const finish = (textEnd: number, end: number, terminator: Terminator): void => {
    const statement: Open<Statement> = { start, textEnd, end, terminator, kind: head.kind };
    statements.push(statement);
    if (head.isSetting) {
      const set = settingOf(bytes.toString("latin1", start, Math.min(textEnd, start + 200))) ?? standard;
      if (set !== standard) changes.push({ from: end, standardConformingStrings: set });
      standard = set;
    }
    if (psql && head.readsData) waiting.push(statement);
    start = -1;
    depth = 0;
  };

  /** Finds the data of what was sent, behind the line in which `from` lies or behind data that are already due there. */
  const takeData = (from: number, takers: readonly { data?: ByteRange }[]): void => {
    if (limit === length) {
      limit = endOfLine(bytes, from);
      resume = Math.min(limit + 1, length);
    }
    for (const taker of takers) {
      const end = endOfCopyData(bytes, resume);
      if (end < 0) problems.add("unterminated_copy_data", resume);
      taker.data = { start: resume, end: end < 0 ? length : end };
      resume = taker.data.end;
    }
  };

  for (;;) {
    if (at >= limit) {
      if (limit === length) {
        if (resume === length) break;
      } else if (at > limit || start >= 0) {
        problems.add("copy_line_continues", start >= 0 ? start : limit);
        start = -1;
        depth = 0;
      }
      at = resume;
      limit = resume = length;
      continue;
    }
    const begins = BEGINS[bytes[at] as number] as number;
    if (begins === SPACE) {
      at++;
      while (at < limit && BEGINS[bytes[at] as number] === SPACE) at++;
      continue;
    }
    // Comments begin no statement.
    if (begins === MINUS && bytes[at + 1] === BYTE.minus) {
      at = endOfLineComment(bytes, at + 2);
      continue;
    }
    if (begins === SLASH && bytes[at + 1] === BYTE.star) {
      const end = endOfBlockComment(bytes, at + 2);
      if (end < 0) problems.add("unterminated_comment", at);
      at = end < 0 ? length : end;
      continue;
    }
    if (begins === SEMICOLON) {
      at++;
      if (start >= 0 && (depth > 0 || head.inBody)) {
        head.semicolon = at - 1;
        continue;
      }
      if (start >= 0) {
        if (psql && head.psqlBodyDepth > 0) problems.add("psql_boundary", start);
        finish(at - 1, at, "semicolon");
      }
      if (waiting.length > 0) {
        takeData(at, waiting);
        waiting = [];
      }
      continue;
    }
    if (begins === BACKSLASH && psql) {
      const next = bytes[at + 1];
      if (next === BYTE.semicolon) {
        // psql does not look at parentheses here; the server would refuse open ones.
        if (start >= 0) finish(at, at + 2, "joined");
        at += 2;
        continue;
      }
      if (next === 58) {
        at += 2;
        continue;
      }
      const nameEnd = endOfName(bytes, at);
      const name = bytes.toString("utf8", at + 1, nameEnd);
      const end = endOfCommand(bytes, name, nameEnd);
      const command: Open<PsqlCommand> = { start: at, end, name };
      commands.push(command);
      if (name === ".") problems.add("stray_end_of_data", at);
      if (name === "copy" && copiesFromStdin(bytes.toString("utf8", nameEnd, end))) takeData(end, [command]);
      if (SENDS.has(name)) {
        if (start >= 0) finish(at, end, "psql");
        if (waiting.length > 0) takeData(end, waiting);
        waiting = [];
      } else if (DISCARDS.has(name)) {
        if (start >= 0) problems.add("psql_discards", start);
        start = -1;
        depth = 0;
        waiting = [];
      }
      at = end;
      continue;
    }

    if (start < 0) {
      start = at;
      head.reset();
      tracking = true;
    }
    switch (begins) {
      case WORD: {
        const from = at++;
        while (at < length && CONTINUES[bytes[at] as number] === 1) at++;
        if (at < length && bytes[at] === BYTE.quote && at - from === 1) {
          const prefix = (bytes[from] as number) | 32;
          if (prefix === 101 || prefix === 98 || prefix === 120) {
            const end = prefix === 101 ? endOfEscapeString(bytes, at + 1, continued) : endOfBits(bytes, at + 1);
            if (end < 0) problems.add("unterminated_string", from);
            if (continued.at >= 0) {
              // psql reads line by line and does not look beyond one for the rest of a string.
              if (psql && standard && holdsEscapedQuote(bytes, continued.at, end)) problems.add("psql_continuation", from);
              continued.at = -1;
            }
            at = end < 0 ? length : end;
            break;
          }
          // N'…' is a word and a string; so, for where it ends, is U&'…'.
        }
        if (tracking) tracking = head.word(from, at, depth);
        break;
      }
      case QUOTE: {
        const end = standard ? endOfString(bytes, at + 1) : endOfEscapeString(bytes, at + 1);
        if (end < 0) problems.add("unterminated_string", at);
        at = end < 0 ? length : end;
        break;
      }
      case IDENTIFIER_QUOTE: {
        const end = endOfIdentifier(bytes, at + 1);
        if (end < 0) problems.add("unterminated_identifier", at);
        at = end < 0 ? length : end;
        break;
      }
      case DOLLAR: {
        const tagEnd = endOfDollarTag(bytes, at);
        if (tagEnd < 0) {
          // A parameter, $1, or a stray dollar: behind either a word or another "$" begins anew.
          at++;
          while (at < length && BEGINS[bytes[at] as number] === DIGIT) at++;
          break;
        }
        const end = endOfDollarQuote(bytes, at, tagEnd);
        if (end < 0) problems.add("unterminated_dollar_quote", at);
        at = end < 0 ? length : end;
        break;
      }
      case DIGIT:
        at++;
        while (at < length && BEGINS[bytes[at] as number] === DIGIT) at++;
        // The dot of "1." is not one before a name; those of "1..2" are not the number's.
        if (bytes[at] === BYTE.dot && bytes[at + 1] !== BYTE.dot) at++;
        break;
      case OPEN:
        if (depth++ === 0) openedAt = at;
        head.open = at++;
        break;
      case CLOSE:
        if (depth > 0) depth--;
        head.close = at++;
        break;
      case DOT:
        head.dot = at++;
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
    if (!problems.hasError) problems.add(code, depth > 0 ? openedAt : head.inBody ? head.bodyStart : start);
    finish(length, length, "end");
  }
  for (const statement of waiting) if (!problems.hasError) problems.add("unterminated_copy_data", statement.end);
  return { statements, commands, problems: problems.list(), stringChanges: changes, standardConformingStrings: standard };
}
