// The job loop against a small engine made for this test, which traps, overflows its stack, asks for fonts without
// end or grows its memory when a line says so: what the real engine must never be brought to do.
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, test } from "vitest";
import { HaforuError } from "../engine/errors.ts";
import type { FontSource } from "../fonts/source.ts";
import { JobRunner } from "./job-loop.ts";

/** The first letter of a line says what it does; the rest is a font's path. */
const ENGINE = `
let heap: usize = 65536;
@external("host", "begin") declare function begin(index: u32): i32;
const span = memory.data(16), rows = memory.data(808), path = memory.data(8), image = memory.data(8);
let answer: usize = 0, fontBytes: i32 = -1, refused: u32 = 0, epoch: f64 = 0, seen: f64 = 0, jobs: u32 = 0;
export function _initialize(): void {}
export function hf_abi_version(): i32 { return 1; }
export function hf_alloc(n: usize): usize {
  const at = heap;
  const end = (heap + n + 15) & ~15;
  const pages = <i32>((end + 65535) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  heap = end;
  return at;
}
export function hf_free(p: usize): void {}
export function hf_configure(key: i32, value: f64): i32 { if (key == 5) epoch = value; return 0; }
export function hf_memory(out: usize): void {
  memory.fill(out, 0, 128);
  store<f64>(out, <f64>memory.size() * 65536);
  store<f64>(out, <f64>jobs, 104);
}
export function hf_result(): usize { return span; }
export function hf_rows(): usize { return rows; }
export function hf_jobs(lines: usize, table: usize, from: u32, count: u32, flags: u32): i32 {
  const at = hf_alloc(65536);
  let used: u32 = 0, index = from;
  store<u32>(rows, 0);
  say(at, 0);
  for (; index < count && begin(index) == 0; index++) {
    const line = lines + <usize>load<f64>(table + 24 * index);
    const status = hf_job(line, <u32>(load<f64>(table + 24 * index, 8) - load<f64>(table + 24 * index)), 0, flags);
    if (status > 0 || status == -14) { say(at, used); break; }
    memory.copy(at + used, load<u32>(span), load<u32>(span, 4));
    used += load<u32>(span, 4);
    store<u8>(at + used++, 10);
    store<u32>(rows + 8 * (index - from), used, 8);
    store<i32>(rows + 8 * (index - from), status, 12);
    store<u32>(rows, index - from + 1);
    say(at, used);
  }
  return index;
}
export function hf_need(): usize { return path; }
export function hf_last_error(): usize { return path; }
function say(p: usize, n: u32): i32 { store<u32>(span, p); store<u32>(span, n, 4); return 0; }
function deep(n: u32): u32 { return n == 0 ? 0 : deep(n + 1) * 3 + deep(n + 2); }
export function hf_font_provide(p: usize, n: u32, data: usize, bytes: u32): i32 { fontBytes = bytes; seen = epoch; return 0; }
export function hf_font_keep(p: usize, n: u32): i32 { seen = epoch; return 0; }
export function hf_font_refuse(code: u32, p: usize, n: u32): i32 { refused = code; say(p, n); return 0; }
export function hf_validate(line: usize, n: u32, number: f64, flags: u32): i32 { return hf_job(line, n, number, flags); }
export function hf_answer(line: usize, n: u32, number: f64, flags: u32, code: u32, p: usize, m: u32): i32 {
  const at = hf_alloc(n + 8);
  store<u8>(at, 48 + code / 10); store<u8>(at, 48 + code % 10, 1); store<u8>(at, 32, 2);
  memory.copy(at + 3, line, n);
  return say(at, n + 3);
}
export function hf_image(): usize { return image; }
export function hf_output_done(p: usize, n: u32): i32 { return say(p, n); }
export function hf_output_failed(code: i32, p: usize, n: u32): i32 { say(p, n); return -code; }
export function hf_job(line: usize, n: u32, number: f64, flags: u32): i32 {
  const what = load<u8>(line);
  store<u32>(path, line + 1); store<u32>(path, n - 1, 4);
  if (what == 0x74) unreachable(); // t
  if (what == 0x72) return say(line, deep(1)); // r
  if (what == 0x61) return 1; // a
  if (what == 0x6f) return 3; // o
  jobs++;
  if (what == 0x6d) return jobs > 1 ? -14 : say(line, n); // m
  if (what == 0x4d) return -14; // M
  if (what == 0x69) { store<u32>(image, line + 1); store<u32>(image, n - 1, 4); return 4; } // i
  if (what == 0x67) { memory.grow(16); return say(line, n); } // g
  if (what == 0x66) { // f
    if (refused != 0) { refused = 0; return -3; }
    if (fontBytes < 0) return 1;
    if (seen != epoch) return 2;
    const at = hf_alloc(8);
    store<u8>(at, 48 + fontBytes);
    return say(at, 1);
  }
  return say(line, n);
}
`;

let module: WebAssembly.Module;
beforeAll(async () => {
  const { binary, stderr } = await asc.compileString(ENGINE, { runtime: "stub", optimizeLevel: 1 });
  if (binary === null) throw new Error(stderr.toString());
  module = new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
}, 60_000);

/** A source of one font of three bytes that notes what it was asked. */
class Notes implements FontSource {
  readonly asked: string[] = [];
  same = true;
  bytes = 3;
  read(path: string, place: (bytes: number) => Uint8Array | undefined): ReturnType<FontSource["read"]> {
    this.asked.push(`read ${path}`);
    if (path === "missing") return { code: "font_not_found", detail: "there is no such file" };
    place(this.bytes)?.fill(1);
    return "identity";
  }
  unchanged(path: string): boolean {
    this.asked.push(`look ${path}`);
    return this.same;
  }
}

/** Runs every line of one chunk: statuses and result lines. */
function runAll(runner: JobRunner, lines: readonly string[]): [number, string][] {
  const chunk = new TextEncoder().encode(lines.join("\n"));
  runner.load(chunk);
  let start = 0;
  return lines.map((line, i) => {
    const end = start + line.length;
    const status = runner.run(start, end, i + 1, 1);
    start = end + 1;
    return [status, new TextDecoder().decode(runner.result())];
  });
}

/** As runAll, many lines in a call: the lines of each call, and what came of all. */
function runMany(runner: JobRunner, lines: readonly string[], goOn: (index: number) => boolean = () => true): { calls: number[]; answers: [number, string][] } {
  const ends = lines.map((_, i) => lines.slice(0, i + 1).join("\n").length);
  const table = Float64Array.from(lines.flatMap((line, i) => [(ends[i] as number) - line.length, ends[i] as number, i + 1]));
  runner.load(new TextEncoder().encode(lines.join("\n")), table);
  const calls: number[] = [];
  const answers: [number, string][] = [];
  while (answers.length < lines.length) {
    const { bytes, rows } = runner.runMany(answers.length, lines.length, 0, goOn);
    const texts = new TextDecoder().decode(bytes).split("\n");
    calls.push(rows.length / 2);
    for (let row = 0; row < rows.length; row += 2) answers.push([rows[row + 1] as number, texts[row / 2] as string]);
    const next = answers.length;
    if (next === lines.length) break;
    const status = runner.run(table[3 * next] as number, table[3 * next + 1] as number, next + 1, 0);
    answers.push([status, new TextDecoder().decode(runner.result())]);
  }
  return { calls, answers };
}

describe("many lines in a call", () => {
  test.each([
    ["a trap", "trap"],
    ["a stack overflow", "recursion"],
  ])("what was done before %s stays, and the line is answered by itself", (_name, bad) => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    const { calls, answers } = runMany(runner, ["1st", "2nd", bad, "3rd", bad]);
    expect(answers).toEqual([
      [0, "1st"],
      [0, "2nd"],
      [-13, `13 ${bad}`],
      [0, "3rd"],
      [-13, `13 ${bad}`],
    ]);
    expect(calls).toEqual([2, 1]);
    expect(runner.stats().faults).toBe(2);
  });

  test("a line that asks for a font, or for the program, ends the call; one that finds the memory full is run in a fresh engine", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts });
    const { calls, answers } = runMany(runner, ["1st", "fa", "fa", "2nd", "oping", "memory", "end"]);
    expect(answers.map(([status]) => status)).toEqual([0, 0, 0, 0, 3, 0, 0]);
    expect(calls).toEqual([1, 2, 0, 1]);
    expect(fonts.asked).toEqual(["read a"]);
  });

  test("a line that is declined is not begun, and none behind it", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    const asked: number[] = [];
    const { calls, answers } = runMany(runner, ["1st", "2nd", "3rd", "4th"], (index) => asked.push(index) > 0 && index !== 1);
    expect(answers.map(([, line]) => line)).toEqual(["1st", "2nd", "3rd", "4th"]);
    expect([calls, asked]).toEqual([
      [1, 2],
      [0, 1, 2, 3],
    ]);
  });

  test("with pictures that the host writes, none", () => {
    const images = { write: () => ({ path: "a.png" }) };
    const runner = new JobRunner({ module, fonts: new Notes(), images });
    const { calls, answers } = runMany(runner, ["1st", "i????"]);
    expect([calls, answers]).toEqual([
      [0, 0],
      [
        [0, "1st"],
        [0, "a.png"],
      ],
    ]);
  });
});

describe("faults", () => {
  test.each([
    ["a trap", "trap"],
    ["a stack overflow", "recursion"],
    ["asking for a font without end", "again"],
  ])("%s costs its own line alone", (_name, bad) => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    const answers = runAll(runner, ["1st", bad, "2nd", bad, "3rd"]);
    // 13 is the number of engine_fault.
    const fault = [-13, `13 ${bad}`];
    expect(answers).toEqual([[0, "1st"], fault, [0, "2nd"], fault, [0, "3rd"]]);
    expect(runner.stats().faults).toBe(2);
  });

  test("a fresh engine is given its fonts again", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts });
    expect(runAll(runner, ["ffont", "trap", "ffont"]).at(-1)).toEqual([0, "3"]);
    expect(fonts.asked).toEqual(["read font", "read font"]);
  });

  test("checking a job survives a trap too", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    runner.load(new TextEncoder().encode("trap"));
    expect(runner.validate(0, 4, 1, 0)).toBeLessThan(0);
    expect(new TextDecoder().decode(runner.result())).toBe("13 trap");
  });

  test("a trap in a direct call becomes engine_fault with its cause, other errors stay", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    const before = runner.engine;
    const trap = new WebAssembly.RuntimeError("unreachable");
    expect(runner.fault(trap)).toMatchObject({ code: "engine_fault", cause: trap });
    expect(runner.engine).not.toBe(before);
    const other = new HaforuError("font_invalid", "no");
    expect(runner.fault(other)).toBe(other);
  });

  test("an error of the font source is not swallowed", () => {
    const fonts = new Notes();
    fonts.read = () => {
      throw new TypeError("broken source");
    };
    expect(() => runAll(new JobRunner({ module, fonts }), ["ffont"])).toThrow("broken source");
  });
});

describe("fonts", () => {
  test("are read when the engine asks, and looked at once in an epoch", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts, fontCheckMs: 1e9 });
    runAll(runner, ["fa", "fa"]);
    expect(fonts.asked).toEqual(["read a"]);
    runner.nextEpoch();
    runAll(runner, ["fa", "fa"]);
    expect(fonts.asked).toEqual(["read a", "look a"]);
  });

  test("a load looks at them when the last look is long enough ago", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts, fontCheckMs: 0 });
    runAll(runner, ["fa", "fa"]);
    runAll(runner, ["fa", "fa"]);
    expect(fonts.asked).toEqual(["read a", "look a"]);
  });

  test("a changed one is read again", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts });
    runAll(runner, ["fa"]);
    fonts.same = false;
    fonts.bytes = 7;
    runner.nextEpoch();
    expect(runAll(runner, ["fa"])).toEqual([[0, "7"]]);
  });

  test("one that cannot be had is refused with the source's words", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    expect(runAll(runner, ["fmissing"])).toEqual([[-3, "there is no such file"]]);
  });
});

describe("pictures", () => {
  test("go to the sink, named by what they are, and the line carries its path", () => {
    const written: string[] = [];
    const images = {
      write(id: string, extension: string, image: Uint8Array): { path: string } {
        written.push(`${id.length} ${extension} ${image.length}`);
        return { path: `out.${extension}` };
      },
    };
    const runner = new JobRunner({ module, fonts: new Notes(), images });
    const lines = ["iP5\n1 1\n255\n.", "i<svg xmlns", "i????"];
    expect(runAll(runner, lines)).toEqual([
      [0, "out.pgm"],
      [0, "out.svg"],
      [0, "out.raw"],
    ]);
    expect(written).toEqual(["12 pgm 12", "10 svg 10", "4 raw 4"]);
  });

  test("that cannot be written are the job's error", () => {
    const images = { write: () => ({ code: "output_exists" as const, detail: "a.png is there" }) };
    const runner = new JobRunner({ module, fonts: new Notes(), images });
    expect(runAll(runner, ["ipicture"])).toEqual([[-16, "a.png is there"]]);
  });
});

describe("memory", () => {
  test("a result is right although the engine's memory grew in the call", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    expect(runAll(runner, ["grow", "1st", "grow"]).map(([, line]) => line)).toEqual(["grow", "1st", "grow"]);
  });

  test("chunks of growing and shrinking sizes replace each other", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    for (const size of [10, 100_000, 20_000_000, 5, 3_000_000]) {
      const line = "x".repeat(size);
      expect(runAll(runner, [line, "end"]).map(([, answer]) => answer.length)).toEqual([size, 3]);
    }
  });

  test("a job that finds it full is tried once more in a fresh engine, and the counts go on", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts });
    expect(runAll(runner, ["1st", "fa", "memory", "fa"]).map(([status]) => status)).toEqual([0, 0, 0, 0]);
    expect(fonts.asked).toEqual(["read a", "read a"]);
    expect(runner.stats()).toMatchObject({ faults: 0 });
    expect(runner.stats().jobs).toBeGreaterThan(4);
  });

  test("a job that is too much for any engine says so, and does not throw fonts out again and again", () => {
    const fonts = new Notes();
    const runner = new JobRunner({ module, fonts });
    const before = runner.engine;
    expect(runAll(runner, ["Much", "Much"]).map(([status]) => status)).toEqual([-14, -14]);
    expect(runner.engine).toBe(before);
  });

  test("ops come back by name", () => {
    const runner = new JobRunner({ module, fonts: new Notes() });
    expect(runAll(runner, ["oping"])[0]?.[0]).toBe(3);
    expect(runner.op()).toBe("ping");
  });
});
