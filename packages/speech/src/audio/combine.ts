// Several pieces of audio in, one out: joined, faded into each other, or laid over each other. All have one rate and one number of channels.

import { SpeechError } from "../errors.ts";
import type { AudioData } from "./data.ts";

/** How a gain goes from 0 to 1: in a straight line, or so that the powers of two faded signals add up to one (quarter sine). */
export type FadeCurve = "linear" | "equal-power";

export function fadeGain(curve: FadeCurve, position: number): number {
  return curve === "linear" ? position : Math.sin((position * Math.PI) / 2);
}

/** @throws SpeechError speech_audio_invalid where rates or channels differ, or there is nothing. */
export function checkAlike(parts: readonly AudioData[]): AudioData {
  const first = parts[0];
  if (first === undefined) throw new SpeechError("speech_audio_invalid", "expected at least one AudioBuffer, got none");
  for (const [index, { rate, channels }] of parts.entries())
    if (rate !== first.rate || channels !== first.channels)
      throw new SpeechError(
        "speech_audio_invalid",
        `audio ${index} has ${rate} Hz and ${channels} channels, audio 0 ${first.rate} Hz and ${first.channels}: resample() or mono()/stereo() makes them alike`,
      );
  return first;
}

export function joined(parts: readonly AudioData[]): Float32Array {
  const out = new Float32Array(parts.reduce((total, { samples }) => total + samples.length, 0));
  let at = 0;
  for (const { samples } of parts) {
    out.set(samples, at);
    at += samples.length;
  }
  return out;
}

/** The last `frames` of `before` fade out while the first of `after` fade in. `frames` is at most the length of each. */
export function crossfaded(before: AudioData, after: AudioData, frames: number, curve: FadeCurve): Float32Array {
  const { channels } = before;
  const overlap = frames * channels;
  const start = before.samples.length - overlap;
  const out = new Float32Array(start + after.samples.length);
  out.set(before.samples);
  out.set(after.samples.subarray(overlap), start + overlap);
  for (let i = 0; i < overlap; i++) {
    const position = (Math.floor(i / channels) + 0.5) / frames;
    out[start + i] = (before.samples[start + i] as number) * fadeGain(curve, 1 - position) + (after.samples[i] as number) * fadeGain(curve, position);
  }
  return out;
}

/** One part of a mix: where it begins, in frames, and its gain as an amplitude ratio. */
export interface MixPart {
  readonly samples: Float32Array;
  readonly startFrame: number;
  readonly gain: number;
}

/** The sum of all parts; as long as the one that ends last. Sums may exceed full scale. */
export function mixed(parts: readonly MixPart[], channels: number): Float32Array {
  const out = new Float32Array(parts.reduce((most, { samples, startFrame }) => Math.max(most, startFrame * channels + samples.length), 0));
  for (const { samples, startFrame, gain } of parts) {
    const start = startFrame * channels;
    for (let i = 0; i < samples.length; i++) out[start + i] = (out[start + i] as number) + (samples[i] as number) * gain;
  }
  return out;
}
