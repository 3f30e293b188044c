// Jobs over every test font, all formats, for the test of same bytes: prints the result lines of one session, or of `haforu batch` input with --jobs.
// usage: node test/same-bytes/jobs.mjs --jobs | --lines
import { createSession } from "haforu";
import { FONTS, fontPath } from "../fonts/fonts.mjs";

const TEXTS = ["Hamburgefonstiv & “Qu”", "السلام", "क्षत्रिय", "เที่ยว"];
const FORMATS = [
  { format: "pgm", encoding: "base64" },
  { format: "png", encoding: "base64" },
  { format: "svg", encoding: "json" },
  { format: "metrics", encoding: "json" },
];

export const JOBS = FONTS.flatMap(({ key }) =>
  TEXTS.flatMap((content, i) =>
    [17, 93.5, 411].map((size, k) =>
      JSON.stringify({
        id: `${key} ${i} ${size}`,
        font: { path: fontPath(key), size, variations: { wght: 333 + 100 * i } },
        text: { content },
        rendering: { ...FORMATS[(i + k) % FORMATS.length], width: 640, height: 480, include: ["metrics", "boxes", "glyphs", "hash"] },
      }),
    ),
  ),
);

/** And each font swept: what its design space allows, a sample of it, for a static font its one place. */
JOBS.push(
  ...FONTS.map(({ key }) =>
    JSON.stringify({
      id: `${key} sweep`,
      font: { path: fontPath(key), size: 61.7 },
      text: { content: TEXTS[0] },
      sweep: { width: 900, height: 120, points: [{}], sample: { count: 7, seed: 5 }, texts: [TEXTS[1]], include: ["extended", "hash"] },
    }),
  ),
);

if (process.argv.includes("--jobs")) process.stdout.write(`${JOBS.join("\n")}\n`);
if (process.argv.includes("--lines")) {
  const session = createSession({ timing: false });
  process.stdout.write(`${JOBS.map((job) => session.renderLine(job)).join("\n")}\n`);
  session.dispose();
}
