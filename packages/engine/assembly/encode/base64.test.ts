// Base64 and hexadecimal against Buffer.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

function written(name: string, bytes: Uint8Array, shift = 0, ...more: number[]): string {
  const at = kernel.put(Buffer.concat([new Uint8Array(shift), bytes]));
  fn(kernel.call, "outReset")();
  fn(kernel.call, name)(at + shift, bytes.length, ...more);
  return kernel.text();
}

describe("base64", () => {
  it("equals Buffer at every length and alignment", () => {
    const random = seeded(64);
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, () => random() * 256);
      const got = written("putBase64", bytes, length % 7);
      if (got !== Buffer.from(bytes).toString("base64")) expect(got).toBe(Buffer.from(bytes).toString("base64"));
    }
  });

  it("knows all letters at all places", () => {
    // every pair of 6-bit values at both halves of a group, through the vector loop and the tail
    const bytes = new Uint8Array(4096 * 3);
    for (let i = 0; i < 4096; i++) bytes.set([i >> 4, ((i & 15) << 4) | (i >> 8), i & 255], i * 3);
    expect(written("putBase64", bytes)).toBe(Buffer.from(bytes).toString("base64"));
    for (let i = 0; i < 4096; i += 5)
      expect(written("putBase64", bytes.subarray(i * 3, i * 3 + 3))).toBe(Buffer.from(bytes.subarray(i * 3, i * 3 + 3)).toString("base64"));
  });

  it("equals Buffer on a megabyte", () => {
    const random = seeded(65);
    const bytes = Uint8Array.from({ length: 1_000_003 }, () => random() * 256);
    expect(written("putBase64", bytes) === Buffer.from(bytes).toString("base64")).toBe(true);
  });
});

describe("base64 of a canvas", () => {
  it("equals Buffer whatever is blank and wherever ink begins and ends", () => {
    const random = seeded(66);
    for (let i = 0; i < 1500; i++) {
      const blank = i % 2 === 0 ? 255 : 0;
      const bytes = new Uint8Array(Math.floor(random() * 700)).fill(blank);
      for (let runs = Math.floor(random() * 4); runs > 0; runs--) {
        const from = Math.floor(random() * bytes.length);
        const to = Math.min(bytes.length, from + Math.floor(random() ** 2 * 300));
        for (let at = from; at < to; at++) bytes[at] = random() < 0.3 ? blank : random() * 256;
      }
      const got = written("putCanvasBase64", bytes, i % 5, blank);
      if (got !== Buffer.from(bytes).toString("base64")) expect(got).toBe(Buffer.from(bytes).toString("base64"));
    }
  });

  it("reads no byte behind its end, even at the end of memory", async () => {
    const small = await encodeKernel();
    fn(small.call, "outReset")();
    fn(small.call, "putByte")(0x21); // the buffer exists before the end of memory is taken
    const end = small.memory.buffer.byteLength;
    for (const length of [1, 27, 28, 47, 48, 49, 51, 96, 97, 144, 145, 147]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i);
      new Uint8Array(small.memory.buffer).set(bytes, end - length);
      for (const name of ["putBase64", "putCanvasBase64"]) {
        fn(small.call, "outReset")();
        fn(small.call, name)(end - length, length, 255);
        expect(small.text()).toBe(Buffer.from(bytes).toString("base64"));
        expect(small.memory.buffer.byteLength).toBe(end);
      }
    }
  });
});

describe("hexadecimal", () => {
  it("equals Buffer on all bytes", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(written("putHex", bytes)).toBe(Buffer.from(bytes).toString("hex"));
  });
});
