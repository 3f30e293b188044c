// The JSON reader by hand-written cases: strings with every escape and every kind of bad byte, numbers at the edges, keys twice, depth. contract/agree.test.ts has seeded ones.
import { beforeAll, describe, expect, it } from "vitest";
import { syntaxFaults } from "../../contract/contract.mjs";
import { checkKernel } from "../job/testing/kernel.mjs";

let kernel: Awaited<ReturnType<typeof checkKernel>>;
beforeAll(async () => {
  kernel = await checkKernel();
});

const fault = (source: string | Uint8Array): string => {
  const kind = kernel.jsonFault(source);
  return kind === -1 ? "none" : (syntaxFaults[kind]?.name ?? String(kind));
};
const bytes = (...values: number[]): Uint8Array => Uint8Array.from([0x22, ...values, 0x22]);

describe("strings", () => {
  it.each([
    ['""', ""],
    ['"abc"', "abc"],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\\u0041\\u00e9\\u0915\\uD83D\\uDE00\\ud83d\\ude00"', "Aéक😀😀"],
    ['"\\u0000"', "\0"],
    ['"sixteen bytes .. then é and \\u00e9 and more text behind it"', "sixteen bytes .. then é and é and more text behind it"],
    ['"\\ud83d"', "\ufffd"],
    ['"\\ude00\\ud83d"', "\ufffd\ufffd"],
    ['"\\ud83d\\ud83d\\ude00"', "\ufffd😀"],
    ['"\\ud83dx"', "\ufffdx"],
    ['"\\ud83d\\n"', "\ufffd\n"],
    ['"\u2028\u007f"', "\u2028\u007f"],
  ])("%s", (source, expected) => {
    expect(kernel.string(source)).toEqual({ text: expected, codePoints: [...expected].length });
  });

  it.each([
    [[0xff], "\ufffd"],
    [[0xc3, 0xa9], "é"],
    [[0xc3], "\ufffd"],
    [[0xc0, 0xaf], "\ufffd\ufffd"],
    [[0xe0, 0x80, 0xaf], "\ufffd\ufffd\ufffd"],
    [[0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
    [[0xf0, 0x9f, 0x98], "\ufffd"],
    [[0xf0, 0x9f, 0x41], "\ufffdA"],
    [[0xf4, 0x90, 0x80, 0x80], "\ufffd\ufffd\ufffd\ufffd"],
    [[0xf5, 0x41, 0x80], "\ufffdA\ufffd"],
    [[0x61, 0xe2, 0x82, 0xe2, 0x82, 0xac], "a\ufffd€"],
  ])("bytes %j", (values, expected) => {
    // expected by Unicode 15, table 3-11, and by the platform's decoder
    expect(new TextDecoder().decode(Uint8Array.from(values))).toBe(expected);
    expect(kernel.string(bytes(...values))?.text).toBe(expected);
  });

  it.each([
    ['"', "string_open"],
    ['"abc\\', "string_open"],
    ['"abc\\"', "string_open"],
    ['"a\nb"', "control"],
    ['"\u0000"', "control"],
    ['"\\x"', "escape"],
    ['"\\u12"', "hex"],
    ['"\\u12g4"', "hex"],
    ['"\\ud83d\\u12"', "hex"],
  ])("refuses %j", (source, expected) => {
    expect(fault(source)).toBe(expected);
  });

  it("finds the end of a string at every length, wherever the block of 16 ends", () => {
    for (let length = 0; length < 70; length++) {
      const text = "abcdefghij".repeat(7).slice(0, length);
      expect(kernel.string(`"${text}"`)?.text).toBe(text);
      if (length > 0) expect(kernel.string(`"${text.slice(1)}\\n"`)?.text).toBe(`${text.slice(1)}\n`);
      expect(fault(`"${text}`)).toBe("string_open");
    }
  });
});

describe("numbers", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["9007199254740993", 9007199254740992],
    ["9007199254740993.0000000000000000000000000000000001", 9007199254740994],
    ["123456789012345678901234567890", 1.2345678901234568e29],
    ["1e22", 1e22],
    ["1e23", 1e23],
    ["2.2250738585072011e-308", 2.225073858507201e-308],
    ["5e-324", 5e-324],
    ["2e-324", 0],
    ["1.7976931348623159e308", Infinity],
    ["0.000000000000000000000000000000000000000000000000000001e54", 1],
    ["1e999999999999999999999", Infinity],
    ["0e999999999999999999999", 0],
    ["1e-999999999999999999999", 0],
  ])("%s", (source, expected) => {
    expect(kernel.number(source)).toBe(expected);
  });

  it.each(["-", "01", "1.", ".5", "1e", "1e+", "--1", "+1", "0x1", "1.e5", "1_000", "NaN", "Infinity", "-Infinity"])("refuses %s", (source) => {
    expect(["number", "value"]).toContain(fault(source));
  });

  it("reads no digit behind the end of the line", () => {
    // the harness puts sevens behind every text
    expect(kernel.number("12")).toBe(12);
    expect(kernel.number("12.5e1")).toBe(125);
    expect(kernel.number("123456789012345678901")).toBe(123456789012345680000);
  });
});

describe("objects and arrays", () => {
  it.each([
    ['{"a":1,"a":2}', "duplicate"],
    ['{"a":1,"\\u0061":2}', "duplicate"],
    ['{"a":{"b":1},"b":1}', "none"],
    ['[{"a":1},{"a":1}]', "none"],
    ['{"a":1,}', "key"],
    ["{,}", "key"],
    ['{"a" 1}', "colon"],
    ['{"a":1 "b":2}', "comma_object"],
    ["[1 2]", "comma_array"],
    ["[1,]", "value"],
    ["[,1]", "value"],
    ["{} {}", "trailing"],
    ["nul", "value"],
    ["truefalse", "value"],
    ["[", "end"],
    ['{"a":', "end"],
    ["", "empty"],
    [" \t\r\n", "empty"],
    ["\ufeff1", "none"],
    ["\v1", "value"],
    ["'a'", "value"],
    ["[".repeat(32) + "]".repeat(32), "none"],
    ["[".repeat(33) + "]".repeat(33), "depth"],
    ['{"a":'.repeat(33), "depth"],
    ["[".repeat(1_000_000), "depth"],
    [`{${Array.from({ length: 1024 }, (_, i) => `"k${i}":0`).join()}}`, "none"],
    [`{${Array.from({ length: 1025 }, (_, i) => `"k${i}":0`).join()}}`, "keys"],
  ])("case %#", (source, expected) => {
    expect(fault(source)).toBe(expected);
  });
});
