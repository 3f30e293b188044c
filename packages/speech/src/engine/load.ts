// flite.wasm's bytes to a compiled module, once a process; and one instance of it that converts and resamples for AudioBuffer.

import { readFileSync } from "node:fs";
import { SpeechModule } from "./boundary.ts";

/** Kept with its megabyte: freed, it would make glibc keep more for every thread (see loadVoiceFile of synth/voice-files.ts). */
let bytes: Uint8Array<ArrayBuffer> | undefined;
let compiled: WebAssembly.Module | undefined;
let converter: SpeechModule | undefined;

/** Compiled at the first call, in this thread; worker threads take the module from the one that starts them. */
export function fliteModule(): WebAssembly.Module {
  bytes ??= readFileSync(new URL("../../engine/flite.wasm", import.meta.url));
  compiled ??= new WebAssembly.Module(bytes);
  return compiled;
}

/** The instance that holds no voice and no stream: sample formats and rates of audio that is there already. */
export function sampleConverter(): SpeechModule {
  converter ??= new SpeechModule(fliteModule());
  return converter;
}
