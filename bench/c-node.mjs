// Node's side of bench/c.mjs: the same letters through a session, lines in and out as hosts/c/tests/bench.c has them. usage: node c-node.mjs FONT ROUNDS
import { createInterface } from "node:readline";
import { createSession } from "haforu";

const [, , font, rounds] = process.argv;
const session = createSession({ timing: false });
const requests = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((text) => ({
  font,
  text,
  size: 1000,
  width: 3000,
  height: 1200,
  script: "Latn",
  direction: "ltr",
}));
const best = requests.map(() => Number.POSITIVE_INFINITY);

function render() {
  let sum = 0;
  for (let r = 0; r < Number(rounds); r++)
    requests.forEach((request, i) => {
      const start = performance.now();
      const pixels = session.renderToBytes(request);
      best[i] = Math.min(best[i], performance.now() - start);
      if (r === 0) for (let k = 0; k < pixels.length; k++) sum += 255 - pixels[k];
    });
  return `${(best.reduce((a, b) => a + b) / best.length) * 1e6} ${sum}`;
}

/** An engine of the compiled module, as a session makes one. */
function calls() {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 20; turn++) {
    const start = performance.now();
    createSession({ timing: false }).dispose();
    least = Math.min(least, performance.now() - start);
  }
  return `0 0 0 ${least * 1e6}`;
}

for await (const line of createInterface({ input: process.stdin })) console.log(line === "render" ? render() : calls());
session.dispose();
