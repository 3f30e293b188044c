// Which files are found: patterns, include and exclude, links followed once whatever their circles, what is skipped and told, what is refused.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type FindOptions, findFiles } from "./find.ts";

const root = mkdtempSync(join(tmpdir(), "haforu-sql-find-"));
afterAll(() => rmSync(root, { recursive: true }));

function folder(files: readonly string[], links: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(root, "f-"));
  for (const name of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), "");
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(path, name));
  return path;
}

async function found(path: string, options: Partial<FindOptions>): Promise<{ paths: string[]; codes: string[] }> {
  const { files, warnings } = await findFiles({ root: path, inputs: ["."], include: ["**/*.sql"], exclude: [], output: undefined, ...options });
  return { paths: files.map((file) => file.path), codes: warnings.map(({ code, file }) => `${code} ${file}`) };
}

const FILES = ["a.sql", "b.txt", "s/1.sql", "s/t/2.sql", "s/t/3.SQL", "s/.hidden.sql", ".git/x.sql", "[odd]/4.sql"];

test.each<[string, Partial<FindOptions>, string[]]>([
  ["a folder", {}, ["[odd]/4.sql", "a.sql", "s/1.sql", "s/t/2.sql"]],
  ["a pattern", { inputs: ["s/**/*.sql"] }, ["s/1.sql", "s/t/2.sql"]],
  ["a pattern of the root alone", { inputs: ["*.sql"] }, ["a.sql"]],
  ["braces and case", { inputs: ["s/t/*.{sql,SQL}"] }, ["s/t/2.sql", "s/t/3.SQL"]],
  ["a pattern with ./", { inputs: ["./s/*.sql"] }, ["s/1.sql"]],
  ["a file, whatever its name", { inputs: ["b.txt", "s/.hidden.sql"] }, ["b.txt", "s/.hidden.sql"]],
  ["a folder whose name looks like a pattern", { inputs: ["[odd]"] }, ["[odd]/4.sql"]],
  ["inputs that overlap", { inputs: ["s", "s/t", "s/t/2.sql", "s/**"], include: ["*.sql"] }, ["s/1.sql", "s/t/2.sql", "s/t/3.SQL"]],
  ["include by name", { include: ["2.*"] }, ["s/t/2.sql"]],
  ["include by path", { include: ["s/*.sql", "*.txt"] }, ["b.txt", "s/1.sql"]],
  ["exclude a file by name", { exclude: ["1.sql"] }, ["[odd]/4.sql", "a.sql", "s/t/2.sql"]],
  ["exclude a folder", { exclude: ["s/t"] }, ["[odd]/4.sql", "a.sql", "s/1.sql"]],
  ["exclude a folder's contents", { exclude: ["s/**", "**/4*"] }, ["a.sql"]],
])("%s", async (_, options, expected) => {
  expect((await found(folder(FILES), options)).paths).toEqual(expected);
});

test("what is outside of the root, by relative and by absolute path", async () => {
  const path = folder(["in/a.sql", "out/b.sql"]);
  for (const inputs of [["a.sql", "../out"], ["a.sql", "../out/*.sql"], [join(path, "in"), join(path, "out/b.sql")], [join(path, "*/*.sql")]])
    expect((await found(join(path, "in"), { inputs })).paths).toEqual(["../out/b.sql", "a.sql"]);
});

test("links: followed once, circles end, the path without a link counts", async () => {
  const path = folder(["s/a.sql", "s/t/b.sql", "elsewhere/c.sql", "elsewhere/deep/d.sql"], {
    "s/self": ".",
    "s/t/up": "..",
    "s/0-first": "t",
    "s/linked": "../elsewhere",
    "elsewhere/back": "../s",
    "s/a-again.sql": "a.sql",
    "s/e.sql": "../elsewhere/deep/d.sql",
  });
  const { paths, codes } = await found(path, { inputs: ["s"] });
  expect(paths).toEqual(["s/a.sql", "s/e.sql", "s/linked/c.sql", "s/t/b.sql"]);
  expect(codes).toEqual([
    "link_skipped s/0-first",
    "link_skipped s/a-again.sql",
    "link_skipped s/linked/deep/d.sql",
    "link_skipped s/self",
    "link_skipped s/t/up",
    "link_skipped s/linked/back",
  ]);
});

test("links that lead nowhere: told, and refused where they would be a file of the schema", async () => {
  const path = folder(["s/a.sql"], { "s/nowhere": "none" });
  expect(await found(path, {})).toEqual({ paths: ["s/a.sql"], codes: ["link_broken s/nowhere"] });
  symlinkSync("b.sql", join(path, "s/b.sql"));
  await expect(found(path, {})).rejects.toMatchObject({ code: "sql_file_unreadable", place: { file: "s/b.sql" } });
});

test("the output is not its own input; an input without a match is told", async () => {
  const path = folder(["a.sql", "out.sql"]);
  expect(await found(path, { inputs: [".", "none/*.sql"], output: join(path, "out.sql") })).toEqual({
    paths: ["a.sql"],
    codes: ["output_among_inputs out.sql", "input_unmatched none/*.sql"],
  });
});

test("what is refused", async () => {
  const path = folder(["a.sql", "b\nc.sql", "e\u0301/x.sql", "\u00e9/x.sql"]);
  await expect(found(path, { inputs: ["none"] })).rejects.toMatchObject({ code: "sql_file_unreadable" });
  await expect(found(path, { include: ["*.none"] })).rejects.toMatchObject({ code: "sql_no_files" });
  await expect(found(path, { include: ["!a.sql"] })).rejects.toMatchObject({ code: "sql_option_invalid" });
  await expect(found(path, {})).rejects.toMatchObject({ code: "sql_path_invalid" });
  await expect(found(path, { exclude: ["b*"] })).rejects.toMatchObject({ code: "sql_path_duplicate" });
});
