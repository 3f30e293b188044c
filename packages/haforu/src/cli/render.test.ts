// `haforu render` as a process: what it writes where, how the canvas fits the text, and how it refuses.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "@haforu/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haforu, NOTO_NASKH, NOTO_NASTALIQ, NOTO_SANS, SOURCE_SANS_VAR } from "../../test/haforu.ts";
import { decodePgm } from "../report/pgm.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "haforu-render-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Rows and columns of blank around the ink of a picture, measured here. */
function blankAround({ width, height, pixels }: { width: number; height: number; pixels: Uint8Array }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] === 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return { left, top, right: width - right, bottom: height - bottom };
}

describe("output", () => {
  it("is a PNG on stdout when nothing else is said", async () => {
    const { code, stdout, err } = await haforu(["render", NOTO_SANS, "a", "--font-size", "40"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(stdout.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  });

  it("goes to the file, in the format of its name", async () => {
    for (const [name, start] of [
      ["a.png", "\x89PNG"],
      ["a.pgm", "P5"],
      ["a.svg", "<"],
    ] as const) {
      const file = join(dir, name);
      const ran = await haforu(["render", NOTO_SANS, "a", "--font-size", "40", "-o", file]);
      expect(ran.code).toBe(0);
      expect(ran.out).toBe("");
      expect(readFileSync(file).toString("latin1").startsWith(start)).toBe(true);
    }
  });

  it("raw is the canvas' bytes", async () => {
    const { stdout } = await haforu(["render", NOTO_SANS, "a", "-O", "raw", "--width", "50", "--height", "60", "--font-size", "40"]);
    expect(stdout).toHaveLength(3000);
    expect(stdout[0]).toBe(255);
  });

  it("--json is the result, with path in place of data when a file is written", async () => {
    const plain = await haforu(["render", NOTO_SANS, "fi", "--json"]);
    const result = JSON.parse(plain.out) as Result;
    expect(result).toMatchObject({ id: "render", status: "success", text: { script: "Latn", direction: "ltr" } });
    expect(result.rendering?.data).toBeUndefined();
    expect(result.hash).toMatch(/^[0-9a-f]{64}$/);
    const file = join(dir, "json.png");
    const written = JSON.parse((await haforu(["render", NOTO_SANS, "fi", "--json", "-o", file])).out) as Result;
    expect(written.rendering?.path).toBe(file);
    expect(written.rendering?.data).toBeUndefined();
    expect(written.hash).toBe(result.hash);
    expect(existsSync(file)).toBe(true);
  });
});

describe("the canvas", () => {
  it("holds all ink with at least the margin around it, at every margin the same picture", async () => {
    const shown = async (margin: string) => {
      const { stdout } = await haforu(["render", NOTO_SANS, "Áfgj", "-O", "pgm", "--font-size", "50", "--margin", margin]);
      return decodePgm(stdout);
    };
    const [none, some] = [await shown("0"), await shown("3 5 7 11")];
    expect(some.width - none.width).toBe(16);
    expect(some.height - none.height).toBe(10);
    const [a, b] = [blankAround(none), blankAround(some)];
    expect([b.left - a.left, b.top - a.top, b.right - a.right, b.bottom - a.bottom]).toEqual([11, 3, 5, 7]);
    const inner = Array.from({ length: none.height }, (_, y) => some.pixels.subarray((y + 3) * some.width + 11, (y + 3) * some.width + 11 + none.width));
    // One level apart at most: coordinates are 32-bit floats, which round differently at another place.
    const apart = Buffer.concat(inner).map((byte, i) => Math.abs(byte - (none.pixels[i] ?? 0)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["reaches left of the pen", NOTO_NASTALIQ, "خوش آمدید", []],
    ["stacks marks", NOTO_NASKH, "بِسْمِ ٱللَّهِ", []],
    ["goes down", NOTO_SANS, "fjÁ", ["--direction", "ttb"]],
    ["rises over the ascender", NOTO_SANS, "Z\u030a\u0301\u0302\u0303", []],
    ["hangs left", SOURCE_SANS_VAR, "jj", []],
  ])("holds ink that %s", async (_, font, text, flags) => {
    for (const margin of [0, 3]) {
      const { code, stdout, err } = await haforu(["render", font, text, "-O", "pgm", "--margin", `${margin}`, "--font-size", "80", ...flags]);
      expect(err).toBe("");
      expect(code).toBe(0);
      const picture = decodePgm(stdout);
      expect(picture.pixels.some((byte) => byte === 0)).toBe(true);
      for (const blank of Object.values(blankAround(picture))) expect(blank).toBeGreaterThanOrEqual(margin);
    }
  });

  it("is as asked for, and then says what is clipped", async () => {
    const { stdout, err, code } = await haforu(["render", NOTO_SANS, "wide", "-O", "pgm", "--width", "40", "--height", "30", "--origin", "2,25"]);
    expect(code).toBe(0);
    expect(decodePgm(stdout)).toMatchObject({ width: 40, height: 30 });
    expect(err).toContain("(ink_clipped)");
  });

  it("of empty text is blank, not an error", async () => {
    const { code, stdout } = await haforu(["render", NOTO_SANS, "", "-O", "pgm"]);
    expect(code).toBe(0);
    expect(decodePgm(stdout).pixels.every((byte) => byte === 255)).toBe(true);
  });
});

describe("flags", () => {
  const hash = async (...args: string[]): Promise<string | undefined> =>
    (JSON.parse((await haforu(["render", ...args, "--json", "--font-size", "60"])).out) as Result).hash;

  it("reach the job", async () => {
    const canvas = ["--width", "200", "--height", "80", "--origin", "5,60"];
    const plain = await hash(SOURCE_SANS_VAR, "AVo", ...canvas);
    expect(await hash("--font-file", SOURCE_SANS_VAR, "--text", "AVo", ...canvas)).toBe(plain);
    expect(await hash(SOURCE_SANS_VAR, "AVo", "--variations", "wght=200", ...canvas)).toBe(plain);
    const bold = await hash(SOURCE_SANS_VAR, "AVo", "--variations", "wght=700", ...canvas);
    expect(bold).not.toBe(plain);
    expect(await hash(SOURCE_SANS_VAR, "AVo", "--named-instance", "Bold", ...canvas)).toBe(bold);
    expect(await hash(SOURCE_SANS_VAR, "AVo", "--features=-kern", ...canvas)).not.toBe(plain);
    expect(await hash(SOURCE_SANS_VAR, "AVo", "--direction", "rtl", ...canvas)).not.toBe(plain);
    expect(await hash(SOURCE_SANS_VAR, "AVo", "--invert", ...canvas)).not.toBe(plain);
  });

  it("--text-file reads a file or stdin, without the last newline", async () => {
    const ran = await haforu(["render", NOTO_SANS, "--text-file", "-", "--json"], "hé\n");
    expect((JSON.parse(ran.out) as Result).boxes).toHaveLength(2);
    expect(ran.err).toBe("");
  });
});

describe("a text file that is not UTF-8", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0xef, 0xbf, 0xbd);
  const said = "bytes that are not UTF-8, or half a surrogate pair; each was read as U+FFFD";

  it("is drawn with U+FFFD and a warning, in --json too", async () => {
    const [bad, good] = await Promise.all([bytes, "a\ufffd\ufffd"].map((input) => haforu(["render", NOTO_SANS, "--text-file", "-"], input)));
    expect([bad?.code, bad?.err, good?.err]).toEqual([0, `haforu: warning: the job holds ${said} (invalid_utf8)\n`, ""]);
    expect(bad?.stdout.equals(good?.stdout as Buffer)).toBe(true);
    const json = await haforu(["render", NOTO_SANS, "--text-file", "-", "--json"], bytes);
    expect((JSON.parse(json.out) as Result).warnings).toMatchObject([{ code: "invalid_utf8" }]);
  });

  it("is an error with --strict", async () => {
    const { code, err, out } = await haforu(["render", NOTO_SANS, "--text-file", "-", "--strict"], bytes);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/bytes that are not UTF-8.*\(strict_warning\)\n$/);
  });
});

describe("what is wrong", () => {
  it.each([
    [["render"], "which font?"],
    [["render", "x.ttf"], "which text?"],
    [["render", "x.ttf", "a", "--text", "b"], "given twice"],
    [["render", "x.ttf", "a\nb"], "2 lines"],
    [["render", "x.ttf", "a", "-o", "a.gif"], "which format?"],
    [["render", "x.ttf", "a", "--font-size", "0"], "Expected a number"],
    [["render", "x.ttf", "a", "--variations", "wght:3"], "wght=600"],
    [["render", "x.ttf", "a", "--variations", "wght=600,wght=700"], "wght is given twice"],
    [["render", "x.ttf", "a", "--variations", "wg=3"], "font.variations.wg"],
    [["render", "x.ttf", "a", "--features", "!!"], "text.features"],
    [["render", "x.ttf", "a", "--script", "zz"], "text.script"],
    [["render", "x.ttf", "a", "--margin", "1 2 3 4 5"], "one to four"],
    [["render", "x.ttf", "a", "--origin", "5"], "two decimal numbers"],
    [["render", "x.ttf", "a", "--origin", "1e300,1"], "without exponents"],
    [["render", "x.ttf", "a", "--fontsize", "5"], "--font-size"],
    [["render", "x.ttf", "a", "--direction", "left"], "ltr, rtl, ttb, btt"],
  ])("%j ends with 2 and says %s", async (args, said) => {
    const { code, err, out } = await haforu(args);
    expect(err).toContain(said);
    expect(code).toBe(2);
    expect(out).toBe("");
  });

  it("a font that is not there ends with 1 and its code", async () => {
    const { code, err } = await haforu(["render", "no/such.ttf", "a"]);
    expect(code).toBe(1);
    expect(err).toContain("no/such.ttf");
    expect(err).toContain("(font_not_found)");
  });

  it("--json gives the error line of a font that is not there", async () => {
    const { code, out, err } = await haforu(["render", "no/such.ttf", "a", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ id: "render", status: "error", error: { code: "font_not_found" } });
    expect(err).toBe("");
    expect(code).toBe(1);
  });

  it("a text wider than any canvas says what to do", async () => {
    const { code, err } = await haforu(["render", NOTO_SANS, "w".repeat(900)]);
    expect(code).toBe(2);
    expect(err).toContain("--font-size");
  });

  it("--strict turns a warning into an error", async () => {
    const { code, err } = await haforu(["render", NOTO_SANS, "字", "--strict"]);
    expect(code).toBe(1);
    expect(err).toContain("strict_warning");
  });
});
