// What `haforu shape` prints against HarfBuzz's own serialiser (lines.json, made by make_lines.py from uharfbuzz): every test font × texts, and every way
// of printing and every setting of the buffer on some. The command's flags are turned into options here as the command does; a few cases run the command itself.
import { readFileSync } from "node:fs";
import { createShaping, type GlyphLineOptions, type ShapeTextOptions, type Shaping } from "haforu";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { haforu } from "../../packages/haforu/test/haforu.ts";
import { fontPath } from "../fonts/fonts.mjs";

type Case = readonly [font: string, text: string, args: string, line: string];
const { texts, cases } = JSON.parse(readFileSync(new URL("lines.json", import.meta.url), "utf8")) as {
  readonly texts: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
};

const LINE_FLAGS: Readonly<Record<string, GlyphLineOptions>> = {
  "--show-flags": { showFlags: true },
  "--show-extents": { showExtents: true },
  "--no-glyph-names": { noGlyphNames: true },
  "--no-positions": { noPositions: true },
  "--no-advances": { noAdvances: true },
  "--no-clusters": { noClusters: true },
  "--ned": { noAdvances: true, noClusters: true },
  "--json": { format: "json" },
};
const BUFFER_FLAGS: Readonly<Record<string, ShapeTextOptions>> = {
  "--bot": { beginningOfText: true },
  "--eot": { endOfText: true },
  "--preserve-default-ignorables": { preserveDefaultIgnorables: true },
  "--remove-default-ignorables": { removeDefaultIgnorables: true },
  "--unsafe-to-concat": { unsafeToConcat: true },
  "--safe-to-insert-tatweel": { safeToInsertTatweel: true },
};
const VALUED: Readonly<Record<string, (value: string) => ShapeTextOptions>> = {
  "--direction": (direction) => ({ direction: direction as "ltr" }),
  "--script": (script) => ({ script }),
  "--language": (language) => ({ language }),
  "--features": (features) => ({ features }),
  "--cluster-level": (level) => ({ clusterLevel: Number(level) as 0 }),
  "--text-before": (before) => ({ before }),
  "--text-after": (after) => ({ after }),
};

function options(args: string): { text: ShapeTextOptions; line: GlyphLineOptions } {
  let [text, line]: [ShapeTextOptions, GlyphLineOptions] = [{}, {}];
  const words = args.split(" ").filter((word) => word !== "");
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word in LINE_FLAGS) line = { ...line, ...LINE_FLAGS[word] };
    else if (word in BUFFER_FLAGS) text = { ...text, ...BUFFER_FLAGS[word] };
    else if (word in VALUED) text = { ...text, ...VALUED[word]?.(words[++i] as string) };
    else throw new Error(`lines.json has a flag this test does not know: ${word}`);
  }
  return { text, line };
}

let shaping: Shaping;
beforeAll(() => {
  shaping = createShaping();
});
afterAll(() => {
  expect(shaping.openFonts).toBe(0);
  shaping.dispose();
});

describe("lines", () => {
  const fonts = [...new Set(cases.map(([font]) => font))];
  test.each(fonts)("%s", (key) => {
    for (const [font, text, args, line] of cases) {
      if (font !== key) continue;
      const { text: textOptions, line: lineOptions } = options(args);
      const shaper = shaping.lineShaper(fontPath(font), textOptions, lineOptions);
      expect(new TextDecoder().decode(shaper.shape(texts[text] as string)), `${font} ${text} ${args}`).toBe(line);
      shaper.dispose();
    }
  });
});

describe("the command", () => {
  const chosen = cases.filter(([font, text]) => (font === "noto-naskh-arabic" && text === "arabic") || (font === "noto-sans" && text === "emoji"));
  test.each(chosen)("%s %s %s", async (font, text, args, line) => {
    const { code, out, err } = await haforu(["shape", fontPath(font), ...args.split(" ").filter((word) => word !== "")], `${texts[text]}\n`);
    expect([code, err, out]).toEqual([0, "", `${line}\n`]);
  });

  const NASKH = fontPath("noto-naskh-arabic");
  it("prints a line for each line, an empty one for an empty one, none for a line feed at the end", async () => {
    expect((await haforu(["shape", NASKH], "ab\n\ncd")).out).toBe("[a=0+563|b=1+614]\n\n[c=0+492|d=1+614]\n");
    expect((await haforu(["shape", NASKH], "ab\n\ncd\n")).out).toBe("[a=0+563|b=1+614]\n\n[c=0+492|d=1+614]\n");
    expect((await haforu(["shape", NASKH], "")).out).toBe("");
  });

  it("takes the text from a flag, from code points, as one paragraph", async () => {
    expect((await haforu(["shape", NASKH, "-u", "633,U+0644"])).out).toBe("[uni0644.fina=1+591|uni0633.init=0+658]\n");
    expect((await haforu(["shape", NASKH, "--text", "ab"])).out).toBe("[a=0+563|b=1+614]\n");
    expect((await haforu(["shape", NASKH, "--single-par"], "ab\n\ncd\n")).out).toBe(
      "[a=0+563|b=1+614|.notdef=2+646|.notdef=3+646|c=4+492|d=5+614|.notdef=6+646]\n",
    );
  });

  it("numbers and shows lines as hb-shape does", async () => {
    const { out } = await haforu(["shape", NASKH, "--show-line-num", "--show-text", "--show-unicode"], "ab\nc\n");
    expect(out).toBe("1: (ab)\n1: <U+0061=0|U+0062=1>\n1: [a=0+563|b=1+614]\n2: (c)\n2: <U+0063=0>\n2: [c=0+492]\n");
  });

  it("prints records in logical order, one a line", async () => {
    expect((await haforu(["shape", NASKH, "--logical"], "سلا")).out).toBe("uni0633.init=0+658\nuni0644.medi.rlig=1+310\nuni0627.fina.rlig.2=2+300\n");
    expect((await haforu(["shape", NASKH, "--logical", "--json", "--no-positions"], "ab")).out).toBe('{"g":"a","cl":0}\n{"g":"b","cl":1}\n');
  });

  it("says what is wrong, with its exit code", async () => {
    const missing = await haforu(["shape", "nowhere.ttf"], "a");
    expect([missing.code, missing.out]).toEqual([1, ""]);
    expect(missing.err).toContain("nowhere.ttf");
    const twice = await haforu(["shape", NASKH, "-", "--text", "a"]);
    expect([twice.code, twice.err]).toEqual([2, "haforu: the text is given more than once: name a file, or --text, or --unicodes\n"]);
    const feature = await haforu(["shape", NASKH, "--features", "foo["], "a");
    expect(feature.code).toBe(2);
    expect(feature.err).toContain("features: expected a feature in HarfBuzz's syntax");
    const long = await haforu(["shape", NASKH], "a".repeat(300_000));
    expect([long.code, long.err]).toEqual([1, "haforu: line 1 is over 65536 characters: shape it with --stream\n"]);
    const file = await haforu(["shape", NASKH, "/nowhere.txt"]);
    expect(file.code).toBe(2);
    expect(file.err).toContain("/nowhere.txt: cannot be read");
  });
});
