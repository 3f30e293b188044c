// Foreign keys that refer to a table which is defined later leave their statements and become ALTER TABLE … ADD CONSTRAINT behind all files, in their order and
// with the names that PostgreSQL would have given them. Files in build order in, pieces of their bytes and one more file's text out.
import { Lines } from "../scan/lines.ts";
import { type Statement, scanBytes } from "../scan/statements.ts";
import { Catalogue } from "./catalogue.ts";
import type { CheckFile } from "./check.ts";
import type { ForeignKey } from "./foreign-key.ts";
import { type Name, quotedName } from "./names.ts";
import { columnsAddition, objectName } from "./object-name.ts";
import { type Read, readStatement } from "./read.ts";
import { tokensOf } from "./tokens.ts";

/** A foreign key that was moved. */
export interface MovedForeignKey {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Names with their schemas, in quotes. */
  readonly table: string;
  readonly constraint: string;
  readonly target: string;
}

export interface TwoPass {
  /** For each file: its bytes as they came, or without the foreign keys that moved. */
  readonly files: readonly Uint8Array[];
  /** ALTER TABLE statements, one a line; empty when nothing moved. */
  readonly tail: string;
  readonly moved: readonly MovedForeignKey[];
}

/** The clause's own words; others are columns. */
const CLAUSE_WORDS = new Set(
  "match full partial simple on delete update no action restrict cascade set null default not deferrable initially deferred immediate valid".split(" "),
);

interface Placed {
  readonly file: number;
  readonly bytes: Buffer;
  readonly statement: Statement;
  readonly read: Read;
}

interface Pending {
  readonly key: ForeignKey;
  readonly place: Placed;
  readonly table: string;
  readonly constraint: string;
  readonly searchPath: readonly string[];
}

/** A foreign key that stays but would get another name without those that move: its name is written out. */
interface Named {
  readonly file: number;
  readonly at: number;
  readonly text: string;
}

/** Files in build order, scanned before: one with a scan error is left as it is. */
export function twoPassForeignKeys(files: readonly CheckFile[]): TwoPass {
  const placed = readAll(files);
  const { pending, named } = needTwoPasses(placed);
  if (pending.length === 0) return { files: files.map(({ contents }) => contents), tail: "", moved: [] };
  const catalogue = definedAtTheEnd(placed);
  const cuts = new Map<number, { start: number; end: number }[]>();
  let tail = "";
  const lines = new Map<number, Lines>();
  const moved = pending.map(({ key, place, table, constraint, searchPath }): MovedForeignKey => {
    catalogue.searchPath = searchPath;
    const target = qualified(catalogue, key.target);
    const clause = `REFERENCES ${target}${restOf(place.bytes, key.targetEnd, key.end)}`;
    tail += `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} FOREIGN KEY (${key.columns.map((name) => quotedName({ name })).join(", ")}) ${clause};\n`;
    const { file } = place;
    if (!lines.has(file)) lines.set(file, new Lines(place.bytes));
    return { file: (files[file] as CheckFile).path, ...(lines.get(file) as Lines).at(key.start), table, constraint, target };
  });
  for (const { key, place } of pending) {
    const list = cuts.get(place.file) ?? [];
    list.push(...cutsOf(key, place, pending));
    cuts.set(place.file, list);
  }
  return {
    files: files.map(({ contents }, file) =>
      edited(
        contents,
        cuts.get(file) ?? [],
        named.filter((one) => one.file === file),
      ),
    ),
    tail,
    moved,
  };
}

function readAll(files: readonly CheckFile[]): Placed[] {
  let standardConformingStrings = true;
  return files.flatMap(({ contents }, file) => {
    const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
    const scan = scanBytes(bytes, { standardConformingStrings });
    const before = standardConformingStrings;
    standardConformingStrings = scan.standardConformingStrings;
    if (scan.problems.some(({ severity }) => severity === "error")) return [];
    // Data have no foreign keys, and may be large.
    return scan.statements
      .filter(({ kind }) => kind === "other")
      .map((statement) => {
        const standard = scan.stringChanges.findLast(({ from }) => from <= statement.start)?.standardConformingStrings ?? before;
        return { file, bytes, statement, read: readStatement(bytes, statement, standard) };
      });
  });
}

/** In the order in which PostgreSQL would make them. */
function needTwoPasses(placed: readonly Placed[]): { pending: Pending[]; named: Named[] } {
  const names = new Set(placed.flatMap(({ read }) => read.facts.defines.filter(({ space }) => space === "relation").map(({ name }) => name.name)));
  const catalogue = new Catalogue();
  /** Names of constraints that are there, by schema: a name that PostgreSQL makes up is none of them. */
  const taken = new Set<string>();
  /** The same without those that move: what PostgreSQL sees when it makes up a name for one that stays. */
  const staying = new Set<string>();
  const pending: Pending[] = [];
  const named: Named[] = [];
  for (const place of placed) {
    const { facts, foreignKeys } = place.read;
    define(catalogue, place.read);
    for (const { space, name, table } of facts.defines) {
      if (space !== "constraint" || table === undefined) continue;
      taken.add(`${schemaOf(catalogue, table)}\0${name.name}`);
      staying.add(`${schemaOf(catalogue, table)}\0${name.name}`);
    }
    for (const key of foreignKeys) {
      const schema = schemaOf(catalogue, key.table);
      const name = key.constraint ?? madeUp(key, schema, taken);
      taken.add(`${schema}\0${name}`);
      const later = !catalogue.knows("relation", key.target) && names.has(key.target.name);
      if (!later) {
        if (key.constraint === undefined && madeUp(key, schema, staying) !== name)
          named.push({ file: place.file, at: key.start, text: `CONSTRAINT ${quotedName({ name })} ` });
        staying.add(`${schema}\0${name}`);
        continue;
      }
      const table = quotedName({ schema, name: key.table.name });
      pending.push({ key, place, table, constraint: quotedName({ name }), searchPath: catalogue.searchPath });
    }
    apply(catalogue, place.read);
  }
  return { pending, named };
}

/** ChooseConstraintName: table, columns, "fkey"; a number behind it until no constraint of the schema has the name. */
function madeUp(key: ForeignKey, schema: string, taken: ReadonlySet<string>): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(key.table.name, columnsAddition(key.columns), pass === 0 ? "fkey" : `fkey${pass}`);
    if (!taken.has(`${schema}\0${name}`)) return name;
  }
}

function definedAtTheEnd(placed: readonly Placed[]): Catalogue {
  const catalogue = new Catalogue();
  for (const { read } of placed) {
    define(catalogue, read);
    apply(catalogue, read);
  }
  return catalogue;
}

function define(catalogue: Catalogue, { facts }: Read): void {
  for (const definition of facts.defines)
    for (const key of catalogue.keysOf(definition) ?? [])
      if (catalogue.get(key) === undefined) catalogue.add(key, { kind: definition.kind, file: "", line: 0 });
}

function apply(catalogue: Catalogue, { facts }: Read): void {
  for (const removal of facts.removes) catalogue.remove(removal);
  if (facts.searchPath !== undefined) catalogue.searchPath = facts.searchPath;
}

function schemaOf(catalogue: Catalogue, name: Name): string {
  return name.schema ?? catalogue.resolve("relation", name)?.split("\0")[1] ?? "public";
}

function qualified(catalogue: Catalogue, name: Name): string {
  return quotedName({ schema: schemaOf(catalogue, name), name: name.name });
}

/** What follows the table's name in the clause, with single spaces and without comments. */
function restOf(bytes: Buffer, start: number, end: number): string {
  let text = "";
  for (const { kind, text: token } of tokensOf(bytes, start, end)) {
    const isColumn = kind === "name" || (kind === "word" && !CLAUSE_WORDS.has(token));
    const shown = isColumn ? quotedName({ name: token }) : token.toUpperCase();
    text += token === "," || token === ")" || text.endsWith("(") ? shown : ` ${shown}`;
  }
  return text;
}

/** Which bytes go: a column's clause alone; an element with one comma; an ALTER TABLE of nothing else as a whole. */
function cutsOf(key: ForeignKey, place: Placed, pending: readonly Pending[]): { start: number; end: number }[] {
  if (key.element === undefined) return [{ start: key.start, end: key.end }];
  const { index, start, commaBefore, commaAfter } = key.element;
  const own = { start, end: key.end };
  const goes = (other: Pending): boolean => other.place.statement === place.statement && other.key.element !== undefined;
  const before = pending.filter((other) => goes(other) && (other.key.element?.index ?? 0) < index).length;
  const isAlter = place.bytes.toString("latin1", place.statement.start, place.statement.start + 5).toLowerCase() === "alter";
  if (isAlter) {
    const all = pending.filter(goes);
    const last = all.find((other) => other.key.element?.commaAfter === undefined);
    if (last !== undefined && all.length === (last.key.element?.index ?? 0) + 1) return [{ start: place.statement.start, end: place.statement.end }];
  }
  // A comma goes with each: the one before, unless nothing that stays stands before it.
  const comma = before < index ? commaBefore : commaAfter;
  return comma === undefined ? [own] : [own, { start: comma, end: comma + 1 }];
}

function edited(contents: Uint8Array, cuts: readonly { start: number; end: number }[], named: readonly Named[]): Uint8Array {
  if (cuts.length === 0 && named.length === 0) return contents;
  const edits = [...cuts.map((cut) => ({ ...cut, text: "" })), ...named.map(({ at, text }) => ({ start: at, end: at, text }))];
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of edits.sort((a, b) => a.start - b.start)) {
    if (start > at) pieces.push(contents.subarray(at, start));
    if (text !== "") pieces.push(Buffer.from(text));
    at = Math.max(at, end);
  }
  pieces.push(contents.subarray(at));
  return Buffer.concat(pieces);
}
