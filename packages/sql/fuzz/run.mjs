// The scanner's fuzz against libpg-query: node run.mjs [count] [first seed]. Goes on until `count` texts were compared (one that is a syntax error to the parser
// has no boundaries and does not count); prints each difference as short as it gets, and ends with status 1 when there is one.
import { loadModule, parseSync } from "libpg-query";
import { scan } from "../dist/index.js";
import { agree, shrink } from "./agree.mjs";
import { text } from "./generate.mjs";

const count = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 1);
const MAX_SHOWN = 10;

await loadModule();
const verdicts = { equal: 0, "both refuse": 0, "not comparable": 0, different: 0 };
let seed = first;
for (; verdicts.equal + verdicts["both refuse"] + verdicts.different < count; seed++) {
  const { verdict } = agree(text(seed), scan, parseSync);
  verdicts[verdict]++;
  if (verdict !== "different" || verdicts.different > MAX_SHOWN) continue;
  const short = shrink(text(seed), (shorter) => agree(shorter, scan, parseSync).verdict === "different");
  console.log(`seed ${seed}: ${JSON.stringify(short)}\n  ${agree(short, scan, parseSync).difference}`);
}
const told = Object.entries(verdicts).map(([verdict, times]) => `${times} ${verdict}`);
console.log(`seeds ${first} to ${seed - 1}: ${told.join(", ")}`);
process.exitCode = verdicts.different > 0 ? 1 : 0;
