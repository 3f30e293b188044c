// The ABI of haforu.wasm as a host sees it: handles, the cancel word, requests for fonts, budgets, statistics. No library in between.
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";

const REGULAR = "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf";
const BOLD = "node_modules/@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf";
const VARIABLE = "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf";

const NEED_FONT = 1;
const CHECK_FONT = 2;
const OP_LINE = 3;
const CANCELLED = -12;
const INVALID_HANDLE = -18;
const INVALID_ARGUMENT = -19;
const FACE_INDEX_OUT_OF_RANGE = -8;
const FONT_INVALID = -5;
const FONT_UNSUPPORTED = -7;

const module = new WebAssembly.Module(readFileSync("packages/engine/dist/haforu.wasm"));
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

class Host {
  readonly e: Exports;
  /** What hf_jobs asks before each line. */
  begin: (index: number) => number = () => 0;
  constructor() {
    const nothing = (): number => 0;
    const imports = {
      wasi_snapshot_preview1: { fd_close: nothing, fd_seek: nothing, fd_write: nothing },
      host: { now: () => performance.now(), begin: (index: number) => this.begin(index) },
    };
    this.e = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    this.call("_initialize");
    this.call("hf_configure", 4, 0);
  }
  call(name: string, ...args: number[]): number {
    const f = this.e[name];
    if (typeof f !== "function") throw new Error(`no export ${name}`);
    return f(...args);
  }
  u8(): Uint8Array {
    return new Uint8Array(this.e.memory.buffer);
  }
  word(at: number): number {
    return new DataView(this.e.memory.buffer).getUint32(at, true);
  }
  put(bytes: Uint8Array): [number, number] {
    const at = this.call("hf_alloc", bytes.length) >>> 0;
    this.u8().set(bytes, at);
    return [at, bytes.length];
  }
  text(spanAt: number): string {
    const at = this.word(spanAt);
    return decoder.decode(this.u8().slice(at, at + this.word(spanAt + 4)));
  }
  font(path: string, index = 0): number {
    return this.call("hf_font_create", ...this.put(readFileSync(path)), index);
  }
  stats(): Float64Array {
    const at = this.call("hf_alloc", 128);
    this.call("hf_memory", at);
    const copy = new Float64Array(this.e.memory.buffer, at, 16).slice();
    this.call("hf_free", at);
    return copy;
  }
  /** Runs a job, bringing fonts from `files` (path → bytes); the statuses on the way are in `asked`. */
  job(line: object | string, files: Record<string, Uint8Array> = {}, asked: number[] = []): { status: number; line: string } {
    const [at, bytes] = this.put(encoder.encode(typeof line === "string" ? line : JSON.stringify(line)));
    for (let turn = 0; turn < 5; turn++) {
      const status = this.call("hf_job", at, bytes, 7, 1);
      if (status !== NEED_FONT && status !== CHECK_FONT) {
        const result = this.text(this.call("hf_result"));
        if (status <= 0) this.call("hf_free", at); // the line must stay until the final status
        return { status, line: result };
      }
      asked.push(status);
      const need = this.call("hf_need");
      const data = files[this.text(need)];
      if (status === CHECK_FONT) this.call("hf_font_keep", this.word(need), this.word(need + 4));
      else if (data) this.call("hf_font_provide", this.word(need), this.word(need + 4), ...this.put(data));
      else this.call("hf_font_refuse", 3, ...this.put(encoder.encode("gone")));
    }
    throw new Error("the engine asks for ever");
  }
}

/** textSpec and placement for one text. */
function specs(host: Host, text: string, sizePx: number, width: number, height: number): { spec: number; placement: number } {
  const spec = host.call("hf_alloc", 32);
  const placement = host.call("hf_alloc", 32);
  const [at, bytes] = host.put(encoder.encode(text));
  const view = new DataView(host.e.memory.buffer);
  for (let i = 0; i < 32; i += 4) view.setUint32(spec + i, 0, true);
  view.setUint32(spec, at, true);
  view.setUint32(spec + 4, bytes, true);
  view.setFloat32(placement, sizePx, true);
  view.setUint32(placement + 4, 0, true);
  view.setUint32(placement + 16, width, true);
  view.setUint32(placement + 20, height, true);
  return { spec, placement };
}

const job = (path: string, more: object = {}) => ({
  id: "j",
  font: { path, size: 20, ...more },
  text: { content: "AVA" },
  rendering: { format: "metrics", width: 80, height: 40, include: ["hash"] },
});

let host: Host;
beforeEach(() => {
  host = new Host();
});

describe("handles", () => {
  it("that were released, made up, or are of another kind are errors", () => {
    const font = host.font(REGULAR);
    const instance = host.call("hf_instance_create", font, 0, 0, 0, 0);
    const canvas = host.call("hf_canvas_create", 30, 20, 0);
    expect(Math.min(font, instance, canvas)).toBeGreaterThan(0);
    const { spec, placement } = specs(host, "a", 12, 30, 20);
    for (const wrong of [0, 1, -1, 0x7fffffff, font, canvas, instance + 1, instance ^ 0x10000]) {
      expect(host.call("hf_shape", wrong, spec), `instance ${wrong}`).toBe(INVALID_HANDLE);
      expect(host.call("hf_instance_release", wrong), `release ${wrong}`).toBe(INVALID_HANDLE);
    }
    expect(host.call("hf_render", instance, spec, placement, instance, 0)).toBe(INVALID_HANDLE);
    expect(host.call("hf_canvas_pixels", font)).toBe(0);
    expect(host.call("hf_instance_release", instance)).toBe(0);
    expect(host.call("hf_instance_release", instance)).toBe(INVALID_HANDLE);
    expect(host.call("hf_shape", instance, spec)).toBe(INVALID_HANDLE);
    expect(host.call("hf_canvas_release", canvas)).toBe(0);
    expect(host.call("hf_canvas_pixels", canvas)).toBe(0);
    expect(host.call("hf_font_release", font)).toBe(0);
    expect(host.call("hf_instance_create", font, 0, 0, 0, 0)).toBe(INVALID_HANDLE);
    expect(host.stats()[15]).toBe(0);
  });

  it("a slot used again gives another handle", () => {
    const font = host.font(REGULAR);
    const first = host.call("hf_instance_create", font, 0, 0, 0, 0);
    host.call("hf_instance_release", first);
    const second = host.call("hf_instance_create", font, 0, 0, 0, 0);
    expect(second).not.toBe(first);
    expect(host.call("hf_instance_release", first)).toBe(INVALID_HANDLE);
    expect(host.call("hf_instance_release", second)).toBe(0);
  });

  it("a font that is released lives on for its instances", () => {
    const font = host.font(REGULAR);
    const instance = host.call("hf_instance_create", font, 0, 0, 0, 0);
    host.call("hf_font_release", font);
    const { spec } = specs(host, "abc", 12, 30, 20);
    expect(host.call("hf_shape", instance, spec)).toBe(0);
    expect(host.word(host.call("hf_glyphs") + 4)).toBe(3);
    expect(host.call("hf_instance_release", instance)).toBe(0);
  });

  it("opening and closing does not leak", () => {
    const bytes = readFileSync(REGULAR);
    const cycle = () => {
      const font = host.call("hf_font_create", ...host.put(bytes), 0);
      const instance = host.call("hf_instance_create", font, 0, 0, 0, 0);
      const canvas = host.call("hf_canvas_create", 300, 200, 0);
      host.call("hf_canvas_release", canvas);
      host.call("hf_instance_release", instance);
      host.call("hf_font_release", font);
    };
    for (let i = 0; i < 20; i++) cycle();
    const before = host.stats()[0];
    for (let i = 0; i < 200; i++) cycle();
    expect(host.stats()[0]).toBe(before);
  });

  it("bad arguments have their codes", () => {
    const font = host.font(VARIABLE);
    expect(host.font(REGULAR, 1)).toBe(FACE_INDEX_OUT_OF_RANGE);
    expect(host.call("hf_font_create", ...host.put(encoder.encode("%!PS-AdobeFont-1.0: Type1")), 0)).toBe(FONT_UNSUPPORTED);
    expect(host.call("hf_font_create", ...host.put(readFileSync(REGULAR).subarray(0, 9000)), 0)).toBe(FONT_INVALID);
    const coords = host.call("hf_alloc", 8);
    new DataView(host.e.memory.buffer).setUint32(coords, 0x77676874, true); // wght
    new DataView(host.e.memory.buffer).setFloat32(coords + 4, Number.NaN, true);
    expect(host.call("hf_instance_create", font, coords, 1, 0, 0)).toBe(INVALID_ARGUMENT);
    expect(host.call("hf_canvas_create", 0, 5, 0)).toBe(INVALID_ARGUMENT);
    expect(host.call("hf_canvas_create", 32769, 5, 0)).toBe(-9);
    const at = host.call("hf_last_error");
    expect(host.text(at + 4)).toBe("canvas_too_large");
  });
});

describe("a canvas", () => {
  it("that takes other sizes holds what a new one of that size does, and is blank before", () => {
    const instance = host.call("hf_instance_create", host.font(REGULAR), 0, 0, 0, 0);
    const pixels = (canvas: number, bytes: number) => {
      const at = host.call("hf_canvas_pixels", canvas);
      return host.u8().slice(at, at + bytes);
    };
    for (const flags of [0, 1]) {
      const kept = host.call("hf_canvas_create", 10, 10, flags);
      // larger, smaller, wider than before in fewer bytes, and a row
      for (const [width, height, size] of [
        [80, 40, 30],
        [31, 17, 16],
        [200, 3, 50],
        [300, 200, 150],
        [5, 90, 40],
        [64, 1, 20],
        [300, 200, 150],
      ] as const) {
        expect(host.call("hf_canvas_resize", kept, width, height)).toBe(0);
        expect(new Set(pixels(kept, width * height))).toEqual(new Set([flags === 1 ? 0 : 255]));
        const fresh = host.call("hf_canvas_create", width, height, flags);
        const { spec, placement } = specs(host, "Quick", size, width, height);
        for (const canvas of [fresh, kept]) expect(host.call("hf_render", instance, spec, placement, canvas, 0)).toBe(0);
        expect(pixels(kept, width * height)).toEqual(pixels(fresh, width * height));
        host.call("hf_canvas_release", fresh);
      }
      expect(host.call("hf_canvas_resize", kept, 0, 5)).toBe(INVALID_ARGUMENT);
      expect(host.call("hf_canvas_resize", kept, 32769, 5)).toBe(-9);
      expect(host.call("hf_canvas_resize", instance, 5, 5)).toBe(INVALID_HANDLE);
    }
  });
});

describe("the cancel word", () => {
  it("ends a call, and the next one draws as if nothing had been", () => {
    const instance = host.call("hf_instance_create", host.font(REGULAR), 0, 0, 0, 0);
    const canvas = host.call("hf_canvas_create", 80, 40, 0);
    const { spec, placement } = specs(host, "Quick", 24, 80, 40);
    const pixels = () => {
      const at = host.call("hf_canvas_pixels", canvas);
      return host.u8().slice(at, at + 80 * 40);
    };
    expect(host.call("hf_render", instance, spec, placement, canvas, 0)).toBe(0);
    const expected = pixels();
    expect(expected.some((byte) => byte === 0)).toBe(true);
    const word = host.call("hf_cancel_word");
    new Int32Array(host.e.memory.buffer)[word >> 2] = 1;
    expect(host.call("hf_render", instance, spec, placement, canvas, 0)).toBe(CANCELLED);
    expect(JSON.parse(host.job(job("f"), { f: readFileSync(REGULAR) }).line).error.code).toBe("cancelled");
    new Int32Array(host.e.memory.buffer)[word >> 2] = 0;
    expect(host.call("hf_render", instance, spec, placement, canvas, 0)).toBe(0);
    expect(pixels()).toEqual(expected);
  });
});

describe("fonts of jobs", () => {
  const files = { a: readFileSync(REGULAR), b: readFileSync(BOLD), v: readFileSync(VARIABLE) };

  it("are asked for once, looked at again in a new epoch, and replaced when they changed", () => {
    const asked: number[] = [];
    const first = host.job(job("a"), files, asked);
    expect(first.status).toBe(0);
    expect(host.job(job("a"), files, asked).line).toBe(first.line);
    expect(asked).toEqual([NEED_FONT]);
    host.call("hf_configure", 5, 1);
    expect(host.job(job("a"), files, asked).line).toBe(first.line);
    expect(asked).toEqual([NEED_FONT, CHECK_FONT]);
    const path = host.put(encoder.encode("a"));
    expect(host.call("hf_font_provide", ...path, ...host.put(files.b))).toBe(0);
    const other = JSON.parse(host.job(job("a"), files, asked).line);
    expect(other.hash).not.toBe(JSON.parse(first.line).hash);
    expect(other.hash).toBe(JSON.parse(host.job(job("b"), files).line).hash);
    expect(asked).toHaveLength(2);
  });

  it("that cannot be had cost their jobs alone, and are not asked for again in this epoch", () => {
    const asked: number[] = [];
    const gone = JSON.parse(host.job(job("gone"), files, asked).line);
    expect(gone.error).toEqual({ code: "font_not_found", message: "font.path: gone: no such file (gone)", field: "font.path", line: 7 });
    expect(JSON.parse(host.job(job("gone"), files, asked).line).error.code).toBe("font_not_found");
    expect(asked).toEqual([NEED_FONT]);
    expect(host.job(job("a"), files).status).toBe(0);
  });

  it("that are damaged are named with the table", () => {
    const line = JSON.parse(host.job(job("cut"), { cut: files.a.subarray(0, 100_000) }).line);
    expect(line.error.code).toBe("font_invalid");
    expect(line.error.message).toMatch(/^font\.path: cut: the font is damaged: table .{4} ends beyond the file$/);
  });

  it("go when the budget is used up, the least recently used first", () => {
    host.call("hf_configure", 1, files.a.length + files.b.length + 2000);
    const hashes = ["a", "b"].map((path) => JSON.parse(host.job(job(path), files).line).hash);
    expect(host.stats()[2]).toBe(2);
    host.job(job("a"), files);
    host.job(job("v"), files); // b is the one that goes
    const asked: number[] = [];
    expect(JSON.parse(host.job(job("a"), files, asked).line).hash).toBe(hashes[0]);
    expect(asked).toEqual([]);
    expect(JSON.parse(host.job(job("b"), files, asked).line).hash).toBe(hashes[1]);
    expect(asked).toEqual([NEED_FONT]);
    expect(host.stats()[1]).toBeLessThanOrEqual(files.a.length + files.b.length + 2000);
  });

  it("have at most as many instances as allowed, and give the same results over them", () => {
    host.call("hf_configure", 2, 4);
    const weights = [200, 250, 300, 350, 400, 450, 500, 550, 600, 700];
    const round = () => weights.map((wght) => JSON.parse(host.job(job("v", { variations: { wght } }), files).line).hash);
    const first = round();
    expect(new Set(first).size).toBe(weights.length);
    expect(round()).toEqual(first);
    expect(host.stats()[3]).toBe(4);
    expect(host.stats()[9]).toBeGreaterThan(10);
  });

  it("keep a bounded number of shaping plans", () => {
    const run = (from: number, to: number) => {
      for (let i = from; i < to; i++) expect(host.job(job("a", { features: [`ss01=${i}`, `kern=${i >> 2}`] }), files).status).toBe(0);
    };
    run(0, 600);
    const before = host.stats()[0] as number;
    run(600, 3000);
    expect(host.stats()[0]).toBe(before);
  });
});

describe("many lines in a call", () => {
  /** Calls hf_jobs for lines in one block: what it returned, the rows and the result lines. */
  const many = (
    lines: readonly string[],
    { from = 0, flags = 1, between = () => {} } = {},
  ): { ended: number; rows: number[]; lines: string[]; runs: number } => {
    const encoded = lines.map((line) => encoder.encode(line));
    const starts = encoded.map((_, i) => encoded.slice(0, i).reduce((sum, bytes) => sum + bytes.length, 0));
    const table = Float64Array.from(encoded.flatMap((bytes, i) => [starts[i] as number, (starts[i] as number) + bytes.length, i + 1]));
    const [at] = host.put(new Uint8Array(Buffer.concat(encoded)));
    const [tableAt] = host.put(new Uint8Array(table.buffer));
    const ended = host.call("hf_jobs", at, tableAt, from, lines.length, flags);
    between();
    const rowsAt = host.call("hf_rows");
    const result = host.call("hf_result");
    const text = host.text(result);
    const rows = [...new Int32Array(host.e.memory.buffer, rowsAt + 8, host.word(rowsAt) * 2)];
    const ends = rows.filter((_, i) => i % 2 === 0);
    const bytes = encoder.encode(text);
    const split = ends.map((end, i) => decoder.decode(bytes.subarray(i === 0 ? 0 : ends[i - 1], end)));
    expect(split.join("")).toBe(text);
    return { ended, rows: rows.filter((_, i) => i % 2 === 1), lines: split, runs: host.word(result + 12) };
  };
  const files = { a: readFileSync(REGULAR) };
  const right = JSON.stringify(job("a"));
  const sized = (size: number, rendering: object = {}): string =>
    JSON.stringify({ ...job("a"), id: `of ${size}`, font: { path: "a", size }, rendering: { ...job("a").rendering, ...rendering } });

  it("give what each gives by itself, errors and all, up to the line that asks for something", () => {
    const lines = [sized(20), sized(33), "{", sized(-1), sized(7, { include: ["glyphs", "boxes"] }), '{"op":"ping"}', sized(9)];
    const alone = lines.map((line) => host.job(line, files));
    const done = many(lines);
    expect(done.ended).toBe(5);
    expect(done.rows).toEqual(alone.slice(0, 5).map(({ status }) => status));
    // hf_job's own lines were numbered 7 here.
    expect(done.lines).toEqual(alone.slice(0, 5).map(({ line }, i) => `${line.replace('"line":7', `"line":${i + 1}`)}\n`));
    const rest = many(lines, { from: 6 });
    expect([rest.ended, rest.lines]).toEqual([7, [`${alone[6]?.line}\n`]]);
  });

  it("end before one whose font is not there, which is then asked for", () => {
    host.job(right, files);
    const other = JSON.stringify(job("b"));
    const done = many([right, right, other, right]);
    expect([done.ended, done.rows]).toEqual([2, [0, 0]]);
    expect(host.job(other, { b: readFileSync(BOLD) }).status).toBe(0);
    expect(many([right, right, other, right]).ended).toBe(4);
  });

  it("end before one that the host declines", () => {
    host.job(right, files);
    const asked: number[] = [];
    host.begin = (index) => (asked.push(index) > 3 ? 1 : 0);
    expect(many([right, right, right, right, right, right], { from: 1 }).ended).toBe(4);
    expect(asked).toEqual([1, 2, 3, 4]);
    host.begin = () => 1;
    expect(many([right])).toEqual({ ended: 0, rows: [], lines: [], runs: 0 });
  });

  it("are 1,024 at most, and end behind 128 KiB of results or a line that something was left out of", () => {
    host.job(right, files);
    const bytes = host.job(right).line.length + 1;
    expect(many(Array(1500).fill(right)).ended).toBe(Math.ceil((128 * 1024) / bytes));
    const short = host.job("[").line;
    expect(short.length).toBeLessThan(127);
    expect(many(Array(1500).fill("[")).ended).toBe(1024);
    const long = sized(20, { format: "pgm", encoding: "base64", width: 300, height: 300 });
    expect(host.job(long, files).line.length).toBeGreaterThan(100_000);
    expect(many([right, long, long, long]).ended).toBe(3);
    const blank = many([right, long, long, long], { flags: 3 });
    expect([blank.ended, blank.runs > 0]).toEqual([2, true]);
    // What follows is as before.
    expect(host.job(right, files)).toEqual(host.job(right, files));
  });

  it("stay whole when the line behind them makes the buffer larger, and then finds no memory", () => {
    const quick = [10, 11, 12, 13].map((size) => JSON.stringify({ ...job("v"), font: { path: "v", size } }));
    const text = { content: "abcdefghij".repeat(200) };
    const grid = { grid: { wght: { min: 200, max: 900, steps: 60 } }, width: 100, height: 50, format: "metrics", include: ["glyphs", "boxes"] };
    const long = JSON.stringify({ id: "long", font: { path: "v", size: 20 }, text, sweep: grid });
    const alone = quick.map((line) => host.job(line, { v: readFileSync(VARIABLE) }).line);
    // All memory but four megabytes is taken.
    const room = host.call("hf_alloc", 4 << 20);
    for (let size = 1 << 28; size >= 64 << 10; ) if (host.call("hf_alloc", size) === 0) size >>= 1;
    host.call("hf_free", room);
    // What is free now is written over: no line may lie there.
    const between = (): void => {
      for (let size = 1 << 20; size >= 1024; ) {
        const at = host.call("hf_alloc", size) >>> 0;
        if (at === 0) size >>= 1;
        else host.u8().fill(255, at, at + size);
      }
    };
    const done = many([...quick, long, ...quick], { between });
    expect([done.ended, done.rows]).toEqual([4, [0, 0, 0, 0]]);
    expect(done.lines).toEqual(alone.map((line) => `${line}\n`));
  });

  it("leave nothing behind: as often as one likes", () => {
    host.job(right, files);
    const lines = Array.from({ length: 300 }, (_, i) => sized(10 + (i % 7)));
    const once = many(lines);
    const before = host.stats()[0] as number;
    for (let i = 0; i < 20; i++) expect(many(lines)).toEqual(once);
    // The lines and tables that the test itself put there.
    const own = 20 * (lines.join("").length + 24 * lines.length);
    expect((host.stats()[0] as number) - before).toBeLessThan(own * 1.1);
  });
});

describe("lines", () => {
  it("that ask the program itself are handed to the host", () => {
    expect(host.job('{"op":"warm_up"}').status).toBe(OP_LINE);
    expect(host.text(host.call("hf_need"))).toBe("warm_up");
  });

  it("given up by the host are answered with their id, whatever is wrong with them", () => {
    const [at, bytes] = host.put(encoder.encode('{"id":"late","font":5}'));
    const status = host.call("hf_answer", at, bytes, 3, 1, 11, ...host.put(encoder.encode("50")));
    expect(status).toBe(-11);
    expect(JSON.parse(host.text(host.call("hf_result")))).toEqual({
      id: "late",
      status: "error",
      error: { code: "timeout", message: "the job took longer than its time limit of 50 ms", line: 3 },
    });
  });

  it("with pictures for the host wait until it has written them", () => {
    host.call("hf_configure", 6, 1);
    const line = { ...job("a"), rendering: { format: "pgm", width: 80, height: 40 } };
    const files = { a: readFileSync(REGULAR) };
    expect(host.job(line, files).status).toBe(4);
    expect(host.text(host.call("hf_need"))).toBe("j");
    const image = host.call("hf_image");
    expect(host.word(image + 4)).toBe("P5\n80 40\n255\n".length + 80 * 40);
    expect(host.text(image).startsWith("P5\n80 40\n255\n")).toBe(true);
    expect(host.call("hf_output_done", ...host.put(encoder.encode("j.pgm")))).toBe(0);
    expect(JSON.parse(host.text(host.call("hf_result"))).rendering).toMatchObject({ format: "pgm", path: "j.pgm", width: 80 });
    expect(host.job(line, files).status).toBe(4);
    expect(host.call("hf_output_failed", 17, ...host.put(encoder.encode("disk full")))).toBe(-17);
    expect(JSON.parse(host.text(host.call("hf_result"))).error).toMatchObject({ code: "output_failed", message: "the output could not be written: disk full" });
  });

  it("are errors in strict mode when there is a warning, which they list", () => {
    const files = { a: readFileSync(REGULAR) };
    const line = job("a", { variations: { wght: 600 } });
    const lenient = JSON.parse(host.job(line, files).line);
    expect(lenient.status).toBe("success");
    expect(lenient.warnings).toEqual([{ code: "variations_on_static_font", message: "font.variations: the font has no axes; they change nothing" }]);
    host.call("hf_configure", 3, 1);
    const strict = JSON.parse(host.job(line, files).line);
    expect(strict.error.code).toBe("strict_warning");
    expect(strict.warnings).toEqual(lenient.warnings);
  });
});
