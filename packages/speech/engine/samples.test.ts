// The resampler and the sample formats, called as hosts call them for audio of any origin.
import { beforeAll, describe, expect, it } from "vitest";
import { Host } from "./testing/host.ts";
import { decibels, rms, thdn } from "./testing/measure.ts";

let host: Host;
beforeAll(() => {
  host = new Host();
});

const QUALITIES = ["draft", "standard", "high"];
const sine = (hz: number, rate: number, seconds = 1, channels = 1): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) * channels }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * Math.floor(i / channels)) / rate));

/** Through a resampler, in pieces of `piece` frames. */
function resample(samples: Float32Array, from: number, to: number, quality: number, piece = 1 << 20, channels = 1): Float32Array {
  const handle = host.call("hs_resampler_create", channels, from, to, quality);
  expect(handle).toBeGreaterThan(0);
  const frames = samples.length / channels;
  const parts: Uint8Array[] = [];
  for (let at = 0; ; at += piece) {
    const count = Math.min(piece, frames - at);
    const [source] = host.put(new Uint8Array(samples.buffer, samples.byteOffset + at * channels * 4, count * channels * 4));
    const room = Math.ceil((count * to) / from) + 8192;
    const target = host.call("hs_alloc", room * channels * 4);
    const final = at + count === frames;
    const written = host.call("hs_resampler_run", handle, source, count, target, room, final ? 1 : 0);
    expect(written).toBeGreaterThanOrEqual(0);
    parts.push(host.bytes(target, written * channels * 4));
    host.call("hs_free", source);
    host.call("hs_free", target);
    if (final) break;
  }
  host.call("hs_resampler_close", handle);
  return new Float32Array(Uint8Array.from(Buffer.concat(parts)).buffer);
}

describe("the resampler", () => {
  const rates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000];

  it.each(rates)("from 16000 to %s Hz at high: THD+N of a sine below -80 dB, its level and its place kept", (to) => {
    for (const hz of [220, 997, 3100]) {
      const source = sine(hz, 16000);
      const result = resample(source, 16000, to, 2);
      expect(result.length).toBe(to);
      expect(thdn(result, to, hz, Math.round(to * 0.05))).toBeLessThan(-80);
      expect(Math.abs(decibels(rms(result, 2000, to - 2000) / rms(source, 2000, 14000)))).toBeLessThan(0.05);
      // no delay: each sample is the sine's own
      for (let i = 1000; i < to - 1000; i += 97) expect(Math.abs((result[i] as number) - 0.5 * Math.sin((2 * Math.PI * hz * i) / to))).toBeLessThan(0.001);
    }
  });

  it("from any of the rates to any other", () => {
    for (const from of rates)
      for (const to of rates) {
        const result = resample(sine(997, from, 0.5), from, to, 2);
        expect(result.length).toBe(Math.round((Math.round(from * 0.5) * to) / from));
        expect(thdn(result, to, 997, Math.round(to * 0.05)), `${from} to ${to}`).toBeLessThan(-80);
      }
  });

  it("is the purer the higher the quality, and leaves no alias", () => {
    // 7 kHz lies beyond the new band: what is left of it is alias
    const purity = QUALITIES.map((_, quality) => thdn(resample(sine(997, 44100), 44100, 16000, quality), 16000, 997, 800));
    const alias = QUALITIES.map((_, quality) => decibels(rms(resample(sine(7000, 16000), 16000, 8000, quality), 500, 7500) / Math.SQRT1_2 / 0.5));
    expect(purity[1]).toBeLessThan((purity[0] as number) - 3);
    expect(purity[2]).toBeLessThan((purity[1] as number) - 3);
    expect(alias[0]).toBeLessThan(-45);
    expect(alias[2]).toBeLessThan(-80);
  });

  it("gives the same samples in any pieces, and each channel as it would be alone", () => {
    const mono = sine(500, 16000, 0.3);
    const whole = resample(mono, 16000, 44100, 1);
    for (const piece of [1, 7, 160, 4800]) expect(resample(mono, 16000, 44100, 1, piece)).toEqual(whole);
    const stereo = resample(sine(500, 16000, 0.3, 2), 16000, 44100, 1, 100, 2);
    expect(stereo.filter((_, i) => i % 2 === 1)).toEqual(whole);
  });

  it("refuses what it cannot do", () => {
    for (const [channels, from, to, quality] of [
      [0, 8000, 16000, 1],
      [9, 8000, 16000, 1],
      [1, 0, 16000, 1],
      [1, 8000, 400000, 1],
      [1, 8000, 16000, 3],
      [1, 44101, 47999, 2],
    ] as const)
      expect(host.call("hs_resampler_create", channels, from, to, quality)).toBeLessThan(0);
    expect(host.call("hs_resampler_run", 5, 0, 0, 0, 0, 0)).toBe(-18);
    expect(host.stats()[5]).toBe(0);
  });
});

describe("formats", () => {
  function convert(samples: readonly number[], format: number, flags = 0): { clipped: number; bytes: Buffer } {
    const [source] = host.put(new Uint8Array(Float32Array.from(samples).buffer));
    const target = host.call("hs_alloc", samples.length * 8);
    const clipped = host.call("hs_convert", source, samples.length, format, flags, target);
    const bytes = Buffer.from(host.bytes(target, samples.length * 8));
    host.call("hs_free", source);
    host.call("hs_free", target);
    return { clipped, bytes };
  }
  const values = [0, 0.5, -0.5, 1, -1, 1.5, -1.5, 1 / 32768, Number.NaN];

  it("round to the nearest and keep to their range", () => {
    const { clipped, bytes } = convert(values, 1);
    expect(values.map((_, i) => bytes.readInt16LE(2 * i))).toEqual([0, 16384, -16384, 32767, -32768, 32767, -32768, 1, 0]);
    expect(clipped).toBe(3);
    const wide = convert(values, 2);
    expect(values.map((_, i) => wide.bytes.readIntLE(3 * i, 3))).toEqual([0, 4194304, -4194304, 8388607, -8388608, 8388607, -8388608, 256, 0]);
    const widest = convert(values, 3, 1);
    expect(values.slice(0, 5).map((_, i) => widest.bytes.readInt32BE(4 * i))).toEqual([0, 2 ** 30, -(2 ** 30), 2 ** 31 - 1, -(2 ** 31)]);
    const narrow = convert(values, 4);
    expect(values.slice(0, 5).map((_, i) => narrow.bytes.readUInt8(i))).toEqual([128, 192, 64, 255, 0]);
    const double = convert(values, 5, 1);
    expect(values.slice(0, 8).map((_, i) => double.bytes.readDoubleBE(8 * i))).toEqual(values.slice(0, 8).map(Math.fround));
    expect(convert([0.25], 6).bytes.readFloatLE(0)).toBe(0.25);
  });

  it("dither is triangular noise of one unit, the same in every run", () => {
    const samples = Array.from({ length: 20_000 }, () => 10.25 / 32768);
    const first = convert(samples, 1, 2).bytes;
    expect(convert(samples, 1, 2).bytes.equals(first)).toBe(true);
    const read = samples.map((_, i) => first.readInt16LE(2 * i));
    const mean = read.reduce((sum, x) => sum + x, 0) / read.length;
    const variance = read.reduce((sum, x) => sum + (x - mean) ** 2, 0) / read.length;
    expect(mean).toBeCloseTo(10.25, 1);
    expect(variance).toBeGreaterThan(0.2); // 1/6 of the triangle, and 1/12 of the rounding
    expect(variance).toBeLessThan(0.3);
  });

  it("that do not exist are errors", () => {
    for (const [format, flags] of [
      [0, 0],
      [7, 0],
      [1, 4],
    ] as const)
      expect(host.call("hs_convert", 0, 0, format, flags, 0)).toBe(-19);
  });
});
