// Encoders against what Node brings: base64, hashing, PNG, a PGM's base64, a result line. Interleaved, least of all rounds, ratios.
// `node bench/encode.mjs` needs nothing built; it compiles the encode room by itself. Every result is checked against the peer's first.
import { createHash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { compileEncode, startNative } from "../packages/engine/assembly/encode/testing/compile.mjs";

const ROUNDS = 15;
const WIDTH = 3000;
const HEIGHT = 1200;

const native = await startNative();
const room = new WebAssembly.Instance(await compileEncode(), { env: native }).exports;
const bytes = () => new Uint8Array(native.memory.buffer); // never kept: a growth detaches it
const line = () => Buffer.from(bytes().slice(room.outPtr(), room.outPtr() + room.outLength()));

function onNewLine(put) {
  room.outReset();
  put();
}

/** Least time of each contestant in ms, taken in turns. */
function race(contestants) {
  const least = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of contestants.entries()) {
      const start = performance.now();
      run();
      least[i] = Math.min(least[i], performance.now() - start);
    }
  }
  return least;
}

/** A picture like a glyph: rings with soft edges, ink in 60 % of the rows and a quarter of the columns. */
function picture() {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let y = 200; y < 920; y++) {
    for (let x = 40; x < 800; x++) {
      const r = Math.hypot(x - 400, y - 560);
      const ink = Math.max(0, Math.min(255, Math.round(255 * Math.min(356 - r, r - 210)), 255));
      pixels[y * WIDTH + x] = 255 - ink;
    }
  }
  return pixels;
}

const pixels = picture();
const at = native.malloc(pixels.length);
bytes().set(pixels, at);
const digest = native.malloc(32);
const size = pixels.length;
const pgm = Buffer.concat([Buffer.from(`P5\n${WIDTH} ${HEIGHT}\n255\n`), pixels]);
const filtered = Buffer.alloc((WIDTH + 1) * HEIGHT);
for (let y = 0; y < HEIGHT; y++) filtered.set(pixels.subarray(y * WIDTH, (y + 1) * WIDTH), y * (WIDTH + 1) + 1);
const plain = Buffer.from(pixels);

const cases = [
  {
    name: "base64 of 3.6 MB ÷ Buffer",
    ours: () => onNewLine(() => room.putBase64(at, size)),
    peer: () => plain.toString("base64"),
    same: () => line().toString() === plain.toString("base64"),
  },
  {
    name: "base64 of a 3000×1200 PGM ÷ Buffer",
    ours: () => onNewLine(() => room.putPgmBase64(at, WIDTH, HEIGHT, 204, 916, 255)),
    peer: () => pgm.toString("base64"),
    same: () => line().toString() === pgm.toString("base64"),
  },
  {
    name: "base64 of a 3000×1200 canvas ÷ Buffer",
    ours: () => onNewLine(() => room.putCanvasBase64(at, size, 255)),
    peer: () => plain.toString("base64"),
    same: () => line().toString() === plain.toString("base64"),
  },
  {
    name: "SHA-256 of 3.6 MB ÷ node:crypto",
    ours: () => room.sha256(at, size, digest),
    peer: () => createHash("sha256").update(plain).digest(),
    same: () => Buffer.from(bytes().slice(digest, digest + 32)).equals(createHash("sha256").update(plain).digest()),
  },
  {
    name: "PNG of 3000×1200 ÷ zlib level 6",
    ours: () => onNewLine(() => room.putPngBase64(at, WIDTH, HEIGHT, 204, 916, 255)),
    peer: () => deflateSync(filtered, { level: 6 }),
    same: () => inflateSync(Buffer.from(line().toString(), "base64").subarray(41, -16)).equals(filtered),
    note: () => `size ${((room.outLength() * 0.75) / deflateSync(filtered, { level: 6 }).length).toFixed(2)}`,
  },
];

console.log(`Node ${process.version}, least of ${ROUNDS} rounds`);
for (const { name, ours, peer, same, note } of cases) {
  ours();
  if (!same()) throw new Error(`${name}: the results differ`);
  const [mine, theirs] = race([ours, peer]);
  console.log(
    `${name.padEnd(40)} ${mine.toFixed(3).padStart(8)} ms ÷ ${theirs.toFixed(3).padStart(8)} ms = ${(mine / theirs).toFixed(2)}${note ? `   ${note()}` : ""}`,
  );
}

const LINES = 100_000;
const text = Buffer.from("glyph-0001en");
bytes().set(text, digest);
const record = {
  id: "glyph-0001",
  status: "success",
  rendering: { format: "metrics", encoding: "none", width: WIDTH, height: HEIGHT, actual_bbox: [44, 204, 712, 712] },
};
const [metricsLine, stringify] = race([
  () => {
    for (let i = 0; i < LINES; i++) {
      room.beginSuccess(digest, 10);
      room.beginRendering(4, 3);
      room.endRendering(WIDTH, HEIGHT, 44, 204, 756, 916);
      room.putMetrics(0.0712345 + i * 1e-9, 0.16543, 253_123.456, 44, 204, 756, 916, 400.12345, 559.98765, 572.5, 0);
      room.beginFont(digest, 10, 0);
      room.putCoordinate(0x77676874, 600);
      room.endFont();
      room.putText(0x4c61746e, 4, digest + 10, 2);
      room.putTiming(0.0123, 0.0157, 0.0457);
      room.endLine();
    }
  },
  () => {
    for (let i = 0; i < LINES; i++) {
      JSON.stringify({
        ...record,
        metrics: {
          density: 0.0712345 + i * 1e-9,
          beam: 0.16543,
          bbox: [44, 204, 712, 712],
          ink_area: 253_123.456,
          centroid: [400.12345, 559.98765],
          aspect: 1,
          advance: [572.5, 0],
        },
        font: { path: "glyph-0001", face_index: 0, coordinates: { wght: 600 } },
        text: { script: "Latn", direction: "ltr", language: "en" },
        timing: { shape_ms: 0.0123, render_ms: 0.0157, total_ms: 0.0457 },
      });
    }
  },
]);
const parsed = JSON.parse(line().toString());
if (parsed.metrics.centroid[0] !== 400.12345 || parsed.timing.total_ms !== 0.0457) throw new Error("the metrics line is wrong");
console.log(
  `${"a metrics line ÷ JSON.stringify".padEnd(40)} ${((metricsLine / LINES) * 1e3).toFixed(3).padStart(8)} µs ÷ ${((stringify / LINES) * 1e3).toFixed(3).padStart(8)} µs = ${(metricsLine / stringify).toFixed(2)}`,
);
