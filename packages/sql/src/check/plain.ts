// Reads CREATE and DROP of what a check follows no further than its name: roles, servers, statistics, operators, casts and the like. The cursor is behind CREATE or
// DROP; undefined, with the cursor where it was, for everything else.
import type { Cursor } from "./cursor.ts";
import type { Facts } from "./facts.ts";
import { type Name, shownName } from "./names.ts";

/** Such an object: kind and name tell it apart, and where `within` is set what it is defined for. */
export interface PlainObject {
  readonly kind: string;
  readonly name: Name;
  readonly within?: string;
  readonly at: number;
  readonly unlessExists: boolean;
}

/** Words of the kinds, the longest first. */
const KINDS: readonly (readonly string[])[] = [
  ["event", "trigger"],
  ["foreign", "data", "wrapper"],
  ["access", "method"],
  ["text", "search", "configuration"],
  ["text", "search", "dictionary"],
  ["text", "search", "parser"],
  ["text", "search", "template"],
  ["operator", "class"],
  ["operator", "family"],
  ["operator"],
  ["cast"],
  ["role"],
  ["user"],
  ["group"],
  ["server"],
  ["publication"],
  ["subscription"],
  ["tablespace"],
  ["database"],
  ["language"],
  ["statistics"],
  ["collation"],
  ["conversion"],
];

/** Those that lie in a schema; the others are the database's or the server's. */
export const IN_SCHEMA: ReadonlySet<string> = new Set([
  "text search configuration",
  "text search dictionary",
  "text search parser",
  "text search template",
  "operator class",
  "operator family",
  "operator",
  "statistics",
  "collation",
  "conversion",
]);

/** Parameters of CREATE OPERATOR and CREATE AGGREGATE that name a function. */
const FUNCTION_PARAMETERS = new Set(
  "function procedure restrict join sfunc finalfunc combinefunc serialfunc deserialfunc msfunc minvfunc mfinalfunc input output receive send typmod_in typmod_out analyze subscript canonical subtype_diff".split(
    " ",
  ),
);

/** `exists`: the words of IF [NOT] EXISTS. */
export function readPlain(cursor: Cursor, facts: Facts, exists: readonly string[]): PlainObject[] | undefined {
  const from = cursor.at;
  const words = KINDS.find((kind) => cursor.take(...kind));
  if (words === undefined) return undefined;
  // CREATE USER MAPPING has no name.
  if (cursor.is("mapping")) {
    cursor.at = from;
    return undefined;
  }
  const kind = words[0] === "user" || words[0] === "group" ? "role" : words.join(" ");
  const found: PlainObject[] = [];
  const unlessExists = cursor.take(...exists);
  do {
    const at = cursor.token().start;
    const one = kind === "cast" ? castHere(cursor) : kind === "operator" ? operatorHere(cursor) : nameHere(cursor, kind);
    if (one !== undefined) found.push({ kind, ...one, at, unlessExists });
  } while (exists.length === 2 && cursor.take(","));
  functionsOf(cursor, facts, kind);
  return found;
}

function nameHere(cursor: Cursor, kind: string): { name: Name; within?: string } | undefined {
  const name = cursor.name();
  if (name === undefined || !kind.startsWith("operator ")) return name === undefined ? undefined : { name };
  // OPERATOR CLASS name … USING method: names count for each method.
  for (let ahead = 0; ahead < cursor.end - cursor.at; ahead++) if (cursor.is("using", ahead)) return { name, within: cursor.token(ahead + 1).text };
  return { name };
}

/** (source AS target) */
function castHere(cursor: Cursor): { name: Name } | undefined {
  if (!cursor.take("(")) return undefined;
  const source = cursor.type();
  if (source === undefined || !cursor.take("as")) return undefined;
  const target = cursor.type();
  cursor.take(")");
  return target === undefined ? undefined : { name: { name: `${source.text} AS ${target.text}` } };
}

/** [schema.]sign (LEFTARG = type, RIGHTARG = type, …) of CREATE, [schema.]sign (type, type) of DROP. */
function operatorHere(cursor: Cursor): { name: Name; within: string } | undefined {
  let schema: string | undefined;
  while (cursor.isName() && cursor.is(".", 1)) {
    schema = cursor.token().text;
    cursor.at += 2;
  }
  let sign = "";
  for (; !cursor.done && cursor.token().kind === "mark" && !cursor.is("("); cursor.at++) sign += cursor.token().text;
  if (sign === "" || !cursor.is("(")) return undefined;
  const { depth } = cursor.token();
  const begin = cursor.at;
  const sides: Record<string, string> = { leftarg: "none", rightarg: "none" };
  const types: string[] = [];
  cursor.at++;
  while (!cursor.done && cursor.token().depth > depth) {
    const side = cursor.token().text;
    if (Object.hasOwn(sides, side) && cursor.is("=", 1)) {
      cursor.at += 2;
      sides[side] = cursor.type()?.text ?? "none";
    } else if (cursor.is("=", 1)) cursor.at += 2;
    else if (cursor.is(",")) cursor.at++;
    else {
      const type = cursor.type();
      if (type !== undefined) types.push(type.text);
      else cursor.at++;
    }
  }
  const named = sides.leftarg !== "none" || sides.rightarg !== "none";
  const within = named ? `${sides.leftarg}, ${sides.rightarg}` : types.slice(-2).join(", ");
  // The parameters are read once more for their functions.
  if (named) cursor.at = begin;
  else cursor.at++;
  return { name: schema === undefined ? { name: sign } : { schema, name: sign }, within };
}

/** Functions that the statement names without calling them: they must be there. */
export function functionsOf(cursor: Cursor, facts: Facts, kind: string): void {
  const from = cursor.at;
  const parameters = kind === "operator" || kind === "aggregate" || kind === "type";
  for (; !cursor.done; cursor.at++) {
    const { text, kind: token } = cursor.token();
    if (token !== "word") continue;
    if (parameters && FUNCTION_PARAMETERS.has(text) && cursor.is("=", 1)) cursor.at += 2;
    else if ((kind === "cast" || kind === "transform") && text === "with" && cursor.is("function", 1)) cursor.at += 2;
    else if (kind === "event trigger" && text === "execute" && (cursor.is("function", 1) || cursor.is("procedure", 1))) cursor.at += 2;
    else continue;
    const at = cursor.token().start;
    const name = cursor.name();
    if (name !== undefined && name.name !== "none") facts.uses.push({ space: "function", name, at });
    cursor.at--;
  }
  cursor.at = from;
}

/** As findings and the catalogue's list show it. */
export function shownPlain(kind: string, name: Name, within = ""): string {
  const full =
    kind === "cast" ? `(${name.name})` : kind === "operator" ? [...(name.schema === undefined ? [] : [name.schema]), name.name].join(".") : shownName(name);
  return `${kind} ${full}${within === "" ? "" : kind === "operator" ? ` (${within})` : ` using ${within}`}`;
}
