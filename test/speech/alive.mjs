// A program of its own: one thread, calls one behind the other, each begun at the moment the one before ends in some way. Nothing but the pipeline
// keeps the process alive, so that a promise that is not settled ends it with 13. It says "done" when all of them were settled.
import { createPipeline } from "@haforu/speech";

const quiet = () => undefined;
for (let round = 0; round < 12; round++) {
  const pipeline = await createPipeline({ workers: 1, voice: "kal16", include: [] });
  await pipeline.synthesizeSsml("<speak>").catch(quiet);
  await pipeline.synthesize("a");
  const stop = new AbortController();
  const stopped = pipeline.synthesize("Stopped in the middle of it all.", { signal: stop.signal }).catch(quiet);
  stop.abort();
  await stopped;
  for await (const _ of pipeline.synthesizeStream("Left behind. ".repeat(50))) break;
  await Promise.all([pipeline.synthesize("b"), pipeline.synthesizeSsml("<speak>").catch(quiet)]);
  if (round % 2 === 0) await pipeline.synthesizeSsml("<speak>").catch(quiet);
  await pipeline.dispose();
}
console.log("done");
