// Base64 and hexadecimal against Buffer.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

function written(name: string, bytes: Uint8Array, shift = 0): string {
  const at = kernel.put(Buffer.concat([new Uint8Array(shift), bytes]));
  fn(kernel.call, "outReset")();
  fn(kernel.call, name)(at + shift, bytes.length);
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

describe("hexadecimal", () => {
  it("equals Buffer on all bytes", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(written("putHex", bytes)).toBe(Buffer.from(bytes).toString("hex"));
  });
});
