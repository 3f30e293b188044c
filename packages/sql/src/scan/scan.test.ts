// Boundaries, psql's layer and what does not end, by hand; the fuzz in fuzz/ holds the boundaries against PostgreSQL's parser, the fixtures against psql.
import { expect, test } from "vitest";
import { Lines } from "./lines.ts";
import { scan } from "./scan.ts";
import type { ScanOptions } from "./statements.ts";

/** Texts of the statements, without what ends them. */
function texts(sql: string, options?: ScanOptions): string[] {
  const bytes = Buffer.from(sql);
  return scan(sql, options).statements.map(({ start, textEnd }) => bytes.toString("utf8", start, textEnd));
}

function codes(sql: string, options?: ScanOptions): string[] {
  return scan(sql, options).problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

/** Each is one statement in every reading; a second one follows it. */
const ONE = [
  "select ';'",
  "select 'it''s;'",
  "select 'a\\'",
  "select E'a\\';'",
  "select e'\\\\'",
  "select E'a' -- ;'\n  '\\';'",
  "select E'a'\r'\\';'",
  "select E'a' 'b'",
  "select U&'\\0061;' UESCAPE '!'",
  'select U&"a;""b"',
  "select N'a;'",
  "select B'01', X'1F', b'', x''",
  'select 1 as "a;""b"',
  "select $$a;'b$$",
  "select $a$;$$;$b$;$A$;$a$",
  "select $a$ $ a$ $a$",
  "select $ä$;$ä$",
  "select a$b$, c from t",
  "select a$$ from t -- ;\n",
  "select 1$$;$$",
  "select $1$$;$$",
  "select /* ; /* ; */ ; */ 1",
  "select 1 /*/ ; /**/ ; */",
  "select 1 +/* ; */ 2",
  "select 1 */* ; */ 2",
  "select 1 --;\n",
  "select 1 <--;\r",
  "select 1 - -1",
  "select 4 / 2 * 3",
  "create rule r as on insert to t do also (delete from u; delete from v)",
  "create rule r as on insert to t do also (delete from u where a = ')'; delete from v where (b))",
  "create function f() returns int begin atomic select 1; select 2; end",
  "create or replace procedure f() language sql BEGIN -- x\n ATOMIC select case when a then case b when 1 then 2 end end; END",
  "create function f() returns int begin atomic select 1 as end; select t.end from t; select 1 as case; end",
  "create function f() returns int begin atomic select (case when (true) then 1 end); end",
  "create function f() returns int begin atomic select 1 end; select a[1] case, 2; select x case from t; select case when (select 1 end) then 2 end; end",
  "create function f() returns int begin atomic select case when true then t.as end; end",
  "create function f() returns int begin atomic end",
  "create function f() returns int begin atomic select case when true then 1.end; select case when true then 1 else .5 end; end",
  "create function f() returns int begin atomic select case when true then 2e5end; select case when true then 1.5E-3end; select case when true then 1.e5end; end",
  "create function begin(a int) returns int return 1",
  "create function f() returns int as $$ begin; end; $$ language sql",
  "create table begin (a int)",
  "copy t to stdout",
  "copy (select 1 from stdin) to stdout",
];

test.each(ONE)("one statement: %s", (sql) => {
  const second = "select 'second'";
  expect(texts(`${sql};\n${second};\n`, { psql: false })).toEqual([sql, second]);
  expect(codes(`${sql};\n${second};\n`, { psql: false })).toEqual([]);
  expect(texts(`-- ;\n/* ; */ ${sql} ;;; ; ${second}\n;`)).toEqual([`${sql} `, `${second}\n`]);
});

test("begin outside of a routine, and atomic elsewhere, open no body", () => {
  expect(texts("begin; select 1; end;")).toEqual(["begin", "select 1", "end"]);
  expect(texts("create table t (begin atomic); select 1;")).toEqual(["create table t (begin atomic)", "select 1"]);
  expect(texts("create function f(begin int, atomic int) returns int return 1; select 1;")).toHaveLength(2);
});

test("standard_conforming_strings: the option, and SET in the text", () => {
  expect(texts("select 'a\\'; select 'b';'", { standardConformingStrings: true })).toEqual(["select 'a\\'", "select 'b'", "'"]);
  expect(texts("select 'a\\'; select 'b'; x';", { standardConformingStrings: false })).toEqual(["select 'a\\'; select 'b'; x'"]);
  const off = "set standard_conforming_strings = off;\nselect 'a\\';';\n";
  expect(texts(off)).toEqual(["set standard_conforming_strings = off", "select 'a\\';'"]);
  expect(scan(off).standardConformingStrings).toBe(false);
  expect(texts(`${off}RESET ALL; select 'a\\';`)).toHaveLength(4);
  expect(texts("SET LOCAL standard_conforming_strings TO 'false'; select B'\\'; select 1;")).toHaveLength(3);
});

test("COPY data: where they begin and end", () => {
  const sql = "copy t from stdin;\n1\t;\n'\n\\.x\n x\\.\n\\.\nselect 1;\n";
  expect(texts(sql)).toEqual(["copy t from stdin", "select 1"]);
  const { statements, problems } = scan(sql);
  expect(problems).toEqual([]);
  expect(statements[0]).toMatchObject({ kind: "copy", data: { start: 19, end: sql.indexOf("select") } });
  expect(texts("copy t(a, b) from stdin with (format csv); select 2; -- x\n1;\n\\.\r\nselect 1;")).toEqual([
    "copy t(a, b) from stdin with (format csv)",
    "select 2",
    "select 1",
  ]);
  expect(texts('copy "to" from stdin \\g\n;\n\\.\nselect 1;')).toEqual(['copy "to" from stdin ', "select 1"]);
  expect(texts("copy a from stdin; copy b from stdin;\n;\n\\.\n;;\n\\.\nselect 1;")).toEqual(["copy a from stdin", "copy b from stdin", "select 1"]);
  expect(texts("copy a from stdin \\; copy b from stdin;\n;\n\\.\n;;\n\\.\nselect 1;")).toEqual(["copy a from stdin ", "copy b from stdin", "select 1"]);
  expect(codes("copy a from stdin;\n\\.")).toEqual([]);
  expect(codes("copy a from stdin;\n1\n")).toEqual(["unterminated_copy_data 2:1"]);
  expect(codes("copy a from stdin;")).toEqual(["unterminated_copy_data 1:19"]);
  expect(codes("copy a from stdin; select\n1\n\\.\n1;\n")).toContain("copy_line_continues 1:20");
  expect(texts("\\copy t from stdin csv\n;'\n\\.\nselect 1;")).toEqual(["select 1"]);
  expect(texts("\\copy t from 'stdin'\nselect 1;")).toEqual(["select 1"]);
  expect(scan("copy t from '/x'; copy t from program 'x'; copy t to stdout; copy (select a from stdin) to '/x';").statements.map(({ kind }) => kind)).toEqual([
    "copy",
    "copy",
    "other",
    "other",
  ]);
});

test("psql's commands", () => {
  expect(texts("\\set a 'x;y' \"\\;\"\nselect 1;")).toEqual(["select 1"]);
  expect(texts("\\echo a \\\\ select 1;\nselect 2;")).toEqual(["select 1", "select 2"]);
  expect(texts("\\echo 'a \\\\ select 1;'\nselect 2;")).toEqual(["select 2"]);
  expect(texts("\\! echo a \\\\ select 1;\nselect 2;")).toEqual(["select 2"]);
  expect(texts("select 1 \\gset x_\nselect 2 \\gx\nselect 3 \\; select 4;")).toEqual(["select 1 ", "select 2 ", "select 3 ", "select 4"]);
  expect(texts("select 1\n\\echo mid\n + 2;")).toHaveLength(1);
  expect(scan("\\if :x\n\\i a.sql\n\\endif\n").commands.map(({ name, line }) => `${name} ${line}`)).toEqual(["if 1", "i 2", "endif 3"]);
  expect(codes("\\if :x\n\\i a.sql\n\\if :y\n\\q\n\\else\n\\endif\n\\endif\n")).toEqual(["psql_condition 1:1", "psql_includes 2:1"]);
  expect(codes("select 1;\n\\if :x\nselect 2;\n\\if :y\n\\endif\n")).toEqual(["psql_condition 2:1", "unterminated_condition 2:1"]);
  expect(codes("\\else\n\\endif\nselect 1;\n\\quit\nselect 2;")).toEqual(["stray_condition 1:1", "stray_condition 2:1", "psql_quits 4:1"]);
  expect(codes("select '\\q'; -- \\q\n\\echo 'a \\q'\n\\qecho b\n")).toEqual([]);
  expect(texts("select :'a;b', :\"c;\", :d, 1::int;")).toHaveLength(1);
  expect(codes("select 1 \\r\nselect 2;")).toEqual(["psql_discards 1:1"]);
  expect(codes("select 1;\n\\.\n")).toEqual(["stray_end_of_data 2:1"]);
  expect(codes("create function begin() returns int return 1;")).toEqual(["psql_boundary 1:1"]);
  expect(codes('create function "begin"() returns int return 1;')).toEqual([]);
});

test("what does not end: line, and column in code points", () => {
  expect(codes("select 1;\n /* a /* b */")).toEqual(["unterminated_comment 2:2"]);
  expect(codes("select 'ä😀', 'b;\n")).toEqual(["unterminated_string 1:14"]);
  expect(codes("\ufeffselect E'b\\';\n")).toEqual(["unterminated_string 1:8"]);
  expect(codes('select "b;')).toEqual(["unterminated_identifier 1:8"]);
  expect(codes("select $a$;$A$;")).toEqual(["unterminated_dollar_quote 1:8"]);
  expect(codes("select (1;\nselect 2;")).toEqual(["unterminated_parenthesis 1:8"]);
  expect(codes("create function f() begin\n atomic select 1;")).toEqual(["unterminated_body 1:21"]);
  expect(codes("select 1;\r\nselect 2 -- ;")).toEqual(["unterminated_statement 2:1"]);
  expect(codes("select 1;\n\0")).toEqual(["nul_byte 2:1"]);
});

test("places in any order", () => {
  const lines = new Lines(Buffer.from("aä😀b\n\ncd"));
  const places = [7, 1, 0, 3, 8, 9, 11, 10, 99].map((offset) => lines.at(offset));
  expect(places.map(({ line, column }) => `${line}:${column}`)).toEqual(["1:4", "1:2", "1:1", "1:3", "1:5", "2:1", "3:2", "3:1", "3:3"]);
});

test("empty texts have no statements", () => {
  for (const sql of ["", "\n", "-- a", "/* a */", ";", " ; ;; -- ;\n", "\ufeff"]) expect(scan(sql)).toMatchObject({ statements: [], problems: [] });
});

test("a place and the first words of each statement", () => {
  expect(scan("select 1;\n  CREATE /* x */ OR\nREPLACE View v AS SELECT 1;").statements.map(({ words, line, column }) => ({ words, line, column }))).toEqual([
    { words: "select", line: 1, column: 1 },
    { words: "create or replace view", line: 2, column: 3 },
  ]);
});

test.each([
  ["insert into t values (1)", "insert"],
  ["/* x */ Update t set a = 1", "update"],
  ["delete from t", "delete"],
  ["merge into t using u on true when matched then do nothing", "merge"],
  ["with a as (select 1) insert into t select * from a", "insert"],
  ["with a as (select 1), b(x) as materialized (delete from t returning *) select * from b", "delete"],
  ["with recursive a as (select 1) update t set a = 2", "update"],
  ["with update as (select 1) select * from update", "other"],
  ["with a as (select insert, sum(update) from delete) select delete from t", "other"],
  ["select a from t for update", "other"],
  ["(with a as (insert into t values (1) returning *) select * from a)", "insert"],
  ["select setval('s', 1)", "setval"],
  ["select 1, pg_catalog.setval ('s', (select max(id) from t))", "setval"],
  ["select 'setval(', setval from t", "other"],
  ["select setval('s', 1) as x into t", "other"],
  ["explain insert into t values (1)", "other"],
  ["explain (analyze, verbose) insert into t values (1)", "insert"],
  ["explain analyze update t set a = 1", "update"],
  ["create rule r as on insert to t do instead delete from u", "other"],
  ["create table t as select setval('s', 1)", "other"],
  ["values (setval('s', 1))", "setval"],
  ["do $$ begin insert into t values (1); end $$", "other"],
])("kind of %s", (sql, kind) => {
  expect(scan(`${sql};`).statements.map((statement) => statement.kind)).toEqual([kind]);
});
