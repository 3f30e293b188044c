// flite.wasm with a meter: every read and write of memory is counted, and reads of the cancel word are known. So how long the module works without a look at
// it is a number, the same on every machine (binaryen's pass instrument-memory; a read or write takes about a nanosecond).
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { Host } from "./host.ts";

const VALUES = ["i32", "i64", "f32", "f64"];
const METER = `(module
  (import "host" "reached" (func $reached))
  (global $word (export "word") (mut i32) (i32.const -1))
  (global $stretch (export "stretch") (mut i64) (i64.const 0))
  (global $longest (export "longest") (mut i64) (i64.const 0))
  (global $total (export "total") (mut i64) (i64.const 0))
  (global $at (export "at") (mut i64) (i64.const -1))
  (func $step
    (global.set $stretch (i64.add (global.get $stretch) (i64.const 1)))
    (if (i64.gt_u (global.get $stretch) (global.get $longest)) (then (global.set $longest (global.get $stretch))))
    (global.set $total (i64.add (global.get $total) (i64.const 1)))
    (if (i64.eq (global.get $total) (global.get $at)) (then (call $reached))))
  (func (export "load_ptr") (param i32 i32 i32) (param $address i32) (result i32)
    (call $step)
    (if (i32.eq (i32.add (local.get 2) (local.get $address)) (global.get $word)) (then (global.set $stretch (i64.const 0))))
    (local.get $address))
  (func (export "store_ptr") (param i32 i32 i32 i32) (result i32) (call $step) (local.get 3))
  (func (export "memory_grow_pre") (param i32 i32) (result i32) (local.get 1))
  (func (export "memory_grow_post") (param i32 i32) (result i32) (local.get 1))
  ${VALUES.flatMap((type) => ["load", "store"].map((what) => `(func (export "${what}_val_${type}") (param i32 ${type}) (result ${type}) (local.get 1))`)).join("\n  ")})`;

type Meter = Record<"stretch" | "longest" | "total" | "at", WebAssembly.Global<"i64">> & { readonly word: WebAssembly.Global<"i32"> };

function built(from: binaryen.Module): WebAssembly.Module {
  const bytes = from.emitBinary();
  from.dispose();
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

let metered: readonly [module: WebAssembly.Module, meter: WebAssembly.Module] | undefined;
function modules(): readonly [module: WebAssembly.Module, meter: WebAssembly.Module] {
  if (metered === undefined) {
    const whole = binaryen.readBinary(readFileSync("packages/speech/engine/flite.wasm"));
    whole.runPasses(["instrument-memory"]);
    metered = [built(whole), built(binaryen.parseText(METER))];
  }
  return metered;
}

export interface Metered {
  readonly status: number;
  /** Reads and writes of memory: all, the most between two looks at the cancel word, and from its setting to the answer. */
  readonly total: number;
  readonly longest: number;
  readonly late: number;
}

export class MeteredHost extends Host {
  readonly #meter: Meter;

  constructor() {
    const [module, meter] = modules();
    let set = (): void => {};
    const exports = new WebAssembly.Instance(meter, { host: { reached: () => set() } }).exports;
    super(module, { env: exports as WebAssembly.ModuleImports });
    this.#meter = exports as unknown as Meter;
    this.#meter.word.value = this.call("hs_cancel_word");
    set = () => this.#cancel(1);
  }

  #cancel(value: number): void {
    new Int32Array(this.e.memory.buffer)[this.#meter.word.value >> 2] = value;
  }

  /** Opens a request, whose voice is loaded, and makes its first chunk. @param cancelAt the cancel word is set when so much of the work is done. */
  first(request: object, cancelAt = -1): Metered {
    const { stretch, longest, total, at } = this.#meter;
    const [text, bytes] = this.put(new TextEncoder().encode(JSON.stringify(request)));
    stretch.value = longest.value = total.value = 0n;
    at.value = BigInt(cancelAt);
    const handle = this.call("hs_open", text, bytes);
    let status = handle;
    if (handle > 0) status = this.call("hs_next", handle);
    const done = Number(total.value);
    const result = { status, total: done, longest: Number(longest.value), late: done - cancelAt };
    at.value = -1n;
    this.#cancel(0);
    if (handle > 0) this.call("hs_close", handle);
    this.call("hs_free", text);
    return result;
  }
}
