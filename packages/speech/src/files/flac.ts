// FLAC files by libFLAC (npm libflacjs): samples to bytes piece by piece, and bytes back. Loaded only when a FLAC file is written or read.
// The library writes no tags of one's own, so the comment block that it writes is replaced by ours.

import { createRequire } from "node:module";
import type { AudioData } from "../audio/data.ts";
import { sampleConverter } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import type { AudioEncoder, ResolvedEncoding } from "./encoder.ts";
import { type AudioMetadata, readVorbisComment, vorbisComment } from "./metadata.ts";
import { samplesOf } from "./wav.ts";

/** libFLAC's own default. */
const COMPRESSION_LEVEL = 5;
const BLOCK_STREAMINFO = 0;
const BLOCK_COMMENT = 4;
const LAST_BLOCK = 0x80;
/** STREAMINFO without its header (RFC 9639, section 8.2). */
const STREAMINFO_BYTES = 34;

interface StreamInfo {
  readonly min_blocksize: number;
  readonly max_blocksize: number;
  readonly min_framesize: number;
  readonly max_framesize: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly total_samples: number;
  readonly md5sum: string;
}

/** What is used of libflacjs; its own types stand in a module that Node's resolution does not find. */
interface Library {
  create_libflac_encoder(rate: number, channels: number, bits: number, level: number, frames: number, verify: boolean): number;
  init_encoder_stream(id: number, write: (data: Uint8Array, bytes: number, samples: number) => void, metadata: (info: StreamInfo | undefined) => void): number;
  FLAC__stream_encoder_process_interleaved(id: number, samples: Int32Array, frames: number): number;
  FLAC__stream_encoder_finish(id: number): number;
  FLAC__stream_encoder_delete(id: number): void;
  create_libflac_decoder(verify: boolean): number;
  init_decoder_stream(
    id: number,
    read: (bytes: number) => { buffer: Uint8Array; readDataLength: number; error: boolean },
    write: (channels: Uint8Array[], frame: { bitsPerSample: number; blocksize: number }) => void,
    error: (code: number, description: string) => void,
    metadata: (info: StreamInfo | undefined) => void,
  ): number;
  FLAC__stream_decoder_process_until_end_of_stream(id: number): number;
  FLAC__stream_decoder_finish(id: number): number;
  FLAC__stream_decoder_delete(id: number): void;
}

let library: (Library & { isReady(): boolean; on(event: "ready", listener: () => void): void }) | undefined;

/** To be awaited before all else here. The variant in plain JavaScript: the WebAssembly one is fetched by a path that Node's fetch refuses. */
export async function prepareFlac(): Promise<void> {
  library ??= createRequire(import.meta.url)("libflacjs/dist/libflac.js") as NonNullable<typeof library>;
  const loaded = library;
  if (!loaded.isReady()) await new Promise<void>((resolve) => loaded.on("ready", resolve));
}

function flac(): Library {
  if (library === undefined) throw new SpeechError("internal", "libFLAC was not prepared");
  return library;
}

export function flacEncoder(encoding: ResolvedEncoding): AudioEncoder {
  const { rate, channels, bits, dither, metadata } = encoding;
  if (bits !== 16 && bits !== 24) throw new SpeechError("speech_option_invalid", `bits: expected 16 or 24 for FLAC, got ${bits}`, { field: "bits" });
  const id = flac().create_libflac_encoder(rate, channels, bits, COMPRESSION_LEVEL, encoding.frames ?? 0, false);
  let frames: Uint8Array[] = [];
  let info: StreamInfo | undefined;
  const status =
    id === 0
      ? -1
      : flac().init_encoder_stream(
          id,
          // Header blocks come with no samples: ours take their place.
          (data, _bytes, samples) => {
            if (samples > 0) frames.push(data.slice());
          },
          (final) => {
            info = final;
          },
        );
  if (status !== 0) throw new SpeechError("speech_output_failed", `libFLAC refused ${rate} Hz, ${channels} channels, ${bits} bits (status ${status})`);
  let started = false;
  const taken = (): Uint8Array => {
    const parts = frames;
    frames = [];
    if (!started) parts.unshift(head(encoding, undefined), commentBlock(metadata));
    started = true;
    return Buffer.concat(parts);
  };
  // A number, no getter, as in wav.ts.
  const encoder = {
    clipped: 0,
    encode(samples: Float32Array): Uint8Array {
      const made = sampleConverter().convert(samples, bits === 16 ? "int16" : "int24", { bigEndian: false, dither });
      encoder.clipped += made.clipped;
      const integers = integersOf(made.data, bits / 8);
      if (samples.length > 0 && !flac().FLAC__stream_encoder_process_interleaved(id, integers, integers.length / channels))
        throw new SpeechError("speech_output_failed", "libFLAC could not encode the samples");
      return taken();
    },
    finish(): ReturnType<AudioEncoder["finish"]> {
      const done = flac().FLAC__stream_encoder_finish(id);
      flac().FLAC__stream_encoder_delete(id);
      if (!done) throw new SpeechError("speech_output_failed", "libFLAC could not finish the file");
      return { tail: taken(), head: head(encoding, info) };
    },
  };
  return encoder;
}

/** "fLaC" and STREAMINFO; what is known only at the end is 0 (= unknown) until then. */
function head({ rate, channels, bits, frames }: ResolvedEncoding, info: StreamInfo | undefined): Uint8Array {
  const bytes = Buffer.alloc(8 + STREAMINFO_BYTES);
  bytes.write("fLaC", 0, "latin1");
  bytes.writeUIntBE(STREAMINFO_BYTES, 5, 3);
  bytes.writeUInt16BE(info?.min_blocksize ?? 4096, 8);
  bytes.writeUInt16BE(info?.max_blocksize ?? 4096, 10);
  bytes.writeUIntBE(info?.min_framesize ?? 0, 12, 3);
  bytes.writeUIntBE(info?.max_framesize ?? 0, 15, 3);
  const sampleBits = (bits as number) - 1;
  const total = info?.total_samples ?? frames ?? 0;
  // 20 bits rate, 3 bits channels - 1, 5 bits bits - 1, 36 bits frames
  bytes.writeBigUInt64BE((BigInt(rate) << 44n) | (BigInt(channels - 1) << 41n) | (BigInt(sampleBits) << 36n) | BigInt(total), 18);
  if (info !== undefined) bytes.write(info.md5sum, 26, "hex");
  return bytes;
}

function commentBlock(metadata: AudioMetadata): Uint8Array {
  const body = vorbisComment(metadata);
  const start = Buffer.alloc(4);
  start[0] = LAST_BLOCK | BLOCK_COMMENT;
  start.writeUIntBE(body.length, 1, 3);
  return Buffer.concat([start, body]);
}

/** Little-endian integers of two or three bytes, widened. */
function integersOf(data: Uint8Array, size: number): Int32Array {
  const view = Buffer.from(data.buffer, data.byteOffset, data.length);
  return Int32Array.from({ length: data.length / size }, (_, i) => view.readIntLE(i * size, size));
}

/** @throws SpeechError speech_audio_invalid for a file that libFLAC cannot read to its end. */
export function decodeFlac(file: Uint8Array): { readonly audio: AudioData; readonly metadata: AudioMetadata } {
  const pieces: Float32Array[] = [];
  let info: StreamInfo | undefined;
  let problem: string | undefined;
  let at = 0;
  const id = flac().create_libflac_decoder(true);
  try {
    const status = flac().init_decoder_stream(
      id,
      (bytes) => {
        const buffer = file.slice(at, at + bytes);
        at += buffer.length;
        return { buffer, readDataLength: buffer.length, error: false };
      },
      (channels, { bitsPerSample, blocksize }) => pieces.push(interleaved(channels, bitsPerSample, blocksize)),
      (code, description) => {
        problem ??= description || `error ${code}`;
      },
      (found) => {
        info ??= found;
      },
    );
    const read = status === 0 && flac().FLAC__stream_decoder_process_until_end_of_stream(id) !== 0;
    const whole = flac().FLAC__stream_decoder_finish(id) !== 0;
    if (!read || problem !== undefined || info === undefined) throw invalid(problem ?? "its stream cannot be read");
    if (!whole) throw invalid("its samples are not those that its checksum was made of");
    const { channels, sampleRate: rate } = info;
    if (channels !== 1 && channels !== 2) throw invalid(`it has ${channels} channels, expected 1 or 2`);
    const samples = joinedSamples(pieces);
    if (info.total_samples > 0 && samples.length !== info.total_samples * channels)
      throw invalid(`it has ${samples.length / channels} frames where its header says ${info.total_samples}`);
    return { audio: { samples, rate, channels }, metadata: metadataIn(file) };
  } finally {
    flac().FLAC__stream_decoder_delete(id);
  }
}

function invalid(what: string): SpeechError {
  return new SpeechError("speech_audio_invalid", `the FLAC file is damaged: ${what}`);
}

/** @param frames of each channel: 24 bits come in three bytes or in four. */
function interleaved(channels: readonly Uint8Array[], bits: number, frames: number): Float32Array {
  const format = ({ 16: "int16", 24: "int24", 32: "int32" } as const)[bits];
  if (format === undefined) throw new SpeechError("speech_audio_invalid", `the FLAC file has ${bits} bits a sample, expected 16, 24 or 32`);
  const parts = channels.map((channel) => {
    const wide = channel.length === frames * 4 && bits < 32;
    // Widened integers keep their value: back to full scale.
    return wide ? samplesOf(channel, "int32", false).map((sample) => sample * 2 ** (32 - bits)) : samplesOf(channel, format, false);
  });
  const first = parts[0] ?? new Float32Array(0);
  if (parts.length === 1) return first;
  const out = new Float32Array(first.length * parts.length);
  for (const [channel, part] of parts.entries()) for (let i = 0; i < part.length; i++) out[i * parts.length + channel] = part[i] as number;
  return out;
}

function joinedSamples(pieces: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Walks over the metadata blocks. */
function metadataIn(file: Uint8Array): AudioMetadata {
  const data = Buffer.from(file.buffer, file.byteOffset, file.length);
  for (let at = 4; at + 4 <= data.length; ) {
    const type = (data[at] as number) & ~LAST_BLOCK;
    const size = data.readUIntBE(at + 1, 3);
    if (type === BLOCK_COMMENT) return readVorbisComment(data.subarray(at + 4, at + 4 + size));
    if (((data[at] as number) & LAST_BLOCK) !== 0 || (type === BLOCK_STREAMINFO && size !== STREAMINFO_BYTES)) break;
    at += 4 + size;
  }
  return {};
}
