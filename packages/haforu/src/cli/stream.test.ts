// `haforu stream` as a process: a dialogue of lines.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { CLI, haforu, NOTO_SANS, ROOT } from "../../test/haforu.ts";

interface Line {
  readonly id?: string;
  readonly op?: string;
  readonly status: string;
  readonly jobs?: number;
  readonly error?: { code: string; line?: number };
}

const job = (id: string): string =>
  JSON.stringify({
    id,
    font: { path: NOTO_SANS, size: 40 },
    text: { content: "x" },
    rendering: { format: "metrics", width: 100, height: 60 },
  });

test.each([1, 3])("each line is answered before the next is sent, with %i workers", async (workers) => {
  const child = spawn(process.execPath, [CLI, "stream", "--jobs", String(workers)]);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<Line> => {
    child.stdin.write(`${line}\n`);
    return JSON.parse((await answers.next()).value as string) as Line;
  };
  expect(await ask('{"op": "warm_up"}')).toEqual({ op: "warm_up", status: "success" });
  expect(await ask('{"op": "ping"}')).toEqual({ op: "ping", status: "success" });
  for (let index = 0; index < 20; index += 1) expect(await ask(job(`a${index}`))).toMatchObject({ id: `a${index}`, status: "success" });
  expect(await ask("{broken")).toMatchObject({ status: "error", error: { code: "invalid_json", line: 23 } });
  expect(await ask(job("after"))).toMatchObject({ id: "after", status: "success" });
  expect(await ask('{"op": "stats"}')).toMatchObject({ op: "stats", status: "success", jobs: 22, failed: 1 });
  expect(await ask('{"op": "dance"}')).toMatchObject({ status: "error" });
  child.stdin.end();
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
});

test("the id of an op comes back, first in the line", async () => {
  const asked = ["ping", "warm_up", "stats", "dance"].map((op) => `${JSON.stringify({ op, id: `é ${op}` })}\n`);
  const done = await haforu(["stream"], `${job("a")}\n${asked.join("")}{"op":"ping"}\n${job("b")}\n`);
  const lines = done.out.trim().split("\n");
  expect(lines.slice(1, 6).map((line) => line.slice(0, 42))).toEqual([
    '{"id":"é ping","op":"ping","status":"success"}'.slice(0, 42),
    '{"id":"é warm_up","op":"warm_up","status":"success"}'.slice(0, 42),
    '{"id":"é stats","op":"stats","status":"success","jobs":1'.slice(0, 42),
    '{"id":"é dance","status":"error","error":{"code":"'.slice(0, 42),
    '{"op":"ping","status":"success"}',
  ]);
  expect((JSON.parse(lines[6] as string) as Line).id).toBe("b");
  expect(lines).toHaveLength(7);
});

test("many lines at once keep their order", async () => {
  const ids = Array.from({ length: 500 }, (_, index) => `line-${index}`);
  const done = await haforu(["stream", "--jobs", "2"], ids.map((id) => `${job(id)}\n`).join(""));
  expect(done.code).toBe(0);
  expect(
    done.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as Line).id),
  ).toEqual(ids);
});

test("the example script does what it says", async () => {
  const child = spawn("sh", ["examples/stream_cli.sh"], { cwd: ROOT, env: { ...process.env, HAFORU: `${process.execPath} ${CLI}` } });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  expect(out).toMatch(/"op":"ping"/);
  expect(out).toMatch(/"id":"hello"/);
});
