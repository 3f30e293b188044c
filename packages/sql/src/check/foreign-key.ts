// A foreign key's clause, in a column, a table or an ALTER TABLE: what it refers to, and which bytes it is.
import type { Cursor } from "./cursor.ts";
import type { Name } from "./names.ts";

export interface ForeignKey {
  readonly table: Name;
  readonly columns: readonly string[];
  /** As written; undefined: PostgreSQL makes one up. */
  readonly constraint?: string;
  readonly target: Name;
  /** Bytes of the clause, from CONSTRAINT or its first word on. */
  readonly start: number;
  readonly end: number;
  /** Bytes from REFERENCES on: what a constraint of the table says behind its columns. */
  readonly references: number;
  /** In a list of a table's elements or ALTER TABLE's actions, and not in a column. */
  readonly element: boolean;
}

/** Reads from REFERENCES on. */
export function readReferences(cursor: Cursor): { target: Name; at: number; end: number } | undefined {
  cursor.take("references");
  const at = cursor.token().start;
  const target = cursor.name();
  if (target === undefined) return undefined;
  cursor.skipGroupOf("(");
  for (;;) {
    if (cursor.take("match")) cursor.at++;
    else if (cursor.take("on", "delete") || cursor.take("on", "update")) {
      if (cursor.take("no", "action") || cursor.take("set", "null") || cursor.take("set", "default")) cursor.skipGroupOf("(");
      else cursor.at++;
    } else if (cursor.take("not", "deferrable") || cursor.take("deferrable") || cursor.take("not", "valid")) continue;
    else if (cursor.take("initially")) cursor.at++;
    else break;
  }
  return { target, at, end: cursor.token(-1).end };
}
