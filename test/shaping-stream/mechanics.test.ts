// The loop of streams by what it does: watermarks, buffers that grow and are forced, the ends of input, sources that try to stop it, and memory over ten million code points.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createShaping, type Flush, type FontArgument, glyphRecords, type ShaperOptions, type Shaping, type StreamStats } from "haforu";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { FONTS_OF } from "./fonts.mjs";

const built = (name: string): string => fileURLToPath(new URL(`built/${name}.ttf`, import.meta.url));
const corpus = JSON.parse(readFileSync(new URL("corpus.json", import.meta.url), "utf8")) as Record<string, { texts: string[] }>;

let shaping: Shaping;
beforeAll(() => {
  shaping = createShaping();
});
afterAll(() => {
  expect(shaping.openFonts).toBe(0);
  shaping.dispose();
});

function run(font: FontArgument, pieces: Iterable<string>, options: ShaperOptions = {}): { flushes: Flush[]; stats: StreamStats } {
  const flushes: Flush[] = [];
  using shaper = shaping.createShaper(font, { order: "logical", ...options, sink: (flush) => flushes.push(flush) });
  for (const piece of pieces) shaper.push(piece);
  shaper.end();
  return { flushes, stats: shaper.stats };
}

/** Flushes follow on each other from 0 to `end`. */
function expectWhole(flushes: readonly Flush[], end: number): void {
  let at = 0;
  for (const flush of flushes) {
    expect(flush.start).toBe(at);
    expect(flush.end).toBeGreaterThan(at);
    at = flush.end;
  }
  expect(at).toBe(end);
}

/** Where cuts were forced, as the warnings say. */
const forcedCuts = (flushes: readonly Flush[]): unknown[] =>
  flushes.flatMap(({ warnings }) => warnings.filter(({ code }) => code === "forced_cut").map(({ details }) => details.at));

/** Texts of a family, repeated to about `count` code points. */
function longText(family: string, count: number): string {
  const paragraph = `${corpus[family]?.texts.join("\n")}\n`;
  return paragraph.repeat(Math.ceil(count / [...paragraph].length));
}

describe("at the defaults real text is never cut by force", () => {
  const families = Object.keys(corpus).filter((family) => family in FONTS_OF);
  test.each(families)("%s", (family) => {
    const text = longText(family, 6000);
    const seen = new Set<string>();
    for (const font of (FONTS_OF as unknown as Record<string, { font: string; variations?: Record<string, number> }[]>)[family] ?? []) {
      if (seen.has(font.font)) continue;
      seen.add(font.font);
      const { flushes, stats } = run(font, [text]);
      // State machines of AAT and of Apple's kern mark everything unsafe: only the end of the text or of the buffer ends a flush.
      if (/aat|machine/.test(font.font)) continue;
      expect([stats.forced, stats.defects, stats.read], font.font).toEqual([0, 0, [...text].length]);
      expect(
        flushes.flatMap((flush) => glyphRecords(flush)),
        font.font,
      ).toEqual(glyphRecords(shaping.shapeText(font, text, { order: "logical", unsafeToConcat: true })));
    }
  });
});

describe("watermarks", () => {
  const LATIN = longText("latin", 4000);
  const NOTO = FONTS_OF.latin[0] as FontArgument;

  it("nothing is shaped before the high one is reached, and a flush has at least the low one", () => {
    const flushes: Flush[] = [];
    using shaper = shaping.createShaper(NOTO, { highWatermark: 100, lowWatermark: 60, sink: (flush) => flushes.push(flush) });
    shaper.push(LATIN.slice(0, 99));
    expect(shaper.stats.cycles).toBe(0);
    shaper.push(LATIN.slice(99, 100));
    expect(shaper.stats.cycles).toBe(1);
    shaper.push(LATIN.slice(100));
    shaper.end();
    expectWhole(flushes, LATIN.length);
    for (const flush of flushes.slice(0, -1)) expect(flush.end - flush.start).toBeGreaterThanOrEqual(60);
    expect(shaper.stats.peakCarry).toBe(100);
  });

  test.each([
    [1, 0, 1],
    [1, 1, 1],
    [2, 1, 2],
    [7, 0, 7],
    [16, 16, 16],
    [512, 512, 512],
    [512, 0, 65536],
    [65536, 65536, 65536],
  ])("%i, %i, %i: all of the text comes, and no more is held than the most", (highWatermark, lowWatermark, maxBuffer) => {
    for (const [font, text] of [
      [NOTO, LATIN],
      [FONTS_OF.urdu[0] as FontArgument, longText("urdu", 1000)],
      [built("far"), `${"a".repeat(300)} fjords ${"s".repeat(300)}t x${"b".repeat(12)}.`],
    ] as const) {
      const { flushes, stats } = run(font, [text], { highWatermark, lowWatermark, maxBuffer });
      expectWhole(flushes, [...text].length);
      expect(stats.peakCarry).toBeLessThanOrEqual(maxBuffer);
      expect(forcedCuts(flushes).length).toBe(stats.forced);
    }
  });

  it("a larger buffer than the text is one shaping", () => {
    const { flushes, stats } = run(NOTO, [LATIN], { highWatermark: 65536, lowWatermark: 0, maxBuffer: 65536 });
    expect([flushes.length, stats.cycles, stats.shaped]).toEqual([1, 1, LATIN.length]);
  });
});

describe("progress by force", () => {
  it("at the best grapheme boundary, with a mark on the flush, a warning and a count", () => {
    // Each "s" depends on the "t" at the end: there is no safe cut in between.
    const text = `${"s".repeat(1000)}t`;
    const { flushes, stats } = run(built("far"), [text], { highWatermark: 64, lowWatermark: 32, maxBuffer: 128 });
    expectWhole(flushes, text.length);
    expect(stats.forced).toBeGreaterThan(0);
    const cuts = forcedCuts(flushes);
    expect(cuts.length).toBe(stats.forced);
    // What lies in front of a forced cut may differ, and what lies behind it.
    for (const { forced, start, end } of flushes) expect(forced).toBe(cuts.includes(start) || cuts.includes(end));
  });

  it("inside of a grapheme only where that alone is longer than the buffer", () => {
    const noto = FONTS_OF.zalgo[0] as FontArgument;
    const inside = run(noto, [`a${"\u0301".repeat(500)}b`], { highWatermark: 16, lowWatermark: 4, maxBuffer: 32 });
    expectWhole(inside.flushes, 502);
    expect(inside.stats.forced).toBeGreaterThan(10);
    // Graphemes of nine characters in a buffer of 32: a cut never falls into one.
    const between = run(built("far"), [`s${"\u0301".repeat(8)}`.repeat(100)], { highWatermark: 16, lowWatermark: 4, maxBuffer: 32 });
    expectWhole(between.flushes, 900);
    for (const { end } of between.flushes) expect(end % 9).toBe(0);
  });

  it("nothing is lost behind a cut inside of a cluster, in whose overlap what follows becomes part of it", () => {
    const noto = FONTS_OF.zalgo[0] as FontArgument;
    // HarfBuzz 15 by uharfbuzz 0.57.0: 501 glyphs, á and 499 marks in cluster 0 and b.
    const { flushes, stats } = run(noto, [`a${"\u0301".repeat(500)}b`], { highWatermark: 16, lowWatermark: 4, maxBuffer: 32 });
    expect(flushes.map(({ ids }) => ids.length).reduce((a, b) => a + b)).toBe(501);
    for (const { ids, clusters, start } of flushes) expect([ids.length > 0, clusters[0]]).toEqual([true, start]);
    expect(stats.defects).toBe(0);
    // A ligature cut through: what stands behind the cut is shaped by itself.
    const flags = run(FONTS_OF.emoji[0] as FontArgument, ["👩\u200d👩\u200d👧".repeat(40)], { highWatermark: 4, lowWatermark: 1, maxBuffer: 4 });
    for (const { ids } of flags.flushes) expect(ids.length).toBeGreaterThan(0);
  });
});

describe("sources that try to stop it", () => {
  test.each([
    ["combining marks alone", "\u0301".repeat(20_000)],
    ["joiners alone", "\u200d".repeat(20_000)],
    ["regional indicators alone", "🇫".repeat(20_000)],
    ["one word of joining letters", "ب".repeat(20_000)],
    ["viramas alone", "\u094d".repeat(20_000)],
    ["conjuncts without an end", "क्".repeat(10_000)],
    ["jamo without an end", "\u1100\u1161".repeat(10_000)],
    ["emoji joined without an end", "👩\u200d".repeat(10_000)],
    ["digits without an end", "1234567890".repeat(2000)],
    ["spaces without an end", " ".repeat(20_000)],
    ["variation selectors alone", "\ufe0f".repeat(20_000)],
    ["a chain of alternates", "a".repeat(20_000)],
    ["a chain from its end", `${"s".repeat(20_000)}t`],
    ["noncharacters and controls", "\0\u0001\ufffe\uffff\u{10ffff}\u2028".repeat(3000)],
    ["Tibetan stacks", `ཧ${"\u0f90".repeat(20_000)}`],
  ])("%s", (_, text) => {
    for (const font of [built("far"), built("plain"), FONTS_OF.arabic[0] as FontArgument, FONTS_OF.devanagari[0] as FontArgument]) {
      const { flushes, stats } = run(font, [text], { highWatermark: 64, lowWatermark: 32, maxBuffer: 512 });
      expectWhole(flushes, [...text].length);
      expect(stats.peakCarry).toBeLessThanOrEqual(512);
    }
  });

  it("one code point at a time, with nothing in between", () => {
    const text = longText("mixed", 500);
    const { flushes } = run(
      built("plain"),
      [...text].flatMap((char) => ["", char, ""]),
      { highWatermark: 9, lowWatermark: 3 },
    );
    expectWhole(flushes, [...text].length);
  });

  it("no text, only changes", () => {
    const flushes: Flush[] = [];
    using shaper = shaping.createShaper(built("plain"), { sink: (flush) => flushes.push(flush) });
    for (let i = 0; i < 1000; i++) {
      shaper.pushFeatures("smcp");
      shaper.pushDirection("rtl");
      shaper.pop("direction");
      shaper.popFeatures();
    }
    shaper.end();
    expect(flushes).toEqual([]);
  });

  it("a change behind every code point", () => {
    const flushes: Flush[] = [];
    using shaper = shaping.createShaper(built("plain"), { sink: (flush) => flushes.push(flush) });
    for (let i = 0; i < 2000; i++) {
      if (i % 2 === 0) shaper.pushLanguage("tr");
      else shaper.pop("language");
      shaper.push("i");
    }
    shaper.end();
    expect(flushes.length).toBe(2000);
    expectWhole(flushes, 2000);
  });
});

it("ten million code points take no more memory than one", () => {
  const script = fileURLToPath(new URL("long.mjs", import.meta.url));
  const done = spawnSync(process.execPath, ["--expose-gc", script, "10000000"], { encoding: "utf8" });
  expect(done.stderr).toBe("");
  const { points, tenthMb, endMb, read, forced } = JSON.parse(done.stdout) as Record<string, number>;
  expect([points, read, forced]).toEqual([10_000_000, 10_000_000, 0]);
  expect(endMb).toBeLessThanOrEqual((tenthMb as number) + 10);
});
