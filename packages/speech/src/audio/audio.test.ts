// Levels, limiter, silence, combining, pictures: against hand calculation.
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crossfaded, joined, mixed } from "./combine.ts";
import { withChannels } from "./data.ts";
import { countSamples, decibels, peakOf, rmsOf } from "./levels.ts";
import { limited } from "./limiter.ts";
import { audibleRange } from "./silence.ts";
import { waveformPng, waveformSvg } from "./waveform.ts";

const sine = (frequency: number, rate: number, seconds: number, level: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => level * Math.sin((2 * Math.PI * frequency * i) / rate));

describe("levels", () => {
  it("of a full-scale sine: peak 0 dB, RMS -3.01 dB", () => {
    const samples = sine(1000, 48_000, 1, 1);
    expect(decibels(peakOf(samples))).toBeCloseTo(0, 3);
    expect(decibels(rmsOf(samples))).toBeCloseTo(-3.0103, 3);
    const { crossings, dcOffset, overFullScale } = countSamples(samples, 1);
    expect(crossings).toBeGreaterThanOrEqual(1998);
    expect(crossings).toBeLessThanOrEqual(2000);
    expect(dcOffset).toBeCloseTo(0, 6);
    expect(overFullScale).toBe(0);
  });

  it("of nothing are zero", () => {
    expect([peakOf(new Float32Array(0)), rmsOf(new Float32Array(0))]).toEqual([0, 0]);
    expect(countSamples(new Float32Array(0), 1)).toEqual({ min: 0, max: 0, dcOffset: 0, overFullScale: 0, crossings: 0 });
  });
});

describe("limiter", () => {
  it("lets nothing over the ceiling, and what is far below is as it was", () => {
    const samples = sine(200, 16_000, 1, 0.5);
    for (let i = 8000; i < 8100; i++) samples[i] = 3 * Math.sin(i);
    const out = limited(samples, 16_000, 1, 0.9);
    expect(peakOf(out)).toBeLessThanOrEqual(Math.fround(0.9));
    expect(peakOf(out)).toBeGreaterThan(0.85);
    expect(out.subarray(0, 7000)).toEqual(samples.subarray(0, 7000));
    expect(out.subarray(9000)).toEqual(samples.subarray(9000));
  });

  it("changes nothing that needs no change", () => {
    const samples = sine(200, 16_000, 0.1, 0.5);
    expect(limited(samples, 16_000, 1, 0.9)).toBe(samples);
  });

  it("holds for random audio with peaks anywhere, in two channels", () => {
    let state = 7;
    const random = (): number => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let round = 0; round < 50; round++) {
      const samples = Float32Array.from({ length: 2 * (1 + Math.floor(random() * 500)) }, () => (random() - 0.5) * (random() > 0.95 ? 10 : 1));
      expect(peakOf(limited(samples, 8000, 2, 0.7))).toBeLessThanOrEqual(Math.fround(0.7));
    }
  });
});

describe("silence, joining, mixing", () => {
  it("finds the frames that are not silent", () => {
    const samples = Float32Array.of(0, 0, 0, 0.5, 0, 0, -0.5, 0, 0, 0);
    expect(audibleRange(samples, 1, 0.1)).toEqual({ start: 3, end: 7 });
    expect(audibleRange(samples, 2, 0.1)).toEqual({ start: 1, end: 4 });
    expect(audibleRange(new Float32Array(8), 1, 0.1)).toEqual({ start: 0, end: 0 });
  });

  it("crossfades with constant power or constant sum", () => {
    const ones = { samples: new Float32Array(100).fill(1), rate: 8000, channels: 1 as const };
    const linear = crossfaded(ones, ones, 40, "linear");
    expect(linear.length).toBe(160);
    for (const sample of linear) expect(sample).toBeCloseTo(1, 6);
    const before = crossfaded(ones, { ...ones, samples: new Float32Array(100) }, 40, "equal-power");
    const after = crossfaded({ ...ones, samples: new Float32Array(100) }, ones, 40, "equal-power");
    for (let i = 60; i < 100; i++) expect((before[i] as number) ** 2 + (after[i] as number) ** 2).toBeCloseTo(1, 6);
  });

  it("mixes with places and gains, joins in order", () => {
    const parts = [
      { samples: Float32Array.of(1, 2, 3), startFrame: 0, gain: 1 },
      { samples: Float32Array.of(10, 20), startFrame: 2, gain: 0.5 },
    ];
    expect([...mixed(parts, 1)]).toEqual([1, 2, 8, 10]);
    const audio = (samples: Float32Array) => ({ samples, rate: 8000, channels: 1 as const });
    expect([...joined([audio(Float32Array.of(1)), audio(Float32Array.of(2, 3))])]).toEqual([1, 2, 3]);
  });

  it("takes the mean of two channels, and doubles one", () => {
    expect([...withChannels({ samples: Float32Array.of(1, 0, 0.5, 0.5), rate: 8000, channels: 2 }, 1)]).toEqual([0.5, 0.5]);
    expect([...withChannels({ samples: Float32Array.of(1, 2), rate: 8000, channels: 1 }, 2)]).toEqual([1, 1, 2, 2]);
  });
});

describe("waveform", () => {
  const audio = { samples: Float32Array.of(0, 0, 1, -1, 0.5, 0.5, 0, 0), rate: 8000, channels: 1 as const };

  it("SVG has each column's least and greatest sample", () => {
    const svg = waveformSvg(audio, { width: 4, height: 100 });
    expect(svg).toContain('width="4" height="100"');
    expect(svg).toContain("M0.5 50V50M1.5 0V100M2.5 25V25M3.5 50V50");
  });

  it("PNG holds the same picture", () => {
    const png = Buffer.from(waveformPng(audio, { width: 4, height: 10, color: "#ff0000", rmsColor: "#00ff00", background: "#0000ff" }));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([4, 10]);
    const at = png.indexOf("IDAT");
    const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    const column = (x: number): number[] => Array.from({ length: 10 }, (_, y) => rows[y * 5 + 1 + x] as number);
    expect(column(0)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(column(1)).toEqual(Array(10).fill(2));
    expect(column(3)).toEqual(column(0));
  });

  it("refuses sizes and colours that are none", () => {
    expect(() => waveformSvg(audio, { width: 0 })).toThrow(/width: expected a number from 1 to 16384 px, got 0/);
    expect(() => waveformPng(audio, { color: "red" })).toThrow(/color: expected a colour such as "#5b8def", got "red"/);
  });
});
