// Seeded cases of streams: random pieces of real text with their noise, a font that can show them, settings, watermarks, changes in mid-stream, cut into
// random pieces down to one byte. The same number gives the same case, everywhere.
import { readFileSync } from "node:fs";
import { FONTS_OF, OTHER_FONTS } from "./fonts.mjs";

/** @type {Record<string, { source: string, texts: string[] }>} */
const CORPUS = JSON.parse(readFileSync(new URL("corpus.json", import.meta.url), "utf8"));
/** Families of text; zalgo is Latin under marks. */
export const FAMILIES = Object.keys(FONTS_OF);

const MARKS = [..."\u0300\u0301\u0302\u0308\u0323\u0304\u030c\u0331\u035c\u0489"];
const NOISE = [..."\u200d\u200c\u034f\ufe0f\u00ad\u25cc\u2060\n\t \u00a0"];
const DIGITS = ["0", "7", "12", "345", "٣٤", "۱۲۳", "१२", "๓"];
const FEATURES = ["-liga", "-kern", "smcp", "-calt", "ss01", "salt=2", "dlig", "-mark", "frac", "-init", "-curs"];
const LANGUAGES = ["en", "ur", "tr", "sr", "mr", "fa", "de"];

/** mulberry32: small, seeded, good enough to spread cases. @param {number} seed */
export function randomOf(seed) {
  let state = (seed * 0x9e3779b1 + 0x6d2b79f5) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /** @param {number} n */
  const below = (n) => Math.floor(next() * n);
  /** @template T @param {readonly T[]} list @returns {T} */
  const pick = (list) => /** @type {T} */ (list[below(list.length)]);
  /** @param {number} p */
  const chance = (p) => next() < p;
  return { next, below, pick, chance };
}

/** @typedef {ReturnType<typeof randomOf>} Random */
/** @typedef {{ push: "features", features: string } | { push: "language", language: string } | { push: "script", script: string } | { push: "direction", direction: "ltr" | "rtl" } | { push: "font", font: import("haforu").FontChoice } | { pop: "features" | "language" | "script" | "direction" | "font" }} Event */
/**
 * @typedef {object} Case
 * @property {number} seed
 * @property {string} family
 * @property {import("haforu").FontChoice} font
 * @property {import("haforu").ShaperOptions} options
 * @property {(string | Event)[]} parts text and changes
 * @property {"strings" | "bytes" | "one byte" | "whole"} pieces how the text comes
 */

/** A length from 0 to `most`, short ones more often. @param {Random} random @param {number} most */
function length(random, most) {
  return Math.floor(random.next() ** 2 * (most + 1));
}

/** About `count` code points of a family. @param {Random} random @param {string} family @param {number} count */
export function realText(random, family, count) {
  const base = family === "zalgo" ? random.pick(["latin", "latin-ligatures"]) : family;
  let out = "";
  let left = count;
  while (left > 0) {
    const kind = family === "mixed" && random.chance(0.5) ? random.pick(Object.keys(CORPUS)) : base;
    const points = [...random.pick(/** @type {{ texts: string[] }} */ (CORPUS[kind]).texts)];
    // Real text begins at a word as often as in the middle of one.
    let start = random.below(points.length);
    if (random.chance(0.7)) while (start > 0 && points[start - 1] !== " ") start--;
    let piece = points.slice(start, start + Math.min(left, 1 + length(random, 80))).join("");
    if (kind === "korean" && random.chance(0.7)) piece = piece.normalize("NFD");
    else if (random.chance(0.1)) piece = piece.normalize("NFD");
    if (family === "zalgo")
      piece = [...piece].map((c) => c + Array.from({ length: random.chance(0.5) ? random.below(8) : 0 }, () => random.pick(MARKS)).join("")).join("");
    out += piece;
    left -= piece.length;
    if (random.chance(0.25)) out += random.pick([" ", ", ", ". ", random.pick(DIGITS), random.pick(NOISE), ` ${random.pick(DIGITS)} `]);
    if (random.chance(0.03)) out += random.pick(MARKS);
    if (random.chance(0.02)) out += random.pick([..."aiosmnfxTآلاهक्क"]).repeat(1 + random.below(90));
  }
  return out;
}

/** @param {Random} random @returns {Event} */
function pushOf(random) {
  const what = random.below(5);
  if (what === 0) return { push: "features", features: random.pick(FEATURES) };
  if (what === 1) return { push: "language", language: random.pick(LANGUAGES) };
  if (what === 2) return { push: "script", script: random.pick(["Latn", "Arab", "Deva", "Zyyy"]) };
  if (what === 3) return { push: "direction", direction: random.pick(["ltr", "rtl"]) };
  return { push: "font", font: random.pick(OTHER_FONTS) };
}

/** The case of a seed. @param {number} seed @returns {Case} */
export function caseOf(seed) {
  const random = randomOf(seed);
  const family = random.pick(FAMILIES);
  const fonts = /** @type {Record<string, import("haforu").FontChoice[]>} */ (FONTS_OF);
  const font = random.pick(/** @type {import("haforu").FontChoice[]} */ (fonts[random.chance(0.05) ? random.pick(FAMILIES) : family]));
  const highWatermark = random.chance(0.3) ? 1 + random.below(16) : 1 + length(random, 511);
  const lowWatermark = random.below(highWatermark + 1);
  const maxBuffer = random.chance(0.15) ? highWatermark + length(random, 64) : 4096;
  const total = random.chance(0.1) ? length(random, 4000) : length(random, 600);
  /** @type {(string | Event)[]} */
  const parts = [];
  if (random.chance(0.8)) parts.push(realText(random, family, total));
  else {
    /** @type {Extract<Event, { push: string }>["push"][]} */
    const open = [];
    for (let i = 1 + random.below(5); i > 0; i--) {
      parts.push(realText(random, random.chance(0.7) ? family : random.pick(FAMILIES), length(random, total / 2)));
      if (open.length > 0 && random.chance(0.5)) {
        const kind = random.pick(open);
        // What comes off is the last of its kind.
        open.splice(open.lastIndexOf(kind), 1);
        parts.push({ pop: kind });
      } else {
        const event = pushOf(random);
        if ("push" in event) open.push(event.push);
        parts.push(event);
      }
    }
    parts.push(realText(random, family, length(random, total / 2)));
  }
  return {
    seed,
    family,
    font,
    parts,
    pieces: random.pick(["strings", "bytes", "one byte", "whole"]),
    options: {
      highWatermark,
      lowWatermark,
      maxBuffer,
      order: random.chance(0.85) ? "logical" : "visual",
      flushMode: random.chance(0.85) ? "run" : "cluster",
      ...(random.chance(0.05) ? { firstCluster: random.pick([2 ** 32 - 40, 2 ** 40 + 1]) } : {}),
      ...(random.chance(0.2) ? { features: random.pick(FEATURES) } : {}),
      ...(random.chance(0.1) ? { language: random.pick(LANGUAGES) } : {}),
      ...(random.chance(0.06) ? { direction: random.pick(["ltr", "rtl", "ttb", "btt"]) } : {}),
      ...(random.chance(0.1) ? { itemise: true } : {}),
    },
  };
}

const encoder = new TextEncoder();

/** The text's pieces, as a source would give them. @param {string} text @param {Case["pieces"]} how @param {Random} random @returns {Generator<string | Uint8Array>} */
export function* piecesOf(text, how, random) {
  if (how === "whole") {
    yield text;
    return;
  }
  const all = how === "strings" ? text : encoder.encode(text);
  for (let at = 0; at < all.length; ) {
    const next = at + (how === "one byte" ? 1 : 1 + length(random, random.pick([3, 40, 300])));
    yield all.slice(at, next);
    at = next;
  }
}
