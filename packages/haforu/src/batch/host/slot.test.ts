// A place for a worker: what cannot be seen from outside of a batch.
import { expect, test } from "vitest";
import { WorkerSlot } from "../../../dist/batch/host/slot.js";

const WORKER = new URL("../../../dist/batch/worker/main.cjs", import.meta.url);
const STAND_IN = new URL("../fixtures/stand-in-runner.mjs", import.meta.url).href;

test("a job that is given up again and again ends its worker once", async () => {
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", onWarning);
  const ignore = (): void => undefined;
  const setup = {
    module: undefined,
    config: {},
    baseDir: undefined,
    images: undefined,
    creditBytes: 1024,
    pieceBytes: 1024,
    pieceDelayMs: 0,
    runnerUrl: STAND_IN,
  };
  const ended = new Promise<void>((resolve) => {
    const events = { result: ignore, chunkDone: ignore, piece: ignore, failed: ignore, replaced: () => resolve() };
    const slot = new WorkerSlot(0, { workerUrl: WORKER, setup, flags: 0, resourceLimits: undefined }, events);
    slot.warmUp();
    for (let time = 0; time < 20; time += 1) slot.giveUp(3, "timeout", "1");
  });
  await ended;
  // Warnings come at the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
