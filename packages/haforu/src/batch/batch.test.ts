// The batch machinery with a stand-in for the engine that works, hangs, fails and dies on command: order, bounds,
// deadlines, and that no result is lost or doubled whatever happens to a worker.
import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { BatchOptions, BatchStats } from "../../dist/batch/index.js";
import { renderJobs, renderLines } from "../../dist/batch/index.js";

const BUILT = new URL("../../dist/batch/index.js", import.meta.url).href;
const STAND_IN = new URL("./fixtures/stand-in-runner.mjs", import.meta.url).href;
/** How a worker goes through its lines. */
const WAYS = [
  ["many lines in a call", STAND_IN],
  ["line by line", `${STAND_IN}?one`],
] as const;

interface Job {
  readonly id: string;
  readonly [what: string]: unknown;
}

interface Result {
  readonly id: string;
  readonly status: string;
  readonly worker?: number;
  readonly error?: { code: string; detail?: string };
}

async function run(
  jobs: Iterable<Job> | AsyncIterable<Job | string>,
  options: BatchOptions & { onStats?: (stats: BatchStats) => void } = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of renderJobs<Result>(jobs, { runnerUrl: STAND_IN, ...options })) results.push(result);
  return results;
}

function numbered(count: number, what: (index: number) => object = () => ({})): Job[] {
  return Array.from({ length: count }, (_, index) => ({ id: `job-${index}`, ...what(index) }));
}

/** A fixed sequence that looks random, so that a failure can be repeated. */
function scatter(index: number): number {
  return (Math.imul(index + 1, 2654435761) >>> 16) % 1000;
}

const ids = (results: readonly { id: string }[]): string[] => results.map((result) => result.id);

describe.each(WAYS)("order, %s:", (_way, runnerUrl) => {
  test.each([1, 2, 4])("of input, with %i workers and jobs of uneven length", async (workers) => {
    const jobs = numbered(3000, (index) => ({ work_ms: scatter(index) < 10 ? 8 : 0, bytes: scatter(index) }));
    expect(ids(await run(jobs, { workers, runnerUrl }))).toEqual(ids(jobs));
  });

  test("of completion: a slow job holds up no other", async () => {
    const jobs = numbered(400, (index) => ({ work_ms: index === 0 ? 1000 : 1 }));
    const results = await run(jobs, { workers: 2, order: "completion", runnerUrl });
    expect(ids(results).sort()).toEqual(ids(jobs).sort());
    expect(ids(results).indexOf("job-0")).toBeGreaterThan(20);
  });

  test("results far larger than the credit pass one by one", async () => {
    const jobs = numbered(8, () => ({ bytes: 30 * 1024 * 1024 }));
    let bytes = 0;
    for await (const line of renderLines(jobs, { runnerUrl, workers: 2 })) bytes += line.length;
    expect(bytes).toBeGreaterThan(8 * 30 * 1024 * 1024);
  });
});

describe("sharing out", () => {
  test("jobs of one font still use every worker", async () => {
    const jobs = numbered(200, () => ({ font: { path: "/a.ttf" }, work_ms: 10, tell_worker: true }));
    const counts = new Map<number | undefined, number>();
    for (const { worker } of await run(jobs, { workers: 2 })) counts.set(worker, (counts.get(worker) ?? 0) + 1);
    const perWorker = [...counts.values()];
    expect(perWorker).toHaveLength(2);
    // A second of work for each: on a busy machine a thread may start some tenths of a second late.
    expect(Math.min(...perWorker)).toBeGreaterThan(60);
  });

  test("fonts stay with their worker while all are busy", async () => {
    const jobs = numbered(4000, (index) => ({ font: { path: `/${scatter(index) % 40}.ttf` }, tell_worker: true }));
    const results = await run(jobs, { workers: 2 });
    const pairs = new Set(results.map((result, index) => `${scatter(index) % 40} ${result.worker}`));
    // 40 fonts on one worker each would be 40; without affinity it is 80.
    expect(pairs.size).toBeLessThan(70);
  });
});

describe.each(WAYS)("a job that goes wrong costs itself alone, %s:", (_way, runnerUrl) => {
  const around = (index: number, what: object): object => (index % 50 === 25 ? what : { work_ms: 0.05 });

  test.each([
    ["that hangs: timeout", { hang: true }, "timeout"],
    ["that ends its worker: engine_fault", { exit: 3 }, "engine_fault"],
    ["that throws in the worker: engine_fault", { throw: "broken" }, "engine_fault"],
    ["that fills the worker's heap: out_of_memory", { heap: true }, "out_of_memory"],
  ])("%s", async (_name, what, code) => {
    let stats: BatchStats | undefined;
    const jobs = numbered(150, (index) => around(index, what));
    const results = await run(jobs, {
      runnerUrl,
      workers: 2,
      timeoutMs: "hang" in what ? 600 : 60_000,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
      onStats: (given) => {
        stats = given;
      },
    });
    expect(ids(results)).toEqual(ids(jobs));
    const failed = results.filter((result) => result.status === "error");
    expect(ids(failed)).toEqual(["job-25", "job-75", "job-125"]);
    expect(failed.map((result) => result.error?.code)).toEqual([code, code, code]);
    expect(stats?.errors).toEqual({ [code]: 3 });
    expect(stats?.workers_replaced).toBe(3);
  });

  test("waiting for the reader does not count against the time limit", async () => {
    const jobs = numbered(5, () => ({ bytes: 10 * 1024 * 1024 }));
    const statuses: string[] = [];
    for await (const { status } of renderJobs<Result>(jobs, { runnerUrl, workers: 1, timeoutMs: 900 })) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      statuses.push(status);
    }
    expect(statuses).toEqual(Array(5).fill("success"));
  });

  test("a worker that cannot start fails the batch, with the reason", async () => {
    const url = "data:text/javascript,throw new Error('no engine here')";
    await expect(run(numbered(3), { runnerUrl: url })).rejects.toThrow(/no engine here/);
  });
});

describe("options that are wrong are named, and nothing is begun", () => {
  test.each([
    [{ workers: 1.5 }, "workers"],
    [{ workers: "2" }, "workers"],
    [{ workers: Number.NaN }, "workers"],
    [{ order: "random" }, "order"],
    [{ progressMs: 0 }, "progressMs"],
    [{ progressMs: "fast" }, "progressMs"],
    [{ timeoutMs: -1 }, "timeoutMs"],
    [{ strict: "yes" }, "strict"],
    [{ baseDir: "" }, "baseDir"],
    [{ baseDir: "/no/such/folder" }, "baseDir"],
    [{ baseDir: new URL(import.meta.url).pathname }, "baseDir"],
    [{ imageDir: "/no/such/folder" }, "imageDir"],
  ])("%j", async (options, field) => {
    let asked = 0;
    function* jobs(): Generator<Job> {
      asked += 1;
      yield { id: "a" };
    }
    await expect(run(jobs(), options as BatchOptions)).rejects.toMatchObject({
      name: "HaforuError",
      code: "invalid_argument",
      field,
      message: expect.stringMatching(`^${field}: expected`),
    });
    expect(asked).toBe(0);
  });
});

describe("a name that no option has, and what are no options or jobs", () => {
  test.each([
    ["an option misspelt", [], { worker: 2 }, "worker", /did you mean workers\?/],
    ["an option of a session", [], { fontCheckMs: 5 }, "fontCheckMs", /expected one of workers, .*onStats/],
    ["null for options", [], null, "options", /expected an object, got null/],
    ["null for jobs", null, {}, "jobs", /expected an iterable .* got null/],
    ["one job's text", "{}", {}, "jobs", /got "\{\}"/],
    ["one job's bytes", Buffer.from("{}"), {}, "jobs", /expected an iterable/],
    ["one job", { id: "a" }, {}, "jobs", /got an object/],
  ])("%s", async (_what, jobs, options, field, message) => {
    const running = renderJobs(jobs as unknown as Job[], options as BatchOptions).next();
    await expect(running).rejects.toMatchObject({ name: "HaforuError", code: "invalid_argument", field, message: expect.stringMatching(message) });
  });

  test("all that there are pass", async () => {
    const all = { workers: 1, order: "input", timeoutMs: 0, strict: false, timing: true, baseDir: "/", fontCacheBytes: 2 ** 30, maxInstances: 8 } as const;
    const more = { overwrite: false, progressMs: 50, delayMs: 1, onProgress: () => {}, onStats: () => {}, signal: new AbortController().signal };
    expect(ids(await run(numbered(2), { ...all, ...more, resourceLimits: { maxOldGenerationSizeMb: 64 } }))).toEqual(["job-0", "job-1"]);
  });
});

describe("jobs as a program gives them", () => {
  test("an asynchronous iterator whose next() gives a thenable that is no Promise", async () => {
    let given = 0;
    const next = (): PromiseLike<IteratorResult<Job>> => {
      given += 1;
      // Without an end the batch would never be done: this test would fail by its results.
      if (given > 1000) throw new Error("asked on behind the end");
      const result: IteratorResult<Job> = given <= 3 ? { done: false, value: { id: String(given) } } : { done: true, value: undefined };
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this test is about.
      return { then: (settled, failed) => Promise.resolve(result).then(settled, failed) };
    };
    const jobs = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<Job>;
    expect(ids(await run(jobs, { workers: 1 }))).toEqual(["1", "2", "3"]);
  });

  test.each(["a promise", "a thenable that is no Promise"])("a synchronous iterator whose next() gives %s is told what to be instead", async (what) => {
    let given = 0;
    const next = (): unknown => {
      given += 1;
      // What runs away ends here.
      if (given > 10_000) throw new Error("asked on and on");
      const result = Promise.resolve({ done: false, value: { id: String(given) } });
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this test is about.
      return what === "a promise" ? result : { then: result.then.bind(result) };
    };
    const jobs = { [Symbol.iterator]: () => ({ next }) } as unknown as Iterable<Job>;
    await expect(run(jobs, { workers: 1 })).rejects.toMatchObject({
      name: "HaforuError",
      code: "invalid_argument",
      field: "jobs",
      message: expect.stringMatching(
        /^jobs: expected an iterable of jobs, got a promise from the next\(\) .*; .* give it as \[Symbol\.asyncIterator\], or an async generator$/,
      ),
    });
    expect(given).toBe(1);
  });

  test("a job that is a promise is refused as one", async () => {
    const jobs = [Promise.resolve({ id: "a" })] as unknown as Job[];
    const { value } = await renderJobs<Result>(jobs, { workers: 1 }).next();
    const { error } = value as Result;
    expect(error).toMatchObject({ code: "invalid_job", message: expect.stringMatching(/got a promise: await it/) });
  });

  test("an array of bytes that is used again", async () => {
    const bytes = new Uint8Array(Buffer.from('{"id":"00"}'));
    function* reused(): Generator<Uint8Array> {
      for (let index = 10; index < 99; index += 1) {
        bytes.set(Buffer.from(String(index)), 7);
        yield bytes;
      }
    }
    const found: string[] = [];
    for await (const { id } of renderJobs<Result>(reused(), { runnerUrl: STAND_IN, workers: 1 })) found.push(id);
    expect(found).toEqual(Array.from({ length: 89 }, (_, index) => String(index + 10)));
  });

  test("what is no JSON is a result with an error, with the id where there is one", async () => {
    const loop: Record<string, unknown> = { id: "loop" };
    loop.self = loop;
    const evil = {
      get id(): string {
        throw new Error("no id for you");
      },
    };
    const items = [undefined, 12n, loop, { id: "big", size: 1n }, evil, () => 1, { id: "last" }] as unknown as Job[];
    const results = await run(items, { workers: 1 });
    expect(ids(results)).toEqual([undefined, undefined, "loop", "big", undefined, undefined, "last"]);
    expect(results.map(({ error }) => error?.code)).toEqual([...Array(6).fill("invalid_job"), undefined]);
    expect(results[0]?.error?.detail).toMatch(/got undefined/);
    expect(results[3]?.error?.detail).toMatch(/BigInt/);
  });
});

describe("bounds", () => {
  test("input is not read faster than results are taken", async () => {
    let taken = 0;
    let furthest = 0;
    function* endless(): Generator<Job> {
      for (let index = 0; ; index += 1) {
        furthest = index - taken;
        yield { id: String(index), bytes: 1000 };
      }
    }
    for await (const _result of renderJobs(endless(), { runnerUrl: STAND_IN, workers: 2 })) {
      taken += 1;
      if (taken === 200_000) break;
    }
    expect(furthest).toBeLessThan(70_000);
  });

  test("a result comes before the next job is asked for, when the jobs wait for it", async () => {
    const waiting: (() => void)[] = [];
    async function* dialogue(): AsyncGenerator<Job> {
      for (let index = 0; index < 5; index += 1) {
        yield { id: String(index) };
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    }
    const seen: string[] = [];
    for await (const result of renderJobs<Result>(dialogue(), { runnerUrl: STAND_IN, workers: 2 })) {
      seen.push(result.id);
      while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      waiting.shift()?.();
    }
    expect(seen).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("an aborted batch throws the reason", async () => {
    const controller = new AbortController();
    const running = run(
      numbered(1000, () => ({ work_ms: 5 })),
      { workers: 2, signal: controller.signal },
    );
    setTimeout(() => controller.abort(new Error("enough")), 60);
    await expect(running).rejects.toThrow("enough");
  });

  // A worker that is left keeps its process from ending: these jobs would hang for ever.
  test.each([
    ["an aborted batch", "setTimeout(() => controller.abort(new Error('enough')), 300);", "enough"],
    ["a loop that is left early", "setTimeout(() => { left = true; }, 300);", "left"],
    ["a batch whose jobs throw", "", "the list broke"],
  ])(
    "%s leaves no worker",
    async (what, act, said) => {
      const script = `
      import { renderJobs } from ${JSON.stringify(BUILT)};
      const controller = new AbortController();
      let left = false;
      ${what.includes("throw") ? "async " : ""}function* jobs() {
        for (let index = 0; index < 4; index += 1) yield { id: "quick" + index };
        ${what.includes("left") ? "" : "yield { id: 'a', hang: true }; yield { id: 'b', hang: true };"}
        ${what.includes("throw") ? "await new Promise((resolve) => setTimeout(resolve, 300)); throw new Error('the list broke');" : ""}
        for (;;) yield { id: "more" };
      }
      ${act}
      try {
        for await (const result of renderJobs(jobs(), { workers: 2, runnerUrl: ${JSON.stringify(STAND_IN)}, signal: controller.signal })) if (left) break;
        console.log("left");
      } catch (error) {
        console.log(error.message);
      }`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
      const late = setTimeout(() => child.kill("SIGKILL"), 8000);
      let out = "";
      child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      const ended = await new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
      clearTimeout(late);
      expect([out.trim(), ended]).toEqual([said, 0]);
    },
    12_000,
  );

  test("what the jobs' iterable throws comes through", async () => {
    function* broken(): Generator<Job> {
      yield { id: "1" };
      throw new Error("the list broke");
    }
    await expect(run(broken())).rejects.toThrow("the list broke");
  });

  test("no jobs, no results", async () => {
    expect(await run([])).toEqual([]);
  });

  test("progress tells all in the end", async () => {
    const told: number[] = [];
    await run(
      numbered(50, (index) => ({ fail: index < 5 })),
      {
        onProgress: (progress) => told.push(progress.done * 1000 + progress.failed),
      },
    );
    expect(told.at(-1)).toBe(50_005);
  });

  test("progress that throws while jobs run is thrown by the iteration, and asked for no more", async () => {
    let asked = 0;
    const onProgress = (): void => {
      asked += 1;
      throw new Error("no progress, please");
    };
    const jobs = [{ id: "a", hang: true }];
    await expect(run(jobs, { workers: 1, progressMs: 5, onProgress })).rejects.toThrow("no progress, please");
    expect(asked).toBe(1);
  });

  test("so is that of the last report, where nothing else is thrown", async () => {
    const onProgress = (): void => {
      throw new Error("not at the end");
    };
    await expect(run(numbered(3), { progressMs: 3_600_000, onProgress })).rejects.toThrow("not at the end");
    await expect(run(numbered(3), { progressMs: 3_600_000, onProgress, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});
