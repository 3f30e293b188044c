// That the cases are what this repository's TypeScript answers, that every host that can run here answers the same, and that a case that changes is seen and shown.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { whyNoPython } from "../../test/python/environment.mjs";
import { changesPage } from "./page.mjs";
import { filesOf, GROUPS, linesOf } from "./suite.mjs";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test("the cases are what a session, direct calls and `haforu batch` answer", () => {
  const ran = spawnSync(process.execPath, [file("accept.mjs"), "--check"], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout).toMatch(/^\d+ cases, 0 new or changed, 0 gone\n$/);
});

test("the cases have names of their own, a few hundred, with successes, warnings and errors among them", () => {
  const names = GROUPS.flatMap(({ cases }) => cases.map(([name]) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(500);
  const lines = GROUPS.filter(({ kind }) => kind === "jobs").flatMap(({ group, kind }) => linesOf(filesOf(group, kind).expected));
  const count = (what: string): number => lines.filter((line) => line.includes(what)).length;
  expect(count('"status":"success"')).toBeGreaterThan(230);
  expect(count('"warnings":')).toBeGreaterThan(40);
  expect(count('"status":"error"')).toBeGreaterThan(100);
  expect(count('"hash":"')).toBeGreaterThan(150);
});

const noPython = whyNoPython();
test.skipIf(noPython !== undefined)(
  `every host that is here answers the same${noPython === undefined ? "" : ` (Python ${noPython})`}`,
  () => {
    const ran = spawnSync(process.execPath, [file("run.mjs")], { encoding: "utf8", env: { ...process.env, CI: "" } });
    expect(ran.stdout).toMatch(/\d+ passed, 0 failed, /);
    expect(ran.stderr).toBe("");
    expect(ran.status).toBe(0);
  },
  600_000,
);

test("the page of changes shows both pictures, and lays one over the other", () => {
  const [entry] = linesOf(filesOf("formats", "jobs").index);
  const { picture } = JSON.parse(entry as string) as { picture: string };
  const page = changesPage([
    { group: "formats", old: { name: "one", picture, line: "<job>", answer: "before" }, now: { name: "one", picture, line: "<job>", answer: "after" } },
    { group: "formats", old: { name: "two", answer: "it was" } },
  ]);
  expect(page.split(`src="data:image/png;base64,${picture}"`)).toHaveLength(5);
  expect(page).toContain("&#60;job&#62;");
  expect(page).toContain("before");
  expect(page).toContain("after");
  expect(page).toContain("gone");
  expect(readFileSync(file("page.mjs"), "utf8")).toContain("mix-blend-mode: difference");
});
