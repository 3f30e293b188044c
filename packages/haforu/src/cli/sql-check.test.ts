// `haforu sql check` and --two-pass-fk as a process: findings as text and JSON, exit codes, PostgreSQL's parser.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { haforu } from "../../test/haforu.ts";

const cwd = mkdtempSync(join(tmpdir(), "haforu-sql-check-"));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(join(cwd, "1.sql"), "CREATE TABLE a (id int PRIMARY KEY,\n  b int REFERENCES b);\nCREATE INDEX CONCURRENTLY i ON a (id);\n");
writeFileSync(join(cwd, "2.sql"), "CREATE TABLE b (id int PRIMARY KEY);\n");
writeFileSync(join(cwd, "odd.sq"), "CREATE TABEL c ();\n");

test("check: a line for each finding, status 1 with an error, 0 without", async () => {
  const ran = await haforu(["sql", "check", "."], "", cwd);
  expect(ran.code).toBe(1);
  expect(ran.out).toBe(
    "1.sql:2:20: error: the foreign key refers to b, which 2.sql:1 defines later: move it, or build with --two-pass-fk [foreign_key_before_table]\n" +
      "1.sql:3:1: warning: CREATE INDEX CONCURRENTLY cannot run inside a transaction: run the script without psql -1, or keep this statement out of it [not_in_transaction]\n" +
      "1.sql:3:32: error: relation a is not there: its definition at 1.sql:1 fails, or it was dropped, or is in another schema [undefined_object]\n",
  );
  expect(ran.err).toBe("2 files, 3 statements read by haforu: 2 errors, 1 warnings\n");
  expect(await haforu(["sql", "check", ".", "--two-pass-fk"], "", cwd)).toMatchObject({
    code: 0,
    err: "3 files, 4 statements read by haforu: 0 errors, 1 warnings\n",
  });
  expect(await haforu(["sql", "check", ".", "--two-pass-fk", "--single-transaction"], "", cwd)).toMatchObject({ code: 1 });
});

test("check --json, with PostgreSQL's parser", async () => {
  const ran = await haforu(["sql", "check", "odd.sq", "2.sql", "--parser", "libpg-query", "--json"], "", cwd);
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.out)).toEqual({
    files: 2,
    statements: 2,
    reader: "libpg-query",
    errors: 1,
    findings: [{ code: "syntax_error", severity: "error", file: "odd.sq", line: 1, column: 8, message: 'syntax error at or near "TABEL"' }],
    objects: ["index public.b_pkey", "schema public", "table public.b"],
  });
});

test("build --two-pass-fk: what moved is listed, and stands in a last file", async () => {
  const ran = await haforu(["sql", "build", ".", "--two-pass-fk", "-o", "o.txt"], "", cwd);
  expect(ran).toMatchObject({ code: 0, err: '1.sql:2: moved foreign key "a_b_fkey" of "public"."a" to the end: "public"."b" comes later\n' });
  expect(readFileSync(join(cwd, "o.txt"), "utf8")).toMatch(
    /CREATE TABLE a \(id int PRIMARY KEY,\n {2}b int \);\n[\s\S]*-- file: two-pass-foreign-keys.sql\nALTER TABLE "public"."a" ADD CONSTRAINT "a_b_fkey" FOREIGN KEY \("b"\) REFERENCES "public"."b";\n$/,
  );
});
