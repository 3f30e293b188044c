// What a worker needs of whatever runs its jobs: the engine's job loop, or a stand-in when the machinery is tested.

import type { JobRunner } from "../../session/job-loop.ts";

/** `runMany`: where it is missing, lines are run one by one. */
export interface LineRunner extends Partial<Pick<JobRunner, "runMany">>, Pick<JobRunner, "load" | "run" | "answer" | "op" | "result" | "runs" | "stats"> {
  /** What has to be awaited before a chunk's lines are run; undefined: nothing. */
  prepare?(chunk: Uint8Array): Promise<void> | undefined;
}
