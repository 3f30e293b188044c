// `haforu sweep` as a process: points by flags, JSON Lines and CSV, plots, and what ends it. And sweeps in batches: pictures as files,
// the same bytes from one worker and several.

import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI, haforu, NOTO_SANS, ROOT, SOURCE_SANS_VAR } from "../../test/haforu.ts";
import { field } from "./sweep-csv.ts";

const SHAPES = `${ROOT}test/fonts/built/shapes.ttf`;
const SERIF = `${ROOT}node_modules/source-serif/VAR/SourceSerif4Variable-Roman.otf`;

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "haforu-sweep-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Line {
  readonly index: number;
  readonly renders: number;
  readonly text: string;
  readonly instance?: string;
  readonly coordinates: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, unknown>>;
}
const lines = (out: string): Line[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

/** A reader of CSV of its own: RFC 4180, character by character. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1) as string[];
    const c = text[i] as string;
    if (quoted && c === '"' && text[i + 1] === '"') {
      row[row.length - 1] += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (quoted || (c !== "," && c !== "\n")) row[row.length - 1] += c;
    else if (c === ",") row.push("");
    else if (i + 1 < text.length) rows.push([""]);
  }
  return rows;
}

it("a file has its name when it is complete: one of before stays when the sweep fails or is interrupted", async () => {
  const out = join(dir, "kept.jsonl");
  const others = (): string[] => readdirSync(dir).filter((name) => name.startsWith("kept.jsonl") && name !== "kept.jsonl");
  writeFileSync(out, "before\n");
  expect((await haforu(["sweep", SOURCE_SANS_VAR, "--text", "a", "--axis", "wght=200:900:99999", "-o", out])).code).toBe(2);
  expect((await haforu(["sweep", SOURCE_SANS_VAR, "--text", "a", "--axis", "XXXX=1", "-o", out])).code).toBe(1);
  expect([readFileSync(out, "utf8"), others()]).toEqual(["before\n", []]);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    const child = spawn(process.execPath, [CLI, "sweep", SOURCE_SANS_VAR, "--text", "a", "--axis", "wght=200:900:65536", "-o", out]);
    const part = `kept.jsonl.${child.pid}-0.part`;
    while (!others().includes(part)) await new Promise((resolve) => setTimeout(resolve, 5));
    const ended = new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect([readFileSync(out, "utf8"), others()]).toEqual(["before\n", []]);
  }
  expect((await haforu(["sweep", SOURCE_SANS_VAR, "--text", "a", "--axis", "wght=200:900:3", "-o", out])).code).toBe(0);
  expect([lines(readFileSync(out, "utf8")).length, others()]).toEqual([3, []]);
});

it("neither the font that is read nor the results are written over", async () => {
  const font = join(dir, "own.ttf");
  const plot = join(dir, "own.svg");
  copyFileSync(SHAPES, font);
  symlinkSync(font, plot);
  const args = ["sweep", font, "--text", "r", "--axis", "wght=0:1000:3"];
  for (const [more, said] of [
    [["-o", font], `the output ${font} could not be written: it is the same file as ${font}, which is read; give another name`],
    [["--plot", plot], `the plot ${plot} could not be written: it is the same file as ${font}, which is read; give another name`],
    [["--plot", `${dir}/a.svg`, "-o", `${dir}/./a.svg`], `-o and --plot both name ${dir}/a.svg: give them two names`],
  ] as const) {
    expect(await haforu([...args, ...more])).toMatchObject({ code: 2, out: "", err: `haforu: ${said}\n` });
  }
  expect(readFileSync(font).equals(readFileSync(SHAPES))).toBe(true);
});

describe("haforu sweep", () => {
  it("goes over an axis, texts inside", async () => {
    const { code, out, err } = await haforu(["sweep", SHAPES, "--text", "r", "--text", "o", "--axis", "wght=0:1000:3", "--size", "100"]);
    expect([code, err]).toEqual([0, ""]);
    const got = lines(out);
    expect(got.map(({ index, text, coordinates }) => [index, text, coordinates.wght])).toEqual([
      [0, "r", 0],
      [1, "o", 0],
      [2, "r", 500],
      [3, "o", 500],
      [4, "r", 1000],
      [5, "o", 1000],
    ]);
    expect(got.filter(({ text }) => text === "r").map(({ metrics }) => metrics.bbox)).toEqual([40, 60, 80].map((w) => [5, 30, w, 60]));
  });

  it("takes instances, points and a sample, in windows that nobody sees", async () => {
    const args = ["sweep", SHAPES, "--text", "r", "--size", "10", "--instances", "--point", "wght=7", "--sample", "700", "--seed", "4"];
    const got = lines((await haforu(args)).out);
    expect(got.length).toBe(703);
    expect(got.map(({ index }) => index)).toEqual(got.map((_, i) => i));
    expect(got.slice(0, 3).map(({ instance, coordinates }) => [instance, coordinates.wght])).toEqual([
      [undefined, 7],
      ["Thin", 0],
      ["Wide", 1000],
    ]);
    expect(new Set(got.slice(3).map(({ coordinates }) => coordinates.wght)).size).toBeGreaterThan(690);
  });

  it("writes CSV that reads back as the JSON Lines", async () => {
    const args = ["sweep", SHAPES, "--text", 'r,"o"\nt', "--text", " x", "--instances", "--size", "50", "--extended"];
    const [csv, json] = [await haforu([...args, "--csv"]), await haforu(args)];
    const [head = [], ...rows] = readCsv(csv.out);
    expect(head.slice(0, 6)).toEqual(["index", "text", "instance", "wght", "density", "beam"]);
    expect(rows.length).toBe(4);
    for (const [i, line] of lines(json.out).entries()) {
      const row = Object.fromEntries(head.map((name, k) => [name, rows[i]?.[k]]));
      expect(rows[i]?.length).toBe(head.length);
      expect([row.text, row.instance]).toEqual([line.text, line.instance]);
      expect(row.bbox_w).toBe(String((line.metrics.bbox as number[])[2]));
      expect(row.moments_xy).toBe(String((line.metrics.moments as number[])[2]));
      expect(row.gap_variation).toBe(line.metrics.gap_variation === null ? "" : String(line.metrics.gap_variation));
    }
  });

  it("quotes what must be quoted, and nothing else", () => {
    expect(["a", 'a"b', "a,b", "a\nb", " a", "", 5, null].map(field)).toEqual(["a", '"a""b"', '"a,b"', '"a\nb"', '" a"', "", "5", ""]);
  });

  it.each(["svg", "png", "html"])("plots one axis, two axes and a sample: %s", async (kind) => {
    const out = join(dir, "rows.jsonl");
    for (const [i, points] of [
      ["--axis", "wght=200:900:5"],
      ["--axis", "wght=200:900:4", "--axis", "opsz=8,60"],
      ["--sample", "20"],
    ].entries()) {
      const file = join(dir, `plot-${i}.${kind}`);
      const { code, err } = await haforu(["sweep", SERIF, "--text", "a", "--text", "<b>", "--size", "60", ...points, "--plot", file, "-o", out]);
      expect([code, err]).toEqual([0, ""]);
      const picture = readFileSync(file);
      if (kind === "png") expect(picture.subarray(1, 4).toString()).toBe("PNG");
      else {
        const text = picture.toString();
        expect(text).toContain("SourceSerif4Variable-Roman.otf");
        expect(text).toContain("&lt;b&gt;");
        expect(text).not.toContain("<b>");
        expect(text.match(/http:\/\/(?!www\.w3\.org)/g)).toBeNull();
      }
    }
    expect(lines(readFileSync(out, "utf8")).length).toBe(40);
  });

  it.each([
    [[SHAPES, "--text", "r"], 2, "where? Give --axis"],
    [[SHAPES, "--axis", "wght=0:1:2"], 2, "--text"],
    [[SHAPES, "--text", "r", "--axis", "wght"], 2, "Expected TAG=MIN:MAX:STEPS"],
    [[SHAPES, "--text", "r", "--axis", "wght=1:2"], 2, "Expected MIN:MAX:STEPS"],
    [[SHAPES, "--text", "r", "--axis", "wght=1:x:2"], 2, 'Expected a number, got "x"'],
    [[SHAPES, "--text", "r", "--axis", "wght=1:2:0"], 2, "sweep.grid.wght"],
    [[SHAPES, "--text", "r", "--axis", "wght=1:2:1000000000"], 2, "steps from 1 to 65536"],
    [[SHAPES, "--text", "r", "--axis", "wght=0:1:9999", "--axis", "wdth=0:1:9999"], 2, "99980001 renders, expected at most 262144"],
    [[SHAPES, "--text", "r", "--axis", "wdth=1:2:3"], 1, "no axis wdth; it has wght"],
    [[NOTO_SANS, "--text", "r", "--instances"], 1, "no named instances"],
    [[NOTO_SANS, "--text", "r", "--sample", "5"], 0, "no axis is left for it to move; its renders are all the same (sample_on_no_axis)"],
    [[NOTO_SANS, "--text", "r", "--sample", "5", "--strict"], 1, "no axis is left for it to move"],
    [[SHAPES, "--text", "r", "--point", "wght=1,wght=2"], 2, "The axis wght is there twice"],
    [["nowhere.ttf", "--text", "r", "--axis", "wght=1"], 1, "no such file"],
    [[SHAPES, "--text", "r", "--axis", "wght=1,2", "--plot", "x.gif"], 2, "ends in .svg, .png or .html"],
    [[SHAPES, "--text", "r", "--axis", "wght=1,2", "--plot", "/no/where.svg"], 2, "/no/where.svg"],
    [[SHAPES, "--text", "r", "--axis", "wght=1,2", "--plot", "x.svg", "--metric", "weight"], 2, "there are density, beam"],
    [[SHAPES, "--text", "r", "--axis", "wght=1", "--plot", "x.svg"], 2, "none does"],
    [[SHAPES, "--text", "r", "--axis", "wght=1,2", "-o", "/no/where.jsonl"], 2, "/no/where.jsonl"],
  ])("%j ends with %i", async (args, code, said) => {
    const ran = await haforu(["sweep", ...args]);
    expect(ran.err).toContain(said);
    expect(ran.code).toBe(code);
    // Before the first line is written.
    if (args.includes("--metric")) expect(ran.out).toBe("");
  });

  it("tells a warning once, and --strict makes it an error", async () => {
    const args = ["sweep", SHAPES, "--text", "r", "--axis", "wght=0:1000:9", "--size", "100", "--width", "50"];
    const { code, err } = await haforu(args);
    expect([code, err.split("\n").length]).toEqual([0, 2]);
    expect(err).toMatch(/ink lies outside the canvas.*\(ink_clipped, and 6 more like it\)/);
    expect((await haforu([...args, "--strict"])).code).toBe(1);
  });
});

describe("sweeps in a batch", () => {
  const sweep = (id: string, text: string, more: object): string =>
    JSON.stringify({
      id,
      font: { path: SHAPES, size: 40 },
      text: { content: text },
      sweep: { width: 60, height: 40, grid: { wght: { min: 0, max: 1000, steps: 3 } }, ...more },
    });

  it("gives the same bytes from one worker and three, and validates", async () => {
    const jobs = Array.from({ length: 60 }, (_, i) =>
      sweep(`s${i}`, "rotwx".slice(i % 5), i % 3 === 0 ? { format: "png" } : { include: ["extended"], first: i % 2 }),
    );
    jobs.push(
      sweep("bad", "r", { grid: {} }),
      JSON.stringify({ id: "one", font: { path: SOURCE_SANS_VAR, size: 20 }, text: { content: "a" }, rendering: { format: "metrics", width: 20, height: 20 } }),
    );
    const input = `${jobs.join("\n")}\n`;
    const [one, three] = [await haforu(["batch", "-", "--no-timing", "-j", "1"], input), await haforu(["batch", "-", "--no-timing", "-j", "3"], input)];
    expect(three.out).toBe(one.out);
    expect(one.code).toBe(1);
    expect(lines(one.out).filter((line) => (line as unknown as { status: string }).status === "success").length).toBe(61);
    expect((await haforu(["validate", "-"], input)).err).toContain("62 jobs, 1 invalid");
  });

  it.each(["png", "pgm", "svg", "raw"])("puts pictures into files: %s", async (format) => {
    const out = join(dir, `images-${format}`);
    const ran = await haforu(["batch", "-", "--no-timing", "-j", "1", "--out-dir", out], `${sweep("p", "ro", { format, texts: ["x"] })}\n`);
    expect(ran.code).toBe(0);
    const names = Array.from({ length: 6 }, (_, i) => `p-${i}.${format}`);
    expect(readdirSync(out).sort()).toEqual(names);
    const inLine = JSON.parse(
      (await haforu(["batch", "-", "--no-timing", "-j", "1"], `${sweep("p", "ro", { format, texts: ["x"], encoding: "base64" })}\n`)).out,
    );
    const inFiles = JSON.parse(ran.out);
    for (const [i, item] of inFiles.sweep.results.entries()) {
      const { rendering: there, ...rest } = inLine.sweep.results[i];
      const { rendering: here, ...same } = item;
      expect(same).toEqual(rest);
      expect(here.path.endsWith(names[i] ?? "")).toBe(true);
      expect(readFileSync(join(out, names[i] ?? ""))).toEqual(Buffer.from(there.data, "base64"));
    }
  });

  it("ends a sweep over the time limit, and goes on", async () => {
    const file = join(dir, "slow.jsonl");
    const slow = JSON.stringify({
      id: "slow",
      font: { path: SOURCE_SANS_VAR, size: 2000 },
      text: { content: "@".repeat(40) },
      sweep: { width: 8000, height: 3000, include: ["extended"], grid: { wght: { min: 200, max: 900, steps: 5000 } } },
    });
    writeFileSync(file, `${slow}\n${sweep("next", "r", {})}\n`);
    const { out, code } = await haforu(["batch", file, "-j", "1", "--timeout-ms", "300", "--no-timing"]);
    const got = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(got.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
      ["slow", "error", "timeout"],
      ["next", "success", undefined],
    ]);
    expect(code).toBe(1);
  });
});
