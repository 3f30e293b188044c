// Packs haforu-speech-c-VERSION.tar.gz: everything that a C compiler needs to build libhaforu_speech and speak: the C of flite.wasm, the common files of hosts/c, the voice slt. In: the repository, built; out: the archive's path on the last line.
// The same tree gives the same bytes. usage: node hosts/c-speech/tools/archive.mjs [FOLDER] (default: hosts/c-speech/dist)
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const host = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(host, "..", "..");
const version = /VERSION (\d+\.\d+\.\d+) LANGUAGES/.exec(readFileSync(join(host, "CMakeLists.txt"), "utf8"))?.[1];
if (version === undefined) throw new Error("CMakeLists.txt names no version");
const name = `haforu-speech-c-${version}`;
const common = join(host, "..", "c");
/** The sources that CMakeLists.txt takes from hosts/c, and the headers that they include. */
const sources = /set\(common_sources ([^)]*)\)/.exec(readFileSync(join(host, "CMakeLists.txt"), "utf8"))?.[1]?.split(" ");
if (sources === undefined) throw new Error("CMakeLists.txt names no common sources");
const headers = ["host.h", "names.h", "rt_names.h", "runtime.h"];
const out = resolve(process.argv[2] ?? join(host, "dist"));

function run(program, words, cwd) {
  const done = spawnSync(program, words, { cwd, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}\n${done.error ?? ""}${done.stderr ?? ""}`);
}

run(process.execPath, [join(host, "tools/generate.mjs")], root);
const aside = mkdtempSync(join(tmpdir(), "haforu-speech-archive-"));
try {
  const tree = join(aside, name);
  mkdirSync(tree);
  for (const part of ["CMakeLists.txt", "README.md", "exports.txt", "cmake", "include", "src", "generated", "tests", "examples"])
    cpSync(join(host, part), join(tree, part), { recursive: true });
  for (const part of [...sources.map((source) => `src/${source}.c`), ...headers.map((header) => `src/${header}`), "src/generated", "include", "third_party"])
    cpSync(join(common, part), join(tree, "common", part), { recursive: true });
  for (const part of ["slt.flitevox", "LICENSE"]) cpSync(join(root, "packages/voice-slt", part), join(tree, "voices", part));
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(root, licence), join(tree, licence));
  cpSync(join(root, "packages/speech/THIRD_PARTY.md"), join(tree, "THIRD_PARTY.md"));
  mkdirSync(out, { recursive: true });
  const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rw,go=rX"];
  run("tar", [...fixed, "-cf", `${name}.tar`, name], aside);
  run("gzip", ["-9n", `${name}.tar`], aside);
  cpSync(join(aside, `${name}.tar.gz`), join(out, `${name}.tar.gz`));
  process.stdout.write(`${join(out, `${name}.tar.gz`)}\n`);
} finally {
  rmSync(aside, { recursive: true, force: true });
}
