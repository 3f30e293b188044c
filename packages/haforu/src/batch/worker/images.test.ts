// Image files named from ids: safe names, all different; nothing overwritten unasked; nothing half written.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fileNameOf } from "../../../dist/batch/worker/file-name.js";
import { folderClockNs, Images } from "../../../dist/batch/worker/images.js";

const root = mkdtempSync(join(tmpdir(), "haforu-images-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("names", () => {
  test.each([
    ["glyph_A-wght=600.x", "glyph_A-wght=600.x.png"],
    ["a b", "a b.png"],
    ["../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.png"],
    ["..", "%2E..png"],
    [".hidden", "%2Ehidden.png"],
    ["-rf", "%2Drf.png"],
    ['a\\b:c*?"<>|', "a%5Cb%3Ac%2A%3F%22%3C%3E%7C.png"],
    ["new\nline\u0000", "new%0Aline%00.png"],
    ["con", "%63on.png"],
    ["LPT1.x", "%4CPT1.x.png"],
    ["50%", "50%25.png"],
    ["é", "%C3%A9.png"],
    [" ", "%20.png"],
  ])("%j", (id, name) => {
    expect(fileNameOf(id, "png")).toBe(name);
  });

  test("long ids stay within what file systems take, and stay different", () => {
    const one = fileNameOf("ü".repeat(1000), "pgm");
    const other = fileNameOf(`${"ü".repeat(999)}u`, "pgm");
    expect(one.length).toBeLessThanOrEqual(205);
    expect(one).not.toBe(other);
  });

  test("different ids are different names", () => {
    const ids = ["a/b", "a%2Fb", "a%b", "a.b", "a", "a.png", "~", "%7E", "a~b", "\u00e9", "e\u0301"];
    expect(new Set(ids.map((id) => fileNameOf(id, "png"))).size).toBe(ids.length);
  });
});

describe("files", () => {
  const folder = (name: string): string => {
    const dir = join(root, name);
    mkdirSync(dir);
    return dir;
  };
  const images = (dir: string, overwrite = false): Images => new Images({ dir, overwrite, runStartNs: folderClockNs(dir) });
  const A = Buffer.from("picture a");
  const B = Buffer.from("picture b, which is longer");

  test("an image is written under its name, and nothing else is left", () => {
    const dir = folder("plain");
    expect(images(dir).write("x/y", "pgm", A)).toEqual({ path: join(dir, "x%2Fy.pgm") });
    expect(readFileSync(join(dir, "x%2Fy.pgm"))).toEqual(A);
    expect(readdirSync(dir)).toEqual(["x%2Fy.pgm"]);
  });

  test("a file that is there stays as it was", () => {
    const dir = folder("there");
    writeFileSync(join(dir, "x.pgm"), B);
    expect(images(dir).write("x", "pgm", A)).toMatchObject({ code: "output_exists" });
    expect(readFileSync(join(dir, "x.pgm"))).toEqual(B);
    expect(readdirSync(dir)).toEqual(["x.pgm"]);
  });

  test("the same image again is no conflict: a job that is run again finds its own", () => {
    const dir = folder("same");
    writeFileSync(join(dir, "x.pgm"), A);
    expect(images(dir).write("x", "pgm", A)).toEqual({ path: join(dir, "x.pgm") });
  });

  test("overwriting replaces files of before, never of the same run", async () => {
    const dir = folder("over");
    writeFileSync(join(dir, "x.pgm"), B);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const run = images(dir, true);
    expect(run.write("x", "pgm", A)).toEqual({ path: join(dir, "x.pgm") });
    expect(run.write("x", "pgm", B)).toMatchObject({ code: "output_exists" });
    expect(readFileSync(join(dir, "x.pgm"))).toEqual(A);
  });

  test("overwriting does not replace an image of the same run that was there before, byte for byte", async () => {
    const dir = folder("over-same");
    writeFileSync(join(dir, "x.pgm"), A);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const run = images(dir, true);
    expect(run.write("x", "pgm", A)).toEqual({ path: join(dir, "x.pgm") });
    expect(run.write("x", "pgm", B)).toMatchObject({ code: "output_exists" });
    expect(readFileSync(join(dir, "x.pgm"))).toEqual(A);
    expect(readdirSync(dir)).toEqual(["x.pgm"]);
  });

  test("what a killed run left aside is no obstacle", async () => {
    const dir = folder("left");
    writeFileSync(join(dir, "x.pgm.haforu-part"), "half");
    utimesSync(join(dir, "x.pgm.haforu-part"), 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(images(dir).write("x", "pgm", A)).toEqual({ path: join(dir, "x.pgm") });
    expect(readdirSync(dir)).toEqual(["x.pgm"]);
  });

  test("a folder that has gone is a failed output with the reason", () => {
    const dir = folder("gone");
    const run = images(dir);
    rmSync(dir, { recursive: true });
    expect(run.write("x", "pgm", A)).toMatchObject({ code: "output_failed", detail: expect.stringMatching(/ENOENT/) });
  });
});
