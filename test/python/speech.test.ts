// haforu.speech as a user gets it: its wheel and a voice's beside haforu's in an environment of their own, the tests of hosts/python-speech/tests from there, its types.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOST, makeSpeechEnvironment, ROOT, run, SPEECH_HOST, whyNoPython } from "./environment.mjs";

const missing = whyNoPython();
const skipped = missing === undefined ? "" : ` (${missing})`;
const folder = mkdtempSync(join(tmpdir(), "haforu-python-speech-"));
const wheel = (name: string): string => join(folder, `${name}-0.1.0-py3-none-any.whl`);
const [HAFORU, SPEECH, VOICE] = [wheel("haforu"), wheel("haforu_speech"), wheel("haforu_voice_kal16")] as const;
const voice = join(SPEECH_HOST, "voices/kal16");
let python = "";

const pip = (...words: readonly string[]): string => run(python, ["-m", "pip", ...words, "--quiet", "--disable-pip-version-check"]);
const install = (...wheels: readonly string[]): string => pip("install", "--no-deps", "--force-reinstall", ...wheels);
/** In a folder without our sources, so that only what is installed is found. */
const script = (code: string): string => run(python, ["-c", code], folder, { PYTHONDONTWRITEBYTECODE: "1" }).trim();
const SPEAK = "from haforu.speech import Pipeline; print(len(Pipeline(voice='kal16').synthesize('One two.').words))";

beforeAll(() => {
  if (missing !== undefined) return;
  python = makeSpeechEnvironment();
  run(python, ["-m", "hatchling", "build", "-t", "wheel", "-d", folder], HOST);
  run(python, ["-m", "hatchling", "build", "-d", folder], SPEECH_HOST);
  run(python, ["-m", "hatchling", "build", "-t", "wheel", "-d", folder], voice);
  install(HAFORU, SPEECH, VOICE);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(missing !== undefined)(`the wheels hold the module, the types and the voice, and share no file${skipped}`, () => {
  const files = (path: string): string[] => script(`import zipfile; print("\\n".join(zipfile.ZipFile(${JSON.stringify(path)}).namelist()))`).split("\n");
  expect(readdirSync(folder).filter((name) => /\.(whl|gz)$/.test(name)).length).toBe(4);
  const [haforu, speech, spoken] = [files(HAFORU), files(SPEECH), files(VOICE)];
  for (const file of ["__init__.py", "py.typed", "data/flite.wasm"]) expect(speech).toContain(`haforu/speech/${file}`);
  expect(speech.filter((name) => !name.startsWith("haforu/speech/") && !name.includes(".dist-info/"))).toEqual([]);
  expect(speech.filter((name) => name.includes("licenses/")).length).toBe(3);
  expect(speech.filter((name) => haforu.includes(name))).toEqual([]);
  expect(spoken).toContain("haforu_voice_kal16/kal16.diphones");
  expect(spoken.filter((name) => name.endsWith("/LICENSE")).length).toBe(1);
  const listed = run(python, ["-m", "tarfile", "-l", join(folder, "haforu_speech-0.1.0.tar.gz")]);
  for (const file of ["src/haforu/speech/data/flite.wasm", "src/haforu/speech/pipeline.py", "README.md", "THIRD_PARTY.md"])
    expect(listed).toContain(`haforu_speech-0.1.0/${file}`);
});

test.skipIf(missing !== undefined)(`the package does what its tests say${skipped}`, () => {
  const words = ["-m", "pytest", "-c", join(SPEECH_HOST, "pyproject.toml"), "--rootdir", ROOT, join(SPEECH_HOST, "tests")];
  const printed = run(python, words, ROOT, { PYTHONDONTWRITEBYTECODE: "1" });
  expect(printed).toMatch(/\d+ passed/);
  expect(printed).not.toMatch(/skipped|failed/);
  expect(script("import haforu.speech; print(haforu.speech.__file__)")).toContain(".venv");
});

test.skipIf(missing !== undefined)(`the package's types hold under mypy --strict, its tests as a user's program${skipped}`, () => {
  const words = ["-m", "mypy", "--strict", "--cache-dir", join(folder, "mypy")];
  expect(run(python, [...words, "-p", "haforu.speech"], folder)).toMatch(/^Success/);
  expect(run(python, [...words, "tests"], SPEECH_HOST)).toMatch(/^Success/);
});

test.skipIf(missing !== undefined)(
  `a job with speech has the line, and the file, of the npm program${skipped}`,
  () => {
    const jobs = join(ROOT, "test/python/speech-jobs.jsonl");
    const voices = ["slt", "kal16"].map((name) => join(ROOT, "packages", `voice-${name}`)).join(delimiter);
    const environment = { HAFORU_SPEECH_VOICE_PATH: voices, PYTHONDONTWRITEBYTECODE: "1" };
    // Some of the jobs are wrong, so both programs end with 1.
    const shell = (words: readonly string[], name: string, more: string): string => {
      mkdirSync(join(folder, name));
      const call = `"$@" batch ${jobs} --no-timing --order input ${more} > ${join(folder, name, "lines")}; test $? = 1`;
      run("/bin/bash", ["-c", call, "bash", ...words], ROOT, environment);
      return readFileSync(join(folder, name, "lines"), "utf8").replaceAll(join(folder, name), "AT");
    };
    const npm = [process.execPath, join(ROOT, "packages/haforu/bin/haforu.js")];
    const ours = [python, "-m", "haforu"];
    const lines = shell(npm, "npm", "");
    expect(lines.match(/"status":"success"/g)?.length).toBeGreaterThan(5);
    expect(shell(ours, "python", "")).toBe(lines);
    expect(shell(ours, "strict-python", "--strict")).toBe(shell(npm, "strict-npm", "--strict"));
    expect(shell(ours, "files-python", `--out-dir ${join(folder, "files-python", "out")}`)).toBe(
      shell(npm, "files-npm", `--out-dir ${join(folder, "files-npm", "out")}`),
    );
    const [one, other] = ["files-python", "files-npm"].map((name) => {
      const at = join(folder, name, "out");
      return readdirSync(at).map((file) => [file, readFileSync(join(at, file), "latin1")]);
    });
    expect(one).toEqual(other);
    expect(one?.length).toBeGreaterThan(2);
    const check = (words: readonly string[]): string =>
      run("/bin/bash", ["-c", `"$@" validate ${jobs} --json; test $? = 1`, "bash", ...words], ROOT, environment);
    expect(check(ours)).toBe(check(npm));
  },
  300_000,
);

test.skipIf(missing !== undefined)(`haforu.schema() is what the npm program prints, with speech where its wheel is${skipped}`, () => {
  const told = (): unknown => JSON.parse(script("import haforu, json; print(json.dumps(haforu.schema()))"));
  expect(told()).toEqual(JSON.parse(run(process.execPath, [join(ROOT, "packages/haforu/bin/haforu.js"), "schema"])));
  pip("uninstall", "-y", "haforu-speech");
  expect(told()).toEqual(JSON.parse(readFileSync(join(ROOT, "packages/engine/contract/generated/job.schema.json"), "utf8")));
  install(SPEECH);
});

test.skipIf(missing !== undefined)(`both wheels come and go in any order, and work from their sources${skipped}`, () => {
  expect(script(SPEAK)).toBe("2");
  pip("uninstall", "-y", "haforu-speech");
  expect(script("import haforu; print(haforu.is_available())")).toBe("True");
  expect(() => script(SPEAK)).toThrow(/No module named 'haforu.speech'/);
  pip("uninstall", "-y", "haforu");
  // The other order, and the one without the other.
  install(SPEECH);
  expect(() => script(SPEAK)).toThrow(/No module named 'haforu\.|pip install haforu/);
  install(HAFORU);
  expect(script(SPEAK)).toBe("2");
  // Either from its sources beside the other's wheel, then both.
  for (const host of [SPEECH_HOST, HOST]) {
    pip("install", "--no-deps", "--no-build-isolation", "-e", host);
    expect(script(SPEAK)).toBe("2");
  }
  install(HAFORU);
  expect(script(SPEAK)).toBe("2");
  install(SPEECH);
  pip("uninstall", "-y", "haforu-voice-kal16");
  expect(() => script(SPEAK)).toThrow(/pip install haforu-voice-kal16/);
});
