// The encode room alone, its functions ready for the tests. malloc is a bump allocator; deflate and CRC come from native.wasm where a test asks for
// them (`withNative`). Knows nothing of the other rooms.
import { compileEncode, startNative } from "./compile.mjs";

const PAGE_BYTES = 65536;

type Fn = (...args: (number | bigint)[]) => number;

/** The room's exports, and the memory they work in. Views are made anew at each use: a growth detaches old ones. */
export interface EncodeKernel {
  readonly call: Readonly<Record<string, Fn>>;
  readonly memory: WebAssembly.Memory;
  /** Copies bytes into memory of their own; their address. */
  put(bytes: Uint8Array): number;
  /** Memory of its own, zeroed. */
  room(bytes: number): number;
  /** A copy of what lies at an address. */
  copy(at: number, bytes: number): Uint8Array;
  /** The line written since outReset. */
  line(): Uint8Array;
  text(): string;
}

/** A fresh kernel. `refuse`: what malloc and realloc refuse, in bytes from that on. */
export async function encodeKernel(options: { readonly withNative?: boolean; readonly refuseFromBytes?: number } = {}): Promise<EncodeKernel> {
  const env: Record<string, WebAssembly.ImportValue> = options.withNative ? await native(options.refuseFromBytes) : bump(options.refuseFromBytes ?? 2 ** 31);
  const memory = env["memory"] as WebAssembly.Memory;
  const instance = new WebAssembly.Instance(await compileEncode(), { env });
  const call = instance.exports as unknown as Record<string, Fn>;
  const malloc = env["malloc"] as unknown as (bytes: number) => number;
  const kernel: EncodeKernel = {
    call,
    memory,
    put(bytes) {
      const at = malloc(Math.max(bytes.length, 1)) >>> 0;
      new Uint8Array(memory.buffer).set(bytes, at);
      return at;
    },
    room(bytes) {
      const at = malloc(bytes) >>> 0;
      new Uint8Array(memory.buffer).fill(0, at, at + bytes);
      return at;
    },
    copy: (at, bytes) => new Uint8Array(memory.buffer).slice(at >>> 0, (at >>> 0) + bytes),
    line: () => kernel.copy(fn(call, "outPtr")(), fn(call, "outLength")()),
    text: () => new TextDecoder("utf-8", { fatal: true }).decode(kernel.line()),
  };
  return kernel;
}

export function fn(call: Readonly<Record<string, Fn>>, name: string): Fn {
  const found = call[name];
  if (found === undefined) throw new Error(`the encode room has no ${name}`);
  return found;
}

/** malloc and realloc that never give anything back; enough for a test. */
function bump(refuseFromBytes: number): Record<string, WebAssembly.ImportValue> {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: PAGE_BYTES });
  const sizes = new Map<number, number>();
  let next = 2 << 20;
  const malloc = (bytes: number): number => {
    const size = bytes >>> 0;
    if (size >= refuseFromBytes) return 0;
    const at = next;
    next = (next + size + 31) & ~15;
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    sizes.set(at, size);
    return at;
  };
  const realloc = (from: number, bytes: number): number => {
    const at = malloc(bytes);
    if (at !== 0 && from !== 0) new Uint8Array(memory.buffer).copyWithin(at, from, from + Math.min(sizes.get(from) ?? 0, bytes >>> 0));
    return at;
  };
  const absent = (): never => {
    throw new Error("this test runs without native.wasm");
  };
  return { memory, malloc, realloc, free: () => {}, hfn_deflate: absent, hfn_deflate_bound: absent, hfn_crc32: absent };
}

/** The real C side, with a malloc that refuses from a size on. */
async function native(refuseFromBytes = 2 ** 32): Promise<Record<string, WebAssembly.ImportValue>> {
  const c = (await startNative()) as Record<string, WebAssembly.ImportValue> & Record<"malloc" | "realloc", Fn>;
  return {
    ...c,
    malloc: (bytes: number) => (bytes >>> 0 >= refuseFromBytes ? 0 : c.malloc(bytes)),
    realloc: (from: number, bytes: number) => (bytes >>> 0 >= refuseFromBytes ? 0 : c.realloc(from, bytes)),
  };
}
