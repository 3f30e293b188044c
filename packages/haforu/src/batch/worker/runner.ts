// What a worker needs of whatever runs its jobs: the engine's job loop, or a stand-in when the machinery is tested.

import type { JobRunner } from "../../session/job-loop.ts";

export type LineRunner = Pick<JobRunner, "load" | "run" | "answer" | "op" | "result" | "runs" | "stats">;
