// Thousands of damaged fonts: node test/faults/fuzz.mjs [COUNT a container, default 1000] [SEED, default 1]
// Prints outcomes by container and every problem with the seed that makes it again; ends with status 1 when there is one.
import { CONTAINERS, Probe } from "./probe.mjs";

const [count = 1000, first = 1] = process.argv.slice(2).map(Number);
const probe = new Probe();
let problems = 0;
for (const key of CONTAINERS) {
  const outcomes = {};
  const start = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const { outcome, problem } = probe.try(key, seed);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const stale = seed % 50 === 0 && !probe.soundAsFresh() ? `${key} seed ${seed}: the engine is not as fresh any more` : undefined;
    for (const line of [problem, stale]) {
      if (line === undefined) continue;
      console.log(line);
      problems++;
    }
  }
  console.log(`${key.padEnd(28)} ${JSON.stringify(outcomes)} ${(performance.now() - start).toFixed(0)} ms`);
}
console.log(`${problems} problems`);
process.exit(problems === 0 ? 0 : 1);
