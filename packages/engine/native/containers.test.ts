// WOFF and WOFF2: what hfn_decode gives, against fontTools (hashes committed with the script that made them) and
// against the same fonts as plain sfnt; and what it refuses.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, check, decode, fontFile, here, loadNative, type Native, put, tableOf, tablesOf } from "./native.testing.ts";

const expected = JSON.parse(readFileSync(join(here, "expected_tables.json"), "utf8")) as Record<string, Record<string, string>>;

/** As in expected_tables.py: the ten-byte header of every glyph, zeros for a blank one. */
function glyphHeaders(head: Uint8Array, loca: Uint8Array, glyf: Uint8Array): Uint8Array {
  const view = new DataView(loca.buffer, loca.byteOffset, loca.byteLength);
  const long = head[51] === 1;
  const entries = loca.length / (long ? 4 : 2);
  const offset = (i: number) => (long ? view.getUint32(4 * i) : 2 * view.getUint16(2 * i));
  const headers = new Uint8Array(10 * (entries - 1));
  for (let i = 0; i + 1 < entries; i++) {
    if (offset(i + 1) > offset(i)) headers.set(glyf.subarray(offset(i), offset(i) + 10), 10 * i);
  }
  return headers;
}

function hashes(sfnt: Uint8Array, woff2: boolean): Record<string, string> {
  const tables = tablesOf(sfnt);
  const result: Record<string, string> = {};
  for (const [tag, table] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let data = table;
    if (woff2 && tag === "loca") continue;
    if (woff2 && tag === "glyf") {
      data = glyphHeaders(tables.get("head") as Uint8Array, tables.get("loca") as Uint8Array, table);
    }
    if (tag === "head") data = table.slice().fill(0, 8, 12);
    result[tag] = createHash("sha256").update(data).digest("hex");
  }
  return result;
}

/** Every glyph's outline as the kernel's callbacks get it. */
function outlines(native: Native, sfnt: Uint8Array): string {
  const at = put(native, sfnt);
  const blob = call(native, "hb_blob_create", at, sfnt.length, 1, 0, 0);
  const face = call(native, "hb_face_create", blob, 0);
  const font = call(native, "hb_font_create", face);
  const funcs = call(native, "hfn_draw_funcs", 0);
  native.drawn.length = 0;
  for (let glyph = 0; glyph < call(native, "hb_face_get_glyph_count", face); glyph++) {
    native.drawn.push("glyph");
    expect(call(native, "hb_font_draw_glyph_or_fail", font, glyph, funcs, 0)).toBe(1);
  }
  call(native, "hb_font_destroy", font);
  call(native, "hb_face_destroy", face);
  call(native, "hb_blob_destroy", blob);
  call(native, "free", at);
  expect(native.drawn.length).toBeGreaterThan(10_000);
  return createHash("sha256").update(native.drawn.join(" ")).digest("hex");
}

test.each(Object.entries(expected))("%s decodes to the tables that fontTools gives", (path, tables) => {
  const native = loadNative();
  const { status, sfnt } = decode(native, fontFile(path));
  expect(status).toBe(0);
  expect(hashes(sfnt, path.endsWith("2"))).toEqual(tables);
  expect(check(native, sfnt)).toBe("ok");
});

test.each([
  ["TTF/SourceSansPro-Regular.ttf", "WOFF/TTF/SourceSansPro-Regular.ttf.woff", "WOFF2/TTF/SourceSansPro-Regular.ttf.woff2"],
  ["OTF/SourceSansPro-Regular.otf", "WOFF/OTF/SourceSansPro-Regular.otf.woff", "WOFF2/OTF/SourceSansPro-Regular.otf.woff2"],
])("%s draws the same from all three containers", (plain, woff, woff2) => {
  const native = loadNative();
  const wanted = outlines(native, fontFile(`source-sans-pro/${plain}`));
  for (const path of [woff, woff2]) {
    expect(outlines(native, decode(native, fontFile(`source-sans-pro/${path}`)).sfnt), path).toBe(wanted);
  }
});

test("the container is told by the first four bytes", () => {
  const native = loadNative();
  const kind = (text: string) => {
    const at = put(
      native,
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
    );
    return call(native, "hfn_container", at, text.length);
  };
  expect(["\0\x01\0\0", "true", "OTTO", "ttcf", "wOFF", "wOF2", "%PDF", "wOF", ""].map(kind)).toEqual([1, 1, 2, 3, 4, 5, 0, 0, 0]);
});

test("what is not WOFF, or larger than allowed, is refused with its own status", () => {
  const native = loadNative();
  expect(decode(native, fontFile("source-sans-pro/TTF/SourceSansPro-Regular.ttf")).status).toBe(-4);
  for (const path of Object.keys(expected)) {
    const file = fontFile(path);
    const size = decode(native, file).sfnt.length;
    expect(decode(native, file, size).status, path).toBe(0);
    expect(decode(native, file, size - 1).status, path).toBe(-2);
  }
});

test("a small file that promises gigabytes gets no memory for it", () => {
  const native = loadNative();
  const woff = fontFile("source-sans-pro/WOFF/TTF/SourceSansPro-Regular.ttf.woff").slice();
  new DataView(woff.buffer).setUint32(44 + 12, 0x7000_0000); // the first table's original length
  expect(decode(native, woff, 0x7fff_ffff).status).toBe(-1);
  const woff2 = fontFile("source-sans-pro/WOFF2/TTF/SourceSansPro-Regular.ttf.woff2").slice();
  new DataView(woff2.buffer).setUint32(16, 0x7000_0000); // totalSfntSize, a hint
  expect([0, -1]).toContain(decode(native, woff2, 0x7fff_ffff).status);
  expect(native.memory.buffer.byteLength).toBeLessThan(16 << 20);
});

test("the decoded file's directory is in order and its tables are aligned", () => {
  const native = loadNative();
  for (const path of Object.keys(expected)) {
    const { sfnt } = decode(native, fontFile(path));
    const tags = [...tablesOf(sfnt).keys()];
    expect(tags).toEqual([...tags].sort());
    for (const table of tablesOf(sfnt).values()) expect(table.byteOffset % 4).toBe(0);
    expect(tableOf(sfnt, "head")?.length).toBe(54);
  }
});
