// Compiles the job check by itself, joins it to the committed native.wasm (malloc, strtod) and wraps it for the tests and contract/agree.mjs.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { ASC_FLAGS } from "../../../asc-flags.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const FIELDS =
  "id idLen path pathLen sizePx faceIndex instance instanceLen variations variationCount features featureCount text textLen textCodePoints script direction language languageLen format encoding width height hasOrigin originX originY invert include flags op".split(
    " ",
  );

let compiled;

/** The module, compiled once a process. */
function module() {
  if (compiled === undefined) compiled = compile();
  return compiled;
}

async function compile() {
  let wasm;
  const { error, stderr } = await asc.main([resolve(here, "entry.ts"), "--outFile", "check.wasm", ...ASC_FLAGS], {
    writeFile: (name, contents) => {
      if (name.endsWith("check.wasm")) wasm = contents;
    },
  });
  if (error || !wasm) throw new Error(`the job check does not compile:\n${stderr.toString()}`);
  return new WebAssembly.Module(wasm);
}

/** @returns {Promise<object>} the kernel; every method takes text or bytes and gives plain values */
export async function checkKernel() {
  const nativeModule = new WebAssembly.Module(readFileSync(resolve(here, "../../../native/native.wasm")));
  const imports = {};
  for (const { module: room, name } of WebAssembly.Module.imports(nativeModule)) imports[room] = { ...imports[room], [name]: () => 0 };
  const env = new WebAssembly.Instance(nativeModule, imports).exports;
  env._initialize?.();
  const kernel = new WebAssembly.Instance(await module(), { env, host: { now: () => 0, begin: () => 0 } }).exports;
  const memory = env.memory;
  const text = (ptr, length) => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(memory.buffer, ptr, length));
  let room = 0;
  let roomBytes = 0;
  /** Copies input to the same place each time, with unlike bytes behind it: nothing may be read there. */
  const put = (input) => {
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    if (roomBytes < bytes.length + 32) {
      if (room) kernel.free(room);
      roomBytes = Math.max(1 << 16, (bytes.length + 32) * 2);
      room = kernel.malloc(roomBytes) >>> 0;
    }
    const view = new Uint8Array(memory.buffer, room, bytes.length + 32);
    view.set(bytes);
    view.fill(0x37, bytes.length);
    return [room, bytes.length];
  };
  const problems = () =>
    Array.from({ length: kernel.problemListed() }, (_, i) => ({
      code: text(kernel.errorName(kernel.problemCode(i)), kernel.errorNameLen(kernel.problemCode(i))),
      field: text(kernel.problemFieldPtr(i), kernel.problemFieldLen(i)),
      message: text(kernel.problemMessagePtr(i), kernel.problemMessageLen(i)),
    }));
  return {
    raw: kernel,
    memory,
    put,
    text,
    problems,
    /** Status of a line. */
    status: (line) => kernel.check(...put(line)),
    /** Status, problems and the record of a line. */
    check(line) {
      const status = kernel.check(...put(line));
      const job = Object.fromEntries(FIELDS.map((name, i) => [name, kernel.field(i)]));
      const strings = Object.fromEntries(["id", "path", "instance", "text", "language"].map((name) => [name, text(job[name], job[`${name}Len`])]));
      const view = () => new DataView(memory.buffer);
      const tag = (value) => String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
      const variations = Object.fromEntries(
        Array.from({ length: status < 0 ? 0 : job.variationCount }, (_, i) => [
          tag(view().getUint32(job.variations + i * 16, true)),
          view().getFloat64(job.variations + i * 16 + 8, true),
        ]),
      );
      const features = Array.from({ length: status < 0 ? 0 : job.featureCount }, (_, i) =>
        text(view().getUint32(job.features + i * 8, true), view().getUint32(job.features + i * 8 + 4, true)),
      );
      return {
        status,
        total: kernel.problemCount(),
        problems: problems(),
        job: { ...job, ...strings, script: job.script ? tag(job.script) : "", variations, features },
      };
    },
    document(source) {
      kernel.arenaReset();
      const [at, bytes] = put(source);
      const status = kernel.checkDocument(at, bytes);
      const view = new DataView(memory.buffer);
      const spans = Array.from({ length: kernel.documentJobCount() }, (_, i) => {
        const span = kernel.documentSpans() + i * 12;
        const offset = view.getUint32(span, true);
        return { text: text(at + offset, view.getUint32(span + 4, true)), line: view.getUint32(span + 8, true) };
      });
      return { status, problems: problems(), spans, config: text(kernel.documentConfig(), kernel.documentConfigLength()) };
    },
    looks: (source) => ["lines", "document", "unsure"][kernel.looks(...put(source))],
    /** Whether a text fits PATTERN_…, numbered from 1 in the contract's order. */
    fits(pattern, source) {
      const [at, bytes] = put(source);
      return kernel.fits(pattern, at, bytes) === 1;
    },
    /** −1: JSON; otherwise the SYNTAX_… number. */
    jsonFault: (source) => kernel.jsonFault(...put(source)),
    /** The number a text is; undefined: it is none. */
    number(source) {
      return kernel.scalarFault(...put(source)) === -1 ? kernel.numberValue.value : undefined;
    },
    /** The string a JSON text is; undefined: it is none. */
    string(source) {
      return kernel.scalarFault(...put(source)) === -1
        ? { text: text(kernel.stringPtr.value, kernel.stringLen.value), codePoints: kernel.stringCodePoints.value }
        : undefined;
    },
    /** Makes a warning from its arguments (strings, numbers, {codePoints} or {glyphs}): the JSON that came out. */
    warning(code, ...args) {
      kernel.arenaReset();
      kernel.warningsReset();
      const kept = setArguments(args);
      kernel.warn(code);
      const out = text(kernel.warningsPtr(), kernel.warningsLength());
      for (const at of kept) kernel.free(at);
      return out;
    },
    /** Makes an error from its arguments. */
    error(code, ...args) {
      kernel.arenaReset();
      kernel.problemsReset();
      const kept = setArguments(args);
      kernel.codeProblem(code);
      const [made] = problems();
      for (const at of kept) kernel.free(at);
      return made;
    },
    /** What is made of a result that holds two numbers: its problems. */
    finite(a, b) {
      kernel.arenaReset();
      kernel.problemsReset();
      kernel.finiteStatus(a, b);
      return problems();
    },
  };

  function setArguments(args) {
    kernel.argsClear();
    return args.flatMap((arg, i) => {
      if (typeof arg === "number") {
        kernel.argNumber(i + 1, arg);
        return [];
      }
      const list = arg.codePoints ?? arg.glyphs;
      const bytes = list ? new Uint8Array(new Uint32Array(list).buffer) : new TextEncoder().encode(arg);
      const at = kernel.malloc(bytes.length + 8) >>> 0;
      new Uint8Array(memory.buffer).set(bytes, at);
      if (list) kernel.argList(i + 1, arg.codePoints ? 2 : 3, at, list.length);
      else kernel.argText(i + 1, at, bytes.length);
      return [at];
    });
  }
}
