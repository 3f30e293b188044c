// How wide a text of any length is in one line, in em, without holding it. Run: node examples/dist/shape-stream.js FONT FILE (npx tsc -p examples makes dist)

import { createReadStream } from "node:fs";
import { createSession, shapeStream } from "haforu";

const [font, file] = process.argv.slice(2);
if (font === undefined || file === undefined) throw new Error("usage: shape-stream FONT FILE");

using session = createSession();
const upem = session.fontInfo(font).faces[0]?.upem ?? 1000;

let glyphs = 0;
let units = 0;
let flushes = 0;
const stream = shapeStream(createReadStream(file), { font });
let next = await stream.next();
for (; next.done !== true; next = await stream.next()) {
  // Final glyphs, long before the file ends; the next piece is read when these are done with.
  for (const advance of next.value.xAdvances) units += advance;
  for (const { code, message } of next.value.warnings) console.warn(`${code}: ${message}`);
  glyphs += next.value.ids.length;
  flushes += 1;
}
const { read, forced } = next.value;
console.log(`${file}: ${glyphs} glyphs of ${read} characters, ${(units / upem).toFixed(1)} em wide, in ${flushes} flushes; ${forced} forced cuts`);
