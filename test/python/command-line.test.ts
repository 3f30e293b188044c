// `python -m haforu` beside the npm program: the same calls to both, and what they print, write and end with must be the same.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST, makeEnvironment, PYTHON, ROOT, whyNoPython } from "./environment.mjs";

const missing = whyNoPython();
const folder = mkdtempSync(join(tmpdir(), "haforu-command-line-"));
const NPM = [process.execPath, join(ROOT, "packages/haforu/bin/haforu.js")] as const;
const NOTO = "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf";
const VARIABLE = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf";
const environment = { ...process.env, PYTHONPATH: join(HOST, "src"), PYTHONDONTWRITEBYTECODE: "1" };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run([program, ...words]: readonly [string, ...string[]], input: string | Uint8Array = ""): Ended {
  const done = spawnSync(program, words, { cwd: ROOT, input, env: environment, maxBuffer: 1 << 28 });
  return { code: done.status, out: done.stdout.toString("latin1"), err: done.stderr.toString() };
}
const npm = (words: readonly string[], input?: string | Uint8Array): Ended => run([...NPM, ...words], input);
const python = (words: readonly string[], input?: string | Uint8Array): Ended => run([PYTHON, "-m", "haforu", ...words], input);

/** Times differ from run to run. */
const untimed = ({ code, out, err }: Ended): Ended => ({ code, out: out.replace(/,"timing":\{[^}]*\}/g, ""), err });

beforeAll(() => {
  if (missing === undefined) makeEnvironment();
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CALLS: readonly (readonly [name: string, words: readonly string[], input?: string | Uint8Array])[] = [
  ["an unknown command", ["btch"]],
  ["an unknown option", ["batch", "--jbs", "3"]],
  ["an unknown option before a command", ["--nope"]],
  ["a wrong number", ["batch", "--jobs", "x"]],
  ["a number out of range", ["batch", "--jobs=0"]],
  ["a missing value", ["batch", "--jobs"]],
  ["too many arguments", ["batch", "a", "b"]],
  ["a wrong choice", ["batch", "--order", "x"]],
  ["wrong bytes", ["batch", "--font-cache", "x"]],
  ["too few bytes", ["batch", "--font-cache", "1K"]],
  ["no such folder", ["stream", "--base-dir", "nope"]],
  ["a folder that is a file", ["batch", "--base-dir", "package.json"]],
  ["an empty name", ["batch", "-o", ""]],
  ["a missing argument", ["validate"]],
  ["no such file", ["batch", "nofile"]],
  ["a folder of jobs", ["batch", "packages"]],
  ["output to a folder", ["batch", "-o", "packages", "samples/jobs.jsonl"]],
  ["output into no folder", ["batch", "samples/jobs.jsonl", "-o", "no/such/folder/x"]],
  ["jobs without a name", ["batch", ""]],
  ["resuming without a file", ["batch", "--resume", "samples/jobs.jsonl"]],
  ["output over the jobs", ["batch", "samples/jobs.jsonl", "-o", "samples/jobs.jsonl"]],
  ["help of batch", ["batch", "--help"]],
  ["help of stream", ["help", "stream"]],
  ["help of render", ["render", "-h"]],
  ["help of validate", ["validate", "--help"]],
  ["help of diagnostics", ["diagnostics", "--help"]],
  ["help of what there is not", ["help", "nope"]],
  ["the samples", ["batch", "samples/jobs.jsonl", "--no-timing"]],
  ["the samples in one thread", ["batch", "-j1", "--no-timing", "samples/jobs.jsonl"]],
  ["broken samples", ["batch", "--no-timing", "samples/broken.jsonl"]],
  ["strict samples", ["batch", "--no-timing", "--strict", "samples/broken.jsonl"]],
  ["fonts that are forbidden", ["batch", "--no-timing", "--base-dir", "docs", "samples/jobs.jsonl"]],
  ["no jobs", ["batch", "--no-timing"], "\n \n"],
  ["jobs of a pipe", ["batch", "-", "--no-timing"], `\ufeff${readFileSync(join(ROOT, "samples/jobs.jsonl"))}`],
  ["a document that is broken", ["batch", "--no-timing"], '{"version": "1.0", "jobs": [}'],
  ["a document of another version", ["batch", "--no-timing"], '{"version": "2.0", "jobs": [{}]}'],
  ["a document without jobs", ["batch", "--no-timing"], '{"version": "1.0", "jobs": []}'],
  [
    "a document's config",
    ["batch"],
    '{"config": {"timing": false, "strict": true, "jobs": 2, "base_dir": "docs"}, "jobs": [{"id": "a"}, {"id":"b", "font": {}}]}',
  ],
  ["a document's folder that is none", ["batch"], '{"config": {"base_dir": "nope"}, "jobs": [{}]}'],
  ["lines to stream", ["stream", "--no-timing"], '{"op":"ping"}\n{"op":"ping","id":"a\\ud800"}\n{"op":"nope"}\n{"op":"warm_up"}\n\nbad\n{"id":"x"}'],
  ["lines to stream in threads", ["stream", "--no-timing", "--jobs", "3"], '{"op":"ping"}\n{"id":"a"}\n'.repeat(20)],
  ["validating", ["validate", "samples/broken.jsonl"]],
  ["validating as JSON", ["validate", "samples/broken.jsonl", "--json"]],
  ["validating good jobs", ["validate", "-"], '{"op":"ping"}\n{"id":"a"}'],
  ["validating a broken document", ["validate", "-", "--json"], '{"version": "1.0", "jobs": [}'],
  ["validating what is no job", ["validate", "package.json"]],
  ["validating nothing", ["validate", "nofile"]],
  ["validating a name that is too long", ["validate", "n".repeat(300)]],
  ["rendering without a font", ["render"]],
  ["rendering without a text", ["render", NOTO]],
  ["rendering two texts", ["render", NOTO, "a", "--text", "b"]],
  ["rendering two lines", ["render", NOTO, "a\nb"]],
  ["a missing font", ["render", "a.ttf", "b"]],
  ["what is no font", ["render", "package.json", "a"]],
  ["wrong variations", ["render", NOTO, "a", "--variations", "wght"]],
  ["wrong margins", ["render", NOTO, "a", "--margin", "1,2,3,4,5"]],
  ["a wrong origin", ["render", NOTO, "a", "--origin", "1e300,1"]],
  ["a wrong size", ["render", "--font-size=x"]],
  ["a text that is too large", ["render", NOTO, "Wide".repeat(60), "--font-size", "9000"]],
  ["no format", ["render", NOTO, "a", "-o", "x.gif"]],
  ["a picture that cannot be written", ["render", NOTO, "a", "-o", "no/such/folder/x.png"]],
  ["a folder for a picture", ["render", NOTO, "a", "-O", "png", "-o", "test"]],
  ["a full disk for a picture", ["render", NOTO, "a", "-O", "png", "-o", "/dev/full"]],
  ["a picture", ["render", NOTO, "Hello"]],
  ["an inverted picture", ["render", NOTO, "Hello", "-Opgm", "--invert", "--margin", "3,4"]],
  ["outlines", ["render", VARIABLE, "Weights", "--variations", "wght=600.5", "-O", "svg", "--font-size", "64.5"]],
  [
    "a place",
    ["render", VARIABLE, "ab", "-O", "raw", "--width", "60", "--height", "40", "--origin", "3.5,30", "--font-size", "20", "--named-instance", "Bold"],
  ],
  ["a text from stdin", ["render", "--font-file", NOTO, "--text-file", "-", "-O", "pgm"], "from stdin\r\n"],
  ["a text that is not UTF-8", ["render", NOTO, "--text-file", "-", "-O", "pgm"], Uint8Array.of(0x61, 0xff, 0xf0, 0x9f, 0x98, 0x0a)],
  ["a strict text that is not UTF-8", ["render", NOTO, "--text-file", "-", "--json", "--strict"], Uint8Array.of(0x61, 0xff)],
  ["warnings", ["render", NOTO, "a漢", "-O", "pgm"]],
  ["strict warnings", ["render", NOTO, "a漢", "-O", "pgm", "--strict"]],
  ["a result", ["render", NOTO, "Hellö", "--json", "--features", "smcp,-kern", "--script", "Latn", "--direction", "ltr", "--language", "de"]],
  ["a result with an error", ["render", NOTO, "a", "--json", "--script", "x"]],
];

describe.skipIf(missing !== undefined)(`both programs${missing === undefined ? "" : ` (${missing})`}`, () => {
  test.for(CALLS)("%s", ([, words, input]) => {
    expect(untimed(python(words, input))).toEqual(untimed(npm(words, input)));
  });

  test("pictures and results in files, again, over others, and resumed", () => {
    const jobs = "conformance/render/cases/formats.jobs.jsonl";
    const written = (call: typeof npm, name: string): readonly unknown[] => {
      const at = join(folder, name);
      mkdirSync(at);
      const file = (path: string): string => readFileSync(join(at, path), "latin1");
      const words = ["batch", jobs, "--no-timing", "--out-dir", join(at, "img")];
      const to = (name: string): readonly string[] => [...words, "-o", join(at, name)];
      const results = [call(to("out.jsonl")), file("out.jsonl")];
      const paths = readdirSync(join(at, "img")).sort();
      const pictures = paths.map((path) => [path, file(`img/${path}`)]);
      // Each finds its own picture; a changed one is refused, or replaced.
      const again = call(words);
      writeFileSync(join(at, "img", paths[0] as string), "changed");
      const refused = call(words);
      const replaced = call([...words, "--overwrite"]);
      // An interrupted run: half of the lines, and one that was torn.
      const lines = file("out.jsonl").split("\n");
      writeFileSync(join(at, "cut.jsonl.part"), `${lines.slice(0, 20).join("\n")}\n{"id":"torn`);
      const held = call(to("cut.jsonl"));
      const resumed = call([...to("cut.jsonl"), "--resume"]);
      const whole = file("cut.jsonl");
      writeFileSync(join(at, "other.jsonl"), "not results\n");
      const other = call([...to("other.jsonl"), "--resume"]);
      return [results, pictures, again, refused, replaced, held, resumed, whole === file("out.jsonl"), other, readdirSync(at).sort()].map((one) =>
        JSON.parse(JSON.stringify(one).replaceAll(at, "AT")),
      );
    };
    const [ours, theirs] = [written(python, "python"), written(npm, "npm")];
    expect(ours).toEqual(theirs);
    expect(ours[7]).toBe(true);
  });

  test("a picture is not written over the font or the text that is read", () => {
    const refused = (call: typeof npm, name: string): readonly unknown[] => {
      const at = join(folder, `over-${name}`);
      mkdirSync(at);
      const [font, text, link] = [join(at, "own.ttf"), join(at, "text.txt"), join(at, "link.png")];
      cpSync(NOTO, font);
      writeFileSync(text, "a");
      symlinkSync(font, link);
      const calls = [
        ["render", font, "a", "-O", "png", "-o", font],
        ["render", font, "a", "-o", link],
        ["render", font, "--text-file", text, "-O", "svg", "-o", text],
      ].map((words) => call(words));
      return JSON.parse(
        JSON.stringify([calls, readFileSync(font).equals(readFileSync(NOTO)), readFileSync(text, "utf8"), readdirSync(at)]).replaceAll(at, "AT"),
      );
    };
    const [ours, theirs] = [refused(python, "python"), refused(npm, "npm")];
    expect(ours).toEqual(theirs);
    expect(ours.slice(1)).toEqual([true, "a", ["link.png", "own.ttf", "text.txt"]]);
    expect(ours[0]).toMatchObject([{ code: 2 }, { code: 2, err: expect.stringContaining("it is the same file as AT/own.ttf, which is read") }, { code: 2 }]);
  });

  test("a line over the limit is answered, and reading goes on", () => {
    const input = `{"id":"long","x":"${"a".repeat(65 << 20)}"}\n{"op":"ping"}`;
    expect(python(["batch", "--no-timing"], input)).toEqual(npm(["batch", "--no-timing"], input));
  });

  test("statistics have the same fields", () => {
    const words = ["batch", "samples/broken.jsonl", "--stats"];
    const [ours, theirs] = [python(words), npm(words)].map(({ err }) => JSON.parse(err) as Record<string, unknown>);
    expect(Object.keys(ours as object)).toEqual(Object.keys(theirs as object));
    for (const name of ["jobs", "succeeded", "failed", "errors", "bytes_in"]) expect(ours?.[name]).toEqual(theirs?.[name]);
  });

  test("versions and the self-test", () => {
    const [ours, theirs] = [python(["version", "--json"]), npm(["version", "--json"])].map(({ out }) => JSON.parse(out) as Record<string, string>);
    for (const name of ["haforu", "harfbuzz", "contract", "abi"]) expect(ours?.[name]).toBe(theirs?.[name]);
    expect(python(["--version"])).toEqual(npm(["--version"]));
    const [report, other] = [python(["diagnostics", "--json"]), npm(["diagnostics", "--json"])];
    expect([report.code, other.code]).toEqual([0, 0]);
    const [one, two] = [report, other].map(({ out }) => JSON.parse(out) as { limits: unknown; self_test: unknown; machine: object });
    expect(one?.limits).toEqual(two?.limits);
    expect(one?.self_test).toEqual(two?.self_test);
    expect(Object.keys(one?.machine ?? {})).toEqual(Object.keys(two?.machine ?? {}));
    expect(python(["diagnostics"]).out).toMatch(/Self-test\n {2}shaping, and edges on pixel borders {2}passed\n {2}curves +passed\n$/);
  });

  test("a job that takes too long is answered, and the next one runs", () => {
    const sweep = { width: 3000, height: 1200, grid: { wght: { min: 200, max: 900, steps: 65536 } } };
    const slow = JSON.stringify({ id: "slow", font: { path: VARIABLE, size: 1000 }, text: { content: "a" }, sweep });
    const input = `${slow}\n{"op":"ping"}\n`;
    const words = ["batch", "--no-timing", "--timeout-ms", "300", "--jobs", "1"];
    const ours = python(words, input);
    expect(ours).toEqual(npm(words, input));
    expect(ours.out).toContain('"code":"timeout"');
  });
});

const posix = process.platform !== "win32";
describe.skipIf(missing !== undefined || !posix)(`both programs under POSIX${missing === undefined ? "" : ` (${missing})`}`, () => {
  const shell = (program: readonly string[], script: string): Ended => run(["/bin/bash", "-c", script, "bash", ...program]);
  const ours = [PYTHON, "-m", "haforu"];
  const jobs = "conformance/render/cases/formats.jobs.jsonl";

  test.for([
    ["a full disk", `"$@" batch ${jobs} > /dev/full`],
    ["a full disk by name", `"$@" batch ${jobs} -o /dev/full`],
    ["help to a full disk", '"$@" --help > /dev/full'],
    ["a picture to a full disk", `"$@" render ${NOTO} a > /dev/full`],
    ["a reader that has gone", `"$@" batch ${jobs} ${jobs} 2>&1 | head -c 1; "$@" batch ${jobs} --no-timing | head -n 1; exit \${PIPESTATUS[0]}`],
    ["a picture to a reader that has gone", `"$@" render ${NOTO} ${"a".repeat(200)} -O raw | head -c 1; exit \${PIPESTATUS[0]}`],
  ] as const)("%s", ([, script]) => {
    expect(shell(ours, script)).toEqual(shell(NPM, script));
  });

  /** Sends a signal once a result has come; the exit code, and whether all that was written are whole lines. */
  function interrupted(program: readonly string[], signal: NodeJS.Signals): Promise<readonly [number | null, boolean]> {
    const [name, ...words] = program as [string, ...string[]];
    const child: ChildProcess = spawn(name, [...words, "stream", "--no-timing"], { cwd: ROOT, env: environment, stdio: ["pipe", "pipe", "inherit"] });
    let out = "";
    child.stdin?.write('{"op":"ping"}\n{"id":"a"}\n');
    child.stdout?.on("data", (piece: Buffer) => {
      out += piece.toString();
      if (out.split("\n").length === 3) child.kill(signal);
    });
    return new Promise((resolve) => child.on("close", (code) => resolve([code, out.endsWith("\n")])));
  }
  test.for([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s", async ([signal, code]) => {
    expect(await interrupted(ours, signal)).toEqual([code, true]);
    expect(await interrupted(NPM, signal)).toEqual([code, true]);
  });

  test("an interrupted batch leaves whole lines, and --resume makes of them what an undisturbed run writes", async () => {
    const lines = readFileSync(join(ROOT, jobs), "utf8").trimEnd().split("\n").slice(0, 30);
    const whole = npm(["batch", "--no-timing"], lines.join("\n")).out;
    for (const [name, program] of [
      ["python", ours],
      ["npm", NPM],
    ] as const) {
      const file = join(folder, `${name}-interrupted.jsonl`);
      const [command, ...words] = [...program, "batch", "-", "--no-timing", "-o", file] as [string, ...string[]];
      const child = spawn(command, words, { cwd: ROOT, env: environment, stdio: ["pipe", "ignore", "pipe"] });
      let told = "";
      child.stderr.on("data", (piece: Buffer) => {
        told += piece.toString();
      });
      const ended = new Promise((resolve) => child.on("close", resolve));
      // More is promised than is sent: the program waits for it when the signal comes.
      child.stdin.write(`${lines.slice(0, 20).join("\n")}\n`);
      const part = (): string => (existsSync(`${file}.part`) ? readFileSync(`${file}.part`, "utf8") : "");
      while (part().split("\n").length < 10 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGINT");
      expect(await ended, told).toBe(130);
      expect(told).toContain("--resume goes on from it");
      expect(part().endsWith("\n")).toBe(true);
      expect(whole.startsWith(part())).toBe(true);
      const resumed = run([...program, "batch", "-", "--no-timing", "-o", file, "--resume"] as unknown as readonly [string, ...string[]], lines.join("\n"));
      expect(resumed.code, resumed.err).toBe(0);
      expect(readFileSync(file, "latin1")).toBe(whole);
    }
  });

  test("each result is there before the next job is sent", async () => {
    const child = spawn(PYTHON, ["-m", "haforu", "stream"], { cwd: ROOT, env: environment, stdio: ["pipe", "pipe", "inherit"] });
    for (let turn = 0; turn < 5; turn++) {
      const answer = new Promise<string>((resolve) => child.stdout.once("data", (piece: Buffer) => resolve(piece.toString())));
      child.stdin.write(`{"op":"ping","id":"${turn}"}\n`);
      expect(await answer).toBe(`{"id":"${turn}","op":"ping","status":"success"}\n`);
    }
    child.stdin.end();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  });

  test("the console script gives its call to the npm program where that is on the PATH", () => {
    const bin = join(folder, "bin");
    const script = join(folder, "script");
    mkdirSync(bin);
    mkdirSync(script);
    const own = join(script, "haforu");
    writeFileSync(own, `#!${PYTHON}\nfrom haforu.__main__ import run\nrun()\n`, { mode: 0o755 });
    const call = (path: string, words: readonly string[]): Ended => {
      const done = spawnSync(own, words, { env: { ...environment, PATH: path }, encoding: "utf8" });
      return { code: done.status, out: done.stdout, err: done.stderr };
    };
    const path = `${script}:/usr/bin:/bin`;
    expect(call(path, ["version"]).out).toContain("python");
    // Another of Python's is none of npm's.
    cpSync(own, join(bin, "haforu"));
    expect(call(`${path}:${bin}`, ["version"]).out).toContain("python");
    rmSync(join(bin, "haforu"));
    symlinkSync(NPM[1], join(bin, "haforu"));
    // The Node that runs this test, whatever other one the system has.
    const withNode = `${join(process.execPath, "..")}:${path}:${bin}`;
    const given = call(withNode, ["version"]);
    expect(given.out).toContain("node");
    expect(given).toEqual(npm(["version"]));
    expect(call(withNode, ["fonts"]).code).toBe(2);
  });
});
