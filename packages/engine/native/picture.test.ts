// hfn_picture: PNG files of every colour type, depth and interlacing, made here by hand from known pixels, and PGM; what is refused; files that are damaged everywhere.
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { seeded } from "../assembly/raster/testing/seeded.ts";
import { call, loadNative, type Native, put } from "./native.testing.ts";

const INVALID = -1;
const TOO_LARGE = -2;
const UNSUPPORTED = -4;
const NO_COLOUR = -5;
const native = loadNative();

function decode(data: Uint8Array, maxSide = 32768, maxArea = 2 ** 28, at: Native = native) {
  const file = put(at, data);
  const out = call(at, "malloc", 12);
  const status = call(at, "hfn_picture", file, data.length, maxSide, maxArea, out);
  const view = new DataView(at.memory.buffer);
  const [pointer, width, height] = [0, 4, 8].map((offset) => view.getUint32(out + offset, true)) as [number, number, number];
  const pixels = pointer === 0 ? [] : [...new Uint8Array(at.memory.buffer, pointer, width * height)];
  for (const block of [file, out, pointer]) call(at, "free", block);
  return { status, width, height, pixels };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}

interface Spec {
  readonly colorType: 0 | 2 | 3 | 4 | 6;
  readonly depth: number;
  readonly interlaced?: boolean;
  readonly transparent?: Uint8Array;
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A PNG of samples[y][x] (one number a channel), each row without a filter. */
function png(width: number, height: number, samples: readonly number[][][], { colorType, depth, interlaced = false, transparent }: Spec, palette?: Uint8Array) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 8);
  const raw: number[] = [];
  const row = (pixels: readonly number[][]) => {
    raw.push(0);
    let bits = 0;
    let count = 0;
    for (const value of pixels.flat()) {
      if (depth === 16) raw.push(value >> 8, value & 255);
      else {
        bits = (bits << depth) | value;
        count += depth;
        if (count === 8) {
          raw.push(bits);
          bits = 0;
          count = 0;
        }
      }
    }
    if (count > 0) raw.push(bits << (8 - count));
  };
  if (interlaced)
    for (const [x0, y0, dx, dy] of PASSES)
      for (let y = y0; y < height; y += dy) {
        const pixels = (samples[y] as number[][]).filter((_, x) => x >= x0 && (x - x0) % dx === 0);
        if (pixels.length > 0) row(pixels);
      }
  else samples.forEach(row);
  const data = deflateSync(Buffer.from(raw));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", palette)] : []),
    ...(transparent ? [chunk("tRNS", transparent)] : []),
    // two chunks: the stream goes on over their border
    chunk("IDAT", data.subarray(0, data.length >> 1)),
    chunk("IDAT", data.subarray(data.length >> 1)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const luma = (r: number, g: number, b: number, alpha = 255) => {
  const grey = Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
  return Math.floor((grey * alpha + 255 * (255 - alpha) + 127) / 255);
};

const WIDTH = 11;
const HEIGHT = 9;
const random = seeded(5);
const samplesOf = (channels: number, depth: number) =>
  Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => Array.from({ length: channels }, () => Math.floor(random() * 2 ** depth))));

describe("PNG", () => {
  for (const interlaced of [false, true])
    for (const [colorType, depths] of [
      [0, [1, 2, 4, 8, 16]],
      [2, [8, 16]],
      [3, [1, 2, 4, 8]],
      [4, [8, 16]],
      [6, [8, 16]],
    ] as const)
      for (const depth of depths)
        it(`colour type ${colorType}, ${depth} bits${interlaced ? ", interlaced" : ""}`, () => {
          const samples = samplesOf(CHANNELS[colorType], depth);
          const palette = colorType === 3 ? Uint8Array.from({ length: 3 * 2 ** depth }, () => Math.floor(random() * 256)) : undefined;
          // libspng takes the upper byte of 16 bits, and stretches fewer than 8 to the whole range
          const byte = (v: number) => (depth === 16 ? v >> 8 : depth === 8 ? v : Math.round((v * 255) / (2 ** depth - 1)));
          const expected = samples.flat().map((pixel) => {
            const v = pixel.map(byte) as [number, number, number, number];
            if (palette) return luma(...([0, 1, 2].map((i) => palette[3 * (pixel[0] as number) + i]) as [number, number, number]));
            if (colorType === 0) return luma(v[0], v[0], v[0]);
            if (colorType === 4) return luma(v[0], v[0], v[0], v[1]);
            return colorType === 2 ? luma(v[0], v[1], v[2]) : luma(...v);
          });
          expect(decode(png(WIDTH, HEIGHT, samples, { colorType, depth, interlaced }, palette))).toEqual({
            status: 0,
            width: WIDTH,
            height: HEIGHT,
            pixels: expected,
          });
        });

  // The PNG specification, under PLTE: a pixel value that the palette does not have is an error.
  for (const interlaced of [false, true])
    for (const depth of [1, 2, 4, 8])
      it(`with a palette index beyond the palette is refused, ${depth} bits${interlaced ? ", interlaced" : ""}`, () => {
        const colours = 2 ** depth - 1;
        const palette = Uint8Array.from({ length: 3 * colours }, (_, i) => 40 + Math.floor(i / 3));
        for (let at = 0; at < WIDTH * HEIGHT; at += 7) {
          const sound = Array.from({ length: HEIGHT }, (_, y) => Array.from({ length: WIDTH }, (_, x) => [(x * y) % colours]));
          expect(decode(png(WIDTH, HEIGHT, sound, { colorType: 3, depth, interlaced }, palette)).pixels).toEqual(sound.flat(2).map((index) => 40 + index));
          const samples = sound.map((row, y) => row.map((pixel, x) => (y * WIDTH + x === at ? [colours] : pixel)));
          const { status, width, height } = decode(png(WIDTH, HEIGHT, samples, { colorType: 3, depth, interlaced }, palette));
          expect({ status, width, height }).toEqual({ status: NO_COLOUR, width: colours, height: colours });
        }
      });

  it("of one row or one column is read when it is interlaced", () => {
    for (const length of [1, 2, 3, 4, 5, 9])
      for (const [colorType, depth] of [
        [0, 8],
        [3, 2],
      ] as const) {
        const values = Array.from({ length }, (_, i) => (i * 3) % 4);
        const palette = colorType === 3 ? Uint8Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3) : undefined;
        const spec = { colorType, depth, interlaced: true };
        const row = decode(png(length, 1, [values.map((value) => [value])], spec, palette));
        const column = decode(
          png(
            1,
            length,
            values.map((value) => [[value]]),
            spec,
            palette,
          ),
        );
        expect([row.pixels, column.pixels, row.status, column.status]).toEqual([values, values, 0, 0]);
      }
  });

  it("lays transparent colours over white", () => {
    const samples = [[[10], [20], [30]]];
    expect(decode(png(3, 1, samples, { colorType: 0, depth: 8, transparent: Uint8Array.of(0, 20) })).pixels).toEqual([10, 255, 30]);
    const palette = Uint8Array.of(0, 0, 0, 100, 100, 100);
    expect(decode(png(2, 1, [[[0], [1]]], { colorType: 3, depth: 8, transparent: Uint8Array.of(128) }, palette)).pixels).toEqual([127, 100]);
  });

  const good = png(WIDTH, HEIGHT, samplesOf(3, 8), { colorType: 2, depth: 8, interlaced: true });
  it("that is over a limit is refused", () => {
    expect(decode(good, WIDTH, WIDTH * HEIGHT).status).toBe(0);
    expect(decode(good, WIDTH - 1).status).toBe(TOO_LARGE);
    expect(decode(good, 100, WIDTH * HEIGHT - 1).status).toBe(TOO_LARGE);
  });

  it("that claims more than its bytes can hold asks for no memory", () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(16384, 0);
    header.writeUInt32BE(16384, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const bomb = Buffer.concat([good.subarray(0, 8), chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(100))), chunk("IEND", Buffer.alloc(0))]);
    const fresh = loadNative();
    const before = fresh.memory.buffer.byteLength;
    expect(decode(bomb, 32768, 2 ** 28, fresh).status).toBe(INVALID);
    expect(fresh.memory.buffer.byteLength).toBe(before);
  });

  it("that is cut short anywhere is refused, and leaves no memory behind", () => {
    // up to the name of the last chunk, IEND: it is empty, and the four bytes of its own checksum guard nothing
    const end = good.length - 4;
    for (let length = 8; length < end; length++) expect(decode(good.subarray(0, length)).status, `${length} bytes`).toBe(INVALID);
    const whole = decode(good);
    for (let length = end; length < good.length; length++) expect(decode(good.subarray(0, length)), `${length} bytes`).toEqual(whole);
    const before = native.memory.buffer.byteLength;
    for (let i = 0; i < 3000; i++) decode(good.subarray(0, end - 20));
    expect(native.memory.buffer.byteLength).toBe(before);
  });

  it("that is damaged anywhere gives a status, and its sound self decodes after it", () => {
    const expected = decode(good).pixels;
    for (let i = 0; i < 4000; i++) {
      const bad = Buffer.from(good);
      for (let n = 1 + Math.floor(random() * 3); n > 0; n--) bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
      expect([0, INVALID, TOO_LARGE, UNSUPPORTED, NO_COLOUR]).toContain(decode(bad, 4096, 2 ** 22).status);
    }
    expect(decode(good).pixels).toEqual(expected);
  });
});

describe("PGM", () => {
  const pgm = (head: string, bytes: readonly number[]) => Buffer.concat([Buffer.from(head), Buffer.from(bytes)]);
  it("is read with comments, other whites and two bytes a sample", () => {
    expect(decode(pgm("P5\n3 1\n255\n", [0, 7, 255]))).toEqual({ status: 0, width: 3, height: 1, pixels: [0, 7, 255] });
    expect(decode(pgm("P5 # a comment\n# another\r\n2\t2 #x\n100\n", [0, 50, 100, 200])).pixels).toEqual([0, 128, 255, 255]);
    expect(decode(pgm("P5 2 1 65535\n", [0x80, 0, 0xff, 0xff])).pixels).toEqual([128, 255]);
  });
  it("that is short, too large or without a header is refused", () => {
    expect(decode(pgm("P5\n3 1\n255\n", [0, 7])).status).toBe(INVALID);
    expect(decode(pgm("P5\n3 1\n255", [])).status).toBe(INVALID);
    expect(decode(pgm("P5\n0 1\n255\n", [1])).status).toBe(INVALID);
    expect(decode(pgm("P5\n-1 1\n255\n", [1])).status).toBe(INVALID);
    expect(decode(pgm("P5\n99999999999 1\n255\n", [1])).status).toBe(INVALID);
    expect(decode(pgm("P5\n1 1\n65536\n", [1, 1])).status).toBe(INVALID);
    expect(decode(pgm("P5\n40000 1\n255\n", [1])).status).toBe(TOO_LARGE);
    expect(decode(pgm("P5", [])).status).toBe(UNSUPPORTED);
    expect(decode(pgm("P2\n1 1\n255\n0", [])).status).toBe(UNSUPPORTED);
    expect(decode(Buffer.from("GIF89a")).status).toBe(UNSUPPORTED);
    expect(decode(Buffer.alloc(0)).status).toBe(UNSUPPORTED);
  });
});
