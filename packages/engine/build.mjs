// Builds dist/haforu.wasm: assembly/ (AssemblyScript) → kernel.wasm, joined with native/native.wasm (C and C++) by wasm-merge.
// Refuses a kernel that calls AssemblyScript's allocator: its heap would lie in the C side's data (both share one memory).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ASC_FLAGS, KERNEL_DATA_START } from "./asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const dist = join(here, "dist");
const kernelPath = join(dist, "kernel.wasm");
const outPath = join(dist, "haforu.wasm");
const graphPath = join(dist, "exports.json");
const stampPath = join(dist, "haforu.inputs");
const nativePath = join(here, "native", "native.wasm");

/** The kernel's static data lies in [1 MiB, 1.25 MiB): the C stack ends below it, the C side's data begins above. */
const KERNEL_DATA_END = 1310720;

const FEATURES = [
  "simd",
  "bulk-memory",
  "bulk-memory-opt",
  "reference-types",
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "multivalue",
  "call-indirect-overlong",
];

/** Every file that decides a byte of the module. */
function inputs() {
  const found = [fileURLToPath(import.meta.url), join(here, "asc-flags.mjs"), nativePath];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith(".ts") && !/\.(test|test-kernel)\.ts$/.test(entry.name)) found.push(path);
    }
  };
  walk(join(here, "assembly"));
  return found.sort();
}

function inputHash() {
  const hash = createHash("sha256");
  for (const name of ["assemblyscript", "binaryen"]) hash.update(JSON.parse(readFileSync(packageJson(name), "utf8")).version);
  for (const path of inputs()) hash.update(`${relative(here, path)}\n`).update(readFileSync(path));
  return hash.digest("hex");
}

function packageJson(name) {
  for (const base of require.resolve.paths(name) ?? []) {
    const path = join(base, name, "package.json");
    if (existsSync(path)) return path;
  }
  throw new Error(`npm package ${name} is not installed: run npm ci`);
}

function run(label, script, args) {
  const done = spawnSync(process.execPath, [script, ...args], { cwd: here, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${label} failed (status ${done.status}):\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

function bin(name, file) {
  return join(dirname(packageJson(name)), file);
}

/** What the two sides call of each other is no business of a host's: only the ABI stays visible, and code that nothing of it reaches goes. */
function keepAbiExports() {
  const names = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(outPath))).map(({ name }) => name);
  const abi = names.filter((name) => name.startsWith("hf_") || name === "memory" || name === "_initialize");
  const graph = [
    { name: "host", root: true, reaches: abi.map((name) => `export ${name}`) },
    ...names.map((name) => ({ name: `export ${name}`, export: name })),
  ];
  writeFileSync(graphPath, JSON.stringify(graph));
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  run("wasm-metadce", bin("binaryen", "bin/wasm-metadce"), [
    relative(here, outPath),
    "--graph-file",
    relative(here, graphPath),
    "-o",
    relative(here, outPath),
    ...features,
  ]);
}

function main() {
  const force = process.argv.includes("--force");
  const hash = inputHash();
  if (!force && existsSync(outPath) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === hash) return;
  mkdirSync(dist, { recursive: true });
  const started = Date.now();
  run("asc", bin("assemblyscript", "bin/asc.js"), ["assembly/index.ts", "-o", relative(here, kernelPath), "--textFile", "dist/kernel.wat", ...ASC_FLAGS]);
  const text = readFileSync(join(dist, "kernel.wat"), "utf8");
  const allocator = /~lib\/rt\/stub\/__(?:new|alloc|renew)\b/.exec(text);
  if (allocator)
    throw new Error(`the kernel calls AssemblyScript's allocator (${allocator[0]}): look for a string, an array, a closure or "new" of a managed class`);
  const heap = /\$~lib\/memory\/__heap_base i32 \(i32\.const (\d+)\)/.exec(text);
  let end = heap ? Number(heap[1]) : KERNEL_DATA_START;
  for (const match of text.matchAll(/\(data \$\d+ \(i32\.const (\d+)\)/g)) end = Math.max(end, Number(match[1]));
  if (end > KERNEL_DATA_END) throw new Error(`the kernel's static data ends at ${end}, over ${KERNEL_DATA_END}: raise --global-base in the native build`);
  run("wasm-merge", bin("binaryen", "bin/wasm-merge"), [
    ...FEATURES.map((feature) => `--enable-${feature}`),
    relative(here, nativePath),
    "env",
    relative(here, kernelPath),
    "k",
    "-o",
    relative(here, outPath),
    "--rename-export-conflicts",
  ]);
  keepAbiExports();
  writeFileSync(stampPath, hash);
  process.stdout.write(`haforu.wasm: ${statSync(outPath).size} bytes in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

main();
