// The line of the progress bar in terminals of all widths: what people look for, percentage and remaining time, is not cut off.
import { expect, test } from "vitest";
import { barLine } from "./progress-bar.ts";

// 40 s for 4000 of 10,000 jobs: 100 a second, a minute left.
const PROGRESS = { done: 4000, failed: 3, elapsedMs: 40_000 };

test.each([
  [120, "================------------------------ 40 % | 4000 jobs, 3 failed | 100/s | 1:00 left"],
  [60, "======--------- 40 % | 4000 jobs, 3 failed | 100/s | 1:00 left"],
  [50, "40 % | 4000 jobs, 3 failed | 100/s | 1:00 left"],
  [44, "40 % | 4000 jobs, 3 failed | 1:00 left"],
  [25, "40 % | 1:00 left"],
  [8, "40 %"],
  [3, ""],
])("in %i columns", (columns, line) => {
  const shown = barLine(PROGRESS, 0.4, columns);
  expect(shown.replace(/^[=-]+/, "")).toBe(line.replace(/^[=-]+/, ""));
  expect(shown.length).toBeLessThanOrEqual(columns);
  expect(shown.startsWith("=")).toBe(line.startsWith("="));
});

test("of input whose length is not known there is neither percentage nor time", () => {
  expect(barLine(PROGRESS, undefined, 60)).toBe("------------ 4000 jobs, 3 failed | 100/s | time left unknown");
});
