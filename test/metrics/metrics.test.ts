// The metrics of a job against numpy over FreeType's renders (expected.json, made by make.py), and against shapes whose values are known by hand.
// What two correct rasterisers may differ by is stated here, once.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createSession, type Metrics, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fontPath } from "../fonts/fonts.mjs";

interface Case {
  readonly font: string;
  readonly text: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly variations: Readonly<Record<string, number>> | null;
  readonly origin: readonly [number, number];
  readonly metrics: Metrics;
}

/**
 * FreeType scales to 1/64 px and cuts coverage where we round: measured, the worst of all cases is 0.083 % of the ink, 0.06 px of the centroid, 0.04 % of the perimeter, 0.14 % of a second moment (at 64 px).
 * Boxes and gaps may differ by the pixel in which a hair of coverage rounds to none, here only in one line of small text.
 */
const RELATIVE: Readonly<Record<string, number>> = { density: 0.001, ink_area: 0.001, ink_density: 0.001, moments: 0.002, perimeter: 0.001, beam: 0.01 };
const ABSOLUTE: Readonly<Record<string, number>> = {
  bbox: 1,
  centroid: 0.1,
  aspect: 0.01,
  advance: 1e-6,
  bearings: 1,
  gap_count: 0,
  gaps: 1,
  gap_variation: 0.02,
  advance_variation: 1e-6,
  width_rhythm: 0.01,
  rendered_aspect: 0.005,
  consistency: 0.005,
};

const cases = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as Case[];
let session: Session;
beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap(numbers) : value === null ? [] : [value as number];
}

function measured(font: string, text: string, size: number, width: number, height: number, more: object = {}, variations?: object | null): Metrics {
  const result = session.render({
    id: "case",
    font: { path: fontPath(font), size, ...(variations && { variations: variations as Record<string, number> }) },
    text: { content: text, features: "-kern,-liga" },
    rendering: { format: "metrics", width, height, include: ["extended"], ...more },
  });
  expect(result.error).toBeUndefined();
  return result.metrics as Metrics;
}

describe("against FreeType and numpy", () => {
  test.each(cases.map((one) => [`${one.font} ${JSON.stringify(one.text)} ${one.size} ${JSON.stringify(one.variations)}`, one] as const))("%s", (_, one) => {
    const got = measured(one.font, one.text, one.size, one.width, one.height, { origin: one.origin }, one.variations) as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(one.metrics)) {
      const [ours, theirs] = [numbers(got[name]), numbers(value)];
      expect(ours.length, name).toBe(theirs.length);
      // of a list such as the moments, the part that is small by cancellation is as exact as the list's largest
      const scale = Math.max(...theirs.map(Math.abs), 0);
      const allowed = (RELATIVE[name] ?? 0) * scale + (ABSOLUTE[name] ?? 0);
      for (const [i, v] of ours.entries()) expect(Math.abs(v - (theirs[i] ?? Number.NaN)), `${name} ${v} ${theirs[i]}`).toBeLessThanOrEqual(allowed);
    }
  });

  test("every metric of a job is compared, and each has its bound", () => {
    const [one] = cases;
    expect(Object.keys(one?.metrics ?? {}).sort()).toEqual([...Object.keys(RELATIVE), ...Object.keys(ABSOLUTE)].sort());
    expect(Object.keys(measured("noto-sans", "a", 64, 100, 100)).sort()).toEqual(Object.keys(one?.metrics ?? {}).sort());
  });
});

// Where freetype-py and numpy are at hand the numbers are computed again: the script is what says that they are FreeType's.
const python = process.env.HAFORU_PYTHON ?? "python3";
if (spawnSync(python, ["-c", "import freetype, numpy"]).status === 0) {
  test("make.py gives expected.json", () => {
    const done = spawnSync(python, ["test/metrics/make.py", "--check"], { encoding: "utf8" });
    expect(done.stderr + done.stdout).toBe("");
    expect(done.status).toBe(0);
  });
}

describe("shapes of known size", () => {
  // 100 px per em: a font unit is a tenth of a pixel; the pen starts at x 10
  const at = { origin: [10, 80] };

  test("a rectangle of 40 × 60 px at x 15", () => {
    const got = measured("shapes", "r", 100, 200, 100, at);
    expect(got).toMatchObject({ bbox: [15, 20, 40, 60], ink_area: 2400, centroid: [35, 50], ink_density: 1, bearings: [5, 55], gaps: [], consistency: 1 });
    expect(got.moments).toEqual([133.333333, 300, 0]);
    expect(got.perimeter).toBeCloseTo(200 - 4 * (1 - Math.SQRT1_2), 5);
    expect(got.rendered_aspect).toBeCloseTo(2 / 3, 6);
    expect([got.advance_variation, got.gap_variation, got.width_rhythm]).toEqual([null, null, null]);
  });

  test("the same rectangle at wght 500 is 60 px wide", () => {
    const got = measured("shapes", "r", 100, 200, 100, at, { wght: 500 });
    expect(got).toMatchObject({ bbox: [15, 20, 60, 60], moments: [300, 300, 0], bearings: [5, 35], advance: [100, 0] });
  });

  test("a disc of radius 300 px", () => {
    const got = measured("shapes", "o", 1000, 800, 800, { origin: [20, 700] });
    const r = 300;
    expect(Math.abs(got.ink_area / (Math.PI * r ** 2) - 1)).toBeLessThan(0.002);
    for (const i of [0, 1] as const) expect(Math.abs((got.moments?.[i] ?? 0) / (r ** 2 / 4) - 1)).toBeLessThan(0.004);
    expect(Math.abs((got.perimeter ?? 0) / (2 * Math.PI * r) - 1)).toBeLessThan(0.01);
    expect(Math.abs((got.ink_density ?? 0) / (Math.PI / 4) - 1)).toBeLessThan(0.004);
  });

  test("a right triangle of 400 × 600 px", () => {
    const got = measured("shapes", "t", 1000, 800, 800, { origin: [20, 700] });
    expect(Math.abs(got.ink_area / 120_000 - 1)).toBeLessThan(1e-4);
    expect(got.centroid?.[0]).toBeCloseTo(70 + 400 / 3, 1);
    expect(got.centroid?.[1]).toBeCloseTo(700 - 200, 1);
    // y grows downwards and the right angle is at the lower left: ink goes along both
    expect((got.moments?.[0] ?? 0) / (400 ** 2 / 18)).toBeCloseTo(1, 3);
    expect((got.moments?.[1] ?? 0) / (600 ** 2 / 18)).toBeCloseTo(1, 3);
    expect((got.moments?.[2] ?? 0) / ((400 * 600) / 36)).toBeCloseTo(1, 3);
    expect((got.perimeter ?? 0) / (1000 + Math.hypot(400, 600))).toBeCloseTo(1, 2);
  });

  test("a line: gaps, rhythm, and consistency of three rectangles and a triangle", () => {
    // ink [15, 55), advance 50; [65, 105), 50; [115, 155), 100; [215, 255), 50
    const got = measured("shapes", "xxrt", 100, 400, 100, at);
    expect(got.gaps).toEqual([
      [55, 10],
      [105, 10],
      [155, 60],
    ]);
    const gap = Math.sqrt((2 * (10 - 80 / 3) ** 2 + (60 - 80 / 3) ** 2) / 3) / (80 / 3);
    const advance = Math.sqrt((3 * 12.5 ** 2 + 37.5 ** 2) / 4) / 62.5;
    expect(got.gap_variation).toBeCloseTo(gap, 6);
    expect(got.advance_variation).toBeCloseTo(advance, 6);
    expect(got.width_rhythm).toBeCloseTo((gap + advance) / 2, 6);
    // densities 1, 1, 1, ½: mean 7/8, deviation √3/8
    expect(got.consistency).toBeCloseTo(1 - Math.sqrt(3) / 7, 3);
    expect(got.rendered_aspect).toBeCloseTo(2 / 3, 6);
    expect(got.bearings).toEqual([5, 5]);
  });

  test("polarity changes nothing, and a space has no ink", () => {
    expect(measured("shapes", "o t", 100, 300, 100, { ...at, invert: true })).toEqual(measured("shapes", "o t", 100, 300, 100, at));
    expect(measured("shapes", " ", 100, 300, 100, at)).toMatchObject({ moments: null, bearings: null, perimeter: 0, rendered_aspect: null, consistency: null });
  });

  test("lines without `extended` hold what they held", () => {
    const names = ["density", "beam", "bbox", "ink_area", "centroid", "aspect", "advance"];
    expect(Object.keys(measured("shapes", "r", 100, 200, 100, { include: ["metrics"] }))).toEqual(names);
    const both = measured("shapes", "o", 100, 200, 100, { include: ["extended"] });
    for (const [name, value] of Object.entries(measured("shapes", "o", 100, 200, 100, { include: ["metrics"] }))) expect(both).toHaveProperty(name, value);
  });
});
