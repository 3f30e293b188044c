// Many texts at once: as many under way as keep every thread busy, results in order, an item's error its own.

import type { SpeechOptions } from "../config/options.ts";
import { SpeechError } from "../errors.ts";
import type { SpeechPipeline } from "./pipeline.ts";
import type { Speech } from "./speech.ts";

/** A text, or a text or SSML document with options of its own. */
export type BatchItem = string | (SpeechOptions & ({ readonly text: string } | { readonly ssml: string }));

export type BatchResult =
  | { readonly status: "success"; readonly index: number; readonly audio: Speech }
  | { readonly status: "error"; readonly index: number; readonly error: Error };

export interface BatchOptions extends SpeechOptions {
  /** Ends the whole batch: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** After each item, in the order in which they end. */
  readonly onProgress?: (progress: { readonly done: number; readonly failed: number; readonly total: number }) => void;
  /** Each result as soon as it is there, in the order in which they end. */
  readonly onResult?: (result: BatchResult) => void;
}

/** Under way at once: more than any pool has threads, so that none waits for the next item. */
const AT_ONCE = 128;

export async function speakBatch(
  pipeline: SpeechPipeline,
  items: readonly BatchItem[],
  { signal, onProgress, onResult, ...shared }: BatchOptions,
): Promise<BatchResult[]> {
  signal?.throwIfAborted();
  if (!Array.isArray(items)) throw new SpeechError("speech_option_invalid", `items: expected an array, got ${typeof items}`, { field: "items" });
  const results: BatchResult[] = new Array(items.length);
  let [next, done, failed] = [0, 0, 0];
  const speak = (item: BatchItem): Promise<Speech> => {
    const call = { ...shared, ...(signal === undefined ? {} : { signal }) };
    if (typeof item === "string") return pipeline.synthesize(item, call);
    if (typeof item !== "object" || item === null || "text" in item === "ssml" in item)
      throw new SpeechError("speech_option_invalid", "item: expected a string, or an object with text or ssml", { field: "item" });
    if ("ssml" in item) {
      const { ssml, ...own } = item;
      return pipeline.synthesizeSsml(ssml, { ...call, ...own });
    }
    const { text, ...own } = item;
    return pipeline.synthesize(text, { ...call, ...own });
  };
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      let result: BatchResult;
      try {
        result = { status: "success", index, audio: await speak(items[index] as BatchItem) };
      } catch (error) {
        // A cancelled batch has no results.
        if (signal?.aborted) throw signal.reason;
        result = { status: "error", index, error: error as Error };
        failed++;
      }
      results[index] = result;
      done++;
      onResult?.(result);
      onProgress?.({ done, failed, total: items.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  return results;
}
