// Rows over whole commands: `haforu batch` in CPU a job, jobs a second, against a pipe that only writes, in memory; many fonts × instances; start-up.
import { execFileSync } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LETTERS } from "./direct.mjs";
import { runIntoPipe, runProcess } from "./process.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(ROOT, "packages/haforu/bin/haforu.js");
const ENGINE = fileURLToPath(new URL("engine.mjs", import.meta.url));
const MIB = 1 << 20;
/** Letters in a chunk of input: long enough that the generator is not what is measured. */
const CHUNK_LINES = 2000;

function job(id, path, letter, rendering, font = {}) {
  return `${JSON.stringify({ id: String(id), font: { path, size: 1000, ...font }, text: { content: letter, script: "Latn", direction: "ltr", language: "en" }, rendering })}\n`;
}

const METRICS = { format: "metrics", encoding: "json", width: 3000, height: 1200 };
const PICTURE = { format: "pgm", encoding: "base64", width: 3000, height: 1200 };

function* lines(count, make) {
  for (let from = 0; from < count; from += CHUNK_LINES) {
    let text = "";
    for (let i = from; i < Math.min(count, from + CHUNK_LINES); i++) text += make(i);
    yield Buffer.from(text);
  }
}

function letterJobs(count, font, rendering) {
  return lines(count, (i) => job(i, font, LETTERS[i % LETTERS.length], rendering));
}

/** Jobs go through a file: making them in this process at the same time would take a core from what is measured. */
async function batch(node, args, input, onLook, run = runProcess) {
  const file = join(tmpdir(), `haforu-bench-${process.pid}.jsonl`);
  const handle = openSync(file, "w");
  for (const piece of input) writeSync(handle, piece);
  closeSync(handle);
  const done = await run(node, [CLI, "batch", file, "--no-timing", "--progress", "never", ...args], { onLook });
  rmSync(file);
  if (done.status !== 0) throw new Error(`haforu batch ended with ${done.status}: ${done.errors.slice(0, 2000)}`);
  return done;
}

/**
 * 100,000 metrics jobs at 1000 px, two workers: CPU a job over the engine's own for the same 100,000 glyphs (both the CPU time of whole processes, their
 * compilers' with it, less what starting costs), and jobs a second. The engine alone does them on as many threads as there are workers, since two cores
 * that work take from each other whatever runs on them; over one thread with the rest of the machine idle, the ratio stands in the note.
 */
export async function throughputRows({ node, font, count }) {
  let cpuUs = Number.POSITIVE_INFINITY;
  let perS = 0;
  let engineUs = Number.POSITIVE_INFINITY;
  let singleUs = Number.POSITIVE_INFINITY;
  let leastUs = Number.POSITIVE_INFINITY;
  const alone = (mode, rounds, threads) =>
    JSON.parse(execFileSync(node, [ENGINE, mode, font, "1000", String(rounds), "3000", "1200", String(threads)], { encoding: "utf8" })).us_per_glyph;
  // What other machines of the same host take from this one's caches moves both sides by a tenth within minutes: enough passes for both to find a quiet moment.
  for (let pass = 0; pass < 10; pass++) {
    engineUs = Math.min(engineUs, alone("total", count, 2));
    singleUs = Math.min(singleUs, alone("total", count, 1));
    leastUs = Math.min(leastUs, alone("measure", 60, 1));
    // What starting costs is taken off: a batch of one job.
    const empty = await batch(node, ["--jobs", "2"], letterJobs(1, font, METRICS));
    const full = await batch(node, ["--jobs", "2"], letterJobs(count, font, METRICS));
    cpuUs = Math.min(cpuUs, ((full.cpuMs - empty.cpuMs) * 1000) / count);
    perS = Math.max(perS, count / ((full.wallMs - empty.wallMs) / 1000));
  }
  return [
    {
      name: `batch, metrics, ${count} jobs: CPU a job ÷ engine alone`,
      ratio: cpuUs / engineUs,
      must: 1.35,
      aim: 1.15,
      note: `${cpuUs.toFixed(1)} µs ÷ ${engineUs.toFixed(1)} µs; ÷ one engine on an idle machine ${(cpuUs / singleUs).toFixed(3)} (${singleUs.toFixed(1)} µs; its least round: ${leastUs.toFixed(1)} µs)`,
    },
    { name: "the same, jobs a second on two cores", ratio: perS, must: 50_000, aim: 80_000, atLeast: true, note: "" },
  ];
}

/** A pipe's writer: the same bytes from one process to this one, one asynchronous write after the other. */
const WRITER = `const { write } = require("node:fs"); const line = Buffer.alloc(Number(process.argv[1]), 97); line[line.length - 1] = 10; let left = Number(process.argv[2]);
(function next(offset) { if (left === 0) return; write(1, line, offset, line.length - offset, null, (error, n) => { if (error) throw error; if (offset + n < line.length) next(offset + n); else { left--; next(0); } }); })(0);`;

/** 3000×1200 pictures to a pipe: time over writing as many bytes to such a pipe, in turns; peak memory of 5,000 of them. */
export async function pictureRows({ node, font, count, memoryCount }) {
  const { written, peakBytes } = await batch(node, ["--jobs", "2"], letterJobs(memoryCount, font, PICTURE));
  const length = Math.round(written / memoryCount);
  let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let peak = peakBytes;
  for (let pass = 0; pass < 4; pass++) {
    const writes = await runIntoPipe(node, ["-e", WRITER, String(length), String(count)]);
    const pictures = await batch(node, ["--jobs", "2"], letterJobs(count, font, PICTURE), undefined, runIntoPipe);
    peak = Math.max(peak, pictures.peakBytes);
    ours = Math.min(ours, pictures.wallMs / count);
    theirs = Math.min(theirs, writes.wallMs / count);
  }
  return [
    {
      name: "batch, pgm 3000×1200 to a pipe ÷ writing the same bytes",
      ratio: ours / theirs,
      must: 1.3,
      aim: 1.05,
      note: `${ours.toFixed(2)} ms ÷ ${theirs.toFixed(2)} ms a picture`,
    },
    { name: `peak memory of ${memoryCount} such jobs, MB`, ratio: peak / MIB, must: 300, aim: 200, note: "" },
  ];
}

/** Metrics jobs without end: memory at the end against memory at a tenth. */
export async function flatMemoryRows({ node, font, count }) {
  const few = await batch(node, ["--jobs", "2"], letterJobs(1000, font, METRICS));
  const tenth = (few.written / 1000) * (count / 10);
  let [atTenth, atEnd] = [0, 0];
  const done = await batch(node, ["--jobs", "2"], letterJobs(count, font, METRICS), ({ residentBytes, written }) => {
    if (atTenth === 0 && written >= tenth) atTenth = residentBytes;
    // The last look may fall into the process's end, when memory is given back: the largest of the last tenth counts.
    if (written >= 9 * tenth) atEnd = Math.max(atEnd, residentBytes);
  });
  return [
    { name: `peak memory of ${count} metrics jobs, MB`, ratio: done.peakBytes / MIB, must: 300, aim: 200, note: "" },
    {
      name: "memory at the end − at a tenth, MB",
      ratio: (atEnd - atTenth) / MIB,
      must: 10,
      aim: 10,
      note: `${(atTenth / MIB).toFixed(0)} → ${(atEnd / MIB).toFixed(0)} MB`,
    },
  ];
}

/** Font files × instances, shuffled by a seed: peak at the default budgets. And hits of 1,000 renders over 50 instances. */
export async function fontRows({ node, variableFont, files, instances }) {
  const folder = mkdtempSync(join(tmpdir(), "haforu-fonts-"));
  try {
    mkdirSync(join(folder, "fonts"));
    for (let i = 0; i < files; i++) copyFileSync(variableFont, join(folder, "fonts", `${i}.ttf`));
    const order = Uint32Array.from({ length: files * instances }, (_, i) => i);
    let seed = 12345;
    for (let i = order.length - 1; i > 0; i--) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const j = seed % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const wght = (i) => 200 + (i * 700) / Math.max(1, instances - 1);
    const shuffled = lines(order.length, (i) =>
      job(i, join(folder, "fonts", `${order[i] % files}.ttf`), LETTERS[i % 52], METRICS, { variations: { wght: wght(Math.floor(order[i] / files)) } }),
    );
    const many = await batch(node, ["--jobs", "2"], shuffled);
    const fifty = lines(1000, (i) => job(i, variableFont, "a", METRICS, { variations: { wght: 200 + ((i * 7) % 50) * 14 } }));
    const cached = await batch(node, ["--jobs", "2", "--stats"], fifty);
    const stats = JSON.parse(cached.errors.trim().split("\n").at(-1));
    const { hits, misses } = instanceCounters(stats);
    return [
      {
        name: `peak memory of ${files} fonts × ${instances} instances, MB`,
        ratio: many.peakBytes / MIB,
        must: 1024,
        aim: 700,
        note: `${(many.wallMs / 1000).toFixed(1)} s`,
      },
      {
        name: "instance cache hits of 1,000 renders over 50 instances, %",
        ratio: (100 * hits) / (hits + misses),
        must: 90,
        aim: 95,
        atLeast: true,
        note: `${hits} hits, ${misses} misses`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The instance counters of `--stats`, wherever the line has them. */
function instanceCounters(stats) {
  const flat = {};
  (function walk(value, path) {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === "number") flat[`${path}${key}`] = inner;
      else if (inner !== null && typeof inner === "object") walk(inner, `${path}${key}.`);
    }
  })(stats, "");
  const find = (what) => Object.entries(flat).find(([key]) => /instance/.test(key) && key.includes(what))?.[1];
  const [hits, misses] = [find("hit"), find("miss")];
  if (hits === undefined || misses === undefined) throw new Error(`--stats has no instance hits and misses: ${JSON.stringify(stats)}`);
  return { hits, misses };
}

/** `haforu render` of one glyph over `node -e 0`, wall time of whole processes. */
export async function startRows({ node, font }) {
  const folder = mkdtempSync(join(tmpdir(), "haforu-start-"));
  try {
    let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let pass = 0; pass < 7; pass++) {
      const wall = (args) => {
        const start = performance.now();
        execFileSync(node, args, { stdio: "ignore" });
        return performance.now() - start;
      };
      theirs = Math.min(theirs, wall(["-e", "0"]));
      ours = Math.min(ours, wall([CLI, "render", font, "a", "--output-file", join(folder, `${pass}.png`)]));
    }
    return [
      { name: "haforu render of one glyph ÷ node -e 0", ratio: ours / theirs, must: 2.5, aim: 2, note: `${ours.toFixed(0)} ms ÷ ${theirs.toFixed(0)} ms` },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a file of jobs, for profiling by hand: node bench/batch.mjs FILE COUNT FONT. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file, count, font] = process.argv;
  writeFileSync(file, [...letterJobs(Number(count), font, METRICS)].map(String).join(""));
}
