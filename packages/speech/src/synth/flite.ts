// flite.wasm behind VoiceEngine: requests to the engine's JSON, its chunks back as they come, over the threads of a pool.

import { availableParallelism } from "node:os";
import type { SpeechWarning } from "../captions/times.ts";
import { fliteModule } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import { type ChunkMessage, type Heard, type JobListener, SpeechPool } from "./pool.ts";
import type { SpeakRequest, SpokenChunk, Voice, VoiceEngine } from "./voice-engine.ts";
import { findVoiceFile, listVoiceFiles, missingVoice } from "./voice-files.ts";

/** More threads than this help only where many texts come at once: each holds a voice of some MB. */
const MOST_THREADS_BY_DEFAULT = 4;
/** Bytes of text given to the engine at once. */
const PIECE_BYTES = 65_536;

/** The next piece of a text that comes in pieces; undefined after the last. */
type HeardText = { readonly kind: "text"; readonly piece: Uint8Array | undefined };

/** What is said of one call by its thread, its text and its signal, until it is taken. */
class Inbox implements JobListener {
  readonly #heard: (Heard | HeardText)[] = [];
  #wake: (() => void) | undefined;

  hear(heard: Heard | HeardText): void {
    this.#heard.push(heard);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  take(): Heard | HeardText | undefined {
    return this.#heard.shift();
  }

  /** Until something is heard. One waits at a time. */
  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

export interface FliteSettings {
  readonly workers?: number | undefined;
  readonly voicePath?: readonly string[] | undefined;
}

export class FliteEngine implements VoiceEngine {
  readonly name = "flite";
  readonly licence = "MIT OR Apache-2.0 (flite: BSD-like)";
  readonly #folders: readonly string[];
  readonly #pool: SpeechPool;
  /** Voices whose files were there once: looking for one costs more than the rest of a short call. A thread that does not find one any more says so. */
  readonly #seen = new Set<string>();

  constructor({ workers, voicePath = [] }: FliteSettings = {}) {
    this.#folders = voicePath;
    this.#pool = new SpeechPool(workers ?? Math.min(MOST_THREADS_BY_DEFAULT, availableParallelism()), fliteModule);
  }

  async voices(): Promise<readonly Voice[]> {
    return listVoiceFiles(this.#folders);
  }

  async *speak({ input, options, signal, ahead }: SpeakRequest): AsyncGenerator<SpokenChunk> {
    signal?.throwIfAborted();
    if (!this.#seen.has(options.voice) && findVoiceFile(options.voice, this.#folders) === undefined)
      throw new SpeechError("speech_voice_not_found", missingVoice(options.voice, this.#folders), { field: "voice" });
    this.#seen.add(options.voice);
    const inbox = new Inbox();
    const credit = Number.isFinite(ahead) ? ahead : Number.MAX_SAFE_INTEGER;
    const job = this.#pool.start(requestOf(input, options), options.voice, this.#folders, credit, inbox);
    const onAbort = (): void => inbox.hear({ kind: "failed", error: signal?.reason as Error });
    signal?.addEventListener("abort", onAbort);
    const text = "pieces" in input ? bytesOf(input.pieces) : undefined;
    const channels = options.channels ?? 1;
    const seen = new Set<string>();
    try {
      for (;;) {
        // An abort goes before what came earlier.
        if (signal?.aborted) throw signal.reason;
        const heard = inbox.take();
        if (heard === undefined) await inbox.more();
        else if (heard.kind === "failed") throw heard.error;
        else if (heard.kind === "need") {
          // Heard like the rest: text may never come, and an abort ends that wait too.
          nextOf(text).then(
            (piece) => inbox.hear({ kind: "text", piece }),
            (error: Error) => inbox.hear({ kind: "failed", error }),
          );
        } else if (heard.kind === "text") {
          this.#pool.feed(job, heard.piece ?? new Uint8Array(0), heard.piece === undefined);
        } else {
          yield chunkOf(heard.message, heard.samples, channels, seen);
          if (heard.message.result !== undefined) return;
          if (Number.isFinite(ahead)) this.#pool.credit(job, 1);
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#pool.cancel(job);
      // Not awaited: text that never comes would hold the end of the call.
      text?.return?.(undefined).catch(() => undefined);
    }
  }

  async dispose(): Promise<void> {
    await this.#pool.dispose();
  }
}

/** The engine's request (packages/speech/engine/ABI.md). Times come with the chunks, so that the engine keeps none. */
function requestOf(input: SpeakRequest["input"], options: SpeakRequest["options"]): string {
  const { sampleRate, chunkMs, ...rest } = options;
  const source = "pieces" in input ? { feed: true } : input;
  // The spreads last: in Node 20 something of a literal that begins with one and goes on with keys outlives V8's collections of young objects (measured: 1.2 KB a
  // call), and what outlives them makes V8 give young objects more room, up to 32 MB.
  return JSON.stringify({ sample_rate: sampleRate, chunk_ms: chunkMs, times: "chunks", ...source, ...rest });
}

/** @param seen warnings given so far: the result line, which comes with the last chunk, repeats them. */
function chunkOf(message: ChunkMessage, samples: Float32Array, channels: 1 | 2, seen: Set<string>): SpokenChunk {
  const { rate, index, final, startFrame, consumed } = message;
  const times = JSON.parse(message.times === "" ? "{}" : message.times) as Partial<SpokenChunk>;
  const { words = [], phonemes = [], sentences = [], marks = [] } = times;
  const { warnings: more = [] } = JSON.parse(message.result ?? "{}") as { warnings?: SpeechWarning[] };
  const warnings = [...(times.warnings ?? []), ...more].filter((warning) => {
    const key = JSON.stringify(warning);
    return seen.has(key) ? false : seen.add(key);
  });
  return { samples, rate, channels, index, final, startFrame, words, phonemes, sentences, marks, warnings, consumed };
}

/** Pieces as UTF-8, none larger than the engine is to be given at once. */
async function* bytesOf(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (typeof piece !== "string" && !(piece instanceof Uint8Array))
      throw new SpeechError("speech_option_invalid", `text: expected pieces that are strings or UTF-8 as Uint8Array, got ${typeof piece}`, { field: "text" });
    const bytes = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.slice(at, at + PIECE_BYTES);
  }
}

async function nextOf(text: AsyncGenerator<Uint8Array> | undefined): Promise<Uint8Array | undefined> {
  const next = await text?.next();
  return next === undefined || next.done === true ? undefined : next.value;
}
