// compareRuns over files of result lines: each kind of difference, orders, duplicates, tolerances at their edges, and files that are none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type CompareRunsOptions, compareRuns, HaforuError, type RunDifference, type RunSummary } from "../../dist/index.js";

const folder = mkdtempSync(join(tmpdir(), "haforu-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function file(lines: readonly unknown[] | string): string {
  files += 1;
  const path = join(folder, `${files}.jsonl`);
  writeFileSync(path, typeof lines === "string" ? lines : lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

const ok = (id: string, more: object = {}): object => ({
  id,
  status: "success",
  rendering: { format: "metrics" },
  metrics: { density: 0.5, bbox: [1, 2, 3, 4] },
  hash: "aa",
  ...more,
});

async function compared(
  old: readonly unknown[] | string,
  now: readonly unknown[] | string,
  options: CompareRunsOptions = {},
): Promise<{ found: RunDifference[]; summary: RunSummary }> {
  const comparison = compareRuns(file(old), file(now), options);
  const found: RunDifference[] = [];
  for await (const difference of comparison) found.push(difference);
  return { found, summary: comparison.summary };
}

test("equal runs have no difference, whatever is timed and in whichever order", async () => {
  const run = ["a", "b", "c"].map((id) => ok(id, { timing: { total_ms: Math.PI } }));
  const other = ["a", "b", "c"].map((id) => ok(id, { timing: { total_ms: 2 } }));
  expect((await compared(run, other)).found).toEqual([]);
  expect((await compared(run, [...other].reverse())).found).toEqual([]);
  expect((await compared([], [])).summary).toMatchObject({ old_results: 0, new_results: 0, matched: 0, differences: 0 });
  // Blank lines, Windows line ends, a last line without one, and answers to ops are no results.
  const text = run.map((line) => JSON.stringify(line)).join("\r\n\r\n");
  expect((await compared(`${text}\n{"op":"ping","status":"success"}`, other)).found).toEqual([]);
});

test("the renders of a sweep are compared one by one", async () => {
  const sweep = (first: number, densities: readonly number[], hash = "aa"): object => {
    const results = densities.map((density) => ({ text: 0, coordinates: {}, metrics: { density, bbox: [1, 2, 3, 4] }, hash }));
    return { id: "s", status: "success", sweep: { renders: 9, first, texts: ["a"], results, shaped: 1 } };
  };
  expect((await compared([sweep(2, [0.5, 0.6])], [sweep(2, [0.5, 0.6])])).found).toEqual([]);
  const { found, summary } = await compared([sweep(2, [0.5, 0.6])], [sweep(2, [0.5, 0.625])]);
  expect(found).toEqual([{ id: "s", kind: "metric", render: 3, item: "density", old: 0.6, new: 0.625, delta: 0.025 }]);
  expect(summary).toMatchObject({ matched: 1, differences: 1 });
  expect((await compared([sweep(0, [0.5, 0.6])], [sweep(0, [0.5, 0.625])], { tolerance: 0.025 })).found).toEqual([]);
  expect((await compared([sweep(0, [1, 1])], [sweep(0, [1, 1], "ab")])).found.map(({ kind, render }) => `${kind} ${render}`)).toEqual(["hash 0", "hash 1"]);
  // Other windows, and another number of renders: their renders are not each other's.
  const renders = { id: "s", kind: "metric", item: "renders" };
  expect((await compared([sweep(0, [1, 1])], [sweep(2, [1, 1])])).found).toEqual([{ ...renders, old: "0 to 1", new: "2 to 3" }]);
  expect((await compared([sweep(0, [1, 1])], [sweep(0, [1])])).found).toEqual([{ ...renders, old: "0 to 1", new: "0 to 0" }]);
  const failed = { id: "s", status: "error", error: { code: "timeout", message: "" } };
  expect((await compared([sweep(0, [1, 1])], [failed])).found).toEqual([{ id: "s", kind: "status", old: "success", new: "timeout" }]);
});

test("the numbers of comparisons are compared as metrics", async () => {
  const job = (pixel_delta: number): object => ({ id: "c", status: "success", comparison: { width: 10, height: 10, shift: [0, 0], pixel_delta } });
  const { found } = await compared([job(0.25)], [job(0.5)]);
  expect(found).toEqual([{ id: "c", kind: "metric", item: "pixel_delta", old: 0.25, new: 0.5, delta: 0.25 }]);
  expect((await compared([job(0.25)], [job(0.5)], { tolerance: { pixel_delta: 0.25 } })).found).toEqual([]);
});

test("a difference at the tolerance is within it, whatever binary fractions make of it", async () => {
  // 0.501 − 0.5 is 0.0010000000000000009.
  const of = (density: number): object => ok("a", { metrics: { density } });
  expect((await compared([of(0.5)], [of(0.501)], { tolerance: 0.001 })).found).toEqual([]);
  expect((await compared([of(0.5)], [of(0.501001)], { tolerance: 0.001 })).found).toHaveLength(1);
});

test("each kind of difference is told once, with what each run has", async () => {
  const old = [
    ok("same"),
    ok("gone"),
    ok("broke"),
    { id: "other", status: "error", error: { code: "timeout" } },
    ok("pixels"),
    ok("heavier"),
    ok("bare", { hash: undefined, rendering: { data: "x" } }),
  ];
  const now = [
    ok("same"),
    { id: "broke", status: "error", error: { code: "font_invalid" } },
    { id: "other", status: "error", error: { code: "engine_fault" } },
    ok("pixels", { hash: "bb" }),
    ok("heavier", { metrics: { density: 0.75, bbox: [1, 2, 3, 9], beam: 1 } }),
    ok("bare", { hash: undefined, rendering: { data: "y" } }),
    ok("came"),
  ];
  const { found, summary } = await compared(old, now);
  const by = (id: string): RunDifference[] => found.filter((difference) => difference.id === id);
  expect(by("same")).toEqual([]);
  expect(by("gone")).toEqual([{ id: "gone", kind: "missing" }]);
  expect(by("came")).toEqual([{ id: "came", kind: "extra" }]);
  expect(by("broke")).toContainEqual({ id: "broke", kind: "status", old: "success", new: "font_invalid" });
  expect(by("other")).toEqual([{ id: "other", kind: "status", old: "timeout", new: "engine_fault" }]);
  expect(by("pixels")).toEqual([{ id: "pixels", kind: "hash", old: "aa", new: "bb" }]);
  expect(by("heavier")).toEqual([
    { id: "heavier", kind: "metric", item: "density", old: 0.5, new: 0.75, delta: 0.25 },
    { id: "heavier", kind: "metric", item: "bbox", old: [1, 2, 3, 4], new: [1, 2, 3, 9], delta: 5 },
    { id: "heavier", kind: "metric", item: "beam", new: 1 },
  ]);
  expect(by("bare").map(({ kind }) => kind)).toEqual(["picture"]);
  expect(summary).toMatchObject({ old_results: 7, new_results: 7, matched: 6, differences: found.length });
});

test("a metric at the tolerance is within it", async () => {
  const [old, now] = [[ok("a")], [ok("a", { metrics: { density: 0.75, bbox: [1, 2, 3, 9] } })]];
  const items = async (tolerance: CompareRunsOptions["tolerance"]): Promise<(string | undefined)[]> =>
    (await compared(old, now, tolerance === undefined ? {} : { tolerance })).found.map(({ item }) => item);
  expect(await items(undefined)).toEqual(["density", "bbox"]);
  expect(await items(0.25)).toEqual(["bbox"]);
  expect(await items(0.2499)).toEqual(["density", "bbox"]);
  expect(await items({ density: 0.25, bbox: 5 })).toEqual([]);
  expect(await items({ "*": 5, density: 0 })).toEqual(["density"]);
  expect(await items({ bbox: 4.999, "*": 1 })).toEqual(["bbox"]);
  // null is no number: no tolerance is wide enough for it.
  expect((await compared(old, [ok("a", { metrics: { density: null, bbox: [1, 2, 3, 4] } })], { tolerance: 1e9 })).found).toHaveLength(1);
});

test("of several results with one id the first is matched with the first", async () => {
  const { found } = await compared([ok("a", { hash: "1" }), ok("a", { hash: "2" }), ok("a", { hash: "3" })], [ok("a", { hash: "1" }), ok("a", { hash: "9" })]);
  expect(found).toEqual([
    { id: "a", kind: "hash", old: "2", new: "9" },
    { id: "a", kind: "missing" },
  ]);
});

test("many results of one id are matched in their order, while others of it come and go", async () => {
  const marked = (name: string, from: number, to: number): object[] => Array.from({ length: to - from }, (_, i) => ok(name, { hash: `${name} ${from + i}` }));
  // The old file's wait until 3000 others have passed; then each side takes and puts.
  const old = [...marked("a", 0, 3000), ...marked("b", 0, 3000), ...marked("a", 3000, 5000)];
  const now = [...marked("b", 0, 3000), ...marked("a", 0, 4500)];
  const { found, summary } = await compared(old, now);
  expect(found).toEqual(Array.from({ length: 500 }, () => ({ id: "a", kind: "missing" })));
  expect(summary).toMatchObject({ matched: 7500, differences: 500 });
});

test("in the same order two results wait at most; otherwise it is said, and bounded", async () => {
  const ids = Array.from({ length: 70_000 }, (_, i) => String(i));
  const lines = ids.map((id) => `{"id":"${id}","status":"success","hash":"aa"}\n`);
  const text = lines.join("");
  const same = await compared(text, text);
  expect(same.summary).toMatchObject({ matched: 70_000, differences: 0 });
  expect(same.summary.waiting_peak).toBeLessThanOrEqual(2);
  let told = 0;
  const reversed = await compared(text, [...lines].reverse().join(""), {
    onOutOfOrder: (waiting) => {
      told = waiting;
    },
  });
  expect(reversed.summary).toMatchObject({ matched: 70_000, differences: 0 });
  expect(told).toBe(65_537);
  // What follows the end of the other file need not wait.
  const short = await compared(lines.slice(0, 10).join(""), text);
  expect(short.summary).toMatchObject({ matched: 10, by_kind: { extra: 69_990 } });
  expect(short.summary.waiting_peak).toBeLessThanOrEqual(2);
  await expect(compared(text, [...lines].reverse().join(""), { maxWaiting: 1000 })).rejects.toMatchObject({ code: "out_of_memory" });
});

test("lines across the chunks of a file are read whole", async () => {
  const long = ok("long", { hash: undefined, rendering: { data: "é".repeat(300_000) } });
  expect((await compared([ok("a"), long, ok("b")], [ok("a"), long, ok("b")])).found).toEqual([]);
});

test("what is no file of results is said, with its line", async () => {
  const good = [ok("a")];
  await expect(compared(good, "{}\n")).rejects.toMatchObject({ code: "invalid_json", line: 1 });
  await expect(compared(good, `${JSON.stringify(ok("a"))}\n{"id": "b", "sta`)).rejects.toMatchObject({ code: "invalid_json", line: 2 });
  await expect(compared("[1]\n", good)).rejects.toThrow(HaforuError);
  await expect(compared("\u0000\u0001", good)).rejects.toMatchObject({ code: "invalid_json" });
  const comparison = compareRuns(join(folder, "missing.jsonl"), file(good));
  await expect(
    (async () => {
      for await (const _ of comparison);
    })(),
  ).rejects.toThrow(/missing\.jsonl: it cannot be read/);
  expect(() => comparison.summary).toThrow("read to their end");
  expect(() => compareRuns("-", "-")).toThrow(HaforuError);
  expect(() => compareRuns("a", "b", { tolerance: -1 })).toThrow(HaforuError);
  expect(() => compareRuns("a", "b", { tolerance: { density: Number.NaN } })).toThrow(HaforuError);
  expect(() => compareRuns("a", "b", { maxWaiting: 0 })).toThrow(HaforuError);
});
