// Times shaping in this process, all ways in turns, the least of each: a text at once by the engine's call, at once with its records, as a stream with its records.
// usage: node bench/shape-engine.mjs FONT TEXT ROUNDS   prints nanoseconds a code point, hashes over ids and advances, and the stream's counters, as JSON
import { readFileSync } from "node:fs";
import process from "node:process";
import { createShaping } from "haforu";
import { Direct } from "./direct.mjs";

/** UTF-16 units of the short text whose first flush is timed. */
const BEGINNING = 2000;

const [font, file, rounds] = process.argv.slice(2);
const bytes = readFileSync(file);
const text = bytes.toString();
const points = [...text].length;

const shaping = createShaping();
// Holds the font open: what a stream takes is measured, not the reading of a file.
shaping.createShaper(font, { sink: () => {} });
const direct = new Direct({ font, sizePx: 16, width: 64, height: 64, penX: 0, penY: 0 });
const { calls } = direct;
const spec = calls.hf_alloc(32);
const input = calls.hf_alloc(bytes.length);
new Uint8Array(calls.memory.buffer).set(bytes, input);
new Uint32Array(calls.memory.buffer).set([input, bytes.length, 0, 0, 0, 0, 0, 0], spec >> 2);

/** FNV-1a over ids and x advances, as the native peer has it; records stand `step` words apart. */
function fnv(check, ids, advances, length, step) {
  let hash = check;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ ids[i * step], 16777619);
    hash = Math.imul(hash ^ advances[i * step], 16777619);
  }
  return hash >>> 0;
}

let stats;
const sides = {
  call: () => {
    if (calls.hf_shape(direct.instance, spec) !== 0) throw new Error("hf_shape failed");
    return () => {
      const [records, count] = new Uint32Array(calls.memory.buffer, calls.hf_glyphs(), 2);
      const words = new Int32Array(calls.memory.buffer, records, count * 7);
      return fnv(2166136261, words, words.subarray(2), count, 7);
    };
  },
  whole: () => {
    const { ids, xAdvances } = shaping.shapeText(font, text, { unsafeToConcat: true, order: "logical" });
    return () => fnv(2166136261, ids, xAdvances, ids.length, 1);
  },
  stream: () => {
    const flushes = [];
    const shaper = shaping.createShaper(font, { order: "logical", sink: (flush) => flushes.push(flush) });
    shaper.push(text);
    shaper.end();
    ({ stats } = shaper);
    return () => flushes.reduce((hash, { ids, xAdvances }) => fnv(hash, ids, xAdvances, ids.length, 1), 2166136261);
  },
};
/** Up to the first flush of a text given at once; the rest is dropped. */
function firstFlush(whole) {
  const shaper = shaping.createShaper(font, {
    sink: () => {
      throw FIRST;
    },
  });
  try {
    shaper.push(whole);
  } catch (error) {
    if (error !== FIRST) throw error;
  }
}
const FIRST = new Error("the first flush");

const ns = {};
const checks = {};
for (let round = 0; round < Number(rounds); round++)
  for (const [side, run] of Object.entries(sides)) {
    const started = process.hrtime.bigint();
    const check = run();
    ns[side] = Math.min(ns[side] ?? Number.POSITIVE_INFINITY, Number(process.hrtime.bigint() - started));
    checks[side] = check();
  }
if (checks.whole !== checks.stream) throw new Error("the stream's glyphs are others than those of the whole");
// The beginning alone and the whole, in turns: what comes behind the first flush must not count.
const beginning = text.slice(0, BEGINNING);
const first = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
for (let round = 0; round < Number(rounds) * 4; round++)
  for (const [i, one] of [beginning, text].entries()) {
    const started = process.hrtime.bigint();
    firstFlush(one);
    first[i] = Math.min(first[i], Number(process.hrtime.bigint() - started) / 1000);
  }
console.log(JSON.stringify({ points, call: ns.call / points, whole: ns.whole / points, stream: ns.stream / points, first, check: checks.call, stats }));
