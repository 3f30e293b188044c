// Comparing alone, compiled with the flags of the engine's build and joined to a bump allocator, for its tests.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** The kernel's static data lie in [1 MiB, 1.25 MiB). */
const HEAP_START = 0x140000;

async function compile() {
  let wasm;
  const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "compare.wasm", ...ASC_FLAGS], {
    writeFile: (name, contents) => {
      if (name.endsWith("compare.wasm")) wasm = contents;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`comparing does not compile:\n${stderr.toString()}`);
  return new WebAssembly.Module(wasm);
}

/** A picture here: {width, height, inverted, data}. */
export async function compareKernel() {
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536 });
  let top = HEAP_START;
  const malloc = (bytes) => {
    const at = (top + 15) & ~15;
    top = at + bytes;
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / 65536));
    return at;
  };
  const module = await compile();
  // whatever else native.ts declares is not called
  const env = { memory, malloc, free: () => {} };
  const imports = { env };
  for (const { module: room, name, kind } of WebAssembly.Module.imports(module)) {
    imports[room] ??= {};
    if (kind === "function") imports[room][name] ??= () => 0;
  }
  const call = new WebAssembly.Instance(module, imports).exports;
  const out = malloc(128);
  const place = (bytes) => {
    const at = malloc(bytes.length + 1);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    return at;
  };
  const doubles = (count) => Array.from(new Float64Array(memory.buffer, out, count));
  const put = (a, b) => {
    const blank = (p) => (p.inverted ? 0 : 255);
    call.pictures(place(a.data), a.width, a.height, blank(a), place(b.data), b.width, b.height, blank(b));
  };
  return {
    /** The kernels' measures: five, the shift, the frame. */
    compare(a, b, mode, reach, wanted = 31) {
      put(a, b);
      const status = call.fast(["corner", "center", "ink"].indexOf(mode), reach, wanted, out);
      if (status !== 0) throw new Error(`comparing answered ${status}`);
      const [delta, center, rmse, ssim, iou, shiftX, shiftY, width, height] = doubles(9);
      return { measures: [delta, center, rmse, ssim, iou], shift: [shiftX, shiftY], frame: [width, height] };
    },
    /** The plain loops, of the same pictures at these places. */
    plain([ax, ay], [bx, by], [width, height]) {
      call.plain(ax, ay, bx, by, width, height, out);
      return doubles(5);
    },
    /** The best shift within reach of a start: of the kernel and of the plain loop. */
    shifts(a, b, [startX, startY], reach) {
      put(a, b);
      const status = call.shifts(startX, startY, reach, out);
      if (status !== 0) throw new Error(`the search answered ${status}`);
      const found = Array.from(new Int32Array(memory.buffer, out, 4));
      return { fast: found.slice(0, 2), plain: found.slice(2) };
    },
    /** Sums over `bytes` bytes from `skip` on: of the kernels (Σ|a − b|, and Σ(a − b)² and Σa where `bytes` is a multiple of 16) and of the plain loop. */
    sums(a, b, skip, bytes) {
      const [p, q] = [place(a) + skip, place(b) + skip];
      const fast = [call.sumAbsolute(p, q, bytes), ...(bytes % 16 === 0 ? [call.sumSquares(p, q, bytes), call.sumInk(p, bytes)] : [])];
      call.referenceSums(p, q, bytes, out);
      return { fast, plain: Array.from(new BigUint64Array(memory.buffer, out, 3)).slice(0, fast.length) };
    },
    /** A resized picture: its bytes, and the plain loop's values before rounding. */
    resize({ width, height, data }, toWidth, toHeight) {
      const from = place(data);
      const to = malloc(toWidth * toHeight + 1);
      new Uint8Array(memory.buffer)[to + toWidth * toHeight] = 0x5a;
      if (!call.resizeBilinear(from, width, height, to, toWidth, toHeight)) throw new Error("no memory");
      const behind = new Uint8Array(memory.buffer)[to + toWidth * toHeight];
      const fast = Array.from(new Uint8Array(memory.buffer, to, toWidth * toHeight));
      const plain = fast.map((_, i) => call.referenceResized(from, width, height, toWidth, toHeight, i % toWidth, Math.floor(i / toWidth)));
      return { fast, plain, behind };
    },
  };
}
