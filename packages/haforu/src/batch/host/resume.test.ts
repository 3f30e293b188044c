// What is kept of an interrupted run's results.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { keepSuccesses } from "../../../dist/batch/host/resume.js";

const root = mkdtempSync(join(tmpdir(), "haforu-resume-"));
afterAll(() => rmSync(root, { recursive: true }));

const good = (id: string, data = ""): string => `${JSON.stringify({ id, status: "success", data })}\n`;
const bad = (id: string): string => `${JSON.stringify({ id, status: "error", error: { code: "timeout" } })}\n`;

async function kept(text: string): Promise<{ text: string; done: [string, number][] }> {
  const path = join(root, "results.part");
  writeFileSync(path, text);
  const done = await keepSuccesses(path);
  return { text: readFileSync(path, "utf8"), done: [...done] };
}

describe("results of an interrupted run", () => {
  test("a torn last line goes, even when all of it but the newline is there", async () => {
    expect(await kept(good("a") + good("b").slice(0, -1))).toEqual({ text: good("a"), done: [["a", 1]] });
  });

  test("errors go, wherever they are", async () => {
    const text = bad("1") + good("a") + bad("2") + bad("3") + good("b") + good("c") + bad("4");
    expect((await kept(text)).text).toBe(good("a") + good("b") + good("c"));
  });

  test("long lines, escaped ids and ids that come twice", async () => {
    const id = 'quote " newline \n é \ud83d\ude00';
    const text = good(id, "x".repeat(3_000_000)) + bad("no") + good("twice") + good("twice");
    const result = await kept(text);
    expect(result.done).toEqual([
      [id, 1],
      ["twice", 2],
    ]);
    expect(result.text.length).toBe(text.length - bad("no").length);
  });

  test("an id that says it is an error is still a success", async () => {
    const id = '","status":"error"';
    expect((await kept(good(id))).done).toEqual([[id, 1]]);
  });

  test("nothing of use leaves nothing", async () => {
    expect(await kept("torn")).toEqual({ text: "", done: [] });
    expect(await kept("")).toEqual({ text: "", done: [] });
    expect(await kept(bad("a"))).toEqual({ text: "", done: [] });
  });
});
