// All engines give one result: the same records and errors for seeded folders of files, whatever the threads, the memory and the order in which they end; and what
// is told when one cannot go on.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { buildSchema, hashSchema, type SchemaBuild } from "../build/build.ts";
import { SqlError } from "../errors.ts";
import { findFiles } from "../input/find.ts";
import { runEngine } from "./choose.ts";
import type { ContentSettings } from "./process.ts";
import { runSync } from "./sync.ts";

const root = mkdtempSync(join(tmpdir(), "haforu-sql-engines-"));
afterAll(() => rmSync(root, { recursive: true }));

/** mulberry32: the same numbers from the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const STATEMENTS = [
  "CREATE TABLE t (a int);\n",
  "INSERT INTO t VALUES ('ä;');\r\n",
  "COPY t FROM stdin;\n1\n;'\n\\.\n",
  "SELECT $x$;'$x$, E'\\'', U&'\\0041';\n",
  "/* a /* ; */ */\n",
  "-- ';\n",
  "\n\n",
  "SELECT setval('s', 1);\n",
  "SELECT '\u{1f600}\r\n';\n",
];
const BROKEN = ["SELECT 'open", "/* /* */", "SELECT 1", Buffer.from([0x41, 0xff]), Buffer.from("a\0"), "-- order: x\n", "-- depends: nowhere.sql\n"];

/** Files of many sizes, one of them large now and then; with `broken` one or two that are refused. */
function folder(seed: number, broken: boolean): string {
  const random = randomOf(seed);
  const path = join(root, `${seed}-${broken}`);
  const count = 1 + random(60);
  const names = Array.from({ length: count }, (_, n) => `${random(12)}_d/${n}.sql`);
  for (const [n, name] of names.entries()) {
    let text: string | Buffer = "";
    if (n > 0 && random(6) === 0) text += `-- depends: ../${names[random(n)]}\n`;
    if (random(8) === 0) text += `-- order: ${random(5) - 2}\n`;
    if (random(10) === 0) text = `\ufeff${text}`;
    for (let left = random(20) === 0 ? 3000 : random(30); left > 0; left--) text += STATEMENTS[random(STATEMENTS.length)];
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  for (let left = broken ? 1 + random(2) : 0; left > 0; left--)
    writeFileSync(join(path, names[random(count)] as string), BROKEN[random(BROKEN.length)] as string);
  return path;
}

async function digestOf(build: SchemaBuild): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of build.chunks()) hash.update(piece);
  return hash.digest("hex");
}

async function outcome(action: () => Promise<SchemaBuild>): Promise<object> {
  try {
    const build = await action();
    // The output, written early by threads or at the end, is what the pieces are.
    if (build.output !== undefined) {
      expect(createHash("sha256").update(readFileSync(build.output.path)).digest("hex")).toBe(await digestOf(build));
      expect(readdirSync(dirname(build.output.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    }
    return { script: await digestOf(build), bytes: build.bytes, manifest: build.manifest, omissions: build.omissions };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { code: error.code, message: error.message, place: error.place };
  }
}

test.each(Array.from({ length: 24 }, (_, seed) => seed))("seed %i: the same bytes, hashes and errors", async (seed) => {
  const random = randomOf(seed * 7 + 1);
  const options = {
    root: folder(seed, seed % 3 === 2),
    inputs: ["."],
    config: false,
    eol: random(2) === 0 ? "lf" : "keep",
    schemaOnly: random(2) === 0,
    scan: random(4) > 0,
  } as const;
  const sync = await outcome(() => buildSchema({ ...options, engine: "sync" }));
  for (const more of [{ engine: "workers", workers: 2 }, { engine: "workers", workers: 4 }, { engine: "auto" }] as const) {
    expect(await outcome(() => buildSchema({ ...options, ...more })), JSON.stringify(more)).toEqual(sync);
    // The first replaces another script, the second finds the same.
    for (let round = 0; round < 2; round++) {
      if (round === 0) writeFileSync(join(root, "out.sql"), "old");
      expect(await outcome(() => buildSchema({ ...options, ...more, output: join(root, "out.sql") })), JSON.stringify(more)).toEqual(sync);
    }
  }
  if ("manifest" in sync) expect((await hashSchema({ ...options, engine: "workers" })).manifest).toEqual(sync.manifest);
});

const SETTINGS: ContentSettings = { eol: "keep", schemaOnly: false, scan: true, standardConformingStrings: true };

async function filesOf(path: string) {
  return (await findFiles({ root: path, inputs: ["."], include: ["**/*.sql"], exclude: [], output: undefined })).files;
}

test("contents that memory does not allow to be kept are those that are", async () => {
  const files = await filesOf(folder(100, false));
  const kept = await runSync({ files, settings: SETTINGS, keep: true, control: {} });
  const none = await runSync({ files, settings: SETTINGS, keep: true, keptBytes: 0, control: {} });
  expect(none.every(({ contents }) => contents === undefined)).toBe(true);
  expect(none).toEqual(kept.map((processed) => ({ ...processed, contents: undefined })));
});

test("workers that cannot start: the files are read in line, and that is said once", async () => {
  const files = await filesOf(folder(101, false));
  // So many that the thread would be needed.
  const work = { files: Array.from({ length: 300 }, () => files).flat(), settings: SETTINGS, keep: false, control: {} };
  const expected = await runEngine(work, "sync");
  const asked = { ...work, startWorker: () => new Worker("throw new Error('no room for a thread')", { eval: true }) };
  const { results, report, warnings } = await runEngine(asked, "workers", 2);
  expect(results).toEqual(expected.results);
  expect(report).toMatchObject({
    asked: "workers",
    ran: "sync",
    workers: 0,
    fallback: { from: "workers", reason: expect.stringContaining("no room for a thread") },
  });
  expect(warnings).toMatchObject([{ code: "engine_fallback" }]);
});

test("auto: in line for little work, over threads for much; a cancelled run ends with the signal's reason", async () => {
  const small = await filesOf(folder(102, false));
  const work = { files: small, settings: SETTINGS, keep: false, control: {} };
  expect((await runEngine(work, "auto")).report).toMatchObject({ asked: "auto", ran: "sync", workers: 0 });
  const many = { ...work, files: Array.from({ length: 600 }, () => small).flat() };
  const { report, results } = await runEngine(many, "auto", 2);
  expect(report).toMatchObject({ asked: "auto", ran: "workers", workers: 2, reason: expect.stringContaining("ms of work were left") });
  expect(results).toHaveLength(many.files.length);
  for (const engine of ["sync", "workers"] as const) {
    const controller = new AbortController();
    const seen: number[] = [];
    const control = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => {
        seen.push(done);
        controller.abort(new Error("enough"));
      },
    };
    await expect(runEngine({ ...many, control }, engine, 2)).rejects.toThrow("enough");
    expect(seen[0]).toBeLessThan(many.files.length);
  }
});

test("a script written while its files are read: whole, whatever the order in which threads end; not kept where the order is another", async () => {
  const path = join(root, "early");
  mkdirSync(path);
  for (let n = 0; n < 60; n++) writeFileSync(join(path, `${n}.sql`), `SELECT '${"x".repeat(n % 7 === 0 ? 900_000 : 100_000)}';\n`);
  const output = join(root, "early.sql");
  for (const last of ["", "-- order: -1\n", "-- depends: 58.sql\n"]) {
    writeFileSync(join(path, "59.sql"), `${last}SELECT 59;\n`);
    const options = { root: path, inputs: ["."], config: false, output } as const;
    const built = await buildSchema({ ...options, engine: "workers", workers: 3 });
    const digest = createHash("sha256").update(readFileSync(output)).digest("hex");
    expect(digest).toBe(await digestOf(built));
    expect(await buildSchema({ ...options, engine: "sync" })).toMatchObject({ hash: built.hash, output: { done: "unchanged" } });
    expect(await buildSchema({ ...options, engine: "workers" })).toMatchObject({ hash: built.hash, output: { done: "unchanged" } });
    expect(readdirSync(root).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  }
});
