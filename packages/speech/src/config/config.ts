// A pipeline's configuration: options for every call, how many threads, where voices are; from a file, the environment and the call, each over the one before.

import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { SpeechError } from "../errors.ts";
import { OPTION_CHECKS, type OptionProblem, optionProblems, type SpeechOptions } from "./options.ts";

export interface SpeechSettings extends SpeechOptions {
  /** "flite" (comes with this package) or "espeak" (GPL-3; the user installs it). Default: "flite". */
  readonly engine?: "flite" | "espeak";
  /** Worker threads, 1 to 64. Default: the machine's cores, at most 4. */
  readonly workers?: number;
  /** Folders where NAME.flitevox files are looked for, before the installed voice packages. */
  readonly voicePath?: readonly string[];
  /** One of PRESETS, under all that is set itself. */
  readonly preset?: PresetName;
}
export type SettingName = keyof SpeechSettings;

/** Named sets of options. */
export const PRESETS: Readonly<Record<"natural" | "narration" | "telephone" | "video" | "draft", SpeechOptions>> = {
  /** As the voice is. */
  natural: { rate: 1, pitch: 0, volume: 0 },
  /** For listening along while reading. */
  narration: { rate: 0.9, sampleRate: 24_000, quality: "high" },
  /** What a telephone carries. */
  telephone: { sampleRate: 8000, channels: 1, quality: "standard" },
  /** For video: its usual rate, both channels. */
  video: { sampleRate: 48_000, channels: 2, quality: "high" },
  /** Soonest. */
  draft: { quality: "draft" },
};
export type PresetName = keyof typeof PRESETS;

const MOST_WORKERS = 64;

const CHECKS = {
  ...OPTION_CHECKS,
  engine: (value: unknown) => (value === "flite" || value === "espeak" ? undefined : 'one of "flite", "espeak"'),
  workers: (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_WORKERS ? undefined : `a whole number from 1 to ${MOST_WORKERS}`,
  voicePath: (value: unknown) => (Array.isArray(value) && value.every((path) => typeof path === "string" && path !== "") ? undefined : "a list of folders"),
  preset: (value: unknown) =>
    typeof value === "string" && Object.hasOwn(PRESETS, value)
      ? undefined
      : `one of ${Object.keys(PRESETS)
          .map((name) => `"${name}"`)
          .join(", ")}`,
} as const satisfies Readonly<Record<SettingName, (value: unknown) => string | undefined>>;

/** HAFORU_SPEECH_RATE and so on; lists are separated as PATH is. */
const ENVIRONMENT_PREFIX = "HAFORU_SPEECH_";
const LIST_SETTINGS = new Set<string>(["include", "voicePath"]);
const NUMBER_SETTINGS = new Set<string>(["rate", "pitch", "volume", "sampleRate", "channels", "chunkMs", "workers"] satisfies SettingName[]);

/** Settings that can be read and changed by key. A wrong value is not refused when it is set but by `validate`, with all others. */
export class SpeechConfig {
  readonly #values = new Map<string, unknown>();

  constructor(settings: SpeechSettings = {}) {
    this.merge(settings);
  }

  /** @param path of a JSON file of settings. @throws SpeechError speech_config_invalid, with every problem; speech_file_unreadable. */
  static load(path: string): SpeechConfig {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      throw new SpeechError("speech_file_unreadable", `${path} could not be read: ${(error as Error).message}`, {}, { cause: error });
    }
    let settings: unknown;
    try {
      settings = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch (error) {
      throw new SpeechError("speech_config_invalid", `${path} is no JSON: ${(error as Error).message}`, {}, { cause: error });
    }
    if (typeof settings !== "object" || settings === null || Array.isArray(settings))
      throw new SpeechError("speech_config_invalid", `${path}: expected one JSON object of settings`);
    const config = new SpeechConfig(settings);
    config.check(path);
    return config;
  }

  /**
   * File, then environment (HAFORU_SPEECH_VOICE, …_SAMPLE_RATE …), then the call, each over the one before.
   * @throws SpeechError speech_config_invalid, with every problem and where it came from.
   */
  static resolve(sources: {
    readonly file?: string;
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly settings?: SpeechSettings;
  }): SpeechConfig {
    const config = sources.file === undefined ? new SpeechConfig() : SpeechConfig.load(sources.file);
    const environment = new SpeechConfig(settingsOf(sources.environment ?? {}));
    environment.check("the environment");
    return config.merge(environment.toJSON()).merge(sources.settings ?? {});
  }

  get<K extends SettingName>(key: K): SpeechSettings[K] {
    return this.#values.get(key) as SpeechSettings[K];
  }

  /** @param value undefined takes the setting away. */
  set<K extends SettingName>(key: K, value: SpeechSettings[K] | undefined): this {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    return this;
  }

  /** Lays settings over these; undefined ones change nothing. */
  merge(settings: SpeechSettings): this {
    for (const [key, value] of Object.entries(settings)) if (value !== undefined) this.#values.set(key, value);
    return this;
  }

  /** Every problem; none when all is well. */
  validate(): OptionProblem[] {
    return optionProblems(Object.fromEntries(this.#values), CHECKS);
  }

  /** @throws SpeechError speech_config_invalid that lists every problem. */
  check(where = "the configuration"): void {
    const problems = this.validate();
    const first = problems[0];
    if (first === undefined) return;
    const list = problems.map(({ message }) => `\n  ${message}`).join("");
    throw new SpeechError("speech_config_invalid", `${where} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:${list}`, {
      field: first.field,
    });
  }

  /** The options of a call: the preset's, these over it. */
  options(): SpeechOptions {
    const preset = this.#values.get("preset");
    const options: Record<string, unknown> = typeof preset === "string" ? { ...PRESETS[preset as PresetName] } : {};
    for (const [key, value] of this.#values) if (Object.hasOwn(OPTION_CHECKS, key)) options[key] = value;
    return options;
  }

  toJSON(): SpeechSettings {
    return Object.fromEntries(this.#values);
  }

  /** As JSON that `load` takes; a file that was there stays until the new one is whole. @throws SpeechError speech_config_invalid, speech_output_failed. */
  save(path: string): void {
    this.check();
    try {
      writeWhole(path, `${JSON.stringify(this.toJSON(), null, 2)}\n`);
    } catch (error) {
      throw new SpeechError("speech_output_failed", `${path} could not be written: ${(error as Error).message}`, {}, { cause: error });
    }
  }
}

/** Beside the file, then renamed; through a link; a device or pipe as it is. */
function writeWhole(path: string, text: string): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isFile() === false) {
    writeFileSync(path, text);
    return;
  }
  const target = existing === undefined ? path : realpathSync(path);
  const part = `${target}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** HAFORU_SPEECH_SAMPLE_RATE=16000 as {sampleRate: 16000}. Unknown names stay, for `validate` to refuse. */
function settingsOf(environment: Readonly<Record<string, string | undefined>>): SpeechSettings {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || value === undefined || value === "") continue;
    const key = name
      .slice(ENVIRONMENT_PREFIX.length)
      .toLowerCase()
      .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (LIST_SETTINGS.has(key)) found[key] = value.split(key === "voicePath" ? (process.platform === "win32" ? ";" : ":") : ",");
    else found[key] = NUMBER_SETTINGS.has(key) && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return found;
}
