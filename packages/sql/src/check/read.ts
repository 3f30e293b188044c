// Reads one statement's facts from its tokens, without PostgreSQL's parser. What it does not know it passes over: it never fails.
import { firstWords } from "../scan/scan.ts";
import type { Statement } from "../scan/statements.ts";
import { scanBytes } from "../scan/statements.ts";
import { ownedBy, type Reading, readCreate } from "./create.ts";
import { Cursor } from "./cursor.ts";
import { type Facts, noFacts, type Space } from "./facts.ts";
import type { ForeignKey } from "./foreign-key.ts";
import { readPlain } from "./plain.ts";
import { readUses } from "./queries.ts";
import { readArguments } from "./routines.ts";
import { TableReader } from "./tables.ts";
import { tokensOf } from "./tokens.ts";
import { aloneOf } from "./transaction.ts";

export interface Read {
  readonly facts: Facts;
  readonly foreignKeys: readonly ForeignKey[];
  /** Why PostgreSQL's parser was asked and did not read it. */
  readonly unparsed?: string;
}

/** Kinds of objects as DROP, COMMENT, GRANT and ALTER name them, the longest first. */
const KINDS: readonly (readonly [readonly string[], Space])[] = [
  [["materialized", "view"], "relation"],
  [["foreign", "table"], "relation"],
  [["table"], "relation"],
  [["view"], "relation"],
  [["index"], "relation"],
  [["sequence"], "relation"],
  [["type"], "type"],
  [["domain"], "type"],
  [["function"], "function"],
  [["procedure"], "function"],
  [["routine"], "function"],
  [["aggregate"], "function"],
  [["schema"], "schema"],
  [["extension"], "extension"],
  [["trigger"], "trigger"],
  [["policy"], "policy"],
  [["rule"], "rule"],
];

export function readStatement(bytes: Buffer, statement: Statement, standardStrings = true): Read {
  const facts = noFacts();
  const foreignKeys: ForeignKey[] = [];
  const cursor = new Cursor(tokensOf(bytes, statement.start, statement.textEnd, standardStrings));
  const readBody = (from: number, to: number): void => {
    const { statements, problems } = scanBytes(bytes.subarray(from, to), { psql: false, standardConformingStrings: standardStrings });
    // A string that the body leaves open is the server's to refuse.
    if (problems.some(({ severity, code }) => severity === "error" && code !== "unterminated_statement")) return;
    for (const inner of statements) {
      // Without what is behind the body: its closing $$ would be part of a name that ends it.
      const tokens = tokensOf(bytes.subarray(0, to), from + inner.start, from + inner.textEnd, standardStrings);
      const body = noFacts();
      readUses(new Cursor(tokens), body);
      facts.uses.push(...body.uses.map((use) => ({ ...use, inBody: true })));
    }
  };
  const reading: Reading = { cursor, facts, foreignKeys, readBody };
  const alone = aloneOf(firstWords(bytes, statement), cursor);
  if (alone !== undefined) facts.alone = alone;
  if (cursor.take("create")) readCreate(reading);
  else if (cursor.take("drop")) drop(reading);
  else if (cursor.take("alter")) alter(reading);
  else if (cursor.take("comment", "on") || cursor.take("security", "label")) comment(reading);
  else if (cursor.take("grant") || cursor.take("revoke")) grant(reading);
  else if (cursor.take("set") || cursor.take("reset")) setting(reading);
  else if (cursor.is("begin") || cursor.is("start")) facts.transaction = "begin";
  else if (cursor.is("commit") || cursor.is("end")) facts.transaction = "commit";
  else if (cursor.is("abort") || (cursor.is("rollback") && !cursor.is("to", 1) && !cursor.is("to", 2))) facts.transaction = "rollback";
  else if (cursor.take("copy")) one(reading, "relation");
  else if (cursor.take("truncate") || cursor.take("lock")) {
    cursor.take("table");
    list(reading, "relation");
  } else if (cursor.take("refresh", "materialized", "view")) {
    cursor.take("concurrently");
    one(reading, "relation");
  } else if (["do", "savepoint", "release", "rollback", "listen", "notify", "deallocate", "discard", "fetch", "move"].every((word) => !cursor.is(word)))
    readUses(cursor, facts);
  return { facts, foreignKeys };
}

function kindHere(cursor: Cursor): readonly [readonly string[], Space] | undefined {
  return KINDS.find(([words]) => cursor.take(...words));
}

function one({ cursor, facts }: Reading, space: Space): void {
  cursor.take("only");
  const at = cursor.token().start;
  if (!cursor.isName()) return;
  const name = cursor.name();
  if (name !== undefined) facts.uses.push({ space, name, at });
}

function list(reading: Reading, space: Space): void {
  do {
    one(reading, space);
    if (space === "function" && reading.cursor.is("(")) reading.cursor.skipGroup();
    reading.cursor.take("*");
  } while (reading.cursor.take(","));
}

function drop({ cursor, facts }: Reading): void {
  const kind = cursor.is("owned") ? undefined : kindHere(cursor);
  if (kind === undefined) {
    for (const { kind: plain, name, within, at } of readPlain(cursor, facts, ["if", "exists"]) ?? [])
      facts.removes.push({ space: "other", kind: plain, name, at, ifExists: true, ...(within === undefined ? {} : { within }) });
    return;
  }
  const [, space] = kind;
  cursor.take("concurrently");
  const ifExists = cursor.take("if", "exists");
  do {
    const at = cursor.token().start;
    const name = cursor.name();
    if (name === undefined) return;
    const more = ifExists ? { ifExists } : {};
    if (space === "function") {
      const types = cursor.is("(") ? readArguments(cursor, { ...facts, uses: [] }) : undefined;
      facts.removes.push({ space, name, at, ...(types === undefined ? {} : { signature: types }), ...more });
    } else facts.removes.push({ space, name, at, ...more });
    // Triggers, policies and rules: of a table.
    if (cursor.take("on")) {
      const tableAt = cursor.token().start;
      const table = cursor.name();
      facts.removes.pop();
      if (table === undefined) return;
      facts.removes.push({ space, name, at, ...more, table });
      if (!ifExists) facts.uses.push({ space: "relation", name: table, at: tableAt });
    }
  } while (cursor.take(","));
}

function alter(reading: Reading): void {
  const { cursor, facts, foreignKeys } = reading;
  if (cursor.is("default")) return;
  const kind = kindHere(cursor);
  if (kind === undefined) return;
  const [words, space] = kind;
  if (space === "trigger" || space === "policy" || space === "rule" || space === "extension") return;
  if (cursor.take("all")) return;
  const ifExists = cursor.take("if", "exists");
  cursor.take("only");
  const at = cursor.token().start;
  const name = cursor.name();
  if (name === undefined) return;
  if (!ifExists) facts.uses.push({ space, name, at });
  if (space === "function") cursor.skipGroupOf("(");
  cursor.take("*");
  if (cursor.take("rename", "constraint")) {
    const constraint = cursor.name();
    if (constraint !== undefined && cursor.take("to"))
      facts.removes.push({ space: "constraint", name: constraint, table: name, at, rename: cursor.token().text, ifExists: true });
  } else if (cursor.take("rename", "to")) facts.removes.push({ space, name, at, rename: cursor.token().text, ...(ifExists ? { ifExists } : {}) });
  else if (cursor.take("set", "schema")) {
    facts.uses.push({ space: "schema", name: { name: cursor.token().text }, at: cursor.token().start });
    facts.removes.push({ space, name, at, toSchema: cursor.token().text, ...(ifExists ? { ifExists } : {}) });
  } else if (cursor.take("add", "value")) {
    cursor.take("if", "not", "exists");
    facts.addsLabel = { type: name, label: cursor.token().text };
  } else if (words[0] === "sequence") {
    ownedBy(reading);
  } else if (words.at(-1) === "table") {
    const table = new TableReader(cursor, facts, name, foreignKeys);
    const rest = cursor.at;
    let commaBefore: number | undefined;
    for (let index = 0; !cursor.done; index++) {
      const { start } = cursor.token();
      const first = foreignKeys.length;
      if (cursor.take("attach", "partition")) one(reading, "relation");
      else if (cursor.take("detach", "partition") || cursor.take("inherit")) one(reading, "relation");
      else if (cursor.take("add")) {
        const column = cursor.take("column");
        cursor.take("if", "not", "exists");
        if (column) table.column();
        else table.element();
      } else if (cursor.take("drop", "constraint")) {
        cursor.take("if", "exists");
        const at = cursor.token().start;
        const constraint = cursor.name();
        // What the server named is not in the catalogue, where it has no index.
        if (constraint !== undefined) facts.removes.push({ space: "constraint", name: constraint, table: name, at, ifExists: true });
      }
      while (!cursor.done && !(cursor.is(",") && cursor.token().depth === 0)) cursor.at++;
      const commaAfter = cursor.done ? undefined : cursor.token().start;
      table.place(first, index, commaBefore, commaAfter, start);
      commaBefore = commaAfter;
      cursor.at++;
    }
    cursor.at = rest;
    readUses(cursor, facts);
  }
}

function comment(reading: Reading): void {
  const { cursor } = reading;
  if (cursor.take("column")) {
    const parts: string[] = [];
    const at = cursor.token().start;
    do {
      parts.push(cursor.token().text);
      cursor.at++;
    } while (cursor.take("."));
    const name = parts.at(-2);
    const schema = parts.at(-3);
    if (name !== undefined) reading.facts.uses.push({ space: "relation", name: schema === undefined ? { name } : { schema, name }, at });
    return;
  }
  if (cursor.take("constraint")) {
    cursor.at++;
    if (cursor.take("on") && !cursor.is("domain")) one(reading, "relation");
    return;
  }
  const kind = kindHere(cursor);
  if (kind === undefined) return;
  const [, space] = kind;
  if (space === "trigger" || space === "policy" || space === "rule") {
    cursor.at++;
    if (cursor.take("on")) one(reading, "relation");
  } else one(reading, space);
}

/** GRANT … ON [kind] name, … TO …; without a kind it is a table. */
function grant(reading: Reading): void {
  const { cursor } = reading;
  while (!cursor.done && !(cursor.is("on") && cursor.token().depth === 0)) cursor.at++;
  if (cursor.done) return;
  cursor.at++;
  if (cursor.take("all")) {
    while (!cursor.done && !cursor.take("in", "schema")) cursor.at++;
    list(reading, "schema");
    return;
  }
  if (["database", "language", "foreign", "tablespace", "parameter", "large", "server"].some((word) => cursor.is(word))) return;
  const kind = kindHere(cursor);
  list(reading, kind?.[1] ?? "relation");
}

/** SET search_path and check_function_bodies. */
function setting({ cursor, facts }: Reading): void {
  const resets = cursor.token(-1).text === "reset";
  cursor.takeAny("session", "local");
  if (cursor.take("search_path")) {
    const path: string[] = [];
    if (!resets) cursor.at++;
    for (; !cursor.done; cursor.at++) if (cursor.token().kind !== "mark" && cursor.token().text !== "") path.push(cursor.token().text);
    facts.searchPath = resets || path[0] === "default" ? ["public"] : path.filter((schema) => schema !== "$user");
  } else if (cursor.take("check_function_bodies")) {
    cursor.at += resets ? 0 : 1;
    facts.checkBodies = !["off", "false", "no", "0"].includes(cursor.token().text);
  }
}
