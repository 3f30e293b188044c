// PNG files read back by a decoder of their own (testing/png-reader.ts) against the pixels that went in.
import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { readGreyPng } from "./testing/png-reader.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel({ withNative: true });
});

function written(pixels: Uint8Array, width: number, height: number, top: number, bottom: number, blank: number): Uint8Array {
  const at = kernel.put(pixels);
  fn(kernel.call, "outReset")();
  expect(fn(kernel.call, "putPngBase64")(at, width, height, top, bottom, blank)).toBe(0);
  return Buffer.from(kernel.text(), "base64");
}

function check(pixels: Uint8Array, width: number, height: number, top: number, bottom: number, blank: number): void {
  const image = readGreyPng(written(pixels, width, height, top, bottom, blank));
  expect([image.width, image.height]).toEqual([width, height]);
  expect(Buffer.from(image.pixels).equals(pixels), `${width}×${height}, ink [${top}, ${bottom}), blank ${blank}`).toBe(true);
}

/** Discs with soft edges: runs, gradients and blank borders, as glyphs have them. */
function discs(width: number, height: number, top: number, bottom: number, blank: number, random: () => number): Uint8Array {
  const pixels = new Uint8Array(width * height).fill(blank);
  for (let n = 0; n < 3 && bottom > top; n++) {
    const [cx, cy, r] = [random() * width, top + random() * (bottom - top), random() * Math.max(width, height) * 0.4];
    for (let y = top; y < bottom; y++) {
      for (let x = 0; x < width; x++) {
        const ink = Math.max(0, Math.min(255, Math.round(255 * (r - Math.hypot(x - cx, y - cy)))));
        if (ink > 0) pixels[y * width + x] = blank === 0 ? ink : 255 - ink;
      }
    }
  }
  return pixels;
}

describe("PNG", () => {
  it("is read back as it was, at small sizes and every place of the ink", () => {
    const random = seeded(1);
    for (const [width, height] of [
      [1, 1],
      [1, 9],
      [9, 1],
      [2, 2],
      [7, 5],
      [16, 8],
      [17, 9],
    ] as const) {
      for (let top = 0; top <= height; top += 1) {
        for (let bottom = top; bottom <= height; bottom += 2) {
          for (const blank of [0, 255]) {
            const pixels = new Uint8Array(width * height).fill(blank);
            for (let i = top * width; i < bottom * width; i++) pixels[i] = random() * 256;
            check(pixels, width, height, top, bottom, blank);
          }
        }
      }
    }
  });

  it("is read back at pictures' sizes", () => {
    const random = seeded(2);
    for (const [width, height] of [
      [300, 200],
      [259, 131],
      [1031, 700],
      [3000, 60],
    ] as const) {
      for (const blank of [0, 255]) {
        const [top, bottom] = [Math.floor(height * 0.2), Math.floor(height * 0.8)];
        check(discs(width, height, top, bottom, blank, random), width, height, top, bottom, blank);
        check(discs(width, height, 0, 0, blank, random), width, height, 0, 0, blank);
        check(discs(width, height, 0, height, blank, random), width, height, 0, height, blank);
      }
    }
  });

  it("is read back where nothing can be compressed", () => {
    const random = seeded(3);
    const pixels = Uint8Array.from({ length: 200 * 333 }, () => random() * 256);
    check(pixels, 333, 200, 0, 200, 255);
  });

  it("is read back at the largest widths, where the row above lies at the edge of the window and beyond", () => {
    const random = seeded(4);
    for (const width of [32_766, 32_767, 32_768]) for (const blank of [0, 255]) check(discs(width, 12, 3, 9, blank, random), width, 12, 3, 9, blank);
  });

  it("is read back where codes would be longer than the format allows", () => {
    // Fibonacci-like counts give the deepest tree there is; in an order without runs
    const random = seeded(8);
    const values: number[] = [];
    for (let symbol = 0, [a, b] = [1, 1]; symbol < 22; symbol++, [a, b] = [b, a + b]) for (let n = 0; n < a; n++) values.push(symbol * 11);
    for (let i = values.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [values[i], values[j]] = [values[j] ?? 0, values[i] ?? 0];
    }
    const width = 211;
    const height = Math.floor(values.length / width);
    check(Uint8Array.from(values.slice(0, width * height)), width, height, 0, height, 255);
  });

  it("is read back whatever the picture: runs, repeats and noise mixed, at random sizes", () => {
    const random = seeded(9);
    for (let i = 0; i < 150; i++) {
      const width = 1 + Math.floor(random() ** 2 * 600);
      const height = 1 + Math.floor(random() ** 2 * 200);
      const top = Math.floor(random() * height);
      const bottom = top + Math.floor(random() * (height - top + 1));
      const blank = random() < 0.5 ? 0 : 255;
      const pixels = new Uint8Array(width * height).fill(blank);
      for (let at = top * width; at < bottom * width; ) {
        const kind = random();
        const length = Math.min(1 + Math.floor(random() ** 3 * 900), bottom * width - at);
        if (kind < 0.4) pixels.fill(random() * 256, at, at + length);
        else if (kind < 0.7 && at >= top * width + width) pixels.copyWithin(at, at - width, at - width + length);
        else for (let n = 0; n < Math.min(length, 40); n++) pixels[at + n] = random() * 256;
        at += length;
      }
      check(pixels, width, height, top, bottom, blank);
    }
  });

  it("is at most a tenth larger than zlib's at level 6 where a picture is like a glyph", () => {
    const pixels = discs(3000, 1200, 200, 900, 255, seeded(10));
    const rows = Buffer.alloc(3001 * 1200);
    for (let y = 0; y < 1200; y++) rows.set(pixels.subarray(y * 3000, y * 3000 + 3000), y * 3001 + 1);
    expect(written(pixels, 3000, 1200, 200, 900, 255).length).toBeLessThan(deflateSync(rows, { level: 6 }).length * 1.1);
  });

  it("gives large scratch memory back", () => {
    const blank = new Uint8Array(6000 * 4000).fill(255);
    check(blank, 6000, 4000, 0, 0, 255);
    expect(fn(kernel.call, "pngBytes")()).toBeLessThanOrEqual(32 << 20);
  });
});

describe("PNG without memory", () => {
  it("says so, appends nothing, and works again when there is some", async () => {
    const poor = await encodeKernel({ withNative: true, refuseFromBytes: 300_000 });
    const at = poor.put(new Uint8Array(500 * 500).fill(255));
    fn(poor.call, "outReset")();
    expect(fn(poor.call, "putPngBase64")(at, 500, 800, 0, 800, 255)).toBe(1);
    expect(fn(poor.call, "outLength")()).toBe(0);
    expect(fn(poor.call, "pngBytes")()).toBe(0);
    expect(fn(poor.call, "putPngBase64")(at, 100, 100, 0, 0, 255)).toBe(0);
    expect(readGreyPng(Buffer.from(poor.text(), "base64")).width).toBe(100);
  });
});
