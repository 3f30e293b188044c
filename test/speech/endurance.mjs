// `npm run endurance:speech`: 10,000 utterances through one pipeline of two workers, whole, streamed, given up, refused and cancelled, of texts and documents with all
// kinds of options. Memory of the process at the end is at most what it was after a tenth, and 10 MB; exits with 1 where it is more. Node is started with a small room
// for new objects (--max-semi-space-size=1): in Node 20 what an AbortSignal keeps of a listener makes V8 enlarge it, by 26 MB here. flat.mjs does without.
// Argument: how many, instead of 10,000.
import { createPipeline } from "@haforu/speech";

const COUNT = Number(process.argv[2] ?? 10_000);
const MOST_MORE = 10;
const RATES = [8000, 16_000, 22_050, 44_100];

const pipeline = await createPipeline({ workers: 2, voice: "kal16" });
const kinds = [
  (i) => pipeline.synthesize(`Number ${i}.`, { rate: 1 + (i % 5) / 10, sampleRate: RATES[i % 4], include: ["words", "phonemes"] }),
  (i) => pipeline.synthesize("Yes.", { voice: i % 2 ? "slt" : "rms", volume: i % 7, channels: 1 + (i % 2) }),
  (i) => pipeline.synthesizeSsml(`<speak>One <break time="20ms"/><say-as interpret-as="currency">$${i % 90}</say-as> <blink>two</blink></speak>`),
  async () => {
    for await (const _ of pipeline.synthesizeStream("This is given up after its first chunk, long before its end.", { chunkMs: 20 })) break;
  },
  () => pipeline.synthesizeSsml("<speak><p>not closed</speak>").catch((error) => error.code),
  (i) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), i % 4);
    return pipeline.synthesize("A sentence that is cancelled soon.", { voice: "slt", signal: controller.signal }).catch((error) => error.name);
  },
];
const megabytes = () => process.memoryUsage().rss / 1e6;
let early = 0;
for (let done = 0; done < COUNT; ) {
  await Promise.all(Array.from({ length: 10 }, (_, k) => kinds[(done + k) % kinds.length](done + k)));
  done += 10;
  if (done === COUNT / 10) early = megabytes();
  if (done % (COUNT / 10) === 0) console.log(`${done} utterances: ${megabytes().toFixed(0)} MB`);
}
const late = megabytes();
await pipeline.dispose();
console.log(`${late.toFixed(1)} MB at the end, ${early.toFixed(1)} MB after a tenth`);
process.exitCode = late <= early + MOST_MORE ? 0 : 1;
