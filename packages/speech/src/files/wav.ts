// RIFF WAVE files: samples to bytes piece by piece, and bytes back to samples. Of our own because a header is 44 bytes, and the libraries for it take the whole
// audio at once, as JavaScript numbers. What samples become is the module's.

import type { AudioData } from "../audio/data.ts";
import type { SampleFormat } from "../engine/boundary.ts";
import { sampleConverter } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import type { AudioEncoder, ResolvedEncoding } from "./encoder.ts";
import { type AudioMetadata, readRiffInfo, riffInfo } from "./metadata.ts";

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
/** Sizes are 32-bit: this is also what stands where the size is not known (a pipe), which readers take as "to the end". */
const UNKNOWN = 0xffff_ffff;

export function wavEncoder(encoding: ResolvedEncoding): AudioEncoder {
  const { bits, channels, dither } = encoding;
  const sampleFormat = ({ 16: "int16", 24: "int24", 32: "int32", float: "float32" } as const)[bits];
  const sampleBytes = bits === "float" ? 4 : bits / 8;
  const headBytes = header(encoding, 0).length;
  let dataBytes = 0;
  let started = false;
  const expected = encoding.frames === undefined ? undefined : encoding.frames * channels * sampleBytes;
  const begin = (): Uint8Array[] => {
    if (started) return [];
    started = true;
    return [header(encoding, expected)];
  };
  // A number, no getter: V8 makes a hidden class for each literal that has one, and keeps the audio with it until its next full collection.
  const encoder = {
    clipped: 0,
    encode(samples: Float32Array): Uint8Array {
      const start = begin();
      const made = sampleConverter().convert(samples, sampleFormat, { bigEndian: false, dither });
      encoder.clipped += made.clipped;
      dataBytes += made.data.length;
      if (dataBytes + headBytes > UNKNOWN - 1)
        throw new SpeechError("speech_output_failed", "a WAV file ends at 4 GiB: save as FLAC, with fewer bits, or at a lower sample rate");
      return start.length === 0 ? made.data : Buffer.concat([...start, made.data]);
    },
    finish(): ReturnType<AudioEncoder["finish"]> {
      const tail = Buffer.concat([...begin(), Buffer.alloc(dataBytes % 2)]);
      return { tail, head: dataBytes === expected ? undefined : header(encoding, dataBytes) };
    },
  };
  return encoder;
}

/** All before the samples. `dataBytes` undefined: not known yet. */
function header({ bits, rate, channels, metadata }: ResolvedEncoding, dataBytes: number | undefined): Uint8Array {
  const float = bits === "float";
  const sampleBytes = float ? 4 : bits / 8;
  const info = riffInfo(metadata);
  const format = Buffer.alloc(float ? 26 : 24);
  format.write("fmt ", 0, "latin1");
  format.writeUInt32LE(format.length - 8, 4);
  format.writeUInt16LE(float ? FORMAT_FLOAT : FORMAT_PCM, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(rate, 12);
  format.writeUInt32LE(rate * channels * sampleBytes, 16);
  format.writeUInt16LE(channels * sampleBytes, 20);
  format.writeUInt16LE(sampleBytes * 8, 22);
  // What is not PCM says how many frames there are in a "fact" chunk.
  const fact = Buffer.alloc(float ? 12 : 0);
  if (float) {
    fact.write("fact", 0, "latin1");
    fact.writeUInt32LE(4, 4);
    fact.writeUInt32LE(dataBytes === undefined ? UNKNOWN : dataBytes / (channels * sampleBytes), 8);
  }
  const data = Buffer.alloc(8);
  data.write("data", 0, "latin1");
  data.writeUInt32LE(dataBytes ?? UNKNOWN, 4);
  const riff = Buffer.alloc(12);
  riff.write("RIFF", 0, "latin1");
  riff.write("WAVE", 8, "latin1");
  const rest = format.length + fact.length + info.length + data.length;
  riff.writeUInt32LE(dataBytes === undefined ? UNKNOWN : 4 + rest + dataBytes + (dataBytes % 2), 4);
  return Buffer.concat([riff, format, fact, info, data]);
}

/** @throws SpeechError speech_audio_invalid for what is no WAVE file of one or two channels in a sample format of this package. */
export function decodeWav(file: Uint8Array): { readonly audio: AudioData; readonly metadata: AudioMetadata } {
  const data = Buffer.from(file.buffer, file.byteOffset, file.length);
  let format: { readonly code: number; readonly channels: number; readonly rate: number; readonly bits: number } | undefined;
  let metadata: AudioMetadata = {};
  let samples: Uint8Array | undefined;
  for (let at = 12; at + 8 <= data.length; ) {
    const name = data.toString("latin1", at, at + 4);
    const size = data.readUInt32LE(at + 4);
    const body = data.subarray(at + 8, Math.min(data.length, at + 8 + size));
    if (name === "fmt ") {
      if (body.length < 16) throw new SpeechError("speech_audio_invalid", `the WAVE file's "fmt " chunk has ${body.length} bytes, expected 16 or more`);
      const code = body.readUInt16LE(0);
      const extended = code === FORMAT_EXTENSIBLE && body.length >= 26;
      format = { code: extended ? body.readUInt16LE(24) : code, channels: body.readUInt16LE(2), rate: body.readUInt32LE(4), bits: body.readUInt16LE(14) };
    } else if (name === "LIST") metadata = { ...metadata, ...readRiffInfo(body) };
    else if (name === "data") samples ??= body;
    at += 8 + size + (size % 2);
  }
  if (format === undefined || samples === undefined)
    throw new SpeechError("speech_audio_invalid", `the WAVE file has no ${format === undefined ? '"fmt "' : '"data"'} chunk`);
  const { code, channels, rate, bits } = format;
  const sampleFormat = formatOf(code, bits);
  if (sampleFormat === undefined)
    throw new SpeechError(
      "speech_audio_invalid",
      `the WAVE file has format ${code} with ${bits} bits; expected PCM of 8, 16, 24 or 32 bits or floats of 32 or 64`,
    );
  if (channels !== 1 && channels !== 2) throw new SpeechError("speech_audio_invalid", `the WAVE file has ${channels} channels, expected 1 or 2`);
  const frameBytes = (channels * bits) / 8;
  const whole = samples.subarray(0, Math.floor(samples.length / frameBytes) * frameBytes);
  return { audio: { samples: samplesOf(whole, sampleFormat, false), rate, channels }, metadata };
}

function formatOf(code: number, bits: number): SampleFormat | undefined {
  if (code === FORMAT_PCM) return ({ 8: "uint8", 16: "int16", 24: "int24", 32: "int32" } as const)[bits];
  return code === FORMAT_FLOAT ? ({ 32: "float32", 64: "float64" } as const)[bits] : undefined;
}

/** The other direction of the module's conversion: integers over their full scale (2^(bits - 1)), so that -1 is the least one. */
export function samplesOf(bytes: Uint8Array, format: SampleFormat, bigEndian: boolean): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = !bigEndian;
  const read: Readonly<Record<SampleFormat, readonly [number, (at: number) => number]>> = {
    uint8: [1, (at) => (view.getUint8(at) - 128) / 128],
    int16: [2, (at) => view.getInt16(at, little) / 2 ** 15],
    int24: [3, (at) => (little ? view.getUint8(at) | (view.getInt16(at + 1, true) << 8) : (view.getInt16(at) << 8) | view.getUint8(at + 2)) / 2 ** 23],
    int32: [4, (at) => view.getInt32(at, little) / 2 ** 31],
    float32: [4, (at) => view.getFloat32(at, little)],
    float64: [8, (at) => view.getFloat64(at, little)],
  };
  const [size, at] = read[format];
  const samples = new Float32Array(Math.floor(bytes.length / size));
  for (let i = 0; i < samples.length; i++) samples[i] = at(i * size);
  return samples;
}
