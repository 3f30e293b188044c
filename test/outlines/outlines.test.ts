// The outlines that the engine draws against fontTools' (expected.json, made by make.py): TrueType with gvar, CFF, CFF2, avar2, VARC, WOFF and
// WOFF2, at several places of the design space. Read back from the SVG of a job at one pixel a font unit: kinds of segments and every point.
import { readFileSync } from "node:fs";
import { createSession, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fontPath } from "../fonts/fonts.mjs";

interface Sample {
  readonly font: string;
  readonly upem: number;
  readonly character: string;
  readonly variations?: Readonly<Record<string, number>>;
  readonly kinds: string;
  readonly points: readonly number[];
}

/**
 * HarfBuzz rounds normalised coordinates to 1/16384, fontTools does not: with deltas of some hundred units a point may differ by hundredths;
 * CFF2's blends round once more. A wrong delta, a missed avar or a swapped axis is off by whole units.
 */
const TOLERANCE_UNITS = 0.12;
const ORIGIN_PX = 4000;
const CANVAS_PX = 8000;

const samples = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as Sample[];
let session: Session;

beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

interface Outline {
  readonly kinds: string;
  readonly points: readonly number[];
}

/** The path of an SVG, back in font units, without segments that only return to their contour's start (as make.py leaves them out). */
function outlineOf(svg: string): Outline {
  const path = / d='([^']*)'/.exec(svg)?.[1];
  if (path === undefined) throw new Error(`no path in ${svg.slice(0, 300)}`);
  let kinds = "";
  const points: number[] = [];
  for (const contour of path.split("Z")) {
    const segments = [...contour.matchAll(/([MLQC])([^MLQC]*)/g)].map(([, kind, numbers]) => ({
      kind,
      numbers: (numbers ?? "")
        .trim()
        .split(/[\s,]+/)
        .map((value, i) => (i % 2 === 0 ? Number(value) - ORIGIN_PX : ORIGIN_PX - Number(value))),
    }));
    const [start, last] = [segments[0], segments.at(-1)];
    if (segments.length > 1 && last?.kind === "L" && start?.numbers.every((value, i) => Math.abs(value - (last.numbers[i] ?? Number.NaN)) < 0.01))
      segments.pop();
    for (const { kind, numbers } of segments) {
      kinds += kind;
      points.push(...numbers);
    }
  }
  return { kinds, points };
}

function drawn({ font, upem, character, variations }: Sample): Outline {
  const result = session.render({
    id: "outline",
    font: { path: fontPath(font), size: upem, ...(variations === undefined ? {} : { variations }) },
    text: { content: character },
    rendering: { format: "svg", encoding: "json", width: CANVAS_PX, height: CANVAS_PX, origin: [ORIGIN_PX, ORIGIN_PX] },
  });
  if (result.rendering?.data === undefined) throw new Error(JSON.stringify(result).slice(0, 500));
  return outlineOf(result.rendering.data);
}

describe("outlines equal fontTools'", () => {
  for (const font of new Set(samples.map((sample) => sample.font))) {
    test(font, () => {
      for (const sample of samples.filter((entry) => entry.font === font)) {
        const label = `${font} ${sample.character} ${JSON.stringify(sample.variations ?? {})}`;
        const got = drawn(sample);
        expect(got.kinds, label).toBe(sample.kinds);
        const furthest = Math.max(...sample.points.map((value, i) => Math.abs(value - (got.points[i] ?? Number.NaN))));
        expect(furthest, `${label}: furthest point, in font units`).toBeLessThan(TOLERANCE_UNITS);
      }
    });
  }
});
