// The tables of fixed layout, field by field: bytes in, named numbers out (OpenType 1.9.1, chapters head, hhea, vhea, maxp, OS/2 and post).
// A table cut short gives the fields that are whole.

type FieldType = "u16" | "i16" | "u32" | "i64" | "fixed" | "version" | "tag" | "panose";

const BYTES: Readonly<Record<FieldType, number>> = { u16: 2, i16: 2, u32: 4, i64: 8, fixed: 4, version: 4, tag: 4, panose: 10 };

/** "name type" for each field, in order. */
function layout(text: string): readonly (readonly [string, FieldType])[] {
  return text
    .trim()
    .split(/,\s*/)
    .map((field) => field.split(" ") as [string, FieldType]);
}

/** hhea and vhea are laid out alike. */
const metricsHeader = (extents: string, count: string): string =>
  `version version, ascender i16, descender i16, lineGap i16, ${extents}, caretSlopeRise i16, caretSlopeRun i16, caretOffset i16,
  reserved0 i16, reserved1 i16, reserved2 i16, reserved3 i16, metricDataFormat i16, ${count} u16`;

const LAYOUTS: ReadonlyMap<string, ReturnType<typeof layout>> = new Map([
  [
    "head",
    layout(`version version, fontRevision fixed, checkSumAdjustment u32, magicNumber u32, flags u16, unitsPerEm u16, created i64, modified i64,
    xMin i16, yMin i16, xMax i16, yMax i16, macStyle u16, lowestRecPPEM u16, fontDirectionHint i16, indexToLocFormat i16, glyphDataFormat i16`),
  ],
  ["hhea", layout(metricsHeader("advanceWidthMax u16, minLeftSideBearing i16, minRightSideBearing i16, xMaxExtent i16", "numberOfHMetrics"))],
  ["vhea", layout(metricsHeader("advanceHeightMax u16, minTopSideBearing i16, minBottomSideBearing i16, yMaxExtent i16", "numOfLongVerMetrics"))],
  [
    "maxp",
    layout(`version version, numGlyphs u16, maxPoints u16, maxContours u16, maxCompositePoints u16, maxCompositeContours u16, maxZones u16, maxTwilightPoints u16,
    maxStorage u16, maxFunctionDefs u16, maxInstructionDefs u16, maxStackElements u16, maxSizeOfInstructions u16, maxComponentElements u16, maxComponentDepth u16`),
  ],
  [
    "OS/2",
    layout(`version u16, xAvgCharWidth i16, usWeightClass u16, usWidthClass u16, fsType u16, ySubscriptXSize i16, ySubscriptYSize i16, ySubscriptXOffset i16,
    ySubscriptYOffset i16, ySuperscriptXSize i16, ySuperscriptYSize i16, ySuperscriptXOffset i16, ySuperscriptYOffset i16, yStrikeoutSize i16,
    yStrikeoutPosition i16, sFamilyClass i16, panose panose, ulUnicodeRange1 u32, ulUnicodeRange2 u32, ulUnicodeRange3 u32, ulUnicodeRange4 u32, achVendID tag,
    fsSelection u16, usFirstCharIndex u16, usLastCharIndex u16, sTypoAscender i16, sTypoDescender i16, sTypoLineGap i16, usWinAscent u16, usWinDescent u16,
    ulCodePageRange1 u32, ulCodePageRange2 u32, sxHeight i16, sCapHeight i16, usDefaultChar u16, usBreakChar u16, usMaxContext u16,
    usLowerOpticalPointSize u16, usUpperOpticalPointSize u16`),
  ],
  [
    "post",
    layout(
      "version fixed, italicAngle fixed, underlinePosition i16, underlineThickness i16, isFixedPitch u32, minMemType42 u32, maxMemType42 u32, minMemType1 u32, maxMemType1 u32",
    ),
  ],
]);

/** Seconds from the epoch of OpenType, 1904, to that of Unix. */
const EPOCH_1904_S = 2_082_844_800n;

export interface Fields {
  readonly values: ReadonlyMap<string, string | number>;
  /** Whether the fields are all of the table: then bytes that differ are seen in them. */
  readonly whole: boolean;
}

/** The fields of a table of a known layout; undefined for others. */
export function tableFields(tag: string, bytes: Uint8Array): Fields | undefined {
  const fields = LAYOUTS.get(tag);
  if (fields === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Map<string, string | number>();
  let at = 0;
  for (const [name, type] of fields) {
    if (at + BYTES[type] > bytes.byteLength) break;
    values.set(name, fieldValue(view, at, type));
    at += BYTES[type];
  }
  return { values, whole: at === bytes.byteLength };
}

function fieldValue(view: DataView, at: number, type: FieldType): string | number {
  switch (type) {
    case "u16":
      return view.getUint16(at);
    case "i16":
      return view.getInt16(at);
    case "u32":
      return view.getUint32(at);
    case "i64":
      return dateOf(view.getBigInt64(at));
    case "fixed":
      return Math.round((view.getInt32(at) / 65536) * 1e6) / 1e6;
    case "version":
      return `${view.getUint16(at)}.${view.getUint16(at + 2).toString(16)}`;
    case "tag":
      return characters(view, at, 4);
    case "panose":
      return Array.from({ length: 10 }, (_, i) => view.getUint8(at + i)).join(" ");
  }
}

/** LONGDATETIME as ISO 8601; the number of seconds where it is no date that JavaScript can say. */
function dateOf(seconds: bigint): string {
  const date = new Date(Number(seconds - EPOCH_1904_S) * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().replace(".000Z", "Z");
}

function characters(view: DataView, at: number, count: number): string {
  return Array.from({ length: count }, (_, i) => String.fromCharCode(view.getUint8(at + i))).join("");
}
