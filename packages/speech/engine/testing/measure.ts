// What tests measure of samples: f0, level, purity. Plain and slow.

export function rms(samples: Float32Array, from = 0, to: number = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] ?? 0) ** 2;
  return Math.sqrt(sum / Math.max(1, to - from));
}

export const decibels = (ratio: number): number => 20 * Math.log10(ratio);

/** f0 in Hz by normalised autocorrelation of 40 ms every 10 ms, 0 where nothing is periodic. */
export function f0(samples: Float32Array, rate: number, low = 40, high = 500): number[] {
  const window = Math.round(rate * 0.04);
  const found: number[] = [];
  for (let start = 0; start + 2 * window < samples.length; start += Math.round(rate * 0.01)) {
    let best = 0;
    let lag = 0;
    const at: number[] = [];
    const longest = Math.min(window, Math.ceil(rate / low));
    for (let shift = Math.floor(rate / high); shift <= longest; shift++) {
      let cross = 0;
      let a = 0;
      let b = 0;
      for (let i = start; i < start + window; i++) {
        const x = samples[i] as number;
        const y = samples[i + shift] as number;
        cross += x * y;
        a += x * x;
        b += y * y;
      }
      const value = cross / Math.sqrt(a * b + 1e-12);
      at[shift] = value;
      if (value > best) {
        best = value;
        lag = shift;
      }
    }
    // the shortest period that is nearly as good as the best: not two periods
    for (let shift = Math.floor(rate / high) + 1; shift < lag; shift++)
      if ((at[shift] as number) > 0.9 * best && (at[shift] as number) >= (at[shift - 1] as number) && (at[shift] as number) >= (at[shift + 1] as number)) {
        lag = shift;
        break;
      }
    // between samples, by the parabola through the peak's neighbours
    const [y0, y1, y2] = [at[lag - 1] ?? 0, at[lag] ?? 0, at[lag + 1] ?? 0];
    const bend = y0 - 2 * y1 + y2;
    const exact = lag + (bend < 0 ? (0.5 * (y0 - y2)) / bend : 0);
    found.push(best > 0.8 && rms(samples, start, start + window) > 0.01 ? rate / exact : 0);
  }
  return found;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Semitones between two recordings of the same durations: the median over frames that are voiced in both. */
export function semitones(from: Float32Array, to: Float32Array, rate: number): number {
  const a = f0(from, rate);
  const b = f0(to, rate);
  const steps: number[] = [];
  for (let i = 0; i < Math.min(a.length, b.length); i++)
    if ((a[i] as number) > 0 && (b[i] as number) > 0) steps.push(12 * Math.log2((b[i] as number) / (a[i] as number)));
  return median(steps);
}

/** THD+N of a sine in dB: what a least-squares fit of its frequency leaves over, against the sine. The ends are left out. */
export function thdn(samples: Float32Array, rate: number, hz: number, edge: number): number {
  let ss = 0;
  let cc = 0;
  let sc = 0;
  let xs = 0;
  let xc = 0;
  for (let i = edge; i < samples.length - edge; i++) {
    const s = Math.sin((2 * Math.PI * hz * i) / rate);
    const c = Math.cos((2 * Math.PI * hz * i) / rate);
    const x = samples[i] as number;
    ss += s * s;
    cc += c * c;
    sc += s * c;
    xs += x * s;
    xc += x * c;
  }
  const det = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / det;
  const b = (xc * ss - xs * sc) / det;
  let signal = 0;
  let rest = 0;
  for (let i = edge; i < samples.length - edge; i++) {
    const fit = a * Math.sin((2 * Math.PI * hz * i) / rate) + b * Math.cos((2 * Math.PI * hz * i) / rate);
    signal += fit * fit;
    rest += ((samples[i] as number) - fit) ** 2;
  }
  return 10 * Math.log10(rest / signal);
}
