// Matching against targets whose coordinates are known: rendered from the same font at seeded random points of three axes. How many are found within 2 % of every axis' range?
// usage: node test/align/match-cases.mjs [cases = 100] [seed = 1] [size in px per em = 1000] [budget in renders = 300]
import { pathToFileURL } from "node:url";
import { createSession } from "haforu";
import { fontPath } from "../fonts/fonts.mjs";

const AXES = ["wght", "wdth", "slnt"];
const TEXT = "Rag";
const NEAR = 0.02;

/** mulberry32: a generator of numbers in [0, 1). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {{ cases: number, seed: number, size: number, budget: number }} options
 * @returns {{ found: number, renders: number, msEach: number, missed: string[] }}
 */
export function matchCases({ cases, seed, size, budget }) {
  const session = createSession({ timing: false });
  const font = fontPath("roboto-flex-woff2");
  const axes = session.fontInfo(font).faces[0].axes.filter((axis) => AXES.includes(axis.tag));
  const next = random(seed);
  const canvas = { width: Math.ceil(size * 2.2), height: Math.ceil(size * 1.3) };
  let [found, renders, ms] = [0, 0, 0];
  const missed = [];
  for (let i = 0; i < cases; i++) {
    const known = Object.fromEntries(axes.map(({ tag, min, max }) => [tag, min + (max - min) * next()]));
    const data = session.renderToBytes({ font, text: TEXT, size, ...canvas, variations: known }).slice();
    const start = performance.now();
    const result = session.match({
      font,
      size,
      budget,
      axes: Object.fromEntries(AXES.map((tag) => [tag, {}])),
      targets: [{ text: TEXT, image: { ...canvas, data } }],
    });
    ms += performance.now() - start;
    renders += result.renders;
    const off = axes.map(({ tag, min, max }) => Math.abs(result.coordinates[tag] - known[tag]) / (max - min));
    if (Math.max(...off) <= NEAR) found++;
    else missed.push(`case ${i}: off by ${off.map((part) => `${(part * 100).toFixed(1)} %`).join(", ")}, score ${result.score}`);
  }
  session.dispose();
  return { found, renders, msEach: ms / cases, missed };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [cases, seed, size, budget] = [100, 1, 1000, 300].map((fallback, i) => Number(process.argv[i + 2] ?? fallback));
  const { found, renders, msEach, missed } = matchCases({ cases, seed, size, budget });
  for (const line of missed) console.log(line);
  console.log(
    `${found} of ${cases} found within ${NEAR * 100} % of each of ${AXES.join(", ")}; ${(renders / cases).toFixed(0)} renders and ${msEach.toFixed(1)} ms a case`,
  );
  process.exit(found >= cases * 0.95 ? 0 : 1);
}
