// Sweeps against the single renders of the same coordinates, byte for byte; where points lie; when a text is shaped again; what is refused.
import { readFileSync } from "node:fs";
import { createSession, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FONTS, fontPath } from "../fonts/fonts.mjs";

let session: Session;
beforeAll(() => {
  session = createSession({ timing: false });
});
afterAll(() => session.dispose());

interface Item {
  readonly text: number;
  readonly instance?: string;
  readonly coordinates?: Readonly<Record<string, number>>;
  readonly [name: string]: unknown;
}
interface Line {
  readonly status: string;
  readonly sweep?: {
    readonly renders: number;
    readonly first: number;
    readonly texts: readonly string[];
    readonly results: readonly Item[];
    readonly shaped: number;
  };
  readonly warnings?: readonly { readonly code: string }[];
  readonly error?: { readonly code: string; readonly message: string };
}

function run(font: string, text: object | string, sweep: object, size = 100, more: object = {}): Line {
  const content = typeof text === "string" ? { content: text } : text;
  return JSON.parse(session.renderLine(JSON.stringify({ id: "s", font: { path: fontPath(font), size, ...more }, text: content, sweep })));
}

/** The pieces of a result's text behind the item's own fields must be those of the single job, as they are written. */
function pieces(line: string, from: string): string {
  return line.slice(line.indexOf(from));
}

const FIGURES = { width: 900, height: 300 };

describe("each render of a sweep is the single render at its coordinates, byte for byte", () => {
  const cases: readonly (readonly [string, string, object, object])[] = [
    ["source-sans-var-ttf", "a", { grid: { wght: { min: 200, max: 900, steps: 9 } } }, {}],
    ["source-sans-var-ttf", "AVAToffi", { sample: { count: 12, seed: 3 }, instances: true }, {}],
    ["source-sans-var-otf", "Qg", { sample: { count: 6, seed: 1 } }, {}],
    ["source-serif-var-ttf", "fig", { grid: { wght: { min: 200, max: 900, steps: 3 }, opsz: [8, 20.5, 60] } }, {}],
    ["recursive-var-woff2", "sim 01", { sample: { count: 15, seed: 9 }, points: [{ MONO: 1, slnt: -15 }, { MONO: 1 }] }, {}],
    ["noto-sans-arabic-var-woff2", "السَّلَام", { grid: { wght: [100, 444, 900] } }, {}],
    ["avar2", "abcd", { sample: { count: 8, seed: 2 } }, {}],
    ["varc", "heb", { sample: { count: 5 } }, {}],
    ["aat", "abcdefgh", { points: [{}] }, {}],
    ["noto-sans", "fi e\u0301", { points: [{}] }, {}],
    ["shapes", "rotwx", { grid: { wght: { min: 0, max: 1000, steps: 6 } } }, {}],
    ["switch", "xrx", { grid: { wght: { min: 0, max: 1000, steps: 11 } } }, {}],
    ["shapes", "rot", { grid: { wght: [0, 1000] } }, { direction: "ttb" }],
  ];
  for (const include of [["metrics"], ["extended", "boxes", "glyphs", "hash"]]) {
    test.each(cases)(`${include.join(", ")}: %s %j`, (font, content, sources, how) => {
      const texts = ["n o", content.slice(0, 1)];
      const line = session.renderLine(
        JSON.stringify({ id: "s", font: { path: fontPath(font), size: 100 }, text: { content, ...how }, sweep: { ...FIGURES, include, texts, ...sources } }),
      );
      const { sweep, status, error } = JSON.parse(line) as Line;
      expect(error).toBeUndefined();
      expect(status).toBe("success");
      expect(sweep?.results.length).toBe(sweep?.renders);
      for (const item of sweep?.results ?? []) {
        const single = session.renderLine(
          JSON.stringify({
            id: "one",
            font: { path: fontPath(font), size: 100, variations: item.coordinates },
            text: { content: [content, ...texts][item.text], ...how },
            rendering: { format: "metrics", ...FIGURES, include },
          }),
        );
        // metrics to hash as they stand in the single line: the sweep's line must hold exactly these bytes behind the render's coordinates
        const body = pieces(single, ',"metrics":').replace(/,"(font":\{"path|warnings":\[).*$/, "");
        const head = JSON.stringify(item.coordinates === undefined ? { text: item.text } : { text: item.text, coordinates: item.coordinates }).slice(0, -1);
        const named = item.instance === undefined ? head : head.replace(",", `,"instance":${JSON.stringify(item.instance)},`);
        expect(line).toContain(`${named}${body}`);
        expect((JSON.parse(single) as { font: object }).font).toMatchObject(item.coordinates === undefined ? {} : { coordinates: item.coordinates });
        expect(item.warnings).toEqual((JSON.parse(single) as Line).warnings);
      }
    });
  }

  test.each(["pgm", "png", "svg", "raw"])("pictures: %s", (format) => {
    const { sweep } = run("shapes", "rw", { ...FIGURES, format, grid: { wght: [0, 300, 1000] } });
    for (const item of sweep?.results ?? []) {
      const job = { id: "one", font: { path: fontPath("shapes"), size: 100, variations: item.coordinates ?? {} }, text: { content: "rw" } };
      const single = session.render({ ...job, rendering: { format: format as "png", ...FIGURES } });
      expect(item.rendering).toEqual(single.rendering);
    }
  });
});

describe("every test font, texts of many kinds: glyphs and metrics are those of the single renders", () => {
  // marks with and without a base, spaces that a font may lack, a soft hyphen, joiners, scripts that reorder, digits and fractions
  const texts = ["AV\u2007To\u2003fi\u00adx", "e\u0301\u0323 \u0301a i\u0307", "السَّلَامُ لله", "क्षत्रिय र्कि", "נִקּוּד", "½ 1\u20444 ’‑", "a\u200db\ufe0f", "ภาษาที่"];
  test.each(FONTS.map(({ key }) => key))("%s", (key) => {
    const font = { path: fontPath(key), size: 48 };
    const sweep = { width: 700, height: 120, include: ["metrics", "glyphs"], texts: texts.slice(1), points: [{}], sample: { count: 5, seed: 77 } };
    const { sweep: swept } = JSON.parse(session.renderLine(JSON.stringify({ id: "s", font, text: { content: texts[0] }, sweep }))) as Line;
    expect(swept?.results.length).toBe(6 * texts.length);
    for (const { text, coordinates = {}, metrics, glyphs } of swept?.results ?? []) {
      const job = { id: "one", font: { ...font, variations: coordinates }, text: { content: texts[text] ?? "" } };
      const single = session.render({ ...job, rendering: { format: "metrics", width: 700, height: 120, include: ["metrics", "glyphs"] } });
      expect({ text, coordinates, metrics, glyphs }).toEqual({ text, coordinates, metrics: single.metrics, glyphs: single.glyphs });
    }
  });
});

describe("where the points lie", () => {
  const places = (line: Line): unknown[] => (line.sweep?.results ?? []).map((item) => item.coordinates);

  test("a grid runs evenly from min to max, its last axis fastest", () => {
    const line = run("source-serif-var-ttf", "a", { ...FIGURES, grid: { opsz: [8, 60], wght: { min: 900, max: 200, steps: 3 } } });
    const at = (opsz: number, wght: number): object => ({ wght, opsz });
    expect(places(line)).toEqual([at(8, 900), at(8, 550), at(8, 200), at(60, 900), at(60, 550), at(60, 200)]);
  });

  test("points, instances, grid, sample, in this order; the rest stays where the font is put", () => {
    const line = run("shapes", "r", { ...FIGURES, sample: { count: 1 }, grid: { wght: 7 }, instances: true, points: [{ wght: 3 }, {}] }, 100, {
      variations: { wght: 40 },
    });
    expect(places(line)).toEqual([{ wght: 3 }, { wght: 40 }, { wght: 0 }, { wght: 1000 }, { wght: 7 }, { wght: 40 }]);
    expect(line.sweep?.results.map((item) => item.instance)).toEqual([undefined, undefined, "Thin", "Wide", undefined, undefined]);
  });

  interface Sample {
    readonly axes: number;
    readonly count: number;
    readonly seed: number;
    readonly points: readonly (readonly number[])[];
  }
  const samples = JSON.parse(readFileSync(new URL("expected.json", import.meta.url), "utf8")) as Sample[];
  const fonts: Readonly<Record<number, string>> = { 1: "shapes", 2: "source-serif-var-ttf", 5: "recursive-var-woff2" };
  test.each(samples)("a sample is SciPy's Halton sequence: $axes axes, seed $seed", ({ axes, count, seed, points }) => {
    const key = fonts[axes] ?? "";
    const ranges = session.fontInfo(fontPath(key)).faces[0]?.axes ?? [];
    expect(ranges.length).toBe(axes);
    const line = run(key, "a", { ...FIGURES, sample: { count, seed } });
    const ours = (line.sweep?.results ?? []).map((item) => ranges.map(({ tag, min, max }) => ((item.coordinates?.[tag] ?? Number.NaN) - min) / (max - min)));
    for (const [i, point] of points.entries())
      for (const [k, value] of point.entries()) {
        const { min = 0, max = 1 } = ranges[k] ?? {};
        // 6 decimals, held as single-precision numbers
        expect(Math.abs((ours[i]?.[k] ?? Number.NaN) - value) * (max - min)).toBeLessThan(1e-6 + Math.max(Math.abs(min), Math.abs(max)) * 2 ** -23);
      }
  });

  test("a sample leaves alone what font.variations puts", () => {
    const line = run("source-serif-var-ttf", "a", { ...FIGURES, sample: { count: 9, seed: 5 } }, 100, { variations: { opsz: 17 } });
    for (const item of line.sweep?.results ?? []) expect(item.coordinates?.opsz).toBe(17);
    expect(new Set((line.sweep?.results ?? []).map((item) => item.coordinates?.wght)).size).toBe(9);
  });

  test("parts of a sweep are the sweep", () => {
    const sweep = { ...FIGURES, texts: ["o", "t"], grid: { wght: { min: 0, max: 1000, steps: 7 } } };
    const whole = run("shapes", "r", sweep).sweep?.results ?? [];
    const parts = [0, 5, 10, 15, 20].flatMap((first) => run("shapes", "r", { ...sweep, first, count: 5 }).sweep?.results ?? []);
    expect(parts).toEqual(whole);
    expect(parts.length).toBe(21);
  });
});

describe("a text is shaped again only where coordinates can change it", () => {
  const grid = { wght: { min: 0, max: 1000, steps: 21 } };
  const shaped = (font: string, text: object | string, sweep: object): number | undefined => run(font, text, { ...FIGURES, ...sweep }).sweep?.shaped;
  test("advances that stay: once", () => expect(shaped("shapes", "rotx", { grid })).toBe(1));
  test("advances that vary: each time", () => expect(shaped("shapes", "rw", { grid })).toBe(21));
  test("each text for itself", () => expect(shaped("shapes", "rx", { grid, texts: ["w", "o"] })).toBe(1 + 21 + 1));
  test("FeatureVariations: each time", () => expect(shaped("switch", "r", { grid })).toBe(21));
  test("vertical text: each time", () => expect(shaped("shapes", { content: "r", direction: "ttb" }, { grid })).toBe(21));
  test("AAT layout: each time", () => expect(shaped("aat", "ab", { points: [{}, {}] })).toBe(2));
  test("a static font: once", () => expect(shaped("noto-sans", "ab", { points: [{}, {}, {}] })).toBe(1));
});

describe("what is refused, and what is warned of", () => {
  const size = { width: 100, height: 100 };
  const huge = { min: 0, max: 1, steps: 1000 };
  test.each([
    ["an empty grid", { grid: {} }, "invalid_job", "sweep.grid: empty"],
    ["an axis without values", { grid: { wght: [] } }, "invalid_job", 'sweep.grid.wght: got [], expected {"min", "max", "steps"}'],
    ["no steps", { grid: { wght: { min: 0, max: 1, steps: 0 } } }, "invalid_job", "sweep.grid.wght"],
    ["a missing max", { grid: { wght: { min: 0, steps: 2 } } }, "invalid_job", "sweep.grid.wght"],
    ["no points", { points: [] }, "invalid_job", "sweep.points: empty"],
    ["a point of another type", { points: [{ wght: 1 }, 5] }, "invalid_job", "sweep.points[1]: got 5"],
    ["a value of another type", { points: [{ wght: "x" }] }, "invalid_job", 'sweep.points[0].wght: got "x"'],
    ["no coordinates at all", {}, "invalid_job", "expected at least one of grid, points, instances and sample"],
    ["instances: false", { instances: false }, "invalid_job", "expected at least one of"],
    ["a sample of none", { sample: { count: 0 } }, "invalid_job", "sweep.sample.count: got 0"],
    ["a billion points", { grid: { wght: huge, wdth: huge, opsz: huge } }, "sweep_too_large", "1000000000 renders, expected at most 262144"],
    ["points times texts", { sample: { count: 200000 }, texts: ["b"] }, "sweep_too_large", "400000 renders"],
    ["texts too long together", { points: [{}], texts: ["x".repeat(40000), "x".repeat(40000)] }, "text_too_long", "got 80001 characters"],
    ["an axis that is not there", { grid: { wdth: [1, 2] } }, "axis_not_found", "no axis wdth; it has wght"],
    ["a point on an axis that is not there", { points: [{ wght: 1, slnt: 2 }] }, "axis_not_found", "no axis slnt"],
    ["a window behind the end", { grid: { wght: [1, 2] }, first: 2 }, "sweep_empty", "first"],
    ["pictures too large for a line", { format: "raw", width: 16384, height: 16384, grid: { wght: [1, 2] } }, "sweep_too_large", "536870912 pixels"],
    ["an unknown field", { points: [{}], axes: 1 }, "invalid_job", "sweep.axes: unknown field"],
  ])("%s", (_, sweep, code, message) => {
    const { status, error } = run("shapes", "r", { ...size, ...sweep });
    expect(status).toBe("error");
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  test("named instances of a font without", () => {
    expect(run("noto-sans", "a", { ...size, instances: true }).error).toMatchObject({ code: "sweep_empty" });
  });

  test("a sample that no axis is left for is said, and an error in strict mode", () => {
    const warned = (font: string, sample: number, variations = {}) =>
      run(font, "r", { ...size, sample: { count: sample } }, 100, { variations }).warnings?.map(({ code }) => code);
    expect(warned("noto-sans", 3)).toEqual(["sample_on_no_axis"]);
    expect(warned("shapes", 3, { wght: 40 })).toEqual(["sample_on_no_axis"]);
    expect(warned("shapes", 3)).toBeUndefined();
    expect(warned("noto-sans", 1)).toBeUndefined();
  });

  test("both kinds of job, or none", () => {
    const job = { id: "x", font: { path: "f", size: 1 }, text: { content: "" } };
    const both = { ...job, rendering: { format: "metrics", ...size }, sweep: { ...size, points: [{}] } };
    expect(session.validate(JSON.stringify(both))).toMatchObject({
      code: "invalid_job",
      message: expect.stringContaining("exactly one of"),
      field: "rendering",
    });
    expect(session.validate(JSON.stringify(job))?.message).toContain("rendering is missing");
    expect(session.validate(JSON.stringify({ ...job, sweep: 5 }))?.problems).toBeUndefined();
  });

  test("a value out of range is used at its end, and said", () => {
    const line = run("shapes", "r", { ...FIGURES, grid: { wght: { min: -500, max: 500, steps: 3 } } });
    expect(line.sweep?.results.map((item) => item.coordinates?.wght)).toEqual([0, 0, 500]);
    expect(line.warnings?.map(({ code }) => code)).toEqual(["sweep_clamped"]);
  });

  test("a render's own warnings stand with it", () => {
    const line = run("shapes", "r", { width: 70, height: 100, grid: { wght: [0, 1000] } });
    expect(line.sweep?.results.map((item) => (item.warnings as { code: string }[] | undefined)?.[0]?.code)).toEqual([undefined, "ink_clipped"]);
  });

  test("a strict session refuses either", () => {
    using strict = createSession({ strict: true });
    const job = { id: "s", font: { path: fontPath("shapes"), size: 100 }, text: { content: "r" } };
    for (const sweep of [
      { width: 70, height: 100, grid: { wght: [0, 1000] } },
      { ...FIGURES, grid: { wght: [0, 1001] } },
    ])
      expect(JSON.parse(strict.renderLine(JSON.stringify({ ...job, sweep })))).toMatchObject({ status: "error", error: { code: "strict_warning" } });
    expect(JSON.parse(strict.renderLine(JSON.stringify({ ...job, sweep: { ...FIGURES, grid: { wght: [0, 1000] } } })))).toMatchObject({ status: "success" });
  });

  test("after an error, and after any sweep, the next job is as ever", () => {
    const once = run("shapes", "rw", { ...FIGURES, grid: { wght: [0, 500] } });
    run("shapes", "rw", { ...FIGURES, grid: { wdth: [0, 500] } });
    expect(run("shapes", "rw", { ...FIGURES, grid: { wght: [0, 500] } })).toEqual(once);
  });
});

describe("session.sweep", () => {
  const request = { font: fontPath("shapes"), size: 50, width: 60, height: 40 };

  test("yields what the job holds, in windows that nobody sees", async () => {
    const grid = { wght: { min: 0, max: 1000, steps: 300 } };
    const got = [];
    for await (const result of session.sweep({ ...request, text: ["r", "o"], grid })) got.push(result);
    const { sweep } = run("shapes", "r", { width: 60, height: 40, texts: ["o"], grid }, 50);
    expect(got.length).toBe(600);
    expect(got.map(({ index }) => index)).toEqual(got.map((_, i) => i));
    for (const [i, item] of (sweep?.results ?? []).entries()) {
      expect(got[i]).toEqual({ ...item, text: ["r", "o"][item.text], index: i, renders: 600 });
    }
  });

  test("pictures of a large canvas come one after the other", async () => {
    const pictures = [];
    for await (const { rendering } of session.sweep({ ...request, text: "r", width: 6000, height: 6000, format: "png", grid: { wght: [0, 400, 900] } }))
      pictures.push(rendering);
    expect(pictures.length).toBe(3);
    for (const picture of pictures) expect(picture).toMatchObject({ format: "png", width: 6000, encoding: "base64" });
  });

  test("ends when the loop is left, lets others have their turn, and the session goes on", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    let seen = 0;
    for await (const { index } of session.sweep({ ...request, text: "r", sample: { count: 2000 } })) {
      seen = index;
      if (index === 1500) break;
    }
    clearInterval(timer);
    expect([seen, turns > 0]).toEqual([1500, true]);
    expect(run("shapes", "r", { width: 60, height: 40, points: [{}] }, 50).status).toBe("success");
  });

  test("the first result has the warnings of the sweep as a whole", async () => {
    const codes = [];
    for await (const { warnings } of session.sweep({ ...request, text: "r", grid: { wght: [2000, 0] } })) codes.push(warnings?.map(({ code }) => code));
    expect(codes).toEqual([["sweep_clamped"], undefined]);
  });

  test.each([
    [{ grid: {} }, "invalid_job"],
    [{ grid: { wdth: 5 } }, "axis_not_found"],
    [{ grids: {} }, "invalid_argument"],
    [{}, "invalid_job"],
    [{ points: [{}], text: [] }, "invalid_argument"],
    [{ points: [{}], font: "nowhere.ttf" }, "font_not_found"],
    [{ sample: { count: 300000 } }, "invalid_job"],
    [{ sample: { count: 200000 }, text: ["a", "b"] }, "sweep_too_large"],
  ])("throws in the loop: %j", async (more, code) => {
    const results = session.sweep({ ...request, text: "r", ...more } as Parameters<Session["sweep"]>[0]);
    await expect(results.next()).rejects.toMatchObject({ name: "HaforuError", code });
  });

  test("a session that is gone", () => {
    const gone = createSession();
    gone.dispose();
    expect(() => gone.sweep({ ...request, text: "r", points: [{}] })).toThrow("disposed");
  });
});
