// Audio to a file or pipe, piece by piece: beside the file first, renamed when it is whole, so that an interrupted call leaves no half file.

import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
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

/** Where a file is written until it is whole, and its name then. */
interface Aside {
  readonly part: string;
  readonly target: string;
}

let counter = 0;

export class AudioFileWriter {
  readonly path: string;
  readonly #encoder: AudioEncoder;
  readonly #file: FileHandle;
  /** Undefined: written as it is. */
  readonly #aside: Aside | undefined;
  #bytes = 0;

  private constructor(path: string, encoder: AudioEncoder, file: FileHandle, aside: Aside | undefined) {
    this.path = path;
    this.#encoder = encoder;
    this.#file = file;
    this.#aside = aside;
  }

  /** A device or pipe is written to as it is, and never gets its length. @throws SpeechError speech_output_failed, speech_package_missing. */
  static async open(path: string, encoding: ResolvedEncoding): Promise<AudioFileWriter> {
    const encoder = await openEncoder(encoding);
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) throw failed(path, new Error("it is a folder"));
    try {
      // Renaming would put a file in its place.
      if (existing?.isFile() === false) return new AudioFileWriter(path, encoder, await open(path, "w"), undefined);
      // Through a link: the file it names is replaced, not the link.
      const target = existing === undefined ? path : await realpath(path);
      const aside = { part: `${target}.${process.pid}-${counter++}.part`, target };
      return new AudioFileWriter(path, encoder, await open(aside.part, "wx"), aside);
    } catch (error) {
      throw failed(path, error as Error);
    }
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
      if (head !== undefined && this.#aside !== undefined) await this.#put(head, 0);
      await this.#file.close();
      if (this.#aside !== undefined) await rename(this.#aside.part, this.#aside.target);
    } catch (error) {
      await this.discard();
      throw error instanceof SpeechError ? error : failed(this.path, error as Error);
    }
  }

  /** Nothing is left of what was written. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    if (this.#aside !== undefined) await rm(this.#aside.part, { force: true });
  }

  async #put(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#aside === undefined ? null : at + done).catch((error: Error) => {
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
