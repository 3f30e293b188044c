// Writes cases.jsonl, what every host must answer, from this repository's TypeScript: a line a case, {name, job, line, numbered?}. `line` is a session's result line
// without timing, `numbered` that of `haforu batch` over all of them, where it differs (an error tells its line). Prints what changed; --check writes nothing and fails on a change.
// usage: npm run build && node conformance/render/accept.mjs [--check]
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createSession } from "haforu";
import { JOBS } from "./jobs.mjs";

const out = fileURLToPath(new URL("cases.jsonl", import.meta.url));
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const session = createSession({ timing: false });
const program = spawnSync(process.execPath, ["packages/haforu/bin/haforu.js", "batch", "-", "--no-timing", "--order", "input", "--jobs", "1"], {
  input: JOBS.map(([, line]) => `${line}\n`).join(""),
  encoding: "utf8",
  maxBuffer: 1 << 26,
});
const batch = program.stdout.trimEnd().split("\n");
if (batch.length !== JOBS.length) throw new Error(`${batch.length} lines of ${JOBS.length} jobs: ${program.stderr}`);
const cases = JOBS.map(([name, job], i) => {
  const line = session.renderLine(job);
  return JSON.stringify({ name, job, line, ...(batch[i] !== line && { numbered: batch[i] }) });
});
session.dispose();

let before = [];
try {
  before = readFileSync(out, "utf8").trimEnd().split("\n");
} catch {
  // The first time there are none.
}
const known = new Map(before.filter((line) => line !== "").map((line) => [JSON.parse(line).name, line]));
const changed = cases.filter((line) => known.get(JSON.parse(line).name) !== line);
const gone = [...known.keys()].filter((name) => !JOBS.some(([one]) => one === name));
for (const line of changed) {
  const { name, line: now } = JSON.parse(line);
  const old = known.get(name);
  console.log(
    `${old === undefined ? "new" : "changed"}: ${name}\n${old === undefined ? "" : `  - ${JSON.parse(old).line.slice(0, 400)}\n`}  + ${now.slice(0, 400)}`,
  );
}
for (const name of gone) console.log(`gone: ${name}`);
if (process.argv.includes("--check")) process.exitCode = changed.length + gone.length === 0 ? 0 : 1;
else writeFileSync(out, `${cases.join("\n")}\n`);
console.log(`${cases.length} cases, ${changed.length} new or changed, ${gone.length} gone`);
