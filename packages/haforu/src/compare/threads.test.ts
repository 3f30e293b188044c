// How many threads a comparison takes by itself: by the work, not by the clock.
import { expect, test } from "vitest";
import { compareFonts } from "../../dist/index.js";
import { NOTO_SANS, ROOT } from "../../test/haforu.ts";
import { type CompareFontsOptions, resolveCompareOptions } from "./options.ts";
import { estimatedSeconds, threadsThatPay } from "./threads.ts";

const FONT = { glyphPairs: 1090, words: 215, places: 1 };
const at = (options: CompareFontsOptions, extent = FONT): number => estimatedSeconds(extent, resolveCompareOptions(options));

test("the work is that of the levels, sizes, measures and places", () => {
  // Of Noto Sans Devanagari's 1,090 pairs, in one thread of an idle machine: 0.1 s, 1.7 s and 4.0 s beside the program's start (docs/performance.md).
  expect(at({})).toBeGreaterThan(0.05);
  expect(at({})).toBeLessThan(0.2);
  const sizes = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000];
  expect(at({ sizes })).toBeGreaterThan(1.2);
  expect(at({ sizes })).toBeLessThan(2.4);
  const all = at({ sizes: [100, 200, 400, 800], measures: ["rmse", "iou", "ssim"] });
  expect(all).toBeGreaterThan(3);
  expect(all).toBeLessThan(6);
  expect(at({}, { ...FONT, places: 20 })).toBeCloseTo(20 * at({}), 9);
  expect(at({ glyphs: false, shaping: false, pixels: false })).toBe(0);
});

test("threads: one for little work, as many as the work or the machine has for much", () => {
  const threads = (pairs: number, options: CompareFontsOptions, most: number): number =>
    threadsThatPay(pairs, () => FONT, resolveCompareOptions(options), most);
  expect(threads(1, {}, 8)).toBe(1);
  expect(threads(3, { glyphs: false, shaping: false, pixels: false }, 8)).toBe(1);
  expect(threads(4, {}, 8)).toBe(8);
  expect(threads(1, { sizes: [2000], measures: ["ssim"] }, 8)).toBe(8);
  expect(threads(1, { sizes: [1000, 1200, 1500, 1800, 2000] }, 8)).toBeGreaterThan(1);
  expect(threads(1, { sizes: [1000, 1200, 1500, 1800, 2000] }, 8)).toBeLessThan(8);
  expect(threads(1, { sizes: [2000] }, 1)).toBe(1);
  expect(threadsThatPay(4, () => expect.fail("four pairs need no look into the first"), resolveCompareOptions({}), 2)).toBe(2);
});

test("a comparison says how many threads it has", async () => {
  const fonts = `${ROOT}test/compare/fonts/`;
  const used = async (options: CompareFontsOptions, now = `${fonts}moved-point.ttf`): Promise<number> => {
    const comparison = compareFonts(`${fonts}base.ttf`, now, options);
    expect(() => comparison.threads).toThrow("first record");
    for await (const _ of comparison);
    return comparison.threads;
  };
  expect(await used({ jobs: "auto" })).toBe(1);
  expect(await used({})).toBe(1);
  expect(await used({ jobs: 2 })).toBe(2);
  // What cannot be opened is no work, and is told once.
  const comparison = compareFonts(NOTO_SANS, `${ROOT}package.json`, { jobs: "auto" });
  const kinds: string[] = [];
  for await (const record of comparison) kinds.push(record.kind);
  expect([comparison.threads, kinds]).toEqual([1, ["error"]]);
});
