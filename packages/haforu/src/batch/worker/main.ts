// A worker thread: one engine, chunks of job lines in, slabs of result lines out. Everything it needs is in workerData.

import { parentPort, workerData } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerSetup } from "../messages.ts";
import { WorkerLoop } from "./loop.ts";
import { Pieces } from "./pieces.ts";
import type { LineRunner } from "./runner.ts";

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port === null) throw new Error("this module runs as a worker thread of a batch");

const runner = await createRunner();
const pieces = new Pieces(port, setup);
const loop = new WorkerLoop(runner, pieces, setup.control);

/** Messages wait for a chunk that is being prepared; undefined: none is. */
let preparing: Promise<void> | undefined;

port.on("message", (message: ToWorker) => {
  if (preparing === undefined) preparing = begin(message);
  else preparing = preparing.then(() => begin(message));
  const own = preparing;
  // A failure ends the worker, as one of a chunk does.
  own?.then(() => {
    if (preparing === own) preparing = undefined;
  });
});

/** Handles a message, at once where nothing has to be prepared for it. */
function begin(message: ToWorker): Promise<void> | undefined {
  const ready = message.kind === "chunk" ? loop.prepare(message) : undefined;
  if (ready !== undefined) return ready.then(() => handle(message));
  handle(message);
  return undefined;
}

function handle(message: ToWorker): void {
  switch (message.kind) {
    case "chunk":
      loop.run(message);
      break;
    case "finish":
      port?.postMessage({ kind: "finished", stats: runner.stats() } satisfies FromWorker);
      break;
  }
}

async function createRunner(): Promise<LineRunner> {
  if (setup.runnerUrl !== undefined) {
    const stand: { createRunner(setup: WorkerSetup): LineRunner } = await import(setup.runnerUrl);
    return stand.createRunner(setup);
  }
  const { createEngineRunner } = await import("./engine-runner.ts");
  return createEngineRunner(setup);
}
