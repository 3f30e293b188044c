// The fonts that streams are held against one-shot shaping with: those of test/fonts by key, and those of built/ (make_fonts.py), each for the text families it can show.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fontPath } from "../fonts/fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** @param {string} name */
const built = (name) => join(here, "built", `${name}.ttf`);

/** Latin text: ligatures and kerning by GSUB and GPOS, variable, CFF, AAT, old kern tables, rules that reach far, no tables at all. */
const latin = [
  { font: fontPath("noto-sans") },
  { font: fontPath("inter") },
  { font: fontPath("source-sans-otf") },
  { font: fontPath("source-sans-var-ttf"), variations: { wght: 613 } },
  { font: fontPath("source-serif-var-otf"), variations: { wght: 345, opsz: 20 } },
  { font: fontPath("recursive-var-woff2"), variations: { CASL: 1, slnt: -7 } },
  { font: built("far") },
  { font: built("far") },
  { font: built("kern") },
  { font: built("kern-machine") },
  { font: built("aat-context") },
  { font: fontPath("aat") },
  { font: built("plain") },
];
const arabic = [
  { font: fontPath("noto-naskh-arabic") },
  { font: fontPath("noto-naskh-arabic") },
  { font: fontPath("noto-sans-arabic-var-woff2"), variations: { wght: 750 } },
  { font: fontPath("noto-nastaliq-urdu") },
  { font: built("plain") },
];

/** Text family → fonts, weighted by how often they stand. */
export const FONTS_OF = {
  latin,
  "latin-ligatures": latin,
  zalgo: [
    { font: fontPath("noto-sans") },
    { font: fontPath("inter") },
    { font: fontPath("source-serif-var-ttf") },
    { font: built("far") },
    { font: built("plain") },
  ],
  greek: [{ font: fontPath("noto-sans") }, { font: fontPath("inter") }, { font: built("plain") }],
  cyrillic: [{ font: fontPath("noto-sans") }, { font: fontPath("source-sans-otf") }, { font: built("plain") }],
  arabic,
  "arabic-points": arabic,
  persian: arabic,
  urdu: [{ font: fontPath("noto-nastaliq-urdu") }, { font: fontPath("noto-nastaliq-urdu") }, ...arabic],
  hebrew: [{ font: fontPath("noto-sans-hebrew") }, { font: built("plain") }],
  "hebrew-points": [{ font: fontPath("noto-sans-hebrew") }, { font: built("plain") }],
  devanagari: [{ font: fontPath("noto-sans-devanagari") }, { font: built("plain") }],
  sanskrit: [{ font: fontPath("noto-sans-devanagari") }, { font: fontPath("noto-sans-devanagari") }, { font: built("plain") }],
  bengali: [{ font: fontPath("noto-sans-bengali") }, { font: built("plain") }],
  tamil: [{ font: fontPath("noto-sans-tamil") }, { font: built("plain") }],
  khmer: [{ font: fontPath("noto-sans-khmer") }, { font: built("plain") }],
  myanmar: [{ font: fontPath("noto-sans-myanmar") }, { font: built("plain") }],
  thai: [{ font: fontPath("noto-sans-thai") }, { font: built("plain") }],
  korean: [{ font: built("hangul") }, { font: built("hangul") }, { font: built("plain") }],
  tibetan: [{ font: built("plain") }],
  emoji: [{ font: built("emoji") }, { font: built("emoji") }, { font: built("plain") }],
  cjk: [{ font: built("plain") }],
  mixed: [
    { font: built("plain") },
    { font: fontPath("noto-sans") },
    { font: fontPath("noto-naskh-arabic") },
    { font: fontPath("noto-sans-devanagari") },
    { font: built("far") },
  ],
};

/** Fonts pushed in mid-stream. */
export const OTHER_FONTS = [{ font: fontPath("noto-sans") }, { font: fontPath("noto-naskh-arabic") }, { font: built("plain") }, { font: built("far") }];
