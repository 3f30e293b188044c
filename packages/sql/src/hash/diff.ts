// What is different between two manifests, file by file. It knows nothing of what stands in the files.
import type { Manifest, ManifestFile } from "./manifest.ts";

export interface Moved {
  readonly from: string;
  readonly to: string;
}

export interface SchemaDiff {
  /** Whether the version hashes are equal; then all lists are empty. */
  readonly same: boolean;
  readonly before: string;
  readonly after: string;
  /** In the order of the build that has them. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The same contents under another path. */
  readonly moved: readonly Moved[];
  /** Paths of both builds that stand in another order among them: the fewest whose moving makes the orders equal. */
  readonly reordered: readonly string[];
}

export function diffManifests(before: Manifest, after: Manifest): SchemaDiff {
  const old = new Map(before.files.map((file) => [file.path, file]));
  const now = new Map(after.files.map((file) => [file.path, file]));
  const gone = before.files.filter(({ path }) => !now.has(path));
  const fresh = after.files.filter(({ path }) => !old.has(path));
  const moved = pairs(gone, fresh);
  const from = new Set(moved.map((pair) => pair.from));
  const to = new Set(moved.map((pair) => pair.to));
  const placeBefore = new Map(before.files.filter(({ path }) => now.has(path)).map(({ path }, place) => [path, place]));
  const kept = after.files.filter(({ path }) => old.has(path)).map(({ path }) => path);
  const inOrder = increasing(kept.map((path) => placeBefore.get(path) as number));
  return {
    same: before.hash === after.hash,
    before: before.hash,
    after: after.hash,
    added: fresh.map(({ path }) => path).filter((path) => !to.has(path)),
    removed: gone.map(({ path }) => path).filter((path) => !from.has(path)),
    changed: kept.filter((path) => old.get(path)?.sha256 !== now.get(path)?.sha256),
    moved,
    reordered: kept.filter((_, index) => !inOrder.has(index)),
  };
}

/** Files that went and files that came with the same contents, each once, in order. */
function pairs(gone: readonly ManifestFile[], fresh: readonly ManifestFile[]): Moved[] {
  const bySha = new Map<string, string[]>();
  for (const { path, sha256 } of gone) {
    const paths = bySha.get(sha256);
    if (paths === undefined) bySha.set(sha256, [path]);
    else paths.push(path);
  }
  return fresh.flatMap(({ path, sha256 }) => {
    const from = bySha.get(sha256)?.shift();
    return from === undefined ? [] : [{ from, to: path }];
  });
}

/** Indices of a longest increasing subsequence (patience sorting, O(n log n)). */
function increasing(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tails[low - 1] as number;
    tails[low] = index;
  }
  const chosen = new Set<number>();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] as number) chosen.add(index);
  return chosen;
}
