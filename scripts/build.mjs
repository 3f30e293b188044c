// Builds everything: checks that the generated contract is fresh, removes stale output, compiles TypeScript, then the module (only when one of its inputs changed).
// Takes about a second when nothing changed. native.wasm is committed; packages/engine/native/build.py rebuilds that one.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Folder of dist/ that no source stands for. */
const BUNDLE = "bundle";

function node(label, args) {
  const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (done.status !== 0) {
    console.error(`build: ${label} failed`);
    process.exit(done.status ?? 1);
  }
}

/** Compiled files whose source is gone: `tsc -b` leaves them, and npm would pack them. */
function removeStale(packageDir, folder = "") {
  if (folder === BUNDLE) return;
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

/** What a call of `haforu sql` runs, besides @haforu/sql. */
const SQL_CALL = /^(?:commander|\.\/(?:argument|cancellable|exit|print|program|sql(?:-[a-z]+)?|whole-file)\.js|\.\.\/version\.js)$/;

/** What a call of `haforu compare` asks of the program. */
const COMPARE_CALL = /^(?:commander|\.\/(?:compare|exit|print)\.js|\.\.\/version\.js)$/;

/**
 * What `haforu render` runs in one file, what `haforu sql` and `haforu compare` run in others, and what the workers of a comparison and of a batch do: Node takes as long to find and load
 * sixteen modules as the engine takes for the picture. Every other command is loaded from its own files.
 */
async function bundleProgram() {
  const dist = join(root, "packages/haforu/dist");
  const inBundle = { "./program.js": "../cli/program.js", "./compare-program.js": "./compare.js" };
  const external = (path) => (path === undefined ? null : { id: path, external: true });
  const main = await rolldown({
    input: join(dist, "cli/main.js"),
    platform: "node",
    plugins: [{ name: "the other commands", resolveId: (id) => external(inBundle[id]) }],
  });
  // CommonJS: Node is ready for it sooner than for ES modules.
  await main.write({ dir: join(dist, BUNDLE), format: "cjs", entryFileNames: "main.cjs", codeSplitting: false });
  await main.close();
  const ownFile = (id) => (id.startsWith("./") ? id.replace("./", "../cli/") : undefined);
  const sql = await rolldown({
    input: join(dist, "cli/sql-program.js"),
    platform: "node",
    external: ["@haforu/sql/command"],
    plugins: [
      NO_CHILD_PROCESS,
      {
        name: "the other commands",
        resolveId: (id, importer) => (importer?.startsWith(join(dist, "cli")) && !SQL_CALL.test(id) ? external(ownFile(id)) : null),
      },
    ],
  });
  const licence = readFileSync(join(root, "node_modules/commander/LICENSE"), "utf8");
  const banner = `/*! holds commander:\n${licence}*/`;
  // CommonJS too, by require() up to @haforu/sql.
  await sql.write({ dir: join(dist, BUNDLE), format: "cjs", dynamicImportInCjs: false, entryFileNames: "sql.cjs", codeSplitting: false, banner });
  await sql.close();
  const compare = await rolldown({
    input: join(dist, "cli/compare-program.js"),
    platform: "node",
    external: ["@haforu/engine"],
    plugins: [
      NO_CHILD_PROCESS,
      {
        name: "the other commands, and the report",
        resolveId: (id, importer) => {
          if (id.startsWith("../report/")) return external(id);
          return importer === join(dist, "cli/program.js") && !COMPARE_CALL.test(id) ? external(ownFile(id)) : null;
        },
      },
    ],
  });
  await compare.write({ dir: join(dist, BUNDLE), format: "esm", entryFileNames: "compare.js", codeSplitting: false, banner });
  await compare.close();
  const worker = await rolldown({ input: join(dist, "compare/worker.js"), platform: "node", external: ["@haforu/engine"] });
  await worker.write({ dir: join(dist, BUNDLE), format: "esm", entryFileNames: "worker.js", codeSplitting: false });
  await worker.close();
  const batch = await rolldown({ input: join(dist, "batch/worker/main.js"), platform: "node", external: ["@haforu/speech/jobs"] });
  await batch.write({ file: join(dist, "batch/worker/main.cjs"), format: "cjs", codeSplitting: false });
  await batch.close();
}

/** commander asks for it when it loads, and starts no program for a call that has none: Node need not load what that takes. */
const NO_CHILD_PROCESS = {
  name: "no child processes",
  resolveId: (id) => (id === "node:child_process" ? "\0no-child-process" : null),
  load: (id) => (id === "\0no-child-process" ? "export {};" : null),
};

/** @haforu/sql in one file, its worker beside it, and what `haforu sql` runs as CommonJS: a schema is built in less time than Node takes to load seventy modules. */
async function bundleSql() {
  const dist = join(root, "packages/sql/dist");
  const settings = { platform: "node", external: (id) => !/^[./]/.test(id) };
  const program = await rolldown({ ...settings, input: { index: join(dist, "index.js"), worker: join(dist, "engine/worker.js") } });
  await program.write({ dir: join(dist, BUNDLE), format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name].js", cleanDir: true });
  await program.close();
  // What is loaded later takes the rest from the file that is loaded first.
  const command = await rolldown({ ...settings, input: { command: join(dist, "command.js") }, preserveEntrySignatures: "allow-extension" });
  await command.write({ dir: join(dist, BUNDLE), format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "[name].cjs" });
  await command.close();
}

function copyFresh(from, folder) {
  const to = join(root, folder, basename(from));
  mkdirSync(dirname(to), { recursive: true });
  if (!existsSync(to) || !readFileSync(to).equals(readFileSync(join(root, from)))) copyFileSync(join(root, from), to);
}

/** What the Python packages carry of the engines, the voices and their licences, copied to where their wheels are made from. @param schema of a job's `speech`. */
function copyForPython(schema) {
  const engine = "packages/engine";
  for (const file of ["dist/haforu.wasm", "contract/generated/job.schema.json"]) copyFresh(`${engine}/${file}`, "hosts/python/src/haforu/data");
  const speech = "hosts/python-speech";
  copyFresh("packages/speech/engine/flite.wasm", `${speech}/src/haforu/speech/data`);
  writeFileSync(join(root, speech, "src/haforu/speech/data/speech.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE", "THIRD_PARTY.md"]) copyFresh(`packages/speech/${file}`, speech);
  for (const voice of readdirSync(join(root, speech, "voices"))) {
    const from = `packages/voice-${voice}`;
    copyFresh(`${from}/LICENSE`, `${speech}/voices/${voice}`);
    for (const file of readdirSync(join(root, from)).filter((name) => /\.(?:flitevox|diphones)$/.test(name)))
      copyFresh(`${from}/${file}`, `${speech}/voices/${voice}/haforu_voice_${voice}`);
  }
}

for (const { name } of ["engine", "speech", "sql"].map((folder) => JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"))))
  if (!existsSync(join(root, "node_modules", name))) {
    console.error(`build: ${name} is not linked into node_modules; run npm install`);
    process.exit(1);
  }
node("the contract's generated files", ["packages/engine/contract/emit.mjs", "--check"]);
for (const name of readdirSync(join(root, "packages"))) removeStale(join(root, "packages", name));
node("TypeScript", ["node_modules/typescript/bin/tsc", "-b", "packages/haforu", "packages/speech", "packages/sql"]);
await Promise.all([bundleProgram(), bundleSql()]);
node("the module", ["packages/engine/build.mjs"]);
copyForPython((await import("../packages/speech/dist/jobs/schema.js")).SPEECH_SCHEMA);
