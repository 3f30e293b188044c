// SHA-256 against node:crypto.
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

function digest(bytes: Uint8Array): string {
  const at = kernel.put(bytes);
  const out = kernel.room(32);
  fn(kernel.call, "sha256")(at, bytes.length, out);
  return Buffer.from(kernel.copy(out, 32)).toString("hex");
}

describe("SHA-256", () => {
  it("gives the standard's examples", () => {
    expect(digest(Buffer.from("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digest(new Uint8Array())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("equals node's at every length up to 300 and on megabytes", () => {
    const random = seeded(256);
    const bytes = Uint8Array.from({ length: 3_000_001 }, () => random() * 256);
    for (let length = 0; length <= 300; length++) {
      const part = bytes.subarray(length, 2 * length);
      const got = digest(part);
      if (got !== createHash("sha256").update(part).digest("hex")) expect(got, `length ${length}`).toBe(createHash("sha256").update(part).digest("hex"));
    }
    expect(digest(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});
