// TypeScript's side of bench/hosts.mjs: for each line `ROUNDS WAY`, the least time of one call in µs and what came of it.
// usage: node bench/hosts/ways.mjs FONT SMALL.json LARGE.json JOBS.jsonl
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createSession, renderLines } from "haforu";

const [font, ...files] = process.argv.slice(2);
const [small, large, jobs] = files.map((file) => readFileSync(file, "utf8"));
const session = createSession({ timing: false });
const text = { font, text: "a", script: "Latn", direction: "ltr", language: "en" };
const SIZES = { small: { ...text, size: 64, width: 100, height: 100 }, large: { ...text, size: 1000, width: 3000, height: 1200 } };

const ink = (pixels) => pixels.reduce((sum, pixel) => sum + 255 - pixel, 0);
const WAYS = {
  view: (size) => [() => session.renderToBytes(SIZES[size]), ink],
  array: (size) => [() => session.renderToBytes(SIZES[size]).slice(), ink],
  measure: (size) => [() => session.metrics(SIZES[size]), ({ ink_area }) => ink_area.toFixed(3)],
  shape: () => [() => session.shape(text), ([glyph]) => `${glyph.id} ${glyph.xAdvance}`],
  job: (size) => {
    const line = size === "small" ? small : large;
    return [() => session.renderLine(line), (result) => (size === "small" ? result : result.length)];
  },
};

for await (const asked of createInterface({ input: process.stdin })) {
  const [rounds, way, size] = asked.split(" ");
  if (way === "batch") {
    const lines = jobs.trimEnd().split("\n");
    const began = process.hrtime.bigint();
    let bytes = 0;
    for await (const line of renderLines(lines, { timing: false })) bytes += line.length;
    console.log(`${Number(process.hrtime.bigint() - began) / 1000 / lines.length} ${bytes}`);
    continue;
  }
  const [call, told] = WAYS[way](size);
  let least = Number.POSITIVE_INFINITY;
  for (let round = Number(rounds); round > 0; round--) {
    const began = process.hrtime.bigint();
    call();
    least = Math.min(least, Number(process.hrtime.bigint() - began));
  }
  console.log(`${least / 1000} ${told(call())}`);
}
