// The cases that every host must pass (conformance/sql/cases.json): order, contents, hashes and errors of given files; and the same of the same files on a disk,
// by every engine.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildOptions, buildSchema, hashSchema, type SchemaBuild, SqlError } from "@haforu/sql";
import { afterAll, describe, expect, test } from "vitest";

interface Case {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly hex: string }[];
  readonly options: {
    readonly eol?: "keep" | "lf";
    readonly header?: boolean | string;
    readonly separator?: boolean | string;
    readonly order?: readonly string[];
  };
  readonly order: readonly string[];
  readonly content_sha256: readonly string[];
  readonly hash: string;
  readonly script_sha256: string;
  readonly script_bytes: number;
  readonly error?: { readonly code: string; readonly file?: string; readonly line?: number; readonly byte?: number; readonly message?: string };
}

const { cases } = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8")) as { cases: readonly Case[] };
const root = mkdtempSync(join(tmpdir(), "haforu-sql-cases-"));
afterAll(() => rmSync(root, { recursive: true }));

async function scriptOf(build: SchemaBuild): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of build.chunks()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function holds(options: BuildOptions, { error, ...expected }: Case): Promise<void> {
  if (error !== undefined) {
    const { message = "", ...place } = error;
    for (const call of [buildSchema, hashSchema]) {
      const thrown = await call(options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(SqlError);
      const { code, place: at, message: told } = thrown as SqlError;
      expect({ code, ...at }).toMatchObject(place);
      expect(told).toContain(message);
    }
    return;
  }
  const build = await buildSchema(options);
  expect(build.files.map(({ path }) => path)).toEqual(expected.order);
  expect(build.files.map(({ sha256 }) => sha256)).toEqual(expected.content_sha256);
  expect(build.hash).toBe(expected.hash);
  const script = await scriptOf(build);
  expect(script.length).toBe(expected.script_bytes);
  expect(build.bytes).toBe(expected.script_bytes);
  expect(createHash("sha256").update(script).digest("hex")).toBe(expected.script_sha256);
  expect((await hashSchema(options)).manifest).toEqual(build.manifest);
}

describe("given files", () => {
  test.each(cases)("$name", async (one) => {
    const files = one.files.map(({ path, hex }) => ({ path, contents: Buffer.from(hex, "hex") }));
    const before = files.map(({ contents }) => contents.toString("hex"));
    await holds({ ...one.options, files, scan: false }, one);
    expect(files.map(({ contents }) => contents.toString("hex"))).toEqual(before);
  });
});

const NOT_ON_A_DISK = new Set(["sql_path_invalid", "sql_no_files"]);

describe.each(["auto", "sync", "workers"] as const)("files on a disk, engine %s", (engine) => {
  test.each(cases.filter(({ error }) => error === undefined || !NOT_ON_A_DISK.has(error.code)))("$name", async (one) => {
    const folder = mkdtempSync(join(root, "case-"));
    for (const { path, hex } of one.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), Buffer.from(hex, "hex"));
    }
    await holds({ ...one.options, root: folder, config: false, inputs: ["."], scan: false, engine, workers: 2 }, one);
  });
});
