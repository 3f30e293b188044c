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
  /** Behind the table's name. */
  readonly targetEnd: number;
  /**
   * For an element of a table or an action of ALTER TABLE, which goes as a whole: how many stand before it in its list, and the offsets of the commas around it.
   * undefined for a clause in a column.
   */
  readonly element?: {
    readonly index: number;
    /** Where it begins: at ADD in ALTER TABLE. */
    readonly start: number;
    readonly commaBefore?: number;
    readonly commaAfter?: number;
  };
}

/** Reads from REFERENCES on. */
export function readReferences(cursor: Cursor): { target: Name; at: number; targetEnd: number; end: number } | undefined {
  cursor.take("references");
  const at = cursor.token().start;
  const target = cursor.name();
  if (target === undefined) return undefined;
  const targetEnd = cursor.token(-1).end;
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
  return { target, at, targetEnd, end: cursor.token(-1).end };
}
