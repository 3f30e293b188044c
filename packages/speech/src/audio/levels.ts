// Samples in, levels out: peak, RMS, counts, and decibels. It knows nothing of rates.

/** What `statistics()` gives. Samples are in [-1, 1] at full scale; levels in dB are relative to full scale and -Infinity for silence. */
export interface AudioStatistics {
  /** Samples of one channel. */
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
  /** Least and greatest sample. 0 for audio without samples. */
  readonly min: number;
  readonly max: number;
  /** Greatest absolute sample. */
  readonly peak: number;
  readonly peakDb: number;
  /** Root of the mean square over all samples of all channels. */
  readonly rms: number;
  readonly rmsDb: number;
  /** peakDb - rmsDb; 0 for silence. */
  readonly crestDb: number;
  /** Mean of the samples. */
  readonly dcOffset: number;
  /** Changes of sign per second, mean of the channels; a zero takes the sign before it. */
  readonly zeroCrossingRate: number;
  /** Samples whose absolute value is over 1: what integer formats would limit. */
  readonly overFullScale: number;
  /** Integrated loudness in LUFS (ITU-R BS.1770-4). */
  readonly loudness: number;
}

/** Amplitude ratio to decibels: 20 log10; -Infinity for 0. */
export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Decibels to an amplitude ratio. */
export function ratioOf(decibels: number): number {
  return 10 ** (decibels / 20);
}

export function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const level = Math.abs(samples[i] as number);
    if (level > peak) peak = level;
  }
  return peak;
}

export function rmsOf(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return Math.sqrt(sum / samples.length);
}

/** All that needs one pass over the samples; loudness and duration are the caller's. */
export function countSamples(
  samples: Float32Array,
  channels: number,
): Pick<AudioStatistics, "min" | "max" | "dcOffset" | "overFullScale"> & { crossings: number } {
  let [min, max, sum, over, crossings] = [0, 0, 0, 0, 0];
  if (samples.length > 0) [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const signs = new Int8Array(channels);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    if (sample < min) min = sample;
    if (sample > max) max = sample;
    sum += sample;
    if (sample > 1 || sample < -1) over++;
    const sign = Math.sign(sample);
    const channel = i % channels;
    if (sign !== 0 && sign !== signs[channel]) {
      if (signs[channel] !== 0) crossings++;
      signs[channel] = sign;
    }
  }
  return { min, max, dcOffset: samples.length === 0 ? 0 : sum / samples.length, overFullScale: over, crossings };
}
