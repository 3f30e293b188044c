// One run of the engine alone, in a process of its own (any Node): MODE FONT SIZE_PX ROUNDS [WIDTH HEIGHT [THREADS]]; prints a line of JSON.
// MODE render: shape + draw + rasterise + clear; measure: the same without a picture; both give the least time of ROUNDS.
// total: ROUNDS glyphs measured one after the other, shared by THREADS engines side by side (one module, an engine a thread), and the CPU time
// of the whole process for them, its compiler's with it. `check` tells that all drew what they should.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { bestUs, canvasOf, compiled, Direct, LETTERS } from "./direct.mjs";

const [mode, font, size, rounds, width, height, threads = "1"] = isMainThread ? process.argv.slice(2) : workerData.args;
const sizePx = Number(size);
const canvas = width === undefined ? canvasOf(sizePx) : { width: Number(width), height: Number(height), penX: 0, penY: Number(height) * 0.75 };
const measures = mode !== "render";

function makeEngine(module) {
  const engine = new Direct({ font, sizePx, ...canvas, module });
  return { engine, run: measures ? () => engine.measure() : () => engine.render() };
}

function many({ engine, run }, count) {
  for (let i = 0; i < count; i++) {
    engine.letter(LETTERS.charCodeAt(i % LETTERS.length));
    run();
  }
}

const leastUs = ({ engine, run }) =>
  bestUs(Number(rounds), sizePx, (code) => {
    engine.letter(code);
    run();
  });

function checkOf({ engine, run }) {
  engine.letter("Q".charCodeAt(0));
  run();
  const check = measures ? engine.inkArea() : createHash("sha256").update(engine.pixels()).digest("hex").slice(0, 16);
  if (check === 0) throw new Error("nothing was measured");
  return check;
}

/** CPU time a glyph of threads that work side by side, in µs, from when all their engines are made; and their checks. */
async function sideBySide(count) {
  const module = compiled();
  const workers = Array.from({ length: count }, () => new Worker(fileURLToPath(import.meta.url), { workerData: { args: process.argv.slice(2), module } }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const before = process.cpuUsage();
  const done = Promise.all(workers.map((worker) => once(worker, "message")));
  for (const worker of workers) worker.postMessage(Math.trunc(Number(rounds) / count));
  const checks = (await done).map(([check]) => check);
  const { user, system } = process.cpuUsage(before);
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (new Set(checks).size !== 1) throw new Error(`the threads measured ${checks.join(" and ")}`);
  return { usPerGlyph: (user + system) / Number(rounds), check: checks[0] };
}

async function alone() {
  const made = makeEngine();
  if (mode !== "total") return { usPerGlyph: leastUs(made), check: checkOf(made) };
  const before = process.cpuUsage();
  many(made, Number(rounds));
  const { user, system } = process.cpuUsage(before);
  return { usPerGlyph: (user + system) / Number(rounds), check: checkOf(made) };
}

if (isMainThread) {
  const { usPerGlyph, check } = threads === "1" ? await alone() : await sideBySide(Number(threads));
  console.log(JSON.stringify({ mode, node: process.version, size_px: sizePx, us_per_glyph: usPerGlyph, check }));
} else {
  const made = makeEngine(workerData.module);
  parentPort.once("message", (count) => {
    many(made, count);
    parentPort.postMessage(checkOf(made));
    parentPort.unref();
  });
  parentPort.postMessage("ready");
}
