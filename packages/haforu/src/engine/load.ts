// haforu.wasm from the @haforu/engine package, compiled once a process. Node only.
import { readFileSync } from "node:fs";
import { WASM_URL } from "@haforu/engine";

let compiled: WebAssembly.Module | undefined;

/** The compiled engine; workers are given it instead of compiling again. */
export function engineModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(WASM_URL));
  return compiled;
}
