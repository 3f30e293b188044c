// The benchmark of measuring and comparing: ratios in one interleaved run, printed beside what must hold and what we aim at.
// usage: npm run bench:measure -- [--only sweep|fonts|compare|match|report] [--quick] [--json FILE] [--write]
// Ends with status 1 when a row misses its "must".
import { writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { parseArgs } from "node:util";
import { fontPath } from "../test/fonts/fonts.mjs";
import { compareRows, matchRows } from "./compare.mjs";
import { compareFontsRows } from "./compare-fonts.mjs";
import { reportRows } from "./report-scroll.mjs";
import { sweepRows } from "./sweep.mjs";
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

/** Each gives its rows: {name, ratio, must, aim, note}; `atLeast`: the ratio must reach `must`. */
const sections = {
  sweep: () => sweepRows({ font: fontPath("source-sans-var-ttf"), rounds: quick ? 40 : 200 }),
  fonts: () => compareFontsRows({ ...twoFonts(), rounds: quick ? 16 : 60 }),
  compare: () => compareRows({ turns: quick ? 2 : 5, rounds: quick ? 20 : 40 }),
  match: () => matchRows({ turns: quick ? 2 : 6 }),
  report: () => reportRows({ ...twoFonts(), rounds: quick ? 2 : 6 }),
};

/** Two weights of 1,090 glyphs. */
function twoFonts() {
  const oldFont = fontPath("noto-sans-devanagari");
  return { oldFont, newFont: oldFont.replace("400Regular/NotoSansDevanagari_400Regular", "500Medium/NotoSansDevanagari_500Medium") };
}

const wanted = values.only ?? Object.keys(sections);
for (const name of wanted) if (!(name in sections)) throw new Error(`--only takes ${Object.keys(sections).join(", ")}; got "${name}"`);

console.log(`${cpus()[0]?.model ?? arch()}, ${cpus().length} cores; Node ${process.version}${quick ? "; --quick: fewer rounds" : ""}\n`);
const table = [];
const say = (line) => {
  console.log(line);
  table.push(line);
};
say(`| ${"row".padEnd(62)} | measured | must | aim | |`);
say(`| ${"-".repeat(62)} | --- | --- | --- | --- |`);
const all = [];
let missed = 0;
for (const name of wanted) {
  for (const row of await sections[name]()) {
    const good = row.atLeast ? row.ratio >= row.must : row.ratio <= row.must;
    if (!good) missed++;
    all.push({ section: name, ...row, good });
    const measured = row.ratio >= 10 ? row.ratio.toFixed(1) : row.ratio.toFixed(3);
    say(`| ${row.name.padEnd(62)} | ${good ? "" : "**"}${measured}${good ? "" : "** missed"} | ${row.must} | ${row.aim} | ${row.note} |`);
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ node: process.version, rows: all }, null, 2)}\n`);
if (values.write) writeTable("bench:measure", table);
console.log(missed === 0 ? "\nevery bound holds" : `\n${missed} bounds missed`);
process.exit(missed === 0 ? 0 : 1);
