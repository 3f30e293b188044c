// Speaks a file of cases with the TypeScript library, in the form that every host's runner has (conformance/README.md).
// usage: node conformance/speech/hosts/typescript.mjs requests|calls FILE    (in the repository's root; answers to stdout, a line each)
import { existsSync, readFileSync } from "node:fs";
import { AudioBuffer, createPipeline, SpeechError } from "@haforu/speech";
import { NEXT_CHUNK, NEXT_END, NEXT_NEED_VOICE, SpeechModule } from "../../../packages/speech/dist/engine/boundary.js";
import { fliteModule } from "../../../packages/speech/dist/engine/load.js";

/** FNV-1a of 64 bits over bytes that come in pieces. */
function fnv() {
  let [low, high] = [0x84222325, 0xcbf29ce4];
  return {
    add(data) {
      for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
        low = (low ^ byte) >>> 0;
        // × (2⁴⁰ + 0x1b3), in halves of 32 bits.
        const product = low * 0x1b3;
        high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
        low = product >>> 0;
      }
      return this;
    },
    hex: () => high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0"),
  };
}

const double = new DataView(new ArrayBuffer(8));
/** A number as the sixteen digits of its bits, the sign's first: the same from every language. */
function bits(value) {
  double.setFloat64(0, value);
  return double.getBigUint64(0).toString(16).padStart(16, "0");
}

const VOICES = { slt: "slt.flitevox", rms: "rms.flitevox", awb: "awb.flitevox", kal16: "kal16.diphones" };
const engine = new SpeechModule(fliteModule());

/** A request to the engine as it stands: hash of its bytes, how many chunks, and its line. */
function request(line) {
  const hash = fnv();
  let [handle, chunks] = [0, 0];
  try {
    handle = engine.open(line);
    for (;;) {
      const status = engine.next(handle);
      if (status === NEXT_CHUNK) {
        hash.add(engine.chunkData(handle));
        chunks++;
      } else if (status === NEXT_NEED_VOICE) {
        const name = engine.needed();
        const path = `packages/voice-${name}/${VOICES[name]}`;
        const voice = existsSync(path) ? readFileSync(path) : undefined;
        if (voice !== undefined) engine.loadVoice(name, voice.length, (memory) => memory.set(voice));
        else engine.refuseVoice(name, `there is no voice ${name}`);
      } else if (status === NEXT_END) return `${hash.hex()} ${chunks} ${engine.result()}`;
      else throw new Error(`the engine wants text for ${line}`);
    }
  } catch (error) {
    if (!(error instanceof SpeechError)) throw error;
    return `${hash.hex()} ${chunks} ${engine.result()}`;
  } finally {
    if (handle !== 0) engine.close(handle);
  }
}

const utf8 = (text) => Buffer.from(text, "hex").toString("utf8");
const NUMBERS = new Set(["rate", "pitch", "volume", "sampleRate", "channels"]);
const FIELDS = ["voice", "language", "rate", "pitch", "volume", "sampleRate", "channels", "quality"];

function optionsOf(fields) {
  const options = {};
  for (const [i, name] of FIELDS.entries()) if (fields[i] !== "") options[name] = NUMBERS.has(name) ? Number(fields[i]) : fields[i];
  if (fields[8] !== "") options.include = fields[8].split(",");
  return options;
}

const hexOf = (text) => Buffer.from(text).toString("hex");
const timed = ({ text, start, end, text_start, text_end }) =>
  [...(text === undefined ? [] : [hexOf(text)]), bits(start), bits(end), text_start, text_end].join(",");

/** What a whole text became, for people to compare part by part. */
function spoken(speech) {
  const head = [fnv().add(speech.samples).hex(), speech.rate, speech.channels, speech.frames, bits(speech.peak())].join(" ");
  const marks = speech.marks.map(({ name, time, text_start }) => [hexOf(name), bits(time), text_start].join(","));
  const lists = [speech.words.map(timed), speech.phonemes.map(timed), speech.sentences.map(timed), marks, speech.warnings.map(({ code }) => code)];
  return [head, ...lists.map((list) => list.join(" "))].join(" | ");
}

async function streamed(stream) {
  const hash = fnv();
  const frames = [];
  let words = 0;
  for await (const chunk of stream) {
    hash.add(chunk.audio);
    frames.push(chunk.audio.length / chunk.channels);
    words += chunk.words.length;
  }
  return [hash.hex(), words, frames.join(",")].join(" ");
}

async function* cut(text, size) {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

/** Noise a little beyond full scale, of Numerical Recipes' generator. */
function noise(count) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * 1.25;
  });
}

const pipeline = await createPipeline({ workers: 1 });
const CALLS = {
  text: async ([text, ...fields]) => spoken(await pipeline.synthesize(utf8(text), optionsOf(fields))),
  ssml: async ([text, ...fields]) => spoken(await pipeline.synthesizeSsml(utf8(text), optionsOf(fields))),
  chunks: ([text, ...fields]) => streamed(pipeline.synthesizeStream(utf8(text), { ...optionsOf(fields), chunkMs: Number(fields[9]) })),
  pieces: ([text, ...fields]) => streamed(pipeline.synthesizeStream(cut(utf8(text), Number(fields[9])), optionsOf(fields))),
  convert: ([count, format, endian, dither]) => {
    const { data, clipped } = new AudioBuffer(noise(Number(count)), 16_000).convert(format, { endian, dither: dither === "dither" });
    return `${fnv().add(data).hex()} ${clipped}`;
  },
  resample: ([count, channels, from, to, quality]) => {
    const made = new AudioBuffer(noise(Number(count)), Number(from), Number(channels)).resample(Number(to), { quality });
    return `${fnv().add(made.samples).hex()} ${made.frames}`;
  },
};

/** A call that is refused answers with its code. */
async function call(line) {
  const [name, ...fields] = line.split("\t");
  try {
    return await CALLS[name](fields);
  } catch (error) {
    if (!(error instanceof SpeechError)) throw error;
    return `error ${error.code}`;
  }
}

const [kind, path] = process.argv.slice(2);
const answer = kind === "requests" ? request : call;
let answers = "";
for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) answers += `${await answer(line)}\n`;
await pipeline.dispose();
process.stdout.write(answers);
