// The groups as data, and the files in cases/ that keep each with what is expected. Knows no host.
import { readFileSync } from "node:fs";
import { CALLS, REQUESTS } from "./cases.mjs";

/**
 * @typedef {"requests" | "calls"} Kind
 * @typedef {{ group: string, kind: Kind, cases: import("./cases.mjs").Cases }} Group
 */

/** @type {readonly Group[]} */
export const GROUPS = [
  ...Object.entries(REQUESTS).map(([group, cases]) => ({ group, kind: /** @type {const} */ ("requests"), cases })),
  ...Object.entries(CALLS).map(([group, cases]) => ({ group, kind: /** @type {const} */ ("calls"), cases })),
];

/**
 * Where a group lies: its lines, the answers in the same order, the names in the same order.
 * @param {Group} group
 */
export function filesOf({ group, kind }) {
  const at = (name) => new URL(`cases/${group}.${name}`, import.meta.url);
  return { cases: at(kind === "requests" ? "requests.jsonl" : "calls.tsv"), expected: at("answers.txt"), names: at("names.txt") };
}

/**
 * A file's lines; a missing file has none.
 * @param {URL} file
 */
export function linesOf(file) {
  try {
    return readFileSync(file, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}
