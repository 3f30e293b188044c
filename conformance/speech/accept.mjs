// Writes cases/: the lines of every group, and what this repository's TypeScript answers to them, which every host is then held to. Says what changed; --check writes
// nothing and fails on a change. Whether a changed sound is right is heard by `npm run check:speech`, not here.
// usage: npm run conformance:accept    or: npm run build && node conformance/speech/accept.mjs [--check]
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answersOf } from "./answers.mjs";
import { TYPESCRIPT } from "./hosts.mjs";
import { filesOf, GROUPS, linesOf } from "./suite.mjs";

const checking = process.argv.includes("--check");
const folder = new URL("cases/", import.meta.url);
const answers = new Map(["requests", "calls"].map((kind) => [kind, answersOf(TYPESCRIPT, kind)]));
mkdirSync(folder, { recursive: true });

const changed = [];
const kept = new Set();
let count = 0;
for (const group of GROUPS) {
  const { problem, lines } = answers.get(group.kind);
  if (problem !== undefined) throw new Error(problem);
  const files = filesOf(group);
  const old = new Map(linesOf(files.names).map((name, i) => [name, `${linesOf(files.cases)[i]}\n${linesOf(files.expected)[i]}`]));
  const now = lines.splice(0, group.cases.length);
  for (const [i, [name, line]] of group.cases.entries()) if (old.get(name) !== `${line}\n${now[i]}`) changed.push(`${group.group}: ${name}`);
  count += group.cases.length;
  const write = (file, list) => {
    kept.add(file.href.slice(folder.href.length));
    if (!checking) writeFileSync(file, list.map((line) => `${line}\n`).join(""));
  };
  write(
    files.names,
    group.cases.map(([name]) => name),
  );
  write(
    files.cases,
    group.cases.map(([, line]) => line),
  );
  write(files.expected, now);
}
const gone = readdirSync(folder).filter((name) => !kept.has(name));
if (!checking) for (const name of gone) rmSync(fileURLToPath(new URL(name, folder)));
for (const name of changed) console.error(`${checking ? "changed" : "accepted"}: ${name}`);
console.log(`${count} cases, ${changed.length} new or changed, ${gone.length} files gone`);
process.exit(checking && changed.length + gone.length > 0 ? 1 : 0);
