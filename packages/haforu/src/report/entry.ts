// What a contact sheet shows of a job and its result, and the pairing of the two by id. The types are what the sheet
// reads, not the contract: result lines of other versions and other programs are shown as far as they go.

import { synchronousPromise } from "../session/check-request.ts";

export interface SheetProblem {
  readonly code: string;
  readonly message?: string;
  readonly field?: string;
  readonly line?: number;
  readonly problems?: readonly { readonly field?: string; readonly message?: string }[];
  /** When `problems` does not list them all. */
  readonly problem_count?: number;
}

/** [x, y, width, height] in pixels of the canvas, y down. */
export type Box = readonly [number, number, number, number];

export interface SheetResult {
  readonly id?: string;
  readonly status?: string;
  readonly rendering?: {
    readonly format?: string;
    readonly encoding?: string;
    readonly data?: string;
    readonly path?: string;
    readonly width?: number;
    readonly height?: number;
    readonly actual_bbox?: Box;
  };
  readonly metrics?: Readonly<Record<string, number | readonly number[] | null>>;
  /** Ink and advance boxes a cluster; `text` counts code points, half-open. */
  readonly boxes?: readonly { readonly text?: readonly [number, number]; readonly ink?: Box; readonly advance?: Box }[];
  readonly hash?: string;
  readonly warnings?: readonly SheetProblem[];
  readonly font?: {
    readonly path?: string;
    readonly face_index?: number;
    readonly coordinates?: Readonly<Record<string, number>>;
  };
  readonly text?: { readonly script?: string; readonly direction?: string; readonly language?: string | null };
  readonly timing?: Readonly<Record<string, number>>;
  readonly error?: SheetProblem;
}

export interface SheetJob {
  readonly id?: string;
  readonly font?: { readonly path?: string; readonly size?: number };
  readonly text?: { readonly content?: string; readonly direction?: string; readonly language?: string };
}

export interface SheetEntry {
  readonly result: SheetResult;
  /** Gives the text and the size, which a result does not repeat. */
  readonly job?: SheetJob;
  /** The image file's bytes, for a result that carries `path` in place of data. */
  readonly picture?: Uint8Array;
}

export interface EntrySources {
  /** Result lines, as text or parsed. */
  readonly results: Iterable<string | SheetResult> | AsyncIterable<string | SheetResult>;
  /** Job lines, as text or parsed; kept in memory by id. */
  readonly jobs?: Iterable<string | SheetJob>;
  /** Gives the bytes of the image file at a result's `path`; undefined when it cannot be had. */
  readonly readPicture?: (path: string) => Uint8Array | undefined;
}

/** Pairs results with their jobs, in the results' order. @throws {SyntaxError} for a line that is not JSON. */
export async function* readEntries(sources: EntrySources): AsyncGenerator<SheetEntry, void, undefined> {
  const jobs = new Map<string, SheetJob>();
  for (const item of sources.jobs ?? []) {
    const job = parsed<SheetJob>(item, "jobs");
    if (typeof job?.id === "string") jobs.set(job.id, job);
  }
  for await (const item of sources.results) {
    const result = parsed<SheetResult>(item, "results");
    if (result === undefined) continue;
    const job = jobs.get(result.id ?? "");
    const path = result.rendering?.path;
    const picture = typeof path === "string" ? sources.readPicture?.(path) : undefined;
    yield { result, ...(job === undefined ? {} : { job }), ...(picture === undefined ? {} : { picture }) };
  }
}

/** undefined for a blank line. @throws HaforuError for an iterable whose items have no value: it would have no end. */
function parsed<T extends object>(item: string | T, field: string): T | undefined {
  if (item === undefined) throw synchronousPromise(field, "lines, as text or parsed", "undefined for one");
  if (typeof item !== "string") return item;
  return item.trim() === "" ? undefined : (JSON.parse(item) as T);
}
