// The module and others who read the same lines: Ajv with the emitted schema, JSON.parse, Number(). `node packages/engine/contract/agree.mjs 100000` runs more of it.
import { describe, expect, it } from "vitest";
import { agree, agreeOnDocuments, agreeOnNumbers, agreeOnPatterns, agreeOnSyntax } from "./agree.mjs";

const CASES = 5000;
const SEED = 20;

describe("the module agrees", () => {
  it("with Ajv and the emitted schema on which jobs are right", async () => {
    const result = await agree(CASES, SEED);
    expect(result.faults).toEqual([]);
    // a run that only ever refuses, or never does, would prove nothing
    expect(result.good).toBeGreaterThan(CASES / 5);
    expect(result.bad).toBeGreaterThan(CASES / 5);
    expect(result.notJson).toBeGreaterThan(CASES / 20);
  });

  it("with the emitted schema on which documents are right, and finds every job", async () => {
    const result = await agreeOnDocuments(CASES, SEED);
    expect(result.faults).toEqual([]);
    expect(result.good).toBeGreaterThan(CASES / 10);
  });

  it("with JSON.parse on what is JSON, keys given twice and depth aside", async () => {
    const result = await agreeOnSyntax(CASES, SEED);
    expect(result.faults).toEqual([]);
    expect(result.good).toBeGreaterThan(CASES / 10);
  });

  it("with the schema's regular expressions", async () => {
    const result = await agreeOnPatterns(CASES, SEED);
    expect(result.faults).toEqual([]);
    for (const good of Object.values(result.good)) expect(good).toBeGreaterThan(CASES / 500);
  });

  it("with Number() on every digit", async () => {
    expect((await agreeOnNumbers(CASES, SEED)).faults).toEqual([]);
  });
});
