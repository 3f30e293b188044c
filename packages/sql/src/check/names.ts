// Names and types as PostgreSQL compares them: int4 is integer, varchar(10) is character varying, and so on for all that the grammar takes by another name.

import { BUILT_IN_TYPES } from "./generated/builtins.ts";

/** A name, with its schema where that is written. */
export interface Name {
  readonly schema?: string;
  readonly name: string;
}

const SAME: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  integer: "integer",
  int8: "bigint",
  bigint: "bigint",
  int2: "smallint",
  smallint: "smallint",
  float4: "real",
  real: "real",
  float: "double precision",
  float8: "double precision",
  "double precision": "double precision",
  bool: "boolean",
  boolean: "boolean",
  dec: "numeric",
  decimal: "numeric",
  numeric: "numeric",
  varchar: "character varying",
  "character varying": "character varying",
  "char varying": "character varying",
  "national character varying": "character varying",
  "national char varying": "character varying",
  "nchar varying": "character varying",
  char: "character",
  character: "character",
  nchar: "character",
  bpchar: "character",
  "national character": "character",
  "national char": "character",
  varbit: "bit varying",
  "bit varying": "bit varying",
  timestamp: "timestamp without time zone",
  "timestamp without time zone": "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  "timestamp with time zone": "timestamp with time zone",
  time: "time without time zone",
  "time without time zone": "time without time zone",
  timetz: "time with time zone",
  "time with time zone": "time with time zone",
};

/** The one spelling of a built-in type's word or words; undefined for a type of another name. `"char"`, in quotes, is a type of its own. */
export function canonicalType(words: string): string | undefined {
  return Object.hasOwn(SAME, words) ? SAME[words] : undefined;
}

/** The one spelling of an array of a built-in type, by the name that the server gives it: `_int4` is `integer[]`; undefined for any other name. */
export function builtInArray(name: string): string | undefined {
  const element = name.slice(1);
  if (!name.startsWith("_") || !BUILT_IN_TYPES.has(element)) return undefined;
  // In pg_catalog char is the type that needs quotes elsewhere.
  return `${element === "char" ? element : (canonicalType(element) ?? element)}[]`;
}

/** Words that a type of several words begins with, and what may follow. */
export const TYPE_WORDS: Readonly<Record<string, readonly string[]>> = {
  double: ["precision"],
  character: ["varying"],
  char: ["varying"],
  nchar: ["varying"],
  bit: ["varying"],
  national: ["character", "char"],
  timestamp: ["with", "without"],
  time: ["with", "without"],
  interval: ["year", "month", "day", "hour", "minute", "second"],
};

/** "schema.name" as it is written where neither needs quotes. */
export function shownName({ schema, name }: Name): string {
  return schema === undefined ? shownPart(name) : `${shownPart(schema)}.${shownPart(name)}`;
}

function shownPart(part: string): string {
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}

/** "schema"."name", in quotes even where it needs none: no keyword can come of it. */
export function quotedName({ schema, name }: Name): string {
  const parts = schema === undefined ? [name] : [schema, name];
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}
