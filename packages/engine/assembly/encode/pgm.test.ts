// Base64 of a P5 file against Buffer's base64 of the plain file: widths of all remainders by three, ink anywhere, both polarities.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

/** A blank canvas with ink in rows [top, bottom). */
function canvas(width: number, height: number, top: number, bottom: number, blank: number, random: () => number): Uint8Array {
  const pixels = new Uint8Array(width * height).fill(blank);
  for (let i = top * width; i < bottom * width; i++) if (random() < 0.6) pixels[i] = random() * 256;
  return pixels;
}

function written(pixels: Uint8Array, width: number, height: number, top: number, bottom: number, blank: number): string {
  const at = kernel.put(pixels);
  fn(kernel.call, "putPgmBase64")(at, width, height, top, bottom, blank);
  return kernel.text();
}

function plain(pixels: Uint8Array, width: number, height: number): string {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]).toString("base64");
}

function check(width: number, height: number, top: number, bottom: number, blank: number, random: () => number): void {
  const pixels = canvas(width, height, top, bottom, blank, random);
  fn(kernel.call, "outReset")();
  const got = written(pixels, width, height, top, bottom, blank);
  if (got !== plain(pixels, width, height)) expect(got, `${width}×${height}, ink [${top}, ${bottom}), blank ${blank}`).toBe(plain(pixels, width, height));
}

describe("base64 of a PGM", () => {
  it("equals the plain file at every size up to 14 and every place of the ink", () => {
    const random = seeded(5);
    for (let width = 1; width <= 14; width++) {
      for (let height = 1; height <= 7; height++) {
        for (let top = 0; top <= height; top++)
          for (let bottom = top; bottom <= height; bottom++) check(width, height, top, bottom, (top + bottom) % 2 ? 0 : 255, random);
      }
    }
  });

  it("equals it at headers of all lengths", () => {
    const random = seeded(6);
    for (const [width, height] of [
      [9, 9],
      [10, 9],
      [99, 10],
      [100, 100],
      [1000, 99],
      [1001, 100],
      [3000, 120],
      [10_000, 12],
      [32_768, 10],
      [1, 32_768],
      [2, 32_767],
    ] as const) {
      for (const blank of [0, 255]) {
        check(width, height, 0, height, blank, random);
        check(width, height, Math.floor(height / 3), Math.ceil(height / 2), blank, random);
        check(width, height, 0, 0, blank, random);
        check(width, height, height - 1, height, blank, random);
      }
    }
  });

  it("does not read rows without ink, and takes a box beyond the canvas", () => {
    const pixels = new Uint8Array(100 * 40).fill(7);
    const blankButInk = new Uint8Array(100 * 40).fill(255);
    blankButInk.fill(7, 10 * 100, 20 * 100);
    // the groups at the seams hold a row's last bytes: give the neighbours' bytes their due value
    const seams = pixels.slice();
    seams.fill(255, 10 * 100 - 3, 10 * 100);
    seams.fill(255, 20 * 100, 20 * 100 + 3);
    seams.fill(255, 0, 3);
    seams.fill(255, 40 * 100 - 3);
    fn(kernel.call, "outReset")();
    expect(written(seams, 100, 40, 10, 20, 255)).toBe(plain(blankButInk, 100, 40));
    fn(kernel.call, "outReset")();
    expect(written(pixels, 100, 40, -5, 4000, 255)).toBe(plain(pixels, 100, 40));
  });

  it("stands right where the lines before it left other bytes in the buffer", () => {
    const random = seeded(7);
    for (let i = 0; i < 300; i++) {
      const width = 1 + Math.floor(random() * 400);
      const height = 1 + Math.floor(random() * 60);
      const top = Math.floor(random() * height);
      const bottom = top + Math.floor(random() * (height - top + 1));
      const blank = random() < 0.3 ? 0 : 255;
      const prefix = "x".repeat(Math.floor(random() * 300));
      const pixels = canvas(width, height, top, bottom, blank, random);
      const word = kernel.put(Buffer.from(prefix));
      fn(kernel.call, "outReset")();
      fn(kernel.call, "putBytes")(word, prefix.length);
      const got = written(pixels, width, height, top, bottom, blank);
      if (got !== prefix + plain(pixels, width, height)) expect(got).toBe(prefix + plain(pixels, width, height));
      if (random() < 0.5) fn(kernel.call, "putJsonString")(word, prefix.length);
    }
  });
});
