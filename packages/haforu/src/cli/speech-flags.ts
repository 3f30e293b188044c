// Flags that choose an engine and its settings, for the commands that speak or list voices, and what they make of a configuration.

import { statSync } from "node:fs";
import type { SpeechConfig, SpeechSettings } from "@haforu/speech";
import { type Command, Option } from "commander";
import { wholeNumber } from "./argument.ts";
import { CliError } from "./exit.ts";
import type { SpeechPackage } from "./speech-load.ts";

const MOST_WORKERS = 64;

export interface EngineChoice {
  readonly config?: string;
  readonly engine?: "flite" | "espeak";
  readonly voicePath?: readonly string[];
  readonly workers?: number;
}

export function addEngineChoice(command: Command): Command {
  return command
    .option("--config <file>", "settings as JSON; HAFORU_SPEECH_… in the environment goes over it, flags over both")
    .addOption(new Option("--engine <name>", "flite, or espeak (GPL-3, over 100 languages: a package to install)").choices(["flite", "espeak"]))
    .option("--voice-path <folder>", "a folder of .flitevox files; again for more", (value: string, before: readonly string[] = []) => [...before, value])
    .option("--workers <count>", "threads, 1 to 64", wholeNumber(1, MOST_WORKERS));
}

/** The environment's folders may be for another machine; one that is named in the call must be there. @throws CliError */
function checkFolder(folder: string): void {
  let isFolder: boolean | undefined;
  try {
    isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    throw new CliError(`--voice-path ${folder}: it cannot be read: ${(error as Error).message}`, undefined, { cause: error });
  }
  if (isFolder !== true) throw new CliError(`--voice-path ${folder}: ${isFolder === undefined ? "there is no such folder" : "it is no folder"}`);
}

/** File, environment, flags. @throws SpeechError speech_config_invalid, CliError. */
export function configOf(speech: SpeechPackage, { config, engine, voicePath, workers }: EngineChoice, settings: SpeechSettings): SpeechConfig {
  for (const folder of voicePath ?? []) checkFolder(folder);
  const flags = { ...settings, engine, voicePath, workers };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as SpeechSettings;
  const merged = speech.SpeechConfig.resolve({ ...(config === undefined ? {} : { file: config }), environment: process.env, settings: given });
  merged.check("the call");
  return merged;
}
