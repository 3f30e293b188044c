// The module's malloc: a long random run against a model that keeps what every block must hold, and the promises that
// the rest of the module stands on: huge requests fail softly, freed memory joins and is used again.
import { expect, test } from "vitest";
import { call, loadNative, type Native } from "./native.testing.ts";

/** Linear memory and bytes in use. */
function heap(native: Native): { linear: number; used: number } {
  const out = call(native, "malloc", 16);
  call(native, "hfn_heap", out);
  const view = new DataView(native.memory.buffer);
  const result = { linear: view.getFloat64(out, true), used: view.getFloat64(out + 8, true) };
  call(native, "free", out);
  return result;
}

/** A linear congruential generator (Numerical Recipes), below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test.each([1, 2, 3, 4])("a long random run keeps every block whole (seed %i)", (seed) => {
  const native = loadNative();
  const next = generator(seed);
  const before = heap(native).used;
  const live: { at: number; bytes: number; mark: number }[] = [];
  const fill = (at: number, bytes: number, mark: number) => new Uint8Array(native.memory.buffer, at, bytes).fill(mark);
  const whole = (at: number, bytes: number, mark: number) => new Uint8Array(native.memory.buffer, at, bytes).every((b) => b === mark);
  for (let step = 0; step < 20_000; step++) {
    const kind = next(10);
    if (kind < 5 || live.length === 0) {
      // sizes of all magnitudes, up to 64 kB
      const bytes = next(2 ** next(17));
      const at = call(native, "malloc", bytes);
      expect(at % 16).toBe(0);
      const mark = next(256);
      fill(at, bytes, mark);
      live.push({ at, bytes, mark });
      continue;
    }
    const index = next(live.length);
    const block = live[index] as (typeof live)[number];
    if (!whole(block.at, block.bytes, block.mark)) throw new Error(`step ${step}: a block of ${block.bytes} bytes was overwritten`);
    if (kind < 8) {
      call(native, "free", block.at);
      live[index] = live.at(-1) as (typeof live)[number];
      live.pop();
    } else {
      const bytes = 1 + next(2 ** next(17));
      const at = call(native, "realloc", block.at, bytes);
      if (!whole(at, Math.min(bytes, block.bytes), block.mark)) throw new Error(`step ${step}: realloc lost bytes`);
      fill(at, bytes, block.mark);
      live[index] = { at, bytes, mark: block.mark };
    }
  }
  const sum = live.reduce((total, { bytes }) => total + bytes, 0);
  const { used, linear } = heap(native);
  expect(used - before).toBeGreaterThanOrEqual(sum);
  expect(used - before).toBeLessThan(sum + live.length * 40);
  for (const { at } of live) call(native, "free", at);
  expect(heap(native).used).toBe(before);
  // all of it joined again: one request for most of the heap needs no new memory
  const most = linear - 1_400_000 - 400_000; // less stack and static data, less what one list's rounding may hide
  if (most > 0) {
    expect(call(native, "malloc", most)).not.toBe(0);
    expect(heap(native).linear).toBe(linear);
  }
});

test("requests that no memory can hold fail softly and cost nothing", () => {
  const native = loadNative();
  const { linear, used } = heap(native);
  for (const bytes of [0xffff_ffff, 0xffff_fff0, 0xf000_0001]) {
    expect(call(native, "malloc", bytes | 0)).toBe(0);
  }
  const block = call(native, "malloc", 100);
  expect(call(native, "realloc", block, 0xffff_fff1 | 0)).toBe(0);
  call(native, "free", block);
  expect(heap(native)).toEqual({ linear, used });
});

test("fonts that come and go live in the memory of the largest set", () => {
  const native = loadNative();
  const next = generator(7);
  const cache: number[] = [];
  let peak = 0;
  for (let round = 0; round < 3000; round++) {
    if (cache.length === 20) call(native, "free", cache.splice(next(20), 1)[0] as number);
    cache.push(call(native, "malloc", 20_000 + next(600_000)));
    if (round === 300) peak = heap(native).linear;
  }
  // 20 fonts of 320 kB on average
  expect(peak).toBeLessThan(14_000_000);
  expect(heap(native).linear).toBeLessThan(peak * 1.3);
});

test("a block freed twice traps instead of having two owners", () => {
  const native = loadNative();
  const block = call(native, "malloc", 64);
  call(native, "free", block);
  expect(() => call(native, "free", block)).toThrow(WebAssembly.RuntimeError);
});
