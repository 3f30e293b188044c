// Builds again what was built before, reading only the files that changed. Told of changes by its caller; it watches nothing itself.
import { type SchemaBuild, writeSchema } from "../build/build.ts";
import { type BuildOptions, type Resolved, resolveOptions } from "../build/options.ts";
import { arranged, type Collected, collect, contentSettings, type Schema, type SchemaFile, schemaFile } from "../build/read-schema.ts";
import { Budget, KEPT_BYTES, Slabs } from "../engine/memory.ts";
import { readAndProcess } from "../engine/read.ts";
import { type FoundFile, findFiles } from "../input/find.ts";
import { Spliced } from "./spliced.ts";

/** What changed since the last build, as absolute paths. */
export interface Changes {
  /** Files whose contents changed. */
  readonly changed: ReadonlySet<string>;
  /** Files came or went, or folders: the inputs are looked through again. */
  readonly structure: boolean;
}

export class Rebuild {
  readonly #resolved: Resolved;
  #collected: Collected | undefined;
  /** Where each path stands among the files collected, as long as these are the same. */
  #places: Map<string, number> | undefined;
  #script: Spliced | undefined;
  #schema: Schema | undefined;
  /** What must be read although nobody said that it changed: a build before failed on the way. */
  readonly #pending = new Set<string>();

  private constructor(resolved: Resolved) {
    this.#resolved = resolved;
  }

  /** @throws SqlError for options and configuration. */
  static async open(options: BuildOptions): Promise<Rebuild> {
    return new Rebuild(await resolveOptions(options));
  }

  /** Absolute folders and files whose changes matter, the configuration among them; the root where the inputs cannot be looked through yet. */
  async watched(): Promise<string[]> {
    const { config, root } = this.#resolved;
    const inputs = this.#collected?.watched ?? (await this.#inputs()) ?? [root];
    return [...inputs, ...(config === undefined ? [] : [config.path])];
  }

  async #inputs(): Promise<readonly string[] | undefined> {
    try {
      return (await findFiles(this.#resolved)).watched;
    } catch {
      // The build that follows says what is wrong.
      return undefined;
    }
  }

  configuration(): string | undefined {
    return this.#resolved.config?.path;
  }

  /** Absolute path of what is written: its changes are our own. */
  output(): string | undefined {
    return this.#resolved.output;
  }

  /** Everything. @throws as buildSchema; the next {@link update} then reads everything again. */
  async full(): Promise<SchemaBuild> {
    this.#collected = undefined;
    this.#places = undefined;
    this.#collected = await collect(this.#resolved, true);
    return this.#write(this.#collected);
  }

  /** The same result as {@link full} would give, when the changes are all that there were. @throws as buildSchema. */
  async update(changes: Changes): Promise<SchemaBuild> {
    if (this.#collected === undefined) return this.full();
    const before = this.#collected;
    for (const path of changes.changed) this.#pending.add(path);
    const found = changes.structure ? await findFiles(this.#resolved) : undefined;
    const settings = contentSettings(this.#resolved);
    // Each file in memory of its own: a version goes when the next one takes its place.
    const slabs = new Slabs(new Budget(new Int32Array(1), KEPT_BYTES), false, 0);
    const read = (file: FoundFile): SchemaFile => schemaFile(file, readAndProcess(file, settings, slabs, true));
    const files = found === undefined ? before.files.slice() : [];
    if (found === undefined) for (const index of this.#touched(before)) files[index] = read(files[index] as SchemaFile);
    else {
      const known = new Map(before.files.map((file) => [file.absolute, file]));
      for (const file of found.files) {
        const old = known.get(file.absolute);
        const touched = this.#pending.has(file.absolute) || (file.real !== undefined && this.#pending.has(file.real));
        files.push(old !== undefined && !touched ? old : read(file));
      }
      this.#places = undefined;
    }
    this.#pending.clear();
    const { warnings, watched } = found ?? before;
    this.#collected = { files, engine: before.engine, warnings, watched };
    return this.#write(this.#collected);
  }

  /** Indices of the files that must be read, in natural order: the first error counts. */
  #touched({ files }: Collected): number[] {
    // Made once: asking a thousand files for one path takes longer than reading it.
    if (this.#places === undefined) {
      this.#places = new Map();
      for (const [index, { absolute, real }] of files.entries()) {
        this.#places.set(absolute, index);
        if (real !== undefined) this.#places.set(real, index);
      }
    }
    const indices = new Set<number>();
    for (const path of this.#pending) {
      const index = this.#places.get(path);
      if (index !== undefined) indices.add(index);
    }
    return [...indices].sort((a, b) => a - b);
  }

  async #write(collected: Collected): Promise<SchemaBuild> {
    const schema = await arranged(this.#resolved, collected, this.#schema);
    this.#schema = schema;
    // Foreign keys that move change other files' contents: then the script is made anew.
    this.#script = this.#resolved.twoPassForeignKeys ? undefined : Spliced.of(schema, this.#resolved, this.#script);
    return writeSchema(schema, this.#resolved, this.#script);
  }
}
