// Streams against one-shot shaping: a fixed set of seeded cases, all of which must give the same records, and the wrong rules, each of which must not.
import { createShaping, type Shaping } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { caseOf } from "./cases.mjs";
import { runCases } from "./fuzz.mjs";
import { parity } from "./parity.mjs";

const BLOCK = 500;
const BLOCKS = 10;

describe("the records of a stream are those of shaping its runs at once", () => {
  test.each(Array.from({ length: BLOCKS }, (_, i) => 1 + i * BLOCK))("seeds from %i", (first) => {
    const { cases, glyphs, seeds, shown } = runCases(first, first + BLOCK, { naive: 0, shrink: false });
    expect(seeds, shown.join("\n\n")).toEqual([]);
    expect(cases).toBe(BLOCK);
    expect(glyphs).toBeGreaterThan(100_000);
  });
});

/** Seeds beyond the fixed ones that differed once, and why. */
const ONCE_DIFFERED = [
  [7572, "a mark's ligature has the number of another one by chance, counted over the whole text: the flush says so"],
  [62687, "a chain of ligatures that begins in the text to come, of a run that is set against its script"],
  [56509, "the carry was misread where a forced flush took all of it and another script followed"],
  [56740, "the same, behind marks of no script"],
  [92747, "the same, with nothing but marks"],
  [135458, "the same, in a font whose rules reach far"],
  [145559, "clusters behind a forced cut did not say that they hang on it (state machine in kern)"],
  [165571, "the same, clusters in front of it"],
  [85851, "the same, where more text had to be waited for behind the cut"],
  [1272031, "a row of marks at the window's end that the text to come makes longer than the 32 that HarfBuzz puts in order"],
] as const;

describe("cases that differed once", () => {
  test.each(ONCE_DIFFERED)("seed %i: %s", (seed) => {
    const { shown } = runCases(seed, seed + 1, { naive: 0, shrink: false });
    expect(shown).toEqual([]);
  });
});

/** Cases in which a wrong rule must show itself at least once. */
const TRIED = 400;

describe("a wrong rule, switched on, is seen", () => {
  let shaping: Shaping;
  beforeAll(() => {
    shaping = createShaping();
  });
  afterAll(() => shaping.dispose());

  test.each([
    ["any cluster boundary is a safe cut", 1],
    ["the end of the buffer is a safe cut", 2],
    ["no left context", 4],
    ["the flag of breaking in place of that of putting together", 8],
  ])("%s", (_, rule) => {
    for (let seed = 1; seed <= TRIED; seed++) {
      const sample = caseOf(seed);
      // What the right rules do with this case is right.
      if (parity(shaping, sample, rule).difference !== undefined && parity(shaping, sample).difference === undefined) return;
    }
    expect.fail(`${TRIED} cases and none differs`);
  });
});
