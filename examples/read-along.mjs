// One text rendered and spoken by one job: an HTML page that shows it and highlights each word as it is spoken. Boxes and words carry the same code points.
// Run: npm run example:read-along [-- FONT [TEXT [OUT.html]]]

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [
  font = "node_modules/source-sans-pro/TTF/SourceSansPro-Regular.ttf",
  text = "The 25 brown foxes jump over the lazy dog, and every word lights up as it is spoken.",
  out = "read-along.html",
] = process.argv.slice(2);

const SIZE = 48;
const MARGIN = 24;
const job = {
  id: "read-along",
  font: { path: font, size: SIZE },
  text: { content: text },
  rendering: {
    format: "svg",
    width: Math.ceil([...text].length * SIZE * 0.6) + 2 * MARGIN,
    height: 2 * SIZE,
    origin: [MARGIN, 1.4 * SIZE],
    include: ["boxes"],
  },
  speech: { format: "wav", include: ["words"] },
};

const program = fileURLToPath(new URL("../packages/haforu/bin/haforu.js", import.meta.url));
const done = spawnSync(process.execPath, [program, "batch", "-", "--progress", "never"], {
  input: `${JSON.stringify(job)}\n`,
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
process.stderr.write(done.stderr);
const { error, rendering, boxes, speech, words } = JSON.parse(done.stdout);
if (error !== undefined) throw new Error(error.message);

/** The words of a number share one place in the text: one highlight from the first's start to the last's end. */
const places = [];
for (const { start, end, text_start, text_end } of words) {
  const last = places.at(-1);
  if (last?.text_start === text_start) last.end = end;
  else places.push({ start, end, text_start, text_end });
}
/** A word's rectangle: the advances of the clusters that lie in its range. */
const highlights = places.map(({ start, end, text_start, text_end }) => {
  const inside = boxes.filter((box) => box.text[0] < text_end && box.text[1] > text_start).map(({ advance }) => advance);
  const left = Math.min(...inside.map(([x]) => x));
  const right = Math.max(...inside.map(([x, , width]) => x + width));
  const [, y = 0, , height = 0] = inside[0] ?? [];
  return { start, end, x: left, y, width: right - left, height };
});

const right = Math.max(...boxes.map(({ advance: [x, , width] }) => x + width)) + MARGIN;
const svg = rendering.data
  .replace(/<svg [^>]*>/, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right.toFixed(2)} ${rendering.height}" role="img">$&`)
  .concat("</svg>");
const rects = highlights
  .map(({ x, y, width, height }, index) => `<rect id="w${index}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`)
  .join("");
const escaped = text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

writeFileSync(
  out,
  `<!doctype html>
<html lang="${speech.language}">
<meta charset="utf-8">
<title>Read along</title>
<style>
  body { font: 16px sans-serif; margin: 2rem; color: #1f2933; background: #fff }
  figure { position: relative; margin: 0 0 1rem; max-width: 100% }
  figure > svg { display: block; width: 100%; height: auto }
  figure > svg.marks { position: absolute; inset: 0 }
  rect { fill: transparent; transition: fill 80ms; cursor: pointer }
  rect.spoken { fill: #dbeafe }
  rect.now { fill: #fde047 }
  audio { width: 100%; max-width: 40rem }
</style>
<figure aria-label="${escaped}">
<svg class="marks" viewBox="0 0 ${right.toFixed(2)} ${rendering.height}">${rects}</svg>
<div style="position: relative; pointer-events: none; mix-blend-mode: multiply">${svg}</div>
</figure>
<audio controls src="data:audio/wav;base64,${speech.data}"></audio>
<script>
  const words = ${JSON.stringify(highlights.map(({ start, end }) => [start, end]))};
  const audio = document.querySelector("audio");
  const rects = words.map((_, index) => document.getElementById("w" + index));
  function show(time) {
    for (const [index, [start, end]] of words.entries()) {
      rects[index].classList.toggle("now", time >= start && time < end);
      rects[index].classList.toggle("spoken", time >= end);
    }
  }
  function follow() {
    show(audio.currentTime);
    if (!audio.paused) requestAnimationFrame(follow);
  }
  for (const event of ["play", "seeked", "pause", "timeupdate"]) audio.addEventListener(event, follow);
  for (const [index, rect] of rects.entries()) rect.addEventListener("click", () => { audio.currentTime = words[index][0]; audio.play(); });
</script>
</html>
`,
);
console.log(`${out}: ${highlights.length} places of ${words.length} words, ${speech.duration.toFixed(2)} s`);
