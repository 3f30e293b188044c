// A schema as the bytes of one script: header, separators, contents, in pieces. Contents that were not kept are read again. It writes nothing.
import { Budget, Slabs } from "../engine/memory.ts";
import { readAgain } from "../engine/read.ts";
import { headerText, separatorText } from "../script/frame.ts";
import type { Resolved } from "./options.ts";
import { contentSettings, type Schema } from "./read-schema.ts";

/** Text, or bytes that are valid until the next piece is asked for. */
export type Piece = Uint8Array | string;

export class Script {
  readonly #schema: Schema;
  readonly #resolved: Resolved;
  readonly #header: string;
  readonly #separators: readonly string[];

  constructor(schema: Schema, resolved: Resolved) {
    this.#schema = schema;
    this.#resolved = resolved;
    const { files, hash } = schema;
    const { header, separator, stamp } = resolved;
    this.#header = headerText(header, { files: files.length, hash, ...(stamp === undefined ? {} : { stamp }) });
    this.#separators = files.map(({ path, sha256 }, index) => separatorText(separator, path, sha256, index + 1, files.length));
  }

  /** Length of the whole script. */
  bytes(): number {
    let total = Buffer.byteLength(this.#header);
    for (const separator of this.#separators) total += Buffer.byteLength(separator);
    for (const { bytes } of this.#schema.files) total += bytes;
    return total;
  }

  /** @throws SqlError sql_file_changed, sql_file_unreadable where a file must be read again. */
  *pieces(): Generator<Piece, void, undefined> {
    yield this.#header;
    const slabs = new Slabs(new Budget(new Int32Array(1), 0), false);
    for (const [index, file] of this.#schema.files.entries()) {
      yield this.#separators[index] as string;
      if (file.contents !== undefined) yield file.contents;
      else yield* readAgain(file, file.begunWith ?? contentSettings(this.#resolved), slabs, file.sha256);
    }
  }
}
