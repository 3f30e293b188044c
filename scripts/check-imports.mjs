// Holds every import of the packages to the arrows in rooms.mjs: static and dynamic imports, re-exports and `new URL()` (which Biome does not see),
// in TypeScript and AssemblyScript. Relative paths must stay inside their package. Prints each violation and ends with status 1 when there is one.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { TREES } from "./rooms.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const REFERENCE = /\b(?:from|import)\s*\(?\s*["']([^"']+)["']|\bnew\s+URL\s*\(\s*["'](\.[^"']*)["']/g;
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", ".cache"]);

/** Source files below a folder, relative to the project. */
function files(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : files(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/** First folder of a path inside a tree; "" for a file at its top. */
function roomOf(path) {
  const parts = path.split(sep);
  return parts.length > 1 ? parts[0] : "";
}

/** What is wrong with one reference of one file, or undefined. */
export function violation(file, target) {
  const parts = file.split(sep);
  const home = join(parts[0], parts[1] ?? "");
  if (!target.startsWith(".")) {
    const inside = /^(?:@haforu\/[^/]+|haforu)\/(.*(?:src|assembly|native|dist)\/.*)$/.exec(target);
    return inside ? `reaches into another package (${target}): import what its "exports" names` : undefined;
  }
  const path = join(dirname(file), target);
  if (path !== home && !path.startsWith(home + sep)) return `leaves its package (${target})`;
  const tree = TREES.find(({ root: treeRoot }) => file.startsWith(join(treeRoot) + sep));
  if (tree === undefined || isTest(file)) return undefined;
  const treeRoot = join(tree.root);
  const reached = relative(treeRoot, path);
  // Data beside the tree may be read (package.json), code may not.
  if (reached.startsWith("..")) return /\.(json|wasm)$/.test(target) ? undefined : `leaves its tree ${tree.root} (${target})`;
  if (tree.open.includes(reached) || tree.open.includes(reached.split(sep)[0] ?? "")) return undefined;
  const from = roomOf(relative(treeRoot, file));
  const to = roomOf(reached);
  if (from === to) return undefined;
  if (to === "") return from === "" ? undefined : `room ${from} imports a file at the top of ${tree.root} (${target})`;
  return (tree.rooms[from] ?? []).includes(to) ? undefined : `room ${from || "(top)"} must not import room ${to} (${target})`;
}

/** Tests, their helpers and generators stand beside what they test and set up the rooms around it. */
function isTest(file) {
  return /\.test\.ts$/.test(file) || file.includes(`${sep}testing${sep}`) || /[.-](?:entry|kernel)\.ts$/.test(file) || file.endsWith(".mjs");
}

function main() {
  let count = 0;
  for (const file of files("packages")) {
    for (const match of readFileSync(join(root, file), "utf8").matchAll(REFERENCE)) {
      const problem = violation(file, match[1] ?? match[2]);
      if (problem === undefined) continue;
      count++;
      console.error(`${file}: ${problem}`);
    }
  }
  if (count > 0) {
    console.error(`${count} imports against the arrows (scripts/rooms.mjs)`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
