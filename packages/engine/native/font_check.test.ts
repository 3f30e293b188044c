// What hfn_font_check refuses and why: each case damages one thing in a sound font, and names the table and the reason
// (the numbers of shim/check.h).
import { expect, test } from "vitest";
import { check, fontFile, loadNative, tablesOf } from "./native.testing.ts";

const [NO_DIRECTORY, NO_FACE, CUT_SHORT, MISSING, MALFORMED, WRONG_COUNT, WRONG_ORDER, GLYPH_CUT] = [1, 2, 3, 4, 5, 6, 7, 8];
const TTF = "source-sans-pro/TTF/SourceSansPro-Regular.ttf";
const VAR = "source-sans-pro/VAR/SourceSansVariable-Roman.ttf";
const OTF = "source-sans-pro/OTF/SourceSansPro-Regular.otf";
const CFF2 = "source-sans-pro/VAR/SourceSansVariable-Roman.otf";

const native = loadNative();

/** The check's answer after `change` has had a copy of the font: the file, and one table of it with its view. */
function after(path: string, tag: string, change: (view: DataView, table: Uint8Array, file: Uint8Array) => void): string {
  const file = fontFile(path).slice();
  const table = tablesOf(file).get(tag);
  if (table === undefined) throw new Error(`${path} has no ${tag}`);
  change(new DataView(table.buffer, table.byteOffset, table.length), table, file);
  return check(native, file);
}

/** Where a table's record is in the directory. */
function recordOf(file: Uint8Array, tag: string): number {
  return 12 + 16 * [...tablesOf(file).keys()].indexOf(tag);
}

/** Byte offset in 'glyf' of the first glyph for which `wanted` holds (by its number of contours). */
function glyphAt(file: Uint8Array, wanted: (contours: number) => boolean): number {
  const tables = tablesOf(file);
  const [loca, glyf] = [tables.get("loca"), tables.get("glyf")].map((t) => new DataView((t as Uint8Array).buffer, t?.byteOffset, t?.length)) as [
    DataView,
    DataView,
  ];
  const long = tables.get("head")?.[51] === 1;
  const offset = (i: number) => (long ? loca.getUint32(4 * i) : 2 * loca.getUint16(2 * i));
  for (let i = 0; ; i++) if (offset(i + 1) > offset(i) && wanted(glyf.getInt16(offset(i)))) return offset(i);
}

test.each([TTF, VAR, OTF, CFF2])("%s is sound", (path) => {
  expect(check(native, fontFile(path))).toBe("ok");
});

test("the file as a whole", () => {
  const file = fontFile(TTF);
  expect(check(native, file.subarray(0, 11))).toBe(`${NO_DIRECTORY}`);
  expect(check(native, file.subarray(0, 100))).toBe(`${NO_DIRECTORY}`);
  expect(check(native, new Uint8Array())).toBe(`${NO_DIRECTORY}`);
  expect(check(native, file, 1)).toBe(`${NO_FACE}`);
});

test("a table beyond the end of the file", () => {
  const result = after(TTF, "GPOS", (_view, _table, file) => {
    new DataView(file.buffer).setUint32(recordOf(file, "GPOS") + 12, 0xffff_ffff);
  });
  expect(result).toBe(`GPOS ${CUT_SHORT}`);
});

test.each(["head", "maxp", "cmap", "hhea", "hmtx", "loca"])("no %s", (tag) => {
  const result = after(TTF, tag, (_view, _table, file) => {
    file[recordOf(file, tag)] = 0x7a; // 'zead'
  });
  expect(result).toBe(`${tag} ${MISSING}`);
});

test("no outlines at all", () => {
  const result = after(OTF, "CFF ", (_view, _table, file) => {
    file[recordOf(file, "CFF ")] = 0x7a;
  });
  expect(result).toBe(`glyf ${MISSING}`);
});

test.each(["head", "cmap", "GSUB", "GPOS", "GDEF", "name"])("%s cut to two bytes by its record", (tag) => {
  const result = after(TTF, tag, (_view, _table, file) => {
    new DataView(file.buffer).setUint32(recordOf(file, tag) + 12, 2);
  });
  expect(result).toBe(`${tag} ${MALFORMED}`);
});

test.each(["fvar", "gvar", "HVAR", "avar"])("%s of an unknown version", (tag) => {
  expect(after(VAR, tag, (view) => view.setUint16(0, 9))).toBe(`${tag} ${MALFORMED}`);
});

test("more long metrics than the table holds", () => {
  expect(after(TTF, "hhea", (view) => view.setUint16(34, 0xffff))).toBe(`hmtx ${WRONG_COUNT}`);
  expect(after(TTF, "hhea", (view) => view.setUint16(34, 0))).toBe(`hhea ${WRONG_COUNT}`);
});

test("more glyphs than outlines", () => {
  expect(after(TTF, "maxp", (view) => view.setUint16(4, view.getUint16(4) + 9))).toBe(`loca ${WRONG_COUNT}`);
  expect(after(OTF, "maxp", (view) => view.setUint16(4, view.getUint16(4) + 9))).toBe(`CFF  ${MALFORMED}`.trim());
  expect(after(CFF2, "maxp", (view) => view.setUint16(4, view.getUint16(4) + 9))).not.toBe("ok");
  expect(after(TTF, "maxp", (view) => view.setUint16(4, 0))).not.toBe("ok");
});

test("outline offsets that go back", () => {
  expect(after(TTF, "loca", (view) => view.setUint16(200, 0xffff))).toBe(`loca ${WRONG_ORDER}`);
  expect(after(VAR, "gvar", (view) => view.setUint16(20 + 200, 0xffff))).toBe(`gvar ${WRONG_ORDER}`);
});

test("a simple glyph that promises more contours, points or instructions than it has", () => {
  const at = glyphAt(fontFile(TTF), (contours) => contours === 2);
  expect(after(TTF, "glyf", (view) => view.setInt16(at, 30000))).toBe(`glyf ${GLYPH_CUT}`);
  expect(after(TTF, "glyf", (view) => view.setUint16(at + 12, 0xffff))).toBe(`glyf ${GLYPH_CUT}`);
  expect(after(TTF, "glyf", (view) => view.setUint16(at + 14, 0xffff))).toBe(`glyf ${GLYPH_CUT}`);
  expect(after(TTF, "glyf", (view) => view.setUint16(at + 10, 0xff00))).toBe(`glyf ${GLYPH_CUT}`);
});

test("a composite glyph that names no glyph, or goes on beyond its end", () => {
  const at = glyphAt(fontFile(TTF), (contours) => contours < 0);
  expect(after(TTF, "glyf", (view) => view.setUint16(at + 12, 0xffff))).toBe(`glyf ${GLYPH_CUT}`);
});

test("damage in a table that decides nothing here costs nothing", () => {
  const result = after(TTF, "post", (_view, table) => table.fill(0xff));
  expect(result).toBe("ok");
});
