// Rows of comparing two fonts of some 1,000 glyphs: what the pixel level costs beside drawing, glyph pairs a second, and two workers against one.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ComparedFace } from "../packages/haforu/dist/compare/face.js";
import { GlyphLabels } from "../packages/haforu/dist/compare/glyphs.js";
import { resolveCompareOptions } from "../packages/haforu/dist/compare/options.js";
import { pairGlyphs } from "../packages/haforu/dist/compare/pair-glyphs.js";
import { Pictures } from "../packages/haforu/dist/compare/pixels.js";
import { Engine } from "../packages/haforu/dist/engine/boundary.js";
import { engineModule } from "../packages/haforu/dist/engine/load.js";

const CLI = fileURLToPath(new URL("../packages/haforu/bin/haforu.js", import.meta.url));

function open(engine, path) {
  const bytes = readFileSync(path);
  const info = () => {
    const data = engine.allocateFont(bytes.length);
    engine.view(data, bytes.length).set(bytes);
    return data;
  };
  const { faces } = JSON.parse(engine.fileInfo(info(), bytes.length));
  return new ComparedFace(engine, engine.createFont(info(), bytes.length, 0), faces[0]);
}

/** The pixel level of glyphs, and the same drawing alone. */
function pixelLevel(oldFont, newFont, sizes) {
  const engine = new Engine(engineModule());
  const faces = [open(engine, oldFont), open(engine, newFont)];
  const places = [{ at: {}, old: faces[0].instance({}), new: faces[1].instance({}) }];
  const paired = pairGlyphs(...faces);
  const labels = new GlyphLabels(faces[1]);
  const options = resolveCompareOptions({ sizes });
  const drawn = paired.pairs.map((pair) => ({ pair, places: [0] }));
  const level = () => {
    const pictures = new Pictures(faces, places, options);
    const found = pictures.compareGlyphs(drawn, labels);
    pictures.close();
    return found.length;
  };
  // What the level draws, on two canvases that take the sizes that it gives them.
  const calls = [];
  const draw = engine.renderGlyph.bind(engine);
  const make = engine.createCanvas.bind(engine);
  const resize = engine.resizeCanvas.bind(engine);
  const sizesOf = new Map();
  engine.createCanvas = (width, height, invert) => {
    const canvas = make(width, height, invert);
    sizesOf.set(canvas, [width, height]);
    return canvas;
  };
  engine.resizeCanvas = (canvas, width, height) => {
    resize(canvas, width, height);
    sizesOf.set(canvas, [width, height]);
  };
  engine.renderGlyph = (instance, glyph, size, x, y, canvas) => {
    calls.push([instance, glyph, size, x, y, ...sizesOf.get(canvas), calls.length % 2]);
    draw(instance, glyph, size, x, y, canvas);
  };
  const pictures = level();
  delete engine.createCanvas;
  delete engine.resizeCanvas;
  delete engine.renderGlyph;
  const renders = () => {
    const canvases = [engine.createCanvas(1, 1, false), engine.createCanvas(1, 1, false)];
    for (const [instance, glyph, size, x, y, width, height, side] of calls) {
      engine.resizeCanvas(canvases[side], width, height);
      engine.renderGlyph(instance, glyph, size, x, y, canvases[side]);
    }
    for (const canvas of canvases) engine.releaseCanvas(canvas);
    return calls.length;
  };
  return { level, renders, pictures, pairs: paired.pairs.length };
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function command(args) {
  return timed(() => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, "compare", ...args, "--list", "0"], { encoding: "utf8" });
    if (status !== 1) throw new Error(`haforu compare ended with ${status}: ${stderr}`);
  });
}

/** @param {{ oldFont: string, newFont: string, rounds: number }} options */
export function compareFontsRows({ oldFont, newFont, rounds }) {
  const rows = [];
  for (const size of [100, 400]) {
    const { level, renders, pictures, pairs } = pixelLevel(oldFont, newFont, [size]);
    let [together, alone] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < rounds; i++) {
      together = Math.min(together, timed(level));
      alone = Math.min(alone, timed(renders));
    }
    const note = `${pairs} pairs, ${pictures} drawn differently: ${((together / pictures) * 1000).toFixed(1)} µs a pair, ${((alone / pictures) * 1000).toFixed(1)} drawing`;
    rows.push({ name: `compare: pixel level at ${size} px ÷ the renders alone`, ratio: together / alone, must: 1.5, aim: 1.5, note });
  }
  // Starting a worker, opening the fonts in it and compiling beside both cost a few tenths of a second of processor time, however much there is to compare: what is halved is the work.
  // So twice: work of under two seconds, and of some four.
  const works = [
    { name: "15 sizes to 2000 px", flags: ["--sizes", "100,200,300,400,500,600,700,800,900,1000,1200,1400,1600,1800,2000"] },
    { name: "all measures at 4 sizes to 800 px", flags: ["--sizes", "100,200,400,800", "--measures", "rmse,iou,ssim"] },
  ].map((work) => ({ ...work, one: Number.POSITIVE_INFINITY, two: Number.POSITIVE_INFINITY }));
  let whole = Number.POSITIVE_INFINITY;
  for (let i = 0; i < Math.max(3, rounds >> 4); i++) {
    whole = Math.min(whole, command([oldFont, newFont]));
    for (const work of works) {
      work.one = Math.min(work.one, command([oldFont, newFont, ...work.flags, "--jobs", "1"]));
      work.two = Math.min(work.two, command([oldFont, newFont, ...work.flags, "--jobs", "2"]));
    }
  }
  const { pairs } = pixelLevel(oldFont, newFont, [100]);
  const rate = `${whole.toFixed(0)} ms with starting the program`;
  rows.push({ name: "compare: all levels, glyph pairs a second", ratio: (pairs / whole) * 1000, must: 0, aim: 0, atLeast: true, note: rate });
  for (const { name, one, two } of works) {
    rows.push({ name: `compare: two threads ÷ one, ${name}`, ratio: two / one, must: 0.6, aim: 0.6, note: `${two.toFixed(0)} ms and ${one.toFixed(0)} ms` });
  }
  return rows;
}
