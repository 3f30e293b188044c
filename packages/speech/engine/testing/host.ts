// flite.wasm as a host sees it, for tests (run from the workspace): every call is one export, every answer is copied out. No library in between.
import { readFileSync } from "node:fs";

export const module: WebAssembly.Module = new WebAssembly.Module(readFileSync("packages/speech/engine/flite.wasm"));

export const VOICE_FILES: Readonly<Record<string, string>> = {
  slt: "packages/voice-slt/slt.flitevox",
  rms: "packages/voice-rms/rms.flitevox",
  awb: "packages/voice-awb/awb.flitevox",
  kal16: "packages/voice-kal16/kal16.diphones",
};

export interface Timed {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly text_start: number;
  readonly text_end: number;
}
export interface Warned {
  readonly code: string;
  readonly message: string;
  readonly characters?: string;
  readonly text_start?: number;
  readonly text_end?: number;
  readonly line?: number;
  readonly column?: number;
}
export interface Lists {
  readonly words: readonly Timed[];
  readonly phonemes: readonly Timed[];
  readonly sentences: readonly Omit<Timed, "text">[];
  readonly marks: readonly { readonly name: string; readonly time: number; readonly text_start: number }[];
  readonly warnings: readonly Warned[];
}
export interface Line extends Lists {
  readonly id?: string;
  readonly status: "success" | "error";
  readonly speech: {
    readonly voice: string;
    readonly sample_rate: number;
    readonly frames: number;
    readonly duration: number;
    readonly peak: number;
    readonly clipped: number;
  };
  readonly error: { readonly code: string; readonly message: string; readonly field?: string; readonly line?: number; readonly column?: number };
}
export interface Chunk {
  readonly samples: Float32Array;
  readonly data: Uint8Array;
  readonly frames: number;
  readonly index: number;
  readonly final: boolean;
  readonly startFrame: number;
  readonly clipped: number;
  readonly consumed: number;
  readonly lists: Lists;
}
export interface Spoken {
  readonly status: number;
  readonly line: Line;
  readonly chunks: readonly Chunk[];
  readonly samples: Float32Array;
}

type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export class Host {
  readonly e: Exports;
  /** @param own another module than the committed one, and what it imports beside it. */
  constructor(own: WebAssembly.Module = module, more: WebAssembly.Imports = {}) {
    const nothing = (): number => 0;
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(own)) {
      imports[from] ??= {};
      (imports[from] as Record<string, WebAssembly.ImportValue>)[name] = more[from]?.[name] ?? nothing;
    }
    this.e = new WebAssembly.Instance(own, imports).exports as unknown as Exports;
    this.call("_initialize");
  }
  call(name: string, ...args: number[]): number {
    const f = this.e[name];
    if (typeof f !== "function") throw new Error(`no export ${name}`);
    return f(...args);
  }
  view(): DataView {
    return new DataView(this.e.memory.buffer);
  }
  word(at: number): number {
    return this.view().getUint32(at, true);
  }
  bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.e.memory.buffer, at, count).slice();
  }
  put(bytes: Uint8Array): [number, number] {
    const at = this.call("hs_alloc", Math.max(1, bytes.length));
    if (at === 0) throw new Error("out of memory");
    new Uint8Array(this.e.memory.buffer).set(bytes, at);
    return [at, bytes.length];
  }
  /** Calls with some bytes in front of its other arguments, and frees them. */
  withBytes(name: string, bytes: Uint8Array, ...more: number[]): number {
    const [at, count] = this.put(bytes);
    const status = this.call(name, at, count, ...more);
    this.call("hs_free", at);
    return status;
  }
  span(at: number): string {
    return decoder.decode(this.bytes(this.word(at), this.word(at + 4)));
  }
  error(): { code: number; name: string; message: string; field: string; line: number; column: number } {
    const at = this.call("hs_last_error");
    return {
      code: this.word(at),
      name: this.span(at + 4),
      message: this.span(at + 12),
      field: this.span(at + 20),
      line: this.word(at + 28),
      column: this.word(at + 32),
    };
  }
  load(name: string, data: Uint8Array = readFileSync(VOICE_FILES[name] as string)): number {
    const [nameAt, nameBytes] = this.put(encoder.encode(name));
    const status = this.call("hs_voice_load", nameAt, nameBytes, ...this.put(data));
    this.call("hs_free", nameAt);
    return status;
  }
  open(request: object | string): number {
    return this.withBytes("hs_open", encoder.encode(typeof request === "string" ? request : JSON.stringify(request)));
  }
  line(): Line {
    return JSON.parse(this.span(this.call("hs_result")));
  }
  chunk(handle: number, channels = 1): Chunk {
    const at = this.call("hs_chunk", handle);
    const v = this.view();
    const u32 = (i: number): number => v.getUint32(at + 4 * i, true);
    const data = this.bytes(u32(6), u32(7));
    const lists: Lists = JSON.parse(decoder.decode(this.bytes(u32(9), u32(10))));
    const frames = u32(1);
    const samples = new Float32Array(this.bytes(u32(0), frames * channels * 4).buffer);
    return { samples, data, frames, index: u32(2), final: u32(3) === 1, startFrame: v.getFloat64(at + 16, true), clipped: u32(8), consumed: u32(11), lists };
  }
  /** Loads voices that are asked for; others are refused. */
  bring(): void {
    const name = this.span(this.call("hs_need"));
    if (name in VOICE_FILES) {
      if (this.load(name) < 0) throw new Error(`voice ${name}: ${this.error().message}`);
    } else {
      const [at, bytes] = this.put(encoder.encode(name));
      this.call("hs_voice_refuse", at, bytes, 0, 0);
    }
  }
  /** A request to its end; `feed` has the pieces of a fed text. */
  speak(request: object | string, feed: readonly Uint8Array[] = []): Spoken {
    const handle = this.open(request);
    if (handle < 0) return { status: handle, line: this.line(), chunks: [], samples: new Float32Array() };
    const channels = typeof request === "object" && "channels" in request ? Number(request.channels) : 1;
    const chunks: Chunk[] = [];
    let fed = 0;
    let status = 0;
    for (;;) {
      status = this.call("hs_next", handle);
      if (status === 0) chunks.push(this.chunk(handle, channels));
      else if (status === 1) this.bring();
      else if (status === 3) {
        const [at, bytes] = this.put(feed[fed] ?? new Uint8Array());
        this.call("hs_feed", handle, at, bytes, fed >= feed.length - 1 ? 1 : 0);
        this.call("hs_free", at);
        fed++;
      } else break;
    }
    const line = this.line();
    this.call("hs_close", handle);
    const samples = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
    let place = 0;
    for (const chunk of chunks) {
      samples.set(chunk.samples, place);
      place += chunk.samples.length;
    }
    return { status, line, chunks, samples };
  }
  stats(): Float64Array {
    const at = this.call("hs_alloc", 128);
    this.call("hs_memory", at);
    const copy = new Float64Array(this.e.memory.buffer, at, 16).slice();
    this.call("hs_free", at);
    return copy;
  }
}
