// Streams as programs use them: pushed, iterated, piped; pieces cut anywhere, changes, warnings, and what is left open after each way to end.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { NOTO_NASKH, NOTO_SANS, SOURCE_SANS_VAR } from "../../test/haforu.ts";
import { HaforuError } from "../engine/errors.ts";
import { createShaping } from "./create.ts";
import { createShaper, shapeStream, shapeTransform } from "./default.ts";
import { glyphRecords } from "./records.ts";
import type { Flush } from "./shaper.ts";
import type { Shaping } from "./shaping.ts";
import type { ShapeInput, ShapeStreamOptions } from "./stream-options.ts";

const SMALL = { highWatermark: 16, lowWatermark: 4, maxBuffer: 64, order: "logical" } as const;
const TEXT = "The quick brown fox jumps over the lazy dog, and office waffles follow. ".repeat(6);

let shaping: Shaping;
beforeEach(() => {
  shaping = createShaping();
});
afterEach(() => {
  // Whatever a test did: nothing may be left open.
  expect(shaping.openFonts).toBe(0);
  shaping.dispose();
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof HaforuError ? `${error.code}: ${error.message}` : String(error);
  }
  return "no error";
}

const glyphs = (flushes: readonly Flush[]): unknown[] => flushes.flatMap((flush) => glyphRecords(flush));
const whole = (font: string, text: string): unknown[] => glyphRecords(shaping.shapeText(font, text, { order: "logical", unsafeToConcat: true }));

function pushed(inputs: readonly ShapeInput[], options: object = SMALL, font = NOTO_SANS): Flush[] {
  const flushes: Flush[] = [];
  using shaper = shaping.createShaper(font, { ...options, sink: (flush) => flushes.push(flush) });
  for (const input of inputs) shaper.push(input);
  shaper.end();
  return flushes;
}

async function collected(stream: AsyncIterable<Flush>): Promise<Flush[]> {
  const flushes: Flush[] = [];
  for await (const flush of stream) flushes.push(flush);
  return flushes;
}

describe("a pushed stream", () => {
  it("gives the records of shaping the whole text at once, long before its end", () => {
    const flushes: Flush[] = [];
    const shaper = shaping.createShaper(NOTO_SANS, { ...SMALL, sink: (flush) => flushes.push(flush) });
    shaper.push(TEXT);
    expect(flushes.length).toBeGreaterThan(5);
    shaper.end();
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, TEXT));
    expect(flushes.map(({ start, end }) => [start, end])).toEqual(flushes.map(({ end }, i) => [flushes[i - 1]?.end ?? 0, end]));
    expect(shaper.stats.read).toBe(TEXT.length);
    expect(shaper.stats.flushes).toBe(flushes.length);
  });

  it("gives a flush for each cluster where that is asked for", () => {
    const flushes = pushed([TEXT], { ...SMALL, flushMode: "cluster" });
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, TEXT));
    for (const { clusters } of flushes) expect(new Set(clusters).size).toBe(1);
  });

  it("keeps HarfBuzz's order within a flush unless logical order is asked for", () => {
    const text = "السلام عليكم ورحمة الله وبركاته ".repeat(4);
    const visual = pushed([text], { ...SMALL, order: "visual" }, NOTO_NASKH);
    expect(visual.length).toBeGreaterThan(2);
    for (const { clusters, direction, script } of visual) {
      expect([direction, script]).toEqual(["rtl", "Arab"]);
      expect([...clusters]).toEqual([...clusters].sort((a, b) => b - a));
    }
    expect(visual.flatMap((flush) => glyphRecords(flush).reverse())).toEqual(whole(NOTO_NASKH, text));
  });

  it("takes no text at all", () => {
    expect(pushed([])).toEqual([]);
    expect(pushed(["", new Uint8Array(0), ""])).toEqual([]);
  });

  it("joins what is split between pieces: surrogates, and the bytes of UTF-8", () => {
    const text = "a😀б👩🏽‍💻é🇫🇷ש𝒳 end";
    const expected = whole(NOTO_SANS, text);
    expect(glyphs(pushed([...Array(text.length).keys()].map((i) => text[i] as string)))).toEqual(expected);
    const bytes = new TextEncoder().encode(text);
    expect(glyphs(pushed([...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(expected);
    expect(glyphs(pushed([bytes.subarray(0, 3), bytes.subarray(3)]))).toEqual(expected);
  });

  it.each<[string, ShapeInput[], string, number[]]>([
    ["a high surrogate without its low one", ["a\ud83d", "b"], "a\ufffdb", [1, 1]],
    ["a low surrogate alone", ["a\ude00b"], "a\ufffdb", [1, 1]],
    ["a high surrogate at the end", ["ab\ud83d"], "ab\ufffd", [2, 1]],
    ["two high ones", ["\ud83d", "\ud83d\ude00"], "\ufffd😀", [0, 1]],
    ["a surrogate, then bytes", ["a\ud83d", Uint8Array.of(0x62)], "a\ufffdb", [1, 1]],
    ["bytes that are no UTF-8", [Uint8Array.of(0x61, 0xff, 0xc3), Uint8Array.of(0x28)], "a\ufffd\ufffd(", [1, 2]],
    ["bytes cut off at the end", [Uint8Array.of(0x61, 0xe2, 0x82)], "a\ufffd", [1, 1]],
    ["bytes, cut off by a string", [Uint8Array.of(0xf0, 0x9f), "é"], "\ufffdé", [0, 1]],
  ])("reads %s as U+FFFD, with a warning", (_, inputs, text, [at, count]) => {
    const flushes = pushed(inputs);
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, text));
    expect(flushes.flatMap(({ warnings }) => warnings.map(({ code, details }) => ({ code, details })))).toEqual([
      { code: "malformed_utf8", details: { at, count } },
    ]);
  });

  it("changes features, language, script, direction and font in mid-stream, each in a run of its own", () => {
    const shaper = (flushes: Flush[]): ReturnType<Shaping["createShaper"]> =>
      shaping.createShaper(SOURCE_SANS_VAR, { order: "logical", sink: (flush) => flushes.push(flush) });
    const flushes: Flush[] = [];
    using one = shaper(flushes);
    one.push("office ");
    one.pushFeatures("-liga");
    one.push("office ");
    one.pushFeatures(["smcp", "-kern"]);
    one.push("office ");
    one.popFeatures();
    one.pop("features");
    one.pushLanguage("tr");
    one.push("fi ");
    one.pushDirection("rtl");
    one.pushScript("Cyrl");
    one.push("да ");
    one.pop("direction");
    one.pop("script");
    one.pushFont({ font: SOURCE_SANS_VAR, variations: { wght: 900 } });
    one.push("bold");
    one.pop("font");
    one.push("!");
    one.end();
    expect(flushes.map(({ run, start, end, script, direction, language }) => [run, start, end, script, direction, language])).toEqual([
      [0, 0, 7, "Latn", "ltr", "und"],
      [1, 7, 14, "Latn", "ltr", "und"],
      [2, 14, 21, "Latn", "ltr", "und"],
      [3, 21, 24, "Latn", "ltr", "tr"],
      [4, 24, 27, "Cyrl", "rtl", "tr"],
      [5, 27, 31, "Latn", "ltr", "tr"],
      [6, 31, 32, flushes[6]?.script, "ltr", "tr"],
    ]);
    expect(flushes[5]?.font).toEqual({ font: SOURCE_SANS_VAR, variations: { wght: 900 } });
    const ids = (text: string, options: object): number[] => [...shaping.shapeText(SOURCE_SANS_VAR, text, { order: "logical", ...options }).ids];
    expect([...(flushes[1] as Flush).ids]).toEqual(ids("office ", { features: "-liga" }));
    expect([...(flushes[2] as Flush).ids]).toEqual(ids("office ", { features: "-liga,smcp,-kern" }));
    expect([...(flushes[2] as Flush).ids]).not.toEqual([...(flushes[1] as Flush).ids]);
    const bold = shaping.shapeText({ font: SOURCE_SANS_VAR, variations: { wght: 900 } }, "bold");
    expect([...(flushes[5] as Flush).xAdvances]).toEqual([...bold.xAdvances]);
  });

  it("makes a run for each script when it itemises", () => {
    const flushes = pushed(["abc — где 12 שלום, end"], { ...SMALL, itemise: true });
    expect(flushes.map(({ script, start }) => [script, start])).toEqual([
      ["Latn", 0],
      ["Cyrl", 6],
      ["Hebr", 13],
      ["Latn", 19],
    ]);
  });

  it("counts clusters on from where it is told to, past 2³²", () => {
    const first = 2 ** 32 - 20;
    const [flushes, plain] = [pushed([TEXT], { ...SMALL, firstCluster: first }), pushed([TEXT])];
    expect(flushes.flatMap(({ clusters }) => [...clusters])).toEqual(plain.flatMap(({ clusters }) => [...clusters].map((cluster) => cluster + first)));
    expect(flushes.at(-1)?.end).toBe(first + TEXT.length);
  });

  it("says what is wrong with options, inputs and calls, and goes on after an input that it refused", () => {
    const sink = (): void => {};
    const create = (options: object): string => messageOf(() => shaping.createShaper(NOTO_SANS, { sink, ...options }));
    expect(create({ highWatermark: 10, lowWatermark: 20 })).toMatch(/^invalid_argument: .*high_watermark 10, low_watermark 20, max_buffer 4096/);
    expect(create({ highWatermark: 0, lowWatermark: 0 })).toMatch(/high_watermark 0, low_watermark 0/);
    expect(create({ highWatermark: 100, lowWatermark: 1, maxBuffer: 99 })).toMatch(/high_watermark 100, low_watermark 1, max_buffer 99/);
    expect(create({ highWatermark: 1.5 })).toBe("invalid_argument: highWatermark: expected a whole number of code points, got 1.5");
    expect(create({ flushMode: "line" })).toBe('invalid_argument: flushMode: expected "run" or "cluster", got "line"');
    expect(create({ watermark: 3 })).toMatch(/^invalid_argument: "watermark": there is no such field/);
    expect(create({ features: "kern[0:3]" })).toMatch(/invalid_argument: .*has a range/);
    expect(create({ itemise: true, script: "Latn" })).toMatch(/^invalid_argument: script:/);
    expect(messageOf(() => shaping.createShaper("nowhere.ttf", { sink }))).toMatch(/^font_not_found: font nowhere.ttf/);
    expect(messageOf(() => shaping.createShaper(NOTO_SANS, {} as never))).toMatch(/^invalid_argument: sink/);
    expect(messageOf(() => shaping.createShaper({ font: SOURCE_SANS_VAR, variations: { WONK: 1 } }, { sink }))).toMatch(
      /invalid_argument: variations: the font has no axis "WONK"; its axes are wght/,
    );
    expect(messageOf(() => shaping.createShaper({ font: SOURCE_SANS_VAR, instance: "Nope" }, { sink }))).toMatch(/^instance_not_found: instance "Nope"/);

    const flushes: Flush[] = [];
    const shaper = shaping.createShaper(NOTO_SANS, { ...SMALL, sink: (flush) => flushes.push(flush) });
    shaper.push("ab");
    expect(messageOf(() => shaper.popFeatures())).toMatch(/^invalid_argument: .*pop of features without a push/);
    expect(messageOf(() => shaper.pop("colour" as never))).toMatch(/^invalid_argument: pop: expected features, language, script, direction, font/);
    expect(messageOf(() => shaper.push(7 as never))).toMatch(/^invalid_argument: input/);
    expect(messageOf(() => shaper.push({ push: "colour" } as never))).toMatch(/^invalid_argument: push/);
    expect(messageOf(() => shaper.pushFont("nowhere.ttf"))).toMatch(/^font_not_found/);
    expect(messageOf(() => shaper.push("c"))).toMatch(/^invalid_handle: the stream is closed/);

    const ended = shaping.createShaper(NOTO_SANS, { sink });
    ended.end();
    expect(messageOf(() => ended.push("a"))).toBe("invalid_handle: the stream has ended; create another shaper");
    expect(messageOf(() => ended.end())).toBe("invalid_handle: the stream has ended; create another shaper");
    ended.dispose();
  });

  it("ends with what its sink throws, and what was flushed before was right", () => {
    const flushes: Flush[] = [];
    const shaper = shaping.createShaper(NOTO_SANS, {
      ...SMALL,
      sink: (flush) => {
        if (flushes.length === 3) throw new TypeError("the sink is full");
        flushes.push(flush);
      },
    });
    expect(() => shaper.push(TEXT)).toThrow(new TypeError("the sink is full"));
    expect(shaping.openFonts).toBe(0);
    expect(shaper.stats.flushes).toBe(4);
    expect(messageOf(() => shaper.push("a"))).toMatch(/^invalid_handle: the stream is closed/);
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, TEXT).slice(0, glyphs(flushes).length));
  });

  it("refuses a sink that pushes into its own stream", () => {
    const shaper: ReturnType<Shaping["createShaper"]> = shaping.createShaper(NOTO_SANS, { ...SMALL, sink: () => shaper.push("again") });
    expect(messageOf(() => shaper.push(TEXT))).toMatch(/^invalid_argument: the stream is at work/);
    shaper.dispose();
  });

  it("may be disposed of at any time, by its sink too", () => {
    let count = 0;
    const shaper: ReturnType<Shaping["createShaper"]> = shaping.createShaper(NOTO_SANS, {
      ...SMALL,
      sink: () => {
        count += 1;
        shaper.dispose();
      },
    });
    expect(messageOf(() => shaper.push(TEXT))).toMatch(/^invalid_handle: the stream was closed/);
    expect(count).toBe(1);
    shaper.dispose();
  });

  it("shares an open font with other streams, which do not disturb each other", () => {
    const results: Flush[][] = [[], [], []];
    const shapers = results.map((flushes) => shaping.createShaper(NOTO_SANS, { ...SMALL, sink: (flush) => flushes.push(flush) }));
    expect(shaping.openFonts).toBe(3);
    for (let at = 0; at < TEXT.length; at += 7)
      for (const [i, shaper] of shapers.entries()) shaper.push(i === 2 ? TEXT.slice(at, at + 7).toUpperCase() : TEXT.slice(at, at + 7));
    for (const shaper of shapers) shaper.end();
    expect(glyphs(results[0] as Flush[])).toEqual(whole(NOTO_SANS, TEXT));
    expect(glyphs(results[1] as Flush[])).toEqual(whole(NOTO_SANS, TEXT));
    expect(glyphs(results[2] as Flush[])).toEqual(whole(NOTO_SANS, TEXT.toUpperCase()));
  });

  it("takes a font as bytes, and by the name under which it was added", () => {
    const bytes = readFileSync(NOTO_SANS);
    const expected = whole(NOTO_SANS, "office");
    shaping.addFont("mine", bytes);
    for (const font of [bytes, "mine", { font: new Uint8Array(bytes) }]) {
      const flushes: Flush[] = [];
      using shaper = shaping.createShaper(font, { order: "logical", sink: (flush) => flushes.push(flush) });
      shaper.push("office");
      shaper.end();
      expect(glyphs(flushes)).toEqual(expected);
    }
    expect(shaping.removeFont("mine")).toBe(true);
  });

  it("is over when its Shaping is disposed of", () => {
    const other = createShaping();
    const shaper = other.createShaper(NOTO_SANS, { ...SMALL, sink: () => {} });
    shaper.dispose();
    other.dispose();
    expect(messageOf(() => other.createShaper(NOTO_SANS, { sink: () => {} }))).toMatch(/^invalid_handle: the shaping is disposed/);
  });
});

const OPTIONS: ShapeStreamOptions = { font: NOTO_SANS, ...SMALL };

describe("an iterated stream", () => {
  async function* slow(pieces: readonly string[], log: string[] = []): AsyncGenerator<string> {
    try {
      for (const piece of pieces) {
        log.push("read");
        await Promise.resolve();
        yield piece;
      }
    } finally {
      log.push("closed");
    }
  }
  const words = TEXT.split(/(?<= )/);

  test.each<[string, () => Parameters<Shaping["shapeStream"]>[0]]>([
    ["a string", () => TEXT],
    ["bytes", () => new TextEncoder().encode(TEXT)],
    ["an array", () => words],
    ["a generator", () => words.values()],
    ["an async generator", () => slow(words)],
    ["a Node stream", () => Readable.from(words)],
    ["a Node stream of bytes", () => Readable.from(words.map((word) => Buffer.from(word)))],
    ["a web stream", () => Readable.toWeb(Readable.from(words)) as ReadableStream<string>],
  ])("takes %s", async (_, source) => {
    expect(glyphs(await collected(shaping.shapeStream(source(), OPTIONS)))).toEqual(whole(NOTO_SANS, TEXT));
  });

  it("gives what it did as its return value", async () => {
    const stream = shaping.shapeStream(words, OPTIONS);
    let next = await stream.next();
    while (next.done !== true) next = await stream.next();
    expect(next.value.read).toBe(TEXT.length);
    expect(next.value.forced).toBe(0);
  });

  it("reads no further than its reader has taken", async () => {
    const log: string[] = [];
    const stream = shaping.shapeStream(slow(words, log), OPTIONS);
    await stream.next();
    const after = log.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log.length).toBe(after);
    expect(after).toBeLessThan(words.length / 4);
    await stream.return({} as never);
    expect(log.at(-1)).toBe("closed");
  });

  it("ends with its source's error, after what was final before", async () => {
    async function* breaking(): AsyncGenerator<string> {
      yield TEXT;
      throw new TypeError("the disk is gone");
    }
    const flushes: Flush[] = [];
    await expect(async () => {
      for await (const flush of shaping.shapeStream(breaking(), OPTIONS)) flushes.push(flush);
    }).rejects.toThrow(new TypeError("the disk is gone"));
    expect(flushes.length).toBeGreaterThan(5);
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, TEXT).slice(0, glyphs(flushes).length));
  });

  it("closes its source when its reader throws", async () => {
    const log: string[] = [];
    await expect(async () => {
      for await (const _ of shaping.shapeStream(slow(words, log), OPTIONS)) throw new TypeError("the reader has had enough");
    }).rejects.toThrow("the reader has had enough");
    expect(log.at(-1)).toBe("closed");
  });

  it("closes its source on an input that it refuses", async () => {
    let closed = false;
    function* wrong(): Generator<ShapeInput> {
      try {
        yield "abc";
        yield { pop: "font" };
      } finally {
        closed = true;
      }
    }
    await expect(collected(shaping.shapeStream(wrong(), OPTIONS))).rejects.toMatchObject({ code: "invalid_argument" });
    expect(closed).toBe(true);
    await expect(collected(shaping.shapeStream(5 as never, OPTIONS))).rejects.toMatchObject({ code: "invalid_argument" });
  });

  it("stops at an abort: before it begins, between flushes, and while it waits for a source that never answers", async () => {
    const reason = new Error("enough");
    await expect(collected(shaping.shapeStream(words, { ...OPTIONS, signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);

    const between = new AbortController();
    let count = 0;
    await expect(async () => {
      for await (const _ of shaping.shapeStream(TEXT, { ...OPTIONS, signal: between.signal })) if (++count === 2) between.abort(reason);
    }).rejects.toBe(reason);
    expect(count).toBe(2);

    const waiting = new AbortController();
    const stuck: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    setTimeout(() => waiting.abort(reason), 5);
    await expect(collected(shaping.shapeStream(stuck, { ...OPTIONS, signal: waiting.signal }))).rejects.toBe(reason);
  });

  it("takes changes between its texts", async () => {
    const flushes = await collected(shaping.shapeStream(["office ", { push: "features", features: "-liga" }, "office"], OPTIONS));
    expect(flushes.map(({ run, start, end }) => [run, start, end])).toEqual([
      [0, 0, 7],
      [1, 7, 13],
    ]);
  });

  it("has a form over an engine that the thread's calls share", async () => {
    const flushes = await collected(shapeStream(words, OPTIONS));
    expect(glyphs(flushes)).toEqual(whole(NOTO_SANS, TEXT));
    const direct: Flush[] = [];
    using shaper = createShaper(NOTO_SANS, { ...SMALL, sink: (flush) => direct.push(flush) });
    shaper.push(TEXT);
    shaper.end();
    expect(direct).toEqual(flushes);
    const piped = new Blob([TEXT]).stream().pipeThrough(shapeTransform(OPTIONS));
    expect(glyphs(await collected(piped as unknown as AsyncIterable<Flush>))).toEqual(whole(NOTO_SANS, TEXT));
  });
});

describe("a pair of web streams", () => {
  const source = (pieces: readonly ShapeInput[], log: number[] = [], cancelled: unknown[] = []): ReadableStream<ShapeInput> => {
    let at = 0;
    return new ReadableStream<ShapeInput>(
      {
        pull: (controller) => {
          if (at === pieces.length) controller.close();
          else {
            log.push(at);
            controller.enqueue(pieces[at++] as ShapeInput);
          }
        },
        cancel: (reason) => {
          cancelled.push(reason);
        },
      },
      { highWaterMark: 0 },
    );
  };
  const words = TEXT.split(/(?<= )/);

  it("is piped through", async () => {
    const out = await collected(source(words).pipeThrough(shaping.shapeTransform(OPTIONS)) as unknown as AsyncIterable<Flush>);
    expect(glyphs(out)).toEqual(whole(NOTO_SANS, TEXT));
  });

  it("passes its reader's pace on to the source", async () => {
    const log: number[] = [];
    const reader = source([...words, ...words], log)
      .pipeThrough(shaping.shapeTransform(OPTIONS))
      .getReader();
    const { value } = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 10));
    // Code points of what was read: those of the flush, what a cycle holds, and the pieces on their way.
    expect(words.slice(0, log.length).join("").length).toBeLessThan((value as Flush).end + SMALL.maxBuffer + 30);
    await reader.cancel();
  });

  it("tells the source that its reader has gone, and closes", async () => {
    const cancelled: unknown[] = [];
    const reader = source(words, [], cancelled).pipeThrough(shaping.shapeTransform(OPTIONS)).getReader();
    await reader.read();
    await reader.cancel("seen enough");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(cancelled).toEqual(["seen enough"]);
  });

  it("gives the source's error to its reader", async () => {
    const broken = new ReadableStream<ShapeInput>({
      pull: (controller) => {
        controller.enqueue("abc ");
        controller.error(new TypeError("the network is gone"));
      },
    });
    await expect(collected(broken.pipeThrough(shaping.shapeTransform(OPTIONS)) as unknown as AsyncIterable<Flush>)).rejects.toThrow("the network is gone");
  });

  it("gives an input that it refuses to both sides as an error", async () => {
    const cancelled: unknown[] = [];
    const piped = source(["abc", { pop: "font" }, "def"], [], cancelled).pipeThrough(shaping.shapeTransform(OPTIONS));
    await expect(collected(piped as unknown as AsyncIterable<Flush>)).rejects.toMatchObject({ code: "invalid_argument" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(cancelled).toMatchObject([{ code: "invalid_argument" }]);
  });

  it("stops at an abort", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const { readable, writable } = shaping.shapeTransform({ ...OPTIONS, signal: controller.signal });
    const reader = readable.getReader();
    const writer = writable.getWriter();
    const written = writer.write(TEXT);
    await reader.read();
    controller.abort(reason);
    await expect(written).rejects.toBe(reason);
    await expect(reader.read()).rejects.toBe(reason);
    await expect(writer.closed).rejects.toBe(reason);
    const { readable: never } = shaping.shapeTransform({ ...OPTIONS, signal: AbortSignal.abort(reason) });
    await expect(never.getReader().read()).rejects.toBe(reason);
  });

  it("does not end before it was read", async () => {
    const { readable, writable } = shaping.shapeTransform(OPTIONS);
    const writer = writable.getWriter();
    let written = false;
    const done = writer
      .write(TEXT)
      .then(() => writer.close())
      .then(() => {
        written = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(written).toBe(false);
    expect(glyphs(await collected(readable as unknown as AsyncIterable<Flush>))).toEqual(whole(NOTO_SANS, TEXT));
    await done;
    expect(written).toBe(true);
  });
});
