// docs/sql.md: its test vectors are what comes, its TypeScript runs, and it names every code of an error and a warning.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hashSchema } from "@haforu/sql";
import { expect, test } from "vitest";

const text = readFileSync(new URL("../../docs/sql.md", import.meta.url), "utf8");

test("the test vectors", async () => {
  const rows = [...text.matchAll(/^\| `(\{.*\})` \| `(h1:[0-9a-f]{64})` \|$/gm)];
  expect(rows.length).toBe(4);
  for (const [, files = "", hash] of rows) {
    const given = Object.entries(JSON.parse(files) as Record<string, string>).map(([path, contents]) => ({ path, contents }));
    expect((await hashSchema({ files: given, scan: false })).hash).toBe(hash);
  }
});

test("the TypeScript", () => {
  const [, code = ""] = /^```ts\n([\s\S]*?)^```/m.exec(text) ?? [];
  const built = import.meta.resolve("@haforu/sql");
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", code.replace('"@haforu/sql"', JSON.stringify(built))], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toContain("\n-- file: a.sql\nSELECT 1;\n");
});

test("every code", () => {
  for (const file of ["errors.ts", "warnings.ts", "check/findings.ts", "scan/problems.ts"])
    for (const [, code = ""] of readFileSync(fileURLToPath(new URL(`../../packages/sql/src/${file}`, import.meta.url)), "utf8").matchAll(/^ {2}\| "(\w+)"/gm))
      expect(text).toContain(`\`${code}\``);
});
