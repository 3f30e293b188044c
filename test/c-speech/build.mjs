// Builds of libhaforu_speech for tests and benchmarks: as those of libhaforu, what did not change is not compiled again.
import { join } from "node:path";
import { CACHE, generated, make, ROOT } from "../c/build.mjs";

export const SPEECH_HOST = join(ROOT, "hosts/c-speech");

/**
 * Configures and builds a variant. Its folder.
 * @param {string} name
 * @param {Record<string, string>} settings
 */
export function build(name, settings) {
  generated(join(SPEECH_HOST, "tools/generate.mjs"));
  const folder = name === "release" ? join(SPEECH_HOST, "build") : join(CACHE, `speech-${name}`);
  make(SPEECH_HOST, folder, settings);
  return folder;
}

/** The build that `npm test` and the table of conformance use: libraries, tests, examples. */
export function buildRelease() {
  return build("release", { HAFORU_SPEECH_TESTS: "ON", CMAKE_BUILD_TYPE: "Release" });
}
