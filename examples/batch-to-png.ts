// Many jobs, in worker threads, to PNG files: results come in the order of the jobs while later ones are being made.
// Run: node examples/dist/batch-to-png.js FONT OUT_DIR

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Job, type Result, renderJobs } from "haforu";

const [font, out] = process.argv.slice(2);
if (font === undefined || out === undefined) throw new Error("usage: batch-to-png FONT OUT_DIR");
mkdirSync(out, { recursive: true });

/** A generator: no job is made before there is room for it. */
function* alphabet(path: string): Generator<Job> {
  for (const letter of "abcdefghijklmnopqrstuvwxyz") {
    yield {
      id: letter,
      font: { path, size: 96 },
      text: { content: letter },
      rendering: { format: "png", width: 128, height: 128 },
    };
  }
}

let failed = 0;
for await (const result of renderJobs<Result>(alphabet(font), { workers: 2, timeoutMs: 10_000 })) {
  const data = result.rendering?.data;
  if (data === undefined) {
    failed += 1;
    console.error(`${result.id}: ${result.error?.message}`);
  } else {
    writeFileSync(join(out, `${result.id}.png`), Buffer.from(data, "base64"));
  }
}
console.log(`${26 - failed} pictures in ${out}`);
process.exitCode = failed === 0 ? 0 : 1;
