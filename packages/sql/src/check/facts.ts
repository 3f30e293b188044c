// What one statement says of a schema: what it defines, drops and uses, and whether a transaction can hold it. Both readers, our own and PostgreSQL's, fill these.
import type { TypeName } from "./cursor.ts";
import type { Name } from "./names.ts";

/** Kinds that PostgreSQL keeps apart by name. "relation": tables, views, indexes, sequences and composite types share their names. */
export type Space = "relation" | "type" | "function" | "schema" | "extension" | "trigger" | "policy" | "rule" | "constraint" | "other";

export interface Definition {
  readonly space: Space;
  /** As the statement says it: "table", "view", "function" … */
  readonly kind: string;
  readonly name: Name;
  /** Types of a routine's arguments, as far as they tell it apart. */
  readonly signature?: readonly TypeName[];
  /** The table of a trigger, policy, rule, constraint, and of what is made for it and goes with it (an index, a sequence, statistics). */
  readonly table?: Name;
  /** What an operator or operator class of the name is for: there may be one for each. */
  readonly within?: string;
  /** IF NOT EXISTS: an object that is there already stays, without an error. */
  readonly unlessExists?: boolean;
  /** OR REPLACE: one of the same kind that is there already is replaced. */
  readonly replaces?: boolean;
  /** Made by the server beside what the statement names (a primary key's index, a serial's sequence): it takes the next free name. */
  readonly implicit?: boolean;
  /** TEMPORARY: in a schema of its own that is looked at first. */
  readonly temporary?: boolean;
  /** Byte offset. */
  readonly at: number;
}

export interface Use {
  readonly space: Space;
  readonly name: Name;
  readonly at: number;
  /** REFERENCES: a second pass would mend it. */
  readonly foreignKey?: boolean;
  /** What is used may be something else (a column's alias before parentheses): only what the files define later counts. */
  readonly guess?: boolean;
  /** In the body of an SQL function, which is looked at unless check_function_bodies is off. */
  readonly inBody?: boolean;
}

export interface Removal {
  readonly space: Space;
  /** Where the space does not say it. */
  readonly kind?: string;
  readonly within?: string;
  readonly name: Name;
  readonly signature?: readonly TypeName[];
  /** The table of a trigger, policy, rule or constraint. */
  readonly table?: Name;
  readonly at: number;
  readonly ifExists?: boolean;
  readonly rename?: string;
  readonly toSchema?: string;
}

export interface Facts {
  readonly defines: Definition[];
  readonly uses: Use[];
  readonly removes: Removal[];
  /** What cannot run in a transaction: "CREATE INDEX CONCURRENTLY". */
  alone?: string;
  transaction?: "begin" | "commit" | "rollback";
  /** SET search_path: the schemas, in their order. */
  searchPath?: readonly string[];
  /** SET check_function_bodies. */
  checkBodies?: boolean;
  /** ALTER TYPE … ADD VALUE. */
  addsLabel?: { readonly type: Name; readonly label: string };
  /** Contents of string literals, for a label that was added. */
  readonly strings: string[];
}

export function noFacts(): Facts {
  return { defines: [], uses: [], removes: [], strings: [] };
}
