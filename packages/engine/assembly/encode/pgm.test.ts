// Base64 of a P5 file against Buffer's base64 of the plain file: widths of all remainders by three, ink anywhere, both polarities.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A blank canvas with ink in the box. */
function canvas(width: number, height: number, box: Box, blank: number, random: () => number): Uint8Array {
  const pixels = new Uint8Array(width * height).fill(blank);
  for (let y = box.top; y < box.bottom; y++) for (let x = box.left; x < box.right; x++) if (random() < 0.6) pixels[y * width + x] = random() * 256;
  return pixels;
}

function written(pixels: Uint8Array, width: number, height: number, box: Box, blank: number): string {
  const at = kernel.put(pixels);
  fn(kernel.call, "putPgmBase64")(at, width, height, box.left, box.top, box.right, box.bottom, blank);
  return kernel.text();
}

function plain(pixels: Uint8Array, width: number, height: number): string {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]).toString("base64");
}

function check(width: number, height: number, box: Box, blank: number, random: () => number): void {
  const pixels = canvas(width, height, box, blank, random);
  fn(kernel.call, "outReset")();
  const got = written(pixels, width, height, box, blank);
  if (got !== plain(pixels, width, height)) expect(got, `${width}×${height}, ink ${JSON.stringify(box)}, blank ${blank}`).toBe(plain(pixels, width, height));
}

function rows(width: number, top: number, bottom: number): Box {
  return { left: 0, top, right: width, bottom };
}

/** The line with its runs put in. */
function withRuns(): string {
  const line = kernel.line();
  const runs = kernel.copy(fn(kernel.call, "outRuns")(), fn(kernel.call, "outRunCount")() * 12);
  const words = new Uint32Array(runs.buffer);
  let text = "";
  let from = 0;
  for (let at = 0; at < words.length; at += 3) {
    const [offset, letter, count] = words.subarray(at, at + 3) as unknown as [number, number, number];
    text += Buffer.from(line.subarray(from, offset)).toString() + String.fromCharCode(letter).repeat(count);
    from = offset;
  }
  return text + Buffer.from(line.subarray(from)).toString();
}

describe("base64 of a PGM", () => {
  it("equals the plain file at every size up to 14 and every place of the ink", () => {
    const random = seeded(5);
    for (let width = 1; width <= 14; width++) {
      for (let height = 1; height <= 7; height++) {
        for (let top = 0; top <= height; top++) {
          for (let bottom = top; bottom <= height; bottom++) {
            const left = Math.floor(random() * (width + 1));
            const right = left + Math.floor(random() * (width - left + 1));
            check(width, height, rows(width, top, bottom), (top + bottom) % 2 ? 0 : 255, random);
            check(width, height, { left, top, right, bottom }, (top + bottom) % 2 ? 0 : 255, random);
          }
        }
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
        check(width, height, rows(width, 0, height), blank, random);
        check(width, height, rows(width, Math.floor(height / 3), Math.ceil(height / 2)), blank, random);
        check(width, height, { left: Math.floor(width / 3), top: Math.floor(height / 3), right: Math.ceil(width / 2), bottom: height }, blank, random);
        check(width, height, rows(0, 0, 0), blank, random);
        check(width, height, rows(width, height - 1, height), blank, random);
      }
    }
  });

  it("does not read far outside the ink, and takes a box beyond the canvas", () => {
    const [width, height] = [300, 40];
    const box = { left: 100, top: 10, right: 160, bottom: 20 };
    const junk = new Uint8Array(width * height).fill(7);
    const inked = new Uint8Array(width * height).fill(255);
    for (let y = box.top; y < box.bottom; y++) inked.fill(7, y * width + box.left, y * width + box.right);
    // Groups and vectors at the seams hold neighbours' bytes: those keep their due value, up to a vector of them.
    const seams = junk.slice();
    for (let y = box.top; y < box.bottom; y++) {
      seams.fill(255, y * width + box.left - 3, y * width + box.left);
      seams.fill(255, y * width + box.right, y * width + box.right + 51);
    }
    seams.fill(255, 0, 3);
    seams.fill(255, width * height - 3);
    fn(kernel.call, "outReset")();
    expect(written(seams, width, height, box, 255)).toBe(plain(inked, width, height));
    fn(kernel.call, "outReset")();
    expect(written(junk, width, height, { left: -5, top: -5, right: 4000, bottom: 4000 }, 255)).toBe(plain(junk, width, height));
  });

  it("leaves out long runs where that is wanted, and says them", () => {
    const random = seeded(8);
    fn(kernel.call, "outWantRuns")(1);
    for (const [width, height] of [
      [3000, 40],
      [1700, 300],
      [20_000, 9],
      [5, 7],
    ] as const) {
      for (const blank of [0, 255]) {
        const box = { left: Math.floor(width / 3), top: 2, right: Math.floor(width / 2), bottom: height - 1 };
        const pixels = canvas(width, height, box, blank, random);
        fn(kernel.call, "outReset")();
        written(pixels, width, height, box, blank);
        expect(withRuns() === plain(pixels, width, height), `${width}×${height}`).toBe(true);
        if (width > 2000) expect(kernel.line().length).toBeLessThan((width * height) / 2);
        // What is taken back takes its runs along.
        fn(kernel.call, "outRewind")(0);
        expect(fn(kernel.call, "outRunCount")()).toBe(0);
      }
    }
    // More runs than the table holds: the rest stands in the line.
    const [width, height] = [1600, 6000];
    const box = { left: 0, top: 0, right: 10, bottom: height };
    const pixels = canvas(width, height, box, 255, random);
    fn(kernel.call, "outReset")();
    written(pixels, width, height, box, 255);
    expect(fn(kernel.call, "outRunCount")()).toBe(4096);
    expect(withRuns() === plain(pixels, width, height)).toBe(true);
    fn(kernel.call, "outWantRuns")(0);
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
      const left = Math.floor(random() * width);
      const box = { left, top, right: left + Math.floor(random() * (width - left + 1)), bottom };
      const pixels = canvas(width, height, box, blank, random);
      const word = kernel.put(Buffer.from(prefix));
      fn(kernel.call, "outReset")();
      fn(kernel.call, "putBytes")(word, prefix.length);
      const got = written(pixels, width, height, box, blank);
      if (got !== prefix + plain(pixels, width, height)) expect(got).toBe(prefix + plain(pixels, width, height));
      if (random() < 0.5) fn(kernel.call, "putJsonString")(word, prefix.length);
    }
  });
});
