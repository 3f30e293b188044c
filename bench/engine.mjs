// One run of the engine alone, in a process of its own (any Node): MODE FONT SIZE_PX ROUNDS [WIDTH HEIGHT]; prints a line of JSON.
// MODE render: shape + draw + rasterise + clear; measure: the same without a picture; both give the least time of ROUNDS.
// total: ROUNDS glyphs measured one after the other, and the CPU time of the whole process for them, its compiler's with it. `check` tells that both drew what they should.
import { createHash } from "node:crypto";
import { bestUs, canvasOf, Direct, LETTERS } from "./direct.mjs";

const [mode, font, size, rounds, width, height] = process.argv.slice(2);
const sizePx = Number(size);
const canvas = width === undefined ? canvasOf(sizePx) : { width: Number(width), height: Number(height), penX: 0, penY: Number(height) * 0.75 };
const engine = new Direct({ font, sizePx, ...canvas });
const run = mode !== "render" ? () => engine.measure() : () => engine.render();

function totalUs(count) {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    engine.letter(LETTERS.charCodeAt(i % LETTERS.length));
    run();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

const leastUs = () =>
  bestUs(Number(rounds), sizePx, (code) => {
    engine.letter(code);
    run();
  });
const usPerGlyph = mode === "total" ? totalUs(Number(rounds)) : leastUs();
engine.letter("Q".charCodeAt(0));
run();
const check = mode !== "render" ? engine.inkArea() : createHash("sha256").update(engine.pixels()).digest("hex").slice(0, 16);
if (check === 0) throw new Error("nothing was measured");
console.log(JSON.stringify({ mode, node: process.version, size_px: sizePx, us_per_glyph: usPerGlyph, check }));
