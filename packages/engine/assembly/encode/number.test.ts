// Numbers against exact decimal arithmetic: a double is an integer times a power of two, so BigInt can round it without error.
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { seeded } from "./testing/seeded.ts";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

function written(value: number): string {
  fn(kernel.call, "outReset")();
  fn(kernel.call, "putNumber")(value);
  return kernel.text();
}

/** At most `decimals` decimals, a tie away from zero, from the double's exact value. */
function exact(value: number, decimals = 6): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const exponent = BigInt(Math.max(biased, 1) - 1075);
  const scale = 10n ** BigInt(decimals);
  const units = exponent >= 0n ? (mantissa << exponent) * scale : (2n * mantissa * scale + (1n << -exponent)) / (2n * (1n << -exponent));
  const fraction = (units % scale).toString().padStart(decimals, "0").replace(/0+$/, "");
  const sign = value < 0 && units !== 0n ? "-" : "";
  return `${sign}${units / scale}${fraction === "" ? "" : `.${fraction}`}`;
}

describe("numbers", () => {
  it("writes the forms JSON and the contract ask for", () => {
    expect([0, -0, 1, -1, 0.5, -0.25, 600, 1e6, 1e15, 123.456789, 99.9999996, 0.9999995, -0.0000004].map(written)).toEqual([
      "0",
      "0",
      "1",
      "-1",
      "0.5",
      "-0.25",
      "600",
      "1000000",
      "1000000000000000",
      "123.456789",
      "100",
      "1",
      "0",
    ]);
  });

  it("rounds a tie away from zero", () => {
    // odd multiples of 1/128 have seven decimals, the last a 5
    expect([1 / 128, -1 / 128, 3 / 128, 1000 + 1 / 128].map(written)).toEqual(["0.007813", "-0.007813", "0.023438", "1000.007813"]);
  });

  it("knows no exponent, even at the ends of the range", () => {
    for (const value of [2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64 - 2048, 2 ** 64, 1e21, 1e22, 1e100, -1e300, Number.MAX_VALUE, Number.MIN_VALUE, -5e-324])
      expect(written(value)).toBe(exact(value));
  });

  it("writes null where there is no number, and counts", () => {
    fn(kernel.call, "takeNonFinite")();
    expect([Number.NaN, Infinity, -Infinity].map(written)).toEqual(["null", "null", "null"]);
    expect(fn(kernel.call, "takeNonFinite")()).toBe(3);
    expect(fn(kernel.call, "takeNonFinite")()).toBe(0);
  });

  it("equals exact arithmetic on doubles of all sizes, near ties, and of all bit patterns", () => {
    const random = seeded(0x6e756d);
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 40_000; i++) {
      const kind = i % 4;
      let value: number;
      if (kind === 0) value = (random() - 0.5) * 10 ** (random() * 24 - 9);
      else if (kind === 1) {
        // one unit in the last place around a tie of six decimals
        value = (Math.floor(random() * 4000) + 0.5) / 1e6 + Math.floor(random() * 3);
        view.setFloat64(0, value);
        view.setBigInt64(0, view.getBigInt64(0) + BigInt(Math.floor(random() * 5) - 2));
        value = view.getFloat64(0);
      } else if (kind === 2) value = Math.floor((random() - 0.5) * 2 ** 20) / 2 ** Math.floor(random() * 24);
      else {
        view.setUint32(0, random() * 2 ** 32);
        view.setUint32(4, random() * 2 ** 32);
        value = view.getFloat64(0);
        if (!Number.isFinite(value)) continue;
      }
      const got = written(value);
      if (got !== exact(value)) expect(got, `of ${value}`).toBe(exact(value));
    }
  });

  it("writes integers of all lengths", () => {
    const put = (value: bigint): string => {
      fn(kernel.call, "outReset")();
      fn(kernel.call, "putInteger")(value);
      return kernel.text();
    };
    for (let digits = 0n; digits < 19n; digits++) {
      for (const value of [10n ** digits, 10n ** digits - 1n, 10n ** digits + 1n]) {
        expect(put(value)).toBe(String(value));
        expect(put(-value)).toBe(String(-value));
      }
    }
    expect(put(2n ** 63n - 1n)).toBe("9223372036854775807");
    expect(put(-(2n ** 63n))).toBe("-9223372036854775808");
  });
});
