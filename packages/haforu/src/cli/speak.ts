// `haforu speak`: a text, file or pipe in, an audio file and captions out, or sound. The flags; what is done with them is speak-run.ts's.

import { Command, Option } from "commander";
import { decimalNumber } from "./argument.ts";
import type { SpeakFlags } from "./speak-run.ts";
import { addEngineChoice } from "./speech-flags.ts";

const EXAMPLE = `
Examples:
  haforu speak "Hello world." -o hello.wav
  haforu speak -f book.txt -o book.flac --voice rms --words book.vtt
  echo "<speak>Wait <break time='1s'/> here.</speak>" | haforu speak - --ssml --play
The text is the argument, a file (-f), or standard input (-). Memory does not grow with a plain text, but for --words.
Exit codes: 0 all well, 2 the call, the text or the output was wrong, 130 interrupted.`;

export function command(): Command {
  const speak = new Command("speak")
    .description("Speak a text or SSML document to an audio file, with captions.")
    .argument("[text]", "what to speak; - for standard input")
    .option("-f, --file <file>", "the text, UTF-8")
    .option("-o, --output <file>", "audio file: .wav, .flac or .mp3 (a package to install); - writes to standard output")
    .option("--play", "play it when it is spoken")
    .option("--ssml", "the text is an SSML 1.1 document")
    .option("--voice <name>", "one of `haforu voices` (default: slt)")
    .option("--language <tag>", "BCP 47 (default: en-US)")
    .option("--rate <factor>", "0.5 to 2; 1 is the voice's own", decimalNumber(0.5, 2))
    .option("--pitch <semitones>", "-12 to 12", decimalNumber(-12, 12))
    .option("--volume <dB>", "-20 to 20", decimalNumber(-20, 20))
    .option("--sample-rate <Hz>", "8000, 11025, 16000, 22050, 24000, 32000, 44100 or 48000 (default: the voice's own)", decimalNumber(8000, 48_000))
    .option("--channels <count>", "1 or 2", decimalNumber(1, 2))
    .addOption(new Option("--quality <name>", "of resampling (default: standard)").choices(["draft", "standard", "high"]))
    .addOption(new Option("--bits <bits>", "of a sample: 16, 24, 32 or float for WAV, 16 or 24 for FLAC (default: 16)").choices(["16", "24", "32", "float"]))
    .option("--dither", "triangular dither before samples become integers")
    .addOption(new Option("--format <name>", "in place of the name's ending").choices(["wav", "flac", "mp3"]))
    .option("--bitrate <kbit/s>", "of MP3 (default: variable)", decimalNumber(8, 320))
    .option("--preset <name>", "natural, narration, telephone, video or draft")
    .option("--title <text>", "written into the file, as the language is")
    .option("--words <file>", "captions from the word times: .srt, .vtt or .json")
    .option("--json", "what was made as one JSON object on standard output");
  return addEngineChoice(speak)
    .addHelpText("after", EXAMPLE)
    .action(async (text: string | undefined, flags: SpeakFlags) => (await import("./speak-run.ts")).run(text, flags));
}
