// What `haforu speak` does: pieces of text through a stream of @haforu/speech, each chunk to the file as it comes, word times to captions at the end.

import { createReadStream, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import type { AudioFileWriter, FileFormat, SampleBits, SpeechSettings, SpokenSentence, SpokenWord, StreamChunk } from "@haforu/speech";
import { cancellable } from "./cancellable.ts";
import { CliError } from "./exit.ts";
import { note, print } from "./print.ts";
import { speakProgress } from "./speak-progress.ts";
import { configOf, type EngineChoice } from "./speech-flags.ts";
import { loadSpeech, type SpeechPackage } from "./speech-load.ts";
import { writeWhole } from "./whole-file.ts";

export interface SpeakFlags extends EngineChoice {
  readonly file?: string;
  readonly output?: string;
  readonly play?: true;
  readonly ssml?: true;
  readonly voice?: string;
  readonly language?: string;
  readonly rate?: number;
  readonly pitch?: number;
  readonly volume?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly quality?: "draft" | "standard" | "high";
  readonly bits?: "16" | "24" | "32" | "float";
  readonly dither?: true;
  readonly format?: FileFormat;
  readonly bitrate?: number;
  readonly preset?: string;
  readonly title?: string;
  readonly words?: string;
  readonly json?: true;
}

const STDIN = 0;
/** SSML is read whole; the engine takes no more. */
const MOST_SSML_BYTES: number = 16 * 2 ** 20;

/** Where samples go: a file, or standard output. */
interface Sink {
  write(chunk: StreamChunk): Promise<void>;
  finish(): Promise<void>;
  discard(): Promise<void>;
  readonly clipped: number;
}

/** What was spoken so far, for captions and the summary. */
interface Spoken {
  readonly words: SpokenWord[];
  readonly sentences: SpokenSentence[];
  readonly warnings: unknown[];
  frames: number;
  rate: number;
}

export async function run(text: string | undefined, flags: SpeakFlags): Promise<void> {
  if (flags.output === undefined && flags.play !== true) throw new CliError("expected -o FILE, --play, or both: there is nowhere for the sound to go");
  if (flags.output === "-" && flags.json === true) throw new CliError("--json and -o - both write to standard output: expected one of them");
  const captionFormat = flags.words === undefined ? undefined : captionFormatOf(flags.words);
  refuseSameFile(flags);
  const speech = await loadSpeech("speak");
  await cancellable(speech.SpeechError, async (signal) => {
    const settings = settingsOf(flags);
    const config = configOf(speech, flags, settings);
    // Before anything is spoken.
    if (flags.play === true) speech.findPlayer();
    const source = sourceOf(text, flags);
    const kept: string[] = [];
    const pipeline = await speech.createPipeline(config);
    const folder = flags.play === true && (flags.output === undefined || flags.output === "-") ? mkdtempSync(join(tmpdir(), "haforu-speak-")) : undefined;
    const progress = speakProgress(source.bytes);
    try {
      const path = folder === undefined ? flags.output : join(folder, "speech.wav");
      const pieces = "ssml" in source ? undefined : readPieces(source, captionFormat === undefined ? undefined : kept, progress.read);
      const chunks = "ssml" in source ? pipeline.synthesizeSsmlStream(source.ssml, { signal }) : pipeline.synthesizeStream(pieces ?? "", { signal });
      const spoken = await writeAll(speech, chunks, path ?? "", flags, settings, progress.spoken);
      progress.close();
      if (captionFormat !== undefined) {
        const document = speech.captions(captionFormat, spoken.words, "ssml" in source ? undefined : kept.join(""), spoken.sentences);
        await writeWhole(flags.words as string, `the captions ${flags.words}`, document);
      }
      if (flags.play === true) await speech.playFile(path ?? "", { signal });
      if (flags.json === true) await print(`${JSON.stringify(summary(flags, pipeline.voice, spoken))}\n`);
    } finally {
      progress.close();
      await pipeline.dispose();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  });
}

function settingsOf(flags: SpeakFlags): SpeechSettings {
  const { voice, language, rate, pitch, volume, sampleRate, channels, quality, preset } = flags;
  const include = flags.words === undefined && flags.json !== true ? [] : ["words", "sentences"];
  return { voice, language, rate, pitch, volume, sampleRate, channels, quality, preset, include } as SpeechSettings;
}

/** @throws CliError where one file would be written over another that is read or written here. */
function refuseSameFile({ file, output, words }: SpeakFlags): void {
  const named = [
    ["-f", file],
    ["-o", output === "-" ? undefined : output],
    ["--words", words],
  ] as const;
  const seen = new Map<string, string>();
  for (const [flag, path] of named) {
    if (path === undefined) continue;
    const real = realName(path);
    const other = seen.get(real);
    if (other !== undefined) throw new CliError(`${other} and ${flag} are one file (${path}): expected two`);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== false) seen.set(real, flag);
  }
}

/** A file's own name, also of one that is not there yet. */
function realName(path: string): string {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
  } catch {
    // The folder is not there: whoever opens the file says so.
    return path;
  }
}

function captionFormatOf(path: string): "srt" | "vtt" | "json" {
  const ending = extname(path).slice(1).toLowerCase();
  if (ending === "srt" || ending === "vtt" || ending === "json") return ending;
  throw new CliError(`--words: expected a name that ends in .srt, .vtt or .json, got ${path}`);
}

type Source = ({ readonly ssml: string } | { readonly text: string } | { readonly fd: number | string }) & { readonly bytes: number | undefined };

function sourceOf(text: string | undefined, flags: SpeakFlags): Source {
  if ((text === undefined) === (flags.file === undefined))
    throw new CliError(text === undefined ? "expected a text, -f FILE, or - for standard input" : "expected a text or -f FILE, got both");
  if (flags.ssml === true) return { ssml: text === undefined || text === "-" ? readWhole(flags.file ?? STDIN) : text, bytes: undefined };
  if (flags.file !== undefined) return { fd: flags.file, bytes: sizeOf(flags.file) };
  return text === "-" ? { fd: STDIN, bytes: undefined } : { text: text as string, bytes: Buffer.byteLength(text as string) };
}

function sizeOf(path: string): number | undefined {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new Error("it is a folder");
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    throw new CliError(`${path} could not be read: ${(error as Error).message}`, undefined, { cause: error });
  }
}

function readWhole(from: string | number): string {
  let text: Buffer;
  try {
    text = readFileSync(from);
  } catch (error) {
    throw new CliError(`${from === STDIN ? "standard input" : from} could not be read: ${(error as Error).message}`, undefined, { cause: error });
  }
  if (text.length > MOST_SSML_BYTES) throw new CliError(`an SSML document has at most ${MOST_SSML_BYTES} bytes, got ${text.length}: split it`);
  return text.toString("utf8");
}

async function* readPieces(
  source: { readonly text: string } | { readonly fd: number | string },
  kept: string[] | undefined,
  read: (bytes: number) => void,
): AsyncGenerator<string | Uint8Array> {
  if ("text" in source) {
    kept?.push(source.text);
    yield source.text;
    return;
  }
  const stream = source.fd === STDIN ? process.stdin : createReadStream(String(source.fd));
  const decoder = new TextDecoder();
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      kept?.push(decoder.decode(piece, { stream: true }));
      yield piece;
      // Asked for the next one: this one is with the engine.
      read(piece.length);
    }
  } catch (error) {
    throw new CliError(`the text could not be read: ${(error as Error).message}`, undefined, { cause: error });
  }
  kept?.push(decoder.decode());
}

/** Chunks to the output as they come. */
async function writeAll(
  speech: SpeechPackage,
  chunks: AsyncIterable<StreamChunk>,
  path: string,
  flags: SpeakFlags,
  settings: SpeechSettings,
  shown: (seconds: number) => void,
): Promise<Spoken> {
  const spoken: Spoken = { words: [], sentences: [], warnings: [], frames: 0, rate: 0 };
  let sink: Sink | undefined;
  try {
    for await (const chunk of chunks) {
      sink ??= await openSink(speech, path, flags, settings, chunk);
      await sink.write(chunk);
      spoken.frames += chunk.samples.length / chunk.channels;
      spoken.rate = chunk.rate;
      for (const word of chunk.words) spoken.words.push(word);
      for (const sentence of chunk.sentences) spoken.sentences.push(sentence);
      for (const warning of chunk.warnings) {
        spoken.warnings.push(warning);
        note(`haforu: warning: ${warning.message} (${warning.code})\n`);
      }
      shown(spoken.frames / spoken.rate);
    }
    await sink?.finish();
    if (sink !== undefined && sink.clipped > 0) {
      const warning = { code: "speech_clipped", message: `${sink.clipped} samples were louder than the format holds and were limited: lower --volume` };
      spoken.warnings.push(warning);
      note(`haforu: warning: ${warning.message} (${warning.code})\n`);
    }
    return spoken;
  } catch (error) {
    await sink?.discard();
    throw error;
  }
}

async function openSink(
  speech: SpeechPackage,
  path: string,
  flags: SpeakFlags,
  { language = flags.engine === "espeak" ? (flags.voice ?? "en-us") : "en-US" }: SpeechSettings,
  first: StreamChunk,
): Promise<Sink> {
  const bits: SampleBits | undefined = flags.bits === undefined ? undefined : flags.bits === "float" ? "float" : (Number(flags.bits) as 16 | 24 | 32);
  const format = flags.format ?? (path === "-" ? "wav" : speech.formatOfName(path));
  const { title, dither, bitrate } = flags;
  const options = { format, language, ...(bits && { bits }), ...(title && { title }), ...(dither && { dither }), ...(bitrate && { bitrate }) };
  const encoding = speech.resolveEncoding(options, first.final ? { ...first, frames: first.samples.length / first.channels } : first);
  if (path !== "-") {
    const writer: AudioFileWriter = await speech.AudioFileWriter.open(path, encoding);
    return {
      write: (chunk) => writer.write(chunk.samples),
      finish: () => writer.finish(),
      discard: () => writer.discard(),
      get clipped() {
        return writer.clipped;
      },
    };
  }
  // A pipe: its header says that the length is not known.
  const encoder = await speech.openEncoder(encoding);
  return {
    write: (chunk) => print(encoder.encode(chunk.samples)),
    finish: () => print(encoder.finish().tail),
    discard: async () => {},
    get clipped() {
      return encoder.clipped;
    },
  };
}

function summary(flags: SpeakFlags, voice: string, { words, warnings, frames, rate }: Spoken): object {
  const output = flags.output === undefined ? {} : { output: flags.output };
  return { ...output, voice, sample_rate: rate, frames, duration: rate === 0 ? 0 : frames / rate, words, warnings };
}
