// The Node session's side of bench/python/rows.py: for each line on standard input, a number of rounds, it renders as many times and answers with the least time in ns and the hash of what it drew.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { createSession } from "haforu";

const [font] = process.argv.slice(2);
const session = createSession();
const request = { font, text: "a", size: 1000, width: 3000, height: 1200, script: "Latn", direction: "ltr", language: "en" };
for await (const line of createInterface({ input: process.stdin })) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = Number(line); round > 0; round--) {
    const began = process.hrtime.bigint();
    session.renderToBytes(request);
    least = Math.min(least, Number(process.hrtime.bigint() - began));
  }
  console.log(`${least} ${createHash("sha256").update(session.renderToBytes(request)).digest("hex")}`);
}
