// Audio files in, what an independent recogniser (Debian's pocketsphinx with pocketsphinx-en-us) hears in them out: words with times; and how far that is from
// what was said. It knows nothing of haforu.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MODEL = "/usr/share/pocketsphinx/model/en-us";
/** Frames of the recogniser a second. */
const FRAMES = 100;

/** Undefined when it is installed; otherwise what is missing. */
export function recogniserMissing() {
  if (spawnSync("pocketsphinx_batch", ["-help"]).error !== undefined) return "pocketsphinx_batch is not installed (Debian: pocketsphinx)";
  return existsSync(join(MODEL, "en-us.lm.bin")) ? undefined : "the model is not installed (Debian: pocketsphinx-en-us)";
}

/**
 * @param {string} folder of NAME.wav, 16 kHz, 16 bits, one channel. @param {readonly string[]} names
 * @returns {Map<string, { word: string, start: number, end: number }[]>} times in seconds
 */
export function recognise(folder, names) {
  writeFileSync(join(folder, "ctl"), `${names.join("\n")}\n`);
  const model = ["-hmm", join(MODEL, "en-us"), "-lm", join(MODEL, "en-us.lm.bin"), "-dict", join(MODEL, "cmudict-en-us.dict")];
  const input = ["-ctl", "ctl", "-adcin", "yes", "-adchdr", "44", "-cepext", ".wav", "-cepdir", ".", "-remove_silence", "no", "-samprate", "16000"];
  const done = spawnSync("pocketsphinx_batch", [...model, ...input, "-hyp", "hyp", "-hypseg", "seg"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`pocketsphinx_batch ended with ${done.status ?? done.error}: ${done.stderr.slice(-500)}`);
  const heard = new Map();
  // NAME S scale T total A acoustic L language, then for each word: start frame, two scores, the word; and the last frame.
  for (const line of readFileSync(join(folder, "seg"), "utf8").split("\n")) {
    const [name, ...fields] = line.trim().split(/\s+/);
    if (!name || fields.length < 8) continue;
    const words = [];
    const items = fields.slice(8);
    for (let at = 0; at + 3 < items.length; at += 4) {
      const word = items[at + 3].replace(/\(\d+\)$/, "");
      if (!/^[<[+]/.test(word)) words.push({ word, start: Number(items[at]) / FRAMES, end: Number(items[at + 4]) / FRAMES });
    }
    heard.set(name, words);
  }
  return heard;
}

/** Lower case, without punctuation. @param {string} text */
export function wordsOf(text) {
  return text
    .toLowerCase()
    .replace(/[^a-z' ]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

/**
 * The least insertions, deletions and replacements that make one of the other, and which words are the same in that.
 * @param {readonly string[]} said @param {readonly string[]} heard
 * @returns {{ errors: number, same: [said: number, heard: number][] }}
 */
export function align(said, heard) {
  const cost = Array.from({ length: said.length + 1 }, (_, i) => Array.from({ length: heard.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= said.length; i++)
    for (let j = 1; j <= heard.length; j++)
      cost[i][j] = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (said[i - 1] === heard[j - 1] ? 0 : 1));
  const same = [];
  for (let [i, j] = [said.length, heard.length]; i > 0 && j > 0; ) {
    const here = cost[i][j];
    if (said[i - 1] === heard[j - 1] && here === cost[i - 1][j - 1]) same.unshift([--i, --j]);
    else if (here === cost[i - 1][j - 1] + 1) {
      i--;
      j--;
    } else if (here === cost[i - 1][j] + 1) i--;
    else j--;
  }
  return { errors: cost[said.length][heard.length], same };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[Math.floor(sorted.length / 2)];
}
