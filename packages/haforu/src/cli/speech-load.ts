// Loads @haforu/speech, a package of its own, or says what to install.

import { CliError } from "./exit.ts";

export type SpeechPackage = typeof import("@haforu/speech");

/** @throws CliError that says what to install. */
export async function loadSpeech(command: string): Promise<SpeechPackage> {
  try {
    return await import("@haforu/speech");
  } catch (error) {
    // Another module missing is a broken installation, and its own message says more.
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND" || !String(error).includes("'@haforu/speech'")) throw error;
    const install = "npm install @haforu/speech @haforu/voice-slt";
    throw new CliError(`\`haforu ${command}\` needs the package @haforu/speech and a voice, which are not installed: ${install}`, undefined, { cause: error });
  }
}
