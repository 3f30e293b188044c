// A schema as the bytes of one script: header, separators, contents, in pieces. Contents that were not kept are read again. It writes nothing.
import { Budget, Slabs } from "../engine/memory.ts";
import { readAgain } from "../engine/read.ts";
import { headerText, separatorText } from "../script/frame.ts";
import type { Resolved } from "./options.ts";
import { contentSettings, type Schema } from "./read-schema.ts";

/** Text, or bytes that are valid until the next piece is asked for. */
export type Piece = Uint8Array | string;

/** A whole script, however it is made. */
export interface ScriptSource {
  /** Length of the whole script. */
  bytes(): number;
  /** @throws SqlError sql_file_changed, sql_file_unreadable where a file must be read again. */
  pieces(): Iterable<Piece>;
}

export class Script implements ScriptSource {
  readonly #schema: Schema;
  readonly #resolved: Resolved;
  readonly #header: string;
  #separators: readonly string[] | undefined;

  constructor(schema: Schema, resolved: Resolved) {
    this.#schema = schema;
    this.#resolved = resolved;
    const { files, hash } = schema;
    const { header, stamp } = resolved;
    this.#header = headerText(header, { files: files.length, hash, ...(stamp === undefined ? {} : { stamp }) });
  }

  header(): string {
    return this.#header;
  }

  /** Separator and contents of one file, where these were kept. */
  block(index: number): Buffer | undefined {
    const contents = this.#schema.files[index]?.contents;
    return contents === undefined ? undefined : Buffer.concat([Buffer.from(this.#separator(index), "utf8"), contents]);
  }

  #separator(index: number): string {
    const { files } = this.#schema;
    const { path, sha256 } = files[index] as (typeof files)[number];
    return separatorText(this.#resolved.separator, path, sha256, index + 1, files.length);
  }

  /** Made once for all files: they are counted, compared with the output, and written. */
  #all(): readonly string[] {
    this.#separators ??= Array.from(this.#schema.files, (_, index) => this.#separator(index));
    return this.#separators;
  }

  bytes(): number {
    let total = Buffer.byteLength(this.#header) + Buffer.byteLength(this.#all().join(""));
    for (const { bytes } of this.#schema.files) total += bytes;
    return total;
  }

  *pieces(): Generator<Piece, void, undefined> {
    yield this.#header;
    const slabs = new Slabs(new Budget(new Int32Array(1), 0), false);
    const separators = this.#all();
    const { files } = this.#schema;
    for (let index = 0; index < files.length; index++) {
      const file = files[index] as (typeof files)[number];
      yield separators[index] as string;
      if (file.contents !== undefined) yield file.contents;
      else yield* readAgain(file, file.begunWith ?? contentSettings(this.#resolved), slabs, file.sha256);
    }
  }
}
