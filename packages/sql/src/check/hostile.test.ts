// Damaged and large texts: a check, with either reader, and two passes say what they can and never throw.
import { beforeAll, expect, test } from "vitest";
import { random, text } from "../../fuzz/generate.mjs";
import { schemaOnly } from "../filter/schema-only.ts";
import { type CheckFile, checkFiles, type StatementParser } from "./check.ts";
import { loadParser } from "./parser.ts";
import { twoPassForeignKeys } from "./two-pass.ts";

let parser: StatementParser;
beforeAll(async () => {
  parser = await loadParser();
});

/** Some of a schema, cut and put together anew. */
const PIECES =
  'CREATE TABLE|a|(|b|int|REFERENCES|,|FOREIGN KEY|)|;|ALTER TABLE|ADD|CONSTRAINT|ON DELETE|SET NULL|FROM|WITH|AS|CREATE FUNCTION|RETURNS|$$|\'|"|U&"|UESCAPE|.|::|CAST|DROP|COPY|stdin|\\g|\\copy|\n\\.\n|INTO|TYPE|ENUM|SCHEMA|RENAME TO|SET search_path =|BEGIN|ATOMIC|END|[|]|:x|/*|--|INDEX|COMMENT ON|GRANT'.split(
    "|",
  );

function pieces(seed: number): string {
  const next = random(seed);
  return Array.from({ length: 40 }, () => PIECES[Math.floor(next() * PIECES.length)]).join(" ");
}

test("2,000 damaged texts", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const files: CheckFile[] = [seed % 2 === 0 ? text(seed) : pieces(seed), pieces(seed + 5000), text(seed + 9000)].map((sql, index) => ({
      path: `${index}.sql`,
      contents: Buffer.from(sql),
    }));
    const { findings } = checkFiles(files, seed % 3 === 0 ? { parser } : {});
    for (const { line, column, file } of findings) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(files.some(({ path }) => path === file)).toBe(true);
    }
    expect(twoPassForeignKeys(files).files).toHaveLength(3);
    for (const { contents } of files) schemaOnly(contents);
  }
});

test("bytes of every kind", () => {
  const next = random(7);
  for (let times = 0; times < 300; times++) {
    const contents = Buffer.from(Array.from({ length: 200 }, () => Math.floor(next() * 256)));
    checkFiles([{ path: "a.sql", contents }]);
    twoPassForeignKeys([{ path: "a.sql", contents }]);
  }
});

test("a statement too large to be looked at is named", () => {
  const contents = Buffer.from(`CREATE TABLE a ();\nINSERT INTO a VALUES ('${"x".repeat(5_000_000)}');\nCREATE TABLE a ();\n`);
  const { findings } = checkFiles([{ path: "a.sql", contents }]);
  expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(["not_parsed 2", "duplicate_object 3"]);
});

test("deep nesting and long lines take time in proportion", () => {
  for (const sql of [
    `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)};`,
    `SELECT ${"/*".repeat(50_000)}${"*/".repeat(50_000)} 1;`,
    `SELECT ${"$a".repeat(100_000)};`,
    "INSERT INTO t VALUES (1);".repeat(20_000),
  ]) {
    const { findings } = checkFiles([{ path: "a.sql", contents: Buffer.from(sql) }]);
    expect(findings.length).toBeLessThan(30_000);
  }
});
