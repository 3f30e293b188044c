// One text to one PNG file. Run: node examples/dist/render-one.js FONT TEXT OUT.png (npx tsc -p examples makes dist)

import { writeFileSync } from "node:fs";
import { createSession } from "haforu";

const [font, text, out] = process.argv.slice(2);
if (font === undefined || text === undefined || out === undefined) throw new Error("usage: render-one FONT TEXT OUT.png");

// `using` gives the engine's memory back at the end of the scope.
using session = createSession();
const result = session.render({
  id: "one",
  font: { path: font, size: 64 },
  text: { content: text },
  rendering: { format: "png", width: 480, height: 120, include: ["metrics", "boxes"] },
});

// A job's error is a value: no exception is thrown for a missing font or an unknown field.
if (result.error !== undefined) throw new Error(`${result.error.code}: ${result.error.message}`);
for (const warning of result.warnings ?? []) console.warn(`${warning.code}: ${warning.message}`);
writeFileSync(out, Buffer.from(result.rendering?.data ?? "", "base64"));
console.log(`${out}: ink at ${result.metrics?.bbox.join(", ")}, ${result.boxes?.length} clusters`);
