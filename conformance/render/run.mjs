// Runs every case on every host and prints one table: a row a host, a column a group, passed of all; what failed or was skipped is told below with its reason.
// A host whose toolchain is missing is named; with CI=true that is a failure.
// usage: npm run conformance    or: npm run build && node conformance/render/run.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hosts } from "./hosts.mjs";
import { filesOf, GROUPS, linesOf } from "./suite.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Failures of one host that are printed whole. */
const SHOWN = 10;

/** A host's answers to the lines of one kind, or why there are none. */
function answersOf(host, kind, input, count) {
  const [program, words, environment = {}] = host.command(kind, input);
  const done = spawnSync(program, words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, ...environment } });
  const lines = (done.stdout ?? "").split("\n").slice(0, -1);
  if (lines.length === count) return { lines };
  return { problem: `${lines.length} answers of ${count}, exit code ${done.status}: ${done.error ?? ""}${(done.stderr ?? "").slice(-600)}` };
}

const folder = mkdtempSync(join(tmpdir(), "haforu-conformance-"));
const rows = [];
const notes = [];
const totals = { passed: 0, failed: 0, skipped: 0 };
let missing = 0;
try {
  const suite = GROUPS.map(({ group, kind }) => {
    const files = filesOf(group, kind);
    const index = linesOf(files.index).map((line) => JSON.parse(line));
    return { group, kind, index, lines: linesOf(files.cases), expected: linesOf(files.expected) };
  });
  const inputs = Object.fromEntries(
    ["jobs", "calls"].map((kind) => {
      const lines = suite.filter((one) => one.kind === kind).flatMap((one) => one.lines);
      const input = join(folder, kind);
      writeFileSync(input, lines.map((line) => `${line}\n`).join(""));
      return [kind, { input, count: lines.length }];
    }),
  );
  for (const host of hosts()) {
    const counts = {};
    if (host.missing !== undefined) {
      missing += 1;
      notes.push(`${host.name}: skipped: ${host.missing}`);
      rows.push({ name: host.name, counts });
      continue;
    }
    const reasons = new Map();
    let shown = 0;
    for (const kind of host.kinds) {
      const { input, count } = inputs[kind];
      const { lines, problem } = answersOf(host, kind, input, count);
      if (problem !== undefined) notes.push(`${host.name}: FAILED: ${kind}: ${problem}`);
      let at = 0;
      for (const { group, index, expected } of suite.filter((one) => one.kind === kind)) {
        const cell = { passed: 0, failed: 0, skipped: 0 };
        counts[group] = cell;
        for (const [i, { name, numbered }] of index.entries()) {
          const got = lines?.[at];
          at += 1;
          // Lines of a file are counted over all groups there, and within the group in the index.
          const wanted = host.numbered ? renumbered(numbered ?? expected[i], i + 1, at) : expected[i];
          if (got?.startsWith("skip ") === true) {
            cell.skipped += 1;
            reasons.set(got.slice(5), (reasons.get(got.slice(5)) ?? 0) + 1);
          } else if (got === wanted) cell.passed += 1;
          else {
            cell.failed += 1;
            shown += 1;
            if (problem === undefined && shown <= SHOWN)
              notes.push(`${host.name}: FAILED: ${group}: ${name}\n  expected ${wanted.slice(0, 500)}\n  got      ${got?.slice(0, 500)}`);
          }
        }
        for (const state of Object.keys(totals)) totals[state] += cell[state];
      }
    }
    if (shown > SHOWN) notes.push(`${host.name}: ${shown - SHOWN} more failures`);
    for (const [reason, count] of reasons) notes.push(`${host.name}: skipped ${count}: ${reason}`);
    rows.push({ name: host.name, counts });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** An error line tells its line's number: the one in this file, not in the group's. */
function renumbered(line, from, to) {
  return line.replace(`"line":${from}}`, `"line":${to}}`).replace(`"line":${from},`, `"line":${to},`);
}

const cellText = (cell) =>
  cell === undefined ? "–" : `${cell.passed}${cell.failed > 0 ? ` (${cell.failed} FAILED)` : ""}${cell.skipped > 0 ? ` (${cell.skipped} skipped)` : ""}`;
const table = [
  ["group", "cases", ...rows.map(({ name }) => name)],
  ...GROUPS.map(({ group, cases }) => [group, String(cases.length), ...rows.map(({ counts }) => cellText(counts[group]))]),
];
const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
for (const row of table)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
for (const note of notes) console.log(note);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped, ${missing} hosts missing`);
const strict = process.env.CI === "true" && (missing > 0 || totals.skipped > 0);
if (strict) console.error("CI=true counts a missing host and a skipped case as a failure");
process.exit(totals.failed > 0 || strict ? 1 : 0);
