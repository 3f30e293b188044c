// The Python examples run as their reader would run them and do what their first lines say; their types hold; the notebook is executed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST, makeExamplesEnvironment, ROOT, run, whyNoPython } from "./environment.mjs";

const missing = whyNoPython();
const NOTO = "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf";
const VARIABLE = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf";
const out = mkdtempSync(join(tmpdir(), "haforu-python-examples-"));
/** The package from its sources: what the wheel holds is another test's business. */
const environment = { PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1", MPLCONFIGDIR: out };
let python = "";
const example = (name: string, ...words: string[]): string => run(python, [`examples/${name}.py`, ...words], ROOT, environment);

beforeAll(() => {
  if (missing === undefined) python = makeExamplesEnvironment();
}, 600_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe.skipIf(missing !== undefined)(`Python examples${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("each of them is run here", () => {
    const names = readdirSync(join(ROOT, "examples")).filter((name) => /\.(py|ipynb)$/.test(name));
    const tests = readFileSync(new URL(import.meta.url), "utf8");
    for (const name of names) expect(tests).toMatch(new RegExp(`["/]${name.replace(/\.py$/, "")}["./]`));
  });

  test("batch", () => {
    const file = join(out, "results.jsonl");
    expect(example("batch", VARIABLE, file)).toMatch(/26 results\n52 results\n78 results\nthe densest letter is m-900: /);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(78);
    expect(lines.every((line) => line.includes('"status":"success"') && line.includes('"hash":"'))).toBe(true);
  });

  test("streaming", () => {
    expect(example("streaming", NOTO)).toMatch(/^The +\d+\.\d\d px\nquick[\s\S]*dog +\d+\.\d\d px\nfonts kept: \d, alive: True\n$/);
  });

  test("numpy_arrays", () => {
    const told = example("numpy_arrays", VARIABLE);
    expect(told).toMatch(/^\(120, 160\) uint8, \d+ pixels with ink\n/);
    const ink = (/ink by weight: (.*)\n/.exec(told)?.[1] ?? "").split(" ").map(Number);
    expect(ink).toHaveLength(8);
    expect(ink).toEqual([...ink].sort((a, b) => a - b));
    expect(told).toContain("the first view is stale, and says so\n");
  });

  test("error_handling", () => {
    const told = example("error_handling", NOTO);
    for (const words of [
      "good success \n",
      "missing error font_not_found\n",
      "wrong error invalid_job\n",
      "ValueError: jobs",
      "FileNotFoundError: font no/such/font.ttf",
      "ValueError: height: expected a whole number of pixels from 1 to 32768, got 0",
      "font_unsupported of job 'of a package'\n",
      "(40, 60) the next call works\n",
      "font.size: got 0",
      "font.face_index: got -1",
    ])
      expect(told).toContain(words);
  });

  test("picture", () => {
    const file = join(out, "weights.png");
    expect(example("picture", VARIABLE, file)).toMatch(/density 0\.\d+ to 0\.\d+\n$/);
    expect(readFileSync(file).toString("latin1").startsWith("\x89PNG\r\n")).toBe(true);
  });

  test.for([
    ["the Python package", []],
    ["the Python package", ["--through", "package"]],
    ["a `haforu stream` child process", ["--through", "stream"]],
  ] as const)("font_matcher through %s", ([way, words]) => {
    const HAFORU = `'${process.execPath}' '${join(ROOT, "packages/haforu/bin/haforu.js")}'`;
    const told = run(python, ["examples/font_matcher.py", VARIABLE, "Rag", "wght=640", ...words], ROOT, { ...environment, HAFORU });
    expect(told).toContain(`rendering through ${way}\n`);
    const [, renders, found] = /(\d+) renders, [\s\S]*wght ([\d.]+) \(sought 640\)/.exec(told) ?? [];
    expect(Number(renders)).toBeLessThanOrEqual(100);
    expect(Math.abs(Number(found) - 640)).toBeLessThan(5);
  });

  test("without the package the matcher goes through a child process by itself", () => {
    const HAFORU = `'${process.execPath}' '${join(ROOT, "packages/haforu/bin/haforu.js")}'`;
    const told = run(python, ["examples/font_matcher.py", VARIABLE, "a", "wght=300"], ROOT, { HAFORU, PYTHONPATH: "" });
    expect(told).toMatch(/^rendering through a `haforu stream` child process\n\d+ renders/);
  });

  test("notebook.ipynb", () => {
    const script = `
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read("examples/notebook.ipynb", 4)
nbformat.validate(notebook)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
`;
    const file = join(out, "notebook.ipynb");
    run(python, ["-c", script, file], ROOT, { ...environment, HAFORU_FONT: join(ROOT, VARIABLE), IPYTHONDIR: out, JUPYTER_RUNTIME_DIR: out });
    const outputsOf = (path: string) => {
      const { cells } = JSON.parse(readFileSync(path, "utf8")) as {
        cells: { cell_type: string; outputs?: { output_type: string; data?: Record<string, unknown> }[] }[];
      };
      return cells.flatMap((cell) => cell.outputs ?? []);
    };
    const outputs = outputsOf(file);
    // What a reader of the repository sees is what came out here; the picture's bytes are matplotlib's.
    const texts = (path: string) => outputsOf(path).map(({ output_type, data }) => [output_type, data?.["text/plain"]]);
    expect(texts(file)).toEqual(texts(join(ROOT, "examples/notebook.ipynb")));
    expect(outputs.some((one) => one.output_type === "error")).toBe(false);
    expect(outputs.filter((one) => one.data !== undefined && "image/png" in one.data)).toHaveLength(1);
    expect(JSON.stringify(outputs)).toMatch(/'wght': 6(39\.[5-9]|40)/);
  });

  test("their types hold under mypy --strict", () => {
    const names = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".py"));
    for (const name of names) {
      const words = ["-m", "mypy", "--strict", "--cache-dir", join(out, "mypy"), join("examples", name)];
      expect(run(python, words, ROOT, { MYPYPATH: join(HOST, "src") })).toMatch(/^Success/m);
    }
  });
});
