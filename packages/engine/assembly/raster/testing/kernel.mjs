// The rasteriser alone, ready for tests and benchmarks. malloc is a bump allocator that puts guard bytes around every block, so that a test sees a write beside it.
import { compileRaster } from "./compile.mjs";

const PAGE_BYTES = 65536;
/** The kernel's static data lie in [1 MiB, 1.25 MiB). */
const HEAP_START = 0x140000;
const GUARD_BYTES = 64;
const GUARD = 0xa5;

/**
 * A contour or several: ["M", x, y], ["L", x, y], ["Q", cx, cy, x, y], ["C", cx, cy, ex, ey, x, y], ["Z"].
 * @typedef {readonly (readonly [string, ...number[]])[]} Outline
 * @typedef {{ inkSum: number, sumX: number, sumY: number, left: number, top: number, right: number, bottom: number, beam: number }} Measures
 */

/** A fresh kernel; `refuseFromBytes`: the size malloc refuses. @param {{ refuseFromBytes?: number }} [options] */
export async function rasterKernel(options = {}) {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 65536 });
  /** @type {{ at: number, bytes: number, free: boolean }[]} */
  const blocks = [];
  let top = HEAP_START;
  const limits = { refuseFromBytes: options.refuseFromBytes ?? 2 ** 31 };
  const malloc = (/** @type {number} */ requested) => {
    const bytes = (requested + 15) & ~15;
    if (bytes >= limits.refuseFromBytes) return 0;
    const reused = blocks.find((block) => block.free && block.bytes >= bytes);
    if (reused) {
      reused.free = false;
      return reused.at;
    }
    const at = top + GUARD_BYTES;
    top = at + bytes + GUARD_BYTES;
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const all = new Uint8Array(memory.buffer);
    all.fill(GUARD, at - GUARD_BYTES, top);
    blocks.push({ at, bytes, free: false });
    return at;
  };
  const free = (/** @type {number} */ at) => {
    const block = blocks.find((b) => b.at === at);
    if (!block || block.free) throw new Error(`free(${at}): not a block in use`);
    block.free = true;
  };
  const env = { memory, malloc, free, "memory.copy": () => 0 };
  const instance = new WebAssembly.Instance(await compileRaster(), { env });
  /** @type {any} */
  const call = instance.exports;
  const tallyAt = malloc(64);
  return {
    call,
    memory,
    limits,
    /** Draws an outline in canvas pixels (y down), moved and scaled as asked. @param {Outline} outline */
    draw(outline, { scaleX = 1, scaleY = 1, x = 0, y = 0 } = {}) {
      call.rasterPlace(scaleX, scaleY, x, y);
      for (const [op, ...v] of outline) {
        if (op === "M") call.moveTo(0, 0, 0, v[0], v[1], 0);
        else if (op === "L") call.lineTo(0, 0, 0, v[0], v[1], 0);
        else if (op === "Q") call.quadTo(0, 0, 0, v[0], v[1], v[2], v[3], 0);
        else if (op === "C") call.cubicTo(0, 0, 0, v[0], v[1], v[2], v[3], v[4], v[5], 0);
        else call.close(0, 0, 0, 0);
      }
      call.rasterFlush();
    },
    /** Runs a sweep and reads its tally. @param {"sweepImage" | "sweepImageBox" | "sweepMeasure"} name @returns {Measures} */
    sweep(name) {
      call[name](tallyAt);
      const view = new DataView(memory.buffer, tallyAt);
      return {
        inkSum: view.getFloat64(0, true),
        sumX: view.getFloat64(8, true),
        sumY: view.getFloat64(16, true),
        left: view.getInt32(24, true),
        top: view.getInt32(28, true),
        right: view.getInt32(32, true),
        bottom: view.getInt32(36, true),
        beam: view.getInt32(40, true),
      };
    },
    /** A copy of the canvas that is open. @param {number} width @param {number} height */
    pixels(width, height) {
      const at = call.canvasPixels() >>> 0;
      return new Uint8Array(memory.buffer).slice(at, at + width * height);
    },
    /** Blocks whose guard bytes were written to: none. */
    brokenGuards() {
      const all = new Uint8Array(memory.buffer);
      return blocks.filter(({ at, bytes }) => {
        for (let i = 1; i <= GUARD_BYTES; i++) if (all[at - i] !== GUARD || all[at + bytes + i - 1] !== GUARD) return true;
        return false;
      });
    },
  };
}
