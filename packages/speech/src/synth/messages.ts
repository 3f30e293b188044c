// What the pool and its workers say to each other. A job's chunks come one by one; a worker makes no chunk that the host has given no credit for.

import type { SpeechErrorCode } from "../errors.ts";

export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  /** Of the thread's SampleSlot. */
  readonly slot: SharedArrayBuffer;
}

export type ToWorker =
  | {
      readonly kind: "open";
      readonly job: number;
      readonly request: string;
      readonly voice: string;
      readonly folders: readonly string[];
      readonly credit: number;
    }
  | { readonly kind: "feed"; readonly job: number; readonly text: Uint8Array; readonly final: boolean }
  | { readonly kind: "credit"; readonly job: number; readonly chunks: number }
  | { readonly kind: "cancel"; readonly job: number };

export type FromWorker =
  | {
      readonly kind: "chunk";
      readonly job: number;
      /** The samples, or how many of them lie in the thread's SampleSlot. */
      readonly samples: Float32Array | number;
      /** Frames a second. */
      readonly rate: number;
      readonly index: number;
      readonly final: boolean;
      readonly startFrame: number;
      readonly times: string;
      readonly consumed: number;
      /** With the last chunk, after which nothing more is said of the job: the engine's result line. */
      readonly result?: string;
      /** With the last chunk: the thread has nothing else to do, as after "idle". One message ends a short call. */
      readonly idle?: boolean;
    }
  /** The job waits for a `feed`. */
  | { readonly kind: "need"; readonly job: number }
  | {
      readonly kind: "error";
      readonly job: number;
      readonly code: SpeechErrorCode;
      readonly message: string;
      readonly field: string | undefined;
      readonly line: number | undefined;
      readonly column: number | undefined;
    }
  /** Nothing to do until a message comes: every job waits for its reader or for text, or there is none. */
  | { readonly kind: "idle" };
