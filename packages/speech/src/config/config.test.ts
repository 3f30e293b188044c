// Settings: by key, all problems at once, files, the environment, presets; options out of range.
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SpeechError } from "../errors.ts";
import { SpeechConfig, type SpeechSettings } from "./config.ts";
import { checkOptions } from "./options.ts";

const thrown = (action: () => unknown): SpeechError => {
  try {
    action();
  } catch (error) {
    return error as SpeechError;
  }
  throw new Error("nothing was thrown");
};

describe("options", () => {
  it.each([
    ["rate", [0.5, 1, 2], [0.49, 2.01, Number.NaN, "1", null]],
    ["pitch", [-12, 0, 12], [-12.1, 12.1, Number.POSITIVE_INFINITY]],
    ["volume", [-20, 20], [-20.5, 21]],
    ["sampleRate", [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000], [0, 44_000, 96_000]],
    ["channels", [1, 2], [0, 3, 1.5]],
    ["quality", ["draft", "standard", "high"], ["best", 1]],
    ["voice", ["slt", "my-voice_2.x"], ["", "../slt", "a b", 1]],
    ["language", ["en", "en-US", "zh-Hant-TW"], ["", "english language", 5]],
    ["include", [[], ["words", "phonemes"]], [["letters"], ["words", "words"], "words"]],
    ["chunkMs", [20, 60_000], [19, 60_001, 20.5]],
  ] as const)("%s takes its range and nothing else", (field, good, bad) => {
    for (const value of good) expect(() => checkOptions({ [field]: value })).not.toThrow();
    for (const value of bad) expect(thrown(() => checkOptions({ [field]: value }))).toMatchObject({ code: "speech_option_invalid", field });
  });

  it("an error names the field, what was expected and what came; unknown options are refused", () => {
    expect(thrown(() => checkOptions({ rate: 3 })).message).toBe("rate: expected a number from 0.5 to 2 (1 is the voice's own), got 3");
    expect(thrown(() => checkOptions({ speed: 1 })).message).toMatch(/^speed: unknown; expected one of voice, language, rate/);
    expect(thrown(() => checkOptions({ toString: 1 })).message).toMatch(/^toString: unknown/);
    expect(thrown(() => checkOptions({ rate: 9, pitch: 99 })).message).toMatch(/rate: .*; pitch: /);
  });
});

describe("SpeechConfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "haforu-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gets and sets by key; undefined takes a setting away", () => {
    const config = new SpeechConfig({ rate: 1.5 });
    expect(config.set("voice", "rms").get("voice")).toBe("rms");
    expect(config.set("rate", undefined).get("rate")).toBeUndefined();
    expect(config.toJSON()).toEqual({ voice: "rms" });
  });

  it("lists all problems at once", () => {
    const config = new SpeechConfig({ rate: 9, workers: 0, preset: "loud", tempo: 1 } as unknown as SpeechSettings);
    expect(config.validate().map(({ field }) => field)).toEqual(["rate", "workers", "preset", "tempo"]);
    expect(thrown(() => config.check()).message.split("\n")).toHaveLength(5);
    expect(new SpeechConfig({ rate: 1 }).validate()).toEqual([]);
  });

  it("saves what it loads", () => {
    const path = join(folder, "speech.json");
    const config = new SpeechConfig({ voice: "awb", sampleRate: 44_100, voicePath: ["/voices"], include: ["words"] });
    config.save(path);
    expect(SpeechConfig.load(path).toJSON()).toEqual(config.toJSON());
    expect(readFileSync(path, "utf8").endsWith("}\n")).toBe(true);
    expect(thrown(() => new SpeechConfig({ rate: 99 }).save(path)).code).toBe("speech_config_invalid");
  });

  it("saves whole files, through links, and to devices as they are", () => {
    const [path, link] = [join(folder, "speech.json"), join(folder, "link.json")];
    writeFileSync(path, "before");
    symlinkSync(path, link);
    new SpeechConfig({ rate: 1.5 }).save(link);
    expect(SpeechConfig.load(path).get("rate")).toBe(1.5);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(thrown(() => new SpeechConfig().save(join(folder, "no/such.json"))).code).toBe("speech_output_failed");
    expect(thrown(() => new SpeechConfig().save(folder)).code).toBe("speech_output_failed");
    if (existsSync("/dev/full")) {
      expect(thrown(() => new SpeechConfig().save("/dev/full")).code).toBe("speech_output_failed");
      expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
    }
    expect(readdirSync(folder).sort()).toEqual(["link.json", "speech.json"]);
  });

  it("says what is wrong with a file", () => {
    const path = join(folder, "speech.json");
    expect(thrown(() => SpeechConfig.load(path)).code).toBe("speech_file_unreadable");
    writeFileSync(path, "{");
    expect(thrown(() => SpeechConfig.load(path)).message).toMatch(/speech\.json is no JSON/);
    writeFileSync(path, "[]");
    expect(thrown(() => SpeechConfig.load(path)).message).toMatch(/expected one JSON object/);
    writeFileSync(path, '{"pitch": 40, "volume": "loud"}');
    expect(thrown(() => SpeechConfig.load(path)).message).toMatch(/2 problems:\n {2}pitch: .*got 40\n {2}volume: .*got "loud"/);
  });

  it("merges file, environment and call, each over the one before", () => {
    const path = join(folder, "speech.json");
    writeFileSync(path, '\uFEFF{"voice": "awb", "rate": 0.8, "pitch": 2}');
    const environment = {
      HAFORU_SPEECH_RATE: "1.2",
      HAFORU_SPEECH_SAMPLE_RATE: "22050",
      HAFORU_SPEECH_INCLUDE: "words,marks",
      HOME: "/",
      HAFORU_SPEECH_PITCH: "",
    };
    const config = SpeechConfig.resolve({ file: path, environment, settings: { pitch: -1, voice: undefined } as SpeechSettings });
    expect(config.toJSON()).toEqual({ voice: "awb", rate: 1.2, pitch: -1, sampleRate: 22_050, include: ["words", "marks"] });
    expect(thrown(() => SpeechConfig.resolve({ environment: { HAFORU_SPEECH_RATE: "fast", HAFORU_SPEECH_TEMPO: "1" } })).message).toMatch(
      /the environment has 2 problems:\n {2}rate: .*got "fast"\n {2}tempo: unknown/,
    );
  });

  it("lays settings over a preset", () => {
    expect(new SpeechConfig({ preset: "telephone", voice: "rms", workers: 2 }).options()).toEqual({
      sampleRate: 8000,
      channels: 1,
      quality: "standard",
      voice: "rms",
    });
    expect(new SpeechConfig({ preset: "narration", rate: 1.1 }).options().rate).toBe(1.1);
  });
});
