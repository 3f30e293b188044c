// Glyph records in their two forms: columns of typed arrays for speed, objects for comfort. Units are the font's; clusters count code points.

import type { GlyphArrays } from "../engine/stream-calls.ts";

/** One positioned glyph. */
export interface GlyphRecord {
  /** Glyph id in the font. */
  readonly id: number;
  /** Index of the first code point the glyph belongs to, counted from the start of the text or stream. */
  readonly cluster: number;
  /** Font units. */
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
  /** hb_glyph_flags_t: 1 unsafe to break before its cluster, 2 unsafe to concatenate, 4 safe to insert tatweel. */
  readonly flags: number;
}

/** The records of columns as objects, in the same order. */
export function glyphRecords(columns: GlyphArrays): GlyphRecord[] {
  return Array.from(columns.ids, (id, i) => ({
    id,
    cluster: columns.clusters[i] as number,
    xAdvance: columns.xAdvances[i] as number,
    yAdvance: columns.yAdvances[i] as number,
    xOffset: columns.xOffsets[i] as number,
    yOffset: columns.yOffsets[i] as number,
    flags: columns.flags[i] as number,
  }));
}

/** Columns from the engine's records of seven numbers each. */
export function columnsOf(words: Int32Array): GlyphArrays {
  const length = words.length / 7;
  const ids = new Uint32Array(length);
  const clusters = new Float64Array(length);
  const xAdvances = new Int32Array(length);
  const yAdvances = new Int32Array(length);
  const xOffsets = new Int32Array(length);
  const yOffsets = new Int32Array(length);
  const flags = new Uint32Array(length);
  for (let i = 0, at = 0; i < length; i++, at += 7) {
    ids[i] = words[at] as number;
    clusters[i] = (words[at + 1] as number) >>> 0;
    xAdvances[i] = words[at + 2] as number;
    yAdvances[i] = words[at + 3] as number;
    xOffsets[i] = words[at + 4] as number;
    yOffsets[i] = words[at + 5] as number;
    flags[i] = words[at + 6] as number;
  }
  return { ids, clusters, xAdvances, yAdvances, xOffsets, yOffsets, flags };
}
