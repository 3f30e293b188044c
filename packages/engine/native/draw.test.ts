// Drawing through the imported callbacks: both sets get the same outline, and what hb_font_draw_glyph_or_fail answers
// for blank, absent and damaged glyphs, which the kernel relies on.
import { expect, test } from "vitest";
import { builtFont, call, fontFile, loadNative, type Native, put, tablesOf } from "./native.testing.ts";

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

/** A linear congruential generator (Numerical Recipes), below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Where the flags of simple glyph `id` stand in a font's 'glyf', one address a stored byte (repeats once); nothing for other glyphs. */
function flagsOf(tables: Map<string, Uint8Array>, id: number): number[] {
  const [head, loca, glyf] = ["head", "loca", "glyf"].map((tag) => {
    const table = tables.get(tag) as Uint8Array;
    return new DataView(table.buffer, table.byteOffset, table.length);
  }) as [DataView, DataView, DataView];
  const offset = (i: number) => (head.getInt16(50) ? loca.getUint32(4 * i) : 2 * loca.getUint16(2 * i));
  const [start, end] = [offset(id), offset(id + 1)];
  const contours = end > start ? glyf.getInt16(start) : 0;
  if (contours <= 0) return [];
  const points = glyf.getUint16(start + 10 + 2 * (contours - 1)) + 1;
  let at = start + 10 + 2 * contours;
  at += 2 + glyf.getUint16(at);
  const found: number[] = [];
  for (let point = 0; point < points; ) {
    found.push(at);
    const flag = glyf.getUint8(at++);
    point += flag & 8 ? 1 + glyf.getUint8(at++) : 1;
  }
  return found;
}

// The SVG writer's callbacks get what HarfBuzz's own path builder says, so they are the reference here.
test.each([1, 2, 3])("outlines of any sequence of points on and off the curve reach the rasteriser as HarfBuzz's path builder says (seed %i)", (seed) => {
  const next = generator(seed);
  const file = fontFile(TTF).slice();
  const tables = tablesOf(file);
  const glyf = tables.get("glyf") as Uint8Array;
  const glyphs = 1500;
  for (let id = 0; id < glyphs; id++) {
    // from hardly any point on the curve to nearly all
    const share = next(11);
    for (const at of flagsOf(tables, id)) glyf[at] = ((glyf[at] as number) & 0xfe) | (next(10) < share ? 1 : 0);
  }
  const draw = open(loadNative(), file);
  let curves = 0;
  for (let id = 1; id < glyphs; id++) {
    const { answer, drawn } = draw(-id, 0);
    const reference = draw(-id, 1);
    expect(answer).toBe(reference.answer);
    expect(drawn.map((v) => (typeof v === "string" ? `svg${v[0]?.toUpperCase()}${v.slice(1)}` : v))).toEqual(reference.drawn);
    curves += drawn.filter((v) => v === "quadTo").length;
  }
  expect(curves).toBeGreaterThan(10_000);
});

test("a contour of one point, on the curve or off it, is drawn as HarfBuzz's path builder says", () => {
  for (const onCurve of [0, 1]) {
    const file = fontFile(TTF).slice();
    const tables = tablesOf(file);
    const loca = tables.get("loca") as Uint8Array;
    const view = new DataView(loca.buffer, loca.byteOffset, loca.length);
    expect((tables.get("head") as Uint8Array)[51]).toBe(0); // short offsets
    // one contour, one point at (100, 50), no instructions: flags say that both coordinates are positive bytes
    const glyph = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x36 | onCurve, 100, 50, 0];
    const id = Array.from({ length: 100 }, (_, i) => i).find((i) => i > 0 && 2 * (view.getUint16(2 * i + 2) - view.getUint16(2 * i)) > glyph.length) as number;
    (tables.get("glyf") as Uint8Array).set(glyph, 2 * view.getUint16(2 * id));
    const { drawn } = open(loadNative(), file)(-id, 0);
    const { drawn: reference } = open(loadNative(), file)(-id, 1);
    expect(drawn.map((v) => (typeof v === "string" ? `svg${v[0]?.toUpperCase()}${v.slice(1)}` : v))).toEqual(reference);
    expect(drawn.filter((v) => typeof v === "string")).toEqual(onCurve ? ["moveTo", "lineTo", "close"] : ["moveTo", "quadTo", "close"]);
  }
});

test("outlines at other coordinates are those of HarfBuzz's path builder", () => {
  const native = loadNative();
  const file = builtFont("switch.ttf");
  const blob = call(native, "hb_blob_create", put(native, file), file.length, 1, 0, 0);
  const face = call(native, "hb_face_create", blob, 0);
  const font = call(native, "hb_font_create", face);
  const coords = call(native, "malloc", 64);
  new Float32Array(native.memory.buffer, coords, 1).set([900]);
  call(native, "hb_font_set_var_coords_design", font, coords, 1);
  const [raster, svg] = [0, 1].map((kind) => call(native, "hfn_draw_funcs", kind)) as [number, number];
  for (let id = 0; id < call(native, "hb_face_get_glyph_count", face); id++) {
    native.drawn.length = 0;
    call(native, "hb_font_draw_glyph_or_fail", font, id, raster, 0);
    const drawn = native.drawn.map((v) => (typeof v === "string" ? `svg${v[0]?.toUpperCase()}${v.slice(1)}` : v));
    native.drawn.length = 0;
    call(native, "hb_font_draw_glyph_or_fail", font, id, svg, 0);
    expect(drawn).toEqual(native.drawn);
  }
});
