// `haforu shape --stream`: text of any length, a line of glyphs for each flush, in bounded memory and as soon as the glyphs are final.

import { HaforuError } from "../engine/errors.ts";
import type { StreamStats } from "../engine/stream-calls.ts";
import { createShaping } from "../shape/create.ts";
import { Feed } from "../shape/feed.ts";
import { type GlyphLineOptions, lineBits } from "../shape/line-options.ts";
import type { ShaperOptions } from "../shape/stream-options.ts";
import { CliError } from "./exit.ts";
import { LinePrinter } from "./line-printer.ts";
import { note } from "./print.ts";
import { fontOf, type ShapeFlags, shapeError } from "./shape-flags.ts";
import { givenText, inputBytes } from "./shape-input.ts";

/** Flags that say something of one buffer, which a stream has many of, or of one line of text. */
const NOT_OF_STREAMS: readonly (keyof ShapeFlags)[] = [
  ...(["textBefore", "textAfter", "bot", "eot", "preserveDefaultIgnorables", "removeDefaultIgnorables", "clusterLevel", "safeToInsertTatweel"] as const),
  ...(["singlePar", "showText", "showUnicode", "showLineNum"] as const),
];
/** Flags that only a stream takes. */
const OF_STREAMS: readonly (keyof ShapeFlags)[] = ["highWatermark", "lowWatermark", "maxBuffer", "itemise", "stats"];

function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** @throws CliError for flags that do not go together. */
export function checkStreamFlags(flags: ShapeFlags): void {
  const wrong = (flags.stream === true ? NOT_OF_STREAMS : OF_STREAMS).find((key) => flags[key] !== undefined);
  if (wrong !== undefined) throw new CliError(`${flagName(wrong)} ${flags.stream === true ? "does not go" : "goes only"} with --stream`);
}

export async function runStream(font: string, file: string | undefined, flags: ShapeFlags, line: GlyphLineOptions): Promise<void> {
  const printer = new LinePrinter();
  const bits = lineBits(line);
  using shaping = createShaping();
  let feed: Feed<{ readonly line: Uint8Array; readonly warnings: readonly { readonly code: string; readonly message: string }[] }> | undefined;
  try {
    const open = new Feed(shaping, fontOf(font, flags), shaperOptions(flags), (engine) => ({
      warnings: engine.streams.flush().warnings,
      line: engine.streams.line(bits),
    }));
    feed = open;
    const text = givenText(flags);
    const print = async (flushes: ReturnType<typeof open.take>): Promise<void> => {
      for (const flush of flushes) {
        for (const { code, message } of flush.warnings) note(`haforu: ${message} (${code})\n`);
        await printer.write(flush.line);
        if (flags.logical !== true) await printer.write("\n");
      }
      // What is final goes out before more input is waited for.
      await printer.end();
    };
    for await (const piece of text === undefined ? inputBytes(file) : [text]) await print(open.take(piece));
    await print(open.end());
    if (flags.stats === true) note(shown(open.stats));
  } catch (error) {
    await printer.end();
    throw error instanceof HaforuError ? shapeError(error) : error;
  } finally {
    feed?.close();
  }
}

function shaperOptions(flags: ShapeFlags): ShaperOptions {
  const { features, script, direction, language, highWatermark, lowWatermark, maxBuffer } = flags;
  return {
    ...(features === undefined ? {} : { features }),
    ...(script === undefined ? {} : { script }),
    ...(direction === undefined ? {} : { direction }),
    ...(language === undefined ? {} : { language }),
    ...(highWatermark === undefined ? {} : { highWatermark }),
    ...(lowWatermark === undefined ? {} : { lowWatermark }),
    ...(maxBuffer === undefined ? {} : { maxBuffer }),
    itemise: flags.itemise === true,
    order: flags.logical === true ? "logical" : "visual",
  };
}

function shown({ cycles, cuts, heldBack, forced, shaped, read, peakCarry, flushes, glyphs, defects }: StreamStats): string {
  const ratio = read === 0 ? 0 : shaped / read;
  return [
    `read ${read} code points, ${glyphs} glyphs in ${flushes} flushes`,
    `cycles ${cycles}, cuts ${cuts}, held back ${heldBack}, forced ${forced}, defects ${defects}`,
    `shaped ÷ read ${ratio.toFixed(3)}, peak carry ${peakCarry}`,
    "",
  ].join("\n");
}
