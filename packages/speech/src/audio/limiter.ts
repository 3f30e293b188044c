// Samples in, samples that nowhere exceed a ceiling out: a look-ahead peak limiter. It does not clip: the gain falls before a peak and rises after it.
//
// The gain each frame needs is g(n) = min(1, ceiling / |peak of the frame|). m(n) is the least g within the look-ahead on both sides, and what is applied is the
// mean of m over the same width: every m in that mean has seen g(n), so the mean is never above g(n).

/** Seconds on each side: short enough not to be heard as pumping, long enough not to distort a voice at 80 Hz. */
const LOOK_AHEAD = 0.005;

/** @returns new samples, or the same array where nothing exceeds `ceiling` (an amplitude). */
export function limited(samples: Float32Array, rate: number, channels: number, ceiling: number): Float32Array {
  const frames = Math.floor(samples.length / channels);
  const needed = new Float64Array(frames);
  let exceeds = false;
  for (let frame = 0; frame < frames; frame++) {
    let peak = 0;
    for (let channel = 0; channel < channels; channel++) peak = Math.max(peak, Math.abs(samples[frame * channels + channel] as number));
    exceeds ||= peak > ceiling;
    needed[frame] = peak > ceiling ? ceiling / peak : 1;
  }
  if (!exceeds) return samples;
  const reach = Math.max(1, Math.round(LOOK_AHEAD * rate));
  const least = slidingLeast(needed, reach);
  const out = new Float32Array(samples.length);
  const width = 2 * reach + 1;
  const at = (index: number): number => least[Math.min(frames - 1, Math.max(0, index))] as number;
  // Beyond the ends the gain stays what it is at the end.
  let sum = 0;
  for (let index = -reach; index <= reach; index++) sum += at(index);
  for (let frame = 0; frame < frames; frame++) {
    const gain = Math.min(sum / width, needed[frame] as number);
    for (let channel = 0; channel < channels; channel++) {
      const index = frame * channels + channel;
      out[index] = within((samples[index] as number) * gain, ceiling);
    }
    sum += at(frame + reach + 1) - at(frame - reach);
  }
  return out;
}

/** Rounding to a float may pass the ceiling by the last bit. */
function within(value: number, ceiling: number): number {
  return Math.max(-ceiling, Math.min(ceiling, value));
}

/** The least of `values` within `reach` on both sides of each, by a queue of candidates in rising order (O(n)). */
function slidingLeast(values: Float64Array, reach: number): Float64Array {
  const count = values.length;
  const out = new Float64Array(count);
  const queue = new Int32Array(count);
  let [head, tail] = [0, 0];
  for (let next = 0; next < count + reach; next++) {
    if (next < count) {
      while (tail > head && (values[queue[tail - 1] as number] as number) >= (values[next] as number)) tail--;
      queue[tail++] = next;
    }
    const centre = next - reach;
    if (centre < 0) continue;
    while ((queue[head] as number) < centre - reach) head++;
    out[centre] = values[queue[head] as number] as number;
  }
  return out;
}
