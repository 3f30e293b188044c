// Gives a damaged font to an engine and says what is wrong with how it took it. Used by the tests (hundreds of fonts) and by fuzz.mjs (as many as asked).
import { readFileSync } from "node:fs";
import { createSession } from "haforu";
import { FONTS, fontPath } from "../fonts/fonts.mjs";
import { damage } from "./damage.mjs";

/** One font of each container and table family. */
export const CONTAINERS = [
  "source-sans-ttf",
  "source-sans-var-ttf",
  "source-sans-otf",
  "source-sans-var-otf",
  "source-sans-ttf-woff",
  "source-sans-otf-woff",
  "source-sans-ttf-woff2",
  "source-sans-var-otf-woff2",
  "noto-sans-arabic-var-woff2",
  "noto-sans-devanagari",
  "collection",
  "aat",
  "avar2",
  "varc",
];

/** What a damaged font may end in: a success (the damage hit nothing that decides a glyph) or one of these. */
const ALLOWED = new Set(["font_invalid", "font_unsupported", "font_too_large", "face_index_out_of_range"]);

const WELL = "source-sans-var-ttf";

function jobFor(path, id = "probe", faceIndex = 0) {
  return JSON.stringify({
    id,
    font: { path, size: 90, variations: { wght: 640 }, face_index: faceIndex },
    text: { content: "Aé gfi" },
    rendering: { format: "pgm", encoding: "base64", width: 320, height: 120, include: ["metrics", "boxes", "glyphs", "hash"] },
  });
}

/** The same font at several places of its design space: what it may end in besides is that the damage took an axis away. */
function sweepFor(path, faceIndex = 0) {
  return JSON.stringify({
    id: "sweep",
    font: { path, size: 40, face_index: faceIndex },
    text: { content: "Aé gfi" },
    sweep: { width: 160, height: 60, points: [{}], sample: { count: 4, seed: 2 }, include: ["extended"] },
  });
}

/** A session to be damaged, and the line that a fresh engine gives for a sound font. */
export class Probe {
  #fonts = new Map();

  constructor() {
    this.session = createSession({ timing: false });
    const fresh = createSession({ timing: false });
    this.sound = jobFor(fontPath(WELL), "sound");
    this.expected = fresh.renderLine(this.sound);
    fresh.dispose();
    if (!this.expected.includes('"status":"success"')) throw new Error(this.expected);
  }

  dispose() {
    this.session.dispose();
  }

  /** Renders the font of `key` damaged by `seed`. Returns what is wrong, or undefined, and the outcome. */
  try(key, seed) {
    if (!this.#fonts.has(key)) this.#fonts.set(key, new Uint8Array(readFileSync(fontPath(key))));
    const { bytes, what, cut } = damage(this.#fonts.get(key), seed);
    this.session.addFont("damaged", bytes);
    // The last face of a collection: its own tables end the file, so that any cut hits it.
    const faceIndex = (FONTS.find((entry) => entry.key === key)?.faces ?? 1) - 1;
    const result = JSON.parse(this.session.renderLine(jobFor("damaged", "probe", faceIndex)));
    const swept = JSON.parse(this.session.renderLine(sweepFor("damaged", faceIndex)));
    this.session.removeFont("damaged");
    const outcome = result.status === "success" ? "success" : result.error.code;
    const label = `${key} seed ${seed} (${what})`;
    if (outcome !== "success" && !ALLOWED.has(outcome)) return { outcome, problem: `${label}: ${outcome}: ${result.error.message}` };
    if (cut && outcome === "success") return { outcome, problem: `${label}: a font cut short was taken for whole` };
    if (swept.status !== "success" && !ALLOWED.has(swept.error.code))
      return { outcome, problem: `${label}: as a sweep ${swept.error.code}: ${swept.error.message}` };
    if (cut && swept.status === "success") return { outcome, problem: `${label}: a font cut short was swept as if whole` };
    return { outcome, problem: undefined };
  }

  /** Whether the engine still answers as a fresh one does. */
  soundAsFresh() {
    return this.session.renderLine(this.sound) === this.expected;
  }
}
