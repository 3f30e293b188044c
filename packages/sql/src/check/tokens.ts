// One statement's bytes as tokens, by the same lexemes as the scanner's; names are folded and unquoted as PostgreSQL does it. It knows no grammar.
import { BACKSLASH, BEGINS, BYTE, CONTINUES, DIGIT, DOLLAR, IDENTIFIER_QUOTE, QUOTE, SPACE, WORD } from "../scan/classes.ts";
import { endOfBits, endOfBlank, endOfDollarQuote, endOfDollarTag, endOfEscapeString, endOfIdentifier, endOfString } from "../scan/lexemes.ts";
import { endOfCommand, endOfName } from "../scan/psql.ts";

/** "word" may be a keyword; "name" was quoted. Everything else that is not a literal is a "mark": an operator, one punctuation character, or "::". */
export type TokenKind = "word" | "name" | "string" | "number" | "mark";

export interface Token {
  readonly kind: TokenKind;
  /** A word in lower case, a name without its quotes, a string's contents, otherwise the token as written. */
  readonly text: string;
  /** Byte offsets, half-open. */
  readonly start: number;
  readonly end: number;
  /** Parentheses and brackets around it; those of "(" and ")" themselves do not count. */
  readonly depth: number;
  /** For a dollar-quoted string: where its contents begin. */
  readonly contents?: number;
}

/** PostgreSQL cuts longer names (NAMEDATALEN − 1 bytes). */
const MAX_NAME_BYTES = 63;
const OPERATOR = new Set("~!@#^&|`?+-*/%<>=");

/** Tokens of [start, end), without white space, comments and psql's commands. */
export function tokensOf(bytes: Buffer, start: number, end: number, standardStrings = true): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = endOfBlank(bytes, start);
  const add = (kind: TokenKind, text: string, to: number, extra?: { contents: number }): void => {
    // What is not closed (the lexemes say -1) goes on to the end.
    const behind = to > at ? to : end;
    tokens.push({ kind, text, start: at, end: behind, depth, ...extra });
    at = behind;
  };
  while (at < end) {
    const code = bytes[at] as number;
    const begins = BEGINS[code] as number;
    if (begins === WORD) {
      const to = endOfWord(bytes, at);
      if (bytes[to] === BYTE.quote && to - at === 1 && isPrefix(code)) {
        const close = (code | 32) === 101 ? endOfEscapeString(bytes, to + 1) : endOfBits(bytes, to + 1);
        add("string", unescaped(bytes.toString("utf8", to + 1, close - 1), (code | 32) === 101), close);
      } else if ((code | 32) === 117 && to - at === 1 && bytes[to] === 38 && bytes[to + 1] === BYTE.doubleQuote) {
        const close = endOfIdentifier(bytes, to + 2);
        const { mark: escapes, end: behind } = uescape(bytes, close);
        add("name", cut(unicode(doubled(bytes.toString("utf8", to + 2, close - 1), '"'), escapes)), behind);
      } else add("word", cut(folded(bytes.toString("utf8", at, to))), to);
    } else if (begins === IDENTIFIER_QUOTE) {
      const to = endOfIdentifier(bytes, at + 1);
      add("name", cut(doubled(bytes.toString("utf8", at + 1, to - 1), '"')), to);
    } else if (begins === QUOTE) {
      const to = standardStrings ? endOfString(bytes, at + 1) : endOfEscapeString(bytes, at + 1);
      add("string", unescaped(bytes.toString("utf8", at + 1, to - 1), !standardStrings), to);
    } else if (begins === DOLLAR && endOfDollarTag(bytes, at) > 0) {
      const tag = endOfDollarTag(bytes, at);
      const to = endOfDollarQuote(bytes, at, tag);
      add("string", bytes.toString("utf8", tag, to - (tag - at)), to, { contents: tag });
    } else if (begins === DIGIT) {
      let to = at + 1;
      while (to < end && (CONTINUES[bytes[to] as number] === 1 || bytes[to] === BYTE.dot)) to++;
      add("number", bytes.toString("latin1", at, to), to);
    } else if (begins === BACKSLASH) {
      const name = endOfName(bytes, at);
      at = endOfCommand(bytes, bytes.toString("utf8", at + 1, name), name);
    } else if (begins === SPACE) {
      at++;
    } else {
      const character = String.fromCharCode(code);
      if (character === ")" || character === "]") depth = Math.max(0, depth - 1);
      add("mark", mark(bytes, at, character), at + mark(bytes, at, character).length);
      if (character === "(" || character === "[") depth++;
    }
    at = endOfBlank(bytes, at);
  }
  return tokens;
}

function mark(bytes: Buffer, at: number, character: string): string {
  if (character === ":" && bytes[at + 1] === 58) return "::";
  if (!OPERATOR.has(character)) return character;
  let to = at + 1;
  while (OPERATOR.has(String.fromCharCode(bytes[to] as number)) && !opensComment(bytes, to)) to++;
  return bytes.toString("latin1", at, to);
}

function opensComment(bytes: Buffer, at: number): boolean {
  return (bytes[at] === BYTE.minus && bytes[at + 1] === BYTE.minus) || (bytes[at] === BYTE.slash && bytes[at + 1] === BYTE.star);
}

function endOfWord(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && CONTINUES[bytes[at] as number] === 1) at++;
  return at;
}

/** E, B, X. */
function isPrefix(code: number): boolean {
  const letter = code | 32;
  return letter === 101 || letter === 98 || letter === 120;
}

/** Names are folded in ASCII alone where the encoding has several bytes a character (downcase_identifier). */
function folded(word: string): string {
  return word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function cut(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  let end = MAX_NAME_BYTES;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

function doubled(text: string, quote: string): string {
  return text.replaceAll(quote + quote, quote);
}

/** U&"…" UESCAPE '!': the escape character, and where all of it ends. */
function uescape(bytes: Buffer, from: number): { mark: string; end: number } {
  const at = endOfBlank(bytes, from);
  if (bytes.toString("latin1", at, at + 7).toLowerCase() !== "uescape") return { mark: "\\", end: from };
  const quote = endOfBlank(bytes, at + 7);
  return { mark: bytes.toString("latin1", quote + 1, quote + 2), end: quote + 3 };
}

function unicode(text: string, escapes: string): string {
  let made = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== escapes) made += text[at];
    else if (text[at + 1] === escapes) {
      made += escapes;
      at++;
    } else {
      const long = text[at + 1] === "+";
      made += String.fromCodePoint(Number.parseInt(long ? text.slice(at + 2, at + 8) : text.slice(at + 1, at + 5), 16) || 0xfffd);
      at += long ? 7 : 4;
    }
  }
  return made;
}

/** As far as names in a string (nextval('…'), a label) need it. */
function unescaped(text: string, backslashes: boolean): string {
  const single = doubled(text, "'");
  return backslashes ? single.replace(/\\(.)/gs, "$1") : single;
}
