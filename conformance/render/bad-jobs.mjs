// Jobs with warnings, and lines that are refused: every field with a value it does not take, text that is no JSON, files that cannot be had.
import { file, job, METRICS, STATIC, VARIABLE } from "./job.mjs";

export const warnings = [
  job("warning: missing glyph", { text: { content: "a漢字" }, rendering: METRICS }),
  job("warning: many missing glyphs", {
    text: { content: Array.from({ length: 70 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("") },
    rendering: METRICS,
  }),
  job("warning: clipped ink", { font: { size: 90 }, rendering: { format: "pgm", encoding: "none" } }),
  job("warning: clipped on every side", { font: { size: 120 }, rendering: { origin: [-9, 40] } }),
  job("warning: all ink outside", { rendering: { origin: [500, 500] } }),
  job("warning: unknown axis", { font: { variations: { XXXX: 5 } } }),
  job("warning: several unknown axes", { font: { variations: { XXXX: 5, yyyy: 6, wght: 300 } } }),
  job("warning: clamped axis", { font: { variations: { wght: 5000 } } }),
  job("warning: axis clamped below", { font: { variations: { wght: -1 } } }),
  job("warning: unknown feature", { text: { features: ["zzzz"] } }),
  job("warning: unknown feature of the font", { font: { features: "qqqq" }, text: { features: ["zzzz"] } }),
  job("warning: variations on a static font", { font: { path: STATIC, variations: { wght: 600 } } }),
  job("warning: several at once", { font: { size: 80, variations: { wght: 5000, ABCD: 1 } }, text: { content: "漢a", features: "zzzz" }, rendering: METRICS }),
  job("warning: of a comparison", { rendering: null, compare: { width: 20, height: 20, with: { font: { path: STATIC, size: 40, variations: { wght: 1 } } } } }),
  ["warning: lone surrogate", job("x", { text: { content: "a#b" } })[1].replace("a#b", "a\\ud800b")],
  ["warning: surrogates the wrong way round", job("x", { text: { content: "a#b" } })[1].replace("a#b", "a\\udc00\\ud800b")],
];

/** Each field with values that it does not take. */
const FIELDS = {
  "font.path": ["", 5, null],
  "font.size": [0, -1, 10001, "24", null, 1e99],
  "font.variations": [
    [],
    { wgh: 1 },
    { wght: "1" },
    { wght: 40000 },
    Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${String(i).padStart(3, "0")}`, 1])),
  ],
  "font.instance": ["", 5],
  "font.face_index": [-1, 1.5, 65536],
  "font.features": [5, ["toolong1"], "kern,,liga", ["kern=-1"]],
  "text.content": [5, null, ["a"]],
  "text.script": ["Latin", "L1tn", 5],
  "text.direction": ["left", ""],
  "text.language": ["e n", "", "-"],
  "text.features": [{}, ["kern[1:0"]],
  "rendering.format": ["gif", null],
  "rendering.encoding": ["hex"],
  "rendering.width": [0, -3, 2.5, 32769, "64"],
  "rendering.height": [0, 32769, null],
  "rendering.origin": [[], [1], [1, 2, 3], [1, "2"], 5, [2e6, 0]],
  "rendering.invert": [1, "true"],
  "rendering.include": ["hash", ["hash", "hash"], ["hsah"]],
  version: ["2.0", 1, "1.1"],
};

const wrongValues = Object.entries(FIELDS).flatMap(([path, values]) =>
  values.map((value) => {
    const [part, field] = path.split(".");
    const shown = JSON.stringify(value);
    return job(`${path}: ${shown.length > 30 ? `${shown.slice(0, 30)}…` : shown}`, field === undefined ? { [part]: value } : { [part]: { [field]: value } });
  }),
);

export const errors = [
  ...wrongValues,
  job("error: canvas too large", { rendering: { width: 32768, height: 32768 } }),
  job("error: unknown field", { rendering: { depth: 8 } }),
  job("error: misspelt field", { font: { Path: "x" } }),
  job("error: unknown field of the job", { extra: 1 }),
  job("error: several problems", { font: { size: -1 }, text: { content: 5 }, rendering: { format: "gif" } }),
  job("error: more problems than are listed", { font: { size: -1, ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`u${i}`, 1])) } }),
  job("error: no rendering", { rendering: null, text: undefined }),
  job("error: no text", { text: null }),
  job("error: two kinds", { sweep: { width: 9, height: 9 } }),
  job("error: text too long", { text: { content: "a".repeat(65537) } }),
  ["error: no id", '{"font":{"path":"a","size":1}}'],
  ["error: an empty id", job("")[1]],
  ["error: an id that is a number", job("x")[1].replace('"id":"x"', '"id":5')],
  ["error: an id too long", job("i".repeat(1025))[1]],
  ["error: an empty object", "{}"],
];

export const files = [
  job("error: no such font", { font: { path: "no/such/font.ttf" } }),
  job("error: a part of the path is a file", { font: { path: "package.json/font.ttf" } }),
  job("error: a directory", { font: { path: "packages" } }),
  job("error: a path with NUL", { font: { path: "a\u0000b" } }),
  job("error: a name too long", { font: { path: "n".repeat(300) } }),
  job("error: a device", { font: { path: "/dev/null" } }),
  job("error: not a font", { font: { path: "package.json" } }),
  job("error: face index", { font: { face_index: 9 } }),
  job("error: face index of a collection", { font: { path: file("collection"), face_index: 2 } }),
  job("error: named instance", { font: { instance: "Nope" } }),
  job("error: named instance of a static font", { font: { path: STATIC, instance: "Bold" } }),
  job("error: sweep of an unknown axis", { rendering: null, sweep: { width: 9, height: 9, grid: { ZZZZ: { min: 0, max: 1, steps: 2 } } } }),
  job("error: sweep of a static font's instances", { font: { path: STATIC }, rendering: null, sweep: { width: 9, height: 9, instances: true } }),
  job("error: sweep behind its end", { rendering: null, sweep: { width: 9, height: 9, points: [{ wght: 300 }], first: 5 } }),
  job("error: sweep without places", { rendering: null, sweep: { width: 9, height: 9 } }),
  job("error: sweep too large", {
    rendering: null,
    sweep: { width: 9, height: 9, grid: { wght: { min: 0, max: 1, steps: 65536 } }, texts: ["a", "b", "c", "d", "e"] },
  }),
];

export const json = [
  ["no JSON", "not json"],
  ["cut short", '{"id":"cut","font":{"path":"a'],
  ["cut in a number", '{"id":"cut","font":{"size":1'],
  ["cut in an escape", '{"id":"cut\\u00'],
  ["a key twice", '{"id":"twice","id":"again"}'],
  ["a key twice further in", job("twice")[1].replace('"size":24', '"size":24,"size":25')],
  ["an array", "[1,2]"],
  ["a number", "12"],
  ["a string", '"a"'],
  ["null", "null"],
  ["trailing text", `${job("trailing")[1]} x`],
  ["a trailing comma", job("comma")[1].replace('"size":24', '"size":24,')],
  ["nested too deep", `${"[".repeat(40)}${"]".repeat(40)}`],
  ["bad escape", '{"id":"\\x"}'],
  ["a tab in a string", '{"id":"a\tb"}'],
  ["NaN", job("nan")[1].replace('"size":24', '"size":NaN')],
  ["a number with a plus", job("plus")[1].replace('"size":24', '"size":+24')],
  ["a number with a leading zero", job("zero")[1].replace('"size":24', '"size":024')],
  ["single quotes", "{'id':'a'}"],
  ["a comment", job("comment")[1].replace('"size":24', '"size":24/**/')],
  ["blanks between", job("blanks")[1].replaceAll(":", " :\t").replaceAll(",", " , ").replaceAll("Rég", "Reg")],
  ["escapes in keys", job("escapes")[1].replace('"id"', '"\\u0069d"').replace('"font"', '"f\\u006fnt"')],
  ["escapes in the text", job("escapes in the text")[1].replace("Rég", "\\u0052\\u00e9\\ud83d\\ude00\\n")],
  [
    "numbers in every form",
    job("numbers")[1].replace('"size":24', '"size":2.4e1').replace('"width":64', '"width":6.4E+1').replace('"height":40', '"height":4000e-2'),
  ],
  [
    "another order of fields",
    `{"rendering":{"height":30,"width":40,"format":"metrics"},"text":{"content":"a"},"font":{"size":20,"path":${JSON.stringify(VARIABLE)}},"id":"order","version":"1.0"}`,
  ],
  ["an unknown op", '{"op":"pong"}'],
].map(([name, line]) => [`json: ${name}`, line]);
