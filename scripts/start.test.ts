// `npm start` as a process: the table, the result lines, the images and the contact sheet that it promises.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const START = fileURLToPath(new URL("start.mjs", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "haforu-start-"));
afterAll(() => rmSync(out, { recursive: true }));

test("runs all samples, also over what an earlier start left, and removes no file", () => {
  mkdirSync(join(out, "jobs/mine"), { recursive: true });
  const mine = join(out, "jobs/mine/notes.txt");
  writeFileSync(mine, "not to be lost");
  for (let round = 0; round < 2; round++) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [START, out], { cwd: tmpdir(), encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("44 jobs: 44 rendered (3 with warnings), 0 failed");
    expect(stdout).toContain(join(out, "contact-sheet.html"));
  }
  expect(readFileSync(mine, "utf8")).toBe("not to be lost");
  const lines = ["jobs", "instances"].flatMap((name) =>
    readFileSync(join(out, `${name}.results.jsonl`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  expect(lines).toHaveLength(44);
  // The names say what is to be warned of; nothing else is.
  for (const line of lines) {
    const codes = (line.warnings ?? []).map((warning: { code: string }) => warning.code.replaceAll("_", "-"));
    const expected = /^warning-(.*)/.exec(line.id)?.[1];
    if (expected === undefined) expect(codes).toEqual([]);
    else expect(codes).toContain(expected);
  }
  // Different weights are different pictures.
  const hashes = lines.filter((line) => line.id.startsWith("truetype-wght-")).map((line) => line.hash);
  expect(new Set(hashes).size).toBe(6);
  expect(readdirSync(join(out, "jobs")).filter((name) => name.endsWith(".png")).length).toBeGreaterThan(20);
  const sheet = readFileSync(join(out, "contact-sheet.html"), "utf8");
  expect(sheet.match(/<article /g)).toHaveLength(44);
  // Every job has its picture in the page, but the one that measures alone.
  expect(sheet.match(/<image href="data:image/g)).toHaveLength(43);
  expect(sheet).toContain('dir="rtl" lang="ar"');
});
