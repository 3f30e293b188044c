// A worker thread: one engine, chunks of job lines in, slabs of result lines out. Everything it needs is in workerData.
// The build puts it and what it imports into one file, as CommonJS: a thread is ready for that in half the time.

import { parentPort, workerData } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerSetup } from "../messages.ts";
import { createEngineRunner } from "./engine-runner.ts";
import { WorkerLoop } from "./loop.ts";
import { Pieces } from "./pieces.ts";
import type { LineRunner } from "./runner.ts";

const setup = workerData as WorkerSetup;
if (parentPort === null) throw new Error("this module runs as a worker thread of a batch");
const port = parentPort;

let runner: LineRunner;
let loop: WorkerLoop;

/** Messages wait for what is being prepared, the runner or a chunk; undefined: nothing is. */
let preparing: Promise<void> | undefined;

port.on("message", (message: ToWorker) => {
  prepare(preparing === undefined ? begin(message) : preparing.then(() => begin(message)));
});

if (setup.runnerUrl === undefined) start(createEngineRunner(setup));
else prepare(import(setup.runnerUrl).then((stand: { createRunner(setup: WorkerSetup): LineRunner }) => start(stand.createRunner(setup))));

function start(made: LineRunner): void {
  runner = made;
  loop = new WorkerLoop(made, new Pieces(port, setup), setup.control);
}

/** A failure ends the worker. */
function prepare(own: Promise<void> | undefined): void {
  preparing = own;
  own?.then(() => {
    if (preparing === own) preparing = undefined;
  });
}

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
      port.postMessage({ kind: "finished", stats: runner.stats() } satisfies FromWorker);
      break;
  }
}
