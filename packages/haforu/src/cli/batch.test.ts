// `haforu batch` as a process: order, files, resuming, faults of the input and the output, signals.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createSession } from "../../dist/index.js";
import { CLI, haforu, NOTO_NASKH, NOTO_SANS, ROOT, SOURCE_SANS_VAR } from "../../test/haforu.ts";

const root = mkdtempSync(join(tmpdir(), "haforu-batch-"));
afterAll(() => rmSync(root, { recursive: true }));

interface Line {
  readonly id?: string;
  readonly status: string;
  readonly rendering?: { data?: string; path?: string };
  readonly error?: { code: string; line?: number; message: string };
}

function job(id: string, more: { content?: string; path?: string; format?: string; size?: number; width?: number } = {}): string {
  const { content = "g", path = NOTO_SANS, format = "metrics", size = 40, width = 120 } = more;
  const rendering = { format, width, height: width / 2, include: ["metrics", "hash"] };
  return `${JSON.stringify({ id, font: { path, size }, text: { content }, rendering })}\n`;
}

function jobs(count: number, prefix = "job"): string {
  const paths = [NOTO_SANS, SOURCE_SANS_VAR, NOTO_NASKH];
  return Array.from({ length: count }, (_, index) =>
    job(`${prefix}-${index}`, { content: String.fromCharCode(97 + (index % 26)), path: paths[(index * 7) % 3] as string }),
  ).join("");
}

/** Long jobs, for interrupting: many letters at a large size. */
function slowJobs(count: number): string {
  const content = "Hamburgefonstiv ".repeat(60);
  return Array.from({ length: count }, (_, index) => job(`slow-${index}`, { content, size: 300 })).join("");
}

const parsed = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
const ids = (lines: Line[]): (string | undefined)[] => lines.map((line) => line.id);
const file = (name: string, text?: string | Uint8Array): string => {
  const path = join(root, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

describe("results", () => {
  test("the same bytes with one worker and with four, and twice in a row", async () => {
    const input = file("same.jsonl", jobs(900));
    const [one, four, again] = [
      await haforu(["batch", input, "--jobs", "1", "--no-timing"]),
      await haforu(["batch", input, "--jobs", "4", "--no-timing"]),
      await haforu(["batch", input, "--jobs", "4", "--no-timing"]),
    ];
    expect(one.err).toBe("");
    expect(one.code).toBe(0);
    expect(ids(parsed(one.out))).toEqual(Array.from({ length: 900 }, (_, index) => `job-${index}`));
    expect(four.out).toBe(one.out);
    expect(again.out).toBe(one.out);
  });

  test("blank canvas that is left out on the way is in the output: pictures of all polarities and encodings", async () => {
    const pictures = ["pgm", "raw", "png", "svg"].flatMap((format) =>
      [false, true].flatMap((invert) =>
        ["g", "", "Hamburgefonstiv"].map((content, index) =>
          JSON.stringify({
            id: `${format}-${invert}-${index}`,
            font: { path: NOTO_SANS, size: 400 },
            text: { content },
            rendering: { format, width: 3000, height: 1000 + index, ...(format === "svg" ? {} : { invert }) },
          }),
        ),
      ),
    );
    const session = createSession({ timing: false });
    const expected = pictures.map((picture) => `${session.renderLine(picture)}\n`).join("");
    session.dispose();
    const input = file("blank.jsonl", pictures.join("\n"));
    const { out, err } = await haforu(["batch", input, "--no-timing", "--stats"]);
    expect(out === expected).toBe(true);
    expect(JSON.parse(err)).toMatchObject({ jobs: pictures.length, bytes_out: Buffer.byteLength(expected) });
    const output = join(root, "blank.out");
    await haforu(["batch", input, "--no-timing", "-o", output]);
    expect(readFileSync(output, "utf8") === expected).toBe(true);
  });

  test("in order of completion the same lines, in any order", async () => {
    const [input, completion] = [await haforu(["batch", "--no-timing"], jobs(300)), await haforu(["batch", "--no-timing", "--order", "completion"], jobs(300))];
    expect(completion.out.split("\n").sort()).toEqual(input.out.split("\n").sort());
  });

  test("a document's jobs and config; flags win", async () => {
    const document = (config: object): string =>
      JSON.stringify(
        {
          version: "1.0",
          config,
          jobs: jobs(3)
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as object),
        },
        null,
        2,
      );
    const lines = await haforu(["batch", "--no-timing"], jobs(3));
    expect((await haforu(["batch"], document({ timing: false, jobs: 1 }))).out).toBe(lines.out);
    const missing = { version: "1.0", config: { strict: true }, jobs: [JSON.parse(job("a", { content: "漢" })) as object] };
    const strict = await haforu(["batch"], JSON.stringify(missing));
    expect(strict.err).toBe("");
    expect(parsed(strict.out)[0]?.error?.code).toBe("strict_warning");
    expect(strict.code).toBe(1);
  });

  test("names that cannot be are said as the user wrote them", async () => {
    const nowhere = await haforu(["batch", "-o", "/nonexistent/x"], jobs(1));
    expect(nowhere).toMatchObject({ code: 2, err: "haforu: the results cannot be written to /nonexistent/x: there is no folder /nonexistent\n" });
    const unnamed = await haforu(["batch", ""]);
    expect(unnamed).toMatchObject({ code: 2, err: "haforu: expected a file of jobs, or - for standard input, got an empty name\n" });
  });

  test("no jobs: nothing, and success", async () => {
    for (const input of ["", "\n\n  \n"]) {
      const done = await haforu(["batch", "--stats"], input);
      expect([done.code, done.out]).toEqual([0, ""]);
      expect(JSON.parse(done.err)).toMatchObject({ jobs: 0, errors: {} });
    }
  });

  test("duplicate ids are jobs like others", async () => {
    const done = await haforu(["batch"], job("same") + job("same"));
    expect(ids(parsed(done.out))).toEqual(["same", "same"]);
  });

  test("statistics in one line, and exit code 1 when a job failed", async () => {
    const done = await haforu(["batch", "--stats", "--jobs", "2"], jobs(200) + job("no", { path: "/no/such.ttf" }));
    expect(done.code).toBe(1);
    expect(JSON.parse(done.err)).toMatchObject({
      jobs: 201,
      succeeded: 200,
      failed: 1,
      errors: { font_not_found: 1 },
      workers: 2,
      bytes_out: done.out.length,
    });
    const { fonts, peak_memory_bytes } = JSON.parse(done.err) as { fonts: { hits: number; misses: number }; peak_memory_bytes: number };
    expect(fonts.misses).toBeGreaterThanOrEqual(3);
    expect(fonts.hits).toBeGreaterThan(100);
    expect(peak_memory_bytes).toBeGreaterThan(1e7);
  });
});

describe("lines that are no jobs", () => {
  test("each costs itself, with its line number", async () => {
    const bad = [
      Buffer.from("{not json}\n"),
      Buffer.from('{"id": "nul\u0000"}\n'),
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a]),
      Buffer.from("[]\n"),
      Buffer.from("\u0000\u0000\u0000\n"),
    ];
    const input = Buffer.concat(bad.flatMap((line, index) => [Buffer.from(job(`good-${index}`)), line]));
    const lines = parsed((await haforu(["batch", "--jobs", "2"], input)).out);
    expect(lines).toHaveLength(10);
    expect(ids(lines.filter((line) => line.status === "success"))).toEqual(bad.map((_, index) => `good-${index}`));
    expect(lines.filter((line) => line.status === "error").map((line) => line.error?.line)).toEqual([2, 4, 6, 8, 10]);
  });

  test("a line of 64 MB and one over the limit", async () => {
    const padding = " ".repeat(64 * 1024 * 1024 - 2000);
    const input = Buffer.concat([
      Buffer.from(job("before")),
      Buffer.from(`${job("long").slice(0, -2)}${padding}}\n`),
      Buffer.from(`${job("too long").slice(0, -2)}${padding}${" ".repeat(4000)}}\n`),
      Buffer.from(job("after")),
    ]);
    const done = await haforu(["batch", "--jobs", "2"], input);
    const lines = parsed(done.out);
    expect(lines.map((line) => line.status)).toEqual(["success", "success", "error", "success"]);
    expect(lines[2]?.error).toMatchObject({ code: "line_too_long", line: 3 });
  });
});

describe("calls that are wrong: exit code 2 and the reason", () => {
  test.each([
    [["batch", "/no/such/file.jsonl"], /no file \/no\/such\/file/],
    [["batch", "/"], /is a folder/],
    [["batch", "--ordr", "input"], /Did you mean --order/],
    [["batch", "--order", "backwards"], /input, completion/],
    [["batch", "--jobs", "0"], /whole number from 1/],
    [["batch", "--font-cache", "much"], /512M/],
    [["batch", "--resume"], /-o FILE/],
    [["batch", "--resume", "-o", "/dev/null"], /\/dev\/null is no file/],
    [["batch", "-o", "/no/such/folder/out.jsonl"], /cannot be written to .*: there is no folder \/no\/such\/folder\n/],
    [["batch", "-o", ""], /--output <file>' argument '' is invalid/],
    [["batch", "--out-dir", ""], /--out-dir <dir>' argument '' is invalid/],
    [["batch", "--out-dir", "/dev/null/x"], /\/dev\/null\/x/],
    [["batch", "--font-cache", "1"], /--font-cache <bytes>' argument '1' is invalid/],
    [["batch", "--base-dir", "/no/such/folder"], /--base-dir <dir>'.*ENOENT/],
    [["batch", "--base-dir", ""], /--base-dir <dir>'.*the path of a folder, got ""/],
    [["batch", "--base-dir", NOTO_SANS], /--base-dir <dir>'.*is a file/],
    [["stream", "--base-dir", NOTO_SANS], /--base-dir <dir>'.*is a file/],
    [["stream", "--job", "2"], /Did you mean --jobs/],
    [["bach"], /Did you mean batch/],
  ])("%j", async (args, message) => {
    const done = await haforu(args, job("x"));
    expect(done.err).toMatch(message);
    expect([done.code, done.out]).toEqual([2, ""]);
  });

  test("a document whose base_dir is no folder, and no file of results is begun", async () => {
    const out = file("no-base.jsonl");
    const document = { version: "1.0", config: { base_dir: "/no/such/folder" }, jobs: [JSON.parse(job("a")) as object] };
    const done = await haforu(["batch", "-o", out], JSON.stringify(document));
    expect(done.err).toMatch(/config\.base_dir: expected a folder.*ENOENT/);
    expect([done.code, existsSync(`${out}.part`)]).toEqual([2, false]);
  });

  test("a broken document", async () => {
    const done = await haforu(["batch"], '{"version": "1.0", "jobs": [\n{"id": \n}}');
    expect(done.code).toBe(2);
    expect(done.err).toMatch(/line 3|invalid/i);
  });
});

describe("a file of results", () => {
  test("appears complete, and replaces an older one", async () => {
    const out = file("out.jsonl", "older");
    const done = await haforu(["batch", "-o", out], jobs(50));
    expect([done.code, done.out, done.err]).toEqual([0, "", ""]);
    expect(parsed(readFileSync(out, "utf8"))).toHaveLength(50);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  test.each([
    ["the file itself", "jobs.jsonl", "jobs.jsonl"],
    ["a link to it", "jobs.jsonl", "link.jsonl"],
    ["FILE.part", "results.jsonl.part", "results.jsonl"],
  ])("is never the file of jobs: %s", async (_what, from, to) => {
    const dir = mkdtempSync(join(root, "own-"));
    const text = jobs(3);
    writeFileSync(join(dir, from), text);
    if (to.startsWith("link")) symlinkSync(from, join(dir, to));
    for (const flags of [[], ["--resume"], ["--overwrite"]]) {
      const done = await haforu(["batch", join(dir, from), "-o", join(dir, to), ...flags]);
      expect(done.err).toMatch(/is the file of jobs/);
      expect(done.code).toBe(2);
    }
    const said = await shell(`"${process.execPath}" "${CLI}" batch -o "${join(dir, to)}" <"${join(dir, from)}"`);
    expect(said).toMatch(/is the file of jobs/);
    expect(readFileSync(join(dir, from), "utf8")).toBe(text);
    expect(readdirSync(dir)).toHaveLength(to.startsWith("link") ? 2 : 1);
  });

  test("an interrupted run's file is not lost by mistake", async () => {
    const out = file("kept.jsonl");
    writeFileSync(`${out}.part`, "precious");
    const done = await haforu(["batch", "-o", out], jobs(1));
    expect(done.code).toBe(2);
    expect(done.err).toMatch(/--resume/);
    expect(readFileSync(`${out}.part`, "utf8")).toBe("precious");
  });

  test("a file of something else is not resumed, whichever name it has", async () => {
    for (const ending of ["", ".part"]) {
      const out = file(`prose${ending === "" ? "" : "-part"}`);
      writeFileSync(`${out}${ending}`, "Dear diary,\nnothing happened.\n");
      const done = await haforu(["batch", "-o", out, "--resume"], jobs(1));
      expect(done.err).toMatch(/does not hold results/);
      expect(done.code).toBe(2);
      expect(readFileSync(`${out}${ending}`, "utf8")).toBe("Dear diary,\nnothing happened.\n");
    }
  });

  test("resuming after kill -9 gives the file an undisturbed run gives", async () => {
    const input = file("killed.jsonl", slowJobs(400));
    const whole = await haforu(["batch", input, "--no-timing"]);
    const out = file("killed-out.jsonl");
    const child = spawn(process.execPath, [CLI, "batch", input, "-o", out, "--no-timing"]);
    while (!existsSync(`${out}.part`) || readFileSync(`${out}.part`).length < 2000) await sleep(5);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    expect(existsSync(out)).toBe(false);
    // A torn line and an error, as an interrupted run may leave them.
    writeFileSync(`${out}.part`, '{"id":"slow-399","status":"error","error":{}}\n{"id":"slow-39', { flag: "a" });
    const resumed = await haforu(["batch", input, "-o", out, "--no-timing", "--resume", "--stats"]);
    expect(resumed.code).toBe(0);
    const [note, stats] = resumed.err.trim().split("\n");
    expect(note).toBe(`haforu: process ${child.pid}, which wrote ${out}.part, is gone: its lock is taken over`);
    expect(JSON.parse(stats as string).resumed_jobs).toBeGreaterThan(0);
    expect(existsSync(`${out}.part.lock`)).toBe(false);
    expect(readFileSync(out, "utf8")).toBe(whole.out);
  });

  test("resuming a complete file runs its errors again", async () => {
    const out = file("errors-out.jsonl");
    const missing = join(root, "late.ttf");
    const input = file("errors.jsonl", job("a") + job("late", { path: missing }) + job("b"));
    expect((await haforu(["batch", input, "-o", out])).code).toBe(1);
    symlinkSync(NOTO_SANS, missing);
    expect((await haforu(["batch", input, "-o", out, "--resume"])).code).toBe(0);
    expect(ids(parsed(readFileSync(out, "utf8")))).toEqual(["a", "b", "late"]);
  });

  test("to a pipe by name: /dev/stdout and a process of the shell", async () => {
    const input = file("to-pipe.jsonl", jobs(3));
    const batch = `"${process.execPath}" "${CLI}" batch "${input}"`;
    const lines = (await haforu(["batch", input, "--no-timing"])).out;
    expect(await shell(`${batch} --no-timing -o /dev/stdout | cat`, "", "bash")).toBe(lines);
    expect(await shell(`${batch} --no-timing -o >(cat; echo end) | cat`, "", "bash")).toBe(`${lines}end\n`);
  });

  test("a full disk: exit code 2 and the reason", async () => {
    const done = await haforu(["batch", "-o", "/dev/full"], jobs(50));
    expect(done.code).toBe(2);
    expect(done.err).toMatch(/ENOSPC/);
  });
});

describe("images in files", () => {
  test("lines carry the path, files the image that the line would have carried", async () => {
    const dir = file("images");
    const input = job("a/b", { format: "png" }) + job("plain", { format: "pgm" }) + job("m");
    const inline = parsed((await haforu(["batch"], input)).out);
    const done = await haforu(["batch", "--out-dir", dir, "--jobs", "2"], input);
    expect(done.err).toBe("");
    const lines = parsed(done.out);
    expect(lines.map((line) => line.rendering?.path)).toEqual([join(dir, "a%2Fb.png"), join(dir, "plain.pgm"), undefined]);
    for (const index of [0, 1]) {
      const path = lines[index]?.rendering?.path as string;
      expect(readFileSync(path).toString("base64")).toBe(inline[index]?.rendering?.data);
      expect(lines[index]?.rendering?.data).toBeUndefined();
    }
    expect(readdirSync(dir).sort()).toEqual(["a%2Fb.png", "plain.pgm"]);
  });

  test("a file that is there is an error of that job alone, unless overwritten", async () => {
    const dir = file("occupied");
    mkdirSync(dir);
    writeFileSync(join(dir, "x.pgm"), "mine");
    const input = job("x", { format: "pgm" }) + job("y", { format: "pgm" });
    const refused = await haforu(["batch", "--out-dir", dir], input);
    expect(refused.code).toBe(1);
    expect(parsed(refused.out).map((line) => line.error?.code)).toEqual(["output_exists", undefined]);
    expect(readFileSync(join(dir, "x.pgm"), "utf8")).toBe("mine");
    const replaced = await haforu(["batch", "--out-dir", dir, "--overwrite"], input);
    expect(replaced.code).toBe(0);
    expect(readFileSync(join(dir, "x.pgm"), "latin1").startsWith("P5")).toBe(true);
  });
});

test("images and lines agree after kill -9 and --resume", async () => {
  const [dir, out, input] = [file("killed-images"), file("killed-images.jsonl"), file("killed-images-in.jsonl")];
  const count = 600;
  writeFileSync(input, Array.from({ length: count }, (_, index) => job(`p${index}`, { format: "png", size: 300, width: 400 })).join(""));
  const args = ["batch", input, "-o", out, "--out-dir", dir, "--resume"];
  const child = spawn(process.execPath, [CLI, ...args]);
  while (!existsSync(dir) || readdirSync(dir).length < 40) await sleep(2);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.on("close", resolve));
  const resumed = await haforu(args);
  expect(resumed.err).toMatch(/^haforu: process \d+, which wrote .*, is gone: its lock is taken over\n$/);
  expect(resumed.code).toBe(0);
  const lines = parsed(readFileSync(out, "utf8"));
  expect(ids(lines)).toEqual(Array.from({ length: count }, (_, index) => `p${index}`));
  expect(readdirSync(dir).sort()).toEqual(lines.map((line) => basename(line.rendering?.path as string)).sort());
});

describe("fonts under a folder only", () => {
  test("--base-dir refuses what lies outside, links included", async () => {
    const base = file("base");
    mkdirSync(base);
    symlinkSync(NOTO_SANS, join(base, "link.ttf"));
    const done = await haforu(["batch", "--base-dir", base], job("a", { path: "link.ttf" }) + job("b", { path: NOTO_SANS }));
    expect(parsed(done.out).map((line) => line.error?.code)).toEqual(["path_forbidden", "path_forbidden"]);
    const inside = await haforu(["batch", "--base-dir", dirname(NOTO_SANS)], job("a", { path: basename(NOTO_SANS) }));
    expect(inside.code).toBe(0);
  });
});

describe("processes", () => {
  test("a closed pipe ends quietly", async () => {
    const input = file("pipe.jsonl", jobs(20_000));
    const ended = await shell(`"${process.execPath}" "${CLI}" batch "${input}" 2>"${root}/pipe.err" | head -n 3 | wc -l`);
    expect(ended.trim()).toBe("3");
    expect(readFileSync(join(root, "pipe.err"), "utf8")).toBe("");
  });

  test("Ctrl-C ends the jobs begun and leaves whole lines: exit code 130", async () => {
    const input = file("interrupt.jsonl", slowJobs(5000));
    const out = file("interrupt-out.jsonl");
    const child = spawn(process.execPath, [CLI, "batch", input, "-o", out, "--progress", "always"]);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    while (!existsSync(`${out}.part`) || readFileSync(`${out}.part`).length === 0) await sleep(5);
    for (const flag of ["--resume", "--overwrite"]) {
      const second = await haforu(["batch", input, "-o", out, flag]);
      expect(second.err).toMatch(`process ${child.pid} is writing there`);
      expect(second.code).toBe(2);
    }
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
    expect(existsSync(`${out}.part.lock`)).toBe(false);
    // Behind the bar's last line: on a terminal the bar would be drawn over it.
    expect(said.trimEnd().split("\n").at(-1)).toMatch(/^haforu: stopped; .* --resume goes on/);
    const text = readFileSync(`${out}.part`, "utf8");
    expect(text.endsWith("\n")).toBe(true);
    const lines = parsed(text);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(5000);
    expect(lines.every((line) => line.status === "success")).toBe(true);
  });

  test("Ctrl-C while waiting for input ends at once", async () => {
    const child = spawn(process.execPath, [CLI, "batch"]);
    child.stdin.write(job("a"));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
  });

  test("a fifo is read as it comes, and does not keep the program from ending", async () => {
    const done = await shell(`"${process.execPath}" "${CLI}" batch <(cat)`, job("a"), "bash");
    expect(parsed(done)).toMatchObject([{ id: "a", status: "success" }]);
    const child = spawn("bash", ["-c", `exec "${process.execPath}" "${CLI}" batch <(echo '${job("b").trim()}'; sleep 30)`]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const asked = performance.now();
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(130);
    expect(performance.now() - asked).toBeLessThan(10_000);
  });

  test("a job over the time limit costs itself", async () => {
    // Two seconds of work and more: tens of thousands of joined letters, as outlines, boxes and glyphs.
    const path = `${ROOT}node_modules/@expo-google-fonts/noto-nastaliq-urdu/400Regular/NotoNastaliqUrdu_400Regular.ttf`;
    const rendering = { format: "svg", width: 8000, height: 4000, include: ["boxes", "glyphs", "hash", "metrics"] };
    const text = { content: "نستعلیق خطاطی میں ".repeat(3600) };
    const long = `${JSON.stringify({ id: "long", font: { path, size: 2000 }, text, rendering })}\n`;
    const done = await haforu(["batch", "--timeout-ms", "1000", "--jobs", "2"], jobs(20, "a") + long + jobs(20, "b"));
    const lines = parsed(done.out);
    expect(lines).toHaveLength(41);
    const message = "the job took longer than its time limit of 1000 ms";
    expect(lines[20]).toMatchObject({ id: "long", status: "error", error: { code: "timeout", message } });
    expect(lines.filter((line) => line.status === "success")).toHaveLength(40);
  });

  test.runIf(existsSync("/dev/full"))("standard error that takes nothing changes neither results nor exit code", async () => {
    const [input, out] = [file("unheard.jsonl", jobs(300)), file("unheard-out.jsonl")];
    const run = (words: string, to: string): Promise<string> => shell(`"${process.execPath}" "${CLI}" ${words} 2>${to}; echo code $?`, "", "bash");
    expect(await run(`batch "${input}" -o "${out}" --progress always --stats`, "/dev/full")).toBe("code 0\n");
    expect(parsed(readFileSync(out, "utf8"))).toHaveLength(300);
    expect(existsSync(`${out}.part`)).toBe(false);
    // A reader that goes at once.
    expect(await run(`batch "${input}" -o "${out}" --progress always --stats`, "> >(true)")).toBe("code 0\n");
    expect(await run("batch nofile", "/dev/full")).toBe("code 2\n");
    expect(await run("batch --no-such-flag", "/dev/full")).toBe("code 2\n");
    expect(await run("render nofont.ttf a", "/dev/full")).not.toMatch(/code 0/);
  });

  test("the progress bar goes to stderr when asked for, and nowhere when piped", async () => {
    expect((await haforu(["batch"], jobs(30))).err).toBe("");
    const shown = await haforu(["batch", "--progress", "always"], jobs(30));
    expect(shown.err).toMatch(/30 jobs/);
    expect(parsed(shown.out)).toHaveLength(30);
  });
});

test("the example script does what it says", async () => {
  const said = await shell(`cd "${ROOT}" && HAFORU="${process.execPath} ${CLI}" sh examples/batch_cli.sh "${join(root, "example")}"`);
  expect(said).toMatch(/26 results, 26 images/);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function shell(script: string, input = "", program = "sh"): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["-c", script]);
    child.stdin.end(input);
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(out));
  });
}
