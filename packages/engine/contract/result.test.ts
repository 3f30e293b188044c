// Lines of the real module against the contract's description of results: every field described, of its type, in its order; warnings with their details.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { directions, encodings, errors, formats, result, warnings } from "./contract.mjs";

const require = createRequire(import.meta.url);
const FONT = readFileSync(require.resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"));
const ASK_FONT = 1;
const CHECK_FONT = 2;

type Field = [name: string, type: string, about: string, optional?: boolean];
type Shape = { fields: Field[] };
const shapes = result as unknown as Readonly<Record<string, Shape>>;

let run: (job: unknown) => Record<string, unknown>;
beforeAll(async () => {
  const module = new WebAssembly.Module(readFileSync(new URL("../dist/haforu.wasm", import.meta.url)));
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: room, name } of WebAssembly.Module.imports(module)) imports[room] = { ...imports[room], [name]: () => performance.now() };
  const hf = new WebAssembly.Instance(module, imports).exports as Record<string, (...args: number[]) => number>;
  const memory = (hf as unknown as { memory: WebAssembly.Memory }).memory;
  hf._initialize?.();
  const put = (bytes: Uint8Array): number => {
    const at = (hf.hf_alloc as (n: number) => number)(bytes.length) >>> 0;
    new Uint8Array(memory.buffer).set(bytes, at);
    return at;
  };
  const pair = (at: number): [number, number] => {
    const view = new DataView(memory.buffer);
    return [view.getUint32(at, true), view.getUint32(at + 4, true)];
  };
  run = (job) => {
    const line = typeof job === "string" ? Buffer.from(job) : Buffer.from(JSON.stringify(job));
    const at = put(line);
    let status = hf.hf_job?.(at, line.length, 7, 1) ?? 0;
    for (let round = 0; round < 3 && (status === ASK_FONT || status === CHECK_FONT); round++) {
      const [path, bytes] = pair(hf.hf_need?.() ?? 0);
      if (status === CHECK_FONT) hf.hf_font_keep?.(path, bytes);
      else hf.hf_font_provide?.(path, bytes, put(FONT), FONT.length);
      status = hf.hf_job?.(at, line.length, 7, 1) ?? 0;
    }
    const [text, length] = pair(hf.hf_result?.() ?? 0);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(memory.buffer, text, length)));
  };
});

/** What differs between a value and a type of the contract's; empty: nothing. */
function differs(value: unknown, type: string, at: string): string[] {
  if (type.endsWith(" | null")) return value === null ? [] : differs(value, type.slice(0, -7), at);
  const list = /^readonly (\w+)\[\]$/.exec(type);
  if (list) return Array.isArray(value) ? value.flatMap((item, i) => differs(item, list[1] as string, `${at}[${i}]`)) : [`${at}: no array`];
  const tuple = /^readonly \[(.*)\]$/.exec(type);
  if (tuple) {
    const parts = (tuple[1] as string).split(", ").map((part) => part.split(": ")[1] as string);
    return Array.isArray(value) && value.length === parts.length ? parts.flatMap((part, i) => differs(value[i], part, `${at}[${i}]`)) : [`${at}: not ${type}`];
  }
  const names: Record<string, readonly string[]> = {
    Format: formats,
    Encoding: encodings,
    Direction: directions,
    ResultErrorCode: errors.map((entry) => entry.code),
    '"success" | "error"': ["success", "error"],
  };
  if (names[type]) return names[type].includes(value as string) ? [] : [`${at}: ${String(value)} is no ${type}`];
  if (type === "Readonly<Record<string, number>>") return Object.values(value as object).flatMap((item, i) => differs(item, "number", `${at}#${i}`));
  if (type === "Warning") return warningDiffers(value as Record<string, unknown>, at);
  if (shapes[type]) return shapeDiffers(value as Record<string, unknown>, shapes[type], at);
  return typeof value === type ? [] : [`${at}: ${JSON.stringify(value)} is no ${type}`];
}

function shapeDiffers(value: Record<string, unknown>, shape: Shape, at: string): string[] {
  const keys = Object.keys(value);
  const expected = shape.fields.filter(([name, , , optional]) => !optional || keys.includes(name)).map(([name]) => name);
  const order = JSON.stringify(keys) === JSON.stringify(expected) ? [] : [`${at}: fields ${keys.join()} instead of ${expected.join()}`];
  return [...order, ...shape.fields.filter(([name]) => keys.includes(name)).flatMap(([name, type]) => differs(value[name], type, `${at}.${name}`))];
}

function warningDiffers(value: Record<string, unknown>, at: string): string[] {
  const entry = warnings.find(({ code }) => code === value.code);
  if (!entry) return [`${at}: ${String(value.code)} is no warning`];
  const expected = ["code", "message", ...entry.details.map((detail) => detail.name)];
  const order =
    JSON.stringify(Object.keys(value)) === JSON.stringify(expected) ? [] : [`${at}: fields ${Object.keys(value).join()} instead of ${expected.join()}`];
  const kinds = { text: "string", number: "number", code_points: "object", glyphs: "object" } as Readonly<Record<string, string>>;
  return [
    ...order,
    ...entry.details.filter((detail) => typeof value[detail.name] !== kinds[detail.kind]).map((detail) => `${at}.${detail.name}: no ${detail.kind}`),
  ];
}

const job = (font: object, content: string, rendering: object): object => ({
  id: "x",
  font: { path: "/Inter.woff2", size: 40, ...font },
  text: { content },
  rendering: { format: "pgm", width: 200, height: 60, ...rendering },
});
const EVERYTHING = ["metrics", "boxes", "glyphs", "hash"];

describe("a result is as the contract describes it", () => {
  it.each([
    ["pgm with everything", job({ variations: { wght: 600 } }, "Tea", { include: EVERYTHING })],
    ["png", job({}, "Tea", { format: "png" })],
    ["svg", job({}, "Tea", { format: "svg" })],
    ["raw, no ink", job({}, "", { format: "raw", include: EVERYTHING })],
    ["metrics", job({}, "Tea", { format: "metrics" })],
    ["no data", job({}, "Tea", { encoding: "none" })],
  ])("%s", (_, line) => {
    const line_ = run(line);
    expect(differs(line_, "Result", "result")).toEqual([]);
    expect(line_.status).toBe("success");
  });

  it("with every warning a job can bring about here", () => {
    const odd = job({ variations: { wght: 5000, wdth: 80 }, features: ["zzzz"] }, "T\ud800\u0915", { width: 20, format: "metrics" });
    const line = run(odd);
    expect(differs(line, "Result", "result")).toEqual([]);
    expect((line.warnings as { code: string }[]).map(({ code }) => code).sort()).toEqual([
      "axis_clamped",
      "axis_unknown",
      "feature_unknown",
      "ink_clipped",
      "invalid_utf8",
      "missing_glyph",
    ]);
  });

  it.each([
    ["one problem", job({ size: 0 }, "a", {}), "invalid_job", "font.size"],
    ["several problems", job({ size: 0, sise: 1 }, "a", { width: 0 }), "invalid_job", "font.size"],
    ["a face that is not there", job({ face_index: 3 }, "a", {}), "face_index_out_of_range", "font.face_index"],
    ["an instance that is not there", job({ instance: "Nope" }, "a", {}), "instance_not_found", "font.instance"],
    ["no JSON", "{", "invalid_json", undefined],
    ["another version", '{"version":"2.0"}', "unsupported", "version"],
  ])("of an error: %s", (_, line, code, field) => {
    const answer = run(line);
    expect(differs(answer, "Result", "result")).toEqual([]);
    expect(answer).toMatchObject({ status: "error", error: { code, line: 7 } });
    expect((answer.error as { field?: string }).field).toBe(field);
  });
});
