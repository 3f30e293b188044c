// The boundary to streams: what goes in and out, errors that name their values, and handles that leave nothing open.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { Engine, packTag } from "./boundary.ts";
import { HaforuError } from "./errors.ts";
import { engineModule } from "./load.ts";
import { ENDED, FLUSH, type FlushRecord, NEED_INPUT, type StreamSettings } from "./stream-calls.ts";

const FONT = readFileSync(fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf")));
const HEBREW = readFileSync(fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf")));
const encoder = new TextEncoder();

let engine: Engine;
let instance: number;
beforeEach(() => {
  engine = new Engine(engineModule());
  instance = addInstance(FONT);
});

function addInstance(bytes: Uint8Array): number {
  const pointer = engine.allocateFont(bytes.length);
  engine.view(pointer, bytes.length).set(bytes);
  return engine.createInstance(engine.createFont(pointer, bytes.length, 0), undefined, "");
}

function drain(stream: number, into: FlushRecord[]): number {
  for (;;) {
    const status = engine.streams.pull(stream);
    if (status !== FLUSH) return status;
    into.push(engine.streams.flush());
  }
}

function give(stream: number, bytes: Uint8Array, into: FlushRecord[]): void {
  for (let at = 0; at < bytes.length; ) {
    at += engine.streams.push(stream, bytes.subarray(at));
    expect(drain(stream, into)).toBe(NEED_INPUT);
  }
}

function all(text: string, settings: StreamSettings = {}): FlushRecord[] {
  const stream = engine.streams.open(instance, settings);
  const flushes: FlushRecord[] = [];
  give(stream, encoder.encode(text), flushes);
  engine.streams.end(stream);
  expect(drain(stream, flushes)).toBe(ENDED);
  engine.streams.close(stream);
  return flushes;
}

const FIELDS = ["ids", "clusters", "xAdvances", "yAdvances", "xOffsets", "yOffsets", "flags"] as const;
const PRODUCE_UNSAFE_TO_CONCAT = 0x40;

/** The records of shaping a text at once, in logical order, each in the order of FIELDS. */
function atOnce(text: string): number[][] {
  const spec = { text, scriptTag: 0, direction: 0, language: "", features: "" };
  engine.shapeItem(instance, spec, { before: "", after: "", bufferFlags: PRODUCE_UNSAFE_TO_CONCAT, clusterLevel: 0, logical: true });
  const records = engine.shapedRecords();
  return Array.from({ length: records.length / FIELDS.length }, (_, i) => [...records.subarray(i * FIELDS.length, (i + 1) * FIELDS.length)]);
}

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof HaforuError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "no error";
}

test("flushes follow each other without a gap and hold the records of shaping at once", () => {
  const text = "AVATAR office, 1⁄2 of it. ".repeat(80);
  const flushes = all(text);
  expect(flushes.length).toBeGreaterThan(5);
  expect(flushes.map((flush) => flush.start)).toEqual([0, ...flushes.slice(0, -1).map((flush) => flush.end)]);
  expect(flushes.at(-1)?.end).toBe(text.length);
  const whole = atOnce(text);
  FIELDS.forEach((field, i) => {
    expect(flushes.flatMap((flush) => [...flush[field]])).toEqual(whole.map((record) => record[i]));
  });
  expect(flushes[0]).toMatchObject({ run: 0, runBegins: true, runEnds: false, forced: false, direction: 4, language: "und", instance, warnings: [] });
  expect(flushes[0]?.scriptTag).toBe(packTag("Latn"));
});

test("by cluster and by run are the same records; logical and visual order are each other's reverse within a flush", () => {
  instance = addInstance(HEBREW);
  const text = "שָׁלוֹם עוֹלָם. ".repeat(40);
  const joined = (settings: StreamSettings): number[] => all(text, { logical: true, ...settings }).flatMap((flush) => [...flush.ids]);
  expect(joined({ byCluster: true })).toEqual(joined({}));
  const visual = all(text);
  all(text, { logical: true }).forEach((flush, i) => {
    expect([...(visual[i]?.clusters ?? [])].reverse()).toEqual([...flush.clusters]);
    expect([...(visual[i]?.xAdvances ?? [])].reverse()).toEqual([...flush.xAdvances]);
  });
  for (const flush of all(text, { byCluster: true })) {
    expect(new Set(flush.clusters).size).toBe(1);
    expect(flush.clusters[0]).toBe(flush.start);
  }
});

test("broken rules name their values", () => {
  const open = (settings: StreamSettings): string => messageOf(() => engine.streams.open(instance, settings));
  expect(open({ highWatermark: 10, lowWatermark: 20, maxBuffer: 30 })).toMatch(
    /^invalid_argument: .*high_watermark 10, low_watermark 20, max_buffer 30: expected/,
  );
  expect(open({ highWatermark: 0, lowWatermark: 0 })).toMatch(/high_watermark 0, low_watermark 0, max_buffer 4096/);
  expect(open({ highWatermark: 5000 })).toMatch(/high_watermark 5000, low_watermark 128, max_buffer 4096/);
  expect(open({ highWatermark: -1 })).toMatch(/^invalid_argument/);
  expect(open({ features: "kern[2:5]=0" })).toMatch(/kern\[2:5\]=0 has a range/);
  expect(open({ features: "liga,kern=maybe" })).toMatch(/kern=maybe is not in HarfBuzz's syntax/);
  expect(open({ direction: 3 })).toMatch(/direction 3/);
  expect(open({ firstCluster: 0.5 })).toMatch(/first_cluster 0.5/);
  const stream = engine.streams.open(instance);
  expect(messageOf(() => engine.streams.change(stream, { pop: "features" }))).toMatch(/^invalid_argument: .*pop of features without a push/);
  engine.streams.end(stream);
  expect(messageOf(() => engine.streams.push(stream, encoder.encode("a")))).toMatch(/has ended/);
  engine.streams.close(stream);
  expect(messageOf(() => engine.streams.pull(stream))).toMatch(/^invalid_handle/);
});

test("a change ends a run, and an instance lives on for the stream that uses it", () => {
  const handles = engine.stats().handles;
  const other = addInstance(FONT);
  const stream = engine.streams.open(other, { logical: true });
  engine.releaseInstance(other);
  const flushes: FlushRecord[] = [];
  give(stream, encoder.encode("ffi"), flushes);
  expect(engine.streams.change(stream, { push: "features", features: "liga=0" })).toBe(true);
  give(stream, encoder.encode("ffi"), flushes);
  expect(engine.streams.change(stream, { push: "font", instance })).toBe(true);
  expect(engine.streams.change(stream, { pop: "features" })).toBe(true);
  give(stream, encoder.encode("ffi"), flushes);
  engine.streams.end(stream);
  drain(stream, flushes);
  expect(flushes.map((flush) => [flush.run, flush.start, flush.end, flush.ids.length, flush.instance === instance])).toEqual([
    [0, 0, 3, 1, false],
    [1, 3, 6, 3, false],
    [2, 6, 9, 1, true],
  ]);
  expect(engine.streams.stats(stream)).toMatchObject({ read: 9, flushes: 3, glyphs: 5, forced: 0, defects: 0 });
  engine.streams.close(stream);
  expect(engine.stats().handles).toBe(handles + 1); // the font of the released instance
});

test("ill-formed UTF-8 is U+FFFD with a warning that says where", () => {
  const stream = engine.streams.open(instance, { logical: true });
  const flushes: FlushRecord[] = [];
  give(stream, new Uint8Array([0x61, 0xc3]), flushes);
  give(stream, new Uint8Array([0xa9, 0xff, 0x62, 0xe2, 0x82]), flushes);
  engine.streams.end(stream);
  drain(stream, flushes);
  expect([...(flushes[0]?.ids ?? [])]).toEqual(atOnce("aé\uFFFDb\uFFFD").map((record) => record[0]));
  expect(flushes[0]?.warnings).toEqual([{ code: "malformed_utf8", message: expect.stringContaining("2 ill-formed parts"), details: { at: 2, count: 2 } }]);
});

test("cluster ids are right past 2³²", () => {
  const text = "of the office ".repeat(40);
  const first = 2 ** 32 - 10;
  const flushes = all(text, { firstCluster: first });
  expect(flushes.flatMap((flush) => [...flush.clusters].map((id) => id - first))).toEqual(all(text).flatMap((flush) => [...flush.clusters]));
  expect(flushes.at(-1)?.end).toBe(first + text.length);
});
