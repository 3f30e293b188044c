// The flags of `haforu render`, as data: their names, values and words. commander reads them, and so does the short way
// past it (render-quick.ts).

import { LIMITS } from "@haforu/engine";
import { decimalNumber, WrongValue, wholeNumber } from "./argument.ts";
import type { Margins } from "./fit.ts";

export interface RenderOptions {
  readonly fontFile?: string;
  readonly text?: string;
  readonly textFile?: string;
  readonly fontSize: number;
  readonly faceIndex: number;
  readonly variations?: Readonly<Record<string, number>>;
  readonly namedInstance?: string;
  readonly features?: string;
  readonly script?: string;
  readonly direction?: "ltr" | "rtl" | "ttb" | "btt";
  readonly language?: string;
  readonly outputFile?: string;
  readonly outputFormat?: Format;
  readonly margin: Margins;
  readonly width?: number;
  readonly height?: number;
  readonly origin?: readonly [number, number];
  readonly invert?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export const FORMATS = ["png", "svg", "pgm", "raw"] as const;
export type Format = (typeof FORMATS)[number];

/** A flag without `value` in its `flags` is on or off. */
export interface Flag {
  /** As commander writes them: "-o, --output-file <file>". */
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** @throws WrongValue */
  readonly parse?: (text: string) => unknown;
  readonly initial?: unknown;
  /** The default as --help shows it, where it is not to be read from `initial`. */
  readonly initialShown?: string;
}

/** As hb-view: large enough to see a letter's shape. */
const DEFAULT_SIZE_PX = 256;
const DEFAULT_MARGIN_PX = 16;

export const RENDER_FLAGS: readonly Flag[] = [
  { flags: "--font-file <file>", help: "font file, in place of the argument" },
  { flags: "--text <text>", help: "the text, in place of the argument" },
  { flags: "--text-file <file>", help: "file that holds the text; - is stdin" },
  { flags: "--font-size <px>", help: "pixels per em", parse: decimalNumber(0.01, LIMITS.sizePx), initial: DEFAULT_SIZE_PX },
  { flags: "--face-index <n>", help: "which face of a collection", parse: wholeNumber(0, LIMITS.faceIndex), initial: 0 },
  { flags: "--variations <list>", help: "axis values, such as wght=600,wdth=80", parse: variations },
  { flags: "--named-instance <name>", help: "a named instance of a variable font, such as Bold" },
  { flags: "--features <list>", help: "OpenType features as HarfBuzz writes them, such as smcp,-kern,ss01[3:5]" },
  { flags: "--script <code>", help: "ISO 15924 code, such as Arab (default: guessed)" },
  { flags: "--direction <dir>", help: "(default: guessed)", choices: ["ltr", "rtl", "ttb", "btt"] },
  { flags: "--language <tag>", help: "BCP 47 tag, such as ur" },
  { flags: "-o, --output-file <file>", help: "where the picture goes (default: stdout)" },
  { flags: "-O, --output-format <format>", help: "(default: by the file's name, else png)", choices: FORMATS },
  {
    flags: "--margin <px>",
    help: "one to four numbers: top, right, bottom, left",
    parse: margins,
    initial: margins(String(DEFAULT_MARGIN_PX)),
    initialShown: String(DEFAULT_MARGIN_PX),
  },
  { flags: "--width <px>", help: "canvas width (default: fits the text)", parse: wholeNumber(1, LIMITS.canvasSidePx) },
  { flags: "--height <px>", help: "canvas height (default: fits the text)", parse: wholeNumber(1, LIMITS.canvasSidePx) },
  { flags: "--origin <x,y>", help: "where the pen starts, in pixels from the upper left, y down", parse: origin },
  { flags: "--invert", help: "white on black" },
  { flags: "--strict", help: "warnings are errors" },
  { flags: "--json", help: "print the result with metrics, boxes, glyphs and hash in place of the picture" },
];

/** "wght=600,wdth=80" → coordinates by axis. @throws WrongValue */
export function variations(list: string): Record<string, number> {
  const coordinates: Record<string, number> = {};
  for (const item of list.split(",")) {
    const match = /^\s*([\x20-\x7e]{1,4})=(-?\d+(?:\.\d+)?)\s*$/.exec(item);
    if (match?.[1] === undefined) {
      throw new WrongValue(`Expected axis=value pairs such as wght=600,wdth=80, got "${item}".`);
    }
    if (Object.hasOwn(coordinates, match[1])) throw new WrongValue(`The axis ${match[1]} is given twice.`);
    coordinates[match[1]] = Number(match[2]);
  }
  return coordinates;
}

/** Missing sides are filled in as in CSS and hb-view. */
function margins(list: string): Margins {
  const values = list
    .trim()
    .split(/[\s,]+/)
    .map(wholeNumber(0, LIMITS.canvasSidePx));
  const [top = 0, right = top, bottom = top, left = right] = values;
  if (values.length > 4) throw new WrongValue(`Expected one to four numbers, got "${list}".`);
  return { top, right, bottom, left };
}

export function origin(text: string): [number, number] {
  const match = /^(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)$/.exec(text.trim());
  if (match === null) throw new WrongValue(`Expected two decimal numbers such as 10,80.5, without exponents, got "${text}".`);
  return [Number(match[1]), Number(match[2])];
}
