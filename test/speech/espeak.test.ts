// eSpeak NG's adapter with a stand-in of its package, which is GPL and no dependency: what it is asked, and what becomes of its events. The events are those that
// @echogarden/espeak-ng-emscripten 0.3.5 gave for the text; their meaning is checked by hand.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../packages/haforu/bin/haforu.js", import.meta.url));

/** Text: Guten Tag, 25 & mehr. Ja. */
const EVENTS: readonly (readonly [type: string, position: number, length: number, ms: number, id?: string | number])[] = [
  ["samplerate", 0, 0, 0],
  ["sentence", 1, 0, 0, 1],
  ["word", 1, 5, 0, 1],
  ["phoneme", 1, 0, 12, "ɡ"],
  ["phoneme", 1, 0, 33, "ˈuː"],
  ["word", 7, 3, 323, 2],
  ["phoneme", 7, 0, 372, "t"],
  ["phoneme", 11, 0, 693, ""],
  ["end", 11, 0, 843],
  ["word", 12, 2, 843, 3],
  ["word", 13, 2, 1164, 4],
  ["mark", 15, 0, 1200, "m"],
  ["word", 19, 1, 1936, 5],
  ["word", 21, 4, 2199, 6],
  ["end", 26, 0, 2815],
  ["sentence", 27, 0, 2815, 2],
  ["word", 27, 2, 2815, 6],
  ["end", 29, 0, 3159],
];

const PACKAGE = `
import { appendFileSync } from "node:fs";
const said = (...what) => appendFileSync("asked.txt", what.join(" ") + "\\n");
class eSpeakNGWorker {
  set_voice(name) { said("voice", name); return name === "gmw/de" ? 0 : 1; }
  set_rate(value) { said("rate", value); }
  set_pitch(value) { said("pitch", value); }
  get_samplerate() { return 22050; }
  list_voices() { return [{ name: "German", identifier: "gmw/de", languages: [{ name: "de" }] }, { name: "Odd", identifier: "odd", languages: [] }]; }
  synthesize(text, callback) {
    said("text", text);
    const events = ${JSON.stringify(EVENTS)}.map(([type, text_position, word_length, audio_position, id]) => ({ type, text_position, word_length, audio_position, id }));
    callback(new Int16Array(35000).fill(16384), events.slice(0, 9));
    callback(new Int16Array(34666).fill(-16384), events.slice(9));
    callback(null, []);
  }
}
export default async () => ({ eSpeakNGWorker });
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "haforu-espeak-"));
  const home = join(folder, "node_modules/@echogarden/espeak-ng-emscripten");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{"name":"@echogarden/espeak-ng-emscripten","version":"0.3.5","type":"module","main":"index.js"}');
  writeFileSync(join(home, "index.js"), PACKAGE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const haforu = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args, "--engine", "espeak"], { cwd: folder, encoding: "utf8" });

it("speaks by the package that the user has installed, with the words' times and places", () => {
  const done = haforu("speak", "Guten Tag, 25 & mehr. Ja.", "--voice", "de", "--rate", "1.2", "--pitch", "2", "--volume", "-6", "-o", "a.wav", "--json");
  expect(done.stderr).toBe("");
  const { words, sample_rate, frames } = JSON.parse(done.stdout);
  expect([sample_rate, frames]).toEqual([22_050, 69_666]);
  expect(words).toEqual([
    { text: "Guten", start: 0, end: 0.323, text_start: 0, text_end: 5 },
    { text: "Tag", start: 0.323, end: 0.843, text_start: 6, text_end: 9 },
    // Both words of the number own it.
    { text: "25", start: 0.843, end: 1.164, text_start: 11, text_end: 13 },
    { text: "25", start: 1.164, end: 1.936, text_start: 11, text_end: 13 },
    { text: "&", start: 1.936, end: 2.199, text_start: 14, text_end: 15 },
    { text: "mehr", start: 2.199, end: 2.815, text_start: 16, text_end: 20 },
    { text: "Ja", start: 2.815, end: 3.159, text_start: 22, text_end: 24 },
  ]);
  const asked = spawnSync("cat", ["asked.txt"], { cwd: folder, encoding: "utf8" }).stdout;
  expect(asked).toBe("voice gmw/de\nrate 210\npitch 59\ntext Guten Tag, 25 &amp; mehr. Ja.\n");
  // Half of full scale by -6 dB.
  const peak = spawnSync("sox", ["a.wav", "-n", "stat", "-v"], { cwd: folder, encoding: "utf8" }).stderr;
  expect(1 / Number(peak)).toBeCloseTo(0.5 * 10 ** (-6 / 20), 3);
});

it("names the licence, and a voice that is not there", () => {
  expect(haforu("voices").stdout).toMatch(/^NAME.*\nde +de +espeak +GPL-3\.0-or-later +German\n$/);
  const done = haforu("speak", "x", "--voice", "nobody", "-o", "b.wav");
  expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(/eSpeak has no voice "nobody"/)]);
});
