// The examples of docs/cli-tools.md, docs/sweep.md and docs/compare.md, of the README and of --help: each is run, and where its output is shown, compared.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLI, haforu, NOTO_NASKH, NOTO_SANS, ROOT, SOURCE_SANS_VAR } from "../../test/haforu.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "haforu-docs-"));
  mkdirSync(join(dir, "out"));
  for (const name of ["node_modules", "samples", "README.md", "test"]) symlinkSync(join(ROOT, name), join(dir, name));
  // The names that --help uses for any font.
  for (const [name, file] of Object.entries({
    "NotoSans.ttf": NOTO_SANS,
    "Source.ttf": SOURCE_SANS_VAR,
    "NotoNaskhArabic.ttf": NOTO_NASKH,
    "Font.ttf": SOURCE_SANS_VAR,
  })) {
    symlinkSync(file, join(dir, name));
  }
  symlinkSync(join(ROOT, "samples/jobs.jsonl"), join(dir, "jobs.jsonl"));
  mkdirSync(join(dir, "fonts"));
  symlinkSync(join(ROOT, "node_modules/@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2"), join(dir, "fonts/inter.woff2"));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs a shell line in which haforu is the built program; gives stdout and stderr together. */
function shell(line: string): { status: number | null; said: string } {
  const program = `haforu() { "${process.execPath}" "${CLI}" "$@"; }; npx() { "$@"; }; ${line} 2>&1`;
  const done = spawnSync("sh", ["-c", program], { cwd: dir, encoding: "utf8" });
  return { status: done.status, said: done.stdout };
}

function blocks(file: string, language: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");
}

function commands(text: string): string[] {
  return text.split("\n").filter((line) => /^\s*(npx )?haforu /.test(line));
}

test.each([...[...blocks("docs/cli-tools.md", "sh"), ...blocks("README.md", "sh")].flatMap(commands), ...blocks("docs/sweep.md", "sh")])("%s", (line) => {
  const { status, said } = shell(line);
  expect(status, said).toBe(0);
});

test.each([...blocks("docs/cli-tools.md", "console"), ...blocks("docs/compare.md", "console")])("what is shown is what comes: %s", (block) => {
  const [command = "", ...shown] = block.split("\n");
  expect(shell(command.replace(/^\$ /, "")).said).toBe(shown.join("\n"));
});

test.each(["render", "sweep", "match", "shape", "validate", "fonts", "diagnostics", "version", "schema"])("the examples of haforu %s --help", async (name) => {
  const { out } = await haforu([name, "--help"]);
  const lines = commands(out.slice(out.indexOf("Example")));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const { status, said } = shell(line);
    expect(status, `${line}\n${said}`).toBe(line.includes("broken") ? 1 : 0);
  }
});

test("the README's job is a job, and its TypeScript names what there is", () => {
  for (const job of blocks("README.md", "json")) {
    const done = spawnSync(process.execPath, [CLI, "validate", "-"], { input: job, encoding: "utf8" });
    expect(done.stdout).toBe("");
    expect(done.status).toBe(0);
  }
});

test.each(["README.md", "packages/haforu/README.md", "docs/contact-sheet.md"])("the TypeScript in %s runs", (file) => {
  for (const [i, code] of blocks(file, "ts").entries()) {
    const source = join(dir, `readme-${i}.mts`);
    writeFileSync(source, code);
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = ["--target", "es2023", "--module", "nodenext", "--strict", "--lib", "es2023,esnext.disposable,dom", "--types", "node", "--skipLibCheck"];
    const compiled = spawnSync(process.execPath, [tsc, ...flags, source], { cwd: dir, encoding: "utf8" });
    expect(compiled.stdout).toBe("");
    const done = spawnSync(process.execPath, [source.replace(/mts$/, "mjs")], { cwd: dir, encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(done.status).toBe(0);
  }
});
