// Which weight of a font is as dense as a given one of another: a sweep over the weight axis, and the nearest place of it.
// Run: node examples/design-space.mjs FONT DENSITY [TEXT]

import { createSession } from "haforu";

const [font, wanted, text = "nonn"] = process.argv.slice(2);
if (font === undefined || !(Number(wanted) > 0)) throw new Error("usage: design-space FONT DENSITY [TEXT]");

const session = createSession();
try {
  const weight = session.fontInfo(font).faces[0].axes.find((axis) => axis.tag === "wght");
  if (weight === undefined) throw new Error(`${font} has no weight axis`);
  const canvas = { size: 200, width: 800, height: 240 };
  let nearest;
  for await (const { coordinates, metrics } of session.sweep({
    font,
    text,
    ...canvas,
    grid: { wght: { min: weight.min, max: weight.max, steps: 101 } },
    include: ["extended"],
  })) {
    const away = Math.abs(metrics.ink_density - Number(wanted));
    if (nearest === undefined || away < nearest.away) nearest = { away, wght: coordinates.wght, density: metrics.ink_density, rhythm: metrics.width_rhythm };
  }
  console.log(`wght ${nearest.wght}: ink density ${nearest.density}, rhythm ${nearest.rhythm}`);
} finally {
  session.dispose();
}
