// Two files of results against each other, by id: what is missing, extra or changed. Both are read side by side; a result waits in memory only until its partner comes, so that
// files in the same order take no more memory however long they are.
import { callError, HaforuError } from "../engine/errors.ts";
import { rounded } from "./glyphs.ts";
import { type RunPart, type RunResult, resultLines } from "./result-lines.ts";

export type RunChange = "missing" | "extra" | "status" | "hash" | "picture" | "metric";

/** One difference of two runs. */
export interface RunDifference {
  readonly id: string;
  /**
   * missing: only the old run has the id; extra: only the new one; status: success or error, or another error's code; hash: other pixels; picture: other data of a picture, where
   * the results have no hash; metric: beyond the tolerance.
   */
  readonly kind: RunChange;
  /** Of a sweep: the number of the render. */
  readonly render?: number;
  /** Of a metric: its name; "renders" where two sweeps have not as many, or begin elsewhere. */
  readonly item?: string;
  readonly old?: unknown;
  readonly new?: unknown;
  /** Of a metric: the largest difference of its numbers. */
  readonly delta?: number;
}

export interface RunSummary {
  readonly old: string;
  readonly new: string;
  /** Results of each file, and ids that both have. */
  readonly old_results: number;
  readonly new_results: number;
  readonly matched: number;
  readonly differences: number;
  readonly by_kind: Readonly<Record<RunChange, number>>;
  /** Most results that waited for their partners at once. */
  readonly waiting_peak: number;
}

export interface CompareRunsOptions {
  /** How far a metric's numbers may be apart: for all, or by the metric's name ("*": all others). Default 0. */
  readonly tolerance?: number | Readonly<Record<string, number>>;
  /** Results that may wait for their partners; more end the comparison. Default 4,000,000, some 400 bytes each. */
  readonly maxWaiting?: number;
  /** Told once, when so many wait that the files must be in different orders, or share few ids. */
  readonly onOutOfOrder?: (waiting: number) => void;
}

/** Results that wait before the files are said to be in different orders: far more than workers of a batch in the order of completion are apart. */
export const WINDOW = 65_536;
export const DEFAULT_MAX_WAITING = 4_000_000;

export interface RunComparison extends AsyncIterable<RunDifference> {
  /** @throws Error before the records have been read to their end. */
  readonly summary: RunSummary;
}

/**
 * Compares two files of result lines. "-" is standard input, for one of them. Of several results with one id the first is matched with the first, and so on.
 * @throws HaforuError invalid_argument for options; while iterating also for a file that cannot be read, invalid_json for a line that is no result, out_of_memory when more than
 * maxWaiting results wait.
 */
export function compareRuns(oldPath: string, newPath: string, options: CompareRunsOptions = {}): RunComparison {
  if (oldPath === "-" && newPath === "-") throw callError("invalid_argument", "old and new", "both are standard input; give one of them as a file");
  const runs = new Runs(oldPath, newPath, options);
  return {
    [Symbol.asyncIterator]: () => runs.compare(),
    get summary() {
      return runs.summary;
    },
  };
}

class Runs {
  readonly #old: string;
  readonly #new: string;
  readonly #tolerance: (metric: string) => number;
  readonly #maxWaiting: number;
  readonly #onOutOfOrder: (waiting: number) => void;
  readonly #waiting: readonly [Waiting, Waiting] = [new Waiting(), new Waiting()];
  readonly #kinds: Record<RunChange, number> = { missing: 0, extra: 0, status: 0, hash: 0, picture: 0, metric: 0 };
  readonly #counts: [number, number] = [0, 0];
  #matched = 0;
  #peak = 0;
  #told = false;
  #done = false;

  constructor(oldPath: string, newPath: string, options: CompareRunsOptions) {
    this.#old = oldPath;
    this.#new = newPath;
    this.#tolerance = toleranceOf(options.tolerance ?? 0);
    this.#maxWaiting = options.maxWaiting ?? DEFAULT_MAX_WAITING;
    if (!Number.isInteger(this.#maxWaiting) || this.#maxWaiting < 1)
      throw callError("invalid_argument", "maxWaiting", `got ${this.#maxWaiting}, expected a whole number from 1`);
    this.#onOutOfOrder = options.onOutOfOrder ?? (() => {});
  }

  async *compare(): AsyncGenerator<RunDifference, void, undefined> {
    const sources = [resultLines(this.#old), resultLines(this.#new)] as const;
    const ended: [boolean, boolean] = [false, false];
    try {
      for (let side: 0 | 1 = 0; !ended[0] || !ended[1]; side = side === 0 ? 1 : 0) {
        if (ended[side]) continue;
        const { value, done } = await sources[side].next();
        if (done === true || value === undefined) ended[side] = true;
        else yield* this.#take(side, value, ended);
      }
    } finally {
      await Promise.all(sources.map((source) => source.return()));
    }
    for (const side of [0, 1] as const) for (const result of this.#waiting[side].left()) yield this.#alone(side, result);
    this.#done = true;
  }

  get summary(): RunSummary {
    if (!this.#done) throw new Error("the summary is there when the records have been read to their end");
    const differences = Object.values(this.#kinds).reduce((sum, count) => sum + count, 0);
    const [old_results, new_results] = this.#counts;
    return {
      old: this.#old,
      new: this.#new,
      old_results,
      new_results,
      matched: this.#matched,
      differences,
      by_kind: { ...this.#kinds },
      waiting_peak: this.#peak,
    };
  }

  *#take(side: 0 | 1, result: RunResult, ended: readonly [boolean, boolean]): Generator<RunDifference, void, undefined> {
    this.#counts[side] += 1;
    const other = side === 0 ? 1 : 0;
    const partner = this.#waiting[other].take(result.id);
    if (partner !== undefined) {
      this.#matched += 1;
      yield* side === 0 ? this.#pair(result, partner) : this.#pair(partner, result);
      return;
    }
    // Nothing can come from a file that has ended.
    if (ended[other]) {
      yield this.#alone(side, result);
      return;
    }
    this.#waiting[side].put(result);
    const waiting = this.#waiting[0].size + this.#waiting[1].size;
    this.#peak = Math.max(this.#peak, waiting);
    if (waiting > WINDOW && !this.#told) {
      this.#told = true;
      this.#onOutOfOrder(waiting);
    }
    if (waiting > this.#maxWaiting) {
      const advice = "sort both files by id, or allow more";
      throw new HaforuError("out_of_memory", `more than ${this.#maxWaiting} results wait for their partners: ${advice}`, { field: "maxWaiting" });
    }
  }

  #alone(side: 0 | 1, { id }: RunResult): RunDifference {
    return this.#counted({ id, kind: side === 0 ? "missing" : "extra" });
  }

  *#pair(old: RunResult, now: RunResult): Generator<RunDifference, void, undefined> {
    const { id } = old;
    if (old.status !== now.status) yield this.#counted({ id, kind: "status", old: old.status, new: now.status });
    const [before, after] = [extent(old), extent(now)];
    // Where one of them failed, the status has told it.
    if (old.status === now.status && before !== after) yield this.#counted({ id, kind: "metric", item: "renders", old: before, new: after });
    for (const [i, part] of (before === after ? old.parts : []).entries()) {
      for (const difference of this.#parts(part, now.parts[i] as RunPart)) yield this.#counted({ id, ...difference });
    }
  }

  *#parts(old: RunPart, now: RunPart): Generator<Omit<RunDifference, "id">, void, undefined> {
    const at = old.render === undefined ? {} : { render: old.render };
    if (old.hash !== now.hash) yield { kind: "hash", ...at, ...sides(old.hash, now.hash) };
    // Where one of them has a hash the other's picture cannot be compared with it: that is told by "hash".
    else if (old.picture !== now.picture) yield { kind: "picture", ...at, ...sides(old.picture, now.picture) };
    for (const difference of metricDifferences(old.metrics, now.metrics, this.#tolerance)) yield { kind: "metric", ...at, ...difference };
  }

  #counted(difference: RunDifference): RunDifference {
    this.#kinds[difference.kind] += 1;
    return difference;
  }
}

/** Which renders a sweep's result holds, such as "0 to 16"; "1" of another result. */
function extent({ parts }: RunResult): string {
  const [first, last] = [parts[0]?.render, parts.at(-1)?.render];
  return first === undefined || last === undefined ? String(parts.length) : `${first} to ${last}`;
}

/** Results of one id: those before `taken` have met their partners. Moving the others up each time would make the time of many quadratic. */
interface Queue {
  readonly results: RunResult[];
  taken: number;
}
/** So many that were taken are let go, when they are half: each is moved once on the average. */
const TAKEN_KEPT = 1024;

/** Results of one side that wait, by id, those of one id in their order. */
class Waiting {
  readonly #byId: Map<string, RunResult | Queue> = new Map();
  size = 0;

  put(result: RunResult): void {
    const same = this.#byId.get(result.id);
    if (same === undefined) this.#byId.set(result.id, result);
    else if ("results" in same) same.results.push(result);
    else this.#byId.set(result.id, { results: [same, result], taken: 0 });
    this.size += 1;
  }

  take(id: string): RunResult | undefined {
    const found = this.#byId.get(id);
    if (found === undefined) return undefined;
    this.size -= 1;
    if (!("results" in found)) {
      this.#byId.delete(id);
      return found;
    }
    const { results } = found;
    const first = results[found.taken];
    found.taken += 1;
    if (found.taken === results.length) this.#byId.delete(id);
    else if (found.taken >= TAKEN_KEPT && found.taken * 2 >= results.length) {
      results.splice(0, found.taken);
      found.taken = 0;
    }
    return first;
  }

  *left(): Generator<RunResult, void, undefined> {
    for (const found of this.#byId.values()) yield* "results" in found ? found.results.slice(found.taken) : [found];
  }
}

function sides(old: unknown, now: unknown): { old?: unknown; new?: unknown } {
  return { ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { new: now }) };
}

function* metricDifferences(
  old: unknown,
  now: unknown,
  tolerance: (metric: string) => number,
): Generator<{ item: string; old?: unknown; new?: unknown; delta?: number }, void, undefined> {
  const [a, b] = [fieldsOf(old), fieldsOf(now)];
  for (const item of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const delta = distance(a[item], b[item]);
    if (delta === 0 || delta <= tolerance(item)) continue;
    yield { item, ...sides(a[item], b[item]), ...(Number.isFinite(delta) ? { delta: rounded(delta) } : {}) };
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The largest difference of numbers at the same place; infinite where the values are of other shapes. */
function distance(a: unknown, b: unknown): number {
  // Numbers of results have six decimals: 0.501 − 0.5 is 0.001, whatever binary fractions make of it.
  if (typeof a === "number" && typeof b === "number") return Math.round(Math.abs(a - b) * 1e9) / 1e9;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b ? 0 : Number.POSITIVE_INFINITY;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return Number.POSITIVE_INFINITY;
  return keys.reduce((worst, key) => Math.max(worst, distance((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])), 0);
}

function toleranceOf(tolerance: number | Readonly<Record<string, number>>): (metric: string) => number {
  const given = typeof tolerance === "number" ? { "*": tolerance } : tolerance;
  for (const [name, value] of Object.entries(given)) {
    if (!(typeof value === "number" && value >= 0))
      throw callError("invalid_argument", `tolerance ${name}`, `got ${value}, expected a number from 0`, { field: "tolerance" });
  }
  return (metric) => (Object.hasOwn(given, metric) ? given[metric] : given["*"]) ?? 0;
}
