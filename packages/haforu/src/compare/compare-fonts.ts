// Two fonts, or two directories of fonts, against each other: paths in, records as they are found, and a summary at the end.
import { availableParallelism } from "node:os";
import { HaforuError } from "../engine/errors.ts";
import { engineModule } from "../engine/load.ts";
import { FontFiles } from "../fonts/files.ts";
import { filePairs } from "./file-pairs.ts";
import { Ignored } from "./ignore.ts";
import { type CompareFontsOptions, JOBS_MAX, type ResolvedOptions, resolveCompareOptions } from "./options.ts";
import { type FilePair, PairComparer, type SliceResult } from "./pair.ts";
import type { DifferencePicture } from "./picture.ts";
import type { ComparisonRecord, ComparisonSummary, Difference, Level } from "./records.ts";
import { runTasks } from "./schedule.ts";
import { threadsThatPay } from "./threads.ts";

/** Slices of one pair for each thread: enough that all end at nearly the same time, and that a signal does not wait for a whole pair. A slice alone costs some 50 µs. */
const SLICES_A_THREAD = 24;
/** With as many pairs for each thread, or more, a pair is one thread's: others need not open it too. */
const PAIRS_ENOUGH = 4;

/** A comparison on its way: iterate over it once; then `summary` is there. */
export interface FontComparison extends AsyncIterable<ComparisonRecord> {
  /** Pairs of files that are to be compared. */
  readonly pairs: number;
  /** What was found. @throws Error before the records have been read to their end. */
  readonly summary: ComparisonSummary;
  /** Threads that compare: what `jobs` said, or what was found to pay. @throws Error before the first record was asked for. */
  readonly threads: number;
  /**
   * The outlines of what records are about, glyphs or words, as both fonts draw them; undefined for records about other things, and where the files can no longer be read.
   * In this thread; quickest for records of one pair after the other.
   */
  pictures(records: readonly Difference[]): (DifferencePicture | undefined)[];
}

/**
 * Compares two font files, or two directories whose fonts are matched by name.
 * Records come in the same order for every number of workers: by pair, then by level; docs/compare.md says what each means. A file that cannot be read is a record of kind
 * "error", and the others go on.
 * @throws HaforuError invalid_argument for wrong options, for a file against a directory, for directories without fonts; font_not_found, font_unreadable for a path that cannot be read.
 * While iterating: the signal's reason.
 */
export function compareFonts(oldFont: string, newFont: string, options: CompareFontsOptions = {}): FontComparison {
  const resolved = resolveCompareOptions(options);
  const ignored = new Ignored(resolved.ignore);
  const { pairs, alone } = filePairs(oldFont, newFont, (name) => ignored.has("file", name));
  let threads: number | undefined;
  const tally = new Tally(oldFont, newFont);
  async function* records(): AsyncGenerator<ComparisonRecord, void, undefined> {
    let made: PairComparer | undefined;
    const comparer = (): PairComparer => {
      made ??= new PairComparer(engineModule(), new FontFiles(), resolved);
      return made;
    };
    threads = resolved.jobs === "auto" ? automatic(comparer, pairs, resolved) : resolved.jobs;
    const slices = threads > 1 && pairs.length >= threads * PAIRS_ENOUGH ? 1 : threads * SLICES_A_THREAD;
    for (const record of alone) yield tally.counted(record);
    let parts: SliceResult[] = [];
    for await (const part of runTasks({ pairs, slices }, resolved, { count: threads, comparer, signal: options.signal })) {
      parts.push(part);
      if (parts.length < slices) continue;
      tally.pair(parts);
      for (const record of whole(parts)) {
        options.signal?.throwIfAborted();
        yield tally.counted(record);
      }
      parts = [];
    }
    tally.finish();
  }
  return {
    pairs: pairs.length,
    [Symbol.asyncIterator]: records,
    get summary() {
      return tally.summary;
    },
    get threads() {
      if (threads === undefined) throw new Error("the number of threads is there when the first record has been asked for");
      return threads;
    },
    pictures: (differences) => drawAll(differences, pairs, resolved),
  };
}

/** The threads of jobs "auto". */
function automatic(comparer: () => PairComparer, pairs: readonly FilePair[], options: ResolvedOptions): number {
  const [first] = pairs;
  if (first === undefined) return 1;
  return threadsThatPay(pairs.length, () => comparer().extent(first), options, Math.min(JOBS_MAX, availableParallelism()));
}

function drawAll(differences: readonly Difference[], pairs: readonly FilePair[], options: ResolvedOptions): (DifferencePicture | undefined)[] {
  const comparer = new PairComparer(engineModule(), new FontFiles(), options);
  const byName = new Map(pairs.map((pair) => [pair.name, pair]));
  return differences.map((difference) => {
    const pair = byName.get(difference.font);
    if (pair === undefined) return undefined;
    try {
      return comparer.draw(pair, [difference])[0];
    } catch (error) {
      if (error instanceof HaforuError) return undefined;
      throw error;
    }
  });
}

/** The records of a pair's slices, in the order in which one slice alone would have them. Of a pair that failed: its first failure, and no more. */
function whole(parts: readonly SliceResult[]): readonly ComparisonRecord[] {
  const failure = parts.find((part) => part.failure !== undefined)?.failure;
  if (failure !== undefined) return [failure];
  const byBucket = new Map<number, Difference[]>();
  for (const { buckets } of parts) {
    for (const [bucket, records] of buckets) {
      const list = byBucket.get(bucket);
      if (list === undefined) byBucket.set(bucket, [...records]);
      else for (const record of records) list.push(record);
    }
  }
  return [...byBucket].sort(([a], [b]) => a - b).flatMap(([, records]) => records);
}

class Tally {
  readonly #old: string;
  readonly #new: string;
  #done = false;
  #pairs = 0;
  #identical = 0;
  #failures = 0;
  #differences = 0;
  readonly #levels: Record<Level, number> = { files: 0, tables: 0, glyphs: 0, shaping: 0, pixels: 0 };
  readonly #counts = { glyph_pairs: 0, places: 0, at_left_out: 0, words: 0, words_not_covered: 0, pictures: 0 };
  readonly #pairedBy = { name: 0, code_point: 0, glyph_id: 0, outline: 0 };

  constructor(oldFont: string, newFont: string) {
    this.#old = oldFont;
    this.#new = newFont;
  }

  counted<T extends ComparisonRecord>(record: T): T {
    if (record.kind === "error") this.#failures += 1;
    else {
      this.#differences += 1;
      this.#levels[record.level] += 1;
    }
    return record;
  }

  pair(parts: readonly SliceResult[]): void {
    this.#pairs += 1;
    if (parts.every((part) => part.counts.identical)) this.#identical += 1;
    for (const { counts } of parts) {
      this.#counts.glyph_pairs += counts.glyphPairs;
      this.#counts.places += counts.places;
      this.#counts.at_left_out += counts.atLeftOut;
      this.#counts.words += counts.words;
      this.#counts.words_not_covered += counts.wordsNotCovered;
      this.#counts.pictures += counts.pictures;
      for (const by of Object.keys(this.#pairedBy) as (keyof typeof counts.pairedBy)[]) this.#pairedBy[by] += counts.pairedBy[by];
    }
  }

  finish(): void {
    this.#done = true;
  }

  get summary(): ComparisonSummary {
    if (!this.#done) throw new Error("the summary is there when the records have been read to their end");
    return {
      old: this.#old,
      new: this.#new,
      pairs: this.#pairs,
      identical: this.#identical,
      failures: this.#failures,
      differences: this.#differences,
      by_level: { ...this.#levels },
      ...this.#counts,
      paired_by: { ...this.#pairedBy },
    };
  }
}
