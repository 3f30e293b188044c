// What a batch reads, before it is cut into lines.
import { expect, test } from "vitest";
import { type ByteStream, withoutMark } from "../../../dist/batch/host/input.js";

/** A stream that gives these pieces, in one buffer that is used again, as reading a file does. */
function streamOf(pieces: readonly Uint8Array[]): ByteStream {
  const buffer = Buffer.alloc(16);
  async function* read(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      buffer.fill(0x21).set(piece);
      yield buffer.subarray(0, piece.length);
    }
  }
  return { [Symbol.asyncIterator]: read, close: () => undefined };
}

async function textOf(pieces: readonly Uint8Array[]): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of withoutMark(streamOf(pieces))) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("latin1");
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

test.each([
  ["whole", [Buffer.concat([MARK, bytes("{}")]), bytes("[]")], "{}[]"],
  ["alone", [MARK, bytes("{}")], "{}"],
  ["cut behind its first byte", [MARK.subarray(0, 1), Buffer.concat([MARK.subarray(1), bytes("{}")])], "{}"],
  ["byte by byte", [...Array.from(MARK, (byte) => Buffer.of(byte)), bytes("{}"), bytes("[]")], "{}[]"],
  ["twice: the second is no mark", [MARK.subarray(0, 2), Buffer.concat([MARK.subarray(2), MARK])], MARK.toString("latin1")],
  ["begun alone", [MARK.subarray(0, 2)], MARK.subarray(0, 2).toString("latin1")],
  ["begun, then something else", [MARK.subarray(0, 2), bytes("{}")], `${MARK.subarray(0, 2).toString("latin1")}{}`],
  ["absent", [bytes("{"), bytes("}")], "{}"],
  ["of nothing", [], ""],
])("a byte order mark, %s", async (_what, pieces, text) => {
  expect(await textOf(pieces)).toBe(text);
});
