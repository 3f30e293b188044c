// A Python with what the host's tests need, in hosts/python/.venv (not in git), made once: packages of PyPI in the versions of requirements-test.txt. And the wheel in it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lock } from "../lock.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const HOST = join(ROOT, "hosts/python");
export const SPEECH_HOST = join(ROOT, "hosts/python-speech");
const VENV = join(HOST, ".venv");
export const PYTHON = process.platform === "win32" ? join(VENV, "Scripts/python.exe") : join(VENV, "bin/python");

/** Why there can be no such Python here; undefined: there can. 3.10 is the oldest that the host supports. */
export function whyNoPython() {
  const { stdout, error } = spawnSync("python3", ["-c", "import sys, venv, ensurepip; print(sys.version_info >= (3, 10))"], { encoding: "utf8" });
  if (error !== undefined || stdout.trim() !== "True") return "needs python3, 3.10 or newer, with venv";
  return undefined;
}

/**
 * Runs a program; throws what it printed when it failed.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {string} [cwd]
 * @param {Record<string, string>} [environment]
 * @returns {string} its output
 */
export function run(program, words, cwd = ROOT, environment = {}) {
  const done = spawnSync(program, words, { cwd, encoding: "utf8", maxBuffer: 1 << 26, env: { ...process.env, ...environment } });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}\n${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`);
  return done.stdout;
}

/** Makes the environment unless it is there as the file of requirements says. */
export function makeEnvironment() {
  makeOf(VENV, join(HOST, "requirements-test.txt"));
}

/**
 * The environment of the Python examples, with what they need beside the package.
 * @returns {string} its Python
 */
export function makeExamplesEnvironment() {
  return makeOf(join(HOST, ".cache/examples"), join(HOST, "requirements-examples.txt"));
}

/**
 * The environment of haforu-speech's tests, which install and remove wheels.
 * @returns {string} its Python
 */
export function makeSpeechEnvironment() {
  return makeOf(join(SPEECH_HOST, ".venv"), join(SPEECH_HOST, "requirements-test.txt"));
}

/**
 * @param {string} venv
 * @param {string} requirements
 * @returns {string} its Python
 */
function makeOf(venv, requirements) {
  const wanted = readFileSync(requirements, "utf8");
  const made = join(venv, "made-from.txt");
  const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const ready = () => existsSync(python) && existsSync(made) && readFileSync(made, "utf8") === wanted;
  if (ready()) return python;
  const unlock = lock(`${venv}.lock`);
  try {
    // Another process may have made it meanwhile.
    if (ready()) return python;
    rmSync(venv, { recursive: true, force: true });
    run("python3", ["-m", "venv", venv]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    writeFileSync(made, wanted);
  } finally {
    unlock();
  }
  return python;
}

/**
 * Builds the wheel and the source distribution into `folder`, and installs the wheel.
 * @param {string} folder
 */
export function installWheel(folder) {
  run(PYTHON, ["-m", "hatchling", "build", "-d", folder], HOST);
  const wheel = "haforu-0.1.0-py3-none-any.whl";
  run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall", join(folder, wheel)]);
}
