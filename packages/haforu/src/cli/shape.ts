// `haforu shape`: positioned glyphs of a text, printed as hb-shape prints them, a line of input at a time or the whole input as one text.

import { LIMITS } from "@haforu/engine";
import { Command, Option } from "commander";
import type { GlyphLineOptions } from "../shape/line-options.ts";
import type { ShapeTextOptions } from "../shape/text-options.ts";
import { wholeNumber } from "./argument.ts";
import { CliError } from "./exit.ts";
import { variations } from "./render-flags.ts";
import { fontOf, type ShapeFlags, shapeError } from "./shape-flags.ts";
import { inputLines, inputText } from "./shape-input.ts";

export function command(): Command {
  const clusterLevel = wholeNumber(0, 3);
  return new Command("shape")
    .description("Shape text and print its glyphs as hb-shape does: one line of glyphs for each line of text.")
    .argument("<font>", "font file")
    .argument("[file]", "text in UTF-8; - or nothing: stdin")
    .option("--text <text>", "the text, in place of a file")
    .option("-u, --unicodes <list>", "the text as hexadecimal code points, such as 0644,0627")
    .option("--single-par", "the whole input is one text, line feeds included")
    .option("--face-index <n>", "which face of a collection", wholeNumber(0, LIMITS.faceIndex), 0)
    .option("--variations <list>", "axis values, such as wght=600,wdth=80", variations)
    .option("--named-instance <name>", "a named instance of a variable font, such as Bold")
    .option("--features <list>", "OpenType features as HarfBuzz writes them, such as smcp,-kern,ss01[3:5]")
    .option("--script <code>", "ISO 15924 code, such as Arab (default: guessed)")
    .addOption(new Option("--direction <dir>", "(default: guessed)").choices(["ltr", "rtl", "ttb", "btt"]))
    .option("--language <tag>", "BCP 47 tag, such as ur (default: undetermined)")
    .option("--text-before <text>", "context in front of each line")
    .option("--text-after <text>", "context behind each line")
    .option("--bot", "a text begins a paragraph: a mark at its start gets a dotted circle")
    .option("--eot", "a text ends a paragraph")
    .option("--preserve-default-ignorables", "show characters such as ZWJ by their glyphs")
    .option("--remove-default-ignorables", "leave no glyph for them")
    .option("--cluster-level <n>", "0 graphemes, 1 monotone characters, 2 characters, 3 graphemes as they come", clusterLevel)
    .option("--unsafe-to-concat", "produce that flag too")
    .option("--safe-to-insert-tatweel", "produce that flag too")
    .addOption(new Option("-O, --output-format <format>", "form of a line").choices(["text", "json"]).default("text"))
    .option("--json", "as -O json")
    .option("--logical", "one glyph a line, in logical order; the whole input is one text")
    .option("--show-text", "the text in front of its glyphs")
    .option("--show-unicode", "its code points in front of its glyphs")
    .option("--show-line-num", "line numbers in front of all lines")
    .option("--no-glyph-names", "glyph ids in place of names")
    .option("--no-positions", "no offsets and advances")
    .option("--no-advances", "pen positions in place of offsets, and no advances")
    .option("--no-clusters", "no cluster numbers")
    .option("--ned", "no extra data: no clusters, no advances")
    .option("--show-extents", "the ink box of each glyph")
    .option("--show-flags", "the flags of each glyph: 1 unsafe to break, 2 unsafe to concatenate, 4 safe to insert tatweel")
    .option("--stream", "text of any length, in bounded memory: a line of glyphs for each flush; the whole input is one text")
    .option("--high-watermark <n>", "code points gathered before they are shaped (default: 256)", wholeNumber(0, LIMITS.streamBuffer))
    .option("--low-watermark <n>", "the least code points of a flush (default: 128)", wholeNumber(0, LIMITS.streamBuffer))
    .option("--max-buffer <n>", "the most code points held back for a safe cut (default: 4096)", wholeNumber(0, LIMITS.streamBuffer))
    .option("--itemise", "a run for each script of the text")
    .option("--stats", "what the stream did, to stderr")
    .addHelpText(
      "after",
      `
Example:
  haforu shape NotoNaskhArabic.ttf --text "السلام"
  echo Hello | haforu shape NotoSans.ttf --no-positions
  haforu shape --stream --stats NotoSans.ttf README.md

Numbers are in font units. Exit codes: 0 shaped, 1 the font could not be used or a line is too long, 2 the call was wrong.`,
    )
    .action(run);
}

/** How wide a code point's number is printed at least, as in U+0041. */
const HEX_DIGITS = 4;

async function run(font: string, file: string | undefined, flags: ShapeFlags): Promise<void> {
  checkInput(file, flags);
  const { checkStreamFlags, runStream } = await import("./shape-stream.ts");
  checkStreamFlags(flags);
  if (flags.stream === true) return runStream(font, file, flags, lineOptions(flags));
  const [{ createShaping }, { HaforuError }, { LinePrinter }] = await Promise.all([
    import("../shape/create.ts"),
    import("../engine/errors.ts"),
    import("./line-printer.ts"),
  ]);
  const printer = new LinePrinter();
  try {
    using shaping = createShaping();
    const whole = flags.singlePar === true || flags.logical === true;
    const shapeLine = shaping.lineShaper(fontOf(font, flags), textOptions(flags), lineOptions(flags));
    try {
      let number = 0;
      for await (const text of whole ? inputText(file, flags) : inputLines(file, flags)) {
        number += 1;
        const line = shapeLine.shape(text);
        if (flags.logical === true) {
          await printer.write(line);
          continue;
        }
        const prefix = flags.showLineNum === true ? `${number}: ` : "";
        if (flags.showText === true) await printer.write(`${prefix}(${text})\n`);
        if (flags.showUnicode === true) await printer.write(`${prefix}<${unicodes(text)}>\n`);
        await printer.write(prefix);
        await printer.write(line);
        await printer.write("\n");
      }
    } finally {
      shapeLine.dispose();
    }
    await printer.end();
  } catch (error) {
    await printer.end();
    throw error instanceof HaforuError ? shapeError(error) : error;
  }
}

function checkInput(file: string | undefined, flags: ShapeFlags): void {
  const given = [file, flags.text, flags.unicodes].filter((one) => one !== undefined);
  if (given.length > 1) throw new CliError("the text is given more than once: name a file, or --text, or --unicodes");
  if (flags.logical !== true) return;
  // A pen position, a number of a line or a text in front of it belongs to a line of glyphs, not to one glyph.
  if (flags.ned === true || !flags.advances) throw new CliError("--logical prints glyphs by themselves: --ned and --no-advances do not go with it");
  if (flags.showText === true || flags.showUnicode === true || flags.showLineNum === true)
    throw new CliError("--logical prints glyphs by themselves: --show-text, --show-unicode and --show-line-num do not go with it");
}

function textOptions(flags: ShapeFlags): ShapeTextOptions {
  const { features, script, direction, language, textBefore, textAfter, bot, eot, clusterLevel } = flags;
  return {
    ...(features === undefined ? {} : { features }),
    ...(script === undefined ? {} : { script }),
    ...(direction === undefined ? {} : { direction }),
    ...(language === undefined ? {} : { language }),
    ...(textBefore === undefined ? {} : { before: textBefore }),
    ...(textAfter === undefined ? {} : { after: textAfter }),
    ...(clusterLevel === undefined ? {} : { clusterLevel: clusterLevel as 0 | 1 | 2 | 3 }),
    beginningOfText: bot === true,
    endOfText: eot === true,
    preserveDefaultIgnorables: flags.preserveDefaultIgnorables === true,
    removeDefaultIgnorables: flags.removeDefaultIgnorables === true,
    unsafeToConcat: flags.unsafeToConcat === true,
    safeToInsertTatweel: flags.safeToInsertTatweel === true,
    order: flags.logical === true ? "logical" : "visual",
  };
}

function lineOptions(flags: ShapeFlags): GlyphLineOptions {
  return {
    format: flags.json === true ? "json" : flags.outputFormat,
    noGlyphNames: !flags.glyphNames,
    noPositions: !flags.positions,
    noAdvances: !flags.advances || flags.ned === true,
    noClusters: !flags.clusters || flags.ned === true,
    showFlags: flags.showFlags === true,
    showExtents: flags.showExtents === true,
    recordLines: flags.logical === true,
    breakFlagAlone: flags.unsafeToConcat !== true && flags.safeToInsertTatweel !== true,
  };
}

/** As hb-shape: U+0041=0|U+0042=1. */
function unicodes(text: string): string {
  return [...text].map((char, i) => `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(HEX_DIGITS, "0")}=${i}`).join("|");
}
