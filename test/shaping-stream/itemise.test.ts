// Runs by script, as streams make them: cases by hand from UAX #24 (sections 5.1 and 5.2) and Script_Extensions, and random texts against a plain reading of the whole
// text by ICU's properties, at all kinds of watermarks.
import { createShaping, type Flush, type ShaperOptions, type Shaping } from "haforu";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { randomOf } from "./cases.mjs";
import { FONTS_OF } from "./fonts.mjs";

const FONT = FONTS_OF.tibetan[0] as { font: string };
let shaping: Shaping;
beforeAll(() => {
  shaping = createShaping();
});
afterAll(() => shaping.dispose());

type Run = [script: string, text: string];

function runsOf(text: string, options: ShaperOptions = {}): { runs: Run[]; flushes: Flush[] } {
  const flushes: Flush[] = [];
  using shaper = shaping.createShaper(FONT, { itemise: true, order: "logical", ...options, sink: (flush) => flushes.push(flush) });
  for (const character of text) shaper.push(character);
  shaper.end();
  const points = [...text];
  const starts = flushes.filter(({ runBegins }) => runBegins);
  return { runs: starts.map(({ start, script }, i) => [script, points.slice(start, starts[i + 1]?.start ?? points.length).join("")]), flushes };
}

describe("characters of no script of their own", () => {
  test.each<[what: string, ...runs: Run[]]>([
    ["go with what stands in front, at the beginning with what follows", ["Latn", "12 abc, "], ["Cyrl", "ж! 3 "], ["Grek", "Ω."]],
    ["marks stay with their letter, whatever they are used with", ["Latn", "e\u0951\u0301 "], ["Deva", "क\u0301"]],
    ["a closing bracket takes its opener's script", ["Latn", "abc ("], ["Cyrl", "где"], ["Latn", ") def"]],
    ["nested brackets", ["Latn", "a["], ["Cyrl", "где{"], ["Grek", "ελ"], ["Cyrl", "}жз"], ["Latn", "]b"]],
    ["a bracket in front of the first letter is in that letter's script", ["Cyrl", "(где "], ["Latn", "abc"], ["Cyrl", ") ж"]],
    ["U+2329 is closed by U+3009, its canonical equivalent's closer", ["Cyrl", "ж\u2329"], ["Latn", "a"], ["Cyrl", "\u3009"]],
    ["a closer without an opener goes with what stands in front", ["Latn", "abc) "], ["Cyrl", "где] "]],
    ["an ideographic comma behind Latin goes with kana", ["Latn", "abc"], ["Hira", "、「かな」"], ["Latn", "de"]],
    ["an ideographic comma between Latin words stays", ["Latn", "abc、 def"]],
    ["an ideographic comma at the end stays", ["Latn", "abc、"]],
    ["an Arabic comma behind Latin goes with Arabic", ["Latn", "abc "], ["Arab", "، ب"]],
    ["an Arabic comma between Latin words stays", ["Latn", "abc، def"]],
    ["a danda serves Devanagari and Bengali", ["Deva", "क। "], ["Beng", "ক॥ খ"]],
    ["a comma that the script in front uses holds what follows it", ["Hira", "か、・"], ["Latn", "abc"]],
    ["nothing but signs", ["Zyyy", "12 + (3) = 15"]],
  ])("%s", (_, ...runs) => {
    expect(runsOf(runs.map(([, text]) => text).join("")).runs).toEqual(runs);
  });

  it("stay with the run where max_buffer is full before a letter tells, and the stream says so", () => {
    const { runs, flushes } = runsOf(`abc${"、".repeat(40)}かな`, { highWatermark: 4, lowWatermark: 1, maxBuffer: 16 });
    expect(runs.map(([script]) => script)).toEqual(["Latn", "Hira"]);
    expect(flushes.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toContain("script_undecided");
    expect(flushes.some(({ forced }) => forced)).toBe(true);
  });
});

const SCRIPTS = { Latin: "Latn", Cyrillic: "Cyrl", Arabic: "Arab", Devanagari: "Deva", Bengali: "Beng", Hiragana: "Hira", Han: "Hani" } as const;
const ALPHABET = [..."abжгبتकखকখかな漢字", ..."((([[]]]))){}「」、。،४।॥ ,1\u0301\u0951・ー"];
const own = (c: string): string | undefined => Object.entries(SCRIPTS).find(([name]) => new RegExp(`\\p{Script=${name}}`, "u").test(c))?.[1];
const used = (c: string): string[] =>
  Object.entries(SCRIPTS).flatMap(([name, tag]) => (new RegExp(`\\p{Script_Extensions=${name}}`, "u").test(c) ? [tag] : []));
const isChoosy = (c: string): boolean => /\p{Script=Common}/u.test(c) && !/\p{Script_Extensions=Common}/u.test(c);
const PAIRS = new Map([..."()[]{}「」"].map((c, i, all) => [c, all[i ^ 1] as string]));

/** The same by reading ahead as far as need be. */
function expected(text: string): Run[] {
  const points = [...text];
  const runs: Run[] = [];
  let open: { closer: string; run: number }[] = [];
  const begin = (script: string): void => {
    runs.push([script, ""]);
  };
  const first = points.map(own).find((tag) => tag !== undefined) ?? "Zyyy";
  begin(first);
  for (const [i, c] of points.entries()) {
    const current = (runs.at(-1) as Run)[0];
    const tag = own(c);
    if (tag !== undefined) {
      if (tag !== current && !used(c).includes(current)) begin(tag);
    } else if ("([{「".includes(c)) {
      const next = isChoosy(c) ? takenBy(i, current) : undefined;
      if (next !== undefined) begin(next);
      open.push({ closer: PAIRS.get(c) as string, run: runs.length - 1 });
    } else {
      const k = ")]}」".includes(c) ? open.findLastIndex(({ closer }) => closer === c) : -1;
      if (k >= 0) {
        const opener = (runs[(open[k] as { run: number }).run] as Run)[0];
        if (opener !== current) begin(opener);
        open = open.slice(0, k);
      } else if (isChoosy(c)) {
        const next = takenBy(i, current);
        if (next !== undefined) begin(next);
      }
    }
    (runs.at(-1) as Run)[1] += c;
  }
  return runs.filter(([, part]) => part !== "");

  // The script of the letter behind that takes character i, which `current` does not use.
  function takenBy(i: number, current: string): string | undefined {
    if (used(points[i] as string).includes(current)) return undefined;
    const inside = open.map(({ closer, run }) => ({ closer, script: (runs[run] as Run)[0] }));
    const between: string[] = [];
    for (const [j, c] of points.entries()) {
      if (j < i) continue;
      const tag = own(c);
      if (tag !== undefined) return tag !== current && !used(c).includes(current) && between.every((one) => used(one).includes(tag)) ? tag : undefined;
      if ("([{「".includes(c)) inside.push({ closer: PAIRS.get(c) as string, script: current });
      const k = ")]}」".includes(c) ? inside.findLastIndex(({ closer }) => closer === c) : -1;
      // A closed bracket tells that the text is still the opener's.
      if (k >= 0) return undefined;
      if (!isChoosy(c)) continue;
      if (used(c).includes(current)) return undefined;
      between.push(c);
    }
    return undefined;
  }
}

test("random texts have the runs that reading them whole gives, at any watermarks", () => {
  let several = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const random = randomOf(seed);
    const text = Array.from({ length: 1 + random.below(30) }, () => random.pick(ALPHABET)).join("");
    const runs = expected(text);
    if (runs.length > 2) several++;
    const highWatermark = 1 + random.below(12);
    expect(runsOf(text, { highWatermark, lowWatermark: random.below(highWatermark + 1) }).runs, `seed ${seed}: ${text}`).toEqual(runs);
  }
  expect(several).toBeGreaterThan(2000);
});
