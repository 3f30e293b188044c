// The small commands as processes: diagnostics, version, schema, and the help of each.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { CLI, haforu, NOTO_SANS, ROOT } from "../../test/haforu.ts";
import { BLOCKS_HASH } from "./generated/self-test-font.ts";

const MANIFEST = JSON.parse(readFileSync(`${ROOT}packages/haforu/package.json`, "utf8")) as { version: string };

describe("haforu diagnostics", () => {
  it("passes its self-test: a canvas known without a rasteriser, and an area known without one", async () => {
    const { code, out, err } = await haforu(["diagnostics", "--json"]);
    expect(err).toBe("");
    const told = JSON.parse(out);
    expect(told.self_test[0].got).toBe(BLOCKS_HASH);
    expect(told.self_test.filter((test: { passed: boolean }) => !test.passed)).toEqual([]);
    expect(code).toBe(0);
    expect(told.machine.cores).toBeGreaterThan(0);
    expect(told.limits.canvas_side_px).toBe(32768);
    expect(told.versions.haforu).toBe(MANIFEST.version);
  });

  it("is readable", async () => {
    const { out } = await haforu(["diagnostics"]);
    for (const said of ["Versions", "Machine", "Limits", "Self-test", "passed", "GiB"]) expect(out).toContain(said);
  });
});

describe("haforu version", () => {
  it("names what decides a result", async () => {
    const told = JSON.parse((await haforu(["version", "--json"])).out);
    expect(told).toMatchObject({ haforu: MANIFEST.version, contract: "1.0", node: process.versions.node });
    expect(told.harfbuzz).toMatch(/^15\./);
    expect((await haforu(["--version"])).out.trim()).toBe(MANIFEST.version);
  });

  it("runs by the program's name for npm", () => {
    const done = spawnSync(process.execPath, [`${ROOT}packages/haforu/bin/haforu.js`, "--version"], { encoding: "utf8" });
    expect(done.stdout.trim()).toBe(MANIFEST.version);
  });
});

describe("haforu schema", () => {
  it("prints schemas that accept the samples and refuse the broken ones", async () => {
    const schema = async (...args: string[]) => new Ajv2020({ strict: false }).compile(JSON.parse((await haforu(["schema", ...args])).out));
    const job = await schema();
    const document = await schema("--document");
    for (const line of readFileSync(`${ROOT}samples/jobs.jsonl`, "utf8").trim().split("\n")) expect(job(JSON.parse(line))).toBe(true);
    expect(document(JSON.parse(readFileSync(`${ROOT}samples/instances.json`, "utf8")))).toBe(true);
    expect(document({ jobs: [] })).toBe(false);
    expect(job({ id: "a" })).toBe(false);
  });
});

describe("every command", () => {
  it
    .runIf(existsSync("/dev/full"))
    .each([
      ["version"],
      ["schema"],
      ["diagnostics"],
      ["fonts", NOTO_SANS],
      ["render", NOTO_SANS, "a"],
      ["validate", "samples/broken.jsonl"],
      ["--help"],
      ["batch", "--help"],
    ])("%s says so when the output cannot be written", (...args) => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", full, "pipe"] });
    closeSync(full);
    expect(stderr).toMatch(/^haforu: the output could not be written: ENOSPC[^\n]*\n$/);
    expect(status).toBe(2);
  });

  it.each(["batch", "render"])("help %s shows its flags", async (name) => {
    const help = await haforu(["help", name]);
    expect(help).toEqual(await haforu([name, "--help"]));
    expect(help.out).toContain("--strict");
    expect(help.code).toBe(0);
  });

  it("help of a name that is none suggests the nearest", async () => {
    const { code, err } = await haforu(["help", "font"]);
    expect(err).toContain("Did you mean fonts?");
    expect(code).toBe(2);
  });

  it.each(["render", "validate", "fonts", "diagnostics", "version", "schema"])("%s --help shows an example", async (name) => {
    const { code, out } = await haforu([name, "--help"]);
    expect(out).toMatch(new RegExp(`Examples?:\n  haforu ${name}`));
    expect(code).toBe(0);
  });

  it.each([
    ["fonts", "--jsn", "--json"],
    ["validate", "--jason", "--json"],
    ["diagnostics", "--jso", "--json"],
    ["schema", "--documents", "--document"],
    ["render", "--featuers", "--features"],
  ])("%s %s suggests %s", async (name, flag, nearest) => {
    const { code, err } = await haforu([name, "x", flag]);
    expect(err).toContain(`Did you mean ${nearest}?`);
    expect(code).toBe(2);
  });
});
