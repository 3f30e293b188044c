// The engine's glyphs against uharfbuzz's (expected.json, made by make.py): every test font × texts in ten scripts, with directions,
// languages, features, variations and named instances. Ids, clusters, advances and offsets must be equal, not near.
import { readFileSync } from "node:fs";
import { createSession, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FONTS, fontPath } from "../fonts/fonts.mjs";

interface Request {
  readonly script?: string;
  readonly direction?: "ltr" | "rtl" | "ttb" | "btt";
  readonly language?: string;
  readonly features?: readonly string[];
  readonly variations?: Readonly<Record<string, number>>;
  readonly instance?: string;
}

interface Case {
  readonly font: string;
  readonly face?: number;
  readonly text: string;
  readonly request?: Request;
  readonly script: string | null;
  readonly direction: string;
  readonly glyphs: readonly number[];
}

interface Expected {
  readonly harfbuzz: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const expected = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as Expected;
let session: Session;

beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

function content({ text }: Case): string {
  const found = expected.texts[text];
  if (found === undefined) throw new Error(`expected.json has no text ${text}`);
  return found;
}

function name({ font, face, text, request }: Case): string {
  return `${font}${face === undefined ? "" : `#${face}`} ${text} ${request === undefined ? "" : JSON.stringify(request)}`;
}

/** Glyphs of a case as the engine shapes them, in expected.json's flat form. */
function shaped(sample: Case): number[] {
  const face = sample.face === undefined ? {} : { faceIndex: sample.face };
  const glyphs = session.shape({ font: fontPath(sample.font), text: content(sample), ...face, ...sample.request });
  return glyphs.flatMap(({ id, cluster, xAdvance, yAdvance, xOffset, yOffset }) => [id, cluster, xAdvance, yAdvance, xOffset, yOffset]);
}

/** What the result of a job says was used. */
function used(sample: Case): { script: string; direction: string } {
  const { features, variations, instance, ...text } = sample.request ?? {};
  const result = session.render({
    id: "used",
    font: {
      path: fontPath(sample.font),
      size: 16,
      ...(variations === undefined ? {} : { variations }),
      ...(instance === undefined ? {} : { instance }),
      ...(sample.face === undefined ? {} : { face_index: sample.face }),
    },
    text: { content: content(sample), ...text, ...(features === undefined ? {} : { features: [...features] }) },
    rendering: { format: "metrics", encoding: "none", width: 64, height: 64 },
  });
  if (result.text === undefined) throw new Error(`${name(sample)}: ${JSON.stringify(result)}`);
  return { script: result.text.script, direction: result.text.direction };
}

describe("shaping equals uharfbuzz's", () => {
  test("the expected values cover every test font and are of the module's HarfBuzz", () => {
    expect(new Set(expected.cases.map(({ font }) => font))).toEqual(new Set(FONTS.map(({ key }) => key)));
    expect(expected.harfbuzz).toBe("15.0.0");
    expect(expected.cases.length).toBeGreaterThan(500);
  });

  for (const { key } of FONTS) {
    test(key, () => {
      const wrong: string[] = [];
      for (const sample of expected.cases.filter(({ font }) => font === key)) {
        const got = shaped(sample);
        if (got.join() !== sample.glyphs.join()) wrong.push(`${name(sample)}\n  expected ${sample.glyphs.join()}\n  got      ${got.join()}`);
      }
      expect(wrong, wrong.slice(0, 3).join("\n")).toEqual([]);
    });
  }

  test("the result says which script and direction were used", () => {
    const wrong = expected.cases
      .filter(({ script }) => script !== null && script !== "Zyyy")
      .map((sample) => ({ sample, got: used(sample) }))
      .filter(({ sample, got }) => got.script !== sample.script || got.direction !== sample.direction)
      .map(({ sample, got }) => `${name(sample)}: expected ${sample.script} ${sample.direction}, got ${got.script} ${got.direction}`);
    expect(wrong, wrong.slice(0, 5).join("\n")).toEqual([]);
  });
});
