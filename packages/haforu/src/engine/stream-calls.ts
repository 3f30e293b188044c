// The part of the boundary that speaks of streams: text in, flushes of glyph records out, by handle. It touches the engine's memory as boundary.ts does, through which it is had.
// Copies what the engine is to read and what it flushed; knows nothing of sinks, sources and iteration.
import { ERRORS, type ErrorCode, WARNINGS, type WarningCode } from "@haforu/engine";
import { callError, HaforuError } from "./errors.ts";
import type { EngineExports } from "./exports.ts";

/** Statuses of `pull`. */
export const NEED_INPUT = 0;
export const FLUSH = 1;
export const ENDED = 2;

/** What a stream starts with. Watermarks in code points; what is left out has the engine's default (256, 128, 4096). */
export interface StreamSettings {
  readonly highWatermark?: number;
  readonly lowWatermark?: number;
  readonly maxBuffer?: number;
  /** packTag of an ISO 15924 tag; 0: guessed. Default 0. */
  readonly scriptTag?: number;
  /** hb_direction_t; 0: guessed. Default 0. */
  readonly direction?: number;
  /** BCP 47; empty: undetermined. Default empty. */
  readonly language?: string;
  /** Comma-separated, in HarfBuzz's syntax without ranges. Default none. */
  readonly features?: string;
  /** A run for each script. Default false. */
  readonly itemise?: boolean;
  /** A flush for each cluster. Default false. */
  readonly byCluster?: boolean;
  /** Glyphs as before HarfBuzz turns a right-to-left buffer round. Default false. */
  readonly logical?: boolean;
  /** Cluster id of the first code point, from 0 to 2⁵³ − 1; for tests of long streams. Default 0. */
  readonly firstCluster?: number;
}

/** Glyph records as arrays, one entry a glyph in each; advances and offsets in font units, y up. Copies. */
export interface GlyphArrays {
  readonly ids: Uint32Array;
  /** Cluster ids: code points counted from the start of the text. */
  readonly clusters: Float64Array;
  readonly xAdvances: Int32Array;
  readonly yAdvances: Int32Array;
  readonly xOffsets: Int32Array;
  readonly yOffsets: Int32Array;
  /** hb_glyph_flags_t of the glyph's cluster: 1 unsafe to break in front of it, 2 unsafe to concatenate there. */
  readonly flags: Uint32Array;
}

export interface StreamWarning {
  readonly code: WarningCode;
  readonly message: string;
  /** The contract's details of this warning, by name. */
  readonly details: Readonly<Record<string, number>>;
}

/** What one pull gave. */
export interface FlushRecord extends GlyphArrays {
  /** The code points [start, end) of the stream that the glyphs are of. */
  readonly start: number;
  readonly end: number;
  /** How many runs came before this flush's. */
  readonly run: number;
  readonly runBegins: boolean;
  readonly runEnds: boolean;
  /** Its glyphs may differ from those of shaping the whole run: see Flush. */
  readonly forced: boolean;
  /** What was used for the run: an ISO 15924 tag as a number, hb_direction_t, BCP 47, and the instance's handle. */
  readonly scriptTag: number;
  readonly direction: number;
  readonly language: string;
  readonly instance: number;
  readonly warnings: readonly StreamWarning[];
}

/** Counters of a stream, in the order of the engine's struct. */
export const STREAM_STATS = [
  "cycles",
  "cuts",
  "heldBack",
  "forced",
  "shaped",
  "read",
  "peakCarry",
  "defects",
  "retries",
  "flushes",
  "glyphs",
  "runs",
  "malformed",
] as const;

/**
 * What a stream did: cycles of shaping; cuts, and those forced; code points held back behind cuts, shaped (again and again) and read; code points held at most at once; cuts that a later shaping proved wrong
 * (`defects`); cycles shaped again with more left context; flushes, glyphs, runs; ill-formed parts of UTF-8.
 */
export type StreamStats = Readonly<Record<(typeof STREAM_STATS)[number], number>>;

/** What can be pushed and popped, with the engine's numbers. */
export const STREAM_KINDS = { features: 1, language: 2, script: 3, direction: 4, font: 5 } as const;
export type StreamKind = keyof typeof STREAM_KINDS;

/** A change in mid-stream: from the end of the text pushed so far. */
export type StreamChange =
  | { readonly push: "features"; readonly features: string }
  | { readonly push: "language"; readonly language: string }
  | { readonly push: "script"; readonly scriptTag: number }
  | { readonly push: "direction"; readonly direction: number }
  | { readonly push: "font"; readonly instance: number }
  | { readonly pop: StreamKind };

/** The details of the warnings that a stream gives, in the contract's order. */
const WARNING_DETAILS: Readonly<Partial<Record<WarningCode, readonly string[]>>> = {
  forced_cut: ["at", "held"],
  cut_defect: ["from", "to"],
  malformed_utf8: ["at", "count"],
  script_undecided: ["at"],
  ligature_undecided: ["from", "to"],
};

const OPTIONS_BYTES = 56;
const DEFAULT_WATERMARK = 0xffff_ffff;
const GLYPH_BYTES = 32;
const CONTIGUOUS = 8;
const WARNING_BYTES = 32;
/** A text is copied in pieces of at most this many bytes: the engine takes some hundred at a time, and what it does not take is copied again. */
const PIECE_BYTES = 1 << 10;

const encoder: TextEncoder = new TextEncoder();
const decoder: TextDecoder = new TextDecoder();
const CODE_OF_NUMBER: ReadonlyMap<number, ErrorCode> = new Map(Object.entries(ERRORS).map(([code, { number }]) => [number, code as ErrorCode]));
const WARNING_OF_NUMBER: ReadonlyMap<number, WarningCode> = new Map(Object.entries(WARNINGS).map(([code, { number }]) => [number, code as WarningCode]));

const NO_WARNINGS: readonly StreamWarning[] = [];

/** Streams of one engine. Any method may throw WebAssembly.RuntimeError or RangeError (a trap): then drop the engine. */
export class StreamCalls {
  readonly #calls: EngineExports;
  readonly #scratch: number;
  #piece = 0;
  readonly #languages: Map<number, string> = new Map();
  #buffer: ArrayBufferLike | undefined;
  #u8: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(calls: EngineExports) {
    this.#calls = calls;
    this.#scratch = this.#allocate(STREAM_STATS.length * 8);
  }

  /** Opens a stream over an instance, which lives on for it; throws invalid_argument for a watermark out of order. */
  open(instance: number, settings: StreamSettings = {}): number {
    const { pointer, strings } = this.#strings(settings.language ?? "", settings.features ?? "");
    const options = this.#allocate(OPTIONS_BYTES);
    this.#refresh();
    const put = (offset: number, value: number): void => this.#view.setUint32(options + offset, value, true);
    put(0, watermark(settings.highWatermark));
    put(4, watermark(settings.lowWatermark));
    put(8, watermark(settings.maxBuffer));
    put(12, settings.scriptTag ?? 0);
    put(16, settings.direction ?? 0);
    strings.forEach((value, i) => {
      put(20 + i * 4, value);
    });
    put(36, (settings.itemise ? 1 : 0) | (settings.byCluster ? 2 : 0) | (settings.logical ? 4 : 0));
    this.#view.setFloat64(options + 40, settings.firstCluster ?? 0, true);
    this.#view.setFloat64(options + 48, 0, true);
    const status = this.#calls.hf_stream_open(instance, options);
    this.#calls.hf_free(options);
    if (pointer !== 0) this.#calls.hf_free(pointer);
    return this.#checked(status);
  }

  /** Gives UTF-8, which may end inside of a character. Returns how many bytes were taken: pull until NEED_INPUT before the rest. */
  push(stream: number, utf8: Uint8Array): number {
    if (this.#piece === 0) this.#piece = this.#allocate(PIECE_BYTES);
    let taken = 0;
    for (;;) {
      const bytes = Math.min(utf8.length - taken, PIECE_BYTES);
      this.#refresh();
      this.#u8.set(utf8.subarray(taken, taken + bytes), this.#piece);
      const got = this.#checked(this.#calls.hf_stream_push(stream, this.#piece, bytes));
      taken += got;
      if (got < bytes || taken === utf8.length) return taken;
    }
  }

  /** A change from here on. false: nothing was done, pull first. */
  change(stream: number, change: StreamChange): boolean {
    if ("pop" in change) return this.#checked(this.#calls.hf_stream_pop(stream, STREAM_KINDS[change.pop])) === 0;
    switch (change.push) {
      case "script":
        return this.#checked(this.#calls.hf_stream_push_script(stream, change.scriptTag)) === 0;
      case "direction":
        return this.#checked(this.#calls.hf_stream_push_direction(stream, change.direction)) === 0;
      case "font":
        return this.#checked(this.#calls.hf_stream_push_font(stream, change.instance)) === 0;
      default: {
        const { pointer, strings } = this.#strings(change.push === "features" ? change.features : change.language, "");
        const call = change.push === "features" ? this.#calls.hf_stream_push_features : this.#calls.hf_stream_push_language;
        const status = call(stream, strings[0], strings[1]);
        if (pointer !== 0) this.#calls.hf_free(pointer);
        return this.#checked(status) === 0;
      }
    }
  }

  /** No text follows. */
  end(stream: number): void {
    this.#checked(this.#calls.hf_stream_end(stream));
  }

  /** Makes the next flush: FLUSH (take it with `flush`), NEED_INPUT or ENDED. Throws internal when the engine's own checks failed: then close. */
  pull(stream: number): number {
    return this.#checked(this.#calls.hf_stream_pull(stream));
  }

  /** The flush of the last pull that said FLUSH: a copy. */
  flush(): FlushRecord {
    const at = this.#calls.hf_stream_flush();
    this.#refresh();
    const view = this.#view;
    const word = (offset: number): number => view.getUint32(at + offset, true);
    const bits = word(76);
    const contiguous = (bits & CONTIGUOUS) !== 0;
    const count = word(24);
    // The arrays of a whole flush lie one behind the other: one copy. Those of one cluster lie apart, a whole flush's length each.
    const memory = this.#buffer as ArrayBuffer;
    const block = contiguous ? memory.slice(word(28), word(28) + count * GLYPH_BYTES) : memory;
    const start = (i: number): number => (contiguous ? count * 8 + (i - 1) * count * 4 : word(28 + i * 4));
    const clusters = new Float64Array(block, contiguous ? 0 : word(28), count);
    const ids = new Uint32Array(block, start(1), count);
    const xAdvances = new Int32Array(block, start(2), count);
    const yAdvances = new Int32Array(block, start(3), count);
    const xOffsets = new Int32Array(block, start(4), count);
    const yOffsets = new Int32Array(block, start(5), count);
    const flags = new Uint32Array(block, start(6), count);
    // One literal: a spread costs as much as the rest of this call.
    return {
      clusters: contiguous ? clusters : clusters.slice(),
      ids: contiguous ? ids : ids.slice(),
      xAdvances: contiguous ? xAdvances : xAdvances.slice(),
      yAdvances: contiguous ? yAdvances : yAdvances.slice(),
      xOffsets: contiguous ? xOffsets : xOffsets.slice(),
      yOffsets: contiguous ? yOffsets : yOffsets.slice(),
      flags: contiguous ? flags : flags.slice(),
      start: view.getFloat64(at, true),
      end: view.getFloat64(at + 8, true),
      run: view.getFloat64(at + 16, true),
      runBegins: (bits & 2) !== 0,
      runEnds: (bits & 4) !== 0,
      forced: (bits & 1) !== 0,
      scriptTag: word(56),
      direction: word(60),
      language: this.#languageAt(word(64), word(68)),
      instance: word(72),
      warnings: word(80) === 0 ? NO_WARNINGS : this.#warnings(word(80)),
    };
  }

  /** HarfBuzz keeps one copy of each language for ever: its address names it. */
  #languageAt(pointer: number, bytes: number): string {
    let language = this.#languages.get(pointer);
    if (language === undefined) {
      language = decoder.decode(this.#u8.subarray(pointer, pointer + bytes));
      this.#languages.set(pointer, language);
    }
    return language;
  }

  /** The glyphs of that flush as hb-shape prints them; `options`: the engine's bits of a glyph line. A copy. */
  line(options: number): Uint8Array {
    this.#checked(this.#calls.hf_stream_line(options));
    const at = this.#calls.hf_result();
    this.#refresh();
    const start = this.#view.getUint32(at, true);
    return this.#u8.slice(start, start + this.#view.getUint32(at + 4, true));
  }

  stats(stream: number): StreamStats {
    this.#checked(this.#calls.hf_stream_stats(stream, this.#scratch));
    this.#refresh();
    return Object.fromEntries(STREAM_STATS.map((name, i) => [name, this.#view.getFloat64(this.#scratch + i * 8, true)])) as StreamStats;
  }

  /** For tests alone: switches wrong rules on (a sum of 1 any cluster boundary, 2 end of buffer, 4 no left context, 8 break flag). */
  naiveRules(stream: number, rules: number): void {
    this.#checked(this.#calls.hf_stream_naive_rules(stream, rules));
  }

  /** Gives everything back; a stream that was closed already is left alone. */
  close(stream: number): void {
    this.#calls.hf_stream_close(stream);
  }

  #warnings(count: number): StreamWarning[] {
    const first = this.#calls.hf_stream_warnings();
    this.#refresh();
    return Array.from({ length: count }, (_, i) => {
      const at = first + i * WARNING_BYTES;
      const code = WARNING_OF_NUMBER.get(this.#view.getUint32(at, true)) as WarningCode;
      const message = this.#view.getUint32(at + 4, true);
      const names = WARNING_DETAILS[code] ?? [];
      return {
        code,
        message: decoder.decode(this.#u8.subarray(message, message + this.#view.getUint32(at + 8, true))),
        details: Object.fromEntries(names.map((name, k) => [name, this.#view.getFloat64(at + 16 + k * 8, true)])),
      };
    });
  }

  // Two strings as UTF-8 in one block, which the caller frees: {pointer, bytes} each.
  #strings(first: string, second: string): { pointer: number; strings: readonly [number, number, number, number] } {
    const bytes = [encoder.encode(first), encoder.encode(second)] as const;
    const total = bytes[0].length + bytes[1].length;
    if (total === 0) return { pointer: 0, strings: [0, 0, 0, 0] };
    const pointer = this.#allocate(total);
    this.#refresh();
    this.#u8.set(bytes[0], pointer);
    this.#u8.set(bytes[1], pointer + bytes[0].length);
    return { pointer, strings: [pointer, bytes[0].length, pointer + bytes[0].length, bytes[1].length] };
  }

  #allocate(bytes: number): number {
    const pointer = this.#calls.hf_alloc(bytes);
    if (pointer === 0) throw new HaforuError("out_of_memory", `the engine has no room for ${bytes} bytes`);
    return pointer;
  }

  #checked(status: number): number {
    if (status >= 0) return status;
    const code = CODE_OF_NUMBER.get(-status) ?? "internal";
    const at = this.#calls.hf_last_error();
    this.#refresh();
    const message = this.#view.getUint32(at + 4, true);
    const detail = decoder.decode(this.#u8.subarray(message, message + this.#view.getUint32(at + 8, true)));
    throw callError(code, "the stream", detail === code ? "" : detail);
  }

  #refresh(): void {
    if (this.#buffer === this.#calls.memory.buffer) return;
    this.#buffer = this.#calls.memory.buffer;
    this.#u8 = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }
}

// What is no watermark at all must not become one by wrapping: 0 is refused by the engine, which names the three.
function watermark(value: number | undefined): number {
  if (value === undefined) return DEFAULT_WATERMARK;
  return Number.isInteger(value) && value >= 0 && value < DEFAULT_WATERMARK ? value : DEFAULT_WATERMARK - 1;
}
