// `haforu sql` as a process: scripts, hashes, manifests, differences, environments, what goes wrong, signals; and what is said where @haforu/sql is not installed.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CLI, haforu, ROOT } from "../../test/haforu.ts";

const root = mkdtempSync(join(tmpdir(), "haforu-sql-cli-"));
afterAll(() => rmSync(root, { recursive: true }));

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(root, "f-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const FILES = { "s/10_b.sql": "CREATE VIEW b AS SELECT 1;", "s/2_a.sql": "CREATE TABLE a ();\nINSERT INTO a DEFAULT VALUES;\n" };

test("build: to stdout and to a file the same bytes, the hash in the header is that of hash, no file of its own left", async () => {
  const cwd = folder(FILES);
  const piped = await haforu(["sql", "build", "s"], "", cwd);
  expect(piped).toMatchObject({ code: 0, err: "" });
  expect(await haforu(["sql", "build", "s", "-o", "o.sql"], "", cwd)).toMatchObject({ code: 0, out: "", err: "" });
  expect(readFileSync(join(cwd, "o.sql"), "utf8")).toBe(piped.out);
  const hash = (await haforu(["sql", "hash", "s"], "", cwd)).out;
  expect(hash).toMatch(/^h1:[0-9a-f]{64}\n$/);
  expect(piped.out).toBe(
    `-- haforu sql 0.1.0\n-- files: 2\n-- hash: ${hash}\n-- file: s/2_a.sql\n${FILES["s/2_a.sql"]}\n-- file: s/10_b.sql\n${FILES["s/10_b.sql"]}\n`,
  );
  const before = statSync(join(cwd, "o.sql"));
  await haforu(["sql", "build", "s", "-o", "o.sql"], "", cwd);
  expect(statSync(join(cwd, "o.sql"))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  expect(readdirSync(cwd).sort()).toEqual(["o.sql", "s"]);
});

test("a pipe is written to as it is, by any of its names; a manifest that does not fit leaves the older one", async () => {
  const cwd = folder({ ...FILES, "m.json": "older" });
  const piped = await haforu(["sql", "build", "s"], "", cwd);
  const shell = (script: string) => spawnSync("sh", ["-c", script, process.execPath, CLI], { cwd, encoding: "utf8" });
  expect(shell('"$0" "$1" sql build s -o /dev/stdout | cat')).toMatchObject({ stderr: "", stdout: piped.out });
  const small = shell('ulimit -f 0; trap "" XFSZ; "$0" "$1" sql hash s --manifest m.json');
  expect([small.status, small.stderr]).toEqual([2, expect.stringContaining("the manifest could not be written: EFBIG")]);
  expect(readFileSync(join(cwd, "m.json"), "utf8")).toBe("older");
  expect(readdirSync(cwd).sort()).toEqual(["m.json", "s"]);
});

test("--schema-only lists each omission, and the record as JSON has it", async () => {
  const cwd = folder(FILES);
  const ran = await haforu(["sql", "build", "s", "--schema-only", "-o", "o.sql", "--json", "--stats"], "", cwd);
  expect(ran.code).toBe(0);
  expect(ran.err).toContain("s/2_a.sql:2: left out INSERT, 30 bytes\n");
  expect(ran.err).toMatch(/2 files, \d+ bytes, [\d.]+ ms; engine sync: /);
  expect(JSON.parse(ran.out)).toMatchObject({
    output: { done: "written" },
    omissions: [{ file: "s/2_a.sql", line: 2, kind: "insert", bytes: 30 }],
    engine: { ran: "sync", workers: 0 },
  });
  expect(readFileSync(join(cwd, "o.sql"), "utf8")).not.toContain("INSERT");
});

test("a manifest, and what changed since", async () => {
  const cwd = folder({ ...FILES, "s/moved.sql": "SELECT 'moved';\n", "s/gone.sql": "SELECT 'gone';\n" });
  await haforu(["sql", "hash", "s", "--manifest", "m.json"], "", cwd);
  expect(await haforu(["sql", "diff", "m.json", "s"], "", cwd)).toMatchObject({ code: 0, out: expect.stringMatching(/^same: h1:/) });
  rmSync(join(cwd, "s/gone.sql"));
  cpSync(join(cwd, "s/moved.sql"), join(cwd, "s/t/here.sql"));
  rmSync(join(cwd, "s/moved.sql"));
  writeFileSync(join(cwd, "s/new.sql"), "SELECT 'new';\n");
  writeFileSync(join(cwd, "s/10_b.sql"), "-- order: -1\nSELECT 2;\n");
  const ran = await haforu(["sql", "diff", "m.json", "s", "--json"], "", cwd);
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.out)).toMatchObject({
    same: false,
    added: ["s/new.sql"],
    removed: ["s/gone.sql"],
    changed: ["s/10_b.sql"],
    moved: [{ from: "s/moved.sql", to: "s/t/here.sql" }],
    reordered: ["s/10_b.sql"],
  });
  writeFileSync(join(cwd, "m.json"), readFileSync(join(cwd, "m.json"), "utf8").replace("gone.sql", "none.sql"));
  expect(await haforu(["sql", "diff", "m.json", "s"], "", cwd)).toMatchObject({ code: 2, err: expect.stringContaining("sql_manifest_invalid") });
});

test("environments of haforu.sql.yaml", async () => {
  const config = `
inputs: [schema]
order: [schema/types]
environments:
  local:
    inputs: [schema, seed]
    separator: "-- {number} {path}"
  prod:
    schema_only: true
    header: false
    output: out/prod.sql
`;
  const cwd = folder({
    "haforu.sql.yaml": config,
    "schema/a.sql": "SELECT 1;\n",
    "schema/types/t.sql": "SELECT 2;\n",
    "seed/s.sql": "INSERT INTO a VALUES (1);\n",
  });
  mkdirSync(join(cwd, "out"));
  expect((await haforu(["sql", "list"], "", cwd)).out).toBe("schema/types/t.sql\nschema/a.sql\n");
  expect((await haforu(["sql", "build", "--env", "local"], "", cwd)).out).toMatch(
    /\n-- 1 schema\/types\/t.sql\nSELECT 2;\n-- 2 schema\/a.sql\nSELECT 1;\n-- 3 seed\/s.sql\nINSERT.*\n$/,
  );
  const told = await haforu(["sql", "build", "--env", "prod", "--json"], "", cwd);
  expect(JSON.parse(told.out)).toMatchObject({ output: { path: join(cwd, "out/prod.sql"), done: "written" } });
  expect(readFileSync(join(cwd, "out/prod.sql"), "utf8")).toBe("\n-- file: schema/types/t.sql\nSELECT 2;\n\n-- file: schema/a.sql\nSELECT 1;\n");
  expect(await haforu(["sql", "list", "--env", "none"], "", cwd)).toMatchObject({
    code: 2,
    err: expect.stringContaining('no environment "none"; there are local, prod'),
  });
  writeFileSync(join(cwd, "haforu.sql.yaml"), "input: [schema]\n");
  expect(await haforu(["sql", "list"], "", cwd)).toMatchObject({ code: 2, err: expect.stringContaining("input is no field of a configuration") });
});

test("what is wrong with the input is said with its place, and the old output stays", async () => {
  const cwd = folder({ "s/a.sql": "SELECT 1;\nSELECT 'open;\n", "o.sql": "old" });
  expect(await haforu(["sql", "build", "s", "-o", "o.sql"], "", cwd)).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/^haforu: s\/a\.sql:2:8: .*\(sql_syntax\)\n$/),
  });
  expect(readFileSync(join(cwd, "o.sql"), "utf8")).toBe("old");
  expect((await haforu(["sql", "build", "s", "--no-scan"], "", cwd)).code).toBe(0);
  expect(await haforu(["sql", "build", "s", "--json", "--no-scan"], "", cwd)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("needs -o") });
  expect(await haforu(["sql", "bild"], "", cwd)).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean build?") });
  expect(await haforu(["sql", "hash"], "", cwd)).toMatchObject({ code: 2, err: expect.stringContaining("sql_option_invalid") });
});

test("of Node's modules that take milliseconds to load, a build loads crypto and what that needs alone", () => {
  const cwd = folder({
    ...FILES,
    "told.cjs": `const before = new Set(process.moduleLoadList);
      process.on("exit", () => console.log(process.moduleLoadList.filter((name) => name.startsWith("NativeModule") && !before.has(name)).join()));`,
  });
  const ran = spawnSync(process.execPath, ["--require", "./told.cjs", CLI, "sql", "build", "s", "-o", "o.sql"], { cwd, encoding: "utf8" });
  expect(ran.stdout).toContain("NativeModule crypto");
  const needless = ["perf_hooks", "internal/fs/streams", "internal/fs/promises", "tty", "net", "child_process", "worker_threads"];
  expect(ran.stdout.split(/[,\n]/)).not.toContainEqual(expect.stringMatching(new RegExp(`^NativeModule (?:${needless.join("|")})$`)));
});

test("without @haforu/sql the program says what to install", () => {
  const cwd = mkdtempSync(join(root, "alone-"));
  mkdirSync(join(cwd, "node_modules"));
  for (const name of ["commander"]) symlinkSync(join(ROOT, "node_modules", name), join(cwd, "node_modules", name));
  for (const part of ["bin", "dist"]) cpSync(join(ROOT, "packages/haforu", part), join(cwd, part), { recursive: true });
  cpSync(join(ROOT, "packages/haforu/package.json"), join(cwd, "package.json"));
  const ran = spawnSync(process.execPath, [join(cwd, "bin/haforu.js"), "sql", "hash", "."], { cwd, encoding: "utf8" });
  expect(ran.stderr).toBe("haforu: `haforu sql` needs the package @haforu/sql, which is not installed: npm install @haforu/sql\n");
  expect(ran.status).toBe(2);
});

test("watch: a line a build, Ctrl-C ends it with 130", async () => {
  const cwd = folder({ "s/a.sql": "SELECT 1;\n" });
  const child = spawn(process.execPath, [CLI, "sql", "watch", "s", "-o", "o.sql", "--json"], { cwd });
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let rest = "";
  for await (const chunk of child.stdout) {
    rest += chunk;
    for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n")) {
      lines.push(rest.slice(0, at));
      rest = rest.slice(at + 1);
      if (lines.length === 1) writeFileSync(join(cwd, "s/a.sql"), "SELECT 2;\n");
      else child.kill("SIGINT");
    }
  }
  expect(await ended).toBe(130);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: "built", output: { done: "written" } },
    { kind: "built", output: { done: "written" } },
  ]);
  expect(readFileSync(join(cwd, "o.sql"), "utf8")).toContain("SELECT 2;");
  expect(existsSync(join(cwd, "o.sql"))).toBe(true);
});
