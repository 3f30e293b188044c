// eSpeak NG behind VoiceEngine: over 100 languages, by a package under GPL-3 that the user installs; nothing of it comes with this one.
// It speaks in this thread and answers a text as a whole: a stream of it is cut afterwards, and its times are those of eSpeak's own events.

import type { SpeechWarning, SpokenMark, SpokenPhoneme, SpokenSentence, SpokenWord } from "../captions/times.ts";
import { sampleConverter } from "../engine/load.ts";
import { SpeechError } from "../errors.ts";
import { optionalPackage } from "../optional-package.ts";
import type { SpeakRequest, SpokenChunk, Voice, VoiceEngine } from "./voice-engine.ts";

const PACKAGE = "@echogarden/espeak-ng-emscripten";
const LICENCE = "GPL-3.0-or-later";
/** eSpeak's words a minute at rate 1, and its pitch of 0 to 99 at 0 semitones. */
const WORDS_A_MINUTE = 175;
const PITCH = 50;
/** Steps of eSpeak's pitch a semitone: measured, 0 to 99 goes from -10.1 to +10.7. */
const PITCH_A_SEMITONE = 4.55;
/** Code points; it is spoken at once in this thread. */
const MOST_TEXT = 1_000_000;
const DEFAULT_CHUNK_MS = 250;

interface EspeakEvent {
  readonly type: string;
  /** Code points from 1. */
  readonly text_position: number;
  readonly word_length: number;
  /** Milliseconds. */
  readonly audio_position: number;
  readonly id?: string | number;
}
interface EspeakWorker {
  set_voice(name: string): number;
  set_rate(value: number): void;
  set_pitch(value: number): void;
  get_samplerate(): number;
  list_voices(): { name: string; identifier: string; languages: { name: string }[] }[];
  synthesize(ssml: string, callback: (audio: Int16Array, events: readonly EspeakEvent[]) => number): void;
}

/** @throws SpeechError speech_package_missing. */
export async function openEspeak(): Promise<VoiceEngine> {
  const message = `the engine "espeak" needs the package ${PACKAGE} (${LICENCE}: read what that asks of a program that uses it), which is not installed: npm install ${PACKAGE}`;
  const { default: load } = await optionalPackage<{ default: () => Promise<{ eSpeakNGWorker: new () => EspeakWorker }> }>(PACKAGE, message);
  const { eSpeakNGWorker } = await load();
  return new EspeakEngine(new eSpeakNGWorker());
}

class EspeakEngine implements VoiceEngine {
  readonly name = "espeak";
  readonly licence = LICENCE;
  readonly #espeak: EspeakWorker;
  #disposed = false;

  constructor(espeak: EspeakWorker) {
    this.#espeak = espeak;
  }

  async voices(): Promise<readonly Voice[]> {
    return this.#espeak.list_voices().flatMap(({ name, languages }) =>
      languages.slice(0, 1).map((language) => ({
        name: language.name,
        engine: this.name,
        licence: LICENCE,
        language: language.name,
        source: PACKAGE,
        installed: true,
        description: name,
      })),
    );
  }

  async *speak({ input, options, signal }: SpeakRequest): AsyncGenerator<SpokenChunk> {
    signal?.throwIfAborted();
    if (this.#disposed) throw new SpeechError("speech_disposed", "the pipeline is disposed");
    const source = "ssml" in input ? input.ssml : "text" in input ? input.text : await gathered(input.pieces);
    const length = [...source].length;
    if (length > MOST_TEXT) throw new SpeechError("speech_text_too_long", `eSpeak takes at most ${MOST_TEXT} code points at once, got ${length}`);
    const { samples, events, rate } = this.#synthesize("ssml" in input ? source : escaped(source), options);
    const offsetOf = "ssml" in input ? (position: number): number => position - 1 : unescapedOffsets(source);
    const times = timesOf(events, offsetOf, [...source], samples.length / rate);
    const outRate = options.sampleRate ?? rate;
    const resampled = outRate === rate ? samples : sampleConverter().resample(samples, 1, rate, outRate, options.quality ?? "standard");
    const gain = 10 ** ((options.volume ?? 0) / 20);
    const channels = options.channels ?? 1;
    const frames = Math.max(1, Math.round(((options.chunkMs ?? DEFAULT_CHUNK_MS) * outRate) / 1000));
    const { include = ["words", "sentences", "marks"] } = options;
    const warnings: SpeechWarning[] = [];
    for (let at = 0, index = 0; at === 0 || at < resampled.length; at += frames, index++) {
      signal?.throwIfAborted();
      const part = resampled.subarray(at, at + frames);
      const final = at + frames >= resampled.length;
      const [from, to] = [at / outRate, final ? Number.POSITIVE_INFINITY : (at + frames) / outRate];
      const within = <T extends { start: number }>(all: readonly T[]): T[] => all.filter(({ start }) => start >= from && start < to);
      const words = within(times.words);
      yield {
        samples: Float32Array.from({ length: part.length * channels }, (_, i) => (part[channels === 2 ? i >> 1 : i] as number) * gain),
        rate: outRate,
        channels,
        index,
        final,
        startFrame: at,
        words: include.includes("words") ? words : [],
        phonemes: include.includes("phonemes") ? within(times.phonemes) : [],
        sentences: include.includes("sentences") ? within(times.sentences) : [],
        marks: include.includes("marks") ? times.marks.filter(({ time }) => time >= from && time < to) : [],
        warnings: index === 0 ? warnings : [],
        consumed: final ? length : (words.at(-1)?.text_end ?? 0),
      };
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
  }

  #synthesize(ssml: string, { voice, rate = 1, pitch = 0 }: SpeakRequest["options"]): { samples: Float32Array; events: EspeakEvent[]; rate: number } {
    // A few voices answer to their identifier alone.
    const identifier = this.#espeak.list_voices().find(({ languages }) => languages[0]?.name === voice)?.identifier;
    if (this.#espeak.set_voice(identifier ?? voice) !== 0)
      throw new SpeechError("speech_voice_not_found", `eSpeak has no voice "${voice}": \`haforu voices --engine espeak\` lists them`, { field: "voice" });
    this.#espeak.set_rate(Math.round(WORDS_A_MINUTE * rate));
    this.#espeak.set_pitch(Math.max(0, Math.min(99, Math.round(PITCH + pitch * PITCH_A_SEMITONE))));
    const pieces: Int16Array[] = [];
    const events: EspeakEvent[] = [];
    this.#espeak.synthesize(ssml, (audio, found) => {
      if (audio !== null) pieces.push(audio);
      events.push(...found);
      return 0;
    });
    const samples = new Float32Array(pieces.reduce((total, piece) => total + piece.length, 0));
    let at = 0;
    for (const piece of pieces) for (const sample of piece) samples[at++] = sample / 32_768;
    return { samples, events, rate: this.#espeak.get_samplerate() };
  }
}

async function gathered(pieces: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) {
    text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    if (text.length > 2 * MOST_TEXT) throw new SpeechError("speech_text_too_long", `eSpeak takes at most ${MOST_TEXT} code points at once`);
  }
  return text + decoder.decode();
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** eSpeak reads markup always: plain text must have none. */
function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] as string);
}

/** eSpeak counts code points of the escaped text from 1; @returns the way back. */
function unescapedOffsets(source: string): (position: number) => number {
  const offsets: number[] = [];
  for (const [index, character] of [...source].entries()) for (let i = 0; i < (ENTITIES[character]?.length ?? 1); i++) offsets.push(index);
  return (position) => offsets[position - 1] ?? offsets.length;
}

/** For each event the seconds at which the next one of these types begins. */
function endsOf(events: readonly EspeakEvent[], types: readonly string[], duration: number): number[] {
  const ends = new Array<number>(events.length);
  let end = duration;
  for (let index = events.length - 1; index >= 0; index--) {
    ends[index] = end;
    const { type, audio_position } = events[index] as EspeakEvent;
    if (types.includes(type)) end = audio_position / 1000;
  }
  return ends;
}

function timesOf(
  events: readonly EspeakEvent[],
  offsetOf: (position: number) => number,
  points: readonly string[],
  duration: number,
): { words: SpokenWord[]; phonemes: SpokenPhoneme[]; sentences: SpokenSentence[]; marks: SpokenMark[] } {
  const wordEnds = endsOf(events, ["word", "end", "sentence"], duration);
  const phonemeEnds = endsOf(events, ["phoneme", "end", "sentence"], duration);
  const sentences = events.filter(({ type }) => type === "sentence");
  const range = (event: EspeakEvent, length: number): { text_start: number; text_end: number } => {
    const start = offsetOf(event.text_position);
    return { text_start: start, text_end: start + length };
  };
  const times = { words: [] as SpokenWord[], phonemes: [] as SpokenPhoneme[], sentences: [] as SpokenSentence[], marks: [] as SpokenMark[] };
  let word: { text_start: number; text_end: number } = { text_start: 0, text_end: 0 };
  for (const [index, event] of events.entries()) {
    const start = event.audio_position / 1000;
    if (event.type === "word") {
      const before = word;
      word = range(event, event.word_length);
      // The words of a number all own the number.
      if (word.text_start < before.text_end) word = before;
      times.words.push({ text: points.slice(word.text_start, word.text_end).join(""), start, end: wordEnds[index] as number, ...word });
    } else if (event.type === "phoneme" && event.id !== "") times.phonemes.push({ text: String(event.id), start, end: phonemeEnds[index] as number, ...word });
    else if (event.type === "mark") times.marks.push({ name: String(event.id), time: start, text_start: offsetOf(event.text_position) });
    else if (event.type === "sentence") {
      const next = sentences[times.sentences.length + 1];
      const text_start = offsetOf(event.text_position);
      times.sentences.push({
        start,
        end: next === undefined ? duration : next.audio_position / 1000,
        text_start,
        text_end: next === undefined ? points.length : offsetOf(next.text_position),
      });
    }
  }
  return times;
}
