// Reads what a table's elements define and use: columns with their types, keys with the indexes they make, sequences of serial and identity columns, foreign keys.
import type { Cursor } from "./cursor.ts";
import type { Facts } from "./facts.ts";
import { type ForeignKey, readReferences } from "./foreign-key.ts";
import { type Name, shownName } from "./names.ts";
import { columnsAddition, objectName } from "./object-name.ts";

const SERIALS = new Set(["serial", "serial4", "serial8", "serial2", "bigserial", "smallserial"]);
const ELEMENTS = new Set(["constraint", "primary", "unique", "check", "foreign", "exclude", "like"]);

/** A table whose elements are read, and where what they say goes. */
export class TableReader {
  readonly #cursor: Cursor;
  readonly #facts: Facts;
  readonly #table: Name;
  readonly #foreignKeys: ForeignKey[];

  constructor(cursor: Cursor, facts: Facts, table: Name, foreignKeys: ForeignKey[]) {
    this.#cursor = cursor;
    this.#facts = facts;
    this.#table = table;
    this.#foreignKeys = foreignKeys;
  }

  /** The list in parentheses; the cursor is at "(" and ends behind ")". */
  list(): void {
    const cursor = this.#cursor;
    const { depth } = cursor.token();
    cursor.at++;
    let commaBefore: number | undefined;
    for (let index = 0; !cursor.done && cursor.token().depth > depth; index++) {
      const first = this.#foreignKeys.length;
      this.element();
      while (!cursor.done && cursor.token().depth > depth && !(cursor.is(",") && cursor.token().depth === depth + 1)) cursor.at++;
      const commaAfter = cursor.is(",") ? cursor.token().start : undefined;
      this.place(first, index, commaBefore, commaAfter);
      commaBefore = commaAfter;
      if (commaAfter !== undefined) cursor.at++;
    }
    cursor.at++;
  }

  /** Tells a foreign key that is an element of its own, read from `first` on, its place in the list. */
  place(first: number, index: number, commaBefore: number | undefined, commaAfter: number | undefined, start?: number): void {
    const key = this.#foreignKeys[first];
    if (key?.element === undefined) return;
    const commas = { ...(commaBefore === undefined ? {} : { commaBefore }), ...(commaAfter === undefined ? {} : { commaAfter }) };
    this.#foreignKeys[first] = { ...key, element: { index, start: start ?? key.start, ...commas } };
  }

  /** One column or constraint, or as much of it as matters; ends at or before the comma behind it. */
  element(): void {
    const cursor = this.#cursor;
    const first = cursor.token();
    if (first.kind === "word" && ELEMENTS.has(first.text)) {
      if (cursor.take("like")) {
        const at = cursor.token().start;
        const name = cursor.name();
        if (name !== undefined) this.#facts.uses.push({ space: "relation", name, at });
      } else this.tableConstraint();
    } else if (cursor.isName()) this.column();
  }

  /** [CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY | CHECK | EXCLUDE. */
  tableConstraint(): void {
    const cursor = this.#cursor;
    const { start } = cursor.token();
    const constraint = this.#constraintName();
    if (cursor.take("foreign", "key")) {
      const columns = cursor.columns() ?? [];
      this.#reference(columns, constraint, start, true);
    } else if (cursor.take("primary", "key")) this.#index(constraint, "pkey", [], start);
    else if (cursor.take("unique")) {
      cursor.take("nulls", "not", "distinct");
      cursor.take("nulls", "distinct");
      this.#index(constraint, "key", cursor.columns() ?? [], start);
    } else if (cursor.take("exclude")) {
      if (constraint !== undefined) this.#index(constraint, "excl", [], start);
    } else if (constraint !== undefined) this.#named(constraint, start);
  }

  /** name type [constraint …]. */
  column(): void {
    const cursor = this.#cursor;
    const { depth } = cursor.token();
    const column = cursor.token().text;
    cursor.at++;
    // In PARTITION OF, a column has no type.
    if (!cursor.take("with", "options")) this.#type(column);
    let constraint: string | undefined;
    let start = cursor.token().start;
    while (!cursor.done && cursor.token().depth >= depth && !(cursor.token().depth === depth && cursor.is(","))) {
      const token = cursor.token();
      if (token.depth > depth || token.kind !== "word") cursor.at++;
      else if (token.text === "constraint") {
        start = token.start;
        constraint = this.#constraintName();
        continue;
      } else if (token.text === "references") {
        this.#reference([column], constraint, constraint === undefined ? token.start : start, false);
      } else if (cursor.take("primary", "key")) this.#index(constraint, "pkey", [], token.start);
      else if (cursor.take("unique")) this.#index(constraint, "key", [column], token.start);
      else if (cursor.is("check") && constraint !== undefined) {
        this.#named(constraint, start);
        cursor.at++;
      } else if (cursor.take("as", "identity")) this.#sequence(column, token.start);
      else cursor.at++;
      constraint = undefined;
    }
  }

  #constraintName(): string | undefined {
    const cursor = this.#cursor;
    if (!cursor.take("constraint")) return undefined;
    const { text } = cursor.token();
    cursor.at++;
    return text;
  }

  #type(column: string): void {
    const type = this.#cursor.type();
    if (type?.name === undefined) return;
    if (SERIALS.has(type.name.name)) this.#sequence(column, type.at);
    else this.#facts.uses.push({ space: "type", name: type.name, at: type.at });
  }

  #reference(columns: readonly string[], constraint: string | undefined, start: number, element: boolean): void {
    const read = readReferences(this.#cursor);
    if (read === undefined) return;
    if (shownName(read.target) !== shownName(this.#table)) this.#facts.uses.push({ space: "relation", name: read.target, at: read.at, foreignKey: true });
    if (constraint !== undefined) this.#named(constraint, start);
    this.#foreignKeys.push({
      table: this.#table,
      columns,
      ...(constraint === undefined ? {} : { constraint }),
      target: read.target,
      start,
      end: read.end,
      targetEnd: read.targetEnd,
      ...(element ? { element: { index: 0, start } } : {}),
    });
  }

  /** A constraint's name is its index's. */
  #index(constraint: string | undefined, label: string, columns: readonly string[], at: number): void {
    const name = constraint ?? objectName(this.#table.name, columnsAddition(columns), label);
    this.#facts.defines.push({
      space: "relation",
      kind: "index",
      name: this.#beside(name),
      table: this.#table,
      at,
      ...(constraint === undefined ? { implicit: true } : {}),
    });
    if (constraint !== undefined) this.#named(constraint, at);
  }

  #sequence(column: string, at: number): void {
    const name = objectName(this.#table.name, column, "seq");
    this.#facts.defines.push({ space: "relation", kind: "sequence", name: this.#beside(name), table: this.#table, at, implicit: true });
  }

  #named(constraint: string, at: number): void {
    this.#facts.defines.push({ space: "constraint", kind: "constraint", name: { name: constraint }, table: this.#table, at });
  }

  /** What the server makes for a table lies in the table's schema. */
  #beside(name: string): Name {
    return this.#table.schema === undefined ? { name } : { schema: this.#table.schema, name };
  }
}
