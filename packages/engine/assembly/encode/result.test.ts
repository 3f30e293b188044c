// Result lines: JSON that parses to what went in, with the fields in the contract's order.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { result } from "../../contract/result.mjs";
import { type EncodeKernel, encodeKernel, fn } from "./testing/kernel.ts";
import { emit } from "./words.mjs";

let kernel: EncodeKernel;
beforeAll(async () => {
  kernel = await encodeKernel();
});

const call = (name: string, ...args: (number | bigint)[]): number => fn(kernel.call, name)(...args);
function text(value: string): [at: number, bytes: number] {
  const bytes = Buffer.from(value);
  return [kernel.put(bytes), bytes.length];
}
const tag = (value: string): number => Buffer.from(value).readUInt32BE();
/** The contract's field names of one of its records, in order. */
const fieldsOf = (record: keyof typeof result): string[] => result[record].fields.map(([name]) => String(name));

function fullLine(): string {
  call("beginSuccess", ...text('Ä "1"'));
  call("beginRendering", 0, 1);
  call("beginData");
  const pixels = kernel.put(new Uint8Array([255, 0, 7, 255]));
  call("putPgmBase64", pixels, 2, 2, 0, 0, 2, 2, 255);
  call("endData");
  call("endRendering", 3000, 1200, 10, 20, 110, 70);
  call("putMetrics", 0.012345678, 0.5, 1234.5, 10, 20, 110, 70, 60.25, 45, 512.75, 0);
  call("beginBoxes");
  call("putBox", 0, 2, 1, 2, 3, 4, 5.5, 6.5, 7.5, 8.5);
  call("putBox", 2, 3, 0, 0, 0, 0, -5.5, 6.5, 0, 8.5);
  call("endBoxes");
  call("beginGlyphs");
  call("putGlyph", 65535, ...text("a.sc"), 0, 600, 0, -20, 30, 300.5, 0, 12.25, 900);
  call("putGlyph", 0, ...text(".notdef"), 2, -600, 1, 0, 0, -300.5, -0.5, 0, 0);
  call("endGlyphs");
  call("putHash", kernel.put(Uint8Array.from({ length: 32 }, (_, i) => i)));
  call("putWarnings", ...text('{"code":"missing_glyph"},{"code":"ink_clipped"}'));
  call("beginFont", ...text("fonts/ä.ttf"), 3);
  call("putCoordinate", tag("wght"), 612.5);
  call("putCoordinate", tag('a"\\b'), -1);
  call("endFont");
  call("putText", tag("Latn"), 5, ...text("sr-Latn"));
  call("putTiming", 0.25, 1.5, 2);
  call("endLine");
  return kernel.text();
}

describe("result lines", () => {
  it("carry what went in", () => {
    expect(JSON.parse(fullLine())).toEqual({
      id: 'Ä "1"',
      status: "success",
      rendering: {
        format: "pgm",
        encoding: "binary",
        data: Buffer.from("P5\n2 2\n255\n\xff\x00\x07\xff", "latin1").toString("base64"),
        width: 3000,
        height: 1200,
        actual_bbox: [10, 20, 100, 50],
      },
      metrics: { density: 0.012346, beam: 0.5, bbox: [10, 20, 100, 50], ink_area: 1234.5, centroid: [60.25, 45], aspect: 2, advance: [512.75, 0] },
      boxes: [
        { text: [0, 2], ink: [1, 2, 3, 4], advance: [5.5, 6.5, 7.5, 8.5] },
        { text: [2, 3], ink: [0, 0, 0, 0], advance: [-5.5, 6.5, 0, 8.5] },
      ],
      glyphs: [
        { id: 65535, name: "a.sc", cluster: 0, advance: [600, 0], offset: [-20, 30], advance_px: [300.5, 0], position_px: [12.25, 900] },
        { id: 0, name: ".notdef", cluster: 2, advance: [-600, 1], offset: [0, 0], advance_px: [-300.5, -0.5], position_px: [0, 0] },
      ],
      hash: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      warnings: [{ code: "missing_glyph" }, { code: "ink_clipped" }],
      font: { path: "fonts/ä.ttf", face_index: 3, coordinates: { wght: 612.5, 'a"\\b': -1 } },
      text: { script: "Latn", direction: "rtl", language: "sr-Latn" },
      timing: { shape_ms: 0.25, render_ms: 1.5, total_ms: 2 },
    });
  });

  it("have the contract's fields in the contract's order", () => {
    const line = JSON.parse(fullLine());
    const inOrder = (object: object, record: keyof typeof result): void => {
      const names = fieldsOf(record);
      expect(Object.keys(object)).toEqual(names.filter((name) => name in object));
      for (const name of Object.keys(object)) expect(names).toContain(name);
    };
    inOrder(line, "Result");
    inOrder(line.rendering, "ResultRendering");
    inOrder(line.metrics, "Metrics");
    inOrder(line.boxes[0], "Box");
    inOrder(line.glyphs[0], "Glyph");
    inOrder(line.font, "UsedFont");
    inOrder(line.text, "UsedText");
    inOrder(line.timing, "Timing");
  });

  it("leave out what there is not", () => {
    call("beginSuccess", ...text("x"));
    call("beginRendering", 4, 3);
    call("endRendering", 10, 10, 0, 0, 0, 0);
    call("putMetrics", 0, 0, 0, 0, 0, 0, 0, Number.NaN, Number.NaN, 0, 0);
    call("beginBoxes");
    call("endBoxes");
    call("beginGlyphs");
    call("endGlyphs");
    call("putWarnings", 0, 0);
    call("beginFont", ...text("f.ttf"), 0);
    call("endFont");
    call("putText", tag("Zyyy"), 7, 0, 0);
    call("endLine");
    expect(kernel.text()).toBe(
      '{"id":"x","status":"success","rendering":{"format":"metrics","encoding":"none","width":10,"height":10,"actual_bbox":[0,0,0,0]},' +
        '"metrics":{"density":0,"beam":0,"bbox":[0,0,0,0],"ink_area":0,"centroid":null,"aspect":null,"advance":[0,0]},"boxes":[],"glyphs":[],' +
        '"font":{"path":"f.ttf","face_index":0},"text":{"script":"Zyyy","direction":"btt","language":null}}',
    );
  });

  it("say an error with its problems", () => {
    call("beginError", ...text("job-1"), ...text("invalid_job"), ...text('size: "big"'), ...text("font.size"), 12, ...text('{"code":"missing_glyph"}'));
    call("beginProblems");
    call("putProblem", ...text("invalid_job"), ...text("font.size"), ...text("a"));
    call("putProblem", ...text("text_too_long"), 0, 0, ...text("b"));
    call("endProblems", 2, 40);
    call("endError");
    call("endLine");
    const line = JSON.parse(kernel.text());
    expect(line).toEqual({
      id: "job-1",
      status: "error",
      warnings: [{ code: "missing_glyph" }],
      error: {
        code: "invalid_job",
        message: 'size: "big"',
        field: "font.size",
        line: 12,
        problems: [
          { code: "invalid_job", field: "font.size", message: "a" },
          { code: "text_too_long", message: "b" },
        ],
        problem_count: 40,
      },
    });
    // The place in SSML stands in errors of speech, which the engine does not write.
    expect(Object.keys(line.error)).toEqual(fieldsOf("ResultError").filter((name) => !name.startsWith("ssml_")));
    call("beginError", 0, 0, ...text("invalid_json"), ...text("m"), 0, 0, 0, 0, 0);
    call("endError");
    call("endLine");
    expect(kernel.text()).toBe('{"status":"error","error":{"code":"invalid_json","message":"m"}}');
  });

  it("an error line drops what was written before", () => {
    fullLine();
    call("beginError", ...text("x"), ...text("timeout"), ...text("m"), 0, 0, 0, 0, 0);
    call("endError");
    call("endLine");
    expect(JSON.parse(kernel.text()).status).toBe("error");
  });

  it("are put together from words made from the contract as it stands", () => {
    expect(readFileSync(new URL("generated/words.ts", import.meta.url), "utf8")).toBe(emit());
  });
});
