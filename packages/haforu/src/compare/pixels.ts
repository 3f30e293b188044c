// The fourth level: pictures of glyphs and words, drawn with both faces at the same pen and compared. In: pairs that are drawn differently, words that are shaped differently.
// Out: records with measures. Glyphs whose outlines are the same are not drawn: their pictures are the same bytes.
import type { Engine } from "../engine/boundary.ts";
import { type ComparedFace, type Instance, METRICS_WORDS, wordSpec } from "./face.ts";
import { type DrawnPair, type GlyphLabels, type Place, rounded, scriptField } from "./glyphs.ts";
import type { PictureMeasure, ResolvedOptions } from "./options.ts";
import type { Coordinates } from "./records.ts";
import type { ShapedWord } from "./shaping.ts";
import type { Found } from "./tables.ts";

/** Where hf_compare's numbers have a measure; its bit is the one of this place. pixel_delta has the first. */
const PLACE_OF: Readonly<Record<PictureMeasure, number>> = { rmse: 2, ssim: 3, iou: 4 };
/** A picture's side at most: a canvas' side and area (LIMITS) hold two of it. A glyph or word beyond it is cut there, on both sides alike. */
const SIDE_MAX_PX = 16384;
/** Pixels of a canvas above which its memory is given back after the picture: one huge glyph does not hold it for all that follow. */
const CANVAS_KEEP_PX = 16 << 20;

/** What was measured; pixel_delta always is. */
type Measures = Readonly<{ pixel_delta: number } & Partial<Record<PictureMeasure, number>>>;

type Limits = Pick<ResolvedOptions, "pixelDelta" | "rmse" | "iou" | "ssim" | "measures" | "sizes">;

/** What a picture has to hold, in font units of the old face, y up: left, bottom, right, top. */
type Bounds = readonly [number, number, number, number];

export class Pictures {
  readonly #faces: readonly [ComparedFace, ComparedFace];
  readonly #engine: Engine;
  readonly #places: readonly Place[];
  readonly #limits: Limits;
  /** One canvas a side, shaped anew for each picture: its memory stays in a core's own cache, and is not gone through to make it blank. */
  #canvases: readonly [number, number] | undefined;
  #canvasPixels = 0;
  /** hf_compare's options: no alignment, and which measures. */
  readonly #kernel: readonly number[];
  /** Pictures drawn of each side. */
  drawn = 0;

  constructor(faces: readonly [ComparedFace, ComparedFace], places: readonly Place[], limits: Limits) {
    this.#faces = faces;
    this.#engine = faces[0].engine;
    this.#places = places;
    this.#limits = limits;
    this.#kernel = [0, 0, limits.measures.reduce((bits, name) => bits | (1 << PLACE_OF[name]), 1)];
  }

  compareGlyphs(pairs: readonly DrawnPair[], labels: GlyphLabels): Found[] {
    const scale = this.#faces[0].upem / this.#faces[1].upem;
    return pairs.flatMap(({ pair, places }) => {
      const worst = new WorstPicture(this.#limits);
      for (const i of places) {
        const place = this.#places[i] as Place;
        const bounds = joint(boundsOf(place.old, pair.old, 1), boundsOf(place.new, pair.new, scale));
        for (const size of this.#limits.sizes) {
          const measures = this.#compare(bounds, size, (side, x, y, canvas) => {
            const [instance, glyph] = side === 0 ? [place.old, pair.old] : [place.new, pair.new];
            this.#engine.renderGlyph(instance.handle, glyph, size, x, y, canvas);
          });
          worst.take(measures, place.at, size);
        }
      }
      const base = { level: "pixels", kind: "picture", change: "changed", item: labels.name(pair.new), ...scriptField(labels, pair.new) } as const;
      return worst.found({ ...base, glyph_ids: [pair.old, pair.new] }, this.#placeCount);
    });
  }

  compareWords(words: readonly ShapedWord[]): Found[] {
    return words.flatMap(({ word, script, places }) => {
      const spec = wordSpec(word);
      const worst = new WorstPicture(this.#limits);
      for (const i of places) {
        const place = this.#places[i] as Place;
        const scale = this.#faces[0].upem / this.#faces[1].upem;
        const bounds = joint(this.#boundsOfWord(0, place.old, word, 1), this.#boundsOfWord(1, place.new, word, scale));
        for (const size of this.#limits.sizes) {
          const measures = this.#compare(bounds, size, (side, x, y, canvas, width, height) => {
            this.#engine.place(size, width, height, [x, y]);
            this.#engine.render((side === 0 ? place.old : place.new).handle, spec, canvas);
          });
          worst.take(measures, place.at, size);
        }
      }
      return worst.found({ level: "pixels", kind: "picture", change: "changed", item: word, script }, this.#placeCount);
    });
  }

  /** Gives the canvases back. */
  close(): void {
    for (const canvas of this.#canvases ?? []) this.#engine.releaseCanvas(canvas);
    this.#canvases = undefined;
  }

  get #placeCount(): number {
    return this.#places.length * this.#limits.sizes.length;
  }

  /** Draws both sides on canvases that are the smallest boxes of whole pixels around `bounds`, and compares them. */
  #compare(bounds: Bounds, size: number, draw: (side: 0 | 1, x: number, y: number, canvas: number, width: number, height: number) => void): Measures {
    if (bounds === NOTHING) return ALIKE;
    const px = size / this.#faces[0].upem;
    const left = Math.floor(bounds[0] * px);
    const top = Math.floor(-bounds[3] * px);
    const width = Math.min(SIDE_MAX_PX, Math.max(1, Math.ceil(bounds[2] * px) - left));
    const height = Math.min(SIDE_MAX_PX, Math.max(1, Math.ceil(-bounds[1] * px) - top));
    const canvases = this.#canvasPair(width, height);
    for (const side of [0, 1] as const) draw(side, -left, -top, canvases[side], width, height);
    this.drawn += 1;
    const measured = this.#engine.compareCanvases(canvases[0], canvases[1], this.#kernel);
    const measures: { pixel_delta: number } & Partial<Record<PictureMeasure, number>> = { pixel_delta: measured[0] as number };
    for (const name of this.#limits.measures) measures[name] = measured[PLACE_OF[name]] as number;
    return measures;
  }

  /** The two canvases, blank and of this size. */
  #canvasPair(width: number, height: number): readonly [number, number] {
    if (this.#canvasPixels > CANVAS_KEEP_PX) this.close();
    if (this.#canvases === undefined) {
      this.#canvases = [this.#engine.createCanvas(width, height, false), this.#engine.createCanvas(width, height, false)];
      this.#canvasPixels = 0;
    } else for (const canvas of this.#canvases) this.#engine.resizeCanvas(canvas, width, height);
    this.#canvasPixels = Math.max(this.#canvasPixels, width * height);
    return this.#canvases;
  }

  /** The joint bounds of a shaped word's glyphs. */
  #boundsOfWord(side: 0 | 1, instance: Instance, word: string, scale: number): Bounds {
    let [x, y] = [0, 0];
    let all = NOTHING;
    for (const glyph of this.#faces[side].shape(instance, wordSpec(word))) {
      const [l, b, r, t] = boundsOf(instance, glyph.id, 1);
      if (l < r) {
        const [dx, dy] = [x + glyph.xOffset, y + glyph.yOffset];
        all = joint(all, [(l + dx) * scale, (b + dy) * scale, (r + dx) * scale, (t + dy) * scale]);
      }
      x += glyph.xAdvance;
      y += glyph.yAdvance;
    }
    return all;
  }
}

/** Bounds of no ink. */
const NOTHING: Bounds = [0, 0, 0, 0];
const ALIKE: Measures = { pixel_delta: 0 };

function boundsOf(instance: Instance, glyph: number, scale: number): Bounds {
  const at = glyph * METRICS_WORDS;
  const [l, b, r, t] = instance.metrics.subarray(at + 1, at + 5) as unknown as [number, number, number, number];
  return l === r && b === t ? NOTHING : [l * scale, b * scale, r * scale, t * scale];
}

function joint(a: Bounds, b: Bounds): Bounds {
  if (a === NOTHING || b === NOTHING) return a === NOTHING ? b : a;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/** The worst of the pictures that are not the same within the limits: the one with the largest pixel_delta. */
class WorstPicture {
  readonly #limits: Limits;
  #worst: { readonly measures: Measures; readonly at: Coordinates; readonly size: number } | undefined;
  #count = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  take(measures: Measures, at: Coordinates, size: number): void {
    const { pixelDelta, rmse, iou, ssim } = this.#limits;
    const alike = (measures.rmse ?? 0) <= rmse && (measures.iou ?? 1) >= iou && (measures.ssim ?? 1) >= ssim;
    if (measures.pixel_delta <= pixelDelta && alike) return;
    this.#count += 1;
    if (this.#worst === undefined || measures.pixel_delta > this.#worst.measures.pixel_delta) this.#worst = { measures, at, size };
  }

  found(base: Omit<Found, "score">, placeCount: number): Found[] {
    if (this.#worst === undefined) return [];
    const { measures, at, size } = this.#worst;
    const told = Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, rounded(value)]));
    const places = placeCount > 1 ? { places: this.#count } : {};
    return [{ ...base, ...told, at, size, ...places, score: Math.max(1e-6, Math.min(1, rounded(measures.pixel_delta))) }];
  }
}
