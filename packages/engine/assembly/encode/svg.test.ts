// SVG documents: the path's numbers against the outline and placement that went in, the frame against the canvas, and its use inside a JSON string.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

const draw = {
  M: (...p: number[]) => fn(kernel.call, "svgMoveTo")(0, 0, 0, ...p, 0),
  L: (...p: number[]) => fn(kernel.call, "svgLineTo")(0, 0, 0, ...p, 0),
  Q: (...p: number[]) => fn(kernel.call, "svgQuadTo")(0, 0, 0, ...p, 0),
  C: (...p: number[]) => fn(kernel.call, "svgCubicTo")(0, 0, 0, ...p, 0),
  Z: () => fn(kernel.call, "svgClose")(0, 0, 0, 0),
};
const points = { M: 1, L: 1, Q: 2, C: 3, Z: 0 } as const;

function documentOf(width: number, height: number, invert: boolean, body: () => void): { readonly text: string; readonly clamped: number } {
  fn(kernel.call, "outReset")();
  fn(kernel.call, "svgBegin")(width, height, invert ? 1 : 0);
  body();
  const clamped = fn(kernel.call, "svgEnd")();
  return { text: kernel.text(), clamped };
}

function pathOf(text: string): { readonly letter: string; readonly numbers: readonly number[] }[] {
  const d = / d='([^']*)'/.exec(text)?.[1] ?? "";
  return [...d.matchAll(/([MLQCZ])([^MLQCZ]*)/g)].map(([, letter, rest]) => ({
    letter: letter ?? "",
    numbers: (rest ?? "")
      .split(" ")
      .filter((part) => part !== "")
      .map(Number),
  }));
}

describe("SVG", () => {
  it("frames the picture: size, view box, background, one path filled by the non-zero rule", () => {
    const { text } = documentOf(300, 120, false, () => {});
    expect(text).toBe(
      "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='120' viewBox='0 0 300 120'><rect width='300' height='120' fill='#fff'/><path fill='#000' fill-rule='nonzero' d=''/></svg>",
    );
    expect(documentOf(300, 120, true, () => {}).text).toBe(text.replace("#fff", "#tmp").replace("#000", "#fff").replace("#tmp", "#000"));
  });

  it("is a JSON string's content as it stands", () => {
    const { text } = documentOf(32_768, 32_768, false, () => {
      fn(kernel.call, "svgPlace")(0.37, -0.37, -10, 20);
      draw.M(1, 2);
      draw.C(-1, 2, 3.5, -4, 5, 6);
      draw.Z();
    });
    expect(JSON.parse(`"${text}"`)).toBe(text);
  });

  it("places every point to the nearest thousandth of a pixel", () => {
    const random = seeded(0x737667);
    for (let round = 0; round < 40; round++) {
      const size = 10 ** (random() * 4);
      const scale = Math.fround(size / 1000);
      const [tx, ty] = [Math.fround((random() - 0.3) * 3000), Math.fround(random() * 1200)];
      const commands = Array.from({ length: 100 }, () => {
        const letter = (["M", "L", "Q", "C", "Z"] as const)[Math.floor(random() * 5)] ?? "Z";
        return { letter, units: Array.from({ length: points[letter] * 2 }, () => Math.fround((random() - 0.5) * 4000)) };
      });
      const { text, clamped } = documentOf(3000, 1200, false, () => {
        fn(kernel.call, "svgPlace")(scale, -scale, tx, ty);
        for (const { letter, units } of commands) draw[letter](...units);
      });
      const path = pathOf(text);
      expect(clamped).toBe(0);
      expect(path.map(({ letter }) => letter)).toEqual(commands.map(({ letter }) => letter));
      for (const [i, { units }] of commands.entries()) {
        const want = units.map((unit, j) => (j % 2 === 0 ? unit * scale + tx : unit * -scale + ty));
        const got = path[i]?.numbers ?? [];
        expect(got.length).toBe(want.length);
        for (const [j, number] of got.entries()) {
          expect(Math.abs(number - (want[j] ?? Number.NaN))).toBeLessThanOrEqual(0.0005 + 1e-9);
          expect(Math.abs(number * 1000 - Math.round(number * 1000))).toBeLessThan(1e-5);
        }
      }
    }
  });

  it("writes the shortest form: no trailing zeros, no exponent, no -0", () => {
    const { text } = documentOf(10, 10, false, () => {
      fn(kernel.call, "svgPlace")(1, -1, 0, 0);
      draw.M(0, 0);
      draw.L(-0.0001, 0.0001);
      draw.L(1.5, -2.25);
      draw.L(1e6, -1e7);
    });
    expect(/ d='([^']*)'/.exec(text)?.[1]).toBe("M0 0L0 0L1.5 2.25L1000000 10000000");
  });

  it("moves what is no coordinate, and says how many", () => {
    const { text, clamped } = documentOf(10, 10, false, () => {
      fn(kernel.call, "svgPlace")(1, -1, 0, 0);
      draw.M(Number.NaN, Infinity);
      draw.L(3e38, 1);
    });
    expect(clamped).toBe(3);
    expect(/ d='([^']*)'/.exec(text)?.[1]).toBe("M0 -1000000000L1000000000 -1");
  });
});
