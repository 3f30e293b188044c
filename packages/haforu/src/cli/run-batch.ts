// Runs a batch to its end for a command: blocks to the output, signals to an orderly stop, the outcome to an exit code.

import type { Batch } from "../batch/host/batch.ts";
import { OutputClosed, Sink } from "../batch/host/sink.ts";
import { EXIT_INTERRUPTED, EXIT_OK, EXIT_SOME_FAILED, EXIT_TERMINATED, guardStderr } from "./exit.ts";

export interface BatchOutcome {
  readonly exitCode: number;
  /** Every job has its result in the output. */
  readonly complete: boolean;
}

/** @throws what reading or writing throws, but for a closed pipe, which ends quietly. */
export async function runBatch(batch: Batch, fd: number): Promise<BatchOutcome> {
  // The progress bar and what workers say go to the stream.
  guardStderr();
  const sink = new Sink(fd);
  let writing: Promise<void> | undefined;
  let signalled: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const exitCode = signal === "SIGINT" ? EXIT_INTERRUPTED : EXIT_TERMINATED;
    // The second time the user means it: at once, the line under way may be cut.
    if (signalled !== undefined) process.exit(exitCode);
    signalled = exitCode;
    batch.stop();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    for await (const block of batch.blocks()) {
      // The next block is made ready while this one is written.
      await writing;
      writing = sink.write(block.views).then(() => block.written());
      // A batch that waits for jobs ends at once when nobody takes its results.
      writing.catch((error: unknown) => batch.fail(error));
    }
    await writing;
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
    return { exitCode: EXIT_OK, complete: false };
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
  if (signalled !== undefined) return { exitCode: signalled, complete: false };
  return { exitCode: batch.stats.failed > 0 ? EXIT_SOME_FAILED : EXIT_OK, complete: true };
}
