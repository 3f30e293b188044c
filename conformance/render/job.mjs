// How a case is written down: one good job with parts put over it, and the test fonts by their keys in test/fonts/registry.json.
import { FONTS } from "../../test/fonts/fonts.mjs";

/**
 * A test font's path from the repository's root, where every host runs the cases.
 * @param {string} key
 * @returns {string}
 */
export function file(key) {
  const font = FONTS.find((entry) => entry.key === key);
  if (font === undefined) throw new Error(`no test font "${key}" in test/fonts/registry.json`);
  return font.package === null ? font.file : `node_modules/${font.package}/${font.file}`;
}

export const VARIABLE = file("source-sans-var-ttf");
export const STATIC = file("noto-sans");
export const SMALL = { width: 64, height: 40 };
export const METRICS = { format: "metrics", width: 200, height: 60, include: ["hash"] };

/**
 * A case: its name, which is the job's id, and the job's line. `rendering` null: the job has none.
 * @param {string} name
 * @param {Record<string, any>} [parts]
 * @returns {readonly [name: string, line: string]}
 */
export const job = (name, { font, text, rendering, ...rest } = {}) => [
  name,
  JSON.stringify({
    id: name,
    font: { path: VARIABLE, size: 24, ...font },
    ...(text !== null && { text: { content: "Rég", ...text } }),
    ...(rendering !== null && { rendering: { format: "metrics", ...SMALL, ...rendering } }),
    ...rest,
  }),
];
