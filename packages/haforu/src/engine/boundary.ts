// The file that touches the engine's memory (with stream-calls.ts, its part for streams): a compiled haforu.wasm in, calls over strings, bytes and numbers
// out. It copies what the engine is to read, hands out views of what it wrote, and turns negative statuses into
// HaforuError. Runs in Node and in browsers; knows nothing of files, caches, or what to do after a trap.
import { ABI_VERSION, ERRORS, type ErrorCode } from "@haforu/engine";
import { callError, HaforuError } from "./errors.ts";
import type { EngineExports } from "./exports.ts";
import { type EngineConfig, type EngineStats, STATS_FIELDS } from "./settings.ts";
import { StreamCalls } from "./stream-calls.ts";

export type { EngineConfig, EngineStats } from "./settings.ts";

/** Statuses of `job` that are not an error: what the engine asks of its host. */
export const NEED_FONT = 1;
export const CHECK_FONT = 2;
export const OP_LINE = 3;
export const NEED_OUTPUT = 4;
export const NEED_IMAGE = 5;

/** Flags of a job. Its error line carries the line's number. */
export const LINE_FLAG_NUMBERED = 1;
/** Long runs of one letter (blank canvas in base64) may be left out of its line: see `runs`. */
export const LINE_FLAG_RUNS = 2;

/** Numbers of a run: offset in the line as it is, letter, count. */
export const RUN_STRIDE = 3;
const NO_RUNS: Uint32Array = new Uint32Array(0);

/** hf_configure's keys. */
const CONFIG_FONT_CACHE_BYTES = 1;
const CONFIG_MAX_INSTANCES = 2;
const CONFIG_STRICT = 3;
const CONFIG_TIMING = 4;
const CONFIG_FRESH_EPOCH = 5;
const CONFIG_OUT_DIR = 6;

/** The scratch block: the structs of one call, at fixed offsets (bytes). */
const SPEC = 0;
/** A placement, or a shaping's item: no call takes both. */
const PLACEMENT = 32;
const ITEM: typeof PLACEMENT = PLACEMENT;
const MEASURES = 64;
const MEASURE_COUNT = 16;
const EXTENDED_COUNT = 32;
const STATS = MEASURES + EXTENDED_COUNT * 8;
const PICTURES = STATS + STATS_FIELDS.length * 8;
const PICTURE_WORDS = 8;
const OPTIONS = PICTURES + PICTURE_WORDS * 4;
const OPTION_WORDS = 4;
const COMPARISON = OPTIONS + OPTION_WORDS * 4;
const COMPARISON_COUNT = 9;
const SCRATCH_BYTES = COMPARISON + COMPARISON_COUNT * 8;

/** Bytes of a glyph record of hf_glyphs. */
const GLYPH_BYTES = 28;
/** Bytes of a record of hf_tables, words of one of hf_glyph_metrics. */
const TABLE_BYTES = 12;
const METRICS_WORDS = 6;
/** A chunk buffer above this is given back as soon as a chunk of a quarter of it arrives: one huge line is rare. */
const KEEP_INPUT_BYTES = 8 << 20;
/** Up to this length a text is copied by a loop: cheaper than a call of TextEncoder (measured: 16 to 24). */
const SHORT_TEXT = 20;

/** The least number over 0 of 32 bits. */
const SMALLEST_SIZE: number = 2 ** -149;

const encoder: TextEncoder = new TextEncoder();
const decoder: TextDecoder = new TextDecoder();
const CODE_OF_NUMBER: ReadonlyMap<number, ErrorCode> = new Map(Object.entries(ERRORS).map(([code, { number }]) => [number, code as ErrorCode]));

/** The engine's copy of a string that rarely changes from call to call. */
class TextSlot {
  pointer = 0;
  capacity = 0;
  bytes = 0;
  text = "";
}

/** What of a text decides its shaping, ready for the engine. `direction` 0: guessed. */
export interface TextSpec {
  readonly text: string;
  readonly scriptTag: number;
  readonly direction: number;
  readonly language: string;
  readonly features: string;
}

/** What of one shaping is the buffer's: context beside the text, hb_buffer_flags_t, hb_buffer_cluster_level_t, order. */
export interface ItemSpec {
  readonly before: string;
  readonly after: string;
  readonly bufferFlags: number;
  readonly clusterLevel: number;
  /** Glyphs as they were before HarfBuzz turned a right-to-left or bottom-to-top buffer round. */
  readonly logical: boolean;
}

/** Result lines that one call made, each with its newline. Views of the engine's memory, valid until the next call. */
export interface ResultLines {
  readonly bytes: Uint8Array;
  /** ROW_STRIDE numbers a line: where it ends in `bytes`, status. */
  readonly rows: Int32Array;
  /** What was left out of `bytes`, as `Engine.runs` has it. */
  readonly runs: Uint32Array;
}

/** What nothing was done gives. */
export const NO_LINES: ResultLines = { bytes: new Uint8Array(0), rows: new Int32Array(0), runs: new Uint32Array(0) };

/** Numbers of a row of ResultLines. */
export const ROW_STRIDE = 2;
/** Numbers of a job in the table of a chunk: start and end (bytes, without the newline), line number. */
export const TABLE_STRIDE = 3;

/** The jobs of a JobSpec document. */
export interface DocumentJobs {
  /** Three numbers a job: offset in bytes, length in bytes, line counted from 1. A copy. */
  readonly spans: Uint32Array;
  /** The JSON text of `config`; empty when there is none. */
  readonly config: string;
}

/** One shaped glyph: offsets and advances in font units, `cluster` in code points of the text. */
export interface ShapedGlyph {
  readonly id: number;
  readonly cluster: number;
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/** A table of a font: its tag, four characters, and a view of its bytes. */
export interface FontTable {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** One instance of haforu.wasm. Any method may throw WebAssembly.RuntimeError or RangeError (a trap): then drop it. */
export class Engine {
  readonly #calls: EngineExports;
  readonly #scratch: number;
  readonly #text: TextSlot = new TextSlot();
  readonly #language: TextSlot = new TextSlot();
  readonly #features: TextSlot = new TextSlot();
  readonly #name: TextSlot = new TextSlot();
  readonly #before: TextSlot = new TextSlot();
  readonly #after: TextSlot = new TextSlot();
  #streams: StreamCalls | undefined;
  #inputPointer = 0;
  #inputCapacity = 0;
  #tablePointer = 0;
  /** Of `jobs`: whether to run the next. */
  #goOn: (index: number) => boolean = () => true;
  #epoch = 0;
  // Views of the whole memory; replaced by #refresh when a growth has detached them.
  #u8: Uint8Array = new Uint8Array(0);
  #u32: Uint32Array = new Uint32Array(0);
  #i32: Int32Array = new Int32Array(0);
  #f32: Float32Array = new Float32Array(0);
  #f64: Float64Array = new Float64Array(0);
  #pixels: Uint8Array = new Uint8Array(0);
  /** Where the last result's runs lie (bytes), and how many there are. */
  #runsAt = 0;
  #runCount = 0;

  constructor(module: WebAssembly.Module, config: EngineConfig = {}) {
    const nothing = (): number => 0;
    const instance = new WebAssembly.Instance(module, {
      // The C library names these; nothing in the engine reads or writes a file.
      wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing },
      host: { now: (): number => performance.now(), begin: (index: number): number => (this.#goOn(index) ? 0 : 1) },
    });
    this.#calls = instance.exports as unknown as EngineExports;
    const abi = typeof this.#calls.hf_abi_version === "function" ? this.#calls.hf_abi_version() : "none";
    if (abi !== ABI_VERSION) {
      const advice = "take haforu.wasm of the @haforu/engine that this package depends on";
      throw new HaforuError("unsupported", `the module's ABI is ${abi}, expected ${ABI_VERSION}: ${advice}`);
    }
    this.#calls._initialize();
    this.#scratch = this.#allocate(SCRATCH_BYTES);
    this.#configure(CONFIG_FONT_CACHE_BYTES, config.fontCacheBytes);
    this.#configure(CONFIG_MAX_INSTANCES, config.maxInstances);
    this.#configure(CONFIG_STRICT, config.strict);
    this.#configure(CONFIG_TIMING, config.timing);
    this.#configure(CONFIG_OUT_DIR, config.outDir);
  }

  // --- jobs ---------------------------------------------------------------------------------------------------

  /** Copies a chunk of lines into the engine, and the table of its jobs where `jobs` is to run them, over what was there; false: no memory. */
  input(chunk: Uint8Array, table?: Float64Array): boolean {
    const tableAt = (chunk.length + 7) & ~7;
    const bytes = table === undefined ? chunk.length : tableAt + table.byteLength;
    const wasted = this.#inputCapacity > KEEP_INPUT_BYTES && bytes < this.#inputCapacity / 4;
    if (bytes > this.#inputCapacity || wasted) {
      if (this.#inputPointer !== 0) this.#calls.hf_free(this.#inputPointer);
      const capacity = Math.max(4096, bytes + (bytes >> 2));
      this.#inputPointer = this.#calls.hf_alloc(capacity);
      this.#inputCapacity = this.#inputPointer === 0 ? 0 : capacity;
      if (this.#inputPointer === 0) return false;
    }
    this.#refresh();
    this.#u8.set(chunk, this.#inputPointer);
    this.#tablePointer = this.#inputPointer + tableAt;
    if (table !== undefined) this.#u8.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), this.#tablePointer);
    return true;
  }

  /** Runs the job at [start, start + bytes) of the input; see the statuses above. */
  job(start: number, bytes: number, lineNumber: number, flags: number): number {
    return this.#calls.hf_job(this.#inputPointer + start, bytes, lineNumber, flags);
  }

  /**
   * Runs the jobs [from, count) of the input's table one after the other while `goOn` says so of the next; ends early where one needs the host or much was written. Without the
   * JavaScript around each line and its compiling, which would be a tenth of a small job's time. `lines()` has what was done, after a trap too.
   */
  jobs(from: number, count: number, flags: number, goOn: (index: number) => boolean): void {
    this.#goOn = goOn;
    this.#calls.hf_jobs(this.#inputPointer, this.#tablePointer, from, count, flags);
  }

  /** The results of the last `jobs`. */
  lines(): ResultLines {
    // Before the result: it may have been moved.
    const rows = this.#calls.hf_rows();
    const bytes = this.result();
    const first = (rows + 8) >> 2;
    return { bytes, rows: this.#i32.subarray(first, first + this.#word(rows) * ROW_STRIDE), runs: this.runs() };
  }

  /** As job, but only checks it. */
  validate(start: number, bytes: number, lineNumber: number, flags: number): number {
    return this.#calls.hf_validate(this.#inputPointer + start, bytes, lineNumber, flags);
  }

  /** Makes the error line of a job that the host gave up. */
  answer(start: number, bytes: number, lineNumber: number, flags: number, code: ErrorCode, detail: string): void {
    this.#put(this.#name, detail);
    const line = this.#inputPointer + start;
    this.#calls.hf_answer(line, bytes, lineNumber, flags, ERRORS[code].number, this.#name.pointer, this.#name.bytes);
  }

  /** The last result line: a view, valid until the next call. Of a job with LINE_FLAG_RUNS it is whole with `runs()` alone. */
  result(): Uint8Array {
    const at = this.#calls.hf_result();
    const line = this.#span(at);
    this.#runsAt = this.#word(at + 8);
    this.#runCount = this.#word(at + 12);
    return line;
  }

  /** The runs left out of the line that `result()` gave: RUN_STRIDE numbers each (offset in it, letter, count); a view, valid until the next call. */
  runs(): Uint32Array {
    return this.#runCount === 0 ? NO_RUNS : this.#u32.subarray(this.#runsAt >> 2, (this.#runsAt >> 2) + this.#runCount * RUN_STRIDE);
  }

  /** What a job asked for: a font's or a picture file's path, an op's name, or the id of a job whose picture is to be written. */
  need(): string {
    return decoder.decode(this.#span(this.#calls.hf_need()));
  }

  /** The needed font, still as it was. */
  keepFont(): void {
    const need = this.#calls.hf_need();
    this.#refresh();
    this.#calls.hf_font_keep(this.#word(need), this.#word(need + 4));
  }

  /** Gives the needed font: memory from allocateFont, which the engine takes over. false: no memory to take it. */
  provideFont(data: number, bytes: number): boolean {
    const need = this.#calls.hf_need();
    this.#refresh();
    return this.#calls.hf_font_provide(this.#word(need), this.#word(need + 4), data, bytes) >= 0;
  }

  /** The needed font cannot be had. false: no memory to remember that. */
  refuseFont(code: ErrorCode, detail: string): boolean {
    this.#put(this.#name, detail);
    return this.#calls.hf_font_refuse(ERRORS[code].number, this.#name.pointer, this.#name.bytes) >= 0;
  }

  /** After NEED_IMAGE: the picture file, in memory from allocateFont, which the engine takes over. false: no memory. */
  providePicture(data: number, bytes: number): boolean {
    const need = this.#calls.hf_need();
    this.#refresh();
    return this.#calls.hf_picture_provide(this.#word(need), this.#word(need + 4), data, bytes) >= 0;
  }

  /** The picture file cannot be had. false: no memory to remember that. */
  refusePicture(code: ErrorCode, detail: string): boolean {
    this.#put(this.#name, detail);
    return this.#calls.hf_picture_refuse(ERRORS[code].number, this.#name.pointer, this.#name.bytes) >= 0;
  }

  /** After NEED_OUTPUT: the picture's file, a view that is valid until the next call. */
  image(): Uint8Array {
    return this.#span(this.#calls.hf_image());
  }

  /** The picture was written to `path`: finishes the line. */
  imageWritten(path: string): number {
    this.#put(this.#name, path);
    return this.#calls.hf_output_done(this.#name.pointer, this.#name.bytes);
  }

  /** The picture could not be written: makes the error line. */
  imageFailed(code: ErrorCode, detail: string): number {
    this.#put(this.#name, detail);
    return this.#calls.hf_output_failed(ERRORS[code].number, this.#name.pointer, this.#name.bytes);
  }

  /** Before its next use every font is asked for again with CHECK_FONT. */
  nextEpoch(): void {
    this.#epoch += 1;
    this.#configure(CONFIG_FRESH_EPOCH, this.#epoch);
  }

  /** Whether the input is JSON Lines (0), a JobSpec document (1), or too short to tell (2). */
  looks(start: number, bytes: number): number {
    return this.#calls.hf_looks(this.#inputPointer + start, bytes);
  }

  /** Finds the jobs of a JobSpec document in the input; undefined: the result is its error line. */
  document(start: number, bytes: number): DocumentJobs | undefined {
    if (this.#calls.hf_document(this.#inputPointer + start, bytes) < 0) return undefined;
    const at = this.#calls.hf_document_jobs();
    this.#refresh();
    const first = this.#word(at) >> 2;
    const spans = this.#u32.slice(first, first + this.#word(at + 4) * 3);
    return { spans, config: decoder.decode(this.view(this.#word(at + 8), this.#word(at + 12))) };
  }

  // --- memory -------------------------------------------------------------------------------------------------

  /** Memory for `bytes` bytes of a font: 0 when there is none. */
  allocateFont(bytes: number): number {
    return this.#calls.hf_alloc(Math.max(bytes, 1));
  }

  /** A view of memory from allocateFont, valid until the next call. */
  view(pointer: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#calls.memory.buffer, pointer, bytes);
  }

  free(pointer: number): void {
    this.#calls.hf_free(pointer);
  }

  stats(): Omit<EngineStats, "faults"> {
    const at = this.#scratch + STATS;
    this.#calls.hf_memory(at);
    this.#refresh();
    return Object.fromEntries(STATS_FIELDS.map((name, i) => [name, this.#f64[(at >> 3) + i]])) as unknown as Omit<EngineStats, "faults">;
  }

  // --- handles ------------------------------------------------------------------------------------------------

  /** A font of memory from allocateFont, which the engine takes over; throws font_invalid and its kin. */
  createFont(data: number, bytes: number, faceIndex: number): number {
    return this.#checked(this.#calls.hf_font_create(data, bytes, faceIndex));
  }

  releaseFont(font: number): void {
    this.#calls.hf_font_release(font);
  }

  /** What is in the file of a font, as JSON. */
  fontInfo(font: number): string {
    this.#checked(this.#calls.hf_font_info(font));
    return decoder.decode(this.result());
  }

  /** What is in a font file, as JSON; takes over the memory from allocateFont. */
  fileInfo(data: number, bytes: number): string {
    this.#checked(this.#calls.hf_file_info(data, bytes));
    return decoder.decode(this.result());
  }

  /** An instance at design coordinates, or at the named one when `name` is not empty. */
  createInstance(font: number, variations: Readonly<Record<string, number>> | undefined, name: string): number {
    const tags = variations === undefined ? [] : Object.keys(variations);
    const coords = tags.length === 0 ? 0 : this.#allocate(tags.length * 8);
    this.#refresh();
    tags.forEach((tag, i) => {
      this.#u32[(coords >> 2) + i * 2] = packTag(tag);
      this.#f32[(coords >> 2) + i * 2 + 1] = (variations as Record<string, number>)[tag] as number;
    });
    this.#put(this.#name, name);
    const handle = this.#calls.hf_instance_create(font, coords, tags.length, this.#name.pointer, this.#name.bytes);
    if (coords !== 0) this.#calls.hf_free(coords);
    return this.#checked(handle);
  }

  releaseInstance(instance: number): void {
    this.#calls.hf_instance_release(instance);
  }

  createCanvas(width: number, height: number, invert: boolean): number {
    return this.#checked(this.#calls.hf_canvas_create(width, height, invert ? 1 : 0));
  }

  /** Gives a canvas another size; it is then blank. Its memory only grows. */
  resizeCanvas(canvas: number, width: number, height: number): void {
    this.#checked(this.#calls.hf_canvas_resize(canvas, width, height));
  }

  releaseCanvas(canvas: number): void {
    this.#calls.hf_canvas_release(canvas);
  }

  /** The pixels of a canvas: a view, valid until the next call. */
  pixels(canvas: number, width: number, height: number): Uint8Array {
    const pointer = this.#calls.hf_canvas_pixels(canvas);
    if (pointer === 0) throw new HaforuError("invalid_handle", "the canvas was released, or belongs to another engine");
    const bytes = width * height;
    const last = this.#pixels;
    const same = last.byteOffset === pointer && last.length === bytes && last.buffer === this.#calls.memory.buffer;
    if (!same) this.#pixels = this.view(pointer, bytes);
    return this.#pixels;
  }

  /** The version of the HarfBuzz in the engine, as it says itself. */
  harfbuzzVersion(): string {
    const start = this.#calls.hf_harfbuzz_version();
    this.#refresh();
    return decoder.decode(this.#u8.subarray(start, this.#u8.indexOf(0, start)));
  }

  // --- drawing ------------------------------------------------------------------------------------------------

  /** Says where the text goes: `originX`, `originY` undefined: the contract's default pen. */
  place(size: number, width: number, height: number, origin: readonly [number, number] | undefined): void {
    this.#refresh();
    const at = (this.#scratch + PLACEMENT) >> 2;
    // A size below what 32 bits hold must not become 0, which is none: like it, it draws nothing.
    this.#f32[at] = Math.max(size, SMALLEST_SIZE);
    this.#u32[at + 1] = origin === undefined ? 0 : 1;
    this.#f32[at + 2] = origin === undefined ? 0 : origin[0];
    this.#f32[at + 3] = origin === undefined ? 0 : origin[1];
    this.#u32[at + 4] = width;
    this.#u32[at + 5] = height;
  }

  /** Renders onto a canvas, which is blank before: what the last call left is taken off first. */
  render(instance: number, spec: TextSpec, canvas: number): void {
    const at = this.#write(spec);
    this.#checked(this.#calls.hf_render(instance, at, at + PLACEMENT, canvas, 0));
  }

  /** Measures without a picture: the sixteen numbers of the ABI, a copy. */
  measure(instance: number, spec: TextSpec): Float64Array {
    const at = this.#write(spec);
    this.#checked(this.#calls.hf_measure(instance, at, at + PLACEMENT, at + MEASURES));
    this.#refresh();
    return this.#f64.slice((at + MEASURES) >> 3, ((at + MEASURES) >> 3) + MEASURE_COUNT);
  }

  /** As measure, with hf_measure_extended's 32 numbers, and the gaps that are listed: [start, length] each. */
  measureExtended(instance: number, spec: TextSpec): { readonly measures: Float64Array; readonly gaps: readonly (readonly [number, number])[] } {
    const at = this.#write(spec);
    this.#checked(this.#calls.hf_measure_extended(instance, at, at + PLACEMENT, at + MEASURES));
    const span = this.#calls.hf_gaps_at();
    this.#refresh();
    const from = this.#word(span) >> 2;
    const gaps = Array.from({ length: this.#word(span + 4) }, (_, i) => [this.#u32[from + i * 2] as number, this.#u32[from + i * 2 + 1] as number] as const);
    return { measures: this.#f64.slice((at + MEASURES) >> 3, ((at + MEASURES) >> 3) + EXTENDED_COUNT), gaps };
  }

  /** Streams of this engine. */
  get streams(): StreamCalls {
    this.#streams ??= new StreamCalls(this.#calls);
    return this.#streams;
  }

  /** Shapes without drawing. */
  shape(instance: number, spec: TextSpec): ShapedGlyph[] {
    this.#checked(this.#calls.hf_shape(instance, this.#write(spec)));
    const glyphs = this.#calls.hf_glyphs();
    this.#refresh();
    const first = this.#word(glyphs) >> 2;
    return Array.from({ length: this.#word(glyphs + 4) }, (_, i) => {
      const at = first + (i * GLYPH_BYTES) / 4;
      const field = (offset: number): number => this.#i32[at + offset] as number;
      return {
        id: field(0) >>> 0,
        cluster: field(1) >>> 0,
        xAdvance: field(2),
        yAdvance: field(3),
        xOffset: field(4),
        yOffset: field(5),
      };
    });
  }

  // --- pictures -----------------------------------------------------------------------------------------------

  /** Where bytes begin that lie in the engine's memory, such as a canvas' pixels; undefined: they lie elsewhere. */
  addressOf(bytes: Uint8Array): number | undefined {
    return bytes.buffer === this.#calls.memory.buffer ? bytes.byteOffset : undefined;
  }

  /** Compares two pictures; the words are hf_compare's. The nine numbers of the ABI, a copy. */
  compare(pictures: readonly number[], options: readonly number[]): Float64Array {
    this.#refresh();
    this.#u32.set(pictures, (this.#scratch + PICTURES) >> 2);
    this.#u32.set(options, (this.#scratch + OPTIONS) >> 2);
    const out = this.#scratch + COMPARISON;
    this.#checked(this.#calls.hf_compare(this.#scratch + PICTURES, this.#scratch + OPTIONS, out));
    this.#refresh();
    return this.#f64.slice(out >> 3, (out >> 3) + COMPARISON_COUNT);
  }

  /** As compare, of two canvases as the last render left them. */
  compareCanvases(a: number, b: number, options: readonly number[]): Float64Array {
    this.#refresh();
    this.#u32.set(options, (this.#scratch + OPTIONS) >> 2);
    const out = this.#scratch + COMPARISON;
    this.#checked(this.#calls.hf_compare_canvases(a, b, this.#scratch + OPTIONS, out));
    this.#refresh();
    return this.#f64.slice(out >> 3, (out >> 3) + COMPARISON_COUNT);
  }

  /** Decodes a PNG or PGM file at an address: pixels (to be freed), width, height. @throws HaforuError image_invalid and its kin. */
  decode(data: number, bytes: number): readonly [pointer: number, width: number, height: number] {
    const out = this.#scratch + OPTIONS;
    this.#checked(this.#calls.hf_picture(data, bytes, out));
    this.#refresh();
    return [this.#word(out), this.#word(out + 4), this.#word(out + 8)];
  }

  /** hf_match, of structs the caller has written: its JSON. */
  match(instance: number, options: number, axes: number, axisCount: number, items: number, itemCount: number): string {
    this.#checked(this.#calls.hf_match(instance, options, axes, axisCount, items, itemCount));
    return decoder.decode(this.result());
  }

  /** Resizes a picture at one address to another. */
  resize(from: number, fromWidth: number, fromHeight: number, to: number, width: number, height: number): void {
    this.#checked(this.#calls.hf_resize(from, fromWidth, fromHeight, to, width, height));
  }

  // --- one text at once ---------------------------------------------------------------------------------------

  /** Shapes one text; the glyphs stay in the engine for shapedColumns and glyphLine. */
  shapeItem(instance: number, spec: TextSpec, item: ItemSpec): void {
    const at = this.#write(spec);
    this.#put(this.#before, item.before);
    this.#put(this.#after, item.after);
    this.#refresh();
    const words = this.#u32;
    const to = (at + ITEM) >> 2;
    words[to] = item.bufferFlags;
    words[to + 1] = item.clusterLevel;
    words[to + 2] = item.logical ? 1 : 0;
    words[to + 3] = this.#before.pointer;
    words[to + 4] = this.#before.bytes;
    words[to + 5] = this.#after.pointer;
    words[to + 6] = this.#after.bytes;
    this.#checked(this.#calls.hf_shape_item(instance, at, at + ITEM));
  }

  /** The glyphs of the last shapeItem: seven numbers each (id, cluster, x advance, y advance, x offset, y offset, flags), a copy. */
  shapedRecords(): Int32Array {
    const glyphs = this.#calls.hf_glyphs();
    this.#refresh();
    const first = this.#word(glyphs) >> 2;
    return this.#i32.slice(first, first + (this.#word(glyphs + 4) * GLYPH_BYTES) / 4);
  }

  /** The glyphs of the last shapeItem as hb-shape prints them; `options`: bits of LINE_…. A view, valid until the next call. */
  glyphLine(instance: number, options: number): Uint8Array {
    this.#checked(this.#calls.hf_glyph_line(instance, options));
    return this.result();
  }

  /** The ISO 15924 tag that the last shaping used; "Zyyy" where no character belongs to a script. */
  usedScript(): string {
    return unpackTag(this.#calls.hf_used_script());
  }

  // --- what a face is made of -----------------------------------------------------------------------------------

  /** The tables of a font, in the order of its directory: views of its bytes, valid until the next call. */
  tables(font: number): FontTable[] {
    this.#checked(this.#calls.hf_tables(font));
    const at = this.#calls.hf_tables_at();
    this.#refresh();
    const first = this.#word(at);
    return Array.from({ length: this.#word(at + 4) }, (_, i) => {
      const record = first + i * TABLE_BYTES;
      return { tag: unpackTag(this.#word(record)), bytes: this.view(this.#word(record + 4), this.#word(record + 8)) };
    });
  }

  /** The names of all glyphs by id, one a byte string as the font has it; "gid" and the id where it has none. */
  glyphNames(instance: number): string[] {
    this.#checked(this.#calls.hf_glyph_names(instance));
    const bytes = this.result();
    const names: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + (bytes[at] as number);
      names.push(decoder.decode(bytes.subarray(at + 1, end)));
      at = end;
    }
    return names;
  }

  /** The glyph ids of `count` code points from `first` on, a copy; 0: not covered. */
  nominalGlyphs(instance: number, first: number, count: number): Uint32Array {
    return this.#written(
      count * 4,
      (out) => this.#calls.hf_nominal_glyphs(instance, first, count, out),
      (at) => this.#u32.slice(at, at + count),
    );
  }

  /** Six numbers a glyph from `first` on, a copy: advance, xMin, yMin, xMax, yMax, 1 where it has bounds. Font units, y up. */
  glyphMetrics(instance: number, first: number, count: number): Int32Array {
    const words = count * METRICS_WORDS;
    return this.#written(
      words * 4,
      (out) => this.#calls.hf_glyph_metrics(instance, first, count, out),
      (at) => this.#i32.slice(at, at + words),
    );
  }

  /** The outline of a glyph as SVG path data, ASCII, font units, y up: a view, valid until the next call; empty: none. */
  glyphOutline(instance: number, glyph: number): Uint8Array {
    this.#checked(this.#calls.hf_glyph_outline(instance, glyph));
    return this.result();
  }

  /** The outlines of a shaped text as SVG path data: font units, y down, the pen starting at (0, 0). */
  textOutline(instance: number, spec: TextSpec): string {
    this.#checked(this.#calls.hf_text_outline(instance, this.#write(spec)));
    return decoder.decode(this.result());
  }

  /** Renders a glyph onto a canvas, which is blank before, its origin at (x, y) in pixels, y down. */
  renderGlyph(instance: number, glyph: number, sizePx: number, x: number, y: number, canvas: number): void {
    this.#checked(this.#calls.hf_glyph_render(instance, glyph, sizePx, x, y, canvas));
  }

  /** The ISO 15924 tag of a code point's script. */
  scriptOf(codePoint: number): string {
    return unpackTag(this.#calls.hf_script_of(codePoint));
  }

  // --- inside -------------------------------------------------------------------------------------------------

  #write(spec: TextSpec): number {
    this.#put(this.#text, spec.text);
    this.#put(this.#language, spec.language);
    this.#put(this.#features, spec.features);
    this.#refresh();
    const words = this.#u32;
    const at = (this.#scratch + SPEC) >> 2;
    words[at] = this.#text.pointer;
    words[at + 1] = this.#text.bytes;
    words[at + 2] = spec.scriptTag;
    words[at + 3] = spec.direction;
    words[at + 4] = this.#language.pointer;
    words[at + 5] = this.#language.bytes;
    words[at + 6] = this.#features.pointer;
    words[at + 7] = this.#features.bytes;
    return this.#scratch;
  }

  /** Writes `text` as UTF-8 into its slot, unless it is there already. */
  #put(slot: TextSlot, text: string): void {
    if (slot.text === text) return;
    // A UTF-16 unit takes at most three bytes of UTF-8.
    if (text.length * 3 > slot.capacity) {
      if (slot.pointer !== 0) this.#calls.hf_free(slot.pointer);
      slot.capacity = 0;
      slot.text = "";
      slot.bytes = 0;
      slot.pointer = 0;
      slot.pointer = this.#allocate(Math.max(64, text.length * 4));
      slot.capacity = Math.max(64, text.length * 4);
    }
    this.#refresh();
    slot.bytes = this.#encode(text, slot);
    slot.text = text;
  }

  #encode(text: string, slot: TextSlot): number {
    const length = text.length;
    if (length <= SHORT_TEXT) {
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        this.#u8[slot.pointer + i] = unit;
      }
      if (i === length) return length;
    }
    const target = this.#u8.subarray(slot.pointer, slot.pointer + slot.capacity);
    return encoder.encodeInto(text, target).written;
  }

  /** Room for `bytes` bytes that a call writes and `copy` reads, given the index of the first word. */
  #written<T>(bytes: number, call: (out: number) => number, copy: (firstWord: number) => T): T {
    const out = this.#allocate(Math.max(bytes, 4));
    try {
      this.#checked(call(out));
      this.#refresh();
      return copy(out >> 2);
    } finally {
      this.#calls.hf_free(out);
    }
  }

  #configure(key: number, value: number | boolean | undefined): void {
    if (value !== undefined) this.#checked(this.#calls.hf_configure(key, Number(value)));
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
    // {i32 code, u32 message, u32 messageBytes, …}: the code's name, or words of the call's own.
    const said = this.#word(at) === -status ? decoder.decode(this.view(this.#word(at + 4), this.#word(at + 8))) : code;
    throw callError(code, "the engine", said === code ? "" : said, said === code ? {} : { details: { reason: said } });
  }

  #span(at: number): Uint8Array {
    this.#refresh();
    return this.view(this.#word(at), this.#word(at + 4));
  }

  #word(at: number): number {
    return this.#u32[at >> 2] as number;
  }

  /** Every call may grow the memory, which detaches views: a write to a detached one would vanish silently. */
  #refresh(): void {
    const buffer = this.#calls.memory.buffer;
    if (this.#u8.buffer === buffer) return;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }
}

/** An OpenType tag of up to four ASCII characters as the number HarfBuzz uses. 0 for an empty one. */
export function packTag(tag: string): number {
  if (tag === "") return 0;
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | (i < tag.length ? tag.charCodeAt(i) & 0xff : 0x20);
  return value >>> 0;
}

/** The four characters of a tag that packTag made. */
function unpackTag(tag: number): string {
  return String.fromCharCode(tag >>> 24, (tag >>> 16) & 0xff, (tag >>> 8) & 0xff, tag & 0xff);
}

/** The status of an error line with this code. */
export function errorStatus(code: ErrorCode): number {
  return -ERRORS[code].number;
}
