// Audio files: what is saved is read back by sox and by the flac program, by this package, and bit for bit where the format keeps every bit. Conversions against
// hand calculation; resampling against a sine that is computed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AudioBuffer, type EncodeOptions, type SpeechError } from "@haforu/speech";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-audio-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sine = (frequency: number, rate: number, seconds: number, level: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => level * Math.sin((2 * Math.PI * frequency * i) / rate));

/** Two channels that differ, with a value at each end of the range. */
function stereo(rate: number): AudioBuffer {
  const samples = new Float32Array(2 * 5000);
  for (let i = 0; i < 5000; i++) {
    samples[2 * i] = 0.8 * Math.sin(i / 9);
    samples[2 * i + 1] = 0.3 * Math.sin(i / 5);
  }
  samples.set([-1, 0.5, 0.999], 100);
  return new AudioBuffer(samples, rate, 2);
}

async function refused(action: () => unknown): Promise<SpeechError> {
  try {
    await action();
  } catch (error) {
    return error as SpeechError;
  }
  throw new Error("nothing was thrown");
}

/** Samples of a file as sox reads them. */
function readBySox(path: string): Float32Array {
  const data = execFileSync("sox", [path, "-t", "f32", "-L", "-"], { maxBuffer: 1 << 28 });
  return new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
}

const greatestDifference = (a: Float32Array, b: Float32Array): number => a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (b[i] as number))), 0);

describe("files", () => {
  const lastBit = (bits: EncodeOptions["bits"]): number => (bits === "float" ? 2 ** -25 : 2 ** -Math.min(24, (bits as number) - 1));
  const cases = [
    ["wav", 16],
    ["wav", 24],
    ["wav", 32],
    ["wav", "float"],
    ["flac", 16],
    ["flac", 24],
  ] as const;

  it.each(cases)("%s of %s bits is read back by sox, and by load", async (format, bits) => {
    for (const audio of [stereo(44_100), new AudioBuffer(sine(440, 11_025, 0.37, 0.5), 11_025)]) {
      const path = join(folder, `a-${bits}-${audio.channels}.${format}`);
      expect(await audio.save(path, { bits, title: "Ein Tïtel", language: "en-GB" })).toEqual({ clipped: 0 });
      const soxi = (flag: string): string => execFileSync("sox", ["--i", flag, path], { encoding: "utf8" }).trim();
      expect([soxi("-r"), soxi("-c"), soxi("-s")]).toEqual([String(audio.rate), String(audio.channels), String(audio.frames)]);
      const heard = readBySox(path);
      expect(heard.length).toBe(audio.samples.length);
      expect(greatestDifference(audio.samples, heard)).toBeLessThanOrEqual(lastBit(bits) + 1e-9);
      const back = await AudioBuffer.load(path);
      expect([back.rate, back.channels, back.metadata]).toEqual([audio.rate, audio.channels, { title: "Ein Tïtel", language: "en-GB" }]);
      expect(greatestDifference(audio.samples, back.samples)).toBeLessThanOrEqual(lastBit(bits));
      // What is loaded is saved as the same file.
      const again = join(folder, `b.${format}`);
      await back.save(again, { bits });
      expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
    }
  });

  it("FLAC passes the flac program's own test, with tags and length", async () => {
    const path = join(folder, "c.flac");
    await stereo(48_000).save(path, { title: "Title", language: "en" });
    const tested = spawnSync("flac", ["--test", "--warnings-as-errors", path], { encoding: "utf8" });
    expect(tested.stderr).toContain("ok");
    expect(tested.status).toBe(0);
    const shown = execFileSync("metaflac", ["--show-tag=TITLE", "--show-tag=LANGUAGE", "--show-total-samples", "--show-md5sum", path], { encoding: "utf8" });
    expect(shown).toMatch(/^TITLE=Title\nLANGUAGE=en\n5000\n[0-9a-f]{32}\n$/);
    expect(shown).not.toContain("0".repeat(32));
  });

  it("MP3 by the opt-in packages: same length and tone, with title and language", async () => {
    const path = join(folder, "d.mp3");
    await new AudioBuffer(sine(1000, 16_000, 1, 0.5), 16_000).save(path, { title: "Tïtle", language: "en-US" });
    const back = await AudioBuffer.load(path);
    expect([back.rate, back.channels, back.metadata]).toEqual([16_000, 1, { title: "Tïtle", language: "en-US" }]);
    expect(Math.abs(back.duration - 1)).toBeLessThan(0.15);
    expect(back.slice(0.3, 0.8).rms()).toBeCloseTo(0.5 * Math.SQRT1_2, 1);
    expect((await refused(() => new AudioBuffer(new Float32Array(10), 9000).save(path))).message).toMatch(/rate: expected one of 8000, .* for MP3/);
  });

  it("empty audio is a file too", async () => {
    for (const name of ["e.wav", "e.flac"]) {
      await new AudioBuffer(new Float32Array(0), 16_000).save(join(folder, name));
      expect((await AudioBuffer.load(join(folder, name))).frames).toBe(0);
    }
    expect(execFileSync("sox", ["--i", "-s", join(folder, "e.wav")], { encoding: "utf8" }).trim()).toBe("0");
  });

  it("limits what integers cannot hold and says how much", async () => {
    const loud = new AudioBuffer(Float32Array.of(2, -3, 0.5, 1), 8000);
    expect(await loud.save(join(folder, "f.wav"))).toEqual({ clipped: 2 });
    expect((await AudioBuffer.load(join(folder, "f.wav"))).samples).toEqual(Float32Array.of(32767 / 32768, -1, 0.5, 32767 / 32768));
    expect(await loud.save(join(folder, "f.wav"), { bits: "float" })).toEqual({ clipped: 0 });
    expect((await AudioBuffer.load(join(folder, "f.wav"))).samples).toEqual(loud.samples);
  });

  it("says what is wrong with a file or name", async () => {
    writeFileSync(join(folder, "text.wav"), "this is no audio file");
    expect((await refused(() => AudioBuffer.load(join(folder, "text.wav")))).message).toMatch(
      /text\.wav: expected a WAV, FLAC or MP3 file; it begins with "this"/,
    );
    expect((await refused(() => AudioBuffer.load(join(folder, "none.wav")))).code).toBe("speech_file_unreadable");
    expect((await refused(() => AudioBuffer.load(folder))).code).toBe("speech_file_unreadable");
    expect((await refused(() => stereo(8000).save(join(folder, "x.ogg")))).message).toMatch(/expected a name that ends in \.wav, \.flac or \.mp3/);
    expect((await refused(() => stereo(8000).save(join(folder, "no", "x.wav")))).code).toBe("speech_output_failed");
    expect((await refused(() => stereo(8000).encode({ format: "flac", bits: 32 }))).message).toMatch(/bits: expected 16 or 24 for FLAC, got 32/);
    expect((await refused(() => stereo(8000).encode({ title: "a\0b" }))).field).toBe("title");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("survives damage: an error or audio, never a hang or a crash", async () => {
    const files = await Promise.all([stereo(8000).encode({ format: "wav", title: "t" }), stereo(8000).encode({ format: "flac", title: "t" })]);
    let state = 99;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    let [errors, audio] = [0, 0];
    for (let round = 0; round < 300; round++) {
      const bytes = (files[round % 2] as Uint8Array).slice();
      const cut = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      for (let i = 0; i < 1 + random(5) && cut.length > 0; i++) cut[random(round % 3 === 0 ? Math.min(cut.length, 200) : cut.length)] = random(256);
      try {
        await AudioBuffer.decode(cut);
        audio++;
      } catch (error) {
        expect((error as SpeechError).code).toMatch(/^speech_(audio_invalid|package_missing)$/);
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(50);
    expect(audio).toBeGreaterThan(50);
  });

  it("a FLAC file whose samples are not those of its checksum is refused", async () => {
    const bytes = await stereo(8000).encode({ format: "flac" });
    const wrong = bytes.slice();
    wrong[26] = (wrong[26] as number) ^ 1; // first byte of the MD5
    expect((await refused(() => AudioBuffer.decode(wrong))).message).toMatch(/checksum/);
  });

  it("a full disk leaves an error and no file", async () => {
    if (!existsSync("/dev/full")) return;
    const error = await refused(() => stereo(8000).save("/dev/full/x.wav"));
    expect(error.code).toBe("speech_output_failed");
  });
});

describe("conversions", () => {
  const audio = new AudioBuffer(Float32Array.of(0, 1, -1, 0.5, -0.25), 8000);

  it("round to the format's steps, little or big endian", () => {
    expect([...audio.toInt16()]).toEqual([0, 32767, -32768, 16384, -8192]);
    expect([...audio.toInt32()]).toEqual([0, 2147483647, -2147483648, 1073741824, -536870912]);
    expect([...audio.toUint8()]).toEqual([128, 255, 0, 192, 96]);
    expect([...audio.toFloat64()]).toEqual([0, 1, -1, 0.5, -0.25]);
    expect(Buffer.from(audio.toInt24()).toString("hex")).toBe("000000ffff7f0000800000400000e0");
    expect(Buffer.from(audio.toInt24({ endian: "big" })).toString("hex")).toBe("0000007fffff800000400000e00000");
    expect(Buffer.from(audio.convert("int16", { endian: "big" }).data).toString("hex")).toBe("00007fff80004000e000");
    expect(Buffer.from(audio.convert("float64", { endian: "big" }).data).readDoubleBE(24)).toBe(0.5);
    expect(audio.convert("int16").clipped).toBe(0);
    expect(audio.gain(1).convert("int16").clipped).toBe(2);
  });

  it("from gives back what convert gave, for every format", () => {
    for (const format of ["int16", "int24", "int32", "uint8", "float32", "float64"] as const)
      for (const endian of ["little", "big"] as const) {
        const back = AudioBuffer.from(audio.convert(format, { endian }).data, format, 8000, 1, endian);
        expect(greatestDifference(audio.samples, back.samples)).toBeLessThanOrEqual(format === "uint8" ? 1 / 128 : 1 / 32768);
      }
  });

  it("dither spreads the rounding error: a tone below half a step is there on the mean", () => {
    const soft = new AudioBuffer(sine(100, 8000, 4, 0.3 / 32768), 8000);
    expect(soft.toInt16().every((value) => value === 0)).toBe(true);
    const dithered = soft.toInt16({ dither: true });
    let sum = 0;
    for (const [i, value] of dithered.entries()) sum += value * Math.sin((2 * Math.PI * 100 * i) / 8000);
    expect((2 * sum) / dithered.length).toBeCloseTo(0.3, 1);
  });

  it.each(["draft", "standard", "high"] as const)("resampling at quality %s keeps length, level and place", (quality) => {
    const from = new AudioBuffer(sine(440, 16_000, 1, 0.5), 16_000);
    for (const rate of [8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000]) {
      const to = from.resample(rate, { quality });
      expect([to.rate, to.frames]).toEqual([rate, Math.round((from.frames * rate) / 16_000)]);
      const expected = sine(440, rate, 1, 0.5);
      // The ends ring: what is there before and after is silence.
      const [a, b] = [Math.round(rate * 0.1), Math.round(rate * 0.9)];
      expect(greatestDifference(to.samples.slice(a, b), expected.slice(a, b))).toBeLessThan(quality === "draft" ? 0.02 : 0.002);
    }
  });

  it("statistics are those of a calculation by hand", () => {
    const found = new AudioBuffer(Float32Array.of(0.5, -0.5, 0.25, -1.5), 8000).statistics();
    const rms = Math.sqrt((0.25 + 0.25 + 0.0625 + 2.25) / 4);
    expect({ ...found, loudness: 0 }).toEqual({
      frames: 4,
      duration: 0.0005,
      min: -1.5,
      max: 0.5,
      peak: 1.5,
      peakDb: expect.closeTo(20 * Math.log10(1.5), 9),
      rms: expect.closeTo(rms, 9),
      rmsDb: expect.closeTo(20 * Math.log10(rms), 9),
      crestDb: expect.closeTo(20 * Math.log10(1.5 / rms), 9),
      dcOffset: expect.closeTo(-1.25 / 4, 9),
      zeroCrossingRate: 3 / 0.0005,
      overFullScale: 1,
      loudness: 0,
    });
    // Both channels change their sign twice; the mean of the channels counts.
    expect(new AudioBuffer(Float32Array.of(1, 1, -1, -1, 0, 0, 1, 1), 8000, 2).statistics().zeroCrossingRate).toBe(2 / 0.0005);
    expect(AudioBuffer.silence(1, 8000).statistics()).toMatchObject({ peak: 0, peakDb: Number.NEGATIVE_INFINITY, crestDb: 0, zeroCrossingRate: 0 });
  });

  it("pictures have the sizes asked for, and ink where there is sound", () => {
    const half = AudioBuffer.concatenate([new AudioBuffer(sine(440, 8000, 1, 1), 8000), AudioBuffer.silence(1, 8000)]);
    const png = Buffer.from(half.waveformPng({ width: 40, height: 20 }));
    expect([png.toString("latin1", 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(["PNG", 40, 20]);
    expect(half.waveformSvg({ width: 40, height: 20 })).toMatch(/^<svg [^>]*width="40" height="20"/);
    expect(half.waveformSvg({ width: 40, height: 20 })).not.toBe(half.slice(1).waveformSvg({ width: 40, height: 20 }));
  });

  it("operations leave the buffer as it is and do what they say", () => {
    const tone = new AudioBuffer(sine(440, 16_000, 1, 0.5), 16_000);
    const before = tone.samples.slice();
    expect(tone.gain(6.0206).peak()).toBeCloseTo(1, 3);
    expect(20 * Math.log10(tone.normalize({ peak: -1 }).peak())).toBeCloseTo(-1, 3);
    expect(20 * Math.log10(tone.normalize({ rms: -20 }).rms())).toBeCloseTo(-20, 3);
    expect(tone.normalize({ lufs: -23 }).loudness()).toBeCloseTo(-23, 2);
    const faded = tone.fade({ in: 0.5, out: 0.25 });
    expect(faded.samples[0]).toBe(0);
    expect(faded.slice(0.2, 0.3).rms()).toBeCloseTo(0.5 * tone.rms(), 2);
    expect(Math.abs(faded.samples.at(-1) as number)).toBeLessThan(1e-6);
    expect(tone.gain(12).limit(-3).peak()).toBeLessThanOrEqual(Math.fround(10 ** (-3 / 20)));
    expect(tone.crossfade(tone, 0.25).duration).toBeCloseTo(1.75, 6);
    expect(AudioBuffer.concatenate([tone, AudioBuffer.silence(0.5, 16_000), tone]).duration).toBe(2.5);
    expect(
      AudioBuffer.mix([{ audio: tone }, { audio: tone, start: 0.5, gain: -6.0206 }])
        .slice(0, 0.5)
        .rms(),
    ).toBeCloseTo(tone.rms(), 4);
    const silent = AudioBuffer.concatenate([AudioBuffer.silence(0.3, 16_000), tone, AudioBuffer.silence(0.2, 16_000)]);
    expect(silent.trimSilence().duration).toBeCloseTo(1, 2);
    expect(silent.trimSilence({ keep: 0.1 }).duration).toBeCloseTo(1.2, 2);
    expect(AudioBuffer.silence(1, 16_000).trimSilence().frames).toBe(0);
    expect(tone.stereo().mono().samples).toEqual(tone.samples);
    expect(tone.samples).toEqual(before);
    expect(() => AudioBuffer.concatenate([tone, tone.stereo()])).toThrow(/audio 1 has 16000 Hz and 2 channels, audio 0 16000 Hz and 1/);
    expect(() => tone.fade({ in: 2 })).toThrow(/in: expected a number from 0 to 1 s, got 2/);
    expect(() => tone.resample(500)).toThrow(/rate: expected a number from 1000 to 384000 Hz, got 500/);
    expect(() => new AudioBuffer(new Float32Array(3), 8000, 2)).toThrow(/expected an even number/);
  });
});
