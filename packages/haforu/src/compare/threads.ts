// How many threads a comparison is worth. In: the first pair, open, and what is asked of it. Out: a number of threads. A worker costs a tenth of a second of processor time before its
// first result, and V8 compiles on other cores while one thread works: little work is done soonest by one.
import type { ResolvedOptions } from "./options.ts";
import type { PairExtent } from "./pair.ts";

/** From this many pairs of fonts on every core has work enough, whatever the first pair is like. */
export const PAIRS_FOR_ALL_CORES = 4;
/** Work in seconds of one thread that pays a thread: measured, two are as quick as one at some 0.5 s in all, and quicker above. */
const SECONDS_A_THREAD = 0.4;

// Microseconds, measured over fonts of 1,000 glyphs on one core; only their order of magnitude matters.
const GLYPH_US = 40;
const WORD_US = 40;
/** A picture of s pixels per em: both sides drawn and their pixel_delta, a + b s + c s². */
const PICTURE_US = [8, 0.033, 0.00006] as const;
/** What ssim adds, and rmse and iou, of s². */
const SSIM_US = 0.004;
const SUMS_US = 0.0001;

/** Estimated work in seconds of one thread. */
export function estimatedSeconds({ glyphPairs, words, places }: PairExtent, options: ResolvedOptions): number {
  let glyph = options.glyphs ? GLYPH_US : 0;
  if (options.pixels) {
    const squared = PICTURE_US[2] + (options.measures.includes("ssim") ? SSIM_US : 0) + (options.measures.length > 0 ? SUMS_US : 0);
    for (const size of options.sizes) glyph += PICTURE_US[0] + PICTURE_US[1] * size + squared * size * size;
  }
  const word = options.shaping || options.pixels ? WORD_US : 0;
  return (places * (glyphPairs * glyph + words * word)) / 1e6;
}

/** Threads for `pairs` pairs as large as the first, of which there are at most `most`. */
export function threadsThatPay(pairs: number, first: () => PairExtent, options: ResolvedOptions, most: number): number {
  if (pairs >= PAIRS_FOR_ALL_CORES) return most;
  const seconds = pairs * estimatedSeconds(first(), options);
  return Math.max(1, Math.min(most, Math.floor(seconds / SECONDS_A_THREAD)));
}
