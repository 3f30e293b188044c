// Writes cases/: the lines of every group, and what this repository's TypeScript answers to them, which every host is then held to. Says what changed, and shows it in a page of
// pictures, old, new and one over the other: out/conformance.html. --check writes nothing and fails on a change.
// usage: npm run conformance:accept    or: npm run build && node conformance/render/accept.mjs [--check]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSession } from "haforu";
import { changesPage } from "./page.mjs";
import { filesOf, fontOf, GROUPS, linesOf } from "./suite.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const checking = process.argv.includes("--check");
process.chdir(root);

/** Pictures beyond this are not kept: the page is for a look. */
const PICTURE_PX = 60_000;
const session = createSession({ timing: false });

function run(words, input) {
  const done = spawnSync(process.execPath, words, { input, encoding: "utf8", maxBuffer: 1 << 28 });
  // `batch` ends with 1 when jobs failed, as many are meant to.
  if (done.status !== 0 && !(done.status === 1 && words.includes("batch"))) throw new Error(`${words.join(" ")}: ${done.stderr}`);
  return done.stdout.split("\n").slice(0, -1);
}

/** The case's picture as PNG in base64, for the page; undefined where there is none to look at. */
function pictureOf(line, answer, kind) {
  if (kind === "calls") {
    const fields = line.split("\t");
    if (fields[0] !== "render") return undefined;
    const [, path, face, at, features, script, direction, language, content, size, width, height, origin, invert] = fields;
    const variations = Object.fromEntries(
      at
        .split(";")
        .filter(Boolean)
        .map((item) => [item.slice(0, 4), Number(item.slice(5))]),
    );
    const text = Object.fromEntries(Object.entries({ features, script, direction, language }).filter(([, value]) => value !== ""));
    return png({
      id: "a",
      font: { path, size: Number(size), face_index: Number(face), variations },
      text: { content: Buffer.from(content, "hex").toString(), ...text },
      rendering: { width: Number(width), height: Number(height), invert: invert === "1", ...(origin !== "" && { origin: origin.split(",").map(Number) }) },
    });
  }
  if (!answer.includes('"status":"success"')) return undefined;
  const job = JSON.parse(line);
  return job.rendering === undefined ? undefined : png(job);
}

function png(job) {
  const { width, height, origin, invert } = job.rendering;
  if (width * height > PICTURE_PX) return undefined;
  return session.render({ ...job, rendering: { format: "png", width, height, ...(origin && { origin }), ...(invert && { invert }) } }).rendering?.data;
}

const folder = mkdtempSync(join(tmpdir(), "haforu-conformance-"));
const changes = [];
let total = 0;
try {
  for (const { group, kind, cases } of GROUPS) {
    const files = filesOf(group, kind);
    const text = cases.map(([, line]) => `${line}\n`).join("");
    const input = join(folder, group);
    writeFileSync(input, text);
    const answers = run(["conformance/render/hosts/typescript.mjs", kind, input]);
    const numbered = kind === "jobs" ? run(["packages/haforu/bin/haforu.js", "batch", input, "--no-timing", "--jobs", "1"]) : answers;
    if (answers.length !== cases.length || numbered.length !== cases.length)
      throw new Error(`${group}: ${answers.length} and ${numbered.length} lines of ${cases.length}`);
    const index = cases.map(([name, line], i) => ({
      name,
      font: fontOf(line),
      // What a program that reads lines of a file answers: an error tells the line's number.
      numbered: numbered[i] === answers[i] ? undefined : numbered[i],
      picture: pictureOf(line, answers[i], kind),
    }));
    const [oldCases, oldAnswers] = [linesOf(files.cases), linesOf(files.expected)];
    const known = new Map(linesOf(files.index).map((entry, i) => [JSON.parse(entry).name, { ...JSON.parse(entry), line: oldCases[i], answer: oldAnswers[i] }]));
    for (const [i, entry] of index.entries()) {
      const [old, now] = [known.get(entry.name), { ...entry, line: cases[i][1], answer: answers[i] }];
      known.delete(entry.name);
      if (old === undefined || ["line", "answer", "numbered", "font", "picture"].some((field) => old[field] !== now[field])) changes.push({ group, old, now });
    }
    for (const old of known.values()) changes.push({ group, old, now: undefined });
    total += cases.length;
    if (checking) continue;
    writeFileSync(files.cases, text);
    writeFileSync(files.expected, answers.map((line) => `${line}\n`).join(""));
    writeFileSync(files.index, index.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
} finally {
  session.dispose();
  rmSync(folder, { recursive: true, force: true });
}

const wanted = new Set(GROUPS.flatMap(({ group, kind }) => Object.values(filesOf(group, kind)).map((file) => file.pathname.split("/").at(-1))));
for (const name of readdirSync(new URL("cases/", import.meta.url))) {
  if (wanted.has(name)) continue;
  changes.push({ group: name, old: { name: "the whole file" }, now: undefined });
  if (!checking) rmSync(new URL(`cases/${name}`, import.meta.url));
}

for (const { group, old, now } of changes) {
  const what = old === undefined ? "new" : now === undefined ? "gone" : "changed";
  console.log(`${what}: ${group}: ${(now ?? old).name}`);
  if (what === "changed") console.log(`  - ${old.answer?.slice(0, 400)}\n  + ${now.answer.slice(0, 400)}`);
}
if (changes.length > 0) {
  mkdirSync("out", { recursive: true });
  writeFileSync("out/conformance.html", changesPage(changes));
  console.log("pictures: out/conformance.html");
}
console.log(
  `${total} cases, ${changes.filter(({ now }) => now !== undefined).length} new or changed, ${changes.filter(({ now }) => now === undefined).length} gone`,
);
if (checking && changes.length > 0) process.exitCode = 1;
