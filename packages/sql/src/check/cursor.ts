// Reads names, types and words from a statement's tokens, in order. It knows the grammar of names and types, nothing of statements.
import { builtInArray, canonicalType, type Name, shownName, TYPE_WORDS } from "./names.ts";
import type { Token } from "./tokens.ts";

/** A type as written and as PostgreSQL compares it. */
export interface TypeName {
  /** One spelling for each type; arrays of any dimensions end with "[]". */
  readonly text: string;
  /** The name to look for; undefined for a built-in type of the grammar, and for a column's %TYPE. */
  readonly name?: Name;
  readonly at: number;
}

const NO_TOKEN: Token = { kind: "mark", text: "", start: 0, end: 0, depth: 0 };

export class Cursor {
  readonly tokens: readonly Token[];
  at: number;
  readonly end: number;

  constructor(tokens: readonly Token[], from = 0, end: number = tokens.length) {
    this.tokens = tokens;
    this.at = from;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  token(ahead = 0): Token {
    const index = this.at + ahead;
    return index < this.end && index >= 0 ? (this.tokens[index] as Token) : NO_TOKEN;
  }

  is(word: string, ahead = 0): boolean {
    const { kind, text } = this.token(ahead);
    return text === word && (kind === "word" || kind === "mark");
  }

  /** Takes these words and marks when they follow. */
  take(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.is(word, ahead))) return false;
    this.at += words.length;
    return true;
  }

  /** Takes one of these words when it follows. */
  takeAny(...words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word));
  }

  isName(ahead = 0): boolean {
    const { kind } = this.token(ahead);
    return kind === "word" || kind === "name";
  }

  /** A name, with as many qualifications as it has; of more than two parts the last two count. */
  name(): Name | undefined {
    if (!this.isName()) return undefined;
    const parts = [this.token().text];
    this.at++;
    while (this.is(".") && this.isName(1)) {
      parts.push(this.token(1).text);
      this.at += 2;
    }
    const name = parts.at(-1) as string;
    const schema = parts.at(-2);
    return schema === undefined ? { name } : { schema, name };
  }

  /** Goes behind the parenthesis or bracket that closes the one here; false when there is none here. */
  skipGroup(): boolean {
    if (!this.is("(") && !this.is("[")) return false;
    const { depth } = this.token();
    this.at++;
    while (!this.done && this.token().depth > depth) this.at++;
    this.at++;
    return true;
  }

  /** Names in parentheses, "(a, b)", or undefined when none are here. */
  columns(): string[] | undefined {
    if (!this.is("(")) return undefined;
    const from = this.at;
    this.skipGroup();
    return this.tokens
      .slice(from + 1, this.at - 1)
      .filter(({ kind }) => kind === "word" || kind === "name")
      .map(({ text }) => text);
  }

  /** A type, with its modifier and array bounds. */
  type(): TypeName | undefined {
    this.take("setof");
    const at = this.token().start;
    const first = this.token();
    let text: string | undefined;
    let name: Name | undefined;
    if (first.kind === "word" && TYPE_WORDS[first.text]?.some((word) => this.is(word, 1) || (first.text !== "bit" && this.#isTimeWithModifier()))) {
      text = this.#severalWords(first.text);
    } else {
      name = this.name();
      if (name === undefined) return undefined;
      if (this.take("%", "type") || this.take("%", "rowtype")) return { text: `${shownName(name)}%type`, at };
      const builtIn = name.schema === undefined || name.schema === "pg_catalog";
      text = builtIn ? ((first.kind === "word" ? canonicalType(name.name) : undefined) ?? builtInArray(name.name)) : undefined;
      if (text !== undefined) name = undefined;
      else text = builtIn || name.schema === "public" ? name.name : shownName(name);
    }
    this.skipGroupOf("(");
    let array = this.take("array");
    while (this.is("[")) {
      this.skipGroup();
      array = true;
    }
    return { text: array ? `${text}[]` : text, ...(name === undefined ? {} : { name }), at };
  }

  skipGroupOf(opens: "(" | "["): boolean {
    return this.is(opens) && this.skipGroup();
  }

  /** "timestamp (3) with time zone". */
  #isTimeWithModifier(): boolean {
    const { text } = this.token();
    return (text === "timestamp" || text === "time") && this.is("(", 1) && (this.is("with", 4) || this.is("without", 4));
  }

  #severalWords(first: string): string {
    this.at++;
    if (first === "timestamp" || first === "time") {
      this.skipGroupOf("(");
      const zone = this.is("with") ? "with" : "without";
      this.at += 3;
      return `${first} ${zone} time zone`;
    }
    if (first === "interval") {
      while (["year", "month", "day", "hour", "minute", "second", "to"].some((word) => this.is(word))) this.at++;
      return "interval";
    }
    let words = `${first} ${this.token().text}`;
    this.at++;
    if (first === "national" && this.is("varying")) {
      words += " varying";
      this.at++;
    }
    return canonicalType(words) ?? words;
  }
}
