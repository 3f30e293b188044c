// PostgreSQL's own parser (libpg-query, version 15, as WebAssembly) as a reader of statements: what is not SQL is an error, and what a statement uses comes from
// its tree, so that nothing is guessed. Loaded when it is asked for; the package is an optional peer.
import { SqlError } from "../errors.ts";
import { BYTE } from "../scan/classes.ts";
import { continuation } from "../scan/lexemes.ts";
import { ParseFailure, type StatementParser } from "./check.ts";
import type { Use } from "./facts.ts";
import type { Name } from "./names.ts";
import { nameIn } from "./queries.ts";
import { type Read, readStatement } from "./read.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** A node of the tree: JSON, whose one key is the node's type, or its fields. */
type Node = { readonly [field: string]: unknown };

interface LibPgQuery {
  loadModule(): Promise<void>;
  parseSync(sql: string): unknown;
}

/** Types that stand for an integer and a sequence. */
const SERIALS = new Set(["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"]);
const LETTER_E = 101;
/** Arguments of CREATE TYPE, AGGREGATE and OPERATOR that are types; the others that look like one are functions. */
const TYPE_ARGUMENTS = new Set(["stype", "mstype", "basetype", "subtype", "leftarg", "rightarg", "like", "element"]);

/** @throws SqlError sql_parser_missing where libpg-query is not installed. */
export async function loadParser(): Promise<StatementParser> {
  let library: LibPgQuery;
  try {
    library = (await import("libpg-query")) as unknown as LibPgQuery;
  } catch (cause) {
    throw new SqlError("sql_parser_missing", "checking with PostgreSQL's parser needs the package libpg-query: npm install libpg-query@15.6.3", {}, { cause });
  }
  await library.loadModule();
  return {
    name: "libpg-query",
    read: (bytes, statement, standardStrings) => {
      const own = readStatement(bytes, statement, standardStrings);
      const tokens = tokensOf(bytes, statement.start, statement.textEnd, standardStrings);
      // With standard_conforming_strings off, and with psql's variables, the text is not what the parser should get.
      if (!standardStrings) return { ...own, unparsed: "standard_conforming_strings is off here" };
      if (holdsVariables(tokens)) return { ...own, unparsed: "it holds psql's variables" };
      const text = withoutComments(bytes, statement.start, statement.textEnd, tokens);
      return confirmed(own, parse(library, text, statement.start), statement.start, (body) => parse(library, body, statement.start));
    },
  };
}

function parse(library: LibPgQuery, sql: string, offset: number): unknown {
  try {
    return library.parseSync(sql);
  } catch (error) {
    const { message, sqlDetails } = error as Error & { sqlDetails?: { cursorPosition?: number } };
    const characters = Math.max(0, sqlDetails?.cursorPosition ?? 0);
    throw new ParseFailure(message, offset + Buffer.byteLength([...sql].slice(0, characters).join("")));
  }
}

/**
 * The statement's text, with blanks for comments and for psql's commands: the lengths stay. libpg-query's lexer makes tokens of comments, so that a string does
 * not go on behind one; PostgreSQL's own does.
 */
function withoutComments(bytes: Buffer, start: number, end: number, tokens: readonly Token[]): string {
  const text = Buffer.from(bytes.subarray(start, end));
  let behind = start;
  for (const token of tokens) {
    blank(text, behind - start, token.start - start);
    if (token.kind === "string" && ((text[token.start - start] as number) | 32) === LETTER_E) blankGaps(text, token.start + 2 - start, token.end - start);
    behind = token.end;
  }
  blank(text, behind - start, text.length);
  return text.toString("utf8");
}

/** Newlines stay: they make two strings one. */
function blank(text: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) if (text[at] !== BYTE.newline && text[at] !== BYTE.carriageReturn) text[at] = BYTE.space;
}

/** Between the parts of an E'…' that goes on; `from` is behind its first quote. */
function blankGaps(text: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (text[at] === BYTE.backslash) at++;
    else if (text[at] === BYTE.quote) {
      const next = continuation(text, at + 1);
      if (next < 0 || next > to) continue;
      blank(text, at + 1, next - 1);
      at = next - 1;
    }
  }
}

/** :name, :'name', :"name"; not "::", and not the bounds of a slice. */
function holdsVariables(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text, end: behind, depth }, index) => {
    const next = tokens[index + 1];
    return kind === "mark" && text === ":" && next?.start === behind && next.kind !== "number" && !(depth > 0 && tokens[index - 1]?.kind === "number");
  });
}

/** Our reading, with the tree's word for what is used: guesses go, names that are not in the tree go, calls and types come. */
function confirmed(own: Read, tree: unknown, offset: number, parseBody: (sql: string) => unknown): Read {
  const seen = new TreeReader(offset, false);
  seen.walk(tree);
  for (const body of seen.bodies) {
    const inner = new TreeReader(offset, true);
    try {
      inner.walk(parseBody(body));
    } catch (error) {
      // The server says so when the function is made, unless check_function_bodies is off.
      if (!(error instanceof ParseFailure)) throw error;
    }
    seen.uses.push(...inner.finished());
  }
  const kept = own.facts.uses.filter(({ guess, inBody, name }) => !guess && !inBody && seen.names.has(name.name));
  const uses = [...kept, ...seen.finished()];
  const unique = new Map(uses.map((use) => [`${use.space} ${use.name.schema ?? ""} ${use.name.name} ${use.inBody ?? false}`, use]));
  for (const use of kept) unique.set(`${use.space} ${use.name.schema ?? ""} ${use.name.name} ${use.inBody ?? false}`, use);
  return { ...own, facts: { ...own.facts, uses: [...unique.values()] } };
}

/** Collects what a tree names. */
class TreeReader {
  readonly uses: Use[] = [];
  /** Every name in the tree: our own reading is believed where the tree has the name too. */
  readonly names = new Set<string>();
  /** Bodies of SQL functions, as strings. */
  readonly bodies: string[] = [];
  readonly #ctes = new Set<string>();
  readonly #offset: number;
  readonly #inBody: boolean;

  constructor(offset: number, inBody: boolean) {
    this.#offset = offset;
    this.#inBody = inBody;
  }

  /** Without the names of common table expressions. */
  finished(): Use[] {
    return this.uses.filter(({ space, name }) => space !== "relation" || name.schema !== undefined || !this.#ctes.has(name.name));
  }

  walk(node: unknown): void {
    if (Array.isArray(node)) for (const item of node) this.walk(item);
    else if (typeof node === "object" && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (typeof value === "string") {
          this.names.add(value);
          // The name of a table in CAST('name' AS regclass) and of nextval('name').
          if (key === "sval") this.#string(value);
        } else this.#visit(key, value as Node);
      }
    }
  }

  #string(text: string): void {
    const name = nameIn(text);
    if (name !== undefined) this.names.add(name.name);
  }

  #visit(key: string, value: Node): void {
    if (key === "CommonTableExpr" && typeof value.ctename === "string") this.#ctes.add(value.ctename);
    else if (key === "FuncCall" || key === "funccall") this.#use("function", strings(value.funcname), value.location);
    else if (key === "DefElem" && !TYPE_ARGUMENTS.has(value.defname as string) && (value.arg as Node | undefined)?.TypeName !== undefined) {
      for (const name of strings(((value.arg as Node).TypeName as Node).names)) this.names.add(name);
      return;
    } else if (key === "TypeName" || key === "typeName" || key === "argType" || key === "returnType") this.#type(value);
    else if (key === "SelectStmt" || key === "UpdateStmt" || key === "DeleteStmt" || key === "InsertStmt" || key === "MergeStmt") this.#relations(value);
    else if (key === "CreateFunctionStmt") this.#body(value);
    else if (key === "ViewStmt") this.#recursiveView(value);
    this.walk(value);
  }

  /** Relations of a query: what stands in FROM and what is changed. */
  #relations(statement: Node): void {
    for (const field of ["fromClause", "usingClause", "relation", "sourceRelation"]) this.#fromItems(statement[field], field === "relation");
  }

  #fromItems(node: unknown, bare = false): void {
    if (Array.isArray(node)) for (const item of node) this.#fromItems(item);
    else if (typeof node === "object" && node !== null) {
      const fields = node as Node;
      const range = (fields.RangeVar ?? (bare ? fields : undefined)) as Node | undefined;
      if (range !== undefined && typeof range.relname === "string") {
        this.#use("relation", [range.schemaname, range.relname].filter((part) => typeof part === "string") as string[], range.location);
      }
      const join = fields.JoinExpr as Node | undefined;
      if (join !== undefined) for (const side of [join.larg, join.rarg]) this.#fromItems(side);
    }
  }

  #type(type: Node): void {
    const names = strings(type.names);
    if (type.pct_type === true || names.length === 0 || SERIALS.has(names.at(-1) as string)) return;
    this.#use("type", names, type.location);
  }

  #recursiveView(view: Node): void {
    const range = view.view as Node | undefined;
    if (typeof range?.relname === "string") this.names.add(range.relname);
  }

  #body(routine: Node): void {
    const options = new Map(
      ((routine.options ?? []) as Node[]).map((option) => {
        const element = option.DefElem as Node;
        return [element.defname as string, element.arg as Node];
      }),
    );
    const language = (options.get("language")?.String as Node | undefined)?.sval;
    const items = ((options.get("as")?.List as Node | undefined)?.items ?? []) as Node[];
    const [body] = strings(items);
    if (language === "sql" && body !== undefined) this.bodies.push(body);
  }

  #use(space: Use["space"], names: readonly string[], location: unknown): void {
    const name = names.at(-1);
    const schema = names.at(-2);
    if (name === undefined) return;
    const used: Name = schema === undefined ? { name } : { schema, name };
    const at = this.#offset + (this.#inBody || typeof location !== "number" ? 0 : location);
    this.uses.push({ space, name: used, at, ...(this.#inBody ? { inBody: true } : {}) });
  }
}

/** The texts of a list of String nodes. */
function strings(list: unknown): string[] {
  return Array.isArray(list) ? list.flatMap((item: Node) => ((item.String as Node | undefined)?.sval as string | undefined) ?? []) : [];
}
