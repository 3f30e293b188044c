// Pictures read back by others: PNG and SVG by Skia (@napi-rs/canvas), PGM by a reader written here from the format's description.
// All formats of a job must show the same picture; Skia's rendering of the SVG may differ from ours at edges only, and little.
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { createSession, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fontPath } from "../fonts/fonts.mjs";

const WIDTH = 420;
const HEIGHT = 160;
const SAMPLES = [
  { font: "source-sans-var-ttf", content: "Affigb &@", variations: { wght: 640 } },
  { font: "source-sans-var-otf", content: "Quartz 8", variations: { wght: 250 } },
  { font: "noto-naskh-arabic", content: "السلام", variations: {} },
  { font: "noto-sans-devanagari", content: "क्षत्रिय", variations: {} },
  { font: "recursive-var-woff2", content: "gy%S", variations: { wght: 900, CASL: 1 } },
];

let session: Session;
beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

function data(sample: (typeof SAMPLES)[number], format: "pgm" | "png" | "svg" | "raw", invert: boolean): string {
  const result = session.render({
    id: "picture",
    font: {
      path: fontPath(sample.font),
      size: 96,
      ...(Object.keys(sample.variations).length === 0 ? {} : { variations: sample.variations as Record<string, number> }),
    },
    text: { content: sample.content },
    rendering: { format, encoding: format === "svg" ? "json" : "base64", width: WIDTH, height: HEIGHT, invert },
  });
  if (result.rendering?.data === undefined) throw new Error(JSON.stringify(result).slice(0, 400));
  return result.rendering.data;
}

/** P5: magic, width, height, maximum, each after white space; one white space; then the bytes. */
function readPgm(file: Buffer): { width: number; height: number; pixels: Buffer } {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 64).toString("latin1"));
  if (head === null) throw new Error("not a P5 file");
  return { width: Number(head[1]), height: Number(head[2]), pixels: file.subarray(head[0].length) };
}

/** Skia's grey values of a picture file, over white. */
async function skia(file: Buffer): Promise<Buffer> {
  const image = await loadImage(file);
  expect([image.width, image.height]).toEqual([WIDTH, HEIGHT]);
  const context = createCanvas(WIDTH, HEIGHT).getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.drawImage(image, 0, 0);
  const rgba = context.getImageData(0, 0, WIDTH, HEIGHT).data;
  return Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => rgba[i * 4] ?? 0));
}

describe.each(SAMPLES)("$font $content", (sample) => {
  for (const invert of [false, true]) {
    test(`pgm, png, svg and raw show the same${invert ? ", inverted" : ""}`, async () => {
      const raw = Buffer.from(data(sample, "raw", invert), "base64");
      const ink = raw.filter((value) => value !== (invert ? 0 : 255)).length;
      expect(ink).toBeGreaterThan(500);

      const pgm = readPgm(Buffer.from(data(sample, "pgm", invert), "base64"));
      expect([pgm.width, pgm.height]).toEqual([WIDTH, HEIGHT]);
      expect(pgm.pixels.equals(raw)).toBe(true);

      const png = await skia(Buffer.from(data(sample, "png", invert), "base64"));
      expect(png.equals(raw)).toBe(true);

      const svg = await skia(Buffer.from(data(sample, "svg", invert), "utf8"));
      const differences = Array.from(raw, (value, i) => Math.abs(value - (svg[i] ?? -1)));
      // Skia samples edges (at 1/4 to 1/16 px), we take areas: pixels inside and outside must agree, edges nearly.
      const far = differences.filter((value) => value > 64).length;
      const mean = differences.reduce((sum, value) => sum + value, 0) / ink;
      expect({ far: far / ink < 0.01, mean: mean < 8 }, `far ${far} of ${ink}, mean ${mean}`).toEqual({ far: true, mean: true });
    });
  }
});
