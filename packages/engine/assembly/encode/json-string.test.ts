// JSON strings against the platform: TextDecoder mends the UTF-8, JSON.stringify escapes.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

function written(bytes: Uint8Array): string {
  const at = kernel.put(bytes);
  fn(kernel.call, "outReset")();
  fn(kernel.call, "putJsonString")(at, bytes.length);
  return kernel.text();
}
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const expected = (bytes: Uint8Array): string => JSON.stringify(decoder.decode(bytes));

describe("JSON strings", () => {
  it("escapes every control character, quote and backslash, and nothing else", () => {
    const all = Uint8Array.from({ length: 128 }, (_, i) => i);
    expect(written(all)).toBe(expected(all));
    expect(written(Buffer.from("\u2028\u2029\u007f/é\u{1f600}"))).toBe('"\u2028\u2029\u007f/é\u{1f600}"');
    expect(written(new Uint8Array())).toBe('""');
  });

  it("puts a special byte at every place of a block", () => {
    for (let length = 1; length < 40; length++) {
      for (let at = 0; at < length; at++) {
        for (const special of [0x22, 0x5c, 0x0a, 0x01, 0xff, 0xc3]) {
          const bytes = new Uint8Array(length).fill(0x61);
          bytes[at] = special;
          const got = written(bytes);
          if (got !== expected(bytes)) expect(got).toBe(expected(bytes));
        }
      }
    }
  });

  it("mends invalid UTF-8 as the WHATWG decoder does", () => {
    const cases = [
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0xe2, 0x82, 0x41],
      [0xf0, 0x9f, 0x98],
      [0xf0, 0x9f, 0x41, 0x98],
      [0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0xfe],
      [0xe0, 0x9f, 0xbf],
      [0xf0, 0x8f, 0xbf, 0xbf],
    ];
    for (const bytes of cases) expect(written(Uint8Array.from(bytes)), String(bytes)).toBe(expected(Uint8Array.from(bytes)));
    const random = seeded(0x757466);
    const frequent = [0x41, 0x22, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x0a];
    for (let i = 0; i < 4000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () =>
        random() < 0.8 ? (frequent[Math.floor(random() * frequent.length)] ?? 0) : random() * 256,
      );
      const got = written(bytes);
      if (got !== expected(bytes)) expect(got, String(bytes)).toBe(expected(bytes));
    }
  });

  it("keeps characters whole over the slices of a long string", () => {
    for (const shift of [0, 1, 2, 3]) {
      const bytes = Buffer.from("a".repeat(shift) + "\u{1f600}".repeat(12_000) + "\u0001".repeat(20_000));
      expect(written(bytes)).toBe(expected(bytes));
    }
  });
});
