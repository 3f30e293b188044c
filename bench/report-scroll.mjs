// Rows of scrolling the report of a comparison with 2,000 differences: Chromium's trace of a mouse wheel's gesture, without a GPU. Needs Chromium, and a Node that runs the tests'
// TypeScript (22.18 and later).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compareFonts } from "../packages/haforu/dist/index.js";
import { ComparisonReport } from "../packages/haforu/dist/report/index.js";

const CARDS = 2000;
/** A fast wheel: four screens a second, three seconds. */
const PIXELS_A_SECOND = 4000;
const PIXELS = 12_000;
const CATEGORIES = [
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "devtools.timeline.frame",
  "disabled-by-default-devtools.timeline.frame",
  "cc",
  "toplevel",
];
/** A frame at 60 Hz, and what the Long Tasks API calls a long task, in ms. */
const FRAME_MS = 1000 / 60;
const LONG_TASK_MS = 50;

async function writeReport(file, oldFont, newFont) {
  const comparison = compareFonts(oldFont, newFont);
  const report = new ComparisonReport();
  for await (const record of comparison) report.add(record);
  writeFileSync(file, [...report.pieces(comparison.summary, (records) => comparison.pictures(records))].join(""));
}

/** The trace's events while `work` runs. */
async function traced(page, work) {
  const [events, ends] = ["Tracing.dataCollected", "Tracing.tracingComplete"];
  const [before, ended] = [page.events(events).length, page.events(ends).length];
  await page.call("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES },
  });
  await work();
  await page.call("Tracing.end");
  while (page.events(ends).length === ended) await new Promise((resolve) => setTimeout(resolve, 50));
  return page
    .events(events)
    .slice(before)
    .flatMap(({ value }) => value);
}

/** Values of which a share is at most the result. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** @param {{ oldFont: string, newFont: string, rounds: number }} options */
export async function reportRows({ oldFont, newFont, rounds }) {
  const { CHROMIUM_PRESENT, CHROMIUM_WHY, Page } = await import("../packages/haforu/test/chromium.ts");
  if (!CHROMIUM_PRESENT) throw new Error(`the section report needs Chromium${CHROMIUM_WHY}`);
  const folder = mkdtempSync(join(tmpdir(), "haforu-report-"));
  const file = join(folder, "report.html");
  const all = [];
  try {
    await writeReport(file, oldFont, newFont);
    const page = await Page.open(pathToFileURL(file).href);
    try {
      const cards = await page.evaluate('document.querySelectorAll(".card").length');
      if (cards !== CARDS) throw new Error(`the report has ${cards} cards, expected ${CARDS}`);
      for (let i = 0; i < rounds; i++) {
        // There and back again: each round lays out what the last has dropped.
        const distance = i % 2 === 0 ? -PIXELS : PIXELS;
        const gesture = { x: 700, y: 500, yDistance: distance, speed: PIXELS_A_SECOND, gestureSourceType: "mouse", preventFling: true };
        const events = await traced(page, () => page.call("Input.synthesizeScrollGesture", gesture));
        const at = await page.evaluate("scrollY");
        if (at !== (i % 2 === 0 ? PIXELS : 0)) throw new Error(`the page stands at ${at}`);
        const cpu = (name) => events.filter((event) => event.name === name && event.tdur !== undefined).map(({ tdur }) => tdur / 1000);
        const shown = events
          .filter(({ name }) => name === "DrawFrame")
          .map(({ ts }) => ts / 1000)
          .sort((a, b) => a - b);
        const frames = cpu("ProxyMain::BeginMainFrame");
        if (frames.length < 10) throw new Error("the trace has no frames");
        const waits = shown.slice(1).map((time, j) => time - shown[j]);
        all.push({
          frame: quantile(frames, 0.95),
          median: quantile(frames, 0.5),
          task: Math.max(...frames, ...cpu("Layout")),
          wait: quantile(waits, 0.95),
          count: shown.length,
        });
      }
    } finally {
      await page.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const least = (name) => Math.min(...all.map((round) => round[name]));
  const note = `of the main thread, 95 % of frames; half of them ${least("median").toFixed(1)} ms`;
  const most = Math.max(...all.map(({ task }) => task));
  return [
    { name: "report of 2,000 differences, scrolled: CPU a frame, ms", ratio: least("frame"), must: 16.7, aim: 8, note },
    { name: "the same: the longest frame's CPU in the worst round, ms", ratio: most, must: LONG_TASK_MS, aim: 16.7, note: `of ${rounds} rounds` },
    {
      name: "the same: time between frames shown, 95 %, ms",
      ratio: least("wait"),
      must: 2 * FRAME_MS,
      aim: 17.5,
      note: `${Math.max(...all.map(({ count }) => count))} frames in 3 s, no GPU`,
    },
  ].map((row) => ({ ...row, must: Number(row.must.toFixed(1)) }));
}
