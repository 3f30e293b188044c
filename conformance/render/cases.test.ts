// That cases.jsonl, which other hosts are held to, is what this repository's TypeScript answers to jobs.mjs.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { JOBS } from "./jobs.mjs";

const accept = fileURLToPath(new URL("accept.mjs", import.meta.url));

test("the cases are what a session and `haforu batch` answer to their jobs", () => {
  const ran = spawnSync(process.execPath, [accept, "--check"], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toBe(`${JOBS.length} cases, 0 new or changed, 0 gone\n`);
});

test("the cases have names of their own, and successes, warnings and errors among them", () => {
  const cases = readFileSync(new URL("cases.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; line: string });
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  const count = (what: string): number => cases.filter(({ line }) => line.includes(what)).length;
  expect(count('"status":"success"')).toBeGreaterThan(80);
  expect(count('"warnings":')).toBeGreaterThan(8);
  expect(count('"status":"error"')).toBeGreaterThan(25);
});
