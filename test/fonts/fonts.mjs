// The test fonts by key: where each file of registry.json lies. Knows neither the engine nor what the fonts are used for.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

/** @typedef {{ key: string, package: string | null, file: string, licence: string, why: string, faces?: number }} TestFont */

/** @type {readonly TestFont[]} */
export const FONTS = JSON.parse(readFileSync(join(here, "registry.json"), "utf8"));

/**
 * Absolute path of a test font's file.
 * @param {string} key
 * @returns {string}
 */
export function fontPath(key) {
  const font = FONTS.find((entry) => entry.key === key);
  if (font === undefined) throw new Error(`no test font "${key}" in test/fonts/registry.json`);
  const path = font.package === null ? join(root, font.file) : join(root, "node_modules", font.package, font.file);
  if (!existsSync(path)) throw new Error(`test font "${key}" is not at ${path}: run npm ci`);
  return path;
}
