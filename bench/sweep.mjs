// What a sweep of 80 coordinates takes against 80 single renders of the module at those coordinates: one glyph, metrics at 1000 px, the struct calls.
// The single renders come twice: with their instances made before, and made and released by each, as a caller without a sweep has to who has no room for them.
import { readFileSync } from "node:fs";
import { canvasOf, Direct } from "./direct.mjs";

const POINTS = 80;
const SIZE_PX = 1000;

/** @param {{ font: string, rounds: number }} options `font` has one axis, wght from 200 to 900 */
export function sweepRows({ font, rounds }) {
  const direct = new Direct({ font, sizePx: SIZE_PX, ...canvasOf(SIZE_PX) });
  const { calls, spec, placement } = direct;
  direct.letter("a".charCodeAt(0));
  const data = readFileSync(font);
  const pointer = calls.hf_alloc(data.length);
  new Uint8Array(calls.memory.buffer).set(data, pointer);
  const handle = direct.checked(calls.hf_font_create(pointer, data.length, 0));
  if (calls.hf_font_axes(handle) !== 1) throw new Error(`${font}: expected one axis`);
  const weights = Array.from({ length: POINTS }, (_, i) => 200 + (700 * i) / (POINTS - 1));
  const points = calls.hf_alloc(POINTS * 4);
  const coords = calls.hf_alloc(8);
  const swept = calls.hf_alloc(POINTS * 128);
  const single = calls.hf_alloc(POINTS * 128);
  new Float32Array(calls.memory.buffer, points, POINTS).set(weights);
  const instanceAt = (wght) => {
    new Uint32Array(calls.memory.buffer, coords, 1)[0] = 0x77676874;
    new Float32Array(calls.memory.buffer, coords + 4, 1)[0] = wght;
    return direct.checked(calls.hf_instance_create(handle, coords, 1, 0, 0));
  };
  const instances = weights.map(instanceAt);
  const measure = (instance, i) => {
    const status = calls.hf_measure(instance, spec, placement, single + i * 128);
    if (status !== 0) throw new Error(`hf_measure answered ${status}`);
  };
  const runs = {
    sweep: () => {
      const status = calls.hf_sweep(handle, spec, placement, points, POINTS, swept, 0);
      if (status !== 0) throw new Error(`hf_sweep answered ${status}`);
    },
    ready: () => instances.forEach(measure),
    made: () =>
      weights.forEach((wght, i) => {
        const instance = instanceAt(wght);
        measure(instance, i);
        calls.hf_instance_release(instance);
      }),
  };
  const best = { sweep: Number.POSITIVE_INFINITY, ready: Number.POSITIVE_INFINITY, made: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const start = performance.now();
      run();
      best[name] = Math.min(best[name], performance.now() - start);
    }
  }
  const numbers = (at) => new Float64Array(calls.memory.buffer.slice(at, at + POINTS * 128));
  const [a, b] = [numbers(swept), numbers(single)];
  if (a[0] === 0 || a.some((value, i) => value !== b[i])) throw new Error("the sweep measured something else than the single renders");
  const note = `${best.sweep.toFixed(2)} ms, ${((best.sweep * 1000) / POINTS).toFixed(1)} µs a point`;
  return [
    { name: `sweep of ${POINTS} weights ÷ ${POINTS} single renders, instances ready`, ratio: best.sweep / best.ready, must: 1.1, aim: 1, note },
    {
      name: `sweep of ${POINTS} weights ÷ ${POINTS} single renders with their instances`,
      ratio: best.sweep / best.made,
      must: 1.1,
      aim: 0.95,
      note: `${best.made.toFixed(2)} ms singly`,
    },
  ];
}
