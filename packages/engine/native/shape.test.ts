// hfn_shape against hb_shape, HarfBuzz's own way, over fonts, scripts, coordinates and features in turn: the plan that is kept from one run to the next
// must never be another run's.
import { expect, test } from "vitest";
import { builtFont, call, fontFile, loadNative, type Native, put } from "./native.testing.ts";

const GLYPH_BYTES = 20;
const TEXTS = ["a", "AVA fi", "1/2", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd", "e\u0301\u0323", "", " ", "\u0436\u043e", "$ 7", "x\u0645y"];

const FILES: Record<string, () => Uint8Array> = {
  latin: () => fontFile("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"),
  arabic: () => fontFile("@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf"),
  // another glyph along the weight axis, by GSUB's FeatureVariations
  switch: () => builtFont("switch.ttf"),
};

function font(native: Native, key: string, value?: number): number {
  const file = (FILES[key] as () => Uint8Array)();
  const blob = call(native, "hb_blob_create", put(native, file), file.length, 1, 0, 0);
  const made = call(native, "hb_font_create", call(native, "hb_face_create", blob, 0));
  if (value !== undefined) {
    const coords = call(native, "malloc", 64);
    new Float32Array(native.memory.buffer, coords, 1)[0] = value;
    call(native, "hb_font_set_var_coords_design", made, coords, 1);
  }
  return made;
}

interface Run {
  text: string;
  script: number;
  direction: number;
  language: string;
  feature: string;
}

function ascii(native: Native, text: string): number {
  return text === "" ? 0 : put(native, new Uint8Array([...text].map((c) => c.charCodeAt(0))));
}

/** Glyphs and positions as bytes, then script and direction. */
function shaped(native: Native, hbFont: number, buffer: number, run: Run, ours: boolean): (number | string)[] {
  const { c } = native;
  const points = [...run.text].map((character) => character.codePointAt(0) as number);
  const text = put(native, new Uint8Array(new Uint32Array(points).buffer));
  const language = call(native, "hb_language_from_string", ascii(native, run.language || "und"), (run.language || "und").length);
  const feature = call(native, "malloc", 16);
  if (run.feature !== "") expect(call(native, "hb_feature_from_string", ascii(native, run.feature), run.feature.length, feature)).toBe(1);
  const count = run.feature === "" ? 0 : 1;
  const out = call(native, "malloc", 36);
  let result: number[];
  if (ours) {
    c.hfn_shape?.(hbFont, buffer, text, points.length, 0, points.length, run.script, run.direction, language, feature, count, 0, 0, 0, out);
    const words = new Uint32Array(native.memory.buffer, out, 7);
    expect(words[6]).toBe(1);
    result = [words[0], words[1], words[2], words[3], words[4]] as number[];
  } else {
    c.hb_buffer_clear_contents?.(buffer);
    c.hb_buffer_add_codepoints?.(buffer, text, points.length, 0, points.length);
    if (run.script !== 0) c.hb_buffer_set_script?.(buffer, call(native, "hb_script_from_iso15924_tag", run.script));
    if (run.direction !== 0) c.hb_buffer_set_direction?.(buffer, run.direction);
    c.hb_buffer_set_language?.(buffer, language);
    c.hb_buffer_guess_segment_properties?.(buffer);
    c.hb_shape?.(hbFont, buffer, feature, count);
    result = ["hb_buffer_get_length", "hb_buffer_get_glyph_infos", "hb_buffer_get_glyph_positions", "hb_buffer_get_script", "hb_buffer_get_direction"].map(
      (name) => call(native, name, buffer, 0),
    );
  }
  const [length, infos, positions, script, direction] = result as [number, number, number, number, number];
  const copied = (at: number, keep: number): number[] =>
    Array.from({ length }, (_, i) => [...new Int32Array(native.memory.buffer, at + i * GLYPH_BYTES, keep)]).flat();
  return [length, ...copied(infos, 3), ...copied(positions, 4), script, direction];
}

test.each([1, 2, 3])("runs in turn over fonts, scripts, directions, languages and features are HarfBuzz's own (seed %i)", (seed) => {
  let state = seed;
  const pick = <T>(list: readonly T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[Math.floor((state / 2 ** 32) * list.length)] as T;
  };
  const native = loadNative();
  const fonts = [font(native, "latin"), font(native, "arabic"), font(native, "switch", 100), font(native, "switch", 900)];
  const [mine, theirs] = [call(native, "hb_buffer_create"), call(native, "hb_buffer_create")];
  const answers = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const run: Run = {
      text: pick(TEXTS),
      script: pick([0, 0, 0, 0x4c61746e, 0x41726162]),
      direction: pick([0, 0, 0, 4, 5, 6]),
      language: pick(["", "", "tr", "ar"]),
      feature: pick(["", "", "", "-kern", "liga=0"]),
    };
    const one = pick(fonts);
    const ours = shaped(native, one, mine, run, true);
    expect(ours, JSON.stringify(run)).toEqual(shaped(native, one, theirs, run, false));
    answers.add(ours.join());
  }
  expect(answers.size).toBeGreaterThan(100);
});

test("a font made where another was is not shaped by the other's plan", () => {
  const native = loadNative();
  const [mine, theirs] = [call(native, "hb_buffer_create"), call(native, "hb_buffer_create")];
  const keys: [string, number | undefined][] = [
    ["switch", 100],
    ["switch", 900],
    ["latin", undefined],
    ["arabic", undefined],
  ];
  const addresses = new Set<number>();
  let made = 0;
  for (let turn = 0; turn < 6; turn++)
    for (const [key, value] of keys) {
      const one = font(native, key, value);
      for (const text of TEXTS) {
        const run = { text, script: 0, direction: 0, language: "", feature: "" };
        expect(shaped(native, one, mine, run, true)).toEqual(shaped(native, one, theirs, run, false));
      }
      call(native, "hb_font_destroy", one);
      addresses.add(one);
      made++;
    }
  expect(addresses.size).toBeLessThan(made); // some stood where another had been
});

test("a font that has moved is not shaped by the plan of where it was", () => {
  const native = loadNative();
  const [mine, theirs] = [call(native, "hb_buffer_create"), call(native, "hb_buffer_create")];
  const one = font(native, "switch", 100);
  const coords = call(native, "malloc", 64);
  const answers = new Set<string>();
  for (let turn = 0; turn < 3; turn++)
    for (const weight of [100, 900]) {
      new Float32Array(native.memory.buffer, coords, 1)[0] = weight;
      call(native, "hb_font_set_var_coords_design", one, coords, 1);
      for (const text of TEXTS) {
        const run = { text, script: 0, direction: 0, language: "", feature: "" };
        const ours = shaped(native, one, mine, run, true);
        expect(ours).toEqual(shaped(native, one, theirs, run, false));
        if (text.startsWith("x")) answers.add(ours.join());
      }
    }
  expect(answers.size).toBe(2); // the font's features do hang on its weight
});
