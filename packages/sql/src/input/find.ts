// Which files are part of a build: walks the inputs (folders, files, patterns), follows each symbolic link once, applies include and exclude.
// Gives canonical paths with their places on the disk, in natural order, and warnings. It reads no file.
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { SqlError } from "../errors.ts";
import type { SqlWarning } from "../warnings.ts";
import { naturalOrder } from "./order-key.ts";
import { canonicalPath, pathBelow } from "./path.ts";
import { baseOf, globOf, isPattern, type Matcher, matcherOf, plain } from "./patterns.ts";

/** Most files of a build: a link to "/" ends here and not when the disk has been walked. */
export const FILES_LIMIT = 1_000_000;

export interface FoundFile {
  /** Canonical: relative to the root, "/", NFC. */
  readonly path: string;
  /** As the file system knows it. */
  readonly absolute: string;
  /** Without links, where that is another path: changes are told of under it. */
  readonly real: string | undefined;
}

export interface FindOptions {
  /** Absolute. */
  readonly root: string;
  /** Folders, files and patterns, relative to the root or absolute. */
  readonly inputs: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Absolute path of the file that will be written, which is never part of its own input. */
  readonly output: string | undefined;
}

export interface Found {
  readonly files: readonly FoundFile[];
  readonly warnings: readonly SqlWarning[];
  /** Absolute folders and files that a watcher has to watch. */
  readonly watched: readonly string[];
}

interface Index {
  readonly byPath: Map<string, FoundFile>;
  readonly byReal: Map<string, FoundFile>;
}

/** One input on its way: which files it takes, and which folders it has been in. */
interface Walk {
  readonly takes: Matcher;
  readonly visited: Set<string>;
}

interface Link {
  readonly walk: Walk;
  readonly path: string;
  readonly absolute: string;
}

/** @throws SqlError sql_file_unreadable, sql_path_invalid, sql_path_duplicate, sql_no_files. */
export async function findFiles(options: FindOptions): Promise<Found> {
  const finder = new Finder(options, await matcherOf(options.exclude, "exclude"));
  const included = await matcherOf(options.include, "include");
  for (const input of options.inputs) await finder.addInput(input, included);
  finder.followLinks();
  return finder.finish();
}

class Finder {
  readonly #root: string;
  readonly #output: string | undefined;
  readonly #excluded: Matcher;
  readonly #inputs: readonly string[];
  readonly #found: FoundFile[] = [];
  /** What is found, by path and by real path: made when something can be found twice. In one folder without links nothing is, but for Unicode's forms of a name. */
  #index: Index | undefined;
  readonly #links: Link[] = [];
  readonly #warnings: SqlWarning[] = [];
  readonly #watched = new Set<string>();

  constructor(options: FindOptions, excluded: Matcher) {
    this.#root = options.root;
    this.#output = options.output;
    this.#inputs = options.inputs;
    this.#excluded = excluded;
    if (options.inputs.length > 1) this.#indexed();
  }

  #indexed(): Index {
    if (this.#index === undefined) {
      this.#index = { byPath: new Map(), byReal: new Map() };
      for (const file of this.#found) this.#enter(file);
    }
    return this.#index;
  }

  #enter(file: FoundFile): void {
    this.#index?.byPath.set(file.path, file);
    this.#index?.byReal.set(file.real ?? file.absolute, file);
  }

  async addInput(input: string, included: Matcher): Promise<void> {
    const absolute = resolve(this.#root, input);
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (stats === undefined && isPattern(input)) return this.#addPattern(input);
    if (stats === undefined) throw unreadable(input, "there is no such file or folder");
    this.#watched.add(absolute);
    if (stats.isDirectory()) this.#walk({ takes: included, visited: new Set() }, absolute, realpathSync(absolute), folderPath(this.#root, absolute));
    else this.#take(pathBelow(this.#root, absolute), absolute, realpathSync(absolute), stats);
  }

  async #addPattern(input: string): Promise<void> {
    const pattern = plain(input.startsWith("/") ? folderPath(this.#root, input) : input);
    const base = baseOf(pattern);
    const absolute = resolve(this.#root, base);
    const before = this.#found.length + this.#links.length;
    if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true) {
      this.#watched.add(absolute);
      // Below the base, since no pattern matches the ".." that may lead to it.
      const below = base === "" ? 0 : base.length + 1;
      const matches = await globOf(pattern.slice(below));
      const takes = (path: string): boolean => matches(path.slice(below));
      this.#walk({ takes, visited: new Set() }, absolute, realpathSync(absolute), base);
    }
    if (this.#found.length + this.#links.length === before)
      this.#warnings.push({ code: "input_unmatched", message: `the input "${input}" matches no file that is not already part of the build`, file: input });
  }

  /** Everything below a folder that is no link; links wait until all that is reached without them is known. */
  #walk(walk: Walk, absolute: string, real: string, path: string): void {
    const waiting = [{ absolute, real, path }];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      if (walk.visited.has(folder.real)) continue;
      walk.visited.add(folder.real);
      for (const entry of entriesOf(folder.absolute, folder.path)) {
        const { name } = entry;
        // Hidden files are editors' and version control's; who wants one names it as an input.
        if (name.startsWith(".")) continue;
        const below = folder.path === "" ? name : `${folder.path}/${name}`;
        if (entry.isDirectory()) {
          if (!this.#excluded(below)) waiting.push({ absolute: join(folder.absolute, name), real: join(folder.real, name), path: below });
        } else if (entry.isSymbolicLink()) this.#links.push({ walk, path: below, absolute: folder.absolute + sep + name });
        else if (walk.takes(below) && !this.#excluded(below)) {
          const file = folder.absolute + sep + name;
          if (!entry.isFile()) throw notRegular(below);
          // What is reached by ".." may lie below the root after all.
          const path = below.startsWith("../") ? pathBelow(this.#root, file) : canonicalPath(below);
          if (path !== below) this.#indexed();
          this.#take(path, file, folder.real === folder.absolute ? file : folder.real + sep + name);
        }
      }
    }
  }

  #take(path: string, absolute: string, real: string, stats?: Stats): void {
    if (stats !== undefined && !stats.isFile()) throw notRegular(path);
    if (this.#excluded(path)) return;
    if (absolute === this.#output || real === this.#output) {
      this.#warnings.push({ code: "output_among_inputs", message: `${path} is the output of this build and is not taken as its input`, file: path });
      return;
    }
    if (this.#index !== undefined) {
      const before = this.#index.byReal.get(real);
      if (before !== undefined) {
        if (before.path !== path) this.#skipLink(path, `it is ${before.path}, which is already part of the build`);
        return;
      }
      const other = this.#index.byPath.get(path);
      if (other !== undefined)
        throw new SqlError(
          "sql_path_duplicate",
          `two files have this path after Unicode normalisation (NFC): ${shown(other.absolute)} and ${shown(absolute)}; rename one`,
          { file: path },
        );
    }
    if (this.#found.length === FILES_LIMIT) throw new SqlError("sql_file_too_large", `more than ${FILES_LIMIT} files match; name fewer folders in inputs`);
    const file = { path, absolute, real: real === absolute ? undefined : real };
    this.#found.push(file);
    this.#enter(file);
  }

  /** In natural order, so that which of several paths of a file counts does not depend on the order of a folder's entries. Links found meanwhile come after. */
  followLinks(): void {
    if (this.#links.length > 0) this.#indexed();
    while (this.#links.length > 0) {
      const links = this.#links.splice(0);
      const order = naturalOrder(links.map(({ path }) => path));
      for (const index of order) this.#follow(links[index] as Link);
    }
  }

  #follow({ walk, path, absolute }: Link): void {
    if (this.#excluded(path)) return;
    let real: string;
    let stats: Stats;
    try {
      real = realpathSync(absolute);
      stats = statSync(real);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === "ELOOP" ? "the link leads back to itself" : "the link leads nowhere";
      if (walk.takes(path)) throw unreadable(path, why);
      this.#warnings.push({ code: "link_broken", message: `${path} is skipped: ${why}`, file: path });
      return;
    }
    if (stats.isDirectory()) {
      if (walk.visited.has(real)) this.#skipLink(path, "the folder it leads to is already part of the build");
      else {
        this.#watched.add(real);
        this.#walk(walk, absolute, real, path);
      }
    } else if (walk.takes(path)) {
      this.#watched.add(real);
      this.#take(canonicalPath(path), absolute, real, stats);
    }
  }

  #skipLink(path: string, why: string): void {
    this.#warnings.push({ code: "link_skipped", message: `${path} is skipped: ${why}`, file: path });
  }

  finish(): Found {
    const found = this.#found;
    if (found.length === 0) throw new SqlError("sql_no_files", `no file matches: looked in ${this.#inputs.map(shown).join(", ")} below ${this.#root}`);
    const files = naturalOrder(found.map(({ path }) => path)).map((index) => found[index] as FoundFile);
    return { files, warnings: this.#warnings, watched: [...this.#watched] };
  }
}

function folderPath(root: string, absolute: string): string {
  return absolute === root ? "" : pathBelow(root, absolute);
}

function entriesOf(absolute: string, path: string): Dirent[] {
  try {
    return readdirSync(absolute, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path === "" ? "." : path, (error as Error).message, error);
  }
}

function shown(path: string): string {
  return JSON.stringify(path);
}

function notRegular(path: string): SqlError {
  return unreadable(path, "it is not a regular file (a pipe, a socket or a device)");
}

function unreadable(file: string, why: string, cause?: unknown): SqlError {
  return new SqlError("sql_file_unreadable", `cannot be read: ${why}`, { file }, cause === undefined ? undefined : { cause });
}
