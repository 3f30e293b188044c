// For the tests of this folder: native.wasm alone, with the kernel's callbacks replaced by counters and no host.
// Fonts are copied into its memory and freed again; every view is taken anew, since memory may have grown.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const bytes: Uint8Array<ArrayBuffer> = new Uint8Array(readFileSync(new URL("native.wasm", import.meta.url)));
const compiled: WebAssembly.Module = new WebAssembly.Module(bytes);
const MODULES: string = dirname(dirname(createRequire(import.meta.url).resolve("source-sans-pro/package.json")));

/** The exported C functions: all numbers in, a number out. */
type Functions = Record<string, (...values: number[]) => number>;

export interface Native {
  readonly c: Functions;
  readonly memory: WebAssembly.Memory;
  /** What the kernel's drawing callbacks were called with, in order: name, then coordinates. */
  readonly drawn: (string | number)[];
}

/** A fresh instance of native.wasm. */
export function loadNative(): Native {
  const drawn: (string | number)[] = [];
  const imports: Record<string, Record<string, (...values: number[]) => number>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    imports[module] ??= {};
    imports[module][name] = (...values) => {
      // (dfuncs, data, state, coordinates…, user data)
      if (module === "k") drawn.push(name, ...values.slice(3, -1));
      return 0;
    };
  }
  const { exports } = new WebAssembly.Instance(compiled, imports);
  const c = exports as unknown as Functions;
  c._initialize?.();
  return { c, memory: exports.memory as WebAssembly.Memory, drawn };
}

/** Calls an exported function; a name that is not exported fails the test. */
export function call(native: Native, name: string, ...values: number[]): number {
  const f = native.c[name];
  if (f === undefined) throw new Error(`native.wasm does not export ${name}`);
  return f(...values);
}

/** Copies bytes in; the caller frees the pointer. */
export function put(native: Native, data: Uint8Array): number {
  const at = call(native, "malloc", Math.max(data.length, 1));
  new Uint8Array(native.memory.buffer).set(data, at);
  return at;
}

/** hfn_decode: the status and, on 0, a copy of the sfnt. */
export function decode(native: Native, data: Uint8Array, maxOut = 1 << 28): { status: number; sfnt: Uint8Array } {
  const at = put(native, data);
  const out = call(native, "malloc", 8);
  const status = call(native, "hfn_decode", at, data.length, maxOut, out, out + 4);
  const view = new DataView(native.memory.buffer);
  const pointer = view.getUint32(out, true);
  const sfnt = new Uint8Array(native.memory.buffer, pointer, view.getUint32(out + 4, true)).slice();
  for (const block of [at, out, pointer]) call(native, "free", block);
  return { status, sfnt };
}

/** hfn_font_check: `ok`, or the table and the reason's number, as in "glyf 8". */
export function check(native: Native, data: Uint8Array, faceIndex = 0): string {
  const at = put(native, data);
  const report = call(native, "malloc", 8);
  const status = call(native, "hfn_font_check", at, data.length, faceIndex, report);
  const view = new DataView(native.memory.buffer);
  const tag = [24, 16, 8, 0].map((shift) => String.fromCharCode((view.getUint32(report, true) >>> shift) & 0xff)).join("");
  const reason = view.getUint32(report + 4, true);
  for (const block of [at, report]) call(native, "free", block);
  return status === 0 ? "ok" : `${tag.replaceAll("\0", "")} ${reason}`.trim();
}

/** One table of an sfnt, or undefined. */
export function tableOf(sfnt: Uint8Array, tag: string): Uint8Array | undefined {
  return tablesOf(sfnt).get(tag);
}

/** All tables of an sfnt, as views of it. */
export function tablesOf(sfnt: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(sfnt.buffer, sfnt.byteOffset, sfnt.byteLength);
  const tables = new Map<string, Uint8Array>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + 16 * i;
    const tag = String.fromCharCode(...sfnt.subarray(record, record + 4));
    const offset = view.getUint32(record + 8);
    tables.set(tag, sfnt.subarray(offset, offset + view.getUint32(record + 12)));
  }
  return tables;
}

/** A font file of the test dependencies, by its path under node_modules. */
export function fontFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(MODULES, path)));
}

/** A font that test/fonts/make.py drew. */
export function builtFont(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../test/fonts/built/${name}`, import.meta.url)));
}

export const modulesFolder: string = MODULES;
export const here: string = dirname(fileURLToPath(import.meta.url));
