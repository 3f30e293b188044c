// `haforu voices`: which voices can speak, with which licence, and what installs the others.

import { Command } from "commander";
import { cancellable } from "./cancellable.ts";
import { note, print } from "./print.ts";
import { addEngineChoice, configOf, type EngineChoice } from "./speech-flags.ts";
import { loadSpeech } from "./speech-load.ts";

const EXAMPLE = `
The engine espeak (eSpeak NG) is licensed under GPL-3.0-or-later and does not come with haforu: npm install @echogarden/espeak-ng-emscripten

Examples:
  haforu voices
  haforu voices --engine espeak --json
Exit codes: 0 all well, 2 the call was wrong or a package is missing.`;

export function command(): Command {
  return addEngineChoice(new Command("voices").description("List the voices that can speak, and those that can be installed."))
    .option("--json", "one JSON object a line")
    .addHelpText("after", EXAMPLE)
    .action(run);
}

async function run(flags: EngineChoice & { readonly json?: true }): Promise<void> {
  const speech = await loadSpeech("voices");
  await cancellable(speech.SpeechError, async () => {
    const pipeline = await speech.createPipeline(configOf(speech, flags, {}));
    try {
      const voices = await pipeline.voices();
      if (flags.json === true) {
        await print(voices.map((voice) => `${JSON.stringify(voice)}\n`).join(""));
        return;
      }
      const rows = [
        ["NAME", "LANGUAGE", "ENGINE", "LICENCE", ""],
        ...voices.map(({ name, language, engine, licence, description = "", install }) => [name, language, engine, licence, install ?? description]),
      ];
      const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
      await print(rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()).join("\n"));
      await print("\n");
      if (flags.engine !== "espeak")
        note(
          "haforu: over 100 more languages: --engine espeak (eSpeak NG, GPL-3.0-or-later, not part of haforu: npm install @echogarden/espeak-ng-emscripten)\n",
        );
    } finally {
      await pipeline.dispose();
    }
  });
}
