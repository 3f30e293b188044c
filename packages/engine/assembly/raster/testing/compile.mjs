// Compiles the rasteriser alone (entry.ts), with the flags of the engine's build, for its tests.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/** The room as a module; compiled once a process. @returns {Promise<WebAssembly.Module>} */
export function compileRaster() {
  compiled ??= (async () => {
    let wasm;
    const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "raster.wasm", ...ASC_FLAGS], {
      writeFile: (name, contents) => {
        if (name.endsWith("raster.wasm")) wasm = contents;
      },
    });
    if (error !== null || wasm === undefined) throw new Error(`the rasteriser does not compile:\n${stderr.toString()}`);
    return new WebAssembly.Module(wasm);
  })();
  return compiled;
}
