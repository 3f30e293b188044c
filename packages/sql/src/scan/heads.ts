// What the words of one statement say to the scanner: which data it changes, whether data follow it, and whether a body of statements is open in it.
// It is told of words and parentheses as the scanner meets them, and says when no further word matters. It knows nothing of where a statement ends.
import { BYTE } from "./classes.ts";
import { endOfBlank } from "./lexemes.ts";
import { isBlank, W, wordAfter, wordAt } from "./words.ts";

/** How a statement changes data: by its verb, by `COPY … FROM`, by a query that calls setval(); "other" changes none. */
export type StatementKind = "insert" | "update" | "delete" | "merge" | "copy" | "setval" | "other";

const VERBS: ReadonlyMap<number, StatementKind> = new Map([
  [W.insert, "insert"],
  [W.update, "update"],
  [W.delete, "delete"],
  [W.merge, "merge"],
]);

/** Reserved words that may follow a SELECT's columns. */
const BEHIND_COLUMNS: ReadonlySet<number> = new Set(
  (["except", "fetch", "for", "from", "group", "having", "intersect", "into", "limit", "offset", "order", "union", "where", "window"] as const).map(
    (word) => W[word],
  ),
);

/** What is being read: which words matter next. */
const DONE = 0;
const FIRST = 1;
const CREATE = 2;
const ROUTINE = 3;
const COPY = 4;
const QUERY = 5;
const SET = 6;

export class Head {
  readonly #bytes: Buffer;
  #mode = FIRST;
  #words = 0;
  #lastWord = 0;
  #lastEnd = 0;
  #baseDepth = 0;
  #verbSeen = false;
  #explain = false;
  #analyze = false;
  /** Offsets of the last ".", "(" and ")"; the scanner sets them. */
  dot = -1;
  open = -1;
  close = -1;
  kind: StatementKind = "other";
  /** COPY … FROM stdin (or stdout, which the grammar takes for the same). */
  readsData = false;
  /** Whether BEGIN ATOMIC is open. */
  inBody = false;
  /** Offset of the last ";" in a body, or of the end of ATOMIC; the scanner sets it. */
  semicolon = -1;
  /** For each CASE that is open in a body, how many parentheses it stands in. */
  #cases: number[] = [];
  /** Offset of BEGIN. */
  bodyStart = 0;
  /** What psql counts in place of that: any word begin, case and end outside of parentheses, names among them. */
  psqlBodyDepth = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Begins a statement. */
  reset(): void {
    this.#mode = FIRST;
    this.#words = 0;
    this.#lastWord = 0;
    this.#verbSeen = this.#explain = this.#analyze = this.readsData = false;
    this.dot = this.open = this.close = -1;
    this.kind = "other";
    this.inBody = false;
    this.psqlBodyDepth = 0;
    if (this.#cases.length > 0) this.#cases = [];
  }

  /** True for SET and RESET, which may change how strings are read. */
  get isSetting(): boolean {
    return this.#mode === SET;
  }

  /** Takes the word [start, end), inside of `depth` parentheses; false when no further word matters. */
  word(start: number, end: number, depth: number): boolean {
    const word = wordAt(this.#bytes, start, end);
    if (this.#mode === FIRST) this.#first(word, depth);
    else if (this.#mode === ROUTINE) this.#routine(word, start, end, depth);
    else if (this.#mode === QUERY) this.#query(word, start, end, depth);
    else if (this.#mode === CREATE) this.#create(word);
    else if (this.#mode === COPY) this.#copy(word, start, depth);
    this.#lastWord = word === W.as && this.#followsDot(start) ? 0 : word;
    this.#lastEnd = end;
    return this.#mode !== DONE && this.#mode !== SET;
  }

  #first(word: number, depth: number): void {
    this.#baseDepth = depth;
    this.kind = VERBS.get(word) ?? "other";
    if (word === W.create) this.#mode = CREATE;
    else if (word === W.copy) this.#mode = COPY;
    else if (word === W.set || word === W.reset) this.#mode = SET;
    else if (word === W.select || word === W.values || word === W.table || word === W.with || word === W.explain) {
      this.#mode = QUERY;
      this.#explain = word === W.explain;
      this.#verbSeen = word !== W.with && word !== W.explain;
    } else this.#mode = DONE;
  }

  /** CREATE [OR REPLACE] FUNCTION | PROCEDURE. */
  #create(word: number): void {
    this.#words++;
    if (word === W.function || word === W.procedure) this.#mode = ROUTINE;
    else if (!((this.#words === 1 && word === W.or) || (this.#words === 2 && word === W.replace))) this.#mode = DONE;
  }

  /**
   * A body is BEGIN ATOMIC statement; … END. CASE and END may also be names there: behind "." or AS, and even alone as the label of a column. The END of a CASE
   * stands in the parentheses of its CASE, the END of the body behind a semicolon, and a CASE that is a label is followed by what can begin no expression.
   */
  #routine(word: number, start: number, end: number, depth: number): void {
    if (word === W.begin) {
      if (depth === 0) this.psqlBodyDepth++;
    } else if (word === W.atomic) {
      if (this.inBody || this.#lastWord !== W.begin || !isBlank(this.#bytes, this.#lastEnd, start)) return;
      this.inBody = true;
      this.bodyStart = this.#lastEnd - "begin".length;
      this.semicolon = end - 1;
    } else if (word === W.case) {
      if (depth === 0 && this.psqlBodyDepth > 0) this.psqlBodyDepth++;
      if (this.inBody && !this.#isName(start) && !this.#endsColumn(end)) this.#cases.push(depth);
    } else if (word === W.end) {
      if (depth === 0 && this.psqlBodyDepth > 0) this.psqlBodyDepth--;
      if (!this.inBody || this.#followsDot(start)) return;
      if (this.#cases.length > 0) {
        if (this.#cases.at(-1) === depth) this.#cases.pop();
      } else if (isBlank(this.#bytes, this.semicolon + 1, start)) this.inBody = false;
    }
  }

  #followsDot(start: number): boolean {
    return this.dot >= 0 && isBlank(this.#bytes, this.dot + 1, start);
  }

  #isName(start: number): boolean {
    return this.#followsDot(start) || (this.#lastWord === W.as && isBlank(this.#bytes, this.#lastEnd, start));
  }

  /** True when what follows a column's label follows here. */
  #endsColumn(end: number): boolean {
    const next = this.#bytes[endOfBlank(this.#bytes, end)];
    return next === BYTE.comma || next === BYTE.semicolon || next === BYTE.close || BEHIND_COLUMNS.has(wordAfter(this.#bytes, end));
  }

  /** COPY table FROM STDIN: both words are reserved or follow a reserved one, so a table of that name is quoted. */
  #copy(word: number, start: number, depth: number): void {
    if (this.#lastWord === W.from && this.kind === "copy") {
      this.readsData = (word === W.stdin || word === W.stdout) && isBlank(this.#bytes, this.#lastEnd, start);
      this.#mode = DONE;
    } else if (depth === 0 && word === W.from) this.kind = "copy";
    else if (depth === 0 && word === W.to) this.#mode = DONE;
  }

  /** SELECT, VALUES, TABLE, WITH, EXPLAIN: a verb behind the CTEs or in one of them, or a call of setval(). SELECT … INTO makes a table. */
  #query(word: number, start: number, end: number, depth: number): void {
    if (word === 0) return;
    const atBase = depth === this.#baseDepth;
    const verb = VERBS.get(word);
    if (verb !== undefined) {
      const changes = (atBase && !this.#verbSeen && this.#isVerb(word, start, end)) || this.#opensCte(start);
      if (!changes) return;
      if (atBase) this.#verbSeen = true;
      if (!this.#explain || this.#analyze) this.kind = verb;
      this.#mode = DONE;
    } else if (word === W.setval) {
      if (!this.#explain && this.#bytes[endOfBlank(this.#bytes, end)] === BYTE.open) this.kind = "setval";
    } else if (atBase) {
      if (word === W.select || word === W.values || word === W.table) this.#verbSeen = true;
      else if (word === W.into && this.#verbSeen) {
        this.kind = "other";
        this.#mode = DONE;
      }
    }
    if (word === W.analyze || word === W.analyse) this.#analyze = true;
  }

  /** The verb of a statement behind its CTEs or EXPLAIN, and not a CTE's name. */
  #isVerb(word: number, start: number, end: number): boolean {
    if (word === W.insert || word === W.merge) return wordAfter(this.#bytes, end) === W.into;
    if (word === W.delete) return wordAfter(this.#bytes, end) === W.from;
    return this.#explain || (this.close >= 0 && isBlank(this.#bytes, this.close + 1, start));
  }

  /** True for the first word of "AS [[NOT] MATERIALIZED] (…)". */
  #opensCte(start: number): boolean {
    if (this.#lastWord !== W.as && this.#lastWord !== W.materialized) return false;
    return this.open > this.#lastEnd - 1 && isBlank(this.#bytes, this.#lastEnd, this.open) && isBlank(this.#bytes, this.open + 1, start);
  }
}
