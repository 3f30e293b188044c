// A file that a command writes: beside its name until it is whole, when it gets its name, so that nobody meets half of it and an older one stays until then.
// Knows nothing of what is written, but that it must not be what the command reads.

// node:fs makes its promises when they are first asked for, which takes two milliseconds: a command that writes no such file need not wait for them.
import { fstatSync, promises, rmSync, type Stats, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { CliError, EXIT_INTERRUPTED, EXIT_TERMINATED } from "./exit.ts";

const MODE_BITS = 0o7777;
const STDIN = 0;
/** Tells two files of one process apart that get the same name. */
let counter = 0;
/** Files beside their names that are not whole. */
const asides = new Set<string>();

/** Whatever ends the program before a file is whole takes it away. */
function removeAsides(): void {
  for (const part of asides) rmSync(part, { force: true });
}

/** A signal's own end would leave the files. Whoever listens too ends the command in order, and discards them. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) process.exit(signal === "SIGINT" ? EXIT_INTERRUPTED : EXIT_TERMINATED);
}

function hold(part: string): void {
  if (asides.size === 0) {
    process.on("exit", removeAsides);
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  }
  asides.add(part);
}

function letGo(part: string): void {
  if (!asides.delete(part) || asides.size > 0) return;
  process.off("exit", removeAsides);
  process.off("SIGINT", onSignal);
  process.off("SIGTERM", onSignal);
}

export class WholeFile {
  /** What the file is to the user, for messages: "the report out.html". */
  readonly #what: string;
  readonly #file: FileHandle;
  /** Undefined: written to as it is. */
  readonly #aside: { readonly part: string; readonly target: string } | undefined;

  private constructor(what: string, file: FileHandle, aside?: { readonly part: string; readonly target: string }) {
    this.#what = what;
    this.#file = file;
    this.#aside = aside;
  }

  /**
   * Opened before the work, so that a place that cannot be written to is said then.
   * @param inputs files that the command reads, "-" for standard input: none of them is replaced. Only looked at where the name is a file's.
   * @throws CliError
   */
  static async open(path: string, what: string, inputs: Iterable<string> = []): Promise<WholeFile> {
    const existing = await checkTarget(path, what, inputs);
    // Through a link: the file it names is replaced, not the link.
    let target = path;
    let part = "";
    try {
      // A device or pipe: renaming would put a file in its place.
      if (existing?.isFile() === false) return new WholeFile(what, await promises.open(path, "w"));
      if (existing !== undefined) target = await promises.realpath(path);
      let file: FileHandle | undefined;
      while (file === undefined) {
        part = `${target}.${process.pid}-${counter++}.part`;
        file = await promises.open(part, "wx").catch(ifNot("EEXIST"));
      }
      hold(part);
      // A file system without modes has none to keep.
      if (existing !== undefined) await file.chmod(existing.mode & MODE_BITS).catch(() => {});
      return new WholeFile(what, file, { part, target });
    } catch (error) {
      throw failed(what, error, part, target);
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
      if (this.#aside === undefined) return;
      await promises.rename(this.#aside.part, this.#aside.target);
      letGo(this.#aside.part);
    } catch (error) {
      throw failed(this.#what, error, this.#aside?.part, this.#aside?.target);
    }
  }

  /** Nothing is left of what was written to a file. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => {});
    if (this.#aside === undefined) return;
    rmSync(this.#aside.part, { force: true });
    letGo(this.#aside.part);
  }
}

/** Writes a file that is whole in memory. @throws CliError */
export async function writeWhole(path: string, what: string, data: string | Uint8Array, inputs: Iterable<string> = []): Promise<void> {
  const file = await WholeFile.open(path, what, inputs);
  try {
    await file.write(data);
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** What is at the name now. @throws CliError for a folder, and for a file that the command reads. */
export async function checkTarget(path: string, what: string, inputs: Iterable<string>): Promise<Stats | undefined> {
  try {
    const existing = await promises.stat(path).catch(ifNot("ENOENT"));
    if (existing?.isDirectory()) throw new Error("it is a folder");
    const input = existing?.isFile() ? inputOf(existing, inputs) : undefined;
    if (input !== undefined) throw new Error(`it is the same file as ${input === "-" ? "stdin" : input}, which is read; give another name`);
    return existing;
  } catch (error) {
    throw failed(what, error);
  }
}

/** Links and other names of the same file count. */
function inputOf({ dev, ino }: Stats, inputs: Iterable<string>): string | undefined {
  for (const input of inputs) {
    try {
      const stats = input === "-" ? fstatSync(STDIN) : statSync(input);
      if (stats.dev === dev && stats.ino === ino) return input;
    } catch {
      // Whoever reads it says why it cannot be read.
    }
  }
  return undefined;
}

function ifNot(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

/** With the name that the user gave, and not the one it has for now. */
function failed(what: string, error: unknown, part?: string, target?: string): CliError {
  const { message } = error as Error;
  const shown = part === undefined || target === undefined || part === "" ? message : message.replaceAll(part, target);
  return new CliError(`${what} could not be written: ${shown}`, undefined, { cause: error });
}
