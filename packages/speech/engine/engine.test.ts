// flite.wasm by itself: options and their measured effect, times and their places in the text, streaming, limits, cancellation, memory.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Host, type Spoken } from "./testing/host.ts";
import { decibels, rms, semitones } from "./testing/measure.ts";

const TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps for 25 minutes.";
const VOICES = ["slt", "rms", "awb", "kal16"];
let host: Host;
beforeAll(() => {
  host = new Host();
});

const joined = (spoken: Spoken): string => Buffer.from(spoken.samples.buffer).toString("base64");
const words = (spoken: Spoken): string[] => spoken.line.words.map((word) => word.text);

describe.each(VOICES)("voice %s", (voice) => {
  let plain: Spoken;
  beforeAll(() => {
    plain = host.speak({ text: TEXT, voice, include: ["words", "phonemes", "sentences"] });
  });

  it("speaks, with times in order that lie in the audio", () => {
    expect(plain.status).toBe(2);
    expect(plain.line.speech.frames).toBe(plain.samples.length);
    expect(rms(plain.samples)).toBeGreaterThan(0.02);
    let last = 0;
    for (const word of plain.line.words) {
      expect(word.start).toBeGreaterThanOrEqual(last);
      expect(word.end).toBeGreaterThan(word.start);
      last = word.end;
      // a word is loud, the pauses around the sentence are not
      expect(rms(plain.samples, Math.round(word.start * 16000), Math.round(word.end * 16000))).toBeGreaterThan(0.004);
    }
    expect(last).toBeLessThan(plain.line.speech.duration);
    const letters = plain.line.phonemes;
    expect(letters[0]?.start).toBe(plain.line.words[0]?.start);
    expect(letters.at(-1)?.end).toBe(last);
    expect(plain.line.sentences).toEqual([{ start: plain.line.words[0]?.start, end: last, text_start: 0, text_end: TEXT.length }]);
  });

  it.each([0.5, 0.8, 1.25, 2])("rate %s changes the duration by as much", (rate) => {
    const other = host.speak({ text: TEXT, voice, rate });
    expect((other.line.speech.duration * rate) / plain.line.speech.duration).toBeGreaterThan(0.97);
    expect((other.line.speech.duration * rate) / plain.line.speech.duration).toBeLessThan(1.03);
    const ratio = (other.line.words.at(-1)?.end ?? 0) / (plain.line.words.at(-1)?.end ?? 1);
    expect(Math.abs(ratio * rate - 1)).toBeLessThan(0.03);
  });

  it.each([-12, -5, 3, 12])("pitch %s moves f0 by as many semitones", (pitch) => {
    const other = host.speak({ text: TEXT, voice, pitch });
    expect(Math.abs(other.samples.length - plain.samples.length)).toBeLessThan(600);
    expect(Math.abs(semitones(plain.samples, other.samples, 16000) - pitch)).toBeLessThan(0.5);
  });

  it.each([-20, -6, 6, 20])("volume %s dB", (volume) => {
    const other = host.speak({ text: TEXT, voice, volume });
    expect(Math.abs(decibels(rms(other.samples) / rms(plain.samples)) - volume)).toBeLessThan(0.3);
  });
});

describe("times", () => {
  it("give the places of words in the source, through numbers", () => {
    const { line } = host.speak({ text: "Pay $25 to Ann, 3rd of May.", voice: "slt" });
    const places = line.words.map((word) => [word.text, "Pay $25 to Ann, 3rd of May.".slice(word.text_start, word.text_end)]);
    expect(places).toEqual([
      ["pay", "Pay"],
      ["twenty", "$25"],
      ["five", "$25"],
      ["dollars", "$25"],
      ["to", "to"],
      ["ann", "Ann"],
      ["third", "3rd"],
      ["of", "of"],
      ["may", "May"],
    ]);
  });

  it("of amounts of money leave nothing out", () => {
    const said = (text: string): string => words(host.speak({ text, voice: "kal16", rate: 2 })).join(" ");
    expect(said("It costs €12.50.")).toBe("it costs twelve euros fifty cents");
    expect(said("It costs £3m now.")).toBe("it costs three million pounds now");
    expect(said("It costs 5€/kg now.")).toBe("it costs five euros kg now");
  });

  it("count code points, and skip what cannot be spoken with a warning", () => {
    const text = "Hello 😀😀 wörld, 你好 again — “it’s” fine.";
    const spoken = host.speak({ text, voice: "slt" });
    const characters = [...text];
    expect(spoken.line.words.map((word) => characters.slice(word.text_start, word.text_end).join(""))).toEqual(["Hello", "wörld", "again", "it’s", "fine"]);
    expect(words(spoken)).toEqual(["hello", "world", "again", "it's", "fine"]);
    expect(spoken.line.warnings.map((warning) => [warning.code, warning.characters, warning.text_start, warning.text_end])).toEqual([
      ["speech_characters_skipped", "😀😀", 6, 8],
      ["speech_characters_skipped", "你好", 16, 18],
    ]);
  });

  it("are the same whatever the sample rate, and follow the pieces of a stream", () => {
    const native = host.speak({ text: TEXT, voice: "rms" });
    const other = host.speak({ text: TEXT, voice: "rms", sample_rate: 44100, quality: "high", chunk_ms: 100 });
    expect(other.line.words).toEqual(native.line.words);
    expect(other.samples.length).toBe(Math.round((native.samples.length * 44100) / 16000));
    let start = 0;
    for (const chunk of other.chunks) {
      expect(chunk.startFrame).toBe(start);
      start += chunk.frames;
      for (const word of chunk.lists.words) {
        expect(word.start * 44100).toBeLessThan(start);
        expect(word.start * 44100).toBeGreaterThanOrEqual(chunk.startFrame);
      }
    }
    expect(other.chunks.flatMap((chunk) => chunk.lists.words)).toEqual(native.line.words);
    expect(other.chunks.map((chunk) => chunk.final)).toEqual(other.chunks.map((_, i) => i === other.chunks.length - 1));
  });
});

describe("streams", () => {
  const book = `${TEXT} Dr. Jones left at 5:30 pm! Did she? Yes.\n\nA new paragraph begins here; it is short.`;

  it.each(["slt", "kal16"])("are the same samples in any chunks, rates and pieces of text: %s", (voice) => {
    for (const more of [{}, { sample_rate: 22050 }, { sample_rate: 8000, quality: "high" }, { sample_rate: 48000, quality: "draft", channels: 2 }]) {
      const whole = host.speak({ text: book, voice, chunk_ms: 60000, ...more });
      expect(whole.chunks.length).toBe(1);
      for (const chunk_ms of [20, 333]) expect(joined(host.speak({ text: book, voice, chunk_ms, ...more }))).toBe(joined(whole));
      const bytes = new TextEncoder().encode(book.replaceAll("it", "ït"));
      const pieces = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
      const fed = host.speak({ feed: true, voice, ...more }, pieces);
      const whole2 = host.speak({ text: book.replaceAll("it", "ït"), voice, ...more });
      expect(joined(fed)).toBe(joined(whole2));
      expect(fed.line.words).toEqual(whole2.line.words);
    }
  });

  it("keep what white space, brackets and marks without a sound do, wherever a piece ends", () => {
    const text = `One\n${" ".repeat(1800)}\ntwo ((((${"(".repeat(1700)}three) a${"\u0301".repeat(900)}b. ${" ".repeat(1700)}Mr. ${"\u200b".repeat(700)}X`;
    const whole = host.speak({ text, voice: "kal16", rate: 2 });
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 7, 1999]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      const fed = host.speak({ feed: true, voice: "kal16", rate: 2 }, pieces);
      expect(fed.line.words).toEqual(whole.line.words);
      expect(fed.line.sentences).toEqual(whole.line.sentences);
      expect(joined(fed)).toBe(joined(whole));
    }
    expect(whole.line.sentences.length).toBe(3);
  });

  it("give the first chunk before the first sentence is finished", () => {
    const spoken = host.speak({ text: TEXT, voice: "slt" });
    expect(spoken.chunks[0]?.frames).toBe(4000);
    expect(spoken.chunks.length).toBeGreaterThan(10);
  });

  it("are the same on a fresh instance, and whatever was spoken before", () => {
    const first = joined(new Host().speak({ text: book, voice: "awb" }));
    host.speak({ text: "Something else.", voice: "awb" });
    expect(joined(host.speak({ text: book, voice: "awb" }))).toBe(first);
  });

  it("run side by side without touching each other", () => {
    const alone = ["slt", "rms", "kal16"].map((voice) => joined(host.speak({ text: book, voice })));
    const open = ["slt", "rms", "kal16"].map((voice) => ({ handle: host.open({ text: book, voice }), parts: [] as Float32Array[], done: false }));
    while (open.some((one) => !one.done))
      for (const one of open) {
        if (one.done) continue;
        const status = host.call("hs_next", one.handle);
        if (status === 0) one.parts.push(host.chunk(one.handle).samples);
        else one.done = true;
      }
    expect(open.map((one) => Buffer.concat(one.parts.map((part) => Buffer.from(part.buffer))).toString("base64"))).toEqual(alone);
    for (const one of open) host.call("hs_close", one.handle);
  });

  it("of nothing are one empty chunk", () => {
    for (const text of ["", " \n\t ", "()", "\u0000\u0001", "😀"]) {
      const spoken = host.speak({ text, voice: "slt" });
      expect([spoken.status, spoken.samples.length, spoken.chunks.length, spoken.chunks[0]?.final]).toEqual([2, 0, 1, true]);
    }
  });

  it("cut sentences that are longer than they hold, and say so", () => {
    const spoken = host.speak({ text: "word ".repeat(700), voice: "kal16", rate: 2 });
    expect(spoken.line.words.length).toBe(700);
    expect(spoken.line.warnings[0]?.code).toBe("speech_sentence_cut");
  });
});

describe("formats", () => {
  it("hold the samples, limited, with a count and a warning", () => {
    const float = host.speak({ text: TEXT, voice: "slt", volume: 20 });
    const int16 = host.speak({ text: TEXT, voice: "slt", volume: 20, format: "int16" });
    const bytes = Buffer.concat(int16.chunks.map((chunk) => chunk.data));
    let over = 0;
    for (let i = 0; i < float.samples.length; i++) {
      const x = float.samples[i] as number;
      const expected = Math.max(-32768, Math.min(32767, Math.floor(x * 32768 + 0.5)));
      if (bytes.readInt16LE(2 * i) !== expected) throw new Error(`sample ${i}: ${bytes.readInt16LE(2 * i)}, expected ${expected}`);
      if (x > 1 || x * 32768 < -32768.5) over++;
    }
    expect(over).toBeGreaterThan(0);
    expect(int16.line.speech.clipped).toBe(over);
    expect(int16.line.warnings.map((warning) => warning.code)).toEqual(["speech_clipped"]);
    expect(float.line.speech.peak).toBeGreaterThan(1);
  });

  it("with two channels hold each sample twice", () => {
    const mono = host.speak({ text: "Hi there.", voice: "rms", format: "int24" });
    const stereo = host.speak({ text: "Hi there.", voice: "rms", format: "int24", channels: 2 });
    const a = Buffer.concat(mono.chunks.map((chunk) => chunk.data));
    const b = Buffer.concat(stereo.chunks.map((chunk) => chunk.data));
    for (let i = 0; i < a.length / 3; i++)
      expect(b.subarray(6 * i, 6 * i + 6).equals(Buffer.concat([a.subarray(3 * i, 3 * i + 3), a.subarray(3 * i, 3 * i + 3)]))).toBe(true);
  });
});

describe("requests", () => {
  it.each([
    ["[]", "invalid_json"],
    ['{"text":"a","voice":"slt"', "invalid_json"],
    ['{"text":"a","text":"b","voice":"slt"}', "invalid_json"],
    ['{"text":"a\u0001","voice":"slt"}', "invalid_json"],
    ['{"text":"a","voice":"slt"} x', "invalid_json"],
    ['{"text":"a","voice":"slt","rate":0.4}', "invalid_job", "rate"],
    ['{"text":"a","voice":"slt","rate":2.01}', "invalid_job", "rate"],
    ['{"text":"a","voice":"slt","pitch":-12.5}', "invalid_job", "pitch"],
    ['{"text":"a","voice":"slt","volume":21}', "invalid_job", "volume"],
    ['{"text":"a","voice":"slt","sample_rate":44000}', "invalid_job", "sample_rate"],
    ['{"text":"a","voice":"slt","channels":3}', "invalid_job", "channels"],
    ['{"text":"a","voice":"slt","quality":"best"}', "invalid_job", "quality"],
    ['{"text":"a","voice":"slt","format":"mp3"}', "invalid_job", "format"],
    ['{"text":"a","voice":"slt","include":["word"]}', "invalid_job", "include"],
    ['{"text":"a","voice":"slt","speed":1}', "invalid_job", "speed"],
    ['{"text":"a","ssml":"b","voice":"slt"}', "invalid_job", "ssml"],
    ['{"text":7,"voice":"slt"}', "invalid_job", "text"],
    ['{"voice":"slt"}', "invalid_job", "text"],
    ['{"text":"a"}', "invalid_job", "voice"],
    ['{"text":"a","voice":"../x"}', "invalid_job", "voice"],
  ])("%s is %s", (request, code, field = undefined) => {
    const spoken = host.speak(request);
    expect(spoken.status).toBeLessThan(0);
    expect(spoken.line.error.code).toBe(code);
    expect(spoken.line.error.field).toBe(field);
    expect(host.error().name).toBe(code);
  });

  it("carry their id into both kinds of result", () => {
    expect(host.speak({ id: 'a"é\n', text: "Hi.", voice: "slt" }).line.id).toBe('a"é\n');
    expect(host.speak({ id: "b", text: "Hi.", voice: "slt", rate: 3 }).line).toMatchObject({ id: "b", status: "error" });
  });

  it("for a voice that cannot be had are errors, and fine once it is there", () => {
    const own = new Host();
    expect(own.speak({ text: "Hi.", voice: "nobody" }).line.error).toMatchObject({ code: "speech_voice_not_found", field: "voice" });
    own.load("nobody", readFileSync("packages/voice-slt/slt.flitevox"));
    expect(own.speak({ text: "Hi.", voice: "nobody" }).status).toBe(2);
  });

  it("handles that were closed or made up are errors", () => {
    const handle = host.open({ text: "Hi.", voice: "slt" });
    for (const wrong of [0, -1, 1, handle + 1, handle ^ 0x400, handle | 0x20000000]) expect(host.call("hs_next", wrong), String(wrong)).toBe(-18);
    expect(host.call("hs_close", handle)).toBe(0);
    for (const name of ["hs_next", "hs_close"]) expect(host.call(name, handle)).toBe(-18);
    expect(host.call("hs_chunk", handle)).toBe(0);
  });
});

describe("the cancel word", () => {
  it("ends a call; without it the stream goes on as if nothing had been", () => {
    const alone = joined(host.speak({ text: TEXT, voice: "slt" }));
    const handle = host.open({ text: TEXT, voice: "slt" });
    const word = host.call("hs_cancel_word") >> 2;
    const parts: Float32Array[] = [];
    for (let i = 0; ; i++) {
      new Int32Array(host.e.memory.buffer)[word] = i % 3 === 1 ? 1 : 0;
      const status = host.call("hs_next", handle);
      if (i % 3 === 1) {
        expect(status).toBe(-12);
        continue;
      }
      if (status !== 0) break;
      parts.push(host.chunk(handle).samples);
    }
    new Int32Array(host.e.memory.buffer)[word] = 0;
    host.call("hs_close", handle);
    expect(Buffer.concat(parts.map((part) => Buffer.from(part.buffer))).toString("base64")).toBe(alone);
  });
});

describe("memory", () => {
  it("is the same after many utterances, errors and streams that were given up", () => {
    const own = new Host();
    const round = (i: number): void => {
      own.speak({
        text: `Utterance number ${i % 7}, with $${i % 10}.50 and 😀.`,
        voice: i % 2 ? "kal16" : "slt",
        sample_rate: 24000,
        include: ["words", "phonemes"],
      });
      own.speak({
        ssml: `<speak><p>One <break time="30ms"/> <emphasis>two</emphasis><say-as interpret-as="date">1/2/1999</say-as><sub alias="x">y</sub><phoneme ph="haɪ">hi</phoneme></p><mark name="m"/></speak>`,
        voice: "kal16",
      });
      own.speak({ ssml: "<speak><sub alias='a'><phoneme ph='haɪ'>oh</speak>", voice: "slt" });
      own.speak({ text: "x", voice: "slt", rate: 9 });
      const handle = own.open({ text: TEXT, voice: "slt" });
      own.call("hs_next", handle);
      own.call("hs_close", handle);
    };
    for (let i = 0; i < 14; i++) round(i);
    const before = own.stats();
    for (let i = 0; i < 42; i++) round(i);
    const after = own.stats();
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[4]).toBe(0);
  });
});
