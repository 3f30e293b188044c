// The benchmark of the Python host: ratios in one interleaved run, printed beside what must hold and what we aim at.
// usage: npm run bench:python -- [--only rendering|start|threads] [--quick] [--write]
// Ends with status 1 when a row misses its "must". Needs python3 with venv; the packages it measures against come from PyPI into bench/.cache/.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fontPath } from "../test/fonts/fonts.mjs";
import { HOST, makeEnvironment, PYTHON, ROOT, run, whyNoPython } from "../test/python/environment.mjs";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true, default: [] }, quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
});
const missing = whyNoPython();
if (missing !== undefined) throw new Error(missing);

const venv = join(ROOT, "bench/.cache/python");
const python = process.platform === "win32" ? join(venv, "Scripts/python.exe") : join(venv, "bin/python");
const wanted = readFileSync(join(ROOT, "bench/python/requirements.txt"), "utf8");
const stamp = join(venv, "made-from.txt");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  mkdirSync(join(ROOT, "bench/.cache"), { recursive: true });
  run("python3", ["-m", "venv", "--clear", venv]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(ROOT, "bench/python/requirements.txt")]);
  writeFileSync(stamp, wanted);
}

// The wheel, as a user has it: with its bytecode compiled.
makeEnvironment();
const folder = mkdtempSync(join(tmpdir(), "haforu-bench-python-"));
run(PYTHON, ["-m", "hatchling", "build", "-t", "wheel", "-d", folder], HOST);
run(python, [
  "-m",
  "pip",
  "install",
  "--quiet",
  "--disable-pip-version-check",
  "--no-deps",
  "--force-reinstall",
  join(folder, "haforu-0.1.0-py3-none-any.whl"),
]);
rmSync(folder, { recursive: true });

const version = run(python, ["--version"]).trim();
console.log(`${cpus()[0]?.model ?? arch()}, ${cpus().length} cores; ${version}, Node ${process.version}${values.quick ? "; --quick: fewer rounds" : ""}\n`);
const words = ["bench/python/rows.py", process.execPath, fontPath("noto-sans"), ...(values.quick ? ["--quick"] : []), ...values.only];
const rows = JSON.parse(run(python, words));

const table = [`| ${"row".padEnd(62)} | measured | must | aim | |`, `| ${"-".repeat(62)} | --- | --- | --- | --- |`];
let missed = 0;
for (const row of rows) {
  const good = row.atLeast ? row.ratio >= row.must : row.ratio <= row.must;
  if (!good) missed++;
  table.push(`| ${row.name.padEnd(62)} | ${good ? "" : "**"}${row.ratio.toFixed(3)}${good ? "" : "** missed"} | ${row.must} | ${row.aim} | ${row.note} |`);
}
console.log(table.join("\n"));
if (values.write) {
  const path = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench:python:begin -->\n", "<!-- bench:python:end -->"];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`${path} has no bench:python:begin and bench:python:end`);
  const nameOf = (line) => line.split("|")[1].trim();
  const old = text
    .slice(from, to)
    .split("\n")
    .filter((line) => line.startsWith("|"));
  const merged = new Map([...table.slice(0, 2), ...old.slice(2), ...table.slice(2)].map((line) => [nameOf(line), line]));
  writeFileSync(path, `${text.slice(0, from)}${[...merged.values()].join("\n")}\n${text.slice(to)}`);
}
console.log(missed === 0 ? "\nevery bound holds" : `\n${missed} bounds missed`);
process.exit(missed === 0 ? 0 : 1);
