// Drawing through the imported callbacks: both sets get the same outline, and what hb_font_draw_glyph_or_fail answers
// for blank, absent and damaged glyphs, which the kernel relies on.
import { expect, test } from "vitest";
import { call, fontFile, loadNative, type Native, put, tablesOf } from "./native.testing.ts";

const TTF = "source-sans-pro/TTF/SourceSansPro-Regular.ttf";

function open(native: Native, file: Uint8Array): (glyph: number, kind: number) => { answer: number; drawn: (string | number)[] } {
  const blob = call(native, "hb_blob_create", put(native, file), file.length, 1, 0, 0);
  const font = call(native, "hb_font_create", call(native, "hb_face_create", blob, 0));
  const out = call(native, "malloc", 4);
  const kinds = [0, 1].map((kind) => call(native, "hfn_draw_funcs", kind));
  return (glyph, kind) => {
    // a code point of the font, so that the test does not depend on glyph numbers
    if (glyph > 0) call(native, "hb_font_get_nominal_glyph", font, glyph, out);
    const id = glyph > 0 ? new DataView(native.memory.buffer).getUint32(out, true) : -glyph;
    native.drawn.length = 0;
    const answer = call(native, "hb_font_draw_glyph_or_fail", font, id, kinds[kind] as number, 0);
    return { answer, drawn: [...native.drawn] };
  };
}

test("both kinds of callbacks get the same outline", () => {
  const draw = open(loadNative(), fontFile(TTF));
  const raster = draw(0x41, 0).drawn; // A
  const svg = draw(0x41, 1).drawn;
  expect(raster[0]).toBe("moveTo");
  expect(raster.at(-1)).toBe("close");
  expect(raster.filter((v) => v === "moveTo")).toHaveLength(2); // the letter and its counter
  const named = raster.map((v) => (typeof v === "string" ? `svg${v[0]?.toUpperCase()}${v.slice(1)}` : v));
  expect(svg).toEqual(named);
});

test("CFF outlines come as cubics", () => {
  const { answer, drawn } = open(loadNative(), fontFile("source-sans-pro/OTF/SourceSansPro-Regular.otf"))(0x6f, 0); // o
  expect(answer).toBe(1);
  expect(drawn).toContain("cubicTo");
  expect(drawn).not.toContain("quadTo");
});

test("a kind that is not there gets no callbacks", () => {
  expect(call(loadNative(), "hfn_draw_funcs", 2)).toBe(0);
});

test("a blank glyph is drawn, with nothing; one that the font lacks fails", () => {
  const draw = open(loadNative(), fontFile(TTF));
  expect(draw(0x20, 0)).toEqual({ answer: 1, drawn: [] });
  expect(draw(-60000, 0)).toEqual({ answer: 0, drawn: [] });
});

test("a simple glyph whose data ends early fails before anything is drawn", () => {
  const file = fontFile(TTF).slice();
  const tables = tablesOf(file);
  const glyf = tables.get("glyf") as Uint8Array;
  // every glyph's data but its header reads 0xff: end points and flags that promise more than there is
  const loca = tables.get("loca") as Uint8Array;
  const view = new DataView(loca.buffer, loca.byteOffset, loca.length);
  for (let i = 0; 2 * i + 4 <= loca.length; i++) {
    const [start, end] = [2 * view.getUint16(2 * i), 2 * view.getUint16(2 * i + 2)];
    if (end > start + 10) glyf.fill(0xff, start + 10, end);
  }
  const draw = open(loadNative(), file);
  expect(draw(0x41, 0)).toEqual({ answer: 0, drawn: [] });
});
