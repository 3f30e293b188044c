// A session over the real engine and real fonts: jobs and direct calls agree, caches notice every change, errors say
// what was meant, and nothing that was handed out goes stale unnoticed.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Job, LIMITS } from "@haforu/engine";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { HaforuError } from "../engine/errors.ts";
import { createSession } from "./create.ts";
import type { RenderRequest } from "./request.ts";
import type { Session } from "./session.ts";

const fontFile = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));
const LATIN = fontFile("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf");
const HEBREW = fontFile("@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf");
const VARIABLE = fontFile("source-sans-pro/VAR/SourceSansVariable-Roman.ttf");

const folder: string = mkdtempSync(join(tmpdir(), "haforu-session-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let session: Session;
beforeEach(() => {
  session = createSession({ timing: false });
});
afterEach(() => session.dispose());

const REQUEST: RenderRequest = { font: LATIN, text: "Ag", size: 40, width: 80, height: 60 };

/** The job that means the same as a request. */
function jobOf(request: RenderRequest, rendering: Partial<Job["rendering"]> = {}): Job {
  const { font, text, size, width, height, variations, instance, features, script, direction, language } = request;
  return {
    id: "job",
    font: { path: font, size, ...(variations && { variations }), ...(instance !== undefined && { instance }) },
    text: {
      content: text,
      ...(features !== undefined && { features }),
      ...(script !== undefined && { script }),
      ...(direction && { direction }),
      ...(language !== undefined && { language }),
    },
    rendering: {
      format: "raw",
      width,
      height,
      ...(request.origin && { origin: request.origin }),
      ...(request.invert !== undefined && { invert: request.invert }),
      ...rendering,
    },
  };
}

/** The canvas of a job, which went through JSON and base64. */
function pixelsOfJob(request: RenderRequest): Uint8Array {
  const result = session.render(jobOf(request));
  expect(result.error).toBeUndefined();
  return new Uint8Array(Buffer.from(result.rendering?.data ?? "", "base64"));
}

function errorOf(call: () => unknown): HaforuError {
  try {
    call();
  } catch (error) {
    if (error instanceof HaforuError) return error;
    throw error;
  }
  throw new Error("expected the call to throw");
}

describe("jobs", () => {
  test("a job in the form the first customer sends it", () => {
    const result = createSession().render({
      version: "1.0",
      id: "customer",
      font: { path: VARIABLE, size: 1000, variations: { wght: 600 }, face_index: 0 },
      text: { content: "a", script: "Latn", direction: "ltr", language: "en" },
      rendering: { format: "pgm", encoding: "binary", width: 3000, height: 1200 },
    });
    expect(result.status).toBe("success");
    const picture = Buffer.from(result.rendering?.data ?? "", "base64");
    expect(picture.subarray(0, 17).toString("latin1")).toBe("P5\n3000 1200\n255\n");
    expect(picture.length).toBe(17 + 3000 * 1200);
    expect(result.rendering?.actual_bbox).toHaveLength(4);
    expect(result.font?.coordinates).toEqual({ wght: 600 });
    expect(result.timing?.total_ms).toBeGreaterThan(0);
  });

  test("JSON text, bytes and an object give the same line", () => {
    const json = JSON.stringify(jobOf(REQUEST));
    const line = session.renderLine(json);
    expect(new TextDecoder().decode(session.renderLine(new TextEncoder().encode(json)))).toBe(line);
    expect(session.render(jobOf(REQUEST))).toEqual(JSON.parse(line));
    expect(line).not.toContain("\n");
  });

  test("metrics with include are a job's metrics, extended", () => {
    const rounded = (value: unknown): unknown => (typeof value === "number" ? Number(value.toFixed(6)) : Array.isArray(value) ? value.map(rounded) : value);
    for (const part of [
      { text: "illy \u201cAVE\u201d", width: 600, height: 120 },
      { font: VARIABLE, text: "i", width: 60, height: 120, variations: { wght: 800 } },
      { text: "", width: 40, height: 40 },
      { text: " ", width: 40, height: 40 },
      { text: "Hi", width: 90, height: 300, direction: "ttb" as const },
      { text: "ABC", width: 30, height: 50, origin: [-20, 40] as const },
    ]) {
      const request = { font: REQUEST.font, size: 80, ...part };
      const { metrics } = session.render(jobOf({ ...REQUEST, ...request }, { format: "metrics", include: ["extended"] }));
      const { clipped, ...measured } = session.metrics({ ...request, include: ["extended"] });
      expect(Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, rounded(value)]))).toEqual(metrics);
      expect(clipped).toHaveLength(4);
      expect(session.metrics({ ...request, include: ["metrics"] })).toEqual(session.metrics(request));
    }
    for (const include of ["extended", ["hash"], [1]]) {
      expect(() => session.metrics({ ...REQUEST, include } as never)).toThrow(expect.objectContaining({ code: "invalid_argument", field: "include" }));
    }
  });

  test("bearings of vertical text, by hand", () => {
    // hhea of this font: ascender 1069, descender -293 of 1000 units; it has no vmtx, so each glyph is 1362 units high and its ink stands in the middle (OpenType leaves that to the
    // shaper; HarfBuzz's rule). An H is 714 units high: 324 above and below.
    const measure = (text: string, origin: readonly [number, number]) =>
      session.metrics({ font: LATIN, text, direction: "ttb", size: 1000, width: 1200, height: 4200, origin, include: ["extended"] });
    for (const start of [0, 100]) {
      const one = measure("H", [600, start]);
      expect(one.advance).toEqual([0, 1362]);
      expect(one.bbox[1]).toBe(start + 324);
      expect(one.bbox[3]).toBe(714);
      expect(one.bearings).toEqual([324, 324]);
      const three = measure("HHH", [600, start]);
      expect([three.advance, three.bearings, three.gaps]).toEqual([
        [0, 3 * 1362],
        [324, 324],
        [
          [start + 324 + 714, 648],
          [start + 1362 + 324 + 714, 648],
        ],
      ]);
    }
    // a hyphen: 75 units high, wherever it stands on its line in horizontal text
    const [above = 0, below = 0] = measure("-", [600, 0]).bearings ?? [];
    expect(Math.abs(above - below)).toBeLessThanOrEqual(1);
  });

  test("a bad job is a result, not an exception, and validate says the same without its font", () => {
    const job = { id: "x", font: { path: "/nowhere.ttf", size: -1 }, text: {}, rendering: { format: "gif" } };
    const result = session.render(JSON.stringify(job));
    expect(result).toMatchObject({ id: "x", status: "error", error: { code: "invalid_job" } });
    expect(result.error?.problems?.length).toBeGreaterThan(2);
    expect(session.validate(JSON.stringify(job))).toEqual(result.error);
    expect(session.validate(jobOf({ ...REQUEST, font: "/nowhere.ttf" }))).toBeUndefined();
  });

  test("a missing font is font_not_found, with the path", () => {
    const result = session.render(jobOf({ ...REQUEST, font: "/nowhere.ttf" }));
    expect(result.error).toMatchObject({ code: "font_not_found", field: "font.path" });
    expect(result.error?.message).toContain("/nowhere.ttf");
  });

  test("hostile lines cost themselves alone", () => {
    const good = session.renderLine(JSON.stringify(jobOf(REQUEST)));
    const codeOf = (line: Uint8Array): string => JSON.parse(new TextDecoder().decode(session.renderLine(line))).error?.code;
    expect(codeOf(new Uint8Array(LIMITS.lineBytes + 1).fill(0x20))).toBe("line_too_long");
    expect(codeOf(new Uint8Array(0))).toBe("invalid_json");
    expect(codeOf(new Uint8Array(100))).toBe("invalid_json");
    expect(codeOf(new TextEncoder().encode("[".repeat(1_000_000)))).toBe("invalid_json");
    expect(codeOf(new TextEncoder().encode(`{"a":"${"x".repeat(5_000_000)}"}`))).toBe("invalid_job");
    expect(session.renderLine(JSON.stringify(jobOf(REQUEST)))).toBe(good);
    expect(session.cacheStats().faults).toBe(0);
  });

  test("invalid UTF-8 in a text is drawn as U+FFFD, with a warning", () => {
    const [before, after] = JSON.stringify(jobOf({ ...REQUEST, text: "|" })).split("|") as [string, string];
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    const result = JSON.parse(new TextDecoder().decode(session.renderLine(bytes)));
    expect(result.warnings?.map((warning: { code: string }) => warning.code)).toContain("invalid_utf8");
    expect(result.rendering.data).toBe(session.render(jobOf({ ...REQUEST, text: "\ufffd" })).rendering?.data);
  });

  test("an op is refused by name: only streams answer them", () => {
    expect(session.render('{"op": "ping"}').error?.code).toBe("unsupported");
  });

  test("what is not JSON is invalid_json", () => {
    expect(session.render("{nonsense").error?.code).toBe("invalid_json");
  });
});

describe("renderToBytes", () => {
  const requests: [string, RenderRequest][] = [
    ["plain", REQUEST],
    ["inverted", { ...REQUEST, invert: true }],
    ["from an origin", { ...REQUEST, origin: [10.25, 50.5] }],
    ["variable", { ...REQUEST, font: VARIABLE, variations: { wght: 700 } }],
    ["a named instance", { ...REQUEST, font: VARIABLE, instance: "Black" }],
    ["right to left", { ...REQUEST, font: HEBREW, text: "שלום", script: "Hebr", direction: "rtl", language: "he" }],
    ["features", { ...REQUEST, text: "AV AV", features: ["-kern", "liga=0"] }],
    ["beyond ASCII", { ...REQUEST, text: "Åß€ and a longer text than the short ones" }],
    ["no text", { ...REQUEST, text: "" }],
  ];
  test.each(requests)("gives the pixels of the job: %s", (_name, request) => {
    const direct = session.renderToBytes(request).slice();
    expect(direct.length).toBe(request.width * request.height);
    expect(Buffer.compare(direct, pixelsOfJob(request))).toBe(0);
    expect(direct.every((pixel) => pixel === direct[0])).toBe(request.text === "");
  });

  test("is a view, not a copy, and the next call draws over it", () => {
    const first = session.renderToBytes(REQUEST);
    const before = first.slice();
    const second = session.renderToBytes({ ...REQUEST, text: "x" });
    expect(second.buffer).toBe(first.buffer);
    expect(Buffer.compare(second, before)).not.toBe(0);
    expect(Buffer.compare(session.renderToBytes(REQUEST), before)).toBe(0);
  });

  test("is right after the memory grew under it, and after jobs in between", () => {
    const small = session.renderToBytes(REQUEST).slice();
    const large = { ...REQUEST, width: 9000, height: 9000, size: 4000 };
    expect(session.renderToBytes(large).length).toBe(81_000_000);
    expect(Buffer.compare(session.renderToBytes(REQUEST), small)).toBe(0);
    session.render(jobOf({ ...REQUEST, text: "other" }));
    expect(Buffer.compare(session.renderToBytes(REQUEST), small)).toBe(0);
  });

  test("sizes in turn give each its picture, in bounded memory", () => {
    const sums = new Map<number, number>();
    let afterFirstRound = 0;
    for (let round = 0; round < 3; round++) {
      for (const width of [4000, 5000, 6000, 7000]) {
        const request = { ...REQUEST, width, height: 5000, text: String(width), origin: [10, 50] as const };
        const ink = session
          .renderToBytes(request)
          .subarray(0, width * 60)
          .reduce((sum, pixel) => sum + 255 - pixel, 0);
        expect(sums.get(width) ?? ink).toBe(ink);
        sums.set(width, ink);
      }
      if (round === 0) afterFirstRound = session.cacheStats().linearBytes;
    }
    expect(session.cacheStats().linearBytes).toBe(afterFirstRound);
    expect(new Set(sums.values()).size).toBe(4);
  });

  test("notices a change in the caller's own variations object", () => {
    const variations: Record<string, number> = { wght: 200 };
    const request = { ...REQUEST, font: VARIABLE, variations };
    const light = session.renderToBytes(request).slice();
    variations.wght = 900;
    const black = session.renderToBytes(request).slice();
    expect(Buffer.compare(light, black)).not.toBe(0);
    variations.wght = 200;
    expect(Buffer.compare(session.renderToBytes(request), light)).toBe(0);
  });

  test("a lone surrogate is U+FFFD, as in UTF-8", () => {
    const lone = session.renderToBytes({ ...REQUEST, text: "\ud800" }).slice();
    expect(Buffer.compare(session.renderToBytes({ ...REQUEST, text: "\ufffd" }), lone)).toBe(0);
  });
});

test("metrics are those of the job, not rounded", () => {
  const request = { ...REQUEST, font: VARIABLE, variations: { wght: 300 } };
  const { clipped, ...metrics } = session.metrics(request);
  const inJob = session.render(jobOf(request, { format: "metrics" })).metrics;
  const rounded = JSON.parse(JSON.stringify(metrics), (_key, value) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value));
  expect(rounded).toEqual(inJob);
  expect(clipped).toEqual([0, 0, 0, 0]);
  expect(session.metrics({ ...request, width: 10 }).clipped[2]).toBeGreaterThan(10);
  expect(session.metrics({ ...request, text: " " })).toMatchObject({ centroid: null, aspect: null, ink_area: 0 });
});

test("shape gives the job's glyphs, clusters in code points", () => {
  const request = { ...REQUEST, text: "a\u{1f600}bc" };
  const glyphs = session.render(jobOf(request, { include: ["glyphs"] })).glyphs ?? [];
  const shaped = session.shape(request);
  expect(shaped.map((glyph) => [glyph.id, glyph.cluster, glyph.xAdvance, glyph.yAdvance, glyph.xOffset, glyph.yOffset])).toEqual(
    glyphs.map((glyph) => [glyph.id, glyph.cluster, ...glyph.advance, ...glyph.offset]),
  );
  expect(shaped.map((glyph) => glyph.cluster)).toEqual([0, 1, 2, 3]);
});

describe("fonts", () => {
  test("added as bytes are used by jobs and direct calls, and can be replaced and removed", () => {
    session.addFont("mine", readFileSync(LATIN));
    const mine = { ...REQUEST, font: "mine" };
    const latin = session.renderToBytes(REQUEST).slice();
    expect(Buffer.compare(session.renderToBytes(mine), latin)).toBe(0);
    expect(Buffer.compare(pixelsOfJob(mine), latin)).toBe(0);
    session.addFont("mine", readFileSync(VARIABLE));
    expect(Buffer.compare(session.renderToBytes(mine), latin)).not.toBe(0);
    expect(Buffer.compare(pixelsOfJob(mine), latin)).not.toBe(0);
    expect(session.removeFont("mine")).toBe(true);
    expect(errorOf(() => session.renderToBytes(mine)).code).toBe("font_not_found");
    expect(session.render(jobOf(mine)).error?.code).toBe("font_not_found");
  });

  test("a file that changed is read again", () => {
    using watchful = createSession({ fontCheckMs: 0 });
    const font = join(folder, "changing.ttf");
    const request = { ...REQUEST, font };
    copyFileSync(LATIN, font);
    const before = watchful.renderToBytes(request).slice();
    const jobBefore = watchful.render(jobOf(request)).rendering?.data;
    copyFileSync(VARIABLE, font);
    expect(Buffer.compare(watchful.renderToBytes(request), before)).not.toBe(0);
    expect(watchful.render(jobOf(request)).rendering?.data).not.toBe(jobBefore);
    rmSync(font);
    expect(errorOf(() => watchful.renderToBytes(request)).code).toBe("font_not_found");
  });

  test("outside the base folder are forbidden, in jobs and direct calls", () => {
    using confined = createSession({ baseDir: folder });
    expect(errorOf(() => confined.renderToBytes(REQUEST)).code).toBe("path_forbidden");
    expect(confined.render(jobOf(REQUEST)).error?.code).toBe("path_forbidden");
  });

  test("more than the budgets go again, least recently used first, and come back when asked for", () => {
    using tight = createSession({ fontCacheBytes: 700_000, maxInstances: 3 });
    const pictures = new Map<string, Uint8Array>();
    for (let round = 0; round < 2; round++) {
      for (const font of [LATIN, VARIABLE, HEBREW]) {
        for (const wght of font === VARIABLE ? [200, 300, 400, 500, 600] : [0]) {
          const request = { ...REQUEST, font, ...(wght > 0 && { variations: { wght } }) };
          const pixels = tight.renderToBytes(request).slice();
          const before = pictures.get(`${font} ${wght}`);
          if (before !== undefined) expect(Buffer.compare(pixels, before)).toBe(0);
          pictures.set(`${font} ${wght}`, pixels);
          // Two fonts fit at most, three instances, one canvas.
          expect(tight.cacheStats().handles).toBeLessThanOrEqual(2 + 3 + 1);
        }
      }
    }
  });

  test("a damaged one is font_invalid and leaves the session well", () => {
    session.addFont("cut", readFileSync(LATIN).subarray(0, 5000));
    expect(errorOf(() => session.renderToBytes({ ...REQUEST, font: "cut" }))).toMatchObject({ code: "font_invalid" });
    expect(session.render(jobOf({ ...REQUEST, font: "cut" })).error?.code).toBe("font_invalid");
    const after = pixelsOfJob(REQUEST);
    expect(Buffer.compare(session.renderToBytes(REQUEST), after)).toBe(0);
  });

  test("are described from a path and from bytes alike", () => {
    const info = session.fontInfo(VARIABLE);
    expect(session.fontInfo(readFileSync(VARIABLE))).toEqual(info);
    expect(JSON.stringify(info)).toContain("wght");
    expect(errorOf(() => session.fontInfo("/nowhere.ttf")).code).toBe("font_not_found");
  });

  test("warmUp reads them before they are needed", () => {
    session.warmUp([LATIN, VARIABLE]);
    const warm = session.cacheStats();
    expect(warm.fonts).toBe(2);
    session.render(jobOf(REQUEST));
    expect(session.cacheStats().fontMisses).toBe(warm.fontMisses);
    expect(errorOf(() => session.warmUp(["/nowhere.ttf"])).code).toBe("font_not_found");
  });
});

describe("arguments", () => {
  const wrong: [string, object, string, string][] = [
    ["a width that is no whole number", { width: 3.5 }, "invalid_argument", "width"],
    ["a height below zero", { height: -1 }, "invalid_argument", "height"],
    ["a size that is no number", { size: Number.NaN }, "invalid_argument", "size"],
    ["an origin that is no number", { origin: [0, Number.POSITIVE_INFINITY] }, "invalid_argument", "origin"],
    ["a text that is no string", { text: 5 }, "invalid_argument", "text"],
    ["a font that is no string", { font: undefined }, "invalid_argument", "font"],
    ["an unknown direction", { direction: "up" }, "invalid_argument", "direction"],
    ["a script of five letters", { script: "Latin" }, "invalid_argument", "script"],
    ["a face that is not there", { faceIndex: 7 }, "face_index_out_of_range", "font"],
    ["a size of nothing", { size: 0 }, "invalid_argument", "size"],
    ["a size over the limit", { size: 10_001 }, "invalid_argument", "size"],
    ["a canvas of nothing", { width: 0 }, "invalid_argument", "width"],
    ["a feature that is none", { features: "nonsense here" }, "invalid_argument", "features"],
    ["a canvas over the limit", { width: 32_768, height: 32_768 }, "canvas_too_large", "width"],
    ["a text over the limit", { text: "x".repeat(65_537) }, "text_too_long", "text"],
    ["an instance the font has not", { font: VARIABLE, instance: "Bolder" }, "instance_not_found", "instance"],
    ["an axis the font has not", { font: VARIABLE, variations: { XXXX: 1 } }, "invalid_argument", "variations"],
  ];
  test.each(wrong)("%s", (_name, part, code, field) => {
    const error = errorOf(() => session.renderToBytes({ ...REQUEST, ...part } as RenderRequest));
    expect(error).toMatchObject({ code, field });
    expect(error.message).toContain(field);
  });
});

test("a disposed session says so", () => {
  const gone = createSession();
  gone.dispose();
  gone.dispose();
  expect(errorOf(() => gone.renderToBytes(REQUEST)).code).toBe("invalid_handle");
  expect(errorOf(() => gone.render(jobOf(REQUEST))).code).toBe("invalid_handle");
});

test("what a huge canvas took is given back when the next picture is drawn", () => {
  using fresh = createSession({ timing: false });
  const draw = (width: number): string =>
    fresh.renderLine(
      JSON.stringify({
        id: "a",
        font: { path: LATIN, size: 40 },
        text: { content: "g" },
        rendering: { format: "raw", encoding: "none", width, height: 8000, include: ["hash"] },
      }),
    );
  const small = draw(10);
  const before = fresh.cacheStats().canvasBytes;
  expect(JSON.parse(draw(9000)).status).toBe("success");
  expect(fresh.cacheStats().canvasBytes).toBeGreaterThan(9000 * 8000);
  expect(draw(10)).toBe(small);
  expect(fresh.cacheStats().canvasBytes).toBeLessThan(before + (1 << 20));
});
