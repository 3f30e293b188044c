// The counter that a comparison's threads share: each task once, in order, and never further ahead than the bound.
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Counter } from "./counter.ts";

test("gives each task once, and none beyond the bound until results are taken", () => {
  const counter = new Counter(5, 2);
  const other = new Counter(counter.memory);
  expect([counter.claim(), other.claim(), counter.claim(), other.claim()]).toEqual([0, 1, undefined, undefined]);
  counter.take();
  expect([other.claim(), other.claim()]).toEqual([2, undefined]);
  for (let i = 0; i < 4; i++) counter.take();
  expect([counter.claim(), other.claimOrWait(), counter.claim(), other.claimOrWait()]).toEqual([3, 4, undefined, undefined]);
});

test("lets a thread wait until a result is taken", async () => {
  const counter = new Counter(2, 1);
  expect(counter.claim()).toBe(0);
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.url).then(({ Counter }) => {
      const counter = new Counter(workerData.memory);
      parentPort.postMessage("waits");
      parentPort.postMessage(counter.claimOrWait());
      parentPort.postMessage(String(counter.claimOrWait()));
    });`;
  const url = new URL("../../dist/compare/counter.js", import.meta.url).href;
  const worker = new Worker(code, { eval: true, workerData: { url, memory: counter.memory } });
  const said: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message) => {
      said.push(message);
      if (message !== "waits") return;
      setTimeout(() => {
        said.push("taken");
        counter.take();
      }, 20);
    });
    worker.on("exit", () => resolve());
  });
  expect(said).toEqual(["waits", "taken", 1, "undefined"]);
});
