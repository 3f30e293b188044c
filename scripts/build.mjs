// Builds everything: checks that the generated contract is fresh, removes stale output, compiles TypeScript, then the module (only when one of its inputs changed).
// Takes about a second when nothing changed. native.wasm is committed; packages/engine/native/build.py rebuilds that one.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function node(label, args) {
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (done.status !== 0) {
    console.error(`build: ${label} failed`);
    process.exit(done.status ?? 1);
  }
}

/** Compiled files whose source is gone: `tsc -b` leaves them, and npm would pack them. */
function removeStale(packageDir, folder = "") {
  const dist = join(packageDir, "dist", folder);
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (existsSync(join(packageDir, "src", path))) removeStale(packageDir, path);
      else rmSync(join(dist, entry.name), { recursive: true });
      continue;
    }
    const stem = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(path)?.[1];
    if (stem !== undefined && !existsSync(join(packageDir, "src", `${stem}.ts`))) rmSync(join(dist, entry.name));
  }
}

for (const { name } of ["engine", "sql"].map((folder) => JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"))))
  if (!existsSync(join(root, "node_modules", name))) {
    console.error(`build: ${name} is not linked into node_modules; run npm install`);
    process.exit(1);
  }
node("the contract's generated files", ["packages/engine/contract/emit.mjs", "--check"]);
for (const name of readdirSync(join(root, "packages"))) removeStale(join(root, "packages", name));
node("TypeScript", ["node_modules/typescript/bin/tsc", "-b", "packages/haforu", "packages/sql"]);
node("the module", ["packages/engine/build.mjs"]);
