// Loads @haforu/speech, a package of its own, and turns what it throws into what a command throws.

import { CliError, EXIT_INTERRUPTED, EXIT_TERMINATED } from "./exit.ts";

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

/** Runs an action that can be cancelled: the first Ctrl-C or SIGTERM ends it in order, the second ends the program. @throws CliError for what is the input's fault. */
export async function cancellableSpeech<T>(speech: SpeechPackage, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === "SIGINT" ? EXIT_INTERRUPTED : EXIT_TERMINATED;
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort(new CliError("", code));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await action(controller.signal);
  } catch (error) {
    if (error instanceof speech.SpeechError) throw new CliError(`${error.message} (${error.code})`, undefined, { cause: error });
    throw error;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
