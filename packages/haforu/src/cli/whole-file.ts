// A file that a command writes: as FILE.part until it is whole, when it gets its name, so that nobody meets half of it and an older one stays until then.
// Knows nothing of what is written.

// node:fs makes its promises when they are first asked for, which takes two milliseconds: a command that writes no such file need not wait for them.
import { promises, rmSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { CliError } from "./exit.ts";

const MODE_BITS = 0o7777;

export class WholeFile {
  /** What the file is to the user, for messages: "the report out.html". */
  readonly #what: string;
  readonly #file: FileHandle;
  /** Undefined: written to as it is. */
  readonly #aside: { readonly part: string; readonly target: string } | undefined;
  /** Whatever ends the program before the file is whole; a signal's own end leaves FILE.part. */
  readonly #remove = (): void => {
    if (this.#aside !== undefined) rmSync(this.#aside.part, { force: true });
  };

  private constructor(what: string, file: FileHandle, aside?: { readonly part: string; readonly target: string }) {
    this.#what = what;
    this.#file = file;
    this.#aside = aside;
    process.once("exit", this.#remove);
  }

  /** Opened before the work, so that a place that cannot be written to is said then. @throws CliError */
  static async open(path: string, what: string): Promise<WholeFile> {
    try {
      const existing = await promises.stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (existing?.isDirectory()) throw new Error("it is a folder");
      // A device or pipe: renaming would put a file in its place.
      if (existing?.isFile() === false) return new WholeFile(what, await promises.open(path, "w"));
      // Through a link: the file it names is replaced, not the link.
      const target = existing === undefined ? path : await promises.realpath(path);
      const part = `${target}.part`;
      const file = await promises.open(part, "w");
      if (existing !== undefined) await file.chmod(existing.mode & MODE_BITS);
      return new WholeFile(what, file, { part, target });
    } catch (error) {
      throw failed(what, error);
    }
  }

  /** @throws CliError: the disk is full, say. */
  async write(piece: string | Uint8Array): Promise<void> {
    await this.#file.writeFile(piece).catch((error: unknown) => {
      throw failed(this.#what, error);
    });
  }

  /** The file has its name after this. @throws CliError */
  async finish(): Promise<void> {
    try {
      await this.#file.close();
      if (this.#aside !== undefined) await promises.rename(this.#aside.part, this.#aside.target);
      process.off("exit", this.#remove);
    } catch (error) {
      throw failed(this.#what, error);
    }
  }

  /** Nothing is left of what was written to a file. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    this.#remove();
    process.off("exit", this.#remove);
  }
}

/** Writes a file that is whole in memory. @throws CliError */
export async function writeWhole(path: string, what: string, data: string | Uint8Array): Promise<void> {
  const file = await WholeFile.open(path, what);
  try {
    await file.write(data);
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

const failed = (what: string, error: unknown): CliError =>
  new CliError(`${what} could not be written: ${(error as Error).message}`, undefined, { cause: error });
