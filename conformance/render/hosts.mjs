// The hosts that run the cases: what to start for each, and why one cannot be started here.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildRelease, whyNoC } from "../../test/c/build.mjs";
import { HOST, makeEnvironment, PYTHON, whyNoPython } from "../../test/python/environment.mjs";

/** The runner of libhaforu, which is built for it (a minute of two cores the first time), or the one that HAFORU_C_CONFORMANCE names; else why there is none. */
function runnerOfC() {
  const named = process.env.HAFORU_C_CONFORMANCE;
  if (named !== undefined) return existsSync(named) ? { path: named } : { path: named, missing: `HAFORU_C_CONFORMANCE names ${named}, which is not there` };
  const missing = whyNoC();
  return missing === undefined ? { path: join(buildRelease(), "haforu_conformance") } : { path: "", missing };
}

/**
 * `numbered`: it reads lines of a file, so that an error tells its line. `missing`: why it does not run here.
 * @typedef {{ name: string, kinds: readonly ("jobs" | "calls")[], numbered?: boolean, missing?: string, command: (kind: string, file: string) => [string, string[], Record<string, string>?] }} Host
 */

/** @returns {Host[]} */
export function hosts() {
  const noPython = whyNoPython();
  if (noPython === undefined) makeEnvironment();
  const python = { missing: noPython, environment: { PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1" } };
  const c = runnerOfC();
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
      ...(c.missing !== undefined && { missing: c.missing }),
      command: (kind, file) => [c.path, [kind, file]],
    },
  ];
}
