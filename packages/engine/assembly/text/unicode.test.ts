// The generated Unicode tables and the grapheme rules against what this Node's ICU says: \p{…} over every code point, Intl.Segmenter over every code point
// in contexts and over random sequences. Where ICU has another Unicode version, what it may differ in is left out, and how much is said.

import { readFileSync } from "node:fs";
import process from "node:process";
import { beforeAll, describe, expect, it } from "vitest";
import { emit } from "../../unicode/generate.mjs";
import { textKernel } from "./testing/kernel.mjs";

type Kernel = Awaited<ReturnType<typeof textKernel>>;
type Lookup = (...args: number[]) => number;
let kernel: Kernel;
let call: Record<string, Lookup>;
let value: (name: string) => number;
beforeAll(async () => {
  kernel = await textKernel();
  call = kernel as unknown as Record<string, Lookup>;
  value = (name) => Number((kernel as unknown as Record<string, WebAssembly.Global>)[name]?.value);
});

const COUNT = 0x110000;
/** Every scalar value once, in one string: surrogates would join to pairs. */
const scalars: number[] = [];
for (let c = 0; c < COUNT; c++) if (c < 0xd800 || c > 0xdfff) scalars.push(c);
let everything = "";
for (let at = 0; at < scalars.length; at += 4096) everything += String.fromCodePoint(...scalars.slice(at, at + 4096));

/** Which code points match a property expression, surrogates left out. */
function members(expression: string): Uint8Array {
  const out = new Uint8Array(COUNT);
  for (const run of everything.matchAll(new RegExp(`(?:${expression})+`, "gu"))) for (const char of run[0]) out[char.codePointAt(0) as number] = 1;
  return out;
}

/** The first code point whose lookup differs from ICU's answer. */
function firstDifference(expected: Uint8Array, actual: (c: number) => boolean): string | undefined {
  for (const c of scalars) if ((expected[c] === 1) !== actual(c)) return `U+${c.toString(16).toUpperCase()}: ICU says ${expected[c] === 1}`;
  return undefined;
}

const sameUnicode = (): boolean => process.versions.unicode === `${value("UNICODE_MAJOR")}.${value("UNICODE_MINOR")}`;
const name = (tag: number): string => String.fromCharCode(tag >>> 24, (tag >> 16) & 255, (tag >> 8) & 255, tag & 255);

describe("the generated files", () => {
  it("are what the generator gives", async () => {
    for (const [file, text] of Object.entries(await emit()))
      expect(readFileSync(new URL(`generated/${file}`, import.meta.url), "utf8") === text, file).toBe(true);
  });

  it("state a version that this Node's ICU has too, so that what follows compares all of it", () => {
    expect(sameUnicode(), `ICU has Unicode ${process.versions.unicode}: run the tests under a Node with the tables' version`).toBe(true);
  });
});

describe("lookups, over every code point", () => {
  it("Script and the tags of scripts", () => {
    const seen = new Uint8Array(COUNT);
    for (let script = 0; script < value("SCRIPT_COUNT"); script++) {
      const tag = name(call.scriptTag?.(script) as number);
      // ICU's regular expressions do not take the value Unknown: it is what no other value covers.
      if (tag === "Zzzz") continue;
      const expected = members(`\\p{Script=${tag}}`);
      for (const c of scalars) if (expected[c] === 1) seen[c] = 1;
      expect(
        firstDifference(expected, (c) => call.scriptOf?.(c) === script),
        tag,
      ).toBeUndefined();
    }
    expect(firstDifference(seen, (c) => call.scriptOf?.(c) !== value("SCRIPT_UNKNOWN"))).toBeUndefined();
  });

  it("Script_Extensions", () => {
    for (let script = 1; script < value("SCRIPT_COUNT"); script++) {
      const tag = name(call.scriptTag?.(script) as number);
      expect(
        firstDifference(members(`\\p{Script_Extensions=${tag}}`), (c) => call.hasScript?.(c, script) === 1),
        tag,
      ).toBeUndefined();
    }
  });

  it.each([
    ["Extended_Pictographic", "isPictographic"],
    ["Default_Ignorable_Code_Point", "isDefaultIgnorable"],
    ["Variation_Selector", "isVariationSelector"],
    ["Mark", "isMark"],
    ["Decimal_Number", "isDecimalDigit"],
  ])("%s", (property, lookup) => {
    expect(firstDifference(members(`\\p{${property}}`), (c) => call[lookup]?.(call.properties?.(c) as number) === 1)).toBeUndefined();
  });

  it("General_Category", () => {
    const values = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co".split(" ");
    for (const [number, category] of ["Cn", ...values].entries())
      expect(
        firstDifference(members(`\\p{${category}}`), (c) => call.categoryOf?.(call.properties?.(c) as number) === number),
        category,
      ).toBeUndefined();
  });

  it("Regional_Indicator and the Hangul syllable types, by what Unicode's chapter 3.12 computes", () => {
    const of = (c: number): number => call.properties?.(c) as number;
    expect(firstDifference(members("\\p{Regional_Indicator}"), (c) => call.breakOf?.(of(c)) === value("GCB_REGIONAL_INDICATOR"))).toBeUndefined();
    const type = (c: number): string => {
      if (c >= 0xac00 && c <= 0xd7a3) return (c - 0xac00) % 28 === 0 ? "LV" : "LVT";
      if ((c >= 0x1100 && c <= 0x115f) || (c >= 0xa960 && c <= 0xa97c)) return "L";
      if ((c >= 0x1160 && c <= 0x11a7) || (c >= 0xd7b0 && c <= 0xd7c6)) return "V";
      if ((c >= 0x11a8 && c <= 0x11ff) || (c >= 0xd7cb && c <= 0xd7fb)) return "T";
      return "NOT_APPLICABLE";
    };
    for (const c of scalars) if (call.hangulOf?.(of(c)) !== value(`HST_${type(c)}`)) expect.fail(`U+${c.toString(16)} is ${type(c)}`);
  });

  it("Joining_Type: marks and format characters are transparent unless listed, and the letters of ArabicShaping.txt as printed in the standard", () => {
    const joining = (c: number): number => call.joiningOf?.(call.properties?.(c) as number) as number;
    const transparent = members("[\\p{Mn}\\p{Me}\\p{Cf}]");
    // Listed by themselves although of those categories: ZWNJ, the digit and number signs, isolates and the like are non-joining; ZWJ causes joining.
    for (const c of scalars)
      if (joining(c) === value("JT_TRANSPARENT") && transparent[c] !== 1 && c !== 0x1e94b) expect.fail(`U+${c.toString(16)} is transparent`);
    const letters = (text: string, type: string): void => {
      for (const char of text) expect(joining(char.codePointAt(0) as number), char).toBe(value(`JT_${type}`));
    };
    letters("بتثجحخسشصضطظعغفقكلمنهيپچکگیئܒܓߊ", "DUAL_JOINING");
    letters("ادذرزوآأإؤةڈڑژےەܐܕ", "RIGHT_JOINING");
    letters("\u0640\u200d\u07fa", "JOIN_CAUSING");
    letters("\u200c\u0621\u0674ٴaא0१ ", "NON_JOINING");
    letters("\u064b\u0651\u0670\u0301\u05b0\u200e", "TRANSPARENT");
    letters("\ua872", "LEFT_JOINING");
  });

  it("viramas and consonants of IndicSyllabicCategory.txt as the script chapters name them", () => {
    const is = (lookup: string, c: number): boolean => call[lookup]?.(call.properties?.(c) as number) === 1;
    // Devanagari, Bengali, Tamil, Malayalam; Khmer coeng; Myanmar's stacker and asat; Brahmi's number joiner; Tai Tham sakot
    for (const c of [0x94d, 0x9cd, 0xbcd, 0xd4d, 0x17d2, 0x1039, 0x103a, 0x1107f, 0x1a60]) expect(is("isVirama", c), c.toString(16)).toBe(true);
    for (const c of [0x915, 0x93e, 0x1780, 0x61, 0x301]) expect(is("isVirama", c), c.toString(16)).toBe(false);
    for (const c of [0x915, 0x995, 0xb95, 0x1780, 0x1000, 0xe01, 0xf40, 0xf90]) expect(is("isConsonant", c), c.toString(16)).toBe(true);
    for (const c of [0x905, 0x93e, 0x94d, 0x61, 0x5d0]) expect(is("isConsonant", c), c.toString(16)).toBe(false);
  });

  it("numbers over U+10FFFF are as unassigned code points", () => {
    for (const c of [0x110000, 0x7fffffff, -1]) {
      expect(call.scriptOf?.(c)).toBe(value("SCRIPT_UNKNOWN"));
      expect(call.properties?.(c)).toBe(call.properties?.(0xffff));
      expect(call.extensionsOf?.(c)).toBe(0);
    }
  });
});

describe("grapheme clusters", () => {
  const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
  const ours = (points: readonly number[]): number[] => {
    const starts: number[] = [];
    let state = value("GRAPHEME_START");
    points.forEach((c, i) => {
      const boundary = call.graphemeBoundary?.(state, c) === 1;
      state = call.graphemeStep?.(state, call.properties?.(c) as number) as number;
      if (boundary) starts.push(i);
    });
    return starts;
  };
  const theirs = (points: readonly number[]): number[] => {
    const at = new Map<number, number>();
    let units = 0;
    points.forEach((c, i) => {
      at.set(units, i);
      units += c > 0xffff ? 2 : 1;
    });
    return [...segmenter.segment(String.fromCodePoint(...points))].map(({ index }) => at.get(index) as number);
  };
  const hex = (points: readonly number[]): string => points.map((c) => c.toString(16).toUpperCase().padStart(4, "0")).join(" ");
  const check = (points: readonly number[]): void => {
    const [a, b] = [ours(points).join(), theirs(points).join()];
    if (a !== b) expect.fail(`${hex(points)}: boundaries before ${a}; ICU: ${b}`);
  };

  // One of each class, and what GB9c, GB11 and GB12 look back at.
  const CONTEXT = [0x61, 0xd, 0xa, 0x1, 0x301, 0x200d, 0x1f1e6, 0x600, 0x903, 0x1100, 0x1161, 0x11a8, 0xac00, 0xac01, 0x1f600, 0x915, 0x94d, 0x93c, 0x200c];

  it("every code point behind and before each class", () => {
    // A code point whose class says nothing special is tried in one context; the long tail of letters and unassigned code points has nothing else to show.
    const plain = call.properties?.(0x4e00);
    const points: number[] = [];
    for (const c of scalars) {
      const record = call.properties?.(c) as number;
      if (call.breakOf?.(record) === 0 && call.isPictographic?.(record) === 0 && call.conjunctOf?.(record) === 0) points.push(0x61, c, 0x61, 0xa);
      else if (record === call.properties?.(0xac01) || record === plain) points.push(0x1100, c, 0x11a8, 0xa);
      else for (const other of CONTEXT) points.push(other, c, other, 0xa);
    }
    for (let at = 0; at < points.length; at += 400) check(points.slice(at, at + 400));
  });

  it("random sequences of what the rules look at", () => {
    let seed = 20260101;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const special = scalars.filter((c) => {
      const record = call.properties?.(c) as number;
      const gcb = call.breakOf?.(record) as number;
      return c < 0xac00 && (gcb !== 0 || call.isPictographic?.(record) === 1 || call.conjunctOf?.(record) !== 0);
    });
    for (let round = 0; round < 20_000; round++) {
      const length = 1 + random(12);
      check(Array.from({ length }, () => (random(4) === 0 ? (special[random(special.length)] as number) : (CONTEXT[random(CONTEXT.length)] as number))));
    }
  });

  it.each([
    ["flags pair from the start", [0x1f1e6, 0x1f1e7, 0x1f1e8, 0x1f1e9], [0, 2]],
    ["a family is one", [0x1f468, 0x200d, 0x1f469, 0x200d, 0x1f467], [0]],
    ["a conjunct is one", [0x915, 0x94d, 0x937, 0x93f], [0]],
    ["a joiner alone does not hold letters", [0x61, 0x200d, 0x62], [0, 2]],
    ["keycap", [0x31, 0xfe0f, 0x20e3, 0x32], [0, 3]],
  ])("%s", (_, points, starts) => {
    expect(ours(points as number[])).toEqual(starts);
  });
});
