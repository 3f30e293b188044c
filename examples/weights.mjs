// How dense a letter is along a variable font's weight axis: numbers without pictures, one call each.
// Run: node examples/weights.mjs FONT [LETTER]

import { createSession } from "haforu";

const [font, letter = "a"] = process.argv.slice(2);
if (font === undefined) throw new Error("usage: weights FONT [LETTER]");

using(createSession(), (session) => {
  const [face] = session.fontInfo(font).faces;
  const weight = face.axes.find((axis) => axis.tag === "wght");
  if (weight === undefined) throw new Error(`${font} has no weight axis`);
  const STEPS = 9;
  for (let step = 0; step < STEPS; step++) {
    const wght = weight.min + ((weight.max - weight.min) * step) / (STEPS - 1);
    const { density, bbox, advance } = session.metrics({ font, text: letter, size: 400, width: 600, height: 600, variations: { wght } });
    console.log(`wght ${wght.toFixed(1).padStart(6)}  density ${density.toFixed(5)}  width ${bbox[2]} px  advance ${advance[0].toFixed(2)} px`);
  }
});

/** What `using session = createSession()` does where the runtime has it (Node 24; TypeScript makes it for older ones). */
function using(session, work) {
  try {
    work(session);
  } finally {
    session.dispose();
  }
}
