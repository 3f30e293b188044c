// The order of the files in the script. Takes the files in natural order, their directives and the place of each in the configured order list; gives indices.
// It knows nothing of contents.
import { SqlError } from "../errors.ts";
import type { Directives } from "./directives.ts";
import { canonicalPath, tidy } from "./path.ts";

export interface Arrangeable {
  readonly path: string;
  readonly directives: Directives;
}

/**
 * `files` in natural order; `listed[i]` is the index of the first entry of the order list that matches file i, or Infinity (undefined: there is no list).
 * First by place in the list, then by `-- order: N` (0 where it is not said), then naturally; then every file is preceded by what it depends on: a dependency
 * that would come later is moved to just before the first file that needs it, several in their own order.
 * @returns indices into `files`.
 * @throws SqlError sql_depends_unknown, sql_depends_cycle.
 */
export function arrange(files: readonly Arrangeable[], listed?: readonly number[]): number[] {
  const indices = files.map((_, index) => index);
  if (listed !== undefined || files.some(({ directives }) => directives.order !== 0)) {
    // Stable: what is equal here stays in natural order.
    indices.sort((a, b) => compare(listed?.[a] ?? 0, listed?.[b] ?? 0) || orderOf(files, a) - orderOf(files, b));
  }
  if (files.every(({ directives }) => directives.depends.length === 0)) return indices;
  return dependenciesFirst(files, indices);
}

/** By subtraction two infinities would be NaN. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function orderOf(files: readonly Arrangeable[], index: number): number {
  return files[index]?.directives.order ?? 0;
}

function dependenciesFirst(files: readonly Arrangeable[], indices: readonly number[]): number[] {
  const rank = new Int32Array(files.length);
  for (const [place, index] of indices.entries()) rank[index] = place;
  const byPath = new Map(files.map(({ path }, index) => [path, index]));
  const needs = files.map((file) => resolveAll(file, byPath).sort((a, b) => (rank[a] as number) - (rank[b] as number)));
  const out: number[] = [];
  /** 0 not seen, 1 on the way down, 2 out. */
  const state = new Uint8Array(files.length);
  // By hand, not by recursion: a chain may be as long as there are files.
  const way: { index: number; next: number }[] = [];
  for (const first of indices) {
    if (state[first] !== 0) continue;
    way.push({ index: first, next: 0 });
    state[first] = 1;
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const need = needs[top.index]?.[top.next++];
      if (need === undefined) {
        state[top.index] = 2;
        out.push(top.index);
        way.pop();
      } else if (state[need] === 1) {
        const indicesDown = way.map(({ index }) => index);
        throw cycle(files, indicesDown, need);
      } else if (state[need] === 0) {
        way.push({ index: need, next: 0 });
        state[need] = 1;
      }
    }
  }
  return out;
}

function resolveAll(file: Arrangeable, byPath: ReadonlyMap<string, number>): number[] {
  const slash = file.path.lastIndexOf("/");
  return file.directives.depends.map(({ target, line }) => {
    const candidates = [`${file.path.slice(0, slash + 1)}${target}`, target].map(canonicalOrRaw);
    for (const candidate of candidates) {
      const index = byPath.get(candidate);
      if (index !== undefined) return index;
    }
    const looked = [...new Set(candidates)].join('" or "');
    throw new SqlError("sql_depends_unknown", `depends on "${target}", but no file "${looked}" is part of the build`, { file: file.path, line });
  });
}

/** A target that can be no path matches no file, and is told so. */
function canonicalOrRaw(path: string): string {
  try {
    return canonicalPath(tidy(path));
  } catch {
    return path;
  }
}

function cycle(files: readonly Arrangeable[], way: readonly number[], back: number): SqlError {
  const names = [...way.slice(way.indexOf(back)), back].map((index) => files[index]?.path ?? "");
  return new SqlError("sql_depends_cycle", `files depend on each other in a circle: ${names.join(" → ")}`, { file: names[0] ?? "" });
}
