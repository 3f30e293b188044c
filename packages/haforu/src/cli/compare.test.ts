// `haforu compare` and `haforu compare-runs` as processes: exit codes, both outputs, the report's file, and calls that are wrong.
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CLI, haforu, NOTO_SANS, ROOT } from "../../test/haforu.ts";

const FONTS = `${ROOT}test/compare/fonts/`;
const BASE = `${FONTS}base.ttf`;
const MOVED = `${FONTS}moved-point.ttf`;
const KERNED = `${FONTS}kern-pair.ttf`;
const folder = mkdtempSync(join(tmpdir(), "haforu-compare-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("exit codes: 0 the same, 1 different, 2 not comparable", async () => {
  expect((await haforu(["compare", BASE, `${FONTS}rebuilt.ttf`])).code).toBe(0);
  expect((await haforu(["compare", BASE, MOVED])).code).toBe(1);
  const lenient = ["--threshold", "outline=10,pixel_delta=0.02", "--ignore", "table:glyf"];
  expect((await haforu(["compare", BASE, MOVED, ...lenient])).code).toBe(0);
  expect((await haforu(["compare", BASE, MOVED, "--no-tables", "--no-glyphs", "--no-pixels"])).code).toBe(0);
  const missing = await haforu(["compare", BASE, join(folder, "none.ttf")]);
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/^haforu: .*none\.ttf: .*no file/);
  const [old, now] = [join(folder, "old"), join(folder, "new")];
  for (const path of [old, now]) mkdirSync(path);
  for (const path of [old, now]) copyFileSync(BASE, join(path, "a.ttf"));
  writeFileSync(join(old, "b.ttf"), "no font");
  copyFileSync(BASE, join(now, "b.ttf"));
  const broken = await haforu(["compare", old, now]);
  expect(broken.code).toBe(2);
  expect(broken.out).toContain("b.ttf: ");
  expect(broken.out).toContain("2 pairs of fonts, 1 identical: 0 differences; 1 pair could not be compared");
});

test("the summary tells each level, the worst first", async () => {
  const words = join(folder, "words.txt");
  writeFileSync(words, "AVA\r\n\nto\n");
  const { out, err } = await haforu(["compare", BASE, KERNED, "--words", words]);
  expect(err).toBe("");
  expect(out).toBe(`kern-pair.ttf
  tables: 1 difference
    table      GPOS  bytes 106 checksum 2b6e244f → bytes 106 checksum 2b82244f
  shaping: 1 difference
    word       AVA  [A=0+300|V=1+320|A=2+380] → [A=0+320|V=1+320|A=2+380]  by 20
  pixels: 1 difference
    picture    AVA  pixel_delta 0.091551 at 100 px
1 pair of fonts: 3 differences (tables 1, shaping 1, pixels 1)
14 pairs of glyphs at 1 place, 2 words (0 not covered), 1 pair of pictures
`);
  expect((await haforu(["compare", BASE, KERNED, "--words", "-", "--no-pixels", "--no-tables"], "to\n")).code).toBe(0);
  const many = await haforu(["compare", BASE, `${FONTS}greek.ttf`, "--list", "2"]);
  expect(many.out).toContain("… and ");
});

test("--json gives a record a line and the summary last, the same bytes for any number of workers", async () => {
  const one = await haforu(["compare", BASE, MOVED, "--json"]);
  const lines = one.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ level, item }) => `${level} ${item}`)).toEqual(["tables glyf", "glyphs a", "pixels a", "undefined undefined"]);
  expect(Object.keys(lines[2])).toEqual(["font", "level", "kind", "change", "item", "script", "pixel_delta", "at", "size", "score", "glyph_ids"]);
  expect(lines[3].summary).toMatchObject({ pairs: 1, differences: 3, by_level: { files: 0, tables: 1, glyphs: 1, shaping: 0, pixels: 1 } });
  expect((await haforu(["compare", BASE, MOVED, "--json", "--jobs", "3"])).out).toBe(one.out);
});

test("--html leaves nothing of a report that is interrupted", async () => {
  const html = join(folder, "interrupted.html");
  const fonts = [NOTO_SANS, `${ROOT}node_modules/@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf`];
  const child = spawn(process.execPath, [CLI, "compare", ...fonts, "--html", html, "--sizes", "200,400,600"], { stdio: "ignore" });
  const others = () => readdirSync(folder).filter((name) => name.startsWith("interrupted.html"));
  while (others().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const ended = new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
  child.kill("SIGINT");
  expect([await ended, others()]).toEqual([[130, null], []]);
});

test("--html writes one file when it is complete, the same bytes each time", async () => {
  const html = join(folder, "report.html");
  for (const jobs of ["1", "2"]) {
    expect((await haforu(["compare", BASE, MOVED, "--html", `${html}${jobs}`, "--jobs", jobs])).code).toBe(1);
  }
  const page = readFileSync(`${html}1`, "utf8");
  expect(readFileSync(`${html}2`, "utf8")).toBe(page);
  expect(page.startsWith("<!DOCTYPE html>")).toBe(true);
  expect(page.match(/<article/g)).toHaveLength(3);
  // A device stays what it is; a full one is said.
  const full = await haforu(["compare", BASE, MOVED, "--html", "/dev/full"]);
  expect([full.code, full.err]).toEqual([2, expect.stringContaining("/dev/full could not be written: ENOSPC")]);
  expect(readdirSync("/dev").filter((name) => name.startsWith("full."))).toEqual([]);
  expect((await haforu(["compare", BASE, MOVED, "--html", folder])).code).toBe(2);
  const nowhere = await haforu(["compare", BASE, MOVED, "--html", join(folder, "none", "report.html")]);
  expect(nowhere.code).toBe(2);
  expect(nowhere.err).toContain("could not be written");
  expect(nowhere.out).toBe("");
  // What ends before the report is complete leaves nothing of it.
  expect((await haforu(["compare", join(folder, "old"), BASE, "--html", html])).code).toBe(2);
  expect(existsSync(html)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("the report is not written over a font or the words that are read", async () => {
  const dir = join(folder, "over");
  mkdirSync(dir);
  const [font, words] = [join(dir, "base.ttf"), join(dir, "words.txt")];
  copyFileSync(BASE, font);
  writeFileSync(words, "to\n");
  for (const args of [
    [font, MOVED, "--html", font],
    [dir, dir, "--html", font],
    [BASE, MOVED, "--words", words, "--html", words],
  ]) {
    const { code, err } = await haforu(["compare", ...args]);
    expect([code, err]).toEqual([2, expect.stringMatching(/is the same file as .*, which is read; give another name\n$/)]);
  }
  expect([readFileSync(font).equals(readFileSync(BASE)), readFileSync(words, "utf8"), readdirSync(dir)]).toEqual([true, "to\n", ["base.ttf", "words.txt"]]);
});

test.each([
  [["--threshold", "advance"], "name=number"],
  [["--threshold", "advances=1"], "thresholds"],
  [["--ignore", "DSIG"], "kind:pattern"],
  [["--measures", "psnr"], "rmse, iou, ssim"],
  [["--sizes", "x"], "pixels per em"],
  [["--sizes", "0"], "from 1 to 2000"],
  [["--at", "weight=1"], "wght=600"],
  [["--jobs", "0"], "whole number"],
  [["--words", "/nowhere"], "cannot be read"],
  [["--words", "/dev/null"], "holds no word"],
  [["--words", "/dev/zero"], "more than 67108864 bytes"],
  [["--words", NOTO_SANS], "not UTF-8"],
  [["--levels", "tables"], "unknown option"],
  [["--instances", "some"], "all, default"],
  [["--no-tables", "--no-glyphs", "--no-shaping", "--no-pixels"], "at least one"],
] as const)("compare %j is a wrong call", async (flags, said) => {
  const { code, err, out } = await haforu(["compare", BASE, MOVED, ...flags]);
  expect(code).toBe(2);
  expect(err).toContain(said);
  expect(out).toBe("");
});

test("coordinates that no font has are noted", async () => {
  const { err } = await haforu(["compare", BASE, MOVED, "--at", "wght=500", "--at", "wdth=80"]);
  expect(err).toBe("haforu: 2 of the coordinates of --at lie outside a font's axes and were left out\n");
});

test("compare-runs: two batches, alike and not", async () => {
  const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
  const job = (id: string, content: string): string =>
    `${JSON.stringify({ id, font: { path: BASE, size: 50 }, text: { content }, rendering: { format: "metrics", width: 100, height: 80, include: ["metrics", "hash"] } })}\n`;
  await haforu(["batch", "-", "-o", a], job("1", "A") + job("2", "a") + job("3", "b"));
  await haforu(["batch", "-", "-o", b], job("3", "b") + job("1", "A") + job("2", "c") + job("4", "t"));
  expect((await haforu(["compare-runs", a, a])).code).toBe(0);
  const { code, out } = await haforu(["compare-runs", a, b, "--list", "1"]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /^extra: 1\n {2}4\nhash: 1\n {2}2 {2}[0-9a-f]{16} → [0-9a-f]{16}\nmetric: \d\n {2}2 .*\n {2}… and \d more\n3 and 4 results, 3 matched: \d differences\n$/,
  );
  const unnamed = await haforu(["compare-runs", a, "-"], `${readFileSync(a, "utf8")}{"status":"error","error":{"code":"invalid_json"}}\n`);
  expect(unnamed.out).toContain("extra: 1\n  (no id)\n");
  const json = await haforu(["compare-runs", a, "-", "--json", "--tolerance", "1000"], readFileSync(b));
  const lines = json.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1).summary).toMatchObject({ old_results: 3, new_results: 4, matched: 3, by_kind: { extra: 1, hash: 1, metric: 0 } });
  for (const [args, said] of [
    [[a, BASE], "line 1: it is not valid JSON"],
    [[a, join(folder, "none")], "cannot be read"],
    [["-", "-"], "both are standard input"],
    [[a, b, "--tolerance", "x"], "Expected a number"],
    [[a, b, "--max-waiting", "1"], "results wait for their partners"],
  ] as const) {
    const wrong = await haforu(["compare-runs", ...args]);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining(said)]);
  }
});
