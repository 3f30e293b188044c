// Reads CREATE: what it defines and what that needs to be there. The cursor is behind CREATE.
import type { Cursor } from "./cursor.ts";
import type { Definition, Facts, Space } from "./facts.ts";
import type { ForeignKey } from "./foreign-key.ts";
import type { Name } from "./names.ts";
import { columnsAddition, objectName } from "./object-name.ts";
import { functionsOf, readPlain } from "./plain.ts";
import { readUses } from "./queries.ts";
import { readArguments } from "./routines.ts";
import { TableReader } from "./tables.ts";

/** What CREATE needs besides the cursor. */
export interface Reading {
  readonly cursor: Cursor;
  readonly facts: Facts;
  readonly foreignKeys: ForeignKey[];
  /** Reads the contents of a dollar-quoted body as statements of their own, for what they use. */
  readonly readBody: (from: number, to: number) => void;
}

interface Modifiers {
  readonly replaces: boolean;
  readonly temporary: boolean;
}

/** Reads one CREATE as far as it is known; then `readUses` looks at the rest of it. */
export function readCreate(reading: Reading): void {
  const { cursor, facts } = reading;
  const from = cursor.at;
  const replaces = cursor.take("or", "replace");
  let temporary = false;
  for (;;) {
    const word = cursor.takeAny("temp", "temporary", "global", "local", "unlogged", "recursive", "unique", "constraint", "trusted", "procedural", "default");
    if (word === undefined) break;
    temporary ||= word.startsWith("temp");
  }
  const modifiers = { replaces, temporary };
  if (cursor.take("schema")) schema(reading);
  else if (cursor.take("foreign", "table") || cursor.take("table")) table(reading, modifiers);
  else if (cursor.take("view")) relation(reading, "view", modifiers);
  else if (cursor.take("materialized", "view")) relation(reading, "materialized view", modifiers);
  else if (cursor.take("sequence")) relation(reading, "sequence", modifiers);
  else if (cursor.take("index")) index(reading);
  else if (cursor.take("type")) type(reading);
  else if (cursor.take("domain")) domain(reading);
  else if (cursor.is("function") || cursor.is("procedure") || cursor.is("aggregate")) routine(reading, modifiers);
  else if (cursor.take("trigger")) onTable(reading, "trigger", modifiers);
  else if (cursor.take("policy")) onTable(reading, "policy", modifiers);
  else if (cursor.take("rule")) onTable(reading, "rule", modifiers);
  else if (cursor.take("extension")) {
    named(reading, "extension", "extension");
    readUses(cursor, facts);
  } else if (cursor.is("transform")) functionsOf(cursor, facts, "transform");
  else plain(reading, modifiers);
  if (cursor.at === from) cursor.at++;
}

function named(reading: Reading, space: Space, kind: string, more: Partial<Definition> = {}): Definition | undefined {
  const { cursor, facts } = reading;
  const unlessExists = cursor.take("if", "not", "exists");
  const at = cursor.token().start;
  const name = cursor.name();
  if (name === undefined) return undefined;
  const definition: Definition = { space, kind, name, at, ...(unlessExists ? { unlessExists } : {}), ...more };
  facts.defines.push(definition);
  return definition;
}

function flags({ replaces, temporary }: Modifiers): Partial<Definition> {
  return { ...(replaces ? { replaces } : {}), ...(temporary ? { temporary } : {}) };
}

function plain({ cursor, facts }: Reading, { replaces }: Modifiers): void {
  const objects = readPlain(cursor, facts, ["if", "not", "exists"]);
  for (const { kind, name, within, at, unlessExists } of objects ?? []) {
    const table = kind === "statistics" ? tableBehindFrom(cursor) : undefined;
    const more = { ...(within === undefined ? {} : { within }), ...(unlessExists ? { unlessExists } : {}), ...(replaces ? { replaces } : {}) };
    facts.defines.push({ space: "other", kind, name, at, ...more, ...(table === undefined ? {} : { table }) });
  }
  const kind = objects?.[0]?.kind;
  if (kind === "statistics") readUses(cursor, facts);
  else if (kind === "publication" && cursor.take("for", "table")) {
    do {
      cursor.take("table");
      cursor.take("only");
      const at = cursor.token().start;
      const name = cursor.is("tables") ? undefined : cursor.name();
      if (name === undefined) return;
      facts.uses.push({ space: "relation", name, at });
      cursor.take("*");
      cursor.columns();
      if (cursor.take("where")) cursor.skipGroup();
    } while (cursor.take(","));
  }
}

/** The table of CREATE STATISTICS: they go with it. */
function tableBehindFrom(cursor: Cursor): Name | undefined {
  const from = cursor.at;
  while (!cursor.done && !cursor.is("from")) cursor.at++;
  cursor.at++;
  cursor.take("only");
  const table = cursor.name();
  cursor.at = from;
  return table;
}

/** CREATE SCHEMA [name] [AUTHORIZATION role] [element …]: what the elements make lies in it. */
function schema(reading: Reading): void {
  const { cursor, facts } = reading;
  const unlessExists = cursor.take("if", "not", "exists");
  const at = cursor.token().start;
  let name = cursor.is("authorization") ? undefined : cursor.name();
  if (cursor.take("authorization")) name ??= { name: cursor.token().text };
  if (name === undefined) return;
  facts.defines.push({ space: "schema", kind: "schema", name, at, ...(unlessExists ? { unlessExists } : {}) });
  while (!cursor.done && !cursor.is("create")) cursor.at++;
  while (cursor.take("create")) {
    const from = cursor.at;
    let to = from;
    while (
      to < cursor.end &&
      !(cursor.tokens[to]?.kind === "word" && cursor.tokens[to]?.depth === 0 && ["create", "grant"].includes(cursor.tokens[to]?.text ?? ""))
    )
      to++;
    const first = facts.defines.length;
    const firstKey = reading.foreignKeys.length;
    const element = Object.assign(Object.create(Object.getPrototypeOf(cursor)), { tokens: cursor.tokens, at: from, end: to }) as Cursor;
    readCreate({ ...reading, cursor: element });
    for (const [index, definition] of facts.defines.entries()) {
      if (index < first) continue;
      const own = definition.name.schema === undefined && definition.space !== "trigger" ? { name: { schema: name.name, name: definition.name.name } } : {};
      const table =
        definition.table?.schema === undefined && definition.table !== undefined ? { table: { schema: name.name, name: definition.table.name } } : {};
      facts.defines[index] = { ...definition, ...own, ...table };
    }
    for (const [index, key] of reading.foreignKeys.entries())
      if (index >= firstKey && key.table.schema === undefined) reading.foreignKeys[index] = { ...key, table: { schema: name.name, name: key.table.name } };
    for (const [index, use] of facts.uses.entries())
      if (use.name.schema === undefined && facts.defines.some((made) => made.name.schema === name.name && made.name.name === use.name.name))
        facts.uses[index] = { ...use, name: { schema: name.name, name: use.name.name } };
    cursor.at = to;
    while (!cursor.done && !cursor.is("create")) cursor.at++;
  }
}

function table(reading: Reading, modifiers: Modifiers): void {
  const { cursor, facts, foreignKeys } = reading;
  const made = named(reading, "relation", "table", flags(modifiers));
  if (made === undefined) return;
  const rest = cursor.at;
  if (cursor.take("partition", "of") || cursor.take("of")) {
    const at = cursor.token().start;
    const parent = cursor.name();
    if (parent !== undefined) facts.uses.push({ space: cursor.tokens[rest]?.text === "of" ? "type" : "relation", name: parent, at });
  }
  if (cursor.is("(")) new TableReader(cursor, facts, made.name, foreignKeys).list();
  if (cursor.take("inherits", "(")) {
    do {
      const at = cursor.token().start;
      const parent = cursor.name();
      if (parent !== undefined) facts.uses.push({ space: "relation", name: parent, at });
    } while (cursor.take(","));
  }
  cursor.at = rest;
  readUses(cursor, facts);
}

function relation(reading: Reading, kind: string, modifiers: Modifiers): void {
  const { cursor, facts } = reading;
  named(reading, "relation", kind, flags(modifiers));
  if (kind === "sequence") ownedBy(reading);
  readUses(cursor, facts);
}

/** OWNED BY table.column. */
export function ownedBy({ cursor, facts }: Reading): void {
  for (let at = cursor.at; at < cursor.end; at++) {
    if (cursor.tokens[at]?.text !== "owned" || cursor.tokens[at + 1]?.text !== "by") continue;
    cursor.at = at + 2;
    const parts: string[] = [];
    const { start } = cursor.token();
    do {
      parts.push(cursor.token().text);
      cursor.at++;
    } while (cursor.take("."));
    const name = parts.at(-2);
    const schema = parts.at(-3);
    if (name !== undefined) facts.uses.push({ space: "relation", name: schema === undefined ? { name } : { schema, name }, at: start });
  }
}

function index(reading: Reading): void {
  const { cursor, facts } = reading;
  if (cursor.take("concurrently")) facts.alone = "CREATE INDEX CONCURRENTLY";
  const unlessExists = cursor.take("if", "not", "exists");
  const at = cursor.token().start;
  const given = cursor.is("on") ? undefined : cursor.name();
  if (!cursor.take("on")) return;
  cursor.take("only");
  const tableAt = cursor.token().start;
  const on = cursor.name();
  if (on === undefined) return;
  facts.uses.push({ space: "relation", name: on, at: tableAt });
  const name = given?.name ?? objectName(on.name, columnsAddition(indexColumns(cursor)), "idx");
  // An index lies in its table's schema: the catalogue looks that up.
  facts.defines.push({
    space: "relation",
    kind: "index",
    name: { name },
    table: on,
    at,
    ...(unlessExists ? { unlessExists } : {}),
    ...(given === undefined ? { implicit: true } : {}),
  });
  readUses(cursor, facts);
}

/** Columns of an index for its name; an expression is "expr". */
function indexColumns(cursor: Cursor): string[] {
  const from = cursor.at;
  if (cursor.take("using")) cursor.at++;
  const names: string[] = [];
  const { depth } = cursor.token();
  let first = true;
  for (cursor.at++; !cursor.done && cursor.token().depth > depth; cursor.at++) {
    const token = cursor.token();
    if (token.depth > depth + 1) continue;
    if (first) names.push(token.kind === "mark" ? "expr" : cursor.is("(", 1) ? cursor.token().text : token.text);
    first = token.text === "," && token.kind === "mark";
  }
  cursor.at = from;
  return names;
}

function type(reading: Reading): void {
  const { cursor, facts } = reading;
  const made = named(reading, "type", "type");
  if (made === undefined) return;
  if (cursor.take("as", "enum")) return;
  if (cursor.take("as", "(")) {
    // A composite type is a relation too.
    facts.defines[facts.defines.length - 1] = { ...made, space: "relation", kind: "composite type" };
    cursor.at--;
    new TableReader(cursor, facts, made.name, []).list();
  } else {
    functionsOf(cursor, facts, "type");
    readUses(cursor, facts);
  }
}

function domain(reading: Reading): void {
  const { cursor, facts } = reading;
  if (named(reading, "type", "domain") === undefined) return;
  cursor.take("as");
  const base = cursor.type();
  if (base?.name !== undefined) facts.uses.push({ space: "type", name: base.name, at: base.at });
  readUses(cursor, facts);
}

function routine(reading: Reading, { replaces }: Modifiers): void {
  const { cursor, facts } = reading;
  const kind = cursor.token().text;
  cursor.at++;
  const at = cursor.token().start;
  const name = cursor.name();
  if (name === undefined || !cursor.is("(")) return;
  const signature = readArguments(cursor, facts);
  facts.defines.push({ space: "function", kind, name, signature, at, ...(replaces ? { replaces } : {}) });
  if (cursor.take("returns")) {
    if (cursor.take("table")) readArguments(cursor, facts);
    else {
      const returned = cursor.type();
      if (returned?.name !== undefined) facts.uses.push({ space: "type", name: returned.name, at: returned.at });
    }
  }
  if (kind === "aggregate") functionsOf(cursor, facts, kind);
  const rest = cursor.tokens.slice(cursor.at, cursor.end);
  const language = rest[rest.findIndex(({ kind: token, text }) => token === "word" && text === "language") + 1]?.text;
  const body = rest.find(({ contents }) => contents !== undefined);
  if (language === "sql" && body?.contents !== undefined) reading.readBody(body.contents, body.end - (body.contents - body.start));
  readUses(cursor, facts);
}

/** TRIGGER name … ON table …, POLICY name ON table, RULE name AS ON event TO table. */
function onTable(reading: Reading, kind: "trigger" | "policy" | "rule", { replaces }: Modifiers): void {
  const { cursor, facts } = reading;
  const at = cursor.token().start;
  const name = cursor.name();
  if (name === undefined) return;
  while (!cursor.done && !cursor.is(kind === "rule" ? "to" : "on")) cursor.at++;
  cursor.at++;
  const tableAt = cursor.token().start;
  const table = cursor.name();
  if (table === undefined) return;
  facts.uses.push({ space: "relation", name: table, at: tableAt });
  facts.defines.push({ space: kind, kind, name, table, at, ...(replaces ? { replaces } : {}) });
  const rest = cursor.at;
  for (; !cursor.done; cursor.at++) {
    if (!cursor.take("execute", "function") && !cursor.take("execute", "procedure")) continue;
    const calledAt = cursor.token().start;
    const called: Name | undefined = cursor.name();
    if (called !== undefined) facts.uses.push({ space: "function", name: called, at: calledAt });
    break;
  }
  cursor.at = rest;
  readUses(cursor, facts);
}
