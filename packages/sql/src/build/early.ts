// Writes a script aside while its files are still being read by other threads: blocks in natural order as they come, the header last, when the hash is known. A guess
// that the build order is the natural one; where it is not, or anything else is unusual, what was written is thrown away and the script is written as always.
import { closeSync, openSync, rmSync, writeSync, writevSync } from "node:fs";
import type { Processed } from "../engine/process.ts";
import type { FoundFile } from "../input/find.ts";
import { headerText, separatorText } from "../script/frame.ts";
import type { Resolved } from "./options.ts";
import { asidePath, realOutput } from "./output.ts";
import type { Schema } from "./read-schema.ts";

/** Blocks are written in parts of this size: what is smaller costs system calls, what is larger keeps this thread from reading. */
const PART_BYTES: number = 1024 * 1024;
/** As long as a hash is. */
const SOME_HASH = `h1:${"0".repeat(64)}`;

export class EarlyOutput {
  readonly #resolved: Resolved;
  readonly #path: string;
  #files: readonly FoundFile[] = [];
  readonly #waiting = new Map<number, Processed>();
  /** Content hashes of what is written. */
  readonly #written: string[] = [];
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #position = 0;
  #fd: number | undefined;
  #over = false;

  private constructor(resolved: Resolved, path: string) {
    this.#resolved = resolved;
    this.#path = path;
  }

  /** undefined where there is nothing to guess: no output, or an order that the natural one is not. */
  static of(resolved: Resolved): EarlyOutput | undefined {
    const { output, order, twoPassForeignKeys } = resolved;
    if (output === undefined || order.length > 0 || twoPassForeignKeys) return undefined;
    const real = realOutput(output);
    return real === undefined ? undefined : new EarlyOutput(resolved, asidePath(real));
  }

  expect(files: readonly FoundFile[]): void {
    this.#files = files;
  }

  /** Never throws: what goes wrong here goes wrong again, and is told, when the script is written as always. */
  processed(index: number, processed: Processed): void {
    if (this.#over) return;
    const { contents, directives, problem } = processed;
    if (contents === undefined || problem !== undefined || directives.order !== 0 || directives.depends.length > 0) {
      this.discard();
      return;
    }
    this.#waiting.set(index, processed);
    try {
      for (let next = this.#waiting.get(this.#written.length); next !== undefined; next = this.#waiting.get(this.#written.length)) {
        this.#waiting.delete(this.#written.length);
        this.#block(this.#written.length, next);
      }
      if (this.#partBytes >= PART_BYTES) this.#flush();
    } catch {
      this.discard();
    }
  }

  #block(index: number, { contents, sha256 }: Processed): void {
    const { path } = this.#files[index] as FoundFile;
    const separator = Buffer.from(separatorText(this.#resolved.separator, path, sha256, index + 1, this.#files.length), "utf8");
    this.#parts.push(separator, contents as Uint8Array);
    this.#partBytes += separator.length + (contents as Uint8Array).length;
    this.#written.push(sha256);
  }

  #flush(): void {
    if (this.#fd === undefined) {
      this.#fd = openSync(this.#path, "wx");
      this.#position = this.#header(SOME_HASH).length;
    }
    // Less than all is a disk that is full: given up here, told when the script is written as always.
    if (writevSync(this.#fd, this.#parts, this.#position) !== this.#partBytes) throw new Error("short write");
    this.#position += this.#partBytes;
    this.#parts = [];
    this.#partBytes = 0;
  }

  #header(hash: string): Buffer {
    const { header, stamp } = this.#resolved;
    return Buffer.from(headerText(header, { files: this.#files.length, hash, ...(stamp === undefined ? {} : { stamp }) }), "utf8");
  }

  /** The path of the whole script, written aside and closed; undefined where the guess was wrong or nothing was written. */
  finish({ files, hash }: Schema, bytes: number): string | undefined {
    if (this.#over || this.#fd === undefined) return undefined;
    const guessed =
      files.length === this.#written.length && files.every(({ path, sha256 }, index) => path === this.#files[index]?.path && sha256 === this.#written[index]);
    try {
      if (guessed) {
        if (this.#partBytes > 0) this.#flush();
        const header = this.#header(hash);
        for (let done = 0; done < header.length; ) done += writeSync(this.#fd, header, done, header.length - done, done);
        if (this.#position === bytes) {
          closeSync(this.#fd);
          this.#fd = undefined;
          this.#over = true;
          return this.#path;
        }
      }
    } catch {
      // Told when it is written again.
    }
    this.discard();
    return undefined;
  }

  /** Removes what was written, unless it was handed over. */
  discard(): void {
    this.#over = true;
    this.#waiting.clear();
    this.#parts = [];
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#path, { force: true });
  }
}
