// flite.wasm's bytes to a compiled module, once a process; and one instance of it that converts and resamples for AudioBuffer.

import { readFileSync } from "node:fs";
import { SpeechModule } from "./boundary.ts";

let compiled: WebAssembly.Module | undefined;
let converter: SpeechModule | undefined;

/** Compiled at the first call, in this thread; worker threads take the module from the one that starts them. */
export function fliteModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../../engine/flite.wasm", import.meta.url)));
  return compiled;
}

/** The instance that holds no voice and no stream: sample formats and rates of audio that is there already. */
export function sampleConverter(): SpeechModule {
  converter ??= new SpeechModule(fliteModule());
  return converter;
}
