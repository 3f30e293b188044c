// Makes a batch of a source and options: where the worker's code lies, what each worker is given.

import { engineModule } from "../../engine/load.ts";
import type { ImageFolder } from "../messages.ts";
import type { ResolvedBatchOptions } from "../options.ts";
import { folderClockNs } from "../worker/images.ts";
import { Batch } from "./batch.ts";
import type { JobSource } from "./source.ts";

/** Beside this file's folder in dist/: worker/main.ts and all that it imports. */
const WORKER_URL: URL = new URL("../worker/main.cjs", import.meta.url);

/** `flags`: of every line, the engine's LINE_FLAG_…; with LINE_FLAG_RUNS a block's views together are lines, else each view is. */
export function openBatch(source: JobSource, options: ResolvedBatchOptions, flags: number): Batch {
  return new Batch(source, options, {
    flags,
    workerUrl: WORKER_URL,
    setup: {
      module: options.runnerUrl === undefined ? engineModule() : undefined,
      config: {
        // Totals over all workers, split evenly: which worker a font goes to is not known beforehand.
        fontCacheBytes: Math.floor(options.fontCacheBytes / options.workers),
        maxInstances: Math.max(1, Math.floor(options.maxInstances / options.workers)),
        strict: options.strict,
        timing: options.timing,
      },
      baseDir: options.baseDir,
      images: imageFolder(options),
      creditBytes: options.creditBytes,
      pieceBytes: options.pieceBytes,
      pieceDelayMs: options.delayMs,
      runnerUrl: options.runnerUrl,
    },
  });
}

function imageFolder({ imageDir, overwrite }: ResolvedBatchOptions): ImageFolder | undefined {
  if (imageDir === undefined) return undefined;
  return { dir: imageDir, overwrite, runStartNs: folderClockNs(imageDir) };
}
