// What a comparison of fonts gives: one record a difference, and the summary at its end. Names and order of the fields are those of the JSON Lines.

/** What is compared, one after the other: each can be switched off. `files` are files without a partner, and files that cannot be read. */
export type Level = "files" | "tables" | "glyphs" | "shaping" | "pixels";

export type Change = "added" | "removed" | "changed";

/** What of a font differs; docs/compare.md has a line for each. */
export type Kind =
  | "file"
  | "face"
  | "container"
  | "table"
  | "field"
  | "name"
  | "axis"
  | "instance"
  | "script"
  | "feature"
  | "code_point"
  | "glyph"
  | "glyph_name"
  | "advance"
  | "outline"
  | "coverage"
  | "word"
  | "picture";

/** A value of a record: what the old or the new font has. */
export type Value = string | number | boolean | readonly number[] | Readonly<Record<string, string | number | boolean | readonly number[] | readonly string[]>>;

/** Design coordinates by axis tag; empty for a static font. */
export type Coordinates = Readonly<Record<string, number>>;

/** One difference. Optional fields are absent where they mean nothing. */
export interface Difference {
  /** Name of the pair: the new file's path within its directory, or the new file's name. */
  readonly font: string;
  /** Which face of a collection, as counted in the new file (removed faces: in the old one). */
  readonly face_index?: number;
  readonly level: Level;
  readonly kind: Kind;
  readonly change: Change;
  /** What differs: a tag, a field, a glyph's name, a word. */
  readonly item: string;
  /** ISO 15924, of glyphs and words. */
  readonly script?: string;
  /** Only in the record of its kind: absent where the side has none. */
  readonly old?: Value;
  readonly new?: Value;
  /** The largest change at any place, in font units of the old font; absent where it is no matter of distance. */
  readonly delta?: number;
  /** Measures of `picture`, at the place where pixel_delta is largest (docs/metrics.md). */
  readonly pixel_delta?: number;
  readonly rmse?: number;
  readonly iou?: number;
  readonly ssim?: number;
  /** Where the values of this record were found: coordinates and, of pictures, pixels per em. */
  readonly at?: Coordinates;
  readonly size?: number;
  /** At how many of the places compared the difference is over the threshold. */
  readonly places?: number;
  /** Words that a `coverage` record counts. */
  readonly words?: number;
  /** How bad it is, in (0, 1], for sorting: see docs/compare.md. */
  readonly score: number;
  /** Glyph ids of glyphs and pictures of glyphs: what names them to the engine. */
  readonly glyph_ids?: readonly [old: number | null, new: number | null];
}

/** A file that could not be compared. */
export interface Failure {
  readonly font: string;
  readonly level: "files";
  readonly kind: "error";
  /** Whose file it is. */
  readonly side: "old" | "new" | "both";
  /** A code of docs/errors.md. */
  readonly code: string;
  readonly message: string;
}

/** What a comparison looked at and found. Counts are of pairs, records, glyphs and words, the places not multiplied in. */
export interface ComparisonSummary {
  readonly old: string;
  readonly new: string;
  /** Pairs of files compared; `identical`: of them, those whose bytes are the same. */
  readonly pairs: number;
  readonly identical: number;
  readonly failures: number;
  readonly differences: number;
  readonly by_level: Readonly<Record<Level, number>>;
  /** Pairs of glyphs compared, places where they were, words shaped, and pictures drawn of each side. */
  readonly glyph_pairs: number;
  readonly places: number;
  /** Coordinates asked for by `at` that no comparison could be made at, over all pairs. */
  readonly at_left_out: number;
  readonly words: number;
  readonly words_not_covered: number;
  readonly pictures: number;
  /** How glyphs were paired, and how many pairs each way gave. */
  readonly paired_by: Readonly<Record<"name" | "code_point" | "glyph_id" | "outline", number>>;
}

export type ComparisonRecord = Difference | Failure;
