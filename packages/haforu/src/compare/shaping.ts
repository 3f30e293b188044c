// The third level: words shaped with both faces. In: words, faces at places, paired glyphs. Out: records of words whose glyphs differ, or stand elsewhere than their widths say.
// Kerning and offsets are compared, not the widths of glyphs: those are the second level's.
import type { ShapedGlyph } from "../engine/boundary.ts";
import { type ComparedFace, type Instance, METRICS_WORDS, wordSpec } from "./face.ts";
import { type GlyphLabels, type Place, rounded, share, Worst, where } from "./glyphs.ts";
import type { Ignored } from "./ignore.ts";
import type { Found } from "./tables.ts";

const SCORE_NO_LONGER_COVERED = 1;
const SCORE_NEWLY_COVERED = 0.5;
const SCORE_OTHER_GLYPHS = 1;
/** Words that a record of coverage names. */
const EXAMPLES = 10;

/** Glyphs, or the order of them, that are not the same. */
const OTHER_GLYPHS = Number.POSITIVE_INFINITY;

/** A word that is shaped differently somewhere: what the pixel level has to look at. */
export interface ShapedWord {
  readonly word: string;
  readonly script: string;
  /** Indices of the places. */
  readonly places: readonly number[];
}

/** Words by which of two faces has all their characters. */
export interface CoveredWords {
  readonly both: readonly string[];
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  readonly neither: number;
}

/** Which of the words both faces have all characters of, one has, or neither. */
export function coveredWords(oldFace: ComparedFace, newFace: ComparedFace, words: readonly string[]): CoveredWords {
  const both: string[] = [];
  const lost: string[] = [];
  const gained: string[] = [];
  let neither = 0;
  for (const word of words) {
    const [a, b] = [covers(oldFace, word), covers(newFace, word)];
    if (a && b) both.push(word);
    else if (a) lost.push(word);
    else if (b) gained.push(word);
    else neither += 1;
  }
  return { both, lost, gained, neither };
}

/** Format characters (joiners, marks of direction) are HarfBuzz's to drop: a font need not have them. */
function covers(face: ComparedFace, word: string): boolean {
  for (const character of word) {
    const codePoint = character.codePointAt(0) as number;
    if (!face.characters.has(codePoint) && !(codePoint >= 0x200b && codePoint <= 0x200f)) return false;
  }
  return true;
}

/** One record a script for the words that one face covers and the other does not. */
export function compareCoverage(
  oldFace: ComparedFace,
  newFace: ComparedFace,
  covered: { readonly lost: readonly string[]; readonly gained: readonly string[] },
): Found[] {
  const record = (face: ComparedFace, words: readonly string[], change: "added" | "removed", score: number): Found[] => {
    const byScript = new Map<string, string[]>();
    const { handle } = face.instance({});
    for (const word of words) {
      face.engine.shape(handle, wordSpec(word));
      const script = face.engine.usedScript();
      byScript.set(script, [...(byScript.get(script) ?? []), word]);
    }
    return [...byScript].sort().map(([script, list]) => {
      const examples = list.slice(0, EXAMPLES).join(" ");
      return { level: "shaping", kind: "coverage", change, item: script, script, [change === "removed" ? "old" : "new"]: examples, words: list.length, score };
    });
  };
  return [...record(oldFace, covered.lost, "removed", SCORE_NO_LONGER_COVERED), ...record(newFace, covered.gained, "added", SCORE_NEWLY_COVERED)];
}

/** Shapes each word at each place. `wanted` false: only tells which words differ. */
export function compareWords(
  faces: readonly [ComparedFace, ComparedFace],
  words: readonly string[],
  places: readonly Place[],
  newOf: Int32Array,
  limit: number,
  labels: readonly [GlyphLabels, GlyphLabels],
  ignored: Ignored,
): { found: Found[]; shaped: ShapedWord[] } {
  const [oldFace, newFace] = faces;
  const scale = oldFace.upem / newFace.upem;
  const found: Found[] = [];
  const shaped: ShapedWord[] = [];
  for (const word of words) {
    if (ignored.has("word", word)) continue;
    const spec = wordSpec(word);
    const worst = new Worst(limit);
    const differing: number[] = [];
    let values: { old: string; new: string } | undefined;
    let script = "";
    for (const [i, place] of places.entries()) {
      const before = oldFace.shape(place.old, spec);
      if (i === 0) script = oldFace.engine.usedScript();
      const after = newFace.shape(place.new, spec);
      const movement = movementOf(before, after, place, newOf, scale);
      if (movement > limit) differing.push(i);
      worst.take(movement, i);
      if (worst.place === i) values = { old: written(before, labels[0]), new: written(after, labels[1]) };
    }
    if (values === undefined) continue;
    shaped.push({ word, script, places: differing });
    const other = worst.worst === OTHER_GLYPHS;
    const place = places[worst.place] as Place;
    const delta = other ? {} : { delta: rounded(worst.worst) };
    const score = other ? SCORE_OTHER_GLYPHS : share(worst.worst, oldFace.upem);
    found.push({ level: "shaping", kind: "word", change: "changed", item: word, script, ...values, ...delta, ...where(place, worst, places), score });
  }
  return { found, shaped };
}

/** The largest difference of an advance beyond the glyph's own, or of an offset, in units of the old face. */
function movementOf(before: readonly ShapedGlyph[], after: readonly ShapedGlyph[], place: Place, newOf: Int32Array, scale: number): number {
  if (before.length !== after.length) return OTHER_GLYPHS;
  let worst = 0;
  for (const [i, a] of before.entries()) {
    const b = after[i] as ShapedGlyph;
    if (newOf[a.id] !== b.id || a.cluster !== b.cluster) return OTHER_GLYPHS;
    const kerning = (b.xAdvance - ownAdvance(place.new, b.id)) * scale - (a.xAdvance - ownAdvance(place.old, a.id));
    worst = Math.max(
      worst,
      Math.abs(kerning),
      Math.abs(b.yAdvance * scale - a.yAdvance),
      Math.abs(b.xOffset * scale - a.xOffset),
      Math.abs(b.yOffset * scale - a.yOffset),
    );
  }
  return worst;
}

function ownAdvance(instance: Instance, glyph: number): number {
  return instance.metrics[glyph * METRICS_WORDS] as number;
}

/** As hb-shape writes it: name=cluster@x,y+advance, joined by "|". */
function written(glyphs: readonly ShapedGlyph[], labels: GlyphLabels): string {
  const one = (glyph: ShapedGlyph): string => {
    const offset = glyph.xOffset !== 0 || glyph.yOffset !== 0 ? `@${glyph.xOffset},${glyph.yOffset}` : "";
    return `${labels.name(glyph.id)}=${glyph.cluster}${offset}+${glyph.xAdvance}`;
  };
  return `[${glyphs.map(one).join("|")}]`;
}
