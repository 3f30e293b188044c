// `haforu fonts` as a process. Expected numbers are fontTools' (see each): TTFont(path)["maxp"].numGlyphs and so on.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLI, haforu, NOTO_SANS, RECURSIVE_WOFF2, SOURCE_SANS_VAR, SOURCE_SERIF_CFF2 } from "../../test/haforu.ts";

/** maxp.numGlyphs. */
const EXPECTED = { sansGlyphs: 2203, serifGlyphs: 1464, recursiveGlyphs: 354 };

describe("haforu fonts", () => {
  it("--json tells what fontTools tells", async () => {
    const { code, out } = await haforu(["fonts", "--json", SOURCE_SANS_VAR, SOURCE_SERIF_CFF2, RECURSIVE_WOFF2]);
    expect(code).toBe(0);
    const [sans, serif, recursive] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(sans).toMatchObject({ file: SOURCE_SANS_VAR, container: "truetype", face_count: 1 });
    expect(sans.faces[0]).toMatchObject({
      format: "glyf",
      variable: true,
      upem: 1000,
      glyph_count: EXPECTED.sansGlyphs,
      axes: [{ tag: "wght", min: 200, default: 200, max: 900 }],
    });
    expect(sans.faces[0].named_instances.map((one: { name: string }) => one.name)).toEqual(["ExtraLight", "Light", "Regular", "Semibold", "Bold", "Black"]);
    expect(serif.faces[0]).toMatchObject({ format: "cff2", glyph_count: EXPECTED.serifGlyphs });
    expect(serif.faces[0].axes.map((axis: { tag: string }) => axis.tag)).toEqual(["wght", "opsz"]);
    expect(serif.faces[0].named_instances).toHaveLength(30);
    expect(recursive).toMatchObject({ container: "woff2" });
    expect(recursive.faces[0].axes).toHaveLength(5);
    expect(recursive.faces[0].named_instances).toHaveLength(64);
    expect(recursive.faces[0].glyph_count).toBe(EXPECTED.recursiveGlyphs);
  });

  it("shows people names, axes with ranges, instances, scripts and features", async () => {
    const { out } = await haforu(["fonts", SOURCE_SANS_VAR]);
    for (const said of ["Source Sans Variable", "wght  200 to 900, default 200", "Semibold  (wght 600)", "cyrl", "smcp", "1000 units per em"]) {
      expect(out).toContain(said);
    }
    const brief = (await haforu(["fonts", "--brief", SOURCE_SANS_VAR, NOTO_SANS])).out.trimEnd().split("\n");
    expect(brief).toHaveLength(3);
    expect(brief[0]).toMatch(/^FACE +NAME .* FILE$/);
  });

  it("a bad file costs only itself", async () => {
    const dir = mkdtempSync(join(tmpdir(), "haforu-fonts-"));
    const torn = join(dir, "torn.ttf");
    writeFileSync(torn, readFileSync(NOTO_SANS).subarray(0, 20_000));
    const { code, out } = await haforu(["fonts", "--json", join(dir, "none.ttf"), torn, dir, NOTO_SANS]);
    const told = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map((one) => one.error?.code ?? one.faces[0].error?.code ?? "read")).toEqual(["font_not_found", "font_invalid", "font_unreadable", "read"]);
    expect(code).toBe(1);
    // In a batch's words.
    const batch = await haforu(
      ["batch", "-"],
      JSON.stringify({ id: "a", font: { path: torn, size: 9 }, text: { content: "a" }, rendering: { format: "metrics", width: 9, height: 9 } }),
    );
    expect(`font.path: ${told[1].faces[0].error.message}`).toBe(JSON.parse(batch.out).error.message);
    expect(told[1].faces[0].error.message).toContain("ends beyond the file");
    for (const format of [[], ["--brief"]]) expect((await haforu(["fonts", ...format, torn])).out).toContain("ends beyond the file (font_invalid)");
    const shown = await haforu(["fonts", join(dir, "none.ttf"), NOTO_SANS]);
    expect(shown.err).toContain("(font_not_found)");
    expect(shown.out).toContain("Noto Sans");
    expect(shown.code).toBe(1);
    rmSync(dir, { recursive: true });
  });

  it("ends quietly when the reader has gone", async () => {
    const child = spawn(process.execPath, [CLI, "fonts", "--json", ...Array.from({ length: 40 }, () => NOTO_SANS)], { stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    await new Promise((resolve) => child.on("close", resolve));
    expect(err).toBe("");
  });
});
