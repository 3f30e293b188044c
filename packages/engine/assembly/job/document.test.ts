// JobSpec documents: where the jobs lie, what is said of a bad document; and telling documents from JSON Lines.
import { beforeAll, describe, expect, it } from "vitest";
import { checkKernel } from "./testing/kernel.mjs";

let kernel: Awaited<ReturnType<typeof checkKernel>>;
beforeAll(async () => {
  kernel = await checkKernel();
});

describe("a document", () => {
  it("gives its jobs with their lines, whatever they hold", () => {
    const source =
      '\ufeff{"version":"1.0",\n"config":{"jobs":2,\n"order":"input"},\n"jobs":[\r\n {"id":"a"},\n\n  {"id":"b",\n "x":2}, 3]\n, "mode": "stream"}\n';
    expect(kernel.document(source)).toEqual({
      status: 0,
      problems: [],
      spans: [
        { text: '{"id":"a"}', line: 5 },
        { text: '{"id":"b",\n "x":2}', line: 7 },
        { text: "3", line: 8 },
      ],
      config: '{"jobs":2,\n"order":"input"}',
    });
  });

  it("holds more jobs than its first table has room for", () => {
    const { status, spans } = kernel.document(JSON.stringify({ jobs: Array.from({ length: 5000 }, (_, i) => ({ id: String(i) })) }));
    expect(status).toBe(0);
    expect(spans.map(({ text }) => JSON.parse(text).id)).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
  });

  it.each([
    ["{}", ["jobs", "jobs is missing, expected an array of at least one job"]],
    ['{"jobs":[]}', ["jobs", "jobs: got an empty array, expected at least one job"]],
    ['{"jobs":{}}', ["jobs", "jobs: got {}, expected an array of at least one job"]],
    ['{"jobs":[1],"mode":"fast"}', ["mode", 'mode: got "fast", expected "batch" or "stream"']],
    ['{"jobs":[1],"job":[]}', ["job", "job: unknown field; did you mean jobs?"]],
    ['{"jobs":[1],"timeout_ms":5}', ["timeout_ms", "timeout_ms: unknown field; it belongs at config.timeout_ms"]],
    [
      '{"jobs":[1],"config":{"order":"random","font_cache":5,"strict":"yes","base_dir":""}}',
      ["config.order", 'config.order: got "random", expected "input" or "completion"'],
      ["config.font_cache", "config.font_cache: got 5, expected an integer from 1048576 to 1099511627776"],
      ["config.strict", 'config.strict: got "yes", expected true or false'],
      ["config.base_dir", 'config.base_dir: got "", expected a string of 1 to 4096 characters without NUL characters'],
    ],
    [
      '{"jobs":[1],"config":[]}',
      ["config", "config: got [], expected an object with jobs, order, timeout_ms, strict, timing, base_dir, font_cache, max_fonts"],
    ],
    ['{"jobs":[],"version":"3.1","x":1}', ["version", "version 3.1: this program reads 1.0"]],
    ['{"jobs":[\n{"id" 1}]}', ["", "not valid JSON: expected a colon behind the key, got 1 at line 2, column 7"]],
    ['{"jobs":[1]}\n{"id":2}', ["", "not valid JSON: unexpected text behind the end of the value, got { at line 2, column 1"]],
    ["[]", ["", "got [], expected an object with version, mode, config, jobs"]],
  ])("%s", (source, ...expected) => {
    const { status, problems } = kernel.document(source);
    expect(status).toBeLessThan(0);
    expect(problems.map(({ field, message }) => [field, message])).toEqual(expected);
  });
});

describe("an input looks like", () => {
  it.each([
    ['{"id":"a"', "lines"],
    ['{"version":"1.0","id":"a","font":{', "lines"],
    ['{"op":"ping"}\n', "lines"],
    ['{"jobs":[', "document"],
    ['{"version":"1.0","mode":"batch"', "document"],
    ['{"note":[1,2,{"jobs":1}],"config":{', "document"],
    ['{\n  "version": "1.0"', "document"],
    ['{\n  "id": "a"', "document"],
    ["", "unsure"],
    [" \n ", "unsure"],
    ["{", "unsure"],
    ['{"vers', "unsure"],
    ['{"version":"1.0",', "unsure"],
    ['{"version":tru', "unsure"],
    ["{}", "lines"],
    ["not json", "lines"],
    ['{"version" 1}\n{"jobs":[]}', "lines"],
    ["[1]", "lines"],
  ])("%j: %s", (source, expected) => {
    expect(kernel.looks(source)).toBe(expected);
  });
});
