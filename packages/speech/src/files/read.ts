// Bytes of a file in, samples and metadata out; which format it is is seen from its first bytes, not from its name.

import { open } from "node:fs/promises";
import type { AudioData } from "../audio/data.ts";
import { SpeechError } from "../errors.ts";
import type { AudioMetadata } from "./metadata.ts";

/** Bytes: one hour of two channels of floats at 44.1 kHz; audio is held whole. */
export const MOST_FILE_BYTES: number = 2 ** 30;

export interface DecodedAudio {
  readonly audio: AudioData;
  readonly metadata: AudioMetadata;
}

/** @throws SpeechError speech_audio_invalid, speech_package_missing. */
export async function decodeAudio(file: Uint8Array): Promise<DecodedAudio> {
  const start = Buffer.from(file.buffer, file.byteOffset, Math.min(12, file.length)).toString("latin1");
  if (start.startsWith("RIFF") && start.slice(8) === "WAVE") return (await import("./wav.ts")).decodeWav(file);
  if (start.startsWith("fLaC")) {
    const { decodeFlac, prepareFlac } = await import("./flac.ts");
    await prepareFlac();
    return decodeFlac(file);
  }
  if (start.startsWith("ID3") || (file[0] === 0xff && ((file[1] ?? 0) & 0xe0) === 0xe0)) return (await import("./mp3.ts")).decodeMp3(file);
  throw new SpeechError("speech_audio_invalid", `expected a WAV, FLAC or MP3 file; it begins with ${JSON.stringify(start.slice(0, 4))}`);
}

/** @throws SpeechError speech_file_unreadable, and what decodeAudio throws, with the path. */
export async function readAudio(path: string): Promise<DecodedAudio> {
  let bytes: Uint8Array;
  try {
    const file = await open(path);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new Error("it is no regular file");
      if (found.size > MOST_FILE_BYTES) throw new Error(`it has ${found.size} bytes, at most ${MOST_FILE_BYTES} are read`);
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new SpeechError("speech_file_unreadable", `${path} could not be read: ${(error as Error).message}`, {}, { cause: error });
  }
  try {
    return await decodeAudio(bytes);
  } catch (error) {
    if (error instanceof SpeechError && error.code === "speech_audio_invalid")
      throw new SpeechError(error.code, `${path}: ${error.message}`, {}, { cause: error });
    throw error;
  }
}
