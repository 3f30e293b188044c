// `npm run check:speech`: 40 sentences of each voice at three rates, heard by an independent recogniser, beside what it hears of native flite's own audio (Debian's
// flite, with our rand(): another noise alone moves the recogniser by two points either way); and word times against its alignment. Needs cc.
// Exits with 1 where a bound does not hold.
// Arguments: voices, instead of all.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPipeline } from "@haforu/speech";
import { align, median, recognise, recogniserMissing, wordsOf } from "./recogniser.mjs";

/** Percentage points that ours may be over native flite's. */
const MOST_WORSE = 2;
/** Median of |ours − the recogniser's| over starts and ends of words that were heard right, in seconds. */
const MOST_APART = 0.03;

/** flite's own stretch of durations, which --setf replaces. */
const STRETCH = { slt: 1, rms: 1, awb: 1, kal16: 1.1 };

const missing = recogniserMissing() ?? (spawnSync("flite", ["--version"]).error === undefined ? undefined : "flite is not installed (Debian: flite)");
if (missing !== undefined) {
  console.error(`check:speech: ${missing}`);
  process.exit(2);
}
const sentences = readFileSync(new URL("sentences.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
const names = sentences.map((_, index) => `s${index}`);
const folder = mkdtempSync(join(tmpdir(), "haforu-check-speech-"));
const pipeline = await createPipeline();
let failed = false;
const rand = join(folder, "rand.so");
const compiled = spawnSync("cc", ["-O2", "-shared", "-fPIC", "-o", rand, fileURLToPath(new URL("rand.c", import.meta.url))], { encoding: "utf8" });
if (compiled.status !== 0) throw new Error(`cc could not compile rand.c: ${compiled.error ?? compiled.stderr}`);

/** Word errors in percent over all sentences. */
function wordErrors(heard) {
  let [errors, words] = [0, 0];
  for (const [index, sentence] of sentences.entries()) {
    const said = wordsOf(sentence);
    errors += align(
      said,
      (heard.get(names[index]) ?? []).map(({ word }) => word),
    ).errors;
    words += said.length;
  }
  return (100 * errors) / words;
}

try {
  console.log("voice  rate  WER ours  WER native  apart (median of word starts and ends)");
  for (const voice of process.argv.length > 2 ? process.argv.slice(2) : ["slt", "rms", "awb", "kal16"])
    for (const rate of [0.8, 1, 1.25]) {
      const [ours, native] = ["ours", "native"].map((kind) => {
        const path = join(folder, `${voice}-${rate}-${kind}`);
        mkdirSync(path);
        return path;
      });
      const spoken = await pipeline.synthesizeBatch(sentences, { voice, rate, sampleRate: 16_000 });
      for (const [index, result] of spoken.entries()) {
        if (result.status === "error") throw result.error;
        await result.audio.save(join(ours, `${names[index]}.wav`));
        const stretch = rate === 1 ? [] : ["--setf", `duration_stretch=${STRETCH[voice] / rate}`];
        const args = ["-voice", voice, ...stretch, "-t", sentences[index], "-o", join(native, `${names[index]}.wav`)];
        const done = spawnSync("flite", args, { encoding: "utf8", env: { ...process.env, LD_PRELOAD: rand } });
        if (done.status !== 0) throw new Error(`flite: ${done.stderr}`);
      }
      const heard = recognise(ours, names);
      const [mine, theirs] = [wordErrors(heard), wordErrors(recognise(native, names))];
      const apart = [];
      for (const [index, result] of spoken.entries()) {
        const words = result.audio.words;
        const found = heard.get(names[index]) ?? [];
        const { same } = align(
          words.map(({ text }) => text.toLowerCase()),
          found.map(({ word }) => word),
        );
        for (const [said, other] of same) apart.push(Math.abs(words[said].start - found[other].start), Math.abs(words[said].end - found[other].end));
      }
      const middle = median(apart);
      const good = mine <= theirs + MOST_WORSE && middle <= MOST_APART;
      failed ||= !good;
      const cells = [voice.padEnd(6), String(rate).padEnd(5), `${mine.toFixed(1)} %`.padEnd(9), `${theirs.toFixed(1)} %`.padEnd(11)];
      console.log(`${cells.join(" ")} ${(middle * 1000).toFixed(0)} ms of ${apart.length}${good ? "" : "   ← over the bound"}`);
    }
} finally {
  await pipeline.dispose();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
