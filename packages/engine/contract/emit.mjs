// Writes everything that is generated from the contract; with --check writes nothing and fails when a file is stale.
// usage: node packages/engine/contract/emit.mjs [--check]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assemblyTables } from "./emit/assembly.mjs";
import { cHeader, cMessages } from "./emit/c.mjs";
import { errorsPage, jobsPage } from "./emit/docs.mjs";
import { pythonModule } from "./emit/python.mjs";
import { documentSchema, jobSchema } from "./emit/schema.mjs";
import { typescriptModule } from "./emit/typescript.mjs";

const engine = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(engine, "..", "..");
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

const files = {
  [join(engine, "contract/generated/job.schema.json")]: json(jobSchema()),
  [join(engine, "contract/generated/document.schema.json")]: json(documentSchema()),
  [join(root, "hosts/python/src/haforu/_contract.py")]: pythonModule(),
  [join(engine, "contract/generated/haforu_contract.h")]: cHeader(),
  [join(root, "hosts/c/include/haforu_contract.h")]: cHeader(),
  [join(root, "hosts/c/src/generated/messages.inc")]: cMessages(),
  [join(engine, "src/generated/contract.ts")]: typescriptModule(),
  [join(engine, "assembly/generated/contract.ts")]: assemblyTables(),
  [join(root, "docs/errors.md")]: errorsPage(),
  [join(root, "docs/jobs.md")]: jobsPage(),
};

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const stale = Object.entries(files).filter(([path, text]) => read(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) process.stderr.write(`stale: ${relative(root, path)}; run node packages/engine/contract/emit.mjs\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`wrote ${relative(root, path)}\n`);
  }
}
