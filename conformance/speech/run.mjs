// Speaks every case on every host and prints one table: a row a group, a column a host, passed of all; what failed or was skipped is told below with its reason.
// A host whose toolchain is missing is named; with CI=true that is a failure.
// usage: npm run conformance    or: npm run build && node conformance/speech/run.mjs
import { answersOf } from "./answers.mjs";
import { hosts } from "./hosts.mjs";
import { filesOf, GROUPS, linesOf } from "./suite.mjs";

/** Failures of one host that are printed whole. */
const SHOWN = 6;

const columns = [];
const notes = [];
const totals = { passed: 0, failed: 0, skipped: 0 };
let missing = 0;
for (const host of hosts()) {
  const cells = new Map();
  columns.push({ name: host.name, cells });
  if (host.missing !== undefined) {
    missing += 1;
    notes.push(`${host.name}: skipped: ${host.missing}`);
    continue;
  }
  const answers = new Map(["requests", "calls"].map((kind) => [kind, answersOf(host, kind)]));
  for (const { problem } of answers.values()) if (problem !== undefined) notes.push(`${host.name}: FAILED: ${problem}`);
  let failures = 0;
  const reasons = new Map();
  for (const group of GROUPS) {
    const { lines } = answers.get(group.kind);
    const expected = linesOf(filesOf(group).expected);
    const cell = { passed: 0, failed: 0, skipped: 0 };
    cells.set(group.group, cell);
    for (const [i, [name]] of group.cases.entries()) {
      const got = lines.shift();
      if (got?.startsWith("skip ") === true) {
        cell.skipped += 1;
        reasons.set(got.slice(5), (reasons.get(got.slice(5)) ?? 0) + 1);
      } else if (got !== undefined && got === expected[i]) cell.passed += 1;
      else {
        cell.failed += 1;
        if (got !== undefined && ++failures <= SHOWN)
          notes.push(`${host.name}: FAILED: ${group.group}: ${name}\n  expected ${expected[i]?.slice(0, 600)}\n  got      ${got.slice(0, 600)}`);
      }
    }
    for (const state of Object.keys(totals)) totals[state] += cell[state];
  }
  if (failures > SHOWN) notes.push(`${host.name}: ${failures - SHOWN} more failures`);
  for (const [reason, count] of reasons) notes.push(`${host.name}: skipped ${count}: ${reason}`);
}

const cellText = (cell) =>
  cell === undefined ? "–" : `${cell.passed}${cell.failed > 0 ? ` (${cell.failed} FAILED)` : ""}${cell.skipped > 0 ? ` (${cell.skipped} skipped)` : ""}`;
const table = [
  ["group", "cases", ...columns.map(({ name }) => name)],
  ...GROUPS.map(({ group, cases }) => [group, String(cases.length), ...columns.map(({ cells }) => cellText(cells.get(group)))]),
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
