// What each way of calling haforu costs, from TypeScript, Python, C and the command line: least times in turns, absolute, for the table of docs/hosts.md. Every host is seen to
// have made the same of the same. Ratios that must hold are other benchmarks' (bench:python, bench:c).
// usage: npm run bench:hosts -- [--quick] [--write]. Needs what bench:python and bench:c need.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { buildRelease, whyNoC } from "../test/c/build.mjs";
import { fontPath } from "../test/fonts/fonts.mjs";
import { HOST, makeEnvironment, PYTHON, ROOT, whyNoPython } from "../test/python/environment.mjs";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const missing = whyNoPython() ?? whyNoC();
if (missing !== undefined) throw new Error(missing);
const TURNS = values.quick ? 2 : 5;
const BATCH_JOBS = values.quick ? 10_000 : 20_000;
const FONT = fontPath("noto-sans");

/** A job as `jobs.md` has it; the same work as the calls with the same letter, size and canvas. */
const job = (size, width, height, rendering) =>
  JSON.stringify({
    id: "a",
    font: { path: FONT, size },
    text: { content: "a", script: "Latn", direction: "ltr", language: "en" },
    rendering: { width, height, ...rendering },
  });
const SMALL = job(64, 100, 100, { format: "metrics" });
const LARGE = job(1000, 3000, 1200, { format: "pgm" });

makeEnvironment();
const folder = mkdtempSync(join(tmpdir(), "haforu-bench-hosts-"));
const release = buildRelease();
const environment = { ...process.env, PYTHONPATH: join(HOST, "src") };
const c = join(folder, "ways");
const c11 = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", `-I${join(ROOT, "hosts/c/include")}`];
execFileSync("gcc", [...c11, "-o", c, join(ROOT, "bench/hosts/ways.c"), join(release, "libhaforu.a"), "-lpthread", "-lm"], { stdio: "inherit" });

/** A process that answers lines with lines. */
class Peer {
  #child;
  #answers;
  constructor(program, words) {
    this.#child = spawn(program, words, { cwd: ROOT, env: environment, stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }
  async ask(question) {
    this.#child.stdin.write(`${question}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`no answer to ${question}`);
    return value;
  }
  stop() {
    this.#child.stdin.end();
  }
}

const jobs = join(folder, "jobs.jsonl");
writeFileSync(jobs, `${SMALL}\n`.repeat(BATCH_JOBS));
const [small, large] = ["small.json", "large.json"].map((name) => join(folder, name));
writeFileSync(small, SMALL);
writeFileSync(large, LARGE);
const NPM = [process.execPath, "packages/haforu/bin/haforu.js"];
const CLI = { npm: NPM, python: [PYTHON, "-m", "haforu"] };
const peers = {
  typescript: new Peer(process.execPath, ["bench/hosts/ways.mjs", FONT, small, large, jobs]),
  python: new Peer(PYTHON, ["bench/hosts/ways.py", FONT, small, large, jobs]),
  c: new Peer(c, [FONT, small, large, jobs]),
};
const streams = Object.fromEntries(Object.entries(CLI).map(([name, [program, ...words]]) => [name, new Peer(program, [...words, "stream", "--no-timing"])]));

/** Way → calls in one turn. */
const WAYS = {
  "view small": 2000,
  "array small": 2000,
  "measure small": 2000,
  "shape small": 2000,
  "job small": 2000,
  "view large": 300,
  "array large": 100,
  "measure large": 300,
  "job large": 30,
  batch: 1,
};
const least = {};
const checks = {};
const keep = (way, host, us) => {
  least[way] ??= {};
  least[way][host] = Math.min(least[way][host] ?? Number.POSITIVE_INFINITY, us);
};
const timed = (program, words) => {
  const began = performance.now();
  const done = spawnSync(program, words, { cwd: ROOT, env: environment, stdio: "ignore" });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${done.status}`);
  return (performance.now() - began) * 1000;
};
for (let turn = 0; turn < TURNS; turn++) {
  for (const [way, rounds] of Object.entries(WAYS)) {
    for (const [host, peer] of Object.entries(peers)) {
      const [us, ...check] = (await peer.ask(`${rounds} ${way}`)).split(" ");
      keep(way, host, Number(us));
      checks[way] ??= check.join(" ");
      if (checks[way] !== check.join(" ")) throw new Error(`${way}: ${host} made ${check.join(" ")}, another ${checks[way]}`);
    }
  }
  for (const [name, stream] of Object.entries(streams)) {
    const host = name === "npm" ? "typescript" : "python";
    for (let round = 0; round < 300; round++) {
      const began = performance.now();
      const line = await stream.ask(SMALL);
      keep("stream", host, (performance.now() - began) * 1000);
      if (line !== checks["job small"]) throw new Error(`${name} stream: ${line}`);
    }
  }
  for (const [name, [program, ...words]] of Object.entries(CLI)) {
    const host = name === "npm" ? "typescript" : "python";
    keep("cli batch", host, timed(program, [...words, "batch", jobs, "--no-timing", "-o", join(folder, "out.jsonl"), "--overwrite"]) / BATCH_JOBS);
    for (let round = 0; round < 3; round++)
      keep("process", host, timed(program, [...words, "render", FONT, "a", "--font-size", "64", "-o", join(folder, "a.png")]));
  }
  for (let round = 0; round < 3; round++) keep("process", "c", timed(join(release, "examples/example_basic"), [FONT, join(folder, "c.png")]));
}
for (const peer of [...Object.values(peers), ...Object.values(streams)]) peer.stop();
rmSync(folder, { recursive: true });

const cell = (us) => (us === undefined ? "–" : us >= 1000 ? `${(us / 1000).toFixed(us >= 10_000 ? 0 : 1)} ms` : `${us.toFixed(us >= 100 ? 0 : 1)} µs`);
const ROWS = [
  ["view small", "`a` at 64 px on 100 × 100: pixels, a view", "`renderToBytes`", "`render_to_numpy(copy=False)`", "`haforu_render`"],
  ["array small", "the same, pixels of your own", "`renderToBytes().slice()`", "`render_to_numpy`", "`haforu_render_to`"],
  ["measure small", "the same, measured", "`metrics`", "`metrics`", "`haforu_measure`"],
  ["shape small", "the same, shaped", "`shape`", "`shape`", "`haforu_shape`"],
  ["job small", "the same, a job of metrics to its line", "`renderLine`", "`render`", "`haforu_job`"],
  ["view large", "`a` at 1000 px on 3000 × 1200: pixels, a view", "`renderToBytes`", "`render_to_numpy(copy=False)`", "`haforu_render`"],
  ["array large", "the same, pixels of your own", "`renderToBytes().slice()`", "`render_to_numpy`", "`haforu_render_to`"],
  ["measure large", "the same, measured", "`metrics`", "`metrics`", "`haforu_measure`"],
  ["job large", "the same, a job to a line with a PGM in base64", "`renderLine`", "`render`", "`haforu_job`"],
  ["batch", `${BATCH_JOBS} small jobs over all cores, each`, "`renderLines`", "`process_jobs`", "`haforu_batch`"],
  ["cli batch", "the same as a file, with the program's start", "`haforu batch`", "`python -m haforu batch`", ""],
  ["stream", "a small job to a child process and back", "`haforu stream`", "`python -m haforu stream`", ""],
  ["process", "a program for one picture, from start to end", "`haforu render`", "`python -m haforu render`", "`examples/basic`"],
];
const about = `${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.version}, ${execFileSync(PYTHON, ["--version"], { encoding: "utf8" }).trim()}, gcc ${execFileSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).trim()}`;
const entry = (way, host, name) => (least[way][host] === undefined ? "–" : `${cell(least[way][host])}, ${name}`);
const table = [
  "| work | TypeScript | Python | C |",
  "| --- | --- | --- | --- |",
  ...ROWS.map(([way, work, ts, py, cc]) => `| ${work} | ${entry(way, "typescript", ts)} | ${entry(way, "python", py)} | ${entry(way, "c", cc)} |`),
];
console.log(`${about}${values.quick ? "; --quick" : ""}\n\n${table.join("\n")}`);
if (values.write) {
  const path = join(ROOT, "docs/hosts.md");
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench:hosts:begin -->\n", "<!-- bench:hosts:end -->"];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`${path} has no bench:hosts:begin and bench:hosts:end`);
  writeFileSync(path, `${text.slice(0, from)}${about}:\n\n${table.join("\n")}\n${text.slice(to)}`);
}
