// The jobs that every host must answer with the same bytes: name and line, over all formats, includes, containers, scripts, warnings and errors.
// Paths are relative to the repository's root; a case may be any text, also none that is JSON.
import { FONTS } from "../../test/fonts/fonts.mjs";

const file = (key) => {
  const font = FONTS.find((entry) => entry.key === key);
  return font.package === null ? font.file : `node_modules/${font.package}/${font.file}`;
};
const VARIABLE = file("source-sans-var-ttf");
const STATIC = file("noto-sans");
const SMALL = { width: 64, height: 40 };
const METRICS = { format: "metrics", width: 200, height: 60 };

/** One good job, with parts put over it; `rendering` null: the job has none. */
const job = (name, { font, text, rendering, ...rest } = {}) => [
  name,
  JSON.stringify({
    id: name,
    font: { path: VARIABLE, size: 24, ...font },
    text: { content: "Rég", ...text },
    ...(rendering !== null && { rendering: { format: "metrics", ...SMALL, ...rendering } }),
    ...rest,
  }),
];

const formats = [
  ["pgm", "base64"],
  ["pgm", "binary"],
  ["pgm", "none"],
  ["png", "base64"],
  ["png", "none"],
  ["svg", "json"],
  ["svg", "base64"],
  ["svg", "none"],
  ["raw", "base64"],
  ["raw", "none"],
  ["metrics", "json"],
  ["metrics", "none"],
].flatMap(([format, encoding]) =>
  [false, true].map((invert) => job(`${format} ${encoding}${invert ? " inverted" : ""}`, { rendering: { format, encoding, invert } })),
);

const includes = [["metrics"], ["boxes"], ["glyphs"], ["hash"], ["extended"], ["metrics", "boxes", "glyphs", "hash"], []].map((include) =>
  job(`include ${include.join(" ")}`, { rendering: { format: "pgm", encoding: "none", include } }),
);

const fonts = FONTS.map(({ key }) => job(`font ${key}`, { font: { path: file(key) }, rendering: { ...METRICS, include: ["glyphs", "hash"] } }));

const scripts = [
  ["noto-naskh-arabic", "السلام عليكم"],
  ["noto-nastaliq-urdu", "نستعلیق"],
  ["noto-sans-devanagari", "क्षत्रिय"],
  ["noto-sans-bengali", "শ্রী"],
  ["noto-sans-tamil", "கொ"],
  ["noto-sans-thai", "เที่ยว"],
  ["noto-sans-khmer", "ស្រ្តី"],
  ["noto-sans-myanmar", "မြန်မာ"],
  ["noto-sans-hebrew", "שָׁלוֹם 12"],
].map(([key, content]) =>
  job(`script ${key}`, { font: { path: file(key), size: 30 }, text: { content }, rendering: { ...METRICS, include: ["boxes", "glyphs", "hash"] } }),
);

const texts = [
  ["empty", { content: "" }],
  ["blanks", { content: "  \u00a0" }],
  ["right to left", { content: "abc", direction: "rtl" }],
  ["vertical", { content: "ab", direction: "ttb" }],
  ["bottom to top", { content: "ab", direction: "btt" }],
  ["script and language", { content: "ş", script: "Latn", language: "tr" }],
  ["features of the text", { content: "fi 1/2", features: ["-liga", "frac"] }],
  ["features in a string", { content: "fi", features: "liga=0,smcp[0:1]" }],
  ["combining marks", { content: "e\u0301\u0323" }],
  ["beyond the first plane", { content: "𝐀😀" }],
  ["controls", { content: "a\u0000\t\nb" }],
].map(([name, text]) => job(`text: ${name}`, { text, rendering: { ...METRICS, include: ["glyphs", "hash"] } }));

const places = [
  job("size: a fraction of a pixel", { font: { size: 0.25 } }),
  job("size: 10000", { font: { size: 10000 } }),
  job("origin", { rendering: { origin: [12.5, 30.25], include: ["boxes", "hash"] } }),
  job("origin far outside", { rendering: { origin: [-100000, 100000] } }),
  job("a canvas of one pixel", { rendering: { format: "pgm", width: 1, height: 1 } }),
  job("a row", { rendering: { format: "raw", width: 70, height: 1, origin: [0, 0.5] } }),
  job("named instance", { font: { instance: "Bold" }, rendering: { ...METRICS, include: ["hash"] } }),
  job("named instance moved on", { font: { instance: "Bold", variations: { wght: 650 } }, rendering: { ...METRICS, include: ["hash"] } }),
  job("variations", { font: { variations: { wght: 333.333 } }, rendering: { ...METRICS, include: ["hash"] } }),
  job("the last face of a collection", { font: { path: file("collection"), face_index: 1 } }),
  job("features of the font", { font: { features: "-kern" }, text: { content: "AV" }, rendering: METRICS }),
];

const sweeps = [
  job("sweep: points", { rendering: null, sweep: { width: 200, height: 60, points: [{ wght: 200 }, { wght: 900 }], include: ["hash"] } }),
  job("sweep: grid", { rendering: null, sweep: { width: 90, height: 40, grid: { wght: { min: 200, max: 900, steps: 4 } } } }),
  job("sweep: sample", { rendering: null, sweep: { width: 90, height: 40, sample: { count: 3, seed: 5 }, texts: ["ab"] } }),
  job("compare: another instance", { rendering: null, compare: { ...SMALL, with: { font: { path: VARIABLE, size: 24, variations: { wght: 800 } } } } }),
  job("compare: a picture that is none", { rendering: null, compare: { ...SMALL, image: "package.json" } }),
  job("compare: a missing picture", { rendering: null, compare: { ...SMALL, image: "no/such.png" } }),
];

const warnings = [
  job("warning: missing glyph", { text: { content: "a漢字" }, rendering: METRICS }),
  job("warning: clipped ink", { font: { size: 90 }, rendering: { format: "pgm", encoding: "none" } }),
  job("warning: unknown axis", { font: { variations: { XXXX: 5 } } }),
  job("warning: clamped axis", { font: { variations: { wght: 5000 } } }),
  job("warning: unknown feature", { text: { features: ["zzzz"] } }),
  job("warning: variations on a static font", { font: { path: STATIC, variations: { wght: 600 } } }),
  ["warning: lone surrogate", job("x", { text: { content: "a#b" } })[1].replace("a#b", "a\\ud800b")],
];

const errors = [
  job("error: no such font", { font: { path: "no/such/font.ttf" } }),
  job("error: a part of the path is a file", { font: { path: "package.json/font.ttf" } }),
  job("error: a directory", { font: { path: "packages" } }),
  job("error: a path with NUL", { font: { path: "a\u0000b" } }),
  job("error: a name too long", { font: { path: "n".repeat(300) } }),
  job("error: not a font", { font: { path: "package.json" } }),
  job("error: face index", { font: { face_index: 9 } }),
  job("error: named instance", { font: { instance: "Nope" } }),
  job("error: canvas too large", { rendering: { width: 32768, height: 32768 } }),
  job("error: unknown field", { rendering: { depth: 8 } }),
  job("error: misspelt field", { font: { Path: "x" } }),
  job("error: several problems", { font: { size: -1 }, text: { content: 5 }, rendering: { format: "gif" } }),
  job("error: no rendering", { rendering: null, text: undefined }),
  job("error: two kinds", { sweep: { width: 9, height: 9 } }),
  job("error: version", { version: "2.0" }),
  job("error: feature syntax", { text: { features: ["toolong1"] } }),
  job("error: script", { text: { script: "Latin" } }),
  job("error: sweep of an unknown axis", { rendering: null, sweep: { width: 9, height: 9, grid: { ZZZZ: { min: 0, max: 1, steps: 2 } } } }),
  ["error: no JSON", "not json"],
  ["error: cut short", '{"id":"cut","font":{"path":"a'],
  ["error: a key twice", '{"id":"twice","id":"again"}'],
  ["error: an array", "[1,2]"],
  ["error: a number", "12"],
  ["error: trailing text", `${job("trailing")[1]} x`],
  ["error: nested too deep", `${"[".repeat(40)}${"]".repeat(40)}`],
  ["error: bad escape", '{"id":"\\x"}'],
  ["error: bare newline in a string", '{"id":"a\tb"}'],
  ["error: no id", '{"font":{"path":"a","size":1}}'],
];

/** @type {readonly (readonly [name: string, line: string])[]} */
export const JOBS = [...formats, ...includes, ...fonts, ...scripts, ...texts, ...places, ...sweeps, ...warnings, ...errors];
