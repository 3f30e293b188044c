// `haforu validate FILE|-`: every problem of every job, with its line and path; nothing is rendered and no font read.
// JSON Lines of any length pass through in flat memory.

import { Command } from "commander";
import type { JobSource } from "../batch/host/source.ts";
import type { SpeakingRunner } from "../batch/worker/speaking-runner.ts";
import { OP_LINE } from "../engine/boundary.ts";
import { CliError, EXIT_SOME_FAILED, note } from "./exit.ts";
import { print } from "./print.ts";

interface ValidateOptions {
  readonly json?: boolean;
}

interface ErrorLine {
  readonly id?: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly field?: string;
    readonly line?: number;
    readonly problems?: readonly { readonly field?: string; readonly message: string }[];
  };
}

/** Flag of a job call: the line is one of many, so its errors carry the line's number. */
const OF_LINES = 1;

export function command(): Command {
  return new Command("validate")
    .description("Check a file of jobs, a JobSpec document or JSON Lines, and list every problem.")
    .argument("<file>", "the jobs, or - for stdin")
    .option("--json", "one JSON object a line, one line a bad job, as `haforu batch` would answer it")
    .addHelpText(
      "after",
      `
Example:
  haforu validate samples/broken.jsonl

Exit codes: 0 all jobs are valid, 1 some are not, 2 the file as a whole is wrong or cannot be read.`,
    )
    .action(run);
}

async function run(file: string, options: ValidateOptions): Promise<void> {
  const { engineModule } = await import("../engine/load.ts");
  const { FontFiles } = await import("../fonts/files.ts");
  const { JobRunner } = await import("../session/job-loop.ts");
  const { SpeakingRunner } = await import("../batch/worker/speaking-runner.ts");
  const engine = new JobRunner({ module: engineModule(), fonts: new FontFiles() });
  const runner = new SpeakingRunner(engine, { strict: false, timing: false, files: undefined });
  const name = nameOf(file);
  const source = await open(file, options);
  const { jobs, bad } = await check(source, runner, async (line) => {
    const shown = options.json === true ? line : readable(name, JSON.parse(line) as ErrorLine);
    await print(`${shown}\n`);
  }).catch(refuse);
  if (bad > 0) process.exitCode = EXIT_SOME_FAILED;
  note(`${name}: ${jobs} job${jobs === 1 ? "" : "s"}, ${bad} invalid\n`);
}

/** @throws CliError when the file cannot be read, or is a document that is broken as a whole. */
async function open(file: string, options: ValidateOptions): Promise<JobSource> {
  const { InputError, openInput } = await import("../batch/host/input.ts");
  try {
    return (await openInput(file)).source;
  } catch (error) {
    if (!(error instanceof InputError)) return refuse(error);
    const line = error.errorLine;
    if (line === undefined) throw new CliError(error.message);
    if (options.json === true) await print(`${line}\n`);
    throw new CliError(options.json === true ? "" : readable(nameOf(file), JSON.parse(line) as ErrorLine));
  }
}

/** Of an error of the file system Node's words say all. */
function refuse(error: unknown): never {
  if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  throw new CliError((error as Error).message, undefined, { cause: error });
}

/** The input as messages call it. */
function nameOf(file: string): string {
  return file === "-" ? "stdin" : file;
}

/** Runs through all jobs; `tell` is given the error line of each bad one. */
async function check(
  source: JobSource,
  runner: SpeakingRunner,
  tell: (line: string) => Promise<void>,
): Promise<{ readonly jobs: number; readonly bad: number }> {
  const decoder = new TextDecoder();
  let loaded: Buffer | undefined;
  let [jobs, bad] = [0, 0];
  for (;;) {
    if (!source.advance()) {
      if (!(await source.fill())) return { jobs, bad };
      continue;
    }
    if (source.bytes !== loaded) {
      await runner.prepare(source.bytes);
      runner.load(source.bytes);
      loaded = source.bytes;
    }
    let status = -1;
    if (source.refusal === undefined) status = runner.validate(source.start, source.end, source.line, OF_LINES);
    else runner.answer(source.start, source.end, source.line, OF_LINES, "line_too_long", source.refusal);
    if (status !== OP_LINE) jobs += 1;
    if (status < 0) {
      bad += 1;
      await tell(decoder.decode(runner.result()));
    }
  }
}

/** file:line: field: what is wrong; one row a problem, as compilers write it. */
function readable(file: string, { id, error }: ErrorLine): string {
  const place = error.line === undefined ? file : `${file}:${error.line}`;
  const of = id === undefined ? "" : ` [${id}]`;
  const problems = error.problems ?? [{ message: error.message }];
  return problems.map((problem) => `${place}:${of} ${problem.message} (${error.code})`).join("\n");
}
