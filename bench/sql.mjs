// The benchmark of @haforu/sql: ratios in one interleaved run, least times, against the same work done plainly in Node and in Python.
// usage: npm run bench:sql -- [--quick] [--only TEXT] [--write]      (--write puts the rows into docs/sql.md)
// Ends with status 1 when a row misses its bound. Both sides of a ratio take turns, so that a busy machine slows both.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSchema, Rebuild, schemaOnly } from "@haforu/sql";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: "" }, write: { type: "boolean", default: false } },
});
const SMALL_ROUNDS = values.quick ? 40 : 200;
const LARGE_ROUNDS = values.quick ? 4 : 10;
const CLI = fileURLToPath(new URL("../packages/haforu/bin/haforu.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "haforu-bench-sql-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

/** DDL of about `bytes`, the same for the same `seed`: tables, comments and functions, as schemas have them. */
function source(bytes, seed) {
  let text = `-- table ${seed}\nCREATE TABLE t_${seed} (\n  id bigint PRIMARY KEY,\n  note text DEFAULT 'it''s ${seed}' /* nested /* comment */ */\n);\n`;
  for (let n = 0; text.length < bytes - 260; n++)
    text += `CREATE FUNCTION f_${seed}_${n}(a integer) RETURNS text LANGUAGE plpgsql AS $body$\nBEGIN\n  -- a comment; with a semicolon\n  RETURN format('%s: %s', a, E'line\\n');\nEND;\n$body$;\n`;
  return `${text}${`-- ${"x".repeat(Math.max(0, bytes - text.length - 4))}`.slice(0, Math.max(0, bytes - text.length - 1))}\n`;
}

/** `count` files of `bytes` in ten folders. */
function folder(name, count, bytes) {
  for (let n = 0; n < count; n++) {
    const group = join(root, name, `${n % 10}_group`);
    if (n < 10) mkdirSync(group, { recursive: true });
    writeFileSync(join(group, `${n}_table.sql`), source(bytes, n));
  }
  return join(root, name);
}

/** What anybody would write: list, sort, read, one hash, one buffer, one write. */
function plainly(path, output) {
  const files = readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const contents = files.map((name) => readFileSync(join(path, name)));
  const hash = createHash("sha256");
  for (const bytes of contents) hash.update(bytes);
  writeFileSync(output, Buffer.concat(contents));
  return hash.digest("hex");
}

/** The plain algorithm of schema builders in Python, in a process that stays: a line on stdin is a round, its answer the round's milliseconds. */
const PYTHON = `
import hashlib, sys, time
from pathlib import Path
root, output = sys.argv[1:]
for _ in sys.stdin:
    started = time.perf_counter()
    parts = [path.read_text(encoding="utf-8") for path in sorted(Path(root).glob("**/*.sql"))]
    script = "\\n".join(parts)
    digest = hashlib.sha256(script.encode("utf-8")).hexdigest()
    Path(output).write_text(script, encoding="utf-8")
    print((time.perf_counter() - started) * 1000, flush=True)
`;

function pythonRounds(path) {
  const child = spawn("python3", ["-c", PYTHON, path, join(root, "python.sql")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async round() {
      child.stdin.write("\n");
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

async function timed(action) {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** Each side once a round, in turns; the least time of each. `before` is not measured. */
async function least(rounds, sides, before = () => {}) {
  const best = sides.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++)
    for (const [i, side] of sides.entries()) {
      before();
      const told = await side();
      best[i] = Math.min(best[i], told);
    }
  return best;
}

const output = join(root, "out.sql");
const ours =
  (path, more = {}) =>
  () =>
    timed(() => buildSchema({ root: path, inputs: ["."], config: false, output, ...more }));
const plain = (path) => () => timed(() => plainly(path, join(root, "plain.sql")));
/** A build writes: an output that is the same would be left alone. */
const anew = () => rmSync(output, { force: true });
const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

const small = folder("small", 1000, 500);

/** The same as a build: read, scanned, hashed and written, by one thread. */
async function wholeBuild() {
  const large = folder("large", 1000, 200_000);
  const [time] = await least(LARGE_ROUNDS, [ours(large, { schemaOnly: true, engine: "sync" })], anew);
  rmSync(large, { recursive: true });
  return [
    {
      name: "1,000 × 200 KB, build --schema-only with engine sync: MB/s",
      ratio: 200_000 / time,
      must: 150,
      atLeast: true,
      note: `200 MB in ${ms(time)}`,
    },
  ];
}
const sections = {
  async small() {
    const [fast, unscanned, base] = await least(SMALL_ROUNDS, [ours(small), ours(small, { scan: false }), plain(small)], anew);
    return [
      { name: "1,000 × 500 B, build + hash ÷ read, hash, concatenate, write", ratio: fast / base, must: 1.5, note: `${ms(fast)} ÷ ${ms(base)}` },
      { name: "the same without a scan", ratio: unscanned / base, must: 1.5, note: `${ms(unscanned)} ÷ ${ms(base)}` },
    ];
  },
  async python() {
    const python = pythonRounds(small);
    const [fast, base] = await least(SMALL_ROUNDS, [ours(small), () => python.round()], anew);
    python.end();
    return [{ name: "1,000 × 500 B ÷ Python (sorted glob, read_text, join, hashlib)", ratio: fast / base, must: 0.5, note: `${ms(fast)} ÷ ${ms(base)}` }];
  },
  async large() {
    const large = folder("large", 1000, 200_000);
    const unscanned = { scan: false };
    const sides = [
      ours(large, { ...unscanned, engine: "sync" }),
      ours(large, { ...unscanned, engine: "workers", workers: 2 }),
      ours(large, { ...unscanned }),
      plain(large),
    ];
    const [sync, workers, auto, base] = await least(LARGE_ROUNDS, sides, anew);
    const rows = [
      {
        name: "1,000 × 200 KB, build + hash without a scan ÷ read, hash, concatenate, write",
        ratio: auto / base,
        must: 1.3,
        note: `${ms(auto)} ÷ ${ms(base)}`,
      },
      { name: "the same, engine sync", ratio: sync / base, must: 1.3, note: `${ms(sync)} ÷ ${ms(base)}` },
      { name: "workers on two cores ÷ sync", ratio: workers / sync, must: 0.75, note: `${ms(workers)} ÷ ${ms(sync)}` },
    ];
    rmSync(large, { recursive: true });
    return rows;
  },
  async scan() {
    const text = Buffer.from(Array.from({ length: 400 }, (_, n) => source(20_000, n)).join(""));
    const [time] = await least(values.quick ? 5 : 20, [() => timed(() => schemaOnly(text))]);
    const speed = text.length / 1e3 / time;
    return [
      {
        name: "--schema-only, a full scan: MB/s on one core",
        ratio: speed,
        must: 150,
        atLeast: true,
        note: `${(text.length / 1e6).toFixed(0)} MB in ${ms(time)}`,
      },
      ...(await wholeBuild()),
    ];
  },
  async watch() {
    const options = { root: small, inputs: ["."], config: false };
    const rebuild = await Rebuild.open({ ...options, output });
    await rebuild.full();
    const changed = join(small, "5_group", "555_table.sql");
    let version = 0;
    const edit = async () => {
      writeFileSync(changed, `SELECT ${++version};\n`);
      return timed(() => rebuild.update({ changed: new Set([changed]), structure: false }));
    };
    // The same edit and a whole build: both replace the output.
    const whole = async () => {
      writeFileSync(changed, `SELECT ${++version};\n`);
      return timed(() => buildSchema({ ...options, output }));
    };
    const [warm, build] = await least(SMALL_ROUNDS, [edit, whole]);
    return [{ name: "watch: rebuild of one changed file in 1,000 ÷ a build", ratio: warm / build, must: 0.1, note: `${ms(warm)} ÷ ${ms(build)}` }];
  },
  async repeat() {
    const times = [];
    for (let n = 0; n < 100; n++) {
      anew();
      times.push(await ours(small)());
    }
    const [first, last] = [times.slice(0, 10), times.slice(-10)].map((ten) => ten.reduce((sum, time) => sum + time, 0));
    return [
      { name: "100 builds in one process: the last ten ÷ the first ten", ratio: last / first, must: 1.1, note: `${ms(last / 10)} ÷ ${ms(first / 10)} a build` },
    ];
  },
  async start() {
    const run = (args) => () => timed(() => execFileSync(process.execPath, args, { cwd: small, stdio: "ignore" }));
    const [build, bare] = await least(values.quick ? 8 : 25, [run([CLI, "sql", "build", ".", "-o", output]), run(["-e", "0"])], anew);
    return [{ name: "haforu sql build of 1,000 files: ms beyond Node's start", ratio: build - bare, must: 60, note: `${ms(build)} − ${ms(bare)}` }];
  },
};

console.log(`${cpus()[0]?.model ?? ""}, ${availableParallelism()} cores; Node ${process.version}${values.quick ? "; --quick: fewer rounds" : ""}\n`);
const table = [`| ${"row".padEnd(78)} | measured | must | |`, `| ${"-".repeat(78)} | --- | --- | --- |`];
for (const line of table) console.log(line);
let missed = 0;
for (const [section, rows] of Object.entries(sections)) {
  if (!section.includes(values.only)) continue;
  for (const { name, ratio, must, atLeast, note } of await rows()) {
    const good = atLeast ? ratio >= must : ratio <= must;
    if (!good) missed++;
    const measured = ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(3);
    const line = `| ${name.padEnd(78)} | ${good ? measured : `**${measured}** missed`} | ${atLeast ? "≥" : "≤"} ${must} | ${note} |`;
    console.log(line);
    table.push(line);
  }
}
if (values.write) write();
console.log(missed === 0 ? "\nevery bound holds" : `\n${missed} bounds missed`);
process.exit(missed === 0 ? 0 : 1);

/** Rows measured now replace those of the same name in docs/sql.md; the others stay. */
function write() {
  const path = fileURLToPath(new URL("../docs/sql.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const [begin, end] = ["<!-- bench:begin -->\n", "<!-- bench:end -->"];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`${path} has no bench:begin and bench:end`);
  const named = (lines) => lines.filter((line) => line.startsWith("|")).map((line) => [line.split("|")[1].trim(), line]);
  const merged = new Map([
    ...named(table.slice(0, 1)),
    ["---", table[1]],
    ...named(text.slice(from, to).split("\n")).filter(([name]) => !/^(?:-+|row)$/.test(name)),
    ...named(table.slice(2)),
  ]);
  writeFileSync(path, `${text.slice(0, from)}${[...merged.values()].join("\n")}\n${text.slice(to)}`);
}
