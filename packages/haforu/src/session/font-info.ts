// What `fontInfo` answers, as the engine writes it.

export interface AxisInfo {
  readonly tag: string;
  readonly name?: string;
  /** Design coordinates; both ends belong to the range. */
  readonly min: number;
  readonly default: number;
  readonly max: number;
  readonly hidden: boolean;
}

export interface NamedInstanceInfo {
  readonly name: string;
  readonly coordinates: Readonly<Record<string, number>>;
}

/** One face; only `face_index` and `error` (an error code) when it cannot be opened. */
export interface FaceInfo {
  readonly face_index: number;
  readonly error?: string;
  readonly family?: string;
  readonly style?: string;
  readonly full_name?: string;
  readonly postscript_name?: string;
  readonly version?: string;
  /** Outlines: "glyf", "cff", "cff2", "varc" or "none". */
  readonly format?: string;
  readonly variable?: boolean;
  /** Has Apple's layout tables. */
  readonly aat?: boolean;
  readonly glyph_count?: number;
  /** Font units per em. */
  readonly upem?: number;
  /** Font units, y up. */
  readonly ascender?: number;
  readonly descender?: number;
  readonly line_gap?: number;
  readonly axes?: readonly AxisInfo[];
  readonly named_instances?: readonly NamedInstanceInfo[];
  /** OpenType tags of GSUB and GPOS, sorted. */
  readonly scripts?: readonly string[];
  readonly features?: readonly string[];
}

export interface FileInfo {
  /** "truetype", "opentype", "collection", "woff" or "woff2". */
  readonly container: string;
  readonly face_count: number;
  readonly faces: readonly FaceInfo[];
}
