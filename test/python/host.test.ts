// The Python host as a user gets it: its wheel in an environment of its own, the tests of hosts/python/tests from there, its types.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOST, installWheel, makeEnvironment, PYTHON, ROOT, run, whyNoPython } from "./environment.mjs";

const missing = whyNoPython();
const folder = mkdtempSync(join(tmpdir(), "haforu-python-"));

beforeAll(() => {
  if (missing !== undefined) return;
  makeEnvironment();
  installWheel(folder);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(missing !== undefined)(
  `the wheel holds the module, the schema and the types, and the source distribution too${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    const [wheel, source] = ["haforu-0.1.0-py3-none-any.whl", "haforu-0.1.0.tar.gz"];
    expect(readdirSync(folder).sort()).toEqual([wheel, source]);
    const inside = run(PYTHON, ["-m", "zipfile", "-l", join(folder, wheel)]);
    for (const file of ["__init__.py", "py.typed", "data/haforu.wasm", "data/job.schema.json", "sql/build.py"]) expect(inside).toContain(`haforu/${file} `);
    const listed = run(PYTHON, ["-m", "tarfile", "-l", join(folder, source)]);
    for (const file of ["src/haforu/data/haforu.wasm", "src/haforu/session.py", "pyproject.toml", "README.md"])
      expect(listed).toContain(`haforu-0.1.0/${file}`);
  },
);

test.skipIf(missing !== undefined)(`the source distribution makes the same wheel${missing === undefined ? "" : ` (${missing})`}`, () => {
  const again = join(folder, "again");
  const words = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index", "-w", again];
  run(PYTHON, ["-m", "pip", "wheel", ...words, join(folder, "haforu-0.1.0.tar.gz")]);
  const [wheel] = readdirSync(again);
  expect(wheel).toBe("haforu-0.1.0-py3-none-any.whl");
  const files = (path: string): string =>
    run(PYTHON, [
      "-c",
      "import sys, zipfile\nfor one in sorted(zipfile.ZipFile(sys.argv[1]).infolist(), key=lambda one: one.filename): print(one.filename, one.CRC)",
      path,
    ]);
  expect(files(join(again, "haforu-0.1.0-py3-none-any.whl"))).toBe(files(join(folder, "haforu-0.1.0-py3-none-any.whl")));
  rmSync(again, { recursive: true });
});

test.skipIf(missing !== undefined)(
  `the package does what its tests say${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    const words = ["-m", "pytest", "-c", join(HOST, "pyproject.toml"), "--rootdir", ROOT, join(HOST, "tests"), "--ignore", join(HOST, "tests/test_sql.py")];
    const printed = run(PYTHON, words, ROOT, { PYTHONDONTWRITEBYTECODE: "1" });
    expect(printed).toMatch(/\d+ passed/);
    expect(printed).not.toMatch(/skipped|failed/);
    expect(run(PYTHON, ["-c", "import haforu; print(haforu.__file__)"])).toContain(".venv");
  },
  600_000,
);

test.skipIf(missing !== undefined)(
  `the package's types hold under mypy --strict${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    const cache = join(folder, "mypy");
    expect(run(PYTHON, ["-m", "mypy", "--strict", "--cache-dir", cache, "src/haforu"], HOST)).toMatch(/^Success/);
  },
  600_000,
);
