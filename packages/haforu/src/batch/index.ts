// Many jobs in worker threads: what the package offers of it.

export type { JobInput } from "./host/source.ts";
export type { BatchStats } from "./host/tally.ts";
export type { BatchOptions, BatchProgress, ResultOrder } from "./options.ts";
export { type RenderJobsOptions, renderJobs, renderLines } from "./render-jobs.ts";
