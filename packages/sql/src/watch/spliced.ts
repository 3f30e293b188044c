// A script of which most is as it was: the bytes of the last one, with the blocks (separator and contents) of changed files put in. For rebuilds; where it does not
// apply, the caller makes the script anew, which gives the same bytes.
import type { Resolved } from "../build/options.ts";
import type { Schema, SchemaFile } from "../build/read-schema.ts";
import { type Piece, Script, type ScriptSource } from "../build/script.ts";

/** A larger script is written from its files each time: holding it whole would double the memory. */
const HELD_BYTES: number = 64 * 1024 * 1024;
/** What in a separator depends on more than its own file. */
const RELATIVE = /\{(?:number|files)\}/;

export class Spliced implements ScriptSource {
  readonly #files: readonly SchemaFile[];
  /** Where each file's block begins; at the end, where the script ends. */
  readonly #starts: Float64Array;
  readonly #whole: Buffer;

  private constructor(files: readonly SchemaFile[], starts: Float64Array, whole: Buffer) {
    this.#files = files;
    this.#starts = starts;
    this.#whole = whole;
  }

  /** undefined where the script is too large, contents were not kept, or a separator tells of other files. */
  static of(schema: Schema, resolved: Resolved, before: Spliced | undefined): Spliced | undefined {
    const { separator } = resolved;
    if (typeof separator === "string" && RELATIVE.test(separator)) return undefined;
    const script = new Script(schema, resolved);
    const { files } = schema;
    const changed = (before === undefined ? undefined : before.#changed(files)) ?? files.map((_, index) => index);
    const blocks = changed.map((index) => script.block(index));
    if (blocks.some((block) => block === undefined)) return undefined;
    const header = Buffer.from(script.header(), "utf8");
    const starts = new Float64Array(files.length + 1);
    let next = 0;
    starts[0] = header.length;
    for (let index = 0; index < files.length; index++) {
      const isChanged = changed[next] === index;
      const length = isChanged ? (blocks[next] as Buffer).length : (before as Spliced).#length(index);
      if (isChanged) next++;
      starts[index + 1] = (starts[index] as number) + length;
    }
    const bytes = starts[files.length] as number;
    if (bytes > HELD_BYTES) return undefined;
    const parts: Buffer[] = [header];
    let from = 0;
    for (const [i, index] of changed.entries()) {
      if (index > from) parts.push((before as Spliced).#slice(from, index));
      parts.push(blocks[i] as Buffer);
      from = index + 1;
    }
    if (from < files.length) parts.push((before as Spliced).#slice(from, files.length));
    return new Spliced(files, starts, Buffer.concat(parts, bytes));
  }

  /** Indices of files that are not as they were; undefined where others stand at their places. */
  #changed(files: readonly SchemaFile[]): number[] | undefined {
    if (files.length !== this.#files.length) return undefined;
    const changed: number[] = [];
    for (let index = 0; index < files.length; index++) {
      const [now, old] = [files[index] as SchemaFile, this.#files[index] as SchemaFile];
      if (now === old) continue;
      if (now.path !== old.path) return undefined;
      changed.push(index);
    }
    return changed;
  }

  #length(index: number): number {
    return (this.#starts[index + 1] as number) - (this.#starts[index] as number);
  }

  #slice(from: number, to: number): Buffer {
    return this.#whole.subarray(this.#starts[from], this.#starts[to]);
  }

  bytes(): number {
    return this.#whole.length;
  }

  *pieces(): Generator<Piece, void, undefined> {
    yield this.#whole;
  }
}
