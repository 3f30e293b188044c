// No call may be left without an answer: the process stays alive while one is open, and says so where it ends all the same.

import { spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../packages/haforu/bin/haforu.js", import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const BROKEN = [PROGRAM, "speak", "<speak>", "--ssml", "-o", "never.wav"];
/** Every worker is let go of as soon as it is held. */
const LET_GO = `data:text/javascript,${encodeURIComponent(`import { Worker } from "node:worker_threads"; Worker.prototype.ref = Worker.prototype.unref;
  const start = Worker.prototype.on; Worker.prototype.on = function (...given) { this.unref(); return start.apply(this, given); };`)}`;

describe("an open call keeps the process alive", () => {
  it("one call behind the other on one thread: failed, cancelled, left, ended", () => {
    const done = spawnSync(process.execPath, [here("alive.mjs")], { cwd: here("."), encoding: "utf8" });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, "done\n", ""]);
  });

  it("haforu speak says what is wrong 16 times of 16 (without the hold, every second one ends with 13), on one loaded core", () => {
    const loads = [0, 1].map(() => spawn("taskset", ["-c", "0", process.execPath, "-e", "for (;;);"]));
    try {
      const ended: string[] = [];
      for (let run = 0; run < 16; run++) {
        const { status, stderr } = spawnSync("taskset", ["-c", "0", process.execPath, ...BROKEN], { cwd: tmpdir(), encoding: "utf8" });
        ended.push(`${status} ${/speech_ssml_invalid/.test(stderr) ? "said" : stderr}`);
      }
      expect(ended).toEqual(new Array(16).fill("2 said"));
    } finally {
      for (const load of loads) load.kill("SIGKILL");
    }
  });

  it("where nothing keeps it alive it says that it ended too early", () => {
    const done = spawnSync(process.execPath, ["--import", LET_GO, PROGRAM, "speak", "A text.", "-o", "never.wav"], { cwd: tmpdir(), encoding: "utf8" });
    expect([done.status, done.stderr]).toEqual([13, "haforu: unexpected failure, please report it: the program ended before its work was done\n"]);
  });
});

it("10,000 utterances take the memory of 1,000, with Node's own settings", () => {
  const done = spawnSync(process.execPath, [here("flat.mjs")], { encoding: "utf8" });
  const [tenth = Number.NaN, end = Number.NaN] = done.stdout.split(" ").map(Number);
  // 1 to 8 MB were measured, the most of it the code of V8's compilers and what they keep; 60 MB were it where what had ended was kept by what came after it.
  expect(end).toBeLessThanOrEqual(tenth + 10);
});
