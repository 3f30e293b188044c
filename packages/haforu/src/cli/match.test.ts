// `haforu match` as a process: a picture file, another font, what is printed, exit codes of wrong calls and bad files.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MAIN = "packages/haforu/dist/cli/main.js";
const require = createRequire(import.meta.url);
const FONT = require.resolve("source-sans-pro/VAR/SourceSansVariable-Roman.ttf");
const STATIC = require.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-match-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const haforu = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
};
const picture = (name: string, ...more: string[]) => {
  const path = join(folder, name);
  const done = haforu(
    "render",
    FONT,
    "Rag",
    "--font-size",
    "80",
    "--variations",
    "wght=640",
    "--width",
    "160",
    "--height",
    "100",
    "--origin",
    "0,75",
    "-o",
    path,
    ...more,
  );
  expect(done.status, done.stderr).toBe(0);
  return path;
};

describe("haforu match", () => {
  it("finds the coordinates of a picture", () => {
    for (const [file, ...more] of [[picture("a.png")], [picture("b.pgm", "--invert"), "--target-invert"]] as [string, ...string[]][]) {
      const { status, stdout, stderr } = haforu("match", FONT, "--text", "Rag", "--target", file, "--font-size", "80", "--budget", "90", "--json", ...more);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const result = JSON.parse(stdout);
      expect(Math.abs(result.coordinates.wght - 640)).toBeLessThan(14);
      expect(result.renders).toBeLessThanOrEqual(90);
      expect(result.path.at(-1).coordinates).toEqual(result.coordinates);
    }
  });

  it("says where a target's ink is not where the pen puts it", () => {
    const file = picture("moved.png", "--origin", "41,70");
    const elsewhere = haforu("match", FONT, "--text", "Rag", "--target", file, "--font-size", "80");
    expect(elsewhere.status).toBe(0);
    expect(elsewhere.stderr).toMatch(
      /^haforu: text 1: the target's ink is some [34]\d px right of, [3-7] px above where the pen puts it: give --mode ink, or --origin\n$/,
    );
    const found = haforu("match", FONT, "--text", "Rag", "--target", file, "--font-size", "80", "--mode", "ink", "--json");
    expect(found.stderr).toBe("");
    expect(Math.abs(JSON.parse(found.stdout).coordinates.wght - 640)).toBeLessThan(14);
  });

  it("comes close to another font, and says it in two lines", () => {
    const { status, stdout } = haforu(
      "match",
      FONT,
      "--text",
      "a",
      "--text",
      "Rg",
      "--target-font",
      STATIC,
      "--axis",
      "wght=300:500",
      "--font-size",
      "60",
      "--objective",
      "iou",
      "--budget",
      "60",
    );
    expect(status).toBe(0);
    const [coordinates, how] = stdout.trimEnd().split("\n") as [string, string];
    const [, wght] = /^wght=([\d.]+)$/.exec(coordinates) ?? [];
    expect(Number(wght)).toBeGreaterThanOrEqual(300);
    expect(Number(wght)).toBeLessThanOrEqual(500);
    expect(how).toMatch(/^1 - iou 0\.\d+ after \d+ evaluations \(\d+ renders\): /);
  });

  it("tells that the font lacks a character, once a text", () => {
    const more = ["--text", "a", "--text", "\u4e00", "--target-font", STATIC, "--font-size", "40", "--budget", "8"];
    const { status, stderr, stdout } = haforu("match", FONT, ...more, "--json");
    expect(status).toBe(0);
    expect(stderr).toBe("haforu: warning: text 2: the font has no glyph for U+4E00 (in all: 1) (missing_glyph)\n");
    expect(JSON.parse(stdout).warnings).toMatchObject([{ target: 1, code: "missing_glyph", code_points: [0x4e00] }]);
  });

  const text = ["--text", "a"];
  const target = [...text, "--target-font", STATIC];
  for (const [what, args, status, message] of [
    ["no target", [FONT, ...text], 2, /--target once a text, or --target-font/],
    ["no text", [FONT, "--target-font", STATIC], 2, /--text/],
    ["both targets", [FONT, ...target, "--target", "x.png"], 2, /--target and --target-font are both given/],
    ["a width for a picture", [FONT, ...text, "--target", "x.png", "--width", "9"], 2, /--width goes only with --target-font/],
    ["a height for a picture", [FONT, ...text, "--target", "x.png", "--height", "9"], 2, /--height goes only with --target-font/],
    ["axis values for a picture", [FONT, ...text, "--target", "x.png", "--target-variations", "wght=9"], 2, /--target-variations goes only with --target-font/],
    ["an instance for a picture", [FONT, ...text, "--target", "x.png", "--target-instance", "Bold"], 2, /--target-instance goes only with --target-font/],
    ["an inverted font", [FONT, ...target, "--target-invert"], 2, /--target-invert goes only with --target/],
    ["more texts than targets", [FONT, ...text, "--text", "b", "--target", "x.png"], 2, /2 texts and 1 targets/],
    ["a budget of 0", [FONT, ...target, "--budget", "0"], 2, /whole number from 1 to/],
    ["a budget under the texts", [FONT, ...target, "--text", "b", "--budget", "1"], 2, /renders from 2/],
    ["an axis that is not there", [FONT, ...target, "--axis", "wdth"], 2, /no axis "wdth"; its axes are wght/],
    ["an axis twice", [FONT, ...target, "--axis", "wght", "--axis", "wght"], 2, /given twice/],
    ["a static font", [STATIC, ...target], 2, /has none/],
    ["a font that is not there", ["none.ttf", ...target], 1, /none\.ttf/],
    ["a picture that is not there", [FONT, ...text, "--target", "none.png"], 1, /none\.png: cannot be read/],
    ["a picture that never ends", [FONT, ...text, "--target", "/dev/zero"], 1, /dev\/zero: cannot be read: it has more than 268435456 bytes/],
    ["another measure", [FONT, ...target, "--objective", "psnr"], 2, /Allowed choices are pixel_delta/],
  ] as [string, string[], number, RegExp][])
    it(`${what} ends with ${status}`, () => {
      const done = haforu("match", ...args);
      expect(done.stderr).toMatch(message);
      expect({ status: done.status, stdout: done.stdout }).toEqual({ status, stdout: "" });
    });

  it("a file that is no picture is named", () => {
    const path = join(folder, "text.png");
    writeFileSync(path, "no picture");
    const { status, stderr } = haforu("match", FONT, ...text, "--target", path);
    expect(status).toBe(1);
    expect(stderr).toMatch(/text\.png: .*\(image_unsupported\)/);
  });
});
