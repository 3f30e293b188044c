// That the cases are what this repository's TypeScript answers, that every host that can run here answers the same, and that the cases hold the many ways to speak.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { filesOf, GROUPS, linesOf } from "./suite.mjs";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test("the cases are what the engine and the library answer", () => {
  const ran = spawnSync(process.execPath, [file("accept.mjs"), "--check"], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toMatch(/^\d+ cases, 0 new or changed, 0 files gone\n$/);
});

test("the cases have names of their own, with audio, warnings and errors among them", () => {
  const names = GROUPS.flatMap(({ cases }) => cases.map(([name]) => name));
  expect(new Set(names).size).toBe(names.length);
  const answers = GROUPS.flatMap((group) => linesOf(filesOf(group).expected));
  expect(answers.length).toBe(names.length);
  const count = (what: string): number => answers.filter((line) => line.includes(what)).length;
  expect(count('"status":"success"')).toBeGreaterThan(80);
  expect(count('"status":"error"')).toBeGreaterThan(25);
  expect(count('"warnings":')).toBeGreaterThan(8);
  // A sound that two different cases share is a case for nothing, but for those that change no sample and those without any.
  const sounds = answers.map((line) => /^[0-9a-f]{16}(?= )/.exec(line)?.[0]).filter((hash) => hash !== undefined && hash !== "cbf29ce484222325");
  expect(new Set(sounds).size).toBeGreaterThan(sounds.length - 20);
});

test("every host that is here answers the same", () => {
  const ran = spawnSync(process.execPath, [file("run.mjs")], { encoding: "utf8", env: { ...process.env, CI: "" } });
  expect(ran.stdout).toMatch(/\d+ passed, 0 failed, /);
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
}, 600_000);
