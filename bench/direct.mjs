// haforu.wasm through its struct calls, without the library: what the engine itself takes. One font, one canvas.
import { readFileSync } from "node:fs";
import { ABI_VERSION, WASM_URL } from "@haforu/engine";

/** Layouts of the structs, in 32-bit words: textSpec, placement (packages/engine/assembly/abi/structs.ts). */
const SPEC_BYTES = 32;
const PLACEMENT_BYTES = 24;
const MEASURES_BYTES = 128;
const ORIGIN_GIVEN = 1;

/** The letters that every row draws, one glyph a run. */
export const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The canvas that the native peers use too (native/peers.cc). */
export function canvasOf(sizePx) {
  return { width: Math.max(64, sizePx * 2), height: Math.trunc((sizePx * 12) / 10), penX: 10, penY: Math.floor(sizePx * 0.9 + 0.5) };
}

/** haforu.wasm, compiled: what threads can share. */
export const compiled = () => new WebAssembly.Module(readFileSync(WASM_URL));

export class Direct {
  /** @param {{ font: string, sizePx: number, width: number, height: number, penX: number, penY: number, module?: WebAssembly.Module }} options */
  constructor({ font, sizePx, width, height, penX, penY, module = compiled() }) {
    const nothing = () => 0;
    const { exports } = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing },
      host: { now: () => performance.now(), begin: nothing },
    });
    this.calls = exports;
    exports._initialize();
    if (exports.hf_abi_version() !== ABI_VERSION) throw new Error(`haforu.wasm has ABI ${exports.hf_abi_version()}`);
    const data = readFileSync(font);
    const pointer = exports.hf_alloc(data.length);
    new Uint8Array(exports.memory.buffer).set(data, pointer);
    this.width = width;
    this.height = height;
    this.instance = this.checked(exports.hf_instance_create(this.checked(exports.hf_font_create(pointer, data.length, 0)), 0, 0, 0, 0));
    this.canvas = this.checked(exports.hf_canvas_create(width, height, 0));
    this.spec = exports.hf_alloc(SPEC_BYTES + PLACEMENT_BYTES + MEASURES_BYTES + 64);
    this.placement = this.spec + SPEC_BYTES;
    this.measures = this.placement + PLACEMENT_BYTES;
    this.text = this.measures + MEASURES_BYTES;
    new Uint32Array(exports.memory.buffer, this.spec, 8).set([this.text, 1, 0, 0, 0, 0, 0, 0]);
    new Float32Array(exports.memory.buffer, this.placement, 1)[0] = sizePx;
    new Float32Array(exports.memory.buffer, this.placement + 8, 2).set([penX, penY]);
    new Uint32Array(exports.memory.buffer, this.placement + 4, 1)[0] = ORIGIN_GIVEN;
    new Uint32Array(exports.memory.buffer, this.placement + 16, 2).set([width, height]);
    this.bytes = new Uint8Array(exports.memory.buffer);
  }

  checked(status) {
    if (status <= 0) throw new Error(`haforu.wasm answered ${status}`);
    return status;
  }

  /** Which letter the next run draws. A growth detaches the view, and a write to it would vanish: look first. */
  letter(code) {
    if (this.bytes.length === 0) this.bytes = new Uint8Array(this.calls.memory.buffer);
    this.bytes[this.text] = code;
  }

  render() {
    const status = this.calls.hf_render(this.instance, this.spec, this.placement, this.canvas, 0);
    if (status !== 0) throw new Error(`hf_render answered ${status}`);
  }

  measure() {
    const status = this.calls.hf_measure(this.instance, this.spec, this.placement, this.measures);
    if (status !== 0) throw new Error(`hf_measure answered ${status}`);
  }

  /** A view of the canvas, good until the next call. */
  pixels() {
    return new Uint8Array(this.calls.memory.buffer, this.calls.hf_canvas_pixels(this.canvas), this.width * this.height);
  }

  /** Ink area in pixels of the last measure(). */
  inkArea() {
    return new Float64Array(this.calls.memory.buffer.slice(this.measures, this.measures + 8))[0];
  }
}

/**
 * Best of `rounds` rounds over the letters, in µs a glyph. A round lasts one to three milliseconds, as in native/peers.cc: long enough for the clock,
 * short enough that some rounds run undisturbed on a busy machine.
 */
export function bestUs(rounds, sizePx, each) {
  const repeats = sizePx >= 1000 ? 1 : sizePx >= 256 ? 3 : sizePx >= 64 ? 8 : 12;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let k = 0; k < repeats; k++) for (let i = 0; i < LETTERS.length; i++) each(LETTERS.charCodeAt(i));
    best = Math.min(best, ((performance.now() - start) * 1000) / (repeats * LETTERS.length));
  }
  return best;
}
