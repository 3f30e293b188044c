// Loudness of signals that formulas make, against libebur128 (make_loudness.py) and a specification's test signal.
import { readFileSync } from "node:fs";
import { AudioBuffer } from "@haforu/speech";
import { describe, expect, it } from "vitest";

interface LoudnessCase {
  readonly kind: "sine" | "low" | "noise" | "gaps";
  readonly rate: number;
  readonly channels: 1 | 2;
  readonly seconds: number;
  readonly level: number;
  readonly lufs: number;
}

/** As test/speech/make_loudness.py makes it. */
function signal({ kind, rate, channels, seconds, level }: Omit<LoudnessCase, "lufs">): Float32Array {
  const frames = Math.round(rate * seconds);
  const out = new Float32Array(frames * channels);
  let state = 12345;
  for (let frame = 0; frame < frames; frame++) {
    const time = frame / rate;
    let value: number;
    if (kind === "noise") {
      state = Number((1103515245n * BigInt(state) + 12345n) % 2n ** 31n);
      value = state / 2 ** 30 - 1;
    } else if (kind === "gaps") value = Math.sin(2 * Math.PI * 440 * time) * ([1, 0.05, 0][Math.floor(time / 0.7) % 3] as number);
    else value = Math.sin(2 * Math.PI * (kind === "sine" ? 997 : 60) * time);
    for (let channel = 0; channel < channels; channel++) out[frame * channels + channel] = (value * level) / (channel + 1);
  }
  return out;
}

const sine = (frequency: number, rate: number, seconds: number, level: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => level * Math.sin((2 * Math.PI * frequency * i) / rate));

describe("loudness", () => {
  const cases = JSON.parse(readFileSync(new URL("expected-loudness.json", import.meta.url), "utf8")) as LoudnessCase[];
  it.each(cases)("of $kind at $rate Hz, $channels channels is what libebur128 measures", (each) => {
    expect(Math.abs(new AudioBuffer(signal(each), each.rate, each.channels).loudness() - each.lufs)).toBeLessThan(0.01);
  });

  it("of EBU Tech 3341's first test signal is -23 LUFS: a stereo sine of 1 kHz at -23 dB full scale", () => {
    const mono = sine(1000, 48_000, 20, 10 ** (-23 / 20));
    expect(new AudioBuffer(mono, 48_000).stereo().loudness()).toBeCloseTo(-23, 1);
  });

  it("of silence is -Infinity, of less than a block that of what there is", () => {
    expect(new AudioBuffer(new Float32Array(16_000), 16_000).loudness()).toBe(Number.NEGATIVE_INFINITY);
    expect(new AudioBuffer(new Float32Array(0), 16_000).loudness()).toBe(Number.NEGATIVE_INFINITY);
    expect(new AudioBuffer(sine(997, 48_000, 0.2, 1), 48_000).loudness()).toBeCloseTo(-3.01, 1);
  });
});
