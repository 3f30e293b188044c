// What the words of `haforu sql` do: flags to options of @haforu/sql, its records to lines. Scripts, hashes and lists go to stdout, what is told beside them to stderr.

import { readFileSync } from "node:fs";
import type { BuildOptions, Manifest, SchemaBuild, SchemaDiff, SchemaHash, SchemaOptions } from "@haforu/sql";
import { cancellable } from "./cancellable.ts";
import { CliError, EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";
import { loadSql, type Sql } from "./sql-load.ts";
import { sqlProgress } from "./sql-progress.ts";

export interface InputFlags {
  readonly root?: string;
  readonly config?: string | boolean;
  readonly env?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly order?: readonly string[];
  readonly eol?: "keep" | "lf";
  readonly schemaOnly?: boolean;
  readonly scan?: boolean;
  readonly twoPassFk?: boolean;
  readonly engine?: "auto" | "sync" | "workers";
  readonly workers?: number;
  readonly stats?: boolean;
  readonly json?: boolean;
}

export interface BuildFlags extends InputFlags {
  readonly output?: string;
  readonly header?: string | boolean;
  readonly separator?: string | boolean;
  readonly stamp?: boolean;
  readonly manifest?: string;
}

export interface DiffFlags extends InputFlags {
  readonly to?: string;
}

export async function build(inputs: readonly string[], flags: BuildFlags): Promise<void> {
  const started = process.uptime();
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const built = await progressing(signal, (control) => sql.buildSchema({ ...buildOptions(inputs, flags), ...control }));
    if (flags.json === true && built.output === undefined)
      throw new CliError("--json needs -o, or an output in the configuration: without one the script goes to stdout");
    tell(built);
    await saveManifest(sql, built.manifest, flags.manifest);
    if (built.output === undefined) for await (const chunk of built.chunks()) await print(chunk);
    if (flags.json === true) await print(`${JSON.stringify(record(built))}\n`);
    if (flags.stats === true) tellStats(built, built.bytes, started);
  });
}

export async function hash(inputs: readonly string[], flags: BuildFlags): Promise<void> {
  const started = process.uptime();
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const hashed = await progressing(signal, (control) => sql.hashSchema({ ...options(inputs, flags), ...control }));
    tell(hashed);
    await saveManifest(sql, hashed.manifest, flags.manifest);
    await print(flags.json === true ? `${JSON.stringify(record(hashed))}\n` : `${hashed.hash}\n`);
    if (flags.stats === true) tellStats(hashed, contentBytes(hashed), started);
  });
}

export async function list(inputs: readonly string[], flags: InputFlags & { readonly long?: boolean }): Promise<void> {
  const started = process.uptime();
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const hashed = await progressing(signal, (control) => sql.hashSchema({ ...options(inputs, flags), ...control }));
    tell(hashed);
    let lines = "";
    for (const file of hashed.files) {
      lines +=
        flags.json === true
          ? `${JSON.stringify(file)}\n`
          : flags.long === true
            ? `${file.sha256} ${String(file.bytes).padStart(10)} ${file.path}\n`
            : `${file.path}\n`;
    }
    await print(lines);
    if (flags.stats === true) tellStats(hashed, contentBytes(hashed), started);
  });
}

export async function diff(manifest: string, inputs: readonly string[], flags: DiffFlags): Promise<void> {
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const before = readManifest(sql, manifest);
    const { eol, schema_only: schemaOnly } = before.settings;
    // The files as they are, with the settings of the state they are compared with: other ones would make every file another.
    const now = (): Promise<SchemaHash> => progressing(signal, (control) => sql.hashSchema({ ...options(inputs, flags), eol, schemaOnly, ...control }));
    const after = flags.to === undefined ? (await now()).manifest : readManifest(sql, flags.to);
    if (after.settings.eol !== eol || after.settings.schema_only !== schemaOnly)
      throw new CliError(
        `the manifests were made with other settings and cannot be compared: ${JSON.stringify(before.settings)} and ${JSON.stringify(after.settings)}`,
      );
    const found = sql.diffManifests(before, after);
    await print(flags.json === true ? `${JSON.stringify(found)}\n` : diffText(found));
    if (!found.same) process.exitCode = EXIT_SOME_FAILED;
  });
}

export async function watch(inputs: readonly string[], flags: BuildFlags): Promise<void> {
  if (flags.output === undefined && flags.config === false) throw new CliError("watch needs -o: it writes the script again and again");
  const sql = await loadSql();
  await cancellable(sql.SqlError, async (signal) => {
    const { watch: watched } = await sql.loadWatch();
    for await (const event of watched({ ...buildOptions(inputs, flags), signal })) {
      const { kind, ms } = event;
      if (event.kind === "built" && event.build.output === undefined)
        throw new CliError("watch needs -o, or an output in the configuration: it writes the script again and again");
      if (flags.json === true) {
        const { code, message, place } = event.kind === "failed" ? event.error : {};
        const told = event.kind === "built" ? record(event.build) : { error: { code, message, ...place } };
        await print(`${JSON.stringify({ kind, ms: Math.round(ms * 1000) / 1000, ...told })}\n`);
      } else if (event.kind === "failed") note(`haforu: ${event.error.message} (${event.error.code})\n`);
      else {
        tell(event.build);
        await print(`${event.build.hash} ${event.build.output?.done} ${ms.toFixed(1)} ms\n`);
      }
    }
    signal.throwIfAborted();
  });
}

/** Flags as options: what was not said is absent. */
export function options(inputs: readonly string[], flags: InputFlags): SchemaOptions {
  const { root, config, env, include, exclude, order, eol, schemaOnly, scan, twoPassFk: twoPassForeignKeys, engine, workers } = flags;
  const given = {
    root,
    environment: env,
    include,
    exclude,
    order,
    eol,
    schemaOnly,
    scan,
    twoPassForeignKeys,
    engine,
    workers,
    inputs: inputs.length === 0 ? undefined : inputs,
  };
  // commander's --no-config is config: false, and true where it was not said.
  return { ...defined(given), ...(config === undefined || config === true ? {} : { config }) };
}

function buildOptions(inputs: readonly string[], flags: BuildFlags): BuildOptions {
  const { output, header, separator, stamp } = flags;
  // true is commander's default beside --no-…: it was not said, so that the configuration counts.
  const said = (value: string | boolean | undefined): string | false | undefined => (value === true ? undefined : value);
  return { ...options(inputs, flags), ...defined({ output, stamp, header: said(header), separator: said(separator) }) };
}

function defined<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

async function progressing<T>(signal: AbortSignal, action: (control: Pick<SchemaOptions, "signal" | "onProgress">) => Promise<T>): Promise<T> {
  const progress = sqlProgress();
  try {
    return await action({ signal, onProgress: progress.update });
  } finally {
    progress.close();
  }
}

/** Warnings and what was left out, on stderr. */
function tell({ warnings, omissions, movedForeignKeys }: SchemaHash): void {
  for (const { code, message } of warnings) note(`haforu: warning: ${message} (${code})\n`);
  for (const { file, line, kind, bytes } of omissions) note(`${file}:${line}: left out ${kind.toUpperCase()}, ${bytes} bytes\n`);
  for (const { file, line, table, constraint, target } of movedForeignKeys)
    note(`${file}:${line}: moved foreign key ${constraint} of ${table} to the end: ${target} comes later\n`);
}

/** `started`: in s, of process.uptime(), since the first use of `performance` takes as long as reading a hundred files. */
function tellStats({ files, engine }: SchemaHash, bytes: number, started: number): void {
  const threads = engine.workers === 0 ? "" : ` over ${engine.workers} threads`;
  note(`${files.length} files, ${bytes} bytes, ${((process.uptime() - started) * 1000).toFixed(1)} ms; engine ${engine.ran}${threads}: ${engine.reason}\n`);
}

function contentBytes({ files }: SchemaHash): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

/** Names as in all of haforu's JSON. */
function record(built: SchemaHash | SchemaBuild): object {
  const { hash: version, files, omissions, movedForeignKeys, warnings, engine } = built;
  const made = "bytes" in built ? { bytes: built.bytes, ...(built.output === undefined ? {} : { output: built.output }) } : {};
  return { hash: version, ...made, files, omissions, moved_foreign_keys: movedForeignKeys, warnings, engine };
}

async function saveManifest(sql: Sql, manifest: Manifest, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const { writeWhole } = await import("./whole-file.ts");
  await writeWhole(path, "the manifest", sql.manifestText(manifest));
}

function readManifest(sql: Sql, path: string): Manifest {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`the manifest could not be read: ${(error as Error).message}`, undefined, { cause: error });
  }
  return sql.parseManifest(text, path);
}

/** A line a file: + added, - removed, ~ changed, > moved, = in another order. */
function diffText({ same, before, after, added, removed, changed, moved, reordered }: SchemaDiff): string {
  if (same) return `same: ${after}\n`;
  const lines = [
    ...added.map((path) => `+ ${path}`),
    ...removed.map((path) => `- ${path}`),
    ...changed.map((path) => `~ ${path}`),
    ...moved.map(({ from, to }) => `> ${from} → ${to}`),
    ...reordered.map((path) => `= ${path} stands in another place`),
  ];
  return `before: ${before}\nafter:  ${after}\n${lines.map((line) => `${line}\n`).join("")}`;
}
