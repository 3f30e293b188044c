// What queries and expressions use: relations behind FROM, JOIN, INTO, UPDATE; types behind :: and in CAST; functions before parentheses. Not a parser: it looks at
// the words around each name, and says "guess" where those do not decide.

import { Cursor } from "./cursor.ts";
import type { Facts } from "./facts.ts";
import type { Name } from "./names.ts";

/** FROM belongs to these and not to a query. */
const TAKES_FROM = new Set(["extract", "substring", "trim", "overlay", "position"]);
/** Behind these, at its own depth, a FROM clause is over. */
const ENDS_FROM = new Set([
  "where",
  "group",
  "having",
  "window",
  "union",
  "intersect",
  "except",
  "order",
  "limit",
  "offset",
  "fetch",
  "for",
  "returning",
  "set",
  "when",
  "select",
  "do",
  ";",
]);
/** Words before a parenthesis that call nothing. */
const NO_CALL = new Set(
  "and any array as all between by check cast coalesce default distinct exists filter from grouping having in into is join key not on or over partition row rows select set some then union unique using values when where with within else case returns references primary like ilike collate escape cube rollup sets except intersect only lateral include exclude".split(
    " ",
  ),
);
const REG: Readonly<Record<string, "relation" | "type" | "function">> = {
  regclass: "relation",
  regtype: "type",
  regproc: "function",
  regprocedure: "function",
};
const SEQUENCE_CALLS = new Set(["nextval", "currval", "setval"]);

/** Adds what the tokens from the cursor to its end use. */
export function readUses(cursor: Cursor, facts: Facts): void {
  const ctes = cteNames(cursor);
  /** For each depth: the word before the parenthesis that opened it, and whether a FROM clause is open in it. */
  const openers: string[] = [];
  const from: boolean[] = [];
  let verb = "";
  const use = (name: Name, at: number): void => {
    if (name.schema !== undefined || !ctes.has(name.name)) facts.uses.push({ space: "relation", name, at });
  };
  const item = (): void => {
    cursor.takeAny("lateral");
    cursor.takeAny("only");
    if (cursor.is("(") || cursor.is("rows") || !cursor.isName() || cursor.is("select")) return;
    const { start } = cursor.token();
    const name = cursor.name();
    if (name === undefined) return;
    if (cursor.is("(")) facts.uses.push({ space: "function", name, at: start, guess: true });
    else use(name, start);
  };
  while (!cursor.done) {
    const token = cursor.token();
    const { kind, text, depth, start } = token;
    const before = cursor.token(-1);
    if (kind === "string") {
      facts.strings.push(text);
      constantOf(cursor, facts);
      cursor.at++;
      continue;
    }
    if (kind === "mark") {
      cursor.at++;
      if (text === "(" || text === "[") {
        openers[depth + 1] = before.kind === "word" ? before.text : "";
        from[depth + 1] = (openers[depth + 1] === "from" && !cursor.is("values", -3)) || openers[depth + 1] === "join";
        // A parenthesised FROM item.
        if (from[depth + 1] && !cursor.is("select") && !cursor.is("with") && !cursor.is("values")) item();
      } else if (text === "," && from[depth]) item();
      else if (text === "::") {
        const type = cursor.type();
        if (type?.name !== undefined) facts.uses.push({ space: "type", name: type.name, at: type.at });
      } else if (text === ";") from[depth] = false;
      continue;
    }
    if (kind === "word") {
      if (ENDS_FROM.has(text)) from[depth] = false;
      if (
        text === "from" &&
        !(TAKES_FROM.has(openers[depth] ?? "") && depth > 0) &&
        !(before.kind === "word" && (before.text === "distinct" || before.text === "values"))
      ) {
        cursor.at++;
        from[depth] = true;
        item();
        continue;
      }
      if (text === "join" && before.text !== "(") {
        cursor.at++;
        item();
        continue;
      }
      if (text === "into" || (text === "using" && (verb === "delete" || verb === "merge") && !cursor.is("(", 1))) {
        cursor.at++;
        if (before.text === "insert" || before.text === "merge" || text === "using") item();
        else if (text === "into" && depth === 0) selectInto(cursor, facts);
        continue;
      }
      if (
        text === "update" &&
        !["for", "key", "on", "or", "do", "before", "after", "of", "then", "no", "grant", ","].includes(before.text) &&
        cursor.isName(1)
      ) {
        cursor.at++;
        item();
        continue;
      }
      if (text === "as" && openers[depth] === "cast" && depth > 0) {
        cursor.at++;
        const type = cursor.type();
        if (type?.name !== undefined) facts.uses.push({ space: "type", name: type.name, at: type.at });
        continue;
      }
      if (text === "delete" || text === "merge" || text === "insert") verb = text;
      // A column's or table's alias is no call.
      if (text === "as" && cursor.isName(1)) {
        cursor.at += 2;
        continue;
      }
    }
    if (kind === "word" || kind === "name") {
      const name = cursor.name();
      if (name !== undefined && cursor.is("(") && !(kind === "word" && NO_CALL.has(text))) {
        facts.uses.push({ space: "function", name, at: start, guess: true });
        if (SEQUENCE_CALLS.has(name.name)) sequenceOf(cursor, facts);
      }
      continue;
    }
    cursor.at++;
  }
}

/** SELECT … INTO [TEMPORARY] [TABLE] name makes a table. */
function selectInto(cursor: Cursor, facts: Facts): void {
  const temporary = cursor.takeAny("temporary", "temp") !== undefined;
  cursor.takeAny("unlogged");
  cursor.takeAny("table");
  const at = cursor.token().start;
  const name = cursor.name();
  if (name !== undefined) facts.defines.push({ space: "relation", kind: "table", name, at, ...(temporary ? { temporary } : {}) });
}

/** 'name'::regclass and its like are looked up when the statement is read. */
function constantOf(cursor: Cursor, facts: Facts): void {
  if (!cursor.is("::", 1)) return;
  const type = cursor.token(2).text === "pg_catalog" ? cursor.token(4).text : cursor.token(2).text;
  const space = Object.hasOwn(REG, type) ? REG[type] : undefined;
  const name = nameIn(cursor.token().text);
  if (space !== undefined && name !== undefined) facts.uses.push({ space, name, at: cursor.token().start });
}

/** nextval('name'): its argument is a regclass. */
function sequenceOf(cursor: Cursor, facts: Facts): void {
  const argument = cursor.token(1);
  if (argument.kind !== "string" || !(cursor.is(")", 2) || cursor.is(",", 2))) return;
  const name = nameIn(argument.text);
  if (name !== undefined) facts.uses.push({ space: "relation", name, at: argument.start });
}

/** A name in a string, as regclassin reads it. */
export function nameIn(text: string): Name | undefined {
  const parts = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^".\s(]+))\s*(?:\.|$|\()/gy)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain as string).toLowerCase() : quoted.replaceAll('""', '"'),
  );
  const name = parts.at(-1);
  const schema = parts.at(-2);
  if (name === undefined || /^\d+$/.test(name)) return undefined;
  return schema === undefined ? { name } : { schema, name };
}

/** Names of a statement's common table expressions: name [(columns)] AS [[NOT] MATERIALIZED] (, behind WITH, RECURSIVE or a comma. */
function cteNames(cursor: Cursor): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = cursor.at; at < cursor.end; at++) {
    const { text, kind } = cursor.tokens[at] as { text: string; kind: string };
    if (kind !== "word" || text !== "as") continue;
    const ahead = new Cursor(cursor.tokens, at + 1, cursor.end);
    ahead.take("not");
    ahead.take("materialized");
    if (!ahead.is("(")) continue;
    let back = at - 1;
    if (cursor.tokens[back]?.text === ")") {
      const { depth } = cursor.tokens[back] as { depth: number };
      while (back > 0 && !(cursor.tokens[back]?.text === "(" && cursor.tokens[back]?.depth === depth)) back--;
      back--;
    }
    const name = cursor.tokens[back];
    if (name !== undefined && (name.kind === "word" || name.kind === "name") && ["with", "recursive", ","].includes(cursor.tokens[back - 1]?.text ?? ""))
      names.add(name.text);
  }
  return names;
}
