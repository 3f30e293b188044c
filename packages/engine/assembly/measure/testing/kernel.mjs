// The measures alone, compiled with the flags of the engine's build and joined to a bump allocator, for their tests.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** The kernel's static data lie in [1 MiB, 1.25 MiB). */
const HEAP_START = 0x140000;
const RECORD_BYTES = 128;

async function compile() {
  let wasm;
  const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "measure.wasm", ...ASC_FLAGS], {
    writeFile: (name, contents) => {
      if (name.endsWith("measure.wasm")) wasm = contents;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`the measures do not compile:\n${stderr.toString()}`);
  return new WebAssembly.Module(wasm);
}

/** A picture: `ink(x, y)` 0..255 on a canvas of width × height; the ink box is found here. */
export async function measureKernel() {
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536 });
  let top = HEAP_START;
  const malloc = (bytes) => {
    const at = (top + 15) & ~15;
    top = at + bytes;
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / 65536));
    return at;
  };
  const env = { memory, malloc, free: () => {} };
  const call = new WebAssembly.Instance(await compile(), { env }).exports;
  const out = malloc(RECORD_BYTES);
  const canvas = malloc(2 ** 22);
  const put = ({ width, height, invert = false, ink }) => {
    const pixels = new Uint8Array(memory.buffer, canvas, width * height + 64).fill(0x5a); // behind the canvas: what must not be read as ink
    const box = { left: width, top: height, right: 0, bottom: 0 };
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const v = ink(x, y);
        pixels[y * width + x] = invert ? v : 255 - v;
        if (v === 0) continue;
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x + 1);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y + 1);
      }
    }
    return box.right === 0 ? { left: 0, top: 0, right: 0, bottom: 0 } : box;
  };
  return {
    call,
    memory,
    malloc,
    /** The fast pass. */
    extended(picture, vertical = false) {
      const { left, top: above, right, bottom } = put(picture);
      call.arenaReset();
      if (!call.measureExtended(canvas, picture.width, left, above, right, bottom, picture.invert ? 0 : 255, vertical, out)) throw new Error("no memory");
      const view = new DataView(memory.buffer);
      const f = (at) => view.getFloat64(out + at, true);
      const listed = view.getUint32(out + 44, true);
      const gaps = view.getUint32(out + 48, true);
      return {
        inkDensity: f(0),
        moments: [f(8), f(16), f(24)],
        perimeter: f(32),
        gapCount: view.getUint32(out + 40, true),
        gaps: Array.from({ length: listed }, (_, i) => [view.getInt32(gaps + i * 8, true), view.getInt32(gaps + i * 8 + 4, true)]),
        gapVariation: f(56),
      };
    },
    /** The plain one. */
    reference(picture, vertical = false) {
      const { left, top: above, right, bottom } = put(picture);
      call.referenceExtended(canvas, picture.width, left, above, right, bottom, picture.invert ? 0 : 255, vertical, out);
      const [xx, yy, xy, perimeter, gapCount] = new Float64Array(memory.buffer, out, 5);
      return { moments: [xx, yy, xy], perimeter, gapCount };
    },
    variation(values) {
      const at = malloc(values.length * 8 + 8);
      new Float64Array(memory.buffer, at, values.length).set(values);
      return call.variation(at, values.length);
    },
  };
}
