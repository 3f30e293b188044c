// Pushes so many code points of real text through one stream, in pieces, and says how much memory the process holds at a tenth and at the end.
// usage: node --expose-gc test/shaping-stream/long.mjs CODE_POINTS
import { readFileSync } from "node:fs";
import process from "node:process";
import { createShaper } from "haforu";
import { FONTS_OF } from "./fonts.mjs";

const wanted = Number(process.argv[2]);
const corpus = JSON.parse(readFileSync(new URL("corpus.json", import.meta.url), "utf8"));
const paragraph = [...`${corpus.latin.texts.join(" ")} `];
const MB = 1 << 20;

let glyphs = 0;
let last = 0;
const shaper = createShaper(FONTS_OF.latin[0], {
  order: "logical",
  sink: (flush) => {
    if (flush.start !== last) throw new Error(`a flush from ${flush.start}, the last ended at ${last}`);
    last = flush.end;
    glyphs += flush.ids.length;
  },
});
const held = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / MB;
};
let tenthMb = 0;
let points = 0;
while (points < wanted) {
  const piece = paragraph.slice(0, Math.min(paragraph.length, wanted - points));
  shaper.push(piece.join(""));
  points += piece.length;
  if (tenthMb === 0 && points >= wanted / 10) tenthMb = held();
}
shaper.end();
const { read, forced, defects } = shaper.stats;
if (last !== wanted) throw new Error(`the last flush ended at ${last}`);
console.log(JSON.stringify({ points, glyphs, read, forced, defects, tenthMb, endMb: held() }));
