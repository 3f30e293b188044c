// From options to the files of a schema in build order, each read, processed and hashed: what building, hashing, listing and watching have in common.
import { type EngineReport, runEngine } from "../engine/choose.ts";
import { Budget, Slabs } from "../engine/memory.ts";
import { type ContentSettings, type Processed, processWhole, WHOLE_FILE_BYTES } from "../engine/process.ts";
import { readAndProcess } from "../engine/read.ts";
import { SqlError } from "../errors.ts";
import type { Omission } from "../filter/schema-only.ts";
import { Frames } from "../hash/h1.ts";
import type { Manifest } from "../hash/manifest.ts";
import { arrange } from "../input/arrange.ts";
import { type FoundFile, findFiles } from "../input/find.ts";
import { naturalOrder } from "../input/order-key.ts";
import { canonicalPath } from "../input/path.ts";
import { isPattern, matcherOf, plain } from "../input/patterns.ts";
import type { SqlWarning } from "../warnings.ts";
import type { EarlyOutput } from "./early.ts";
import type { GivenFile, Resolved } from "./options.ts";

/** A file of the schema, with all that is known of it. */
export interface SchemaFile extends FoundFile, Processed {
  readonly real: string | undefined;
  /** Its bytes where they were given. */
  readonly given: Uint8Array | undefined;
  /** With which it was processed, where that is not the usual. */
  readonly begunWith: ContentSettings | undefined;
}

export interface FileOmission extends Omission {
  readonly file: string;
}

export interface Schema {
  /** In build order. */
  readonly files: readonly SchemaFile[];
  readonly hash: string;
  /** What the hash was taken over. */
  readonly frames: Frames;
  readonly engine: EngineReport;
  readonly warnings: readonly SqlWarning[];
}

const GIVEN: EngineReport = { asked: "auto", ran: "sync", reason: "the files were given, not read", workers: 0 };

export function contentSettings({ eol, schemaOnly, scan }: Resolved): ContentSettings {
  return { eol, schemaOnly, scan, standardConformingStrings: true };
}

/** What is known of the files before they are put in order. */
export interface Collected {
  /** In natural order. */
  readonly files: readonly SchemaFile[];
  readonly engine: EngineReport;
  readonly warnings: readonly SqlWarning[];
  /** Absolute folders and files that a watcher has to watch. */
  readonly watched: readonly string[];
}

/** `keep`: contents will be written, and are kept as far as memory allows. */
export async function readSchema(resolved: Resolved, keep: boolean, early?: EarlyOutput): Promise<Schema> {
  return arranged(resolved, await collect(resolved, keep, early));
}

export async function collect(resolved: Resolved, keep: boolean, early?: EarlyOutput): Promise<Collected> {
  if (resolved.given !== undefined) return { files: givenFiles(resolved, resolved.given), engine: GIVEN, warnings: [], watched: [] };
  const found = await findFiles(resolved);
  early?.expect(found.files);
  const work = { files: found.files, settings: contentSettings(resolved), keep, control: resolved.control };
  const { results, report, warnings } = await runEngine(
    work,
    resolved.engine,
    resolved.workers,
    early === undefined ? undefined : (index, processed) => early.processed(index, processed),
  );
  return { files: joined(found.files, results), engine: report, warnings: [...found.warnings, ...warnings], watched: found.watched };
}

function joined(files: readonly FoundFile[], results: readonly Processed[]): SchemaFile[] {
  return files.map((file, index) => schemaFile(file, results[index] as Processed));
}

/** All fields by name: records of one shape, and no spreading, which would take as long as reading a small file. */
export function schemaFile(file: FoundFile, processed: Processed, given?: Uint8Array, begunWith?: ContentSettings): SchemaFile {
  const { path, absolute, real } = file;
  const { sha256, bytes, contents, directives, omissions, problem, standardConformingStrings, unscanned } = processed;
  return { path, absolute, real, sha256, bytes, contents, directives, omissions, problem, standardConformingStrings, unscanned, given, begunWith };
}

/** Files in natural order put into build order, and hashed. `before`: an earlier schema of these files, which is not hashed any more. */
export async function arranged(resolved: Resolved, { files, engine, warnings }: Collected, before?: Schema): Promise<Schema> {
  const notes: SqlWarning[] = [...warnings];
  const listed = resolved.order.length === 0 ? undefined : await placesInList(resolved.order, files, notes);
  const ordered = settled(
    resolved,
    arrange(files, listed).map((index) => files[index] as SchemaFile),
  );
  for (const { path, unscanned } of ordered)
    if (unscanned)
      notes.push({
        code: "scan_skipped",
        message: `${path} is larger than ${WHOLE_FILE_BYTES} bytes and was not scanned: it may leave a string or comment open at its end`,
        file: path,
      });
  const frames = before?.frames.next(ordered) ?? Frames.of(ordered);
  return { files: ordered, hash: frames.hash(), frames, engine, warnings: notes };
}

/**
 * In build order now: a SET standard_conforming_strings in one file lasts in those behind it, and decides where their strings end. Files behind one that
 * changes it are processed again, with what holds there; after this a problem of the scan is an error.
 * @throws SqlError sql_syntax for the first file with one, in build order.
 */
function settled(resolved: Resolved, ordered: readonly SchemaFile[]): readonly SchemaFile[] {
  const usual = contentSettings(resolved);
  if (ordered.every(({ problem, standardConformingStrings }) => problem === undefined && standardConformingStrings)) return ordered;
  let standardConformingStrings = true;
  return ordered.map((file) => {
    const now = standardConformingStrings ? file : again(file, { ...usual, standardConformingStrings });
    const { problem, path } = now;
    if (problem !== undefined) throw new SqlError("sql_syntax", problem.message, { file: path, line: problem.line, column: problem.column });
    standardConformingStrings = now.standardConformingStrings;
    return now;
  });
}

/** With other settings than before. Contents are not kept: they are read again when they are written. */
function again(file: SchemaFile, settings: ContentSettings): SchemaFile {
  const { path, given } = file;
  if (given !== undefined) return schemaFile(file, processWhole(given, path, settings, false), given, settings);
  return schemaFile(file, readAndProcess(file, settings, new Slabs(new Budget(new Int32Array(1), 0), false), false), undefined, settings);
}

export function omissionsOf({ files }: Schema): FileOmission[] {
  return files.filter(({ omissions }) => omissions.length > 0).flatMap(({ path, omissions }) => omissions.map((omission) => ({ file: path, ...omission })));
}

export function manifestOf({ hash, files }: Schema, { eol, schemaOnly }: Resolved): Manifest {
  return { manifest: 1, hash, settings: { eol, schema_only: schemaOnly }, files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })) };
}

/** For each file the index of the first entry of the order list that it matches; Infinity for none. */
async function placesInList(order: readonly string[], files: readonly SchemaFile[], warnings: SqlWarning[]): Promise<number[]> {
  const matchers = await Promise.all(
    order.map(async (entry) => {
      const path = plain(entry);
      const matches = isPattern(path) ? await matcherOf([path], "order") : () => false;
      return (file: string): boolean => file === path || file.startsWith(`${path}/`) || matches(file);
    }),
  );
  const used = new Set<number>();
  const places = files.map(({ path }) => {
    const place = matchers.findIndex((matches) => matches(path));
    used.add(place);
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  });
  for (const [index, entry] of order.entries())
    if (!used.has(index)) warnings.push({ code: "order_unmatched", message: `the entry "${entry}" of the order list places no file`, file: entry });
  return places;
}

/** @throws SqlError sql_no_files, sql_path_invalid, sql_path_duplicate, and what processing throws. */
function givenFiles(resolved: Resolved, given: Iterable<GivenFile>): SchemaFile[] {
  const files = Array.from(given, ({ path, contents }) => ({
    path: canonicalPath(path),
    bytes: typeof contents === "string" ? Buffer.from(contents, "utf8") : contents,
  }));
  if (files.length === 0) throw new SqlError("sql_no_files", "no file is given");
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw new SqlError("sql_path_duplicate", "two files have this path", { file: path });
    seen.add(path);
  }
  const settings = contentSettings(resolved);
  return naturalOrder(files.map(({ path }) => path)).map((index) => {
    const { path, bytes } = files[index] as (typeof files)[number];
    return schemaFile({ path, absolute: path, real: undefined }, processWhole(bytes, path, settings, false), bytes);
  });
}
