// `haforu render FONT TEXT`: one text to one picture, with hb-view's flags where both have the thing. Two jobs of the
// engine: one measures where the ink will be, the other draws on a canvas that fits it.

import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { type Job, LIMITS, type Result } from "@haforu/engine";
import { FontFiles } from "../fonts/files.ts";
import { JobRunner } from "../session/job-loop.ts";
import { earlyModule } from "./early-module.ts";
import { CliError, EXIT_CALL_WRONG, EXIT_SOME_FAILED } from "./exit.ts";
import { type Fit, fitted, MEASURING } from "./fit.ts";
import { note, print } from "./print.ts";
import { FORMATS, type Format, type RenderOptions } from "./render-flags.ts";
import { writeWhole } from "./whole-file.ts";

/** Runs the job with this rendering. */
type Answer = (rendering: Job["rendering"]) => Result;

export async function run(fontArgument: string | undefined, textArgument: string | undefined, options: RenderOptions): Promise<void> {
  const path = options.fontFile ?? fontArgument;
  if (path === undefined) throw new CliError("which font? haforu render FONT TEXT");
  const format = options.outputFormat ?? formatOf(options.outputFile);
  const toStdout = options.outputFile === undefined && options.json !== true;
  if (toStdout && format !== "svg" && process.stdout.isTTY) {
    throw new CliError(`a ${format} picture would garble the terminal: give a file with -o, or send stdout to one, or use --json`);
  }
  // With --font-file the only argument is the text.
  const text = textOf(options, options.fontFile === undefined ? textArgument : (fontArgument ?? textArgument));
  const job = base(path, text, options);
  const module = await earlyModule();
  const answers = (strict: boolean): Answer => {
    const runner = new JobRunner({ module, fonts: new FontFiles(), config: { strict } });
    return (rendering) => {
      const line = Buffer.from(JSON.stringify({ ...job, rendering }));
      runner.load(line);
      runner.run(0, line.length, 1, 0);
      return JSON.parse(new TextDecoder().decode(runner.result())) as Result;
    };
  };
  const inputs = options.textFile === undefined ? [path] : [path, options.textFile];
  const answer = answers(false);
  const fit = fitFor(options, answer);
  if ("status" in fit) return give(fit, format, options, inputs);
  const image = options.json !== true || options.outputFile !== undefined;
  // Measuring clips on purpose, which a strict engine would refuse: strictness is for the picture alone.
  const result = (options.strict === true ? answers(true) : answer)({
    format,
    encoding: image ? "base64" : "none",
    ...fit,
    ...(options.invert === true ? { invert: true } : {}),
    ...(options.json === true ? { include: ["metrics", "boxes", "glyphs", "hash"] } : {}),
  });
  await give(result, format, options, inputs);
}

/** The canvas: as asked for, and where not, as large as the text's ink and advances with the margins around them; or why there is none. */
function fitFor(options: RenderOptions, answer: Answer): Fit | Result {
  const { width, height, origin: at } = options;
  if (width !== undefined && height !== undefined && at !== undefined) return { width, height, origin: at };
  const measured = answer(MEASURING);
  if (measured.status === "error") return measured;
  const fit = fitted(measured, options.margin);
  if (fit.width > LIMITS.canvasSidePx || fit.height > LIMITS.canvasSidePx) {
    throw new CliError(
      `the text takes ${fit.width} x ${fit.height} pixels, a canvas side at most ${LIMITS.canvasSidePx}: take a smaller --font-size, or give --width and --height`,
    );
  }
  return { width: width ?? fit.width, height: height ?? fit.height, origin: at ?? fit.origin };
}

async function give(result: Result, format: Format, options: RenderOptions, inputs: readonly string[]): Promise<void> {
  if (result.status === "error") {
    if (options.json === true) await print(`${JSON.stringify(result)}\n`);
    throw options.json === true ? new CliError("", exitCodeOf(result.error)) : failure(result);
  }
  for (const warning of result.warnings ?? []) {
    note(`haforu: warning: ${warning.message} (${warning.code})\n`);
  }
  const { outputFile } = options;
  const data = Buffer.from(result.rendering?.data ?? "", "base64");
  if (outputFile !== undefined) await writeWhole(outputFile, `the picture ${outputFile}`, data, inputs);
  if (options.json === true) await print(`${JSON.stringify(outputFile === undefined ? result : withPath(result, outputFile))}\n`);
  else if (outputFile === undefined) await print(data);
  else note(`${outputFile}: ${result.rendering?.width} x ${result.rendering?.height} ${format}\n`);
}

/** The result as `batch --out-dir` would give it: the file's path in place of the data, at the same place. */
function withPath(result: Result, path: string): unknown {
  const rendering = Object.fromEntries(Object.entries(result.rendering ?? {}).map(([key, value]) => (key === "data" ? ["path", path] : [key, value])));
  return { ...result, rendering };
}

function failure(result: Result): CliError {
  const { error } = result;
  if (error === undefined) return new CliError("the engine gave an error without saying which", EXIT_SOME_FAILED);
  const all = error.problems ?? [{ message: error.message }];
  return new CliError(`${all.map((one) => one.message).join("\n        ")} (${error.code})`, exitCodeOf(error));
}

/** A job that no font could do was made of wrong flags. */
function exitCodeOf(error: Result["error"]): number {
  return error?.code === "invalid_job" ? EXIT_CALL_WRONG : EXIT_SOME_FAILED;
}

function base(path: string, content: string, options: RenderOptions): Omit<Job, "rendering"> {
  const { variations: at, namedInstance, features, script, direction, language } = options;
  return {
    id: "render",
    font: {
      path,
      size: options.fontSize,
      face_index: options.faceIndex,
      ...(at === undefined ? {} : { variations: at }),
      ...(namedInstance === undefined ? {} : { instance: namedInstance }),
    },
    text: {
      content,
      ...(script === undefined ? {} : { script }),
      ...(direction === undefined ? {} : { direction }),
      ...(language === undefined ? {} : { language }),
      ...(features === undefined ? {} : { features }),
    },
  };
}

function textOf(options: RenderOptions, argument: string | undefined): string {
  const given = [options.text, options.textFile, argument].filter((one) => one !== undefined).length;
  if (given === 0) throw new CliError("which text? haforu render FONT TEXT");
  if (given > 1) throw new CliError("the text is given twice: as the argument, with --text, or with --text-file");
  const text = options.textFile === undefined ? (options.text ?? argument ?? "") : readText(options.textFile);
  const lines = text.split("\n").length;
  if (lines > 1) throw new CliError(`the text has ${lines} lines: render them one by one, or with haforu batch`);
  return text;
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file === "-" ? 0 : file);
    const text = bytes.toString("utf8").replace(/\r?\n$/, "");
    // Half a surrogate pair is read as U+FFFD too, and the engine warns of it: so a warning, or the error of --strict, is as a job's.
    return isUtf8(bytes) ? text : text.replaceAll("\ufffd", "\ud800");
  } catch (error) {
    throw new CliError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function formatOf(outputFile: string | undefined): Format {
  if (outputFile === undefined) return "png";
  const extension = extname(outputFile).slice(1).toLowerCase();
  const format = FORMATS.find((one) => one === extension);
  if (format === undefined) {
    throw new CliError(`${outputFile}: which format? Its name ends in none of ${FORMATS.join(", ")}; give --output-format`);
  }
  return format;
}
