// Samples in, the range of frames that is not silence out.

/** Half-open range of frames from the first to the last sample over `threshold` (an amplitude); empty at 0 where there is none. */
export function audibleRange(samples: Float32Array, channels: number, threshold: number): { readonly start: number; readonly end: number } {
  let first = 0;
  while (first < samples.length && Math.abs(samples[first] as number) <= threshold) first++;
  if (first === samples.length) return { start: 0, end: 0 };
  let last = samples.length - 1;
  while (Math.abs(samples[last] as number) <= threshold) last--;
  return { start: Math.floor(first / channels), end: Math.floor(last / channels) + 1 };
}
