// The engine as a worker's runner: its job loop over the fonts of the file system.

import { FontFiles } from "../../fonts/files.ts";
import { JobRunner } from "../../session/job-loop.ts";
import type { WorkerSetup } from "../messages.ts";
import { Images } from "./images.ts";
import type { LineRunner } from "./runner.ts";
import { SpeakingRunner } from "./speaking-runner.ts";

export function createEngineRunner(setup: WorkerSetup): LineRunner {
  if (setup.module === undefined) throw new Error("no engine was passed to the worker");
  const images = setup.images === undefined ? undefined : new Images(setup.images);
  const runner = new JobRunner({
    module: setup.module,
    fonts: new FontFiles(setup.baseDir === undefined ? {} : { baseDir: setup.baseDir }),
    config: setup.config,
    ...(images === undefined ? {} : { images }),
  });
  const { strict = false, timing = true } = setup.config;
  return new SpeakingRunner(runner, { strict, timing, files: images });
}
