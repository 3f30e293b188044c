// Watching real folders: what is built after each change is what a fresh build gives, failures do not end it, the configuration is read again.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildSchema } from "../build/build.ts";
import { Rebuild } from "./rebuild.ts";
import { type WatchEvent, type WatchOptions, watch } from "./watch.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "haforu-sql-watch-")));
afterAll(() => rmSync(root, { recursive: true }));

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(root, "w-"));
  mkdirSync(join(path, "s"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** Runs steps between events; each is followed by the next event. */
async function watching(options: WatchOptions, steps: readonly (() => void)[]): Promise<WatchEvent[]> {
  const controller = new AbortController();
  const events: WatchEvent[] = [];
  for await (const event of watch({ ...options, signal: controller.signal })) {
    events.push(event);
    const step = steps[events.length - 1];
    if (step === undefined) break;
    step();
  }
  return events;
}

async function fresh(path: string, options: object = {}): Promise<string> {
  const output = join(root, "fresh.sql");
  await buildSchema({ root: path, inputs: ["s"], config: false, ...options, output });
  return readFileSync(output, "utf8");
}

test("a change, a new file, a removed one, a renamed one: each build is that of a fresh start", async () => {
  const path = folder({ "s/a.sql": "SELECT 1;\n", "s/b.sql": "SELECT 2;\n" });
  const output = join(path, "s", "out.sql");
  const seen: string[] = [];
  const expected: string[] = [];
  const see = async (): Promise<void> => {
    seen.push(readFileSync(output, "utf8"));
    expected.push(await fresh(path, { exclude: ["out.sql"] }));
  };
  const controller = new AbortController();
  const steps = [
    () => writeFileSync(join(path, "s/a.sql"), "SELECT 11;\n"),
    () => writeFileSync(join(path, "s/c.sql"), "-- order: -1\nSELECT 3;\n"),
    () => rmSync(join(path, "s/b.sql")),
    () => renameSync(join(path, "s/a.sql"), join(path, "s/z.sql")),
    () => {
      mkdirSync(join(path, "s/new/deep"), { recursive: true });
      writeFileSync(join(path, "s/new/deep/x.sql"), "SELECT 4;\n");
    },
    () => controller.abort(),
  ];
  for await (const event of watch({ root: path, inputs: ["s"], config: false, exclude: ["out.sql"], output, signal: controller.signal, settleMs: 80 })) {
    expect(event.kind).toBe("built");
    await see();
    steps.shift()?.();
  }
  expect(steps).toHaveLength(0);
  expect(seen).toEqual(expected);
  expect(new Set(seen).size).toBe(6);
});

test("a broken file fails its build, leaves the output, and the next change mends it", async () => {
  const path = folder({ "s/a.sql": "SELECT 1;\n" });
  const output = join(path, "out.sql");
  let during = "";
  const events = await watching({ root: path, inputs: ["s"], config: false, output }, [
    () => writeFileSync(join(path, "s/a.sql"), "SELECT 'open;\n"),
    () => {
      during = readFileSync(output, "utf8");
      writeFileSync(join(path, "s/a.sql"), "SELECT 'closed';\n");
    },
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(["built", "failed", "built"]);
  expect(events[1]).toMatchObject({ error: { code: "sql_syntax", place: { file: "s/a.sql", line: 1, column: 8 } } });
  expect(during).toContain("SELECT 1;");
  expect(readFileSync(output, "utf8")).toBe(await fresh(path));
});

test("a changed configuration is read again", async () => {
  const path = folder({ "s/a.sql": "SELECT 1;\n", "s/b.sql": "SELECT 2;\n", "haforu.sql.yaml": "inputs: [s]\noutput: out.sql\n" });
  const events = await watching({ root: path }, [
    () => writeFileSync(join(path, "haforu.sql.yaml"), "inputs: [s]\nexclude: [b.sql]\noutput: out.sql\n"),
    () => writeFileSync(join(path, "haforu.sql.yaml"), "inputs: [s]\nexclude: b.sql\n"),
    () => writeFileSync(join(path, "haforu.sql.yaml"), "inputs: [s]\noutput: out.sql\n"),
  ]);
  expect(events.map((event) => (event.kind === "built" ? event.build.files.length : event.error.code))).toEqual([2, 1, "sql_config_invalid", 2]);
});

test("a file behind a linked folder", async () => {
  const path = folder({ "s/a.sql": "SELECT 1;\n" });
  mkdirSync(join(path, "elsewhere"));
  writeFileSync(join(path, "elsewhere/b.sql"), "SELECT 2;\n");
  symlinkSync(join(path, "elsewhere"), join(path, "s/linked"));
  const output = join(path, "out.sql");
  const events = await watching({ root: path, inputs: ["s"], config: false, output }, [() => writeFileSync(join(path, "elsewhere/b.sql"), "SELECT 22;\n")]);
  expect(events.map(({ kind }) => kind)).toEqual(["built", "built"]);
  expect(readFileSync(output, "utf8")).toBe(await fresh(path));
  expect(readFileSync(output, "utf8")).toContain("SELECT 22");
});

test("a rebuild that failed half-way reads the rest the next time", async () => {
  const path = folder({ "s/a.sql": "SELECT 1;\n", "s/b.sql": "SELECT 2;\n" });
  const rebuild = await Rebuild.open({ root: path, inputs: ["s"], config: false });
  const first = await rebuild.full();
  writeFileSync(join(path, "s/a.sql"), Buffer.from([0xff]));
  writeFileSync(join(path, "s/b.sql"), "SELECT 22;\n");
  const changed = new Set([join(path, "s/a.sql"), join(path, "s/b.sql")]);
  await expect(rebuild.update({ changed, structure: false })).rejects.toMatchObject({ code: "sql_encoding_invalid" });
  writeFileSync(join(path, "s/a.sql"), "SELECT 1;\n");
  const mended = await rebuild.update({ changed: new Set([join(path, "s/a.sql")]), structure: false });
  expect(mended.hash).not.toBe(first.hash);
  expect(mended.hash).toBe((await buildSchema({ root: path, inputs: ["s"], config: false })).hash);
});

test.each([true, false, "-- {path} {sha256}", "-- {number} of {files}: {path}"])(
  "separator %s: after any edit the output is that of a fresh build",
  async (separator) => {
    const names = Array.from({ length: 12 }, (_, n) => `s/${n}.sql`);
    const path = folder(Object.fromEntries(names.map((name) => [name, "SELECT 0;\n"])));
    const output = join(path, "out.sql");
    const rebuild = await Rebuild.open({ root: path, inputs: ["s"], config: false, separator, output });
    await rebuild.full();
    for (let round = 1; round < 40; round++) {
      const edited = names.filter((_, n) => (round * 7 + n * 5) % 11 < 1 + (round % 3));
      for (const [n, name] of edited.entries()) {
        const order = (round + n) % 9 === 0 ? `-- order: ${(round % 5) - 2}\n` : "";
        writeFileSync(join(path, name), `${order}SELECT '${"x".repeat((round * 13) % 50)}';\n`);
      }
      const structure = round % 10 === 0;
      if (structure) rmSync(join(path, names.pop() as string));
      await rebuild.update({ changed: new Set(edited.map((name) => join(path, name))), structure });
      expect(readFileSync(output, "utf8")).toBe(await fresh(path, { separator }));
    }
  },
);
