// Makes a failing case as small as it stays failing: changes and pieces of text are left out, then single characters, then settings and watermarks are made plain.

/** @typedef {import("./cases.mjs").Case} Case */

/** Runs that are tried at most: a shrink takes seconds, not minutes. */
const MOST_TRIALS = 3000;

/** @param {Case} sample @param {(sample: Case) => boolean} fails @returns {Case} */
export function shrink(sample, fails) {
  let trials = 0;
  let best = sample;
  /** @param {Case} next */
  const attempt = (next) => {
    if (trials++ >= MOST_TRIALS) return false;
    let failed = false;
    try {
      failed = fails(next);
    } catch {
      // A case that cannot be run (a pop without its push) is none.
    }
    if (failed) best = next;
    return failed;
  };

  for (let progress = true; progress && trials < MOST_TRIALS; ) {
    progress = false;
    for (let i = best.parts.length - 1; i >= 0; i--) if (attempt({ ...best, parts: best.parts.filter((_, k) => k !== i) })) progress = true;
    for (let i = 0; i < best.parts.length; i++) {
      for (let size = 256; size >= 1; size >>= 1) {
        for (let at = 0; ; ) {
          const part = best.parts[i];
          if (typeof part !== "string") break;
          const points = [...part];
          if (at >= points.length) break;
          const shorter = [...points.slice(0, at), ...points.slice(at + size)].join("");
          if (attempt({ ...best, parts: best.parts.map((one, k) => (k === i ? shorter : one)) })) progress = true;
          else at += size;
        }
      }
    }
    for (const key of Object.keys(best.options)) {
      const { [key]: _, ...options } = /** @type {Record<string, unknown>} */ (best.options);
      // Without the watermarks almost everything fits one buffer, and nothing fails.
      if (key === "order" || best.options[/** @type {"script"} */ (key)] === undefined) continue;
      if (attempt({ ...best, options })) progress = true;
    }
    if (best.pieces !== "whole" && attempt({ ...best, pieces: "whole" })) progress = true;
    for (const key of /** @type {const} */ (["highWatermark", "lowWatermark"])) {
      const value = best.options[key];
      if (value !== undefined && value > 0 && attempt({ ...best, options: { ...best.options, [key]: value - 1 } })) progress = true;
    }
  }
  return best;
}

/** A case in a few lines that say how to see it again. @param {Case} sample */
export function told(sample) {
  const parts = sample.parts.map((part) =>
    typeof part === "string"
      ? `${JSON.stringify(part)} (${[...part].map((c) => c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")).join(" ")})`
      : JSON.stringify(part),
  );
  return `seed ${sample.seed}, ${sample.family}, ${JSON.stringify(sample.font)}\n  ${JSON.stringify(sample.options)}, pieces: ${sample.pieces}\n  ${parts.join("\n  ")}`;
}
