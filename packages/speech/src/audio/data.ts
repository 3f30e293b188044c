// What audio is in this package, and the checks of its shape. It knows nothing of files and engines.

import { SpeechError } from "../errors.ts";

/** Samples with what they mean. */
export interface AudioData {
  /** Full scale is [-1, 1]; interleaved (left, right, left …) when there are two channels. */
  readonly samples: Float32Array;
  /** Frames a second. */
  readonly rate: number;
  readonly channels: 1 | 2;
}

/** What the resampler takes, in frames a second. */
export const LEAST_RATE = 1000;
export const MOST_RATE = 384_000;

/** @throws SpeechError speech_audio_invalid for a rate, channel count or array that is none. */
export function checkAudio({ samples, rate, channels }: AudioData): void {
  if (!(samples instanceof Float32Array)) throw new SpeechError("speech_audio_invalid", "samples: expected a Float32Array", { field: "samples" });
  if (!Number.isInteger(rate) || rate < LEAST_RATE || rate > MOST_RATE)
    throw new SpeechError("speech_audio_invalid", `rate: expected a whole number of frames a second from ${LEAST_RATE} to ${MOST_RATE}, got ${rate}`, {
      field: "rate",
    });
  if (channels !== 1 && channels !== 2) throw new SpeechError("speech_audio_invalid", `channels: expected 1 or 2, got ${channels}`, { field: "channels" });
  if (samples.length % channels !== 0)
    throw new SpeechError("speech_audio_invalid", `samples: expected an even number for two channels, got ${samples.length}`, { field: "samples" });
}

/** @throws SpeechError speech_option_invalid for a value that is no number in [least, most]. */
export function checkNumber(field: string, value: unknown, least: number, most: number, unit: string): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `from ${least}`;
  const came = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  throw new SpeechError("speech_option_invalid", `${field}: expected a number ${range}${unit === "" ? "" : ` ${unit}`}, got ${came}`, { field });
}

/** Both channels as they are, or one made two, or the mean of two. @returns the same array where nothing is to be done. */
export function withChannels({ samples, channels }: AudioData, wanted: 1 | 2): Float32Array {
  if (channels === wanted) return samples;
  if (wanted === 1) {
    const mono = new Float32Array(samples.length / 2);
    for (let i = 0; i < mono.length; i++) mono[i] = ((samples[2 * i] as number) + (samples[2 * i + 1] as number)) / 2;
    return mono;
  }
  const stereo = new Float32Array(samples.length * 2);
  for (let i = 0; i < samples.length; i++) {
    stereo[2 * i] = samples[i] as number;
    stereo[2 * i + 1] = samples[i] as number;
  }
  return stereo;
}
