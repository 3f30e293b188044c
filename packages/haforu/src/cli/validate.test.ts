// `haforu validate` as a process: lines, documents, stdin; every problem with its place; exit codes.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { haforu, ROOT } from "../../test/haforu.ts";

const GOOD = '{"id":"a","font":{"path":"f.ttf","size":10},"text":{"content":"a"},"rendering":{"format":"png","width":9,"height":9}}';
const BAD = GOOD.replace('"size":10', '"size":-1,"weight":3').replace("png", "jpeg");

describe("haforu validate", () => {
  it("finds nothing in the samples, without reading a font", async () => {
    for (const file of ["samples/jobs.jsonl", "samples/instances.json"]) {
      const { code, out, err } = await haforu(["validate", file]);
      expect(out).toBe("");
      expect(err).toMatch(/\d+ jobs, 0 invalid/);
      expect(code).toBe(0);
    }
    expect(readFileSync(`${ROOT}samples/jobs.jsonl`, "utf8").trim().split("\n").length).toBeGreaterThan(20);
  });

  it("lists every problem of every job with its line and field", async () => {
    const { code, out, err } = await haforu(["validate", "-"], `${GOOD}\n\n${BAD}\n{"id":\n`);
    const rows = out.trimEnd().split("\n");
    expect(rows).toHaveLength(4);
    for (const row of rows.slice(0, 3)) expect(row).toMatch(/^stdin:3: \[a\] /);
    for (const field of ["font.size", "font.weight", "rendering.format"]) expect(out).toContain(field);
    expect(rows[3]).toMatch(/^stdin:4: .*\(invalid_json\)$/);
    expect(err).toContain("stdin: 3 jobs, 2 invalid");
    expect(code).toBe(1);
  });

  it("does not count ops as jobs", async () => {
    const { code, out, err } = await haforu(["validate", "-"], `{"op":"stats"}\n${GOOD}\n`);
    expect(out).toBe("");
    expect(err).toBe("stdin: 1 job, 0 invalid\n");
    expect(code).toBe(0);
  });

  it("--json gives the error line of each bad job", async () => {
    const { code, out } = await haforu(["validate", "--json", "-"], `${BAD}\n${GOOD}`);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ id: "a", status: "error", error: { code: "invalid_job", line: 1 } });
    expect(JSON.parse(lines[0] ?? "").error.problems).toHaveLength(3);
    expect(code).toBe(1);
  });

  it("gives the lines of a document's jobs", async () => {
    const { code, out } = await haforu(["validate", "-"], `{"version":"1.0",\n"jobs":[\n${GOOD},\n${BAD}]}`);
    expect(out).toContain("stdin:4: [a] ");
    expect(code).toBe(1);
  });

  it.each([
    ["a document without jobs", '{"jobs":[]}', "jobs"],
    ["a document that is torn", '{"version":"1.0","jobs":[{"id":', "JSON"],
    ["a document of another version", `{"version":"2.0","jobs":[${GOOD}]}`, "version 2.0"],
  ])("ends with 2 for %s", async (_, text, said) => {
    const { code, err } = await haforu(["validate", "-"], text);
    expect(err).toContain(said);
    expect(code).toBe(2);
  });

  it.each(["no/such/file.jsonl", "samples"])("ends with 2 when %s cannot be read", async (file) => {
    const { code, err } = await haforu(["validate", file]);
    expect(err).toContain(file);
    expect(code).toBe(2);
  });

  it("says in a line what the file system refuses", async () => {
    const { code, err } = await haforu(["validate", "n".repeat(300)]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^haforu: ENAMETOOLONG: name too long, \w+ 'n+'\n$/)]);
  });

  it.skipIf(process.platform !== "linux")("says in a line that a file cannot be read", async () => {
    // Opens for everybody, root too; its first page is mapped for nobody.
    const { code, err } = await haforu(["validate", "/proc/self/mem"]);
    expect([code, err]).toEqual([2, "haforu: EIO: i/o error, read\n"]);
  });

  it("takes many lines, a line over chunk borders, a missing last newline and CRLF", async () => {
    const long = GOOD.replace('"content":"a"', `"content":"${"x".repeat(60_000)}"`);
    const { code, err } = await haforu(["validate", "-"], Array.from({ length: 100 }, () => long).join("\r\n"));
    expect(err).toContain("100 jobs, 0 invalid");
    expect(code).toBe(0);
  });
});
