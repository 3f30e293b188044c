// Seeded nonsense as configuration: settings, files and environments. Each is a configuration or an error that names what is wrong, and what passes here is
// what the engine takes. HAFORU_FUZZ_CASES and HAFORU_FUZZ_SEED make it longer and other (npm run fuzz:speech).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Host } from "../../engine/testing/host.ts";
import { random } from "../../engine/testing/random.ts";
import { SpeechError } from "../errors.ts";
import { SpeechConfig, type SpeechSettings } from "./config.ts";

const CASES = Number(process.env.HAFORU_FUZZ_CASES ?? 2000);
const SEED = Number(process.env.HAFORU_FUZZ_SEED ?? 1);
const folder = mkdtempSync(join(tmpdir(), "haforu-speech-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD: Readonly<Record<string, readonly unknown[]>> = {
  voice: ["slt", "kal16", "a.b-C_9", "x".repeat(64)],
  language: ["en", "en-US", "de", "sr-Latn-RS"],
  rate: [0.5, 1, 1.25, 2],
  pitch: [-12, 0, 0.5, 12],
  volume: [-20, 0, 19.9, 20],
  sampleRate: [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
  channels: [1, 2],
  quality: ["draft", "standard", "high"],
  include: [[], ["words"], ["phonemes", "marks", "sentences", "words"]],
  chunkMs: [20, 250, 60_000],
  engine: ["flite"],
  workers: [1, 4, 64],
  voicePath: [[], ["/voices", "."]],
  preset: ["natural", "telephone", "video"],
};
const ODD: readonly unknown[] = [
  ...[null, true, "", "fast", "1", "é😀", "\u0000", "x".repeat(65), "en_US", "-", "a b", "../slt", "__proto__", "constructor", "words", "toString"],
  ...[0, -0, -1, 0.49, 2.001, 12.1, 20.01, 1e308, -1e308, 5e-324, 44_101, 2 ** 31, 2 ** 53, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
  ...[[], {}, [null], ["nothing"], ["words", "words"], [[]], { words: true }, [1], Array(100).fill("words")],
];
const KEYS = [...Object.keys(GOOD), "tempo", "sample_rate", "toString", "hasOwnProperty", "", "rate ", "VOICE"];
/** Settings of the pipeline; the others are of a request. */
const OWN = ["engine", "workers", "voicePath", "preset"];
/** The engine takes a language of any form, and warns of all but English; and a kind of times that is named twice. */
const STRICTER = ["language", "include"];

it(
  `${CASES} configurations`,
  () => {
    const host = new Host();
    host.load("kal16");
    const r = random(SEED);
    const path = join(folder, "speech.json");
    const counts = { good: 0, bad: 0, files: 0, environments: 0 };
    for (let index = 0; index < CASES; index++) {
      const settings: Record<string, unknown> = {};
      for (let i = r.below(6); i >= 0; i--) {
        const key = r.pick(KEYS);
        settings[key] = r.chance(0.75) && Object.hasOwn(GOOD, key) ? r.pick(GOOD[key] as readonly unknown[]) : r.pick(ODD);
      }
      const told = `case ${index} of seed ${SEED}: ${JSON.stringify(settings)}`;
      const config = new SpeechConfig(settings as SpeechSettings);
      const problems = config.validate();
      for (const { field, message } of problems) {
        expect(Object.hasOwn(settings, field), told).toBe(true);
        expect(message, told).toMatch(/expected|unknown/);
      }
      counts[problems.length === 0 ? "good" : "bad"]++;
      if (problems.length === 0) config.check();
      else expect(() => config.check(), told).toThrow(SpeechError);
      // What the module says of the same options; presets lay others under them.
      const { sampleRate, chunkMs, ...rest } = Object.fromEntries(Object.entries(settings).filter(([key]) => !OWN.includes(key)));
      const wrong = problems.filter(({ field }) => !OWN.includes(field)).map(({ field }) => field);
      const status = host.open({ text: "", voice: "kal16", ...rest, sample_rate: sampleRate, chunk_ms: chunkMs });
      if (status <= 0) expect(wrong.length, `${told}: the engine says ${host.error().message}`).toBeGreaterThan(0);
      else if (!wrong.includes("sample_rate"))
        expect(
          wrong.filter((field) => !STRICTER.includes(field)),
          `${told}: the engine takes it`,
        ).toEqual([]);
      if (status > 0) host.call("hs_close", status);

      if (r.chance(0.1)) {
        counts.files++;
        let text = JSON.stringify(settings);
        if (r.chance(0.5)) text = text.slice(0, r.below(text.length + 1));
        if (r.chance(0.3)) text = text.replace(r.pick(['"', ":", ",", "{"]), r.pick(["", "[", "\u0000", "\\u"]));
        writeFileSync(path, text);
        const loaded = errorOf(() => SpeechConfig.load(path).save(path));
        if (loaded === undefined) expect(SpeechConfig.load(path).validate(), told).toEqual([]);
        else expect(loaded.code, told).toBe("speech_config_invalid");
      }
      if (r.chance(0.1)) {
        counts.environments++;
        const environment = Object.fromEntries(
          Object.entries(settings).map(([key, value]) => [`HAFORU_SPEECH_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`, String(value)]),
        );
        const resolved = errorOf(() => SpeechConfig.resolve({ environment }).check());
        if (resolved !== undefined) expect(resolved.code, told).toBe("speech_config_invalid");
      }
    }
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(CASES / 30);
  },
  Math.max(120_000, CASES * 20),
);

function errorOf(action: () => void): SpeechError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof SpeechError) return error;
    throw error;
  }
}
