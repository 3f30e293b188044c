// What a stream of glyphs may be asked, checked, as the engine reads it: watermarks, order, flushes, and the changes that come between pieces of text.
import type { Engine } from "../engine/boundary.ts";
import { STREAM_KINDS, type StreamKind, type StreamSettings } from "../engine/stream-calls.ts";
import { invalid, isWhole, unknownName } from "../session/check-request.ts";
import type { FontArgument } from "./font.ts";
import { type Direction, directionNumber, featureList, type GlyphOrder, isLogical, languageText, type RunSettings, scriptNumber } from "./text-options.ts";

/** How a stream is cut and what of it comes when. Rules: highWatermark > 0, 0 ≤ lowWatermark ≤ highWatermark ≤ maxBuffer ≤ 65,536. */
export interface ShaperOptions extends Omit<RunSettings, "features"> {
  /** HarfBuzz's syntax without ranges, for example ["liga=0", "ss01"]: in a stream a feature holds until it is changed (pushFeatures, popFeatures). */
  readonly features?: string | readonly string[];
  /** Code points that are gathered before they are shaped. Default 256. */
  readonly highWatermark?: number;
  /** The least code points of a flush, but for the last of a run. Default 128. */
  readonly lowWatermark?: number;
  /** The most code points held back where no safe cut is found; then a cut is forced. Default 4096. */
  readonly maxBuffer?: number;
  /** "run" (default): a flush is what one cycle made final. "cluster": one cluster each. */
  readonly flushMode?: "run" | "cluster";
  /** Default "visual": HarfBuzz's order within a flush; "logical": the order in which a stream and one call agree. */
  readonly order?: GlyphOrder;
  /** A run for each script of the text (UAX #24). Default false. Not together with `script`. */
  readonly itemise?: boolean;
  /** Cluster id of the first code point, a whole number up to 2⁵³ − 1: for a text that goes on from another stream. Default 0. */
  readonly firstCluster?: number;
}

/** Options of a stream that is iterated or piped through. */
export interface ShapeStreamOptions extends ShaperOptions {
  readonly font: FontArgument;
  /** Ends the stream with the signal's reason, also while it waits for its source. */
  readonly signal?: AbortSignal;
}

/** A change between two pieces of text: it ends the run at hand. What is pushed holds until its pop. */
export type ShapeEvent =
  | { readonly push: "features"; readonly features: string | readonly string[] }
  | { readonly push: "language"; readonly language: string }
  | { readonly push: "script"; readonly script: string }
  | { readonly push: "direction"; readonly direction: Direction }
  | { readonly push: "font"; readonly font: FontArgument }
  | { readonly pop: StreamKind };

/** What a stream takes: text, as a string or as UTF-8 (characters may be split between pieces), and changes. */
export type ShapeInput = string | Uint8Array | ShapeEvent;

const KEYS: ReadonlySet<string> = new Set([
  ...["features", "script", "direction", "language", "highWatermark", "lowWatermark", "maxBuffer"],
  ...["flushMode", "order", "itemise", "firstCluster"],
]);

/** @throws HaforuError invalid_argument with the field; broken rules of watermarks are the engine's to tell. */
export function resolveShaperOptions(options: ShaperOptions): StreamSettings {
  if (typeof options !== "object" || options === null) throw invalid("options", "an object", options);
  for (const key of Object.keys(options)) if (!KEYS.has(key)) throw unknownName(key, KEYS);
  const { highWatermark, lowWatermark, maxBuffer, flushMode = "run", order = "visual", itemise = false, firstCluster = 0 } = options;
  if (flushMode !== "run" && flushMode !== "cluster") throw invalid("flushMode", '"run" or "cluster"', flushMode);
  if (typeof itemise !== "boolean") throw invalid("itemise", "true or false", itemise);
  if (!isWhole(firstCluster, 0, Number.MAX_SAFE_INTEGER)) throw invalid("firstCluster", "a whole number from 0 to 2⁵³ − 1", firstCluster);
  if (itemise && options.script !== undefined) throw invalid("script", "no script where the text is itemised by script", options.script);
  return {
    ...(highWatermark === undefined ? {} : { highWatermark: wholeOrRefused("highWatermark", highWatermark) }),
    ...(lowWatermark === undefined ? {} : { lowWatermark: wholeOrRefused("lowWatermark", lowWatermark) }),
    ...(maxBuffer === undefined ? {} : { maxBuffer: wholeOrRefused("maxBuffer", maxBuffer) }),
    scriptTag: scriptNumber(options.script),
    direction: directionNumber(options.direction),
    language: languageText(options.language),
    features: featureList(options.features),
    itemise,
    byCluster: flushMode === "cluster",
    logical: isLogical(order),
    firstCluster,
  };
}

/** Whole numbers go on to the engine, which holds them to the rules and names all three; what is none is refused here. */
function wholeOrRefused(field: string, value: number): number {
  if (!isWhole(value, 0, 2 ** 32 - 2)) throw invalid(field, "a whole number of code points", value);
  return value;
}

type EngineChange = Parameters<Engine["streams"]["change"]>[1];

/** An event as the engine takes it; `instanceOf` opens the font of a push. @throws HaforuError invalid_argument with the field. */
export function resolveEvent(event: ShapeEvent, instanceOf: (font: FontArgument) => number): EngineChange {
  if (typeof event !== "object" || event === null) {
    throw invalid(
      "input",
      'text, as a string or as UTF-8 in a Uint8Array, or an event such as { push: "features", features: "smcp" } or { pop: "features" }',
      event,
    );
  }
  if ("pop" in event) {
    if (!Object.hasOwn(STREAM_KINDS, event.pop)) throw invalid("pop", Object.keys(STREAM_KINDS).join(", "), event.pop);
    return { pop: event.pop };
  }
  switch (event.push) {
    case "features":
      return { push: "features", features: featureList(event.features) };
    case "language":
      return { push: "language", language: languageText(event.language) };
    case "script":
      return { push: "script", scriptTag: scriptNumber(event.script) };
    case "direction":
      return { push: "direction", direction: directionNumber(event.direction) };
    case "font":
      return { push: "font", instance: instanceOf(event.font) };
    default:
      throw invalid("push", Object.keys(STREAM_KINDS).join(", "), (event as { push?: unknown }).push);
  }
}
