// Collections: a WOFF2 collection is written here, by the specification's words and Node's own brotli, from two fonts that
// share tables; what hfn_decode makes of it is held against those fonts, table by table. And the check of each face.
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { call, check, decode, fontFile, loadNative, put, tablesOf } from "./native.testing.ts";

const ARBITRARY_TAG = 63;
const NULL_TRANSFORM_OF_GLYF = 3; // of 'glyf' and 'loca'; for other tables 0 says the same (WOFF2 §4.1)

const uint16 = (v: number) => [(v >> 8) & 0xff, v & 0xff];
const uint32 = (v: number) => [...uint16(v >>> 16), ...uint16(v & 0xffff)];
/** UIntBase128: seven bits a byte, the highest first. */
const base128 = (v: number): number[] => {
  const bytes = [v & 0x7f];
  for (let rest = v >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
};
const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0));

/** A WOFF2 collection of these faces; equal tables are stored once. 'loca' follows its 'glyf', as the format demands. */
function writeCollection(faces: Map<string, Uint8Array>[]): Uint8Array {
  const stored: { tag: string; data: Uint8Array }[] = [];
  const indices = faces.map((face) => {
    const index = new Map<string, number>();
    const order = ["glyf", "loca", ...[...face.keys()].filter((tag) => tag !== "glyf" && tag !== "loca")];
    for (const tag of order) {
      const data = face.get(tag) as Uint8Array;
      const same = stored.findIndex((t) => t.tag === tag && Buffer.compare(t.data, data) === 0);
      index.set(tag, same >= 0 && tag !== "loca" ? same : stored.push({ tag, data }) - 1);
    }
    return [...face.keys()].map((tag) => index.get(tag) as number);
  });
  const directory = stored.flatMap(({ tag, data }) => {
    const transform = tag === "glyf" || tag === "loca" ? NULL_TRANSFORM_OF_GLYF : 0;
    return [ARBITRARY_TAG | (transform << 6), ...ascii(tag), ...base128(data.length)];
  });
  // counts and indices below 253 are one byte as 255UInt16
  const collection = [...uint32(0x0001_0000), faces.length, ...indices.flatMap((list) => [list.length, ...uint32(0x0001_0000), ...list])];
  const stream = brotliCompressSync(Buffer.concat(stored.map(({ data }) => data)));
  const size = 48 + directory.length + collection.length + stream.length;
  const padded = (size + 3) & ~3;
  const total = stored.reduce((sum, { data }) => sum + ((data.length + 3) & ~3), 12 + 8 * faces.length);
  const header = [...ascii("wOF2ttcf"), ...uint32(padded), ...uint16(stored.length), ...uint16(0), ...uint32(total), ...uint32(stream.length), ...uint32(0)];
  const file = new Uint8Array(padded);
  file.set([...header, ...new Array(20).fill(0), ...directory, ...collection]);
  file.set(stream, 48 + directory.length + collection.length);
  return file;
}

/** The tables of one face of a 'ttcf' file. */
function faceTables(file: Uint8Array, face: number): Map<string, Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const at = view.getUint32(12 + 4 * face);
  const tables = new Map<string, Uint8Array>();
  for (let i = 0; i < view.getUint16(at + 4); i++) {
    const record = at + 12 + 16 * i;
    const offset = view.getUint32(record + 8);
    tables.set(String.fromCharCode(...file.subarray(record, record + 4)), file.subarray(offset, offset + view.getUint32(record + 12)));
  }
  return tables;
}

const faces = ["Regular", "Bold"].map((style) => tablesOf(fontFile(`source-sans-pro/TTF/SourceSansPro-${style}.ttf`)));
const file = writeCollection(faces);

test("a WOFF2 collection decodes to a collection with the same tables", () => {
  const native = loadNative();
  const { status, sfnt } = decode(native, file);
  expect(status).toBe(0);
  const at = put(native, sfnt);
  expect(call(native, "hfn_container", at, sfnt.length)).toBe(3);
  expect(call(native, "hb_face_count", call(native, "hb_blob_create", at, sfnt.length, 1, 0, 0))).toBe(2);
  for (const [index, tables] of faces.entries()) {
    const decoded = faceTables(sfnt, index);
    expect([...decoded.keys()].sort()).toEqual([...tables.keys()].sort());
    for (const [tag, data] of tables) {
      // WOFF2 §5: a decoder writes its own checkSumAdjustment and flags bit 11
      const without = (head: Uint8Array) => head.slice().fill(0, 8, 12).fill(0, 16, 18);
      const [got, wanted] = tag === "head" ? [without(decoded.get(tag) as Uint8Array), without(data)] : [decoded.get(tag), data];
      expect(Buffer.compare(got as Uint8Array, wanted), `face ${index}, ${tag}`).toBe(0);
    }
    expect(check(native, sfnt, index)).toBe("ok");
  }
  expect(check(native, sfnt, 2)).toBe("2"); // no such face
});

test("a collection cut short is refused, as WOFF2 and as decoded", () => {
  const native = loadNative();
  const { sfnt } = decode(native, file);
  for (let part = 0; part < 50; part++) {
    expect(decode(native, file.subarray(0, Math.floor((file.length * part) / 50))).status).toBeLessThan(0);
    const cut = sfnt.subarray(0, Math.floor((sfnt.length * part) / 50));
    expect([check(native, cut, 0), check(native, cut, 1)]).not.toEqual(["ok", "ok"]);
  }
  expect(decode(native, file, sfnt.length - 1).status).toBe(-2);
});
