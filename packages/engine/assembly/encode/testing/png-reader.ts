// A PNG decoder for 8-bit greyscale, written from the standard (ISO/IEC 15948) and independent of png.ts: chunk order, CRCs, zlib, all five filters.
import { crc32, inflateSync } from "node:zlib";

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** How often each filter type was used. */
  readonly filters: readonly number[];
}

export function readGreyPng(file: Uint8Array): GreyImage {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (Buffer.from(file.subarray(0, 8)).toString("latin1") !== "\x89PNG\r\n\x1a\n") throw new Error("no PNG signature");
  let at = 8;
  const types: string[] = [];
  const data: Uint8Array[] = [];
  let width = 0;
  let height = 0;
  while (at < file.length) {
    const length = view.getUint32(at);
    const type = Buffer.from(file.subarray(at + 4, at + 8)).toString("latin1");
    const body = file.subarray(at + 8, at + 8 + length);
    if (body.length !== length || at + 12 + length > file.length) throw new Error(`${type} is cut short`);
    if (view.getUint32(at + 8 + length) !== crc32(file.subarray(at + 4, at + 8 + length))) throw new Error(`${type} has a wrong CRC`);
    types.push(type);
    if (type === "IHDR") {
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      if (String([...body.subarray(8)]) !== "8,0,0,0,0") throw new Error(`not 8-bit greyscale: ${[...body.subarray(8)]}`);
    }
    if (type === "IDAT") data.push(body);
    at += 12 + length;
  }
  if (types[0] !== "IHDR" || types.at(-1) !== "IEND" || types.slice(1, -1).some((type) => type !== "IDAT")) throw new Error(`chunks: ${types}`);
  const rows = inflateSync(Buffer.concat(data));
  if (rows.length !== (width + 1) * height) throw new Error(`${rows.length} bytes of rows for ${width}×${height}`);
  const pixels = new Uint8Array(width * height);
  const filters = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)] ?? 255;
    if (filter > 4) throw new Error(`row ${y} has filter ${filter}`);
    filters[filter] = (filters[filter] ?? 0) + 1;
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? (pixels[y * width + x - 1] ?? 0) : 0;
      const up = y > 0 ? (pixels[(y - 1) * width + x] ?? 0) : 0;
      const corner = x > 0 && y > 0 ? (pixels[(y - 1) * width + x - 1] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[y * width + x] = (rows[y * (width + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return { width, height, pixels, filters };
}

function paeth(left: number, up: number, corner: number): number {
  const p = left + up - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
