// `haforu compare OLD NEW`: two fonts, or two directories of fonts, against each other; a summary for people or a record a line, and a report.

import { Command, InvalidArgumentError, Option } from "commander";
import { fontPaths } from "../compare/file-pairs.ts";
import {
  type CompareFontsOptions,
  type ComparisonRecord,
  type Coordinates,
  compareFonts,
  type FontComparison,
  type PictureMeasure,
  recordLine,
  type Thresholds,
} from "../compare/index.ts";
import { DEFAULT_SIZES, JOBS_MAX } from "../compare/options.ts";
import { PAIRS_FOR_ALL_CORES } from "../compare/threads.ts";
import { HaforuError } from "../engine/errors.ts";
import { wholeNumber } from "./argument.ts";
import { defined } from "./batch-options.ts";
import { ComparisonText } from "./compare-text.ts";
import { CliError, EXIT_CALL_WRONG, EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";

interface CompareFlags {
  readonly tables: boolean;
  readonly glyphs: boolean;
  readonly shaping: boolean;
  readonly pixels: boolean;
  readonly threshold?: Thresholds;
  readonly measures?: readonly PictureMeasure[];
  readonly ignore?: readonly string[];
  readonly defaultIgnores: boolean;
  readonly words?: string;
  readonly sizes: readonly number[];
  readonly instances: "all" | "default";
  readonly at?: readonly Coordinates[];
  readonly jobs?: number;
  readonly json?: true;
  readonly html?: string;
  readonly list: number;
}

/** Records of a level that the summary lists for each pair. */
const LISTED = 10;
const LISTED_MAX = 100_000;

export function command(): Command {
  return new Command("compare")
    .description("Compare two font files, or two directories of fonts matched by name: tables, glyphs, shaping, pixels.")
    .argument("<old>", "a font file, or a directory")
    .argument("<new>", "what it is compared with")
    .option("--no-tables", "do not compare tables, names, axes, instances, scripts, features")
    .option("--no-glyphs", "do not compare characters, glyph sets, advances, outlines")
    .option("--no-shaping", "do not compare shaped words")
    .option("--no-pixels", "do not compare pictures of glyphs and words")
    .option("--threshold <list>", "what counts as the same: advance, outline, position in font units; pixel_delta, rmse, iou, ssim", thresholds)
    .option("--measures <list>", "what to measure of pictures beside pixel_delta: rmse, iou, ssim", (text: string) =>
      text.split(",").map((name) => name.trim()),
    )
    .option("--ignore <list>", "leave out what these name: kind:pattern, such as table:DSIG,name:5,glyph:*.alt,word:AV,file:*.ttc", patterns)
    .option("--no-default-ignores", "compare head.modified and head.checkSumAdjustment too")
    .option("--words <file>", "words to shape, one a line, in place of the bundled lists; - is stdin")
    .option("--sizes <list>", "pixels per em of the pictures", numbers, DEFAULT_SIZES)
    .addOption(
      new Option("--instances <which>", "compare variable fonts at their named instances too, or at the default alone")
        .choices(["all", "default"])
        .default("all"),
    )
    .option("--at <coordinates>", "compare there too, such as wght=600,wdth=80; may be given again", places)
    .option(
      "-j, --jobs <n>",
      `threads that compare (default: as many as pay, the machine's cores from ${PAIRS_FOR_ALL_CORES} pairs of fonts on)`,
      wholeNumber(1, JOBS_MAX),
    )
    .option("--json", "one JSON object a line for each difference, and the summary as the last line")
    .option("--html <file>", "write a report with pictures: one file that needs nothing else")
    .option("--list <n>", "differences of a level that the summary lists for each font, the worst first", wholeNumber(0, LISTED_MAX), LISTED)
    .addHelpText(
      "after",
      `
Examples:
  haforu compare old/Font.ttf new/Font.ttf
  haforu compare old/ new/ --html report.html --threshold advance=1,pixel_delta=0.002 --ignore name:5,table:DSIG

Exit codes: 0 the same within the thresholds, 1 different, 2 something could not be compared, or the call was wrong.`,
    )
    .action(run);
}

async function run(oldFont: string, newFont: string, flags: CompareFlags): Promise<void> {
  const words = flags.words === undefined ? undefined : await readWords(flags.words);
  const comparison = open(oldFont, newFont, optionsOf(flags, words));
  const report = flags.html === undefined ? undefined : await openReport(flags.html, inputsOf(oldFont, newFont, flags.words));
  const text = flags.json === true ? undefined : new ComparisonText(flags.list);
  let failed = false;
  let differs = false;
  try {
    for await (const record of comparison) {
      if (record.kind === "error") failed = true;
      else differs = true;
      report?.add(record);
      if (text === undefined) await print(`${recordLine(record)}\n`);
      else await printAll(text.add(record));
    }
  } catch (error) {
    if (error instanceof HaforuError) throw new CliError(error.message, undefined, { cause: error });
    throw error;
  }
  const { summary } = comparison;
  if (text === undefined) await print(`${JSON.stringify({ summary })}\n`);
  else await printAll(text.end(summary));
  if (summary.at_left_out > 0) note(`haforu: ${summary.at_left_out} of the coordinates of --at lie outside a font's axes and were left out\n`);
  await report?.write(comparison);
  process.exitCode = failed ? EXIT_CALL_WRONG : differs ? EXIT_SOME_FAILED : 0;
}

async function printAll(text: string): Promise<void> {
  if (text !== "") await print(text);
}

function open(oldFont: string, newFont: string, options: CompareFontsOptions): FontComparison {
  try {
    return compareFonts(oldFont, newFont, { ...options, jobs: options.jobs ?? "auto" });
  } catch (error) {
    if (error instanceof HaforuError) throw new CliError(error.message, undefined, { cause: error });
    throw error;
  }
}

function optionsOf(flags: CompareFlags, words: readonly string[] | undefined): CompareFontsOptions {
  const { tables, glyphs, shaping, pixels, sizes, instances, defaultIgnores, jobs, at, ignore, threshold, measures } = flags;
  return defined<CompareFontsOptions>({
    tables,
    glyphs,
    shaping,
    pixels,
    sizes,
    instances,
    defaultIgnores,
    jobs,
    at,
    ignore,
    thresholds: threshold,
    measures,
    words,
  });
}

/** The files that are read; of a directory its fonts. */
function* inputsOf(oldFont: string, newFont: string, words: string | undefined): Generator<string> {
  for (const path of [oldFont, newFont]) yield* fontPaths(path);
  if (words !== undefined) yield words;
}

interface Report {
  add(record: ComparisonRecord): void;
  write(comparison: FontComparison): Promise<void>;
}

/** The report's file is opened first: a place that cannot be written to is said before the work. */
async function openReport(path: string, inputs: Iterable<string>): Promise<Report> {
  const [{ ComparisonReport }, { WholeFile }] = await Promise.all([import("../report/index.ts"), import("./whole-file.ts")]);
  const file = await WholeFile.open(path, `the report ${path}`, inputs);
  const report = new ComparisonReport();
  return {
    add: (record) => report.add(record),
    async write(comparison) {
      for (const piece of report.pieces(comparison.summary, (records) => comparison.pictures(records))) await file.write(piece);
      await file.finish();
    },
  };
}

/** @throws CliError when the file cannot be read or holds no word. */
async function readWords(path: string): Promise<readonly string[]> {
  const [{ createReadStream }, { WORDS_FILE_BYTES }] = await Promise.all([import("node:fs"), import("../compare/options.ts")]);
  const name = path === "-" ? "stdin" : path;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of (path === "-" ? process.stdin : createReadStream(path)) as AsyncIterable<Buffer>) {
      size += chunk.length;
      // A device may never end.
      if (size > WORDS_FILE_BYTES) throw new Error(`it has more than ${WORDS_FILE_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw new CliError(`the words of ${name} cannot be read: ${(error as Error).message}`, undefined, { cause: error });
  }
  const bytes = Buffer.concat(chunks);
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.includes("\ufffd")) throw new CliError(`the words of ${name} are not UTF-8`);
  const words = text.split(/\r?\n/).filter((word) => word !== "");
  if (words.length === 0) throw new CliError(`${name} holds no word; give one a line`);
  return words;
}

function thresholds(text: string, before: Thresholds | undefined): Thresholds {
  const given: Record<string, number> = {};
  for (const part of text.split(",")) {
    const match = /^([a-z_]+)=(-?\d+(?:\.\d+)?)$/.exec(part.trim());
    if (match === null) throw new InvalidArgumentError(`Expected name=number, such as advance=2,pixel_delta=0.01, got "${part}".`);
    given[match[1] as string] = Number(match[2]);
  }
  return { ...before, ...given };
}

function patterns(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(",").map((part) => part.trim())];
}

function numbers(text: string): readonly number[] {
  return text.split(",").map((part) => {
    const value = /^\d+(?:\.\d+)?$/.test(part.trim()) ? Number(part) : Number.NaN;
    if (Number.isNaN(value)) throw new InvalidArgumentError(`Expected pixels per em, such as 64,200, got "${part}".`);
    return value;
  });
}

function places(text: string, before: readonly Coordinates[] = []): readonly Coordinates[] {
  const at: Record<string, number> = {};
  for (const part of text.split(",")) {
    const match = /^([^=]{1,4})=(-?\d+(?:\.\d+)?)$/.exec(part.trim());
    if (match === null) throw new InvalidArgumentError(`Expected coordinates such as wght=600,wdth=80, got "${part}".`);
    at[match[1] as string] = Number(match[2]);
  }
  return [...before, at];
}
