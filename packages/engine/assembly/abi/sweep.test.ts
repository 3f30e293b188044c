// hf_sweep: against hf_measure at each point, against a sweep job's numbers, and what it refuses.
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";

const VARIABLE = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf";
const SHAPES = "test/fonts/built/shapes.ttf";
const [INVALID_HANDLE, INVALID_ARGUMENT, CANVAS_TOO_LARGE, CANCELLED] = [-18, -19, -9, -12];

const module = new WebAssembly.Module(readFileSync("packages/engine/dist/haforu.wasm"));
type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };
let e: Exports;
const call = (name: string, ...args: number[]): number => (e[name] as (...args: number[]) => number)(...args);
const put = (bytes: Uint8Array): [number, number] => {
  const at = call("hf_alloc", bytes.length);
  new Uint8Array(e.memory.buffer).set(bytes, at);
  return [at, bytes.length];
};
const floats = (values: readonly number[]): number => put(new Uint8Array(Float32Array.from(values).buffer))[0];
const numbers = (at: number, count: number): number[] => [...new Float64Array(e.memory.buffer.slice(at, at + count * 8))];

beforeAll(() => {
  const nothing = (): number => 0;
  const imports = { wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing }, host: { now: () => 0, begin: () => 0 } };
  e = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
  call("_initialize");
  call("hf_configure", 4, 0);
});

function specs(text: string, sizePx: number, width: number, height: number): [number, number] {
  const [at, bytes] = put(new TextEncoder().encode(text));
  const spec = put(new Uint8Array(Uint32Array.from([at, bytes, 0, 0, 0, 0, 0, 0]).buffer))[0];
  const placement = put(new Uint8Array(24))[0];
  new Float32Array(e.memory.buffer, placement, 1)[0] = sizePx;
  new Uint32Array(e.memory.buffer, placement + 16, 2).set([width, height]);
  return [spec, placement];
}
const font = (path: string): number => call("hf_font_create", ...put(readFileSync(path)), 0);

test("each point is what hf_measure gives at its instance; NaN is the default, and values are clamped", () => {
  const handle = font(VARIABLE);
  expect(call("hf_font_axes", handle)).toBe(1);
  const [spec, placement] = specs("nag", 300, 900, 400);
  const weights = [200, 333.25, 900, Number.NaN, 5000];
  const out = call("hf_alloc", weights.length * 128);
  expect(call("hf_sweep", handle, spec, placement, floats(weights), weights.length, out, 0)).toBe(0);
  expect([call("hf_sweep_done"), call("hf_sweep_shaped")]).toEqual([5, 5]);
  for (const [i, weight] of [200, 333.25, 900, 200, 900].entries()) {
    const coords = floats([0, weight]);
    new Uint32Array(e.memory.buffer, coords, 1)[0] = 0x77676874;
    const instance = call("hf_instance_create", handle, coords, 1, 0, 0);
    const single = call("hf_alloc", 128);
    expect(call("hf_measure", instance, spec, placement, single)).toBe(0);
    expect(numbers(out + i * 128, 16)).toEqual(numbers(single, 16));
    expect(numbers(single, 1)[0]).toBeGreaterThan(1000);
    call("hf_instance_release", instance);
  }
  expect(call("hf_font_release", handle)).toBe(0);
});

test("with the extended measures, and a text that is shaped once", () => {
  const handle = font(SHAPES);
  const [spec, placement] = specs("xr", 100, 200, 100);
  const out = call("hf_alloc", 3 * 256);
  expect(call("hf_sweep", handle, spec, placement, floats([0, 500, 1000]), 3, out, 1)).toBe(0);
  expect(call("hf_sweep_shaped")).toBe(1);
  const [, , last] = [0, 1, 2].map((i) => numbers(out + i * 256, 32));
  // x: [5, 45) × 60; r at wght 1000: [55, 135) × 60
  expect(last?.slice(6, 10)).toEqual([5, 15, 130, 60]);
  const [inkDensity, , , , , start, end, gaps, gapVariation, , , aspect, consistency] = last?.slice(16) ?? [];
  expect([start, end, gaps, gapVariation, consistency]).toEqual([5, 15, 1, Number.NaN, 1]);
  expect(inkDensity).toBeCloseTo(120 / 130, 9);
  expect(aspect).toBeCloseTo((40 / 60 + 80 / 60) / 2, 9);
});

test("what is refused", () => {
  const handle = font(SHAPES);
  const [spec, placement] = specs("r", 100, 200, 100);
  const points = floats([0]);
  const out = call("hf_alloc", 256);
  expect(call("hf_sweep", handle + 1, spec, placement, points, 1, out, 0)).toBe(INVALID_HANDLE);
  expect(call("hf_font_axes", 77)).toBe(INVALID_HANDLE);
  expect(call("hf_sweep", handle, spec, placement, points, 1, out, 2)).toBe(INVALID_ARGUMENT);
  expect(call("hf_sweep", handle, spec, placement, points, 1, 0, 0)).toBe(INVALID_ARGUMENT);
  const [, huge] = specs("r", 100, 40000, 100);
  expect(call("hf_sweep", handle, spec, huge, points, 1, out, 0)).toBe(CANVAS_TOO_LARGE);
  const [, sizeless] = specs("r", 0, 200, 100);
  expect(call("hf_sweep", handle, spec, sizeless, points, 1, out, 0)).toBe(INVALID_ARGUMENT);
  const word = call("hf_cancel_word");
  new Int32Array(e.memory.buffer, word, 1)[0] = 1;
  expect(call("hf_sweep", handle, spec, placement, points, 1, out, 0)).toBe(CANCELLED);
  new Int32Array(e.memory.buffer, word, 1)[0] = 0;
  expect(call("hf_sweep", handle, spec, placement, points, 0, out, 0)).toBe(0);
  expect(call("hf_sweep", handle, spec, placement, points, 1, out, 0)).toBe(0);
  expect(numbers(out, 1)).toEqual([2400]);
});
