// A voice's name in, the file that holds it out: a folder of the user's, or a package @haforu/voice-NAME; and its bytes. It does not know what is in them.

import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SpeechModule } from "../engine/boundary.ts";
import { SpeechError } from "../errors.ts";
import type { Voice } from "./voice-engine.ts";

/** The voices that the project publishes, whether installed or not. */
const PUBLISHED: readonly { readonly name: string; readonly description: string }[] = [
  { name: "slt", description: "US English, female (CMU Arctic, statistical)" },
  { name: "rms", description: "US English, male (CMU Arctic, statistical)" },
  { name: "awb", description: "Scottish English, male (CMU Arctic, statistical)" },
  { name: "kal16", description: "US English, male (diphones; smallest and fastest)" },
];
/** A voice as flite's tools write it, and haforu's file of diphones. */
const ENDINGS = [".flitevox", ".diphones"] as const;

/** As the engine's own limit (VOICE_BYTES_MAX of native/shim/speech.h): a larger file would be read into its memory, which never shrinks, only to be refused. */
const MOST_VOICE_BYTES: number = 64 * 2 ** 20;

const packageOf = (name: string): string => `@haforu/voice-${name}`;

/** @returns a path, or undefined where there is no such voice. */
export function findVoiceFile(name: string, folders: readonly string[]): string | undefined {
  for (const folder of folders)
    for (const ending of ENDINGS) {
      const path = join(folder, `${name}${ending}`);
      if (existsSync(path)) return path;
    }
  // As this package sees it, then as the working directory does: a library may be installed elsewhere than the voices.
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json")).href]) {
    let folder: string;
    try {
      folder = dirname(createRequire(from).resolve(`${packageOf(name)}/package.json`));
    } catch {
      continue;
    }
    for (const ending of ENDINGS) {
      const path = join(folder, `${name}${ending}`);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

/**
 * Reads a voice's file straight into an engine's memory: a buffer of some MB that is freed afterwards would make glibc keep as much for every thread from then on
 * (mallopt(3), M_MMAP_THRESHOLD: the threshold is dynamic, and that of trimming is twice as high).
 * @throws SpeechError speech_voice_invalid for what is no voice, or no file of a voice's size (a device may never end), speech_voice_not_found where it cannot be read.
 */
export function loadVoiceFile(into: SpeechModule, name: string, path: string): void {
  let file: number | undefined;
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > MOST_VOICE_BYTES)
      throw new SpeechError(
        "speech_voice_invalid",
        `the voice "${name}": ${path} is ${found.isFile() ? `a file of ${found.size} bytes` : "no file"}; expected a file of at most ${MOST_VOICE_BYTES} bytes`,
        { field: "voice" },
      );
    const opened = openSync(path, "r");
    file = opened;
    into.loadVoice(name, found.size, (memory) => {
      for (let at = 0; at < memory.length; ) {
        const read = readSync(opened, memory, at, memory.length - at, at);
        if (read === 0) throw new Error(`it ended after ${at} of ${memory.length} bytes`);
        at += read;
      }
    });
  } catch (error) {
    if (error instanceof SpeechError) throw error;
    throw new SpeechError("speech_voice_not_found", `the voice "${name}" could not be read: ${(error as Error).message}`, { field: "voice" }, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What an error says of a voice that is not there. */
export function missingVoice(name: string, folders: readonly string[]): string {
  if (PUBLISHED.some((voice) => voice.name === name)) return `the voice "${name}" is not installed: npm install ${packageOf(name)}`;
  const where = folders.length === 0 ? "set voicePath to the folder of its file" : `looked for ${name}.flitevox in ${folders.join(", ")}`;
  return `there is no voice "${name}": expected one of ${PUBLISHED.map((voice) => voice.name).join(", ")}, or a .flitevox file of your own (${where})`;
}

/** The published voices and those of the folders, by name; a folder's comes before a package's of the same name. */
export function listVoiceFiles(folders: readonly string[]): Voice[] {
  const found = new Map<string, Voice>();
  const base = { engine: "flite", language: "en-US" };
  for (const { name, description } of PUBLISHED) {
    const path = findVoiceFile(name, []);
    found.set(name, {
      name,
      ...base,
      licence: licenceOf(path),
      source: path ?? packageOf(name),
      installed: path !== undefined,
      ...(path === undefined ? { install: `npm install ${packageOf(name)}` } : {}),
      description,
    });
  }
  for (const folder of [...folders].reverse())
    for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const ending = ENDINGS.find((each) => file.endsWith(each));
      if (ending === undefined) continue;
      const name = file.slice(0, -ending.length);
      found.set(name, { name, ...base, licence: "unknown", source: join(folder, file), installed: true });
    }
  return [...found.values()];
}

/** What the voice's package says. */
function licenceOf(path: string | undefined): string {
  if (path === undefined) return "see its package";
  try {
    const { license } = JSON.parse(readFileSync(join(dirname(path), "package.json"), "utf8")) as { license?: string };
    return license?.startsWith("SEE LICENSE") ? "see its LICENSE" : (license ?? "unknown");
  } catch {
    return "see its package";
  }
}
