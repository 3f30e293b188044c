// The Python examples of the documents (those of docs/python.md: hosts/python/tests/test_docs.py): each runs as its reader would run it, and the one of docs/hosts.md writes what the command line writes.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST, makeEnvironment, PYTHON, ROOT, run, whyNoPython } from "./environment.mjs";

const missing = whyNoPython();
const folder = mkdtempSync(join(tmpdir(), "haforu-python-docs-"));
const VARIABLE = join(ROOT, "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf");

beforeAll(() => {
  if (missing === undefined) makeEnvironment();
  for (const name of ["font.ttf", "Font.ttf", "NotoSans.ttf", "Font[wght].ttf"]) copyFileSync(VARIABLE, join(folder, name));
  const job = (id: string, format: string): string =>
    `${JSON.stringify({ id, font: { path: "font.ttf", size: 32 }, text: { content: id }, rendering: { format, width: 64, height: 48 } })}\n`;
  writeFileSync(join(folder, "jobs.jsonl"), [..."abc"].map((letter) => job(letter, letter === "b" ? "pgm" : "metrics")).join(""));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAGES = ["README.md", "docs/hosts.md", "hosts/python/README.md"];
const examples = PAGES.flatMap((page) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```python\n([\s\S]*?)^```/gm)].map(([, source], i): [string, string] => [
    `${page} ${i + 1}`,
    source ?? "",
  ]),
);

describe.skipIf(missing !== undefined)(`Python in the documents${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("there are examples in each", () => {
    for (const page of PAGES) expect(examples.some(([name]) => name.startsWith(`${page} `))).toBe(true);
  });

  test.each(examples)("%s", (_, source) => {
    const file = join(folder, "example.py");
    writeFileSync(file, source);
    run(PYTHON, ["-W", "error", file], folder, { PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1" });
  });

  test("docs/hosts.md: the lines are those of haforu batch", () => {
    const [, source] = examples.find(([name]) => name.startsWith("docs/hosts.md")) ?? [];
    run(PYTHON, ["-c", source ?? ""], folder, { PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1" });
    const words = [join(ROOT, "packages/haforu/bin/haforu.js"), "batch", "jobs.jsonl", "--no-timing"];
    const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
    expect(stdout.split("\n")).toHaveLength(4);
    expect(readFileSync(join(folder, "results.jsonl"), "utf8")).toBe(stdout);
  });
});
