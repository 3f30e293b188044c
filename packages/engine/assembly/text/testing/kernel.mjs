// Compiles the text room's Unicode part (entry.ts) with the flags of the engine's build, for its tests.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** The exports of a new instance. @returns {Promise<Record<string, (...args: number[]) => number> & Record<string, WebAssembly.Global>>} */
export async function textKernel() {
  let wasm;
  const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "text.wasm", ...ASC_FLAGS], {
    writeFile: (name, contents) => {
      if (name.endsWith("text.wasm")) wasm = contents;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`the text room does not compile:\n${stderr.toString()}`);
  const memory = new WebAssembly.Memory({ initial: 32 });
  const { exports } = await WebAssembly.instantiate(new WebAssembly.Module(wasm), { env: { memory } });
  return /** @type {any} */ (exports);
}
