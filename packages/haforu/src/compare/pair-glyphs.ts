// Which glyph of the old face is which of the new one: by name where both faces have names, then by the characters they stand for; the rest by id where names are missing
// and both have as many glyphs, and else by outline and advance, where there is an outline. What is left over was removed or added.
import { type ComparedFace, METRICS_WORDS } from "./face.ts";

export type PairedBy = "name" | "code_point" | "glyph_id" | "outline";

export interface GlyphPair {
  readonly old: number;
  readonly new: number;
  readonly by: PairedBy;
}

export interface PairedGlyphs {
  /** In the order of the old face's ids. */
  readonly pairs: readonly GlyphPair[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Glyph of the new face by glyph of the old one; −1: none. */
  readonly newOf: Int32Array;
}

export function pairGlyphs(oldFace: ComparedFace, newFace: ComparedFace): PairedGlyphs {
  const newOf = new Int32Array(oldFace.glyphCount).fill(-1);
  const by: PairedBy[] = [];
  const taken = new Uint8Array(newFace.glyphCount);
  const pair = (o: number, n: number, how: PairedBy): void => {
    if (newOf[o] !== -1 || taken[n] !== 0) return;
    newOf[o] = n;
    taken[n] = 1;
    by[o] = how;
  };
  const named = oldFace.namesGlyphs && newFace.namesGlyphs;
  // .notdef is glyph 0 of every font, whatever its name.
  if (newOf.length > 0 && taken.length > 0) pair(0, 0, named ? "name" : "glyph_id");
  if (named) byName(oldFace, newFace, pair);
  // Ascending code points: the first that both cover decides.
  for (const [codePoint, o] of oldFace.characters) {
    const n = newFace.characters.get(codePoint);
    if (n !== undefined) pair(o, n, "code_point");
  }
  if (!named && oldFace.glyphCount === newFace.glyphCount) {
    for (let id = 0; id < oldFace.glyphCount; id++) pair(id, id, "glyph_id");
  } else byOutline(oldFace, newFace, newOf, taken, pair);
  const pairs: GlyphPair[] = [];
  const removed: number[] = [];
  for (const [o, n] of newOf.entries()) {
    if (n === -1) removed.push(o);
    else pairs.push({ old: o, new: n, by: by[o] as PairedBy });
  }
  return { pairs, removed, added: Array.from(taken.keys()).filter((n) => taken[n] === 0), newOf };
}

function byName(oldFace: ComparedFace, newFace: ComparedFace, pair: (o: number, n: number, how: PairedBy) => void): void {
  const ids = new Map<string, number>();
  // Where a name occurs twice, the first has it, on both sides.
  for (const [id, name] of newFace.names.entries()) if (!ids.has(name)) ids.set(name, id);
  for (const [o, name] of oldFace.names.entries()) {
    const n = ids.get(name);
    if (n !== undefined) pair(o, n, "name");
  }
}

/** Of glyphs that look alike the first goes to the first. */
function byOutline(
  oldFace: ComparedFace,
  newFace: ComparedFace,
  newOf: Int32Array,
  taken: Uint8Array,
  pair: (o: number, n: number, how: PairedBy) => void,
): void {
  const drawn = (face: ComparedFace, id: number): string => {
    const instance = face.instance({});
    const outline = face.outline(instance, id);
    return outline === "" ? "" : `${instance.metrics[id * METRICS_WORDS]} ${outline}`;
  };
  const free = new Map<string, number[]>();
  for (let n = 0; n < taken.length; n++) {
    if (taken[n] !== 0) continue;
    const key = drawn(newFace, n);
    if (key === "") continue;
    const list = free.get(key);
    if (list === undefined) free.set(key, [n]);
    else list.push(n);
  }
  for (let o = 0; o < newOf.length; o++) {
    if (newOf[o] !== -1) continue;
    const n = free.get(drawn(oldFace, o))?.shift();
    if (n !== undefined) pair(o, n, "outline");
  }
}
