// `haforu match FONT --text T --target P`: the design coordinates at which a variable font comes closest to pictures, or to another font; a summary for people, or JSON.

import { closeSync, openSync, readSync } from "node:fs";
import { COMPARE_MEASURES, type CompareMeasure, LIMITS } from "@haforu/engine";
import { Command, InvalidArgumentError, Option } from "commander";
import { HaforuError } from "../engine/errors.ts";
import type { GreyImage } from "../session/compare.ts";
import { createSession } from "../session/create.ts";
import { DEFAULT_MATCH_OPTIONS, type MatchAxes, type MatchResult, type MatchTarget } from "../session/match.ts";
import type { Session } from "../session/session.ts";
import { decimalNumber, wholeNumber } from "./argument.ts";
import { CliError, EXIT_CALL_WRONG, EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";
import { origin, variations } from "./render-flags.ts";

interface MatchFlags {
  readonly text: readonly string[];
  readonly target?: readonly string[];
  readonly targetInvert?: true;
  readonly targetFont?: string;
  readonly targetVariations?: Readonly<Record<string, number>>;
  readonly targetInstance?: string;
  readonly fontSize: number;
  readonly width?: number;
  readonly height?: number;
  readonly origin?: readonly [number, number];
  readonly faceIndex: number;
  readonly variations?: Readonly<Record<string, number>>;
  readonly namedInstance?: string;
  readonly features?: string;
  readonly script?: string;
  readonly direction?: "ltr" | "rtl" | "ttb" | "btt";
  readonly language?: string;
  readonly axis?: MatchAxes;
  readonly objective: CompareMeasure;
  readonly mode: "corner" | "center" | "ink";
  readonly reach: number;
  readonly budget: number;
  readonly coarse: boolean;
  readonly json?: true;
}

const DEFAULT_SIZE_PX = 256;
/** Pixels beside and under a target font's text, in parts of the size: room for what the other font draws wider. */
const TARGET_MARGIN = 0.25;
const LINE_HEIGHT = 1.5;
/** Read at once of a picture file. */
const CHUNK_BYTES = 1 << 20;

export function command(): Command {
  return new Command("match")
    .description("Find the coordinates of a variable font at which its pictures of texts come closest to target pictures, or to another font's.")
    .argument("<font>", "a variable font file")
    .requiredOption("--text <text>", "a text; again for more of them", again)
    .option("--target <file>", "PNG or binary PGM of a text, in the order of the texts", again)
    .option("--target-invert", "with --target: the files are white on black")
    .option("--target-font <file>", "a font whose pictures of the texts are the targets")
    .option("--target-variations <list>", "with --target-font: its axis values, such as wght=600", variations)
    .option("--target-instance <name>", "with --target-font: its named instance")
    .option("--font-size <px>", "pixels per em", decimalNumber(0.01, LIMITS.sizePx), DEFAULT_SIZE_PX)
    .option("--width <px>", "with --target-font: canvas width (default: fits the text)", wholeNumber(1, LIMITS.canvasSidePx))
    .option("--height <px>", "with --target-font: canvas height (default: 1.5 x the size)", wholeNumber(1, LIMITS.canvasSidePx))
    .option("--origin <x,y>", "where the pen starts, in pixels, y down (default: 0, 0.75 x height)", origin)
    .option("--face-index <n>", "which face of a collection", wholeNumber(0, LIMITS.faceIndex), 0)
    .option("--variations <list>", "where axes stand that are not moved, and the others begin", variations)
    .option("--named-instance <name>", "the same, as a named instance")
    .option("--features <list>", "OpenType features of every text")
    .option("--script <code>", "ISO 15924 code of every text (default: guessed)")
    .addOption(new Option("--direction <dir>", "of every text (default: guessed)").choices(["ltr", "rtl", "ttb", "btt"]))
    .option("--language <tag>", "BCP 47 tag of every text")
    .option("--axis <axis>", "move this axis, such as wght or wght=300:700; again for more (default: all axes)", axis)
    .addOption(new Option("--objective <measure>", "what is made small").choices(COMPARE_MEASURES).default(DEFAULT_MATCH_OPTIONS.objective))
    .addOption(new Option("--mode <mode>", "how pictures are laid over each other").choices(["corner", "center", "ink"]).default(DEFAULT_MATCH_OPTIONS.mode))
    .option("--reach <px>", "mode ink: how far from where the ink boxes' middles meet", wholeNumber(0, LIMITS.alignReachPx), DEFAULT_MATCH_OPTIONS.reach)
    .option("--budget <renders>", "renders at most", wholeNumber(1, LIMITS.matchRenders), DEFAULT_MATCH_OPTIONS.budget)
    .option("--no-coarse", "begin at full size")
    .option("--json", "print the whole result, with the path of the search")
    .addHelpText(
      "after",
      `
Examples:
  haforu match Font.ttf --text a --text R --target-font NotoSans.ttf --axis wght=300:700
  haforu render NotoSans.ttf Rag --font-size 200 -o scan.png
  haforu match Font.ttf --text Rag --target scan.png --font-size 200 --mode ink --budget 100 --json

Exit codes: 0 found, 1 a font or picture could not be used, 2 the call was wrong.`,
    )
    .action(run);
}

async function run(font: string, flags: MatchFlags): Promise<void> {
  const session = createSession();
  try {
    const targets = targetsOf(session, flags);
    const { variations: at, namedInstance, axis: axes, faceIndex, fontSize: size, objective, mode, reach, budget, coarse } = flags;
    const result = session.match({
      ...{ font, faceIndex, size, objective, mode, reach, budget, coarse, targets },
      ...(at === undefined ? {} : { variations: at }),
      ...(namedInstance === undefined ? {} : { instance: namedInstance }),
      ...(axes === undefined ? {} : { axes }),
    });
    if (flags.target !== undefined && mode !== "ink") noteShifts(session, targets, result, font, flags);
    for (const { code, message, target } of result.warnings) note(`haforu: warning: text ${target + 1}: ${message} (${code})\n`);
    await print(flags.json === true ? `${JSON.stringify(result)}\n` : summary(result, objective));
  } catch (error) {
    if (!(error instanceof HaforuError)) throw error;
    throw new CliError(`${error.message} (${error.code})`, error.code === "invalid_argument" ? EXIT_CALL_WRONG : EXIT_SOME_FAILED, { cause: error });
  } finally {
    session.dispose();
  }
}

/** Flags that say something of the pictures of one kind of target. */
const OF_TARGET_FILES: readonly (readonly [keyof MatchFlags, string])[] = [["targetInvert", "--target-invert"]];
const OF_TARGET_FONT: readonly (readonly [keyof MatchFlags, string])[] = [
  ["targetVariations", "--target-variations"],
  ["targetInstance", "--target-instance"],
  ["width", "--width"],
  ["height", "--height"],
];

function targetsOf(session: Session, flags: MatchFlags): MatchTarget[] {
  const { text: texts, target: files, targetFont, features, script, direction, language } = flags;
  if (files === undefined && targetFont === undefined) throw new CliError("match what? Give --target once a text, or --target-font");
  if (files !== undefined && targetFont !== undefined) throw new CliError("--target and --target-font are both given: give pictures, or a font, not both");
  const other = (files === undefined ? OF_TARGET_FILES : OF_TARGET_FONT).find(([key]) => flags[key] !== undefined);
  if (other !== undefined) throw new CliError(`${other[1]} goes only with ${files === undefined ? "--target" : "--target-font"}`);
  if (files !== undefined && files.length !== texts.length) {
    throw new CliError(`there are ${texts.length} texts and ${files.length} targets: give one --target a --text, in the same order`);
  }
  const read = {
    ...(features === undefined ? {} : { features }),
    ...(script === undefined ? {} : { script }),
    ...(direction === undefined ? {} : { direction }),
    ...(language === undefined ? {} : { language }),
  };
  const pen = flags.origin === undefined ? {} : { origin: flags.origin };
  return texts.map((text, i) => {
    if (files !== undefined) return { text, ...read, ...pen, image: picture(session, files[i] as string, flags.targetInvert === true) };
    const font = {
      font: targetFont as string,
      ...(flags.targetVariations === undefined ? {} : { variations: flags.targetVariations }),
      ...(flags.targetInstance === undefined ? {} : { instance: flags.targetInstance }),
    };
    const request = { ...font, ...read, ...pen, text, size: flags.fontSize };
    const measured = session.metrics({ ...request, width: 1, height: 1 });
    const width = flags.width ?? side(Math.max(...measured.advance.map(Math.abs), measured.clipped[2]) + flags.fontSize * TARGET_MARGIN);
    const height = flags.height ?? side(flags.fontSize * LINE_HEIGHT);
    return { text, ...read, ...pen, like: { ...request, width, height } };
  });
}

/** How far away a picture has to fit better, in pixels, and its rmse there ÷ where it is, before that is said. */
const SHIFT_PX = 2;
const SHIFT_GAIN = 0.8;

/** Says where a target's ink does not stand where the pen puts it: a match by position then finds coordinates that mean nothing. */
function noteShifts(session: Session, targets: readonly MatchTarget[], { coordinates }: MatchResult, font: string, flags: MatchFlags): void {
  for (const [i, target] of targets.entries()) {
    if (!("image" in target)) continue;
    const { image, ...request } = target;
    const { width, height } = image;
    const place = { font, faceIndex: flags.faceIndex, size: flags.fontSize, width, height, variations: coordinates };
    const drawn = { data: session.renderToBytes({ ...request, ...place }).slice(), width, height };
    const here = session.alignAndCompare(drawn, image, { mode: flags.mode, measures: ["rmse"] });
    const best = session.alignAndCompare(drawn, image, { mode: "ink", measures: ["rmse"] });
    const [x, y] = best.shift.map((px) => -px) as [number, number];
    if (Math.max(Math.abs(x), Math.abs(y)) < SHIFT_PX || !((best.rmse ?? 0) < SHIFT_GAIN * (here.rmse ?? 0))) continue;
    const where = [x === 0 ? "" : `${Math.abs(x)} px ${x > 0 ? "right of" : "left of"}`, y === 0 ? "" : `${Math.abs(y)} px ${y > 0 ? "below" : "above"}`];
    note(
      `haforu: text ${i + 1}: the target's ink is some ${where.filter((part) => part !== "").join(", ")} where the pen puts it: give --mode ink, or --origin\n`,
    );
  }
}

function side(px: number): number {
  return Math.min(LIMITS.canvasSidePx, Math.max(1, Math.ceil(px)));
}

function picture(session: Session, file: string, invert: boolean): GreyImage {
  let bytes: Uint8Array;
  try {
    bytes = readBounded(file);
  } catch (error) {
    throw new CliError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, EXIT_SOME_FAILED);
  }
  try {
    return { ...session.decodeImage(bytes), invert };
  } catch (error) {
    if (!(error instanceof HaforuError)) throw error;
    throw new CliError(`${file}: ${error.message} (${error.code})`, EXIT_SOME_FAILED, { cause: error });
  }
}

/** A file's bytes, or a pipe's. @throws Error for more than a picture file may have: a device may never end. */
function readBounded(file: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const handle = openSync(file, "r");
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const read = readSync(handle, chunk);
      if (read === 0) return Buffer.concat(chunks);
      size += read;
      if (size > LIMITS.fontBytes) throw new Error(`it has more than ${LIMITS.fontBytes} bytes`);
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

const STOPS = { exact: "the pictures are alike", converged: "nothing better near by", budget: "the budget is used up" };

function summary(result: MatchResult, objective: CompareMeasure): string {
  const list = Object.entries(result.coordinates).map(([tag, value]) => `${tag}=${value}`);
  const least = objective === "ssim" || objective === "iou" ? `1 - ${objective}` : objective;
  const coarse = result.coarse_px === null ? "" : `, begun at ${result.coarse_px} px per em`;
  return `${list.join(",")}\n${least} ${result.score} after ${result.evaluations} evaluations (${result.renders} renders${coarse}): ${STOPS[result.stopped]}\n`;
}

function again(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** "wght" or "wght=300:700". */
function axis(value: string, before: MatchAxes | undefined): MatchAxes {
  const match = /^([\x20-\x7e]{4})(?:=(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?))?$/.exec(value);
  const tag = match?.[1];
  if (tag === undefined) throw new InvalidArgumentError(`Expected an axis such as wght or wght=300:700, got "${value}".`);
  if (before !== undefined && Object.hasOwn(before, tag)) throw new InvalidArgumentError(`The axis ${tag} is given twice.`);
  return { ...before, [tag]: match?.[2] === undefined ? {} : { min: Number(match[2]), max: Number(match[3]) } };
}
