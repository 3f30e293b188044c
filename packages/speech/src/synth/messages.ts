// What the pool and its workers say to each other. A job's chunks come one by one; a worker makes no chunk that the host has given no credit for.

import type { SpeechErrorCode } from "../errors.ts";

export interface WorkerSetup {
  readonly module: WebAssembly.Module;
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
      readonly samples: Float32Array;
      /** Frames a second. */
      readonly rate: number;
      readonly index: number;
      readonly final: boolean;
      readonly startFrame: number;
      readonly times: string;
      readonly consumed: number;
    }
  /** The job waits for a `feed`. */
  | { readonly kind: "need"; readonly job: number }
  | { readonly kind: "end"; readonly job: number; readonly result: string }
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
