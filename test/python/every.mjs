// The Python host's tests on every Python from 3.10 that is found here (on the PATH, and pyenv's), each with the oldest numpy that the package takes and with the newest.
// usage: node test/python/every.mjs [FOLDER]    (after `npm run build`; FOLDER keeps the environments, by default hosts/python/.cache/every)
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HOST, ROOT, run } from "./environment.mjs";

const OLDEST_NUMPY = "1.26.4";
const PACKAGES = readFileSync(join(HOST, "requirements-test.txt"), "utf8")
  .split("\n")
  .filter((line) => /^(hatchling|pytest|wasmtime)==/.test(line));
const folder = resolve(process.argv[2] ?? join(HOST, ".cache/every"));

/** @returns {Map<string, string>} programs by version */
function pythons() {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  const programs = ["python3", ...[10, 11, 12, 13, 14, 15].map((minor) => `python3.${minor}`)];
  if (existsSync(pyenv)) programs.push(...readdirSync(pyenv).map((name) => join(pyenv, name, "bin/python3")));
  const found = new Map();
  for (const program of programs) {
    const said = spawnSync(program, ["-c", "import sys, venv; print(sys.version_info >= (3, 10), sys.version.split()[0])"], { encoding: "utf8" });
    const [good, version] = (said.stdout ?? "").trim().split(" ");
    if (said.status === 0 && good === "True" && version !== undefined && !found.has(version)) found.set(version, program);
  }
  return found;
}

const built = mkdtempSync(join(tmpdir(), "haforu-every-"));
mkdirSync(folder, { recursive: true });
let [wheel, failed, tried] = ["", 0, 0];
try {
  for (const [version, program] of pythons()) {
    for (const numpy of [OLDEST_NUMPY, "newest"]) {
      const name = `Python ${version}, numpy ${numpy}`;
      const venv = join(folder, `${version}-${numpy}`);
      const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
      const pip = (/** @type {string[]} */ ...words) => [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...words];
      const step = (/** @type {string[]} */ [first, ...words]) =>
        spawnSync(String(first), words, { cwd: ROOT, encoding: "utf8", env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
      if (!existsSync(python)) run(program, ["-m", "venv", venv]);
      // A numpy that has no wheel for this Python is not compiled: that would take long, and tell nothing of this package.
      const installed = step(pip("--only-binary", ":all:", ...PACKAGES, numpy === "newest" ? "numpy" : `numpy==${numpy}`));
      if (installed.status !== 0) {
        console.log(`${name}: cannot be had (${(installed.stderr ?? "").trim().split("\n").at(-1)})`);
        continue;
      }
      if (wheel === "") {
        run(python, ["-m", "hatchling", "build", "-d", built], HOST);
        wheel = join(built, readdirSync(built).find((file) => file.endsWith(".whl")) ?? "");
      }
      run(...split(pip("--no-deps", "--force-reinstall", wheel)));
      const words = ["-m", "pytest", "-c", join(HOST, "pyproject.toml"), "--rootdir", ROOT, join(HOST, "tests"), "--ignore", join(HOST, "tests/test_sql.py")];
      const tested = step([python, ...words]);
      const used = run(python, ["-c", "import numpy; print(numpy.__version__)"]).trim();
      tried += 1;
      console.log(`Python ${version}, numpy ${used}: ${(tested.stdout ?? "").trim().split("\n").at(-1)}`);
      if (tested.status !== 0) {
        failed += 1;
        console.log(tested.stdout, tested.stderr);
      }
    }
  }
} finally {
  rmSync(built, { recursive: true, force: true });
}
if (tried === 0) console.error("no Python from 3.10 was found");
process.exitCode = failed > 0 || tried === 0 ? 1 : 0;

/**
 * @param {string[]} words
 * @returns {[string, string[]]}
 */
function split([program, ...words]) {
  return [String(program), words];
}
