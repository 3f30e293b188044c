// Word times in, captions out: SRT, WebVTT or JSON. Cues are cut at sentences, at pauses, and where a cue would become too long to read.

import { SpeechError } from "../errors.ts";
import type { SpokenSentence, SpokenWord } from "./times.ts";

export const CAPTION_FORMATS = ["srt", "vtt", "json"] as const;
export type CaptionFormat = (typeof CAPTION_FORMATS)[number];

export interface CaptionOptions {
  /** Characters of a cue (two lines of 42 are what subtitlers use). Default: 84. */
  readonly maxCharacters?: number;
  /** Seconds of a cue. Default: 7. */
  readonly maxSeconds?: number;
  /** Seconds of silence that end a cue. Default: 0.8. */
  readonly pause?: number;
  /** WebVTT: the time of each word inside its cue (<00:00:01.500>), for players that highlight words. Default: true. */
  readonly wordTimes?: boolean;
}

/** Seconds; half-open range of code points of the source text. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly text_start: number;
  readonly text_end: number;
  readonly words: readonly SpokenWord[];
}

const DEFAULTS: Required<CaptionOptions> = { maxCharacters: 84, maxSeconds: 7, pause: 0.8, wordTimes: true };

/**
 * @param source the text that was spoken: cues then show it as it is written ("25 dollars"). Without it, or for SSML, they show the words as spoken ("twenty five
 * dollars"). @param sentences where known, no cue goes over the end of one.
 */
export function cuesOf(words: readonly SpokenWord[], source?: string, sentences: readonly SpokenSentence[] = [], options: CaptionOptions = {}): Cue[] {
  const { maxCharacters, maxSeconds, pause } = { ...DEFAULTS, ...options };
  for (const [field, value] of Object.entries({ maxCharacters, maxSeconds, pause }))
    if (typeof value !== "number" || !(value > 0))
      throw new SpeechError("speech_option_invalid", `${field}: expected a number over 0, got ${value}`, { field });
  const points = source === undefined ? undefined : [...source];
  const shown = (from: SpokenWord, to: SpokenWord, between: readonly SpokenWord[], limit: number): string =>
    points === undefined
      ? between.map(({ text }) => text).join(" ")
      : points
          .slice(from.text_start, endOfWord(points, to.text_end, limit))
          .join("")
          .replace(/\s+/g, " ")
          .trim();
  const cues: Cue[] = [];
  let open: SpokenWord[] = [];
  const sentenceOf = (word: SpokenWord): number => sentences.findLastIndex(({ start }) => start <= word.start + 1e-6);
  let openSentence = -1;
  const close = (limit: number): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (first !== undefined && last !== undefined) {
      const text = shown(first, last, open, limit);
      cues.push({ start: first.start, end: last.end, text, text_start: first.text_start, text_end: last.text_end, words: open });
    }
    open = [];
  };
  for (const word of words) {
    const first = open[0];
    const sentence = sentenceOf(word);
    if (first !== undefined) {
      const long = [...shown(first, word, [...open, word], word.text_end)].length > maxCharacters;
      const last = open.at(-1) as SpokenWord;
      // A number's words stay in one cue: they are shown by one piece of the text.
      const together = points !== undefined && word.text_start === last.text_start;
      if (!together && (sentence !== openSentence || long || word.end - first.start > maxSeconds || word.start - last.end > pause)) close(word.text_start);
    }
    if (open.length === 0) openSentence = sentence;
    open.push(word);
  }
  close(Number.POSITIVE_INFINITY);
  return cues;
}

/** What stands behind a word up to the next white space is shown with it: punctuation, a closing quote. Not what the next word owns. */
function endOfWord(points: readonly string[], end: number, limit: number): number {
  let at = end;
  while (at < points.length && at < limit && !/\s/u.test(points[at] as string)) at++;
  return at;
}

/** hours:minutes:seconds with three decimals. @param point "." for WebVTT, "," for SRT. */
function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}${point}${String(ms % 1000).padStart(3, "0")}`;
}

/** SubRip: numbered cues. */
export function srt(cues: readonly Cue[]): string {
  return cues.map(({ start, end, text }, index) => `${index + 1}\n${clock(start, ",")} --> ${clock(end, ",")}\n${text}\n`).join("\n");
}

/** WebVTT (W3C). "<", ">" and "&" of the text are escaped. */
export function vtt(cues: readonly Cue[], source: string | undefined, { wordTimes = true }: CaptionOptions = {}): string {
  const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const points = source === undefined ? undefined : [...source];
  const timed = (cue: Cue, limit: number): string => {
    const parts: string[] = [];
    for (const [index, word] of cue.words.entries()) {
      const before = cue.words[index - 1];
      // The words of a number share one piece of the text: it is shown once, at the first.
      if (points !== undefined && before?.text_start === word.text_start) continue;
      const end =
        cue.words.slice(index + 1).find(({ text_start }) => text_start !== word.text_start)?.text_start ?? endOfWord(points ?? [], cue.text_end, limit);
      const text = points === undefined ? `${word.text} ` : points.slice(word.text_start, end).join("").replace(/\s+/g, " ");
      parts.push(`${index === 0 ? "" : `<${clock(word.start, ".")}>`}${escaped(text)}`);
    }
    return parts.join("").trim();
  };
  return `WEBVTT\n\n${cues.map((cue, index) => `${clock(cue.start, ".")} --> ${clock(cue.end, ".")}\n${wordTimes ? timed(cue, cues[index + 1]?.text_start ?? Number.POSITIVE_INFINITY) : escaped(cue.text)}\n`).join("\n")}`;
}

/** @returns a document in the format. JSON: {"cues": […]}, times in seconds with at most 6 decimals. */
export function captions(
  format: CaptionFormat,
  words: readonly SpokenWord[],
  source?: string,
  sentences: readonly SpokenSentence[] = [],
  options: CaptionOptions = {},
): string {
  const cues = cuesOf(words, source, sentences, options);
  if (format === "srt") return srt(cues);
  if (format === "vtt") return vtt(cues, source, options);
  if (format === "json") return `${JSON.stringify({ cues }, null, 2)}\n`;
  throw new SpeechError("speech_option_invalid", `format: expected "srt", "vtt" or "json", got ${JSON.stringify(format)}`, { field: "format" });
}
