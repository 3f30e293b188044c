// `haforu shape --stream` as a process: its lines, the same records as one shaping in logical order, what flows before the input ends, and how it refuses.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { CLI, haforu, NOTO_NASKH, NOTO_NASTALIQ, NOTO_SANS, SOURCE_SANS_VAR } from "../../test/haforu.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "haforu-shape-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const LATIN = "The affluent officer shuffled off to Suffolk, baffled by coffee, waffles & fjords;\nAVATAR.\n".repeat(40);
const ARABIC = "السلام عليكم ورحمة الله وبركاته، لا إله إلا الله hello 123 ٤٥٦\n".repeat(40);

test("bytes that are not UTF-8 are said once, and shaped as U+FFFD", async () => {
  const bad = Buffer.concat([Buffer.from("a\nb"), Uint8Array.of(0xff, 0x0a, 0xfe)]);
  const [lines, whole, good] = [
    await haforu(["shape", NOTO_SANS], bad),
    await haforu(["shape", NOTO_SANS, "--single-par"], bad),
    await haforu(["shape", NOTO_SANS], "a\nb\ufffd\n\ufffd"),
  ];
  const rest = "bytes that are not UTF-8; each was read as U+FFFD (malformed_utf8)\n";
  expect([lines.code, lines.err, whole.code, whole.err]).toEqual([0, `haforu: line 2 holds ${rest}`, 0, `haforu: the text holds ${rest}`]);
  expect([good.err, good.out]).toEqual(["", lines.out]);
});

test.each([
  [NOTO_SANS, LATIN, []],
  [NOTO_NASKH, ARABIC, []],
  [NOTO_NASTALIQ, ARABIC, ["--json"]],
  [NOTO_NASKH, ARABIC, ["--show-flags"]],
  [NOTO_SANS, LATIN, ["--show-flags", "--unsafe-to-concat", "--show-extents"]],
  [SOURCE_SANS_VAR, LATIN, ["--features", "-liga,smcp", "--variations", "wght=700", "--no-glyph-names", "--direction", "rtl"]],
])("%s: with --logical the same bytes as one shaping (%#)", async (font, text, args) => {
  const file = join(dir, "text.txt");
  writeFileSync(file, text);
  const once = await haforu(["shape", font, file, "--logical", ...args]);
  const streamed = await haforu(["shape", "--stream", "--high-watermark", "40", "--low-watermark", "10", font, "-", "--logical", ...args], text);
  expect([once.code, once.err, streamed.code, streamed.err]).toEqual([0, "", 0, ""]);
  expect(once.out.length).toBeGreaterThan(10_000);
  expect(streamed.stdout.equals(once.stdout)).toBe(true);
});

it("prints a line for each flush, which together are the one of one shaping", async () => {
  const streamed = await haforu(["shape", "--stream", NOTO_SANS], LATIN);
  const once = await haforu(["shape", "--single-par", NOTO_SANS], LATIN);
  const lines = streamed.out.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line).toMatch(/^\[.*\]$/);
  expect(`[${lines.map((line) => line.slice(1, -1)).join("|")}]\n`).toBe(once.out);
});

it("says what it did with --stats", async () => {
  const { err } = await haforu(["shape", "--stream", "--stats", NOTO_SANS], LATIN);
  const read = [...LATIN].length;
  expect(err).toMatch(
    new RegExp(
      `^read ${read} code points, \\d+ glyphs in \\d+ flushes\ncycles \\d+, cuts \\d+, held back \\d+, forced 0, defects 0\nshaped ÷ read 1\\.\\d{3}, peak carry 256\n$`,
    ),
  );
});

it("warns of what is no UTF-8 and of a forced cut", async () => {
  const bad = await haforu(["shape", "--stream", NOTO_SANS], Buffer.from([0x61, 0xff, 0x62]));
  expect([bad.code, bad.out]).toEqual([0, (await haforu(["shape", NOTO_SANS, "--text", "a\ufffdb"])).out]);
  expect(bad.err).toMatch(/^haforu: the stream holds 1 ill-formed parts .* \(malformed_utf8\)\n$/);
  const forced = await haforu(
    ["shape", "--stream", "--high-watermark", "8", "--low-watermark", "8", "--max-buffer", "8", NOTO_SANS],
    `a${"\u0301".repeat(30)}`,
  );
  expect(forced.code).toBe(0);
  expect(forced.err).toMatch(/\(forced_cut\)\n/);
});

it("gives what is final before the input ends", async () => {
  const child = spawn(process.execPath, [CLI, "shape", "--stream", NOTO_SANS]);
  const first = new Promise<string>((resolve) => child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())));
  child.stdin.write("Hello world, these are some words. ".repeat(20));
  expect(await first).toMatch(/^\[H=0\+/);
  const code = new Promise((resolve) => child.on("close", resolve));
  child.stdin.end();
  expect(await code).toBe(0);
});

it("ends quietly when its reader has gone", async () => {
  const child = spawn("sh", ["-c", `yes "hello office" | head -c 3000000 | "${process.execPath}" "${CLI}" shape --stream "${NOTO_SANS}" | head -n 1`]);
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(err).toBe("");
});

test.each([
  [["--stream", "--bot"], "haforu: --bot does not go with --stream\n", 2],
  [["--stream", "--show-line-num"], "haforu: --show-line-num does not go with --stream\n", 2],
  [["--max-buffer", "5"], "haforu: --max-buffer goes only with --stream\n", 2],
  [["--stats"], "haforu: --stats goes only with --stream\n", 2],
  [["--stream", "--high-watermark", "3"], /high_watermark 3, low_watermark 128, max_buffer 4096/, 2],
  [["--stream", "--features", "kern[3:5]"], /features: kern\[3:5\] has a range/, 2],
  [["--features", "kern[3"], /kern\[3/, 2],
  [["--variations", "wght=300"], /variations: the font is static/, 2],
  [["--stream", "--high-watermark", "x"], /Expected a whole number from 0 to 65536, got "x"/, 2],
])("refuses %j", async (args, message, code) => {
  const ran = await haforu(["shape", NOTO_SANS, ...args], "text");
  expect(ran.err).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  expect([ran.code, ran.out]).toEqual([code, ""]);
});
