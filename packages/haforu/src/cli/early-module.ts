// haforu.wasm, for a command that lives for milliseconds: compiled off the main thread, while the command's own files
// load. Long-lived commands take it from engine/load.ts.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

let compiling: Promise<WebAssembly.Module> | undefined;

/**
 * The compiled module, begun at the first call; rejects with what is wrong with it.
 * Its place is asked of the resolver and not of @haforu/engine: compiling need not wait for that to load.
 */
export function earlyModule(): Promise<WebAssembly.Module> {
  compiling ??= WebAssembly.compile(readFileSync(createRequire(import.meta.url).resolve("@haforu/engine/haforu.wasm")));
  return compiling;
}
