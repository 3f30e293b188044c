import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WholeFile, writeWhole } from "./whole-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-whole-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("an older file stays until the new one is whole, and for ever when that fails", async () => {
  const path = join(folder, "out.txt");
  writeFileSync(path, "before");
  const file = await WholeFile.open(path, "the output");
  await file.write("half");
  expect([readFileSync(path, "utf8"), readFileSync(`${path}.part`, "utf8")]).toEqual(["before", "half"]);
  await file.discard();
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["before", ["out.txt"]]);
  await writeWhole(path, "the output", Buffer.from("after"));
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["after", ["out.txt"]]);
});

it("through a link the file it names is replaced, with the mode it had", async () => {
  mkdirSync(join(folder, "there"));
  const target = join(folder, "there", "real.txt");
  writeFileSync(target, "before");
  chmodSync(target, 0o640);
  symlinkSync(target, join(folder, "link.txt"));
  await writeWhole(join(folder, "link.txt"), "the output", "after");
  expect([lstatSync(join(folder, "link.txt")).isSymbolicLink(), readFileSync(target, "utf8")]).toEqual([true, "after"]);
  expect(statSync(target).mode & 0o777).toBe(0o640);
});

it("a pipe stays a pipe", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const [read] = await Promise.all([import("node:fs/promises").then(({ readFile }) => readFile(pipe, "utf8")), writeWhole(pipe, "the output", "through")]);
  expect([read, lstatSync(pipe).isFIFO(), readdirSync(folder)]).toEqual(["through", true, ["pipe"]]);
});

it("says what could not be written", async () => {
  await expect(writeWhole(folder, "the report r", "x")).rejects.toThrow("the report r could not be written: it is a folder");
  await expect(writeWhole(join(folder, "no", "x"), "the report r", "x")).rejects.toThrow(/^the report r could not be written: ENOENT/);
  await expect(writeWhole("/dev/full", "the report r", "x")).rejects.toThrow(/^the report r could not be written: ENOSPC/);
  expect([lstatSync("/dev/full").isCharacterDevice(), readdirSync(folder)]).toEqual([true, []]);
});

it("what ends the program before a file is whole leaves nothing of it", () => {
  const program = `import { WholeFile } from ${JSON.stringify(new URL("whole-file.ts", import.meta.url))};
    const file = await WholeFile.open(process.argv[1], "the output"); await file.write("half"); process.exit(3);`;
  const built = program.replace("/src/cli/whole-file.ts", "/dist/cli/whole-file.js");
  expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", built, join(folder, "out.txt")])).toThrow(expect.objectContaining({ status: 3 }));
  expect(readdirSync(folder)).toEqual([]);
});
