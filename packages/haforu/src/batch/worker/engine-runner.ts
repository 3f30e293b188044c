// The engine as a worker's runner: its job loop over the fonts of the file system.

import { FontFiles } from "../../fonts/files.ts";
import { JobRunner } from "../../session/job-loop.ts";
import type { WorkerSetup } from "../messages.ts";
import { Images } from "./images.ts";
import type { LineRunner } from "./runner.ts";

export function createEngineRunner(setup: WorkerSetup): LineRunner {
  if (setup.module === undefined) throw new Error("no engine was passed to the worker");
  return new JobRunner({
    module: setup.module,
    fonts: new FontFiles(setup.baseDir === undefined ? {} : { baseDir: setup.baseDir }),
    config: setup.config,
    ...(setup.images === undefined ? {} : { images: new Images(setup.images) }),
  });
}
