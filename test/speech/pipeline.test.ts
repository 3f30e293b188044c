// The pipeline over its engine: options by their measured effect, streams equal to the whole, batches, cancelling, many calls at once, engines of others.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { AudioBuffer, createPipeline, type SpeechError, type SpeechPipeline, type SpokenChunk, type StreamChunk, type VoiceEngine } from "@haforu/speech";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { align, median, recognise, recogniserMissing, wordsOf } from "./recogniser.mjs";

let pipeline: SpeechPipeline;
beforeAll(async () => {
  pipeline = await createPipeline({ workers: 2 });
});
afterAll(() => pipeline.dispose());

const TEXT = "Hello world, this is 25 dollars. A second sentence follows.";

async function refused(action: () => unknown): Promise<SpeechError> {
  try {
    await action();
  } catch (error) {
    return error as SpeechError;
  }
  throw new Error("nothing was thrown");
}

async function collected(chunks: AsyncIterable<StreamChunk>): Promise<StreamChunk[]> {
  const all: StreamChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** Bit for bit; vitest takes seconds for arrays of this size. */
const same = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
const joined = (chunks: readonly StreamChunk[]): Float32Array => AudioBuffer.concatenate(chunks.map(({ audio }) => new AudioBuffer(audio, 16_000))).samples;

describe("voices", () => {
  it("lists what is there; setVoice takes no other", async () => {
    const voices = await pipeline.voices();
    expect(voices.filter(({ installed }) => installed).map(({ name }) => name)).toEqual(["slt", "rms", "awb", "kal16"]);
    const own = await createPipeline();
    expect(own.voice).toBe("slt");
    await own.setVoice("rms");
    expect(own.voice).toBe("rms");
    expect((await own.synthesize("Hi.")).voice).toBe("rms");
    const error = await refused(() => own.setVoice("nobody"));
    expect([error.code, error.field]).toEqual(["speech_voice_not_found", "voice"]);
    expect((await refused(() => own.synthesize("Hi.", { voice: "nobody" }))).message).toMatch(
      /there is no voice "nobody": expected one of slt, rms, awb, kal16/,
    );
    await own.dispose();
  });
});

describe("synthesize", () => {
  it("gives audio with times: 25 owns twenty and five", async () => {
    const speech = await pipeline.synthesize(TEXT, { include: ["words", "phonemes", "sentences"] });
    expect(speech.rate).toBe(16_000);
    expect(speech.duration).toBeGreaterThan(3);
    expect(speech.peak()).toBeGreaterThan(0.1);
    expect(speech.words.map(({ text }) => text)).toEqual(
      ["Hello", "world", "this", "is", "twenty", "five", "dollars", "A", "second", "sentence", "follows"].map((word) =>
        expect.stringMatching(new RegExp(`^${word}$`, "i")),
      ),
    );
    for (const word of speech.words.filter(({ text }) => /twenty|five/.test(text))) expect(TEXT.slice(word.text_start, word.text_end)).toBe("25");
    for (const [index, word] of speech.words.entries()) {
      expect(word.end).toBeGreaterThan(word.start);
      expect(word.start).toBeGreaterThanOrEqual((speech.words[index - 1]?.end ?? 0) - 1e-6);
    }
    expect(speech.words.at(-1)?.end).toBeLessThanOrEqual(speech.duration + 1e-6);
    expect(speech.phonemes.length).toBeGreaterThan(25);
    expect(speech.sentences).toHaveLength(2);
    expect(speech.captions("srt")).toContain("Hello world, this is 25 dollars.");
  });

  it("offsets count code points, also beyond the first plane", async () => {
    const text = "😀😀 Hello there.";
    const speech = await pipeline.synthesize(text);
    const hello = speech.words.find((word) => /hello/i.test(word.text));
    expect([...text].slice(hello?.text_start, hello?.text_end).join("")).toMatch(/Hello/);
    expect(speech.warnings.map(({ code }) => code)).toContain("speech_characters_skipped");
  });

  it("options do what they say: duration by the rate, RMS by the dB, rate and channels of the samples", async () => {
    const plain = await pipeline.synthesize(TEXT);
    for (const rate of [0.5, 0.8, 1.25, 2]) expect(((await pipeline.synthesize(TEXT, { rate })).duration * rate) / plain.duration).toBeCloseTo(1, 1);
    for (const volume of [-20, -6, 12]) expect(20 * Math.log10((await pipeline.synthesize(TEXT, { volume })).rms() / plain.rms())).toBeCloseTo(volume, 1);
    for (const sampleRate of [8000, 22_050, 48_000] as const) {
      const speech = await pipeline.synthesize(TEXT, { sampleRate, channels: 2 });
      expect([speech.rate, speech.channels]).toEqual([sampleRate, 2]);
      expect(speech.duration).toBeCloseTo(plain.duration, 2);
      expect(speech.words[3]?.start).toBeCloseTo(plain.words[3]?.start ?? Number.NaN, 2);
    }
  });

  it("refuses options out of range before anything is spoken", async () => {
    for (const [option, value] of Object.entries({ rate: 3, pitch: 13, volume: -21, sampleRate: 44_000, channels: 3, quality: "best", chunkMs: 1, tempo: 1 })) {
      const error = await refused(() => pipeline.synthesize("Hi.", { [option]: value }));
      expect([error.code, error.field]).toEqual(["speech_option_invalid", option]);
    }
    expect((await refused(() => pipeline.synthesize(5 as unknown as string))).message).toBe("text: expected a string, got number");
  });

  it("empty text, spaces and control characters are silence or warnings, not errors", async () => {
    for (const text of ["", "   \n\t ", "\u0000\u0007", "…", "日本語"]) {
      const speech = await pipeline.synthesize(text);
      expect(speech.words).toEqual([]);
    }
    expect((await pipeline.synthesize("日本語")).warnings.map(({ code }) => code)).toContain("speech_characters_skipped");
  });
});

describe("SSML", () => {
  it("breaks are silence of their length, marks have their time, markup is never spoken", async () => {
    const plain = await pipeline.synthesizeSsml("<speak>Hello there.</speak>");
    const broken = await pipeline.synthesizeSsml('<speak>Hello <mark name="here"/><break time="1500ms"/> there.</speak>');
    expect(broken.duration - plain.duration).toBeGreaterThan(1.3);
    expect(broken.words.map(({ text }) => text.toLowerCase())).toEqual(["hello", "there"]);
    expect(broken.marks.map(({ name }) => name)).toEqual(["here"]);
    expect(broken.marks[0]?.time).toBeGreaterThan(broken.words[0]?.start ?? 0);
    expect(broken.marks[0]?.time).toBeLessThan(broken.words[1]?.start ?? 0);
  });

  it("malformed XML is an error with line and column, an unknown element a warning with them", async () => {
    const error = await refused(() => pipeline.synthesizeSsml("<speak>\n  one <break></speak>"));
    expect([error.code, error.line]).toEqual(["speech_ssml_invalid", 2]);
    expect(error.column).toBeGreaterThan(1);
    const { warnings, words } = await pipeline.synthesizeSsml("<speak>one <shout>two</shout></speak>");
    expect(warnings).toContainEqual(expect.objectContaining({ code: "speech_element_unknown", line: 1 }));
    expect(words.map(({ text }) => text)).toEqual(["one", "two"]);
  });
});

describe("streams", () => {
  const long = Array.from({ length: 12 }, (_, i) => `This is sentence number ${i} of a longer text.`).join(" ");

  it("chunks joined are the whole, sample by sample, with the same times", async () => {
    const whole = await pipeline.synthesize(long);
    const chunks = await collected(pipeline.synthesizeStream(long, { chunkMs: 40 }));
    expect(chunks.length).toBeGreaterThan(50);
    expect(same(joined(chunks), whole.samples)).toBe(true);
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
    expect(chunks.map(({ final }) => final)).toEqual(chunks.map((_, index) => index === chunks.length - 1));
    expect(chunks.flatMap(({ words }) => words)).toEqual(whole.words);
  });

  it("is the same where nobody takes a thread's chunks for a while, and in chunks larger than the memory they are handed over through", async () => {
    const long = `${TEXT} ${TEXT} ${TEXT} ${TEXT}`;
    const options = { voice: "kal16", sampleRate: 48_000, channels: 2 } as const;
    const whole = pipeline.synthesize(long, { ...options, chunkMs: 60_000 });
    const chunks = pipeline.synthesize(long, { ...options, chunkMs: 20 });
    // Both are under way; this thread takes none of their messages until they wait for it.
    await new Promise((resolve) => setTimeout(resolve, 5));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const [expected, got] = await Promise.all([whole, chunks]);
    expect(expected.samples.length).toBeGreaterThan(2 ** 18);
    expect(same(got.samples, expected.samples)).toBe(true);
  });

  it("text in pieces of any cut is the whole text", async () => {
    const whole = await pipeline.synthesize(`${long} Ünïcode — 😀 end.`);
    const bytes = Buffer.from(`${long} Ünïcode — 😀 end.`);
    async function* pieces(size: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    for (const size of [1, 7, 1000]) expect(same(joined(await collected(pipeline.synthesizeStream(pieces(size)))), whole.samples)).toBe(true);
  });

  it("a Node stream has the same chunks", async () => {
    const whole = await pipeline.synthesize(TEXT);
    const chunks: StreamChunk[] = [];
    for await (const chunk of pipeline.readable(TEXT)) chunks.push(chunk);
    expect(same(joined(chunks), whole.samples)).toBe(true);
  });

  it("the engine does not run away from a slow reader, and others go on meanwhile", async () => {
    const own = await createPipeline({ workers: 1 });
    const streams = Array.from({ length: 5 }, () => own.synthesizeStream(long, { chunkMs: 20 })[Symbol.asyncIterator]());
    for (const stream of streams) expect((await stream.next()).done).toBe(false);
    // Five streams wait for their readers on one thread; a sixth call is done all the same.
    expect((await own.synthesize(TEXT)).duration).toBeGreaterThan(3);
    for (const stream of streams) await stream.return?.();
    await own.dispose();
  });

  it("leaving the loop ends it; the pipeline goes on", async () => {
    for await (const chunk of pipeline.synthesizeStream(long)) {
      expect(chunk.index).toBe(0);
      break;
    }
    expect((await pipeline.synthesize("Hi.")).duration).toBeGreaterThan(0.1);
  });
});

describe("callbacks, cancelling, many at once", () => {
  const book = "It was a bright cold day in April, and the clocks were striking. ".repeat(400);

  it("tells chunks and progress, and gives errors to onError as well", async () => {
    const seconds: number[] = [];
    const points: number[] = [];
    let chunks = 0;
    const speech = await pipeline.synthesize(TEXT, {
      onChunk: () => chunks++,
      onProgress: (progress) => {
        seconds.push(progress.seconds);
        points.push(progress.codePoints);
        expect(progress.totalCodePoints).toBe([...TEXT].length);
      },
    });
    expect(chunks).toBe(seconds.length);
    expect(seconds.at(-1)).toBeCloseTo(speech.duration, 6);
    expect(points).toEqual([...points].sort((a, b) => a - b));
    expect(points.at(-1)).toBe([...TEXT].length);
    let heard: Error | undefined;
    await refused(() => pipeline.synthesize("x", { rate: 9, onError: (error) => (heard = error) }));
    expect(heard?.message).toMatch(/^rate: /);
  });

  it("an abort answers within 50 ms, before, during and while the text has not come", async () => {
    await refused(() => pipeline.synthesize("x", { signal: AbortSignal.abort(new Error("no")) }));
    const controller = new AbortController();
    const call = refused(() => pipeline.synthesize(book, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const aborted = performance.now();
    controller.abort(new Error("enough"));
    expect((await call).message).toBe("enough");
    expect(performance.now() - aborted).toBeLessThan(50);
    async function* never(): AsyncGenerator<string> {
      yield "Hello. ";
      await new Promise(() => {});
    }
    const waiting = new AbortController();
    const stream = refused(() => collected(pipeline.synthesizeStream(never(), { signal: waiting.signal })));
    setTimeout(() => waiting.abort(new Error("too long")), 100);
    expect((await stream).message).toBe("too long");
    expect((await pipeline.synthesize("Hi.")).duration).toBeGreaterThan(0.1);
  });

  it("a stream that could be cancelled keeps nothing of the text it has spoken", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const held: number[] = [];
    async function* blanks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 241; i++) {
        if (i % 120 === 0) {
          collect();
          held.push(process.memoryUsage().arrayBuffers);
        }
        yield Buffer.alloc(65_536, " ");
      }
    }
    await collected(pipeline.synthesizeStream(blanks(), { signal: new AbortController().signal }));
    // 120 pieces have 7.5 MiB.
    expect((held[2] as number) - (held[1] as number)).toBeLessThan(3 * 2 ** 20);
  });

  it("120 calls at once on two threads all end, each with its own text", async () => {
    const texts = Array.from({ length: 120 }, (_, i) => `Call ${i}.`);
    const all = await Promise.all(texts.map((text) => pipeline.synthesize(text)));
    const again = await pipeline.synthesize("Call 57.");
    expect(same(all[57]?.samples ?? new Float32Array(0), again.samples)).toBe(true);
    expect(new Set(all.map(({ frames }) => frames)).size).toBeGreaterThan(10);
  });

  it("a batch keeps the order, and a bad item costs itself", async () => {
    const progress: number[] = [];
    const items = ["One.", { text: "Two.", rate: 9 }, { ssml: "<speak>Three.</speak>", voice: "kal16" }, { ssml: "<speak>" }, "Five."];
    const results = await pipeline.synthesizeBatch(items, { onProgress: ({ done }) => progress.push(done) });
    expect(results.map(({ status }) => status)).toEqual(["success", "error", "success", "error", "success"]);
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    expect((await refused(() => pipeline.synthesizeBatch(items, { signal: controller.signal }))).message).toBe("stop");
  });

  it("after dispose every call says so, also those under way", async () => {
    const own = await createPipeline();
    const call = refused(() => own.synthesize(book));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await own.dispose();
    expect((await call).code).toBe("speech_disposed");
    expect((await refused(() => own.synthesize("x"))).code).toBe("speech_disposed");
  });
});

describe("what is of the wrong kind", () => {
  const wrong = (value: unknown): never => value as never;

  it("is an error that names it, not silence", async () => {
    async function* numbers(): AsyncGenerator<string> {
      yield wrong(5);
    }
    for (const [call, message] of [
      [() => collected(pipeline.synthesizeStream(numbers())), /text: expected pieces that are strings or UTF-8/],
      [() => collected(pipeline.synthesizeStream(wrong(5))), /text: expected a string, or an async iterable/],
      [() => pipeline.synthesize("a", wrong(null)), /options: expected an object, got null/],
      [() => pipeline.synthesizeBatch(wrong("abc")), /items: expected an array/],
      [async () => AudioBuffer.silence(864_000, 384_000), /seconds: expected a number from 0 to/],
    ] as const) {
      const error = await refused(call);
      expect([error.code, error.message]).toEqual(["speech_option_invalid", expect.stringMatching(message)]);
    }
    const results = await pipeline.synthesizeBatch(wrong(["a", 5, null, {}, { text: "b", ssml: "<speak/>" }]));
    const messages = results.map((result) => (result.status === "error" ? result.error.message : ""));
    expect(messages).toEqual(["", ...Array(4).fill("item: expected a string, or an object with text or ssml")]);
  });

  it("a voice that is a device, damaged or empty is an error at once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "haforu-voices-"));
    symlinkSync("/dev/zero", join(folder, "zero.flitevox"));
    writeFileSync(join(folder, "empty.flitevox"), "");
    writeFileSync(join(folder, "noise.flitevox"), "CMU_FLITE_CG_VOXDATA-v2.0\n".repeat(9));
    const own = await createPipeline({ voicePath: [folder] });
    for (const voice of ["zero", "empty", "noise"]) expect((await refused(() => own.synthesize("a", { voice }))).code).toBe("speech_voice_invalid");
    expect((await own.synthesize("a")).duration).toBeGreaterThan(0.1);
    await own.dispose();
    rmSync(folder, { recursive: true });
  });
});

describe("a thread that dies", () => {
  it("takes its own calls with it; others, and those that come after, are spoken", async () => {
    const threads = new Set<Worker>();
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...given: Parameters<typeof post>): void {
      threads.add(this);
      post.apply(this, given);
    };
    const own = await createPipeline({ workers: 2 });
    try {
      const lost = own.synthesizeStream("A first text that is spoken for a while. ".repeat(20))[Symbol.asyncIterator]();
      await lost.next();
      const [first] = threads;
      const other = own.synthesize("A second text.");
      await first?.terminate();
      const error = await refused(async () => {
        while ((await lost.next()).done !== true);
      });
      expect([error.code, error.message]).toEqual(["engine_fault", expect.stringMatching(/a speech thread died/)]);
      expect((await other).duration).toBeGreaterThan(0.5);
      expect((await Promise.all(["One.", "Two.", "Three."].map((text) => own.synthesize(text)))).map(({ words }) => words.length)).toEqual([1, 1, 1]);
    } finally {
      Worker.prototype.postMessage = post;
      await own.dispose();
    }
  });
});

describe("other engines", () => {
  it("an engine of one's own is spoken with through the same pipeline", async () => {
    const beep: VoiceEngine = {
      name: "beep",
      licence: "MIT",
      voices: async () => [],
      dispose: async () => {},
      async *speak({ input }): AsyncGenerator<SpokenChunk> {
        const times = { words: [], phonemes: [], sentences: [], marks: [], warnings: [] };
        const length = "text" in input ? input.text.length : 0;
        yield { samples: new Float32Array(length).fill(0.5), rate: 8000, channels: 1, index: 0, final: true, startFrame: 0, consumed: length, ...times };
      },
    };
    const own = await createPipeline({ voice: "any" }, beep);
    const speech = await own.synthesize("12345");
    expect([speech.frames, speech.rate, speech.voice]).toEqual([5, 8000, "any"]);
  });

  it("audio that no memory holds is an error, and ends the engine", async () => {
    const times = { words: [], phonemes: [], sentences: [], marks: [], warnings: [] };
    const samples = new Float32Array(2 ** 24);
    let ended = 0;
    const endless: VoiceEngine = {
      name: "endless",
      licence: "MIT",
      voices: async () => [],
      dispose: async () => {},
      async *speak(): AsyncGenerator<SpokenChunk> {
        try {
          for (let index = 0; ; index++) yield { samples, rate: 8000, channels: 1, index, final: false, startFrame: index * 2 ** 24, consumed: 0, ...times };
        } finally {
          ended++;
        }
      },
    };
    const own = await createPipeline({ voice: "any" }, endless);
    const error = await refused(() => own.synthesize("x"));
    expect([error.code, ended]).toEqual(["speech_text_too_long", 1]);
    expect(error.message).toMatch(/synthesizeStream/);
  });

  it("espeak, which is not installed, is named with its licence and how to install it", async () => {
    const error = await refused(() => createPipeline({ engine: "espeak" }));
    expect(error.code).toBe("speech_package_missing");
    expect(error.message).toMatch(/GPL-3.*npm install @echogarden\/espeak-ng-emscripten/);
  });

  it("a configuration with problems is refused with all of them", async () => {
    expect((await refused(() => createPipeline({ rate: 9, workers: 0 }))).message).toMatch(/2 problems:\n.*rate.*\n.*workers/);
  });

  it("play says which players it looked for", async () => {
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
      const error = await refused(() => pipeline.play("Hi."));
      expect(error.code).toBe("speech_player_missing");
      expect(error.message).toMatch(/looked for pw-play, paplay, aplay/);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("an independent recogniser", () => {
  it("hears five sentences of a voice, at the times that the words have", async () => {
    expect(recogniserMissing()).toBeUndefined();
    const folder = mkdtempSync(join(tmpdir(), "haforu-heard-"));
    try {
      const sentences = [
        "The boy was there when the sun rose.",
        "The swan dive was far short of perfect.",
        "Take the winding path to reach the lake.",
        "The stray cat gave birth to kittens.",
        "The meal was cooked before the bell rang.",
      ];
      const spoken = await Promise.all(sentences.map((sentence) => pipeline.synthesize(sentence, { sampleRate: 16_000 })));
      for (const [index, speech] of spoken.entries()) await speech.save(join(folder, `s${index}.wav`));
      const heard = recognise(
        folder,
        sentences.map((_, index) => `s${index}`),
      );
      let [errors, words] = [0, 0];
      const apart: number[] = [];
      for (const [index, speech] of spoken.entries()) {
        const found = heard.get(`s${index}`) ?? [];
        const said = wordsOf(sentences[index] ?? "");
        errors += align(
          said,
          found.map(({ word }) => word),
        ).errors;
        words += said.length;
        for (const [mine, theirs] of align(
          speech.words.map(({ text }) => text.toLowerCase()),
          found.map(({ word }) => word),
        ).same)
          apart.push(
            Math.abs((speech.words[mine]?.start ?? 0) - (found[theirs]?.start ?? 9)),
            Math.abs((speech.words[mine]?.end ?? 0) - (found[theirs]?.end ?? 9)),
          );
      }
      expect(errors / words).toBeLessThanOrEqual(0.1);
      expect(apart.length).toBeGreaterThan(40);
      expect(median(apart)).toBeLessThanOrEqual(0.03);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
