// Writes pictures/: a disc with soft edges, 30 × 30, black on white, as binary PGM and as PNG (stored, not deflated: the same bytes from every zlib).
// usage: node conformance/render/pictures.mjs
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const SIDE = 30;
const pixels = Buffer.from(
  Array.from({ length: SIDE * SIDE }, (_, i) => {
    const fromEdge = Math.hypot((i % SIDE) + 0.5 - SIDE / 2, Math.floor(i / SIDE) + 0.5 - SIDE / 2) - 11;
    return Math.round(255 * Math.min(1, Math.max(0, fromEdge + 0.5)));
  }),
);
const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
};
const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 0, 0, 0, 0]);
const rows = Buffer.concat(Array.from({ length: SIDE }, (_, y) => Buffer.concat([Buffer.alloc(1), pixels.subarray(y * SIDE, (y + 1) * SIDE)])));
const write = (name, parts) => writeFileSync(new URL(`pictures/${name}`, import.meta.url), Buffer.concat(parts));
write("disc.pgm", [Buffer.from(`P5\n${SIDE} ${SIDE}\n255\n`), pixels]);
write("disc.png", [
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  chunk("IHDR", header),
  chunk("IDAT", deflateSync(rows, { level: 0 })),
  chunk("IEND", Buffer.alloc(0)),
]);
