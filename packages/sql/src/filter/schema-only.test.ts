// What is left out and what remains, byte by byte, and what is said of it.
import { expect, test } from "vitest";
import { scan } from "../scan/scan.ts";
import { schemaOnly } from "./schema-only.ts";

function filtered(sql: string): { text: string; omitted: string[] } {
  const { pieces, omitted } = schemaOnly(Buffer.from(sql));
  return { text: Buffer.concat(pieces).toString(), omitted: omitted.map(({ kind, line, column }) => `${kind} ${line}:${column}`) };
}

test("lines go with the statement that stands alone on them; comments stay", () => {
  const sql = `-- things
CREATE TABLE t (a int); -- a
  INSERT INTO t VALUES (1),
    (2);  \r
/* b */ UPDATE t SET a = 2; -- c
DELETE FROM t; CREATE TABLE u ();
COPY t (a) FROM stdin;
1;
\\.
WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x;
SELECT pg_catalog.setval('s', 1);
SELECT 1;
MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING;`;
  expect(filtered(sql)).toEqual({
    text: `-- things
CREATE TABLE t (a int); -- a
/* b */  -- c
 CREATE TABLE u ();
SELECT 1;
`,
    omitted: ["insert 3:3", "update 5:9", "delete 6:1", "copy 7:1", "delete 10:1", "setval 11:1", "merge 13:1"],
  });
});

test("what only looks like data stays", () => {
  const sql = `DO $$ BEGIN INSERT INTO t VALUES (1); END $$;
CREATE RULE r AS ON INSERT TO t DO INSTEAD (INSERT INTO u VALUES (1); DELETE FROM v);
CREATE FUNCTION f() RETURNS void BEGIN ATOMIC INSERT INTO t VALUES (1); UPDATE t SET a = 2; END;
CREATE TABLE c AS SELECT 1; -- INSERT INTO t VALUES (1);
/* DELETE FROM t; */ COPY t TO stdout;
PREPARE p AS INSERT INTO t VALUES (1);
COMMENT ON TABLE t IS 'x; INSERT INTO t VALUES (1);';
`;
  expect(filtered(sql)).toEqual({ text: sql, omitted: [] });
});

test("bytes without data are given back as they came", () => {
  const bytes = Buffer.from("CREATE TABLE t ();\n");
  expect(schemaOnly(bytes).pieces).toEqual([bytes]);
  expect(schemaOnly(bytes).pieces[0]).toBe(bytes);
});

test("psql's ways: a statement after COPY on its line, \\copy, \\;, \\gexec", () => {
  expect(filtered("COPY t FROM stdin; CREATE TABLE a (); -- x\n1\n\\.\nCREATE TABLE b ();\n")).toEqual({
    text: " CREATE TABLE a (); -- x\nCREATE TABLE b ();\n",
    omitted: ["copy 1:1"],
  });
  expect(filtered("\\copy t from stdin\n;'\n\\.\n\\copy t to 'x'\n\\copy t from 'x' csv\nSELECT 1;\n")).toEqual({
    text: "\\copy t to 'x'\nSELECT 1;\n",
    omitted: ["copy 1:1", "copy 5:1"],
  });
  expect(filtered("CREATE TABLE a () \\; INSERT INTO a DEFAULT VALUES;\nSELECT 1;\n").text).toBe("CREATE TABLE a () \\; ;\nSELECT 1;\n");
  expect(filtered("INSERT INTO a DEFAULT VALUES \\; CREATE TABLE a ();\n").text).toBe(" CREATE TABLE a ();\n");
  expect(filtered("INSERT INTO a VALUES (1) RETURNING b \\gset\nSELECT 1;\n").text).toBe("SELECT 1;\n");
});

test("what remains has the statements that were not left out, and no others", () => {
  const sql = "CREATE TABLE a ();INSERT INTO a VALUES (';');/*;*/CREATE TABLE b ();-- x\nDELETE FROM b;CREATE TABLE c ();";
  const { pieces } = schemaOnly(Buffer.from(sql));
  expect(scan(Buffer.concat(pieces)).statements.map(({ words }) => words)).toEqual(["create table a", "create table b", "create table c"]);
});

test("an error leaves the text as it is", () => {
  const bytes = Buffer.from("INSERT INTO t VALUES (1);\nSELECT 'a;\n");
  const { pieces, omitted, problems } = schemaOnly(bytes);
  expect(pieces).toEqual([bytes]);
  expect(omitted).toEqual([]);
  expect(problems).toMatchObject([{ code: "unterminated_string", severity: "error", line: 2, column: 8 }]);
});

test("SET standard_conforming_strings reaches the next file", () => {
  const first = schemaOnly(Buffer.from("SET standard_conforming_strings = off;\n"));
  expect(first.standardConformingStrings).toBe(false);
  const second = schemaOnly(Buffer.from("INSERT INTO t VALUES ('a\\'; b');\nSELECT 1;\n"), first);
  expect(Buffer.concat(second.pieces).toString()).toBe("SELECT 1;\n");
});
