// What the flags of `haforu shape` hold, as commander gives them, the font that they mean, and what ends a call whose font or flags cannot be used.
import type { HaforuError } from "../engine/errors.ts";
import type { FontChoice } from "../shape/font.ts";
import type { Direction } from "../shape/text-options.ts";
import { CliError, EXIT_CALL_WRONG, EXIT_SOME_FAILED } from "./exit.ts";

export interface ShapeFlags {
  readonly text?: string;
  readonly unicodes?: string;
  readonly singlePar?: boolean;
  readonly faceIndex: number;
  readonly variations?: Readonly<Record<string, number>>;
  readonly namedInstance?: string;
  readonly features?: string;
  readonly script?: string;
  readonly direction?: Direction;
  readonly language?: string;
  readonly textBefore?: string;
  readonly textAfter?: string;
  readonly bot?: boolean;
  readonly eot?: boolean;
  readonly preserveDefaultIgnorables?: boolean;
  readonly removeDefaultIgnorables?: boolean;
  readonly clusterLevel?: number;
  readonly unsafeToConcat?: boolean;
  readonly safeToInsertTatweel?: boolean;
  readonly outputFormat: "text" | "json";
  readonly json?: boolean;
  readonly logical?: boolean;
  readonly showText?: boolean;
  readonly showUnicode?: boolean;
  readonly showLineNum?: boolean;
  readonly glyphNames: boolean;
  readonly positions: boolean;
  readonly advances: boolean;
  readonly clusters: boolean;
  readonly ned?: boolean;
  readonly showExtents?: boolean;
  readonly showFlags?: boolean;
  readonly stream?: boolean;
  readonly highWatermark?: number;
  readonly lowWatermark?: number;
  readonly maxBuffer?: number;
  readonly itemise?: boolean;
  readonly stats?: boolean;
}

/** A flag that no font could take is a wrong call. */
export function shapeError(error: HaforuError): CliError {
  return new CliError(error.message, error.code === "invalid_argument" ? EXIT_CALL_WRONG : EXIT_SOME_FAILED, { cause: error });
}

export function fontOf(font: string, flags: ShapeFlags): FontChoice {
  return {
    font,
    faceIndex: flags.faceIndex,
    ...(flags.namedInstance === undefined ? {} : { instance: flags.namedInstance }),
    ...(flags.variations === undefined ? {} : { variations: flags.variations }),
  };
}
