// The entry for programs: a configured engine, its voices, and the ways to speak with it: whole, as a stream, many at once, aloud.

import { Readable } from "node:stream";
import { SpeechConfig, type SpeechSettings } from "../config/config.ts";
import { checkOptions, type SpeechOptions } from "../config/options.ts";
import { SpeechError } from "../errors.ts";
import { playAudio } from "../play/player.ts";
import { openEngine } from "../synth/open-engine.ts";
import type { SpeakRequest, SpokenChunk, Voice, VoiceEngine } from "../synth/voice-engine.ts";
import { type BatchItem, type BatchOptions, type BatchResult, speakBatch } from "./batch.ts";
import { Speech } from "./speech.ts";

/** Chunks that a stream makes ahead of its reader: enough that the reader never waits for a message, little memory. */
const AHEAD = 8;

export interface SpeechProgress {
  /** Code points of the source that are spoken so far, and all of them where that is known. */
  readonly codePoints: number;
  readonly totalCodePoints: number | undefined;
  /** Seconds of audio so far. */
  readonly seconds: number;
}

/** Options of one call, over those of the pipeline. */
export interface SpeakOptions extends SpeechOptions {
  /** Ends the call: it rejects with the signal's reason at once. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SpeechProgress) => void;
  /** Each piece of audio as soon as it is there. */
  readonly onChunk?: (chunk: StreamChunk) => void;
  /** What the call rejects with. */
  readonly onError?: (error: Error) => void;
}

/** A piece of a stream. */
export interface StreamChunk extends SpokenChunk {
  /** The same samples; joined over all chunks they are those of `synthesize`, each one. */
  readonly audio: Float32Array;
}

type ResolvedOptions = { -readonly [K in keyof SpeechOptions]: SpeechOptions[K] } & { readonly voice: string };

/** Text for a stream: whole, or in pieces (a file's, say) of any size. */
export type StreamText = string | AsyncIterable<string | Uint8Array>;

/** Milliseconds of audio in a message of a thread where nobody looks at the pieces of a text that is wanted whole: few messages, and a thread that hears of an abort soon. */
const WHOLE_CHUNK_MS = 2000;
/** Of a whole text: 2 GiB of floats, more than 9 hours at 16 kHz, and as much again while they are joined. */
const MOST_SAMPLES: number = 2 ** 29;
const DEFAULT_VOICE = "slt";
const DEFAULT_LANGUAGE = "en-US";

/**
 * @param config settings, or a SpeechConfig. @throws SpeechError speech_config_invalid with every problem; speech_package_missing where the engine is not installed.
 * `dispose()` (or `await using`) frees its threads; a pipeline that nobody speaks with does not keep the process alive.
 */
export async function createPipeline(config: SpeechSettings | SpeechConfig = {}, engine?: VoiceEngine): Promise<SpeechPipeline> {
  const own = new SpeechConfig(config instanceof SpeechConfig ? config.toJSON() : config);
  own.check();
  return new SpeechPipeline(own, engine ?? (await openEngine(own)));
}

export class SpeechPipeline implements AsyncDisposable {
  readonly config: SpeechConfig;
  readonly engine: VoiceEngine;
  #disposed = false;

  /** Use createPipeline. */
  constructor(config: SpeechConfig, engine: VoiceEngine) {
    this.config = config;
    this.engine = engine;
  }

  /** Those that can be used and those that can be installed. */
  voices(): Promise<readonly Voice[]> {
    return this.engine.voices();
  }

  /** The voice of calls that name none. */
  get voice(): string {
    return this.#voiceOf(this.config.options());
  }

  /** @throws SpeechError speech_voice_not_found for a name that is not among the voices that can be used. */
  async setVoice(name: string): Promise<void> {
    checkOptions({ voice: name });
    const voice = (await this.voices()).find((each) => each.name === name);
    if (voice?.installed !== true) {
      const how = voice?.install === undefined ? "voices() lists those that are there" : voice.install;
      throw new SpeechError("speech_voice_not_found", `the voice "${name}" is not installed: ${how}`, { field: "voice" });
    }
    this.config.set("voice", name);
  }

  /** Speaks plain text. @throws SpeechError, or the signal's reason. */
  synthesize(text: string, options: SpeakOptions = {}): Promise<Speech> {
    checkText("text", text);
    return this.#whole({ text }, text, options);
  }

  /** Speaks an SSML 1.1 document. @throws SpeechError speech_ssml_invalid with line and column. */
  synthesizeSsml(ssml: string, options: SpeakOptions = {}): Promise<Speech> {
    checkText("ssml", ssml);
    return this.#whole({ ssml }, undefined, options);
  }

  /** Pieces as they are made. The engine makes a few ahead of the reader and then waits; leaving the loop ends it. */
  synthesizeStream(text: StreamText, options: SpeakOptions = {}): AsyncIterable<StreamChunk> {
    if (typeof text === "string") return this.#chunks({ text }, options, AHEAD, [...text].length);
    if (typeof text?.[Symbol.asyncIterator] !== "function")
      throw new SpeechError("speech_option_invalid", "text: expected a string, or an async iterable of strings or UTF-8", { field: "text" });
    return this.#chunks({ pieces: text }, options, AHEAD, undefined);
  }

  /** The same for an SSML document. */
  synthesizeSsmlStream(ssml: string, options: SpeakOptions = {}): AsyncIterable<StreamChunk> {
    checkText("ssml", ssml);
    return this.#chunks({ ssml }, options, AHEAD, [...ssml].length);
  }

  /** A Node stream of the pieces (object mode), with backpressure. */
  readable(text: StreamText, options: SpeakOptions = {}): Readable {
    return Readable.from(this.synthesizeStream(text, options), { highWaterMark: 2 });
  }

  /** Many texts over all threads; results in the order of the items, each a success or its own error. */
  synthesizeBatch(items: readonly BatchItem[], options: BatchOptions = {}): Promise<BatchResult[]> {
    return speakBatch(this, items, options);
  }

  /** Speaks aloud by a player of the system; resolves when it has ended. @throws SpeechError speech_player_missing. */
  async play(text: string, options: SpeakOptions = {}): Promise<void> {
    const audio = await this.synthesize(text, options);
    await playAudio(audio, options);
  }

  /** Ends what is under way and frees threads. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #whole(input: { text: string } | { ssml: string }, text: string | undefined, options: SpeakOptions): Promise<Speech> {
    if (typeof options !== "object" || options === null)
      throw new SpeechError("speech_option_invalid", `options: expected an object, got ${options === null ? "null" : typeof options}`, { field: "options" });
    try {
      const resolved = this.#resolve(options);
      const heard = options.onChunk !== undefined || options.onProgress !== undefined;
      if (!heard) resolved.chunkMs ??= WHOLE_CHUNK_MS;
      const total = options.onProgress === undefined ? undefined : [...("text" in input ? input.text : input.ssml)].length;
      const chunks: SpokenChunk[] = [];
      let samples = 0;
      for await (const chunk of this.#speak(input, resolved, options.signal, Number.POSITIVE_INFINITY)) {
        if (heard) tell(chunk, options, total);
        samples += chunk.samples.length;
        if (samples > MOST_SAMPLES)
          throw new SpeechError(
            "speech_text_too_long",
            `the audio in memory has at most ${MOST_SAMPLES} samples: take it as a stream (synthesizeStream), or in parts`,
          );
        chunks.push(chunk);
      }
      const { voice, language = this.engine.name === "espeak" ? voice : DEFAULT_LANGUAGE } = resolved;
      return new Speech(chunks, { voice, language, text });
    } catch (error) {
      options.onError?.(error as Error);
      throw error;
    }
  }

  async *#chunks(input: SpeakRequest["input"], options: SpeakOptions, ahead: number, totalCodePoints: number | undefined): AsyncGenerator<StreamChunk> {
    try {
      for await (const chunk of this.#speak(input, this.#resolve(options), options.signal, ahead)) yield tell(chunk, options, totalCodePoints);
    } catch (error) {
      options.onError?.(error as Error);
      throw error;
    }
  }

  /** The options of a call over those of the pipeline. @throws SpeechError. */
  #resolve({ signal, onProgress, onChunk, onError, ...given }: SpeakOptions): ResolvedOptions {
    if (this.#disposed) throw new SpeechError("speech_disposed", "the pipeline is disposed");
    checkOptions(given);
    const own = this.config.options();
    return { voice: this.#voiceOf(own), ...own, ...defined(given) };
  }

  #voiceOf(options: SpeechOptions): string {
    return options.voice ?? (this.engine.name === "espeak" ? "en-us" : DEFAULT_VOICE);
  }

  #speak(input: SpeakRequest["input"], options: ResolvedOptions, signal: AbortSignal | undefined, ahead: number): AsyncIterable<SpokenChunk> {
    return this.engine.speak({ input, options, ahead, ...(signal === undefined ? {} : { signal }) });
  }
}

/** Lets the call's owner see a chunk. */
function tell(chunk: SpokenChunk, { onChunk, onProgress }: SpeakOptions, totalCodePoints: number | undefined): StreamChunk {
  // The spread last, as in requestOf of synth/flite.ts.
  const piece = { audio: chunk.samples, ...chunk };
  onChunk?.(piece);
  onProgress?.({ codePoints: chunk.consumed, totalCodePoints, seconds: (chunk.startFrame + chunk.samples.length / chunk.channels) / chunk.rate });
  return piece;
}

/** Without the keys whose value is undefined: they would hide those of the pipeline. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function checkText(field: string, text: unknown): void {
  if (typeof text !== "string") throw new SpeechError("speech_option_invalid", `${field}: expected a string, got ${typeof text}`, { field });
}
