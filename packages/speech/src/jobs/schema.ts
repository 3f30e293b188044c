// The JSON Schema (2020-12) of a job's `speech`. What the engine checks beyond it: the SSML document, and that the voice is there.

import { SAMPLE_RATES, TIMES } from "../config/options.ts";
import { QUALITIES } from "../engine/boundary.ts";
import { MOST_METADATA } from "../files/metadata.ts";
import { ENCODINGS, FORMATS } from "./speak-job.ts";

/** Code points of a text are at most as many as its bytes, which the engine counts. */
const MOST_TEXT = 16 * 2 ** 20;

const range = (minimum: number, maximum: number, description: string): object => ({ description, type: "number", minimum, maximum });
const choice = (values: readonly unknown[], description: string): object => ({ description, enum: values });

export const SPEECH_SCHEMA: Readonly<Record<string, unknown>> = {
  description: "What to speak, and how. Without `text` and `ssml`: the job's text.content.",
  type: "object",
  additionalProperties: false,
  properties: {
    text: { description: "Plain text; at most 16 MiB of UTF-8.", type: "string", maxLength: MOST_TEXT },
    ssml: { description: "An SSML 1.1 document; at most 16 MiB of UTF-8.", type: "string", maxLength: MOST_TEXT },
    voice: { description: "One of `haforu voices`.", default: "slt", type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
    language: { description: "BCP 47.", default: "en-US", type: "string" },
    rate: { ...range(0.5, 2, "Times the voice's own speed."), default: 1 },
    pitch: { ...range(-12, 12, "Semitones from the voice's own."), default: 0 },
    volume: { ...range(-20, 20, "dB."), default: 0 },
    sample_rate: choice(SAMPLE_RATES, "Frames a second; the voice's own where there is none."),
    channels: { ...choice([1, 2], "Two are alike."), default: 1 },
    quality: { ...choice(QUALITIES, "Of resampling."), default: "standard" },
    include: { description: "Which times.", default: ["words", "sentences", "marks"], type: "array", items: { enum: TIMES } },
    format: { ...choice(FORMATS, "The audio file; raw: float32 samples, little endian; none: times alone."), default: "wav" },
    encoding: { ...choice(ENCODINGS, "How the audio stands in the line."), default: "base64" },
    bits: { ...choice([16, 24, 32, "float"], "Of a sample; FLAC has 16 and 24."), default: 16 },
    title: { description: "Written into the file.", type: "string", maxLength: MOST_METADATA },
  },
  not: { required: ["text", "ssml"] },
};
