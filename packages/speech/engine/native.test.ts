// Against native flite, built from the same pinned sources (native/build.py --native): the samples, and the times of words.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Host } from "./testing/host.ts";

let peer = "";
let folder = "";
let host: Host;
beforeAll(() => {
  // the cache keeps its objects: only a first run compiles
  peer = execFileSync("python3", [fileURLToPath(new URL("./native/build.py", import.meta.url)), "--native"], { encoding: "utf8" }).trim();
  folder = mkdtempSync(join(tmpdir(), "haforu-flite-"));
  host = new Host();
}, 400_000);
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function native(voice: string, text: string): Int16Array {
  writeFileSync(join(folder, "in.txt"), text);
  execFileSync(peer, ["wave", voice, join(folder, "in.txt"), join(folder, "out.s16")]);
  return new Int16Array(Uint8Array.from(readFileSync(join(folder, "out.s16"))).buffer);
}

/** Signal to difference in dB; both must be as long. */
function likeness(expected: Int16Array, got: Float32Array): number {
  expect(got.length).toBe(expected.length);
  let signal = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    const x = (expected[i] as number) / 32768;
    signal += x * x;
    difference += (x - (got[i] as number)) ** 2;
  }
  return 10 * Math.log10(signal / difference);
}

const TEXTS = [
  "Hello world, this is 25 dollars.",
  "Dr. Smith paid $3.50 on 5/6/1999. Then he left! Was it at 5:30 pm? Yes, I think so.",
  `"Well," said Alice, "I've never seen (or heard) of it." The U.S. has 50 states; Henry VIII had 6 wives -- see chapter IV.\n\nCall 555-1234 or 412-268-3000. It's 10% of 1,234,567 and 3/4 of 1/2, i.e. the 22nd.\nYahoo! is fine. St. Mary's St. is read 60s style, 10kg or 5ft... A b C NASA xyzzy`,
];

describe.each(["slt", "rms", "awb", "kal16"])("%s", (voice) => {
  it.each(TEXTS)("speaks as native flite does: %s", (text) => {
    const spoken = host.speak({ text, voice });
    // flite's samples are cut to 16 bits, ours are not: that alone is 70 to 80 dB; diphones are made of integers
    expect(likeness(native(voice, text), spoken.samples)).toBeGreaterThan(voice === "kal16" ? 300 : 65);
  });

  it("has flite's own times of words", () => {
    const times = execFileSync(peer, ["times", voice, TEXTS[0] as string], { encoding: "utf8" });
    const expected = times
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    const { line } = host.speak({ text: TEXTS[0], voice });
    expect(line.words.map((word) => word.text)).toEqual(expected.map(([text]) => text));
    line.words.forEach((word, i) => {
      expect(word.start).toBeCloseTo(Number(expected[i]?.[1]), 5);
      expect(word.end).toBeCloseTo(Number(expected[i]?.[2]), 5);
    });
  });
});
