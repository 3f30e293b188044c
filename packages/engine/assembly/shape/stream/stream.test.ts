// The streaming loop through the module's ABI, held against the module's shaping at once: watermarks, compaction, forced cuts, progress, runs, memory, and the wrong rules that must show.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";

const font = (name: string): Uint8Array => readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/${name}`)));
const LATIN = font("noto-sans/400Regular/NotoSans_400Regular.ttf");
const ARABIC = font("noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf");
const INTER = font("inter/400Regular/Inter_400Regular.ttf");
const AAT = readFileSync("test/fonts/built/aat.ttf");
const TEXT = "AVATAR of the office, waffles and affluent fjords; To Type: 12,345 and 1⁄2 of it. ";
const ARABIC_TEXT = "السلام عليكم ورحمة الله وبركاته، كيف حالك اليوم؟ أنا بخير والحمد لله. ";

const NEED_INPUT = 0;
const FLUSH = 1;
const ENDED = 2;
/** The contract's number of `internal`. */
const INTERNAL = 21;
const PRODUCE_UNSAFE_TO_CONCAT = 0x40;
const DEFAULT = 0xffffffff;
const module = new WebAssembly.Module(readFileSync("packages/engine/dist/haforu.wasm"));
const encoder = new TextEncoder();
type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

interface Options {
  high?: number;
  low?: number;
  max?: number;
  bits?: number;
  rules?: number;
  chunk?: number;
}
/** A record: id, cluster, four positions, flags. */
interface Part {
  start: number;
  end: number;
  forced: boolean;
  last: boolean;
  script: number;
  records: number[][];
}

let e: Exports;
beforeEach(() => {
  const nothing = (): number => 0;
  const imports = { wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing }, host: { now: () => 0, begin: () => 0 } };
  e = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
  call("_initialize");
});

function call(name: string, ...args: number[]): number {
  const f = e[name];
  if (f === undefined) throw new Error(`no export ${name}`);
  return f(...args);
}
const view = (): DataView => new DataView(e.memory.buffer);
function put(bytes: Uint8Array): number {
  const at = call("hf_alloc", bytes.length);
  new Uint8Array(e.memory.buffer).set(bytes, at);
  return at;
}
/** hf_last_error: {i32 code, u32 message, u32 messageBytes}. */
function lastError(): string {
  const at = call("hf_last_error");
  return Buffer.from(e.memory.buffer, view().getUint32(at + 4, true), view().getUint32(at + 8, true)).toString();
}
function instance(bytes: Uint8Array): number {
  return call("hf_instance_create", call("hf_font_create", put(bytes), bytes.length, 0), 0, 0, 0, 0);
}

function open(of: number, { high = DEFAULT, low = DEFAULT, max = DEFAULT, bits = 4, rules = 0 }: Options): number {
  const at = call("hf_alloc", 56);
  new Uint8Array(e.memory.buffer, at, 56).fill(0);
  [high, low, max].forEach((value, i) => {
    view().setUint32(at + i * 4, value, true);
  });
  view().setUint32(at + 36, bits, true);
  const stream = call("hf_stream_open", of, at);
  call("hf_free", at);
  if (rules !== 0) call("hf_stream_naive_rules", stream, rules);
  return stream;
}

function part(): Part {
  const at = call("hf_stream_flush");
  const v = view();
  const word = (offset: number): number => v.getUint32(at + offset, true);
  const records = Array.from({ length: word(24) }, (_, i) => [
    v.getUint32(word(32) + i * 4, true),
    v.getFloat64(word(28) + i * 8, true),
    ...[36, 40, 44, 48].map((column) => v.getInt32(word(column) + i * 4, true)),
    v.getUint32(word(52) + i * 4, true),
  ]);
  const bits = word(76);
  return { start: v.getFloat64(at, true), end: v.getFloat64(at + 8, true), forced: (bits & 1) !== 0, last: (bits & 4) !== 0, script: word(56), records };
}

function stats(stream: number): Record<string, number> {
  const at = call("hf_alloc", 104);
  call("hf_stream_stats", stream, at);
  const names = "cycles cuts heldBack forced shaped read peak defects retries flushes glyphs runs malformed".split(" ");
  return Object.fromEntries(names.map((name, i) => [name, view().getFloat64(at + i * 8, true)]));
}

/** Streams a text and closes; every push that takes nothing must have a flush behind it. */
function run(of: number, text: string, options: Options = {}): { parts: Part[]; counts: Record<string, number> } {
  const stream = open(of, options);
  const bytes = encoder.encode(text);
  const at = put(bytes);
  const parts: Part[] = [];
  const drain = (): number => {
    for (;;) {
      const status = call("hf_stream_pull", stream);
      if (status !== FLUSH) return status;
      parts.push(part());
    }
  };
  for (let from = 0; from < bytes.length; ) {
    const taken = call("hf_stream_push", stream, at + from, Math.min(options.chunk ?? bytes.length, bytes.length - from));
    from += taken;
    const before = parts.length;
    expect(drain()).toBe(NEED_INPUT);
    if (taken === 0) expect(parts.length, "progress").toBeGreaterThan(before);
  }
  call("hf_stream_end", stream);
  expect(drain()).toBe(ENDED);
  const counts = stats(stream);
  expect(call("hf_stream_close", stream)).toBe(0);
  call("hf_free", at);
  return { parts, counts };
}

function atOnce(of: number, text: string): number[][] {
  const bytes = encoder.encode(text);
  const spec = call("hf_alloc", 32);
  const item = call("hf_alloc", 32);
  const at = put(bytes);
  new Uint8Array(e.memory.buffer, spec, 32).fill(0);
  view().setUint32(spec, at, true);
  view().setUint32(spec + 4, bytes.length, true);
  new Uint8Array(e.memory.buffer, item, 32).fill(0);
  ITEM.forEach(([offset, value]) => {
    view().setUint32(item + offset, value, true);
  });
  expect(call("hf_shape_item", of, spec, item)).toBe(0);
  const glyphs = call("hf_glyphs");
  const first = view().getUint32(glyphs, true);
  return Array.from({ length: view().getUint32(glyphs + 4, true) }, (_, i) =>
    Array.from({ length: 7 }, (_unused, k) =>
      k >= 2 && k < 6 ? view().getInt32(first + i * 28 + k * 4, true) : view().getUint32(first + i * 28 + k * 4, true),
    ),
  );
}
/** Fields of hf_shape_item's item that are not 0: {offset, value}. */
const ITEM: readonly (readonly [number, number])[] = [
  [0, PRODUCE_UNSAFE_TO_CONCAT],
  [8, 1],
];

const joined = (parts: readonly Part[]): number[][] => parts.flatMap((one) => one.records);

describe("a stream gives the records of shaping at once", () => {
  it.each([
    ["Latin", LATIN, TEXT],
    ["Latin, everything matched across", INTER, TEXT],
    ["Arabic", ARABIC, ARABIC_TEXT],
  ])("%s", (_, bytes, text) => {
    const of = instance(bytes);
    const long = text.repeat(30);
    const expected = atOnce(of, long);
    for (const options of [{}, { chunk: 1 }, { high: 1, low: 0 }, { high: 40, low: 40, chunk: 3 }, { high: 512, low: 1 }]) {
      const { parts, counts } = run(of, long, options);
      expect(joined(parts)).toEqual(expected);
      expect(counts).toMatchObject({ forced: 0, defects: 0, read: [...long].length });
    }
  });

  it("and with each of the wrong rules it does not", () => {
    for (const [rule, bytes, text] of [
      [1, INTER, TEXT],
      [2, LATIN, TEXT],
      [4, ARABIC, ARABIC_TEXT],
      [8, INTER, TEXT],
    ] as const) {
      const of = instance(bytes);
      const long = text.repeat(12);
      const differs = [9, 13, 17, 21, 26, 33, 47].some(
        (high) => JSON.stringify(joined(run(of, long, { high, low: 1, rules: rule }).parts)) !== JSON.stringify(atOnce(of, long)),
      );
      expect(differs, `rule ${rule}`).toBe(true);
    }
  });
});

describe("watermarks", () => {
  it("hold what is read to high, and cuts at or beyond low", () => {
    const { parts, counts } = run(instance(LATIN), TEXT.repeat(50), { high: 200, low: 90 });
    expect(counts.peak).toBe(200);
    for (const one of parts.slice(0, -1)) expect(one.end - one.start).toBeGreaterThanOrEqual(90);
    expect(counts.cuts).toBe(parts.length - 1);
  });

  it("let the buffer grow where there is no cut, and never over max_buffer", () => {
    const { parts, counts } = run(instance(LATIN), TEXT.repeat(10), { high: 2, low: 0, max: 64 });
    expect(counts.peak).toBeGreaterThan(2);
    expect(counts.peak).toBeLessThanOrEqual(64);
    expect(parts.at(-1)?.end).toBe([...TEXT.repeat(10)].length);
  });

  it("force a cut when max_buffer is full, and say so", () => {
    const { parts, counts } = run(instance(AAT), "The quick brown fox ".repeat(40), { high: 16, low: 8, max: 128 });
    // all flushes touch a forced cut; behind the last one the text ends
    expect(parts.filter((one) => one.forced).length).toBe(parts.length);
    expect(counts.forced).toBe(parts.length - 1);
    expect(counts.forced).toBeGreaterThan(3);
    expect(counts.peak).toBe(128);
    expect(parts.map((one) => one.start)).toEqual([0, ...parts.slice(0, -1).map((one) => one.end)]);
  });

  it("of one code point make progress", () => {
    const { parts } = run(instance(LATIN), TEXT, { high: 1, low: 0, max: 1, chunk: 1 });
    expect(parts.at(-1)).toMatchObject({ end: [...TEXT].length, last: true });
    expect(parts.filter((one) => one.last)).toHaveLength(1);
  });
});

describe("what must hold is asserted", () => {
  it.each([
    ["the carry is aligned", 16, "aligned"],
    ["clusters rise", 32, "cluster"],
    ["a cut is valid", 64, "cut"],
    ["every turn makes progress", 128, "progress"],
  ])("%s: a fault put in ends the stream with its name, and it can be closed", (_, fault, word) => {
    const stream = open(instance(LATIN), { rules: fault });
    const bytes = encoder.encode(TEXT.repeat(10));
    const at = put(bytes);
    expect(call("hf_stream_push", stream, at, bytes.length)).toBeGreaterThan(0);
    expect(call("hf_stream_pull", stream)).toBe(-INTERNAL);
    expect(lastError()).toContain(word);
    // It stays dead, whatever is asked of it, and says the same.
    expect([call("hf_stream_pull", stream), call("hf_stream_push", stream, at, 1), call("hf_stream_end", stream)]).toEqual([-INTERNAL, -INTERNAL, -INTERNAL]);
    expect(lastError()).toContain(word);
    expect(call("hf_stream_close", stream)).toBe(0);
    call("hf_free", at);
  });
});

describe("the ends of a text", () => {
  it("empty: no flush and no error", () => {
    expect(run(instance(LATIN), "")).toMatchObject({ parts: [], counts: { read: 0, cycles: 0 } });
  });

  it("scripts are runs when asked for, and common characters go with them", () => {
    const { parts } = run(instance(LATIN), "12 abc (ж) 3 Ω.", { bits: 4 | 1 });
    const tag = (script: number): string => String.fromCharCode(...[24, 16, 8, 0].map((shift) => (script >>> shift) & 255));
    expect(parts.map((one) => [one.start, one.end, tag(one.script)])).toEqual([
      [0, 8, "Latn"],
      [8, 9, "Cyrl"],
      [9, 13, "Latn"],
      [13, 15, "Grek"],
    ]);
  });

  it("a long text takes no more memory than a short one, and closing gives it back", () => {
    const of = instance(LATIN);
    const stream = open(of, {});
    const bytes = encoder.encode(TEXT.repeat(100));
    const at = put(bytes);
    const give = (times: number): void => {
      for (let i = 0; i < times; i++)
        for (let from = 0; from < bytes.length; from += call("hf_stream_push", stream, at + from, bytes.length - from))
          while (call("hf_stream_pull", stream) === FLUSH);
    };
    give(10);
    const pages = e.memory.buffer.byteLength;
    give(90);
    expect(e.memory.buffer.byteLength).toBe(pages);
    expect(stats(stream).read).toBeGreaterThan(800_000);
    call("hf_stream_close", stream);
    for (let i = 0; i < 200; i++) call("hf_stream_close", open(of, {}));
    expect(e.memory.buffer.byteLength).toBe(pages);
  });
});
