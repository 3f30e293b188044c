// Rows over single glyphs: the engine ÷ HarfBuzz + FreeType, ÷ hb-raster, metrics ÷ FreeType with a metrics pass, and the error at edge pixels.
// Runs of all sides are interleaved, each a short process; the least time of each counts.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canvasOf, Direct, LETTERS } from "./direct.mjs";

const ENGINE = fileURLToPath(new URL("engine.mjs", import.meta.url));
const SIZES_PX = [16, 64, 256, 1000];

/** What must hold and what we aim at, for each size. */
const BOUNDS = {
  freetype: { must: [1.15, 0.9, 0.48, 0.45], aim: [0.75, 0.65, 0.35, 0.33] },
  raster: { must: [0.9, 0.48, 0.12, 0.05], aim: [0.6, 0.35, 0.09, 0.04] },
  metrics: { must: [1.1, 0.85, 0.4, 0.28], aim: [0.7, 0.6, 0.3, 0.22] },
};

function json(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 }));
}

/** Times of all sides at one size, in µs a glyph: the least of `passes` interleaved passes. */
function times({ peers, node, font, sizePx, passes, rounds }) {
  const sides = {
    engine: () => json(node, [ENGINE, "render", font, String(sizePx), String(rounds)]),
    measure: () => json(node, [ENGINE, "measure", font, String(sizePx), String(rounds)]),
    load: () => json(peers, ["freetype-load", font, String(sizePx), String(rounds)]),
    draw: () => json(peers, ["freetype-draw", font, String(sizePx), String(rounds)]),
    metrics: () => json(peers, ["freetype-metrics", font, String(sizePx), String(rounds)]),
    raster: () => json(peers, ["raster", font, String(sizePx), String(rounds)]),
    tight: () => json(peers, ["raster-tight", font, String(sizePx), String(rounds)]),
  };
  const best = {};
  const checks = {};
  for (let pass = 0; pass < passes; pass++)
    for (const [side, run] of Object.entries(sides)) {
      const { us_per_glyph: us, check } = run();
      best[side] = Math.min(best[side] ?? Number.POSITIVE_INFINITY, us);
      // hb-raster's check depends on how often it ran; the others must draw the same every time.
      checks[side] ??= check;
      if (side !== "raster" && side !== "tight" && checks[side] !== check)
        throw new Error(`${side} at ${sizePx} px drew something else: ${check}, before ${checks[side]}`);
    }
  return best;
}

/** Speed rows: for each size the ratio to the faster of FreeType's two ways (its own loader, HarfBuzz's outline), to hb-raster, and of metrics. */
export function speedRows(options) {
  return SIZES_PX.flatMap((sizePx, i) => {
    const { engine, measure, load, draw, metrics, raster, tight } = times({ ...options, sizePx });
    const freetype = Math.min(load, draw);
    const us = (value) => `${value.toFixed(2)} µs`;
    const row = (name, ours, theirs, bounds) => ({
      name: `${name}, ${sizePx} px`,
      ratio: ours / theirs,
      must: bounds.must[i],
      aim: bounds.aim[i],
      note: `${us(ours)} ÷ ${us(theirs)}`,
    });
    return [
      row("glyph ÷ HarfBuzz + FreeType", engine, freetype, BOUNDS.freetype),
      row("glyph ÷ hb-raster", engine, Math.min(raster, tight), BOUNDS.raster),
      row("metrics ÷ HarfBuzz + FreeType + metrics pass", measure, metrics, BOUNDS.metrics),
    ];
  });
}

/** Mean error against exact coverage over the pixels on an edge, in 1/255, of the engine and of FreeType. */
export function errorRows({ peers, font }) {
  return [16, 64, 256].flatMap((sizePx) => {
    const out = join(tmpdir(), `haforu-pictures-${process.pid}`);
    const canvas = canvasOf(sizePx);
    json(peers, ["pictures", font, String(sizePx), "1", out]);
    const file = readFileSync(out);
    rmSync(out);
    const area = canvas.width * canvas.height;
    const engine = new Direct({ font, sizePx, ...canvas });
    let ours = 0;
    let theirs = 0;
    let edges = 0;
    for (let i = 0; i < LETTERS.length; i++) {
      const at = i * area * 5;
      const exact = new Float32Array(file.buffer.slice(file.byteOffset + at + area, file.byteOffset + at + area * 5));
      engine.letter(LETTERS.charCodeAt(i));
      engine.render();
      const pixels = engine.pixels();
      for (let p = 0; p < area; p++) {
        const coverage = exact[p] * 255;
        // An edge pixel is one that is neither blank nor full, give or take what single precision leaves.
        if (coverage < 0.01 || coverage > 254.99) continue;
        edges++;
        ours += Math.abs(255 - pixels[p] - coverage);
        theirs += Math.abs(file[at + p] - coverage);
      }
    }
    const [error, peer] = [ours / edges, theirs / edges];
    return [
      { name: `error at edge pixels in 1/255, ${sizePx} px`, ratio: error, must: 2, aim: 1, note: `FreeType ${peer.toFixed(2)}, ${edges} pixels` },
      { name: `error ÷ FreeType's, ${sizePx} px`, ratio: error / peer, must: 0.5, aim: 0.5, note: "" },
    ];
  });
}
