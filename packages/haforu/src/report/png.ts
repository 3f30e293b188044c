// 8-bit grey pixels to a PNG file (PNG specification, third edition), for pictures that come as PGM or raw.
// Filter 2 (up): neighbouring rows of text are alike, which zlib then turns into long matches.

import { crc32, deflateSync } from "node:zlib";
import type { GreyPicture } from "./pgm.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const FILTER_UP = 2;
/** Beyond 6 zlib takes several times as long for a few per cent on such pictures. */
const LEVEL = 6;

export function encodeGreyPng(picture: GreyPicture): Uint8Array {
  const { width, height, pixels } = picture;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits a sample; colour type 0 (grey), deflate, adaptive filters, no interlace
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(filtered(width, height, pixels), { level: LEVEL })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function filtered(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = y * (width + 1);
    rows[to] = FILTER_UP;
    for (let x = 0; x < width; x++) {
      const above = y === 0 ? 0 : (pixels[from - width + x] as number);
      rows[to + 1 + x] = (pixels[from + x] as number) - above;
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
