// What the engine tells of a face against what fontTools reads (test/compare/make.py wrote expected.json), and against a font's own bytes.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { Engine } from "../../dist/engine/boundary.js";
import { engineModule } from "../../dist/engine/load.js";
import { NOTO_SANS, ROOT } from "../../test/haforu.ts";
import { cmapRanges } from "./cmap-ranges.ts";
import { nameRecords } from "./name-records.ts";
import { outlineMovement } from "./outlines.ts";

interface Facts {
  readonly names: readonly string[];
  readonly characters: Readonly<Record<string, string>>;
  readonly advances: Readonly<Record<string, number>>;
  readonly bounds: Readonly<Record<string, readonly number[] | null>>;
  readonly tables: Readonly<Record<string, number>>;
  readonly records: readonly (readonly [number, number, number, number, string])[];
}

const EXPECTED = JSON.parse(readFileSync(`${ROOT}test/compare/expected.json`, "utf8")) as Readonly<Record<string, Facts>>;
const engine = new Engine(engineModule());
const open: [number, number][] = [];

afterEach(() => {
  for (const [font, instance] of open.splice(0)) {
    engine.releaseInstance(instance);
    engine.releaseFont(font);
  }
});

function opened(path: string, variations: Record<string, number> = {}): { font: number; instance: number } {
  const bytes = readFileSync(path);
  const data = engine.allocateFont(bytes.length);
  engine.view(data, bytes.length).set(bytes);
  const font = engine.createFont(data, bytes.length, 0);
  const instance = engine.createInstance(font, variations, "");
  open.push([font, instance]);
  return { font, instance };
}

test.each([
  ["base.ttf", "base.ttf", {}],
  ["variable.ttf at wght=900", "variable.ttf", { wght: 900 }],
] as const)("%s: names, characters, advances and bounds are fontTools'", (key, file, variations) => {
  const { names, characters, advances, bounds } = EXPECTED[key] as Facts;
  const { instance } = opened(`${ROOT}test/compare/fonts/${file}`, variations);
  expect(engine.glyphNames(instance)).toEqual(names);
  const glyphs = engine.nominalGlyphs(instance, 0, 0x110000);
  const found = Object.fromEntries([...glyphs.entries()].filter(([, glyph]) => glyph !== 0).map(([code, glyph]) => [String(code), names[glyph]]));
  expect(found).toEqual(characters);
  const metrics = engine.glyphMetrics(instance, 0, names.length);
  for (const [i, name] of names.entries()) {
    expect([name, metrics[i * 6]]).toEqual([name, advances[name]]);
    expect([name, ...metrics.subarray(i * 6 + 1, i * 6 + 5)]).toEqual([name, ...(bounds[name] ?? [0, 0, 0, 0])]);
  }
});

test("tables are those of the directory, byte for byte", () => {
  const { tables, records } = EXPECTED["base.ttf"] as Facts;
  const path = `${ROOT}test/compare/fonts/base.ttf`;
  const { font } = opened(path);
  const bytes = readFileSync(path);
  const told = engine.tables(font);
  expect(Object.fromEntries(told.map((table) => [table.tag, table.bytes.length]))).toEqual(tables);
  // The directory: a header of 12 bytes, then tag, checksum, offset, length (OpenType 1.9.1, chapter otff).
  for (const [i, table] of told.entries()) {
    const at = 12 + i * 16;
    expect(bytes.toString("latin1", at, at + 4)).toBe(table.tag);
    const offset = bytes.readUInt32BE(at + 8);
    expect(Buffer.compare(table.bytes, bytes.subarray(offset, offset + bytes.readUInt32BE(at + 12)))).toBe(0);
  }
  const name = told.find((table) => table.tag === "name")?.bytes.slice() as Uint8Array;
  expect(nameRecords(name).map(({ platform, encoding, language, id, text }) => [platform, encoding, language, id, text])).toEqual(records);
});

test("a cmap's ranges hold every character that the font covers, and little else", () => {
  const { font, instance } = opened(NOTO_SANS);
  const cmap = engine
    .tables(font)
    .find((table) => table.tag === "cmap")
    ?.bytes.slice() as Uint8Array;
  const ranges = cmapRanges(cmap);
  const all = engine.nominalGlyphs(instance, 0, 0x110000);
  const inside = (codePoint: number): boolean => ranges.some(([first, end]) => codePoint >= first && codePoint < end);
  const covered = [...all.keys()].filter((codePoint) => all[codePoint] !== 0);
  expect(covered.length).toBeGreaterThan(2000);
  expect(covered.every(inside)).toBe(true);
  expect(ranges.reduce((sum, [first, end]) => sum + end - first, 0)).toBeLessThan(covered.length * 1.1);
});

test("a cmap that is cut short or of an unknown form leaves nothing out", () => {
  expect(cmapRanges(new Uint8Array(0))).toEqual([]);
  const table = (format: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(12 + length);
    const view = new DataView(bytes.buffer);
    view.setUint16(2, 1);
    view.setUint32(8, 12);
    if (length >= 2) view.setUint16(12, format);
    return bytes;
  };
  expect(cmapRanges(table(4, 4))).toEqual([[0, 0x110000]]);
  expect(cmapRanges(table(99, 40))).toEqual([[0, 0x110000]]);
  expect(cmapRanges(table(12, 0))).toEqual([[0, 0x110000]]);
});

test("calls with wrong handles, ranges and glyphs are errors", () => {
  const { font, instance } = opened(`${ROOT}test/compare/fonts/base.ttf`);
  for (const call of [
    () => engine.tables(instance),
    () => engine.glyphNames(font),
    () => engine.glyphMetrics(0, 0, 1),
    () => engine.nominalGlyphs(font, 0, 1),
    () => engine.glyphOutline(font, 0),
    () => engine.renderGlyph(instance, 0, 10, 0, 0, 12345),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: "invalid_handle" }));
  }
  const canvas = engine.createCanvas(8, 8, false);
  for (const call of [
    () => engine.glyphMetrics(instance, 10, 5),
    () => engine.glyphMetrics(instance, 15, 0),
    () => engine.nominalGlyphs(instance, 0x10ffff, 2),
    () => engine.glyphOutline(instance, 14),
    () => engine.renderGlyph(instance, 14, 10, 0, 0, canvas),
    () => engine.renderGlyph(instance, 2, 0, 0, 0, canvas),
    () => engine.renderGlyph(instance, 2, 20000, 0, 0, canvas),
    () => engine.renderGlyph(instance, 2, 10, Number.NaN, 0, canvas),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  }
  engine.releaseCanvas(canvas);
});

test("a glyph drawn by its id is the picture of its character", () => {
  const { instance } = opened(NOTO_SANS);
  const canvas = engine.createCanvas(200, 150, false);
  const spec = { text: "g", scriptTag: 0, direction: 0, language: "", features: "" };
  engine.place(100, 200, 150, [20, 100]);
  engine.render(instance, spec, canvas);
  const expected = engine.pixels(canvas, 200, 150).slice();
  engine.renderGlyph(instance, engine.nominalGlyphs(instance, 0x67, 1)[0] as number, 100, 20, 100, canvas);
  expect(Buffer.compare(engine.pixels(canvas, 200, 150), expected)).toBe(0);
  expect(expected.some((byte) => byte === 0)).toBe(true);
  expect(engine.scriptOf(0x67)).toBe("Latn");
  expect(engine.scriptOf(0x20)).toBe("Zyyy");
  engine.releaseCanvas(canvas);
});

test("pixel_delta alone of two canvases is that of all measures together, with ink on both, one or neither", () => {
  const { instance } = opened(NOTO_SANS);
  const canvases = [engine.createCanvas(90, 70, false), engine.createCanvas(90, 70, false)] as const;
  const glyph = (character: string): number => engine.nominalGlyphs(instance, character.codePointAt(0) as number, 1)[0] as number;
  for (const [a, b] of ["gg", "g.", "'_", "g ", " g", "  "] as const) {
    engine.renderGlyph(instance, glyph(a as string), 60, 10, 50, canvases[0]);
    engine.renderGlyph(instance, glyph(b as string), 60, 10, 50, canvases[1]);
    const alone = engine.compareCanvases(...canvases, [0, 0, 1]);
    const together = engine.compareCanvases(...canvases, [0, 0, 31]);
    expect([a, b, alone[0]]).toEqual([a, b, together[0]]);
    expect(alone.subarray(5)).toEqual(together.subarray(5));
    // Σ|a − b| ÷ 255 ÷ area, pixel by pixel.
    const first = engine.pixels(canvases[0], 90, 70).slice();
    const second = engine.pixels(canvases[1], 90, 70);
    const sum = first.reduce((total, byte, i) => total + Math.abs(byte - (second[i] as number)), 0);
    expect(alone[0]).toBeCloseTo(sum / 255 / (90 * 70), 12);
  }
  for (const canvas of canvases) engine.releaseCanvas(canvas);
});

test("movement of outlines: the farthest point, scaled, or other segments", () => {
  const moved = (a: string, b: string, scale: number): number => outlineMovement(Buffer.from(a), Buffer.from(b), scale);
  expect(moved("M0 0L10 0L10 10Z", "M0 0L13 4L10 10Z", 1)).toBe(5);
  expect(moved("M0 0L10 0Z", "M0 0L20 0Z", 0.5)).toBe(0);
  expect(moved("M0 0L10 0Z", "M0 0L10 0Z", 0.5)).toBe(5);
  expect(moved("M0 0L10 0Z", "M0 0Q5 5 10 0Z", 1)).toBe(Number.POSITIVE_INFINITY);
  expect(moved("M0 0L10 0Z", "M0 0L10 0L10 5Z", 1)).toBe(Number.POSITIVE_INFINITY);
  expect(moved("M0 0L10 0Z", "M0 0L10 0", 1)).toBe(Number.POSITIVE_INFINITY);
  expect(moved("", "M0 0L10 0Z", 1)).toBe(Number.POSITIVE_INFINITY);
  expect(moved("", "", 1)).toBe(0);
  expect(moved("M-1.5 2L3 -4Z", "M-1.5 2L3 -4.25Z", 1)).toBe(0.25);
  expect(moved("M-0.001 0Z", "M0.002 0Z", 1)).toBeCloseTo(0.003, 12);
});
