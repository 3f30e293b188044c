// Comparing and resizing against NumPy and scikit-image (expected.json, by make.py), the numbers of two polarities, views without a copy, and what is refused.
import { readFileSync } from "node:fs";
import { createSession, type GreyImage, HaforuError, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeded } from "../../packages/engine/assembly/raster/testing/seeded.ts";
import { fontPath } from "../fonts/fonts.mjs";

interface Spec {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly kind: string;
}

const expected = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8"));
const MEASURES = ["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"] as const;
/** SSIM is computed in 32 bits. */
const SLACK = { pixel_delta: 1e-9, pixel_delta_center: 1e-7, rmse: 1e-9, ssim: 2e-6, iou: 1e-9 };

/** Ink of make.py's picture(). */
function picture({ seed, width, height, kind }: Spec): Uint8Array {
  const random = seeded(seed);
  const ink = new Uint8Array(width * height);
  if (kind === "full") ink.fill(255);
  if (kind === "noise") for (let i = 0; i < ink.length; i++) ink[i] = Math.floor(random() * 256);
  for (let n = 0; kind === "shapes" && n < 3; n++) {
    const cx = (0.3 + 0.4 * random()) * width;
    const cy = (0.3 + 0.4 * random()) * height;
    const rx = (0.05 + 0.2 * random()) * width;
    const ry = (0.05 + 0.2 * random()) * height;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const dx = (x + 0.5 - cx) / rx;
        const dy = (y + 0.5 - cy) / ry;
        const value = Math.min(255, Math.max(0, Math.floor((1 - (dx * dx + dy * dy)) * 400)));
        ink[y * width + x] = Math.max(ink[y * width + x] as number, value);
      }
  }
  return ink;
}

const inks: Uint8Array[] = expected.pictures.map(picture);
const image = (index: number, invert: boolean): GreyImage => {
  const { width, height } = expected.pictures[index];
  const ink = inks[index] as Uint8Array;
  return { width, height, data: invert ? ink : ink.map((v) => 255 - v), invert };
};

let session: Session;
beforeAll(() => {
  session = createSession();
});
afterAll(() => session.dispose());

it("the pictures are those of make.py", () => {
  expect(inks.map((ink) => ink.reduce((sum, v) => sum + v, 0))).toEqual(expected.sums);
});

describe("alignAndCompare", () => {
  for (const { pictures, mode, reach, width, height, shift, ...numbers } of expected.compared) {
    it(`pictures ${pictures.join(" and ")}, ${mode}`, () => {
      for (const inverted of [
        [false, false],
        [true, true],
        [true, false],
      ]) {
        const result = session.alignAndCompare(image(pictures[0], inverted[0] as boolean), image(pictures[1], inverted[1] as boolean), { mode, reach });
        expect({ width: result.width, height: result.height, shift: result.shift }).toEqual({ width, height, shift });
        for (const name of MEASURES)
          expect(Math.abs((result[name] as number) - numbers[name]), `${name} ${result[name]}, expected ${numbers[name]}`).toBeLessThan(SLACK[name]);
      }
    });
  }

  it("gives each measure alone as with the others, and no other", () => {
    const all = session.alignAndCompare(image(0, false), image(1, false));
    for (const name of MEASURES) {
      const { width, height, shift, ...rest } = session.alignAndCompare(image(0, false), image(1, false), { measures: [name] });
      expect(rest).toEqual({ [name]: all[name] });
    }
  });

  it("ink: finds where a picture was moved to, at the edge of its reach and no further", () => {
    const [width, height] = [120, 90];
    const base = new Uint8Array(width * height).fill(255);
    const moved = base.slice();
    const random = seeded(77);
    // a block with a light border on one side only, so that the middles of the ink boxes are 4 px apart from the best place
    for (let y = 0; y < 20; y++)
      for (let x = 0; x < 20; x++) {
        const value = Math.floor(random() * 200);
        base[(30 + y) * width + 40 + x] = value;
        moved[(41 + y) * width + 57 + x] = value;
      }
    moved[45 * width + 57 - 8] = 254;
    const [a, b] = [base, moved].map((data) => ({ width, height, data })) as [GreyImage, GreyImage];
    const near = session.alignAndCompare(a, b, { mode: "ink", reach: 4 });
    expect(near.shift).toEqual([-17, -11]);
    expect(near.pixel_delta).toBeCloseTo(1 / 255 / width / height, 12);
    expect(session.alignAndCompare(a, b, { mode: "ink", reach: 3 }).shift).not.toEqual([-17, -11]);
  });

  it("reads a view of the session where it lies, and both orders give one number", () => {
    const request = { font: fontPath("noto-sans"), text: "R", size: 60, width: 80, height: 80 };
    const copy = session.renderToBytes({ ...request, text: "B" }).slice();
    const view = session.renderToBytes(request);
    const size = { width: 80, height: 80 };
    const one = session.alignAndCompare({ ...size, data: view }, { ...size, data: copy });
    const kept = session.renderToBytes(request).slice();
    expect(session.alignAndCompare({ ...size, data: copy }, { ...size, data: kept })).toEqual(one);
    expect(session.compareRenders(request, { ...request, text: "B" })).toEqual(one);
    expect(one.pixel_delta).toBeGreaterThan(0.01);
  });
});

describe("compareRenders", () => {
  const font = fontPath("noto-sans");
  it("is alignAndCompare of both pictures, whatever their sizes and polarity", () => {
    const a = { font, text: "Ag", size: 50, width: 100, height: 80 };
    const b = { font, text: "Ay", size: 48, width: 90, height: 100, invert: true };
    const first = session.renderToBytes(a).slice();
    const second = session.renderToBytes(b).slice();
    for (const mode of ["corner", "center", "ink"] as const)
      expect(session.compareRenders(a, b, { mode })).toEqual(
        session.alignAndCompare({ width: 100, height: 80, data: first }, { width: 90, height: 100, data: second, invert: true }, { mode }),
      );
  });

  it("holds two canvases that do not fit the cache together", () => {
    const large = { font, text: "Q", size: 300, width: 6000, height: 4000 };
    expect(session.compareRenders(large, { ...large, invert: true }, { measures: ["iou", "pixel_delta"] })).toMatchObject({ iou: 1, pixel_delta: 0 });
    expect(session.compareRenders(large, { ...large, width: 6001 }, { measures: ["iou"] })).toMatchObject({ iou: 1, width: 6001 });
  });

  it("names what is wrong with a font", () => {
    const a = { font, text: "A", size: 50, width: 100, height: 80 };
    expect(() => session.compareRenders(a, { ...a, font: "/none.ttf" })).toThrow(/none\.ttf/);
  });
});

describe("resizeBilinear", () => {
  for (const { picture: index, width, height, data } of expected.resized) {
    it(`picture ${index} to ${width} × ${height}`, () => {
      const resized = session.resizeBilinear(image(index, true), width, height);
      expect(resized).toMatchObject({ width, height, invert: true });
      expect(resized.data.length).toBe(data.length);
      // rounded to whole numbers, so half a step away at most (and a hair for the 32-bit arithmetic)
      data.forEach((value: number, i: number) => {
        expect(Math.abs((resized.data[i] as number) - value)).toBeLessThanOrEqual(0.502);
      });
    });
  }
});

describe("what is refused", () => {
  const good: GreyImage = { width: 2, height: 2, data: new Uint8Array(4) };
  const cases: [string, () => unknown, string, string][] = [
    ["data too short", () => session.alignAndCompare(good, { ...good, data: new Uint8Array(3) }), "invalid_argument", "b.data"],
    ["data of another type", () => session.alignAndCompare({ ...good, data: [0, 0, 0, 0] as never }, good), "invalid_argument", "a.data"],
    ["no width", () => session.alignAndCompare({ ...good, width: 0 }, good), "invalid_argument", "a.width"],
    ["a width over the limit", () => session.resizeBilinear(good, 32769, 1), "invalid_argument", "width"],
    ["an area over the limit", () => session.resizeBilinear(good, 32768, 32768), "canvas_too_large", "width"],
    ["another mode", () => session.alignAndCompare(good, good, { mode: "top" as never }), "invalid_argument", "mode"],
    ["a reach over the limit", () => session.alignAndCompare(good, good, { reach: 257 }), "invalid_argument", "reach"],
    ["no measure", () => session.alignAndCompare(good, good, { measures: [] }), "invalid_argument", "measures"],
    ["another measure", () => session.alignAndCompare(good, good, { measures: ["psnr" as never] }), "invalid_argument", "measures"],
    ["an unknown option", () => session.alignAndCompare(good, good, { modes: "ink" } as never), "invalid_argument", "modes"],
    ["no picture", () => session.alignAndCompare(null as never, good), "invalid_argument", "a"],
  ];
  for (const [what, call, code, field] of cases)
    it(what, () => {
      let error: unknown;
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(HaforuError);
      expect(error).toMatchObject({ code, field });
    });

  it("a frame over the limit", () => {
    const wide = { width: 32768, height: 1, data: new Uint8Array(32768) };
    const tall = { width: 1, height: 32768, data: new Uint8Array(32768) };
    expect(() => session.alignAndCompare(wide, tall)).toThrow(HaforuError);
  });
});
