import { execFileSync, spawn } from "node:child_process";
import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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
  const others = readdirSync(folder).filter((name) => name !== "out.txt");
  expect(others).toEqual([expect.stringMatching(new RegExp(`^out\\.txt\\.${process.pid}-\\d+\\.part$`))]);
  expect([readFileSync(path, "utf8"), readFileSync(join(folder, others[0] as string), "utf8")]).toEqual(["before", "half"]);
  await file.discard();
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["before", ["out.txt"]]);
  await writeWhole(path, "the output", Buffer.from("after"));
  expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["after", ["out.txt"]]);
});

it("two writers of one name do not meet, nor what an interrupted batch left", async () => {
  const path = join(folder, "out.txt");
  writeFileSync(`${path}.part`, "precious");
  const [one, two] = [await WholeFile.open(path, "the output"), await WholeFile.open(path, "the output")];
  await Promise.all([one.write("one"), two.write("two")]);
  await one.finish();
  expect(readFileSync(path, "utf8")).toBe("one");
  await two.finish();
  expect([readFileSync(path, "utf8"), readFileSync(`${path}.part`, "utf8"), readdirSync(folder)]).toEqual(["two", "precious", ["out.txt", "out.txt.part"]]);
});

it("what is read is not replaced, by whichever name", async () => {
  const [read, link, other] = ["read.ttf", "link.ttf", "other.ttf"].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(read, "font");
  symlinkSync(read, link);
  linkSync(read, other);
  for (const name of [read, link, other]) {
    await expect(writeWhole(name, `the report ${name}`, "x", ["missing", read])).rejects.toThrow(
      `the report ${name} could not be written: it is the same file as ${read}, which is read; give another name`,
    );
  }
  expect([readFileSync(read, "utf8"), readdirSync(folder)]).toEqual(["font", ["link.ttf", "other.ttf", "read.ttf"]]);
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
  await expect(writeWhole(join(folder, "no", "x"), "the report r", "x")).rejects.toThrow(/^the report r could not be written: ENOENT.*no\/x'$/);
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

it.each(["SIGINT", "SIGTERM"] as const)("%s takes files away that are not whole, unless the command ends itself in order", async (signal) => {
  const run = async (more: string) => {
    const program = `import { WholeFile } from ${JSON.stringify(new URL("../../dist/cli/whole-file.js", import.meta.url))};
      const [whole, one, two] = await Promise.all(["whole", "one", "two"].map((name) => WholeFile.open(process.argv[1] + name, "the output")));
      await Promise.all([whole, one, two].map((file) => file.write("half")));
      await whole.finish();
      ${more}
      setInterval(() => {}, 1000);
      console.log("open");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, `${folder}/`]);
    const ended = new Promise((resolve) => child.once("exit", (...how) => resolve(how)));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    return [await ended, readdirSync(folder).filter((name) => name !== "whole")];
  };
  expect(await run("")).toEqual([[signal === "SIGINT" ? 130 : 143, null], []]);
  const inOrder = `process.on("${signal}", () => setTimeout(async () => { await one.discard(); await two.finish(); process.exit(7); }, 20));`;
  expect(await run(inOrder)).toEqual([[7, null], ["two"]]);
  // Where nothing is under way, a signal is what it is without the class.
  expect(await run("await one.discard(); await two.discard();")).toEqual([[null, signal], ["two"]]);
});
