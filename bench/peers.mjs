// Builds the native peers once into bench/.cache/peers: HarfBuzz from the source distribution that the module is built from, FreeType from the system.
// Needs python3 with pip, g++ and FreeType's development package (Debian: libfreetype-dev); says which of them is missing.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, ".cache");
const source = join(here, "native", "peers.cc");
/** The source distribution whose HarfBuzz tree packages/engine/native pins too. */
const SDIST = "uharfbuzz==0.57.0";
const FLAGS = ["-std=c++17", "-O3", "-DNDEBUG", "-DHB_HAS_RASTER", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"];

function run(command, args, why) {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.error || done.status !== 0)
    throw new Error(`${why}: "${command} ${args.join(" ")}" failed\n${done.error ?? ""}${done.stdout ?? ""}${done.stderr ?? ""}`);
  return done.stdout.trim();
}

function sources() {
  const tree = join(cache, "uharfbuzz-0.57.0", "harfbuzz", "src");
  if (existsSync(tree)) return tree;
  mkdirSync(cache, { recursive: true });
  run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", cache, SDIST], "HarfBuzz's sources come from PyPI");
  const archive = readdirSync(cache).find((name) => name.startsWith("uharfbuzz") && name.endsWith(".tar.gz"));
  run("tar", ["xzf", join(cache, archive), "-C", cache], "unpacking HarfBuzz");
  return tree;
}

/** Path of the built program; builds it when its source or a flag changed. */
export function buildPeers() {
  const program = join(cache, "peers");
  const stamp = createHash("sha256").update(readFileSync(source)).update(FLAGS.join(" ")).update(SDIST).digest("hex");
  const stampPath = join(cache, "peers.stamp");
  if (existsSync(program) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp) return program;
  const tree = sources();
  const freetype = run("pkg-config", ["--cflags", "--libs", "freetype2"], "FreeType's development package (Debian: libfreetype-dev)").split(/\s+/);
  const object = join(cache, "harfbuzz.o");
  if (!existsSync(object)) run("g++", [...FLAGS, `-I${tree}`, "-c", join(tree, "harfbuzz-world.cc"), "-o", object], "compiling HarfBuzz (about a minute)");
  run("g++", [...FLAGS, `-I${tree}`, source, object, ...freetype, "-lpthread", "-o", program], "compiling the peers");
  writeFileSync(stampPath, stamp);
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(buildPeers());
