// `haforu speak`, `haforu voices`, and speech as jobs of `haforu batch` and `haforu stream`.
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AudioBuffer } from "@haforu/speech";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../packages/haforu/bin/haforu.js", import.meta.url));
const FONT = fileURLToPath(new URL("../../node_modules/source-sans-pro/TTF/SourceSansPro-Regular.ttf", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-speak-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const haforu = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH: process.env.PATH },
  });

const BOOK = "It was a bright cold day in April, and the clocks were striking. ".repeat(2000);

it("a folder of voices that is not there, or is none, is said", () => {
  for (const args of [["voices"], ["speak", "Hello.", "-o", "none.wav"]]) {
    for (const [path, why] of [
      ["nofolder", "there is no such folder"],
      [PROGRAM, "it is no folder"],
    ] as const) {
      const { status, stdout, stderr } = haforu([...args, "--voice-path", path]);
      expect([status, stdout, stderr]).toEqual([2, "", `haforu: --voice-path ${path}: ${why}\n`]);
    }
  }
  expect(existsSync(join(folder, "none.wav"))).toBe(false);
  expect(haforu(["voices", "--voice-path", "."]).status).toBe(0);
});

describe("haforu speak", () => {
  it("writes a WAV file with its language and title, and captions", () => {
    const done = haforu(["speak", "Hello, 25 worlds.", "-o", "a.wav", "--title", "Greeting", "--words", "a.srt", "--json"]);
    expect(done.stderr).toBe("");
    expect(done.status).toBe(0);
    const summary = JSON.parse(done.stdout);
    expect(summary).toMatchObject({ output: "a.wav", voice: "slt", sample_rate: 16_000, warnings: [] });
    expect(execFileSync("sox", ["--i", "-s", "a.wav"], { cwd: folder, encoding: "utf8" }).trim()).toBe(String(summary.frames));
    expect(readFileSync(join(folder, "a.srt"), "utf8")).toMatch(/^1\n00:00:00,\d+ --> 00:00:0\d,\d+\nHello, 25 worlds\.\n$/);
  });

  it("takes text from standard input, and writes to standard output", async () => {
    const whole = haforu(["speak", "Hello there.", "-o", "b.wav"]);
    expect(whole.status).toBe(0);
    const piped = spawnSync(process.execPath, [PROGRAM, "speak", "-", "-o", "-"], { input: "Hello there.", maxBuffer: 1 << 28 });
    const [a, b] = [await AudioBuffer.load(join(folder, "b.wav")), await AudioBuffer.decode(piped.stdout)];
    expect(b.samples).toEqual(a.samples);
  });

  it("speaks SSML, with options, into FLAC of 24 bits", async () => {
    const flags = ["--ssml", "--voice", "rms", "--rate", "1.5", "--pitch", "2", "--volume", "-3", "--sample-rate", "24000", "--channels", "2", "--bits", "24"];
    const done = haforu(["speak", "<speak>Hello <break time='1s'/> there <x>you</x></speak>", "-o", "c.flac", ...flags]);
    expect(done.stderr).toMatch(/^haforu: warning: .*\(speech_element_unknown\)\n$/);
    const audio = await AudioBuffer.load(join(folder, "c.flac"));
    expect([audio.rate, audio.channels, audio.metadata]).toEqual([24_000, 2, { language: "en-US" }]);
    expect(audio.duration).toBeGreaterThan(1);
  });

  it("limits what is too loud, and says so", () => {
    const done = haforu(["speak", "Loud.", "-o", "d.wav", "--volume", "20"]);
    expect(done.stderr).toMatch(/samples were louder than the format holds and were limited: lower --volume \(speech_clipped\)/);
    expect(done.status).toBe(0);
  });

  it("plays by the player that is found", () => {
    const player = join(folder, "player");
    writeFileSync(player, `#!/bin/sh\nhead -c 4 "$1" > "${folder}/played"\n`, { mode: 0o755 });
    const done = spawnSync(process.execPath, [PROGRAM, "speak", "Hi.", "--play"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, HAFORU_PLAYER: player },
    });
    expect(done.stderr).toBe("");
    expect(readFileSync(join(folder, "played"), "utf8")).toBe("RIFF");
    const none = spawnSync(process.execPath, [PROGRAM, "speak", "Hi.", "--play"], { cwd: folder, encoding: "utf8", env: { PATH: "/nowhere" } });
    expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/no player was found: looked for pw-play, paplay, aplay, afplay, play, ffplay/)]);
  });

  it.each([
    [["speak", "x"], /expected -o FILE, --play, or both/],
    [["speak", "-o", "x.wav"], /expected a text, -f FILE, or - for standard input/],
    [["speak", "x", "-f", "y", "-o", "x.wav"], /expected a text or -f FILE, got both/],
    [["speak", "-f", "none.txt", "-o", "x.wav"], /none\.txt could not be read/],
    [["speak", "-f", "x.json", "-o", "x.json", "--format", "wav"], /-f and -o are one file \(x\.json\)/],
    [["speak", "x", "-o", "./x.json", "--format", "wav", "--words", "x.json"], /-o and --words are one file/],
    [["speak", "x", "-o", "."], /\. could not be written: it is a folder|ends in \.wav/],
    [["speak", "x", "-o", "x.ogg"], /ends in \.wav, \.flac or \.mp3/],
    [["speak", "x", "-o", "no/x.wav"], /no\/x\.wav could not be written/],
    [["speak", "x", "-o", "x.wav", "--rate", "3"], /from 0\.5 to 2, got "3"/],
    [["speak", "x", "-o", "x.wav", "--sample-rate", "9000"], /sampleRate: expected one of 8000/],
    [["speak", "x", "-o", "x.wav", "--voice", "nobody"], /there is no voice "nobody"/],
    [["speak", "x", "-o", "x.wav", "--words", "x.txt"], /expected a name that ends in \.srt, \.vtt or \.json/],
    [["speak", "<speak>", "--ssml", "-o", "x.wav"], /line 1, column \d+: .*\(speech_ssml_invalid\)/],
    [["speak", "x", "-o", "x.wav", "--engine", "espeak"], /GPL-3/],
    [["speak", "x", "-o", "x.wav", "--preset", "loud"], /preset: expected one of/],
  ])("%j ends with 2 and says why", (args, message) => {
    const done = haforu(args);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(folder, "x.wav"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("writes through a link and into a pipe, and puts no file in their place", async () => {
    expect(haforu(["speak", "Hello there.", "-o", "direct.wav"]).status).toBe(0);
    const whole = await AudioBuffer.load(join(folder, "direct.wav"));
    writeFileSync(join(folder, "target.wav"), "old");
    symlinkSync("target.wav", join(folder, "link.wav"));
    expect(haforu(["speak", "Hello there.", "-o", "link.wav"]).status).toBe(0);
    expect(lstatSync(join(folder, "link.wav")).isSymbolicLink()).toBe(true);
    expect((await AudioBuffer.load(join(folder, "target.wav"))).samples).toEqual(whole.samples);
    execFileSync("mkfifo", ["pipe.wav", "pipe.srt"], { cwd: folder });
    const [audio, words] = ["pipe.wav", "pipe.srt"].map((name) => readFile(join(folder, name))) as [Promise<Buffer>, Promise<Buffer>];
    const child = spawn(process.execPath, [PROGRAM, "speak", "Hello there.", "-o", "pipe.wav", "--words", "pipe.srt"], { cwd: folder });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect((await AudioBuffer.decode(await audio)).samples).toEqual(whole.samples);
    expect((await words).toString()).toContain("Hello there.");
    expect(lstatSync(join(folder, "pipe.wav")).isFIFO()).toBe(true);
    expect(lstatSync(join(folder, "pipe.srt")).isFIFO()).toBe(true);
  });

  it("a device that is full is an error, and leaves nothing", () => {
    const done = haforu(["speak", "Hello there.", "-o", "/dev/full", "--format", "wav"]);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(/\/dev\/full could not be written: ENOSPC/)]);
    expect(lstatSync("/dev/full").isCharacterDevice()).toBe(true);
    const words = haforu(["speak", "Hello there.", "-o", "f.wav", "--words", "no/f.srt"]);
    expect([words.status, words.stderr]).toEqual([2, expect.stringMatching(/the captions no\/f\.srt could not be written: ENOENT/)]);
  });

  it("Ctrl-C leaves no file and ends with 130; a reader that goes ends it quietly", async () => {
    writeFileSync(join(folder, "book.txt"), BOOK);
    const child = spawn(process.execPath, [PROGRAM, "speak", "-f", "book.txt", "-o", "book.flac"], { cwd: folder });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith("book.flac"))).toEqual([]);
    const closed = spawnSync("bash", ["-c", `set -o pipefail; "${process.execPath}" "${PROGRAM}" speak -f book.txt -o - | head -c 100 | wc -c`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([closed.stdout.trim(), closed.stderr]).toEqual(["100", ""]);
  });

  it.skipIf(process.platform === "win32")("writes into a fifo or device as it is, and puts no file in its place", async () => {
    const path = join(folder, "fifo");
    execFileSync("mkfifo", [path]);
    const read = promisify(execFile)("cat", [path], { encoding: "buffer" });
    expect(haforu(["speak", "Hello.", "--format", "wav", "-o", path]).status).toBe(0);
    expect(statSync(path).isFIFO()).toBe(true);
    const { stdout } = await read;
    expect(stdout.subarray(0, 4).toString("latin1")).toBe("RIFF");
    expect(stdout.length).toBeGreaterThan(10_000);
    rmSync(path);
  });

  it("lists voices with licences", () => {
    const plain = haforu(["voices"]);
    expect(plain.stdout).toMatch(/^NAME +LANGUAGE +ENGINE +LICENCE\nslt +en-US +flite/);
    expect(plain.stderr).toMatch(/--engine espeak \(eSpeak NG, GPL-3\.0-or-later, not part of haforu/);
    const lines = haforu(["voices", "--json"])
      .stdout.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ name }) => name)).toEqual(["slt", "rms", "awb", "kal16"]);
    expect(haforu(["voices", "--help"]).stdout).toMatch(/espeak \(eSpeak NG\) is licensed under GPL-3\.0-or-later/);
  });
});

describe("speech as jobs", () => {
  const rendering = { format: "metrics", width: 400, height: 80, include: ["boxes"] };
  const jobs = [
    { id: "spoken", speech: { text: "Hello there.", voice: "kal16", format: "none", include: ["words", "phonemes"] } },
    { id: "both", font: { path: FONT, size: 40 }, text: { content: "Hello 25 worlds" }, rendering, speech: { format: "flac", include: ["words"] } },
    { id: "drawn", font: { path: FONT, size: 40 }, text: { content: "plain" }, rendering },
    { id: "rate", speech: { text: "x", rate: 7 } },
    { id: "ssml", speech: { ssml: "<speak>a<b></speak>" } },
    { id: "voice", speech: { text: "x", voice: "nobody" } },
    { id: "font", font: { path: "none.ttf", size: 40 }, text: { content: "x" }, rendering, speech: {} },
    { id: "more", speech: { text: "x" }, extra: 1 },
    { id: "loud", speech: { text: "loud", volume: 20 } },
  ];
  const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join("");

  it("stand among others: boxes and words carry the same code points, errors name the field", async () => {
    const done = haforu(["batch", "-", "--progress", "never"], input);
    expect(done.status).toBe(1);
    const lines = done.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const [spoken, both, drawn, rate, ssml, voice, font, more, loud] = lines;
    expect(lines.map(({ id }) => id)).toEqual(jobs.map(({ id }) => id));
    expect(spoken).toMatchObject({ status: "success", speech: { format: "none", voice: "kal16", sample_rate: 16_000 } });
    expect(spoken.phonemes.length).toBeGreaterThan(5);
    expect(Object.keys(both)).toEqual(["id", "status", "rendering", "metrics", "boxes", "speech", "words", "font", "text", "timing"]);
    const number = both.words.filter(({ text }: { text: string }) => /twenty|five/.test(text));
    const boxes = both.boxes.filter((box: { text: [number, number] }) => box.text[0] >= number[0].text_start && box.text[1] <= number[0].text_end);
    expect(boxes.map((box: { text: number[] }) => box.text)).toEqual([
      [6, 7],
      [7, 8],
    ]);
    expect((await AudioBuffer.decode(Buffer.from(both.speech.data, "base64"))).frames).toBe(both.speech.frames);
    expect(drawn.status).toBe("success");
    expect(rate.error).toMatchObject({ code: "invalid_job", field: "speech.rate", line: 4 });
    expect(ssml.error).toMatchObject({ code: "speech_ssml_invalid", ssml_line: 1, line: 5 });
    expect(voice.error).toMatchObject({ code: "speech_voice_not_found", field: "speech.voice" });
    expect(font.error).toMatchObject({ code: "font_not_found", line: 7 });
    expect(more.error).toMatchObject({ code: "invalid_job", field: "extra" });
    expect(loud.warnings.map(({ code }: { code: string }) => code)).toEqual(["speech_clipped"]);
  });

  it("the line of a job is the same from one worker and from four, and from stream", () => {
    const once = haforu(["batch", "-", "--progress", "never", "--no-timing", "--jobs", "1"], input).stdout;
    expect(haforu(["batch", "-", "--progress", "never", "--no-timing", "--jobs", "4"], input).stdout).toBe(once);
    expect(haforu(["stream", "--no-timing"], input).stdout).toBe(once);
  });

  it("haforu validate and the schema judge them as they are judged when they are spoken", async () => {
    const schema = JSON.parse(haforu(["schema"]).stdout);
    const document = JSON.parse(haforu(["schema", "--document"]).stdout);
    const ajv = new Ajv2020({ strict: false });
    const [valid, validDocument] = [ajv.compile(schema), ajv.compile(document)];
    const font = { path: FONT, size: 40 };
    const text = { content: "a" };
    const good = [
      { id: "alone", speech: { text: "x" } },
      { id: "its text", text, speech: {} },
      { id: "both", font, text, rendering, speech: { format: "flac", bits: 24, title: "t", include: ["words"] } },
      { id: "ssml", speech: { ssml: "<speak/>", rate: 0.5, pitch: -12, volume: 20, sample_rate: 48_000, channels: 2, quality: "high", voice: "rms" } },
      { id: "drawn", font, text, rendering },
    ];
    const bad: readonly [object, readonly string[]][] = [
      [{ id: "", speech: { text: "x" } }, ["id"]],
      [{ id: "a" }, ["font", "text", "rendering"]],
      [{ id: "a", font, speech: { text: "x" } }, ["font"]],
      [{ id: "a", text: { content: 5 }, speech: {} }, ["text.content"]],
      [{ id: "a", speech: { text: "x", rate: 3, pitch: 13, tempo: 1, bits: 12 } }, ["speech.bits", "speech.rate", "speech.pitch", "speech.tempo"]],
      [{ id: "a", speech: { text: "x", ssml: "<speak/>" } }, ["speech.ssml"]],
      [
        { id: "a", font: { ...font, size: 0 }, text, rendering, speech: { quality: "best", include: ["all"] } },
        ["font.size", "speech.quality", "speech.include"],
      ],
      [{ id: "a", extra: 1, speech: { text: "x", format: "mp3" } }, ["extra", "speech.format"]],
    ];
    const lines = (all: readonly object[]): string => all.map((job) => `${JSON.stringify(job)}\n`).join("");
    expect(haforu(["validate", "-"], lines(good))).toMatchObject({ status: 0, stdout: "" });
    for (const job of good) expect([job.id, valid(job), valid.errors]).toEqual([job.id, true, null]);
    expect(validDocument({ version: "1.0", jobs: good })).toBe(true);
    const told = haforu(["validate", "-", "--json"], lines(bad.map(([job]) => job)))
      .stdout.trim()
      .split("\n")
      .map((line) => JSON.parse(line).error);
    const fields = told.map(({ field, problems = [{ field }] }) => problems.map((problem: { field: string }) => problem.field).sort());
    expect(fields).toEqual(bad.map(([, expected]) => [...expected].sort()));
    expect(told.map(({ line }) => line)).toEqual(bad.map((_, index) => index + 1));
    for (const [job] of bad) expect([job, valid(job)]).toEqual([job, false]);
    // What no schema can say.
    const twice = haforu(["validate", "-"], '{"id":"a","speech":{"text":"x"},"id":"b"}\n{"id":"a","speech":{"ssml":"<speak>"}}\n').stdout;
    expect(twice).toMatch(/^stdin:1: .*the key "id" is there twice.*\(invalid_json\)\nstdin:2: \[a\] line 1, column \d+: .*\(speech_ssml_invalid\)\n$/);
  });

  it("bytes that are no UTF-8 are a warning, as in other jobs", () => {
    const line = Buffer.concat([Buffer.from('{"id":"a","speech":{"text":"a '), Buffer.from([0xff]), Buffer.from(' b","format":"none"}}\n')]);
    const done = spawnSync(process.execPath, [PROGRAM, "batch", "-", "--progress", "never"], { input: line, encoding: "utf8" });
    expect(JSON.parse(done.stdout).warnings.map(({ code }: { code: string }) => code)).toEqual(["invalid_utf8", "speech_characters_skipped"]);
  });

  it("files go to --out-dir; --strict makes warnings errors", async () => {
    const done = haforu(["batch", "-", "--progress", "never", "--out-dir", "out"], input);
    const both = JSON.parse(done.stdout.split("\n")[1] ?? "");
    expect(both.speech.data).toBeUndefined();
    expect((await AudioBuffer.load(join(folder, both.speech.path))).frames).toBe(both.speech.frames);
    const strict = haforu(["batch", "-", "--progress", "never", "--strict"], `${JSON.stringify(jobs.at(-1))}\n`);
    expect(JSON.parse(strict.stdout).error.code).toBe("strict_warning");
  });
});
