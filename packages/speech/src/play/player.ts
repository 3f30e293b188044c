// An audio file to the loudspeaker by a program of the system: the first that is found. It knows nothing of synthesis.

import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { AudioBuffer } from "../buffer/audio-buffer.ts";
import { SpeechError } from "../errors.ts";

interface Player {
  readonly program: string;
  readonly args: readonly string[];
}

/** In this order; the file's path follows the arguments. HAFORU_PLAYER names another. */
const PLAYERS: readonly Player[] = [
  { program: "pw-play", args: [] },
  { program: "paplay", args: [] },
  { program: "aplay", args: ["-q"] },
  { program: "afplay", args: [] },
  { program: "play", args: ["-q"] },
  { program: "ffplay", args: ["-nodisp", "-autoexit", "-loglevel", "error"] },
];

/** @throws SpeechError speech_player_missing that says which programs were looked for. */
export function findPlayer(environment: NodeJS.ProcessEnv = process.env): Player {
  const own = environment.HAFORU_PLAYER;
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const isThere = (program: string): boolean =>
    (program.includes("/") ? [program] : folders.map((folder) => join(folder, program))).some((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (own !== undefined && own !== "") {
    if (isThere(own)) return { program: own, args: [] };
    throw new SpeechError("speech_player_missing", `the player ${own} that HAFORU_PLAYER names is not there`);
  }
  const found = PLAYERS.find(({ program }) => isThere(program));
  if (found !== undefined) return found;
  throw new SpeechError(
    "speech_player_missing",
    `no player was found: looked for ${PLAYERS.map(({ program }) => program).join(", ")}; install one of them (Debian: alsa-utils), or name one in HAFORU_PLAYER`,
  );
}

/** Plays an audio file to its end, or until the signal aborts. @throws SpeechError speech_player_missing, or speech_output_failed where the player fails. */
export async function playFile(path: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const { program, args } = findPlayer();
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const player = spawn(program, [...args, path], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    player.stderr.on("data", (data: Buffer) => {
      said = (said + data.toString()).slice(-500);
    });
    const onAbort = (): void => {
      player.kill();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    player.on("error", (error) => reject(new SpeechError("speech_output_failed", `${program} could not be started: ${error.message}`, {}, { cause: error })));
    player.on("close", (code) => {
      signal?.removeEventListener("abort", onAbort);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else reject(new SpeechError("speech_output_failed", `${program} ended with ${code}: ${said.trim() || "it said nothing"}`));
    });
  });
}

/** The same for audio in memory, through a temporary file. @throws SpeechError speech_player_missing, or speech_output_failed where the player fails. */
export async function playAudio(audio: AudioBuffer, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
  findPlayer();
  const folder = await mkdtemp(join(tmpdir(), "haforu-play-"));
  try {
    const path = join(folder, "speech.wav");
    await audio.save(path);
    await playFile(path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
