// Matching: known coordinates are found again; scores are alignAndCompare's, whichever way they were computed; bounds, other fonts, several texts; what is refused.
import { createSession, HaforuError, type Job, type MatchRequest, type RenderRequest, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fontPath } from "../fonts/fonts.mjs";
import { matchCases } from "./match-cases.mjs";

const FLEX = fontPath("roboto-flex-woff2");
const SANS = fontPath("source-sans-var-ttf");
const SERIF = fontPath("source-serif-var-ttf");
let session: Session;
beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

const picture = (request: RenderRequest) => ({
  width: request.width,
  height: request.height,
  data: session.renderToBytes(request).slice(),
  ...(request.invert === true ? { invert: true } : {}),
});

describe("known coordinates", () => {
  it("of three axes are found within 2 % of each range, at 1000 px and at 80", () => {
    // `node test/align/match-cases.mjs` runs a hundred
    for (const size of [1000, 80]) {
      const { found, missed } = matchCases({ cases: 12, seed: 7, size, budget: 300 });
      expect(found, missed.join("\n")).toBeGreaterThanOrEqual(12);
    }
  });

  for (const objective of ["pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"] as const)
    it(`are found by ${objective}`, () => {
      const like = { font: SERIF, text: "Ra", size: 150, width: 240, height: 200, variations: { wght: 620, opsz: 30 } };
      const { coordinates, score } = session.match({ font: SERIF, size: 150, objective, targets: [{ text: "Ra", like }], budget: 400 });
      expect(Math.abs((coordinates.wght as number) - 620)).toBeLessThan(0.02 * 700);
      expect(Math.abs((coordinates.opsz as number) - 30)).toBeLessThan(0.02 * 52);
      expect(score).toBeLessThan(0.003);
    });

  it("are found where the target was moved, by mode ink", () => {
    const like = { font: SANS, text: "R", size: 120, width: 160, height: 160, origin: [31, 120] as const, variations: { wght: 733 } };
    const targets = [{ text: "R", origin: [20, 100] as const, like }];
    const found = session.match({ font: SANS, size: 120, mode: "ink", targets, budget: 80 });
    expect(Math.abs((found.coordinates.wght as number) - 733)).toBeLessThan(14);
    const still = session.match({ font: SANS, size: 120, targets, budget: 80 });
    expect(still.score).toBeGreaterThan(0.1);
  });

  it("are found over several texts, right to left, upside down in polarity", () => {
    const at = { wght: 350 };
    const one = { font: SANS, text: "a", size: 60, width: 60, height: 80, variations: at, invert: true };
    const two = { font: SANS, text: "BQ", size: 60, width: 130, height: 90, variations: at, origin: [7.5, 60.25] as const, direction: "rtl" as const };
    const { coordinates, evaluations, renders } = session.match({
      font: SANS,
      size: 60,
      budget: 101,
      targets: [
        { text: "a", image: picture(one) },
        { text: "BQ", origin: [7.5, 60.25], direction: "rtl", image: picture(two) },
      ],
    });
    expect(Math.abs((coordinates.wght as number) - 350)).toBeLessThan(2);
    expect(renders).toBe(evaluations * 2);
    expect(renders).toBeLessThanOrEqual(101);
  });
});

describe("scores", () => {
  // text that leaves the canvas on every side, widths that are no multiple of four, flat edges of partial coverage
  const canvases = [
    { text: "Rag", size: 97, width: 150, height: 83, origin: [-9.5, 70.3] as const },
    { text: "E|—", size: 61.7, width: 121, height: 64, origin: [3.2, 50.45] as const },
    { text: "@", size: 300, width: 203, height: 99, origin: [-40, 110] as const },
    { text: "q", size: 20, width: 3, height: 5 },
    { text: " ", size: 20, width: 30, height: 50 },
  ];
  for (const objective of ["pixel_delta", "rmse", "iou", "ssim"] as const)
    it(`of ${objective} are those of alignAndCompare at the coordinates found`, () => {
      for (const canvas of canvases) {
        const image = picture({ ...canvas, font: SERIF, variations: { wght: 300, opsz: 10 } });
        const { text, size, ...place } = canvas;
        const { width, height, ...pen } = place as typeof place & { origin?: readonly [number, number] };
        const budget = 7;
        const found = session.match({ font: SANS, size, objective, budget, coarse: false, targets: [{ text, image, ...pen }] });
        const rendered = picture({ ...canvas, font: SANS, variations: found.coordinates });
        const value = session.alignAndCompare(image, rendered, { measures: [objective] })[objective] as number;
        expect(found.score).toBeCloseTo(objective === "ssim" || objective === "iou" ? 1 - value : value, 5);
        expect(found.evaluations).toBeLessThanOrEqual(budget);
      }
    });

  it("go down along the path, which is the same in every run", () => {
    const like = { font: SERIF, text: "Rag", size: 400, width: 900, height: 500, variations: { wght: 500 } };
    const request: MatchRequest = {
      font: FLEX,
      size: 400,
      axes: { wght: {}, wdth: {}, opsz: { min: 20, max: 100 } },
      targets: [{ text: "Rag", like }],
      budget: 200,
    };
    const first = session.match(request);
    for (const stage of ["coarse", "fine"]) {
      const scores = first.path.filter((step) => step.stage === stage).map((step) => step.score);
      expect(scores.length).toBeGreaterThan(1);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    }
    const last = first.path.at(-1);
    expect(last?.score).toBe(first.score);
    for (const [tag, value] of Object.entries(last?.coordinates ?? {})) expect(first.coordinates[tag]).toBe(value);
    expect(first.coordinates.opsz).toBeGreaterThanOrEqual(20);
    expect(first.coordinates.opsz).toBeLessThanOrEqual(100);
    expect(first.coordinates.GRAD).toBe(0);
    expect(first.coarse_px).toBe(100);
    const other = createSession();
    expect(other.match(request)).toEqual(first);
    other.dispose();
  });

  it("of a budget of one is that of where the axes stand", () => {
    const like = { font: SANS, text: "a", size: 40, width: 40, height: 50, variations: { wght: 800 } };
    const { evaluations, coordinates, stopped } = session.match({ font: SANS, size: 40, variations: { wght: 444 }, targets: [{ text: "a", like }], budget: 1 });
    expect({ evaluations, stopped }).toEqual({ evaluations: 1, stopped: "budget" });
    expect(coordinates).toEqual({ wght: 444 });
  });

  it("leave the session as it was", () => {
    const request = { font: SANS, text: "Rag", size: 60, width: 150, height: 90 };
    const before = session.renderToBytes(request).slice();
    session.match({ font: SANS, size: 60, targets: [{ text: "Rag", like: { ...request, variations: { wght: 700 } } }], budget: 30 });
    expect(session.renderToBytes(request)).toEqual(before);
  });
});

describe("warnings", () => {
  const like = { font: SANS, text: "a", size: 40, width: 60, height: 50 };
  const targets = [
    { text: "a", like },
    // no such character, a feature that the font lacks, ink beyond the canvas on two sides, half a surrogate pair
    { text: "a\u4e00", features: ["smcp", "zzzz"], like },
    { text: "aaaaagg", origin: [-5, 48], like },
    { text: "a\ud800", like },
    { text: "\u05e9\u05dc", script: "Hebr", direction: "rtl", language: "he", like },
    { text: "aa", direction: "ttb", like },
  ] as const;
  const request: MatchRequest = { font: SANS, size: 40, targets, budget: 24 };

  it("are those of jobs at the place found, each with its target", () => {
    const { warnings, coordinates } = session.match(request);
    const expected = targets.flatMap(({ text: content, like: _like, ...more }, target) => {
      const { origin, ...text } = { origin: undefined, ...more };
      const result = session.render({
        id: "t",
        font: { path: SANS, size: 40, variations: coordinates },
        text: { content, ...text },
        rendering: { format: "metrics", width: 60, height: 50, ...(origin === undefined ? {} : { origin }) },
      } as Job);
      return (result.warnings ?? []).map((warning) => ({ ...warning, target }));
    });
    expect(warnings).toEqual(expected);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["missing_glyph", "feature_unknown", "ink_clipped", "invalid_utf8"]));
    expect(Object.keys(warnings[0] ?? {}).at(-1)).toBe("target");
  });

  it("are errors in a strict session", () => {
    const strict = createSession({ timing: false, strict: true });
    expect(() => strict.match(request)).toThrow(expect.objectContaining({ code: "strict_warning", field: "features" }));
    expect(strict.match({ ...request, targets: targets.slice(0, 1) }).warnings).toEqual([]);
    strict.dispose();
  });
});

describe("what is refused", () => {
  const image = { width: 20, height: 20, data: new Uint8Array(400).fill(255) };
  const good: MatchRequest = { font: SANS, size: 20, targets: [{ text: "a", image }] };
  const cases: [string, object, string, RegExp][] = [
    ["a budget of 0", { budget: 0 }, "budget", /from 1, the number of targets/],
    ["a budget under the number of targets", { budget: 1, targets: [...good.targets, ...good.targets] }, "budget", /from 2/],
    ["no target", { targets: [] }, "targets", /array of 1 to/],
    ["a target without a picture", { targets: [{ text: "a" }] }, "targets[0]", /either image or like/],
    ["an image of the wrong length", { targets: [{ text: "a", image: { ...image, width: 21 } }] }, "targets[0].image.data", /420 bytes/],
    ["an axis that the font does not have", { axes: { wdth: {} } }, "axes", /no axis "wdth"; its axes are wght/],
    ["a range the wrong way round", { axes: { wght: { min: 500, max: 400 } } }, "axes.wght", /min at most max/],
    ["a range that is one point", { axes: { wght: { min: 500, max: 500 } } }, "axes", /none of those that are named can move/],
    ["a static font", { font: fontPath("noto-sans") }, "axes", /has none/],
    ["another objective", { objective: "psnr" }, "objective", /"pixel_delta"/],
    ["an unknown field", { budgets: 5 }, "budgets", /did you mean budget/],
    ["no size", { size: undefined }, "size", /pixels per em/],
    ["a size over the limit", { size: 10001 }, "size", /at most 10000/],
  ];
  for (const [what, change, field, message] of cases)
    it(what, () => {
      let error: unknown;
      try {
        session.match({ ...good, ...change } as MatchRequest);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(HaforuError);
      expect(error).toMatchObject({ code: "invalid_argument", field });
      expect((error as Error).message).toMatch(message);
    });

  it("but not thirteen axes at once", () => {
    const like = { font: FLEX, text: "a", size: 30, width: 40, height: 40, variations: { wght: 700 } };
    expect(session.match({ font: FLEX, size: 30, targets: [{ text: "a", like }], budget: 50 }).evaluations).toBeLessThanOrEqual(50);
  });
});

describe("decodeImage", () => {
  it("gives the pixels of a picture that a job wrote", () => {
    const request = { font: SANS, text: "Rag", size: 40, width: 100, height: 60 };
    for (const format of ["png", "pgm"] as const) {
      const { rendering } = session.render({
        id: "t",
        font: { path: SANS, size: 40 },
        text: { content: "Rag" },
        rendering: { format, width: 100, height: 60 },
      });
      expect(session.decodeImage(Buffer.from(rendering?.data ?? "", "base64"))).toEqual(picture(request));
    }
  });
  it("says what is wrong with a file", () => {
    expect(() => session.decodeImage(Buffer.from("GIF89a"))).toThrow(expect.objectContaining({ code: "image_unsupported" }));
    expect(() => session.decodeImage(Buffer.from("P5 3 3 255\n"))).toThrow(expect.objectContaining({ code: "image_invalid" }));
    expect(() => session.decodeImage("x" as never)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
