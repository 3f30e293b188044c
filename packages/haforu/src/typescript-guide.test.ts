// docs/typescript.md, docs/compare.md, docs/streaming.md, docs/hosts.md and README.md: every example compiles against the package's declarations and runs without an error.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const path = (url: string): string => fileURLToPath(new URL(url, import.meta.url));
const FONT = fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"));
const VARIABLE = fileURLToPath(import.meta.resolve("source-sans-pro/VAR/SourceSansVariable-Roman.ttf"));
const TSC = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));

const guide = ["docs/typescript", "docs/compare", "docs/streaming", "docs/hosts", "README"]
  .map((name) => readFileSync(path(`../../../${name}.md`), "utf8"))
  .join("\n");
const examples = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => match[1] as string);
const named = examples.map((source, i): [string, string] => [`example-${i + 1}`, source]);

// Where "haforu" is found as it is by a user's program, and where no package would pack it.
const cache: string = path("../../../node_modules/.cache/");
mkdirSync(cache, { recursive: true });
const folder: string = mkdtempSync(join(cache, "haforu-guide-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  copyFileSync(FONT, join(folder, "font.ttf"));
  writeFileSync(join(folder, "book.txt"), "All human beings are born free and equal in dignity and rights. ".repeat(20));
  copyFileSync(VARIABLE, join(folder, "variable.ttf"));
  copyFileSync(VARIABLE, join(folder, "Font.ttf"));
  writeFileSync(
    join(folder, "jobs.jsonl"),
    '{"id": "a", "font": {"path": "font.ttf", "size": 32}, "text": {"content": "a"}, "rendering": {"format": "pgm", "width": 64, "height": 48}}\n',
  );
  for (const [name, source] of named) writeFileSync(join(folder, `${name}.mts`), source);
  const options = { extends: path("../../../tsconfig.base.json"), include: ["*.mts"] };
  const compilerOptions = { composite: false, declaration: false, isolatedDeclarations: false };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, compilerOptions }));
  try {
    execFileSync(process.execPath, [TSC, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    throw new Error(`an example does not compile:\n${(error as { stdout?: string }).stdout}`);
  }
}, 60_000);

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(5);
});

test.each(named)("%s runs", (name) => {
  const output = execFileSync(process.execPath, [join(folder, `${name}.mjs`)], { cwd: folder, encoding: "utf8" });
  // docs/hosts.md: the lines are those of the command line.
  if (existsSync(join(folder, "results.jsonl"))) {
    const batch = execFileSync(process.execPath, [path("../bin/haforu.js"), "batch", "jobs.jsonl", "--no-timing"], { cwd: folder, encoding: "utf8" });
    expect(readFileSync(join(folder, "results.jsonl"), "utf8")).toBe(batch);
    rmSync(join(folder, "results.jsonl"));
  }
  // The examples print comparisons that hold, never what would be a failure.
  expect(output).not.toMatch(/\b(false|undefined|error)\b/);
});
