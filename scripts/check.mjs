// What CI checks besides the tests: format and lint, the arrows between rooms, dead code, the packages as users get them, generated files.
// usage: node scripts/check.mjs [--native]   (--native also rebuilds native.wasm and compares every byte: needs python3, takes minutes)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const failed = [];
/** Folders of packages/ that are published. */
const PACKAGES = ["engine", "haforu", "sql", "speech"];

function run(command, args, cwd = root) {
  return spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
}

/** Runs one check and prints its outcome; its output only when it failed. */
function check(label, action) {
  const started = Date.now();
  const problem = action();
  console.log(`${problem === undefined ? "ok    " : "FAILED"} ${label} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (problem !== undefined) {
    console.error(problem);
    failed.push(label);
  }
}

function command(name, args, cwd) {
  return () => {
    const done = run(name, args, cwd);
    return done.status === 0 ? undefined : `${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`;
  };
}

const bin = (name, file) => join(root, "node_modules", name, file);
const node = process.execPath;

/** No registry host in what npm reads: a mirror's address must not reach another machine. */
function noHosts() {
  const lines = readFileSync(join(root, "package-lock.json"), "utf8")
    .split("\n")
    .filter((line) => /"resolved": "https?:/.test(line));
  if (lines.length > 0) return `package-lock.json names hosts, e.g. ${lines[0]?.trim()}`;
  return /https?:|registry\s*=/.test(readFileSync(join(root, ".npmrc"), "utf8")) ? ".npmrc names a host" : undefined;
}

/** Packs the packages, installs the tarballs elsewhere and renders with what came: a file missing from "files" shows here alone. */
function packedPackages() {
  const folder = mkdtempSync(join(tmpdir(), "haforu-packed-"));
  try {
    for (const name of PACKAGES) {
      const packed = run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], join(root, "packages", name));
      if (packed.status !== 0) return `npm pack of ${name}: ${packed.stderr}`;
    }
    const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
    const installed = run(
      "npm",
      ["install", "--silent", "--prefer-offline", "--ignore-scripts", "--no-package-lock", ...tarballs.map((name) => `./${name}`)],
      folder,
    );
    if (installed.status !== 0) return `npm install of the tarballs: ${installed.stdout}${installed.stderr}`;
    // The notices of what is compiled into haforu.wasm go with the package that carries it.
    for (const [name, files] of [
      ["haforu", []],
      ["@haforu/engine", ["THIRD_PARTY.md"]],
      ["@haforu/sql", []],
    ])
      for (const file of ["LICENSE-MIT", "LICENSE-APACHE", "README.md", ...files])
        if (!readdirSync(join(folder, "node_modules", name)).includes(file)) return `${name} is packed without ${file}`;
    for (const name of ["haforu", "@haforu/sql"]) {
      const leaked = readdirSync(join(folder, "node_modules", name, "dist"), { recursive: true }).find((path) => /\.test\.|tsbuildinfo$/.test(String(path)));
      if (leaked !== undefined) return `${name} is packed with ${leaked}`;
    }
    const font = join(root, "node_modules/source-sans-pro/TTF/SourceSansPro-Regular.ttf");
    writeFileSync(
      join(folder, "smoke.mjs"),
      `import { createSession } from "haforu";
const session = await createSession();
const result = await session.render({ id: "smoke", font: { path: ${JSON.stringify(font)}, size: 40 }, text: { content: "Ag" }, rendering: { format: "metrics", width: 100, height: 60 } });
session.dispose();
if (result.status !== "success" || !(result.metrics.density > 0)) throw new Error(JSON.stringify(result));
console.log("rendered");
`,
    );
    const smoke = run(node, ["smoke.mjs"], folder);
    if (smoke.status !== 0 || !smoke.stdout.includes("rendered")) return `the installed library does not render: ${smoke.stdout}${smoke.stderr}`;
    const cli = run(node, ["node_modules/haforu/dist/cli/main.js", "version"], folder);
    return cli.status === 0 ? undefined : `the installed command does not start: ${cli.stdout}${cli.stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

check("generated files are fresh", command(node, ["packages/engine/contract/emit.mjs", "--check"]));
check("Unicode tables are fresh", command(node, ["packages/engine/unicode/generate.mjs", "--check"]));
check("build", command(node, ["scripts/build.mjs"]));
check("format and lint", command(node, [bin("@biomejs/biome", "bin/biome"), "ci", "--colors=off", "--diagnostic-level=warn", "--error-on-warnings", "."]));
check("imports follow the arrows", command(node, ["scripts/check-imports.mjs"]));
check("dead code and dependencies", command(node, [bin("knip", "bin/knip.js"), "--no-config-hints"]));
for (const name of PACKAGES) check(`publint ${name}`, command(node, [bin("publint", "src/cli.js"), `packages/${name}`, "--strict"]));
check("no registry host in the lock file", noHosts);
check("packed packages install and render", packedPackages);
if (process.argv.includes("--native")) check("native.wasm is what its sources give", command("python3", ["packages/engine/native/build.py", "--check"]));

if (failed.length > 0) {
  console.error(`${failed.length} checks failed: ${failed.join(", ")}`);
  process.exit(1);
}
console.log("all checks passed");
