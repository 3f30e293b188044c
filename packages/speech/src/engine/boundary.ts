// The one file that touches the memory of flite.wasm: calls in, copies out. The ABI is packages/speech/engine/ABI.md; no view lives past a call that may allocate.

import { SpeechError, type SpeechErrorCode } from "../errors.ts";

const ABI_VERSION = 1;
const STATS = 16;
const CHUNK_BYTES = 56;

/** What `hs_next` answers when it is no error; 3 is "more text". */
export const NEXT_CHUNK = 0;
export const NEXT_NEED_VOICE = 1;
export const NEXT_END = 2;

/** Numbers of `hs_convert`; bytes of one sample. */
export const SAMPLE_FORMATS = {
  int16: { number: 1, bytes: 2 },
  int24: { number: 2, bytes: 3 },
  int32: { number: 3, bytes: 4 },
  uint8: { number: 4, bytes: 1 },
  float64: { number: 5, bytes: 8 },
  float32: { number: 6, bytes: 4 },
} as const;
export type SampleFormat = keyof typeof SAMPLE_FORMATS;

export const QUALITIES = ["draft", "standard", "high"] as const;
/** Of resampling: how much is left of what does not belong there, against time. */
export type Quality = (typeof QUALITIES)[number];

const FLAG_BIG_ENDIAN = 1;
const FLAG_TPDF = 2;
/** The module answers at most frames × to / from + this many frames to one piece. */
const RESAMPLER_SLACK = 8192;
/** Frames given to the resampler and the converter at once: bounds the memory that a long piece of audio takes. */
const PIECE_FRAMES = 65_536;

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  hs_abi_version(): number;
  hs_alloc(bytes: number): number;
  hs_free(pointer: number): void;
  hs_cancel_word(): number;
  hs_memory(pointer: number): number;
  hs_last_error(): number;
  hs_voice_load(name: number, nameBytes: number, data: number, dataBytes: number): number;
  hs_voice_refuse(name: number, nameBytes: number, detail: number, detailBytes: number): number;
  hs_voice_release(name: number, nameBytes: number): number;
  hs_voice_info(name: number, nameBytes: number): number;
  hs_open(request: number, bytes: number): number;
  hs_feed(handle: number, text: number, bytes: number, final: number): number;
  hs_next(handle: number): number;
  hs_chunk(handle: number): number;
  hs_need(): number;
  hs_result(): number;
  hs_close(handle: number): number;
  hs_convert(samples: number, count: number, format: number, flags: number, destination: number): number;
  hs_resampler_create(channels: number, from: number, to: number, quality: number): number;
  hs_resampler_run(handle: number, input: number, frames: number, out: number, outFrames: number, final: number): number;
  hs_resampler_close(handle: number): number;
}

/** Names of the negative statuses that are not the caller's to look at one by one. */
const CODES: Readonly<Record<string, SpeechErrorCode>> = {
  cancelled: "cancelled",
  engine_fault: "engine_fault",
  out_of_memory: "out_of_memory",
  invalid_argument: "speech_option_invalid",
  unsupported: "speech_option_invalid",
  speech_ssml_invalid: "speech_ssml_invalid",
  speech_voice_not_found: "speech_voice_not_found",
  speech_voice_invalid: "speech_voice_invalid",
  speech_voice_unsupported: "speech_voice_invalid",
  speech_text_too_long: "speech_text_too_long",
};

/** One chunk, copied out of the module. */
export interface EngineChunk {
  readonly samples: Float32Array;
  readonly frames: number;
  readonly startFrame: number;
  readonly index: number;
  readonly final: boolean;
  readonly clipped: number;
  /** {"words", "phonemes", "sentences", "marks", "warnings"}: what begins in this chunk. */
  readonly times: string;
  /** Code points of the source text that are spoken by its end. */
  readonly consumed: number;
}

export interface ModuleMemory {
  readonly heapBytes: number;
  readonly memoryBytes: number;
  readonly voices: number;
  readonly voiceBytes: number;
  readonly openStreams: number;
  readonly utterances: number;
  readonly heapPeakBytes: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One instance of flite.wasm, for one thread. After an `engine_fault` it must be thrown away. */
export class SpeechModule {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module: room, name } of WebAssembly.Module.imports(module)) {
      imports[room] ??= {};
      imports[room][name] = () => 0;
    }
    this.#exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    this.#exports._initialize();
    const version = this.#exports.hs_abi_version();
    if (version !== ABI_VERSION)
      throw new SpeechError(
        "internal",
        `flite.wasm has ABI ${version}, this library needs ${ABI_VERSION}: the parts of @haforu/speech are of different versions`,
      );
  }

  /**
   * Keeps a voice under a name, in place of one that was there.
   * @param fill writes the voice's bytes into the module's memory; it must not call the module. @throws SpeechError speech_voice_invalid, or what `fill` throws.
   */
  loadVoice(name: string, bytes: number, fill: (memory: Uint8Array) => void): void {
    this.#withText(name, (pointer, nameBytes) => {
      const data = this.#alloc(bytes);
      try {
        fill(new Uint8Array(this.#exports.memory.buffer, data, bytes));
      } catch (error) {
        this.#exports.hs_free(data);
        throw error;
      }
      this.#check(this.#call((exports) => exports.hs_voice_load(pointer, nameBytes, data, bytes)));
    });
  }

  /** Ends the streams that need this voice with speech_voice_not_found. */
  refuseVoice(name: string, detail: string): void {
    this.#withText(name, (pointer, bytes) =>
      this.#withText(detail, (text, length) => this.#call((exports) => exports.hs_voice_refuse(pointer, bytes, text, length))),
    );
  }

  releaseVoice(name: string): void {
    this.#withText(name, (pointer, bytes) => this.#call((exports) => exports.hs_voice_release(pointer, bytes)));
  }

  /** The JSON of `hs_voice_info`. @throws SpeechError for a voice that is not loaded. */
  voiceInfo(name: string): string {
    this.#withText(name, (pointer, bytes) => this.#check(this.#call((exports) => exports.hs_voice_info(pointer, bytes))));
    return this.result();
  }

  /** @param request JSON. @returns a handle. @throws SpeechError with the code that the module names. */
  open(request: string): number {
    return this.#withText(request, (pointer, bytes) => this.#check(this.#call((exports) => exports.hs_open(pointer, bytes))));
  }

  /** More text of a request with "feed". */
  feed(handle: number, text: Uint8Array, final: boolean): void {
    const pointer = this.#copyIn(text);
    try {
      this.#check(this.#call((exports) => exports.hs_feed(handle, pointer, text.length, final ? 1 : 0)));
    } finally {
      this.#exports.hs_free(pointer);
    }
  }

  /** One of NEXT_…. @throws SpeechError with the code that the module names. */
  next(handle: number): number {
    return this.#check(this.#call((exports) => exports.hs_next(handle)));
  }

  /**
   * What the last `next` of NEXT_CHUNK made.
   * @param room where that many samples are to be copied; without it, or where it has none, into an array of their own.
   */
  chunk(handle: number, room?: (samples: number) => Float32Array | undefined): EngineChunk {
    const pointer = this.#exports.hs_chunk(handle);
    if (pointer === 0) throw new SpeechError("internal", "no chunk is ready");
    const view = new DataView(this.#exports.memory.buffer, pointer, CHUNK_BYTES);
    const word = (offset: number): number => view.getUint32(offset, true);
    // Bytes of float32 data are those of its samples: interleaved, frames × channels.
    const count = word(28) / 4;
    const samples = room?.(count) ?? new Float32Array(count);
    samples.set(new Float32Array(this.#exports.memory.buffer, word(0), count));
    return {
      samples,
      frames: word(4),
      index: word(8),
      final: word(12) !== 0,
      startFrame: view.getFloat64(16, true),
      clipped: word(32),
      times: this.#text(word(36), word(40)),
      consumed: word(44),
    };
  }

  /** The same chunk's bytes in the format that the request asked for. */
  chunkData(handle: number): Uint8Array {
    const pointer = this.#exports.hs_chunk(handle);
    if (pointer === 0) throw new SpeechError("internal", "no chunk is ready");
    const view = new DataView(this.#exports.memory.buffer, pointer, CHUNK_BYTES);
    return new Uint8Array(this.#exports.memory.buffer, view.getUint32(24, true), view.getUint32(28, true)).slice();
  }

  /** The name of the voice that NEXT_NEED_VOICE asks for. */
  needed(): string {
    return this.#span(this.#exports.hs_need());
  }

  /** After NEXT_END the result line; after an error of `open` or `next` the error line. */
  result(): string {
    return this.#span(this.#exports.hs_result());
  }

  close(handle: number): void {
    this.#call((exports) => exports.hs_close(handle));
  }

  /** float32 to another sample format. @returns its bytes and how many samples were cut to its range. */
  convert(
    samples: Float32Array,
    format: SampleFormat,
    options: { readonly bigEndian: boolean; readonly dither: boolean },
  ): { data: Uint8Array; clipped: number } {
    const { number, bytes } = SAMPLE_FORMATS[format];
    const flags = (options.bigEndian ? FLAG_BIG_ENDIAN : 0) | (options.dither ? FLAG_TPDF : 0);
    const data = new Uint8Array(samples.length * bytes);
    const piece = Math.min(PIECE_FRAMES, samples.length);
    const source = this.#alloc(piece * 4);
    const destination = this.#alloc(piece * bytes);
    let clipped = 0;
    try {
      for (let at = 0; at < samples.length; at += piece) {
        const part = samples.subarray(at, at + piece);
        new Float32Array(this.#exports.memory.buffer, source, part.length).set(part);
        clipped += this.#check(this.#call((exports) => exports.hs_convert(source, part.length, number, flags, destination)));
        data.set(new Uint8Array(this.#exports.memory.buffer, destination, part.length * bytes), at * bytes);
      }
    } finally {
      this.#exports.hs_free(source);
      this.#exports.hs_free(destination);
    }
    return { data, clipped };
  }

  /** All of a piece of audio at another rate: round(frames × to / from) frames. */
  resample(samples: Float32Array, channels: number, from: number, to: number, quality: Quality): Float32Array {
    const handle = this.#check(this.#call((exports) => exports.hs_resampler_create(channels, from, to, QUALITIES.indexOf(quality))));
    const frames = samples.length / channels;
    const out = new Float32Array(Math.round((frames * to) / from) * channels);
    const room = Math.ceil((PIECE_FRAMES * to) / from) + RESAMPLER_SLACK;
    const source = this.#alloc(PIECE_FRAMES * channels * 4);
    const destination = this.#alloc(room * channels * 4);
    let written = 0;
    try {
      for (let at = 0; at < frames || at === 0; at += PIECE_FRAMES) {
        const part = samples.subarray(at * channels, (at + PIECE_FRAMES) * channels);
        const final = at + PIECE_FRAMES >= frames ? 1 : 0;
        new Float32Array(this.#exports.memory.buffer, source, part.length).set(part);
        const made = this.#check(this.#call((exports) => exports.hs_resampler_run(handle, source, part.length / channels, destination, room, final)));
        out.set(new Float32Array(this.#exports.memory.buffer, destination, made * channels), written * channels);
        written += made;
      }
    } finally {
      this.#exports.hs_free(source);
      this.#exports.hs_free(destination);
      this.#exports.hs_resampler_close(handle);
    }
    return out;
  }

  memory(): ModuleMemory {
    const pointer = this.#alloc(STATS * 8);
    this.#exports.hs_memory(pointer);
    const at = new Float64Array(this.#exports.memory.buffer, pointer, STATS).slice();
    this.#exports.hs_free(pointer);
    const [heapBytes = 0, memoryBytes = 0, voices = 0, voiceBytes = 0, openStreams = 0, , utterances = 0, heapPeakBytes = 0] = at;
    return { heapBytes, memoryBytes, voices, voiceBytes, openStreams, utterances, heapPeakBytes };
  }

  /** @throws SpeechError engine_fault for a trap: the instance is of no use after it. */
  #call<T>(action: (exports: Exports) => T): T {
    try {
      return action(this.#exports);
    } catch (error) {
      throw new SpeechError("engine_fault", `the speech engine stopped: ${(error as Error).message}`, {}, { cause: error });
    }
  }

  #check(status: number): number {
    if (status >= 0) return status;
    const view = new DataView(this.#exports.memory.buffer, this.#exports.hs_last_error(), 36);
    const word = (offset: number): number => view.getUint32(offset, true);
    const [name, message, field, line, column] = [
      this.#text(word(4), word(8)),
      this.#text(word(12), word(16)),
      this.#text(word(20), word(24)),
      word(28),
      word(32),
    ];
    const code = CODES[name] ?? (name === "invalid_job" ? "speech_option_invalid" : "internal");
    throw new SpeechError(code, message, { ...(field === "" ? {} : { field }), ...(line === 0 ? {} : { line, column }) });
  }

  #alloc(bytes: number): number {
    const pointer = this.#call((exports) => exports.hs_alloc(Math.max(1, bytes))) >>> 0;
    if (pointer === 0) throw new SpeechError("out_of_memory", `the speech engine has no ${bytes} bytes left`);
    return pointer;
  }

  #copyIn(data: Uint8Array): number {
    const pointer = this.#alloc(data.length);
    new Uint8Array(this.#exports.memory.buffer, pointer, data.length).set(data);
    return pointer;
  }

  #withText<T>(text: string, action: (pointer: number, bytes: number) => T): T {
    const data = encoder.encode(text);
    const pointer = this.#copyIn(data);
    try {
      return action(pointer, data.length);
    } finally {
      this.#exports.hs_free(pointer);
    }
  }

  #span(pointer: number): string {
    const view = new DataView(this.#exports.memory.buffer, pointer, 8);
    return this.#text(view.getUint32(0, true), view.getUint32(4, true));
  }

  #text(pointer: number, bytes: number): string {
    return decoder.decode(new Uint8Array(this.#exports.memory.buffer, pointer, bytes));
  }
}
