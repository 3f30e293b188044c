// What of glyphs a printed line shows, as hb-shape's options have it, and as the engine's bits.
import { invalid, unknownName } from "../session/check-request.ts";

/** What a line of glyphs shows; all but `format` default to false. */
export interface GlyphLineOptions {
  /** "text" (default): [name=cluster@dx,dy+ax,ay|…]; "json": [{"g":name,"cl":cluster,"dx":…,"dy":…,"ax":…,"ay":…},…]. */
  readonly format?: "text" | "json";
  /** Glyph ids in place of names. */
  readonly noGlyphNames?: boolean;
  /** No offsets and advances. */
  readonly noPositions?: boolean;
  /** Pen positions in place of offsets, and no advances. */
  readonly noAdvances?: boolean;
  readonly noClusters?: boolean;
  readonly showFlags?: boolean;
  /** Each glyph's ink box: x bearing, y bearing, width, height. */
  readonly showExtents?: boolean;
  /** One glyph a line, each with a line feed behind it, in place of one line in brackets. */
  readonly recordLines?: boolean;
  /** Of the flags only "unsafe to break" is shown. */
  readonly breakFlagAlone?: boolean;
}

const BITS = {
  noGlyphNames: 1,
  noPositions: 2,
  noAdvances: 4,
  noClusters: 8,
  showFlags: 16,
  showExtents: 32,
  recordLines: 128,
  breakFlagAlone: 256,
} as const;
const JSON_BIT = 64;

/** The engine's bits. @throws HaforuError invalid_argument with the field. */
export function lineBits(options: GlyphLineOptions): number {
  let bits = 0;
  for (const [name, value] of Object.entries(options)) {
    if (name === "format") {
      if (value !== undefined && value !== "text" && value !== "json") throw invalid("format", '"text" or "json"', value);
      if (value === "json") bits |= JSON_BIT;
      continue;
    }
    const bit = BITS[name as keyof typeof BITS] as number | undefined;
    if (bit === undefined) throw unknownName(name, ["format", ...Object.keys(BITS)]);
    if (value !== undefined && typeof value !== "boolean") throw invalid(name, "true or false", value);
    if (value === true) bits |= bit;
  }
  return bits;
}
