// MP3 files by packages that the user installs: LAME, which makes them, is LGPL, and so is mpg123, which reads them. Neither comes with this package.

import type { AudioData } from "../audio/data.ts";
import { SpeechError } from "../errors.ts";
import { optionalPackage } from "../optional-package.ts";
import type { AudioEncoder, ResolvedEncoding } from "./encoder.ts";
import { type AudioMetadata, id3Tag, readId3 } from "./metadata.ts";

const ENCODER = "wasm-media-encoders";
const DECODER = "mpg123-decoder";
/** LAME's V2: about 190 kbit/s for music at 44.1 kHz, 40 for speech at 16 kHz. */
const VBR_QUALITY = 2;

interface LameEncoder {
  configure(params: { sampleRate: number; channels: 1 | 2; outputSampleRate: number; bitrate?: number; vbrQuality?: number }): void;
  encode(channels: readonly Float32Array[]): Uint8Array;
  finalize(): Uint8Array;
}
interface Decoder {
  readonly ready: Promise<void>;
  decode(data: Uint8Array): { channelData: Float32Array[]; samplesDecoded: number; sampleRate: number; errors: readonly { message: string }[] };
  free(): void;
}

const missing = (name: string, what: string): string =>
  `${what} needs the package ${name} (MIT; it carries an LGPL library), which is not installed: npm install ${name}`;

/** @throws SpeechError speech_package_missing. */
export async function mp3Encoder({ rate, channels, bitrate, metadata }: ResolvedEncoding): Promise<AudioEncoder> {
  const { createMp3Encoder } = await optionalPackage<{ createMp3Encoder(): Promise<LameEncoder> }>(ENCODER, missing(ENCODER, "writing MP3"));
  const lame = await createMp3Encoder();
  lame.configure({ sampleRate: rate, channels, outputSampleRate: rate, ...(bitrate === undefined ? { vbrQuality: VBR_QUALITY } : { bitrate }) });
  let tag: Uint8Array | undefined = id3Tag(metadata);
  const after = (bytes: Uint8Array): Uint8Array => {
    // The encoder's answer is a view of memory that it uses again.
    const out = tag === undefined ? bytes.slice() : Buffer.concat([tag, bytes]);
    tag = undefined;
    return out;
  };
  return {
    encode: (samples) => after(lame.encode(planes(samples, channels))),
    finish: () => ({ tail: after(lame.finalize()), head: undefined }),
    clipped: 0,
  };
}

function planes(samples: Float32Array, channels: 1 | 2): Float32Array[] {
  if (channels === 1) return [samples];
  return [0, 1].map((channel) => Float32Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + channel] as number));
}

/** @throws SpeechError speech_package_missing, or speech_audio_invalid for what holds no MP3 frames. */
export async function decodeMp3(file: Uint8Array): Promise<{ readonly audio: AudioData; readonly metadata: AudioMetadata }> {
  const { MPEGDecoder } = await optionalPackage<{ MPEGDecoder: new () => Decoder }>(DECODER, missing(DECODER, "reading MP3"));
  const { metadata, bytes } = readId3(file);
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const { channelData, samplesDecoded, sampleRate, errors } = decoder.decode(file.subarray(bytes));
    if (samplesDecoded === 0) throw new SpeechError("speech_audio_invalid", `the file holds no MP3 audio${errors[0] ? `: ${errors[0].message}` : ""}`);
    // Two channels come out of one, both the same, where the frames are mono.
    const channels = isMono(file, bytes) ? 1 : 2;
    const [left = new Float32Array(0), right = left] = channelData;
    const samples = channels === 1 ? left.slice() : Float32Array.from({ length: left.length * 2 }, (_, i) => (i % 2 === 0 ? left : right)[i >> 1] as number);
    return { audio: { samples, rate: sampleRate, channels }, metadata };
  } finally {
    decoder.free();
  }
}

/** The channel mode of the first frame's header (ISO 11172-3, 2.4.1.3): 3 is one channel. */
function isMono(file: Uint8Array, start: number): boolean {
  for (let at = start; at + 4 <= file.length; at++)
    if (file[at] === 0xff && ((file[at + 1] as number) & 0xe0) === 0xe0) return (file[at + 3] as number) >> 6 === 3;
  return false;
}
