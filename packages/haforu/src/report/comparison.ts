// The records of a comparison of fonts as one HTML file for people: an overview, and the worst differences with their pictures. Keeps no more records than it shows.
import type { ComparisonRecord, ComparisonSummary, Difference, DifferencePicture, Failure, Level } from "../compare/index.ts";
import { differenceCard, failureCard } from "./comparison-card.ts";
import { comparisonHead, comparisonTail } from "./comparison-page.ts";
import { pictureData } from "./comparison-picture.ts";

export interface ComparisonReportOptions {
  /** Default "haforu: OLD → NEW". */
  readonly title?: string;
  /** Differences shown, the worst ones; all are counted. Default 2,000. */
  readonly maxDifferences?: number;
  /** Bytes of HTML spent on pictures; later cards come without. Default 64 MiB. */
  readonly maxPictureBytes?: number;
}

export const DEFAULT_COMPARISON_REPORT_OPTIONS: Required<Omit<ComparisonReportOptions, "title">> = { maxDifferences: 2000, maxPictureBytes: 64 << 20 };

/** What is counted for the overview, one row a pair of fonts. */
export interface PairCounts {
  readonly font: string;
  readonly levels: Record<Level, number>;
  worst: number;
}

/** Rows of the overview's table; the rest is counted. */
const PAIRS_COUNTED_MAX = 100_000;
/** Cards of a group: far from the screen a browser leaves whole groups out of its layout. Laying one out that comes near takes a part of a frame. */
const GROUP_CARDS = 20;
/** Failures listed; the rest is counted. */
const FAILURES_MAX = 1000;

interface Kept {
  readonly record: Difference;
  readonly order: number;
}

export class ComparisonReport {
  readonly #options: ComparisonReportOptions & typeof DEFAULT_COMPARISON_REPORT_OPTIONS;
  readonly #pairs: Map<string, PairCounts> = new Map();
  readonly #failures: Failure[] = [];
  readonly #kept: Map<Level, Kept[]> = new Map();
  #count = 0;

  constructor(options: ComparisonReportOptions = {}) {
    this.#options = { ...DEFAULT_COMPARISON_REPORT_OPTIONS, ...options };
  }

  add(record: ComparisonRecord): void {
    if (record.kind === "error") {
      if (this.#failures.length < FAILURES_MAX) this.#failures.push(record);
      return;
    }
    this.#counted(record);
    const kept = this.#kept.get(record.level) ?? [];
    kept.push({ record, order: this.#count });
    this.#count += 1;
    // Sorted when there are twice as many: sorting at each would take longer than comparing.
    const { maxDifferences } = this.#options;
    this.#kept.set(record.level, kept.length >= 2 * maxDifferences + 64 ? worst(kept, maxDifferences) : kept);
  }

  /** The page piece by piece; `pictures` gives the outlines of records. */
  *pieces(
    summary: ComparisonSummary,
    pictures: (records: readonly Difference[]) => readonly (DifferencePicture | undefined)[],
  ): Generator<string, void, undefined> {
    const shown = this.#worst().map(({ record }) => record);
    const title = this.#options.title ?? `haforu: ${summary.old} → ${summary.new}`;
    const scripts = [...new Set(shown.map((record) => record.script ?? ""))].sort();
    yield comparisonHead({ title, summary, pairs: [...this.#pairs.values()], shown, scripts });
    if (this.#failures.length > 0) yield `<section class="group">${this.#failures.map(failureCard).join("")}</section>\n`;
    const drawn = drawByPair(shown, pictures);
    const data: string[] = [];
    let bytes = 0;
    let spent = false;
    for (const [i, record] of shown.entries()) {
      const picture = drawn[i] === undefined ? undefined : pictureData(drawn[i]);
      const fits = picture !== undefined && bytes + picture.length <= this.#options.maxPictureBytes;
      if (picture !== undefined && !fits) spent = true;
      if (fits) {
        bytes += picture.length;
        data.push(picture);
      }
      if (i % GROUP_CARDS === 0) yield i === 0 ? '<section class="group">\n' : '</section><section class="group">\n';
      yield differenceCard(record, i, fits ? data.length - 1 : undefined);
    }
    if (shown.length > 0) yield "</section>\n";
    yield* comparisonTail(data, spent);
  }

  /** The worst of all; of each level at least its share, so that a flood of one does not hide another. */
  #worst(): Kept[] {
    const { maxDifferences } = this.#options;
    const share = Math.floor(maxDifferences / this.#kept.size);
    const lists = [...this.#kept.values()].map((kept) => worst(kept, maxDifferences));
    const first = lists.flatMap((list) => list.slice(0, share));
    const rest = worst(
      lists.flatMap((list) => list.slice(share)),
      maxDifferences - first.length,
    );
    return worst([...first, ...rest], maxDifferences);
  }

  #counted(record: Difference): void {
    let pair = this.#pairs.get(record.font);
    if (pair === undefined) {
      if (this.#pairs.size === PAIRS_COUNTED_MAX) return;
      pair = { font: record.font, levels: { files: 0, tables: 0, glyphs: 0, shaping: 0, pixels: 0 }, worst: 0 };
      this.#pairs.set(record.font, pair);
    }
    pair.levels[record.level] += 1;
    pair.worst = Math.max(pair.worst, record.score);
  }
}

/** Each pair of fonts is opened once, whatever the order of the records. */
function drawByPair(
  records: readonly Difference[],
  pictures: (records: readonly Difference[]) => readonly (DifferencePicture | undefined)[],
): (DifferencePicture | undefined)[] {
  const order = records.map((_, i) => i).sort((a, b) => compared(records[a] as Difference, records[b] as Difference) || a - b);
  const drawn = pictures(order.map((i) => records[i] as Difference));
  const byRecord: (DifferencePicture | undefined)[] = new Array(records.length).fill(undefined);
  for (const [at, i] of order.entries()) byRecord[i] = drawn[at];
  return byRecord;
}

function compared(a: Difference, b: Difference): number {
  if (a.font !== b.font) return a.font < b.font ? -1 : 1;
  return (a.face_index ?? 0) - (b.face_index ?? 0);
}

function worst(all: readonly Kept[], count: number): Kept[] {
  return [...all].sort((a, b) => b.record.score - a.record.score || a.order - b.order).slice(0, count);
}
