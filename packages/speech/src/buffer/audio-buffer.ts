// Audio that a program holds: samples, what they measure, and what can be made of them. Every operation gives a new buffer and leaves this one as it is.

import { checkAlike, crossfaded, type FadeCurve, fadeGain, joined, mixed } from "../audio/combine.ts";
import { type AudioData, checkAudio, checkNumber, LEAST_RATE, MOST_RATE, withChannels } from "../audio/data.ts";
import { type AudioStatistics, countSamples, decibels, peakOf, ratioOf, rmsOf } from "../audio/levels.ts";
import { limited } from "../audio/limiter.ts";
import { integratedLoudness } from "../audio/loudness.ts";
import { audibleRange } from "../audio/silence.ts";
import { type WaveformOptions, waveformPng, waveformSvg } from "../audio/waveform.ts";
import { QUALITIES, type Quality, SAMPLE_FORMATS, type SampleFormat } from "../engine/boundary.ts";
import { sampleConverter } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import { type EncodeOptions, resolveEncoding } from "../files/encoder.ts";
import type { AudioMetadata } from "../files/metadata.ts";
import { decodeAudio, readAudio } from "../files/read.ts";
import { samplesOf } from "../files/wav.ts";
import { AudioFileWriter, encodeAll, formatOfName } from "../files/write.ts";

/** dB; a gain beyond is no gain that one means. */
const MOST_DECIBELS = 120;
/** Seconds; ten days, beyond any array. */
const MOST_SECONDS = 864_000;
/** 8 GiB of floats, what an array holds at most in the oldest Node. */
const MOST_SAMPLES: number = 2 ** 31;
/** Frames written to a file at once. */
const PIECE_FRAMES = 65_536;

export interface ConvertOptions {
  /** Default: "little". */
  readonly endian?: "little" | "big";
  /** Triangular dither of ±1 last bit. Default: false. */
  readonly dither?: boolean;
}

export interface ConvertedSamples {
  readonly data: Uint8Array;
  /** Samples beyond the format's range, which were limited to it. */
  readonly clipped: number;
}

export class AudioBuffer implements AudioData {
  /** Full scale is [-1, 1]; interleaved (left, right …) when stereo. Not copied: what is written here changes this buffer. */
  readonly samples: Float32Array;
  /** Frames a second. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** What `encode` and `save` write into the file, and `load` found there. */
  readonly metadata: AudioMetadata;

  /** @param samples taken over, not copied. @throws SpeechError speech_audio_invalid. */
  constructor(samples: Float32Array, rate: number, channels: 1 | 2 = 1, metadata: AudioMetadata = {}) {
    checkAudio({ samples, rate, channels });
    this.samples = samples;
    this.rate = rate;
    this.channels = channels;
    this.metadata = metadata;
  }

  /** Silence of a length in seconds. */
  static silence(seconds: number, rate: number, channels: 1 | 2 = 1): AudioBuffer {
    checkAudio({ samples: new Float32Array(0), rate, channels });
    checkNumber("seconds", seconds, 0, Math.min(MOST_SECONDS, MOST_SAMPLES / rate / channels), "s");
    return new AudioBuffer(new Float32Array(Math.round(seconds * rate) * channels), rate, channels);
  }

  /** Samples of another format, such as those of `convert`. Integers are divided by their full scale (32768 for int16). */
  static from(data: Uint8Array, format: SampleFormat, rate: number, channels: 1 | 2 = 1, endian: "little" | "big" = "little"): AudioBuffer {
    checkFormat(format);
    return new AudioBuffer(samplesOf(data, format, endian === "big"), rate, channels);
  }

  /** A WAV, FLAC or (with the package mpg123-decoder) MP3 file. @throws SpeechError speech_file_unreadable, speech_audio_invalid, speech_package_missing. */
  static async load(path: string): Promise<AudioBuffer> {
    const { audio, metadata } = await readAudio(path);
    return new AudioBuffer(audio.samples, audio.rate, audio.channels, metadata);
  }

  /** The bytes of such a file. */
  static async decode(bytes: Uint8Array): Promise<AudioBuffer> {
    const { audio, metadata } = await decodeAudio(bytes);
    return new AudioBuffer(audio.samples, audio.rate, audio.channels, metadata);
  }

  /** One after the other. All have the same rate and channels. */
  static concatenate(parts: readonly AudioBuffer[]): AudioBuffer {
    const { rate, channels } = checkAlike(parts);
    return new AudioBuffer(joined(parts), rate, channels);
  }

  /** The sum of all, each from `start` seconds on and by `gain` dB (defaults 0). Sums may exceed full scale: `limit()` or `normalize()` follows. */
  static mix(parts: readonly { readonly audio: AudioBuffer; readonly start?: number; readonly gain?: number }[]): AudioBuffer {
    const { rate, channels } = checkAlike(parts.map(({ audio }) => audio));
    const placed = parts.map(({ audio, start = 0, gain = 0 }) => ({
      samples: audio.samples,
      startFrame: Math.round(checkNumber("start", start, 0, MOST_SECONDS, "s") * rate),
      gain: ratioOf(checkNumber("gain", gain, -MOST_DECIBELS, MOST_DECIBELS, "dB")),
    }));
    return new AudioBuffer(mixed(placed, channels), rate, channels);
  }

  /** Samples of one channel. */
  get frames(): number {
    return this.samples.length / this.channels;
  }

  /** Seconds. */
  get duration(): number {
    return this.frames / this.rate;
  }

  /** Greatest absolute sample; 1 is full scale. */
  peak(): number {
    return peakOf(this.samples);
  }

  /** Root of the mean square over all samples. A full-scale sine has 0.7071. */
  rms(): number {
    return rmsOf(this.samples);
  }

  /** Integrated loudness in LUFS (ITU-R BS.1770-4); -Infinity for silence. */
  loudness(): number {
    return integratedLoudness(this.samples, this.rate, this.channels);
  }

  statistics(): AudioStatistics {
    const { crossings, ...counted } = countSamples(this.samples, this.channels);
    const [peak, rms] = [this.peak(), this.rms()];
    const [peakDb, rmsDb] = [decibels(peak), decibels(rms)];
    return {
      frames: this.frames,
      duration: this.duration,
      ...counted,
      peak,
      peakDb,
      rms,
      rmsDb,
      crestDb: rms === 0 ? 0 : peakDb - rmsDb,
      zeroCrossingRate: this.frames === 0 ? 0 : crossings / this.channels / this.duration,
      loudness: this.loudness(),
    };
  }

  /** Without the silence at both ends. @param threshold dB of full scale, up to which a sample is silence. @param keep seconds of it that stay on each side. */
  trimSilence({ threshold = -60, keep = 0 }: { readonly threshold?: number; readonly keep?: number } = {}): AudioBuffer {
    checkNumber("threshold", threshold, -MOST_DECIBELS - 80, 0, "dB");
    checkNumber("keep", keep, 0, MOST_SECONDS, "s");
    const { start, end } = audibleRange(this.samples, this.channels, ratioOf(threshold));
    if (end === 0) return this.#with(new Float32Array(0));
    const margin = Math.round(keep * this.rate);
    return this.#with(this.samples.slice(Math.max(0, start - margin) * this.channels, Math.min(this.frames, end + margin) * this.channels));
  }

  /** The half-open range of seconds; beyond the end there is nothing. */
  slice(start: number, end: number = this.duration): AudioBuffer {
    checkNumber("start", start, 0, MOST_SECONDS, "s");
    checkNumber("end", end, start, MOST_SECONDS, "s");
    return this.#with(this.samples.slice(Math.round(start * this.rate) * this.channels, Math.round(end * this.rate) * this.channels));
  }

  /** The samples as bytes of another format, by the engine: integers are rounded and limited to their range. */
  convert(format: SampleFormat, { endian = "little", dither = false }: ConvertOptions = {}): ConvertedSamples {
    checkFormat(format);
    if (endian !== "little" && endian !== "big") throw invalid("endian", '"little" or "big"', endian);
    return sampleConverter().convert(this.samples, format, { bigEndian: endian === "big", dither });
  }

  toInt16(options?: Omit<ConvertOptions, "endian">): Int16Array {
    return new Int16Array(this.convert("int16", options).data.buffer);
  }

  /** Three bytes a sample. */
  toInt24(options?: ConvertOptions): Uint8Array {
    return this.convert("int24", options).data;
  }

  toInt32(options?: Omit<ConvertOptions, "endian">): Int32Array {
    return new Int32Array(this.convert("int32", options).data.buffer);
  }

  /** 128 is silence. */
  toUint8(options?: Omit<ConvertOptions, "endian">): Uint8Array {
    return this.convert("uint8", options).data;
  }

  toFloat64(): Float64Array {
    return Float64Array.from(this.samples);
  }

  /** One channel: the mean of two. */
  mono(): AudioBuffer {
    return new AudioBuffer(withChannels(this, 1), this.rate, 1, this.metadata);
  }

  /** Two channels: one as both. */
  stereo(): AudioBuffer {
    return new AudioBuffer(withChannels(this, 2), this.rate, 2, this.metadata);
  }

  /** At another rate (1000 to 384,000 frames a second), by the engine; round(frames × rate / this.rate) frames. */
  resample(rate: number, { quality = "standard" }: { readonly quality?: Quality } = {}): AudioBuffer {
    checkNumber("rate", rate, LEAST_RATE, MOST_RATE, "Hz");
    if (!Number.isInteger(rate)) throw invalid("rate", "whole Hz", rate);
    if (!QUALITIES.includes(quality)) throw invalid("quality", '"draft", "standard" or "high"', quality);
    if (rate === this.rate) return this.#with(this.samples.slice());
    return new AudioBuffer(sampleConverter().resample(this.samples, this.channels, this.rate, rate, quality), rate, this.channels, this.metadata);
  }

  /** Louder or softer by this many dB; nothing is limited. */
  gain(decibels: number): AudioBuffer {
    return this.#scaled(ratioOf(checkNumber("gain", decibels, -MOST_DECIBELS, MOST_DECIBELS, "dB")));
  }

  /** One gain for all, so that the peak or RMS has this many dB of full scale, or the loudness this many LUFS. Silence stays silence. */
  normalize(target: { readonly peak: number } | { readonly rms: number } | { readonly lufs: number }): AudioBuffer {
    const [[kind, level] = ["", undefined], ...more] = Object.entries(target);
    if (more.length > 0 || !["peak", "rms", "lufs"].includes(kind)) throw invalid("target", "one of peak, rms, lufs", Object.keys(target).join(", "));
    const wanted = checkNumber(kind, level, -MOST_DECIBELS, MOST_DECIBELS, kind === "lufs" ? "LUFS" : "dB");
    const now = kind === "peak" ? decibels(this.peak()) : kind === "rms" ? decibels(this.rms()) : this.loudness();
    return now === Number.NEGATIVE_INFINITY ? this.#with(this.samples.slice()) : this.#scaled(ratioOf(wanted - now));
  }

  /** Fades at the ends, in seconds (default none), each at most the whole. */
  fade({ in: fadeIn = 0, out: fadeOut = 0, curve = "linear" }: { readonly in?: number; readonly out?: number; readonly curve?: FadeCurve }): AudioBuffer {
    checkCurve(curve);
    const samples = this.samples.slice();
    const [first, last] = [checkNumber("in", fadeIn, 0, this.duration, "s"), checkNumber("out", fadeOut, 0, this.duration, "s")].map((s) =>
      Math.round(s * this.rate),
    );
    const apply = (frames: number, indexOf: (frame: number) => number): void => {
      for (let frame = 0; frame < frames; frame++)
        for (let channel = 0; channel < this.channels; channel++) {
          const index = indexOf(frame) * this.channels + channel;
          samples[index] = (samples[index] as number) * fadeGain(curve, frame / frames);
        }
    };
    apply(first ?? 0, (frame) => frame);
    apply(last ?? 0, (frame) => this.frames - 1 - frame);
    return this.#with(samples);
  }

  /** This, whose last seconds fade out while the first of `after` fade in. */
  crossfade(after: AudioBuffer, seconds: number, { curve = "equal-power" }: { readonly curve?: FadeCurve } = {}): AudioBuffer {
    checkCurve(curve);
    checkAlike([this, after]);
    checkNumber("seconds", seconds, 0, Math.min(this.duration, after.duration), "s");
    return this.#with(crossfaded(this, after, Math.round(seconds * this.rate), curve));
  }

  /** No sample over `ceiling` dB of full scale (default -0.1): a look-ahead limiter of 5 ms; what is below is left as it is. */
  limit(ceiling = -0.1): AudioBuffer {
    return this.#with(limited(this.samples, this.rate, this.channels, ratioOf(checkNumber("ceiling", ceiling, -MOST_DECIBELS, 0, "dB"))).slice());
  }

  /** The bytes of an audio file. @throws SpeechError speech_option_invalid, speech_package_missing. */
  async encode(options: EncodeOptions = {}): Promise<Uint8Array> {
    return (await encodeAll(this.samples, resolveEncoding({ ...this.metadata, ...options }, this))).bytes;
  }

  /**
   * Writes an audio file aside and renames it; its format is the name's ending unless `format` says it.
   * @returns how many samples the format's range cut. @throws SpeechError speech_output_failed, speech_option_invalid, speech_package_missing.
   */
  async save(path: string, options: EncodeOptions = {}): Promise<{ readonly clipped: number }> {
    const encoding = resolveEncoding({ ...this.metadata, ...options, format: options.format ?? formatOfName(path) }, this);
    const writer = await AudioFileWriter.open(path, encoding);
    try {
      for (let at = 0; at < this.frames; at += PIECE_FRAMES) await writer.write(this.samples.subarray(at * this.channels, (at + PIECE_FRAMES) * this.channels));
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return { clipped: writer.clipped };
  }

  waveformSvg(options?: WaveformOptions): string {
    return waveformSvg(this, options);
  }

  waveformPng(options?: WaveformOptions): Uint8Array {
    return waveformPng(this, options);
  }

  #scaled(ratio: number): AudioBuffer {
    return this.#with(this.samples.map((sample) => sample * ratio));
  }

  #with(samples: Float32Array): AudioBuffer {
    return new AudioBuffer(samples, this.rate, this.channels, this.metadata);
  }
}

function invalid(field: string, expected: string, came: unknown): SpeechError {
  return new SpeechError("speech_option_invalid", `${field}: expected ${expected}, got ${JSON.stringify(came) ?? String(came)}`, { field });
}

function checkFormat(format: SampleFormat): void {
  if (!Object.hasOwn(SAMPLE_FORMATS, format)) throw invalid("format", `one of ${Object.keys(SAMPLE_FORMATS).join(", ")}`, format);
}

function checkCurve(curve: FadeCurve): void {
  if (curve !== "linear" && curve !== "equal-power") throw invalid("curve", '"linear" or "equal-power"', curve);
}
