// Samples in, integrated loudness out, after ITU-R BS.1770-4: K-weighting, blocks of 400 ms, two gates.
// The filters are given in the recommendation as coefficients at 48 kHz; here they are derived for every rate from the analogue prototype that
// gives those coefficients at 48 kHz (the parameters are those that libebur128 uses and that its test vectors confirm).

/** Seconds; one block every quarter of it (annex 1, "gating blocks overlap by 75 %"). */
const BLOCK = 0.4;
const STEPS_A_BLOCK = 4;
/** LUFS; blocks below are silence. */
const ABSOLUTE_GATE = -70;
/** LU below the mean of the blocks over the absolute gate. */
const RELATIVE_GATE = -10;
/** So that a sine of 997 Hz at 0 dB full scale in one channel measures -3.01 LUFS (annex 1, note 1). */
const OFFSET = -0.691;

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** The first stage: the effect of the head, a shelf of +4 dB above 1.7 kHz. */
function shelf(rate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b: [(high + (band * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (band * k) / q + k * k) / a0],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  };
}

/** The second stage: the revised low-frequency B curve, a high pass at 38 Hz. */
function highPass(rate: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / rate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}

/** Sums of squares of one K-weighted channel over each step (100 ms); what is left of a step at the end is the last sum. */
function weightedSteps(samples: Float32Array, channel: number, channels: number, rate: number, stepFrames: number): Float64Array {
  const frames = Math.floor(samples.length / channels);
  const sums = new Float64Array(Math.ceil(frames / stepFrames));
  const first = shelf(rate);
  const second = highPass(rate);
  let [x1, x2, y1, y2, z1, z2] = [0, 0, 0, 0, 0, 0];
  for (let frame = 0; frame < frames; frame++) {
    const x = samples[frame * channels + channel] as number;
    const y = first.b[0] * x + first.b[1] * x1 + first.b[2] * x2 - first.a[0] * y1 - first.a[1] * y2;
    const z = second.b[0] * y + second.b[1] * y1 + second.b[2] * y2 - second.a[0] * z1 - second.a[1] * z2;
    [x2, x1, y2, y1, z2, z1] = [x1, x, y1, y, z1, z];
    const step = Math.floor(frame / stepFrames);
    sums[step] = (sums[step] as number) + z * z;
  }
  return sums;
}

const lufs = (meanSquare: number): number => OFFSET + 10 * Math.log10(meanSquare);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Integrated loudness in LUFS, -Infinity where every block is below -70 LUFS.
 * Audio shorter than one block (400 ms), of which the recommendation says nothing, is measured as one block of its length.
 * @param samples interleaved when `channels` is 2. @param rate frames a second.
 */
export function integratedLoudness(samples: Float32Array, rate: number, channels: number): number {
  const frames = Math.floor(samples.length / channels);
  if (frames === 0) return Number.NEGATIVE_INFINITY;
  const stepFrames = Math.round((BLOCK / STEPS_A_BLOCK) * rate);
  const steps = Array.from({ length: channels }, (_, channel) => weightedSteps(samples, channel, channels, rate, stepFrames));
  const blockFrames = stepFrames * STEPS_A_BLOCK;
  const blocks: number[] = [];
  const total = (from: number, to: number): number => {
    let sum = 0;
    for (const sums of steps) for (let step = from; step < to; step++) sum += sums[step] as number;
    return sum;
  };
  if (frames < blockFrames) blocks.push(total(0, steps[0]?.length ?? 0) / frames);
  else for (let step = 0; (step + STEPS_A_BLOCK) * stepFrames <= frames; step++) blocks.push(total(step, step + STEPS_A_BLOCK) / blockFrames);
  const audible = blocks.filter((block) => lufs(block) > ABSOLUTE_GATE);
  if (audible.length === 0) return Number.NEGATIVE_INFINITY;
  const gate = lufs(mean(audible)) + RELATIVE_GATE;
  return lufs(mean(audible.filter((block) => lufs(block) > gate)));
}
