// Compiles the encode room alone (entry.ts) and starts the C side beside it, for the room's tests and for bench/encode.mjs.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));
const FLAGS = ["-O3", "--converge", "--enable", "simd", "--enable", "bulk-memory", "--runtime", "stub", "--noAssert", "--importMemory", "--memoryBase", "1048576", "--use", "abort="];

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/** The room as a module; compiled once a process. @returns {Promise<WebAssembly.Module>} */
export function compileEncode() {
  compiled ??= (async () => {
    let wasm;
    const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "encode.wasm", ...FLAGS], {
      writeFile: (name, contents) => {
        if (name.endsWith("encode.wasm")) wasm = contents;
      },
    });
    if (error !== null || wasm === undefined) throw new Error(`the encode room does not compile:\n${stderr.toString()}`);
    return new WebAssembly.Module(wasm);
  })();
  return compiled;
}

/** The exports of native.wasm, with imports that do nothing. @returns {Promise<Record<string, WebAssembly.ExportValue>>} */
export async function startNative() {
  const module = new WebAssembly.Module(await readFile(resolve(here, "../../../native/native.wasm")));
  /** @type {Record<string, Record<string, () => number>>} */
  const imports = {};
  for (const { module: room, name } of WebAssembly.Module.imports(module)) (imports[room] ??= {})[name] = () => 0;
  const { exports } = new WebAssembly.Instance(module, imports);
  exports._initialize?.();
  return exports;
}
