// When what is spoken: the records that the engine gives, as it names them.

/** Seconds from the start of the audio; half-open code point range of the source text (SSML: of the document, markup included). */
export interface SpokenWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly text_start: number;
  readonly text_end: number;
}

/** A phoneme in the voice's own notation: ARPAbet, with a stress digit on vowels. */
export type SpokenPhoneme = SpokenWord;

export type SpokenSentence = Omit<SpokenWord, "text">;

/** An SSML mark: its name and when the speech passes it. */
export interface SpokenMark {
  readonly name: string;
  readonly time: number;
  readonly text_start: number;
}

/** What an engine noticed without failing. */
export interface SpeechWarning {
  readonly code: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}
