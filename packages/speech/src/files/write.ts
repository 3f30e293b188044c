// Audio to a file or pipe, piece by piece: beside the file first, renamed when it is whole, so that an interrupted call leaves no half file.

import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { extname } from "node:path";
import { SpeechError } from "../errors.ts";
import { type AudioEncoder, FILE_FORMATS, type FileFormat, openEncoder, type ResolvedEncoding } from "./encoder.ts";

/** @throws SpeechError speech_option_invalid for a name that says no format. */
export function formatOfName(path: string): FileFormat {
  const ending = extname(path).slice(1).toLowerCase();
  const format = ending === "wave" ? "wav" : FILE_FORMATS.find((name) => name === ending);
  if (format !== undefined) return format;
  throw new SpeechError("speech_option_invalid", `${path}: expected a name that ends in .wav, .flac or .mp3, or the option format`, { field: "format" });
}

let counter = 0;

export class AudioFileWriter {
  readonly path: string;
  readonly #encoder: AudioEncoder;
  readonly #file: FileHandle;
  /** What is written until it is whole; undefined: a device or pipe, which is written to as it is. */
  readonly #aside: string | undefined;
  #bytes = 0;

  private constructor(path: string, encoder: AudioEncoder, file: FileHandle, aside: string | undefined) {
    this.path = path;
    this.#encoder = encoder;
    this.#file = file;
    this.#aside = aside;
  }

  /** @throws SpeechError speech_output_failed, speech_package_missing. */
  static async open(path: string, encoding: ResolvedEncoding): Promise<AudioFileWriter> {
    const encoder = await openEncoder(encoding);
    // Renaming would put a file in the place of a device or pipe.
    const found = await stat(path).catch(() => undefined);
    const aside = found === undefined || found.isFile() || found.isDirectory() ? `${path}.${process.pid}-${counter++}.part` : undefined;
    const file = await open(aside ?? path, aside === undefined ? "w" : "wx").catch((error: Error) => {
      throw failed(path, error);
    });
    return new AudioFileWriter(path, encoder, file, aside);
  }

  get clipped(): number {
    return this.#encoder.clipped;
  }

  async write(samples: Float32Array): Promise<void> {
    await this.#put(this.#encoder.encode(samples), this.#bytes);
  }

  /** The file has its name after this. */
  async finish(): Promise<void> {
    try {
      const { tail, head } = this.#encoder.finish();
      await this.#put(tail, this.#bytes);
      // What was sent through a pipe stays: its head says that the length is not known.
      if (head !== undefined && this.#aside !== undefined) await this.#put(head, 0);
      await this.#file.close();
      if (this.#aside !== undefined) await rename(this.#aside, this.path);
    } catch (error) {
      await this.discard();
      throw error instanceof SpeechError ? error : failed(this.path, error as Error);
    }
  }

  /** Nothing is left of what was written. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    if (this.#aside !== undefined) await rm(this.#aside, { force: true });
  }

  async #put(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const position = this.#aside === undefined ? null : at + done;
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position).catch((error: Error) => {
        throw failed(this.path, error);
      });
      done += bytesWritten;
    }
    this.#bytes = Math.max(this.#bytes, at + bytes.length);
  }
}

function failed(path: string, error: Error): SpeechError {
  return new SpeechError("speech_output_failed", `${path} could not be written: ${error.message}`, {}, { cause: error });
}

/** All of it in memory. */
export async function encodeAll(samples: Float32Array, encoding: ResolvedEncoding): Promise<{ readonly bytes: Uint8Array; readonly clipped: number }> {
  const encoder = await openEncoder(encoding);
  const first = encoder.encode(samples);
  const { tail, head } = encoder.finish();
  // No Buffer: its slice() would be a view.
  const bytes = new Uint8Array(first.length + tail.length);
  bytes.set(first);
  bytes.set(tail, first.length);
  if (head !== undefined) bytes.set(head, 0);
  return { bytes, clipped: encoder.clipped };
}
