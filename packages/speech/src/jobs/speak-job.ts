// The `speech` of a job in, its result fields or its error out, at once and in this thread: for workers that do jobs one after the other.
// What of it is checked, spoken and timed is the engine's; here are only the file formats, which the engine does not make.

import { delimiter } from "node:path";
import { NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, SpeechModule } from "../engine/boundary.ts";
import { fliteModule } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import { type AudioEncoder, resolveEncoding, type SampleBits } from "../files/encoder.ts";
import { flacEncoder } from "../files/flac.ts";
import { wavEncoder } from "../files/wav.ts";
import { findVoiceFile, loadVoiceFile, missingVoice } from "../synth/voice-files.ts";

/** wav, flac: a file. raw: float32 samples, little endian, interleaved. none: times alone. */
export const FORMATS = ["wav", "flac", "raw", "none"] as const;
type JobFormat = (typeof FORMATS)[number];
export const ENCODINGS = ["base64", "none"] as const;
const DEFAULT_VOICE = "slt";
/** Seconds of audio of one job: a job's result is one line, or one file made in memory. 4 hours at 48 kHz in two channels are 2.8 GB of floats, under what an array holds. */
const MOST_SECONDS = 4 * 3600;
/** Audio of one chunk: longer ones cost less, and a job has no reader that waits. */
const CHUNK_MS = 1000;

/** Fields of the result line, in their order. */
export interface SpokenFields {
  readonly speech: Readonly<Record<string, unknown>>;
  readonly words?: readonly unknown[];
  readonly phonemes?: readonly unknown[];
  readonly sentences?: readonly unknown[];
  readonly marks?: readonly unknown[];
}

/** What is wrong with a job's `speech`; line and column are of its SSML document. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly line?: number;
  readonly column?: number;
}

export type JobOutcome =
  | { readonly fields: SpokenFields; readonly warnings: readonly { readonly code: string; readonly message: string }[] }
  | { readonly error: JobError };

interface JobRequest {
  readonly request: Readonly<Record<string, unknown>>;
  readonly format: JobFormat;
  readonly encoding: string;
  readonly bits: SampleBits;
  readonly title: string | undefined;
}

/** Takes an audio file in place of `data`: its path, or why it was not written. */
export type AudioSink = (extension: string, bytes: Uint8Array) => { readonly path: string } | { readonly code: string; readonly detail: string };

/** One engine, with the voices that it has loaded. */
export class JobSpeaker {
  readonly #folders: readonly string[];
  #engine: SpeechModule | undefined;

  /** @param voicePath folders of voices; default: HAFORU_SPEECH_VOICE_PATH. */
  constructor(voicePath: readonly string[] = (process.env.HAFORU_SPEECH_VOICE_PATH ?? "").split(delimiter).filter((folder) => folder !== "")) {
    this.#folders = voicePath;
  }

  /** @param text what a job with `text` speaks whose `speech` has none of its own. Never throws for what the job holds. */
  speak(speech: unknown, text: string | undefined, sink: AudioSink | undefined): JobOutcome {
    try {
      return this.#speak(speech, text, sink);
    } catch (error) {
      return { error: this.#errorOf(error) };
    }
  }

  #errorOf(error: unknown): JobError {
    const known = error instanceof SpeechError ? error : new SpeechError("internal", String((error as Error).stack));
    if (known.code === "engine_fault" || known.code === "out_of_memory" || known.code === "internal") this.#engine = undefined;
    const { code, message, field, line, column } = known;
    // The public option check has a code of its own; in a job it is the job that is wrong.
    const named = code === "speech_option_invalid" ? "invalid_job" : code;
    const place = { ...(field === undefined ? {} : { field: `speech.${field}` }), ...(line === undefined ? {} : { line, column: column ?? 1 }) };
    return { code: named, message: field !== undefined && message.startsWith(field) ? `speech.${message}` : message, ...place };
  }

  /** As `speak`, but nothing is spoken. @returns every problem, none when all is well; of an SSML document the first. */
  check(speech: unknown, text: string | undefined): readonly JobError[] {
    const whole = this.#opened(speech, text);
    if (whole === undefined || typeof speech !== "object" || speech === null || Array.isArray(speech)) return whole === undefined ? [] : [whole];
    // The engine names one problem of a request: each field is also asked for by itself.
    const own = Object.entries(speech).filter(([field]) => field !== "text" && field !== "ssml");
    const problems = own.flatMap(([field, value]) => this.#opened({ text: "", [field]: value }, undefined) ?? []);
    return problems.some(({ message }) => message === whole.message) ? problems : [whole, ...problems];
  }

  #opened(speech: unknown, text: string | undefined): JobError | undefined {
    try {
      const { request } = this.#request(speech, text);
      this.#engine ??= new SpeechModule(fliteModule());
      this.#engine.close(this.#engine.open(JSON.stringify(request)));
      return undefined;
    } catch (error) {
      return this.#errorOf(error);
    }
  }

  #speak(speech: unknown, text: string | undefined, sink: AudioSink | undefined): JobOutcome {
    const { request, format, encoding, bits, title } = this.#request(speech, text);
    const { voice } = request;
    if (typeof voice === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(voice) && findVoiceFile(voice, this.#folders) === undefined)
      throw new SpeechError("speech_voice_not_found", missingVoice(voice, this.#folders), { field: "voice" });
    this.#engine ??= new SpeechModule(fliteModule());
    const engine = this.#engine;
    const handle = engine.open(JSON.stringify(request));
    try {
      const pieces: Float32Array[] = [];
      let total = 0;
      for (;;) {
        const status = engine.next(handle);
        if (status === NEXT_CHUNK) {
          const { samples, startFrame, frames } = engine.chunk(handle);
          pieces.push(samples);
          total += samples.length;
          if (startFrame + frames > MOST_SECONDS * 48_000)
            throw new SpeechError("speech_text_too_long", `the audio of one job has at most ${MOST_SECONDS} s: split the text`);
        } else if (status === NEXT_NEED_VOICE) this.#bringVoice(engine);
        else if (status === NEXT_END) break;
        else throw new SpeechError("internal", `the engine answered ${status}`);
      }
      const result = JSON.parse(engine.result()) as EngineResult;
      const samples = new Float32Array(total);
      let at = 0;
      for (const piece of pieces) {
        samples.set(piece, at);
        at += piece.length;
      }
      return this.#outcome(result, samples, { format, encoding, bits, title }, sink);
    } finally {
      engine.close(handle);
    }
  }

  /** The engine's request, and what is not its business. @throws SpeechError. */
  #request(speech: unknown, text: string | undefined): JobRequest {
    if (typeof speech !== "object" || speech === null || Array.isArray(speech)) throw new SpeechError("speech_option_invalid", "speech: expected an object");
    const { format = "wav", encoding = "base64", bits = 16, title, ...rest } = speech as Record<string, unknown>;
    oneOf("format", format, FORMATS);
    oneOf("encoding", encoding, ENCODINGS);
    for (const field of ["id", "feed", "chunk_ms", "times", "dither"])
      if (field in rest) throw new SpeechError("speech_option_invalid", `${field}: unknown field`, { field });
    if (text === undefined && !("text" in rest) && !("ssml" in rest))
      throw new SpeechError("speech_option_invalid", "text: expected text or ssml, or a job with text.content", { field: "text" });
    const own = "text" in rest || "ssml" in rest || text === undefined ? rest : { text, ...rest };
    const request: Record<string, unknown> = { voice: DEFAULT_VOICE, ...own, chunk_ms: CHUNK_MS };
    const file = { bits: bits as SampleBits, ...(title === undefined ? {} : { title: title as string }) };
    // What the engine does not look at; any rate will do.
    if (format === "wav" || format === "flac") resolveEncoding({ format, ...file }, { rate: 16_000, channels: 1 });
    return { request, format: format as JobFormat, encoding: encoding as string, bits: bits as SampleBits, title: title as string | undefined };
  }

  #outcome(
    { speech, words, phonemes, sentences, marks, warnings = [] }: EngineResult,
    samples: Float32Array,
    { format, encoding, bits, title }: { format: JobFormat; encoding: string; bits: SampleBits; title: unknown },
    sink: AudioSink | undefined,
  ): JobOutcome {
    const { format: _, clipped: __, voice, language, ...facts } = speech;
    const file = format === "none" ? undefined : fileOf(samples, format, bits, title, speech);
    const told = file !== undefined && file.clipped > 0 ? [...warnings, clippedWarning(file.clipped)] : warnings;
    let data: Record<string, unknown> = {};
    if (file !== undefined && sink !== undefined) {
      const written = sink(format, file.bytes);
      if ("code" in written) return { error: { code: written.code, message: `the audio could not be written: ${written.detail}` } };
      data = { path: written.path };
    } else if (file !== undefined && encoding !== "none") data = { data: Buffer.from(file.bytes).toString("base64") };
    const fields: SpokenFields = {
      speech: { format, encoding: format === "none" ? "none" : encoding, ...data, voice, language, ...facts },
      ...(words && { words }),
      ...(phonemes && { phonemes }),
      ...(sentences && { sentences }),
      ...(marks && { marks }),
    };
    return { fields, warnings: told };
  }

  #bringVoice(engine: SpeechModule): void {
    const name = engine.needed();
    const path = findVoiceFile(name, this.#folders);
    if (path === undefined) engine.refuseVoice(name, missingVoice(name, this.#folders));
    else loadVoiceFile(engine, name, path);
  }
}

interface EngineResult {
  readonly speech: {
    readonly voice: string;
    readonly language: string;
    readonly sample_rate: number;
    readonly channels: 1 | 2;
    readonly format: string;
    readonly clipped: number;
  };
  readonly words?: readonly unknown[];
  readonly phonemes?: readonly unknown[];
  readonly sentences?: readonly unknown[];
  readonly marks?: readonly unknown[];
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
}

function fileOf(
  samples: Float32Array,
  format: "wav" | "flac" | "raw",
  bits: SampleBits,
  title: unknown,
  { sample_rate: rate, channels, language }: EngineResult["speech"],
): { readonly bytes: Uint8Array; readonly clipped: number } {
  if (format === "raw") return { bytes: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), clipped: 0 };
  const options = { format, bits, language, ...(title === undefined ? {} : { title: title as string }) };
  const encoding = resolveEncoding(options, { rate, channels, frames: samples.length / channels });
  const encoder: AudioEncoder = format === "wav" ? wavEncoder(encoding) : flacEncoder(encoding);
  const first = encoder.encode(samples);
  const { tail, head } = encoder.finish();
  const bytes = Buffer.concat([first, tail]);
  if (head !== undefined) bytes.set(head, 0);
  return { bytes, clipped: encoder.clipped };
}

function clippedWarning(count: number): { readonly code: string; readonly message: string } {
  return { code: "speech_clipped", message: `${count} samples were louder than the format holds and were limited: lower speech.volume` };
}

function oneOf(field: string, value: unknown, values: readonly string[]): void {
  if (!values.includes(value as string))
    throw new SpeechError("speech_option_invalid", `${field}: expected one of ${values.map((each) => `"${each}"`).join(", ")}, got ${JSON.stringify(value)}`, {
      field,
    });
}
