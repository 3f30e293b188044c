// A file of result lines, one by one: a path in, what a comparison of runs needs of each line out. A line is parsed and let go: pictures in it are kept as their hash alone.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { callError, HaforuError } from "../engine/errors.ts";

/** The longest line that is read: what one JavaScript string may hold. */
export const RESULT_LINE_BYTES: number = 2 ** 29 - 64;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What is compared of a result. */
export interface RunResult {
  readonly id: string;
  /** "success", or the error's code. */
  readonly status: string;
  /** Of a rendering or a comparison one, of a sweep one a render. */
  readonly parts: readonly RunPart[];
}

/** What is compared of a render. */
export interface RunPart {
  /** Its number in a sweep. */
  readonly render: number | undefined;
  readonly hash: string | undefined;
  /** SHA-256 of a picture's data, where the result has no hash of its pixels. */
  readonly picture: string | undefined;
  /** A rendering's metrics, or the numbers of a comparison. */
  readonly metrics: unknown;
}

/** The fields of a result, or of a render of a sweep, that are read. */
interface ReadFields {
  readonly hash?: unknown;
  readonly metrics?: unknown;
  readonly comparison?: unknown;
  readonly rendering?: { readonly data?: unknown };
}

/** @throws HaforuError font_unreadable's kin of the file system as invalid_argument, and invalid_json for a line that is no result. */
export async function* resultLines(path: string): AsyncGenerator<RunResult, void, undefined> {
  let number = 0;
  for await (const line of lines(path)) {
    number += 1;
    const result = read(line, path, number);
    if (result !== undefined) yield result;
  }
}

async function* lines(path: string): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path === "-" ? "" : path, path === "-" ? { fd: 0 } : {}) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        parts.push(chunk.subarray(start, end));
        yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
        parts = [];
        bytes = 0;
        start = end + 1;
      }
      if (start === chunk.length) continue;
      parts.push(chunk.subarray(start));
      bytes += chunk.length - start;
      if (bytes > RESULT_LINE_BYTES) throw new HaforuError("line_too_long", `${path}: a line has more than ${RESULT_LINE_BYTES} bytes`);
    }
  } catch (error) {
    if (error instanceof HaforuError) throw error;
    throw callError("invalid_argument", path, `it cannot be read (${(error as Error).message})`, { cause: error });
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** undefined: a blank line, or the answer to an op. */
function read(line: Buffer, path: string, number: number): RunResult | undefined {
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  if (end === 0 || line.toString("latin1", 0, end).trim() === "") return undefined;
  const wrong = (why: string): HaforuError =>
    new HaforuError("invalid_json", `${path}, line ${number}: ${why}; give files that haforu batch or stream has written`, { line: number });
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8", 0, end));
  } catch (error) {
    throw wrong(`it is not valid JSON (${(error as Error).message})`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("it is no result but another JSON value");
  const result = value as ReadFields & {
    readonly op?: unknown;
    readonly id?: unknown;
    readonly status?: unknown;
    readonly error?: { readonly code?: unknown };
    readonly sweep?: { readonly first?: unknown; readonly results?: unknown };
  };
  if (result.op !== undefined) return undefined;
  const { id, status, error, sweep } = result;
  if (status !== "success" && status !== "error") throw wrong('it has no status "success" or "error"');
  const renders = sweep?.results;
  const first = typeof sweep?.first === "number" ? sweep.first : 0;
  return {
    // A job whose line could not be read has no id: such results are matched with one another.
    id: typeof id === "string" ? id : "",
    status: status === "success" ? status : String(error?.code ?? "error"),
    parts: Array.isArray(renders) ? renders.map((one: ReadFields | null, i) => part(one ?? {}, first + i)) : [part(result, undefined)],
  };
}

function part({ hash, metrics, comparison, rendering }: ReadFields, render: number | undefined): RunPart {
  const data = hash === undefined ? rendering?.data : undefined;
  return {
    render,
    hash: typeof hash === "string" ? hash : undefined,
    picture: data === undefined ? undefined : sha256(typeof data === "string" ? data : JSON.stringify(data)),
    metrics: metrics ?? comparison,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
