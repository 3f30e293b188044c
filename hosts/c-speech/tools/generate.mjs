// Writes the C of flite.wasm into hosts/c-speech/generated (not in git), by the generator of hosts/c. usage: node hosts/c-speech/tools/generate.mjs
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const words = ["--wasm", "packages/speech/engine/flite.wasm", "--name", "haforu_speech", "--out", "hosts/c-speech/generated", "--outputs", "4"];
const done = spawnSync(process.execPath, [join(root, "hosts/c/tools/generate.mjs"), ...words], { cwd: root, stdio: "inherit" });
process.exitCode = done.status ?? 1;
