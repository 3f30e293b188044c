// The suite as data: names and lines of every group, and the files in cases/ that keep them with what is expected. Knows no host.
import { readFileSync } from "node:fs";
import { FONTS } from "../../test/fonts/fonts.mjs";
import { CALLS } from "./calls.mjs";
import { JOBS } from "./jobs.mjs";

/**
 * @typedef {"jobs" | "calls"} Kind
 * @typedef {{ group: string, kind: Kind, cases: readonly (readonly [name: string, line: string])[] }} Group
 * @typedef {{ name: string, font?: string, numbered?: string, picture?: string }} IndexEntry
 */

/** @type {readonly Group[]} */
export const GROUPS = [
  ...Object.entries(JOBS).map(([group, cases]) => ({ group, kind: /** @type {const} */ ("jobs"), cases })),
  ...Object.entries(CALLS).map(([group, cases]) => ({ group, kind: /** @type {const} */ ("calls"), cases })),
];

/**
 * Where a group's cases, answers and index lie.
 * @param {string} group
 * @param {Kind} kind
 */
export function filesOf(group, kind) {
  const at = (name) => new URL(`cases/${group}.${name}`, import.meta.url);
  return kind === "jobs"
    ? { cases: at("jobs.jsonl"), expected: at("lines.jsonl"), index: at("index.jsonl") }
    : { cases: at("calls.tsv"), expected: at("answers.txt"), index: at("index.jsonl") };
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

const KEYS = new Map(FONTS.map(({ key, package: from, file }) => [from === null ? file : `node_modules/${from}/${file}`, key]));
/**
 * The registry's key of a case's font.
 * @param {string} line
 */
export function fontOf(line) {
  const path = /"path":"([^"]*)"/.exec(line)?.[1] ?? line.split("\t")[1] ?? "";
  return KEYS.get(path);
}
