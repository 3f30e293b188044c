// The texts of `haforu shape`: from --text, --unicodes, a file or stdin, a line at a time or whole, in memory bounded by what one shaping takes.

import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { LIMITS } from "@haforu/engine";
import { CliError, EXIT_SOME_FAILED } from "./exit.ts";
import { note } from "./print.ts";

interface InputFlags {
  readonly text?: string;
  readonly unicodes?: string;
}

const STDIN = 0;
const LINE_FEED = 0x0a;
/** More bytes than this are more code points than one shaping takes, whatever they are. */
const MOST_BYTES: number = LIMITS.textCodePoints * 4;

/** Each line without its line feed; a line feed at the end begins no line. */
export async function* inputLines(file: string | undefined, flags: InputFlags): AsyncGenerator<string> {
  const given = givenText(flags);
  if (given !== undefined) {
    yield* given.replace(/\n$/, "").split("\n");
    return;
  }
  let kept: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;
  let told = false;
  const line = (): string => {
    const { text, isMalformed } = decode(kept);
    if (isMalformed && !told) tellMalformed(`line ${number} holds`);
    told ||= isMalformed;
    return text;
  };
  const keep = (piece: Uint8Array): void => {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new CliError(`line ${number} is over ${LIMITS.textCodePoints} characters: shape it with --stream`, EXIT_SOME_FAILED);
    kept.push(piece);
  };
  for await (const chunk of inputBytes(file)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield line();
      kept = [];
      bytes = 0;
      number += 1;
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (bytes > 0) yield line();
}

/** The whole input as one text; nothing when it is empty. */
export async function* inputText(file: string | undefined, flags: InputFlags): AsyncGenerator<string> {
  const given = givenText(flags);
  if (given !== undefined) {
    if (given !== "") yield given;
    return;
  }
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of inputBytes(file)) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new CliError(`the text is over ${LIMITS.textCodePoints} characters: shape it with --stream`, EXIT_SOME_FAILED);
    kept.push(chunk);
  }
  if (bytes === 0) return;
  const { text, isMalformed } = decode(kept);
  if (isMalformed) tellMalformed("the text holds");
  yield text;
}

/** The bytes of a file or of stdin, as they come. @throws CliError when they cannot be read. */
export async function* inputBytes(file: string | undefined): AsyncGenerator<Uint8Array> {
  const name = file === undefined || file === "-" ? "stdin" : file;
  const stream = name === "stdin" ? createReadStream("", { fd: STDIN, autoClose: false }) : createReadStream(name);
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new CliError(`${name}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, undefined, { cause: error });
  }
}

/** The text of --text or --unicodes. */
export function givenText({ text, unicodes }: InputFlags): string | undefined {
  if (unicodes === undefined) return text;
  return unicodes
    .split(/[\s,]+/)
    .filter((item) => item !== "")
    .map((item) => {
      const hex = /^(?:U\+|0x|\\u)?([0-9a-f]{1,6})$/i.exec(item)?.[1];
      const point = hex === undefined ? Number.NaN : Number.parseInt(hex, 16);
      if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff)) {
        throw new CliError(`--unicodes: expected hexadecimal code points such as 0644,0627, got "${item}"`);
      }
      return String.fromCodePoint(point);
    })
    .join("");
}

function decode(pieces: readonly Uint8Array[]): { readonly text: string; readonly isMalformed: boolean } {
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  // A byte order mark at the start is a character of the text, as for hb-shape.
  return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), isMalformed: !isUtf8(bytes) };
}

/** Once: a text in another encoding would have it in each line. */
function tellMalformed(where: string): void {
  note(`haforu: ${where} bytes that are not UTF-8; each was read as U+FFFD (malformed_utf8)\n`);
}
