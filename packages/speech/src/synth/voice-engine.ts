// What an engine that speaks must offer: flite is one, eSpeak NG another, a neural one may be the next. The pipeline knows engines by this alone.

import type { SpeechWarning, SpokenMark, SpokenPhoneme, SpokenSentence, SpokenWord } from "../captions/times.ts";
import type { SpeechOptions } from "../config/options.ts";

export interface Voice {
  /** What the option `voice` takes. */
  readonly name: string;
  readonly engine: string;
  /** SPDX identifier of what speaks with it, e.g. "GPL-3.0-or-later". */
  readonly licence: string;
  /** BCP 47. */
  readonly language: string;
  /** Where it was found, or the package that has it. */
  readonly source: string;
  /** Whether it can be used now; otherwise `install` says how it can. */
  readonly installed: boolean;
  readonly install?: string;
  readonly description?: string;
}

/** One text to speak. */
export interface SpeakRequest {
  /** Plain text, whole or in pieces that come one after the other (cut anywhere), or an SSML 1.1 document. */
  readonly input: { readonly text: string } | { readonly ssml: string } | { readonly pieces: AsyncIterable<string | Uint8Array> };
  /** Checked, with a voice. */
  readonly options: SpeechOptions & { readonly voice: string };
  /** Ends the request: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Chunks that may be made ahead of the reader; Infinity where nothing is to be held back. */
  readonly ahead: number;
}

/** A piece of the audio, with the times of what begins in it, in seconds from the start of the whole. */
export interface SpokenChunk {
  /** In [-1, 1] at full scale, interleaved when there are two channels. The reader's own. */
  readonly samples: Float32Array;
  /** Frames a second. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** 0, 1, 2 … */
  readonly index: number;
  readonly final: boolean;
  /** Frames of all chunks before. */
  readonly startFrame: number;
  readonly words: readonly SpokenWord[];
  readonly phonemes: readonly SpokenPhoneme[];
  readonly sentences: readonly SpokenSentence[];
  readonly marks: readonly SpokenMark[];
  readonly warnings: readonly SpeechWarning[];
  /** Code points of the source that are spoken by its end. */
  readonly consumed: number;
}

export interface VoiceEngine {
  readonly name: string;
  /** SPDX identifier. */
  readonly licence: string;
  voices(): Promise<readonly Voice[]>;
  /** At least one chunk, the last of them with `final`. @throws SpeechError, or the signal's reason. Leaving the iteration ends the request. */
  speak(request: SpeakRequest): AsyncIterable<SpokenChunk>;
  /** Ends what is under way with speech_disposed, and frees threads and memory. */
  dispose(): Promise<void>;
}
