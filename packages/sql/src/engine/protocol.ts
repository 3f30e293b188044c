// What the workers engine and its threads say to each other: one tagged union, and the words they share.
import type { SqlErrorCode, SqlPlace } from "../errors.ts";
import type { FoundFile } from "../input/find.ts";
import type { ContentSettings, Processed } from "./process.ts";

/** Words of the shared state. */
export const NEXT = 0;
/** Lowest index of a file with an error; files behind it need not be read. */
export const FIRST_ERROR = 1;
/** Not 0: stop, nobody wants the results. */
export const STOP = 2;
/** Kept bytes in KiB, for Budget. */
export const KEPT_KIB = 3;
export const WORDS = 4;

export interface WorkerOrder {
  readonly files: readonly FoundFile[];
  /** Indices of files in the order in which they are taken: the largest first, so that no thread begins a large file when the others have ended. */
  readonly queue: Uint32Array;
  readonly settings: ContentSettings;
  readonly keep: boolean;
  readonly keptBytes: number;
  readonly words: Int32Array;
}

export interface WorkerError {
  readonly code: SqlErrorCode;
  /** Whole, with its place in front. */
  readonly message: string;
  readonly place: SqlPlace;
}

export type WorkerMessage =
  | { readonly kind: "processed"; readonly indices: readonly number[]; readonly results: readonly Processed[] }
  | { readonly kind: "refused"; readonly index: number; readonly error: WorkerError }
  /** The engine cannot go on, for a reason that is not the input's. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "end" };
