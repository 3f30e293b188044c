// The second level: which characters and glyphs two faces have, how wide the glyphs are and how they are drawn. In: faces and their paired glyphs. Out: records.
import { type ComparedFace, type Instance, METRICS_WORDS } from "./face.ts";
import type { Ignored } from "./ignore.ts";
import { OTHER_SEGMENTS, outlineMovement } from "./outlines.ts";
import type { GlyphPair, PairedGlyphs } from "./pair-glyphs.ts";
import type { Coordinates, Value } from "./records.ts";
import type { Found } from "./tables.ts";

const SCORE_REMOVED = 1;
const SCORE_ADDED = 0.5;
const SCORE_REMAPPED = 1;
const SCORE_RENAMED = 0.01;

/** The two faces at one place. */
export interface Place {
  readonly at: Coordinates;
  readonly old: Instance;
  readonly new: Instance;
}

/** A pair of glyphs that are drawn differently somewhere: what the pixel level has to look at. */
export interface DrawnPair {
  readonly pair: GlyphPair;
  /** Indices of the places. */
  readonly places: readonly number[];
}

/** A glyph's name, and the script of what it stands for. */
export class GlyphLabels {
  readonly #face: ComparedFace;
  readonly #codePoints: Map<number, number> = new Map();

  constructor(face: ComparedFace) {
    this.#face = face;
    for (const [codePoint, glyph] of face.characters) if (!this.#codePoints.has(glyph)) this.#codePoints.set(glyph, codePoint);
  }

  name(glyph: number): string {
    return this.#face.names[glyph] ?? `gid${glyph}`;
  }

  /** ISO 15924 of the first character the glyph stands for; of "a.sc" that of "a"; undefined: it stands for none. */
  script(glyph: number): string | undefined {
    const codePoint = this.#codePoints.get(glyph) ?? this.#codePointOfBase(this.name(glyph));
    return codePoint === undefined ? undefined : this.#face.engine.scriptOf(codePoint);
  }

  #bases: Map<string, number> | undefined;

  #codePointOfBase(name: string): number | undefined {
    const base = /^([^._]+)[._]/.exec(name)?.[1];
    if (base === undefined) return undefined;
    if (this.#bases === undefined) {
      this.#bases = new Map();
      for (const [codePoint, glyph] of this.#face.characters) if (!this.#bases.has(this.name(glyph))) this.#bases.set(this.name(glyph), codePoint);
    }
    return this.#bases.get(base);
  }
}

/** Characters and glyphs that one face has and the other has not, characters that got another glyph, glyphs that got another name. */
export function compareGlyphSets(
  oldFace: ComparedFace,
  newFace: ComparedFace,
  paired: PairedGlyphs,
  labels: readonly [GlyphLabels, GlyphLabels],
  ignored: Ignored,
): Found[] {
  const [oldLabels, newLabels] = labels;
  const found: Found[] = [];
  const characters = [...new Set([...oldFace.characters.keys(), ...newFace.characters.keys()])].sort((a, b) => a - b);
  for (const codePoint of characters) {
    const [o, n] = [oldFace.characters.get(codePoint), newFace.characters.get(codePoint)];
    if (o !== undefined && n !== undefined && paired.newOf[o] === n) continue;
    const item = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
    if (ignored.has("code_point", item)) continue;
    const base = { level: "glyphs", kind: "code_point", item, script: oldFace.engine.scriptOf(codePoint) } as const;
    if (o === undefined) found.push({ ...base, change: "added", new: newLabels.name(n as number), score: SCORE_ADDED });
    else if (n === undefined) found.push({ ...base, change: "removed", old: oldLabels.name(o), score: SCORE_REMOVED });
    else found.push({ ...base, change: "changed", old: oldLabels.name(o), new: newLabels.name(n), score: SCORE_REMAPPED });
  }
  for (const o of paired.removed) {
    if (ignored.has("glyph", oldLabels.name(o))) continue;
    found.push({
      level: "glyphs",
      kind: "glyph",
      change: "removed",
      item: oldLabels.name(o),
      ...scriptField(oldLabels, o),
      score: SCORE_REMOVED,
      glyph_ids: [o, null],
    });
  }
  for (const n of paired.added) {
    if (ignored.has("glyph", newLabels.name(n))) continue;
    found.push({
      level: "glyphs",
      kind: "glyph",
      change: "added",
      item: newLabels.name(n),
      ...scriptField(newLabels, n),
      score: SCORE_ADDED,
      glyph_ids: [null, n],
    });
  }
  if (!oldFace.namesGlyphs || !newFace.namesGlyphs) return found;
  for (const { old: o, new: n } of paired.pairs) {
    const [a, b] = [oldLabels.name(o), newLabels.name(n)];
    if (a === b || ignored.has("glyph", a) || ignored.has("glyph", b)) continue;
    found.push({ level: "glyphs", kind: "glyph_name", change: "changed", item: b, ...scriptField(newLabels, n), old: a, new: b, score: SCORE_RENAMED });
  }
  return found;
}

export function scriptField(labels: GlyphLabels, glyph: number): { script?: string } {
  const script = labels.script(glyph);
  return script === undefined ? {} : { script };
}

/** Widths and outlines of pairs of glyphs over all places, and which pairs are drawn differently at all. */
export function compareGlyphs(
  faces: readonly [ComparedFace, ComparedFace],
  pairs: readonly GlyphPair[],
  places: readonly Place[],
  limits: { readonly advance: number; readonly outline: number },
  labels: GlyphLabels,
): { found: Found[]; drawn: DrawnPair[] } {
  const [oldFace, newFace] = faces;
  const scale = oldFace.upem / newFace.upem;
  const found: Found[] = [];
  const drawn: DrawnPair[] = [];
  const scratch = new Scratch();
  for (const pair of pairs) {
    const advance = new Worst(limits.advance);
    const outline = new Worst(limits.outline);
    const differing: number[] = [];
    for (const [i, place] of places.entries()) {
      const a = advanceOf(place.old, pair.old);
      const b = advanceOf(place.new, pair.new);
      advance.take(Math.abs(b * scale - a), i);
      const before = scratch.copy(oldFace.outlineBytes(place.old, pair.old));
      const movement = outlineMovement(before, newFace.outlineBytes(place.new, pair.new), scale);
      if (movement === 0) continue;
      differing.push(i);
      outline.take(movement, i);
    }
    if (differing.length > 0) drawn.push({ pair, places: differing });
    const base = {
      level: "glyphs",
      change: "changed",
      item: labels.name(pair.new),
      ...scriptField(labels, pair.new),
      glyph_ids: [pair.old, pair.new],
    } as const;
    if (advance.count > 0) {
      const place = places[advance.place] as Place;
      const [a, b] = [advanceOf(place.old, pair.old), advanceOf(place.new, pair.new)];
      found.push({
        ...base,
        kind: "advance",
        old: a,
        new: b,
        delta: rounded(advance.worst),
        ...where(place, advance, places),
        score: share(advance.worst, oldFace.upem),
      });
    }
    if (outline.count > 0) {
      const place = places[outline.place] as Place;
      const other = outline.worst === OTHER_SEGMENTS;
      const values = { old: boundsOf(place.old, pair.old), new: boundsOf(place.new, pair.new) };
      const delta = other ? {} : { delta: rounded(outline.worst) };
      found.push({ ...base, kind: "outline", ...values, ...delta, ...where(place, outline, places), score: other ? 1 : share(outline.worst, oldFace.upem) });
    }
  }
  return { found, drawn };
}

/** Memory for a copy of one outline while the other is asked for. */
class Scratch {
  #bytes: Uint8Array = new Uint8Array(65_536);

  copy(view: Uint8Array): Uint8Array {
    if (view.length > this.#bytes.length) this.#bytes = new Uint8Array(view.length * 2);
    this.#bytes.set(view);
    return this.#bytes.subarray(0, view.length);
  }
}

/** The largest of the values over a threshold, and where it was. */
export class Worst {
  readonly limit: number;
  worst = 0;
  place = -1;
  count = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(value: number, place: number): void {
    if (!(value > this.limit)) return;
    this.count += 1;
    if (this.place >= 0 && value <= this.worst) return;
    this.worst = value;
    this.place = place;
  }
}

/** Fields that say where the values of a record are from, and at how many places it differs. Nothing for static faces. */
export function where(place: Place, worst: { readonly count: number }, places: readonly Place[]): { at?: Coordinates; places?: number } {
  if (places.length === 1 && Object.keys(place.at).length === 0) return {};
  return { at: place.at, places: worst.count };
}

/** A distance as a share of the em, at most 1. */
export function share(units: number, upem: number): number {
  return rounded(Math.min(1, units / upem));
}

/** At most six decimals, as results have them. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function advanceOf(instance: Instance, glyph: number): number {
  return instance.metrics[glyph * METRICS_WORDS] as number;
}

/** xMin, yMin, xMax, yMax. */
function boundsOf(instance: Instance, glyph: number): Value {
  return Array.from(instance.metrics.subarray(glyph * METRICS_WORDS + 1, glyph * METRICS_WORDS + 5));
}
