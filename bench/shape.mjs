// Rows of shaping: a stream ÷ one call over the same long text, one call ÷ native HarfBuzz, code points shaped ÷ read, and the time to the first flush of a short and of a long text.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENGINE = fileURLToPath(new URL("shape-engine.mjs", import.meta.url));
const CORPUS = JSON.parse(readFileSync(new URL("../test/shaping-stream/corpus.json", import.meta.url), "utf8"));
/** One call takes 65,536 code points at most. */
const LONG = 60_000;

/** Real text of a family, repeated to `points` code points. */
function longText(family, points) {
  const paragraph = `${CORPUS[family].texts.join(" ")} `;
  return [...paragraph.repeat(Math.ceil(points / [...paragraph].length))].slice(0, points).join("");
}

export function shapeRows({ peers, node, latin, arabic, passes, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "haforu-shape-"));
  try {
    const file = (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const engine = (font, path) => JSON.parse(execFileSync(node, [ENGINE, font, path, String(rounds)], { encoding: "utf8" }));
    const native = (font, path) => JSON.parse(execFileSync(peers, ["shape", font, "1", String(rounds), path], { encoding: "utf8" }));
    const texts = { Latin: [latin, file("latin", longText("latin", LONG))], Arabic: [arabic, file("arabic", longText("arabic", LONG))] };
    const least = {};
    for (let pass = 0; pass < passes; pass++)
      for (const [name, [font, path]] of Object.entries(texts)) {
        const [ours, theirs] = [engine(font, path), native(font, path)];
        if (ours.check !== theirs.check) throw new Error(`${name}: the engine shapes other glyphs than native HarfBuzz`);
        least[name] ??= { ...ours, native: theirs.ns };
        const best = least[name];
        for (const key of ["call", "whole", "stream"]) best[key] = Math.min(best[key], ours[key]);
        best.first = best.first.map((us, i) => Math.min(us, ours.first[i]));
        best.native = Math.min(best.native, theirs.ns);
      }
    const ns = (value) => `${value.toFixed(0)} ns`;
    const row = (name, over, under, must, aim) => ({ name, ratio: over / under, must, aim, note: `${ns(over)} ÷ ${ns(under)} a code point` });
    const { Latin, Arabic } = least;
    const [short, long] = Latin.first;
    return [
      row("stream ÷ one call, long Latin", Latin.stream, Latin.whole, 1.3, 1.1),
      row("stream ÷ one call, long Arabic", Arabic.stream, Arabic.whole, 1.5, 1.25),
      {
        name: "stream: code points shaped ÷ read, Latin",
        ratio: Latin.stats.shaped / Latin.stats.read,
        must: 1.25,
        aim: 1.15,
        note: `${Latin.stats.cycles} cycles, ${Latin.stats.forced} forced`,
      },
      row("one call ÷ native HarfBuzz, Latin", Latin.call, Latin.native, 1.6, 1.3),
      row("one call ÷ native HarfBuzz, Arabic", Arabic.call, Arabic.native, 1.6, 1.3),
      {
        name: `stream: first flush of ${LONG} code points ÷ of 2000`,
        ratio: long / short,
        must: 1.25,
        aim: 1.05,
        note: `${long.toFixed(0)} µs ÷ ${short.toFixed(0)} µs`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
