// The output buffer: growth keeps what was written, refusals are remembered, nothing follows a missing piece.
import { describe, expect, it } from "vitest";
import { encodeKernel, fn } from "./testing/kernel.ts";

describe("the output buffer", () => {
  it("keeps the line over every growth", async () => {
    const kernel = await encodeKernel();
    const piece = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");
    const at = kernel.put(piece);
    fn(kernel.call, "outReset")();
    for (let i = 0; i < 20_000; i++) fn(kernel.call, "putBytes")(at, i % 37);
    const expected = Array.from({ length: 20_000 }, (_, i) => piece.toString().slice(0, i % 37)).join("");
    expect(kernel.text() === expected).toBe(true);
    expect(fn(kernel.call, "outStatus")()).toBe(0);
  });

  it("rewinds within the line and never beyond it", async () => {
    const kernel = await encodeKernel();
    const at = kernel.put(Buffer.from("abcdef"));
    fn(kernel.call, "outReset")();
    fn(kernel.call, "putBytes")(at, 6);
    fn(kernel.call, "outRewind")(99);
    expect(kernel.text()).toBe("abcdef");
    fn(kernel.call, "outRewind")(2);
    fn(kernel.call, "putByte")(0x21);
    expect(kernel.text()).toBe("ab!");
  });

  it("reports memory used up, writes nothing after it, and starts anew at the next line", async () => {
    const kernel = await encodeKernel({ refuseFromBytes: 200_000 });
    const at = kernel.put(new Uint8Array(150_000).fill(0x61));
    fn(kernel.call, "outReset")();
    fn(kernel.call, "putBytes")(at, 100_000);
    expect(fn(kernel.call, "outStatus")()).toBe(0);
    fn(kernel.call, "putBytes")(at, 150_000);
    expect(fn(kernel.call, "outStatus")()).toBe(1);
    fn(kernel.call, "putByte")(0x62);
    fn(kernel.call, "putJsonString")(at, 3);
    fn(kernel.call, "putNumber")(1);
    expect(fn(kernel.call, "outLength")()).toBe(100_000);
    fn(kernel.call, "outReset")();
    fn(kernel.call, "putByte")(0x62);
    expect([kernel.text(), fn(kernel.call, "outStatus")()]).toEqual(["b", 0]);
  });

  it("refuses a line over the cap before asking for memory", async () => {
    const kernel = await encodeKernel();
    const at = kernel.put(Buffer.from("x"));
    fn(kernel.call, "outReset")();
    fn(kernel.call, "putBytes")(at, 600 << 20);
    expect(fn(kernel.call, "outStatus")()).toBe(2);
    expect(fn(kernel.call, "outLength")()).toBe(0);
  });

  it("gives a huge buffer back at the next line", async () => {
    const kernel = await encodeKernel({ withNative: true });
    const at = kernel.room(40 << 20);
    fn(kernel.call, "outReset")();
    fn(kernel.call, "putBytes")(at, 40 << 20);
    expect(fn(kernel.call, "outCapacity")()).toBeGreaterThanOrEqual(40 << 20);
    fn(kernel.call, "outReset")();
    expect(fn(kernel.call, "outCapacity")()).toBe(0);
  });
});
