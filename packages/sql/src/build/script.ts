// A schema as the bytes of one script: header, separators, contents, in pieces. Contents that were not kept are read again. It writes nothing.
import { Budget, Slabs } from "../engine/memory.ts";
import { readAgain } from "../engine/read.ts";
import { headerText, separatorText } from "../script/frame.ts";
import type { Resolved } from "./options.ts";
import { contentSettings, type Schema } from "./read-schema.ts";

export class Script {
  readonly #schema: Schema;
  readonly #resolved: Resolved;
  readonly #header: Buffer;

  constructor(schema: Schema, resolved: Resolved) {
    this.#schema = schema;
    this.#resolved = resolved;
    const { files, hash } = schema;
    const facts = { files: files.length, hash, ...(resolved.stamp === undefined ? {} : { stamp: resolved.stamp }) };
    this.#header = Buffer.from(headerText(resolved.header, facts));
  }

  /** Length of the whole script. */
  bytes(): number {
    const { separator } = this.#resolved;
    const { files } = this.#schema;
    let total = this.#header.length;
    for (const [index, { path, sha256, bytes }] of files.entries())
      total += bytes + Buffer.byteLength(separatorText(separator, path, sha256, index + 1, files.length));
    return total;
  }

  /** A piece is valid until the next one is asked for. @throws SqlError sql_file_changed, sql_file_unreadable where a file must be read again. */
  *pieces(): Generator<Uint8Array, void, undefined> {
    const { separator } = this.#resolved;
    const { files } = this.#schema;
    yield this.#header;
    const slabs = new Slabs(new Budget(new Int32Array(1), 0), false);
    for (const [index, file] of files.entries()) {
      const between = separatorText(separator, file.path, file.sha256, index + 1, files.length);
      if (between !== "") yield Buffer.from(between, "utf8");
      if (file.contents !== undefined) yield file.contents;
      else yield* readAgain(file, file.begunWith ?? contentSettings(this.#resolved), slabs, file.sha256);
    }
  }
}
