// The lock file beside results that are being written.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Lock } from "../../../dist/batch/host/lock.js";

const root = mkdtempSync(join(tmpdir(), "haforu-lock-"));
afterAll(() => rmSync(root, { recursive: true }));

test("holds this process's id, and goes with its release", () => {
  const path = join(root, "plain.lock");
  const lock = Lock.take(path);
  expect(readFileSync(path, "utf8")).toBe(`${process.pid}\n`);
  expect(lock.takenFrom).toBeUndefined();
  lock.release();
  lock.release();
  expect(readdirSync(root)).toEqual([]);
});

test.each([
  ["a living process", `${process.ppid}\n`, `process ${process.ppid} is writing there`],
  ["nobody knows whom", "?", "another process is writing there"],
])("of %s is refused and stays", (_whose, text, message) => {
  const path = join(root, "held.lock");
  writeFileSync(path, text);
  expect(() => Lock.take(path)).toThrow(message);
  expect(readFileSync(path, "utf8")).toBe(text);
  rmSync(path);
});

test("of a process that is gone is taken over", () => {
  const path = join(root, "stale.lock");
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(path, `${gone}\n`);
  const lock = Lock.take(path);
  expect(lock.takenFrom).toBe(gone);
  expect(readFileSync(path, "utf8")).toBe(`${process.pid}\n`);
  expect(readdirSync(root)).toEqual(["stale.lock"]);
  lock.release();
});
