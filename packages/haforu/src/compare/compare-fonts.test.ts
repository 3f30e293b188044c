// compareFonts over fonts that differ in one known thing each (test/compare/make.py draws them), over real fonts, and over what is no font.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type CompareFontsOptions, type ComparisonRecord, compareFonts, type Difference, HaforuError, recordLine } from "../../dist/index.js";
import { NOTO_NASKH, NOTO_SANS, ROOT, SOURCE_SANS_VAR } from "../../test/haforu.ts";

const FONTS = `${ROOT}test/compare/fonts/`;
const BASE = `${FONTS}base.ttf`;
const WORDS = ["AVA", "to", "fibre", "coat"];
const folder = mkdtempSync(join(tmpdir(), "haforu-compare-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function records(old: string, now: string, options: CompareFontsOptions = { words: WORDS }): Promise<ComparisonRecord[]> {
  const all: ComparisonRecord[] = [];
  for await (const record of compareFonts(old, now, options)) all.push(record);
  return all;
}

/** Differences alone, as "level kind change item". */
async function told(old: string, now: string, options?: CompareFontsOptions): Promise<string[]> {
  return (await records(old, now, options)).map((record) => `${record.level} ${record.kind} ${(record as Difference).change} ${(record as Difference).item}`);
}

const against = (name: string, options?: CompareFontsOptions): Promise<string[]> => told(BASE, `${FONTS}${name}.ttf`, options);

test("a font compared with itself is empty, and so is a copy that was built at another time", async () => {
  for (const font of [BASE, NOTO_SANS, SOURCE_SANS_VAR]) expect(await told(font, font)).toEqual([]);
  expect(await against("rebuilt")).toEqual([]);
  expect(await against("rebuilt", { defaultIgnores: false })).toEqual(["tables field changed head.checkSumAdjustment", "tables field changed head.modified"]);
});

test("real fonts whose files differ in bytes behind the tables are compared in full and found the same", async () => {
  for (const font of [NOTO_SANS, NOTO_NASKH, SOURCE_SANS_VAR]) {
    const copy = join(folder, "padded.ttf");
    writeFileSync(copy, Buffer.concat([readFileSync(font), Buffer.alloc(4)]));
    const comparison = compareFonts(font, copy);
    for await (const record of comparison) expect(record).toBeUndefined();
    expect(comparison.summary).toMatchObject({ pairs: 1, identical: 0, differences: 0 });
    expect(comparison.summary.glyph_pairs).toBeGreaterThan(1000);
    expect(comparison.summary.words).toBeGreaterThan(30);
  }
});

test("one moved point: the outline, its picture and the table, and nothing else", async () => {
  expect(await against("moved-point")).toEqual(["tables table changed glyf", "glyphs outline changed a", "pixels picture changed a"]);
  const [, outline, picture] = (await records(BASE, `${FONTS}moved-point.ttf`)) as Difference[];
  expect(outline).toMatchObject({ delta: 10, old: [40, 0, 380, 560], new: [40, 0, 380, 560], script: "Latn", score: 0.01 });
  // By hand: the point (320, 280) moves by 10 between (380, 560) and (380, 0); ½ · 10 · 560 = 2800 square units of 340 × 560 are new ink.
  // At 100 px: 34 × 56 pixels, 28 of them changed in all; old ink: 340 · 560 − ½ · 60 · 560 = 173,600 square units.
  expect(picture?.pixel_delta).toBeCloseTo(2800 / (340 * 560), 3);
  expect(picture).toMatchObject({ size: 100, at: {}, glyph_ids: [4, 4] });
  for (const name of ["rmse", "iou", "ssim"]) expect(picture).not.toHaveProperty(name);
  const [measured] = (await records(BASE, `${FONTS}moved-point.ttf`, { tables: false, glyphs: false, measures: ["iou"] })) as Difference[];
  expect(measured?.iou).toBeCloseTo(173_600 / 176_400, 3);
  expect(measured).not.toHaveProperty("rmse");
  expect(measured?.pixel_delta).toBe(picture?.pixel_delta);
});

test("other segments have no distance, and are over every threshold", async () => {
  const found = (await records(BASE, `${FONTS}other-segments.ttf`, { thresholds: { outline: 1e6 }, pixels: false, tables: false })) as Difference[];
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ kind: "outline", item: "b", score: 1 });
  expect(found[0]).not.toHaveProperty("delta");
});

test("one kern pair: the table, the words that hold it, and their pictures", async () => {
  expect(await against("kern-pair")).toEqual(["tables table changed GPOS", "shaping word changed AVA", "pixels picture changed AVA"]);
  const found = (await records(BASE, `${FONTS}kern-pair.ttf`)) as Difference[];
  // A is 380 wide and V 400: kerned by −80 and −60 after A, by −80 after V.
  expect(found[1]).toMatchObject({ script: "Latn", old: "[A=0+300|V=1+320|A=2+380]", new: "[A=0+320|V=1+320|A=2+380]", delta: 20, score: 0.02 });
});

test("one glyph removed: it, its character, what counts glyphs, and the words that need it", async () => {
  expect(await against("glyph-removed")).toEqual([
    ...["GPOS", "GSUB", "cmap", "glyf", "hmtx", "loca", "post"].map((tag) => `tables table changed ${tag}`),
    "tables field changed OS/2.xAvgCharWidth",
    "tables field changed hhea.numberOfHMetrics",
    "tables field changed maxp.numGlyphs",
    "glyphs code_point removed U+0062",
    "glyphs glyph removed b",
    "shaping coverage removed Latn",
  ]);
  expect(await told(`${FONTS}glyph-removed.ttf`, BASE, { words: WORDS, tables: false })).toEqual([
    "glyphs code_point added U+0062",
    "glyphs glyph added b",
    "shaping coverage added Latn",
  ]);
});

test("one name changed: its records, by platform", async () => {
  expect(await against("name-changed")).toEqual(["tables name changed 5", "tables name changed 5"]);
  const [windows, macintosh] = (await records(BASE, `${FONTS}name-changed.ttf`)) as Difference[];
  const where = { id: 5, platform: 3, encoding: 1, language: 1033 };
  expect(windows).toMatchObject({ old: { ...where, text: "Version 1.000" }, new: { ...where, text: "Version 1.001" } });
  expect(macintosh?.old).toMatchObject({ platform: 1, encoding: 0, language: 0 });
  expect(await against("name-changed", { ignore: ["name:5"] })).toEqual([]);
  expect(await against("name-changed", { tables: false })).toEqual([]);
});

test("one advance changed: no word is told for it", async () => {
  expect(await against("advance-changed")).toEqual(["tables table changed hmtx", "tables field changed OS/2.xAvgCharWidth", "glyphs advance changed c"]);
});

test("glyphs are found again under other names, without names, and by their outlines", async () => {
  const renamed = await against("renamed", { words: WORDS, tables: false });
  expect(renamed).toHaveLength(12);
  expect(renamed.every((line) => line.startsWith("glyphs glyph_name changed x"))).toBe(true);
  expect(await against("unnamed")).toEqual(["tables field changed post.version"]);
  // Without names and with other ids the ligature is known by its outline.
  expect(await told(`${FONTS}unnamed.ttf`, `${FONTS}unnamed-removed.ttf`, { words: WORDS, tables: false })).toEqual([
    "glyphs code_point removed U+0062",
    "glyphs glyph removed gid5",
    "shaping coverage removed Latn",
  ]);
});

test("fonts that share nothing: everything removed and added, nothing compared", async () => {
  const comparison = compareFonts(BASE, `${FONTS}greek.ttf`, { words: WORDS, tables: false });
  const counts: Record<string, number> = {};
  for await (const record of comparison) {
    const key = `${record.kind} ${(record as Difference).change}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  expect(counts).toEqual({ "code_point removed": 12, "code_point added": 6, "glyph removed": 12, "glyph added": 6, "coverage removed": 1 });
  // .notdef is what both have; the space is a character of one and an empty glyph of both.
  expect(comparison.summary).toMatchObject({ words: 0, pictures: 0 });
  expect((await records(NOTO_SANS, NOTO_NASKH)).length).toBeGreaterThan(1000);
});

test("a variable font is compared at the coordinates of its instances", async () => {
  const [, outline, picture] = (await records(`${FONTS}variable.ttf`, `${FONTS}variable-moved.ttf`)) as Difference[];
  expect(outline).toMatchObject({ kind: "outline", item: "a", delta: 12, at: { wght: 900 }, places: 1 });
  expect(picture).toMatchObject({ kind: "picture", item: "a", at: { wght: 900 }, size: 100, places: 1 });
  const variable: [string, string] = [`${FONTS}variable.ttf`, `${FONTS}variable-moved.ttf`];
  expect(await told(...variable, { instances: "default", tables: false })).toEqual([]);
  // Halfway to 900 the point has moved half of the way.
  const halfway = (await records(...variable, { instances: "default", at: [{ wght: 650 }], tables: false, pixels: false })) as Difference[];
  expect(halfway).toMatchObject([{ kind: "outline", delta: 6, at: { wght: 650 }, places: 1 }]);
});

test("coordinates that a font does not have are left out, and counted", async () => {
  const comparison = compareFonts(`${FONTS}variable.ttf`, `${FONTS}variable-moved.ttf`, { at: [{ wdth: 80 }, { wght: 950 }, { wght: 500 }] });
  for await (const _ of comparison);
  expect(comparison.summary).toMatchObject({ at_left_out: 2, places: 3 });
});

test("a static and a variable font are compared at the variable one's instances", async () => {
  const found = (await records(BASE, `${FONTS}variable.ttf`, { words: WORDS, pixels: false })) as Difference[];
  expect(found.filter(({ kind }) => kind === "axis")).toMatchObject([{ change: "added", item: "wght", new: { min: 100, default: 400, max: 900 } }]);
  expect(found.filter(({ kind }) => kind === "instance").map(({ item, new: name }) => `${item} ${name}`)).toEqual(["wght=400 Regular", "wght=900 Black"]);
  expect(found.filter(({ kind }) => kind === "advance").every(({ delta, at }) => delta === 60 && at?.wght === 900)).toBe(true);
});

test.each([
  ["moved-point", { outline: 10 }, { outline: 9.999 }, "outline"],
  ["advance-changed", { advance: 7 }, { advance: 6.999 }, "advance"],
  ["kern-pair", { position: 20 }, { position: 19.999 }, "word"],
] as const)("%s: a change of the threshold's size is within it, a larger one is not", async (name, within, over, kind) => {
  const rest = { words: WORDS, tables: false, pixels: false } as const;
  expect(await against(name, { ...rest, thresholds: within })).toEqual([]);
  expect((await records(BASE, `${FONTS}${name}.ttf`, { ...rest, thresholds: over })).map((record) => record.kind)).toEqual([kind]);
});

test("measures of pictures at their thresholds: at most for differences, at least for likeness", async () => {
  const rest = { words: WORDS, tables: false, glyphs: false, shaping: false } as const;
  const [picture] = (await records(BASE, `${FONTS}moved-point.ttf`, { ...rest, measures: ["rmse", "iou", "ssim"] })) as Required<Difference>[];
  const { pixel_delta, rmse, iou, ssim } = picture as Required<Difference>;
  expect(ssim).toBeLessThan(1);
  // Told numbers are rounded to six decimals.
  const step = 1e-6;
  for (const [within, over] of [
    [{ pixel_delta: pixel_delta + step }, { pixel_delta: pixel_delta - step }],
    [{ rmse: rmse + step }, { rmse: rmse - step }],
    [{ iou: iou - step }, { iou: iou + step }],
    [{ ssim: ssim - step }, { ssim: ssim + step }],
    // Where several are given each of them decides.
    [
      { pixel_delta: 1, iou: 0, rmse: 1 },
      { pixel_delta: 1, rmse: rmse - step },
    ],
  ]) {
    expect(await against("moved-point", { ...rest, thresholds: within })).toEqual([]);
    expect(await against("moved-point", { ...rest, thresholds: over })).toEqual(["pixels picture changed a"]);
  }
});

test("each level can be switched off, and things can be ignored by name", async () => {
  expect(await against("moved-point", { tables: false, glyphs: false, pixels: false })).toEqual([]);
  expect(await against("moved-point", { tables: false, pixels: false })).toEqual(["glyphs outline changed a"]);
  expect(await against("moved-point", { tables: false, glyphs: false })).toEqual(["pixels picture changed a"]);
  expect(await against("moved-point", { ignore: ["table:glyf", "glyph:a"] })).toEqual([]);
  expect(await against("moved-point", { ignore: ["table:gl*", "glyph:*"] })).toEqual([]);
  expect(await against("moved-point", { ignore: ["table:gl", "glyph:b"] })).toHaveLength(3);
  expect(await against("kern-pair", { words: WORDS, ignore: ["word:A*", "table:GPOS"] })).toEqual([]);
  expect(await against("kern-pair", { words: WORDS, shaping: false, tables: false })).toEqual(["pixels picture changed AVA"]);
  expect(await against("glyph-removed", { words: WORDS, tables: false, ignore: ["code_point:U+0062", "glyph:b"] })).toEqual(["shaping coverage removed Latn"]);
});

test("pictures at several sizes: the worst is told, with the number of places", async () => {
  const rest = { tables: false, glyphs: false, sizes: [20, 100, 300] } as const;
  const [picture] = (await records(BASE, `${FONTS}moved-point.ttf`, rest)) as Difference[];
  expect(picture).toMatchObject({ places: 3 });
  expect(rest.sizes).toContain(picture?.size);
});

test("directories are matched by name, and by name without the ending", async () => {
  const [old, now] = [join(folder, "old"), join(folder, "new")];
  for (const path of [join(old, "deep"), join(now, "deep")]) mkdirSync(path, { recursive: true });
  const put = (to: string, name: string): void => copyFileSync(`${FONTS}${name}.ttf`, to);
  put(join(old, "same.ttf"), "base");
  put(join(now, "same.ttf"), "base");
  put(join(old, "deep/kern.ttf"), "base");
  put(join(now, "deep/kern.otf"), "kern-pair");
  put(join(old, "gone.ttf"), "base");
  put(join(now, "came.ttf"), "base");
  writeFileSync(join(old, "broken.ttf"), "no font");
  put(join(now, "broken.ttf"), "base");
  writeFileSync(join(old, "notes.txt"), "no font either");
  symlinkSync(old, join(old, "circle"));
  const comparison = compareFonts(old, now, { words: WORDS, jobs: 2 });
  const lines: string[] = [];
  for await (const record of comparison)
    lines.push(`${record.font} ${record.kind} ${record.kind === "error" ? `${record.side} ${record.code}` : `${record.change} ${record.item}`}`);
  expect(lines).toEqual([
    "came.ttf file added came.ttf",
    "gone.ttf file removed gone.ttf",
    "broken.ttf error old font_invalid",
    "deep/kern.otf table changed GPOS",
    "deep/kern.otf word changed AVA",
    "deep/kern.otf picture changed AVA",
  ]);
  expect(comparison.summary).toMatchObject({
    pairs: 3,
    identical: 1,
    failures: 1,
    differences: 5,
    by_level: { files: 2, tables: 1, glyphs: 0, shaping: 1, pixels: 1 },
  });
});

test("the same records for every number of workers and slices", async () => {
  const medium = NOTO_SANS.replace("400Regular/NotoSans_400Regular", "500Medium/NotoSans_500Medium");
  const lines = async (jobs: number): Promise<string> => (await records(NOTO_SANS, medium, { jobs, sizes: [24] })).map(recordLine).join("\n");
  const one = await lines(1);
  expect(one.length).toBeGreaterThan(1e6);
  expect(await lines(2)).toBe(one);
  expect(await lines(3)).toBe(one);
});

test("faces of collections are matched by their PostScript names", async () => {
  const collection = `${ROOT}test/fonts/built/collection.ttc`;
  const copy = join(folder, "copy.ttc");
  writeFileSync(copy, Buffer.concat([readFileSync(collection), Buffer.alloc(4)]));
  expect(await told(collection, copy)).toEqual([]);
  // The collection's second face is the AAT font; the first has no partner left.
  const found = await told(collection, `${ROOT}test/fonts/built/aat.ttf`);
  expect(found).toContain("files face removed HaforuPlain-Regular");
  expect(found.filter((line) => line.startsWith("glyphs"))).toEqual([]);
});

test("the outlines of differences are those of both fonts", async () => {
  const comparison = compareFonts(BASE, `${FONTS}moved-point.ttf`, { words: WORDS });
  const all: Difference[] = [];
  for await (const record of comparison) if (record.kind !== "error") all.push(record);
  const [table, outline, picture] = comparison.pictures(all);
  expect(table).toBeUndefined();
  expect(outline).toEqual(picture);
  // fontTools: a is (40, 0) (40, 560) (380, 560) (320, 280) (380, 0), y up.
  expect(outline).toMatchObject({ old: "M40 0L40 -560L380 -560L320 -280L380 0L40 0Z", oldUpem: 1000, newUpem: 1000 });
  expect(outline?.new).toBe("M40 0L40 -560L380 -560L330 -280L380 0L40 0Z");
});

test("what is no font, or no call, is said", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const thrown = (old: string, now: string, options?: CompareFontsOptions): { code?: string; message: string } => {
    try {
      compareFonts(old, now, options);
    } catch (error) {
      expect(error).toBeInstanceOf(HaforuError);
      return error as HaforuError;
    }
    throw new Error("nothing was thrown");
  };
  expect(thrown(BASE, join(folder, "missing.ttf"))).toMatchObject({ code: "font_not_found" });
  expect(thrown(BASE, empty)).toMatchObject({ code: "invalid_argument" });
  expect(thrown(empty, empty).message).toContain("has a font file");
  expect(thrown("", BASE)).toMatchObject({ code: "invalid_argument" });
  for (const [options, field] of [
    [{ jobs: 0 }, "jobs"],
    [{ jobs: 1.5 }, "jobs"],
    [{ jobs: "all" as "auto" }, "jobs"],
    [{ sizes: [] }, "sizes"],
    [{ sizes: [0] }, "sizes"],
    [{ sizes: [Number.NaN] }, "sizes"],
    [{ sizes: [1e9] }, "sizes"],
    [{ thresholds: { advance: -1 } }, "thresholds.advance"],
    [{ thresholds: { advances: 1 } }, "thresholds"],
    [{ thresholds: { iou: 2 } }, "thresholds.iou"],
    [{ measures: ["psnr"] }, "measures"],
    [{ ignore: ["DSIG"] }, "ignore"],
    [{ ignore: ["tables:DSIG"] }, "ignore"],
    [{ words: [""] }, "words[0]"],
    [{ words: ["a".repeat(2000)] }, "words[0]"],
    [{ at: [{ weight: 4 }] }, "at[0]"],
    [{ at: [{ wght: Number.POSITIVE_INFINITY }] }, "at[0]"],
    [{ instances: "some" }, "instances"],
    [{ tables: 1 }, "tables"],
    [{ level: "tables" }, "level"],
  ] as const) {
    expect(thrown(BASE, BASE, options as unknown as CompareFontsOptions)).toMatchObject({ code: "invalid_argument", field });
  }
  const cut = join(folder, "cut.ttf");
  writeFileSync(cut, readFileSync(NOTO_SANS).subarray(0, 100_000));
  for (const bad of [cut, join(folder, "old-style.txt")]) {
    writeFileSync(join(folder, "old-style.txt"), "");
    const [failure] = await records(BASE, bad);
    expect(failure).toMatchObject({ level: "files", kind: "error", side: "new", code: "font_invalid" });
    // By hand: 100,000 bytes hold the directory and the first tables, not all; nothing is no font.
    expect((failure as { message: string }).message).toMatch(bad === cut ? /cut\.ttf: table .{4} ends beyond the file\. Get/ : /: the file is no font\./);
  }
});

test("an axis whose tag is no tag stays at its default", async () => {
  const damaged = join(folder, "axis.ttf");
  const bytes = readFileSync(`${FONTS}variable.ttf`);
  // The tag's first letter, in the axis record of fvar: the only place where it stands before its range 100..900.
  const at = bytes.indexOf(Buffer.from("wght\0d", "latin1"));
  expect(at).toBeGreaterThan(0);
  bytes[at] = 0xf7;
  writeFileSync(damaged, bytes);
  const kinds = (await records(`${FONTS}variable.ttf`, damaged, { words: WORDS })).map((record) => record.kind);
  expect(kinds).toContain("axis");
  expect(kinds).not.toContain("error");
});

test("damaged fonts are compared or refused, and never end the program", async () => {
  // Numerical Recipes' generator: the same damage in every run.
  let seed = 5;
  const random = (): number => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const codes = new Set<string>();
  for (let i = 0; i < 150; i++) {
    const bytes = readFileSync(i % 2 === 0 ? BASE : `${FONTS}variable.ttf`);
    for (let k = 0; k < 1 + (i % 4); k++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const damaged = join(folder, "damaged.ttf");
    writeFileSync(damaged, i % 10 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
    for (const record of await records(BASE, damaged, { words: WORDS, sizes: [20] })) codes.add(record.kind === "error" ? record.code : record.level);
  }
  expect([...codes].filter((code) => !["font_invalid", "font_unsupported", "files", "tables", "glyphs", "shaping", "pixels"].includes(code))).toEqual([]);
  expect(codes).toContain("font_invalid");
  expect(codes).toContain("pixels");
});

test("an aborted comparison ends with the signal's reason", async () => {
  const stop = new AbortController();
  const seen = (async () => {
    for await (const _ of compareFonts(NOTO_SANS, NOTO_NASKH, { jobs: 2, signal: stop.signal })) stop.abort(new Error("enough"));
  })();
  await expect(seen).rejects.toThrow("enough");
  await expect(records(NOTO_SANS, NOTO_NASKH, { signal: AbortSignal.abort(new Error("at once")) })).rejects.toThrow("at once");
});
