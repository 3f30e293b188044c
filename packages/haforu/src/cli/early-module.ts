// haforu.wasm, for a command that lives for milliseconds: importing this file begins to compile it off the main thread,
// while the command's own modules load. Long-lived commands take it from engine/load.ts.

import { readFileSync } from "node:fs";
import { WASM_URL } from "@haforu/engine";

const compiling: Promise<WebAssembly.Module> = WebAssembly.compile(readFileSync(WASM_URL));
// A call that ends before it asks (--help, a wrong flag) does not hear of a failure either.
compiling.catch(() => {});

/** The compiled module; rejects with what is wrong with it. */
export function earlyModule(): Promise<WebAssembly.Module> {
  return compiling;
}
