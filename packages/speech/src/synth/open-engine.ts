// The configured engine: flite, or eSpeak NG where the user has installed it.

import type { SpeechConfig } from "../config/config.ts";
import { FliteEngine } from "./flite.ts";
import type { VoiceEngine } from "./voice-engine.ts";

/** @throws SpeechError speech_package_missing. */
export async function openEngine(config: SpeechConfig): Promise<VoiceEngine> {
  if (config.get("engine") === "espeak") return (await import("./espeak.ts")).openEspeak();
  return new FliteEngine({ workers: config.get("workers"), voicePath: config.get("voicePath") });
}
