// What direct calls refuse: the same values as the engine's check of jobs does, with errors that name the field; in a
// strict session what a job is warned of; and that the session's counters tell of them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Job, LIMITS } from "@haforu/engine";
import { afterAll, describe, expect, test } from "vitest";
import { type BrowserSessionOptions, createSession as createBrowserSession } from "../browser.ts";
import { HaforuError } from "../engine/errors.ts";
import { createShaper } from "../shape/default.ts";
import { createSession, type NodeSessionOptions } from "./create.ts";
import type { RenderRequest } from "./request.ts";
import { jobOf } from "./strict.ts";

const fontFile = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));
const LATIN = fontFile("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf");
const VARIABLE = fontFile("source-sans-pro/VAR/SourceSansVariable-Roman.ttf");
const REQUEST: RenderRequest = { font: LATIN, text: "Ag", size: 40, width: 80, height: 60 };
/** Room for a field's name, what it takes and 48 units of what came. */
const LONGEST_MESSAGE = 320;

const session = createSession({ timing: false });
const strict = createSession({ timing: false, strict: true });
afterAll(() => {
  session.dispose();
  strict.dispose();
});

/** Bytes whose memory went to another owner, as by postMessage. */
function givenAway(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
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

/** Calls with values that the types forbid. */
const render = (part: object): Uint8Array => session.renderToBytes({ ...REQUEST, ...part } as RenderRequest);

describe("a request's fields are checked as a job's are", () => {
  const axes = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`A${String(i).padStart(3, "0")}`, 1]));
  const values: Record<string, readonly unknown[]> = {
    size: [40, 1e-300, 10_000, 0, -1, 10_001, "40", null, [40], true, {}],
    width: [1, 32_768, 0, -1, 1.5, "80", null, [80], 32_769],
    height: [1, 0, 2.5, "60", true],
    origin: [[0, 0], [-5.5, 1e6], [1e300, 0], [0, -1e7], [0], [0, 0, 0], ["0", 0], "00", 5, null, {}, [null, 0]],
    invert: [true, false, 1, 0, "true", null],
    text: ["", "x", 5, null, ["x"], {}],
    font: [5, null, "", "a\0b", ["x"], "x".repeat(4097), "𝒳".repeat(4096)],
    variations: [
      {},
      { wght: 600 },
      { wght: -32_768 },
      { wght: 32_769 },
      { wght: "600" },
      { wght: null },
      { wg: 1 },
      { wghté: 1 },
      axes(65),
      5,
      "wght",
      true,
      null,
      [],
      [1],
    ],
    instance: ["Bold", "", 5, null, ["Bold"], "x".repeat(257), "𝒳".repeat(256)],
    faceIndex: [0, 65_535, 65_536, -1, 0.5, "0", null, true],
    features: [
      ...["", "kern", "kern,-liga", "kern, liga=0", "smcp[0:5]=1", "aalt[3:]", "kern[]", "+a", "ss01=on", "ss01=999999999"],
      ...["kern,", "kern,,liga", "kern,  liga", " kern", "toolong", "ss01=1234567890", "kern[0:5", "kern=yes", "é", "kern\n"],
      ...[[], ["kern", "-liga"], ["kern,liga"], ["kern", 5], [["kern"]], [""], ["kern "], 5, null, {}, true],
      ...[Array(256).fill("kern"), Array(257).fill("kern"), Array(257).fill("kern").join(",")],
    ],
    script: ["Latn", "latn", "Latin", "Lat", "", "La1n", 5, null, ["Latn"], "Latn\n"],
    direction: ["ltr", "rtl", "ttb", "btt", "up", "LTR", "", "toString", "constructor", "__proto__", 4, null, ["ltr"]],
    language: [
      "en",
      "sr-Latn",
      "x-y-z",
      "",
      "en-",
      "-en",
      "en_US",
      "abcdefghi",
      "é",
      5,
      null,
      ["en"],
      "en\n",
      "a-".repeat(16).slice(0, -1),
      "a-".repeat(17).slice(0, -1),
    ],
  };

  /** The engine's verdict on the same value in a job. */
  function jobRefuses(request: RenderRequest): boolean {
    const job = jobOf(request);
    const { invert } = request;
    const rendering = { ...job.rendering, format: "raw", ...(invert !== undefined && { invert }) };
    return session.validate({ ...job, rendering } as Job) !== undefined;
  }
  const cases = Object.entries(values).flatMap(([field, all]) =>
    all.map((value): [string, string, unknown] => [field, JSON.stringify(value).slice(0, 40), value]),
  );
  test.each(cases)("%s: %s", (field, _shown, value) => {
    const request = { ...REQUEST, font: VARIABLE, [field]: value } as RenderRequest;
    let refused: HaforuError | undefined;
    try {
      session.renderToBytes(request);
    } catch (error) {
      if (!(error instanceof HaforuError)) throw error;
      // What only the font can say is no matter of the check.
      const fontKnows = /no axis|static|instance_not_found|font_not_found|font_unreadable|face_index_out_of_range/;
      if (!fontKnows.test(`${error.code} ${error.message}`)) refused = error;
    }
    expect(refused !== undefined).toBe(jobRefuses(request));
    if (refused === undefined) return;
    expect(refused).toMatchObject({ code: "invalid_argument", field });
    expect(refused.message).toMatch(new RegExp(`^${field}: expected .*, got `, "s"));
    expect(refused.message.length).toBeLessThan(LONGEST_MESSAGE);
  });

  const notJson: [string, object][] = [
    ["size", { size: Number.NaN }],
    ["size", { size: 10n }],
    ["origin", { origin: [Number.NaN, 0] }],
    ["variations", { variations: { wght: Number.NaN } }],
    ["variations", { variations: { wght: Number.POSITIVE_INFINITY } }],
    ["variations", { variations: { wght: undefined } }],
    ["text", { text: Symbol("x") }],
    ["features", { features: "x".repeat(1_000_000) }],
    ["script", { script: "x".repeat(1_000_000) }],
    ["direction", { direction: { toString: () => "ltr" } }],
    ["size", { size: { valueOf: () => 40, toString: null } }],
    ["instance", { instance: Object.create(null) }],
    ["font", { font: () => LATIN }],
  ];
  test.each(notJson)("%s that JSON does not have: %s", (field, part) => {
    const error = errorOf(() => render(part));
    expect(error).toMatchObject({ code: "invalid_argument", field });
    expect(error.message.length).toBeLessThan(LONGEST_MESSAGE);
  });

  test("what was found good once is refused when it became bad", () => {
    const features = ["kern"];
    const variations: Record<string, number> = { wght: 300 };
    const request = { ...REQUEST, font: VARIABLE, features, variations, script: "Latn", language: "en" };
    session.renderToBytes(request);
    features[0] = "nonsense";
    expect(errorOf(() => session.renderToBytes(request)).field).toBe("features");
    features[0] = "kern";
    variations.wght = Number.NaN;
    expect(errorOf(() => session.renderToBytes(request)).field).toBe("variations");
    session.renderToBytes({ ...request, variations: {} });
    for (const wrong of [5, "", true, null, []]) {
      expect(errorOf(() => render({ font: VARIABLE, script: "Latn", language: "en", features, variations: wrong })).field).toBe("variations");
    }
  });

  test("an absent field may be undefined", () => {
    const fields = ["variations", "instance", "faceIndex", "features", "script", "direction", "language", "origin", "invert"];
    const before = render({}).slice();
    expect(render(Object.fromEntries(fields.map((field) => [field, undefined])))).toEqual(before);
  });
});

describe("a field that no request has", () => {
  const unknown: [string, string][] = [
    ["wdith", "did you mean width?"],
    ["face_index", "did you mean faceIndex?"],
    ["Direction", "did you mean direction?"],
    ["path", "did you mean font?"],
    ["content", "did you mean text?"],
    ["colour", "expected one of font, text"],
    ["x".repeat(100_000), "expected one of font, text"],
  ];
  test.each(unknown)("%s", (key, advice) => {
    for (const call of ["renderToBytes", "metrics", "shape"] as const) {
      const error = errorOf(() => session[call]({ ...REQUEST, [key]: 1 }));
      expect(error.code).toBe("invalid_argument");
      expect(error.field).toMatch(key.slice(0, 48));
      expect(error.message).toContain(advice);
      expect(error.message.length).toBeLessThan(LONGEST_MESSAGE);
    }
  });

  test("those of a larger request are let be", () => {
    expect(session.shape({ ...REQUEST, invert: true } as RenderRequest)).toHaveLength(2);
  });

  test("no request at all", () => {
    for (const none of [undefined, null, 5, "text"]) {
      expect(errorOf(() => session.renderToBytes(none as unknown as RenderRequest)).field).toBe("request");
    }
  });
});

describe("errors of fonts", () => {
  test("variations of a static font: that it is static", () => {
    const error = errorOf(() => render({ variations: { wght: 600 } }));
    expect(error).toMatchObject({ code: "invalid_argument", field: "variations" });
    expect(error.message).toContain("is a static font");
  });

  test("an unknown axis: which one, and which there are", () => {
    const { message } = errorOf(() => render({ font: VARIABLE, instance: "Bold", variations: { wght: 600, slnt: 1 } }));
    expect(message).toContain('no axis "slnt"; its axes are wght');
  });

  test("an unknown instance beside known axes is the instance's fault", () => {
    const error = errorOf(() => render({ font: VARIABLE, instance: "Bolder", variations: { wght: 600 } }));
    expect(error).toMatchObject({ code: "instance_not_found", field: "instance" });
  });
});

describe("other arguments", () => {
  const calls: [string, string, () => unknown][] = [
    ["addFont with a string for bytes", "bytes", () => session.addFont("x", "AAEAAA" as unknown as Uint8Array)],
    ["addFont with an ArrayBuffer", "bytes", () => session.addFont("x", new ArrayBuffer(8) as unknown as Uint8Array)],
    ["addFont without a name", "name", () => session.addFont("", new Uint8Array(8))],
    ["removeFont of a number", "name", () => session.removeFont(5 as unknown as string)],
    ["fontInfo of a number", "font", () => session.fontInfo(5 as unknown as string)],
    ["warmUp of a string", "fonts", () => session.warmUp(LATIN as unknown as string[])],
    ["addFont of bytes that were given away", "bytes", () => session.addFont("a", givenAway())],
    ["fontInfo of bytes that were given away", "font", () => session.fontInfo(givenAway())],
    ["renderLine of bytes that were given away", "job", () => session.renderLine(givenAway())],
    ["warmUp of numbers", "fonts", () => session.warmUp([5] as unknown as string[])],
    ["render of nothing", "job", () => session.render(undefined as unknown as string)],
    ["render of a bigint", "job", () => session.render({ id: 1n } as unknown as Job)],
    ["renderLine of an object", "job", () => session.renderLine({} as unknown as string)],
    ["validate of a function", "job", () => session.validate((() => 1) as unknown as string)],
  ];
  test.each(calls)("%s", (_name, field, call) => {
    expect(errorOf(call)).toMatchObject({ code: "invalid_argument", field });
  });

  const options: [string, object][] = [
    ["fontCacheBytes", { fontCacheBytes: -1 }],
    ["fontCacheBytes", { fontCacheBytes: Number.NaN }],
    ["fontCacheBytes", { fontCacheBytes: "1G" }],
    ["maxInstances", { maxInstances: 0 }],
    ["maxInstances", { maxInstances: 1.5 }],
    ["strict", { strict: "false" }],
    ["timing", { timing: 1 }],
    ["fontCheckMs", { fontCheckMs: -5 }],
    ["fontCheckMs", { fontCheckMs: "100" }],
    ["baseDir", { baseDir: 5 }],
    ["baseDir", { baseDir: "a\0b" }],
    ["baseDir", { baseDir: "/no/such/folder" }],
    ["baseDir", { baseDir: LATIN }],
    ["basedir", { basedir: "/" }],
  ];
  test.each(options)("createSession: %s of %s", (field, wrong) => {
    const error = errorOf(() => createSession(wrong as NodeSessionOptions));
    expect(error).toMatchObject({ code: "invalid_argument", field });
    expect(error.message).toContain(field === "basedir" ? "did you mean baseDir?" : `${field}: expected`);
  });

  test("createSession in a browser: what is no module", async () => {
    for (const wasm of [undefined, "haforu.wasm", 5]) {
      const session = createBrowserSession({ wasm } as unknown as BrowserSessionOptions);
      await expect(session).rejects.toMatchObject({ code: "invalid_argument", field: "wasm" });
    }
  });

  test("createSession: an option that is undefined has its default", () => {
    using plain = createSession({ fontCacheBytes: undefined, strict: undefined } as unknown as NodeSessionOptions);
    expect(plain.shape(REQUEST)).toHaveLength(2);
  });
});

describe("a strict session", () => {
  const warned: [string, string, string | undefined, object][] = [
    ["a character the font has not", "missing_glyph", "text", { text: "一" }],
    ["half a surrogate pair", "invalid_utf8", "text", { text: "\ud800" }],
    ["a coordinate out of its axis' range", "axis_clamped", "variations", { font: VARIABLE, variations: { wght: 5000 } }],
    ["a feature the font has not", "feature_unknown", "features", { features: ["zzzz"] }],
    ["ink outside the canvas", "ink_clipped", undefined, { size: 400 }],
    ["ink outside from an origin", "ink_clipped", undefined, { origin: [-10, 40] }],
  ];
  test.each(warned)("%s", (_name, code, field, part) => {
    const request: RenderRequest = { ...REQUEST, origin: [5, 45], ...part };
    for (const call of ["renderToBytes", "metrics", "shape"] as const) {
      session[call](request);
      // Shaping draws nothing.
      if (call === "shape" && code === "ink_clipped") expect(strict.shape(request)).toEqual(session.shape(request));
      else {
        const error = errorOf(() => strict[call](request));
        expect(error).toMatchObject({ code: "strict_warning", field });
        expect(error.message).toContain(code);
        expect(error.details.warnings).toContainEqual(expect.objectContaining({ code }));
      }
    }
  });

  test("gives what any other gives where nothing is to be warned of", () => {
    const request = { ...REQUEST, origin: [5, 45] as const, font: VARIABLE, variations: { wght: 700 } };
    expect(strict.renderToBytes(request)).toEqual(session.renderToBytes(request).slice());
    expect(strict.metrics(request)).toEqual(session.metrics(request));
    expect(strict.shape(request)).toEqual(session.shape(request));
  });

  test("tells other errors as any other does", () => {
    for (const part of [{ font: "/nowhere.ttf" }, { text: "x".repeat(LIMITS.textCodePoints + 1) }, { font: VARIABLE, instance: "Bolder" }]) {
      const { code, message } = errorOf(() => render(part));
      expect(errorOf(() => strict.renderToBytes({ ...REQUEST, ...part }))).toMatchObject({ code, message });
    }
  });
});

test("cacheStats counts direct calls", () => {
  using counted = createSession({ maxInstances: 2 });
  const request = { ...REQUEST, font: VARIABLE };
  counted.renderToBytes({ ...request, variations: { wght: 300 } });
  counted.renderToBytes({ ...request, variations: { wght: 300 } });
  counted.metrics({ ...request, variations: { wght: 400 } });
  counted.shape({ ...request, variations: { wght: 500 } });
  counted.shape(REQUEST);
  const bytes = readFileSync(VARIABLE).length + readFileSync(LATIN).length;
  const expected = { fonts: 2, fontBytes: bytes, instances: 2, fontHits: 3, fontMisses: 2, instanceHits: 1, instanceMisses: 4, evictions: 2 };
  const direct = counted.cacheStats();
  expect(direct).toMatchObject(expected);
  expect(direct.canvasBytes).toBeGreaterThanOrEqual(80 * 60);
  // Jobs keep a font of their own.
  counted.render(jobOf(REQUEST));
  const both = counted.cacheStats();
  expect(both).toMatchObject({ fonts: 3, instances: 3, fontMisses: 3, jobs: 1 });
  expect(both.fontBytes).toBeGreaterThanOrEqual(bytes + readFileSync(LATIN).length);
});

test("a damaged font: direct calls name the table and the fault, as a job does", () => {
  const cut = new Uint8Array(readFileSync(LATIN)).subarray(0, 100_000);
  session.addFont("cut", cut);
  const { error } = session.render({ id: "a", font: { path: "cut", size: 9 }, text: { content: "a" }, rendering: { format: "metrics", width: 9, height: 9 } });
  const reason = /(table .{4} ends beyond the file)/.exec(error?.message ?? "")?.[1] as string;
  expect(reason).toMatch(/^table/);
  for (const call of [() => render({ font: "cut" }), () => session.metrics({ ...REQUEST, font: "cut" }), () => session.shape({ font: "cut", text: "a" })]) {
    const thrown = errorOf(call);
    expect(thrown).toMatchObject({ code: "font_invalid", field: "font" });
    expect(thrown.message).toContain(`font cut, face 0: ${reason}.`);
  }
  expect(errorOf(() => createShaper({ font: cut }, { sink: () => {} })).message).toContain(`face 0: ${reason}.`);
  session.removeFont("cut");
});
