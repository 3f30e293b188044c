// Where edges of several contours share a pixel, areas are counted twice: held against supersampling by the true non-zero rule, so that the documents can say
// how much that is, and that nothing else differs.
import { beforeAll, expect, it } from "vitest";
import { type Command, exactCoverage, type Polygon, sampledInk } from "./reference.ts";
import { rasterKernel } from "./testing/kernel.mjs";
import { seeded } from "./testing/seeded.ts";

/** Samples a side of a pixel: the part of a pixel right of a straight edge is then right to about 1/32. */
const SIDE = 32;
/** Two steps of sampling, and the rounding to a byte. */
const SAMPLING_MAX = (2 * 255) / SIDE + 1;
const SIZE = 40;

let kernel: Awaited<ReturnType<typeof rasterKernel>>;
beforeAll(async () => {
  kernel = await rasterKernel();
});

function ink(contours: readonly Polygon[], width: number, height: number): Uint8Array {
  kernel.call.canvasOpen(width, height, 1, 1);
  kernel.call.rasterBegin();
  kernel.draw(contours.flatMap((points): Command[] => [...points.map((p, i): Command => [i === 0 ? "M" : "L", p.x, p.y]), ["Z"]]));
  kernel.sweep("sweepImage");
  const picture = kernel.pixels(width, height).slice();
  kernel.call.rasterClear();
  return picture;
}

/** 1 where an edge passes through the pixel. */
const partly = (area: number): number => (Math.abs(area) > 1e-9 && Math.abs(area) < 1 - 1e-9 ? 1 : 0);

const rectangle = (left: number, top: number, right: number, bottom: number): Polygon => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

it("the same half of a pixel twice is full ink where half is right; halves that abut are full ink, without a seam", () => {
  const half = rectangle(0, 0, 0.5, 1);
  expect(ink([half], 1, 1)[0]).toBe(127);
  expect(ink([half, half], 1, 1)[0]).toBe(255);
  expect(sampledInk([half, half], 1, 1, SIDE)[0]).toBeCloseTo(127.5, 9);
  expect(ink([half, rectangle(0.5, 0, 1, 1)], 1, 1)[0]).toBe(255);
});

it("overlapping shapes differ from the true rule at pixels that both cover in part, and nowhere else", () => {
  const random = seeded(21);
  let [sum, shared, worst, edges] = [0, 0, 0, 0];
  for (let round = 0; round < 60; round++) {
    // Two convex shapes of one direction, as the parts of a letter in a variable font.
    const contours = [0, 1].map((): Polygon => {
      const [cx, cy, radius] = [SIZE * (0.3 + 0.4 * random()), SIZE * (0.3 + 0.4 * random()), SIZE * (0.1 + 0.18 * random())];
      const turn = random() * Math.PI;
      return Array.from({ length: 5 }, (_, i) => ({ x: cx + radius * Math.cos(turn + i * 1.2566), y: cy + radius * Math.sin(turn + i * 1.2566) }));
    });
    const picture = ink(contours, SIZE, SIZE);
    const right = sampledInk(contours, SIZE, SIZE, SIDE);
    const [one, other] = contours.map((contour) => exactCoverage([contour], SIZE, SIZE).signed.map(partly)) as [Float64Array, Float64Array];
    for (let i = 0; i < picture.length; i++) {
      const difference = Math.abs((picture[i] as number) - (right[i] as number));
      edges += (one[i] as number) | (other[i] as number);
      if (one[i] === 1 && other[i] === 1) {
        sum += difference;
        shared++;
        worst = Math.max(worst, difference);
      } else if (difference > SAMPLING_MAX) expect.fail(`round ${round}, pixel ${i}: ink ${picture[i]}, expected ${right[i]}`);
    }
  }
  // What docs/rasteriser.md says of them.
  expect(shared / edges).toBeLessThan(0.05);
  expect(sum / shared).toBeGreaterThan(10);
  expect(sum / shared).toBeLessThan(20);
  expect(worst).toBeLessThan(128);
});
