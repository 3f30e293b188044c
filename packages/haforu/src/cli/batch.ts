// `haforu batch [FILE|-]`: jobs of a file or pipe in, one result line each out, on all cores.

import { mkdirSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Batch } from "../batch/host/batch.ts";
import { type BatchInput, InputError, openInput } from "../batch/host/input.ts";
import { openBatch } from "../batch/host/open.ts";
import { OutputError, ResultFile } from "../batch/host/result-file.ts";
import { RemainingSource } from "../batch/host/resume.ts";
import type { JobSource } from "../batch/host/source.ts";
import { type BatchProgress, type ResolvedBatchOptions, type ResultOrder, resolveBatchOptions } from "../batch/options.ts";
import { LINE_FLAG_NUMBERED, LINE_FLAG_RUNS } from "../engine/boundary.ts";
import { HaforuError } from "../engine/errors.ts";
import { addEngineOptions, defined, type EngineFlags, engineOptions } from "./batch-options.ts";
import { CliError, note } from "./exit.ts";
import { openProgressBar, type ProgressChoice } from "./progress-bar.ts";
import { runBatch } from "./run-batch.ts";

interface BatchFlags extends EngineFlags {
  readonly output?: string;
  readonly resume?: true;
  readonly outDir?: string;
  readonly overwrite?: true;
  readonly order?: ResultOrder;
  readonly stats?: true;
  readonly progress: ProgressChoice;
}

const EXAMPLE = `
Examples:
  haforu batch jobs.jsonl -o results.jsonl --stats
  generate-jobs | haforu batch - --order completion | consume-results
  haforu batch jobs.jsonl -o results.jsonl --out-dir images --resume

FILE holds JSON Lines (one job a line) or a JobSpec document ({"version": "1.0", "jobs": […]}); which is seen from its
first bytes. Exit code: 0 all jobs succeeded, 1 some failed, 2 the call or the input as a whole was wrong, 130 Ctrl-C.`;

export function command(): Command {
  const batch = new Command("batch")
    .description("Run a file of jobs and write one result line for each.")
    .argument("[file]", "jobs: JSON Lines or a JobSpec document; - for standard input", "-")
    .option("-o, --output <file>", "write results to FILE.part, renamed to FILE when complete (default: standard output)", named)
    .option("--resume", "go on from FILE.part: keep its successes, run what is missing or failed")
    .option("--out-dir <dir>", "write images to files in this folder; result lines carry `path` in place of `data`", named)
    .option("--overwrite", "let images replace files that are there, and drop a FILE.part")
    .addOption(new Option("--order <order>", "order of the results (default: input)").choices(["input", "completion"]))
    .option("--stats", "write one JSON line of statistics to standard error at the end")
    .addOption(new Option("--progress <when>", "show a progress bar").choices(["auto", "always", "never"]).default("auto"));
  return addEngineOptions(batch, "the machine's cores")
    .addHelpText("after", EXAMPLE)
    .action((file: string, flags: BatchFlags) => run(file, flags));
}

async function run(file: string, flags: BatchFlags): Promise<void> {
  const input = await openInput(file).catch(refuse);
  // Before the results' file is touched: a call that is wrong leaves no trace.
  const options = optionsOf(flags, input);
  const results = await ResultFile.open(flags.output, {
    resume: flags.resume === true,
    overwrite: flags.overwrite === true,
    input: file,
    note: (text) => note(`haforu: ${text}\n`),
  }).catch(refuse);
  const source = results.done.size > 0 ? new RemainingSource(input.source, results.done) : input.source;
  const bar = await openProgressBar(flags.progress);
  let batch: Batch | undefined;
  const onProgress = (progress: BatchProgress): void => bar?.update(progress, fractionRead(input.totalBytes, source, batch));
  try {
    batch = openBatch(source, { ...options, onProgress: bar && onProgress }, LINE_FLAG_NUMBERED | LINE_FLAG_RUNS);
    const outcome = await runBatch(batch, results.fd);
    if (outcome.complete) await results.complete();
    else await results.leave();
    // What is said must not stand in the bar's line.
    bar?.close();
    if (!outcome.complete && results.writingTo !== undefined) {
      note(`haforu: stopped; ${results.writingTo} holds the results so far, --resume goes on from it\n`);
    }
    process.exitCode = outcome.exitCode;
  } catch (error) {
    await results.leave().catch(() => undefined);
    const where = results.writingTo === undefined ? "" : ` (results so far: ${results.writingTo})`;
    throw new CliError(`${(error as Error).message}${where}`, undefined, { cause: error });
  } finally {
    bar?.close();
    if (flags.stats === true && batch !== undefined) {
      const skipped = source instanceof RemainingSource ? { resumed_jobs: source.skipped } : {};
      note(`${JSON.stringify({ ...batch.stats, ...skipped })}\n`);
    }
  }
}

function optionsOf(flags: BatchFlags, input: BatchInput): ResolvedBatchOptions {
  try {
    if (flags.outDir !== undefined) mkdirSync(flags.outDir, { recursive: true });
    return resolveBatchOptions({
      ...engineOptions(flags, input.config),
      ...defined({ order: flags.order ?? input.config.order, imageDir: flags.outDir, overwrite: flags.overwrite }),
    });
  } catch (error) {
    return refuse(error);
  }
}

function named(path: string): string {
  if (path === "") throw new InvalidArgumentError("Expected a name.");
  return path;
}

/** By bytes: how many jobs there are is not known before the end. */
function fractionRead(totalBytes: number | undefined, source: JobSource, batch: Batch | undefined): number | undefined {
  if (totalBytes === undefined || batch === undefined) return undefined;
  const skippedBytes = source instanceof RemainingSource ? source.skippedBytes : 0;
  return Math.min(1, (batch.bytesDone + skippedBytes) / Math.max(1, totalBytes));
}

function refuse(error: unknown): never {
  const system = (error as NodeJS.ErrnoException).syscall !== undefined;
  if (error instanceof InputError || error instanceof OutputError || error instanceof HaforuError || system) {
    throw new CliError((error as Error).message, undefined, { cause: error });
  }
  throw error;
}
