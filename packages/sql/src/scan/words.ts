// Which of the few words that the scanner acts on a word of the text is, without making a string of it.
import { CONTINUES } from "./classes.ts";
import { endOfBlank } from "./lexemes.ts";

const LIST = [
  "analyse",
  "analyze",
  "as",
  "atomic",
  "begin",
  "case",
  "copy",
  "create",
  "delete",
  "end",
  "except",
  "explain",
  "fetch",
  "for",
  "from",
  "function",
  "group",
  "having",
  "insert",
  "intersect",
  "into",
  "limit",
  "materialized",
  "merge",
  "offset",
  "or",
  "order",
  "procedure",
  "replace",
  "reset",
  "select",
  "set",
  "setval",
  "stdin",
  "stdout",
  "table",
  "to",
  "union",
  "update",
  "values",
  "where",
  "window",
  "with",
] as const;

type Known = (typeof LIST)[number];

/** Number of each known word, from 1 on; 0 is any other word. */
export const W: Readonly<Record<Known, number>> = Object.fromEntries(LIST.map((word, index) => [word, index + 1])) as Record<Known, number>;

const SLOTS = 1024;
const table = new Uint8Array(SLOTS);
const letters = LIST.map((word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0)));
for (const [index, word] of letters.entries()) {
  let slot = slotOf(word, 0, word.length);
  while (table[slot] !== 0) slot = (slot + 1) % SLOTS;
  table[slot] = index + 1;
}

/** For each first letter (its low 5 bits) the lengths that its words have, as bits: most words of a text are none of the known ones, and are told by this alone. */
const LENGTHS = new Uint16Array(32);
for (const word of letters) {
  const first = (word[0] as number) & 31;
  LENGTHS[first] = (LENGTHS[first] as number) | (1 << word.length);
}

/** Only letters differ in bit 5 alone, so a word in capitals falls into the same slot; the comparison below is exact. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (hash * 31 + ((bytes[at] as number) | 32)) & (SLOTS - 1);
  return hash;
}

/** Number in W of the word [start, end), in any case; 0 when it is none of them. */
export function wordAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 12 || (((LENGTHS[(bytes[start] as number) & 31] as number) >> (end - start)) & 1) === 0) return 0;
  for (let slot = slotOf(bytes, start, end); table[slot] !== 0; slot = (slot + 1) % SLOTS) {
    const number = table[slot] as number;
    if (same(bytes, start, end, letters[number - 1] as Uint8Array)) return number;
  }
  return 0;
}

/** PostgreSQL folds A–Z and nothing else when it looks for a keyword. */
function same(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) {
    const code = bytes[start + at] as number;
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== word[at]) return false;
  }
  return true;
}

/** Number in W of the word that follows `from` behind white space and comments; 0 when another token follows. */
export function wordAfter(bytes: Buffer, from: number): number {
  const start = endOfBlank(bytes, from);
  let end = start;
  while (end < bytes.length && CONTINUES[bytes[end] as number] === 1) end++;
  return wordAt(bytes, start, end);
}

/** True when there is nothing but white space and comments in [from, to). */
export function isBlank(bytes: Buffer, from: number, to: number): boolean {
  return endOfBlank(bytes, from) >= to;
}
