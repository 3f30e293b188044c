// `haforu sweep FONT --text a --axis wght=100:900:17`: metrics of texts over a design space, as JSON Lines or CSV, and a plot
// of one of them. The points and the numbers are the engine's.

import { resolve } from "node:path";
import { LIMITS, type SweepAxis } from "@haforu/engine";
import { Command } from "commander";
import type { PlotFormat, PlotRow } from "../report/plot.ts";
import type { SweepRequest, SweepResult } from "../session/sweep.ts";
import { decimalNumber, WrongValue, wholeNumber } from "./argument.ts";
import { CliError, EXIT_SOME_FAILED } from "./exit.ts";
import { note, print } from "./print.ts";
import { csvHead, csvRow, numbersOf } from "./sweep-csv.ts";
import { checkTarget, WholeFile, writeWhole } from "./whole-file.ts";

interface SweepOptions {
  readonly text: readonly string[];
  readonly axis?: Readonly<Record<string, SweepAxis>>;
  readonly point?: readonly Readonly<Record<string, number>>[];
  readonly instances?: boolean;
  readonly sample?: number;
  readonly seed: number;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly origin?: readonly [number, number];
  readonly variations?: Readonly<Record<string, number>>;
  readonly namedInstance?: string;
  readonly faceIndex: number;
  readonly features?: string;
  readonly script?: string;
  readonly direction?: "ltr" | "rtl" | "ttb" | "btt";
  readonly language?: string;
  readonly extended?: boolean;
  readonly hash?: boolean;
  readonly csv?: boolean;
  readonly output?: string;
  readonly plot?: string;
  readonly metric: string;
  readonly strict?: boolean;
}

const DEFAULT_SIZE_PX = 1000;
/** The canvas of one letter, in ems: what it may reach to the right, and from the descender to the ascender with room above. */
const FIRST_LETTER_EM = 3;
const NEXT_LETTER_EM = 1.5;
const HEIGHT_EM = 1.2;
/** Output is written in pieces of about this many characters. */
const PIECE = 65_536;
/** Rows that a plot holds: more are no clearer. */
const MOST_PLOTTED = 100_000;

/** Repeated options add to each other. */
function more<T>(parse: (text: string) => T): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before = []) => [...before, parse(text)];
}

const number = (text: string, whole: string): number => {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new WrongValue(`Expected a number, got "${text}" in "${whole}".`);
  return value;
};

/** wght=100:900:17, wght=100,400,900 or wght=400 */
function axis(text: string, before: Readonly<Record<string, SweepAxis>> = {}): Readonly<Record<string, SweepAxis>> {
  const [, tag = "", values = ""] = /^(.{4})=(.+)$/.exec(text) ?? [];
  if (tag === "") throw new WrongValue(`Expected TAG=MIN:MAX:STEPS, TAG=VALUE,VALUE… or TAG=VALUE, such as wght=100:900:17, got "${text}".`);
  if (tag in before) throw new WrongValue(`The axis ${tag} is there twice.`);
  if (!values.includes(":")) return { ...before, [tag]: values.split(",").map((value) => number(value, text)) };
  const [min = "", max = "", steps = "", rest] = values.split(":");
  if (rest !== undefined || !/^\d+$/.test(steps)) throw new WrongValue(`Expected MIN:MAX:STEPS with a whole number of steps, got "${values}".`);
  return { ...before, [tag]: { min: number(min, text), max: number(max, text), steps: Number(steps) } };
}

/** wght=600,opsz=12 */
function coordinates(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(",").map((pair): [string, number] => {
    const [, tag = "", value = ""] = /^(.{4})=(.+)$/.exec(pair.trim()) ?? [];
    if (tag === "") throw new WrongValue(`Expected axis values such as wght=600,opsz=12, got "${text}".`);
    return [tag, number(value, text)];
  });
  const twice = pairs.find(([tag], i) => pairs.findIndex(([other]) => other === tag) < i);
  if (twice !== undefined) throw new WrongValue(`The axis ${twice[0]} is there twice in "${text}".`);
  return Object.fromEntries(pairs);
}

function origin(text: string): readonly [number, number] {
  const [x = "", y = "", rest] = text.split(",");
  if (y === "" || rest !== undefined) throw new WrongValue(`Expected X,Y in pixels, got "${text}".`);
  return [number(x, text), number(y, text)];
}

export function command(): Command {
  const side = wholeNumber(1, LIMITS.canvasSidePx);
  return new Command("sweep")
    .description("Measure texts at many design coordinates of a variable font.")
    .argument("<font>", "font file")
    .requiredOption("--text <text>", "a text; give it again for more", more(String))
    .option("--axis <axis>", "an axis of the grid: wght=100:900:17 (min, max, steps) or wght=100,400,900; give it again for more", axis)
    .option("--instances", "all named instances of the font")
    .option("--point <list>", "one place: wght=600,opsz=12; give it again for more", more(coordinates))
    .option("--sample <n>", "points of a Halton sequence over the axes that --variations does not name", wholeNumber(1, LIMITS.sweepRenders))
    .option("--seed <n>", "moves the sample", wholeNumber(0, 4_294_967_295), 0)
    .option("--size <px>", "pixels per em", decimalNumber(0.01, LIMITS.sizePx), DEFAULT_SIZE_PX)
    .option("--width <px>", "canvas width (default: 3 em, and 1.5 for each further letter)", side)
    .option("--height <px>", "canvas height (default: 1.2 em)", side)
    .option("--origin <x,y>", "where the pen starts (default: 0, three quarters of the height)", origin)
    .option("--variations <list>", "values of axes that are not swept, such as wdth=80", coordinates)
    .option("--named-instance <name>", "a named instance to start from")
    .option("--face-index <n>", "which face of a collection", wholeNumber(0, LIMITS.faceIndex), 0)
    .option("--features <list>", "OpenType features as HarfBuzz writes them")
    .option("--script <code>", "ISO 15924 code (default: guessed)")
    .option("--direction <direction>", "ltr, rtl, ttb or btt (default: the script's)")
    .option("--language <tag>", "BCP 47 tag")
    .option("--extended", "the extended metrics too (docs/metrics.md)")
    .option("--hash", "SHA-256 of each picture's pixels")
    .option("--csv", "comma-separated values in place of JSON Lines")
    .option("-o, --output <file>", "to a file in place of stdout")
    .option("--plot <file>", "a plot of one metric over one or two axes: FILE.svg, FILE.png or FILE.html (needs echarts)")
    .option("--metric <name>", "what is plotted: density, beam, bbox_w, moments_xx … (a column of --csv)", "density")
    .option("--strict", "warnings are errors")
    .addHelpText(
      "after",
      `
Examples:
  haforu sweep Source.ttf --text a --axis wght=200:900:15 --csv
  haforu sweep Source.ttf --text a --text g --instances --extended -o instances.jsonl
  haforu sweep Source.ttf --text nonn --sample 50 --seed 1 --size 200 --plot density.svg -o sample.jsonl

Exit codes: 0 measured, 1 the sweep could not be made, 2 the call was wrong, such as a metric that there is not.`,
    )
    .action(run);
}

async function run(font: string, options: SweepOptions): Promise<void> {
  const format = options.plot === undefined ? undefined : plotFormat(options.plot);
  const [{ createSession }, { HaforuError }] = await Promise.all([import("../session/create.ts"), import("../engine/errors.ts")]);
  const session = createSession({ timing: false, strict: options.strict === true });
  if (options.plot !== undefined) await checkPlot(options.plot, font, options.output);
  const sink = await Sink.open(options.output, font);
  const plotted: PlotRow[] = [];
  const warnings = new Warnings();
  try {
    for await (const result of session.sweep(requestOf(font, options))) {
      // First of all: a metric that is none ends the call before anything is written.
      if (format !== undefined) plotted.push(plotRow(result, options.metric));
      warnings.note(result);
      if (options.csv === true && result.index === 0) await sink.line(csvHead(result));
      await sink.line(options.csv === true ? csvRow(result) : JSON.stringify(result));
      if (plotted.length > MOST_PLOTTED) throw new CliError(`--plot holds at most ${MOST_PLOTTED} renders; take fewer steps`);
    }
    await sink.complete();
    if (format !== undefined && options.plot !== undefined) await drawPlot(plotted, format, font, options.plot, options);
  } catch (error) {
    await sink.discard();
    if (!(error instanceof HaforuError)) throw error;
    throw new CliError(error.message, CALL_WRONG.has(error.code) ? undefined : EXIT_SOME_FAILED, { cause: error });
  } finally {
    session.dispose();
    warnings.tell();
  }
}

/** Errors that are about the call rather than the font. */
const CALL_WRONG: ReadonlySet<string> = new Set(["invalid_job", "invalid_argument", "sweep_too_large", "text_too_long", "canvas_too_large", "unsupported"]);

function requestOf(font: string, options: SweepOptions): SweepRequest {
  const { axis: grid, point: points, instances, sample, seed, size, origin: pen, variations, namedInstance, faceIndex } = options;
  const { features, script, direction, language } = options;
  if (grid === undefined && points === undefined && instances !== true && sample === undefined) {
    throw new CliError("sweep: where? Give --axis, --instances, --point or --sample");
  }
  const letters = Math.max(1, ...options.text.map((text) => [...text].length));
  const fitted = (em: number): number => Math.min(LIMITS.canvasSidePx, Math.max(1, Math.ceil(em * size)));
  return {
    font,
    text: options.text,
    size,
    width: options.width ?? fitted(FIRST_LETTER_EM + NEXT_LETTER_EM * (letters - 1)),
    height: options.height ?? fitted(HEIGHT_EM),
    faceIndex,
    include: ["metrics", ...(options.extended === true ? (["extended"] as const) : []), ...(options.hash === true ? (["hash"] as const) : [])],
    ...(grid !== undefined && { grid }),
    ...(points !== undefined && { points }),
    ...(instances === true && { instances }),
    ...(sample !== undefined && { sample: { count: sample, seed } }),
    ...(pen !== undefined && { origin: pen }),
    ...(variations !== undefined && { variations }),
    ...(namedInstance !== undefined && { instance: namedInstance }),
    ...(features !== undefined && { features }),
    ...(script !== undefined && { script }),
    ...(direction !== undefined && { direction }),
    ...(language !== undefined && { language }),
  };
}

function plotFormat(file: string): PlotFormat {
  const format = /\.(svg|png|html)$/i.exec(file)?.[1]?.toLowerCase();
  if (format === undefined) throw new CliError(`--plot ${file}: expected a name that ends in .svg, .png or .html`);
  return format as PlotFormat;
}

/** Before the work: what would be lost when the plot is written after it. @throws CliError */
async function checkPlot(plot: string, font: string, output: string | undefined): Promise<void> {
  await checkTarget(plot, `the plot ${plot}`, [font]);
  if (output !== undefined && resolve(plot) === resolve(output)) throw new CliError(`-o and --plot both name ${plot}: give them two names`);
}

function plotRow({ text, coordinates: at, metrics }: SweepResult, metric: string): PlotRow {
  const numbers = numbersOf(metrics);
  const value = numbers.get(metric);
  if (value === undefined) throw new CliError(`--metric ${metric}: there is no such number; there are ${[...numbers.keys()].join(", ")}`);
  return { text, coordinates: at, value };
}

async function drawPlot(rows: readonly PlotRow[], format: PlotFormat, font: string, file: string, { metric }: SweepOptions): Promise<void> {
  const { plot } = await import("../report/plot.ts");
  const title = `${metric}, ${font.replace(/^.*[\\/]/, "")}`;
  const picture = await plot(rows, { format, metric, title });
  await writeWhole(file, `the plot ${file}`, picture);
}

/** Lines to a file or to stdout, in pieces. */
class Sink {
  readonly #file: WholeFile | undefined;
  #text = "";
  #isOpen = true;

  private constructor(file?: WholeFile) {
    this.#file = file;
  }

  static async open(path: string | undefined, font: string): Promise<Sink> {
    return new Sink(path === undefined || path === "-" ? undefined : await WholeFile.open(path, `the output ${path}`, [font]));
  }

  async line(text: string): Promise<void> {
    this.#text += `${text}\n`;
    if (this.#text.length >= PIECE) await this.#flush();
  }

  async complete(): Promise<void> {
    await this.#flush();
    await this.#file?.finish();
    this.#isOpen = false;
  }

  /** Ends the output of a sweep that failed: stdout has the lines so far, a file is taken away. */
  async discard(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#file === undefined) await this.#flush();
    else await this.#file.discard();
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text === "") return;
    if (this.#file === undefined) await print(text);
    else await this.#file.write(text);
  }
}

/** Each code once, with the first message and how many renders have it: a sweep could say it a thousand times. */
class Warnings {
  readonly #seen: Map<string, { message: string; renders: number }> = new Map();

  note({ warnings }: SweepResult): void {
    for (const { code, message } of warnings ?? []) {
      const known = this.#seen.get(code);
      if (known === undefined) this.#seen.set(code, { message, renders: 1 });
      else known.renders += 1;
    }
  }

  tell(): void {
    for (const [code, { message, renders }] of this.#seen) {
      note(`haforu: warning: ${message} (${code}${renders > 1 ? `, and ${renders - 1} more like it` : ""})\n`);
    }
  }
}
