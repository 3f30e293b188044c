// Run as a process with --experimental-vm-modules: loads dist/browser.js in a context that has what browsers have and
// nothing of Node, renders, and prints what it got as JSON. Arguments: haforu.wasm, a font file.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, SourceTextModule } from "node:vm";

const [wasmPath, fontPath] = process.argv.slice(2);
const context = createContext({ TextEncoder, TextDecoder, URL, Response, performance, fetch: undefined });
const loaded = new Map();

function load(url) {
  let module = loaded.get(url.href);
  if (module === undefined) {
    module = new SourceTextModule(readFileSync(url, "utf8"), {
      context,
      identifier: url.href,
      initializeImportMeta: (meta) => {
        meta.url = url.href;
      },
    });
    loaded.set(url.href, module);
  }
  return module;
}

function resolve(specifier, parent) {
  if (specifier.startsWith(".")) return new URL(specifier, parent.identifier);
  if (specifier === "@haforu/engine") return new URL(import.meta.resolve(specifier));
  throw new Error(`${fileURLToPath(parent.identifier)} imports ${specifier}`);
}

const entry = load(new URL("../dist/browser.js", import.meta.url));
await entry.link((specifier, parent) => load(resolve(specifier, parent)));
await entry.evaluate();

context.api = entry.namespace;
context.wasm = new Uint8Array(readFileSync(wasmPath));
context.font = new Uint8Array(readFileSync(fontPath));
const run = new SourceTextModule(
  `const session = await api.createSession({ wasm, timing: false });
   session.addFont("font", font);
   const request = { font: "font", text: "Ag", size: 40, width: 80, height: 60 };
   globalThis.answer = JSON.stringify({
     pixels: Array.from(session.renderToBytes(request)),
     line: session.renderLine(JSON.stringify({ id: "a", font: { path: "font", size: 40 }, text: { content: "Ag" },
       rendering: { format: "metrics", width: 80, height: 60 } })),
     globals: Object.getOwnPropertyNames(globalThis).filter((name) => ["process", "require", "Buffer"].includes(name)),
   });
   session.dispose();`,
  { context },
);
await run.link(() => {
  throw new Error("the test imports nothing");
});
await run.evaluate();
console.log(context.answer);
