// A program of its own: 10,000 utterances over two threads; prints the memory of the process (MB) at a tenth and at the end.
import { createPipeline } from "@haforu/speech";

const ALL = 10_000;
const pipeline = await createPipeline({ workers: 2, voice: "kal16" });
let [next, tenth] = [0, 0];
const lane = async () => {
  while (next < ALL) {
    const index = next++;
    await pipeline.synthesize(`${index % 10}`);
    if (index === ALL / 10) tenth = process.memoryUsage.rss();
  }
};
await Promise.all([lane(), lane(), lane(), lane()]);
console.log((tenth / 1e6).toFixed(1), (process.memoryUsage.rss() / 1e6).toFixed(1));
await pipeline.dispose();
