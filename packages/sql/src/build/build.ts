// The calls of this package: build a schema, hash it, list it. Options in, a record out; the stages are the other files'.

import type { MovedForeignKey } from "../check/two-pass.ts";
import type { EngineReport } from "../engine/choose.ts";
import { type Progress, Turns } from "../engine/control.ts";
import type { Manifest, ManifestFile } from "../hash/manifest.ts";
import type { SqlWarning } from "../warnings.ts";
import { EarlyOutput } from "./early.ts";
import { type BuildOptions, type Resolved, resolveOptions, type SchemaOptions } from "./options.ts";
import { gathered, Output } from "./output.ts";
import { type FileOmission, manifestOf, omissionsOf, readSchema, type Schema } from "./read-schema.ts";
import { Script, type ScriptSource } from "./script.ts";
import type { TwoPassed } from "./two-pass.ts";

export interface SchemaHash {
  /** "h1:" and 64 hexadecimal digits: docs/sql.md defines it. */
  readonly hash: string;
  /** In build order, with each file's content hash and size. */
  readonly files: readonly ManifestFile[];
  readonly manifest: Manifest;
  /** What --schema-only left out. */
  readonly omissions: readonly FileOmission[];
  /** What --two-pass-fk moved to the end. */
  readonly movedForeignKeys: readonly MovedForeignKey[];
  /** Which engine ran, and why. */
  readonly engine: EngineReport;
  readonly warnings: readonly SqlWarning[];
}

export interface SchemaBuild extends SchemaHash {
  /** Length of the script. */
  readonly bytes: number;
  /** What was done with the output, where there is one. */
  readonly output?: { readonly path: string; readonly done: "written" | "unchanged" };
  /**
   * The script in pieces, the small ones gathered. A piece is valid until the next one is asked for; may be called again.
   * Files that did not fit the memory for contents are read once more. @throws SqlError sql_file_changed where one is not what was hashed.
   */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * Reads the files, gives the script and its hash, and writes the script where `output` says so: aside, then renamed; unchanged bytes are not written.
 * The event loop gets a turn every 40 ms.
 * @throws SqlError for the input, the options and the output (code, place); the signal's reason when it is aborted, with the old output as it was.
 */
export async function buildSchema(options: BuildOptions): Promise<SchemaBuild> {
  const resolved = await resolveOptions(options);
  const early = EarlyOutput.of(resolved);
  try {
    return await writeSchema(await readSchema(resolved, true, early), resolved, undefined, early);
  } finally {
    early?.discard();
  }
}

/** The version hash alone: memory for contents is not needed. @throws as buildSchema. */
export async function hashSchema(options: SchemaOptions): Promise<SchemaHash> {
  const resolved = await resolveOptions(options);
  return hashOf(await passed(await readSchema(resolved, resolved.twoPassForeignKeys), resolved), resolved);
}

/** @internal Writes a schema that is read; `made`: its script, where the caller has it; `early`: what was written of it already. */
export async function writeSchema(read: Schema, resolved: Resolved, made?: ScriptSource, early?: EarlyOutput): Promise<SchemaBuild> {
  const schema = await passed(read, resolved);
  const script = made ?? new Script(schema, resolved);
  const bytes = script.bytes();
  const { control, output: path } = resolved;
  let output: SchemaBuild["output"];
  if (path !== undefined) {
    const turns = new Turns(control);
    let written = 0;
    const told = async (count: number): Promise<void> => {
      written += count;
      const progress: Progress = { stage: "write", done: schema.files.length, total: schema.files.length, bytes: written };
      if (turns.due()) await turns.take(progress);
    };
    output = { path, done: await new Output(path, told).write(() => script.pieces(), bytes, early?.finish(schema, bytes)) };
  }
  return {
    ...hashOf(schema, resolved),
    bytes,
    ...(output === undefined ? {} : { output }),
    async *chunks() {
      for (const piece of gathered(script.pieces())) {
        control.signal?.throwIfAborted();
        yield piece;
      }
    },
  };
}

/** @internal In two passes where these are asked for. What reads statements for them is as large as all the rest, and loaded then. */
export async function passed(schema: Schema, resolved: Resolved): Promise<TwoPassed> {
  if (!resolved.twoPassForeignKeys) return { ...schema, moved: [] };
  return (await import("./two-pass.ts")).inTwoPasses(schema, resolved);
}

function hashOf(schema: TwoPassed, resolved: Resolved): SchemaHash {
  const manifest = manifestOf(schema, resolved);
  return {
    hash: schema.hash,
    files: manifest.files,
    manifest,
    omissions: omissionsOf(schema),
    movedForeignKeys: schema.moved,
    engine: schema.engine,
    warnings: schema.warnings,
  };
}
