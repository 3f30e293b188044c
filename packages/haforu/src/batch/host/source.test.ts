// Lines of a byte stream, however it is cut into reads.
import { describe, expect, test } from "vitest";
import { ItemSource, type JobInput, LineSource, SpanSource } from "../../../dist/batch/host/source.js";

async function linesOf(parts: Uint8Array[], lineBytesMax?: number): Promise<{ line: number; text: string; refusal?: string }[]> {
  async function* reads(): AsyncGenerator<Uint8Array> {
    yield* parts;
  }
  const source = new LineSource(reads(), lineBytesMax);
  const found: { line: number; text: string; refusal?: string }[] = [];
  do {
    while (source.advance()) {
      const text = source.bytes.toString("utf8", source.start, source.end);
      found.push({ line: source.line, text, ...(source.refusal === undefined ? {} : { refusal: source.refusal }) });
    }
  } while (await source.fill());
  return found;
}

describe("lines", () => {
  const text = 'first\n\n  \t\r\n{"é": "漢字"}\r\nlast without newline';
  const expected = [
    { line: 1, text: "first" },
    { line: 4, text: '{"é": "漢字"}\r' },
    { line: 5, text: "last without newline" },
  ];

  test.each([1, 2, 3, 7, 1000])("in reads of %i bytes", async (size) => {
    const bytes = Buffer.from(text);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
    expect(await linesOf(parts)).toEqual(expected);
  });

  test("none in no input, none in blank input", async () => {
    expect(await linesOf([])).toEqual([]);
    expect(await linesOf([Buffer.from("\n\n \n")])).toEqual([]);
  });

  test.each([3, 10_000])("a line over the limit gives its head and what is wrong, in reads of %i bytes", async (size) => {
    const bytes = Buffer.from(`ab\n{"id": "x"${" ".repeat(20_000)}}\nafter\n`);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
    const [first, over, after] = await linesOf(parts, 10_000);
    expect(first).toEqual({ line: 1, text: "ab" });
    expect(over?.line).toBe(2);
    expect(over?.text.startsWith('{"id": "x"')).toBe(true);
    expect(over?.text.length).toBe(4096);
    expect(over?.refusal).toBe("it has 20011 bytes");
    expect(after).toEqual({ line: 3, text: "after" });
  });
});

describe("the limit of a line holds for jobs from elsewhere", () => {
  const long = `{"id": "x"${" ".repeat(20_000)}}`;
  const refusal = "it has 20011 bytes";

  test("of a document", () => {
    const bytes = Buffer.from(`[{},${long},{}]`);
    const source = new SpanSource(bytes, Uint32Array.of(1, 2, 1, 4, 20_011, 1, 20_016, 2, 1), 10_000);
    const found: [string, string | undefined][] = [];
    while (source.advance()) found.push([source.bytes.toString("utf8", source.start, source.end), source.refusal]);
    expect(found).toEqual([
      ["{}", undefined],
      [long.slice(0, 4096), refusal],
      ["{}", undefined],
    ]);
  });

  test("of a program", async () => {
    const items: JobInput[] = ["{}", long, Buffer.from(long), { id: "y".repeat(20_000) }];
    const source = new ItemSource(items as Iterable<JobInput>, 10_000);
    await source.fill();
    const found: [number, string | undefined][] = [];
    while (source.advance()) found.push([source.end, source.refusal && source.refusalCode]);
    expect(found).toEqual([
      [2, undefined],
      [4096, "line_too_long"],
      [4096, "line_too_long"],
      [4096, "line_too_long"],
    ]);
  });
});
