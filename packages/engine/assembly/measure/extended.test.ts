// The extended measures: the fast pass against the plain one on pictures of every width, and against shapes whose values are known by hand.
import { beforeAll, describe, expect, test } from "vitest";
import { measureKernel, type Picture } from "./testing/kernel.mjs";

let kernel: Awaited<ReturnType<typeof measureKernel>>;
beforeAll(async () => {
  kernel = await measureKernel();
});

/** mulberry32. */
function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A picture of random pixels, a part of them blank and a part full, so that rows and columns without ink occur. */
function noise(seed: number, width: number, height: number, filled: number): Picture {
  const next = random(seed);
  const blankColumn = Array.from({ length: width }, () => next() < 0.3);
  const blankRow = Array.from({ length: height }, () => next() < 0.3);
  const values = Array.from({ length: width * height }, (_, i) => {
    const v = next();
    if (blankColumn[i % width] || blankRow[Math.floor(i / width)] || v > filled) return 0;
    return v < filled / 2 ? 255 : Math.floor(next() * 256);
  });
  return { width, height, invert: seed % 2 === 1, ink: (x, y) => values[y * width + x] ?? 0 };
}

const rectangle = (x0: number, y0: number, x1: number, y1: number): ((x: number, y: number) => number) => {
  const cover = (at: number, from: number, to: number): number => Math.max(0, Math.min(at + 1, to) - Math.max(at, from));
  return (x, y) => Math.round(255 * cover(x, x0, x1) * cover(y, y0, y1));
};

/** Coverage of a shape by 16 × 16 points a pixel. */
function sampled(inside: (x: number, y: number) => boolean): (x: number, y: number) => number {
  return (x, y) => {
    let hits = 0;
    for (let i = 0; i < 256; i++) if (inside(x + ((i & 15) + 0.5) / 16, y + ((i >> 4) + 0.5) / 16)) hits++;
    return Math.round((255 * hits) / 256);
  };
}

describe("the fast pass says what the plain one says", () => {
  test.each([false, true])("vertical %s", (vertical) => {
    for (let seed = 1; seed <= 150; seed++) {
      const next = random(seed + 7000);
      const picture = noise(seed, 1 + Math.floor(next() * 70), 1 + Math.floor(next() * 40), next());
      const fast = kernel.extended(picture, vertical);
      if (Number.isNaN(fast.inkDensity)) continue; // no ink came out
      const plain = kernel.reference(picture, vertical);
      for (let i = 0; i < 3; i++) expect(fast.moments[i]).toBeCloseTo(plain.moments[i] ?? 0, 8);
      expect(Math.abs(fast.perimeter - plain.perimeter)).toBeLessThan(1e-5 * (1 + plain.perimeter));
      expect(fast.gapCount).toBe(plain.gapCount);
      expect(fast.gaps.length).toBe(plain.gapCount);
    }
  });

  test("over more rows and columns than one sum holds", () => {
    for (const [width, height] of [
      [40, 700],
      [1400, 9],
      [1025, 300],
    ] as const) {
      const picture = { width, height, ink: () => 255 };
      const fast = kernel.extended(picture);
      const plain = kernel.reference(picture);
      expect(fast.moments[0] / plain.moments[0]).toBeCloseTo(1, 10);
      expect(fast.moments[1] / plain.moments[1]).toBeCloseTo(1, 10);
      expect(fast.moments[2]).toBeCloseTo(0, 4);
      expect(fast.perimeter).toBeCloseTo(plain.perimeter, 2);
    }
  });
});

describe("shapes with known answers", () => {
  /** What one right-angled corner lacks: its cell's gradient goes along the diagonal, √½ for two half sides. */
  const CORNER_PX = 1 - Math.SQRT1_2;

  test("a rectangle: width²/12, height²/12, no covariance, the perimeter less its corners", () => {
    const { moments, perimeter, inkDensity, gapCount } = kernel.extended({ width: 200, height: 100, ink: rectangle(13, 7, 13 + 120, 7 + 40) });
    expect(moments[0]).toBeCloseTo(120 ** 2 / 12, 9);
    expect(moments[1]).toBeCloseTo(40 ** 2 / 12, 9);
    expect(moments[2]).toBeCloseTo(0, 9);
    expect(perimeter).toBeCloseTo(2 * (120 + 40) - 4 * CORNER_PX, 4);
    expect(inkDensity).toBe(1);
    expect(gapCount).toBe(0);
  });

  test("one pixel", () => {
    const { moments, perimeter } = kernel.extended({ width: 5, height: 5, ink: rectangle(2, 3, 3, 4) });
    expect(moments[0]).toBeCloseTo(1 / 12, 12);
    expect(moments[1]).toBeCloseTo(1 / 12, 12);
    expect(perimeter).toBeCloseTo(4 * Math.SQRT1_2, 5);
  });

  test("a disc: r²/4 along every direction, 2πr", () => {
    const r = 60;
    const { moments, perimeter, inkDensity } = kernel.extended({ width: 160, height: 150, ink: sampled((x, y) => Math.hypot(x - 70.3, y - 72.6) < r) });
    expect(Math.abs(moments[0] / (r ** 2 / 4) - 1)).toBeLessThan(0.002);
    expect(Math.abs(moments[1] / (r ** 2 / 4) - 1)).toBeLessThan(0.002);
    expect(Math.abs(moments[2])).toBeLessThan(0.5);
    expect(Math.abs(perimeter / (2 * Math.PI * r) - 1)).toBeLessThan(0.01);
    expect(Math.abs(inkDensity / ((Math.PI * r ** 2) / 121 ** 2) - 1)).toBeLessThan(0.02);
  });

  test("a right triangle with legs a along x and b along y: a²/18, b²/18, −ab/36", () => {
    const [a, b] = [180, 120];
    // corners (10, 10), (190, 10), (10, 130): the density falls along x as along y
    const { moments, perimeter } = kernel.extended({ width: 200, height: 140, ink: sampled((x, y) => x > 10 && y > 10 && (x - 10) / a + (y - 10) / b < 1) });
    expect(Math.abs(moments[0] / (a ** 2 / 18) - 1)).toBeLessThan(0.002);
    expect(Math.abs(moments[1] / (b ** 2 / 18) - 1)).toBeLessThan(0.002);
    expect(Math.abs(moments[2] / ((-a * b) / 36) - 1)).toBeLessThan(0.002);
    expect(Math.abs(perimeter / (a + b + Math.hypot(a, b)) - 1)).toBeLessThan(0.01);
  });

  test("gaps between three bars, along x and along y", () => {
    const bars = (at: number): number => ((at >= 4 && at < 10) || (at >= 13 && at < 20) || (at >= 29 && at < 30) ? 255 : 0);
    const wide = kernel.extended({ width: 40, height: 6, ink: (x, y) => (y > 0 ? bars(x) : 0) });
    expect(wide.gaps).toEqual([
      [10, 3],
      [20, 9],
    ]);
    expect(wide.gapVariation).toBeCloseTo(3 / 6, 12); // mean 6, deviation 3
    const tall = kernel.extended({ width: 6, height: 40, ink: (x, y) => (x > 0 ? bars(y) : 0) }, true);
    expect(tall.gaps).toEqual(wide.gaps);
    expect(kernel.extended({ width: 40, height: 6, ink: bars }, true).gapCount).toBe(0);
  });

  test("more gaps than are listed are counted", () => {
    const comb = kernel.extended({ width: 3001, height: 2, ink: (x) => (x % 2 === 0 ? 255 : 0) });
    expect([comb.gapCount, comb.gaps.length, comb.gapVariation]).toEqual([1500, 1024, 0]);
  });

  test("no ink", () => {
    const none = kernel.extended({ width: 8, height: 8, ink: () => 0 });
    expect(none).toMatchObject({ inkDensity: Number.NaN, perimeter: 0, gapCount: 0, gaps: [], gapVariation: Number.NaN });
    expect(none.moments.every(Number.isNaN)).toBe(true);
  });
});

test("the coefficient of variation is the population's", () => {
  expect(kernel.variation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2 / 5, 12); // the textbook's: mean 5, deviation 2
  expect(kernel.variation([3, 3, 3])).toBe(0);
  expect(kernel.variation([7])).toBeNaN();
  expect(kernel.variation([-1, 1])).toBeNaN();
});
