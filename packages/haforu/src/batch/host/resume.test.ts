// What is kept of an interrupted run's results.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findResults, keepResults, RemainingSource } from "../../../dist/batch/host/resume.js";
import { LineSource } from "../../../dist/batch/host/source.js";

const root = mkdtempSync(join(tmpdir(), "haforu-resume-"));
afterAll(() => rmSync(root, { recursive: true }));

const good = (id: string, data = ""): string => `${JSON.stringify({ id, status: "success", data })}\n`;
const bad = (id: string): string => `${JSON.stringify({ id, status: "error", error: { code: "timeout" } })}\n`;

async function kept(text: string): Promise<{ text: string; done: [string, number][] }> {
  const path = join(root, "results.part");
  writeFileSync(path, text);
  const found = await findResults(path);
  await keepResults(path, found);
  return { text: readFileSync(path, "utf8"), done: [...found.done] };
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
    expect(await kept('{"id":"to')).toEqual({ text: "", done: [] });
    expect(await kept("\0\0\0")).toEqual({ text: "", done: [] });
    expect(await kept("")).toEqual({ text: "", done: [] });
    expect(await kept(bad("a"))).toEqual({ text: "", done: [] });
  });

  test.each([
    ["prose", "Dear diary,\nnothing happened.\n", 1],
    ["prose of one line that does not end", "precious", 1],
    ["jobs", `${good("a")}{"id":"b","font":{}}\n`, 2],
    ["other JSON", `${good("a")}[]\n`, 2],
    ["a list of numbers", "1\n2\n", 1],
  ])("a file of %s is refused", async (_what, text, line) => {
    await expect(kept(text)).rejects.toThrow(`(line ${line})`);
    expect(readFileSync(join(root, "results.part"), "utf8")).toBe(text);
  });

  test("lines that another program wrote anew are results still; answers to ops and blank lines go", async () => {
    const spaced = '{"status": "success", "id": "spaced"}\n';
    expect(await kept(`${spaced}\n{"op":"stats","status":"success"}\n{"id":"p","op":"ping","status":"success"}\n${good("a")}`)).toEqual({
      text: spaced + good("a"),
      done: [
        ["spaced", 1],
        ["a", 1],
      ],
    });
  });
});

test("a job whose id holds half a surrogate is not run again: its result holds U+FFFD", async () => {
  const path = join(root, "surrogate.part");
  writeFileSync(path, good("half \ufffd") + good("whole \ud83d\ude00"));
  const { done } = await findResults(path);
  const input = Buffer.from('{"id":"half \\ud83d"}\n{"id":"whole \\ud83d\\ude00"}\n{"id":"new"}\n');
  async function* reads(): AsyncGenerator<Uint8Array> {
    yield input;
  }
  const source = new RemainingSource(new LineSource(reads()), done);
  await source.fill();
  expect(source.advance()).toBe(true);
  expect(source.bytes.toString("utf8", source.start, source.end)).toBe('{"id":"new"}');
  expect(source.skipped).toBe(2);
});
