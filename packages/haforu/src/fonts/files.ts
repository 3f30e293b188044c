// Font files: a path in, the file's bytes in memory that the caller gives. Only regular files of a bounded size are
// read, none outside the base folder where one is set, and a later change of a file is noticed. Node only.
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { LIMITS } from "@haforu/engine";
import type { FontIdentity, FontRefusal, FontRefusalCode, FontSource, PlaceFont } from "./source.ts";

export interface FontFilesOptions {
  /** Fonts must lie under this folder after links are resolved; relative paths start there. Default: no limit. */
  readonly baseDir?: string;
}

/** O_NONBLOCK: opening a fifo must not wait for a writer. It changes nothing for regular files. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

export class FontFiles implements FontSource {
  readonly #baseDir: string | undefined;
  readonly #realBaseDir: string | undefined;

  /** @throws the file system's error when `baseDir` is not there. */
  constructor(options: FontFilesOptions = {}) {
    if (options.baseDir === undefined) return;
    this.#baseDir = resolve(options.baseDir);
    this.#realBaseDir = realpathSync(this.#baseDir);
  }

  read(path: string, place: PlaceFont): FontIdentity | FontRefusal {
    try {
      const allowed = this.#allowed(path);
      if (typeof allowed !== "string") return allowed;
      // Looked at before it is opened: opening a device may act on it.
      const problem = problemOf(statSync(allowed, { bigint: true }));
      return problem ?? readFile(allowed, place);
    } catch (error) {
      return refusalOf(error);
    }
  }

  unchanged(path: string, identity: FontIdentity): boolean {
    try {
      const allowed = this.#allowed(path);
      return typeof allowed === "string" && identityOf(statSync(allowed, { bigint: true })) === identity;
    } catch {
      // Gone or no longer to be reached: reading it again says what is wrong.
      return false;
    }
  }

  /** The path to open, or why it may not be opened. */
  #allowed(path: string): string | FontRefusal {
    if (this.#baseDir === undefined || this.#realBaseDir === undefined) return path;
    const absolute = resolve(this.#baseDir, path);
    const forbidden = refuse("path_forbidden", this.#baseDir);
    try {
      const real = realpathSync(absolute);
      return isUnder(real, this.#realBaseDir) ? real : forbidden;
    } catch (error) {
      // What is missing outside the folder is forbidden, not missing: nobody learns what lies there.
      const inside = isUnder(absolute, this.#baseDir) || isUnder(absolute, this.#realBaseDir);
      return inside ? refusalOf(error) : forbidden;
    }
  }
}

function readFile(path: string, place: PlaceFont): FontIdentity | FontRefusal {
  const file = openSync(path, OPEN_FLAGS);
  try {
    const stats = fstatSync(file, { bigint: true });
    const problem = problemOf(stats);
    if (problem !== undefined) return problem;
    const bytes = Number(stats.size);
    const target = place(bytes);
    if (target === undefined) return refuse("out_of_memory", `no room for ${bytes} bytes of it`);
    for (let done = 0; done < bytes; ) {
      const read = readSync(file, target, done, bytes - done, done);
      if (read === 0) return refuse("font_unreadable", `it became shorter while it was read (${done} of ${bytes} bytes)`);
      done += read;
    }
    return identityOf(stats);
  } finally {
    closeSync(file);
  }
}

/** What of a file changes when its bytes do: the time of the last change of state tells even a restored mtime. */
function identityOf(stats: BigIntStats): FontIdentity {
  return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Whether `path` is in `folder`: /a/fonts is not in /a/fon. */
function isUnder(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function problemOf(stats: BigIntStats): FontRefusal | undefined {
  if (!stats.isFile()) return refuse("font_unreadable", `it is ${kindOf(stats)}, not a regular file`);
  if (stats.size > BigInt(LIMITS.fontBytes)) {
    return refuse("font_too_large", `it has ${stats.size} bytes`);
  }
  return undefined;
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a fifo";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/** The file system's errors in the contract's codes. */
function refusalOf(error: unknown): FontRefusal {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOENT") return refuse("font_not_found", "");
  if (code === "ENOTDIR") return refuse("font_not_found", "a part of the path is not a directory");
  if (code === "EACCES" || code === "EPERM") return refuse("font_unreadable", "permission denied");
  if (code === "ERR_INVALID_ARG_VALUE") return refuse("font_unreadable", "the path holds a NUL character");
  if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError || code === "") throw error;
  return refuse("font_unreadable", (error as Error).message);
}

function refuse(code: FontRefusalCode, detail: string): FontRefusal {
  return { code, detail };
}
