// Which files are compared: two paths in, pairs of font files out, and files that only one side has. Two directories are matched by the files' paths within them; a file
// whose path is not on the other side, by its name without the ending where just one file on each side has that.
import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { callError, HaforuError } from "../engine/errors.ts";
import type { FilePair } from "./pair.ts";
import type { Difference } from "./records.ts";

const ENDINGS = /\.(?:ttf|otf|ttc|otc|woff2?)$/i;
/** Files of one side: a bound for a directory given by mistake, such as "/". */
export const FILES_MAX = 200_000;
const SCORE_FILE = 1;

export interface FilePairs {
  /** In the order of their names' code units. */
  readonly pairs: readonly FilePair[];
  readonly alone: readonly Difference[];
}

/** @throws HaforuError font_not_found, font_unreadable, invalid_argument when a path is not there, or one is a directory and the other is not. */
export function filePairs(oldPath: string, newPath: string, ignored: (name: string) => boolean): FilePairs {
  const sides = [kindOf(oldPath, "old"), kindOf(newPath, "new")] as const;
  if (sides[0] !== sides[1]) {
    const [folder, other] = sides[0] === "folder" ? [oldPath, newPath] : [newPath, oldPath];
    throw callError("invalid_argument", "old and new", `${folder} is a directory and ${other} is not; give two files or two directories`);
  }
  if (sides[0] === "file") return { pairs: [{ name: basename(newPath), old: oldPath, new: newPath }], alone: [] };
  const old = new Set(fontFiles(oldPath, "old").filter((name) => !ignored(name)));
  const now = new Set(fontFiles(newPath, "new").filter((name) => !ignored(name)));
  if (old.size === 0 && now.size === 0) {
    throw callError("invalid_argument", "old and new", `neither ${oldPath} nor ${newPath} has a font file (.ttf, .otf, .ttc, .otc, .woff, .woff2)`);
  }
  const partner = new Map<string, string>();
  for (const name of now) if (old.delete(name)) partner.set(name, name);
  const [oldStems, newStems] = [stems(old), stems([...now].filter((name) => !partner.has(name)))];
  for (const [stem, [name, ...others]] of newStems) {
    const candidates = oldStems.get(stem) ?? [];
    if (name === undefined || others.length > 0 || candidates.length !== 1) continue;
    partner.set(name, candidates[0] as string);
    old.delete(candidates[0] as string);
  }
  const pairs: FilePair[] = [];
  const alone: Difference[] = [...old].map((name) => ({ font: name, level: "files", kind: "file", change: "removed", item: name, score: SCORE_FILE }));
  for (const name of now) {
    const other = partner.get(name);
    if (other === undefined) alone.push({ font: name, level: "files", kind: "file", change: "added", item: name, score: SCORE_FILE });
    else pairs.push({ name, old: join(oldPath, other), new: join(newPath, name) });
  }
  return { pairs: pairs.sort(byName), alone: alone.sort((a, b) => order(a.font, b.font)) };
}

/** A font file itself, or the paths of all font files below a directory. @throws HaforuError as filePairs does. */
export function fontPaths(path: string): string[] {
  return kindOf(path, "the path") === "file" ? [path] : fontFiles(path, "the path").map((name) => join(path, name));
}

function byName(a: FilePair, b: FilePair): number {
  return order(a.name, b.name);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function stems(names: Iterable<string>): Map<string, string[]> {
  const byStem = new Map<string, string[]>();
  for (const name of names) {
    const stem = name.replace(ENDINGS, "");
    byStem.set(stem, [...(byStem.get(stem) ?? []), name]);
  }
  return byStem;
}

function kindOf(path: string, side: string): "file" | "folder" {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw callError("invalid_argument", side, "expected the path of a font file or a directory");
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch (error) {
    throw unreadable(error, path, side);
  }
}

function unreadable(error: unknown, path: string, side: string): HaforuError {
  const code = (error as NodeJS.ErrnoException).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  return callError(missing ? "font_not_found" : "font_unreadable", path, missing ? "" : (error as Error).message, { field: side, cause: error });
}

/** Names of the font files below a directory, with "/" between their parts. Links to directories are not followed: they may lead in a circle. */
function fontFiles(root: string, side: string): string[] {
  const names: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch (error) {
      throw unreadable(error, join(root, folder), side);
    }
    for (const entry of entries) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      else if (ENDINGS.test(entry.name)) names.push(name);
      if (names.length > FILES_MAX) {
        throw new HaforuError("invalid_argument", `${root}: it holds more than ${FILES_MAX} font files; give a directory with fewer`, { field: side });
      }
    }
  }
  return names;
}
