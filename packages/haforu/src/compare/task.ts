// A task of a comparison: a slice of a pair, by its number.
import type { FilePair, PairComparer, SliceResult } from "./pair.ts";

/** Pairs, each in as many slices: task i is slice i mod slices of pair ⌊i / slices⌋. */
export interface Tasks {
  readonly pairs: readonly FilePair[];
  readonly slices: number;
}

/** What any thread does with a task. */
export function compareTask(comparer: PairComparer, { pairs, slices }: Tasks, task: number): SliceResult {
  return comparer.compare(pairs[Math.floor(task / slices)] as FilePair, { index: task % slices, count: slices });
}
