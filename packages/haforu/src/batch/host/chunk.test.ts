// A chunk holds the lines that were added, whatever happens to where they came from; and a batch never reads over lines that it has not copied.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Chunk } from "../../../dist/batch/host/chunk.js";
import { openInput } from "../../../dist/batch/host/input.js";
import { openBatch } from "../../../dist/batch/host/open.js";
import { resolveBatchOptions } from "../../../dist/batch/options.js";

const STAND_IN = new URL("../fixtures/stand-in-runner.mjs", import.meta.url).href;

/** The lines that a worker would find. */
function held(chunk: Chunk): string[] {
  const { memory, count, used } = chunk.message(0, new Set());
  const bytes = Buffer.from(memory?.bytes as SharedArrayBuffer, 0, used);
  const table = new Float64Array(memory?.table as SharedArrayBuffer);
  return Array.from({ length: count }, (_, index) => bytes.toString("utf8", table[3 * index], table[3 * index + 1]));
}

test("lines that follow each other, that do not, and of another buffer", () => {
  const first = Buffer.from("one\ntwo\nthree\nfour\r\nfive");
  const second = Buffer.from("xone\n");
  const chunk = new Chunk(64);
  const spans = [
    [first, 0, 3],
    [first, 4, 7],
    [first, 14, 19],
    [first, 20, 24],
    [second, 1, 4],
    [first, 8, 13],
    [first, 14, 19],
  ] as const;
  for (const [index, [from, start, end]] of spans.entries()) chunk.add(from, start, end, index + 1, index);
  chunk.settle();
  first.fill(0);
  second.fill(0);
  expect(held(chunk)).toEqual(["one", "two", "four\r", "five", "one", "three", "four\r"]);
});

test("a line fits with the newline before it, or not", () => {
  const from = Buffer.from("aaaa\nbbbbb\nc");
  const chunk = new Chunk(10);
  expect(chunk.fits(10, 8)).toBe(true);
  chunk.add(from, 0, 4, 1, 0);
  expect([chunk.fits(5, 8), chunk.fits(6, 8)]).toEqual([true, false]);
  chunk.add(from, 5, 10, 2, 1);
  chunk.settle();
  expect([chunk.used, held(chunk)]).toEqual([10, ["aaaa", "bbbbb"]]);
});

test("lines of a file, which is read into one buffer over and over while workers are busy", async () => {
  const folder = mkdtempSync(join(tmpdir(), "haforu-chunk-"));
  try {
    const path = join(folder, "jobs.jsonl");
    // Slow at first, so that chunks stay open; two fonts in turns, and runs of one.
    const jobs = Array.from({ length: 12_000 }, (_, index) => {
      const font = { path: `/${index % 1000 < 500 ? index % 2 : 2}.ttf` };
      return JSON.stringify({ id: `job-${index}`, font, work_ms: index < 200 ? 1 : 0, note: "n".repeat((index * 7) % 60) });
    });
    writeFileSync(path, `${jobs.join("\n")}\n`);
    const { source } = await openInput(path);
    const batch = openBatch(source, resolveBatchOptions({ workers: 2, runnerUrl: STAND_IN }), 0);
    const ids: string[] = [];
    for await (const block of batch.blocks()) {
      const text = Buffer.concat(block.views).toString();
      for (const line of text.trimEnd().split("\n")) ids.push(JSON.parse(line).id);
      block.written();
    }
    expect(ids).toEqual(jobs.map((_, index) => `job-${index}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
