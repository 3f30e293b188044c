// `haforu stream`: a program at the other end writes a job and reads its result, over and over, with warm caches.

import { Command } from "commander";
import { openStandardLines } from "../batch/host/input.ts";
import { openBatch } from "../batch/host/open.ts";
import { resolveBatchOptions } from "../batch/options.ts";
import { LINE_FLAG_NUMBERED, LINE_FLAG_RUNS } from "../engine/boundary.ts";
import { addEngineOptions, type EngineFlags, engineOptions } from "./batch-options.ts";
import { CliError } from "./exit.ts";
import { runBatch } from "./run-batch.ts";

const STDOUT = 1;
const DEFAULT_WORKERS = 1;
/** Every result is sent by itself, at once. */
const NO_DELAY_MS = 0;

const EXAMPLE = `
Example:
  echo '{"op": "ping"}' | haforu stream
  {"op":"ping","status":"success"}

Lines {"op": "ping"}, {"op": "warm_up"} and {"op": "stats"} are answered in their turn. Results come in the order of the
jobs. Exit code: 0 all jobs succeeded, 1 some failed, 2 the call was wrong, 130 Ctrl-C.`;

export function command(): Command {
  const stream = new Command("stream").description("Answer jobs line by line: one result line for each, flushed at once.");
  return addEngineOptions(stream, String(DEFAULT_WORKERS)).addHelpText("after", EXAMPLE).action(run);
}

async function run(flags: EngineFlags): Promise<void> {
  const options = { workers: DEFAULT_WORKERS, ...engineOptions(flags, {}), delayMs: NO_DELAY_MS };
  try {
    const batch = openBatch(openStandardLines(), resolveBatchOptions(options), LINE_FLAG_NUMBERED | LINE_FLAG_RUNS);
    batch.warmUp();
    const outcome = await runBatch(batch, STDOUT);
    process.exitCode = outcome.exitCode;
  } catch (error) {
    throw new CliError((error as Error).message, undefined, { cause: error });
  }
}
