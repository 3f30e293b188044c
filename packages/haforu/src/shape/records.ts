// Glyph records in their two forms: columns of typed arrays for speed, objects for comfort. Units are the font's; clusters count code points.

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

/** Glyph records as a structure of arrays, all of the same length; copies that the receiver owns. */
export interface GlyphColumns {
  /** How many glyphs. */
  readonly length: number;
  readonly ids: Uint32Array;
  /** Code points from the start of the text or stream: exact up to 2⁵³. */
  readonly clusters: Float64Array;
  /** Font units. */
  readonly xAdvances: Int32Array;
  readonly yAdvances: Int32Array;
  readonly xOffsets: Int32Array;
  readonly yOffsets: Int32Array;
  /** As GlyphRecord.flags. */
  readonly flags: Uint8Array;
}

/** The records of columns as objects, in the same order. */
export function glyphRecords(columns: GlyphColumns): GlyphRecord[] {
  return Array.from({ length: columns.length }, (_, i) => ({
    id: columns.ids[i] as number,
    cluster: columns.clusters[i] as number,
    xAdvance: columns.xAdvances[i] as number,
    yAdvance: columns.yAdvances[i] as number,
    xOffset: columns.xOffsets[i] as number,
    yOffset: columns.yOffsets[i] as number,
    flags: columns.flags[i] as number,
  }));
}

/** Columns from the engine's records of seven numbers each; `firstCluster` is added to the clusters. */
export function columnsOf(words: Int32Array, firstCluster: number): GlyphColumns {
  const length = words.length / 7;
  const ids = new Uint32Array(length);
  const clusters = new Float64Array(length);
  const xAdvances = new Int32Array(length);
  const yAdvances = new Int32Array(length);
  const xOffsets = new Int32Array(length);
  const yOffsets = new Int32Array(length);
  const flags = new Uint8Array(length);
  for (let i = 0, at = 0; i < length; i++, at += 7) {
    ids[i] = words[at] as number;
    clusters[i] = firstCluster + ((words[at + 1] as number) >>> 0);
    xAdvances[i] = words[at + 2] as number;
    yAdvances[i] = words[at + 3] as number;
    xOffsets[i] = words[at + 4] as number;
    yOffsets[i] = words[at + 5] as number;
    flags[i] = words[at + 6] as number;
  }
  return { length, ids, clusters, xAdvances, yAdvances, xOffsets, yOffsets, flags };
}
