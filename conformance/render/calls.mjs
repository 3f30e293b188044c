// Direct calls, which are no jobs: a line each of fields between tabs, in the form of conformance/README.md.
import { file, STATIC, VARIABLE } from "./job.mjs";

const hex = (text) => (typeof text === "string" ? Buffer.from(text) : Buffer.from(text)).toString("hex");
const coords = (values = {}) =>
  Object.entries(values)
    .map(([tag, value]) => `${tag}=${value}`)
    .join(";");
const call = (kind, name, ...fields) => [`${kind}: ${name}`, [kind, ...fields].join("\t")];

/** The eight fields that say what text in which font. */
const text = (content, { font = VARIABLE, face = 0, variations, features = "", script = "", direction = "", language = "" } = {}) => [
  font,
  face,
  coords(variations),
  features,
  script,
  direction,
  language,
  hex(content),
];
const place = ({ size = 24, width = 64, height = 40, origin = [] } = {}) => [size, width, height, origin.join(",")];

const ARABIC = { font: file("noto-naskh-arabic") };
const DEVANAGARI = { font: file("noto-sans-devanagari") };
const HEBREW = { font: file("noto-sans-hebrew") };

const TEXTS = [
  ["a letter", "a", {}],
  ["nothing", "", {}],
  ["a word", "Rég", {}],
  ["at wght 333.25", "Rég", { variations: { wght: 333.25 } }],
  ["at two axes", "Quick", { font: file("source-serif-var-otf"), variations: { wght: 640, opsz: 11.5 } }],
  ["without kerning", "AVATAR", { font: STATIC, features: "-kern" }],
  ["features", "fi 1/2", { features: "frac,smcp=1,-liga" }],
  ["Latin by name", "ş", { script: "Latn", direction: "ltr", language: "tr" }],
  ["right to left", "abc", { direction: "rtl" }],
  ["downwards", "ab", { direction: "ttb" }],
  ["Arabic", "السلام ١٢", ARABIC],
  ["Devanagari", "क्षत्रिय", DEVANAGARI],
  ["Hebrew", "שָׁלוֹם", HEBREW],
  ["a face of a collection", "ab", { font: file("collection"), face: 1 }],
  ["WOFF2", "ab", { font: file("inter-var-woff2"), variations: { wght: 800 } }],
  ["beyond the first plane", "a😀b", {}],
];

const PLACES = [
  ["as it is", {}],
  ["moved by parts of a pixel", { origin: [7.25, 30.6] }],
  ["clipped", { size: 90 }],
];

const renders = TEXTS.flatMap(([name, content, settings]) =>
  PLACES.map(([where, at], i) => call("render", `${name}, ${where}`, ...text(content, settings), ...place(at), i === 1 ? 1 : 0)),
);
const metrics = TEXTS.map(([name, content, settings]) => call("metrics", name, ...text(content, settings), ...place({ size: 31.5, width: 200, height: 90 })));
const shapes = TEXTS.map(([name, content, settings]) => call("shape", name, ...text(content, settings)));

const BOOK = "The quick brown fox jumps over the lazy dog, and AVATAR ffi fl. ".repeat(12);
const PROSE = "السلام عليكم ورحمة الله وبركاته، وبعد فإن النص طويل. ".repeat(8);
const VERSE = "क्षत्रिय श्रीमान् र्कि हिन्दी भाषा में लिखा। ".repeat(8);
/** Bytes cut every `size`: also inside of characters. */
const pieces = (content, size) => {
  const bytes = Buffer.from(content);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size).toString("hex"));
};
/** high, low and most code points, flags: i (a run for each script), c (a flush for each cluster), l (logical order). */
const stream = (name, input, { marks = ["", "", ""], flags = "", ...settings } = {}) => {
  const [font, face, at, features, script, direction, language] = text("", settings);
  return call("stream", name, font, face, at, features, script, direction, language, ...marks, flags, input.join(" "));
};
const LOW_MARKS = [32, 16, 256];
const streams = [
  stream("nothing", []),
  stream("one piece", pieces(BOOK, 1e6)),
  stream("pieces of 100 bytes", pieces(BOOK, 100)),
  stream("pieces of a byte", pieces(BOOK.slice(0, 300), 1)),
  stream("low watermarks", pieces(BOOK, 64), { marks: LOW_MARKS }),
  stream("a flush for each cluster", pieces(BOOK.slice(0, 90), 30), { marks: LOW_MARKS, flags: "c" }),
  stream("at wght 777", pieces(BOOK, 64), { marks: LOW_MARKS, variations: { wght: 777 } }),
  stream("features", pieces(BOOK, 64), { marks: LOW_MARKS, features: "smcp,-liga" }),
  stream("Arabic", pieces(PROSE, 50), { ...ARABIC, marks: LOW_MARKS }),
  stream("Arabic in logical order", pieces(PROSE, 50), { ...ARABIC, marks: LOW_MARKS, flags: "l" }),
  stream("Arabic in pieces of a byte", pieces(PROSE.slice(0, 120), 1), { ...ARABIC, marks: [8, 4, 64] }),
  stream("Devanagari", pieces(VERSE, 7), { ...DEVANAGARI, marks: LOW_MARKS }),
  stream("Devanagari by clusters", pieces(VERSE.slice(0, 60), 13), { ...DEVANAGARI, marks: LOW_MARKS, flags: "c" }),
  stream("several scripts", pieces(`abc ${PROSE.slice(0, 40)} def ${VERSE.slice(0, 30)}`, 9), { flags: "i", marks: [16, 8, 64] }),
  stream("bytes that are no UTF-8", ["6180", "ff62", "c3", "28", "f09f98"]),
  stream("a forced cut", pieces(`a${"\u0301".repeat(80)}b`, 10), { marks: [8, 4, 32] }),
  stream("features that change", [hex("abc "), "+features:smcp", hex("small "), "+features:-kern,c2sc", hex("AV "), "-features", "-features", hex("end")]),
  stream("languages and scripts that change", [hex("iİ "), "+language:tr", hex("iİ "), "-language", "+script:Cyrl", hex("жук"), "-script"]),
  stream("directions that change", [hex("abc"), "+direction:rtl", hex("def"), "-direction", hex("ghi")]),
];

const OTHER = { wght: 760 };
const compare = (name, content, size, one, two, mode, reach) =>
  call("compare", name, VARIABLE, hex(content), size, coords(one.at), ...one.canvas, coords(two.at), ...two.canvas, mode, reach);
const compares = [
  ...["corner", "center", "ink"].flatMap((mode) => [
    compare(`instances, ${mode}`, "Rég", 24, { canvas: [64, 40] }, { at: OTHER, canvas: [64, 40] }, mode, 32),
    compare(`canvases of two sizes, ${mode}`, "Rég", 24, { canvas: [64, 40] }, { at: OTHER, canvas: [71, 55] }, mode, 8),
  ]),
  compare("the same", "a", 60, { canvas: [50, 60] }, { canvas: [50, 60] }, "corner", 32),
  compare("without ink", "", 60, { canvas: [20, 20] }, { canvas: [20, 20] }, "ink", 32),
  compare("large", "ag", 200, { canvas: [300, 300] }, { at: { wght: 900 }, canvas: [300, 300] }, "ink", 4),
];

const resizes = [
  ["half", 64, 40, 32, 20],
  ["twice", 64, 40, 128, 80],
  ["by parts", 64, 40, 47, 61],
  ["to a pixel", 64, 40, 1, 1],
  ["from a pixel", 1, 1, 5, 7],
  ["to its own size", 64, 40, 64, 40],
].map(([name, ...sizes]) => call("resize", name, VARIABLE, hex("Rég"), 24, ...sizes));

const matches = [
  ["one axis", VARIABLE, "Rag", 40, 90, 60, { wght: 640 }, "", "rmse", 60],
  ["within a range", VARIABLE, "no", 40, 70, 60, { wght: 300 }, "wght=250:400", "rmse", 40],
  ["by iou", VARIABLE, "a", 40, 40, 60, { wght: 820 }, "", "iou", 40],
  ["two axes", file("source-serif-var-ttf"), "g", 40, 40, 60, { wght: 500, opsz: 20 }, "wght=;opsz=", "rmse", 80],
].map(([name, font, content, size, width, height, at, axes, objective, budget]) =>
  call("match", name, font, hex(content), size, width, height, coords(at), axes, objective, budget),
);

/** Kind of call → its cases, as jobs.mjs has groups of jobs. */
export const CALLS = { renders, metrics, shapes, streams, compares, resizes, matches };
