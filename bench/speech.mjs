// The benchmark of @haforu/speech: ratios in one interleaved run, least times, against native flite built -O3 from the same sources; and what resampling costs and leaves.
// usage: npm run bench:speech -- [--quick] [--write]      (--write puts the table into docs/speech.md). Needs python3 for the native peer, which it builds (minutes, once).
// Ends with status 1 when a row misses its bound. Both sides of a ratio take turns, so that a busy machine slows both.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AudioBuffer, createPipeline } from "@haforu/speech";
import { whyNoC } from "../test/c/build.mjs";
import { build, buildRelease } from "../test/c-speech/build.mjs";
import { HOST, makeEnvironment, PYTHON, ROOT, SPEECH_HOST, whyNoPython } from "../test/python/environment.mjs";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const ROUNDS = values.quick ? 6 : 20;
const SENTENCE = "The quick brown fox jumps over the lazy dog, and the clocks were striking thirteen.";
const LONG = Array.from({ length: 40 }, (_, i) => `This is sentence number ${i + 1} of a text that is long enough to be read for a while.`).join(" ");
const peer = execFileSync("python3", [fileURLToPath(new URL("../packages/speech/engine/native/build.py", import.meta.url)), "--native"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .at(-1);

const rows = [];
let missed = false;
function row(what, measured, bound, holds) {
  rows.push([what, measured, bound]);
  missed ||= holds === false;
  console.log(`${what.padEnd(76)} ${measured.padEnd(34)} ${bound}${holds === false ? "   ← missed" : ""}`);
}
const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

async function timed(action) {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** Each side once a round, in turns; the least time of each. */
async function least(rounds, sides) {
  const best = sides.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) for (const [i, side] of sides.entries()) best[i] = Math.min(best[i], await side());
  return best;
}

const one = await createPipeline({ workers: 1 });

for (const voice of ["slt", "rms", "awb", "kal16"]) {
  const hash = ({ samples }) => createHash("sha256").update(new Uint8Array(samples.buffer)).digest("hex");
  const first = hash(await one.synthesize(SENTENCE, { voice }));
  // A short one is spoken several times a round, by both: V8 compiles a function well after it ran a few times, and a thread's turn is longer than the sentence.
  const turns = Math.max(1, Math.min(15, Math.round(60 / (await timed(() => one.synthesize(SENTENCE, { voice }))))));
  const [ours, native] = await least(ROUNDS, [
    async () => (await least(turns, [() => timed(() => one.synthesize(SENTENCE, { voice }))]))[0],
    () => Number(execFileSync(peer, ["bench", voice, String(turns), SENTENCE], { encoding: "utf8" })) * 1000,
  ]);
  if (hash(await one.synthesize(SENTENCE, { voice })) !== first) throw new Error("the same sentence gave other samples");
  row(`one sentence, ${voice}: pipeline ÷ native flite -O3`, `${(ours / native).toFixed(2)} (${ms(ours)} ÷ ${ms(native)})`, "≤ 1.6", ours / native <= 1.6);
}

{
  const first = LONG.slice(0, LONG.indexOf(".") + 1);
  const firstChunk = async () => {
    for await (const _ of one.synthesizeStream(LONG, { chunkMs: 20 })) return;
  };
  const [audio, sentence] = await least(ROUNDS, [() => timed(firstChunk), () => timed(() => one.synthesize(first))]);
  row(
    "first audio of a long text ÷ the whole first sentence",
    `${(audio / sentence).toFixed(2)} (${ms(audio)} ÷ ${ms(sentence)})`,
    "≤ 0.5",
    audio / sentence <= 0.5,
  );
}

if (whyNoPython() === undefined) {
  makeEnvironment();
  const paths = [SPEECH_HOST, HOST].map((host) => `${host}/src`).join(process.platform === "win32" ? ";" : ":");
  const python = spawn(PYTHON, ["bench/python/speech.py", SENTENCE], {
    cwd: ROOT,
    env: { ...process.env, PYTHONPATH: paths },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const ask = async (what) => {
    python.stdin.write(`${what}\n`);
    return (await answers.next()).value;
  };
  const sampleHash = ({ samples }) => createHash("sha256").update(new Uint8Array(samples.buffer)).digest("hex");
  for (const voice of ["slt", "kal16"]) {
    if ((await ask(`hash ${voice}`)) !== sampleHash(await one.synthesize(SENTENCE, { voice }))) throw new Error("Python has other samples than Node");
    const [theirs, ours] = await least(ROUNDS, [async () => Number(await ask(`sentence ${voice}`)), () => timed(() => one.synthesize(SENTENCE, { voice }))]);
    row(`one sentence, ${voice}: Python ÷ Node`, `${(theirs / ours).toFixed(2)} (${ms(theirs)} ÷ ${ms(ours)})`, "≤ 1.1", theirs / ours <= 1.1);
  }
  const [call, empty, cancel] = await least(ROUNDS, [() => ask("call").then(Number), () => ask("empty").then(Number), () => ask("cancel").then(Number)]);
  row("Python: a call into the module", `${(call * 1000).toFixed(2)} µs`, "≤ 6 µs", call <= 0.006);
  row("Python: an empty text, from the call to the record of its audio and times", `${(empty * 1000).toFixed(0)} µs`, "");
  row("Python: a long text cancelled from another thread, until the call answers", ms(cancel), "≤ 50 ms", cancel <= 50);
  python.stdin.end();
} else console.log("without the rows of Python:", whyNoPython());

if (whyNoC() === undefined) {
  // Minutes, once: the engine's C is compiled for both.
  const programs = [buildRelease(), build("guard", { HAFORU_SPEECH_TESTS: "ON", CMAKE_BUILD_TYPE: "Release", HAFORU_GUARD_PAGES: "ON" })].map(
    (folder) => `${folder}/tests/haforu_speech_bench`,
  );
  const { duration } = await one.synthesize(SENTENCE, { voice: "slt" });
  let call = Number.POSITIVE_INFINITY;
  const sentence = (program) => () => {
    const { us, seconds, call_ns } = JSON.parse(execFileSync(program, ["2", SENTENCE], { encoding: "utf8", cwd: ROOT }));
    if (Math.abs(seconds - duration) > 0.001) throw new Error(`C speaks ${seconds} s, Node ${duration} s`);
    call = Math.min(call, call_ns);
    return us / 1000;
  };
  const [checks, guard, ours] = await least(ROUNDS, [...programs.map(sentence), () => timed(() => one.synthesize(SENTENCE, { voice: "slt" }))]);
  row("one sentence, slt: C, bounds checks ÷ Node", `${(checks / ours).toFixed(2)} (${ms(checks)} ÷ ${ms(ours)})`, "≤ 1.6", checks / ours <= 1.6);
  row("one sentence, slt: C, guard pages ÷ Node", `${(guard / ours).toFixed(2)} (${ms(guard)} ÷ ${ms(ours)})`, "≤ 1.15", guard / ours <= 1.15);
  row("C: a call that does nothing, haforu_speech_thread_count", `${call.toFixed(0)} ns`, "≤ 50 ns", call <= 50);
} else console.log("without the rows of C:", whyNoC());

{
  const pipelines = [await createPipeline({ workers: 1 }), await createPipeline({ workers: 2 })];
  const items = Array.from({ length: 24 }, (_, i) => `${SENTENCE} ${i}.`);
  for (const pipeline of pipelines) await pipeline.synthesizeBatch(items.slice(0, 4));
  let seconds = 0;
  const batch = (pipeline) => async () => {
    const results = await pipeline.synthesizeBatch(items);
    seconds = results.reduce((sum, result) => sum + (result.status === "success" ? result.audio.duration : 0), 0);
  };
  const [single, double] = await least(
    values.quick ? 2 : 6,
    pipelines.map((pipeline) => () => timed(batch(pipeline))),
  );
  row("× real time, slt, one worker", ((seconds * 1000) / single).toFixed(0), "");
  row("× real time, slt, two workers on two cores; ÷ one worker", `${((seconds * 1000) / double).toFixed(0)}; ${(single / double).toFixed(2)}`, "");
  for (const pipeline of pipelines) await pipeline.dispose();
}

/** All that is not the sine, against the sine, in dB: the sine is fitted by least squares and taken away; the ends, where the filter has half its input, are left out. */
function thdN(samples, frequency, rate) {
  const inner = samples.subarray(Math.round(rate * 0.1), samples.length - Math.round(rate * 0.1));
  const from = Math.round(rate * 0.1);
  let [ss, cc, sc, xs, xc] = [0, 0, 0, 0, 0];
  for (let i = 0; i < inner.length; i++) {
    const angle = (2 * Math.PI * frequency * (i + from)) / rate;
    const [s, c] = [Math.sin(angle), Math.cos(angle)];
    ss += s * s;
    cc += c * c;
    sc += s * c;
    xs += inner[i] * s;
    xc += inner[i] * c;
  }
  const determinant = ss * cc - sc * sc;
  const [a, b] = [(xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant];
  let [rest, whole] = [0, 0];
  for (let i = 0; i < inner.length; i++) {
    const angle = (2 * Math.PI * frequency * (i + from)) / rate;
    const sine = a * Math.sin(angle) + b * Math.cos(angle);
    rest += (inner[i] - sine) ** 2;
    whole += sine ** 2;
  }
  return 10 * Math.log10(rest / whole);
}

{
  const [from, to, seconds] = [16_000, 44_100, 4];
  const sine = (frequency) =>
    new AudioBuffer(
      Float32Array.from({ length: from * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * i) / from)),
      from,
    );
  const tones = [sine(997), sine(3001), sine(6007)];
  const qualities = ["draft", "standard", "high"];
  const levels = qualities.map((quality) => Math.max(...tones.map((tone, i) => thdN(tone.resample(to, { quality }).samples, [997, 3001, 6007][i], to))));
  const times = await least(
    ROUNDS,
    qualities.map((quality) => () => timed(() => tones[0].resample(to, { quality }))),
  );
  for (const [i, quality] of qualities.entries())
    row(
      `resampling 16 → 44.1 kHz, quality ${quality}: worst THD+N of three sines; speed`,
      `${levels[i].toFixed(1)} dB; ${((seconds * 1000) / times[i]).toFixed(0)} × real time`,
      quality === "high" ? "≤ -80 dB" : "",
      quality === "high" ? levels[i] <= -80 : undefined,
    );
  const monotone = levels[0] >= levels[1] && levels[1] >= levels[2] && times[0] <= times[1] && times[1] <= times[2];
  row("better quality leaves less and takes longer", monotone ? "yes" : "no", "yes", monotone);
}
await one.dispose();

if (values.write) {
  const path = fileURLToPath(new URL("../docs/speech.md", import.meta.url));
  const table = ["| what | measured | bound |", "| --- | --- | --- |", ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
  const [begin, end] = ["<!-- bench:speech -->", "<!-- /bench:speech -->"];
  const text = readFileSync(path, "utf8");
  if (!text.includes(begin) || !text.includes(end)) throw new Error(`docs/speech.md has no place between ${begin} and ${end}`);
  const place = `${text.slice(0, text.indexOf(begin) + begin.length)}\n\nOn ${cpus()[0]?.model.trim()}, Node ${process.versions.node}:\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
  writeFileSync(path, place);
}
process.exitCode = missed ? 1 : 0;
