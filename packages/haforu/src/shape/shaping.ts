// One engine for shaping: texts at once here, streams by shaper.ts. Fonts are opened when they are first used and closed when nothing uses them.
// Runs in Node and in browsers; where fonts come from is the source's business.
import { HaforuError } from "../engine/errors.ts";
import type { GlyphArrays, StreamStats } from "../engine/stream-calls.ts";
import type { NamedFonts } from "../fonts/named.ts";
import { isBytes } from "../session/came.ts";
import { checkFontName, invalid } from "../session/check-request.ts";
import { type FontArgument, fontChoice, OpenFonts, type OpenInstance } from "./font.ts";
import { type GlyphLineOptions, lineBits } from "./line-options.ts";
import { columnsOf } from "./records.ts";
import { type Flush, type PushedShaperOptions, Shaper } from "./shaper.ts";
import { type ShapeSource, shapeFlushes, shapePair } from "./stream.ts";
import type { ShapeInput, ShapeStreamOptions } from "./stream-options.ts";
import { resolveTextOptions, type ShapeTextOptions } from "./text-options.ts";

/** One font and one set of options for texts that are printed. */
export interface LineShaper {
  /** The line's bytes, without a line feed (with `recordLines` one behind each glyph): a view, valid until the next call of the Shaping. */
  shape(text: string): Uint8Array;
  dispose(): void;
}

/** An engine in this thread that shapes texts and streams. Not to be used after `dispose`; `using` does that by itself. */
export class Shaping {
  readonly #named: NamedFonts;
  readonly #fonts: OpenFonts;
  #disposed = false;

  /** Used by createShaping; `fonts` may go on to font files. */
  constructor(module: WebAssembly.Module, fonts: NamedFonts) {
    this.#named = fonts;
    this.#fonts = new OpenFonts(module, fonts);
  }

  /**
   * Shapes a text of at most 65,536 code points at once.
   * @throws HaforuError font_not_found, font_invalid, text_too_long, invalid_argument, engine_fault …
   */
  shapeText(font: FontArgument, text: string, options: ShapeTextOptions = {}): GlyphArrays {
    const { spec, item } = resolveTextOptions(text, options);
    return this.#with(font, ({ engine, handle }) => {
      engine.shapeItem(handle, spec, item);
      return columnsOf(engine.shapedRecords());
    });
  }

  /** Shapes texts one after the other with one font and gives each as hb-shape prints it. The caller disposes of it. */
  lineShaper(font: FontArgument, options: ShapeTextOptions = {}, line: GlyphLineOptions = {}): LineShaper {
    const bits = lineBits(line);
    resolveTextOptions("", options);
    const instance = this.acquire(font);
    const shape = (text: string): Uint8Array => {
      const { spec, item } = resolveTextOptions(text, options);
      try {
        instance.engine.shapeItem(instance.handle, spec, item);
        return instance.engine.glyphLine(instance.handle, bits);
      } catch (error) {
        throw this.#explain(this.#fonts.fault(instance.engine, error));
      }
    };
    return { shape, dispose: () => instance.release() };
  }

  /**
   * A stream that is pushed: `push` text and changes, `end`; `options.sink` gets each flush as soon as its glyphs are final.
   * @throws HaforuError font_not_found, font_invalid, invalid_argument (watermarks out of order name all three) …
   */
  createShaper(font: FontArgument, options: PushedShaperOptions): Shaper {
    return new Shaper(this, font, options);
  }

  /**
   * Shapes what a source gives, in bounded memory. Iterate it: the next piece of the source is read when the flushes of the last are taken. Its return value is what the stream did.
   * Leaving the iteration, an error of the source and the signal close the stream and the source; what was given before stands.
   */
  shapeStream(source: ShapeSource, options: ShapeStreamOptions): AsyncGenerator<Flush, StreamStats, void> {
    return shapeFlushes(this, source, options);
  }

  /** The same as a pair of web streams, for `pipeThrough`: text and changes are written, flushes are read; a write is done when its flushes are read. */
  shapeTransform(options: ShapeStreamOptions): TransformStream<ShapeInput, Flush> {
    return shapePair(this, options);
  }

  /** Makes `bytes` (copied) usable as a font under `name`. */
  addFont(name: string, bytes: Uint8Array): void {
    checkFontName("name", name);
    if (!isBytes(bytes)) throw invalid("bytes", "a font's bytes as a Uint8Array", bytes);
    this.#named.add(name, bytes);
  }

  /** Forgets an added font; false: there was none of that name. Shapers that use it go on. */
  removeFont(name: string): boolean {
    checkFontName("name", name);
    return this.#named.remove(name);
  }

  /** Fonts that shapers have in use now, each counted once a shaper. */
  get openFonts(): number {
    return this.#fonts.open;
  }

  /** Gives the engine's memory back; shapers that still use it fail from then on. */
  dispose(): void {
    this.#disposed = true;
    this.#fonts.drop();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Opens a font for a shaper. */
  acquire(font: FontArgument): OpenInstance {
    if (this.#disposed) throw new HaforuError("invalid_handle", "the shaping is disposed; create another");
    return this.#fonts.acquire(fontChoice(font));
  }

  /** What to throw for an error of a call into a shaper's engine. */
  fault(instance: OpenInstance, error: unknown): unknown {
    return this.#fonts.fault(instance.engine, error);
  }

  #with<T>(font: FontArgument, use: (instance: OpenInstance) => T): T {
    const instance = this.acquire(font);
    try {
      return use(instance);
    } catch (error) {
      throw this.#explain(this.#fonts.fault(instance.engine, error));
    } finally {
      instance.release();
    }
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof HaforuError) || error.field !== undefined || error.code !== "text_too_long") return error;
    return new HaforuError("text_too_long", `text: it has over 65536 characters: shape it as a stream (createShaper, shapeStream, haforu shape --stream)`, {
      field: "text",
      cause: error,
    });
  }
}
