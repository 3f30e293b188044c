// One stream in the engine: pieces of text and changes in, flushes out, one at a time as they are asked for. What is read of a flush is the reader's choice.
// Whoever has a feed closes it; after an error it is closed already. Knows nothing of sinks, sources and waiting.
import type { Engine } from "../engine/boundary.ts";
import { HaforuError } from "../engine/errors.ts";
import { ENDED, FLUSH, type StreamStats } from "../engine/stream-calls.ts";
import { isBytes } from "../session/came.ts";
import type { FontArgument, OpenInstance } from "./font.ts";
import { encodePieces, UnitCarry } from "./pieces.ts";
import type { Shaping } from "./shaping.ts";
import { resolveEvent, resolveShaperOptions, type ShapeEvent, type ShapeInput, type ShaperOptions } from "./stream-options.ts";

/** Reads the flush at hand; what it gives must not point into the engine's memory. */
export type FlushReader<T> = (engine: Engine, fontOf: (instance: number) => FontArgument) => T;

export class Feed<T> {
  readonly #shaping: Shaping;
  readonly #read: FlushReader<T>;
  readonly #engine: Engine;
  readonly #stream: number;
  /** Instances in use, by the engine's handle and by font. */
  readonly #fonts: Map<number, FontArgument> = new Map();
  readonly #instances: Map<unknown, OpenInstance> = new Map();
  readonly #units: UnitCarry = new UnitCarry();
  #stats: StreamStats | undefined;
  #closed = false;
  #ended = false;
  #running = false;

  /** @throws HaforuError what is wrong with the font or the options. */
  constructor(shaping: Shaping, font: FontArgument, options: ShaperOptions, read: FlushReader<T>) {
    const settings = resolveShaperOptions(options);
    this.#shaping = shaping;
    this.#read = read;
    const instance = this.#open(font);
    this.#engine = instance.engine;
    try {
      this.#stream = this.#engine.streams.open(instance.handle, settings);
    } catch (error) {
      const told = shaping.fault(instance, error);
      instance.release();
      throw told;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Counters so far; of a closed feed those at its end. */
  get stats(): StreamStats {
    return this.#closed ? (this.#stats as StreamStats) : this.#engine.streams.stats(this.#stream);
  }

  /** For tests alone: switches a wrong rule of cuts on. */
  naiveRules(rules: number): void {
    this.#engine.streams.naiveRules(this.#stream, rules);
  }

  /** Takes one input and gives the flushes that it makes final. It must be iterated to its end, or the feed be closed. */
  *take(input: ShapeInput): Generator<T, void, void> {
    this.#begin();
    try {
      if (typeof input === "string") {
        for (const bytes of encodePieces(this.#units.join(input))) yield* this.#push(bytes);
      } else if (isBytes(input)) {
        yield* this.#push(this.#units.flush());
        yield* this.#push(input);
      } else {
        yield* this.#push(this.#units.flush());
        yield* this.#change(input);
      }
      this.#running = false;
    } catch (error) {
      throw this.#fail(error);
    } finally {
      // Left before its end: what was taken of the input is unknown.
      if (this.#running) this.close();
    }
  }

  /** Says that no input follows, gives the last flushes and closes. */
  *end(): Generator<T, void, void> {
    this.#begin();
    try {
      yield* this.#push(this.#units.flush());
      this.#engine.streams.end(this.#stream);
      this.#ended = true;
      yield* this.#drain();
      this.#running = false;
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.close();
    }
  }

  /** Gives everything back; flushes not asked for are lost. Does nothing the second time. */
  close(): void {
    if (this.#closed) return;
    try {
      this.#stats = this.#engine.streams.stats(this.#stream);
      this.#engine.streams.close(this.#stream);
    } catch (error) {
      // A trap: the engine goes, and with it the stream.
      this.#stats ??= NO_STATS;
      for (const instance of this.#instances.values()) this.#shaping.fault(instance, error);
    }
    this.#closed = true;
    for (const instance of this.#instances.values()) instance.release();
    this.#instances.clear();
  }

  #begin(): void {
    if (this.#closed) {
      throw new HaforuError(
        "invalid_handle",
        this.#ended ? "the stream has ended; create another shaper" : "the stream is closed: disposed of, or ended by an error",
      );
    }
    if (this.#running) throw new HaforuError("invalid_argument", "the stream is at work: a sink must not push, end or change the shaper that calls it");
    this.#running = true;
  }

  #fail(error: unknown): unknown {
    const told = this.#shaping.fault({ engine: this.#engine, handle: 0, release: () => {} }, error);
    this.#running = false;
    // A wrong event or input is refused whole; the stream goes on as if it had not come.
    if (told instanceof HaforuError && told.code === "invalid_argument") return told;
    if (told !== error) this.#stats ??= NO_STATS;
    this.close();
    return told;
  }

  *#push(bytes: Uint8Array): Generator<T, void, void> {
    for (let at = 0; at < bytes.length; ) {
      at += this.#engine.streams.push(this.#stream, at === 0 ? bytes : bytes.subarray(at));
      yield* this.#drain();
    }
  }

  *#change(event: ShapeEvent): Generator<T, void, void> {
    const change = resolveEvent(event, (font) => this.#open(font).handle);
    while (!this.#engine.streams.change(this.#stream, change)) yield* this.#drain();
    yield* this.#drain();
  }

  *#drain(): Generator<T, void, void> {
    const streams = this.#engine.streams;
    for (;;) {
      const status = streams.pull(this.#stream);
      if (status !== FLUSH) {
        if ((status === ENDED) !== this.#ended) throw new HaforuError("internal", "the engine ended a stream that its host has not ended");
        return;
      }
      yield this.#read(this.#engine, this.#fontOf);
      if (this.#closed) throw new HaforuError("invalid_handle", "the stream was closed while it was at work");
    }
  }

  readonly #fontOf = (instance: number): FontArgument => this.#fonts.get(instance) as FontArgument;

  /** A font that is pushed again and again is opened once; all stay open until the end, for a flush may still be in one of them. */
  #open(font: FontArgument): OpenInstance {
    const key = typeof font === "string" || isBytes(font) ? font : typeof font?.font === "string" ? JSON.stringify(font) : font;
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const opened = this.#shaping.acquire(font);
    this.#instances.set(key, opened);
    this.#fonts.set(opened.handle, font);
    return opened;
  }
}

const NO_STATS: StreamStats = {
  cycles: 0,
  cuts: 0,
  heldBack: 0,
  forced: 0,
  shaped: 0,
  read: 0,
  peakCarry: 0,
  defects: 0,
  retries: 0,
  flushes: 0,
  glyphs: 0,
  runs: 0,
  malformed: 0,
};
