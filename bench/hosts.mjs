// What each way of calling the engine costs, from each language: one letter at 64 px on 96 × 96. Least times of turns in one run; what is missing here is left out by name.
// usage: npm run bench:hosts -- [--quick] [--write]. --write puts the table into docs/hosts.md. There are no bounds: the hosts' own benchmarks have them.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildRelease, whyNoC } from "../test/c/build.mjs";
import { fontPath } from "../test/fonts/fonts.mjs";
import { makeEnvironment, PYTHON, HOST as PYTHON_HOST, whyNoPython } from "../test/python/environment.mjs";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const turns = values.quick ? 2 : 6;
const font = fontPath("noto-sans");
const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "packages/haforu/bin/haforu.js");

/** A process that answers lines with lines. */
class Peer {
  #child;
  #answers;
  constructor(program, words, env = {}) {
    this.#child = spawn(program, words, { cwd: root, stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
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

const hosts = { TypeScript: new Peer(process.execPath, [join(root, "bench/c-node.mjs"), font, "1"]) };
const noPython = whyNoPython();
if (noPython === undefined) {
  makeEnvironment();
  hosts.Python = new Peer(PYTHON, [join(root, "bench/python/ways.py"), font], { PYTHONPATH: join(PYTHON_HOST, "src") });
} else console.log(`Python is left out: ${noPython}`);
const noC = whyNoC();
if (noC === undefined) hosts.C = new Peer(join(buildRelease(), "tests/haforu_bench"), [font, "1"]);
else console.log(`C is left out: ${noC}`);

const job = (id) =>
  `{"id":"${id}","font":{"path":${JSON.stringify(font)},"size":64},"text":{"content":"a"},"rendering":{"format":"metrics","width":96,"height":96}}`;
const stream = new Peer(process.execPath, [cli, "stream", "--no-timing"]);
const picture = join(tmpdir(), `haforu-hosts-${process.pid}.png`);

const least = {};
const keep = (name, numbers) => {
  least[name] = (least[name] ?? numbers).map((number, i) => Math.min(number, numbers[i]));
};
for (let turn = 0; turn < turns; turn++) {
  for (const [name, peer] of Object.entries(hosts)) keep(name, (await peer.ask("ways")).split(" ").map(Number));
  for (let k = 0; k < 200; k++) {
    const start = performance.now();
    const line = await stream.ask(job(k));
    keep("stream", [(performance.now() - start) * 1e6]);
    if (!line.includes('"status":"success"')) throw new Error(line);
  }
  const start = performance.now();
  execFileSync(process.execPath, [cli, "render", font, "a", "--font-size", "64", "--width", "96", "--height", "96", "-o", picture], { stdio: "ignore" });
  keep("render", [(performance.now() - start) * 1e6]);
}
for (const peer of [...Object.values(hosts), stream]) peer.stop();
rmSync(picture, { force: true });

const us = (ns) => (ns >= 1e6 ? `${(ns / 1e6).toFixed(0)} ms` : `${(ns / 1e3).toFixed(1)} µs`);
const names = Object.keys(hosts);
const rows = [
  ["a job: JSON in, a line out", 0],
  ["pixels of your own", 1],
  ["pixels in the engine's memory", 2],
  ["measures", 3],
].map(([what, i]) => `| ${what} | ${names.map((name) => us(least[name][i])).join(" | ")} |`);
const table = [
  `| one letter, 64 px on 96 × 96 | ${names.join(" | ")} |`,
  `| --- | ${names.map(() => "---").join(" | ")} |`,
  ...rows,
  "",
  `A job through \`haforu stream\`, line for line from another process: ${us(least.stream[0])}. A process for each picture, \`haforu render\`: ${us(least.render[0])}.`,
].join("\n");
console.log(table);
if (values.write) {
  const path = join(root, "docs/hosts.md");
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench:hosts:begin -->\n", "<!-- bench:hosts:end -->"];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no bench:hosts:begin and bench:hosts:end`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}${table}\n${text.slice(to)}`);
}
