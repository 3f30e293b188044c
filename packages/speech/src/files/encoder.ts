// Which file formats there are, their options, and an encoder of each that takes samples piece by piece: memory does not grow with the audio.

import { LEAST_RATE, MOST_RATE } from "../audio/data.ts";
import { SpeechError } from "../errors.ts";
import { type AudioMetadata, MOST_METADATA } from "./metadata.ts";
import { wavEncoder } from "./wav.ts";

export const FILE_FORMATS = ["wav", "flac", "mp3"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
/** Bits of one sample: WAV takes all of them, FLAC 16 and 24; MP3 has none. */
export type SampleBits = 16 | 24 | 32 | "float";

export interface EncodeOptions extends AudioMetadata {
  /** Default: "wav"; `save` takes it from the file's name. */
  readonly format?: FileFormat;
  /** Default: 16. */
  readonly bits?: SampleBits;
  /** Triangular dither of ±1 last bit before samples become integers. Default: false. */
  readonly dither?: boolean;
  /** MP3, kbit/s; one of 32 40 48 56 64 80 96 112 128 160 192 224 256 320 (from 8 where the rate is below 32 kHz). Default: variable, LAME's V2. */
  readonly bitrate?: number;
}

export interface ResolvedEncoding {
  readonly format: FileFormat;
  readonly bits: SampleBits;
  readonly dither: boolean;
  readonly bitrate: number | undefined;
  readonly metadata: AudioMetadata;
  /** Frames a second. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** Frames that will come, where it is known: then the header is right from the start. */
  readonly frames: number | undefined;
}

export interface AudioEncoder {
  /** Samples, interleaved, any number of whole frames. @returns the bytes that follow. */
  encode(samples: Float32Array): Uint8Array;
  /**
   * No more samples come. @returns the last bytes, and what the file's first bytes should have been now that its length is known: where the output can be
   * written at again they are put there; a pipe goes without.
   */
  finish(): { readonly tail: Uint8Array; readonly head: Uint8Array | undefined };
  /** Samples that the format's range cut so far. */
  readonly clipped: number;
}

const BITRATES = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/** Rates that LAME takes as they are. */
const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

/** @throws SpeechError speech_option_invalid that names the option, what came and what was expected. */
export function resolveEncoding(
  options: EncodeOptions,
  audio: { readonly rate: number; readonly channels: 1 | 2; readonly frames?: number },
): ResolvedEncoding {
  const { format = "wav", bits = 16, dither = false, bitrate, title, language } = options;
  const refuse = (field: string, expected: string, came: unknown): never => {
    throw new SpeechError("speech_option_invalid", `${field}: expected ${expected}, got ${JSON.stringify(came) ?? String(came)}`, { field });
  };
  if (!FILE_FORMATS.includes(format)) refuse("format", '"wav", "flac" or "mp3"', format);
  if (![16, 24, 32, "float"].includes(bits)) refuse("bits", '16, 24, 32 or "float"', bits);
  if (format === "flac" && bits !== 16 && bits !== 24) refuse("bits", "16 or 24 for FLAC", bits);
  if (bitrate !== undefined && !BITRATES.includes(bitrate)) refuse("bitrate", `one of ${BITRATES.join(", ")} kbit/s`, bitrate);
  if (format === "mp3" && !MP3_RATES.includes(audio.rate)) refuse("rate", `one of ${MP3_RATES.join(", ")} Hz for MP3 (resample() makes it so)`, audio.rate);
  if (audio.rate < LEAST_RATE || audio.rate > MOST_RATE) refuse("rate", `${LEAST_RATE} to ${MOST_RATE} Hz`, audio.rate);
  for (const [field, value] of [
    ["title", title],
    ["language", language],
  ] as const)
    if (value !== undefined && (typeof value !== "string" || value.length > MOST_METADATA || value.includes("\0")))
      refuse(field, `text of at most ${MOST_METADATA} characters without NUL`, typeof value === "string" ? `${value.slice(0, 40)}…` : value);
  const metadata = { ...(title ? { title } : {}), ...(language ? { language } : {}) };
  return { format, bits, dither, bitrate, metadata, rate: audio.rate, channels: audio.channels, frames: audio.frames };
}

/** @throws SpeechError speech_package_missing for MP3 where its encoder is not installed. */
export async function openEncoder(encoding: ResolvedEncoding): Promise<AudioEncoder> {
  if (encoding.format === "wav") return wavEncoder(encoding);
  if (encoding.format === "flac") {
    const { flacEncoder, prepareFlac } = await import("./flac.ts");
    await prepareFlac();
    return flacEncoder(encoding);
  }
  return (await import("./mp3.ts")).mp3Encoder(encoding);
}
