// What a spoken text is: its audio, and when what is spoken; gathered from the chunks of an engine.

import { AudioBuffer } from "../buffer/audio-buffer.ts";
import { type CaptionFormat, type CaptionOptions, captions } from "../captions/captions.ts";
import type { SpeechWarning, SpokenMark, SpokenPhoneme, SpokenSentence, SpokenWord } from "../captions/times.ts";
import type { SpokenChunk } from "../synth/voice-engine.ts";

/** Times of a whole text; those that were not asked for are empty. */
export interface SpeechTimes {
  readonly words: readonly SpokenWord[];
  readonly phonemes: readonly SpokenPhoneme[];
  readonly sentences: readonly SpokenSentence[];
  readonly marks: readonly SpokenMark[];
}

/** Audio that knows what is spoken in it. Operations on it give plain AudioBuffers: times would not hold for them. */
export class Speech extends AudioBuffer implements SpeechTimes {
  readonly words: readonly SpokenWord[];
  readonly phonemes: readonly SpokenPhoneme[];
  readonly sentences: readonly SpokenSentence[];
  readonly marks: readonly SpokenMark[];
  readonly warnings: readonly SpeechWarning[];
  readonly voice: string;
  /** The plain text that was spoken; undefined for SSML. */
  readonly text: string | undefined;

  constructor(
    chunks: readonly SpokenChunk[],
    { voice, language, text }: { readonly voice: string; readonly language: string; readonly text?: string | undefined },
  ) {
    super(joined(chunks), chunks[0]?.rate ?? 16_000, chunks[0]?.channels ?? 1, { language });
    this.words = chunks.flatMap(({ words }) => words);
    this.phonemes = chunks.flatMap(({ phonemes }) => phonemes);
    this.sentences = chunks.flatMap(({ sentences }) => sentences);
    this.marks = chunks.flatMap(({ marks }) => marks);
    this.warnings = chunks.flatMap(({ warnings }) => warnings);
    this.voice = voice;
    this.text = text;
  }

  /** SRT, WebVTT or JSON from the words. */
  captions(format: CaptionFormat, options?: CaptionOptions): string {
    return captions(format, this.words, this.text, this.sentences, options);
  }
}

/** One chunk is not copied. */
function joined(chunks: readonly SpokenChunk[]): Float32Array {
  if (chunks.length === 1) return (chunks[0] as SpokenChunk).samples;
  const samples = new Float32Array(chunks.reduce((total, chunk) => total + chunk.samples.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    samples.set(chunk.samples, at);
    at += chunk.samples.length;
  }
  return samples;
}
