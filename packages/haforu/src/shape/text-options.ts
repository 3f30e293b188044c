// What one shaping may be asked besides its font and text, checked, as the engine reads it.
import { type ItemSpec, packTag, type TextSpec } from "../engine/boundary.ts";
import { checkFeatures, checkLanguage, checkScript, invalid, isWhole, unknownName } from "../session/check-request.ts";

export type Direction = "ltr" | "rtl" | "ttb" | "btt";

/** What decides the shaping of a run besides its font. */
export interface RunSettings {
  /** HarfBuzz's syntax, for example ["liga=0", "ss01"] or "liga=0,ss01". */
  readonly features?: string | readonly string[];
  /** ISO 15924, for example "Latn". Guessed from the text where absent. */
  readonly script?: string;
  /** Guessed from the script where absent. */
  readonly direction?: Direction;
  /** BCP 47, for example "en". Default: undetermined ("und"). */
  readonly language?: string;
}

/** Order of records: "visual" as HarfBuzz gives them, "logical" as they were before it turned a right-to-left or bottom-to-top buffer round. */
export type GlyphOrder = "visual" | "logical";

/** Options of shaping one text at once. */
export interface ShapeTextOptions extends RunSettings {
  /** Default "visual". */
  readonly order?: GlyphOrder;
  /** Text in front of the shaped one, for joining: HarfBuzz looks at up to 5 code points. Default "". */
  readonly before?: string;
  /** Text behind the shaped one, likewise. */
  readonly after?: string;
  /** hb_buffer_flags_t by name; all default to false. */
  readonly beginningOfText?: boolean;
  readonly endOfText?: boolean;
  readonly preserveDefaultIgnorables?: boolean;
  readonly removeDefaultIgnorables?: boolean;
  readonly doNotInsertDottedCircle?: boolean;
  /** Flags tell where a text may be put together (2), not only where it may be broken (1). */
  readonly unsafeToConcat?: boolean;
  readonly safeToInsertTatweel?: boolean;
  /** hb_buffer_cluster_level_t: 0 (default) monotone graphemes, 1 monotone characters, 2 characters, 3 graphemes. */
  readonly clusterLevel?: 0 | 1 | 2 | 3;
}

const DIRECTIONS: ReadonlyMap<unknown, number> = new Map([
  ["ltr", 4],
  ["rtl", 5],
  ["ttb", 6],
  ["btt", 7],
]);

/** hb_buffer_flags_t. */
const BUFFER_FLAGS = {
  beginningOfText: 1,
  endOfText: 2,
  preserveDefaultIgnorables: 4,
  removeDefaultIgnorables: 8,
  doNotInsertDottedCircle: 16,
  unsafeToConcat: 64,
  safeToInsertTatweel: 128,
} as const;

const KEYS: ReadonlySet<string> = new Set([
  ...["features", "script", "direction", "language", "order", "before", "after", "clusterLevel"],
  ...Object.keys(BUFFER_FLAGS),
]);

/** A script's tag as HarfBuzz packs it; 0: guessed. */
export function scriptNumber(script: string | undefined): number {
  if (script === undefined) return 0;
  checkScript(script);
  return packTag(script);
}

/** hb_direction_t; 0: guessed. */
export function directionNumber(direction: Direction | undefined): number {
  if (direction === undefined) return 0;
  const number = DIRECTIONS.get(direction);
  if (number === undefined) throw invalid("direction", '"ltr", "rtl", "ttb" or "btt"', direction);
  return number;
}

/** A language for the engine; "": undetermined. */
export function languageText(language: string | undefined): string {
  if (language === undefined) return "";
  checkLanguage(language);
  return language;
}

/** Features as the engine reads them: one string. */
export function featureList(features: string | readonly string[] | undefined): string {
  if (features === undefined) return "";
  checkFeatures(features);
  return typeof features === "string" ? features : features.join(",");
}

/** @throws HaforuError invalid_argument with the field. */
export function resolveTextOptions(text: string, options: ShapeTextOptions): { readonly spec: TextSpec; readonly item: ItemSpec } {
  if (typeof text !== "string") throw invalid("text", "a string", text);
  if (typeof options !== "object" || options === null) throw invalid("options", "an object", options);
  for (const key of Object.keys(options)) if (!KEYS.has(key)) throw unknownName(key, KEYS);
  const { before = "", after = "", order = "visual", clusterLevel = 0 } = options;
  if (typeof before !== "string") throw invalid("before", "a string", before);
  if (typeof after !== "string") throw invalid("after", "a string", after);
  if (!isWhole(clusterLevel, 0, 3)) throw invalid("clusterLevel", "0, 1, 2 or 3", clusterLevel);
  let bufferFlags = 0;
  for (const [name, bit] of Object.entries(BUFFER_FLAGS)) {
    const value = options[name as keyof typeof BUFFER_FLAGS];
    if (value !== undefined && typeof value !== "boolean") throw invalid(name, "true or false", value);
    if (value === true) bufferFlags |= bit;
  }
  return {
    spec: {
      text,
      scriptTag: scriptNumber(options.script),
      direction: directionNumber(options.direction),
      language: languageText(options.language),
      features: featureList(options.features),
    },
    item: { before, after, bufferFlags, clusterLevel, logical: isLogical(order) },
  };
}

export function isLogical(order: GlyphOrder): boolean {
  if (order !== "visual" && order !== "logical") throw invalid("order", '"visual" or "logical"', order);
  return order === "logical";
}
