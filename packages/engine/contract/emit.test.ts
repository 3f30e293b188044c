// What is emitted: nothing is stale, the schema is a valid one, numbers are stable, every code has a page entry, the Python and C files can be read.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { errors, limits, warnings } from "./contract.mjs";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the contract", () => {
  it("is emitted as it stands", () => {
    const done = spawnSync(process.execPath, [new URL("./emit.mjs", import.meta.url).pathname, "--check"], { encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(done.status).toBe(0);
  });

  it("has a JSON Schema that its own meta-schema accepts", () => {
    for (const name of ["job", "document"]) {
      const ajv = new Ajv2020({ strict: true, strictTypes: false });
      expect(ajv.validateSchema(JSON.parse(read(`./generated/${name}.schema.json`)))).toBe(true);
    }
  });

  it("never gives a number to another code", () => {
    // a program in C compiled years ago has these numbers in it
    expect(Object.fromEntries(errors.map((entry: { code: string; number: number }) => [entry.number, entry.code]))).toMatchObject({
      1: "invalid_json",
      2: "invalid_job",
      3: "font_not_found",
      4: "font_unreadable",
      5: "font_invalid",
      6: "font_too_large",
      7: "font_unsupported",
      8: "face_index_out_of_range",
      9: "canvas_too_large",
      10: "text_too_long",
      11: "timeout",
      12: "cancelled",
      13: "engine_fault",
      14: "out_of_memory",
      15: "path_forbidden",
      16: "output_exists",
      17: "output_failed",
      18: "invalid_handle",
      19: "invalid_argument",
      20: "unsupported",
      21: "internal",
      22: "instance_not_found",
      23: "strict_warning",
      24: "line_too_long",
    });
    for (const list of [errors, warnings]) expect(new Set(list.map((entry: { number: number }) => entry.number)).size).toBe(list.length);
  });

  it("gives a cause and a cure for every code and a reason for every limit", () => {
    const page = read("../../../docs/errors.md");
    for (const entry of [...errors, ...warnings]) {
      expect(page).toContain(`### ${entry.code}\n`);
      expect(page).toContain(`- Cause: ${entry.cause}`);
      expect(page).toContain(`- Cure: ${entry.cure}`);
      expect(Math.min(entry.cause.length, entry.cure.length)).toBeGreaterThan(10);
    }
    for (const entry of limits) expect(entry.reason.length).toBeGreaterThan(8);
  });

  it("says the same numbers in C and Python", () => {
    const header = read("./generated/haforu_contract.h");
    const python = read("../../../hosts/python/src/haforu/_contract.py");
    for (const entry of errors) {
      expect(header).toContain(`HAFORU_${entry.code.toUpperCase()} = ${entry.number},`);
      expect(python).toContain(`"${entry.code}": ${entry.number},`);
    }
    expect(header).toMatch(/#define HAFORU_LIMIT_CANVAS_AREA_PX 268435456 /);
    expect(python).toMatch(/^LIMIT_TEXT_CODE_POINTS: Final = 65536 {2}#/m);
  });
});
