// The rasteriser held against the reference rasteriser, and against what it promises: exact zero, exact bytes, no byte beside the canvas, no trap on any outline.
import { beforeAll, describe, expect, it } from "vitest";
import { accumulatedInk, type Command, exactCoverage, measuresOf, type Point, polygonsOf } from "./reference.ts";
import { rasterKernel } from "./testing/kernel.mjs";
import { seeded } from "./testing/seeded.ts";

type Kernel = Awaited<ReturnType<typeof rasterKernel>>;
type Random = () => number;

/** The grid points are snapped to, per pixel. */
const GRID = 256;

/** Rounding to a byte, 0.5, plus the error of f32 coverage, which is well below 0.1. */
const ON_GRID_MAX = 0.6;

let kernel: Kernel;
beforeAll(async () => {
  kernel = await rasterKernel();
});

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const onGrid = (v: number): number => Math.round(v * GRID) / GRID;

function polygon(points: readonly Point[]): Command[] {
  return [...points.map((p, i): Command => [i === 0 ? "M" : "L", p.x, p.y]), ["Z"]];
}

/** Contours of many kinds in and around a canvas: scattered (self-overlapping), star, sliver, box, tiny, and ones far larger than the canvas. */
function randomContour(random: Random, width: number, height: number, spread: number): Point[] {
  const kind = Math.floor(random() * 6);
  const count = 3 + Math.floor(random() * 9);
  const cx = between(random, -spread * 0.3, width + spread * 0.3);
  const cy = between(random, -spread * 0.3, height + spread * 0.3);
  const at = (x: number, y: number): Point => ({ x: onGrid(x), y: onGrid(y) });
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const turn = (i / count) * Math.PI * 2;
    if (kind === 0 || spread === 0) points.push(at(between(random, -spread, width + spread), between(random, -spread, height + spread)));
    else if (kind === 1) points.push(at(cx + Math.cos(turn * 2) * spread, cy + Math.sin(turn * 2) * spread));
    else if (kind === 2) points.push(at(cx + between(random, -spread, spread), cy + between(random, -0.5, 0.5)));
    else if (kind === 3) points.push(at(cx + (i & 1 ? 1 : -1) * between(random, 0, spread), cy + (i & 2 ? 1 : -1) * between(random, 0, spread)));
    else if (kind === 4) points.push(at(cx + between(random, -0.7, 0.7), cy + between(random, -0.7, 0.7)));
    else points.push(at(cx + between(random, -0.05, 0.05) * (i & 1 ? 1 : 0), cy + between(random, -spread, spread)));
  }
  return points;
}

/** Everything a sweep promises beside its pixels. Returns the picture. */
function sweepAndCheck(width: number, height: number, invert: boolean): Uint8Array {
  const { call } = kernel;
  const blank = invert ? 0 : 255;
  const tally = kernel.sweep("sweepImage");
  const picture = kernel.pixels(width, height);
  expect(tally).toEqual(measuresOf(picture, width, height, blank));
  expect(call.accumulatorState()).toBe(0n);
  expect([call.inkTop(), call.inkBottom()]).toEqual([tally.top, tally.bottom]);
  call.rasterClear();
  expect(kernel.pixels(width, height).every((byte) => byte === blank)).toBe(true);
  return picture;
}

describe("lines against exact coverage", () => {
  // Points on the grid leave nothing to snap: what differs is arithmetic, but for lines cut at a border, whose cut is snapped again (1/512 px).
  for (const [name, spread, allowed] of [
    ["within the canvas", 0, ON_GRID_MAX],
    ["just around it", 8, 1.2],
    ["clipped on all sides", 90, 1.2],
    ["many times as large as the canvas", 700, 1.2],
    ["beyond the range of the fast path", 120_000, 1.2],
  ] as const) {
    it(name, () => {
      const random = seeded(spread);
      for (let round = 0; round < 160; round++) {
        const width = 1 + Math.floor(random() * 45);
        const height = 1 + Math.floor(random() * 30);
        const invert = random() < 0.5;
        const contours = Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomContour(random, width, height, spread));
        expect(kernel.call.canvasOpen(width, height, 1, invert ? 1 : 0)).toBe(0);
        kernel.call.rasterBegin();
        kernel.draw(contours.flatMap(polygon));
        const picture = sweepAndCheck(width, height, invert);
        const coverage = exactCoverage(contours, width, height);
        const expected = accumulatedInk(coverage);
        for (let i = 0; i < expected.length; i++) {
          const ink = Math.abs((picture[i] as number) - (invert ? 0 : 255));
          // every edge cut at a border may be off by its own snap
          const limit = spread > 0 ? allowed * Math.max(1, coverage.edges[i] as number) : allowed;
          const difference = Math.abs(ink - (expected[i] as number));
          if (difference > limit)
            expect.fail(`round ${round}, ${width}×${height}, pixel ${i}: ink ${ink}, expected ${expected[i]}, edges ${coverage.edges[i]}`);
        }
      }
      expect(kernel.brokenGuards()).toEqual([]);
    });
  }
});

it("points off the grid: each edge through a pixel is off by its snap at most", () => {
  // A snapped end lies up to √½/256 px aside; over an edge of at most √2 px in a pixel that is 1/256 of its area.
  const random = seeded(7);
  let sum = 0;
  let edgePixels = 0;
  for (let round = 0; round < 80; round++) {
    const width = 20 + Math.floor(random() * 20);
    const height = 20;
    const outline = Array.from({ length: 3 + Math.floor(random() * 4) }, () => ({
      x: Math.fround(between(random, 0, width)),
      y: Math.fround(between(random, 0, height)),
    }));
    kernel.call.canvasOpen(width, height, 1, 1);
    kernel.call.rasterBegin();
    kernel.draw(polygon(outline));
    const picture = sweepAndCheck(width, height, true);
    const coverage = exactCoverage([outline], width, height);
    const expected = accumulatedInk(coverage);
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs((picture[i] as number) - (expected[i] as number));
      const edges = coverage.edges[i] as number;
      if (edges > 0) {
        sum += difference;
        edgePixels++;
      }
      expect(difference).toBeLessThanOrEqual(ON_GRID_MAX + 1.0 * edges);
    }
  }
  expect(sum / edgePixels).toBeLessThan(0.5);
});

it("curves: the mean error at edge pixels is below 1/255, the largest below the flattening tolerance", () => {
  // 9/256 px of tolerance over an edge of √2 px is 12.7/255; the area correction and two snaps stay inside of that.
  const random = seeded(11);
  let sum = 0;
  let edgePixels = 0;
  let worst = 0;
  for (let round = 0; round < 60; round++) {
    const size = 40;
    const p = (): [number, number] => [Math.fround(between(random, 3, size - 3)), Math.fround(between(random, 3, size - 3))];
    const outline: Command[] = [["M", ...p()], ["Q", ...p(), ...p()], ["L", ...p()], ["C", ...p(), ...p(), ...p()], ["Z"]];
    kernel.call.canvasOpen(size, size, 1, 1);
    kernel.call.rasterBegin();
    kernel.draw(outline);
    const picture = sweepAndCheck(size, size, true);
    const coverage = exactCoverage(polygonsOf(outline), size, size);
    const expected = accumulatedInk(coverage);
    for (let i = 0; i < expected.length; i++) {
      if (coverage.edges[i] === 0) continue;
      const difference = Math.abs((picture[i] as number) - (expected[i] as number));
      sum += difference;
      edgePixels++;
      worst = Math.max(worst, difference);
    }
  }
  expect(sum / edgePixels).toBeLessThan(1);
  expect(worst).toBeLessThan(13);
});

it("measures alone are those of the picture, and touch no canvas", () => {
  const random = seeded(13);
  for (let round = 0; round < 60; round++) {
    const width = 1 + Math.floor(random() * 300);
    const height = 1 + Math.floor(random() * 60);
    const outline = [...polygon(randomContour(random, width, height, 30)), ...polygon(randomContour(random, width, height, 60))];
    const run = (sweep: "sweepImage" | "sweepImageBox" | "sweepMeasure", image: number) => {
      expect(kernel.call.canvasOpen(width, height, image, 0)).toBe(0);
      kernel.call.rasterBegin();
      kernel.draw(outline);
      const tally = kernel.sweep(sweep);
      kernel.call.rasterClear();
      expect(kernel.call.accumulatorState()).toBe(0n);
      return tally;
    };
    const whole = run("sweepImage", 1);
    expect(run("sweepMeasure", 0)).toEqual(whole);
    expect(run("sweepMeasure", 1)).toEqual(whole);
    expect(kernel.pixels(width, height).every((byte) => byte === 255)).toBe(true);
    const box = run("sweepImageBox", 1);
    expect([box.left, box.top, box.right, box.bottom]).toEqual([whole.left, whole.top, whole.right, whole.bottom]);
  }
  expect(kernel.brokenGuards()).toEqual([]);
});

it("painted with the ink box alone, the picture is the same, inside the canvas and cut by its borders", () => {
  const random = seeded(19);
  for (let round = 0; round < 300; round++) {
    const width = 8 + Math.floor(random() * 150);
    const height = 4 + Math.floor(random() * 60);
    const spread = round % 3 === 0 ? 40 : 0;
    const contours = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      // a part of the canvas, so that blank columns, spans and runs alternate
      const x = Math.floor(random() * width * 0.8);
      const part = 4 + random() * (width - x - 4);
      return randomContour(random, part, height, spread).map((p) => ({ x: p.x + x, y: p.y }));
    });
    const pictures = (["sweepImage", "sweepImageBox"] as const).map((sweep) => {
      kernel.call.canvasOpen(width, height, 1, round & 1);
      kernel.call.rasterBegin();
      kernel.draw(contours.flatMap(polygon));
      const { left, top, right, bottom } = kernel.sweep(sweep);
      const picture = kernel.pixels(width, height);
      expect(kernel.call.accumulatorState()).toBe(0n);
      kernel.call.rasterClear();
      const blank = round & 1 ? 0 : 255;
      expect(kernel.pixels(width, height).every((byte) => byte === blank)).toBe(true);
      return { left, top, right, bottom, picture };
    });
    expect(pictures[1]).toEqual(pictures[0]);
  }
  expect(kernel.brokenGuards()).toEqual([]);
});

it("the ink is the same at every pixel offset, and upside down in polarity only", () => {
  const star = polygon([
    { x: 1.25, y: 0.5 },
    { x: 11.5, y: 9.75 },
    { x: 0.5, y: 6.125 },
    { x: 12.25, y: 2 },
    { x: 4, y: 11 },
  ]);
  const ink = (dx: number, dy: number, invert: number): number[] => {
    const width = 33;
    kernel.call.canvasOpen(width, 31, 1, invert);
    kernel.call.rasterBegin();
    kernel.draw(star, { x: dx, y: dy });
    kernel.sweep("sweepImage");
    const picture = kernel.pixels(width, 31);
    kernel.call.rasterClear();
    const rows = Array.from({ length: 13 }, (_, y) => [...picture.subarray((y + dy) * width + dx, (y + dy) * width + dx + 13)]);
    return rows.flat().map((byte) => (invert ? byte : 255 - byte));
  };
  const first = ink(0, 0, 0);
  expect(first.some((v) => v > 0)).toBe(true);
  for (const [dx, dy] of [
    [1, 0],
    [2, 3],
    [3, 1],
    [7, 2],
    [19, 17],
  ] as const) {
    expect(ink(dx, dy, 0)).toEqual(first);
    expect(ink(dx, dy, 1)).toEqual(first);
  }
});

it("an open contour is closed, before the next one and at the end", () => {
  const open: Command[] = [
    ["M", 2, 2],
    ["L", 9.5, 3],
    ["Q", 12, 8, 4, 9],
    ["M", 3, 10],
    ["L", 9, 10],
    ["L", 6, 12.5],
  ];
  const closed: Command[] = [
    ["M", 2, 2],
    ["L", 9.5, 3],
    ["Q", 12, 8, 4, 9],
    ["L", 2, 2],
    ["Z"],
    ["M", 3, 10],
    ["L", 9, 10],
    ["L", 6, 12.5],
    ["L", 3, 10],
    ["Z"],
  ];
  const pictures = [open, closed].map((outline) => {
    kernel.call.canvasOpen(14, 14, 1, 0);
    kernel.call.rasterBegin();
    kernel.draw(outline);
    return sweepAndCheck(14, 14, false);
  });
  expect(pictures[0]).toEqual(pictures[1]);
});

it("windings saturate: 300 layers either way are full ink, no wrap at 128", () => {
  for (const layers of [1, 2, 127, 128, 129, 130, 300]) {
    for (const box of [
      [
        ["M", 1, 1],
        ["L", 6, 1],
        ["L", 6, 6],
        ["L", 1, 6],
      ],
      [
        ["M", 1, 1],
        ["L", 1, 6],
        ["L", 6, 6],
        ["L", 6, 1],
      ],
    ] as Command[][]) {
      kernel.call.canvasOpen(8, 8, 1, 1);
      kernel.call.rasterBegin();
      for (let i = 0; i < layers; i++) kernel.draw(box);
      const picture = sweepAndCheck(8, 8, true);
      expect(picture.reduce((sum, ink) => sum + ink, 0)).toBe(25 * 255);
    }
  }
});

it("no outline traps, leaves anything behind or writes beside its memory", () => {
  const random = seeded(17);
  const values = [
    0,
    -0,
    1,
    -1,
    0.3,
    255.99,
    16383.9,
    16384,
    -16384,
    16385,
    32768,
    49151,
    -49152,
    65536,
    1e5,
    -1e6,
    1e9,
    -1e12,
    1e30,
    -1e30,
    3e38,
    Infinity,
    -Infinity,
    NaN,
  ];
  const wild = (): number => (random() < 0.6 ? between(random, -40, 80) : (values[Math.floor(random() * values.length)] as number));
  for (let round = 0; round < 600; round++) {
    const width = 1 + Math.floor(random() * 70);
    const height = 1 + Math.floor(random() * 40);
    const outline: Command[] = [];
    for (let i = 0; i < 12; i++) {
      const kind = random();
      if (i === 0 || kind < 0.1) outline.push(["M", wild(), wild()]);
      else if (kind < 0.5) outline.push(["L", wild(), wild()]);
      else if (kind < 0.7) outline.push(["Q", wild(), wild(), wild(), wild()]);
      else if (kind < 0.9) outline.push(["C", wild(), wild(), wild(), wild(), wild(), wild()]);
      else outline.push(["Z"]);
    }
    const placement = random() < 0.2 ? { scaleX: wild(), scaleY: wild(), x: wild(), y: wild() } : {};
    const draw = () => {
      expect(kernel.call.canvasOpen(width, height, 1, 0)).toBe(0);
      kernel.call.rasterBegin();
      kernel.draw(outline, placement);
      return sweepAndCheck(width, height, false);
    };
    expect(draw()).toEqual(draw());
    if (round % 50 === 0) expect(kernel.brokenGuards()).toEqual([]);
  }
  expect(kernel.brokenGuards()).toEqual([]);
});

it("an abandoned picture leaves nothing to the next, on a canvas of the same size or of another", () => {
  const box: Command[] = [
    ["M", 1, 1],
    ["L", 30, 1],
    ["L", 30, 20],
    ["L", 1, 20],
  ];
  for (const [width, height] of [
    [40, 30],
    [13, 50],
    [200, 3],
  ] as const) {
    kernel.call.canvasOpen(40, 30, 1, 0);
    kernel.call.rasterBegin();
    kernel.draw(box);
    if (width === 40) kernel.call.rasterReset();
    kernel.call.canvasOpen(width, height, 1, 0);
    kernel.call.rasterBegin();
    expect(kernel.call.accumulatorState()).toBe(0n);
    expect(sweepAndCheck(width, height, false).every((byte) => byte === 255)).toBe(true);
    // given up after the sweep: the next canvas is blank all the same
    kernel.draw(box);
    kernel.sweep("sweepImage");
    kernel.call.canvasOpen(width, height, 1, 0);
    expect(kernel.pixels(width, height).every((byte) => byte === 255)).toBe(true);
  }
});

it("long outlines go through the bounded list of points piece by piece", () => {
  // 30,000 points of a spiral: several times the list, closed at the end
  const points: Command[] = [];
  for (let i = 0; i < 30_000; i++) {
    const r = 2 + (i / 30_000) * 60;
    points.push([i === 0 ? "M" : "L", 64 + r * Math.cos(i * 0.05), 64 + r * Math.sin(i * 0.05)]);
  }
  kernel.call.canvasOpen(130, 130, 1, 0);
  kernel.call.rasterBegin();
  kernel.draw(points);
  expect(kernel.sweep("sweepImage").inkSum).toBeGreaterThan(0);
  kernel.call.rasterClear();
  expect(kernel.call.accumulatorState()).toBe(0n);
  expect(kernel.brokenGuards()).toEqual([]);
});

it("the longest sides: 32,768 columns, 32,768 rows, and glyphs of 10,000 px", () => {
  for (const [width, height] of [
    [32768, 5],
    [7, 32768],
    [20000, 300],
  ] as const) {
    expect(kernel.call.canvasOpen(width, height, 1, 1)).toBe(0);
    kernel.call.rasterBegin();
    kernel.draw([["M", 0.5, 0.5], ["L", width - 0.5, 0.5], ["L", width - 0.5, height - 0.5], ["L", 0.5, height - 0.5], ["Z"]]);
    const tally = kernel.sweep("sweepImage");
    // borders half covered, corners a quarter: 127.5 (a tie; clockwise contours round it down) and 63.75
    expect(tally.inkSum).toBe(255 * (width - 2) * (height - 2) + 127 * 2 * (width + height - 4) + 64 * 4);
    expect([tally.left, tally.top, tally.right, tally.bottom, tally.beam]).toEqual([0, 0, width, height, width]);
    expect(tally.sumX / tally.inkSum).toBeCloseTo(width / 2, 9);
    expect(tally.sumY / tally.inkSum).toBeCloseTo(height / 2, 9);
    kernel.call.rasterClear();
    expect(kernel.pixels(width, height).every((byte) => byte === 0)).toBe(true);
    // a diagonal over the whole canvas: half of it is ink
    kernel.call.rasterBegin();
    kernel.draw([["M", 0, 0], ["L", width, height], ["L", 0, height], ["Z"]]);
    expect(kernel.sweep("sweepMeasure").inkSum / 255 / width / height).toBeCloseTo(0.5, 4);
    expect(kernel.call.accumulatorState()).toBe(0n);
  }
  expect(kernel.brokenGuards()).toEqual([]);
});

it("sizes beyond the limits and memory that is not there are refused, and the next canvas works", async () => {
  expect(kernel.call.canvasOpen(0, 5, 1, 0)).toBeLessThan(0);
  expect(kernel.call.canvasOpen(32769, 5, 1, 0)).toBeLessThan(0);
  expect(kernel.call.canvasOpen(32768, 32768, 0, 0)).toBeLessThan(0);
  const poor = await rasterKernel({ refuseFromBytes: 200_000 });
  expect(poor.call.canvasOpen(300, 300, 1, 0)).toBe(poor.call.RASTER_OUT_OF_MEMORY.value);
  expect(poor.call.rasterBegin()).toBe(0);
  poor.draw([
    ["M", 1, 1],
    ["L", 200, 1],
    ["L", 200, 200],
  ]);
  expect(poor.sweep("sweepImage").inkSum).toBe(0);
  expect(poor.call.canvasOpen(40, 40, 1, 0)).toBe(0);
  poor.call.rasterBegin();
  poor.draw([
    ["M", 1, 1],
    ["L", 20, 1],
    ["L", 20, 20],
    ["L", 1, 20],
  ]);
  expect(poor.sweep("sweepImage").inkSum).toBe(19 * 19 * 255);
  expect(poor.brokenGuards()).toEqual([]);
});

it("reports the box of the whole outline, clipped or not", () => {
  kernel.call.canvasOpen(10, 10, 1, 0);
  kernel.call.rasterBegin();
  kernel.draw([
    ["M", -5.5, 3],
    ["L", 12.25, -7],
    ["L", 4, 40000],
  ]);
  expect(["outlineLeft", "outlineTop", "outlineRight", "outlineBottom"].map((name) => kernel.call[name]())).toEqual([-5.5, -7, 12.25, 40000]);
  kernel.sweep("sweepMeasure");
  kernel.call.rasterBegin();
  expect(kernel.call.outlineLeft()).toBeGreaterThan(kernel.call.outlineRight());
});
