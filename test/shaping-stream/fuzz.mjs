// Parity of streams by seeded cases, in as many threads as there are cores: prints each difference with the smallest text that shows it.
// usage: node test/shaping-stream/fuzz.mjs [--cases 200000] [--seed 1] [--family NAME] [--one SEED] [--naive RULES] [--workers N] [--no-shrink]
import { availableParallelism } from "node:os";
import process from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { createShaping } from "haforu";
import { caseOf, FAMILIES } from "./cases.mjs";
import { parity } from "./parity.mjs";
import { shrink, told } from "./shrink.mjs";

/** Cases that a thread takes at a time. */
const BLOCK = 500;
/** Differences printed in full. */
const MOST_SHOWN = 10;

/** @typedef {{ cases: number, glyphs: number, forced: number, doubted: number, shown: string[], bad: number, seeds: number[] }} Sum */

/**
 * Runs cases of the seeds [from, to).
 * @param {number} from @param {number} to @param {{ family?: string, naive: number, shrink: boolean }} how @returns {Sum}
 */
export function runCases(from, to, how) {
  const shaping = createShaping();
  const sum = { cases: 0, glyphs: 0, forced: 0, doubted: 0, shown: /** @type {string[]} */ ([]), bad: 0, seeds: /** @type {number[]} */ ([]) };
  for (let seed = from; seed < to; seed++) {
    const sample = caseOf(seed);
    if (how.family !== undefined && sample.family !== how.family) continue;
    const outcome = attempt(shaping, sample, how.naive);
    sum.cases++;
    sum.glyphs += outcome.glyphs;
    if (outcome.forced > 0) sum.forced++;
    // Cuts that a later shaping of their surroundings did not confirm, although every record is right.
    else if (outcome.defects > 0 && outcome.difference === undefined) sum.doubted++;
    if (outcome.difference === undefined) continue;
    sum.bad++;
    sum.seeds.push(seed);
    if (sum.shown.length >= MOST_SHOWN) continue;
    const small = how.shrink ? shrink(sample, (one) => attempt(shaping, one, how.naive).difference?.what === outcome.difference?.what) : sample;
    sum.shown.push(`${told(small)}\n  ${JSON.stringify(attempt(shaping, small, how.naive).difference, undefined, 1)}`);
  }
  shaping.dispose();
  return sum;
}

/** @param {import("haforu").Shaping} shaping @param {import("./cases.mjs").Case} sample @param {number} naive */
function attempt(shaping, sample, naive) {
  try {
    return parity(shaping, sample, naive);
  } catch (error) {
    const { code = "thrown" } = /** @type {{ code?: string }} */ (error);
    return { difference: { what: code, expected: "no error", got: String(error) }, forced: 0, defects: 0, glyphs: 0 };
  }
}

async function main() {
  const words = process.argv.slice(2);
  /** @param {string} name @param {number} fallback */
  const number = (name, fallback) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : fallback);
  const family = words.includes("--family") ? words[words.indexOf("--family") + 1] : undefined;
  if (family !== undefined && !FAMILIES.includes(family)) throw new Error(`--family ${family}: expected one of ${FAMILIES.join(", ")}`);
  const first = number("--one", number("--seed", 1));
  const count = words.includes("--one") ? 1 : number("--cases", 200_000);
  const how = { naive: number("--naive", 0), shrink: !words.includes("--no-shrink"), ...(family === undefined ? {} : { family }) };
  const total = { cases: 0, glyphs: 0, forced: 0, doubted: 0, bad: 0 };
  let shown = 0;
  let next = first;
  const started = Date.now();
  console.log(`seeds ${first} to ${first + count - 1}`);
  const workers = Math.max(1, Math.min(number("--workers", availableParallelism()), Math.ceil(count / BLOCK)));
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(new URL(import.meta.url), { workerData: how });
      try {
        while (next < first + count) {
          const from = next;
          next = Math.min(next + BLOCK, first + count);
          worker.postMessage([from, next]);
          const sum = /** @type {Sum} */ (
            await new Promise((resolve, reject) => {
              worker.removeAllListeners().once("message", resolve).once("error", reject);
            })
          );
          total.cases += sum.cases;
          total.glyphs += sum.glyphs;
          total.forced += sum.forced;
          total.doubted += sum.doubted;
          total.bad += sum.bad;
          for (const text of sum.shown) if (shown++ < MOST_SHOWN) console.log(`\n${text}`);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  const seconds = (Date.now() - started) / 1000;
  console.log(
    `${total.cases} cases, ${total.glyphs} glyphs, ${total.bad} differ, ${total.forced} with forced cuts (small buffers), ${total.doubted} with right cuts reported as defects, ${seconds.toFixed(0)} s`,
  );
  process.exitCode = total.bad > 0 ? 1 : 0;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  port.on("message", ([from, to]) => port.postMessage(runCases(from, to, workerData)));
} else if (process.argv[1] !== undefined && import.meta.url.endsWith("/fuzz.mjs") && process.argv[1].endsWith("fuzz.mjs")) {
  await main();
}
