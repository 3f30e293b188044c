// Compiles the encode room alone (entry.ts) and starts the C side beside it, for the room's tests and for bench/encode.mjs.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** Compiled rooms by the hash of what they were made from: the test files of a run, each in a process of its own, compile once. */
const cache = resolve(here, "../../../../../node_modules/.cache/haforu-encode");

/** The room as a module. @returns {Promise<WebAssembly.Module>} */
export async function compileEncode() {
  const file = join(cache, `${await hashOfSources()}.wasm`);
  const known = await readFile(file).catch(() => undefined);
  if (known !== undefined) return new WebAssembly.Module(known);
  let wasm;
  const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "encode.wasm", ...ASC_FLAGS], {
    writeFile: (name, contents) => {
      if (name.endsWith("encode.wasm")) wasm = contents;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`the encode room does not compile:\n${stderr.toString()}`);
  await mkdir(cache, { recursive: true });
  // written aside and renamed: another process never reads half of it
  await writeFile(`${file}.${process.pid}`, wasm);
  await rename(`${file}.${process.pid}`, file);
  return new WebAssembly.Module(wasm);
}

async function hashOfSources() {
  const hash = createHash("sha256").update(`${asc.version} ${ASC_FLAGS.join(" ")}`);
  const room = resolve(here, "..");
  const names = (await readdir(room, { recursive: true })).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  for (const path of [...names.map((name) => join(room, name)), resolve(room, "../native.ts")]) hash.update(path).update(await readFile(path));
  return hash.digest("hex").slice(0, 32);
}

/** The exports of native.wasm, with imports that do nothing. @returns {Promise<Record<string, WebAssembly.ExportValue>>} */
export async function startNative() {
  const module = new WebAssembly.Module(await readFile(resolve(here, "../../../native/native.wasm")));
  /** @type {Record<string, Record<string, () => number>>} */
  const imports = {};
  for (const { module: room, name } of WebAssembly.Module.imports(module)) {
    imports[room] ??= {};
    imports[room][name] = () => 0;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  exports._initialize?.();
  return exports;
}
