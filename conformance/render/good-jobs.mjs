// Jobs that give pictures and measurements: formats, includes, fonts, scripts, texts, places, sweeps, comparisons.
import { FONTS } from "../../test/fonts/fonts.mjs";
import { file, job, METRICS, SMALL, STATIC, VARIABLE } from "./job.mjs";

const ENCODINGS = [
  ["pgm", "base64"],
  ["pgm", "binary"],
  ["pgm", "none"],
  ["png", "base64"],
  ["png", "binary"],
  ["png", "none"],
  ["svg", "json"],
  ["svg", "base64"],
  ["svg", "none"],
  ["raw", "base64"],
  ["raw", "none"],
  ["metrics", "json"],
  ["metrics", "none"],
];

export const formats = [
  ...ENCODINGS.flatMap(([format, encoding]) =>
    [false, true].map((invert) => job(`${format} ${encoding}${invert ? " inverted" : ""}`, { rendering: { format, encoding, invert } })),
  ),
  // Base64 works on three bytes at a time: every remainder, of the header and of rows.
  ...["pgm", "png", "raw"].flatMap((format) =>
    [61, 62, 63].map((width) => job(`${format} ${width} wide`, { rendering: { format, width, height: 9, origin: [0, 8] } })),
  ),
  ...["pgm", "png", "svg", "raw"].map((format) => job(`${format} without ink`, { text: { content: "" }, rendering: { format, width: 7, height: 5 } })),
  ...["pgm", "png", "svg", "raw"].map((format) => job(`${format} of a row`, { rendering: { format, width: 40, height: 1, origin: [0, 0.5] } })),
  ...["pgm", "png", "svg", "raw"].map((format) => job(`${format} of a column`, { rendering: { format, width: 1, height: 40, origin: [-3, 30] } })),
  job("png with a wide canvas", { rendering: { format: "png", width: 2000, height: 12, origin: [900, 11] } }),
  job("png at 200 px", { font: { size: 200 }, rendering: { format: "png", width: 400, height: 220 } }),
];

const INCLUDES = [
  ["metrics"],
  ["boxes"],
  ["glyphs"],
  ["hash"],
  ["extended"],
  ["metrics", "boxes", "glyphs", "hash"],
  ["hash", "glyphs", "boxes", "extended"],
  [],
];
export const includes = ["pgm", "svg", "metrics"].flatMap((format) =>
  INCLUDES.map((include) => job(`include ${include.join(" ")} of ${format}`, { rendering: { format, encoding: "none", include } })),
);

export const fonts = FONTS.flatMap(({ key, faces = 1 }) => [
  job(`font ${key}`, { font: { path: file(key) }, rendering: { ...METRICS, include: ["glyphs", "hash"] } }),
  job(`picture ${key}`, {
    font: { path: file(key), size: 18, variations: { wght: 700 } },
    text: { content: "aßق1" },
    rendering: { format: "png", include: ["hash"] },
  }),
  ...Array.from({ length: faces - 1 }, (_, i) => job(`face ${i + 1} of ${key}`, { font: { path: file(key), face_index: i + 1 }, rendering: METRICS })),
]);

const SCRIPTS = [
  ["noto-naskh-arabic", ["السلام عليكم", "لا إله ١٢٣ abc", "مُحَمَّد"]],
  ["noto-nastaliq-urdu", ["نستعلیق", "پاکستان میں"]],
  ["noto-sans-devanagari", ["क्षत्रिय", "र्कि हिन्दी", "श्रीमान् १२"]],
  ["noto-sans-bengali", ["শ্রী", "বাংলা ক্ষুদ্র"]],
  ["noto-sans-tamil", ["கொ", "தமிழ் ஶ்ரீ"]],
  ["noto-sans-thai", ["เที่ยว", "น้ำ กำ"]],
  ["noto-sans-khmer", ["ស្រ្តី", "ខ្មែរ"]],
  ["noto-sans-myanmar", ["မြန်မာ", "ကျွန်တော်"]],
  ["noto-sans-hebrew", ["שָׁלוֹם 12", "עברית (abc)"]],
];
export const scripts = SCRIPTS.flatMap(([key, contents]) =>
  contents.flatMap((content, i) => [
    job(`script ${key} ${i}`, { font: { path: file(key), size: 30 }, text: { content }, rendering: { ...METRICS, include: ["boxes", "glyphs", "hash"] } }),
    job(`picture ${key} ${i}`, { font: { path: file(key), size: 22 }, text: { content }, rendering: { format: "png", width: 120, include: ["hash"] } }),
  ]),
);

export const texts = [
  ["empty", { content: "" }],
  ["blanks", { content: "  \u00a0" }],
  ["right to left", { content: "abc", direction: "rtl" }],
  ["vertical", { content: "ab", direction: "ttb" }],
  ["bottom to top", { content: "ab", direction: "btt" }],
  ["left to right Hebrew", { content: "שלום", direction: "ltr" }],
  ["script and language", { content: "ş", script: "Latn", language: "tr" }],
  ["a language of many subtags", { content: "a", language: "sr-Latn-RS-x-private" }],
  ["a script that is not the text's", { content: "abc", script: "Arab" }],
  ["an unknown script", { content: "abc", script: "Zzzz" }],
  ["features of the text", { content: "fi 1/2", features: ["-liga", "frac"] }],
  ["features in a string", { content: "fi", features: "liga=0,smcp[0:1]" }],
  ["a feature twice", { content: "AV", features: ["kern", "-kern"] }],
  ["a feature of a range", { content: "abcabc", features: "smcp[1:3],c2sc[:2]" }],
  ["a feature by number", { content: "0123", features: "zero=1,onum=1" }],
  ["combining marks", { content: "e\u0301\u0323" }],
  ["many marks", { content: `a${"\u0301".repeat(20)}` }],
  ["marks alone", { content: "\u0301\u0302" }],
  ["beyond the first plane", { content: "𝐀😀" }],
  ["controls", { content: "a\u0000\t\nb" }],
  ["joiners", { content: "a\u200db\u200cc\u2060d" }],
  ["variation selectors", { content: "a\ufe0e1\ufe0f" }],
  ["quotes and backslashes", { content: '"\\/\b\f' }],
  ["ligatures", { content: "ffi fl ffl" }],
  ["kerning", { content: "AVATAR To" }],
  ["capitals of a language", { content: "iİıI", language: "tr", features: "smcp" }],
  ["numbers", { content: "1234567890 ½" }],
  ["Greek and Cyrillic", { content: "Ωμέγα Жук" }],
  ["Vietnamese", { content: "Tiếng Việt" }],
  ["a longer text", { content: "The quick brown fox jumps over the lazy dog. ".repeat(4) }],
].map(([name, text]) => job(`text: ${name}`, { text, rendering: { ...METRICS, include: ["boxes", "glyphs", "hash"] } }));

export const places = [
  job("size: a fraction of a pixel", { font: { size: 0.25 } }),
  job("size: the smallest number", { font: { size: 5e-324 } }),
  job("size: 10000", { font: { size: 10000 } }),
  job("size: 12.345678901", { font: { size: 12.345678901 }, rendering: METRICS }),
  job("size: 1e1", { font: { size: 10 }, rendering: METRICS }),
  ...[8, 11.5, 16, 33, 55.55].map((size) =>
    job(`size: ${size} as a picture`, { font: { size }, rendering: { format: "png", width: 120, height: 60, include: ["hash"] } }),
  ),
  job("origin", { rendering: { origin: [12.5, 30.25], include: ["boxes", "hash"] } }),
  ...[0.1, 0.25, 0.333333, 0.5, 0.9].map((part) =>
    job(`origin: ${part} px on`, { rendering: { format: "raw", origin: [4 + part, 30 - part], include: ["hash"] } }),
  ),
  job("origin far outside", { rendering: { origin: [-100000, 100000] } }),
  job("origin at the limit", { rendering: { origin: [1000000, -1000000] } }),
  job("vertical origin", { text: { direction: "ttb" }, rendering: { ...METRICS, height: 200 } }),
  job("a canvas of one pixel", { rendering: { format: "pgm", width: 1, height: 1 } }),
  job("a row of a wide canvas", { rendering: { format: "raw", width: 70, height: 1, origin: [0, 0.5] } }),
  job("the widest canvas", { rendering: { ...METRICS, width: 32768, height: 2, origin: [32700, 1.5] } }),
  job("the highest canvas", { rendering: { ...METRICS, width: 8, height: 32768 } }),
  job("named instance", { font: { instance: "Bold" }, rendering: METRICS }),
  job("named instance moved on", { font: { instance: "Bold", variations: { wght: 650 } }, rendering: METRICS }),
  ...[200, 333.333, 400, 512.5, 900].map((wght) =>
    job(`variations: wght ${wght}`, { font: { variations: { wght } }, rendering: { ...METRICS, include: ["glyphs", "hash"] } }),
  ),
  ...[
    [200, 8],
    [900, 60],
    [431, 14.5],
  ].map(([wght, opsz]) =>
    job(`variations: wght ${wght} opsz ${opsz}`, { font: { path: file("source-serif-var-otf"), variations: { wght, opsz } }, rendering: METRICS }),
  ),
  job("the last face of a collection", { font: { path: file("collection"), face_index: 1 } }),
  job("features of the font", { font: { features: "-kern" }, text: { content: "AV" }, rendering: METRICS }),
  job("features of the font and of the text", { font: { features: ["smcp", "-kern"] }, text: { content: "AVa", features: "kern" }, rendering: METRICS }),
];

const sweep = (name, parts, font = {}) => job(`sweep: ${name}`, { font, rendering: null, sweep: { width: 90, height: 40, ...parts } });
const SERIF = { path: file("source-serif-var-ttf"), size: 20 };
export const sweeps = [
  sweep("points", { width: 200, height: 60, points: [{ wght: 200 }, { wght: 900 }], include: ["hash"] }),
  sweep("grid", { grid: { wght: { min: 200, max: 900, steps: 4 } } }),
  sweep("grid of values", { grid: { wght: [900, 200, 400.5] }, include: ["metrics", "hash"] }),
  sweep("grid of one value", { grid: { wght: 333 } }),
  sweep("grid of one step", { grid: { wght: { min: 300, max: 900, steps: 1 } } }),
  sweep("grid of two axes", { grid: { wght: { min: 200, max: 900, steps: 2 }, opsz: [8, 60] }, include: ["hash"] }, SERIF),
  sweep("sample", { sample: { count: 3, seed: 5 }, texts: ["ab"] }),
  sweep("sample of two axes", { sample: { count: 5 }, include: ["hash"] }, SERIF),
  sweep("sample beside a fixed axis", { sample: { count: 3, seed: 4294967295 } }, { ...SERIF, variations: { opsz: 20 } }),
  sweep("instances", { instances: true }),
  sweep("all kinds of places", { points: [{ wght: 250 }], instances: true, grid: { wght: [500] }, sample: { count: 2 } }),
  sweep("texts", { points: [{ wght: 300 }, { wght: 600 }], texts: ["a", "", "ffi"], include: ["boxes"] }),
  sweep("a part", { grid: { wght: { min: 200, max: 900, steps: 9 } }, first: 3, count: 2 }),
  sweep("pictures", { format: "pgm", width: 24, height: 20, points: [{ wght: 200 }, { wght: 900 }] }),
  sweep("pictures as PNG", { format: "png", width: 24, height: 20, grid: { wght: [200, 900] }, invert: true, include: ["hash"] }),
  sweep("outlines", { format: "svg", points: [{ wght: 200 }], texts: ["o"] }),
  sweep("extended", { points: [{ wght: 777 }], include: ["extended"] }),
  sweep("glyphs", { points: [{ wght: 777 }], include: ["glyphs", "boxes", "metrics", "hash"] }),
  sweep("clamped", { points: [{ wght: 5000 }, { wght: -5000 }] }),
  sweep("a font with its own maps of axes", { grid: { wght: [100, 400] } }, { path: file("roboto-flex-woff2") }),
];

const compare = (name, parts, rest = {}) => job(`compare: ${name}`, { rendering: null, compare: { ...SMALL, ...parts }, ...rest });
const BOLD = { font: { path: VARIABLE, size: 24, variations: { wght: 800 } } };
export const comparisons = [
  compare("another instance", { with: BOLD }),
  compare("the same job", { with: { font: { path: VARIABLE, size: 24 } } }),
  compare("another font", { with: { font: { path: STATIC, size: 24 } } }),
  compare("another text", { with: { ...BOLD, text: { content: "Réy" } } }),
  ...["corner", "center", "ink"].map((mode) => compare(`mode ${mode}`, { mode, with: { ...BOLD, origin: [4.5, 27] } })),
  compare("a reach of 2", { mode: "ink", reach: 2, with: { ...BOLD, origin: [20, 30] } }),
  compare("a reach of 0", { mode: "ink", reach: 0, with: { ...BOLD, origin: [9, 30] } }),
  ...["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"].map((measure) => compare(`measure ${measure}`, { measures: [measure], with: BOLD })),
  compare("nothing with ink", { with: BOLD }, { text: { content: "" } }),
  ...["corner", "center", "ink"].flatMap((mode) => [
    compare(`a PGM, ${mode}`, { mode, image: "conformance/render/pictures/disc.pgm" }),
    compare(`a PNG, ${mode}`, { mode, image: "conformance/render/pictures/disc.png" }),
  ]),
  compare("an inverted picture", { image: "conformance/render/pictures/disc.png", image_invert: true }),
  compare("a picture that is none", { image: "package.json" }),
  compare("a missing picture", { image: "no/such.png" }),
  compare("a picture that is a folder", { image: "packages" }),
  compare("a missing font beside it", { with: { font: { path: "no/such.ttf", size: 9 } } }),
];
