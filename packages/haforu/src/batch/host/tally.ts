// Counts what a batch does: results by kind, bytes, and what the engines report. Gives the one-line summary of --stats
// and the answer to {"op": "stats"}.

import { ERROR_CODES, ERRORS } from "@haforu/engine";
import type { EngineStats } from "../../engine/settings.ts";
import type { OrderTally } from "./order.ts";

const CODE_NAMES: ReadonlyMap<number, string> = new Map(ERROR_CODES.map((name) => [ERRORS[name].number, name]));

export interface BatchStats {
  /** Results of jobs; answers to ops are not counted. */
  readonly jobs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly elapsed_ms: number;
  readonly jobs_per_second: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  /** Of the whole process. */
  readonly peak_memory_bytes: number;
  readonly workers: number;
  readonly workers_replaced: number;
  /** Most results that waited for an earlier one. */
  readonly reorder_peak: number;
  readonly fonts: { readonly hits: number; readonly misses: number; readonly evictions: number; readonly bytes: number };
  readonly instances: { readonly hits: number; readonly misses: number };
  readonly stages: { readonly shape_ms: number; readonly render_ms: number; readonly encode_ms: number };
}

export class Tally implements OrderTally {
  readonly #startedMs: number = performance.now();
  readonly #errors: Map<number, number> = new Map();
  readonly #state: () => { engines: readonly EngineStats[]; reorderPeak: number; workers: number };
  succeeded = 0;
  failed = 0;
  bytesIn = 0;
  bytesOut = 0;
  replaced = 0;

  constructor(state: () => { engines: readonly EngineStats[]; reorderPeak: number; workers: number }) {
    this.#state = state;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  count(status: number, lineBytes: number): void {
    this.bytesOut += lineBytes;
    if (status === 0) {
      this.succeeded += 1;
    } else if (status < 0) {
      this.failed += 1;
      this.#errors.set(status, (this.#errors.get(status) ?? 0) + 1);
    }
  }

  countRuns(bytes: number): void {
    this.bytesOut += bytes;
  }

  stats(): BatchStats {
    const { engines, reorderPeak, workers } = this.#state();
    const sum = (field: (stats: EngineStats) => number): number => engines.reduce((total, stats) => total + field(stats), 0);
    const jobs = this.succeeded + this.failed;
    const elapsedMs = this.elapsedMs;
    return {
      jobs,
      succeeded: this.succeeded,
      failed: this.failed,
      errors: Object.fromEntries([...this.#errors].map(([status, count]) => [CODE_NAMES.get(-status) ?? "internal", count])),
      elapsed_ms: rounded(elapsedMs),
      jobs_per_second: rounded((jobs * 1000) / Math.max(elapsedMs, 1e-3)),
      bytes_in: this.bytesIn,
      bytes_out: this.bytesOut,
      peak_memory_bytes: process.resourceUsage().maxRSS * 1024,
      workers,
      workers_replaced: this.replaced,
      reorder_peak: reorderPeak,
      fonts: {
        hits: sum((stats) => stats.fontHits),
        misses: sum((stats) => stats.fontMisses),
        evictions: sum((stats) => stats.evictions),
        bytes: sum((stats) => stats.fontBytes),
      },
      instances: { hits: sum((stats) => stats.instanceHits), misses: sum((stats) => stats.instanceMisses) },
      stages: {
        shape_ms: rounded(sum((stats) => stats.shapeMs)),
        render_ms: rounded(sum((stats) => stats.renderMs)),
        encode_ms: rounded(sum((stats) => stats.encodeMs)),
      },
    };
  }

  statsLine(asked: string): string {
    return JSON.stringify({ ...(JSON.parse(asked) as { readonly id?: string }), op: "stats", status: "success", ...this.stats() });
  }
}

/** Three decimals: more would only be noise. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
