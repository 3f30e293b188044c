// Which engine does the work, why, and what happens when it cannot: a fallback is told once, with its reason. The results are the same either way.
import { availableParallelism } from "node:os";
import type { SqlWarning } from "../warnings.ts";
import type { Processed } from "./process.ts";
import { type EngineWork, runSync } from "./sync.ts";
import { defaultWorkers, EngineFailure, type OnProcessed, runWorkers } from "./workers.ts";

export type EngineName = "sync" | "workers";

export interface EngineReport {
  readonly asked: "auto" | EngineName;
  /** Which one's results these are; with "auto", the one that did the greater part. */
  readonly ran: EngineName;
  /** Why this one. */
  readonly reason: string;
  /** Threads, the caller's among them; 0 in line. */
  readonly workers: number;
  /** Where another one had begun and could not go on. */
  readonly fallback?: { readonly from: EngineName; readonly reason: string };
}

export interface EngineRun {
  readonly results: readonly Processed[];
  readonly report: EngineReport;
  readonly warnings: readonly SqlWarning[];
}

/** What one thread takes, measured (npm run bench:sql): a file's opening and closing, a byte's reading and hashing, a byte's scanning. */
const FILE_MS = 0.008;
const BYTE_MS = 1.2e-6;
const SCANNED_BYTE_MS = 5e-6;
/** Threads take 40 ms to start; they pay when so much work is left for them that half of it is more than that, with room for a busy machine. */
const PAYS_FROM_MS = 150;

/** `workers`: threads; `onProcessed` hears of files as they are done, in no order, where threads do it. @throws SqlError, the same from every engine; the signal's reason. */
export async function runEngine(
  work: EngineWork,
  asked: "auto" | EngineName,
  workers: number = defaultWorkers(),
  onProcessed?: OnProcessed,
): Promise<EngineRun> {
  if (asked === "sync") return { results: await runSync(work), report: { asked, ran: "sync", reason: "asked for", workers: 0 }, warnings: [] };
  if (asked === "workers") return withWorkers(work, [], asked, "asked for", workers, onProcessed);
  if (availableParallelism() < 2)
    return { results: await runSync(work), report: { asked, ran: "sync", reason: "there is one processor", workers: 0 }, warnings: [] };
  let left = 0;
  const begun = await runSync(work, (files, bytes) => {
    left = leftMs(work, files, bytes);
    return left >= PAYS_FROM_MS;
  });
  if (begun.length < work.files.length) {
    const reason = `after ${begun.length} of ${work.files.length} files about ${Math.round(left)} ms of work were left for one thread, and threads pay from ${PAYS_FROM_MS} ms`;
    return withWorkers(work, begun, asked, reason, workers, onProcessed);
  }
  const reason = `${work.files.length} files of this size are read in less time than threads need to pay (${PAYS_FROM_MS} ms)`;
  return { results: begun, report: { asked, ran: "sync", reason, workers: 0 }, warnings: [] };
}

/** Work left for one thread when the files to come are as those so far. */
function leftMs({ files, settings }: EngineWork, done: number, bytes: number): number {
  const perByte = BYTE_MS + (settings.scan || settings.schemaOnly ? SCANNED_BYTE_MS : 0);
  return (files.length - done) * (FILE_MS + (bytes / done) * perByte);
}

/** `begun`: what is done already, the first of the work's files. */
async function withWorkers(
  work: EngineWork,
  begun: readonly Processed[],
  asked: "auto" | EngineName,
  reason: string,
  workers: number,
  onProcessed?: OnProcessed,
): Promise<EngineRun> {
  const rest = begun.length === 0 ? work : { ...work, files: work.files.slice(begun.length) };
  try {
    if (onProcessed !== undefined) for (const [index, processed] of begun.entries()) onProcessed(index, processed);
    const results = await runWorkers(rest, workers, onProcessed === undefined ? undefined : (index, processed) => onProcessed(begun.length + index, processed));
    return { results: begun.length === 0 ? results : [...begun, ...results], report: { asked, ran: "workers", reason, workers }, warnings: [] };
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const results = [...begun, ...(await runSync(rest))];
    const fallback = { from: "workers" as const, reason: error.message };
    return {
      results,
      report: { asked, ran: "sync", reason: "the workers could not go on", workers: 0, fallback },
      warnings: [{ code: "engine_fallback", message: `the workers could not go on, so the files were read in line: ${error.message}` }],
    };
  }
}
