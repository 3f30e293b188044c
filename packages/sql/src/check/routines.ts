// Reads a routine's arguments into what tells it apart: the types of what goes in; names, defaults and what comes out do not count.
import { Cursor, type TypeName } from "./cursor.ts";
import type { Facts } from "./facts.ts";
import { TYPE_WORDS } from "./names.ts";

/** Types of the arguments that go in, and where each type is used. The cursor is at "(" and ends behind ")". */
export function readArguments(cursor: Cursor, facts: Facts): TypeName[] {
  const { depth } = cursor.token();
  const from = cursor.at + 1;
  cursor.skipGroup();
  const to = cursor.at - 1;
  const types: TypeName[] = [];
  let begin = from;
  for (let at = from; at <= to; at++) {
    const token = cursor.tokens[at];
    const ends = at === to || (token?.text === "," && token.depth === depth + 1) || (token?.text === "order" && token.kind === "word");
    if (!ends) continue;
    const type = readArgument(new Cursor(cursor.tokens, begin, at), facts);
    if (type !== undefined) types.push(type);
    begin = at + (token?.text === "order" ? 2 : 1);
  }
  return types;
}

/** [mode] [name] type [DEFAULT …]; undefined for OUT, and for "*" of an aggregate. */
function readArgument(cursor: Cursor, facts: Facts): TypeName | undefined {
  let mode = cursor.takeAny("in", "out", "inout", "variadic");
  if (mode === "in" && cursor.take("out")) mode = "inout";
  if (!startsWithType(cursor)) {
    cursor.at++;
    mode ??= cursor.takeAny("in", "out", "inout", "variadic");
  }
  const type = cursor.type();
  if (type === undefined) return undefined;
  if (type.name !== undefined) facts.uses.push({ space: "type", name: type.name, at: type.at });
  return mode === "out" ? undefined : type;
}

/** True when the argument has no name: its first words are a type, and a default or nothing follows. */
function startsWithType(cursor: Cursor): boolean {
  const first = cursor.token();
  if (first.kind === "word" && TYPE_WORDS[first.text]?.some((word) => cursor.is(word, 1))) return true;
  if (!cursor.isName(1)) return true;
  return cursor.token(1).kind === "word" && ["default", "array"].includes(cursor.token(1).text);
}
