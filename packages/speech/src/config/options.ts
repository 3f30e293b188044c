// How a text is to be spoken: the options, their ranges and defaults, and the check of them all at once.

import { QUALITIES, type Quality } from "../engine/boundary.ts";
import { SpeechError } from "../errors.ts";

export const SAMPLE_RATES = [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
export const TIMES = ["words", "phonemes", "sentences", "marks"] as const;
export type TimeKind = (typeof TIMES)[number];

/** All are optional; absent ones are the pipeline's, then the defaults. */
export interface SpeechOptions {
  /** One of the pipeline's voices(). Default: "slt". */
  readonly voice?: string;
  /** BCP 47. Default: "en-US". */
  readonly language?: string;
  /** 0.5 to 2; 1 is the voice's own. */
  readonly rate?: number;
  /** -12 to 12 semitones; 0 is the voice's own. */
  readonly pitch?: number;
  /** -20 to 20 dB, applied to floats: nothing is limited before an integer format is made. */
  readonly volume?: number;
  /** Frames a second: one of SAMPLE_RATES. Default: the voice's own. */
  readonly sampleRate?: number;
  /** 1 or 2 (both the same). Default: 1. */
  readonly channels?: 1 | 2;
  /** Of resampling. Default: "standard". */
  readonly quality?: Quality;
  /** Which times come with the audio. Default: words, sentences and marks. */
  readonly include?: readonly TimeKind[];
  /** 20 to 60,000 ms, whole, of audio in each chunk of a stream. Default: 250. */
  readonly chunkMs?: number;
}

export type OptionName = keyof SpeechOptions;

/** One problem of an option or configuration key. */
export interface OptionProblem {
  readonly field: string;
  readonly message: string;
}

type Check = (value: unknown) => string | undefined;

const number =
  (least: number, most: number, unit: string): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most ? undefined : `a number from ${least} to ${most}${unit}`;
const whole =
  (least: number, most: number, unit: string): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? undefined : `a whole number from ${least} to ${most}${unit}`;
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `one of ${values.map((each) => JSON.stringify(each)).join(", ")}`;
const text =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : expected;

/** What each option must be; the words that follow "expected". */
export const OPTION_CHECKS: Readonly<Record<OptionName, Check>> = {
  voice: text(/^[A-Za-z0-9._-]{1,64}$/, "the name of a voice: 1 to 64 of A–Z a–z 0–9 . _ -"),
  language: text(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'a BCP 47 tag such as "en-US"'),
  rate: number(0.5, 2, " (1 is the voice's own)"),
  pitch: number(-12, 12, " semitones"),
  volume: number(-20, 20, " dB"),
  sampleRate: oneOf(SAMPLE_RATES),
  channels: oneOf([1, 2]),
  quality: oneOf(QUALITIES),
  include: (value) =>
    Array.isArray(value) && value.every((each) => TIMES.includes(each)) && new Set(value).size === value.length
      ? undefined
      : `a list of ${TIMES.map((each) => `"${each}"`).join(", ")}, each at most once`,
  chunkMs: whole(20, 60_000, " ms"),
};

/** @returns every problem, in the order of the keys. `undefined` is as absent. */
export function optionProblems(options: Readonly<Record<string, unknown>>, checks: Readonly<Record<string, Check>> = OPTION_CHECKS): OptionProblem[] {
  const problems: OptionProblem[] = [];
  for (const [field, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    if (check === undefined) {
      problems.push({ field, message: `${field}: unknown; expected one of ${Object.keys(checks).join(", ")}` });
      continue;
    }
    const expected = check(value);
    if (expected !== undefined) problems.push({ field, message: `${field}: expected ${expected}, got ${shown(value)}` });
  }
  return problems;
}

function shown(value: unknown): string {
  const json = typeof value === "number" || typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

/** @throws SpeechError speech_option_invalid for the first problem; its message has them all. */
export function checkOptions(options: Readonly<Record<string, unknown>>): void {
  const problems = optionProblems(options);
  const first = problems[0];
  if (first !== undefined) throw new SpeechError("speech_option_invalid", problems.map(({ message }) => message).join("; "), { field: first.field });
}
