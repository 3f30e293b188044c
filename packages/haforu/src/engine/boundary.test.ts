// The boundary to the real engine: handles that are stale, foreign or of another kind are errors and leave it well,
// and a module of another kind is told from haforu.wasm.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { Engine, errorStatus, packTag, type TextSpec } from "./boundary.ts";
import { HaforuError } from "./errors.ts";
import { engineModule } from "./load.ts";

const FONT = readFileSync(fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf")));
const SPEC: TextSpec = { text: "Ag", scriptTag: 0, direction: 0, language: "", features: "" };

let engine: Engine;
beforeEach(() => {
  engine = new Engine(engineModule());
});

function addFont(): number {
  const pointer = engine.allocateFont(FONT.length);
  engine.view(pointer, FONT.length).set(FONT);
  return engine.createFont(pointer, FONT.length, 0);
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof HaforuError) return error.code;
    throw error;
  }
  return "no error";
}

/** The sum of a picture, to see that the engine still draws. */
function draw(): number {
  const instance = engine.createInstance(addFont(), undefined, "");
  const canvas = engine.createCanvas(60, 40, false);
  engine.place(30, 60, 40, undefined);
  engine.render(instance, SPEC, canvas);
  return engine.pixels(canvas, 60, 40).reduce((sum, pixel) => sum + pixel, 0);
}

test("a released handle is stale, also when its slot is used again", () => {
  const sum = draw();
  const font = addFont();
  const instance = engine.createInstance(font, undefined, "");
  engine.releaseInstance(instance);
  engine.releaseFont(font);
  expect(codeOf(() => engine.shape(instance, SPEC))).toBe("invalid_handle");
  expect(codeOf(() => engine.createInstance(font, undefined, ""))).toBe("invalid_handle");
  addFont();
  expect(codeOf(() => engine.createInstance(font, undefined, ""))).toBe("invalid_handle");
  expect(draw()).toBe(sum);
});

test("an instance outlives the handle of its font", () => {
  const font = addFont();
  const instance = engine.createInstance(font, undefined, "");
  const glyphs = engine.shape(instance, SPEC);
  engine.releaseFont(font);
  expect(engine.shape(instance, SPEC)).toEqual(glyphs);
});

test("a handle of another kind, of another engine or of nothing is invalid", () => {
  const font = addFont();
  const canvas = engine.createCanvas(60, 40, false);
  const foreign = new Engine(engineModule());
  for (const handle of [font, canvas, 0, 1, -1, 0xffff_ffff, 0x7fff_ffff]) {
    expect(codeOf(() => engine.shape(handle, SPEC))).toBe("invalid_handle");
    expect(codeOf(() => foreign.createInstance(handle, undefined, ""))).toBe("invalid_handle");
  }
});

test("a canvas is blank before it is drawn on, keeps its picture while others are drawn, and goes when released", () => {
  const canvas = engine.createCanvas(60, 40, false);
  const inverted = engine.createCanvas(60, 40, true);
  const instance = engine.createInstance(addFont(), undefined, "");
  engine.place(30, 60, 40, undefined);
  expect(engine.pixels(canvas, 60, 40).every((pixel) => pixel === 255)).toBe(true);
  engine.render(instance, SPEC, canvas);
  const picture = engine.pixels(canvas, 60, 40).slice();
  engine.render(instance, SPEC, inverted);
  expect(engine.pixels(inverted, 60, 40)).toEqual(picture.map((pixel) => 255 - pixel));
  expect(engine.pixels(canvas, 60, 40)).toEqual(picture);
  engine.releaseCanvas(canvas);
  expect(codeOf(() => engine.pixels(canvas, 60, 40))).toBe("invalid_handle");
  expect(codeOf(() => engine.render(instance, SPEC, canvas))).toBe("invalid_handle");
});

test("glyphs come with advances and offsets that may be negative", () => {
  const instance = engine.createInstance(addFont(), undefined, "");
  const marks = engine.shape(instance, { ...SPEC, text: "a\u0301\u0323" });
  expect(marks.some((glyph) => glyph.xOffset < 0)).toBe(true);
  expect(marks.every((glyph) => glyph.id < 65_536 && glyph.cluster < 3)).toBe(true);
});

test("a module that is not haforu.wasm is refused by what it is", () => {
  // The smallest module there is: a header.
  const empty = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  expect(codeOf(() => new Engine(empty))).toBe("unsupported");
});

test("tags are packed as HarfBuzz packs them", () => {
  expect(packTag("wght")).toBe(0x77676874);
  expect(packTag("a")).toBe(0x61202020);
  expect(packTag("")).toBe(0);
  expect(errorStatus("invalid_json")).toBe(-1);
});
