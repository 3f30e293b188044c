// One face of a font in an engine, with what a comparison asks of it: tables, names, characters, and at coordinates metrics, outlines and shaping.
// What is asked often is kept. Owns its font and instances: `close` gives them back.
import type { Engine, ShapedGlyph, TextSpec } from "../engine/boundary.ts";
import type { FaceInfo } from "../session/font-info.ts";
import { cmapRanges } from "./cmap-ranges.ts";
import type { Coordinates } from "./records.ts";

/** Numbers a glyph of `metrics`: advance, xMin, yMin, xMax, yMax, 1 where there are bounds. */
export const METRICS_WORDS = 6;
/** Names of glyphs come from `post` from these versions on (2.0, 2.5), and of Macintosh's order (1.0). */
const POST_WITH_NAMES: readonly number[] = [0x00010000, 0x00020000, 0x00025000];
/** OpenType 1.9.1, chapter otff: printable ASCII. */
const TAG = /^[\x20-\x7e]{4}$/;
/** Code points asked of the engine in one call. */
const CODE_POINTS_AT_ONCE = 16384;

/** A face at coordinates. */
export interface Instance {
  readonly handle: number;
  /** METRICS_WORDS numbers a glyph, in font units. */
  readonly metrics: Int32Array;
}

const decoder: TextDecoder = new TextDecoder("latin1");

export class ComparedFace {
  readonly engine: Engine;
  readonly info: FaceInfo;
  readonly font: number;
  readonly glyphCount: number;
  readonly upem: number;
  readonly #instances: Map<string, Instance> = new Map();
  #names: readonly string[] | undefined;
  #characters: ReadonlyMap<number, number> | undefined;

  /** Takes over `font`. */
  constructor(engine: Engine, font: number, info: FaceInfo) {
    this.engine = engine;
    this.font = font;
    this.info = info;
    this.glyphCount = info.glyph_count ?? 0;
    this.upem = info.upem ?? 1000;
  }

  /** The face at coordinates; those of axes that it does not have are left out, and so are those of a damaged tag, which cannot be named: they stay at their default. */
  instance(at: Coordinates): Instance {
    const own = Object.fromEntries(Object.entries(at).filter(([tag]) => TAG.test(tag) && this.info.axes?.some((axis) => axis.tag === tag)));
    const key = JSON.stringify(own);
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      const handle = this.engine.createInstance(this.font, own, "");
      instance = { handle, metrics: this.engine.glyphMetrics(handle, 0, this.glyphCount) };
      this.#instances.set(key, instance);
    }
    return instance;
  }

  /** Copies of the tables' bytes that are asked for; undefined: the face has none of this tag. */
  table(tag: string): Uint8Array | undefined {
    return this.engine
      .tables(this.font)
      .find((table) => table.tag === tag)
      ?.bytes.slice();
  }

  /** Names of the glyphs by id. */
  get names(): readonly string[] {
    this.#names ??= this.engine.glyphNames(this.instance({}).handle);
    return this.#names;
  }

  /** Whether the font names its glyphs. */
  get namesGlyphs(): boolean {
    if (this.info.format === "cff") return true;
    const post = this.table("post");
    return post !== undefined && post.length >= 4 && POST_WITH_NAMES.includes(new DataView(post.buffer).getUint32(0));
  }

  /** Code points that the face covers, ascending, and their glyphs. */
  get characters(): ReadonlyMap<number, number> {
    this.#characters ??= this.#readCharacters();
    return this.#characters;
  }

  /** The outline of a glyph as SVG path data in font units, y up. */
  outline(instance: Instance, glyph: number): string {
    return decoder.decode(this.outlineBytes(instance, glyph));
  }

  /** The same as bytes of ASCII: a view, valid until the engine's next call. */
  outlineBytes(instance: Instance, glyph: number): Uint8Array {
    return this.engine.glyphOutline(instance.handle, glyph);
  }

  shape(instance: Instance, spec: TextSpec): ShapedGlyph[] {
    return this.engine.shape(instance.handle, spec);
  }

  close(): void {
    for (const { handle } of this.#instances.values()) this.engine.releaseInstance(handle);
    this.#instances.clear();
    this.engine.releaseFont(this.font);
  }

  #readCharacters(): Map<number, number> {
    const cmap = this.table("cmap");
    const { handle } = this.instance({});
    const characters = new Map<number, number>();
    for (const [start, end] of cmap === undefined ? [] : cmapRanges(cmap)) {
      for (let first = start; first < end; first += CODE_POINTS_AT_ONCE) {
        const glyphs = this.engine.nominalGlyphs(handle, first, Math.min(CODE_POINTS_AT_ONCE, end - first));
        for (const [i, glyph] of glyphs.entries()) if (glyph !== 0) characters.set(first + i, glyph);
      }
    }
    return characters;
  }
}

/** The part of a word that shaping reads. */
export function wordSpec(word: string): TextSpec {
  return { text: word, scriptTag: 0, direction: 0, language: "", features: "" };
}
