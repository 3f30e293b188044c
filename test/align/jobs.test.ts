// Compare jobs: their numbers are those of alignAndCompare over the pictures of render jobs; files, faults of the second font, and lines that are refused.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSession, type Job, type Session } from "haforu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fontPath } from "../fonts/fonts.mjs";

const REGULAR = fontPath("noto-sans");
const VARIABLE = fontPath("source-sans-var-ttf");
let session: Session;
let folder: string;
beforeAll(() => {
  session = createSession({ timing: false });
  folder = mkdtempSync(join(tmpdir(), "haforu-compare-"));
});
afterAll(() => {
  session.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const WIDTH = 120;
const HEIGHT = 90;
const rendered = (path: string, content: string, more: object = {}) => {
  const result = session.render({
    id: "p",
    font: { path, size: 40, ...more },
    text: { content },
    rendering: { format: "raw", width: WIDTH, height: HEIGHT },
  } as Job);
  return { width: WIDTH, height: HEIGHT, data: new Uint8Array(Buffer.from(result.rendering?.data ?? "", "base64")) };
};
const job = (compare: object, text: object = { content: "Rag" }): Job =>
  ({ id: "c", font: { path: REGULAR, size: 40 }, text, compare: { width: WIDTH, height: HEIGHT, ...compare } }) as Job;
/** As a result line has numbers: at most six decimals. */
const rounded = (value: unknown) => JSON.parse(JSON.stringify(value, (_, v) => (typeof v === "number" ? Math.round(v * 1e6) / 1e6 : v)));

describe("two renders", () => {
  for (const mode of ["corner", "center", "ink"] as const)
    it(`mode ${mode}`, () => {
      const result = session.render(job({ mode, with: { font: { path: VARIABLE, size: 40, variations: { wght: 700 } } } }));
      const expected = session.alignAndCompare(rendered(REGULAR, "Rag"), rendered(VARIABLE, "Rag", { variations: { wght: 700 } }), { mode });
      expect(result).toEqual({
        id: "c",
        status: "success",
        comparison: rounded(expected),
        font: { path: REGULAR, face_index: 0 },
        text: { script: "Latn", direction: "ltr", language: null },
        with: { font: { path: VARIABLE, face_index: 0, coordinates: { wght: 700 } }, text: { script: "Latn", direction: "ltr", language: null } },
      });
      expect(result.comparison?.pixel_delta).toBeGreaterThan(0.01);
    });

  it("of one font at two places of its design space, and with another text", () => {
    const font = { path: VARIABLE, size: 40, variations: { wght: 300 } };
    const line = { ...job({ with: { font: { ...font, variations: { wght: 600 } } } }), font };
    const expected = session.alignAndCompare(
      rendered(VARIABLE, "Rag", { variations: { wght: 300 } }),
      rendered(VARIABLE, "Rag", { variations: { wght: 600 } }),
    );
    expect(session.render(line).comparison).toEqual(rounded(expected));
    const other = session.render({ ...line, compare: { ...line.compare, with: { font, text: { content: "Rog", language: "en" } } } } as Job);
    expect(other.comparison).toEqual(
      rounded(session.alignAndCompare(rendered(VARIABLE, "Rag", { variations: { wght: 300 } }), rendered(VARIABLE, "Rog", { variations: { wght: 300 } }))),
    );
    expect(other.with?.text?.language).toBe("en");
  });

  it("takes the job's text and features where the second has none of its own, in any order of fields", () => {
    const second = { path: REGULAR, size: 40 };
    const text = { content: "AVA", features: "-kern" };
    const reversed = JSON.stringify({ compare: { with: { font: second }, height: HEIGHT, width: WIDTH }, text, font: second, id: "c" });
    expect(JSON.parse(session.renderLine(reversed)).comparison.pixel_delta).toBe(0);
    const own = session.render(job({ with: { font: second, text: { content: "AVA" } } }, text));
    expect(own.comparison?.pixel_delta).toBeGreaterThan(0.001);
  });

  it("measures what is asked for alone", () => {
    const result = session.render(job({ measures: ["iou", "rmse"], with: { font: { path: VARIABLE, size: 40 } } }));
    expect(Object.keys(result.comparison ?? {})).toEqual(["width", "height", "shift", "rmse", "iou"]);
  });

  it("says of which font a warning or an error is", () => {
    const warned = session.render(job({ with: { font: { path: VARIABLE, size: 400, variations: { XXXX: 1 } } } }));
    expect(warned.warnings?.map((warning) => warning.message)).toEqual([
      "compare.with.font.variations.XXXX: the font has no such axis; it has wght",
      expect.stringMatching(/^compare\.with: ink lies outside the canvas/),
    ]);
    const missing = session.render(job({ with: { font: { path: join(folder, "none.ttf"), size: 40 } } }));
    expect(missing.error).toMatchObject({ code: "font_not_found", field: "compare.with.font.path" });
    expect(missing.error?.message).toMatch(/^compare\.with\.font\.path: .*none\.ttf: no such file/);
    const face = session.render(job({ with: { font: { path: REGULAR, size: 40, face_index: 3 } } }));
    expect(face.error).toMatchObject({ code: "face_index_out_of_range", field: "compare.with.font.face_index" });
    expect(face.error?.message).toMatch(/^compare\.with\.font\.face_index: got 3/);
    const first = session.render({ ...job({ with: { font: { path: REGULAR, size: 40 } } }), font: { path: join(folder, "gone.ttf"), size: 40 } });
    expect(first.error).toMatchObject({ code: "font_not_found", field: "font.path" });
    // and the job after it is as ever
    expect(session.render(job({ with: { font: { path: REGULAR, size: 40 } } })).comparison).toMatchObject({ pixel_delta: 0, ssim: 1, iou: 1 });
  });

  it("goes with a font cache that holds neither", () => {
    const small = createSession({ timing: false, fontCacheBytes: 0, maxInstances: 1 });
    const line = job({ with: { font: { path: VARIABLE, size: 40 } } });
    expect(small.render(line)).toEqual(session.render(line));
    expect(small.render(line).status).toBe("success");
    small.dispose();
  });

  it("leaves render jobs as they were", () => {
    const render: Job = {
      id: "r",
      font: { path: REGULAR, size: 40 },
      text: { content: "Q" },
      rendering: { format: "png", width: WIDTH, height: HEIGHT, include: ["hash", "metrics"] },
    };
    const before = session.render(render);
    for (const mode of ["corner", "ink"]) {
      session.render(job({ mode, with: { font: { path: VARIABLE, size: 41 } } }));
      expect(session.render(render)).toEqual(before);
    }
  });
});

/** A PNG of 4 × 1 pixels with the indices 0, 1, 2 and 200 and a palette of two colours, put together by hand: "Read palette index exceeding num_palette" in libpng. */
const beyondPalette = () =>
  Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAMAAADO4v//AAAABlBMVEXIyMhkZGQ20Cj7AAAADUlEQVR4nGNgYGQ6AQAA1ADMBNvP7AAAAABJRU5ErkJggg==", "base64");

describe("a picture file", () => {
  const write = (name: string, format: "png" | "pgm", invert = false) => {
    const result = session.render({
      id: "t",
      font: { path: REGULAR, size: 40 },
      text: { content: "Rag" },
      rendering: { format, width: WIDTH, height: HEIGHT, invert },
    });
    writeFileSync(join(folder, name), Buffer.from(result.rendering?.data ?? "", "base64"));
    return join(folder, name);
  };

  it("of the same text is alike, as PNG and PGM, and white on black", () => {
    for (const [path, invert] of [
      [write("a.png", "png"), false],
      [write("a.pgm", "pgm"), false],
      [write("b.png", "png", true), true],
    ] as const) {
      const result = session.render(job({ image: path, image_invert: invert }));
      expect(result.comparison).toEqual({ width: WIDTH, height: HEIGHT, shift: [0, 0], pixel_delta: 0, pixel_delta_center: 0, rmse: 0, ssim: 1, iou: 1 });
      expect(result.with).toEqual({ image: path, image_size: [WIDTH, HEIGHT] });
    }
    expect(session.render(job({ image: join(folder, "a.png"), image_invert: true })).comparison?.iou).toBeLessThan(0.2);
  });

  it("of another size is padded", () => {
    const result = session.render({
      ...job({ image: write("c.png", "png"), mode: "ink" }),
      compare: { width: 60, height: 200, mode: "ink", image: join(folder, "c.png") },
    } as Job);
    expect(result.comparison).toMatchObject({ width: WIDTH, height: 200 });
  });

  it("that changed is read again", () => {
    const path = write("d.png", "png");
    const looks = createSession({ timing: false, fontCheckMs: 0 });
    expect(looks.render(job({ image: path })).comparison?.pixel_delta).toBe(0);
    const other = session.render({
      id: "t",
      font: { path: REGULAR, size: 30 },
      text: { content: "Rag" },
      rendering: { format: "png", width: WIDTH, height: HEIGHT },
    });
    writeFileSync(path, Buffer.from(other.rendering?.data ?? "", "base64"));
    expect(looks.render(job({ image: path })).comparison?.pixel_delta).toBeGreaterThan(0.01);
    looks.dispose();
  });

  it("that cannot be used says why", () => {
    const png = readFileSync(write("e.png", "png"));
    writeFileSync(join(folder, "cut.png"), png.subarray(0, png.length >> 1));
    writeFileSync(join(folder, "text.png"), "no picture");
    writeFileSync(join(folder, "palette.png"), beyondPalette());
    mkdirSync(join(folder, "folder.png"));
    const errorOf = (name: string) => session.render(job({ image: join(folder, name) })).error;
    expect(errorOf("none.png")).toMatchObject({ code: "image_not_found", field: "compare.image" });
    expect(errorOf("cut.png")).toMatchObject({ code: "image_invalid", field: "compare.image" });
    expect(errorOf("palette.png")).toMatchObject({ code: "image_invalid", field: "compare.image" });
    expect(errorOf("palette.png")?.message).toMatch(
      /palette\.png: the picture is damaged or cut short: a pixel has palette index 2, and the palette has 2 colours$/,
    );
    expect(() => session.decodeImage(beyondPalette())).toThrow(
      expect.objectContaining({
        code: "image_invalid",
        message: "the engine: a pixel has palette index 2, and the palette has 2 colours. Write the picture again.",
      }),
    );
    expect(errorOf("text.png")).toMatchObject({ code: "image_unsupported", field: "compare.image" });
    expect(errorOf("folder.png")).toMatchObject({ code: "image_unreadable", field: "compare.image" });
    expect(errorOf("folder.png")?.message).toMatch(/compare\.image: .*folder\.png: the file could not be read: it is a directory/);
  });

  it("outside the base folder is forbidden", () => {
    const inside = join(folder, "inside");
    mkdirSync(inside);
    const path = write("secret.png", "png");
    symlinkSync(path, join(inside, "link.png"));
    writeFileSync(join(inside, "font.ttf"), readFileSync(REGULAR));
    const bound = createSession({ timing: false, baseDir: inside });
    for (const image of ["../secret.png", "link.png", path]) {
      const { error } = bound.render({ ...job({ image }), font: { path: "font.ttf", size: 40 } });
      expect(error).toMatchObject({ code: "path_forbidden", field: "compare.image" });
    }
    bound.dispose();
  });
});

describe("lines that are refused", () => {
  const font = { path: REGULAR, size: 40 };
  const base = { id: "c", font, text: { content: "a" } };
  const size = { width: 10, height: 10 };
  const cases: [string, object, string, string][] = [
    ["neither rendering nor compare", base, "invalid_job", "rendering is missing"],
    [
      "both",
      { ...base, rendering: { format: "metrics", ...size }, compare: { ...size, image: "a" } },
      "invalid_job",
      'rendering: expected exactly one of "rendering"',
    ],
    ["neither with nor image", { ...base, compare: size }, "invalid_job", 'compare.with: expected exactly one of "with" or "image"'],
    ["with and image", { ...base, compare: { ...size, image: "a", with: { font } } }, "invalid_job", 'compare.with: expected exactly one of "with" or "image"'],
    ["with without a font", { ...base, compare: { ...size, with: {} } }, "invalid_job", "compare.with.font is missing"],
    ["a wrong size in with", { ...base, compare: { ...size, with: { font: { path: "x", size: 0 } } } }, "invalid_job", "compare.with.font.size: got 0"],
    [
      "an unknown field in with",
      { ...base, compare: { ...size, with: { font, txt: {} } } },
      "invalid_job",
      "compare.with.txt: unknown field; did you mean text?",
    ],
    [
      "a wrong mode",
      { ...base, compare: { ...size, image: "a", mode: "middle" } },
      "invalid_job",
      'compare.mode: got "middle", expected "corner", "center" or "ink"',
    ],
    [
      "a wrong measure",
      { ...base, compare: { ...size, image: "a", measures: ["psnr"] } },
      "invalid_job",
      'compare.measures[0]: got "psnr", expected "pixel_delta"',
    ],
    ["a reach over the limit", { ...base, compare: { ...size, image: "a", reach: 257 } }, "invalid_job", "compare.reach: got 257"],
    ["a canvas over the limit", { ...base, compare: { width: 32768, height: 32768, image: "a" } }, "canvas_too_large", "32768"],
  ];
  for (const [what, line, code, message] of cases)
    it(what, () => {
      const { error } = session.render(line as Job);
      expect(error?.code).toBe(code);
      expect(error?.message).toContain(message);
      expect(session.validate(line as Job)?.message).toBe(error?.message);
    });
});
