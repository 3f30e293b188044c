// The kernels of comparing against plain loops over the same pictures: random ones of odd and even sides, both polarities, blank and full stretches, rows that end within a vector.
import { beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../raster/testing/seeded.ts";
import { compareKernel, type TestPicture } from "./testing/kernel.mjs";

let kernel: Awaited<ReturnType<typeof compareKernel>>;
beforeAll(async () => {
  kernel = await compareKernel();
});

/** Ink in part of the picture, some of it full; blank around it. */
function picture(random: () => number, width: number, height: number): TestPicture {
  const inverted = random() < 0.5;
  const blank = inverted ? 0 : 255;
  const data = new Uint8Array(width * height).fill(blank);
  if (random() < 0.1) return { width, height, inverted, data };
  const [left, top] = [Math.floor(random() * width), Math.floor(random() * height)];
  for (let y = top; y < height - Math.floor((random() * (height - top)) / 2); y++)
    for (let x = left; x < width; x++) {
      const kind = random();
      if (kind > 0.3) data[y * width + x] = blank ^ (kind > 0.6 ? 255 : Math.floor(random() * 256));
    }
  return { width, height, inverted, data };
}

const side = (random: () => number): number => 1 + Math.floor(random() * (random() < 0.3 ? 70 : 20));
/** What the 32-bit floats of pixel_delta_center and ssim may be off by; whole sums are exact. */
const CLOSE = [1e-12, 1e-7, 1e-12, 2e-6, 1e-12] as const;

describe("measures", () => {
  test.each(["corner", "center", "ink"] as const)("mode %s", (mode) => {
    const random = seeded(0xc0de + mode.length);
    for (let round = 0; round < 60; round++) {
      const a = picture(random, side(random), side(random));
      const b = random() < 0.3 ? { ...picture(random, a.width, a.height), inverted: a.inverted } : picture(random, side(random), side(random));
      const { measures, shift, frame } = kernel.compare(a, b, mode, 4);
      // Where the pictures lie in the frame: of mode ink it grew to the left and above by what b stands out there, as far as its ink does.
      const [x, y] = mode === "center" ? [(frame[0] - a.width) >> 1, (frame[1] - a.height) >> 1] : places(b, shift);
      const plain = kernel.plain([x, y], [x + shift[0], y + shift[1]], frame);
      for (const [i, value] of plain.entries()) {
        expect(Math.abs((measures[i] as number) - value), `round ${round}, measure ${i}: ${measures[i]}, plainly ${value}`).toBeLessThanOrEqual(
          CLOSE[i] as number,
        );
      }
      // pixel_delta alone takes another way where nothing is aligned
      expect(kernel.compare(a, b, mode, 4, 1).measures[0]).toBe(measures[0]);
    }
  });

  function places(b: TestPicture, [shiftX, shiftY]: readonly [number, number]): readonly [number, number] {
    const blank = b.inverted ? 0 : 255;
    let [left, top] = [0, 0];
    b.data.forEach((byte, i) => {
      if (byte === blank) return;
      left = Math.min(left, (i % b.width) + shiftX);
      top = Math.min(top, Math.floor(i / b.width) + shiftY);
    });
    return [-left, -top];
  }
});

test("the best shift is that of trying every place, ties too", () => {
  const random = seeded(0x51f7);
  for (let round = 0; round < 80; round++) {
    const a = picture(random, side(random), side(random));
    // every other round a copy moved by a few pixels, and rows and columns that repeat
    const b = round % 2 === 0 ? picture(random, side(random), side(random)) : a;
    const start = [Math.floor(random() * 9) - 4, Math.floor(random() * 9) - 4] as const;
    const { fast, plain } = kernel.shifts(a, b, start, Math.floor(random() * 6));
    expect(fast, `round ${round}`).toEqual(plain);
  }
  const stripes: TestPicture = { width: 40, height: 9, inverted: true, data: Uint8Array.from({ length: 360 }, (_, i) => (i % 4 < 2 ? 255 : 0)) };
  const { fast, plain } = kernel.shifts(stripes, { ...stripes, width: 20, height: 18 }, [3, -2], 5);
  expect(fast).toEqual(plain);
});

test("sums of every length and start", () => {
  const random = seeded(0x5e5);
  const bytes = (): Uint8Array => Uint8Array.from({ length: 9000 }, () => (random() < 0.2 ? 255 * Math.round(random()) : Math.floor(random() * 256)));
  const [a, b] = [bytes(), bytes()];
  for (const length of [...Array(140).keys(), 2047, 2048, 2049, 4080, 4096, 4111, 8191, 8984]) {
    const { fast, plain } = kernel.sums(a, b, Math.floor(random() * 16), length);
    expect(fast, `${length} bytes`).toEqual(plain);
  }
  // the widest differences, over more than one partial sum
  const full = new Uint8Array(200_000).fill(255);
  const { fast, plain } = kernel.sums(full, new Uint8Array(200_000), 0, 199_984);
  expect(fast).toEqual(plain);
});

test("resizing is within rounding of doubles, and writes no byte too much", () => {
  const random = seeded(0x2e51);
  for (let round = 0; round < 60; round++) {
    const from = picture(random, side(random), side(random));
    const { fast, plain, behind } = kernel.resize(from, side(random), side(random));
    expect(behind).toBe(0x5a);
    for (const [i, value] of fast.entries()) {
      // half up; 32-bit floats may fall to the other side of a half
      expect(Math.abs(value - (plain[i] as number)), `round ${round}, pixel ${i}`).toBeLessThanOrEqual(0.5001);
    }
  }
});
