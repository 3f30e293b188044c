// Option values that several commands share: text from argv in, a checked number or byte count out; a wrong value ends
// the call with what was expected and what came.

/** A value that is none of its option's; commander, which is not loaded for this, knows it by its code. */
export class WrongValue extends Error {
  readonly code = "commander.invalidArgument";
  readonly exitCode = 1;
}

const SUFFIX_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** "512M", "1.5GiB", "65536" → bytes. Suffixes are binary (K = 1024), case does not matter. */
export function byteCount(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const unit = SUFFIX_BYTES[(match?.[2] ?? "").toLowerCase()];
  if (match?.[1] === undefined || unit === undefined) {
    throw new WrongValue(`Expected bytes such as 67108864, 512M or 1.5G, got "${text}".`);
  }
  return Math.floor(Number(match[1]) * unit);
}

/** A whole number in [least, most]. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new WrongValue(`Expected a whole number from ${least} to ${most}, got "${text}".`);
    }
    return value;
  };
}

/** A decimal number in [least, most]. */
export function decimalNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new WrongValue(`Expected a number from ${least} to ${most}, got "${text}".`);
    }
    return value;
  };
}
