// Runs a file of cases with the TypeScript library, in the form that every host's runner has (conformance/README.md).
// usage: node conformance/render/hosts/typescript.mjs jobs|calls FILE    (in the repository's root; answers to stdout, a line each)
import { readFileSync } from "node:fs";
import { createSession, createShaping, HaforuError } from "haforu";

const session = createSession({ timing: false });
const shaping = createShaping();

/** FNV-1a of 64 bits: what a picture is told by. */
function fnv(bytes) {
  let [low, high] = [0x84222325, 0xcbf29ce4];
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    // × (2⁴⁰ + 0x1b3), in halves of 32 bits.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

const double = new DataView(new ArrayBuffer(8));
/** A number as the sixteen digits of its bits, the sign's first: the same from every language. */
function bits(value) {
  if (value === null) return "none";
  double.setFloat64(0, value);
  return double.getBigUint64(0).toString(16).padStart(16, "0");
}

const utf8 = (hex) => Buffer.from(hex, "hex").toString("utf8");
const given = (name, value) => (value === "" ? {} : { [name]: value });
const coords = (list) =>
  Object.fromEntries(
    list
      .split(";")
      .filter(Boolean)
      .map((item) => [item.slice(0, 4), Number(item.slice(5))]),
  );

function font(path, face, at) {
  return { font: path, faceIndex: Number(face), ...given("variations", at === "" ? "" : coords(at)) };
}

function textOf([path, face, at, features, script, direction, language, content]) {
  const settings = { ...given("features", features), ...given("script", script), ...given("direction", direction), ...given("language", language) };
  return { ...font(path, face, at), ...settings, text: utf8(content) };
}

function placeOf([size, width, height, origin]) {
  return { size: Number(size), width: Number(width), height: Number(height), ...given("origin", origin === "" ? "" : origin.split(",").map(Number)) };
}

function picture(path, content, size, at, width, height) {
  const request = {
    font: path,
    text: utf8(content),
    size: Number(size),
    width: Number(width),
    height: Number(height),
    ...given("variations", at === "" ? "" : coords(at)),
  };
  const data = session.renderToBytes(request).slice();
  return { width: request.width, height: request.height, data };
}

function record(ids, clusters, xAdvances, yAdvances, xOffsets, yOffsets, flags) {
  return Array.from(ids, (id, i) => [id, clusters[i], xAdvances[i], yAdvances[i], xOffsets[i], yOffsets[i], flags[i]].join(",")).join(" ");
}

const EVENTS = {
  features: (features) => ({ push: "features", features }),
  language: (language) => ({ push: "language", language }),
  script: (script) => ({ push: "script", script }),
  direction: (direction) => ({ push: "direction", direction }),
};

function inputOf(piece) {
  if (piece.startsWith("-")) return { pop: piece.slice(1) };
  if (!piece.startsWith("+")) return Buffer.from(piece, "hex");
  const [kind, ...value] = piece.slice(1).split(":");
  return EVENTS[kind](value.join(":"));
}

const CALLS = {
  render: (fields) => fnv(session.renderToBytes({ ...textOf(fields), ...placeOf(fields.slice(8)), invert: fields[12] === "1" })),
  metrics: (fields) => {
    const m = session.metrics({ ...textOf(fields), ...placeOf(fields.slice(8)) });
    const [x, y] = m.centroid ?? [null, null];
    return [m.density, m.beam, ...m.bbox, m.ink_area, x, y, m.aspect, ...m.advance, ...m.clipped].map(bits).join(" ");
  },
  shape: (fields) =>
    session
      .shape(textOf(fields))
      .map((g) => [g.id, g.cluster, g.xAdvance, g.yAdvance, g.xOffset, g.yOffset].join(","))
      .join(" "),
  stream: ([path, face, at, features, script, direction, language, high, low, most, flags, pieces = ""]) => {
    const flushes = [];
    const options = {
      ...given("features", features),
      ...given("script", script),
      ...given("direction", direction),
      ...given("language", language),
      ...given("highWatermark", high === "" ? "" : Number(high)),
      ...given("lowWatermark", low === "" ? "" : Number(low)),
      ...given("maxBuffer", most === "" ? "" : Number(most)),
      itemise: flags.includes("i"),
      flushMode: flags.includes("c") ? "cluster" : "run",
      order: flags.includes("l") ? "logical" : "visual",
    };
    const shaper = shaping.createShaper(font(path, face, at), {
      ...options,
      sink: (f) => {
        const head = `${f.start}-${f.end} ${f.run}${f.forced ? " forced" : ""}`;
        flushes.push([head, record(f.ids, f.clusters, f.xAdvances, f.yAdvances, f.xOffsets, f.yOffsets, f.flags), ...f.warnings.map((w) => w.code)].join(" "));
      },
    });
    for (const piece of pieces.split(" ").filter(Boolean)) shaper.push(inputOf(piece));
    shaper.end();
    return flushes.join(" | ");
  },
  compare: ([path, content, size, atA, widthA, heightA, atB, widthB, heightB, mode, reach]) => {
    const [a, b] = [picture(path, content, size, atA, widthA, heightA), picture(path, content, size, atB, widthB, heightB)];
    const c = session.alignAndCompare(a, b, { mode, reach: Number(reach) });
    return [c.width, c.height, ...c.shift, ...[c.pixel_delta, c.pixel_delta_center, c.rmse, c.ssim, c.iou].map(bits)].join(" ");
  },
  resize: ([path, content, size, width, height, toWidth, toHeight]) =>
    fnv(session.resizeBilinear(picture(path, content, size, "", width, height), Number(toWidth), Number(toHeight)).data),
  match: ([path, content, size, width, height, at, axes, objective, budget]) => {
    const image = picture(path, content, size, at, width, height);
    const named = axes.split(";").filter(Boolean);
    const moved = Object.fromEntries(
      named.map((item) => {
        const [min, max] = item.slice(5).split(":");
        return [item.slice(0, 4), max === undefined ? {} : { min: Number(min), max: Number(max) }];
      }),
    );
    const request = {
      font: path,
      size: Number(size),
      targets: [{ text: utf8(content), image }],
      objective,
      budget: Number(budget),
      ...(named.length > 0 && { axes: moved }),
    };
    const found = session.match(request);
    const coordinates = Object.entries(found.coordinates).map(([tag, value]) => `${tag}=${bits(value)}`);
    return [bits(found.score), found.evaluations, found.renders, found.stopped, ...coordinates].join(" ");
  },
};

const [kind, path] = process.argv.slice(2);
const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);

/** A call that is refused answers with its code. */
function call(line) {
  const [name, ...fields] = line.split("\t");
  try {
    return CALLS[name](fields);
  } catch (error) {
    if (!(error instanceof HaforuError)) throw error;
    return `error ${error.code}`;
  }
}

const answer = kind === "jobs" ? (line) => session.renderLine(line) : call;
process.stdout.write(lines.map((line) => `${answer(line)}\n`).join(""));
