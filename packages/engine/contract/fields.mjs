// The fields of a job, an op line and a JobSpec document: name, type, range, default, meaning. Emitted as tables, schema and types.
// A rule here must mean the same in JSON Schema and in assembly/job/: contract/agree.mjs holds the two against each other.
import { limit } from "./limits.mjs";

export const VERSION = "1.0";

/** A field of a job that hosts which speak take out before the kernel reads the line: it is in none of the kernel's tables, but among the names that its messages tell. */
export const spokenField = "speech";

/**
 * kind: string | number | integer | boolean | enum | object | variations | features | origin | include | jobs | texts | grid | points
 * pattern: the name of a pattern below; the module has a hand-written equal of each.
 * values of an enum or include: the name of their list is `list`, or the field's own.
 * cure: what to do, put behind a message about this field.
 * @typedef {{ name: string, kind: string, about: string, required?: boolean, of?: string, values?: readonly string[], min?: number, max?: number,
 *   over?: number, minLength?: number, maxLength?: number, list?: string, pattern?: string, default?: string | number | boolean, defaultAbout?: string, cure?: string, code?: string }} Field
 */

const FEATURE = "[+-]?[0-9A-Za-z_]{1,4}(\\[[0-9]{0,9}(:[0-9]{0,9})?\\])?(=([0-9]{1,9}|on|off))?";

/** JSON Schema patterns (ECMA-262, flag u) and what they mean in words. */
export const patterns = {
  no_nul: { regex: "^[^\\u0000]*$", expected: "without NUL characters" },
  axis_tag: { regex: "^[ -~]{4}$", expected: "an axis tag of 4 printable ASCII characters, such as wght" },
  script: { regex: "^[A-Za-z]{4}$", expected: "an ISO 15924 code of 4 letters, such as Latn or Arab" },
  language: { regex: `^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,${limit("language_subtags") - 1}}$`, expected: "a BCP 47 language tag, such as en or sr-Latn" },
  feature: { regex: `^${FEATURE}$`, expected: "a feature in HarfBuzz's syntax, such as kern, -liga, ss01=1 or smcp[0:5]" },
  feature_list: {
    regex: `^(${FEATURE}(, ?${FEATURE}){0,${limit("features") - 1}})?$`,
    expected: 'features in HarfBuzz\'s syntax, separated by commas, such as "kern,-liga,ss01=1"',
  },
};

export const formats = ["pgm", "png", "svg", "raw", "metrics"];
export const encodings = ["base64", "binary", "json", "none"];
export const directions = ["ltr", "rtl", "ttb", "btt"];
export const includes = ["metrics", "boxes", "glyphs", "hash", "extended"];
export const alignModes = ["corner", "center", "ink"];
export const measures = ["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"];
/** A job has exactly one of these fields, which says what is made of its text. */
export const jobKinds = ["rendering", "compare", "sweep"];
export const ops = ["ping", "warm_up", "stats"];
export const orders = ["input", "completion"];
export const modes = ["batch", "stream"];

/** What encoding a job has that names none, by format. */
export const defaultEncoding = { pgm: "base64", png: "base64", svg: "json", raw: "base64", metrics: "none" };
/** Formats whose picture is bytes: a JSON string cannot hold it as it is, so `json` is refused for them. */
export const formatsWithoutJson = ["pgm", "png", "raw"];

const version = {
  name: "version",
  kind: "enum",
  values: [VERSION],
  default: VERSION,
  about: "Version of the contract the job is written for. Checked before everything else.",
};
const id = {
  name: "id",
  kind: "string",
  required: true,
  minLength: 1,
  maxLength: limit("id_code_points"),
  about: "The caller's name for the job; comes back in its result.",
};
const features = (whose) => ({
  name: "features",
  kind: "features",
  about: `OpenType features ${whose}: an array of strings or one string separated by commas, each in HarfBuzz's syntax (kern, -liga, ss01=1, smcp[0:5]).`,
});

/** @type {readonly Field[]} */
const fontFields = [
  {
    name: "path",
    kind: "string",
    required: true,
    minLength: 1,
    maxLength: limit("path_code_points"),
    pattern: "no_nul",
    about: "The font file (TrueType, OpenType CFF or CFF2, collection, WOFF, WOFF2). A relative path is resolved by the host.",
  },
  { name: "size", kind: "number", required: true, over: 0, max: limit("size_px"), about: "Pixels per em.", cure: "give the size in pixels per em" },
  {
    name: "variations",
    kind: "variations",
    about:
      "Design coordinates by axis tag. An axis that is not named stays at the instance's, or the font's, default; a value outside the axis' range is clamped with a warning.",
  },
  {
    name: "instance",
    kind: "string",
    minLength: 1,
    maxLength: limit("instance_code_points"),
    about: 'A named instance of a variable font, such as "SemiBold"; `variations` are applied on top.',
  },
  { name: "face_index", kind: "integer", min: 0, max: limit("face_index"), default: 0, about: "Which face of a collection, counted from 0." },
  features("of every text in this font"),
];

/** @type {readonly Field[]} */
const textFields = [
  {
    name: "content",
    kind: "string",
    required: true,
    minLength: 0,
    maxLength: limit("text_code_points"),
    code: "text_too_long",
    about: "The text. Empty text gives a blank picture.",
  },
  { name: "script", kind: "string", pattern: "script", defaultAbout: "guessed from the text", about: "ISO 15924 code." },
  {
    name: "direction",
    kind: "enum",
    values: directions,
    defaultAbout: "the script's",
    about: "Left to right, right to left, top to bottom, bottom to top.",
  },
  { name: "language", kind: "string", pattern: "language", defaultAbout: "none", about: "BCP 47 tag; chooses the font's rules for that language." },
  features("of this text; applied after the font's"),
];

/** @type {readonly Field[]} */
const sideFields = [
  { name: "width", kind: "integer", required: true, min: 1, max: limit("canvas_side_px"), about: "Canvas width in pixels." },
  {
    name: "height",
    kind: "integer",
    required: true,
    min: 1,
    max: limit("canvas_side_px"),
    about: `Canvas height in pixels. Width × height must be at most ${limit("canvas_area_px")}.`,
  },
];

/** @type {Field} */
const originField = {
  name: "origin",
  kind: "origin",
  min: -limit("origin_px"),
  max: limit("origin_px"),
  defaultAbout: "[0, 0.75 × height]; for vertical text [width / 2, 0]",
  about: "Where the pen starts: [x, y] in pixels from the upper left corner, y down.",
};

/** What a picture is and what is told of it: of `rendering`, and at its beginning of `sweep`. @type {readonly Field[]} */
const renderingFields = [
  {
    name: "format",
    kind: "enum",
    values: formats,
    required: true,
    about: "pgm: P5, 8-bit grey. png: 8-bit grey. svg: outlines as paths. raw: the canvas' bytes, row by row. metrics: no picture, `metrics` always included.",
  },
  {
    name: "encoding",
    kind: "enum",
    values: encodings,
    defaultAbout: "base64 for pgm, png and raw; json for svg; none for metrics",
    about:
      "How `data` holds the picture in the JSON line. base64 (and binary, its other name): base64 of the file. json: an SVG as a JSON string. none: no `data`. Format metrics has no data, whatever the encoding.",
  },
  ...sideFields,
  originField,
  {
    name: "invert",
    kind: "boolean",
    default: false,
    about: "false: 255 is blank and 0 full ink. true: the other way round. Measurements are of ink either way.",
  },
  {
    name: "include",
    kind: "include",
    values: includes,
    defaultAbout: "none; metrics for format metrics",
    about:
      "What else the result holds: metrics, boxes of clusters, positioned glyphs, SHA-256 of the canvas' bytes; extended: metrics, and the extended ones with them.",
  },
];

/** @type {Readonly<Record<string, { path: string, about: string, fields: readonly Field[] }>>} */
export const objects = {
  job: {
    path: "",
    about: "One picture of one text in one font.",
    fields: [
      version,
      id,
      { name: "font", kind: "object", of: "font", required: true, about: "Which font, how large, at which coordinates." },
      { name: "text", kind: "object", of: "text", required: true, about: "What to draw." },
      { name: "rendering", kind: "object", of: "rendering", about: "What to make of it. A job has exactly one of `rendering`, `compare` and `sweep`." },
      { name: "compare", kind: "object", of: "compare", about: "What to compare its picture with." },
      { name: "sweep", kind: "object", of: "sweep", about: "The text at many design coordinates of the font." },
    ],
  },
  font: {
    path: "font",
    about: "The font of a job.",
    fields: fontFields,
  },
  text: {
    path: "text",
    about: "The text of a job and how to read it.",
    fields: textFields,
  },
  rendering: {
    path: "rendering",
    about: "What to make: a picture, measurements, or both.",
    fields: renderingFields,
  },
  compare: {
    path: "compare",
    about:
      "What the job's picture is compared with: exactly one of `with` and `image`. Both are padded with blank to the larger size; measurements are of ink.",
    fields: [
      ...sideFields,
      originField,
      { name: "with", kind: "object", of: "compare_with", about: "A second picture on a canvas of the same size." },
      {
        name: "image",
        kind: "string",
        minLength: 1,
        maxLength: limit("path_code_points"),
        pattern: "no_nul",
        about: "A picture file, PNG or binary PGM, black on white. A relative path is resolved by the host.",
      },
      { name: "image_invert", kind: "boolean", default: false, about: "The picture file is white on black." },
      {
        name: "mode",
        list: "align",
        kind: "enum",
        values: alignModes,
        default: "corner",
        about: "corner: both in the upper left corner. center: both in the middle. ink: the second is moved by whole pixels to where it differs least.",
      },
      {
        name: "reach",
        kind: "integer",
        min: 0,
        max: limit("align_reach_px"),
        default: 32,
        about: "Mode ink: how many pixels are looked at in each direction around the place where the middles of the ink boxes meet.",
      },
      {
        name: "measures",
        list: "measure",
        kind: "include",
        values: measures,
        defaultAbout: "all",
        about: "What is measured (docs/metrics.md); an empty array is all.",
      },
    ],
  },
  compare_with: {
    path: "compare.with",
    about: "The second picture of a comparison.",
    fields: [
      { name: "font", kind: "object", of: "with_font", required: true, about: "Its font." },
      { name: "text", kind: "object", of: "with_text", defaultAbout: "the job's", about: "Its text." },
      originField,
    ],
  },
  with_font: { path: "compare.with.font", about: "As `font` of a job.", fields: fontFields },
  with_text: { path: "compare.with.text", about: "As `text` of a job.", fields: textFields },
  sweep: {
    path: "sweep",
    about: "One or many texts at many design coordinates: all of `points`, `instances`, `grid` and `sample` that are given, in this order.",
    fields: [
      ...renderingFields.map((field) => (field.name === "format" ? { ...field, required: false, default: "metrics" } : field)),
      {
        name: "texts",
        kind: "texts",
        maxLength: limit("text_code_points"),
        defaultAbout: "none",
        about: `More texts beside text.content, read the same way, each rendered at every point. All together may have ${limit("text_code_points")} code points.`,
      },
      {
        name: "points",
        kind: "points",
        defaultAbout: "none",
        about: "Design coordinates, an object of axis tags a point; an axis that is not named stays where `font` puts it.",
      },
      { name: "instances", kind: "boolean", default: false, about: "true: all named instances of the font, in its order." },
      {
        name: "grid",
        kind: "grid",
        defaultAbout: "none",
        about:
          'By axis tag: {"min", "max", "steps"} (evenly from min to max, both included; one step: min), an array of values, or one value. All combinations; the last axis changes fastest.',
      },
      { name: "sample", kind: "object", of: "sample", about: "A low-discrepancy sample of the design space." },
      {
        name: "first",
        kind: "integer",
        min: 0,
        max: limit("sweep_renders"),
        default: 0,
        about: "The first render to make, counted from 0: a sweep can be made in parts.",
      },
      {
        name: "count",
        kind: "integer",
        min: 1,
        max: limit("sweep_renders"),
        defaultAbout: "all",
        about: "How many renders to make, at most.",
      },
    ],
  },
  sample: {
    path: "sweep.sample",
    about: "Points of the Halton sequence in the box of all axes that font.variations does not name (docs/sweep.md).",
    fields: [
      { name: "count", kind: "integer", required: true, min: 1, max: limit("sweep_renders"), about: "How many points." },
      { name: "seed", kind: "integer", min: 0, max: 4294967295, default: 0, about: "Moves the sequence along each axis; 0: the plain sequence." },
    ],
  },
  op: {
    path: "",
    about: "A line of the stream that asks the program itself: ping answers, warm_up makes every worker ready, stats counts jobs, caches and memory.",
    fields: [
      { name: "op", kind: "enum", values: ops, required: true, about: "What is asked." },
      { ...id, required: false, about: "Comes back in the answer." },
    ],
  },
  document: {
    path: "",
    about: "A JobSpec document: jobs and how to run them. The same jobs, one a line without the document around them, are the stream format.",
    fields: [
      version,
      { name: "mode", kind: "enum", values: modes, default: "batch", about: "Checked; changes nothing." },
      { name: "config", kind: "object", of: "config", about: "What the command line's flags can say; a flag wins." },
      { name: "jobs", kind: "jobs", required: true, about: "The jobs, at least one. Each is checked by itself: a bad job costs no other." },
    ],
  },
  config: {
    path: "config",
    about: "How to run a document's jobs. Where output goes is the caller's to say, not the document's.",
    fields: [
      { name: "jobs", kind: "integer", min: 1, max: limit("workers"), defaultAbout: "the machine's cores", about: "Worker threads (--jobs)." },
      { name: "order", kind: "enum", values: orders, default: "input", about: "Order of the results (--order)." },
      { name: "timeout_ms", kind: "integer", min: 0, max: limit("timeout_ms"), default: 0, about: "Time limit of one job in ms; 0: none (--timeout-ms)." },
      { name: "strict", kind: "boolean", default: false, about: "Warnings are errors (--strict)." },
      { name: "timing", kind: "boolean", default: true, about: "Results carry `timing` (--no-timing)." },
      {
        name: "base_dir",
        kind: "string",
        minLength: 1,
        maxLength: limit("path_code_points"),
        pattern: "no_nul",
        defaultAbout: "none",
        about: "Fonts must lie under this directory after resolving links; relative paths start here (--base-dir).",
      },
      {
        name: "font_cache",
        kind: "integer",
        min: limit("font_cache_bytes_min"),
        max: limit("font_cache_bytes"),
        default: 512 * 1024 * 1024,
        about: "Bytes of fonts kept in memory, over all workers (--font-cache).",
      },
      { name: "max_fonts", kind: "integer", min: 1, max: limit("max_fonts"), default: 512, about: "Font instances kept, over all workers (--max-fonts)." },
    ],
  },
};

/** What a message says was expected. @param {Field} field */
export function expectedOf(field) {
  const list = (values) =>
    values
      .map((value) => `"${value}"`)
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1");
  switch (field.kind) {
    case "string":
      if (field.pattern && field.pattern !== "no_nul") return patterns[field.pattern].expected;
      return `a string of ${field.minLength === 0 ? "at most" : `${field.minLength} to`} ${field.maxLength} characters${field.pattern ? ` ${patterns[field.pattern].expected}` : ""}`;
    case "number":
      return `a number over ${field.over} and at most ${field.max}`;
    case "integer":
      return `an integer from ${field.min} to ${field.max}`;
    case "boolean":
      return "true or false";
    case "enum":
      return list(field.values ?? []);
    case "object":
      return `an object with ${objects[field.of ?? ""].fields.map((inner) => inner.name).join(", ")}`;
    case "variations":
      return `an object of at most ${limit("variations")} numbers by axis tag, such as {"wght": 600}`;
    case "features":
      return `an array of at most ${limit("features")} features or one string, such as ["kern", "-liga"] or "kern,-liga"`;
    case "origin":
      return `[x, y], two numbers from ${field.min} to ${field.max}`;
    case "include":
      return `an array of different names out of ${list(field.values ?? [])}`;
    case "texts":
      return `an array of 1 to ${limit("sweep_texts")} strings of at most ${field.maxLength} characters`;
    case "grid":
      return 'an object by axis tag, such as {"wght": {"min": 100, "max": 900, "steps": 17}}';
    case "points":
      return `an array of 1 to ${limit("sweep_renders")} objects of numbers by axis tag, such as [{"wght": 600}]`;
    case "jobs":
      return "an array of at least one job";
    default:
      throw new Error(`contract: kind ${field.kind}`);
  }
}
