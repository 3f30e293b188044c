// A stream that is pushed: text and changes in, each flush to a sink at once. Synchronous; backpressure is the sink's return.
import type { FlushRecord, GlyphArrays, StreamKind, StreamStats, StreamWarning } from "../engine/stream-calls.ts";
import { invalid } from "../session/check-request.ts";
import { Feed, type FlushReader } from "./feed.ts";
import type { FontArgument } from "./font.ts";
import type { Shaping } from "./shaping.ts";
import type { ShapeEvent, ShapeInput, ShaperOptions } from "./stream-options.ts";
import type { Direction } from "./text-options.ts";

/** Glyphs that are final: columns of records with what they are of. The receiver's own; nothing of it changes later. */
export interface Flush extends GlyphArrays {
  /** The code points [start, end) of the stream, counted from its first. */
  readonly start: number;
  readonly end: number;
  /** How many runs came before the one these glyphs belong to. */
  readonly run: number;
  /** First flush of its run. */
  readonly runBegins: boolean;
  /** Last flush of its run. */
  readonly runEnds: boolean;
  /** Some of its glyphs may differ from those of shaping the whole run at once: a forced cut lies at its end or behind the last safe one, or the run's script was undecided. Glyphs of all others are the same. */
  readonly forced: boolean;
  /** What was used: ISO 15924, direction, BCP 47, and the font as it was given. */
  readonly script: string;
  readonly direction: Direction;
  readonly language: string;
  readonly font: FontArgument;
  /** forced_cut, cut_defect, malformed_utf8, script_undecided, ligature_undecided. */
  readonly warnings: readonly StreamWarning[];
}

const DIRECTIONS: Readonly<Record<number, Direction>> = { 4: "ltr", 5: "rtl", 6: "ttb", 7: "btt" };

function tagText(tag: number): string {
  return String.fromCharCode(tag >>> 24, (tag >> 16) & 255, (tag >> 8) & 255, tag & 255);
}

/** Reads a flush as what programs get. */
export const readFlush: FlushReader<Flush> = (engine, fontOf) => {
  const flush: FlushRecord = engine.streams.flush();
  const { scriptTag } = flush;
  if (scriptTag !== lastTag) {
    lastTag = scriptTag;
    lastScript = tagText(scriptTag);
  }
  // Field by field: a spread would cost as much as the copy of the records.
  return {
    clusters: flush.clusters,
    ids: flush.ids,
    xAdvances: flush.xAdvances,
    yAdvances: flush.yAdvances,
    xOffsets: flush.xOffsets,
    yOffsets: flush.yOffsets,
    flags: flush.flags,
    start: flush.start,
    end: flush.end,
    run: flush.run,
    runBegins: flush.runBegins,
    runEnds: flush.runEnds,
    forced: flush.forced,
    script: lastScript,
    direction: DIRECTIONS[flush.direction] ?? "ltr",
    language: flush.language,
    font: fontOf(flush.instance),
    warnings: flush.warnings,
  };
};

let lastTag = 0;
let lastScript = "";

/** Receives flushes. What it throws ends the stream and comes out of the call that pushed. */
export type FlushSink = (flush: Flush) => void;

/** Options of a stream that is pushed. */
export interface PushedShaperOptions extends ShaperOptions {
  readonly sink: FlushSink;
}

/** A stream of glyphs, pushed by its owner. Dispose of it when it is not ended; `using` does that by itself. */
export class Shaper {
  readonly #feed: Feed<Flush>;
  readonly #sink: FlushSink;

  /** Used by createShaper. */
  constructor(shaping: Shaping, font: FontArgument, { sink, ...options }: PushedShaperOptions) {
    if (typeof sink !== "function") throw invalid("sink", "a function that takes flushes", sink);
    this.#sink = sink;
    this.#feed = new Feed(shaping, font, options, readFlush);
  }

  /**
   * Takes text (a string, or UTF-8; both may end inside of a character) or a change, and gives the sink what is final.
   * @throws HaforuError invalid_argument (the input is refused, the stream goes on), engine_fault, out_of_memory; what the sink throws. After these the stream is closed.
   */
  push(input: ShapeInput): void {
    this.#deliver(this.#feed.take(input));
  }

  /** These features too, from here on, behind those in force: HarfBuzz's syntax without ranges. */
  pushFeatures(features: string | readonly string[]): void {
    this.push({ push: "features", features });
  }

  /** Takes the last pushFeatures back. @throws HaforuError invalid_argument where there is none. */
  popFeatures(): void {
    this.pop("features");
  }

  pushLanguage(language: string): void {
    this.push({ push: "language", language });
  }

  pushScript(script: string): void {
    this.push({ push: "script", script });
  }

  pushDirection(direction: Direction): void {
    this.push({ push: "direction", direction });
  }

  pushFont(font: FontArgument): void {
    this.push({ push: "font", font });
  }

  /** Takes the last push of a kind back. @throws HaforuError invalid_argument where there is none. */
  pop(kind: StreamKind): void {
    this.push({ pop: kind } satisfies ShapeEvent);
  }

  /** No text follows: gives the sink the rest and closes. */
  end(): void {
    this.#deliver(this.#feed.end());
  }

  /** What the stream did so far; when it is closed, up to then. */
  get stats(): StreamStats {
    return this.#feed.stats;
  }

  /** Closes without flushing what is held. Does nothing after the end. */
  dispose(): void {
    this.#feed.close();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #deliver(flushes: Generator<Flush, void, void>): void {
    // Leaving the loop by what the sink throws ends the generator, which closes the stream.
    for (const flush of flushes) this.#sink(flush);
  }
}
