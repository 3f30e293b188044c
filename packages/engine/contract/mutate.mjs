// Seeded job lines, most of them wrong in some way: values at and past every limit, fields moved, renamed, missing; numbers and strings written in unusual ways;
// bytes flipped. For holding the module against JSON.parse and Ajv. Knows neither.

/** mulberry32: a generator of numbers in [0, 1). */
export function random(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}

const NUMBERS = [
  0,
  -0,
  1,
  2,
  3,
  0.5,
  -1,
  1e-9,
  5e-324,
  1.5,
  10,
  999.25,
  9999.999,
  10000,
  10000.000001,
  10001,
  32767,
  32768,
  32769,
  -32768,
  -32768.5,
  65535,
  65536,
  1e6,
  -1e6,
  1000000.5,
  1e21,
  1e308,
  4294967296,
  4294967297,
  8192,
  16384,
  16385,
  2 ** 53,
  0.1,
];
const FEATURES = [
  "kern",
  "-liga",
  "+smcp",
  "ss01=1",
  "aalt=2",
  "kern=on",
  "kern=off",
  "kern[3:5]",
  "kern[3:5]=0",
  "kern[]",
  "kern[:]",
  "kern[3:]",
  "kern[:5]=1",
  "a",
  "_x_1",
  "toolong",
  "",
  "-",
  "kern=",
  "kern=x",
  "kern=1234567890",
  "kern=123456789",
  "kern[1234567890]",
  "kern[",
  "kern]",
  "kern[1:2:3]",
  "kern on",
  " kern",
  "kern ",
  "kern=onn",
  "kern=offf",
  "kern\n",
  "kérn",
  "kern=1,liga",
  "++kern",
  "k-rn",
  "kern[1:2",
  "=1",
  "kern[a]",
];
const LISTS = [
  "kern,liga",
  "kern, liga",
  "kern,  liga",
  "kern,",
  ",kern",
  "kern,,liga",
  "-kern,+liga=1,ss01[2:3]=4",
  "",
  " ",
  "kern ,liga",
  "kern,liga ",
  Array(256).fill("kern").join(","),
  Array(257).fill("kern").join(","),
  Array(256).fill("ss01[1:2]=3").join(", "),
];
const STRINGS = [
  "",
  "a",
  "1.0",
  "2.0",
  "pgm",
  "png",
  "svg",
  "raw",
  "metrics",
  "base64",
  "binary",
  "json",
  "none",
  "PGM",
  "ltr",
  "rtl",
  "ttb",
  "btt",
  "LTR",
  "Latn",
  "latn",
  "Arab",
  "Lat",
  "Latin",
  "La1n",
  "en",
  "sr-Latn",
  "en-",
  "-en",
  "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p",
  "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q",
  "abcdefghi",
  "abcdefgh-12345678",
  "en_US",
  "zh--x",
  "\0",
  "a\0b",
  "نص",
  "देवनागरी",
  "😀",
  "\ud800",
  "\udc00x",
  "\ud83d\ude00\ud83d",
  "\ufffd",
  "é",
  "wght",
  "wgh",
  "wght2",
  "    ",
  "wgh\t",
  "wghé",
  "~~~~",
  "\x7f\x7f\x7f\x7f",
  "true",
  "null",
  "ping",
  "hash",
  "boxes",
  "glyphs",
  "\n",
  '"',
  "\\",
  "/",
  "\u2028",
];
const long = (n, unit = "x") => unit.repeat(n);

function anyValue(r, depth = 0) {
  switch (r.below(depth > 2 ? 6 : 9)) {
    case 0:
      return r.pick(NUMBERS);
    case 1:
      return r.pick(STRINGS);
    case 2:
      return r.pick([true, false, null]);
    case 3:
      return r.pick([...FEATURES, ...LISTS]);
    case 4:
      return r.pick([() => long(1024), () => long(1025), () => long(1024, "😀"), () => long(4096, "é"), () => long(4097), () => long(256), () => long(257)])();
    case 5:
      return r.pick(NUMBERS) * r.next();
    case 6:
      return Array.from({ length: r.below(4) }, () => anyValue(r, depth + 1));
    case 7:
      return Object.fromEntries(
        Array.from({ length: r.below(3) }, () => [
          r.pick(["id", "a", "wght", "wdth", "path", "é", "", "~~~~", "\x7fabc", "    ", "wgh\t", "wghé"]),
          anyValue(r, depth + 1),
        ]),
      );
    default:
      return r.pick([[1, 2], [0, -5.5], [1], [1, 2, 3], ["metrics"], ["hash", "hash"], ["metrics", "boxes", "glyphs", "hash", "extended"], [[]], {}, []]);
  }
}

const maybe = (r, p, value) => (r.chance(p) ? value() : undefined);

/** A comparison that is right. */
function validCompare(r) {
  const { font, text } = validRender(r);
  const origin = () => [r.pick([0, -1e6, 1e6]), 1];
  return {
    width: r.pick([1, 3000, 16384, 32768]),
    height: r.pick([1, 1200, 8192, 16384]),
    origin: maybe(r, 0.2, origin),
    ...(r.chance(0.5)
      ? { with: { font, text: maybe(r, 0.5, () => text), origin: maybe(r, 0.2, origin) } }
      : { image: r.pick(["a.png", "/b/c.pgm", long(4096)]) }),
    image_invert: maybe(r, 0.2, () => r.chance(0.5)),
    mode: maybe(r, 0.5, () => r.pick(["corner", "center", "ink"])),
    reach: maybe(r, 0.4, () => r.pick([0, 32, 256])),
    measures: maybe(r, 0.5, () => ["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"].filter(() => r.chance(0.5))),
  };
}

/** A job that is right (but for the canvas' area, at times). */
export function validJob(r) {
  const job = validRender(r);
  if (r.chance(0.7)) return job;
  const { rendering, ...rest } = job;
  return JSON.parse(JSON.stringify({ ...rest, compare: validCompare(r) }));
}

function validRender(r) {
  const features = () => (r.chance(0.5) ? r.pick(LISTS.slice(0, 2)) : Array.from({ length: r.below(4) }, () => r.pick(FEATURES.slice(0, 15))));
  const format = r.pick(["pgm", "png", "svg", "raw", "metrics"]);
  const job = {
    version: maybe(r, 0.5, () => "1.0"),
    id: r.pick(["a", "a-600", "é", "😀", long(1024), "نص"]),
    font: {
      path: r.pick(["NotoSans.ttf", "/a/b c.otf", "f"]),
      size: r.pick([1000, 16, 0.5, 10000, 1e-3, 12.25]),
      variations: maybe(r, 0.5, () =>
        r.chance(0.1)
          ? Object.fromEntries(Array.from({ length: 60 + r.below(8) }, (_, i) => [`ax${String(i).padStart(2, "0")}`, i]))
          : { wght: r.pick([600, 100.5, -32768, 32768]), ...(r.chance(0.3) ? { "OPT ": 1 } : {}) },
      ),
      instance: maybe(r, 0.2, () => r.pick(["Bold", "SemiBold Condensed"])),
      face_index: maybe(r, 0.4, () => r.pick([0, 1, 65535])),
      features: maybe(r, 0.3, features),
    },
    text: {
      content: r.pick(["a", "", "hello", "مرحبا", "नमस्ते", "😀", 'a\nb\t"\\']),
      script: maybe(r, 0.5, () => r.pick(["Latn", "arab", "DEVA"])),
      direction: maybe(r, 0.5, () => r.pick(["ltr", "rtl", "ttb", "btt"])),
      language: maybe(r, 0.5, () => r.pick(["en", "sr-Latn", "x-hbot"])),
      features: maybe(r, 0.3, features),
    },
    rendering: {
      format,
      encoding: maybe(r, 0.6, () => r.pick(format === "svg" || format === "metrics" ? ["base64", "binary", "json", "none"] : ["base64", "binary", "none"])),
      width: r.pick([1, 3000, 16384, 32768, 8192]),
      height: r.pick([1, 1200, 16384, 8192, 64]),
      origin: maybe(r, 0.3, () => [r.pick([0, -1e6, 1e6, 0.5]), 900]),
      invert: maybe(r, 0.3, () => r.chance(0.5)),
      include: maybe(r, 0.5, () => ["metrics", "boxes", "glyphs", "hash", "extended"].filter(() => r.chance(0.5))),
    },
  };
  if (r.chance(0.3)) {
    job.sweep = { ...job.rendering, ...sweepSources(r), ...(r.chance(0.3) && { first: r.pick([0, 5, 262144]), count: r.pick([1, 262144]) }) };
    if (job.sweep.encoding === undefined && r.chance(0.5)) delete job.sweep.format;
    delete job.rendering;
  }
  return JSON.parse(JSON.stringify(job)); // drops what is undefined
}

/** Where the points of a sweep come from, and its texts: right, but at times too many renders or too long texts. */
function sweepSources(r) {
  const axis = () =>
    r.pick([
      () => ({ min: r.pick([100, 0, -5.5]), max: r.pick([900, 0]), steps: r.pick([1, 2, 17, 512, 65536]) }),
      () => [100, 400.5, 900],
      () => Array.from({ length: 1 + r.below(40) }, (_, i) => i),
      () => 12,
    ])();
  const sources = {
    grid: maybe(r, 0.6, () => ({ wght: axis(), ...(r.chance(0.5) ? { wdth: axis() } : {}), ...(r.chance(0.1) ? { "OPT ": axis() } : {}) })),
    points: maybe(r, 0.3, () => Array.from({ length: 1 + r.below(5) }, () => r.pick([{}, { wght: 600 }, { wght: -32768, wdth: 80.5 }]))),
    instances: maybe(r, 0.3, () => r.chance(0.5)),
    sample: maybe(r, 0.3, () => ({ count: r.pick([1, 500, 262144]), ...(r.chance(0.5) ? { seed: r.pick([0, 1, 4294967295]) } : {}) })),
    texts: maybe(r, 0.3, () => Array.from({ length: 1 + r.below(4) }, () => r.pick(["b", "", "مرحبا", "😀", r.chance(0.1) ? long(65535) : "x"]))),
  };
  if (sources.grid === undefined && sources.points === undefined && sources.sample === undefined) sources.points = [{ wght: 1 }];
  return sources;
}

function objectsOf(value, found = []) {
  if (value !== null && typeof value === "object") {
    found.push(value);
    for (const inner of Object.values(value)) objectsOf(inner, found);
  }
  return found;
}

/** Changes a job in one place. */
export function mutate(r, job) {
  const where = r.pick(objectsOf(job));
  const keys = Object.keys(where);
  const kind = r.below(8);
  if (kind === 0 && keys.length > 0) {
    const key = r.pick(keys);
    if (Array.isArray(where)) where.splice(Number(key), 1);
    else delete where[key];
  } else if (kind === 1) {
    const key = r.pick([
      "version",
      "id",
      "font",
      "text",
      "rendering",
      "compare",
      "with",
      "image",
      "measures",
      "mode",
      "sweep",
      "grid",
      "size",
      "width",
      "op",
      "jobs",
      "Width",
      "face-index",
      "x",
      "content",
      "wght",
      "instance",
      "features",
      "invert",
      "origin",
      "",
    ]);
    if (Array.isArray(where)) where.push(anyValue(r));
    else where[key] = anyValue(r);
  } else if (kind === 2 && job.rendering && typeof job.rendering === "object") {
    job.rendering[r.pick(["width", "height", "format", "encoding", "origin", "include", "invert"])] = anyValue(r);
  } else if (kind === 2 && job.compare && typeof job.compare === "object") {
    job.compare[r.pick(["width", "height", "with", "image", "image_invert", "mode", "reach", "measures", "origin"])] = r.chance(0.3)
      ? r.pick([["ssim"], ["ssim", "ssim"], ["ssi"], "ink", "center", 256, 257, {}])
      : anyValue(r);
  } else if (kind === 3 && job.font && typeof job.font === "object") {
    job.font[r.pick(["size", "variations", "face_index", "features", "instance", "path"])] = r.chance(0.3) ? r.pick([...FEATURES, ...LISTS]) : anyValue(r);
  } else if (kind === 5 && job.sweep && typeof job.sweep === "object") {
    const name = r.pick(["grid", "points", "instances", "sample", "texts", "first", "count", "width", "format"]);
    const odd = {
      grid: [{}, { wght: [] }, { wght: {} }, { wght: { min: 1, max: 2 } }, { wght: { min: 1, max: 2, steps: r.pick(NUMBERS) } }, { wgh: 1 }, { wght: "1" }],
      points: [[], [1], [{ wght: "x" }], [{ wght: 32769 }], [{ w: 1 }], [[]], {}],
      texts: [[], [1], ["a", null], Array(1024).fill(""), Array(1025).fill(""), long(3)],
      sample: [{}, { count: 0 }, { count: 1.5 }, { count: 1, seed: -1 }, { count: 1, seed: 4294967296 }, { count: 1, of: 2 }, []],
    };
    job.sweep[name] = r.chance(0.6) && odd[name] !== undefined ? r.pick(odd[name]) : anyValue(r);
    if (r.chance(0.1)) delete job.sweep[name];
  } else if (kind === 4 && job.text && typeof job.text === "object") {
    job.text[r.pick(["content", "script", "direction", "language", "features"])] = r.chance(0.4)
      ? r.pick(STRINGS)
      : r.chance(0.3)
        ? [r.pick(FEATURES), r.pick(FEATURES)]
        : anyValue(r);
  } else if (keys.length > 0) where[r.pick(keys)] = anyValue(r);
}

/** Writes a value as JSON in one of its many ways: white space, escapes, numbers with exponents, keys in any order. */
export function write(r, value) {
  const space = () => (r.chance(0.9) ? "" : r.pick([" ", "\n", "\t", "\r\n", "  "]));
  if (typeof value === "string") return writeString(r, value);
  if (typeof value === "number") return writeNumber(r, value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map((inner) => space() + write(r, inner) + space()).join(",")}${space()}]`;
  let entries = Object.entries(value);
  if (r.chance(0.2)) entries = entries.sort(() => r.next() - 0.5);
  return `{${entries.map(([key, inner]) => `${space()}${writeString(r, key)}${space()}:${space()}${write(r, inner)}${space()}`).join(",")}${space()}}`;
}

function writeString(r, value) {
  if (r.chance(0.9)) return JSON.stringify(value);
  return `"${[...value]
    .map((char) => {
      if (r.chance(0.5) && char.length === 1 && char >= " " && char !== '"' && char !== "\\" && !/[\ud800-\udfff]/.test(char)) return char;
      return Array.from(char, () => "").length && [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
    })
    .join("")}"`;
}

function writeNumber(r, value) {
  const plain = Object.is(value, -0) ? "-0" : JSON.stringify(value);
  if (r.chance(0.85) || /e/.test(plain)) return plain;
  return r.pick([
    () => `${plain}e0`,
    () => `${plain}E+00`,
    () => (plain.includes(".") ? `${plain}000` : `${plain}.0`),
    () => `${plain}0e-1`.replace(/(\.\d*)?0e-1$/, (all, fraction) => (fraction === undefined ? all : `${plain.slice(plain.indexOf("."))}e0`)),
    () => (Number.isInteger(value) ? `${plain}00e-2` : plain),
  ])();
}

/** Flips, drops, doubles or inserts bytes of a line. */
export function scramble(r, line) {
  let bytes = Buffer.from(line);
  for (let n = 1 + r.below(3); n > 0; n--) {
    const at = r.below(bytes.length + 1);
    const piece = Buffer.from(
      r.pick([
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "0",
        "1",
        "-",
        "+",
        ".",
        "e",
        "E",
        "t",
        "null",
        "true",
        "false",
        "\\u",
        "\\ud83d",
        "\\udc00",
        "\\x",
        "\\/",
        "\u0001",
        "\u007f",
        "é",
        "\ufeff",
        "00",
        "1e5",
        "//",
        "'",
        "NaN",
      ]),
    );
    switch (r.below(5)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + r.below(3))]);
        break;
      case 2:
        bytes = Buffer.from(bytes);
        if (at < bytes.length) bytes[at] ^= 1 << r.below(8);
        break;
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      default:
        bytes = Buffer.from(bytes);
        if (at < bytes.length) bytes[at] = r.below(256);
    }
  }
  return bytes;
}

/** A number as text, right or wrong. */
export function numberText(r) {
  const digits = (n) => Array.from({ length: n }, () => r.below(10)).join("");
  const whole = r.pick([() => "0", () => String(1 + r.below(9)) + digits(r.below(25)), () => digits(r.below(4)), () => String(r.below(100000))])();
  const fraction = r.chance(0.5) ? `.${digits(r.below(r.pick([3, 8, 20, 40])))}` : "";
  const exponent = r.chance(0.4) ? `${r.pick(["e", "E"])}${r.pick(["", "+", "-"])}${r.chance(0.9) ? r.below(r.pick([5, 30, 330])) : ""}` : "";
  if (r.chance(0.1)) return String(r.next() * 10 ** (r.below(600) - 300));
  if (r.chance(0.05)) {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, r.below(2 ** 32));
    view.setUint32(4, r.below(2 ** 32));
    return String(view.getFloat64(0));
  }
  return (r.chance(0.2) ? "-" : "") + whole + fraction + exponent;
}

/** A document that is right, with jobs that may be anything. */
export function validDocument(r) {
  const document = {
    version: maybe(r, 0.5, () => "1.0"),
    mode: maybe(r, 0.4, () => r.pick(["batch", "stream"])),
    config: maybe(r, 0.6, () => ({
      jobs: maybe(r, 0.4, () => r.pick([1, 2, 256])),
      order: maybe(r, 0.4, () => r.pick(["input", "completion"])),
      timeout_ms: maybe(r, 0.4, () => r.pick([0, 250, 86400000])),
      strict: maybe(r, 0.4, () => r.chance(0.5)),
      timing: maybe(r, 0.4, () => r.chance(0.5)),
      base_dir: maybe(r, 0.4, () => r.pick(["/fonts", "x"])),
      font_cache: maybe(r, 0.4, () => r.pick([2 ** 20, 2 ** 40, 512 * 2 ** 20])),
      max_fonts: maybe(r, 0.4, () => r.pick([1, 512, 1000000])),
    })),
    jobs: Array.from({ length: 1 + r.below(3) }, () => (r.chance(0.8) ? validJob(r) : anyValue(r))),
  };
  return JSON.parse(JSON.stringify(document));
}

/** Changes a document in one place outside its jobs, or the jobs as a whole. */
export function mutateDocument(r, document) {
  const config = document.config !== null && typeof document.config === "object" ? document.config : {};
  const kind = r.below(5);
  if (kind === 0) delete document[r.pick(["jobs", "config", "mode"])];
  else if (kind === 1) document[r.pick(["jobs", "config", "mode", "version", "x", "order"])] = anyValue(r);
  else if (kind === 2)
    document.config = {
      ...config,
      [r.pick(["jobs", "order", "timeout_ms", "strict", "timing", "base_dir", "font_cache", "max_fonts", "out_dir"])]: anyValue(r),
    };
  else if (kind === 3)
    document.config = {
      ...config,
      [r.pick(["jobs", "timeout_ms", "font_cache", "max_fonts"])]: r.pick([
        0,
        1,
        1.5,
        -1,
        256,
        257,
        86400000,
        86400001,
        2 ** 20 - 1,
        2 ** 20,
        2 ** 40,
        2 ** 40 + 1,
        1e6,
        1e6 + 1,
      ]),
    };
  else document.jobs = r.pick([[], [[]], {}, null]);
}

/** A text near the edge of one of the contract's patterns: right ones with a character more, less or another, and counts about their limits. */
export function patternText(r) {
  const repeat = (n, make) => Array.from({ length: n }, make);
  const kind = r.below(5);
  let text = "";
  if (kind === 0) text = repeat(r.pick([1, 2, 3, 15, 16, 17]), () => repeat(r.pick([1, 2, 7, 8, 8, 9]), () => r.pick("azAZ09")).join("")).join("-");
  else if (kind === 1) text = repeat(r.pick([3, 4, 4, 5]), () => r.pick(" ~az09AZ!\x7f\x1f@[`{")).join("");
  else if (kind === 2) text = repeat(r.pick([1, 2, 3, 255, 256, 257]), () => r.pick(FEATURES.slice(0, 15))).join(r.pick([",", ", "]));
  else if (kind === 3) text = r.pick(FEATURES);
  else
    text =
      r.pick(["+", "-", ""]) +
      r.pick(["kern", "a", "ss01", "toolong", "_"]) +
      r.pick(["", "", "[", "[]", `[${r.pick(["", "1", "123456789", "1234567890"])}${r.pick(["", ":", ":7", ":1234567890", "::"])}${r.pick(["]", "]", ""])}`]) +
      r.pick(["", "=", "=on", "=off", "=of", "=1", "=123456789", "=1234567890", "=-1"]);
  if (r.chance(0.4)) {
    const at = r.below(text.length + 1);
    text = text.slice(0, at) + r.pick(["", ",", " ", "-", "é", "\0", "\n", "0", "z", "=", "[", "]", ":", "😀"]) + text.slice(at + r.below(2));
  }
  return text;
}
